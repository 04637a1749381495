//! See [`conformance::fuzzing::name_roundtrip`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::name_roundtrip(bytes));
