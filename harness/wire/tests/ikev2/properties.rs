//! What holds for every message: the well-formed, the damaged and the arbitrary.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use wire::ikev2::{
    EncryptedParts, Message, MessageBuilder, Payload, RawPayload, SecurityAssociation, owned, payloads_in,
    split_padding, write_padding, write_payloads,
};
use wire::{PayloadType, ReadError};

use super::read;
use super::well_formed::{config, message, payloads, proposals};

/// Reads everything there is to read.
fn read_all(bytes: &[u8]) -> Result<(Message<'_>, Vec<RawPayload<'_>>), ReadError> {
    let message = Message::read(bytes)?;
    let raws = message.payloads().collect::<Result<Vec<_>, _>>()?;
    for raw in &raws {
        walk(raw, raw.typed()?);
    }
    Ok((message, raws))
}

/// Walks what is inside a payload: no row has more elements than bytes.
fn walk(raw: &RawPayload<'_>, payload: Payload<'_>) {
    let elements = match payload {
        Payload::SecurityAssociation(association) => {
            let transforms = association.proposals().flat_map(|proposal| proposal.transforms());
            transforms.flat_map(|transform| transform.attributes()).count()
        }
        Payload::InitiatorTrafficSelectors(selectors) | Payload::ResponderTrafficSelectors(selectors) => {
            selectors.iter().count()
        }
        Payload::Configuration(configuration) => configuration.attributes().count(),
        Payload::Delete(delete) => delete.spis().count(),
        Payload::Notify(notification) => {
            let end = raw.body_offset() + raw.body.len();
            if let Err(error) = notification.content(raw.body_offset()) {
                assert!((raw.body_offset()..=end).contains(&error.offset));
            }
            0
        }
        _ => 0,
    };
    assert!(elements <= raw.body.len());
}

/// Whatever the bytes are: they are refused at a place that exists, or written again as they were.
fn judge(bytes: &[u8]) {
    let walked: Vec<_> =
        Message::read(bytes).iter().flat_map(Message::payloads).take(bytes.len() + 1).collect();
    let first_error = walked.iter().position(Result::is_err);
    assert!(first_error.is_none_or(|place| place + 1 == walked.len()), "something follows an error");
    match read_all(bytes) {
        Ok((message, raws)) => {
            assert_eq!(MessageBuilder::like(message.header()).payloads(&raws).unwrap(), bytes);
        }
        Err(error) => assert!(error.offset <= bytes.len(), "{error} in {} bytes", bytes.len()),
    }
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn a_well_formed_message_is_read_and_written_again_byte_for_byte(bytes in message()) {
        let (message, raws) = read_all(&bytes).unwrap();
        prop_assert_eq!(MessageBuilder::like(message.header()).payloads(&raws).unwrap(), &bytes[..]);
        let owned: Vec<_> = raws.into_iter().map(owned::Payload::from).collect();
        prop_assert_eq!(MessageBuilder::like(message.header()).payloads(&owned).unwrap(), bytes);
    }

    #[test]
    fn a_message_of_version_2_is_told_apart(bytes in message()) {
        let told = wire::Message::read(&bytes).unwrap();
        prop_assert_eq!(told, wire::Message::Ikev2(Message::read(&bytes).unwrap()));
    }

    #[test]
    fn a_typed_payload_is_written_as_the_body_that_it_was_read_from(bytes in message()) {
        for raw in Message::read(&bytes).unwrap().payloads() {
            let raw = raw.unwrap();
            let typed = raw.typed().unwrap();
            prop_assert_eq!(typed.payload_type(), raw.payload_type);
            prop_assert_eq!(typed.body().unwrap(), raw.body);
            let owned = owned::Payload::from(raw);
            prop_assert_eq!(owned.typed().unwrap(), typed);
            let bare = owned::Payload { critical: false, reserved: 0, ..owned.clone() };
            prop_assert_eq!(owned::Payload::try_from(typed).unwrap(), bare);
        }
    }

    #[test]
    fn a_payload_stands_where_its_offset_says(bytes in message()) {
        for raw in Message::read(&bytes).unwrap().payloads() {
            let raw = raw.unwrap();
            prop_assert_eq!(bytes[raw.offset], raw.next.0);
            prop_assert_eq!(bytes[raw.offset + 1], u8::from(raw.critical) << 7 | raw.reserved);
            prop_assert_eq!(&bytes[raw.body_offset()..][..raw.body.len()], raw.body);
        }
    }

    #[test]
    fn proposals_survive_being_owned_and_encoded(body in proposals()) {
        let read = SecurityAssociation::read(&body, 0).unwrap();
        let owned = owned::SecurityAssociation::from(read);
        let encoded = owned.encode().unwrap();
        // Only reserved bytes may differ, and they are not part of what is compared.
        prop_assert_eq!(encoded.body().len(), body.len());
        prop_assert_eq!(SecurityAssociation::read(encoded.body(), 0).unwrap(), encoded.view());
        prop_assert_eq!(owned::SecurityAssociation::from(encoded.view()), owned);
    }

    #[test]
    fn a_chain_is_walked_the_same_wherever_it_stands(
        (first, bytes) in payloads(),
        base in 0..100_000_usize,
    ) {
        let first = PayloadType(first);
        let raws: Vec<_> = payloads_in(first, &bytes, base).map(Result::unwrap).collect();
        for (here, there) in raws.iter().zip(payloads_in(first, &bytes, 0)) {
            let there = there.unwrap();
            prop_assert_eq!(*here, RawPayload { offset: there.offset + base, ..there });
        }
        let mut again = Vec::new();
        prop_assert_eq!(write_payloads(&raws, &mut again).unwrap(), first);
        prop_assert_eq!(again, bytes);
    }

    #[test]
    fn padding_is_separated_as_it_was_appended(
        payloads in vec(any::<u8>(), 0..80),
        padding in vec(any::<u8>(), 0..256),
    ) {
        let mut plain = payloads.clone();
        write_padding(&padding, &mut plain).unwrap();
        prop_assert_eq!(plain.len(), payloads.len() + padding.len() + 1);
        prop_assert_eq!(split_padding(&plain, 0).unwrap(), (&payloads[..], &padding[..]));
    }

    #[test]
    fn the_parts_of_an_encrypted_body_make_it_up(
        body in vec(any::<u8>(), 0..80),
        vector_length in 0..40_usize,
        checksum_length in 0..40_usize,
    ) {
        match EncryptedParts::split(&body, vector_length, checksum_length, 32) {
            Ok(parts) => {
                prop_assert_eq!(parts.initialization_vector.len(), vector_length);
                prop_assert_eq!(parts.integrity_checksum.len(), checksum_length);
                let all = [parts.initialization_vector, parts.ciphertext, parts.integrity_checksum];
                prop_assert_eq!(all.concat(), body);
            }
            Err(error) => {
                prop_assert!(body.len() < vector_length + checksum_length);
                prop_assert_eq!(error.offset, 32);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(6000))]

    #[test]
    fn a_damaged_message_is_refused_where_it_is_damaged_or_read_for_what_it_says(
        mut bytes in message(),
        damage in vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        judge(&bytes);
    }

    #[test]
    fn a_message_that_is_cut_off_is_refused(bytes in message(), end in any::<Index>()) {
        let cut = &bytes[..end.index(bytes.len())];
        let error = read_all(cut).unwrap_err();
        prop_assert!(error.offset <= cut.len());
    }

    #[test]
    fn a_message_cut_off_with_a_length_to_match_is_judged_by_its_payloads(
        bytes in message(),
        end in any::<Index>(),
    ) {
        let mut cut = bytes[..28 + end.index(bytes.len() - 27)].to_vec();
        let length = cut.len() as u32;
        cut[24..28].copy_from_slice(&length.to_be_bytes());
        judge(&cut);
    }

    #[test]
    fn arbitrary_bytes_behind_a_header_are_refused_at_a_place_that_exists(
        first in any::<u8>(),
        body in vec(any::<u8>(), 0..120),
    ) {
        let mut bytes = vec![7; 16];
        bytes.extend([first, 0x20, 34, 8, 0, 0, 0, 0, 0, 0, 0, 28 + body.len() as u8]);
        bytes.extend(body);
        judge(&bytes);
    }

    #[test]
    fn an_arbitrary_body_of_any_type_is_refused_at_a_place_that_exists(
        payload_type in 30..60_u8,
        body in vec(0..16_u8, 0..120),
    ) {
        match read(PayloadType(payload_type), &body, 32) {
            Ok(typed) => prop_assert_eq!(typed.body().unwrap(), body),
            Err(error) => prop_assert!((32..=32 + body.len()).contains(&error.offset)),
        }
    }
}
