//! Committed inputs of the fuzz targets, replayed.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use conformance::fuzzing::TARGETS;
use conformance::fuzzing::mutation::mutated;
use conformance::fuzzing::session::{Course, Reached, course_of};
use ike::{IkeVersion, Ikev2State, QuickModeState, State};
use wire::ikev1::Message;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files in a folder by name; none if it does not exist.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(path).unwrap())
    };
    entries.map(|entry| read(entry.unwrap().path())).collect()
}

#[test]
fn the_property_of_each_target_holds_for_its_committed_inputs() {
    for target in TARGETS {
        for kind in ["fuzz", "regressions"] {
            let inputs = files(&repository().join("corpus").join(kind).join(target.name));
            assert!(!inputs.is_empty() || kind == "regressions", "{} has no inputs", target.name);
            for (name, bytes) in inputs {
                println!("{kind}/{}/{name}", target.name);
                (target.property)(&bytes);
            }
        }
    }
}

#[test]
fn the_property_of_each_target_holds_for_what_its_mutator_makes_of_its_inputs() {
    const ROOM: usize = 64;
    for target in TARGETS.iter().filter(|target| target.name.ends_with("message_roundtrip")) {
        for bytes in files(&repository().join("corpus/fuzz").join(target.name)).into_values() {
            for seed in 0..64 {
                let change = |body: &mut Vec<u8>, most: usize| match body.get_mut(seed as usize) {
                    Some(byte) => *byte = !*byte,
                    None => body.resize(most.min(seed as usize), 0xff),
                };
                let Some(message) = mutated(&bytes, bytes.len() + ROOM, seed, change) else { continue };
                assert!(message.len() <= bytes.len() + ROOM);
                (target.property)(&message);
            }
        }
    }
}

#[test]
fn the_committed_seeds_are_those_that_the_targets_make() {
    for target in TARGETS {
        let committed = files(&repository().join("corpus/fuzz").join(target.name));
        for seed in (target.seeds)() {
            assert_eq!(committed.get(&seed.name), Some(&seed.bytes), "{}/{}", target.name, seed.name);
        }
    }
}

#[test]
fn every_target_has_its_program_and_every_program_its_target() {
    let programs = files(&repository().join("fuzz/fuzz_targets")).into_keys().collect::<BTreeSet<_>>();
    let targets: BTreeSet<_> = TARGETS.iter().map(|target| format!("{}.rs", target.name)).collect();
    assert_eq!(programs, targets);
}

#[test]
fn the_seeds_of_ikev1_messages_are_well_formed() {
    let target = TARGETS.iter().find(|target| target.name == "ikev1_message_roundtrip").unwrap();
    for seed in (target.seeds)() {
        let message = Message::read(&seed.bytes).unwrap();
        let first = message.header().next_payload;
        for payload in wire::ikev1::payloads_in(first, message.body(), 28) {
            payload.unwrap().typed().unwrap();
        }
    }
}

#[test]
fn the_inputs_that_are_messages_are_as_long_as_messages() {
    for target in ["ikev1_message_roundtrip", "ikev2_message_roundtrip", "differential_wire"] {
        let inputs = files(&repository().join("corpus/fuzz").join(target));
        let bytes: usize = inputs.values().map(Vec::len).sum();
        assert!(bytes >= 200 * inputs.len() && !inputs.is_empty(), "{target}: {bytes} in {}", inputs.len());
    }
}

/// The courses of the committed inputs of a session target.
fn courses(version: IkeVersion, target: &str) -> Vec<Course> {
    let inputs = files(&repository().join("corpus/fuzz").join(target));
    inputs.values().map(|bytes| course_of(version, bytes)).collect()
}

#[test]
fn a_fifth_of_the_inputs_of_ikev1_sessions_authenticate_and_all_together_reach_every_state() {
    use QuickModeState::{
        Complete, InitiatorInstalling, InitiatorSent, ResponderInstalling, ResponderSent, ResponderSpi,
    };
    let courses = courses(IkeVersion::V1, "ikev1_session");
    let authenticated = courses.iter().filter(|course| course.authenticated > 0).count();
    assert!(authenticated * 5 >= courses.len(), "{authenticated} of {}", courses.len());
    let reached: BTreeSet<Reached> = courses.into_iter().flat_map(|course| course.states).collect();
    let main_mode =
        ike::TRANSITIONS.iter().map(|(_, _, to)| *to).chain([State::Deleted]).map(Reached::MainMode);
    let quick_mode =
        [InitiatorSent, InitiatorInstalling, ResponderSpi, ResponderInstalling, ResponderSent, Complete];
    for state in main_mode.chain(quick_mode.map(Reached::QuickMode)) {
        assert!(reached.contains(&state), "{state:?} is not reached");
    }
}

#[test]
fn a_fifth_of_the_inputs_of_ikev2_sessions_authenticate_and_all_together_reach_every_state() {
    let courses = courses(IkeVersion::V2, "ikev2_session");
    let authenticated = courses.iter().filter(|course| course.authenticated > 0).count();
    assert!(authenticated * 5 >= courses.len(), "{authenticated} of {}", courses.len());
    let reached: BTreeSet<Reached> = courses.into_iter().flat_map(|course| course.states).collect();
    let states = ike::IKEV2_TRANSITIONS.iter().map(|(_, _, to)| *to).chain([Ikev2State::Deleted]);
    for state in states.map(Reached::Ikev2) {
        assert!(reached.contains(&state), "{state:?} is not reached");
    }
}
