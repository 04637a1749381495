//! Lies change the field that they name, and nothing else.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, missing_docs)]

mod well_formed;

use proptest::prelude::*;
use well_formed::{chain, config, message, security_association};
use wire::ikev1::lies::{
    AttributeField, Field, HeaderField, Lie, LieError, PayloadField, ProposalField, TransformField, tell,
    tell_in,
};
use wire::ikev1::{
    Attribute, AttributeValue, Delete, Doi, Message, MessageBuilder, Payload, ProtocolId,
    SecurityAssociation, owned, write_payloads,
};
use wire::{ExchangeType, PayloadType};

/// Where two byte strings of one length differ.
fn differences(one: &[u8], other: &[u8]) -> Vec<usize> {
    assert_eq!(one.len(), other.len());
    (0..one.len()).filter(|&place| one[place] != other[place]).collect()
}

#[test]
fn lies_are_found_in_the_true_message_whatever_was_told_before() {
    let truth = MessageBuilder::new([1; 8], [0; 8], ExchangeType::INFORMATIONAL)
        .plain(&[Payload::Hash(&[8; 16]), Payload::Nonce(&[7; 8])])
        .unwrap();
    let mut bytes = truth.clone();
    let lies = [
        Lie { field: Field::Header(HeaderField::Length), value: 1 },
        Lie { field: Field::Header(HeaderField::MessageId), value: 0x0200_0000 },
        Lie { field: Field::Header(HeaderField::NextPayload), value: 3 },
        Lie { field: Field::Payload(PayloadField::Length, 0), value: 4 },
        Lie { field: Field::Payload(PayloadField::Length, 1), value: 5 },
        Lie { field: Field::Body(1, 7), value: 6 },
    ];
    tell(&mut bytes, &lies).unwrap();
    let places = differences(&bytes, &truth);
    assert_eq!(places, [16, 20, 27, 31, 51, 59]);
    assert_eq!(places.iter().map(|&place| bytes[place]).collect::<Vec<_>>(), [3, 2, 1, 4, 5, 6]);
}

/// Header 28; SA payload 4 + 8, proposal 8 + 2, transform 8, two attributes of 4.
#[test]
fn every_field_stands_where_the_figures_of_rfc_2408_put_it() {
    let attribute = || owned::Attribute::short(1_u16, 5_u16);
    let transform = owned::Transform { number: 1, id: 1, attributes: vec![attribute(), attribute()] };
    let association = owned::SecurityAssociation::ipsec(vec![owned::Proposal {
        number: 1,
        protocol: ProtocolId::ISAKMP,
        spi: vec![8, 9],
        transforms: vec![transform],
    }])
    .encode()
    .unwrap();
    let truth = MessageBuilder::new([1; 8], [0; 8], ExchangeType::IDENTITY_PROTECTION)
        .plain(&[Payload::SecurityAssociation(association.view())])
        .unwrap();
    for (field, offset, width) in [
        (Field::Header(HeaderField::NextPayload), 16, 1),
        (Field::Header(HeaderField::Version), 17, 1),
        (Field::Header(HeaderField::ExchangeType), 18, 1),
        (Field::Header(HeaderField::Flags), 19, 1),
        (Field::Header(HeaderField::MessageId), 20, 4),
        (Field::Header(HeaderField::Length), 24, 4),
        (Field::Payload(PayloadField::NextPayload, 0), 28, 1),
        (Field::Payload(PayloadField::Reserved, 0), 29, 1),
        (Field::Payload(PayloadField::Length, 0), 30, 2),
        (Field::Body(0, 7), 39, 1),
        (Field::Proposal(ProposalField::Next, [0, 0]), 40, 1),
        (Field::Proposal(ProposalField::Reserved, [0, 0]), 41, 1),
        (Field::Proposal(ProposalField::Length, [0, 0]), 42, 2),
        (Field::Proposal(ProposalField::Number, [0, 0]), 44, 1),
        (Field::Proposal(ProposalField::Protocol, [0, 0]), 45, 1),
        (Field::Proposal(ProposalField::SpiSize, [0, 0]), 46, 1),
        (Field::Proposal(ProposalField::TransformCount, [0, 0]), 47, 1),
        (Field::Transform(TransformField::Next, [0, 0, 0]), 50, 1),
        (Field::Transform(TransformField::Reserved, [0, 0, 0]), 51, 1),
        (Field::Transform(TransformField::Length, [0, 0, 0]), 52, 2),
        (Field::Transform(TransformField::Number, [0, 0, 0]), 54, 1),
        (Field::Transform(TransformField::Id, [0, 0, 0]), 55, 1),
        (Field::Transform(TransformField::Reserved2, [0, 0, 0]), 56, 2),
        (Field::Attribute(AttributeField::Class, [0, 0, 0, 1]), 62, 2),
        (Field::Attribute(AttributeField::ValueOrLength, [0, 0, 0, 1]), 64, 2),
    ] {
        let value = u32::MAX >> (32 - 8 * width);
        let mut bytes = truth.clone();
        tell(&mut bytes, &[Lie { field, value }]).unwrap();
        let mut expected = truth.clone();
        expected[offset..][..width].fill(0xff);
        assert_eq!(bytes, expected, "{field:?}");
    }
}

#[test]
fn the_sizes_and_counts_of_spis_can_be_told_otherwise() {
    let delete = Delete::one(Doi::IPSEC, ProtocolId::IPSEC_ESP, &[1, 2, 3, 4]).unwrap();
    let mut bytes = Vec::new();
    let first = write_payloads(&[Payload::Delete(delete)], &mut bytes).unwrap();
    let lies =
        [Lie { field: Field::SpiSize(0), value: 16 }, Lie { field: Field::SpiCount(0), value: 0x0203 }];
    tell_in(first, &mut bytes, &lies).unwrap();
    assert_eq!(bytes, [0, 0, 0, 16, 0, 0, 0, 1, 3, 16, 2, 3, 1, 2, 3, 4]);
}

#[test]
fn a_lie_about_what_is_not_there_is_not_told_nor_any_other() {
    let truth = MessageBuilder::new([1; 8], [0; 8], ExchangeType::INFORMATIONAL)
        .plain(&[Payload::Nonce(&[7; 8])])
        .unwrap();
    let possible = Lie { field: Field::Header(HeaderField::Flags), value: 9 };
    for field in [
        Field::Payload(PayloadField::Length, 1),
        Field::Body(0, 8),
        Field::Proposal(ProposalField::Length, [0, 0]),
        Field::SpiSize(0),
        Field::SpiCount(0),
    ] {
        let mut bytes = truth.clone();
        let error = tell(&mut bytes, &[possible, Lie { field, value: 0 }]).unwrap_err();
        assert_eq!(error, LieError::NoSuchField(field));
        assert_eq!(bytes, truth);
    }
}

#[test]
fn an_encrypted_message_can_lie_about_its_header_only() {
    // The body looks like a payload by chance.
    let mut bytes = MessageBuilder::new([1; 8], [0; 8], ExchangeType::QUICK_MODE)
        .encrypted(PayloadType::HASH, &[0, 0, 0, 8, 1, 2, 3, 4])
        .unwrap();
    let field = Field::Payload(PayloadField::Length, 0);
    assert_eq!(tell(&mut bytes, &[Lie { field, value: 0 }]), Err(LieError::NoSuchField(field)));
    tell(&mut bytes, &[Lie { field: Field::Header(HeaderField::NextPayload), value: 1 }]).unwrap();
    assert_eq!(bytes[16], 1);
}

#[test]
fn what_is_no_message_cannot_lie() {
    let field = Field::Header(HeaderField::Flags);
    let lie = Lie { field, value: 1 };
    assert_eq!(tell(&mut [0x10; 19], &[lie]), Err(LieError::NoSuchField(field)));
}

#[test]
fn a_value_that_the_field_cannot_hold_is_not_told() {
    let truth = MessageBuilder::new([1; 8], [0; 8], ExchangeType::INFORMATIONAL)
        .plain(&[Payload::Nonce(&[7; 8])])
        .unwrap();
    for (field, value) in
        [(Field::Header(HeaderField::Flags), 0x100), (Field::Payload(PayloadField::Length, 0), 0x1_0000)]
    {
        let lie = Lie { field, value };
        let mut bytes = truth.clone();
        assert_eq!(tell(&mut bytes, &[lie]), Err(LieError::ValueTooLarge(lie)));
        assert_eq!(bytes, truth);
        assert_eq!(tell(&mut bytes, &[Lie { field, value: value - 1 }]), Ok(()));
    }
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn every_element_of_every_proposal_is_found_by_its_position(body in security_association()) {
        let association = SecurityAssociation::read(&body, 0).unwrap();
        let (first, truth) = chain(&[(13, 0, vec![9; 5]), (1, 0, body.clone())]);
        let first = PayloadType(first);
        for (p, proposal) in association.proposals().enumerate() {
            let mut bytes = truth.clone();
            let field = Field::Proposal(ProposalField::Number, [1, p]);
            tell_in(first, &mut bytes, &[Lie { field, value: u32::from(!proposal.number) }]).unwrap();
            prop_assert_eq!(differences(&bytes, &truth).len(), 1);
            let told = SecurityAssociation::read(&bytes[13..], 0).unwrap();
            prop_assert_eq!(told.proposals().nth(p).unwrap().number, !proposal.number);

            for (t, transform) in proposal.transforms().enumerate() {
                let mut bytes = truth.clone();
                let field = Field::Transform(TransformField::Id, [1, p, t]);
                tell_in(first, &mut bytes, &[Lie { field, value: u32::from(!transform.id) }]).unwrap();
                let told = SecurityAssociation::read(&bytes[13..], 0).unwrap();
                prop_assert_eq!(
                    told.proposals().nth(p).unwrap().transforms().nth(t).unwrap().id,
                    !transform.id
                );

                let field = |a| Field::Attribute(AttributeField::Class, [1, p, t, a]);
                for (a, attribute) in transform.attributes().enumerate() {
                    let mut bytes = truth.clone();
                    let class = attribute.class ^ 0x7fff;
                    let form = if let AttributeValue::Short(_) = attribute.value { 0x8000 } else { 0 };
                    let lie = Lie { field: field(a), value: u32::from(form | class) };
                    tell_in(first, &mut bytes, &[lie]).unwrap();
                    let told = SecurityAssociation::read(&bytes[13..], 0).unwrap();
                    let transform = told.proposals().nth(p).unwrap().transforms().nth(t).unwrap();
                    prop_assert_eq!(transform.attributes().nth(a).unwrap(), Attribute { class, ..attribute });
                }
                let attributes = transform.attributes().count();
                let beyond = Lie { field: field(attributes), value: 0 };
                prop_assert_eq!(
                    tell_in(first, &mut truth.clone(), &[beyond]),
                    Err(LieError::NoSuchField(beyond.field))
                );
            }
        }
    }

    #[test]
    fn lies_about_headers_of_payloads_stand_in_those_headers(truth in message()) {
        for (index, raw) in Message::read(&truth).unwrap().payloads().enumerate() {
            let raw = raw.unwrap();
            let lies = [
                (PayloadField::NextPayload, u32::from(!raw.next.0)),
                (PayloadField::Reserved, u32::from(!raw.reserved)),
                (PayloadField::Length, 0xffff),
            ]
            .map(|(field, value)| Lie { field: Field::Payload(field, index), value });
            let mut bytes = truth.clone();
            tell(&mut bytes, &lies).unwrap();
            prop_assert_eq!(&bytes[raw.offset..][..4], [!raw.next.0, !raw.reserved, 0xff, 0xff]);
            bytes[raw.offset..][..4].copy_from_slice(&truth[raw.offset..][..4]);
            prop_assert_eq!(&bytes, &truth);
        }
    }
}
