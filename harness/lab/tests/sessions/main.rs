//! The endpoint's sessions, two endpoints at a time: what comes up, what is refused, and that lost, repeated and foreign
//! datagrams change nothing but time.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../routers/mod.rs"]
mod routers;

mod coming_up;
mod forged;
mod lost_and_repeated;
mod tampered;
mod time;

use ike::EventKind;
use routers::Pair;

fn both_up(pair: &Pair) -> bool {
    [1, 2].iter().all(|&host| pair.told(host, |kind| matches!(kind, EventKind::ChildEstablished { .. })))
}

/// The lengths of all datagrams sent, with IP and UDP headers.
fn lengths(pair: &Pair) -> Vec<usize> {
    pair.sent.iter().map(|(_, _, bytes)| bytes.len() + 28).collect()
}
