//! What is refused, where, and in which words: one test for each reason. The damage is done by `lies`, so
//! that each message is wrong in one place only.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    missing_docs
)]

use wire::ikev1::lies::{
    AttributeField, Field, HeaderField, Lie, PayloadField, ProposalField, TransformField, tell,
};
use wire::ikev1::{
    Delete, Doi, Message, MessageBuilder, Notification, NotifyType, Payload, ProtocolId,
    SecurityAssociationBuf, owned,
};
use wire::udp::Datagram;
use wire::{ExchangeType, PayloadType, WriteError};

/// Two proposals: one transform with a short and a long attribute; then an SPI and two bare transforms.
///
/// In a message: payload at 28, proposals at 40 and 68, transforms at 48, 80 and 88, attributes at 56 and 60.
fn proposals() -> SecurityAssociationBuf {
    let transform = |number, attributes| owned::Transform { number, id: 1, attributes };
    let attributes =
        vec![owned::Attribute::short(1_u16, 5_u16), owned::Attribute::long(12_u16, [0, 1, 2, 3])];
    owned::SecurityAssociation::ipsec(vec![
        owned::Proposal {
            number: 1,
            protocol: ProtocolId::ISAKMP,
            spi: Vec::new(),
            transforms: vec![transform(1, attributes)],
        },
        owned::Proposal {
            number: 2,
            protocol: ProtocolId::IPSEC_ESP,
            spi: vec![1, 2, 3, 4],
            transforms: vec![transform(1, Vec::new()), transform(2, Vec::new())],
        },
    ])
    .encode()
    .unwrap()
}

/// The message with those proposals and a nonce, which starts at 96.
fn message() -> Vec<u8> {
    let proposals = proposals();
    let payloads = [Payload::SecurityAssociation(proposals.view()), Payload::Nonce(&[7; 8])];
    MessageBuilder::new([1; 8], [0; 8], ExchangeType::IDENTITY_PROTECTION).plain(&payloads).unwrap()
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
    Payload::read(payload_type, body, 100).unwrap_err().to_string()
}

#[test]
fn the_message_that_the_lies_are_told_about_is_well_formed() {
    assert_eq!(complaint(&message()), None);
}

#[test]
fn a_datagram_shorter_than_the_header() {
    assert_eq!(
        complaint(&message()[..27]).unwrap(),
        "message at offset 0: its fields take 28 bytes, 27 are left"
    );
}

#[test]
fn a_major_version_other_than_1() {
    let version_2 = complaint_about(Field::Header(HeaderField::Version), 0x20);
    assert_eq!(version_2, "message at offset 17: expected major version 1, found 2");
}

#[test]
fn a_message_length_below_the_header() {
    let complaint = complaint_about(Field::Header(HeaderField::Length), 27);
    assert_eq!(complaint, "message at offset 24: its length is 27, the least possible is 28");
}

#[test]
fn a_message_length_beyond_the_datagram() {
    let complaint = complaint_about(Field::Header(HeaderField::Length), u32::MAX);
    assert_eq!(complaint, "message at offset 24: its length is 4294967295, but only 108 bytes are there");
}

#[test]
fn bytes_behind_the_message() {
    let mut bytes = message();
    bytes.extend([0; 4]);
    assert_eq!(complaint(&bytes).unwrap(), "message at offset 108: expected the end, found 4 more bytes");
}

#[test]
fn a_message_length_of_the_header_alone_with_payloads_behind() {
    let complaint = complaint_about(Field::Header(HeaderField::Length), 28);
    assert_eq!(complaint, "message at offset 28: expected the end, found 80 more bytes");
}

#[test]
fn payloads_of_an_encrypted_body() {
    let complaint = complaint_about(Field::Header(HeaderField::Flags), 1);
    assert_eq!(complaint, "message at offset 28: the payloads are encrypted");
}

#[test]
fn a_body_without_a_first_payload() {
    let complaint = complaint_about(Field::Header(HeaderField::NextPayload), 0);
    assert_eq!(complaint, "message at offset 28: expected the end, found 80 more bytes");
}

#[test]
fn bytes_behind_the_last_payload() {
    let complaint = complaint_about(Field::Payload(PayloadField::NextPayload, 0), 0);
    assert_eq!(complaint, "message at offset 96: expected the end, found 12 more bytes");
}

#[test]
fn a_chain_that_goes_on_behind_the_end() {
    let complaint = complaint_about(Field::Payload(PayloadField::NextPayload, 1), 8);
    assert_eq!(complaint, "HASH payload at offset 108: its fields take 4 bytes, 0 are left");
}

#[test]
fn a_payload_length_below_its_header() {
    let complaint = complaint_about(Field::Payload(PayloadField::Length, 1), 0);
    assert_eq!(complaint, "NONCE payload at offset 98: its length is 0, the least possible is 4");
}

#[test]
fn a_payload_length_beyond_the_message() {
    let complaint = complaint_about(Field::Payload(PayloadField::Length, 1), 13);
    assert_eq!(complaint, "NONCE payload at offset 98: its length is 13, but only 12 bytes are there");
}

#[test]
fn an_unaligned_rest_behind_the_last_payload() {
    let complaint = complaint_about(Field::Payload(PayloadField::Length, 1), 8);
    assert_eq!(complaint, "message at offset 104: expected the end, found 4 more bytes");
}

#[test]
fn a_security_association_without_a_whole_situation() {
    assert_eq!(
        complaint_about_body(PayloadType::SECURITY_ASSOCIATION, &[0, 0, 0, 1, 0]),
        "SA payload at offset 104: its fields take 4 bytes, 1 are left"
    );
    assert_eq!(
        complaint_about_body(PayloadType::SECURITY_ASSOCIATION, &[0, 0, 0]),
        "SA payload at offset 100: its fields take 4 bytes, 3 are left"
    );
}

#[test]
fn a_security_association_without_its_labels() {
    let secrecy_level_of_9 = [0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 9, 0, 0, 1, 2, 3, 4];
    assert_eq!(
        complaint_about_body(PayloadType::SECURITY_ASSOCIATION, &secrecy_level_of_9),
        "SA payload at offset 104: its fields take 28 bytes, 16 are left"
    );
}

#[test]
fn a_security_association_without_proposals() {
    assert_eq!(
        complaint_about_body(PayloadType::SECURITY_ASSOCIATION, &[0, 0, 0, 1, 0, 0, 0, 1]),
        "SA payload at offset 108: expected at least one element, found none"
    );
}

#[test]
fn a_proposal_that_is_followed_by_something_else() {
    let complaint = complaint_about(Field::Proposal(ProposalField::Next, [0, 0]), 3);
    assert_eq!(complaint, "proposal at offset 40: expected 0 or 2 as the next one's type, found 3");
}

#[test]
fn bytes_behind_the_last_proposal() {
    let complaint = complaint_about(Field::Proposal(ProposalField::Next, [0, 0]), 0);
    assert_eq!(complaint, "SA payload at offset 68: expected the end, found 28 more bytes");
}

#[test]
fn a_proposal_announced_and_not_there() {
    let complaint = complaint_about(Field::Proposal(ProposalField::Next, [0, 1]), 2);
    assert_eq!(complaint, "proposal at offset 96: its fields take 8 bytes, 0 are left");
}

#[test]
fn a_proposal_length_below_its_header() {
    let complaint = complaint_about(Field::Proposal(ProposalField::Length, [0, 1]), 7);
    assert_eq!(complaint, "proposal at offset 70: its length is 7, the least possible is 8");
}

#[test]
fn a_proposal_length_beyond_the_payload() {
    let complaint = complaint_about(Field::Proposal(ProposalField::Length, [0, 1]), 29);
    assert_eq!(complaint, "proposal at offset 70: its length is 29, but only 28 bytes are there");
}

#[test]
fn an_spi_beyond_its_proposal() {
    let complaint = complaint_about(Field::Proposal(ProposalField::SpiSize, [0, 1]), 21);
    assert_eq!(complaint, "proposal at offset 74: its SPI takes 21 bytes, 20 are left");
}

#[test]
fn a_proposal_without_transforms() {
    let complaint = complaint_about(Field::Proposal(ProposalField::SpiSize, [0, 1]), 20);
    assert_eq!(complaint, "proposal at offset 96: expected at least one element, found none");
}

#[test]
fn a_transform_count_that_does_not_count_the_transforms() {
    for announced in [0, 1, 3, 255] {
        let complaint = complaint_about(Field::Proposal(ProposalField::TransformCount, [0, 1]), announced);
        assert_eq!(complaint, format!("proposal at offset 75: it announces {announced} transforms, found 2"));
    }
}

#[test]
fn a_transform_that_is_followed_by_something_else() {
    let complaint = complaint_about(Field::Transform(TransformField::Next, [0, 1, 0]), 2);
    assert_eq!(complaint, "transform at offset 80: expected 0 or 3 as the next one's type, found 2");
}

#[test]
fn bytes_behind_the_last_transform() {
    let complaint = complaint_about(Field::Transform(TransformField::Next, [0, 1, 0]), 0);
    assert_eq!(complaint, "proposal at offset 88: expected the end, found 8 more bytes");
}

#[test]
fn a_transform_length_below_its_header() {
    let complaint = complaint_about(Field::Transform(TransformField::Length, [0, 1, 1]), 4);
    assert_eq!(complaint, "transform at offset 90: its length is 4, the least possible is 8");
}

#[test]
fn a_transform_length_beyond_its_proposal() {
    let complaint = complaint_about(Field::Transform(TransformField::Length, [0, 0, 0]), 21);
    assert_eq!(complaint, "transform at offset 50: its length is 21, but only 20 bytes are there");
}

#[test]
fn a_transform_announced_and_not_there() {
    let complaint = complaint_about(Field::Transform(TransformField::Next, [0, 1, 1]), 3);
    assert_eq!(complaint, "transform at offset 96: its fields take 8 bytes, 0 are left");
}

#[test]
fn an_attribute_beyond_its_transform() {
    let complaint = complaint_about(Field::Attribute(AttributeField::ValueOrLength, [0, 0, 0, 1]), 5);
    assert_eq!(complaint, "attribute at offset 60: its length is 5, but only 4 bytes are there");
}

#[test]
fn an_attribute_cut_off_in_its_header() {
    let complaint = complaint_about(Field::Attribute(AttributeField::ValueOrLength, [0, 0, 0, 1]), 2);
    assert_eq!(complaint, "attribute at offset 66: its fields take 4 bytes, 2 are left");
}

#[test]
fn an_address_of_another_length() {
    assert_eq!(
        complaint_about_body(PayloadType::IDENTIFICATION, &[1, 17, 1, 0xf4, 10, 0, 0]),
        "ID payload at offset 104: this type of identity takes 4 bytes, found 3"
    );
    assert_eq!(
        complaint_about_body(PayloadType::IDENTIFICATION, &[6; 21]),
        "ID payload at offset 104: this type of identity takes 32 bytes, found 17"
    );
    assert_eq!(
        complaint_about_body(PayloadType::NAT_ORIGINAL_ADDRESS_DRAFT, &[1, 0, 0, 0, 1, 2, 3, 4, 5]),
        "NAT-OA payload at offset 104: this type of identity takes 4 bytes, found 5"
    );
}

#[test]
fn payloads_without_their_fixed_fields() {
    for (payload_type, needed) in [
        (PayloadType::IDENTIFICATION, 4),
        (PayloadType::NAT_ORIGINAL_ADDRESS, 4),
        (PayloadType::CERTIFICATE, 1),
        (PayloadType::CERTIFICATE_REQUEST, 1),
        (PayloadType::NOTIFICATION, 8),
        (PayloadType::DELETE, 8),
    ] {
        let found = needed - 1;
        assert_eq!(
            complaint_about_body(payload_type, &vec![0; found]),
            format!("{payload_type} payload at offset 100: its fields take {needed} bytes, {found} are left")
        );
    }
}

#[test]
fn the_spi_of_a_notification_beyond_its_payload() {
    assert_eq!(
        complaint_about_body(PayloadType::NOTIFICATION, &[0, 0, 0, 1, 1, 5, 0x60, 2, 1, 2, 3, 4]),
        "N payload at offset 105: its SPI takes 5 bytes, 4 are left"
    );
}

#[test]
fn spis_to_delete_that_do_not_fill_the_payload() {
    assert_eq!(
        complaint_about_body(PayloadType::DELETE, &[0, 0, 0, 1, 3, 4, 0, 2, 1, 2, 3, 4]),
        "D payload at offset 105: expected 2 SPIs of 4 bytes, found 4 bytes in all"
    );
}

#[test]
fn thousands_of_spis_without_a_byte() {
    assert_eq!(
        complaint_about_body(PayloadType::DELETE, &[0, 0, 0, 1, 3, 0, 0xff, 0xff]),
        "D payload at offset 105: expected 65535 SPIs of 0 bytes, found 0 bytes in all"
    );
}

#[test]
fn a_datagram_on_port_4500_that_is_nothing() {
    for bytes in [&[][..], &[0], &[0; 3], &[0xff; 2]] {
        assert_eq!(
            Datagram::read(bytes).unwrap_err().to_string(),
            "datagram at offset 0: expected an IKE message, ESP or a keepalive"
        );
    }
}

#[test]
fn reserved_bytes_and_unknown_numbers_are_kept_instead() {
    for (field, value) in [
        (Field::Header(HeaderField::ExchangeType), 0xfe),
        (Field::Header(HeaderField::Flags), 0xfe),
        (Field::Header(HeaderField::Version), 0x1f),
        (Field::Payload(PayloadField::Reserved, 0), 0xfe),
        (Field::Payload(PayloadField::NextPayload, 0), 0xfe),
        (Field::Proposal(ProposalField::Reserved, [0, 0]), 0xfe),
        (Field::Proposal(ProposalField::Protocol, [0, 0]), 0xfe),
        (Field::Transform(TransformField::Reserved, [0, 0, 0]), 0xfe),
        (Field::Transform(TransformField::Reserved2, [0, 0, 0]), 0xfefe),
        (Field::Transform(TransformField::Id, [0, 0, 0]), 0xfe),
        (Field::Attribute(AttributeField::Class, [0, 0, 0, 0]), 0xfefe),
    ] {
        let mut bytes = message();
        tell(&mut bytes, &[Lie { field, value }]).unwrap();
        assert_eq!(complaint(&bytes), None, "{field:?}");
    }
}

#[test]
fn what_the_format_cannot_carry_is_not_written() {
    let write = |payload: Payload<'_>| {
        MessageBuilder::new([1; 8], [0; 8], ExchangeType::INFORMATIONAL)
            .plain(&[payload])
            .unwrap_err()
            .to_string()
    };
    let too_long = vec![0; 65532];
    assert_eq!(write(Payload::Nonce(&too_long)), "cannot write a payload of length 65536, the most is 65535");
    assert_eq!(write(Payload::Unknown(PayloadType::NONE, &[])), "cannot write a payload of type 0");
    let notification = Notification {
        doi: Doi::IPSEC,
        protocol: ProtocolId::ISAKMP,
        spi: &[0; 256],
        notify_type: NotifyType::INVALID_SPI,
        data: &[],
    };
    assert_eq!(
        write(Payload::Notification(notification)),
        "cannot write an SPI of length 256, the most is 255"
    );
    let longest = Payload::Nonce(&too_long[..65531]);
    assert_eq!(longest.body().unwrap().len(), 65531);
}

#[test]
fn proposals_that_could_not_be_read_are_not_written() {
    let encode = |proposals| owned::SecurityAssociation::ipsec(proposals).encode().unwrap_err().to_string();
    let transform = owned::Transform { number: 1, id: 1, attributes: Vec::new() };
    let proposal =
        |transforms| owned::Proposal { number: 1, protocol: ProtocolId::ISAKMP, spi: Vec::new(), transforms };
    assert_eq!(
        encode(Vec::new()),
        "cannot write what cannot be read: SA payload at offset 8: expected at least one element, found none"
    );
    assert_eq!(
        encode(vec![proposal(Vec::new())]),
        "cannot write what cannot be read: proposal at offset 16: expected at least one element, found none"
    );
    assert_eq!(
        encode(vec![proposal(vec![transform.clone(); 256])]),
        "cannot write a list of transforms of length 256, the most is 255"
    );
    let attributes = vec![owned::Attribute::short(0x8001_u16, 1_u16)];
    assert_eq!(
        encode(vec![proposal(vec![owned::Transform { attributes, ..transform }])]),
        "cannot write attribute class 32769, the most is 32767"
    );
}

#[test]
fn padding_that_would_not_be_alignment_is_not_written() {
    let plain = |padding: &[u8]| {
        MessageBuilder::new([1; 8], [0; 8], ExchangeType::INFORMATIONAL)
            .padding(padding)
            .plain(&[Payload::Nonce(&[7; 6])])
    };
    assert_eq!(plain(&[1, 2]).unwrap()[36..], [7, 7, 1, 2]);
    assert!(matches!(plain(&[1]), Err(WriteError::Malformed(_))));
    assert!(matches!(plain(&[1, 2, 3, 4, 5, 6]), Err(WriteError::Malformed(_))));
}

#[test]
fn spis_of_no_or_different_sizes_are_not_written() {
    assert_eq!(
        Delete::several(Doi::IPSEC, ProtocolId::IPSEC_ESP, &[1, 2, 3, 4, 5], 4),
        Err(WriteError::SpiSizes)
    );
    assert_eq!(Delete::one(Doi::IPSEC, ProtocolId::IPSEC_ESP, &[]), Err(WriteError::EmptySpi));
}
