//! See [`conformance::fuzzing::ikev2_message_roundtrip`] and [`conformance::fuzzing::mutation`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::ikev2_message_roundtrip(bytes));

include!("../message_mutator.rs");
