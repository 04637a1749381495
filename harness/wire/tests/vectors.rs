//! Messages and payloads whose bytes were laid out by hand from the figures of the RFCs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use wire::ikev1::attributes::{
    AuthenticationAlgorithm, AuthenticationMethod, EncapsulationMode, EncryptionAlgorithm, EspTransform,
    Group, HashAlgorithm, IsakmpTransform, LifeType, Phase1Class, Phase2Class,
};
use wire::ikev1::{
    AttributeValue, Certificate, CertificateRequest, Delete, Doi, Identification, IdentificationType,
    Identity, Message, MessageBuilder, NatDetection, NatNumbering, NatOriginalAddress, Notification,
    NotifyType, Payload, ProtocolId, SecurityAssociation, Situation, owned, vendor, write_payloads,
};
use wire::{CertificateEncoding, ExchangeType, Flags, Header, PayloadType, Version};

/// Bytes from hexadecimal digits; blanks and lines are for the reader.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks_exact(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

fn typed(payload_type: PayloadType, body: &[u8]) -> Payload<'_> {
    Payload::read(payload_type, body, 0).unwrap()
}

/// The payload as it stands in a chain of one.
fn written(payload: Payload<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_payloads(&[payload], &mut bytes).unwrap();
    bytes
}

/// MM1 as IOS sends it: 3DES, MD5, group 2, RSA signatures, a day in four bytes, four NAT-T vendor IDs.
const MM1: &str = "
    2a710318c5500119 0000000000000000 01 10 02 00 00000000 000000a4
    0d 00 0038  00000001 00000001
        00 00 002c  01 01 00 01
            00 00 0024  01 01 0000
                8001 0005  8002 0001  8004 0002  8003 0003  800b 0001  000c 0004 00015180
    0d 00 0014  4a131c81070358455c5728f20e95452f
    0d 00 0014  439b59f8ba676c4c7737ae22eab8f582
    0d 00 0014  7d9419a65310ca6f2c179d9215529d56
    00 00 0014  90cb80913ebb696e086381b5ec427b1f";

fn mm1_proposals() -> owned::SecurityAssociation {
    let attributes = vec![
        owned::Attribute::short(Phase1Class::ENCRYPTION_ALGORITHM, EncryptionAlgorithm::TRIPLE_DES_CBC),
        owned::Attribute::short(Phase1Class::HASH_ALGORITHM, HashAlgorithm::MD5),
        owned::Attribute::short(Phase1Class::GROUP_DESCRIPTION, Group::MODP_1024),
        owned::Attribute::short(Phase1Class::AUTHENTICATION_METHOD, AuthenticationMethod::RSA_SIGNATURES),
        owned::Attribute::short(Phase1Class::LIFE_TYPE, LifeType::SECONDS),
        owned::Attribute::long(Phase1Class::LIFE_DURATION, 86400_u32.to_be_bytes()),
    ];
    owned::SecurityAssociation::ipsec(vec![owned::Proposal {
        number: 1,
        protocol: ProtocolId::ISAKMP,
        spi: Vec::new(),
        transforms: vec![owned::Transform { number: 1, id: IsakmpTransform::KEY_IKE.0, attributes }],
    }])
}

#[test]
fn the_first_message_of_main_mode_is_read_as_it_was_meant() {
    let bytes = hex(MM1);
    let message = Message::read(&bytes).unwrap();
    let header = Header {
        initiator_cookie: [0x2a, 0x71, 0x03, 0x18, 0xc5, 0x50, 0x01, 0x19],
        responder_cookie: [0; 8],
        next_payload: PayloadType::SECURITY_ASSOCIATION,
        version: Version::IKEV1,
        exchange_type: ExchangeType::IDENTITY_PROTECTION,
        flags: Flags::NONE,
        message_id: 0,
        length: 164,
    };
    assert_eq!(*message.header(), header);
    assert!(!message.is_encrypted());

    let raws: Vec<_> = message.payloads().map(Result::unwrap).collect();
    let offsets: Vec<_> = raws.iter().map(|raw| raw.offset).collect();
    assert_eq!(offsets, [28, 84, 104, 124, 144]);
    let vendors: Vec<_> = raws[1..].iter().filter_map(|raw| vendor::name(raw.body)).collect();
    assert_eq!(
        vendors,
        [
            "NAT-T RFC 3947",
            "NAT-T draft-ietf-ipsec-nat-t-ike-07",
            "NAT-T draft-ietf-ipsec-nat-t-ike-03",
            "NAT-T draft-ietf-ipsec-nat-t-ike-02\\n"
        ]
    );

    let Payload::SecurityAssociation(association) = raws[0].typed().unwrap() else { panic!("no SA") };
    assert_eq!(association.doi(), Doi::IPSEC);
    assert_eq!(association.situation(), Some(Situation::IDENTITY_ONLY));
    assert_eq!(owned::SecurityAssociation::from(association), mm1_proposals());
    let transform = association.proposals().next().unwrap().transforms().next().unwrap();
    let duration = transform.attributes().last().unwrap();
    assert_eq!(duration.value, AttributeValue::Long(&[0, 1, 0x51, 0x80]));
    assert_eq!(duration.value.number(), Some(86400));
}

#[test]
fn the_first_message_of_main_mode_is_written_as_it_was_laid_out() {
    let association = mm1_proposals().encode().unwrap();
    let initiator_cookie = [0x2a, 0x71, 0x03, 0x18, 0xc5, 0x50, 0x01, 0x19];
    let bytes = MessageBuilder::new(initiator_cookie, [0; 8], ExchangeType::IDENTITY_PROTECTION)
        .plain(&[
            Payload::SecurityAssociation(association.view()),
            Payload::VendorId(&vendor::RFC_3947),
            Payload::VendorId(&vendor::NAT_T_DRAFT_07),
            Payload::VendorId(&vendor::NAT_T_DRAFT_03),
            Payload::VendorId(&vendor::NAT_T_DRAFT_02_LINE_FEED),
        ])
        .unwrap();
    assert_eq!(bytes, hex(MM1));
}

#[test]
fn an_encrypted_message_keeps_its_body_and_announces_its_first_payload() {
    let bytes = MessageBuilder::new([1; 8], [2; 8], ExchangeType::QUICK_MODE)
        .message_id(0xd8e4_7f1b)
        .flags(Flags::COMMIT)
        .encrypted(PayloadType::HASH, &[0x99; 16])
        .unwrap();
    let header = "0101010101010101 0202020202020202 08 10 20 03 d8e47f1b 0000002c";
    assert_eq!(bytes[..28], hex(header));
    let message = Message::read(&bytes).unwrap();
    assert!(message.is_encrypted());
    assert_eq!(message.body(), [0x99; 16]);
}

#[test]
fn quick_mode_proposals_may_share_a_number_and_hold_several_transforms() {
    // AH is 8 + 4 + 20 bytes, ESP 8 + 4 + 24 + 20.
    let body = hex("
        00000001 00000001
        02 00 0020  01 02 04 01  c0ffee01
            00 00 0014  01 03 0000  8005 0002  8004 0001  8001 0001
        00 00 0038  01 03 04 02  c0ffee02
            03 00 0018  01 0c 0000  8006 0100  8004 0001  8005 0005  8001 0002
            00 00 0014  02 03 0000  0002 0008 0000000000465000");
    let association = SecurityAssociation::read(&body, 0).unwrap();
    let [ah, esp]: [_; 2] = association.proposals().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((ah.number, ah.protocol, ah.spi), (1, ProtocolId::IPSEC_AH, &[0xc0, 0xff, 0xee, 1][..]));
    assert_eq!((esp.number, esp.protocol, esp.transform_count), (1, ProtocolId::IPSEC_ESP, 2));

    let [aes, triple_des]: [_; 2] = esp.transforms().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((aes.number, EspTransform(aes.id)), (1, EspTransform::AES_CBC));
    let attributes: Vec<_> = aes.attributes().map(owned::Attribute::from).collect();
    assert_eq!(
        attributes,
        [
            owned::Attribute::short(Phase2Class::KEY_LENGTH, 256_u16),
            owned::Attribute::short(Phase2Class::ENCAPSULATION_MODE, EncapsulationMode::TUNNEL),
            owned::Attribute::short(
                Phase2Class::AUTHENTICATION_ALGORITHM,
                AuthenticationAlgorithm::HMAC_SHA2_256
            ),
            owned::Attribute::short(Phase2Class::SA_LIFE_TYPE, LifeType::KILOBYTES),
        ]
    );
    assert_eq!((triple_des.number, EspTransform(triple_des.id)), (2, EspTransform::TRIPLE_DES));
    let volume = triple_des.attributes().next().unwrap();
    assert_eq!(
        (Phase2Class(volume.class), volume.value.number()),
        (Phase2Class::SA_LIFE_DURATION, Some(4_608_000))
    );

    assert_eq!(owned::SecurityAssociation::from(association).encode().unwrap().body(), body);
}

#[test]
fn the_labels_of_a_situation_stand_before_its_proposals() {
    // SIT_SECRECY and SIT_INTEGRITY; a level of 5 bytes and 9 bits of categories, then a level of 4 and none.
    let labels = "
        00000007 00000063
        0005 0000 1111111111 000000  0009 0000 ff80 0000
        0004 0000 22222222           0000 0000";
    let proposal = "00 00 0010  01 01 00 01  00 00 0008  01 01 0000";
    let body = hex(&format!("00000001 {labels} {proposal}"));
    let association = SecurityAssociation::read(&body, 0).unwrap();
    assert_eq!(association.situation(), Some(Situation(7)));
    assert_eq!(association.situation_bytes(), hex(labels));
    assert_eq!(association.proposals().count(), 1);
}

#[test]
fn an_unknown_domain_of_interpretation_is_kept_as_it_stands() {
    let body = hex("00000002 0102030405");
    let association = SecurityAssociation::read(&body, 0).unwrap();
    assert_eq!((association.doi(), association.situation()), (Doi::GDOI, None));
    assert_eq!(association.situation_bytes(), [1, 2, 3, 4, 5]);
    assert_eq!(association.proposals().count(), 0);
}

#[test]
fn a_number_too_large_for_64_bits_is_no_number() {
    let nine_bytes = AttributeValue::Long(&[1, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(nine_bytes.number(), None);
    assert_eq!(AttributeValue::Long(&[0, 0, 0, 0, 0, 0, 0, 1, 2]).number(), Some(258));
    assert_eq!(AttributeValue::Long(&[0xff; 8]).number(), Some(u64::MAX));
    assert_eq!(AttributeValue::Long(&[]).number(), Some(0));
    assert_eq!(AttributeValue::Short(0x1234).number(), Some(0x1234));
}

#[test]
fn every_type_of_identity_has_its_form() {
    let v6 = |last| Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last);
    let address = Ipv4Addr::new(192, 168, 0, 1);
    let other = Ipv4Addr::new(192, 168, 0, 9);
    let all_ones = Ipv6Addr::from([0xff; 16]);
    let one = "20010db8000000000000000000000001";
    let nine = "20010db8000000000000000000000009";
    let cases = [
        ("01 11 01f4 c0a80001".to_owned(), Identity::Ipv4Address(address)),
        ("02 11 01f4 52312e636973636f2e636f6d".to_owned(), Identity::Fqdn(b"R1.cisco.com")),
        ("03 11 01f4 61406263".to_owned(), Identity::UserFqdn(b"a@bc")),
        (
            "04 11 01f4 c0a80001 ffffff00".to_owned(),
            Identity::Ipv4Subnet { address, mask: Ipv4Addr::new(255, 255, 255, 0) },
        ),
        (format!("05 11 01f4 {one}"), Identity::Ipv6Address(v6(1))),
        (
            format!("06 11 01f4 {one} ffffffffffffffffffffffffffffffff"),
            Identity::Ipv6Subnet { address: v6(1), mask: all_ones },
        ),
        ("07 11 01f4 c0a80001 c0a80009".to_owned(), Identity::Ipv4Range { first: address, last: other }),
        (format!("08 11 01f4 {one} {nine}"), Identity::Ipv6Range { first: v6(1), last: v6(9) }),
        ("09 11 01f4 3000".to_owned(), Identity::DistinguishedName(&[0x30, 0])),
        ("0a 11 01f4 8200".to_owned(), Identity::GeneralName(&[0x82, 0])),
        ("0b 11 01f4 010203".to_owned(), Identity::KeyId(&[1, 2, 3])),
        ("0c 11 01f4 0405".to_owned(), Identity::Other(IdentificationType::LIST, &[4, 5])),
    ];
    for (text, identity) in cases {
        let body = hex(&text);
        let payload = Payload::Identification(Identification { protocol: 17, port: 500, identity });
        assert_eq!(typed(PayloadType::IDENTIFICATION, &body), payload);
        assert_eq!(payload.body().unwrap(), body);
        assert_eq!(identity.identification_type().0, body[0]);
    }
}

#[test]
fn a_certificate_request_carries_the_name_of_the_authority() {
    // o=com, o=cisco, cn=CA1, 46 bytes: with encoding and generic header the 51 of the captures.
    let name = hex("302c
        310c 300a 0603 55040a 1303 636f6d
        310e 300c 0603 55040a 1305 636973636f
        310c 300a 0603 550403 1303 434131");
    let request = CertificateRequest { encoding: CertificateEncoding::X509_SIGNATURE, authority: &name };
    let bytes = written(Payload::CertificateRequest(request));
    assert_eq!(bytes[..5], hex("00 00 0033 04"));
    assert_eq!(bytes[5..], name);
    assert_eq!(typed(PayloadType::CERTIFICATE_REQUEST, &bytes[4..]), Payload::CertificateRequest(request));
}

#[test]
fn a_certificate_request_may_name_no_authority() {
    let request = CertificateRequest { encoding: CertificateEncoding::X509_SIGNATURE, authority: &[] };
    assert_eq!(typed(PayloadType::CERTIFICATE_REQUEST, &[4]), Payload::CertificateRequest(request));
}

#[test]
fn a_certificate_stands_behind_its_encoding() {
    let certificate =
        Certificate { encoding: CertificateEncoding::X509_SIGNATURE, data: &[0x30, 0x82, 0x02, 0x2f] };
    assert_eq!(written(Payload::Certificate(certificate)), hex("00 00 0009 04 3082022f"));
    assert_eq!(typed(PayloadType::CERTIFICATE, &hex("04 3082022f")), Payload::Certificate(certificate));
}

#[test]
fn initial_contact_names_both_cookies() {
    let spi = hex("2a710318c5500119 62717993a5cb95ad");
    let notification = Notification {
        doi: Doi::IPSEC,
        protocol: ProtocolId::ISAKMP,
        spi: &spi,
        notify_type: NotifyType::INITIAL_CONTACT,
        data: &[],
    };
    let bytes = hex("00 00 001c 00000001 01 10 6002 2a710318c5500119 62717993a5cb95ad");
    assert_eq!(written(Payload::Notification(notification)), bytes);
    assert_eq!(typed(PayloadType::NOTIFICATION, &bytes[4..]), Payload::Notification(notification));
}

#[test]
fn dead_peer_detection_carries_a_sequence_number() {
    let body = hex("00000001 01 10 8d28 2a710318c5500119 62717993a5cb95ad 00000539");
    let Payload::Notification(notification) = typed(PayloadType::NOTIFICATION, &body) else { panic!("no N") };
    assert_eq!(notification.notify_type, NotifyType::R_U_THERE);
    assert!(!notification.notify_type.is_error());
    assert_eq!(notification.data, 1337_u32.to_be_bytes());
}

#[test]
fn a_delete_payload_lists_spis_of_one_size() {
    let spis = hex("c0ffee01 c0ffee02");
    let delete = Delete::several(Doi::IPSEC, ProtocolId::IPSEC_ESP, &spis, 4).unwrap();
    let bytes = hex("00 00 0014 00000001 03 04 0002 c0ffee01 c0ffee02");
    assert_eq!(written(Payload::Delete(delete)), bytes);
    let Payload::Delete(read) = typed(PayloadType::DELETE, &bytes[4..]) else { panic!("no D") };
    assert_eq!(read, delete);
    assert_eq!(read.spis().collect::<Vec<_>>(), [&spis[..4], &spis[4..]]);
    assert_eq!((read.doi(), read.protocol(), read.spi_size()), (Doi::IPSEC, ProtocolId::IPSEC_ESP, 4));
}

#[test]
fn nat_payloads_keep_which_numbers_they_were_sent_with() {
    for (numbering, detection, original) in [(NatNumbering::Rfc3947, 20, 21), (NatNumbering::Draft, 130, 131)]
    {
        let payload = Payload::NatDetection(NatDetection { numbering, hash: &[9; 16] });
        assert_eq!(payload.payload_type(), PayloadType(detection));
        assert_eq!(typed(PayloadType(detection), &[9; 16]), payload);

        // RFC 3947 5.2: type, three reserved bytes, address.
        let body = hex("01 000000 0a4d0001");
        let Payload::NatOriginalAddress(read) = typed(PayloadType(original), &body) else {
            panic!("no NAT-OA")
        };
        let address = Ipv4Addr::new(10, 77, 0, 1);
        assert_eq!(
            read,
            NatOriginalAddress { numbering, reserved: [0; 3], identity: Identity::Ipv4Address(address) }
        );
        assert_eq!(read.address(), Some(IpAddr::V4(address)));
        assert_eq!(Payload::NatOriginalAddress(read).payload_type(), PayloadType(original));
    }
}

#[test]
fn payloads_that_are_only_bytes_are_their_bytes() {
    let cases = [
        (4, Payload::KeyExchange(b"value")),
        (8, Payload::Hash(b"value")),
        (9, Payload::Signature(b"value")),
        (10, Payload::Nonce(b"value")),
        (13, Payload::VendorId(b"value")),
        (14, Payload::Unknown(PayloadType::ATTRIBUTES, b"value")),
        (200, Payload::Unknown(PayloadType(200), b"value")),
    ];
    for (number, payload) in cases {
        assert_eq!(typed(PayloadType(number), b"value"), payload);
        assert_eq!(payload.payload_type().0, number);
        assert_eq!(written(payload), hex("00 00 0009 76616c7565"));
    }
}

#[test]
fn payloads_are_named_as_the_field_names_them() {
    let named: Vec<_> = PayloadType::KNOWN.iter().filter_map(|known| known.name()).collect();
    assert_eq!(
        named.join(" "),
        "NONE SA P T KE ID CERT CERTREQ HASH SIG NONCE N D VID ATTR NAT-D NAT-OA \
         SA KE IDi IDr CERT CERTREQ AUTH NONCE N D VID TSi TSr SK CP EAP GSPM SKF PS \
         NAT-D NAT-OA FRAGMENT"
    );
    assert_eq!(PayloadType(99).to_string(), "99");
    assert_eq!(
        format!("{:?} {:?}", PayloadType::NAT_DETECTION, PayloadType(99)),
        "PayloadType(20 NAT-D) PayloadType(99)"
    );
    assert_eq!(NotifyType::NO_PROPOSAL_CHOSEN.source(), Some("RFC 2408 3.14.1"));
}

#[test]
fn vendor_ids_are_the_digests_that_they_are_made_from() {
    // `printf 'RFC 3947' | md5sum` and so on; Unity is cut at 14 bytes, XAUTH at 8. RFC 3706 5.1 gives DPD in
    // bytes.
    let cases: [(&[u8], &str); 9] = [
        (&vendor::RFC_3947, "4a131c81070358455c5728f20e95452f"),
        (&vendor::NAT_T_DRAFT_07, "439b59f8ba676c4c7737ae22eab8f582"),
        (&vendor::NAT_T_DRAFT_03, "7d9419a65310ca6f2c179d9215529d56"),
        (&vendor::NAT_T_DRAFT_02, "cd60464335df21f87cfdb2fc68b6a448"),
        (&vendor::NAT_T_DRAFT_02_LINE_FEED, "90cb80913ebb696e086381b5ec427b1f"),
        (&vendor::DPD, "afcad71368a1f1c96b8696fc7757 0100"),
        (&vendor::CISCO_UNITY, "12f5f28c457168a9702d9fe274cc 0100"),
        (&vendor::XAUTH, "09002689dfd6b712"),
        (&vendor::FRAGMENTATION, "4048b7d56ebce88525e7de7f00d6c2d3"),
    ];
    for (vendor_id, digest) in cases {
        assert_eq!(vendor_id, hex(digest));
    }
}

#[test]
fn notifications_below_the_status_types_are_errors() {
    assert!(NotifyType(1).is_error());
    assert!(NotifyType(16383).is_error());
    assert!(!NotifyType::CONNECTED.is_error());
    assert!(!NotifyType::INITIAL_CONTACT.is_error());
}

#[test]
fn vendor_ids_are_known_with_any_version_behind_them() {
    let mut dpd_next_major = vendor::DPD;
    dpd_next_major[14] = 2;
    assert_eq!(vendor::name(&dpd_next_major), Some("DPD"));
    assert_eq!(vendor::name(&vendor::CISCO_UNITY), Some("Cisco Unity"));
    assert_eq!(vendor::name(&vendor::XAUTH), Some("XAUTH"));
    let capabilities = [&vendor::FRAGMENTATION[..], &[0xc0, 0, 0, 0]].concat();
    assert_eq!(vendor::name(&capabilities), Some("FRAGMENTATION"));
    assert_eq!(vendor::name(&vendor::NAT_T_DRAFT_02), Some("NAT-T draft-ietf-ipsec-nat-t-ike-02"));
    assert_eq!(vendor::name(&vendor::RFC_3947[..15]), None);
    assert_eq!(vendor::name(&[]), None);
}
