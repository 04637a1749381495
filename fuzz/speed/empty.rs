//! What libFuzzer itself costs: a target that does nothing with the same inputs.
#![no_main]

mod inputs;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    std::hint::black_box(bytes);
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, _seed: u32| {
    let _ = size;
    inputs::next(data, max_size)
});
