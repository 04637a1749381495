//! See [`conformance::fuzzing::selection_equals_model`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| conformance::fuzzing::selection_equals_model(bytes));
