//! Both makers, held against each other and against the specification.

use crypto::{
    AcceptsStandIns, EllipticCurve, HashAlgorithm, Real, SignError, SignatureRefused, Signer, Verifier,
};
use lab::certificates::{
    AlternativeName, BasicConstraints, BeyondRcgen, CertificateSpecification, Extensions, Form, KeyUsage,
    KeyUsagePurpose, Maker, Mint, MintError, PemKind, SigningKey, to_pem,
};
use lab::keys::{KeyId, KeyKind};
use pki::{CalendarTime, Certificate, IssuerSignatures, Name, SerialNumber};
use proptest::prelude::*;

use super::specifications::{any_specification, assert_holds, rcgen_specification};
use super::{current_authority, current_router, key, name, serial, validity};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// All fields and the encoding are the same; no difference is allowed.
    #[test]
    fn both_makers_write_the_same_certificate_where_both_can(specification in rcgen_specification()) {
        prop_assert_eq!(specification.beyond_rcgen(), None);
        let mint = Mint::new();
        let rcgen = mint.certificate_by(Maker::Rcgen, &specification).unwrap();
        let x509_cert = mint.certificate_by(Maker::X509Cert, &specification).unwrap();
        assert_holds(&Certificate::from_der(&rcgen).unwrap(), &specification, &mint);
        assert_holds(&Certificate::from_der(&x509_cert).unwrap(), &specification, &mint);
        prop_assert_eq!(rcgen, x509_cert);
    }

    #[test]
    fn every_certificate_holds_what_its_specification_says(specification in any_specification()) {
        let mint = Mint::new();
        let made = mint.certificate(&specification).unwrap();
        assert_holds(&Certificate::from_der(&made).unwrap(), &specification, &mint);
    }
}

/// ECDSA over the hash of each curve, and Ed25519.
fn kinds_beside_rsa() -> [(KeyKind, HashAlgorithm); 4] {
    let of_curve = |curve: EllipticCurve| (KeyKind::Ec(curve), curve.hash());
    let [p256, p384, p521] = EllipticCurve::ALL.map(of_curve);
    [p256, p384, p521, (KeyKind::Ed25519, HashAlgorithm::Sha256)]
}

#[test]
fn keys_that_are_not_rsa_are_certified_and_certify_with_either_maker() {
    let mint = Mint::new();
    for (kind, hash) in kinds_beside_rsa() {
        let [ca_key, router_key] = [0, 1].map(|index| KeyId { kind, index });
        let ca = CertificateSpecification::ios_authority(name("cn=CA"), ca_key, hash, serial(1), validity());
        let router =
            CertificateSpecification::ios_router(&ca, name("cn=R1"), router_key, serial(2), validity());
        let ca = Certificate::from_der(&mint.certificate(&ca).unwrap()).unwrap();
        let both = router.beyond_rcgen().is_none();
        assert_eq!(both, kind != KeyKind::Ec(EllipticCurve::P521));
        for maker in [Maker::X509Cert].into_iter().chain(both.then_some(Maker::Rcgen)) {
            let made = Certificate::from_der(&mint.certificate_by(maker, &router).unwrap()).unwrap();
            assert_eq!(Real.check(&made.signed(), ca.public_key()), Ok(()), "{kind} by {maker:?}");
            assert_eq!(made.public_key().as_der(), mint.keys().key(router_key).public_key(), "{kind}");
        }
    }
}

#[test]
fn there_is_no_ecdsa_over_md5() {
    let key = KeyId { kind: KeyKind::Ec(EllipticCurve::P256), index: 0 };
    let specification = CertificateSpecification::ios_authority(
        name("cn=CA"),
        key,
        HashAlgorithm::Md5,
        serial(1),
        validity(),
    );
    assert!(matches!(Mint::new().certificate(&specification), Err(MintError::Inexpressible { .. })));
}

/// A specification that rcgen could make but for one thing, and that thing.
fn beyond_rcgen() -> Vec<(CertificateSpecification, BeyondRcgen)> {
    let router = current_router;
    let with = |change: fn(&mut Extensions)| {
        let mut changed = router();
        if let Form::Version3(extensions) = &mut changed.form {
            change(extensions);
        }
        changed
    };
    vec![
        (CertificateSpecification { form: Form::Version1, ..router() }, BeyondRcgen::Version1),
        (
            CertificateSpecification { signature_hash: HashAlgorithm::Md5, ..router() },
            BeyondRcgen::SignatureHash(HashAlgorithm::Md5),
        ),
        (
            CertificateSpecification { signature_hash: HashAlgorithm::Sha1, ..router() },
            BeyondRcgen::SignatureHash(HashAlgorithm::Sha1),
        ),
        (
            CertificateSpecification { subject: name("serialNumber=1+hostname=R1"), ..router() },
            BeyondRcgen::MultiValuedName,
        ),
        (
            CertificateSpecification { issuer: name("o=cisco,o=com"), ..router() },
            BeyondRcgen::RepeatedAttribute,
        ),
        // TeletexString, which rcgen encodes in its own way.
        (CertificateSpecification { subject: teletex_name(), ..router() }, BeyondRcgen::AttributeValue),
        (
            CertificateSpecification { serial: SerialNumber::from_contents(&[0x80]), ..router() },
            BeyondRcgen::SerialNumber,
        ),
        (CertificateSpecification { serial: serial(0), ..router() }, BeyondRcgen::SerialNumber),
        (
            with(|extensions| {
                extensions.key_usage = KeyUsage::new([KeyUsagePurpose::DigitalSignature], false)
            }),
            BeyondRcgen::KeyUsageNotCritical,
        ),
        (
            with(|extensions| {
                extensions.basic_constraints = Some(BasicConstraints::EndEntity);
                extensions.subject_key_identifier = None;
            }),
            BeyondRcgen::ConstraintsWithoutKeyIdentifier,
        ),
    ]
}

fn teletex_name() -> Name {
    Name::from_der(b"\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x14\x02R1").unwrap()
}

#[test]
fn what_rcgen_cannot_express_is_made_by_x509_cert() {
    let mint = Mint::new();
    for (specification, reason) in beyond_rcgen() {
        assert_eq!(specification.beyond_rcgen(), Some(reason));
        assert_eq!(specification.maker(), Maker::X509Cert);
        let made = mint.certificate(&specification).unwrap();
        assert_holds(&Certificate::from_der(&made).unwrap(), &specification, &mint);
        let refused = mint.certificate_by(Maker::Rcgen, &specification);
        assert!(matches!(refused, Err(MintError::Inexpressible { .. })), "{reason}");
    }
}

#[test]
fn rcgen_makes_what_it_can() {
    assert_eq!(current_authority().maker(), Maker::Rcgen);
    assert_eq!(current_router().maker(), Maker::Rcgen);
}

#[test]
fn a_name_from_a_given_certificate_keeps_its_bytes_though_its_set_is_out_of_order() {
    // hostname=R1 before cn=R, against the order of a SET in DER.
    let given = b"\x30\x1f\x31\x1d\x30\x11\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02\x16\x04R1.c\
                  \x30\x08\x06\x03\x55\x04\x03\x13\x01R";
    let issuer = Name::from_der(given).unwrap();
    let specification = CertificateSpecification { issuer: issuer.clone(), ..current_router() };
    let made = Certificate::from_der(&Mint::new().certificate(&specification).unwrap()).unwrap();
    assert_eq!(*made.issuer(), issuer);
}

#[test]
fn a_certificate_is_made_once() {
    let mint = Mint::new();
    let first = mint.certificate(&current_router()).unwrap();
    let second = mint.certificate(&current_router()).unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &second));
}

#[test]
fn a_stand_in_signature_has_the_length_of_the_key_and_is_accepted_only_by_who_accepts_stand_ins() {
    let mint = Mint::new();
    let public_key_info = mint.keys().key(key(1024, 7)).public_key().to_vec();
    let specification = CertificateSpecification {
        issuer_key: SigningKey::StandIn { public_key_info: public_key_info.clone() },
        signature_hash: HashAlgorithm::Md5,
        ..current_router()
    };
    let made = Certificate::from_der(&mint.certificate(&specification).unwrap()).unwrap();
    let signed = made.signed();
    assert_eq!(signed.signature.len(), 128);
    let scheme = signed.algorithm.scheme().unwrap();
    let by =
        |verifier: &dyn Verifier| verifier.verify(scheme, &public_key_info, signed.message, signed.signature);
    assert_eq!(by(&Real), Err(SignatureRefused::Mismatch));
    assert_eq!(by(&AcceptsStandIns(Real)), Ok(()));
}

#[test]
fn a_key_that_is_too_short_for_the_hash_is_named_as_the_reason_by_both_makers() {
    // RFC 8017 9.2: 64 octets of digest, 19 of DigestInfo, 11 of padding; a key of 512 bits has 64.
    let specification = CertificateSpecification {
        issuer_key: key(512, 0).into(),
        signature_hash: HashAlgorithm::Sha512,
        ..current_router()
    };
    for maker in [Maker::Rcgen, Maker::X509Cert] {
        let refused = Mint::new().certificate_by(maker, &specification);
        assert!(
            matches!(refused, Err(MintError::Signature(SignError::KeyTooSmall { modulus: 64, .. }))),
            "{maker:?}: {refused:?}"
        );
    }
}

#[test]
fn times_that_certificates_cannot_carry_are_refused_by_both_makers() {
    // The second before 1970, and the first of the year 10000.
    for seconds in [-1, 253_402_300_800] {
        let time = CalendarTime::from_unix(seconds);
        let specification = CertificateSpecification { not_after: time, ..current_router() };
        for maker in [Maker::Rcgen, Maker::X509Cert] {
            assert_eq!(Mint::new().certificate_by(maker, &specification), Err(MintError::Time(time)));
        }
    }
}

#[test]
fn alternative_names_outside_ascii_are_refused_by_both_makers() {
    let mut specification = current_router();
    let Form::Version3(extensions) = &mut specification.form else { panic!("a router has version 3") };
    extensions.alternative_names.push(AlternativeName::Dns("zürich".to_owned()));
    for maker in [Maker::Rcgen, Maker::X509Cert] {
        let refused = Mint::new().certificate_by(maker, &specification);
        assert_eq!(refused, Err(MintError::NotAscii("zürich".to_owned())));
    }
}

#[test]
fn a_pem_file_says_what_it_is_before_it_begins() {
    let made = Mint::new().certificate(&current_router()).unwrap();
    let pem = to_pem(PemKind::Certificate, &made, "R1\n-----BEGIN");
    let lines: Vec<_> = pem.lines().take(3).collect();
    assert_eq!(lines[0], "# Made by ikespec lab and signed with public lab keys: proves nothing.");
    assert_eq!(lines[1], "# R1\\n-----BEGIN");
    assert_eq!(lines[2], "-----BEGIN CERTIFICATE-----");
    let (label, der) = x509_cert::der::Document::from_pem(&pem).unwrap();
    assert_eq!((label, der.as_bytes()), ("CERTIFICATE", &*made));
}
