//! The fuzz targets' properties, as ordinary functions: libFuzzer drives them in `fuzz/`, a test replays committed
//! inputs through them on the stable compiler.
//!
//! A property takes any bytes at all. It panics if it is violated and returns otherwise, whatever the bytes are.

mod ikev1_message_roundtrip;

pub use ikev1_message_roundtrip::ikev1_message_roundtrip;

/// A fuzz target. Its program is `fuzz/fuzz_targets/NAME.rs`, its committed inputs are the files in
/// `corpus/fuzz/NAME` (seeds and what is worth keeping beside them) and `corpus/regressions/NAME` (what once failed).
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name.
    pub name: &'static str,
    /// What is checked.
    pub property: fn(&[u8]),
    /// The inputs to begin with, made by ourselves.
    pub seeds: fn() -> Vec<Seed>,
}

/// An input to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// The name of its file.
    pub name: &'static str,
    /// The input.
    pub bytes: Vec<u8>,
}

/// Every fuzz target.
pub const TARGETS: &[Target] = &[Target {
    name: "ikev1_message_roundtrip",
    property: ikev1_message_roundtrip,
    seeds: ikev1_message_roundtrip::seeds,
}];
