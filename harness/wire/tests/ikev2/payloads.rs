//! The bodies of payloads, laid out by hand from the figures of the RFCs.

use std::net::{Ipv4Addr, Ipv6Addr};

use wire::ikev2::transforms::{EncryptionAlgorithm, IntegrityAlgorithm, PseudorandomFunction, TransformType};
use wire::ikev2::{
    AddressRange, Authentication, AuthenticationMethod, Authorities, Certificate, CertificateRequest,
    ConfigurationAttribute, ConfigurationAttributeType, ConfigurationType, Delete, Eap, EapCode,
    HashAlgorithm, HashAlgorithms, HashAndUrl, Identification, IdentificationType, Identity, KeyExchange,
    Notification, NotificationContent, NotifyType, Payload, Proof, ProtocolId, Redirect, TrafficSelector,
    TrafficSelectorType, TrafficSelectorsBuf,
};
use wire::{CertificateEncoding, Group, PayloadType};

use super::{hex, read, written};

fn typed(payload_type: PayloadType, body: &[u8]) -> Payload<'_> {
    read(payload_type, body, 4).unwrap()
}

/// Reads the body as this payload, and writes the payload as this body.
fn is_laid_out_as(payload: Payload<'_>, body: &[u8]) {
    assert_eq!(typed(payload.payload_type(), body), payload);
    assert_eq!(payload.body().unwrap(), body);
}

#[test]
fn every_type_of_identity_has_its_form() {
    let cases = [
        ("01 000000 c0a80001", Identity::Ipv4Address(Ipv4Addr::new(192, 168, 0, 1))),
        ("02 000000 52312e636973636f2e636f6d", Identity::Fqdn(b"R1.cisco.com")),
        ("03 000000 61406263", Identity::Rfc822Address(b"a@bc")),
        (
            "05 000000 20010db8000000000000000000000001",
            Identity::Ipv6Address(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
        ),
        ("09 000000 3000", Identity::DistinguishedName(&[0x30, 0])),
        ("0a 000000 8200", Identity::GeneralName(&[0x82, 0])),
        ("0b 000000 010203", Identity::KeyId(&[1, 2, 3])),
        ("0d 000000", Identity::Other(IdentificationType::NULL, &[])),
    ];
    for (text, identity) in cases {
        let body = hex(text);
        is_laid_out_as(Payload::InitiatorIdentification(Identification::new(identity)), &body);
        is_laid_out_as(Payload::ResponderIdentification(Identification::new(identity)), &body);
        assert_eq!(identity.identification_type().0, body[0]);
    }
}

#[test]
fn the_reserved_bytes_of_an_identity_are_part_of_what_is_proved() {
    let body = hex("0b 010203 04");
    let identification = Identification { reserved: [1, 2, 3], identity: Identity::KeyId(&[4]) };
    is_laid_out_as(Payload::InitiatorIdentification(identification), &body);
}

#[test]
fn initiator_and_responder_have_their_own_types() {
    let identification = Identification::new(Identity::KeyId(&[1]));
    let selectors =
        TrafficSelectorsBuf::new(&[TrafficSelector::Ipv4(AddressRange::any([0; 4].into(), [255; 4].into()))])
            .unwrap();
    for (payload, payload_type) in [
        (Payload::InitiatorIdentification(identification), 35),
        (Payload::ResponderIdentification(identification), 36),
        (Payload::InitiatorTrafficSelectors(selectors.view()), 44),
        (Payload::ResponderTrafficSelectors(selectors.view()), 45),
    ] {
        assert_eq!(payload.payload_type(), PayloadType(payload_type));
    }
}

#[test]
fn a_public_value_stands_behind_its_group() {
    let body = hex("0013 0102 aabb");
    let exchange = KeyExchange { group: Group::ECP_256, reserved: [1, 2], public_value: &[0xaa, 0xbb] };
    is_laid_out_as(Payload::KeyExchange(exchange), &body);
    assert_eq!(
        written(Payload::KeyExchange(KeyExchange::new(Group::CURVE25519, &[7; 32])))[..8],
        hex("00 00 0028 001f 0000")
    );
}

#[test]
fn a_certificate_or_where_it_is_stands_behind_its_encoding() {
    is_laid_out_as(Payload::Certificate(Certificate::X509(&[0x30, 0x82])), &hex("04 3082"));
    let raw_key = Certificate::Other(CertificateEncoding::RAW_RSA_KEY, &[0x30]);
    is_laid_out_as(Payload::Certificate(raw_key), &hex("0b 30"));

    let hash: [u8; 20] = std::array::from_fn(|place| place as u8);
    let found = HashAndUrl { hash: &hash, url: b"http://a" };
    let text = "000102030405060708090a0b0c0d0e0f10111213 687474703a2f2f61";
    let certificate = Certificate::HashAndUrlOfCertificate(found);
    is_laid_out_as(Payload::Certificate(certificate), &hex(&format!("0c {text}")));
    let bundle = Certificate::HashAndUrlOfBundle(found);
    is_laid_out_as(Payload::Certificate(bundle), &hex(&format!("0d {text}")));
}

#[test]
fn a_certificate_request_lists_hashes_of_public_keys() {
    let hashes = [[0xaa; 20], [0xbb; 20]];
    let body = [&[4][..], &[0xaa; 20], &[0xbb; 20]].concat();
    is_laid_out_as(Payload::CertificateRequest(CertificateRequest::x509(&hashes)), &body);
    is_laid_out_as(Payload::CertificateRequest(CertificateRequest::x509(&[])), &[4]);
    for encoding in
        [CertificateEncoding::HASH_AND_URL_OF_CERTIFICATE, CertificateEncoding::HASH_AND_URL_OF_BUNDLE]
    {
        let request = CertificateRequest { encoding, authorities: Authorities::KeyHashes(&hashes) };
        is_laid_out_as(Payload::CertificateRequest(request), &[&[encoding.0], &body[1..]].concat());
    }
    let ocsp = CertificateRequest {
        encoding: CertificateEncoding::OCSP_CONTENT,
        authorities: Authorities::Opaque(&[1, 2, 3]),
    };
    is_laid_out_as(Payload::CertificateRequest(ocsp), &[14, 1, 2, 3]);
}

#[test]
fn a_signature_of_method_14_says_how_it_was_made() {
    // RFC 7427 appendix A.3.2: ecdsa-with-SHA256, 12 bytes.
    let algorithm = hex("300a 0608 2a8648ce3d040302");
    let body = [&[14, 0, 0, 0, 12][..], &algorithm, &[1, 2, 3]].concat();
    let proof = Proof::DigitalSignature { algorithm: &algorithm, signature: &[1, 2, 3] };
    is_laid_out_as(Payload::Authentication(Authentication::new(proof)), &body);
    assert_eq!(Authentication::new(proof).method(), AuthenticationMethod::DIGITAL_SIGNATURE);
}

#[test]
fn a_signature_of_another_method_is_all_there_is() {
    let proof = Proof::Other(AuthenticationMethod::RSA_SIGNATURE, &[12, 1, 2]);
    let authentication = Authentication { reserved: [7, 8, 9], proof };
    is_laid_out_as(Payload::Authentication(authentication), &[1, 7, 8, 9, 12, 1, 2]);
    assert_eq!(authentication.method(), AuthenticationMethod::RSA_SIGNATURE);
}

#[test]
fn a_notification_may_name_a_child_sa() {
    let notification = Notification {
        protocol: ProtocolId::ESP,
        spi: &[0xc0, 0xff, 0xee, 1],
        notify_type: NotifyType::REKEY_SA,
        data: &[],
    };
    is_laid_out_as(Payload::Notify(notification), &hex("03 04 4009 c0ffee01"));
}

#[test]
fn the_data_of_a_notification_are_read_as_its_type_says() {
    let hash = [9; 20];
    let hashes = hex("0002 0003 0005 00ff");
    let algorithms =
        [HashAlgorithm::SHA2_256, HashAlgorithm::SHA2_384, HashAlgorithm::IDENTITY, HashAlgorithm(255)];
    assert_eq!(HashAlgorithms::data(&algorithms), hashes);
    fn content(number: u16, data: &[u8]) -> NotificationContent<'_> {
        Notification::new(NotifyType(number), data).content(0).unwrap()
    }

    assert_eq!(content(16390, b"cookie"), NotificationContent::Cookie(b"cookie"));
    assert_eq!(content(17, &[0, 14]), NotificationContent::InvalidKePayload(Group::MODP_2048));
    assert_eq!(content(16388, &hash), NotificationContent::NatDetectionSourceIp(&hash));
    assert_eq!(content(16389, &hash), NotificationContent::NatDetectionDestinationIp(&hash));
    let NotificationContent::SignatureHashAlgorithms(listed) = content(16431, &hashes) else { panic!() };
    assert_eq!(listed.iter().collect::<Vec<_>>(), algorithms);
    assert_eq!(content(1, &[99]), NotificationContent::UnsupportedCriticalPayload(PayloadType(99)));
    assert_eq!(content(5, &[2]), NotificationContent::InvalidMajorVersion(2));
    assert_eq!(content(16430, &[]), NotificationContent::FragmentationSupported);
    // RFC 5685 7.2: type 1 is an IPv4 address; a nonce of the initiator behind it.
    let redirect = Redirect { gateway_type: 1, gateway: &[10, 0, 0, 1], nonce: &[5, 6] };
    let data = hex("01 04 0a000001 0506");
    assert_eq!(content(16407, &data), NotificationContent::Redirect(redirect));
    assert_eq!(content(14, &[1, 2]), NotificationContent::Opaque(&[1, 2]));
}

#[test]
fn the_ike_sa_is_deleted_without_an_spi_and_child_sas_by_theirs() {
    is_laid_out_as(Payload::Delete(Delete::IKE_SA), &hex("01 00 0000"));
    assert_eq!(Delete::IKE_SA.spis().count(), 0);

    let spis = hex("c0ffee01 c0ffee02");
    let delete = Delete::several(ProtocolId::ESP, &spis, 4).unwrap();
    is_laid_out_as(Payload::Delete(delete), &hex("03 04 0002 c0ffee01 c0ffee02"));
    assert_eq!(delete.spis().collect::<Vec<_>>(), [&spis[..4], &spis[4..]]);
    assert_eq!((delete.protocol(), delete.spi_size()), (ProtocolId::ESP, 4));
    assert_eq!(Delete::one(ProtocolId::AH, &spis[..4]).unwrap().spis().collect::<Vec<_>>(), [&spis[..4]]);
}

#[test]
fn traffic_selectors_are_ranges_of_addresses_and_ports() {
    // 16 bytes of IPv4, 40 of IPv6, 4 + 3 of a security label.
    let body = hex("
        03 000000
        07 11 0010  01f4 01f4  0a000000 0a0000ff
        08 00 0028  0000 ffff  20010db8000000000000000000000000 20010db800000000ffffffffffffffff
        0a 00 0007  616263");
    let selectors = [
        TrafficSelector::Ipv4(AddressRange {
            protocol: 17,
            first_port: 500,
            last_port: 500,
            first: Ipv4Addr::new(10, 0, 0, 0),
            last: Ipv4Addr::new(10, 0, 0, 255),
        }),
        TrafficSelector::Ipv6(AddressRange::any(
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0),
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0xffff, 0xffff, 0xffff, 0xffff),
        )),
        TrafficSelector::Other { selector_type: TrafficSelectorType::SECLABEL, protocol: 0, data: b"abc" },
    ];
    let written = TrafficSelectorsBuf::new(&selectors).unwrap();
    assert_eq!(written.view().iter().collect::<Vec<_>>(), selectors);
    is_laid_out_as(Payload::InitiatorTrafficSelectors(written.view()), &body);
    assert_eq!(selectors.map(|selector| selector.protocol()), [17, 0, 0]);
}

#[test]
fn the_attributes_of_a_configuration_are_walked() {
    // The reserved bit before the second type says nothing; RFC 7296 3.15.1.
    let body = hex("01 000000  0001 0000  8003 0004 0a000035  7fff 0001 09");
    let Payload::Configuration(configuration) = typed(PayloadType::CONFIGURATION, &body) else { panic!() };
    assert_eq!(configuration.configuration_type, ConfigurationType::REQUEST);
    let attribute =
        |number, value| ConfigurationAttribute { attribute_type: ConfigurationAttributeType(number), value };
    assert_eq!(
        configuration.attributes().collect::<Vec<_>>(),
        [attribute(1, &[][..]), attribute(3, &[10, 0, 0, 0x35]), attribute(0x7fff, &[9])]
    );
    assert_eq!(Payload::Configuration(configuration).body().unwrap(), body);
}

#[test]
fn an_eap_message_fills_its_payload() {
    let request = Eap { code: EapCode::REQUEST, identifier: 7, data: &[1] };
    is_laid_out_as(Payload::Eap(request), &hex("01 07 0005 01"));
    let success = Eap { code: EapCode::SUCCESS, identifier: 8, data: &[] };
    is_laid_out_as(Payload::Eap(success), &hex("03 08 0004"));
}

#[test]
fn payloads_that_are_only_bytes_are_their_bytes() {
    for (number, payload) in [
        (40, Payload::Nonce(b"value")),
        (43, Payload::VendorId(b"value")),
        // The types of IKEv1 mean nothing here.
        (1, Payload::Unknown(PayloadType::SECURITY_ASSOCIATION, b"value")),
        (54, Payload::Unknown(PayloadType::PUZZLE_SOLUTION, b"value")),
        (200, Payload::Unknown(PayloadType(200), b"value")),
    ] {
        assert_eq!(payload.payload_type().0, number);
        is_laid_out_as(payload, b"value");
        assert_eq!(written(payload), hex("00 00 0009 76616c7565"));
    }
}

#[test]
fn numbers_are_named_as_their_registry_names_them() {
    let names = [
        (EncryptionAlgorithm(3).name(), "ENCR_3DES"),
        (EncryptionAlgorithm(12).name(), "ENCR_AES_CBC"),
        (EncryptionAlgorithm(16).name(), "ENCR_AES_CCM_16"),
        (EncryptionAlgorithm(20).name(), "ENCR_AES_GCM_16"),
        (EncryptionAlgorithm(28).name(), "ENCR_CHACHA20_POLY1305"),
        (PseudorandomFunction(5).name(), "PRF_HMAC_SHA2_256"),
        (IntegrityAlgorithm(2).name(), "AUTH_HMAC_SHA1_96"),
        (IntegrityAlgorithm(12).name(), "AUTH_HMAC_SHA2_256_128"),
        (Group(19).name(), "256-bit random ECP"),
        (Group(31).name(), "Curve25519"),
        (TransformType(4).name(), "D-H"),
        (AuthenticationMethod(14).name(), "Digital Signature"),
        (HashAlgorithm(2).name(), "SHA2-256"),
        (NotifyType(38).name(), "TS_UNACCEPTABLE"),
        (NotifyType(16431).name(), "SIGNATURE_HASH_ALGORITHMS"),
        (ProtocolId(3).name(), "ESP"),
        (CertificateEncoding(12).name(), "Hash and URL of X.509 certificate"),
    ];
    for (found, expected) in names {
        assert_eq!(found, Some(expected));
    }
    assert_eq!((NotifyType(2).name(), EncryptionAlgorithm(10).name()), (None, None));
}

#[test]
fn notifications_below_the_status_types_are_errors() {
    assert!(NotifyType(0).is_error());
    assert!(NotifyType::TS_UNACCEPTABLE.is_error());
    assert!(NotifyType(16383).is_error());
    assert!(!NotifyType::INITIAL_CONTACT.is_error());
    assert!(!NotifyType(40960).is_error());
}
