//! See [`conformance::fuzzing::ios_show`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::ios_show(bytes));
