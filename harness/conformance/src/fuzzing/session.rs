//! Two endpoints, what is between them, and everything that can happen to both: operations out of bytes, and beside them
//! what has to hold whatever happens.
//!
//! - Nobody is believed who does not have the key to a certificate that the judge's trustpoints cover, and two routers that
//!   believe each other have the same keys.
//! - The state machines move by their tables, and what has ended says nothing more but that copies arrive.
//! - A datagram that arrives a second time authenticates, establishes, deletes and proves nothing alive a second time, and
//!   moves no Quick Mode; a request of IKEv2 under protection is answered as the first time, or not.
//! - Nothing grows without bound: sessions, half-open ones, answers to a datagram, events of a datagram, and what follows
//!   from one until nothing is under way.
//! - Every timer ends: left alone, an endpoint forgets all its sessions, soon after their lifetime at the latest.
//! - No endpoint wedges: afterwards the two routers negotiate as if nothing had happened, whichever begins.

mod meddling;
mod network;
mod operation;
mod setup;
mod witness;

use std::collections::BTreeSet;

use arbitrary::{Arbitrary as _, Unstructured};
use crypto::Provider;
use ike::IkeVersion;
use lab::side::Side;

use super::Seed;
use network::Network;
use operation::Operation;
use setup::Setup;
pub use witness::Reached;

/// How far the two routers came by what happened to them; what is tried with them afterwards does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// How often a side believed the other one.
    pub authenticated: usize,
    /// The states that were reached.
    pub states: BTreeSet<Reached>,
    /// How many negotiations came to their end, both sides believing each other; here what is tried afterwards counts.
    pub negotiations: usize,
}

/// The first bytes of an input are the routers, the rest is what happens to them: plays it, with simulated cryptography.
///
/// # Panics
/// If something does not hold that has to.
pub fn ikev1_session(bytes: &[u8]) {
    course(IkeVersion::V1, bytes);
}

/// The same in IKEv2.
///
/// # Panics
/// If something does not hold that has to.
pub fn ikev2_session(bytes: &[u8]) {
    course(IkeVersion::V2, bytes);
}

/// Plays an input of [`ikev1_session`] or [`ikev2_session`], and tells how far the routers came.
///
/// # Panics
/// If something does not hold that has to.
#[must_use]
pub fn course_of(version: IkeVersion, bytes: &[u8]) -> Course {
    course(version, bytes)
}

/// A session with real cryptography; the lowest bit of the first byte selects the version. Few operations, for they take
/// long.
///
/// # Panics
/// If something does not hold that has to.
pub fn session_real_crypto(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let version = if first & 1 == 0 { IkeVersion::V1 } else { IkeVersion::V2 };
    let mut bytes = Unstructured::new(rest);
    let Ok(setup) = Setup::arbitrary(&mut bytes) else { return };
    play(version, Setup { is_real: true, ..setup }, &mut bytes, 8);
}

/// A longer course costs time, and shows nothing that a shorter one does not.
const MOST_OPERATIONS: usize = 48;

fn course(version: IkeVersion, bytes: &[u8]) -> Course {
    let mut bytes = Unstructured::new(bytes);
    let setup = Setup::arbitrary(&mut bytes).unwrap_or_default();
    play(version, setup, &mut bytes, MOST_OPERATIONS)
}

fn play(version: IkeVersion, setup: Setup, bytes: &mut Unstructured<'_>, operations: usize) -> Course {
    let provider = if setup.is_real { Provider::REAL } else { Provider::SIMULATED };
    let mut network = Network::new(setup, version, provider);
    for _ in 0..operations {
        if bytes.is_empty() {
            break;
        }
        let Ok(operation) = Operation::arbitrary(bytes) else { break };
        network.perform(&operation);
    }
    let mut course = network.course();
    let initiator = if bytes.len().is_multiple_of(2) { Side::First } else { Side::Second };
    network.check_that_nothing_wedges(initiator);
    network.check_that_nothing_wedges(initiator.other());
    course.negotiations = network.negotiations();
    network.check_that_every_timer_ends();
    course
}

/// Courses that each show something: bytes as [`Setup`] and [`Operation`] are read from them.
const COURSES: &[(&str, &[u8])] = &[
    ("comes-up", &[0, 0, 0, 0x0b, 0]),
    ("comes-up-from-the-other-side", &[0, 0, 0, 0x1b, 0]),
    ("comes-up-in-fragments", &[0, 0, 4, 0x0b, 0]),
    ("by-distinguished-names", &[0, 0, 0x18, 0x0b, 0]),
    ("by-addresses", &[0, 0, 8, 0x0b, 0]),
    ("by-mailboxes", &[0, 0, 0x10, 0x0b, 0]),
    ("with-a-cookie", &[0, 0, 1, 0x0b, 0x0b, 0x0b, 0]),
    ("both-sides-begin", &[0, 0, 0, 0x0b, 0x1b, 0]),
    ("pinned-alike", &[4, 4, 0, 0x0b, 0]),
    ("pinned-apart", &[4, 8, 0, 0x0b, 0]),
    ("below-an-intermediate-authority", &[0, 3, 0, 0x0b, 0]),
    ("of-an-unknown-authority", &[0, 2, 0, 0x0b, 0]),
    ("with-expired-certificates", &[0, 0x40, 0, 0x0b, 0]),
    ("without-the-key", &[0, 0x80, 0, 0x0b, 0]),
    ("with-forged-certificates", &[0, 0xc0, 0, 0x0b, 0]),
    ("closed", &[0, 0, 0, 0x0b, 0, 0x0c, 0]),
    ("outlived", &[0, 0, 0, 0x0b, 0, 0xf9, 0]),
    ("alive", &[0, 0, 2, 0x0b, 0, 0x0a, 0, 0x0a, 0]),
    ("alive-and-replayed", &[0, 0, 2, 0x0b, 0, 0x0a, 0, 4, 8, 4, 9, 4, 10, 4, 11, 0]),
    ("everything-lost", &[0, 0, 0, 0x0b, 2, 0x0a, 2, 0x0a, 2, 0xb9, 0]),
    ("everything-twice", &[0, 0, 0, 0x0b, 3, 1, 1, 3, 1, 1, 3, 1, 1, 3, 1, 1, 3, 1, 1, 0]),
    ("an-old-check-replayed", &[0, 0, 2, 0x0b, 0, 0x0a, 0, 0x0a, 0, 4, 4, 4, 5, 0]),
    (
        "an-old-check-replayed-behind-a-nat",
        &[0, 0, 2, 0x0b, 0x0f, 7, 0, 0x0a, 0, 0x0a, 0, 4, 4, 4, 5, 4, 6, 0],
    ),
    ("replayed", &[0, 0, 0, 0x0b, 0, 4, 0, 4, 1, 4, 2, 4, 3, 4, 4, 4, 5, 4, 6, 4, 7, 4, 8, 0]),
    ("flooded", &[0, 0, 1, 0x0b, 0x2d, 0, 1, 0x2d, 0, 2, 0x2d, 0, 3, 0x2d, 0, 4, 0]),
    ("translated", &[0, 0, 0, 0x0b, 0x0f, 7, 0]),
    ("reflected", &[0, 0, 0, 0x0b, 0x0e, 0x0a, 0]),
    ("corrupted", &[0, 0, 0, 0x0b, 8, 30, 0, 1, 0, 0x0a, 0]),
    ("meddled-with", &[0, 0, 0, 6, 0x71, 1, 4, 0, 1, 0x0b, 0, 0x0a, 0]),
    ("another-message-meddled-with", &[0, 0, 0, 0x0b, 0x16, 1, 2, 4, 0, 1, 0, 0x0a, 0]),
    ("a-payload-left-out", &[0, 0, 0, 0x0b, 1, 0x16, 0x79, 1, 0, 0x0a, 0]),
    ("refused", &[0, 0, 0, 0x16, 0xf0, 24, 0, 0, 1, 0x0b, 0, 0x0a, 0]),
];

/// The courses as inputs.
pub(super) fn seeds() -> Vec<Seed> {
    COURSES.iter().map(|&(name, bytes)| Seed { name: name.to_owned(), bytes: bytes.to_vec() }).collect()
}

/// The courses as inputs of [`session_real_crypto`], in both versions.
pub(super) fn seeds_of_both() -> Vec<Seed> {
    let of_version = |version: u8| {
        let name = move |name: &str| format!("{name}-in-ikev{}", version + 1);
        COURSES
            .iter()
            .map(move |&(course, bytes)| Seed { name: name(course), bytes: [&[version], bytes].concat() })
    };
    [0, 1].into_iter().flat_map(of_version).collect()
}
