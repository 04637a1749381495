//! Specifications to choose from, and how a certificate is held against one.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crypto::{HashAlgorithm, Hashes, Real, Signer, Verifier};
use lab::certificates::{
    AlternativeName, BasicConstraints, CertificateSpecification, ExtendedKeyUsage, Extensions, Form,
    KeyIdentifier, KeyUsage, KeyUsagePurpose, Mint, SigningKey,
};
use lab::keys::LabKey;
use pki::{
    CalendarTime, Certificate, GeneralName, KeyPurpose, Name, SerialNumber, SignatureAlgorithm, Version,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pkcs8::DecodePrivateKey;

use super::{key, name};

/// Any certificate that rcgen can make.
pub fn rcgen_specification() -> impl Strategy<Value = CertificateSpecification> {
    let hash = select(vec![HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512]);
    let form = extensions(Just(true), true).prop_map(Form::Version3);
    specification(hash, form, single_valued_name().boxed(), positive_serial().boxed())
}

/// Any certificate.
pub fn any_specification() -> impl Strategy<Value = CertificateSpecification> {
    let form = prop_oneof![
        1 => Just(Form::Version1),
        4 => extensions(any::<bool>(), false).prop_map(Form::Version3),
    ];
    let serial = vec(any::<u8>(), 1..20).prop_map(|octets| SerialNumber::from_contents(&octets));
    specification(select(HashAlgorithm::ALL.to_vec()), form, any_name().boxed(), serial.boxed())
}

fn specification(
    signature_hash: impl Strategy<Value = HashAlgorithm>,
    form: impl Strategy<Value = Form>,
    name: BoxedStrategy<Name>,
    serial: BoxedStrategy<SerialNumber>,
) -> impl Strategy<Value = CertificateSpecification> {
    // From 1970 to 2119: UTCTime ends in 2049.
    let time = || (0..4_700_000_000_i64).prop_map(CalendarTime::from_unix);
    let keys = (0..4_u16, 0..4_u16);
    (signature_hash, form, (name.clone(), name), serial, (time(), time()), keys).prop_map(
        |(signature_hash, form, (issuer, subject), serial, (not_before, not_after), keys)| {
            CertificateSpecification {
                form,
                serial,
                signature_hash,
                issuer,
                issuer_key: key(1024, keys.0).into(),
                not_before,
                not_after,
                subject,
                subject_key: key(512, keys.1),
            }
        },
    )
}

fn positive_serial() -> impl Strategy<Value = SerialNumber> {
    prop_oneof![
        (1..0x80_u8, vec(any::<u8>(), 0..19)).prop_map(|(first, rest)| [vec![first], rest].concat()),
        (0x80..=0xff_u8, vec(any::<u8>(), 0..18)).prop_map(|(second, rest)| [vec![0, second], rest].concat()),
    ]
    .prop_map(|octets| SerialNumber::from_contents(&octets))
}

/// PrintableString and UTF8String for most, IA5String for the last two.
const LABELS: [&str; 7] = ["cn", "ou", "o", "c", "serialNumber", "hostname", "e"];

fn attribute(label: &'static str) -> impl Strategy<Value = String> {
    "[A-Za-z0-9 .@é]{1,12}".prop_map(move |value| format!("{label}=A{value}Z"))
}

fn single_valued_name() -> impl Strategy<Value = Name> {
    subsequence(LABELS.to_vec(), 0..=LABELS.len())
        .prop_shuffle()
        .prop_flat_map(|labels| labels.into_iter().map(attribute).collect::<Vec<_>>())
        .prop_map(|attributes| name(&attributes.join(",")))
}

fn any_name() -> impl Strategy<Value = Name> {
    let attribute = select(LABELS.to_vec()).prop_flat_map(attribute);
    let rdn = vec(attribute, 1..4).prop_map(|attributes| attributes.join("+"));
    vec(rdn, 0..5).prop_map(|rdns| name(&rdns.join(",")))
}

fn key_identifier() -> impl Strategy<Value = KeyIdentifier> {
    prop_oneof![Just(KeyIdentifier::OfKey), vec(any::<u8>(), 1..24).prop_map(KeyIdentifier::Given)]
}

fn extensions(
    critical_key_usage: impl Strategy<Value = bool>,
    for_rcgen: bool,
) -> impl Strategy<Value = Extensions> {
    let alternative_name = prop_oneof![
        "[a-z]{1,8}\\.[a-z]{2}".prop_map(AlternativeName::Dns),
        "[a-z]{1,8}@[a-z]{2}".prop_map(AlternativeName::Email),
        any::<IpAddr>().prop_map(AlternativeName::Address),
    ];
    let key_usage = (subsequence(PURPOSES.to_vec(), 0..=PURPOSES.len()), critical_key_usage)
        .prop_map(|(purposes, critical)| KeyUsage::new(purposes, critical));
    let basic_constraints = prop_oneof![
        Just(BasicConstraints::EndEntity),
        option::of(any::<u8>()).prop_map(|path_length| BasicConstraints::Authority { path_length }),
    ];
    (
        option::of(key_identifier()),
        vec(alternative_name, 0..3),
        key_usage,
        subsequence(EXTENDED.map(|(usage, _)| usage).to_vec(), 0..3),
        btree_set("http://[a-z]{1,8}/[a-z]{1,4}\\.crl", 0..3),
        option::of(key_identifier()),
        option::of(basic_constraints),
    )
        .prop_map(move |(aki, names, key_usage, extended_key_usages, points, ski, constraints)| {
            Extensions {
                authority_key_identifier: aki,
                alternative_names: names,
                key_usage,
                extended_key_usages,
                crl_distribution_points: Vec::from_iter(points),
                basic_constraints: if for_rcgen && ski.is_none() { None } else { constraints },
                subject_key_identifier: ski,
                ..Extensions::default()
            }
        })
}

/// In the order of their bits (RFC 5280 4.2.1.3).
const PURPOSES: [KeyUsagePurpose; 9] = [
    KeyUsagePurpose::DigitalSignature,
    KeyUsagePurpose::NonRepudiation,
    KeyUsagePurpose::KeyEncipherment,
    KeyUsagePurpose::DataEncipherment,
    KeyUsagePurpose::KeyAgreement,
    KeyUsagePurpose::KeyCertSign,
    KeyUsagePurpose::CrlSign,
    KeyUsagePurpose::EncipherOnly,
    KeyUsagePurpose::DecipherOnly,
];

/// What each purpose reads back as.
const EXTENDED: [(ExtendedKeyUsage, KeyPurpose); 6] = [
    (ExtendedKeyUsage::Any, KeyPurpose::Any),
    (ExtendedKeyUsage::ServerAuthentication, KeyPurpose::ServerAuthentication),
    (ExtendedKeyUsage::ClientAuthentication, KeyPurpose::ClientAuthentication),
    (ExtendedKeyUsage::IpsecIke, KeyPurpose::IpsecIke),
    (ExtendedKeyUsage::IkeIntermediate, KeyPurpose::IkeIntermediate),
    (ExtendedKeyUsage::IpsecTunnel, KeyPurpose::IpsecObsolete),
];

/// Holds every field of `certificate` against `specification`, and its signature against the issuer's key.
pub fn assert_holds(certificate: &Certificate, specification: &CertificateSpecification, mint: &Mint) {
    assert_eq!(*certificate.serial(), specification.serial);
    assert_eq!(*certificate.issuer(), specification.issuer);
    assert_eq!(*certificate.subject(), specification.subject);
    assert_eq!(certificate.validity().not_before, specification.not_before);
    assert_eq!(certificate.validity().not_after, specification.not_after);
    let subject_key = mint.keys().key(specification.subject_key);
    assert_eq!(certificate.public_key().as_der(), subject_key.public_key());
    assert_eq!(
        *certificate.signature_algorithm(),
        SignatureAlgorithm::RsaPkcs1(specification.signature_hash)
    );

    let SigningKey::Lab(issuer_key) = specification.issuer_key else { panic!("no stand-ins here") };
    let issuer_key = mint.keys().key(issuer_key);
    let signed = certificate.signed();
    let verified = Real.verify(
        signed.algorithm.scheme().unwrap(),
        issuer_key.public_key(),
        signed.message,
        signed.signature,
    );
    assert_eq!(verified, Ok(()));

    match &specification.form {
        Form::Version1 => {
            assert_eq!(certificate.version(), Version::V1);
            assert_eq!(*certificate.extensions(), pki::Extensions::default());
        }
        Form::Version3(extensions) => {
            assert_eq!(certificate.version(), Version::V3);
            assert_extensions(certificate, extensions, &subject_key, &issuer_key);
        }
    }
}

fn assert_extensions(
    certificate: &Certificate,
    expected: &Extensions,
    subject_key: &LabKey,
    issuer_key: &LabKey,
) {
    let found = certificate.extensions();
    let identifier = |identifier: &Option<KeyIdentifier>, key: &LabKey| {
        identifier.as_ref().map(|identifier| match identifier {
            KeyIdentifier::Given(octets) => octets.clone(),
            KeyIdentifier::OfKey => sha1_of(key),
        })
    };
    assert_eq!(found.authority_key_identifier, identifier(&expected.authority_key_identifier, issuer_key));
    assert_eq!(found.subject_key_identifier, identifier(&expected.subject_key_identifier, subject_key));

    let names: Vec<_> = expected.alternative_names.iter().map(read_back).collect();
    assert_eq!(found.subject_alternative_names, names);
    let points: Vec<_> = expected.crl_distribution_points.iter().cloned().map(GeneralName::Uri).collect();
    assert_eq!(found.crl_distribution_points, points);

    let usage = expected.key_usage.as_ref();
    let bits = usage.map(|usage| {
        let purposes: BTreeSet<_> = usage.purposes().collect();
        (0..)
            .zip(PURPOSES)
            .filter(|(_, purpose)| purposes.contains(purpose))
            .map(|(bit, _)| 1 << bit)
            .sum::<u16>()
    });
    assert_eq!(found.key_usage.map(pki::KeyUsage::bits), bits);
    let extended: Vec<_> = expected
        .extended_key_usages
        .iter()
        .filter_map(|wanted| EXTENDED.iter().find(|(usage, _)| usage == wanted))
        .map(|(_, purpose)| purpose.clone())
        .collect();
    assert_eq!(found.extended_key_usage, (!extended.is_empty()).then_some(extended));

    let constraints = expected.basic_constraints.map(|constraints| match constraints {
        BasicConstraints::EndEntity => pki::BasicConstraints { authority: false, path_length: None },
        BasicConstraints::Authority { path_length } => {
            pki::BasicConstraints { authority: true, path_length: path_length.map(u32::from) }
        }
    });
    assert_eq!(found.basic_constraints, constraints);
    assert_order_and_criticality(certificate, expected);
}

fn assert_order_and_criticality(certificate: &Certificate, expected: &Extensions) {
    let expected = [
        ("2.5.29.35", expected.authority_key_identifier.is_some(), false),
        ("2.5.29.17", !expected.alternative_names.is_empty(), certificate.subject().is_empty()),
        (
            "2.5.29.15",
            expected.key_usage.is_some(),
            expected.key_usage.as_ref().is_some_and(KeyUsage::is_critical),
        ),
        ("2.5.29.37", !expected.extended_key_usages.is_empty(), false),
        ("2.5.29.31", !expected.crl_distribution_points.is_empty(), false),
        ("2.5.29.14", expected.subject_key_identifier.is_some(), false),
        ("2.5.29.19", expected.basic_constraints.is_some(), true),
    ];
    let expected = expected.into_iter().filter(|(_, present, _)| *present);
    let expected: Vec<_> = expected.map(|(oid, _, critical)| (oid.to_owned(), critical)).collect();
    let found = certificate.extensions().present.iter();
    assert_eq!(found.map(|(oid, critical)| (oid.to_string(), *critical)).collect::<Vec<_>>(), expected);
}

fn read_back(name: &AlternativeName) -> GeneralName {
    match name {
        AlternativeName::Dns(host) => GeneralName::Dns(host.clone()),
        AlternativeName::Email(mailbox) => GeneralName::Email(mailbox.clone()),
        AlternativeName::Address(address) => GeneralName::Address(*address),
    }
}

/// The key identifier of RFC 5280 4.2.1.2, method 1.
pub fn sha1_of(key: &LabKey) -> Vec<u8> {
    Real.hash(HashAlgorithm::Sha1, &[&rsa_public_key(key)]).to_vec()
}

/// The public half as PKCS#1 has it, worked out from the private one.
pub fn rsa_public_key(key: &LabKey) -> Vec<u8> {
    let private = RsaPrivateKey::from_pkcs8_der(key.private_key_info()).unwrap();
    private.to_public_key().to_pkcs1_der().unwrap().into_vec()
}
