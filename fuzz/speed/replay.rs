//! A target without its mutations: its property and its committed inputs, in turn. What it says of them is read by
//! `measure-speed`.
#![no_main]

mod inputs;

use std::sync::LazyLock;

use conformance::fuzzing::TARGETS;
use conformance::fuzzing::session::course_of;
use ike::IkeVersion;

static PROPERTY: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = inputs::target();
    let target = TARGETS.iter().find(|target| target.name == name).expect("SPEED_OF names a target");
    let bytes: usize = inputs::INPUTS.iter().map(Vec::len).sum();
    eprintln!("inputs: {}, mean length: {}", inputs::INPUTS.len(), bytes / inputs::INPUTS.len());
    eprintln!("negotiations: {}", negotiations(&name));
    target.property
});

/// How often both sides of a session come to believe each other in one round of the inputs.
fn negotiations(target: &str) -> usize {
    let version = match target {
        "ikev1_session" => IkeVersion::V1,
        "ikev2_session" => IkeVersion::V2,
        _ => return 0,
    };
    inputs::INPUTS.iter().map(|input| course_of(version, input).authenticated / 2).sum()
}

libfuzzer_sys::fuzz_target!(init: { LazyLock::force(&PROPERTY); }, |bytes: &[u8]| PROPERTY(bytes));

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, _seed: u32| {
    let _ = size;
    inputs::next(data, max_size)
});
