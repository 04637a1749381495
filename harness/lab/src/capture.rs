//! What was sent, as a capture file: classic pcap of raw IP packets.

use ike::Now;

use etherparse::PacketBuilder;

use crate::link::{Addresses, Datagram};

/// The link type of packets that begin with their IP header
/// (<https://www.tcpdump.org/linktypes.html>).
pub const LINKTYPE_RAW: u32 = 101;

/// What routers send with.
const TIME_TO_LIVE: u8 = 255;

/// The datagrams of a negotiation in the order sent, the lost ones included: as seen beside the sender.
#[derive(Clone, Debug, Default)]
pub struct Capture {
    packets: Vec<CapturedPacket>,
}

/// One packet with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapturedPacket {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    pub seconds: i64,
    /// Microseconds after that second.
    pub microseconds: u32,
    /// The packet from its IP header on.
    pub bytes: Vec<u8>,
}

impl Capture {
    /// Adds a datagram that was sent at `now`.
    pub fn record(&mut self, now: Now, datagram: &Datagram) {
        self.packets.push(CapturedPacket {
            seconds: now.calendar,
            microseconds: now.monotonic.subsec_micros(),
            bytes: packet(datagram),
        });
    }

    /// The packets in the order sent.
    #[must_use]
    pub fn packets(&self) -> &[CapturedPacket] {
        &self.packets
    }

    /// The capture as a file.
    ///
    /// Format: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html>, big-endian, microseconds.
    #[must_use]
    pub fn to_pcap(&self) -> Vec<u8> {
        let mut file = Vec::new();
        for word in [0xa1b2_c3d4, 0x0002_0004, 0, 0, SNAPSHOT_LENGTH, LINKTYPE_RAW] {
            file.extend(word.to_be_bytes());
        }
        for packet in &self.packets {
            // The format has 32 bits for the seconds, and no way to say that they are exceeded.
            let seconds = u32::try_from(packet.seconds).unwrap_or(u32::MAX);
            let length = u32::try_from(packet.bytes.len()).expect("an IP packet is shorter than 64 KiB");
            for word in [seconds, packet.microseconds, length, length] {
                file.extend(word.to_be_bytes());
            }
            file.extend(&packet.bytes);
        }
        file
    }
}

/// No packet is cut short.
const SNAPSHOT_LENGTH: u32 = 65_535;

fn packet(datagram: &Datagram) -> Vec<u8> {
    let (builder, source, destination) = match datagram.addresses() {
        Addresses::V4 { source, destination } => {
            let ip = PacketBuilder::ipv4(source.ip().octets(), destination.ip().octets(), TIME_TO_LIVE);
            (ip, source.port(), destination.port())
        }
        Addresses::V6 { source, destination } => {
            let ip = PacketBuilder::ipv6(source.ip().octets(), destination.ip().octets(), TIME_TO_LIVE);
            (ip, source.port(), destination.port())
        }
    };
    let builder = builder.udp(source, destination);
    let mut bytes = Vec::with_capacity(builder.size(datagram.payload().len()));
    builder.write(&mut bytes, datagram.payload()).expect("a datagram's payload fits UDP");
    bytes
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use super::*;

    fn one_packet() -> Capture {
        let address = |last| SocketAddr::from(([192, 168, 0, last], 500));
        let datagram = Datagram::new(address(1), address(2), vec![0xab; 3]).unwrap();
        let mut capture = Capture::default();
        let now = Now { monotonic: Duration::from_micros(7_000_609), calendar: 1_371_726_037 };
        capture.record(now, &datagram);
        capture
    }

    /// The Internet checksum of RFC 1071 over whole words; 0 over data that holds its own right checksum.
    fn checksum(data: &[u8]) -> u16 {
        let words =
            data.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
        let sum: u32 = words.sum();
        let folded = (sum & 0xffff) + (sum >> 16);
        !u16::try_from((folded & 0xffff) + (folded >> 16)).unwrap()
    }

    #[test]
    fn a_packet_has_its_headers_and_right_checksums() {
        let capture = one_packet();
        let bytes = &capture.packets()[0].bytes;
        assert_eq!(bytes.len(), 31);
        assert_eq!(&bytes[..4], [0x45, 0, 0, 31]);
        assert_eq!(bytes[9], 17);
        assert_eq!(&bytes[20..26], [1, 244, 1, 244, 0, 11]);
        assert_eq!(checksum(&bytes[..20]), 0);
        let mut pseudo_header = bytes[12..20].to_vec();
        pseudo_header.extend([0, 17, 0, 11]);
        pseudo_header.extend(&bytes[20..]);
        assert_eq!(checksum(&pseudo_header), 0);
    }

    #[test]
    fn the_file_has_one_header_and_one_record_for_each_packet() {
        let file = one_packet().to_pcap();
        assert_eq!(file.len(), 24 + 16 + 31);
        assert_eq!(&file[..8], [0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4]);
        assert_eq!(&file[20..24], [0, 0, 0, 101]);
        assert_eq!(&file[24..32], [0x51, 0xc2, 0xe0, 0xd5, 0, 0, 0x02, 0x61]);
        assert_eq!(&file[32..40], [0, 0, 0, 31, 0, 0, 0, 31]);
    }
}
