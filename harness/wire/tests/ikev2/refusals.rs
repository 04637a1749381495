//! What is refused, where, and in which words: one test for each reason. Damage to a message is done by `lies`,
//! so that it is wrong in one place only.

use wire::ikev2::lies::{
    AttributeField, Field, HeaderField, Lie, PayloadField, ProposalField, TransformField, tell,
};
use wire::ikev2::{
    EncryptedParts, KeyExchange, Message, MessageBuilder, Notification, NotifyType, Payload, ProtocolId,
    SecurityAssociationBuf, owned, split_padding, transforms,
};
use wire::{ExchangeType, Group, PayloadType};

use super::{hex, read};

/// Two proposals: one transform with a short and a long attribute; then an SPI and two bare transforms.
///
/// In a message: payload at 28, proposals at 32 and 60, transforms at 40, 72 and 80, attributes at 48 and 52.
fn proposals() -> SecurityAssociationBuf {
    let bare = || owned::Transform::new(transforms::EncryptionAlgorithm::AES_CBC);
    let attributes =
        vec![owned::Attribute::short(14_u16, 256_u16), owned::Attribute::long(99_u16, [0, 1, 2, 3])];
    owned::SecurityAssociation {
        proposals: vec![
            owned::Proposal {
                number: 1,
                protocol: ProtocolId::IKE,
                spi: Vec::new(),
                transforms: vec![owned::Transform { attributes, ..bare() }],
            },
            owned::Proposal {
                number: 2,
                protocol: ProtocolId::ESP,
                spi: vec![1, 2, 3, 4],
                transforms: vec![bare(), bare()],
            },
        ],
    }
    .encode()
    .unwrap()
}

/// The message with those proposals, a public value, which starts at 88, and a nonce, which starts at 104.
fn message() -> Vec<u8> {
    let proposals = proposals();
    let payloads = [
        Payload::SecurityAssociation(proposals.view()),
        Payload::KeyExchange(KeyExchange::new(Group::MODP_2048, &[7; 8])),
        Payload::Nonce(&[7; 8]),
    ];
    MessageBuilder::new([1; 8], [0; 8], ExchangeType::IKE_SA_INIT).payloads(&payloads).unwrap()
}

/// What reading it to the end says, if it is refused.
fn complaint(bytes: &[u8]) -> Option<String> {
    let read = || {
        for raw in Message::read(bytes)?.payloads() {
            raw?.typed()?;
        }
        Ok::<_, wire::ReadError>(())
    };
    read().err().map(|error| error.to_string())
}

fn complaint_about(field: Field, value: u32) -> String {
    let mut bytes = message();
    tell(&mut bytes, &[Lie { field, value }]).unwrap();
    complaint(&bytes).unwrap()
}

/// What reading one payload of the given body says.
fn complaint_about_body(payload_type: PayloadType, body: &[u8]) -> String {
    read(payload_type, body, 100).unwrap_err().to_string()
}

#[test]
fn the_message_that_the_lies_are_told_about_is_well_formed() {
    assert_eq!(complaint(&message()), None);
}

#[test]
fn a_major_version_other_than_2() {
    let version_1 = complaint_about(Field::Header(HeaderField::Version), 0x10);
    assert_eq!(version_1, "message at offset 17: expected major version 2, found 1");
    let mut version_3 = message();
    version_3[17] = 0x30;
    let either = wire::Message::read(&version_3).unwrap_err().to_string();
    assert_eq!(either, "message at offset 17: expected major version 1 or 2, found 3");
}

#[test]
fn a_header_that_is_cut_off() {
    assert_eq!(
        wire::Message::read(&message()[..27]).unwrap_err().to_string(),
        "message at offset 0: its fields take 28 bytes, 27 are left"
    );
}

#[test]
fn a_message_length_that_is_not_that_of_the_datagram() {
    for (length, expected) in [
        (27, "message at offset 24: its length is 27, the least possible is 28"),
        (117, "message at offset 24: its length is 117, but only 116 bytes are there"),
        (115, "message at offset 115: expected the end, found 1 more bytes"),
    ] {
        assert_eq!(complaint_about(Field::Header(HeaderField::Length), length), expected);
    }
}

#[test]
fn bytes_behind_the_last_payload() {
    let none = complaint_about(Field::Header(HeaderField::NextPayload), 0);
    assert_eq!(none, "message at offset 28: expected the end, found 88 more bytes");
    let two = complaint_about(Field::Payload(PayloadField::NextPayload, 1), 0);
    assert_eq!(two, "message at offset 104: expected the end, found 12 more bytes");
    // Not even what IKEv1 allows to make the length a multiple of four.
    let one_byte = complaint_about(Field::Payload(PayloadField::Length, 2), 11);
    assert_eq!(one_byte, "message at offset 115: expected the end, found 1 more bytes");
}

#[test]
fn a_payload_behind_an_encrypted_one() {
    let complaint = complaint_about(Field::Payload(PayloadField::NextPayload, 0), 46);
    assert_eq!(complaint, "message at offset 104: expected the end, found 12 more bytes");
}

#[test]
fn a_chain_that_goes_on_behind_the_end() {
    let complaint = complaint_about(Field::Payload(PayloadField::NextPayload, 2), 41);
    assert_eq!(complaint, "N payload at offset 116: its fields take 4 bytes, 0 are left");
}

#[test]
fn a_payload_length_that_cannot_be() {
    let short = complaint_about(Field::Payload(PayloadField::Length, 2), 3);
    assert_eq!(short, "NONCE payload at offset 106: its length is 3, the least possible is 4");
    let long = complaint_about(Field::Payload(PayloadField::Length, 2), 13);
    assert_eq!(long, "NONCE payload at offset 106: its length is 13, but only 12 bytes are there");
}

#[test]
fn a_security_association_without_proposals() {
    assert_eq!(
        complaint_about_body(PayloadType::IKEV2_SECURITY_ASSOCIATION, &[]),
        "SA payload at offset 100: expected at least one element, found none"
    );
}

#[test]
fn proposals_that_do_not_fit() {
    let proposal = |field, index| Field::Proposal(field, [0, index]);
    for (field, value, expected) in [
        (
            proposal(ProposalField::Next, 0),
            3,
            "proposal at offset 32: expected 0 or 2 as the next one's type, found 3",
        ),
        (
            proposal(ProposalField::Next, 0),
            0,
            "SA payload at offset 60: expected the end, found 28 more bytes",
        ),
        (proposal(ProposalField::Next, 1), 2, "proposal at offset 88: its fields take 8 bytes, 0 are left"),
        (
            proposal(ProposalField::Length, 1),
            7,
            "proposal at offset 62: its length is 7, the least possible is 8",
        ),
        (
            proposal(ProposalField::Length, 1),
            29,
            "proposal at offset 62: its length is 29, but only 28 bytes are there",
        ),
        (
            proposal(ProposalField::SpiSize, 1),
            21,
            "proposal at offset 66: its SPI takes 21 bytes, 20 are left",
        ),
        (
            proposal(ProposalField::SpiSize, 1),
            20,
            "proposal at offset 88: expected at least one element, found none",
        ),
        (
            proposal(ProposalField::TransformCount, 1),
            3,
            "proposal at offset 67: it announces 3 transforms, found 2",
        ),
    ] {
        assert_eq!(complaint_about(field, value), expected);
    }
}

#[test]
fn transforms_and_attributes_that_do_not_fit() {
    let transform = |field, [proposal, index]: [usize; 2]| Field::Transform(field, [0, proposal, index]);
    let attribute = Field::Attribute(AttributeField::ValueOrLength, [0, 0, 0, 1]);
    for (field, value, expected) in [
        (
            transform(TransformField::Next, [1, 0]),
            2,
            "transform at offset 72: expected 0 or 3 as the next one's type, found 2",
        ),
        (
            transform(TransformField::Next, [1, 0]),
            0,
            "proposal at offset 80: expected the end, found 8 more bytes",
        ),
        (
            transform(TransformField::Next, [1, 1]),
            3,
            "transform at offset 88: its fields take 8 bytes, 0 are left",
        ),
        (
            transform(TransformField::Length, [1, 1]),
            4,
            "transform at offset 82: its length is 4, the least possible is 8",
        ),
        (
            transform(TransformField::Length, [0, 0]),
            21,
            "transform at offset 42: its length is 21, but only 20 bytes are there",
        ),
        (attribute, 5, "attribute at offset 52: its length is 5, but only 4 bytes are there"),
        (attribute, 2, "attribute at offset 58: its fields take 4 bytes, 2 are left"),
    ] {
        assert_eq!(complaint_about(field, value), expected);
    }
}

#[test]
fn payloads_without_their_fixed_fields() {
    for (payload_type, needed) in [
        (PayloadType::IKEV2_KEY_EXCHANGE, 4),
        (PayloadType::INITIATOR_IDENTIFICATION, 4),
        (PayloadType::RESPONDER_IDENTIFICATION, 4),
        (PayloadType::IKEV2_CERTIFICATE, 1),
        (PayloadType::IKEV2_CERTIFICATE_REQUEST, 1),
        (PayloadType::AUTHENTICATION, 4),
        (PayloadType::IKEV2_NOTIFY, 4),
        (PayloadType::IKEV2_DELETE, 4),
        (PayloadType::INITIATOR_TRAFFIC_SELECTORS, 4),
        (PayloadType::RESPONDER_TRAFFIC_SELECTORS, 4),
        (PayloadType::ENCRYPTED_FRAGMENT, 4),
        (PayloadType::CONFIGURATION, 4),
        (PayloadType::EXTENSIBLE_AUTHENTICATION, 4),
    ] {
        let found = needed - 1;
        assert_eq!(
            complaint_about_body(payload_type, &vec![0; found]),
            format!("{payload_type} payload at offset 100: its fields take {needed} bytes, {found} are left")
        );
    }
}

#[test]
fn an_address_of_another_length() {
    assert_eq!(
        complaint_about_body(PayloadType::INITIATOR_IDENTIFICATION, &[1, 0, 0, 0, 10, 0, 0]),
        "IDi payload at offset 104: this type of identity takes 4 bytes, found 3"
    );
    assert_eq!(
        complaint_about_body(PayloadType::RESPONDER_IDENTIFICATION, &[5; 21]),
        "IDr payload at offset 104: this type of identity takes 16 bytes, found 17"
    );
}

#[test]
fn hashes_of_authorities_with_a_remainder() {
    for encoding in [4, 12, 13] {
        let body = [&[encoding][..], &[0; 27]].concat();
        assert_eq!(
            complaint_about_body(PayloadType::IKEV2_CERTIFICATE_REQUEST, &body),
            "CERTREQ payload at offset 121: its fields take 20 bytes, 7 are left"
        );
    }
}

#[test]
fn a_url_without_a_whole_hash() {
    for encoding in [12, 13] {
        let body = [&[encoding][..], &[0; 19]].concat();
        assert_eq!(
            complaint_about_body(PayloadType::IKEV2_CERTIFICATE, &body),
            "CERT payload at offset 101: its fields take 20 bytes, 19 are left"
        );
    }
}

#[test]
fn an_algorithm_that_is_longer_than_what_is_left() {
    assert_eq!(
        complaint_about_body(PayloadType::AUTHENTICATION, &[14, 0, 0, 0]),
        "AUTH payload at offset 104: its fields take 1 bytes, 0 are left"
    );
    assert_eq!(
        complaint_about_body(PayloadType::AUTHENTICATION, &[14, 0, 0, 0, 3, 1, 2]),
        "AUTH payload at offset 104: its length is 3, but only 2 bytes are there"
    );
}

#[test]
fn spis_that_do_not_fit() {
    assert_eq!(
        complaint_about_body(PayloadType::IKEV2_NOTIFY, &hex("03 05 4009 01020304")),
        "N payload at offset 101: its SPI takes 5 bytes, 4 are left"
    );
    assert_eq!(
        complaint_about_body(PayloadType::IKEV2_DELETE, &hex("03 04 0002 01020304")),
        "D payload at offset 101: expected 2 SPIs of 4 bytes, found 4 bytes in all"
    );
    assert_eq!(
        complaint_about_body(PayloadType::IKEV2_DELETE, &hex("01 00 ffff")),
        "D payload at offset 101: expected 65535 SPIs of 0 bytes, found 0 bytes in all"
    );
}

#[test]
fn data_of_a_notification_that_are_not_of_its_form() {
    for (number, data, expected) in [
        (17, &[14][..], "this type of notification takes 2 bytes of data, found 1"),
        (16388, &[0; 21], "this type of notification takes 20 bytes of data, found 21"),
        (16389, &[0; 19], "this type of notification takes 20 bytes of data, found 19"),
        (16431, &[0, 2, 0], "this type of notification takes 2 bytes of data, found 3"),
        (1, &[], "this type of notification takes 1 bytes of data, found 0"),
        (5, &[2, 0], "this type of notification takes 1 bytes of data, found 2"),
        (16430, &[1], "this type of notification takes 0 bytes of data, found 1"),
        (16407, &[1], "its fields take 2 bytes, 1 are left"),
        (16408, &[1, 4, 10, 0, 0], "its length is 4, but only 3 bytes are there"),
    ] {
        let notification = Notification { spi: &[1, 2, 3], ..Notification::new(NotifyType(number), data) };
        assert_eq!(
            notification.content(100).unwrap_err().to_string(),
            format!("N payload at offset 107: {expected}")
        );
    }
}

#[test]
fn traffic_selectors_that_do_not_fit() {
    let complaint = |text: &str| complaint_about_body(PayloadType::INITIATOR_TRAFFIC_SELECTORS, &hex(text));
    let ipv4 = "07 00 0010 0000 ffff 0a000000 0a0000ff";
    for (text, expected) in [
        ("00 000000".to_owned(), "TSi payload at offset 100: expected at least one element, found none"),
        (format!("00 000000 {ipv4}"), "TSi payload at offset 104: expected the end, found 16 more bytes"),
        (format!("01 000000 {ipv4} 00"), "TSi payload at offset 120: expected the end, found 1 more bytes"),
        (
            format!("02 000000 {ipv4} 0700"),
            "traffic selector at offset 120: its fields take 4 bytes, 2 are left",
        ),
        (
            "01 000000 0a 00 0003".to_owned(),
            "traffic selector at offset 106: its length is 3, the least possible is 4",
        ),
        (
            "01 000000 0a 00 0006 00".to_owned(),
            "traffic selector at offset 106: its length is 6, but only 5 bytes are there",
        ),
        (
            "01 000000 07 00 0008 0000 ffff".to_owned(),
            "traffic selector at offset 106: this type of traffic selector has length 16, found 8",
        ),
        (
            format!("02 000000 {ipv4} 08 00 0010 0000 ffff 0a000000 0a0000ff"),
            "traffic selector at offset 122: this type of traffic selector has length 40, found 16",
        ),
    ] {
        assert_eq!(complaint(&text), expected);
    }
}

#[test]
fn a_fragment_beyond_the_total() {
    for (text, expected) in [
        ("0000 0002", "SKF payload at offset 100: expected a fragment number from 1 to 2, found 0"),
        ("0003 0002", "SKF payload at offset 100: expected a fragment number from 1 to 2, found 3"),
    ] {
        assert_eq!(complaint_about_body(PayloadType::ENCRYPTED_FRAGMENT, &hex(text)), expected);
    }
}

#[test]
fn an_encrypted_body_that_is_too_short_for_its_parts() {
    assert_eq!(
        EncryptedParts::split(&[0; 27], 16, 12, 32).unwrap_err().to_string(),
        "SK payload at offset 32: its fields take 28 bytes, 27 are left"
    );
}

#[test]
fn padding_that_is_longer_than_what_was_decrypted() {
    assert_eq!(
        split_padding(&[], 40).unwrap_err().to_string(),
        "SK payload at offset 40: its fields take 1 bytes, 0 are left"
    );
    assert_eq!(
        split_padding(&[0, 0, 3], 40).unwrap_err().to_string(),
        "SK payload at offset 42: its length is 3, but only 2 bytes are there"
    );
}

#[test]
fn attributes_of_a_configuration_that_do_not_fit() {
    assert_eq!(
        complaint_about_body(PayloadType::CONFIGURATION, &hex("01 000000 0001 0000 0003 0005 0a000035")),
        "attribute at offset 108: its length is 5, but only 4 bytes are there"
    );
    assert_eq!(
        complaint_about_body(PayloadType::CONFIGURATION, &hex("01 000000 0001 00")),
        "attribute at offset 104: its fields take 4 bytes, 3 are left"
    );
}

#[test]
fn an_eap_message_that_does_not_fill_its_payload() {
    for (text, expected) in [
        ("01 07 0003 01", "EAP payload at offset 102: its length is 3, the least possible is 4"),
        ("01 07 0006 01", "EAP payload at offset 102: its length is 6, but only 5 bytes are there"),
        ("01 07 0004 01", "EAP payload at offset 104: expected the end, found 1 more bytes"),
    ] {
        assert_eq!(complaint_about_body(PayloadType::EXTENSIBLE_AUTHENTICATION, &hex(text)), expected);
    }
}

#[test]
fn reserved_bits_and_unknown_numbers_are_kept_instead() {
    for (field, value) in [
        (Field::Header(HeaderField::ExchangeType), 0xfe),
        (Field::Header(HeaderField::Flags), 0xff),
        (Field::Header(HeaderField::Version), 0x2f),
        (Field::Payload(PayloadField::CriticalAndReserved, 0), 0xff),
        (Field::Payload(PayloadField::NextPayload, 0), 0xfe),
        (Field::Proposal(ProposalField::Reserved, [0, 0]), 0xfe),
        (Field::Proposal(ProposalField::Protocol, [0, 0]), 0xfe),
        (Field::Transform(TransformField::Reserved, [0, 0, 0]), 0xfe),
        (Field::Transform(TransformField::Type, [0, 0, 0]), 0xfe),
        (Field::Transform(TransformField::Reserved2, [0, 0, 0]), 0xfe),
        (Field::Transform(TransformField::Id, [0, 0, 0]), 0xfefe),
        (Field::Attribute(AttributeField::Class, [0, 0, 0, 0]), 0xfefe),
        (Field::Group(1), 0xfefe),
    ] {
        let mut bytes = message();
        tell(&mut bytes, &[Lie { field, value }]).unwrap();
        assert_eq!(complaint(&bytes), None, "{field:?}");
    }
}
