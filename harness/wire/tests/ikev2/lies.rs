//! Lies change the field that they name, and nothing else.

use proptest::prelude::*;
use wire::ikev2::lies::{
    AttributeField, Field, HeaderField, Lie, LieError, PayloadField, ProposalField, TransformField, tell,
    tell_in,
};
use wire::ikev2::{
    AddressRange, Delete, EncryptedFragment, KeyExchange, Message, MessageBuilder, Notification, NotifyType,
    Payload, ProtocolId, SecurityAssociation, TrafficSelector, TrafficSelectorsBuf, owned, transforms,
    write_payloads,
};
use wire::{ExchangeType, Group, PayloadType};

use super::well_formed::{chain, config, message, proposals};

/// Where two byte strings of one length differ.
fn differences(one: &[u8], other: &[u8]) -> Vec<usize> {
    assert_eq!(one.len(), other.len());
    (0..one.len()).filter(|&place| one[place] != other[place]).collect()
}

/// Every kind of payload that has fields of its own. Header 28; SA 4 + 8 + 8 and two attributes of 4; KE at 56,
/// N at 68, D at 78, TSi at 90, SKF at 114.
fn truth() -> Vec<u8> {
    let attribute = || owned::Attribute::short(14_u16, 128_u16);
    let transform = owned::Transform {
        attributes: vec![attribute(), attribute()],
        ..owned::Transform::new(transforms::EncryptionAlgorithm::AES_CBC)
    };
    let association = owned::SecurityAssociation {
        proposals: vec![owned::Proposal {
            number: 1,
            protocol: ProtocolId::IKE,
            spi: Vec::new(),
            transforms: vec![transform],
        }],
    }
    .encode()
    .unwrap();
    let selector = TrafficSelector::Ipv4(AddressRange::any([0; 4].into(), [9; 4].into()));
    let selectors = TrafficSelectorsBuf::new(&[selector]).unwrap();
    let fragment = EncryptedFragment { first_inside: PayloadType::NONE, number: 1, total: 1, body: &[] };
    let notification = Notification { spi: &[1, 2], ..Notification::new(NotifyType::REKEY_SA, &[]) };
    MessageBuilder::new([1; 8], [0; 8], ExchangeType::IKE_AUTH)
        .payloads(&[
            Payload::SecurityAssociation(association.view()),
            Payload::KeyExchange(KeyExchange::new(Group::MODP_2048, &[5; 4])),
            Payload::Notify(notification),
            Payload::Delete(Delete::one(ProtocolId::ESP, &[1, 2, 3, 4]).unwrap()),
            Payload::InitiatorTrafficSelectors(selectors.view()),
            Payload::EncryptedFragment(fragment),
        ])
        .unwrap()
}

#[test]
fn every_field_stands_where_the_figures_of_rfc_7296_put_it() {
    let truth = truth();
    for (field, offset, width) in [
        (Field::Header(HeaderField::NextPayload), 16, 1),
        (Field::Header(HeaderField::Version), 17, 1),
        (Field::Header(HeaderField::ExchangeType), 18, 1),
        (Field::Header(HeaderField::Flags), 19, 1),
        (Field::Header(HeaderField::MessageId), 20, 4),
        (Field::Header(HeaderField::Length), 24, 4),
        (Field::Payload(PayloadField::NextPayload, 0), 28, 1),
        (Field::Payload(PayloadField::CriticalAndReserved, 0), 29, 1),
        (Field::Payload(PayloadField::Length, 0), 30, 2),
        (Field::Proposal(ProposalField::Next, [0, 0]), 32, 1),
        (Field::Proposal(ProposalField::Reserved, [0, 0]), 33, 1),
        (Field::Proposal(ProposalField::Length, [0, 0]), 34, 2),
        (Field::Proposal(ProposalField::Number, [0, 0]), 36, 1),
        (Field::Proposal(ProposalField::Protocol, [0, 0]), 37, 1),
        (Field::Proposal(ProposalField::SpiSize, [0, 0]), 38, 1),
        (Field::Proposal(ProposalField::TransformCount, [0, 0]), 39, 1),
        (Field::Transform(TransformField::Next, [0, 0, 0]), 40, 1),
        (Field::Transform(TransformField::Reserved, [0, 0, 0]), 41, 1),
        (Field::Transform(TransformField::Length, [0, 0, 0]), 42, 2),
        (Field::Transform(TransformField::Type, [0, 0, 0]), 44, 1),
        (Field::Transform(TransformField::Reserved2, [0, 0, 0]), 45, 1),
        (Field::Transform(TransformField::Id, [0, 0, 0]), 46, 2),
        (Field::Attribute(AttributeField::Class, [0, 0, 0, 1]), 52, 2),
        (Field::Attribute(AttributeField::ValueOrLength, [0, 0, 0, 1]), 54, 2),
        (Field::Group(1), 60, 2),
        (Field::Body(1, 7), 67, 1),
        (Field::SpiSize(2), 73, 1),
        (Field::SpiSize(3), 83, 1),
        (Field::SpiCount(3), 84, 2),
        (Field::SelectorCount(4), 94, 1),
        (Field::SelectorLength(4), 100, 2),
        (Field::FragmentNumber(5), 118, 2),
        (Field::TotalFragments(5), 120, 2),
    ] {
        let value = u32::MAX >> (32 - 8 * width);
        let mut bytes = truth.clone();
        tell(&mut bytes, &[Lie { field, value }]).unwrap();
        let mut expected = truth.clone();
        expected[offset..][..width].fill(0xff);
        assert_eq!(bytes, expected, "{field:?}");
    }
    assert_eq!(truth.len(), 122);
}

#[test]
fn lies_are_found_in_the_true_message_whatever_was_told_before() {
    let mut bytes = truth();
    let lies = [
        Lie { field: Field::Header(HeaderField::Length), value: 1 },
        Lie { field: Field::Payload(PayloadField::Length, 0), value: 0xffff },
        Lie { field: Field::Payload(PayloadField::NextPayload, 0), value: 0 },
        Lie { field: Field::Group(1), value: 0xffff },
    ];
    tell(&mut bytes, &lies).unwrap();
    assert_eq!(differences(&bytes, &truth()), [27, 28, 30, 31, 60, 61]);
}

#[test]
fn a_lie_about_what_is_not_there_is_not_told_nor_any_other() {
    let possible = Lie { field: Field::Header(HeaderField::Flags), value: 9 };
    for field in [
        Field::Payload(PayloadField::Length, 6),
        Field::Body(1, 8),
        Field::Proposal(ProposalField::Length, [1, 0]),
        Field::Transform(TransformField::Length, [0, 0, 1]),
        Field::Attribute(AttributeField::Class, [0, 0, 0, 2]),
        Field::Group(0),
        Field::SpiSize(1),
        Field::SpiCount(2),
        Field::SelectorCount(3),
        Field::SelectorLength(3),
        Field::FragmentNumber(4),
        Field::TotalFragments(4),
    ] {
        let mut bytes = truth();
        let error = tell(&mut bytes, &[possible, Lie { field, value: 0 }]).unwrap_err();
        assert_eq!(error, LieError::NoSuchField(field));
        assert_eq!(bytes, truth());
    }
}

#[test]
fn a_value_that_the_field_cannot_hold_is_not_told() {
    for (field, value) in [(Field::SpiSize(2), 0x100), (Field::Group(1), 0x1_0000)] {
        let lie = Lie { field, value };
        let mut bytes = truth();
        assert_eq!(tell(&mut bytes, &[lie]), Err(LieError::ValueTooLarge(lie)));
        assert_eq!(bytes, truth());
        assert_eq!(tell(&mut bytes, &[Lie { field, value: value - 1 }]), Ok(()));
    }
}

#[test]
fn what_is_to_be_encrypted_is_lied_about_before() {
    let mut chain = Vec::new();
    let first = write_payloads(&[Payload::Delete(Delete::IKE_SA)], &mut chain).unwrap();
    tell_in(first, &mut chain, &[Lie { field: Field::SpiCount(0), value: 0x0203 }]).unwrap();
    assert_eq!(chain, [0, 0, 0, 8, 1, 0, 2, 3]);
    let field = Field::Header(HeaderField::Length);
    assert_eq!(tell_in(first, &mut chain, &[Lie { field, value: 0 }]), Err(LieError::NoSuchField(field)));
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn every_element_of_every_proposal_is_found_by_its_position(body in proposals()) {
        let association = SecurityAssociation::read(&body, 0).unwrap();
        let (first, truth) = chain(&[(43, 0, vec![9; 5]), (33, 0, body.clone())]);
        let first = PayloadType(first);
        let told_about = |field, value| {
            let mut bytes = truth.clone();
            tell_in(first, &mut bytes, &[Lie { field, value }]).unwrap();
            owned::SecurityAssociation::from(SecurityAssociation::read(&bytes[13..], 0).unwrap())
        };
        for (p, proposal) in association.proposals().enumerate() {
            let mut expected = owned::SecurityAssociation::from(association);
            let number = !proposal.number;
            expected.proposals[p].number = number;
            let field = Field::Proposal(ProposalField::Number, [1, p]);
            prop_assert_eq!(told_about(field, u32::from(number)), expected);

            for (t, transform) in proposal.transforms().enumerate() {
                let mut expected = owned::SecurityAssociation::from(association);
                expected.proposals[p].transforms[t].id = !transform.id;
                let field = Field::Transform(TransformField::Id, [1, p, t]);
                prop_assert_eq!(told_about(field, u32::from(!transform.id)), expected);

                for (a, attribute) in transform.attributes().enumerate() {
                    let mut expected = owned::SecurityAssociation::from(association);
                    let class = attribute.class ^ 0x7fff;
                    expected.proposals[p].transforms[t].attributes[a].class = class;
                    let short = matches!(attribute.value, wire::ikev2::AttributeValue::Short(_));
                    let form = if short { 0x8000 } else { 0 };
                    let field = Field::Attribute(AttributeField::Class, [1, p, t, a]);
                    prop_assert_eq!(told_about(field, u32::from(form | class)), expected);
                }
            }
        }
    }

    #[test]
    fn lies_about_headers_of_payloads_stand_in_those_headers(truth in message()) {
        for (index, raw) in Message::read(&truth).unwrap().payloads().enumerate() {
            let raw = raw.unwrap();
            let lies = [
                (PayloadField::NextPayload, 0xfe),
                (PayloadField::CriticalAndReserved, 0xfd),
                (PayloadField::Length, 0xffff),
            ]
            .map(|(field, value)| Lie { field: Field::Payload(field, index), value });
            let mut bytes = truth.clone();
            tell(&mut bytes, &lies).unwrap();
            prop_assert_eq!(&bytes[raw.offset..][..4], [0xfe, 0xfd, 0xff, 0xff]);
            bytes[raw.offset..][..4].copy_from_slice(&truth[raw.offset..][..4]);
            prop_assert_eq!(&bytes, &truth);
        }
    }
}
