//! Strategies for well-formed messages. They lay out the bytes themselves, from the figures of the RFCs, and
//! so are a second account of the format beside the crate's own.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

#[path = "../well_formed/rows.rs"]
mod rows;

use rows::Block;
pub use rows::{chain, config, proposals};

/// A message, with an encrypted payload at its end or without.
pub fn message() -> impl Strategy<Value = Vec<u8>> {
    (any::<[u8; 16]>(), 0..16_u8, any::<[u8; 2]>(), any::<u32>(), payloads()).prop_map(
        |(spis, minor, [exchange, flags], message_id, (first, body))| {
            let mut bytes = spis.to_vec();
            bytes.extend([first, 0x20 | minor, exchange, flags]);
            bytes.extend(message_id.to_be_bytes());
            bytes.extend((28 + body.len() as u32).to_be_bytes());
            bytes.extend(body);
            bytes
        },
    )
}

/// Payloads in a row and the type of the first. The last may be an encrypted one, the next payload field of
/// which says what is inside.
pub fn payloads() -> impl Strategy<Value = (u8, Vec<u8>)> {
    (vec(block(), 0..8), option::of((encrypted(), any::<u8>()))).prop_map(|(mut blocks, last)| {
        let Some((encrypted, first_inside)) = last else { return chain(&blocks) };
        let length = 4 + encrypted.2.len();
        blocks.push(encrypted);
        let (first, mut bytes) = chain(&blocks);
        let start = bytes.len() - length;
        bytes[start] = first_inside;
        (first, bytes)
    })
}

/// RFC 7296 3.14, or RFC 7383 2.5.
fn encrypted() -> impl Strategy<Value = Block> {
    let body = || vec(any::<u8>(), 0..80);
    let whole = body().prop_map(|body| (46, body));
    let fragment = (1..=u16::MAX, 0..5_u16, body()).prop_map(|(number, behind, body)| {
        let total = number.saturating_add(behind);
        (53, [&number.to_be_bytes(), &total.to_be_bytes(), &body[..]].concat())
    });
    (prop_oneof![whole, fragment], any::<u8>()).prop_map(|((kind, body), second)| (kind, second, body))
}

/// A payload of any type that is not encrypted.
fn block() -> impl Strategy<Value = Block> {
    let opaque = (select(vec![1, 5, 11, 40, 43, 49, 54, 99, 132, 255_u8]), vec(any::<u8>(), 0..80));
    let key_exchange = vec(any::<u8>(), 4..80);
    let typed = prop_oneof![
        opaque,
        proposals().prop_map(|body| (33, body)),
        key_exchange.prop_map(|body| (34, body)),
        (select(vec![35, 36_u8]), identification()),
        certificate().prop_map(|body| (37, body)),
        certificate_request().prop_map(|body| (38, body)),
        authentication().prop_map(|body| (39, body)),
        notify().prop_map(|body| (41, body)),
        delete().prop_map(|body| (42, body)),
        (select(vec![44, 45_u8]), traffic_selectors()),
        configuration().prop_map(|body| (47, body)),
        eap().prop_map(|body| (48, body)),
    ];
    (typed, any::<u8>()).prop_map(|((kind, body), second)| (kind, second, body))
}

/// RFC 7296 3.5.
fn identification() -> impl Strategy<Value = Vec<u8>> {
    let length = |kind: u8| match kind {
        1 => 4..=4,
        5 => 16..=16,
        _ => 0..=40_usize,
    };
    (0..15_u8)
        .prop_flat_map(move |kind| (Just(kind), any::<[u8; 3]>(), vec(any::<u8>(), length(kind))))
        .prop_map(|(kind, reserved, data)| [&[kind], &reserved[..], &data].concat())
}

/// RFC 7296 3.6: of 12 and 13 a hash and a URL.
fn certificate() -> impl Strategy<Value = Vec<u8>> {
    (0..20_u8)
        .prop_flat_map(|encoding| {
            let least = if matches!(encoding, 12 | 13) { 20 } else { 0 };
            (Just(encoding), vec(any::<u8>(), least..80))
        })
        .prop_map(|(encoding, data)| [&[encoding], &data[..]].concat())
}

/// RFC 7296 3.7: of 4, 12 and 13 hashes of 20 bytes.
fn certificate_request() -> impl Strategy<Value = Vec<u8>> {
    let hashes = (select(vec![4, 12, 13_u8]), vec(any::<[u8; 20]>(), 0..5))
        .prop_map(|(encoding, hashes)| [&[encoding], &hashes.concat()[..]].concat());
    let opaque = (select(vec![0, 1, 5, 11, 14, 200_u8]), vec(any::<u8>(), 0..50))
        .prop_map(|(encoding, data)| [&[encoding], &data[..]].concat());
    prop_oneof![hashes, opaque]
}

/// RFC 7296 3.8, and of method 14 RFC 7427 3.
fn authentication() -> impl Strategy<Value = Vec<u8>> {
    let data = || vec(any::<u8>(), 0..60);
    let plain = ((0..14_u8), any::<[u8; 3]>(), data())
        .prop_map(|(method, reserved, data)| [&[method], &reserved[..], &data].concat());
    let named = (any::<[u8; 3]>(), data(), data()).prop_map(|(reserved, algorithm, signature)| {
        [&[14], &reserved[..], &[algorithm.len() as u8], &algorithm, &signature].concat()
    });
    prop_oneof![plain, named]
}

/// RFC 7296 3.10, of any type, its data not of the form that the type wants.
fn notify() -> impl Strategy<Value = Vec<u8>> {
    (any::<u8>(), vec(any::<u8>(), 0..20), any::<[u8; 2]>(), vec(any::<u8>(), 0..30)).prop_map(
        |(protocol, spi, notify_type, data)| {
            [&[protocol, spi.len() as u8], &notify_type[..], &spi, &data].concat()
        },
    )
}

/// RFC 7296 3.11.
fn delete() -> impl Strategy<Value = Vec<u8>> {
    let some = (any::<u8>(), 1..20_u8, 0..5_u8).prop_map(|(protocol, size, count)| {
        let spis: Vec<u8> = (0..size * count).collect();
        [&[protocol, size, 0, count], &spis[..]].concat()
    });
    prop_oneof![4 => some, 1 => Just(vec![1, 0, 0, 0])]
}

/// RFC 7296 3.13.
fn traffic_selectors() -> impl Strategy<Value = Vec<u8>> {
    let data = |kind| match kind {
        7 => 12..=12,
        8 => 36..=36,
        _ => 0..=40_usize,
    };
    let selector = prop_oneof![2 => Just(7_u8), 2 => Just(8), 1 => any::<u8>()]
        .prop_flat_map(move |kind| (Just(kind), any::<u8>(), vec(any::<u8>(), data(kind))))
        .prop_map(|(kind, protocol, data)| [&[kind, protocol, 0, 4 + data.len() as u8], &data[..]].concat());
    (any::<[u8; 3]>(), vec(selector, 1..6))
        .prop_map(|(reserved, all)| [&[all.len() as u8], &reserved[..], &all.concat()].concat())
}

/// RFC 7296 3.15.
fn configuration() -> impl Strategy<Value = Vec<u8>> {
    let attribute = (any::<[u8; 2]>(), vec(any::<u8>(), 0..20))
        .prop_map(|(kind, value)| [&kind[..], &[0, value.len() as u8], &value].concat());
    (any::<[u8; 4]>(), vec(attribute, 0..6))
        .prop_map(|(fields, attributes)| [&fields[..], &attributes.concat()].concat())
}

/// RFC 3748 4.
fn eap() -> impl Strategy<Value = Vec<u8>> {
    (any::<[u8; 2]>(), vec(any::<u8>(), 0..40))
        .prop_map(|(fields, data)| [&fields[..], &[0, 4 + data.len() as u8], &data].concat())
}
