//! Revocation lists made to specification.

use std::time::Duration;

use crypto::{HashAlgorithm, Real, SignatureScheme, Signer, Verifier};
use lab::certificates::{
    CertificateSpecification, Mint, RevocationListSpecification, RevocationReason, RevokedCertificate,
};
use lab::keys::LabKey;
use pki::{CalendarTime, RevocationList, SignatureAlgorithm};
use x509_cert::der::asn1::Any;
use x509_cert::der::{Decode, Tag, Tagged};

use super::specifications::{rsa_public_key, sha1_of};
use super::{current_authority, key, name, serial};

const ALL_REASONS: [RevocationReason; 10] = [
    RevocationReason::Unspecified,
    RevocationReason::KeyCompromise,
    RevocationReason::CaCompromise,
    RevocationReason::AffiliationChanged,
    RevocationReason::Superseded,
    RevocationReason::CessationOfOperation,
    RevocationReason::CertificateHold,
    RevocationReason::RemoveFromCrl,
    RevocationReason::PrivilegeWithdrawn,
    RevocationReason::AaCompromise,
];

/// A list of `issuer` that revokes serial 2 without and serial 3 with a reason.
fn list(issuer: &CertificateSpecification) -> RevocationListSpecification {
    let revoked = |number, reason| RevokedCertificate {
        serial: serial(number),
        date: CalendarTime::from_unix(1_704_067_200 + i64::from(number)),
        reason,
    };
    RevocationListSpecification {
        issuer: issuer.subject.clone(),
        issuer_key: issuer.subject_key.into(),
        signature_hash: issuer.signature_hash,
        this_update: CalendarTime::from_unix(1_704_153_600),
        next_update: Some(CalendarTime::from_unix(1_704_240_000)),
        revoked: vec![revoked(2, None), revoked(3, Some(RevocationReason::KeyCompromise))],
        authority_key_identifier: Some(issuer.subject_key_identifier()),
        number: Some(7),
    }
}

fn read(specification: &RevocationListSpecification) -> RevocationList {
    RevocationList::from_der(&Mint::new().revocation_list(specification).unwrap()).unwrap()
}

#[test]
fn a_list_holds_what_its_specification_says_and_its_issuer_signed_it() {
    let reference = CertificateSpecification {
        subject: name("cn=CA1,o=cisco,o=com"),
        signature_hash: HashAlgorithm::Md5,
        ..current_authority()
    };
    for issuer in [current_authority(), reference] {
        let specification = list(&issuer);
        let made = read(&specification);
        assert_eq!(*made.issuer(), specification.issuer);
        assert_eq!(made.this_update(), specification.this_update);
        assert_eq!(made.next_update(), specification.next_update);
        let found: Vec<_> = made.entries().map(|(serial, entry)| (serial.clone(), entry.since)).collect();
        let expected: Vec<_> =
            specification.revoked.iter().map(|entry| (entry.serial.clone(), entry.date)).collect();
        assert_eq!(found, expected);
        assert_eq!(made.unknown_critical(), []);

        let signed = made.signed();
        assert_eq!(*signed.algorithm, SignatureAlgorithm::RsaPkcs1(issuer.signature_hash));
        let key = Mint::new().keys().key(issuer.subject_key);
        let scheme = SignatureScheme::RsaPkcs1(issuer.signature_hash);
        assert_eq!(Real.verify(scheme, key.public_key(), signed.message, signed.signature), Ok(()));
    }
}

#[test]
fn a_list_without_anything_that_needs_version_2_has_version_1() {
    let mut specification = list(&current_authority());
    specification.authority_key_identifier = None;
    specification.number = None;
    let with_a_reason = specification.clone();
    for entry in &mut specification.revoked {
        entry.reason = None;
    }
    // RFC 5280 5.1.2.1: the version comes first, but is absent in version 1, so that the algorithm does.
    let first_tag = |specification| {
        let fields = Vec::<Any>::from_der(read(specification).signed().message).unwrap();
        fields[0].tag()
    };
    assert_eq!(first_tag(&with_a_reason), Tag::Integer);
    assert_eq!(first_tag(&specification), Tag::Sequence);
}

#[test]
fn a_list_may_revoke_nothing_and_say_nothing_of_the_next_one() {
    let mut specification = list(&current_authority());
    specification.revoked.clear();
    specification.next_update = None;
    let made = read(&specification);
    assert_eq!(made.entries().count(), 0);
    assert_eq!(made.next_update(), None);
}

#[test]
fn a_list_is_the_one_that_rcgen_writes() {
    let mut specification = list(&current_authority());
    // rcgen leaves the reason `unspecified` out.
    specification.revoked = (1..)
        .zip(&ALL_REASONS[1..])
        .map(|(number, reason)| RevokedCertificate {
            serial: serial(number),
            date: CalendarTime::from_unix(1_704_067_200),
            reason: Some(*reason),
        })
        .collect();
    let mint = Mint::new();
    let made = mint.revocation_list(&specification).unwrap();
    assert_eq!(*made, *by_rcgen(&specification, &mint.keys().key(key(1024, 0))));
}

/// The list of an issuer whose name is `cn=CA,o=lab`.
fn by_rcgen(specification: &RevocationListSpecification, key: &LabKey) -> Vec<u8> {
    let at = |time: CalendarTime| {
        rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(time.unix().try_into().unwrap())
    };
    let reasons = [
        rcgen::RevocationReason::KeyCompromise,
        rcgen::RevocationReason::CaCompromise,
        rcgen::RevocationReason::AffiliationChanged,
        rcgen::RevocationReason::Superseded,
        rcgen::RevocationReason::CessationOfOperation,
        rcgen::RevocationReason::CertificateHold,
        rcgen::RevocationReason::RemoveFromCrl,
        rcgen::RevocationReason::PrivilegeWithdrawn,
        rcgen::RevocationReason::AaCompromise,
    ];
    let revoked = specification.revoked.iter().zip(reasons).map(|(entry, reason)| rcgen::RevokedCertParams {
        serial_number: entry.serial.contents().to_vec().into(),
        revocation_time: at(entry.date),
        reason_code: Some(reason),
        invalidity_date: None,
    });
    let list = rcgen::CertificateRevocationListParams {
        this_update: at(specification.this_update),
        next_update: at(specification.next_update.unwrap()),
        crl_number: specification.number.unwrap().into(),
        issuing_distribution_point: None,
        revoked_certs: revoked.collect(),
        key_identifier_method: rcgen::KeyIdMethod::PreSpecified(sha1_of(key)),
    };
    let mut issuer = rcgen::CertificateParams::default();
    issuer.distinguished_name = rcgen::DistinguishedName::new();
    let printable = |text: &str| rcgen::DnValue::PrintableString(text.try_into().unwrap());
    issuer.distinguished_name.push(rcgen::DnType::OrganizationName, printable("lab"));
    issuer.distinguished_name.push(rcgen::DnType::CommonName, printable("CA"));
    list.signed_by(&rcgen::Issuer::new(issuer, RcgenKey(key, rsa_public_key(key)))).unwrap().der().to_vec()
}

/// A lab key and its public half, as rcgen wants them.
struct RcgenKey<'a>(&'a LabKey, Vec<u8>);

impl rcgen::PublicKeyData for RcgenKey<'_> {
    fn der_bytes(&self) -> &[u8] {
        &self.1
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_RSA_SHA256
    }
}

impl rcgen::SigningKey for RcgenKey<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(self.0.sign(SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256), message).unwrap())
    }
}
