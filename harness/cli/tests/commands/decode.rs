//! `ikespec decode`.

use std::fs;

use crate::captures::{
    in_ethernet, in_fragments, in_linux_cooked, in_linux_cooked_2, in_loopback, in_vlan, on_port_4500, traced,
};
use crate::support::{argument, assert_snapshot, assert_snapshot_but, folder, ikespec};

/// What follows from chance: cookies, message IDs of phase 2, SPIs, keys, nonces, hashes, signatures.
const CHANCE: &[(&str, &str)] = &[
    ("message ID 00000000", "message ID zero"),
    ("message ID [0-9a-f]{8}", "message ID HEX"),
    ("SPI [0-9a-f]+", "SPI HEX"),
    (r"\b0{16}\b", "zero"),
    (r"\b[0-9a-f]{16,}(\.\.\.)?", "HEX"),
];

/// The headers of IPv4 and UDP.
const HEADERS: usize = 28;

#[test]
fn a_capture_of_ours_is_decrypted_to_the_end() {
    let traced = traced("decode-r1", "R1");
    assert_snapshot_but(CHANCE, "decode", &traced.decoded(&traced.pcap));
}

#[test]
fn retransmissions_are_told_and_decrypted_as_the_message_that_they_repeat() {
    let traced = traced("decode-r2", "R2");
    let decoded = traced.decoded(&traced.pcap);
    // Cisco document 117633, R2 as the IKEv1 Initiator: MM4 and MM5 repeat each other, nothing else is sent.
    assert!(decoded.starts_with("15 IKE messages in 1 session, 6 decrypted\n"), "{decoded}");
    for message in ["MM4", "MM5"] {
        let of_it = decoded.lines().filter(|line| line.starts_with(message));
        let repeated: Vec<_> = of_it.map(|line| line.ends_with("a retransmission")).collect();
        assert_eq!(repeated.iter().filter(|repeated| **repeated).count(), repeated.len() - 1, "{decoded}");
    }
    assert_eq!(decoded.matches("issuer   cn=CA2,o=cisco,o=com").count(), 6, "{decoded}");
}

#[test]
fn without_keys_the_rest_is_told_all_the_same() {
    let traced = traced("decode-sealed", "R1");
    let run = ikespec(&["decode", argument(&traced.pcap)]).exits(0);
    assert!(run.output.starts_with("9 IKE messages in 1 session, 5 not decrypted\n"), "{}", run.output);
    assert!(run.output.contains("encrypted, 680 bytes: the key log has no key for it"), "{}", run.output);
    assert!(run.output.contains("cn=Cisco Root CA M1,o=Cisco"), "{}", run.output);
}

#[test]
fn keys_do_not_help_where_the_capture_lacks_what_they_go_with() {
    let traced = traced("decode-parts", "R1");
    for (from, reason) in [
        (4, "the capture lacks the SA payload that settled the algorithms"),
        (3, "the capture lacks the SA payload that settled the algorithms"),
        (2, "the capture lacks the SA payload that settled the algorithms"),
    ] {
        let part = traced.write_pcap("part.pcap", 101, &traced.packets[from..]);
        let decoded = traced.decoded(&part);
        assert!(decoded.contains(reason), "{from}: {decoded}");
    }
    let without_ke = [&traced.packets[..2], &traced.packets[4..]].concat();
    let decoded = traced.decoded(&traced.write_pcap("part.pcap", 101, &without_ke));
    assert!(decoded.contains("the capture lacks the KE payloads"), "{decoded}");
}

#[test]
fn the_same_messages_come_out_of_every_kind_of_link() {
    let traced = traced("decode-links", "R1");
    let all =
        |wrap: fn(&[u8]) -> Vec<u8>| traced.packets.iter().map(|packet| wrap(packet)).collect::<Vec<_>>();
    let expected = traced.decoded(&traced.write_pcap("raw.pcap", 101, &traced.packets));
    for (name, link, packets) in [
        ("ethernet", 1, all(in_ethernet)),
        ("vlan", 1, all(in_vlan)),
        ("cooked", 113, all(in_linux_cooked)),
        ("cooked-2", 276, all(in_linux_cooked_2)),
        ("null", 0, all(in_loopback)),
        ("loop", 108, all(in_loopback)),
        ("ipv4", 228, traced.packets.clone()),
    ] {
        let file = traced.write_pcap(&format!("{name}.pcap"), u32::from(link), &packets);
        assert_eq!(traced.decoded(&file), expected, "{name}");
        let file = traced.write_pcapng(&format!("{name}.pcapng"), link, &packets);
        assert_eq!(traced.decoded(&file), expected, "{name}");
    }
}

#[test]
fn fragments_are_put_together() {
    let traced = traced("decode-fragments", "R1");
    let whole = traced.decoded(&traced.write_pcap("whole.pcap", 101, &traced.packets));
    let fragments: Vec<_> = traced.packets.iter().flat_map(|packet| in_fragments(packet)).collect();
    let decoded = traced.decoded(&traced.write_pcap("fragments.pcap", 101, &fragments));
    let without_numbers =
        |text: &str| text.lines().filter(|line| line.starts_with(' ')).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(without_numbers(&decoded), without_numbers(&whole));
    assert!(decoded.contains("passed over: 9 other packets"), "{decoded}");
}

#[test]
fn port_4500_carries_ike_behind_a_marker_and_other_things() {
    let traced = traced("decode-4500", "R1");
    let first = &traced.packets[0];
    let ike = [&[0; 4], &first[HEADERS..]].concat();
    let packets = [
        on_port_4500(first, &ike),
        on_port_4500(first, &[0xff]),
        on_port_4500(first, &[0, 0, 0, 1, 0, 0, 0, 1]),
        on_port_4500(first, &[0, 0]),
    ];
    let decoded = traced.decoded(&traced.write_pcap("4500.pcap", 101, &packets));
    assert!(
        decoded.starts_with(
            "2 IKE messages in 1 session, 1 broken\npassed over: 1 ESP packet, 1 NAT keepalive\n"
        ),
        "{decoded}"
    );
    assert!(
        decoded.contains("MM1  1 +0.000000  192.168.0.1:4500 > 192.168.0.2:4500  164 bytes"),
        "{decoded}"
    );
    assert!(decoded.contains("message at offset 0: its fields take 28 bytes, 2 are left"), "{decoded}");
}

#[test]
fn a_bare_message_is_decoded_without_anything_around_it() {
    let traced = traced("decode-bare", "R1");
    let file = traced.write("mm1.bin", &traced.packets[0][HEADERS..]);
    let run = ikespec(&["decode", argument(&file)]).exits(0);
    assert!(run.output.starts_with("1 IKE message in 1 session\n\nMM1  164 bytes\n"), "{}", run.output);
    assert!(run.output.contains("Encryption Algorithm: 3DES-CBC (5)"), "{}", run.output);
}

#[test]
fn what_is_malformed_is_shown_with_its_offset_and_the_rest_goes_on() {
    let traced = traced("decode-malformed", "R1");
    let mut packets = traced.packets.clone();
    // The length of the second payload of MM1, the first vendor ID, which starts behind header (28) and SA (56).
    let length = HEADERS + 28 + 56 + 2;
    packets[0][length..length + 2].copy_from_slice(&[0xff, 0xff]);
    let decoded = traced.decoded(&traced.write_pcap("malformed.pcap", 101, &packets));
    assert!(decoded.starts_with("9 IKE messages in 1 session, 5 decrypted, 1 broken\n"), "{decoded}");
    assert!(
        decoded.contains("error: VID payload at offset 86: its length is 65535, but only 80 bytes are there"),
        "{decoded}"
    );
}

#[test]
fn no_cut_makes_it_fail() {
    let traced = traced("decode-cut", "R1");
    let whole = fs::read(&traced.pcap).unwrap();
    for length in (24..whole.len()).step_by(61) {
        let file = traced.write("cut.pcap", &whole[..length]);
        let decoded = traced.decoded(&file);
        assert!(decoded.contains("IKE message"), "{length}: {decoded}");
    }
}

#[test]
fn verbose_prints_all_bytes() {
    let traced = traced("decode-verbose", "R1");
    let signature = |arguments: &[&str]| {
        let keys = argument(&traced.keys);
        let run =
            ikespec(&[&["decode", argument(&traced.pcap), "--keylog", keys], arguments].concat()).exits(0);
        run.output.lines().find(|line| line.trim_start().starts_with("SIG")).unwrap().to_owned()
    };
    // The signature of a 512-bit key.
    let all = signature(&["-v"]);
    assert_eq!(all.rsplit(' ').next().unwrap().len(), 2 * 64, "{all}");
    let beginning = signature(&[]);
    assert!(all.starts_with(beginning.strip_suffix("...").unwrap()), "{beginning}\n{all}");
}

#[test]
fn what_a_peer_sends_cannot_reach_the_terminal() {
    let traced = traced("decode-escapes", "R1");
    let mut message = traced.packets[0][HEADERS..HEADERS + 28].to_vec();
    let identity = "\u{1b}]0;owned\u{7}\n\u{202e}".as_bytes();
    let length = u16::try_from(8 + identity.len()).unwrap();
    message[16] = 5;
    message[24..28].copy_from_slice(&(u32::from(length) + 28).to_be_bytes());
    message.extend([0, 0]);
    message.extend(length.to_be_bytes());
    message.extend([2, 0, 0, 0]);
    message.extend(identity);
    let run = ikespec(&["decode", argument(&traced.write("escapes.bin", &message))]).exits(0);
    assert!(run.output.contains(r"ID_FQDN  \u{1b}]0;owned\u{7}\u{a}\u{202e}, protocol 0"), "{}", run.output);
}

#[test]
fn a_file_that_is_no_capture_is_a_mistake_in_the_input() {
    let folder = folder("decode-nonsense");
    let path = folder.join("nonsense.bin");
    fs::write(&path, "neither packets nor a message, but long enough to be one").unwrap();
    assert_snapshot("decode_nonsense", &ikespec(&["decode", argument(&path)]).exits(2).errors);
}

#[test]
fn a_key_log_that_cannot_be_read_keeps_its_secrets() {
    let traced = traced("decode-bad-keys", "R1");
    let table = traced.keys.join("ikev1_decryption_table");
    fs::write(&table, "# keys\n2a710318c5500119;00112233445566778899\n").unwrap();
    let run = ikespec(&["decode", argument(&traced.pcap), "--keylog", argument(&traced.keys)]).exits(2);
    assert!(!run.errors.contains("0011223344"), "{}", run.errors);
    assert_snapshot("decode_bad_key_log", &run.errors);
}
