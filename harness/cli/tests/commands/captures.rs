//! Captures made for tests: packets of a real negotiation in other wrappings.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{SCENARIO, argument, folder, ikespec};

/// A negotiation as `ikespec trace` keeps it.
pub struct Traced {
    /// The packets, each from its IP header on.
    pub packets: Vec<Vec<u8>>,
    /// The capture.
    pub pcap: PathBuf,
    /// The folder with the keys.
    pub keys: PathBuf,
}

/// Has `from` negotiate in the reference scenario; the files go to a folder called `name`.
pub fn traced(name: &str, from: &str) -> Traced {
    traced_in(SCENARIO, name, from)
}

/// Has `from` negotiate in a scenario; the files go to a folder called `name`.
pub fn traced_in(scenario: &str, name: &str, from: &str) -> Traced {
    let folder = folder(name);
    let (pcap, keys) = (folder.join("packets.pcap"), folder.join("keys"));
    ikespec(&["trace", scenario, "--from", from, "--pcap", argument(&pcap), "--keylog", argument(&keys)])
        .exits(0);
    Traced { packets: packets(&fs::read(&pcap).unwrap()), pcap, keys }
}

/// The packets of a classic capture file in big-endian order.
fn packets(file: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = &file[24..];
    let mut packets = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[8..12].try_into().unwrap()) as usize;
        packets.push(rest[16..16 + length].to_vec());
        rest = &rest[16 + length..];
    }
    packets
}

impl Traced {
    /// Writes `packets` of this link type as a classic capture, little-endian.
    pub fn write_pcap(&self, name: &str, link: u32, packets: &[Vec<u8>]) -> PathBuf {
        let mut file = Vec::new();
        for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, link] {
            file.extend(u32::to_le_bytes(word));
        }
        for packet in packets {
            let length = u32::try_from(packet.len()).unwrap();
            for word in [0, 0, length, length] {
                file.extend(u32::to_le_bytes(word));
            }
            file.extend(packet);
        }
        self.write(name, &file)
    }

    /// Writes `packets` of this link type as a pcapng file, little-endian, one section with one interface.
    pub fn write_pcapng(&self, name: &str, link: u16, packets: &[Vec<u8>]) -> PathBuf {
        let mut section = 0x1a2b_3c4d_u32.to_le_bytes().to_vec();
        section.extend([1, 0, 0, 0]);
        section.extend([0xff; 8]);
        let mut file = block(0x0a0d_0d0a, &section);
        let mut interface = link.to_le_bytes().to_vec();
        interface.extend([0; 6]);
        file.extend(block(1, &interface));
        for packet in packets {
            let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
            let mut body = [0; 12].to_vec();
            body.extend([length, length].concat());
            body.extend(packet);
            file.extend(block(6, &body));
        }
        self.write(name, &file)
    }

    /// Writes a file beside the capture.
    pub fn write(&self, name: &str, contents: &[u8]) -> PathBuf {
        let path = self.pcap.with_file_name(name);
        fs::write(&path, contents).unwrap();
        path
    }

    /// What `decode` prints of a file, with the keys of this negotiation.
    pub fn decoded(&self, file: &Path) -> String {
        ikespec(&["decode", argument(file), "--keylog", argument(&self.keys)]).exits(0).output
    }
}

/// `message` between ports 500 of two hosts, from the IPv4 header on.
pub fn in_udp(message: &[u8]) -> Vec<u8> {
    let udp = u16::try_from(8 + message.len()).unwrap().to_be_bytes();
    let ip = u16::try_from(28 + message.len()).unwrap().to_be_bytes();
    let addresses = [192, 0, 2, 1, 192, 0, 2, 2];
    [
        &[0x45, 0][..],
        &ip,
        &[0, 0, 0, 0, 64, 17, 0, 0],
        &addresses,
        &[0x01, 0xf4, 0x01, 0xf4],
        &udp,
        &[0, 0],
        message,
    ]
    .concat()
}

/// A block of a pcapng file.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let mut padded = body.to_vec();
    padded.resize(body.len().next_multiple_of(4), 0);
    let length = u32::try_from(padded.len() + 12).unwrap().to_le_bytes();
    [&kind.to_le_bytes(), &length[..], &padded, &length].concat()
}

/// `packet` behind an Ethernet header.
pub fn in_ethernet(packet: &[u8]) -> Vec<u8> {
    [&[0; 12], &[8, 0][..], packet].concat()
}

/// `packet` behind an Ethernet header with a VLAN tag.
pub fn in_vlan(packet: &[u8]) -> Vec<u8> {
    [&[0; 12], &[0x81, 0, 0, 7, 8, 0][..], packet].concat()
}

/// `packet` behind the header of a Linux cooked capture.
pub fn in_linux_cooked(packet: &[u8]) -> Vec<u8> {
    [&[0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0][..], packet].concat()
}

/// `packet` behind the header of a Linux cooked capture, version 2.
pub fn in_linux_cooked_2(packet: &[u8]) -> Vec<u8> {
    [&[8, 0][..], &[0; 18], packet].concat()
}

/// `packet` behind the address family of a loopback interface.
pub fn in_loopback(packet: &[u8]) -> Vec<u8> {
    [&[2, 0, 0, 0][..], packet].concat()
}

/// An IPv4 packet without options in two fragments.
pub fn in_fragments(packet: &[u8]) -> [Vec<u8>; 2] {
    let (header, payload) = packet.split_at(20);
    let (first, second) = payload.split_at(payload.len() / 16 * 8);
    let fragment = |part: &[u8], offset: usize, more: bool| {
        let mut header = header.to_vec();
        header[2..4].copy_from_slice(&u16::try_from(20 + part.len()).unwrap().to_be_bytes());
        let flags = u16::try_from(offset / 8).unwrap() | if more { 0x2000 } else { 0 };
        header[6..8].copy_from_slice(&flags.to_be_bytes());
        header.extend(part);
        header
    };
    [fragment(first, 0, true), fragment(second, first.len(), false)]
}

/// An IPv4 packet without options whose UDP datagram goes between ports 4500 and carries `payload`.
pub fn on_port_4500(packet: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut changed = packet[..28].to_vec();
    changed[2..4].copy_from_slice(&u16::try_from(28 + payload.len()).unwrap().to_be_bytes());
    changed[20..24].copy_from_slice(&[0x11, 0x94, 0x11, 0x94]);
    changed[24..26].copy_from_slice(&u16::try_from(8 + payload.len()).unwrap().to_be_bytes());
    changed.extend(payload);
    changed
}
