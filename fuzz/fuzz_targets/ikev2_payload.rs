//! See [`conformance::fuzzing::ikev2_payload`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::ikev2_payload(bytes));
