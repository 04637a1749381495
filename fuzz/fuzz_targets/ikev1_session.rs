//! See [`conformance::fuzzing::ikev1_session`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::ikev1_session(bytes));
