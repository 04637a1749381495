//! See [`conformance::fuzzing::capture`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::capture(bytes));
