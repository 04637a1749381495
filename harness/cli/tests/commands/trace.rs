//! `ikespec trace`.

use std::fs;

use crate::support::{IKEV2_SCENARIO, SCENARIO, argument, assert_snapshot, folder, ikespec};

#[test]
fn both_routers_are_printed_under_headings_and_one_alone_without() {
    let both = ikespec(&["trace", SCENARIO, "--from", "R1"]).exits(0).output;
    let [first, second] = ["R1", "R2"]
        .map(|router| ikespec(&["trace", SCENARIO, "--from", "R1", "--on", router]).exits(0).output);
    assert_eq!(both, format!("=== R1\n{first}\n=== R2\n{second}"));
    assert!(first.starts_with('*') && second.starts_with('*'), "{both}");
}

#[test]
fn the_transcript_has_the_lines_of_the_reference() {
    // Cisco document 117633, R2 as the IKEv1 Initiator: what R1 prints when it gets MM5.
    let run = ikespec(&["trace", SCENARIO, "--from", "R2", "--on", "R1"]).exits(0);
    let position = |wanted: &str| {
        run.output
            .lines()
            .position(|line| line.contains(wanted))
            .unwrap_or_else(|| panic!("{wanted}:\n{}", run.output))
    };
    let lines = [
        "peer matches prof1 profile",
        "Creating CERT validation list: IOSCA1",
        "No suitable trustpoints found",
        "%CRYPTO-5-IKMP_INVAL_CERT",
    ];
    let positions = lines.map(position);
    assert!(positions.is_sorted(), "{positions:?}\n{}", run.output);
}

#[test]
fn packets_and_keys_are_kept() {
    let folder = folder("trace");
    let (pcap, keys) = (folder.join("r1.pcap"), folder.join("keys"));
    ikespec(&["trace", SCENARIO, "--from", "R1", "--pcap", argument(&pcap), "--keylog", argument(&keys)])
        .exits(0);
    // Magic number and link type of raw IP, as tcpdump.org has them.
    let packets = fs::read(pcap).unwrap();
    assert_eq!((&packets[..4], &packets[20..24]), (&[0xa1, 0xb2, 0xc3, 0xd4][..], &[0, 0, 0, 101][..]));
    let table = fs::read_to_string(keys.join("ikev1_decryption_table")).unwrap();
    let (cookie, key) = table.trim_end().split_once(',').unwrap();
    // A cookie has 8 bytes, and a key of Triple DES 24.
    assert_eq!((cookie.len(), key.len()), (16, 48));
}

#[test]
fn keys_of_ikev2_have_a_table_of_their_own() {
    let keys = folder("trace-keys-ikev2").join("keys");
    for _ in 0..2 {
        ikespec(&["trace", IKEV2_SCENARIO, "--from", "R1", "--keylog", argument(&keys)]).exits(0);
    }
    let tables: Vec<_> = fs::read_dir(&keys).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(tables, ["ikev2_decryption_table"]);
    let table = fs::read_to_string(keys.join("ikev2_decryption_table")).unwrap();
    // SPIs of 8 bytes, then keys of the algorithms that both routers prefer.
    let fields: Vec<_> = table.trim_end().split(',').collect();
    assert_eq!((fields.len(), fields[0].len(), fields[1].len()), (8, 16, 16), "{table}");
}

#[test]
fn ikev2_is_traced_as_its_own_debug_prints_it() {
    // Cisco document 117633, R2 as the IKEv2 Initiator: R1 has no trustpoint for R2's certificate.
    let run = ikespec(&["trace", IKEV2_SCENARIO, "--from", "R2", "--on", "R1"]).exits(0);
    for line in ["IKEv2:(SA ID = 1):", "Verification of peer's authentication data FAILED"] {
        assert!(run.output.contains(line), "{line}:\n{}", run.output);
    }
}

#[test]
fn keys_are_added_to_those_that_are_there_and_never_twice() {
    let keys = folder("trace-keys");
    let table = keys.join("ikev1_decryption_table");
    // Of another negotiation, and without the line end that an editor may leave out.
    let others = "00112233445566aa,00112233445566778899aabbccddeeff0011223344556677";
    fs::write(&table, others).unwrap();
    for _ in 0..2 {
        ikespec(&["trace", SCENARIO, "--from", "R1", "--keylog", argument(&keys)]).exits(0);
    }
    let kept = fs::read_to_string(table).unwrap();
    let lines: Vec<_> = kept.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, others), "{kept}");
    assert_eq!(lines[1].len(), 16 + 1 + 48, "{kept}");
}

#[test]
fn each_transcript_is_stamped_by_its_own_routers_clock() {
    let scenario = "corpus/scenarios/a-clock-that-stopped-years-ago-refuses-every-certificate";
    for (router, stamp) in [("R1", "*Mar  1 00:02:11."), ("R2", "*May 14 09:00:12.")] {
        let transcript = ikespec(&["trace", scenario, "--from", "R1", "--on", router]).exits(0).output;
        assert!(transcript.starts_with(stamp), "{transcript}");
    }
}

#[test]
fn a_router_that_nobody_is_called_is_a_usage_error_that_names_those_there_are() {
    assert_snapshot("trace_unknown_router", &ikespec(&["trace", SCENARIO, "--from", "R3"]).exits(2).errors);
}

#[test]
fn a_place_that_cannot_be_written_to_is_trouble_with_the_environment() {
    let run = ikespec(&["trace", SCENARIO, "--from", "R1", "--pcap", "/no/such/folder/r1.pcap"]).exits(3);
    assert!(run.errors.contains("/no/such/folder/r1.pcap"), "{}", run.errors);
}

#[test]
fn keys_that_replace_others_of_the_same_spis_are_told() {
    let keys = folder("keys-replaced");
    let trace = |scenario: &str| {
        let scenario = format!("corpus/scenarios/{scenario}");
        ikespec(&["trace", &scenario, "--from", "R1", "--keylog", argument(&keys)]).exits(0).errors
    };
    assert_eq!(trace("ikev2-one-ca-comes-up"), "");
    assert_eq!(trace("ikev2-one-ca-comes-up"), "", "the same keys again");
    // The lab's SPIs follow from its seed alone.
    assert!(trace("ikev2-aes-gcm-comes-up").contains("warning[keys-replaced]"));
}
