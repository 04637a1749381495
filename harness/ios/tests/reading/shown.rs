//! `show crypto pki certificates` and `show crypto pki trustpoints`.

use ios::description::{CertificateStatus, CertificateUsage, ShownKind};

use super::Reading;
use super::reference::R1;

const VERBOSE: &str = "\
Certificate
  Status: Available
  Version: 3
  Certificate Serial Number (hex): 0A1B
  Certificate Usage: General Purpose
  Issuer:
    cn=CA1
    ou=Labs
     Inc.
    o=cisco
  Subject:
    Name: R1.cisco.com
    IP Address: 192.168.0.1
    Serial Number: PID:C7200 SN:100
    serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com
    cn=R1
  CRL Distribution Points:
    http://192.168.0.3/CA1.crl
  Validity Date:
    start date: 13:25:01 CET Jun 17 2013
    end   date: 13:25:01 CET Jun 17 2014
    renew date: 13:25:00 CET Jun 1 2014
  Subject Key Info:
    Public Key Algorithm: rsaEncryption
    RSA Public Key: (1024 bit)
  Signature Algorithm: SHA1 with RSA Encryption
  Fingerprint MD5: 00112233 44556677 8899AABB CCDDEEFF
  Fingerprint SHA1: 00112233 44556677 8899AABB CCDDEEFF 00112233
  X509v3 extensions:
    X509v3 Key Usage: A0000000
      Digital Signature
      Key Encipherment
    X509v3 Subject Key ID: 01234567 89ABCDEF
    X509v3 Basic Constraints:
        CA: FALSE
    X509v3 Subject Alternative Name:
        R1.cisco.com
    X509v3 Authority Key ID: 89ABCDEF 01234567
    X509v3 Extended Key Usage:
        Client Auth
    Authority Info Access:
        OCSP URL: http://192.168.0.3/ocsp
  Cert install time: 13:25:10 CET Jun 17 2013
  Associated Trustpoints: IOSCA1 IOSCA1-BACKUP
  Storage: nvram:CA1#A1B.cer
  Key Label: R1.cisco.com

CA Certificate
  Status: Available
  Certificate Serial Number (hex): 01
  Certificate Usage: Signature
  Issuer:
    cn=CA1
  Subject:
    cn=CA1
  Associated Trustpoints: IOSCA1 IOSCA1-BACKUP

Router Self-Signed Certificate
  Status: Pending
  Key Usage: General Purpose
  Associated Trustpoint: SELF
";

#[test]
fn certificates_are_in_the_order_printed() {
    let shown = Reading::of(R1).router.shown.certificates.unwrap();
    let order: Vec<_> = shown
        .iter()
        .map(|each| {
            let serial = each.serial.as_ref().unwrap().value.as_str();
            (each.kind.value, serial, each.issuer[0].value.as_str(), each.trustpoints[0].value.as_str())
        })
        .collect();
    assert_eq!(
        order,
        [
            (ShownKind::Router, "03", "cn=CA2", "IOSCA2"),
            (ShownKind::Authority, "01", "cn=CA2", "IOSCA2"),
            (ShownKind::Router, "03", "cn=CA1", "IOSCA1"),
            (ShownKind::Authority, "01", "cn=CA1", "IOSCA1"),
        ]
    );
}

#[test]
fn every_field_of_the_verbose_form_is_read() {
    let reading = Reading::of(&format!("hostname R1\n{VERBOSE}"));
    assert_eq!(reading.unknown(), Vec::<&str>::new());
    let shown = reading.router.shown.certificates.as_ref().unwrap();
    let first = &shown[0];
    let text = |value: &Option<ike::Sourced<String>>| value.as_ref().unwrap().value.clone();
    let texts = |values: &[ike::Sourced<String>]| -> Vec<String> {
        values.iter().map(|value| value.value.clone()).collect()
    };

    assert_eq!(first.version.unwrap().value, 3);
    assert_eq!(first.usage.as_ref().unwrap().value, CertificateUsage::GeneralPurpose);
    assert_eq!(texts(&first.issuer), ["cn=CA1", "ou=Labs, Inc.", "o=cisco"]);
    assert_eq!(text(&first.subject.name), "R1.cisco.com");
    assert_eq!(first.subject.ip_address.unwrap().value.to_string(), "192.168.0.1");
    assert_eq!(text(&first.subject.serial_number), "PID:C7200 SN:100");
    assert_eq!(
        texts(&first.subject.distinguished_name),
        ["serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com", "cn=R1"]
    );
    assert_eq!(texts(&first.crl_distribution_points), ["http://192.168.0.3/CA1.crl"]);
    assert_eq!(first.renewal.as_ref().unwrap().value.unix_seconds(60), 1_370_089_500 + 365 * 86_400);
    assert_eq!(text(&first.public_key_algorithm), "rsaEncryption");
    assert_eq!(first.public_key_bits.unwrap().value, 1024);
    assert_eq!(text(&first.signature_algorithm), "SHA1 with RSA Encryption");
    assert_eq!(text(&first.fingerprints.md5), "00112233445566778899AABBCCDDEEFF");
    assert_eq!(first.key_usage.unwrap().value, 0xa000_0000);
    assert!(!first.is_authority.unwrap().value);
    assert_eq!(texts(&first.extended_key_usage), ["Client Auth"]);
    assert_eq!(texts(&first.alternative_names), ["R1.cisco.com"]);
    assert_eq!(text(&first.subject_key_id), "0123456789ABCDEF");
    assert_eq!(text(&first.authority_key_id), "89ABCDEF01234567");
    assert_eq!(texts(&first.trustpoints), ["IOSCA1", "IOSCA1-BACKUP"]);
    assert_eq!(text(&first.storage), "nvram:CA1#A1B.cer");
    assert_eq!(text(&first.key_label), "R1.cisco.com");
    assert!(first.installed.is_some());

    assert_eq!(shown[1].kind.value, ShownKind::Authority);
    assert_eq!(shown[2].kind.value, ShownKind::SelfSigned);
    assert_eq!(shown[2].status.as_ref().unwrap().value, CertificateStatus::Pending);
    assert_eq!(texts(&shown[2].trustpoints), ["SELF"]);
}

#[test]
fn without_indentation_the_fields_are_the_same() {
    let flat: Vec<&str> = VERBOSE.lines().map(str::trim_start).collect();
    assert_eq!(Reading::of(&flat.join("\n")).router, Reading::of(VERBOSE).router);
}

#[test]
fn what_somebody_left_out_is_noticed() {
    for mark in ["...", "....", "<output omitted, 2 more CA certs>"] {
        let reading = Reading::of(&format!("R1#sh crypto pki certificates\n{VERBOSE}{mark}\n"));
        assert_eq!(reading.text(reading.router.shown.certificates_left_out.unwrap()), mark);
        assert_eq!(reading.unknown(), Vec::<&str>::new());
    }
    assert_eq!(Reading::of(VERBOSE).router.shown.certificates_left_out, None);
}

#[test]
fn an_output_without_certificates_is_not_a_missing_output() {
    let reading = Reading::of("R1#show crypto pki certificates\n\nR1#show run\nhostname R1\n");
    assert_eq!(reading.router.shown.certificates, Some(Vec::new()));
    assert_eq!(Reading::of("hostname R1\n").router.shown.certificates, None);
}

#[test]
fn trustpoints_are_read_in_both_forms() {
    let reading = Reading::of(
        "R1#show crypto pki trustpoints\n\
         Trustpoint IOSCA1:\n    Subject Name:\n    cn=CA1\n    o=cisco\n          Serial Number (hex): 01\n    \
         Certificate configured.\n\n\nTrustpoint NEW:\n\
         R1#show crypto pki trustpoints status\n\
         Trustpoint IOSCA2:\n  Issuing CA certificate configured:\n    Subject Name:\n     cn=CA2,o=cisco\n    \
         Fingerprint MD5: 00112233 44556677 8899AABB CCDDEEFF \n  \
         Router General Purpose certificate configured:\n    Subject Name:\n     cn=R1,ou=IT\n  \
         Last enrollment status: Granted\n  State:\n    \
         Keys generated ............. Yes (General Purpose, non-exportable)\n    \
         Issuing CA authenticated ....... Yes\n    Certificate request(s) ..... Yes\n",
    );
    assert_eq!(reading.unknown(), Vec::<&str>::new());
    let read: Vec<_> = reading
        .router
        .shown
        .trustpoints
        .iter()
        .map(|each| {
            let authority: Vec<&str> = each.authority.iter().map(|line| line.value.as_str()).collect();
            let known = |value: Option<ike::Sourced<bool>>| value.map(|value| value.value);
            (each.name.value.as_str(), authority, known(each.authenticated), known(each.enrolled))
        })
        .collect();
    assert_eq!(
        read,
        [
            ("IOSCA1", vec!["cn=CA1", "o=cisco"], Some(true), None),
            ("NEW", vec![], None, None),
            ("IOSCA2", vec!["cn=CA2,o=cisco"], Some(true), Some(true)),
        ]
    );
    let status = &reading.router.shown.trustpoints[2];
    assert_eq!(status.own_name[0].value, "cn=R1,ou=IT");
    let fingerprints = (&status.authority_fingerprints, &status.own_fingerprints);
    assert_eq!(fingerprints.0.md5.as_ref().unwrap().value, "00112233445566778899AABBCCDDEEFF");
    assert_eq!(*fingerprints.1, ios::description::Fingerprints::default());
    assert!(status.keys_generated.unwrap().value && status.requested.unwrap().value);
    assert_eq!(status.last_enrollment.as_ref().unwrap().value, "Granted");
}

#[test]
fn a_second_output_adds_to_what_the_first_one_told() {
    let brief: Vec<&str> = VERBOSE
        .lines()
        .filter(|line| !line.contains("Signature Algorithm") && !line.contains("Key Info"))
        .collect();
    let brief = format!("R1#show crypto pki certificates\n{}\n", brief.join("\n"));
    let both = format!("{brief}R1#show crypto pki certificates verbose\n{VERBOSE}");
    let shown = Reading::of(&both).router.shown.certificates.unwrap();
    // The pending one has no serial number to be known by.
    assert_eq!(shown.len(), 4);
    assert!(shown[0].signature_algorithm.is_some());
    assert_eq!(shown[1].kind.value, ShownKind::Authority);
}

#[test]
fn two_outputs_in_different_orders_contradict_each_other() {
    let heading = "R1#sh crypto pki certificates\n";
    let one = |serial: u8| {
        format!(
            "Certificate\n  Certificate Serial Number (hex): 0{serial}\n  Issuer:\n    cn=CA{serial}\n  Associated Trustpoints: TP{serial}\n"
        )
    };
    let first = format!("crypto isakmp policy 1\n{heading}{}{}", one(1), one(2));
    let again = format!("{first}{heading}{}{}", one(1), one(2));
    let otherwise = format!("{first}{heading}{}{}", one(2), one(1));
    assert_eq!(Reading::of(&again).codes(), Vec::<&str>::new());
    assert_eq!(Reading::of(&again).router.shown.certificates.unwrap().len(), 2);
    assert_eq!(Reading::of(&otherwise).codes(), ["contradictory-order"]);
}
