//! What both versions of IKE lay out alike: payloads in a row, proposals in a row, and what is in them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

/// The same cases in every run.
pub fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(2409), failure_persistence: None, ..Config::default() }
}

/// A payload: its type, the byte behind the next payload field, the body.
pub type Block = (u8, u8, Vec<u8>);

/// Payloads in a row, as figure 3 of RFC 2408 and figure 5 of RFC 7296 have them, and the type of the first.
pub fn chain(blocks: &[Block]) -> (u8, Vec<u8>) {
    let mut bytes = Vec::new();
    for (position, (_, reserved, body)) in blocks.iter().enumerate() {
        let next = blocks.get(position + 1).map_or(0, |&(next, _, _)| next);
        bytes.extend([next, *reserved]);
        bytes.extend((4 + body.len() as u16).to_be_bytes());
        bytes.extend(body);
    }
    (blocks.first().map_or(0, |&(first, _, _)| first), bytes)
}

/// The proposals of a Security Association payload.
pub fn proposals() -> impl Strategy<Value = Vec<u8>> {
    elements(2, proposal().boxed(), 1..4).prop_map(|(_, proposals)| proposals)
}

/// RFC 2408 3.5, RFC 7296 3.3.1, behind the first four bytes.
fn proposal() -> impl Strategy<Value = Vec<u8>> {
    let transforms = elements(3, transform().boxed(), 1..5);
    (any::<[u8; 2]>(), vec(any::<u8>(), 0..20), transforms).prop_map(
        |([number, protocol], spi, (count, transforms))| {
            [&[number, protocol, spi.len() as u8, count], &spi[..], &transforms].concat()
        },
    )
}

/// RFC 2408 3.6, RFC 7296 3.3.2, behind the first four bytes.
fn transform() -> impl Strategy<Value = Vec<u8>> {
    (any::<[u8; 4]>(), vec(attribute(), 0..7))
        .prop_map(|(fields, attributes)| [&fields[..], &attributes.concat()].concat())
}

/// RFC 2408 3.3, RFC 7296 3.3.5.
fn attribute() -> impl Strategy<Value = Vec<u8>> {
    let class = (0..0x80_u8, any::<u8>());
    let short = (class.clone(), any::<[u8; 2]>())
        .prop_map(|((high, low), [first, second])| vec![0x80 | high, low, first, second]);
    let long = (class, vec(any::<u8>(), 0..12))
        .prop_map(|((high, low), value)| [&[high, low, 0, value.len() as u8], &value[..]].concat());
    prop_oneof![short, long]
}

/// Elements in a row: the kind of the next one, a reserved byte, the length, the content. And how many.
fn elements(
    kind: u8,
    content: BoxedStrategy<Vec<u8>>,
    count: std::ops::Range<usize>,
) -> impl Strategy<Value = (u8, Vec<u8>)> {
    vec((any::<u8>(), content), count).prop_map(move |contents| {
        let mut bytes = Vec::new();
        for (position, (reserved, content)) in contents.iter().enumerate() {
            let next = if position + 1 == contents.len() { 0 } else { kind };
            bytes.extend([next, *reserved]);
            bytes.extend((4 + content.len() as u16).to_be_bytes());
            bytes.extend(content);
        }
        (contents.len() as u8, bytes)
    })
}
