//! See [`conformance::fuzzing::certificate`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::certificate(bytes));
