//! Strategies for well-formed messages. They lay out the bytes themselves, from the figures of the RFCs, and
//! so are a second account of the format beside the crate's own.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

mod rows;

use rows::proposals;
pub use rows::{Block, chain, config};

/// A message that is not encrypted.
pub fn message() -> impl Strategy<Value = Vec<u8>> {
    (any::<[u8; 16]>(), 0..16_u8, any::<[u8; 2]>(), any::<u32>(), vec(block(), 0..8), any::<bool>()).prop_map(
        |(cookies, minor, [exchange, flags], message_id, blocks, align)| {
            let (first, mut body) = chain(&blocks);
            // RFC 2408 3.6: padding at the end of the message, to a multiple of four.
            if align {
                body.resize(body.len().next_multiple_of(4), 0x5a);
            }
            let mut bytes = cookies.to_vec();
            bytes.extend([first, 0x10 | minor, exchange, flags & !0x01]);
            bytes.extend(message_id.to_be_bytes());
            bytes.extend((28 + body.len() as u32).to_be_bytes());
            bytes.extend(body);
            bytes
        },
    )
}

/// A payload of any type.
pub fn block() -> impl Strategy<Value = Block> {
    let opaque = (select(vec![4, 8, 9, 10, 13, 14, 20, 99, 130, 132, 255_u8]), vec(any::<u8>(), 0..80));
    let encoded = (select(vec![6, 7_u8]), vec(any::<u8>(), 1..80));
    let typed = prop_oneof![
        opaque,
        encoded,
        security_association().prop_map(|body| (1, body)),
        identification().prop_map(|body| (5, body)),
        notification().prop_map(|body| (11, body)),
        delete().prop_map(|body| (12, body)),
        (select(vec![21, 131_u8]), identification()),
    ];
    (typed, any::<u8>()).prop_map(|((payload_type, body), reserved)| (payload_type, reserved, body))
}

/// RFC 2407 4.6.2; the NAT-OA payload of RFC 3947 5.2 differs in what the three bytes behind the type mean.
fn identification() -> impl Strategy<Value = Vec<u8>> {
    let length = |identification_type: u8| match identification_type {
        1 => 4..=4,
        4 | 7 => 8..=8,
        5 => 16..=16,
        6 | 8 => 32..=32,
        _ => 0..=40_usize,
    };
    (0..14_u8)
        .prop_flat_map(move |kind| (Just(kind), any::<[u8; 3]>(), vec(any::<u8>(), length(kind))))
        .prop_map(|(kind, fields, data)| [&[kind], &fields[..], &data].concat())
}

/// RFC 2408 3.14.
fn notification() -> impl Strategy<Value = Vec<u8>> {
    (any::<[u8; 5]>(), vec(any::<u8>(), 0..20), any::<[u8; 2]>(), vec(any::<u8>(), 0..20)).prop_map(
        |(doi_and_protocol, spi, notify_type, data)| {
            [&doi_and_protocol[..], &[spi.len() as u8], &notify_type, &spi, &data].concat()
        },
    )
}

/// RFC 2408 3.15.
fn delete() -> impl Strategy<Value = Vec<u8>> {
    (any::<[u8; 5]>(), 1..20_u8, 0..5_u8).prop_map(|(doi_and_protocol, size, count)| {
        let spis: Vec<u8> = (0..size * count).collect();
        [&doi_and_protocol[..], &[size, 0, count], &spis].concat()
    })
}

/// RFC 2407 4.6.1, with and without labels, and a DOI of which nothing is known.
pub fn security_association() -> impl Strategy<Value = Vec<u8>> {
    let situation = prop_oneof![
        3 => Just(vec![0, 0, 0, 1]),
        1 => (label(), label()).prop_map(|(secrecy, integrity)| {
            [vec![0, 0, 0, 7, 1, 2, 3, 4], secrecy, integrity].concat()
        }),
        1 => label().prop_map(|integrity| [vec![0, 0, 0, 4, 1, 2, 3, 4], integrity].concat()),
    ];
    let ipsec = (situation, proposals())
        .prop_map(|(situation, proposals)| [vec![0, 0, 0, 1], situation, proposals].concat());
    let unknown =
        (2..9_u8, vec(any::<u8>(), 0..30)).prop_map(|(doi, rest)| [vec![0, 0, 0, doi], rest].concat());
    prop_oneof![4 => ipsec, 1 => unknown]
}

/// A level of some bytes and categories of some bits, each padded to four bytes.
fn label() -> impl Strategy<Value = Vec<u8>> {
    (0..7_u8, 0..40_u8).prop_map(|(level_bytes, category_bits)| {
        let mut label = vec![0, level_bytes, 0, 0];
        label.resize(4 + usize::from(level_bytes).div_ceil(4) * 4, 0xaa);
        label.extend([0, category_bits, 0, 0]);
        label.resize(label.len() + usize::from(category_bits).div_ceil(32) * 4, 0xbb);
        label
    })
}
