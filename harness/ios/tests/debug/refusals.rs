//! Refusals of the peer's chain, and other ends of Main Mode: each cause has a line of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use crypto::{HashAlgorithm, SignatureRefused};
use ike::{EventKind, Failure, FailureCode, MessageName};
use pki::{CalendarTime, KeyPurpose, KeyUsage, Oid, Refusal, RefusalReason, SignatureAlgorithm, Version};

use super::world::*;

/// A responder that refuses the certificate of its peer, or at `depth` 1 that of the CA which issued it.
fn refused(reason: RefusalReason, depth: usize) -> Recorder {
    let mut at = responder();
    let list = Arc::from([trustpoint(IOSCA2), trustpoint(IOSCA1)]);
    at.push(EventKind::ValidationStarted { pinned_by: None, list });
    let certificate = match depth {
        0 => certificate(R2_SUBJECT, CA1, 0x2a),
        _ => certificate("cn=SubCA,o=cisco,o=com", CA1, 0x2b),
    };
    let refusal = Refusal { certificate, depth, anchor: Some(1), reason };
    at.push(EventKind::ValidationFinished { result: Err(Arc::new(refusal)) });
    at
}

/// The lines between the search for trustpoints and the end of the validation: those that tell the cause.
fn cause(at: &Recorder) -> Vec<String> {
    let lines = at.lines();
    let place = |words| lines.iter().position(|line| line.contains(words)).unwrap();
    let (sought, returned) = (place("list of suitable"), place("PKI->IKE Validate"));
    assert_eq!(
        lines[returned..],
        [
            "ISAKMP:(0): PKI->IKE Validate certificate chain state (R) MM_KEY_EXCH (peer 0.0.0.0)",
            "%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from 0.0.0.0 is bad: unknown error returned in certificate validation",
            "ISAKMP:(0): Unknown error in cert validation, -1",
        ]
    );
    lines[sought + 1..returned].to_vec()
}

/// Every reason once; [`has_words_of_ios`] holds that none is forgotten.
pub fn every_reason() -> Vec<RefusalReason> {
    use RefusalReason as Reason;
    // Thu Jun 20 2013 13:00:37, Sun Jun 1 2025 11:53:58, Mon Feb 23 2026 00:51:51.
    let [now, not_after, not_before] =
        [1_371_733_237, 1_748_778_838, 1_771_807_911].map(CalendarTime::from_unix);
    // The OID 2.5.29.99.
    let extension = Oid::from_contents(&[0x55, 0x1d, 99]);
    vec![
        Reason::NoAnchor { issuer: name("cn=Unknown") },
        Reason::AnchorWithoutCertificate,
        Reason::BadSignature { refused: SignatureRefused::Mismatch },
        Reason::Expired { not_after, now },
        Reason::NotYetValid { not_before, now },
        Reason::Revoked { since: now },
        Reason::CrlMissing,
        Reason::CrlStale { next_update: now, now: not_after },
        Reason::CrlNotYetValid { this_update: not_before, now },
        Reason::CrlOfAnotherIssuer { issuer: name(CA2) },
        Reason::CrlBadSignature,
        Reason::CrlIssuerKeyUsage,
        Reason::CrlUnknownCriticalExtension { extension: extension.clone() },
        Reason::OcspUnavailable,
        Reason::KeyUsage { needed: KeyUsage::DIGITAL_SIGNATURE, allowed: KeyUsage::KEY_AGREEMENT },
        Reason::ExtendedKeyUsage { allowed: vec![KeyPurpose::IpsecIke] },
        Reason::NotAnAuthority,
        Reason::PathLength { authority: name(CA1), allowed: 0 },
        Reason::NameConstraints { name: "R2".to_owned(), authority: name(CA1), excluded: true },
        Reason::UnknownCriticalExtension { extension },
        Reason::UnsupportedVersion { version: Version::V1 },
        Reason::UnsupportedAlgorithm { algorithm: SignatureAlgorithm::Ecdsa(HashAlgorithm::Sha512) },
        Reason::UnsupportedHash { hash: HashAlgorithm::Sha512 },
        Reason::WeakKey { bits: 512, least: 1_024 },
        Reason::Nonconforming { rule: "the serial number is zero (RFC 5280 4.1.2.2)" },
        Reason::TooDeep { limit: 10 },
        Reason::TooMuchWork,
    ]
}

/// Whether the table has words of IOS for this cause.
pub const fn has_words_of_ios(reason: &RefusalReason) -> bool {
    use RefusalReason as Reason;
    match reason {
        Reason::NoAnchor { .. }
        | Reason::Expired { .. }
        | Reason::NotYetValid { .. }
        | Reason::Revoked { .. }
        | Reason::CrlMissing => true,
        Reason::AnchorWithoutCertificate
        | Reason::BadSignature { .. }
        | Reason::CrlStale { .. }
        | Reason::CrlNotYetValid { .. }
        | Reason::CrlOfAnotherIssuer { .. }
        | Reason::CrlBadSignature
        | Reason::CrlIssuerKeyUsage
        | Reason::CrlUnknownCriticalExtension { .. }
        | Reason::OcspUnavailable
        | Reason::KeyUsage { .. }
        | Reason::ExtendedKeyUsage { .. }
        | Reason::NotAnAuthority
        | Reason::PathLength { .. }
        | Reason::NameConstraints { .. }
        | Reason::UnknownCriticalExtension { .. }
        | Reason::UnsupportedVersion { .. }
        | Reason::UnsupportedAlgorithm { .. }
        | Reason::UnsupportedHash { .. }
        | Reason::WeakKey { .. }
        | Reason::Nonconforming { .. }
        | Reason::TooDeep { .. }
        | Reason::TooMuchWork => false,
    }
}

pub fn refusals() -> Vec<Recorder> {
    every_reason()
        .into_iter()
        .map(|reason| refused(reason, 0))
        .chain([failed(FailureCode::CannotSign)])
        .collect()
}

#[test]
fn every_refusal_has_lines_of_its_own_and_says_whose_words_they_are() {
    let reasons = every_reason();
    let codes: BTreeSet<_> = reasons.iter().map(RefusalReason::code).collect();
    assert_eq!(codes.len(), 27, "a reason is missing or twice here");
    let mut seen = BTreeSet::new();
    for reason in reasons {
        let lines = cause(&refused(reason.clone(), 0));
        assert!(!lines.is_empty(), "{reason:?}");
        assert_eq!(
            lines.iter().any(|line| line.contains("ikespec:")),
            !has_words_of_ios(&reason),
            "{lines:?}"
        );
        assert!(seen.insert(lines), "{reason:?} reads like another");
    }
}

#[test]
fn a_refusal_is_told_in_the_words_of_ios_where_they_are_known() {
    let [now, not_after, not_before] =
        [1_371_733_237, 1_748_778_838, 1_771_807_911].map(CalendarTime::from_unix);
    let expected: [(RefusalReason, &[&str]); 6] = [
        (
            RefusalReason::Expired { not_after, now },
            &[
                "%PKI-3-CERTIFICATE_INVALID_EXPIRED: Certificate chain validation has failed.",
                "  The certificate (SN: 2A) has expired.",
                "  Validity period ended on 11:53:58 UTC Jun 1 2025",
            ],
        ),
        (
            RefusalReason::NotYetValid { not_before, now },
            &[
                "%PKI-3-CERTIFICATE_INVALID_NOT_YET_VALID: Certificate chain validation has failed.",
                "  The certificate (SN: 2A) is not yet valid",
                "  Validity period starts on 00:51:51 UTC Feb 23 2026",
            ],
        ),
        (
            RefusalReason::Revoked { since: now },
            &[
                "%PKI-3-CERTIFICATE_REVOKED: Certificate chain validation has failed.",
                "  The certificate (SN: 2A) is revoked",
            ],
        ),
        (RefusalReason::CrlMissing, &["%PKI-3-CRL_FETCH_FAIL: CRL fetch for trustpoint IOSCA1 failed"]),
        (
            RefusalReason::NoAnchor { issuer: name("cn=Unknown") },
            &[
                "CRYPTO_PKI: Unable to locate cert record by issuername",
                "CRYPTO_PKI: No trust point for cert issuer, looking up cert chain",
                "CRYPTO_PKI: (0) No suitable trustpoints found",
            ],
        ),
        // A CA that the router knows, and that only the profile leaves out.
        (RefusalReason::NoAnchor { issuer: name(CA1) }, &["CRYPTO_PKI: (0) No suitable trustpoints found"]),
    ];
    for (reason, lines) in expected {
        assert_eq!(cause(&refused(reason, 0)), lines);
    }
}

#[test]
fn a_refused_ca_certificate_is_named_by_its_own_subject() {
    assert_eq!(
        cause(&refused(RefusalReason::NotAnAuthority, 1)),
        [
            "CRYPTO_PKI: (0) ikespec: certificate (SN: 2B) of cn=SubCA,o=cisco,o=com refused: it issued another certificate, but is not that of a CA (basic constraints)"
        ]
    );
}

#[test]
fn a_ca_that_is_known_by_its_name_only_is_no_suitable_trustpoint() {
    let lines = cause(&refused(RefusalReason::AnchorWithoutCertificate, 0));
    assert_eq!(lines.last().unwrap(), "CRYPTO_PKI: (0) No suitable trustpoints found");
}

fn failed(code: FailureCode) -> Recorder {
    let mut at = responder();
    at.connection = 1_001;
    let (message, rule, refusal) = (MessageName::MainMode(6), None, None);
    at.push(EventKind::Failed(Failure { message, code, rule, origins: Vec::new(), refusal }));
    at
}

#[test]
fn a_failure_that_no_earlier_line_tells_has_a_line_in_our_words() {
    assert_eq!(
        failed(FailureCode::NoCertificateToSend).lines(),
        ["ISAKMP:(1001): ikespec: MM6 fails: no-certificate-to-send"]
    );
    // The validation, the proposals and the retransmissions have told of these.
    for code in [FailureCode::CertificateRevoked, FailureCode::NoProposalChosen, FailureCode::NoAnswer] {
        assert!(failed(code).lines().is_empty());
    }
}
