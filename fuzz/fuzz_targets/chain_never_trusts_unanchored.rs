//! See [`conformance::fuzzing::chain_never_trusts_unanchored`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::chain_never_trusts_unanchored(bytes));
