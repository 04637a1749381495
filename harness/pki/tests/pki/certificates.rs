//! Certificates: that each field is what the maker put there.

use crypto::{HashAlgorithm, Real};
use pki::{
    BasicConstraints, Certificate, GeneralName, IssuerSignatures, KeyKind, KeyPurpose, KeyUsage,
    Malformation, SignatureAlgorithm, SignatureProblem, SignedKind, Subtree, Version,
};
use rcgen::{
    CrlDistributionPoint, CustomExtension, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyUsagePurpose,
    NameConstraints, SanType, SerialNumber, date_time_ymd,
};

use crate::data::{ca1, day, r1, r1_version_1};
use crate::made::{Ca, der};

#[test]
fn the_router_of_the_reference_is_read_as_openssl_reads_it() {
    let r1 = r1();
    assert_eq!(r1.as_der().len(), 556);
    assert_eq!(r1.version(), Version::V3);
    assert_eq!(r1.serial().to_string(), "03");
    assert_eq!(r1.issuer().to_string(), "cn=CA1,o=cisco,o=com");
    assert_eq!(
        r1.subject().to_string(),
        "serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com"
    );
    assert_eq!(r1.validity().not_before.to_string(), "2013-06-17 11:25:01 UTC");
    assert_eq!(r1.validity().not_after.to_string(), "2014-06-17 11:25:01 UTC");
    assert_eq!(*r1.public_key().kind(), KeyKind::Rsa { bits: 512 });
    assert_eq!(*r1.signature_algorithm(), SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Md5));
    let extensions = r1.extensions();
    let usage = extensions.key_usage.unwrap();
    assert_eq!(usage, KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::KEY_ENCIPHERMENT));
    assert_eq!(extensions.authority_key_identifier, ca1().extensions().subject_key_identifier);
    assert_eq!(extensions.subject_key_identifier.as_ref().unwrap()[..4], [0x48, 0x0e, 0x58, 0xab]);
    assert_eq!(extensions.basic_constraints, None);
    let present = extensions.present.iter().map(|(oid, critical)| (oid.to_string(), *critical));
    assert!(present.eq([
        ("2.5.29.15".into(), false),
        ("2.5.29.35".into(), false),
        ("2.5.29.14".into(), false)
    ]));
}

#[test]
fn fingerprints_and_the_hash_of_the_key_are_those_that_openssl_prints() {
    let hex = |digest: crypto::Digest| digest.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let (ca1, r1) = (ca1(), r1());
    assert_eq!(hex(r1.fingerprint(&Real, HashAlgorithm::Md5)), "E3F2A3F714056DA5485AB9086BDE074F");
    assert_eq!(hex(r1.fingerprint(&Real, HashAlgorithm::Sha1)), "46C98C2BCE37C94ADDCCB834C337CB92CEFF3045");
    assert_eq!(hex(ca1.public_key().request_hash(&Real)), "ED02D80D812C240B855435AFC8546D06BEEE2667");
}

#[test]
fn the_signature_of_the_issuer_is_accepted_and_no_other() {
    let (ca1, r1) = (ca1(), r1());
    assert_eq!(r1.signed().kind, SignedKind::Certificate);
    assert_eq!(Real.check(&r1.signed(), ca1.public_key()), Ok(()));
    assert_eq!(Real.check(&ca1.signed(), ca1.public_key()), Ok(()));
    assert!(matches!(Real.check(&r1.signed(), r1.public_key()), Err(SignatureProblem::Refused(_))));
}

#[test]
fn a_certificate_of_version_1_has_no_extensions() {
    let old = r1_version_1();
    assert_eq!((old.version(), old.serial().to_string().as_str()), (Version::V1, "05"));
    assert_eq!(old.subject(), r1().subject());
    assert_eq!(*old.extensions(), Default::default());
    assert_eq!(Real.check(&old.signed(), ca1().public_key()), Ok(()));
}

#[test]
fn every_field_that_rcgen_writes_is_read_back() {
    let ca = Ca::root("CA", 1);
    let made = ca.router_with("R1", 2, |params| {
        params.serial_number = Some(SerialNumber::from_slice(&[0x9a, 0xbc]));
        params.not_before = date_time_ymd(1999, 12, 31);
        params.not_after = date_time_ymd(2051, 1, 1);
        params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 5, 5, 7, 3, 17]),
            ExtendedKeyUsagePurpose::Any,
        ];
        params.subject_alt_names = vec![
            SanType::DnsName("r1.cisco.com".try_into().unwrap()),
            SanType::Rfc822Name("r1@cisco.com".try_into().unwrap()),
            SanType::IpAddress([192, 168, 0, 1].into()),
        ];
        params.crl_distribution_points = vec![CrlDistributionPoint { uris: vec!["http://ca/ca.crl".into()] }];
    });
    assert_eq!(made.serial().to_string(), "9ABC");
    assert_eq!(made.validity().not_before, day(1999, 12, 31));
    assert_eq!(made.validity().not_after, day(2051, 1, 1), "a GeneralizedTime");
    assert_eq!(made.issuer(), ca.certificate.subject());
    assert_eq!(*made.public_key().kind(), KeyKind::Rsa { bits: 1024 });
    assert_eq!(*made.signature_algorithm(), SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha256));
    let extensions = made.extensions();
    assert_eq!(extensions.key_usage, Some(KeyUsage::NON_REPUDIATION));
    assert_eq!(
        extensions.extended_key_usage.as_deref(),
        Some(&[KeyPurpose::ServerAuthentication, KeyPurpose::IpsecIke, KeyPurpose::Any][..])
    );
    assert_eq!(
        extensions.subject_alternative_names,
        [
            GeneralName::Dns("r1.cisco.com".into()),
            GeneralName::Email("r1@cisco.com".into()),
            GeneralName::Address([192, 168, 0, 1].into()),
        ]
    );
    assert_eq!(extensions.crl_distribution_points, [GeneralName::Uri("http://ca/ca.crl".into())]);
    assert_eq!(extensions.authority_key_identifier, Some(vec![1; 20]));
    assert_eq!(extensions.unknown_critical, []);
}

#[test]
fn what_a_ca_says_about_those_below_is_read() {
    let subtree = GeneralSubtree::DnsName("cisco.com".into());
    let network = GeneralSubtree::IpAddress(rcgen::CidrSubnet::from_v4_prefix([192, 168, 0, 0], 16));
    let ca = Ca::root_with("CA", 1, |params| {
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Constrained(2));
        params.name_constraints =
            Some(NameConstraints { permitted_subtrees: vec![subtree], excluded_subtrees: vec![network] });
    });
    let extensions = ca.certificate.extensions();
    assert_eq!(
        extensions.basic_constraints,
        Some(BasicConstraints { authority: true, path_length: Some(2) })
    );
    assert_eq!(extensions.key_usage, Some(KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN)));
    let constraints = extensions.name_constraints.as_ref().unwrap();
    assert_eq!(constraints.permitted, [Subtree::Dns("cisco.com".into())]);
    let (address, mask) = (vec![192, 168, 0, 0], vec![255, 255, 0, 0]);
    assert_eq!(constraints.excluded, [Subtree::Network { address, mask }]);
}

#[test]
fn a_critical_extension_that_nobody_knows_is_listed() {
    let made = Ca::root("CA", 1).router_with("R1", 2, |params| {
        for critical in [true, false] {
            let arc = u64::from(critical);
            let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, arc], vec![5, 0]);
            extension.set_criticality(critical);
            params.custom_extensions.push(extension);
        }
    });
    let unknown: Vec<String> = made.extensions().unknown_critical.iter().map(ToString::to_string).collect();
    assert_eq!(unknown, ["1.2.3.1"]);
}

/// A certificate without signature, assembled from these parts.
fn assemble(version: &[u8], algorithms: [&[u8]; 2], dates: &[u8], key: &[u8], extensions: &[u8]) -> Vec<u8> {
    let to_be_signed = der(
        0x30,
        &[version, &[2, 1, 7], &der(0x30, &[algorithms[0]]), &[0x30, 0], dates, &[0x30, 0], key, extensions],
    );
    der(0x30, &[&to_be_signed, &der(0x30, &[algorithms[1]]), &[3, 1, 0]])
}

const VERSION_3: &[u8] = &[0xa0, 3, 2, 1, 2];
/// 1.2.3, which no table has.
const ODD: &[u8] = &[6, 2, 0x2a, 3];
const DATES: &[u8] = b"\x30\x1e\x17\x0d130617112501Z\x17\x0d140617112501Z";
const ODD_KEY: &[u8] = &[0x30, 10, 0x30, 4, 6, 2, 0x2a, 3, 3, 2, 0, 1];

#[test]
fn algorithms_that_nobody_knows_are_kept_by_their_numbers() {
    let made = Certificate::from_der(&assemble(VERSION_3, [ODD, ODD], DATES, ODD_KEY, &[])).unwrap();
    assert_eq!(made.signature_algorithm().to_string(), "algorithm 1.2.3");
    assert_eq!(made.signature_algorithm().scheme(), None);
    assert!(matches!(made.public_key().kind(), KeyKind::Other(oid) if oid.to_string() == "1.2.3"));
    let refused = Real.check(&made.signed(), made.public_key());
    assert_eq!(refused, Err(SignatureProblem::UnsupportedAlgorithm));
}

#[test]
fn what_no_certificate_can_be_is_refused_with_its_reason() {
    let dates = |text: &[u8]| der(0x30, &[&der(0x17, &[text]), &der(0x17, &[text])]);
    let extension = |contents: &[u8]| der(0xa3, &[&der(0x30, &[contents])]);
    let constraints = |contents: &[u8]| der(0x30, &[&[6, 3, 0x55, 0x1d, 19], &der(4, &[contents])]);
    let twice = [constraints(&[0x30, 0]), constraints(&[0x30, 0])].concat();
    for (bytes, why) in [
        (assemble(&[0xa0, 3, 2, 1, 3], [ODD, ODD], DATES, ODD_KEY, &[]), "a version after 3"),
        (
            assemble(VERSION_3, [ODD, &[6, 1, 0x2a]], DATES, ODD_KEY, &[]),
            "another signature algorithm than outside",
        ),
        (
            assemble(VERSION_3, [ODD, ODD], &dates(b"1306171125Z"), ODD_KEY, &[]),
            "a time without seconds or with fractions",
        ),
        (
            assemble(VERSION_3, [ODD, ODD], &dates(b"130617112501+0100"), ODD_KEY, &[]),
            "a time that does not end in Z",
        ),
        (
            assemble(VERSION_3, [ODD, ODD], &dates(b"130229112501Z"), ODD_KEY, &[]),
            "a time that does not exist",
        ),
        (
            assemble(VERSION_3, [ODD, ODD], &dates(b"13+617112501Z"), ODD_KEY, &[]),
            "a time that does not exist",
        ),
        (
            assemble(&[], [ODD, ODD], DATES, ODD_KEY, &extension(&[])),
            "extensions in a certificate before version 3",
        ),
        (
            assemble(VERSION_3, [ODD, ODD], DATES, ODD_KEY, &extension(&twice)),
            "an extension that stands there twice",
        ),
        (
            assemble(VERSION_3, [ODD, ODD], DATES, ODD_KEY, &extension(&constraints(&[5, 0]))),
            "an extension whose contents are not what it should hold",
        ),
        (
            assemble(VERSION_3, [ODD, ODD], DATES, ODD_KEY, &extension(&constraints(&[0x30, 0, 5, 0]))),
            "an extension whose contents are not what it should hold",
        ),
    ] {
        assert_eq!(Certificate::from_der(&bytes).unwrap_err().reason, Malformation::Contents(why));
    }
}

#[test]
fn a_certificate_cut_short_or_followed_by_something_is_refused_where_it_ends() {
    let whole = r1();
    for length in 0..whole.as_der().len() {
        let error = Certificate::from_der(&whole.as_der()[..length]).unwrap_err();
        assert_eq!(error.offset, 0, "cut to {length} bytes");
    }
    let more = [whole.as_der(), &[0]].concat();
    let error = Certificate::from_der(&more).unwrap_err();
    assert_eq!((error.offset, error.reason), (556, Malformation::TrailingBytes));
}

#[test]
fn dates_are_those_of_the_calendar() {
    for (seconds, text) in [
        (0, "1970-01-01 00:00:00 UTC"),
        (-1, "1969-12-31 23:59:59 UTC"),
        (951_782_400, "2000-02-29 00:00:00 UTC"),
        (1_371_475_501, "2013-06-17 13:25:01 UTC"),
        (4_107_542_399, "2100-02-28 23:59:59 UTC"),
        (4_107_542_400, "2100-03-01 00:00:00 UTC"),
    ] {
        let time = pki::CalendarTime::from_unix(seconds);
        assert_eq!(time.to_string(), text);
        assert_eq!(pki::CalendarTime::from_civil(time.civil()), Some(time));
    }
    for seconds in [i64::MIN, i64::MAX] {
        let _ = pki::CalendarTime::from_unix(seconds).to_string();
    }
}
