//! Files of packets, decoded with and without keys.

mod record;

use std::time::Duration;

use ike::Now;
use lab::capture::Capture;
use lab::decode::{Body, CaptureFile, CapturedMessage, Conversations, Followed, Keys};
use lab::link::Datagram;
use wire::udp;

use super::{Seed, assert_offset};

/// The first two bytes are the length of the keys, then come the keys as Wireshark's two tables have them, the rest is the
/// file.
///
/// A file is read or refused at a place in it. Of a file that is read, every message stands in the packet of the record at
/// its place, or a part of it does if it came in fragments; and all messages together are no longer than the file. Keys
/// open messages and change nothing else; what is opened is no longer than what it came in. And a capture that is written
/// of these messages reads as the same messages, which tell the same.
///
/// # Panics
/// If any of that does not hold.
pub fn capture(bytes: &[u8]) {
    let (tables, file) = split(bytes);
    let keys = keys(tables);
    let capture = match CaptureFile::read(file) {
        Ok(capture) => capture,
        Err(refused) => {
            assert!(!refused.to_string().is_empty());
            return assert_offset(refused.offset, file.len());
        }
    };
    check_places(&capture, file);
    let with_keys = follow(&capture.messages, &keys);
    let without_keys = follow(&capture.messages, &Keys::default());
    for ((message, with), without) in capture.messages.iter().zip(&with_keys).zip(&without_keys) {
        assert_eq!((with.name, with.repeated), (without.name, without.repeated));
        assert!(opened_length(&without.body) == 0, "opened without a key: {without:?}");
        let is_whole = matches!(with.body, Body::Fragment { whole: Some(_), .. });
        assert!(is_whole || opened_length(&with.body) <= message.bytes.len());
    }
    let opened: usize = with_keys.iter().map(|followed| opened_length(&followed.body)).sum();
    assert!(opened <= 2 * file.len(), "{opened} bytes opened of {}", file.len());
    check_written(&capture.messages, &keys, &with_keys);
}

/// The keys, and the file.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else { return (&[], bytes) };
    rest.split_at_checked(u16::from_be_bytes(*length).into()).unwrap_or((&[], rest))
}

/// An input of [`capture`].
pub(super) fn input(tables: &str, file: &[u8]) -> Vec<u8> {
    let length = u16::try_from(tables.len()).expect("a negotiation has few keys");
    [&length.to_be_bytes(), tables.as_bytes(), file].concat()
}

/// The keys of these tables; lines that are no entries are told by their number.
fn keys(tables: &[u8]) -> Keys {
    let text = String::from_utf8_lossy(tables);
    let mut keys = Keys::default();
    // One comma in an entry of IKEv1, seven in one of IKEv2.
    for line in text.lines() {
        let added = if line.matches(',').count() > 1 { keys.add_ikev2(line) } else { keys.add_ikev1(line) };
        if let Err(refused) = added {
            assert_eq!(refused.line, 1);
            assert!(!refused.to_string().is_empty());
        }
    }
    keys
}

fn follow(messages: &[CapturedMessage], keys: &Keys) -> Vec<Followed> {
    let mut conversations = Conversations::new(keys.clone());
    let followed = messages.iter().map(|message| conversations.follow(message)).collect();
    let named: usize = conversations.into_authorities().values().map(String::len).sum();
    // A byte that is a control character of Latin-1 prints as six characters, a label is no longer than its attribute.
    let captured: usize = messages.iter().map(|message| message.bytes.len()).sum();
    assert!(named <= 8 * captured, "{named} bytes of names out of {captured}");
    followed
}

fn check_places(capture: &CaptureFile, file: &[u8]) {
    let length = file.len();
    let CaptureFile { messages, passed_over } = capture;
    if let Some(offset) = passed_over.cut_off {
        assert_offset(offset, length);
    }
    let is_in_order =
        |pair: &[CapturedMessage]| pair[0].packet < pair[1].packet && pair[0].offset < pair[1].offset;
    assert!(messages.windows(2).all(is_in_order), "{messages:?}");
    for message in messages {
        assert!(message.packet >= 1 && message.packet <= 1 + length / SHORTEST_RECORD);
        record::check(message, file);
    }
    let captured: usize = messages.iter().map(|message| message.bytes.len()).sum();
    assert!(captured <= length, "{captured} bytes of messages in {length}");
    let others = [passed_over.esp, passed_over.keepalives, passed_over.others, passed_over.unknown_links];
    let packets = messages.len() + others.iter().sum::<usize>();
    assert!(packets <= 1 + length / SHORTEST_RECORD, "{packets} packets in {length} bytes");
}

/// A record of either format is at least as long, in bytes: the Simple Packet Block of pcapng without a packet.
const SHORTEST_RECORD: usize = 16;

/// How much was decrypted.
fn opened_length(body: &Body) -> usize {
    match body {
        Body::Opened(plain) => plain.body.len(),
        Body::OpenedIkev2(plain) => plain.body.len(),
        Body::Fragment { whole, .. } => 1 + whole.as_ref().map_or(0, |plain| plain.body.len()),
        Body::AsItStands | Body::Sealed(_) => 0,
    }
}

/// A capture of the same messages is read as the same messages.
fn check_written(messages: &[CapturedMessage], keys: &Keys, told: &[Followed]) {
    let Some(file) = write(messages) else { return };
    let read = CaptureFile::read(&file).expect("what was written is a capture");
    assert_eq!(read.passed_over, lab::decode::PassedOver::default());
    assert_eq!(read.messages.len(), messages.len());
    for (read, message) in read.messages.iter().zip(messages) {
        assert_eq!((read.endpoints, &read.bytes), (message.endpoints, &message.bytes));
        record::check(read, &file);
    }
    let told_again = follow(&read.messages, keys);
    assert_eq!(format!("{told_again:?}"), format!("{told:?}"));
    // Times are kept to the microsecond, and relative to the first packet.
    let again = write(&read.messages).expect("the same messages can be written again");
    let read_again = CaptureFile::read(&again).expect("what was written is a capture");
    assert_eq!(times(&read_again.messages), times(&read.messages));
}

fn times(messages: &[CapturedMessage]) -> Vec<Option<Duration>> {
    messages.iter().map(|message| message.time).collect()
}

/// The messages as `lab` writes a capture; nothing if one of them never was in a packet, or is longer than one.
fn write(messages: &[CapturedMessage]) -> Option<Vec<u8>> {
    let mut capture = Capture::default();
    for message in messages {
        let (endpoints, time) = (message.endpoints?, message.time?);
        let is_behind_marker = [endpoints.source, endpoints.destination].iter().any(|end| end.port() == 4500);
        let payload =
            if is_behind_marker { udp::with_non_esp_marker(&message.bytes) } else { message.bytes.clone() };
        let datagram = Datagram::new(endpoints.source, endpoints.destination, payload)?;
        // What the format has no room for is not written.
        let seconds = u32::try_from(time.as_secs()).ok()?;
        capture.record(Now { monotonic: time, calendar: seconds.into() }, &datagram);
    }
    Some(capture.to_pcap())
}

/// Files of other kinds than scenarios write: pcapng, other links, fragments, and what else is on port 4500.
pub(super) fn seeds() -> Vec<Seed> {
    let header = [&[0x11; 8][..], &[0; 8], &[1, 0x10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 28]].concat();
    let udp = |port: u16, payload: &[u8]| {
        let length = u16::try_from(8 + payload.len()).expect("it is short");
        [&port.to_be_bytes()[..], &port.to_be_bytes(), &length.to_be_bytes(), &[0, 0], payload].concat()
    };
    let plain = ip(0, false, &udp(500, &header));
    let behind_marker = |payload: &[u8]| ip(0, false, &udp(4500, payload));
    let whole = udp(500, &header);
    let (head, tail) = whole.split_at(24);
    let ethernet = |packet: &[u8]| [&[2; 12][..], &[8, 0], packet].concat();
    let tagged = |packet: &[u8]| [&[2; 12][..], &[0x81, 0, 0, 7, 8, 0], packet].concat();
    let cooked = |packet: &[u8]| [&[0, 0, 0, 1, 0, 6][..], &[2; 6], &[0, 0, 8, 0], packet].concat();
    let cooked_2 = |packet: &[u8]| [&[8, 0][..], &[0; 18], packet].concat();
    let loopback = |packet: &[u8]| [&[2, 0, 0, 0], packet].concat();
    let marked = behind_marker(&udp::with_non_esp_marker(&header));
    let files = [
        ("pcapng-of-raw-ip", pcapng(101, std::slice::from_ref(&plain))),
        ("pcapng-of-ethernet", pcapng(1, &[ethernet(&plain), tagged(&plain)])),
        ("pcapng-of-linux-cooked", pcapng(113, &[cooked(&plain)])),
        ("pcapng-of-linux-cooked-2", pcapng(276, &[cooked_2(&plain)])),
        ("pcapng-of-loopback", pcapng(0, &[loopback(&plain)])),
        (
            "pcapng-of-simple-packets",
            pcapng_of_blocks(101, &[simple(&plain, plain.len()), simple(&plain, plain.len() - 16)]),
        ),
        ("fragments", pcapng(101, &[ip(0, true, head), ip(3, false, tail)])),
        ("fragments-out-of-order", pcapng(101, &[ip(3, false, tail), ip(0, true, head)])),
        ("fragments-of-ipv6", pcapng(101, &[ipv6(0, true, head), ipv6(3, false, tail)])),
        ("classic-little-endian", classic(0xa1b2_c3d4, 0, &plain)),
        ("classic-with-longer-records", classic(0xa1b2_cd34, 8, &plain)),
        (
            "port-4500",
            pcapng(
                101,
                &[marked, behind_marker(&[0xff]), behind_marker(&[1, 2, 3, 4, 5]), behind_marker(&[0])],
            ),
        ),
        ("a-bare-message", header),
    ];
    let seed = |(name, file): (&str, Vec<u8>)| Seed { name: name.to_owned(), bytes: input("", &file) };
    files.map(seed).into()
}

/// An IPv4 packet of UDP, or a fragment of one that begins so many times eight bytes in.
fn ip(offset: u16, more: bool, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(20 + payload.len()).expect("it is short");
    let fragment = offset | u16::from(more) << 13;
    let mut packet = vec![0x45, 0];
    packet.extend(length.to_be_bytes());
    packet.extend([0, 7]);
    packet.extend(fragment.to_be_bytes());
    packet.extend([64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
    packet.extend(payload);
    packet
}

/// The same in IPv6, always behind the header of a fragment.
fn ipv6(offset: u16, more: bool, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(8 + payload.len()).expect("it is short").to_be_bytes();
    let fragment = (offset << 3 | u16::from(more)).to_be_bytes();
    let [source, destination] = [1, 2].map(|end| [&[0x20, 1, 0x0d, 0xb8][..], &[0; 11], &[end]].concat());
    let header = [&[0x60, 0, 0, 0][..], &length, &[44, 64], &source, &destination].concat();
    [&header, &[17, 0][..], &fragment, &[0, 0, 0, 7], payload].concat()
}

/// A file of the older format with one packet of raw IP, whose record has so many bytes more than usual.
fn classic(magic: u32, more: usize, packet: &[u8]) -> Vec<u8> {
    let length = u32::try_from(packet.len()).expect("it is short").to_le_bytes();
    let header = [&magic.to_le_bytes()[..], &[2, 0, 4, 0], &[0; 8], &[0, 0, 1, 0], &[101, 0, 0, 0]].concat();
    [&header, &[0; 8][..], &length, &length, &vec![0; more], packet].concat()
}

/// A file of the newer format with one interface and these packets.
fn pcapng(link: u16, packets: &[Vec<u8>]) -> Vec<u8> {
    let enhanced = |packet: &Vec<u8>| {
        let length = u32::try_from(packet.len()).expect("it is short").to_le_bytes();
        (6, [&[0; 12][..], &length, &length, packet].concat())
    };
    pcapng_of_blocks(link, &packets.iter().map(enhanced).collect::<Vec<_>>())
}

/// A simple packet block, of which so many bytes were kept.
fn simple(packet: &[u8], kept: usize) -> (u32, Vec<u8>) {
    let length = u32::try_from(packet.len()).expect("it is short").to_le_bytes();
    (3, [&length, &packet[..kept]].concat())
}

/// A file of the newer format with one interface and blocks, each behind its type.
fn pcapng_of_blocks(link: u16, blocks: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let block = |kind: u32, body: &[u8]| {
        let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
        let length = u32::try_from(12 + body.len() + padding.len()).expect("it is short").to_le_bytes();
        [&kind.to_le_bytes()[..], &length, body, &padding, &length].concat()
    };
    let mut section = 0x1a2b_3c4d_u32.to_le_bytes().to_vec();
    section.extend([1, 0, 0, 0]);
    section.extend([0xff; 8]);
    let mut file = block(0x0a0d_0d0a, &section);
    file.extend(block(1, &[&link.to_le_bytes()[..], &[0; 6]].concat()));
    for (kind, body) in blocks {
        file.extend(block(*kind, body));
    }
    file
}
