//! See [`conformance::fuzzing::differential_wire`] and [`conformance::fuzzing::mutation`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::differential_wire(bytes));

include!("../message_mutator.rs");
