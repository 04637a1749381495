//! Committed inputs of the fuzz targets, replayed.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use allocation_counter::measure;
use conformance::fuzzing::TARGETS;
use conformance::fuzzing::ios_show::{COMMANDS, session_of};
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

/// The targets whose inputs are messages: their programs include `message_mutator.rs`.
const OF_MESSAGES: [&str; 3] = ["ikev1_message_roundtrip", "ikev2_message_roundtrip", "differential_wire"];

#[test]
fn the_property_of_each_target_holds_for_what_its_mutator_makes_of_its_inputs() {
    for target in TARGETS.iter().filter(|target| OF_MESSAGES.contains(&target.name)) {
        for bytes in files(&repository().join("corpus/fuzz").join(target.name)).into_values() {
            // Without any room an input may be as long as libFuzzer allows.
            for (seed, room) in (0..64).flat_map(|seed| [(seed, 64), (seed, 0)]) {
                let change = |body: &mut Vec<u8>, most: usize| {
                    assert!(most > 0 && body.len() <= most, "what libFuzzer asserts");
                    match body.get_mut(seed as usize) {
                        Some(byte) => *byte = !*byte,
                        None => body.resize(most.min(seed as usize), 0xff),
                    }
                };
                let Some(message) = mutated(&bytes, bytes.len() + room, seed, change) else { continue };
                assert!(message.len() <= bytes.len() + room);
                (target.property)(&message);
            }
        }
    }
}

#[test]
fn the_programs_whose_inputs_are_messages_are_those_with_the_mutator() {
    let programs = files(&repository().join("fuzz/fuzz_targets")).into_iter();
    let includes = |text: &[u8]| String::from_utf8_lossy(text).contains("message_mutator.rs");
    let found: BTreeSet<_> = programs.filter(|(_, text)| includes(text)).map(|(name, _)| name).collect();
    assert_eq!(found, BTreeSet::from(OF_MESSAGES.map(|target| format!("{target}.rs"))));
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

/// Without its entry a program is not built, fuzzed or measured, and nobody notices.
#[test]
fn every_target_has_its_entry_with_its_program() {
    let manifest = std::fs::read_to_string(repository().join("fuzz/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let entry = |bin: &toml::Value| {
        (bin["name"].as_str().unwrap().to_owned(), bin["path"].as_str().unwrap().to_owned())
    };
    let entries: BTreeSet<_> = manifest["bin"].as_array().unwrap().iter().map(entry).collect();
    let expected =
        TARGETS.iter().map(|target| (target.name.to_owned(), format!("fuzz_targets/{}.rs", target.name)));
    assert_eq!(entries, expected.collect());
}

#[test]
fn every_target_has_a_planted_bug_and_every_planted_bug_its_target() {
    let targets: BTreeSet<_> = TARGETS.iter().map(|target| target.name).collect();
    let patches = files(&repository().join("fuzz/planted")).into_iter().filter_map(|(name, bytes)| {
        Some((name.strip_suffix(".patch")?.to_owned(), String::from_utf8(bytes).unwrap()))
    });
    let mut found = BTreeSet::<&str>::new();
    for (name, patch) in patches {
        let target = patch.lines().find_map(|line| line.strip_prefix("Target: ")).unwrap_or_default();
        let target = targets.get(target);
        assert!(target.is_some(), "{name} is for no target");
        assert!(patch.contains(&format!("bug == \"{name}\"")), "{name} does not sleep until it is named");
        found.extend(target);
    }
    assert_eq!(found, targets);
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
    for target in OF_MESSAGES {
        let inputs = files(&repository().join("corpus/fuzz").join(target));
        let bytes: usize = inputs.values().map(Vec::len).sum();
        assert!(bytes >= 200 * inputs.len() && !inputs.is_empty(), "{target}: {bytes} in {}", inputs.len());
    }
}

/// Reading a file, following its messages with and without keys, and writing, reading and following them again: what that
/// takes at a time is in proportion to the file, whatever the file says of itself.
#[test]
fn a_capture_takes_memory_in_proportion_to_its_length() {
    const EACH_BYTE: u64 = 16;
    const ANYWAY: u64 = 128 * 1024;
    let target = TARGETS.iter().find(|target| target.name == "capture").unwrap();
    let mut inputs = files(&repository().join("corpus/fuzz/capture"));
    inputs.extend(files(&repository().join("corpus/regressions/capture")));
    inputs.extend(hostile_captures());
    for (name, bytes) in inputs {
        let taken = measure(|| (target.property)(&bytes)).bytes_max;
        let most = ANYWAY + EACH_BYTE * bytes.len() as u64;
        assert!(taken <= most, "{name}: {taken} for {} bytes", bytes.len());
    }
}

/// Captures that say that far more follows than does, as inputs of the target: without keys.
fn hostile_captures() -> [(String, Vec<u8>); 3] {
    let file = |records: Vec<Vec<u8>>| {
        let raw_ip: [u8; 24] =
            [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 101, 0, 0, 0];
        [&[0, 0], raw_ip.as_slice(), &records.concat()].concat()
    };
    let record = |said: u32, packet: &[u8]| [&[0; 8], &said.to_le_bytes()[..], &[0; 4], packet].concat();
    // Eight bytes at the end of a datagram of 64 KiB, each of another one.
    let fragment = |number: u16| {
        let [high, low] = number.to_be_bytes();
        let header = [0x45, 0, 0, 28, high, low, 0x1f, 0xfe, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2];
        record(28, &[header.as_slice(), &[0; 8]].concat())
    };
    let fragments = file((0..20_000).map(fragment).collect());
    let longer_record = file(vec![record(u32::MAX, &[0; 100])]);
    // A section of pcapng whose one block says so.
    let mut longer_block = vec![0, 0, 10, 13, 13, 10, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0];
    longer_block.extend([[0xff; 8].as_slice(), &[28, 0, 0, 0, 6, 0, 0, 0], &[0xff; 4], &[0; 100]].concat());
    [
        ("fragments".to_owned(), fragments),
        ("a longer record".to_owned(), longer_record),
        ("a longer block".to_owned(), longer_block),
    ]
}

#[test]
fn of_every_show_command_an_input_tells_something() {
    let mut told = BTreeSet::<&str>::new();
    for bytes in files(&repository().join("corpus/fuzz/ios_show")).into_values() {
        let Some((command, text)) = session_of(&bytes) else { continue };
        let mut sources = ios::Sources::new();
        let Ok(file) = sources.add("r1.txt", &text) else { continue };
        let (router, _) = ios::read(&mut sources, &[file]);
        let is_told = match command {
            "show crypto pki trustpoints" => !router.shown.trustpoints.is_empty(),
            "show crypto pki certificates pem" => !router.pem_certificates.is_empty(),
            "show version" => router.shown.version.is_some(),
            "show clock" => router.shown.clock.is_some(),
            "show running-config" => !router.trustpoints.is_empty(),
            _ => router.shown.certificates.is_some_and(|certificates| !certificates.is_empty()),
        };
        told.extend(is_told.then_some(command));
    }
    let commands: BTreeSet<_> = COMMANDS.iter().copied().collect();
    assert_eq!(told, commands);
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
