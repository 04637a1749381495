//! See [`conformance::fuzzing::session_real_crypto`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::session_real_crypto(bytes));
