//! See [`conformance::fuzzing::scenario`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::scenario(bytes));
