//! The certificates of Cisco document 117633: their length is known from the captures.

use crypto::{HashAlgorithm, Hashes, Real};
use lab::certificates::{BeyondRcgen, CertificateSpecification, Extensions, Form, KeyUsage, Maker, Mint};
use pki::{CalendarTime, Certificate, Civil, Validity, Version};

use super::{key, name, serial};

/// One of the four router certificates: what `show crypto pki certificates` prints of it, times in UTC.
struct Row {
    authority: &'static str,
    serial: u8,
    subject: &'static str,
    /// Minute and second after 12 o'clock on 2013-06-17, and on the same day a year later.
    start: (u8, u8),
}

const R1: &str = "serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com";
const R2: &str = "serialNumber=101+ipaddress=192.168.0.2+hostname=R2.cisco.com,cn=R2,ou=IT,o=cisco,o=com";

/// The document prints the second and the third row; the two others are like them. CET is an hour ahead of UTC.
const ROWS: [Row; 4] = [
    Row { authority: "cn=CA1,o=cisco,o=com", serial: 3, subject: R1, start: (24, 1) },
    Row { authority: "cn=CA2,o=cisco,o=com", serial: 3, subject: R1, start: (25, 1) },
    Row { authority: "cn=CA1,o=cisco,o=com", serial: 2, subject: R2, start: (23, 49) },
    Row { authority: "cn=CA2,o=cisco,o=com", serial: 2, subject: R2, start: (24, 49) },
];

fn specification(row: &Row, hash: HashAlgorithm) -> CertificateSpecification {
    let at = |year| {
        let (minute, second) = row.start;
        CalendarTime::from_civil(Civil { year, month: 6, day: 17, hour: 12, minute, second }).unwrap()
    };
    let validity = Validity { not_before: at(2013), not_after: at(2014) };
    let authority =
        CertificateSpecification::ios_authority(name(row.authority), key(1024, 0), hash, serial(1), validity);
    CertificateSpecification::ios_router(
        &authority,
        name(row.subject),
        key(512, 0),
        serial(row.serial),
        validity,
    )
}

/// Each row with each of the two hashes that the captures allow.
fn all() -> impl Iterator<Item = (&'static Row, CertificateSpecification)> {
    [HashAlgorithm::Md5, HashAlgorithm::Sha1]
        .into_iter()
        .flat_map(|hash| ROWS.iter().map(move |row| (row, specification(row, hash))))
}

#[test]
fn the_certificates_of_the_captures_have_559_bytes() {
    let mint = Mint::new();
    for (row, specification) in all() {
        assert_eq!(mint.certificate(&specification).unwrap().len(), 559, "{}", row.subject);
    }
}

#[test]
fn they_have_556_bytes_if_the_key_usage_is_not_critical() {
    let mint = Mint::new();
    for (row, mut specification) in all() {
        let Form::Version3(Extensions { key_usage, .. }) = &mut specification.form else {
            panic!("router certificates have version 3")
        };
        *key_usage = KeyUsage::new(key_usage.as_ref().unwrap().purposes(), false);
        assert_eq!(mint.certificate(&specification).unwrap().len(), 556, "{}", row.subject);
    }
}

#[test]
fn they_read_back_as_the_routers_show_them() {
    let mint = Mint::new();
    for (row, specification) in all() {
        let certificate = Certificate::from_der(&mint.certificate(&specification).unwrap()).unwrap();
        assert_eq!(certificate.version(), Version::V3);
        assert_eq!(certificate.serial().to_string(), format!("{:02X}", row.serial));
        assert_eq!(certificate.issuer().to_string(), row.authority);
        assert_eq!(certificate.subject().to_string(), row.subject);
        assert_eq!(certificate.validity().not_before, specification.not_before);
        assert_eq!(certificate.validity().not_after, specification.not_after);
        assert_eq!(*certificate.public_key().kind(), pki::KeyKind::Rsa { bits: 512 });
        let present: Vec<_> = certificate
            .extensions()
            .present
            .iter()
            .map(|(oid, critical)| (oid.to_string(), *critical))
            .collect();
        // Authority key identifier, key usage (critical), subject key identifier.
        let expected = [("2.5.29.35", false), ("2.5.29.15", true), ("2.5.29.14", false)];
        assert_eq!(present, expected.map(|(oid, critical)| (oid.to_owned(), critical)));
    }
}

#[test]
fn the_name_of_each_authority_makes_a_certificate_request_of_51_bytes() {
    // Payload header 4, encoding 1, name 46 (RFC 2408 3.10).
    for (_, specification) in all() {
        assert_eq!(4 + 1 + specification.issuer.as_der().len(), 51);
    }
}

#[test]
fn rcgen_cannot_make_them() {
    let (_, old) = all().next().unwrap();
    assert_eq!(old.beyond_rcgen(), Some(BeyondRcgen::SignatureHash(HashAlgorithm::Md5)));
    // A current hash changes nothing: the names stay.
    let current = CertificateSpecification { signature_hash: HashAlgorithm::Sha256, ..old };
    assert_eq!(current.beyond_rcgen(), Some(BeyondRcgen::RepeatedAttribute));
    assert_eq!(current.maker(), Maker::X509Cert);
}

#[test]
fn the_same_bytes_come_out_on_every_machine() {
    let mint = Mint::new();
    let made: Vec<_> = all().map(|(_, specification)| mint.certificate(&specification).unwrap()).collect();
    let again = Mint::new();
    for ((_, specification), made) in all().zip(&made) {
        assert_eq!(again.certificate(&specification).unwrap(), *made);
    }
    // As `openssl dgst -sha256` gives it. It changes with the committed keys and with nothing else.
    let parts: Vec<&[u8]> = made.iter().map(|der| &**der).collect();
    assert_eq!(
        format!("{:?}", Real.hash(HashAlgorithm::Sha256, &parts)),
        "b1340c479430c3f1316b8881f5cf00ecc7c8f2a5aa080e04265521a5c7168651"
    );
}
