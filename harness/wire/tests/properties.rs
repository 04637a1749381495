//! What holds for every message: the well-formed, the damaged and the arbitrary.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    missing_docs
)]

mod well_formed;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use well_formed::{Block, block, chain, config, message, security_association};
use wire::ikev1::{
    Message, MessageBuilder, Payload, RawPayload, SecurityAssociation, owned, payloads_in, write_payloads,
};
use wire::{PayloadType, ReadError};

/// Reads everything there is to read: the payloads, and what is left behind them.
fn read_all(bytes: &[u8]) -> Result<(Message<'_>, Vec<RawPayload<'_>>, &[u8]), ReadError> {
    let message = Message::read(bytes)?;
    let mut payloads = message.payloads();
    let raws = payloads.by_ref().collect::<Result<Vec<_>, _>>()?;
    for raw in &raws {
        if let Payload::SecurityAssociation(association) = raw.typed()? {
            let attributes = association
                .proposals()
                .flat_map(|proposal| proposal.transforms())
                .flat_map(|transform| transform.attributes());
            assert!(attributes.count() <= bytes.len() / 4);
        }
    }
    Ok((message, raws, payloads.rest()))
}

fn rewrite(message: &Message<'_>, raws: &[RawPayload<'_>], padding: &[u8]) -> Vec<u8> {
    MessageBuilder::like(message.header()).padding(padding).plain(raws).unwrap()
}

/// Whatever the bytes are: they are refused at a place that exists, or written again as they were.
fn judge(bytes: &[u8]) {
    let walked: Vec<_> = Message::read(bytes).iter().flat_map(Message::payloads).take(bytes.len()).collect();
    let first_error = walked.iter().position(Result::is_err);
    assert!(first_error.is_none_or(|place| place + 1 == walked.len()), "something follows an error");
    match read_all(bytes) {
        Ok((message, raws, padding)) => assert_eq!(rewrite(&message, &raws, padding), bytes),
        Err(error) => assert!(error.offset <= bytes.len(), "{error} in {} bytes", bytes.len()),
    }
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn a_well_formed_message_is_read_and_written_again_byte_for_byte(bytes in message()) {
        let (message, raws, padding) = read_all(&bytes).unwrap();
        prop_assert_eq!(rewrite(&message, &raws, padding), bytes);
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
        }
    }

    #[test]
    fn a_payload_stands_where_its_offset_says(bytes in message()) {
        for raw in Message::read(&bytes).unwrap().payloads() {
            let raw = raw.unwrap();
            prop_assert_eq!(bytes[raw.offset], raw.next.0);
            prop_assert_eq!(bytes[raw.offset + 1], raw.reserved);
            prop_assert_eq!(&bytes[raw.body_offset()..][..raw.body.len()], raw.body);
        }
    }

    #[test]
    fn proposals_survive_being_owned_and_encoded(body in security_association()) {
        let read = SecurityAssociation::read(&body, 0).unwrap();
        prop_assume!(read.situation().is_some());
        let owned = owned::SecurityAssociation::from(read);
        let encoded = owned.encode().unwrap();
        // Only reserved bytes may differ, and they are not part of what is compared.
        prop_assert_eq!(encoded.body().len(), body.len());
        prop_assert_eq!(encoded.view().situation(), read.situation());
        prop_assert_eq!(SecurityAssociation::read(encoded.body(), 0).unwrap(), encoded.view());
        prop_assert_eq!(owned::SecurityAssociation::from(encoded.view()), owned);
    }

    #[test]
    fn the_padding_behind_a_decrypted_chain_is_kept(
        blocks in vec(block(), 1..6),
        padding in vec(any::<u8>(), 0..20),
    ) {
        let (first, mut bytes) = chain(&blocks);
        bytes.extend(&padding);
        let mut payloads = payloads_in(PayloadType(first), &bytes, 28);
        let raws: Vec<_> = payloads.by_ref().map(Result::unwrap).collect();
        let read: Vec<Block> =
            raws.iter().map(|raw| (raw.payload_type.0, raw.reserved, raw.body.to_vec())).collect();
        prop_assert_eq!(read, blocks);
        prop_assert_eq!(payloads.rest(), &padding[..]);
        prop_assert_eq!(payloads.offset(), 28 + bytes.len() - padding.len());

        let mut again = Vec::new();
        prop_assert_eq!(write_payloads(&raws, &mut again).unwrap(), PayloadType(first));
        again.extend(payloads.rest());
        prop_assert_eq!(again, bytes);
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
        bytes.extend([first, 0x10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 28 + body.len() as u8]);
        bytes.extend(body);
        judge(&bytes);
    }

    #[test]
    fn an_arbitrary_body_of_any_type_is_refused_at_a_place_that_exists(
        payload_type in 0..22_u8,
        body in vec(0..9_u8, 0..120),
    ) {
        match Payload::read(PayloadType(payload_type), &body, 32) {
            Ok(typed) => prop_assert_eq!(typed.body().unwrap(), body),
            Err(error) => prop_assert!((32..=32 + body.len()).contains(&error.offset)),
        }
    }
}
