//! See [`conformance::fuzzing::crl`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::crl(bytes));
