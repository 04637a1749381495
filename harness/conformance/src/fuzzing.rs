//! The fuzz targets' properties, as ordinary functions: libFuzzer drives them in `fuzz/`, a test replays committed
//! inputs through them on the stable compiler.
//!
//! A property takes any bytes at all. It panics if it is violated and returns otherwise, whatever the bytes are.

mod capture;
mod certificate;
mod chain_never_trusts_unanchored;
mod crl;
#[cfg(feature = "differential")]
pub mod differential_wire;
mod ikev1_message_roundtrip;
mod ikev1_payload;
mod ikev2_message_roundtrip;
mod ikev2_payload;
mod ios_config;
pub mod ios_show;
mod materials;
pub mod mutation;
mod name_roundtrip;
mod scenario;
pub mod seeds;
mod selection_equals_model;
pub mod session;
mod text;

pub use capture::capture;
pub use certificate::certificate;
pub use chain_never_trusts_unanchored::chain_never_trusts_unanchored;
pub use crl::crl;
#[cfg(feature = "differential")]
pub use differential_wire::differential_wire;
pub use ikev1_message_roundtrip::ikev1_message_roundtrip;
pub use ikev1_payload::ikev1_payload;
pub use ikev2_message_roundtrip::ikev2_message_roundtrip;
pub use ikev2_payload::ikev2_payload;
pub use ios_config::ios_config;
pub use ios_show::ios_show;
pub use name_roundtrip::name_roundtrip;
pub use scenario::scenario;
pub use selection_equals_model::selection_equals_model;
pub use session::{ikev1_session, ikev2_session, session_real_crypto};

/// A fuzz target. Its program is `fuzz/fuzz_targets/NAME.rs`, its committed inputs are the files in
/// `corpus/fuzz/NAME` (seeds and what is worth keeping beside them) and `corpus/regressions/NAME` (what once failed).
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name.
    pub name: &'static str,
    /// What is checked.
    pub property: fn(&[u8]),
    /// The inputs to begin with that are made here; [`seeds`] has those that are taken from scenarios.
    pub seeds: fn() -> Vec<Seed>,
}

/// An input to begin with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seed {
    /// The name of its file.
    pub name: String,
    /// The input.
    pub bytes: Vec<u8>,
}

/// Every fuzz target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "ikev1_message_roundtrip",
        property: ikev1_message_roundtrip,
        seeds: ikev1_message_roundtrip::seeds,
    },
    of_scenarios("ikev2_message_roundtrip", ikev2_message_roundtrip),
    #[cfg(feature = "differential")]
    of_scenarios("differential_wire", differential_wire),
    of_scenarios("ikev1_payload", ikev1_payload),
    of_scenarios("ikev2_payload", ikev2_payload),
    of_scenarios("name_roundtrip", name_roundtrip),
    of_scenarios("certificate", certificate),
    of_scenarios("crl", crl),
    Target {
        name: "chain_never_trusts_unanchored",
        property: chain_never_trusts_unanchored,
        seeds: chain_never_trusts_unanchored::seeds,
    },
    of_scenarios("ios_config", ios_config),
    Target { name: "ios_show", property: ios_show, seeds: ios_show::seeds },
    Target { name: "capture", property: capture, seeds: capture::seeds },
    of_scenarios("scenario", scenario),
    Target {
        name: "selection_equals_model",
        property: selection_equals_model,
        seeds: selection_equals_model::seeds,
    },
    Target { name: "ikev1_session", property: ikev1_session, seeds: session::seeds },
    Target { name: "ikev2_session", property: ikev2_session, seeds: session::seeds },
    Target { name: "session_real_crypto", property: session_real_crypto, seeds: session::seeds_of_both },
];

/// A target all of whose seeds are taken from scenarios.
const fn of_scenarios(name: &'static str, property: fn(&[u8])) -> Target {
    Target { name, property, seeds: Vec::new }
}

/// An error names a place in the input, its end included, and says something.
fn assert_within(error: &wire::ReadError, length: usize) {
    assert_offset(error.offset, length);
    assert!(!error.to_string().is_empty());
}

fn assert_offset(offset: usize, length: usize) {
    assert!(offset <= length, "an error at offset {offset} of {length} bytes");
}
