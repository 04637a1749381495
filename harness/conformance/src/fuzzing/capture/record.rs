//! The record of a packet in a file, read without the code under test: which headers stand in front of a message is not
//! read but looked for.

use std::net::IpAddr;

use lab::decode::{CapturedMessage, Endpoints};
use wire::udp::NON_ESP_MARKER;

/// The message stands in the file where it says: in the packet of the record at its offset, between its two ends, as much
/// of it as the headers say; or a part of it does, if that packet is a fragment.
///
/// # Panics
/// If it does not.
pub(super) fn check(message: &CapturedMessage, file: &[u8]) {
    let Some(ends) = message.endpoints else {
        return assert_eq!((message.packet, message.offset, &*message.bytes), (1, 0, file));
    };
    let packet = packet(file, message.offset).expect("a message was in a packet");
    let addresses = addresses(&ends);
    let is_there = (0..packet.len()).filter(|&at| packet[at..].starts_with(&addresses)).any(|at| {
        let ip = Ip::around(packet, at, ends.source.is_ipv4());
        ip.is_some_and(|ip| ip.carries(message, &ends) || ip.carries_a_part(message, &ends))
    });
    assert!(is_there, "{message:?} is not in {packet:02x?}");
}

/// The two addresses, as they stand in a header.
fn addresses(ends: &Endpoints) -> Vec<u8> {
    let octets = |address| match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    [octets(ends.source.ip()), octets(ends.destination.ip())].concat()
}

/// What was kept of the packet whose record begins at `offset`.
fn packet(file: &[u8], offset: usize) -> Option<&[u8]> {
    /// Microseconds, nanoseconds, and a format with longer records.
    const CLASSIC: [(u32, usize); 3] = [(0xa1b2_c3d4, 16), (0xa1b2_3c4d, 16), (0xa1b2_cd34, 24)];
    let record = file.get(offset..)?;
    let orders: [fn([u8; 4]) -> u32; 2] = [u32::from_be_bytes, u32::from_le_bytes];
    let first = *file.first_chunk()?;
    for number in orders {
        if let Some((_, header)) = CLASSIC.into_iter().find(|(magic, _)| *magic == number(first)) {
            let kept = number(*record.get(8..)?.first_chunk()?);
            return record.get(header..)?.get(..usize::try_from(kept).ok()?);
        }
    }
    // The type of a block reads as one of the two in the order of its section only.
    orders.into_iter().find_map(|number| {
        let field = |at: usize| usize::try_from(number(*record.get(at..)?.first_chunk()?)).ok();
        let block = record.get(..field(4)?)?;
        match field(0)? {
            3 => {
                let kept = block.get(12..block.len().checked_sub(4)?)?;
                kept.get(..kept.len().min(field(8)?))
            }
            6 => block.get(28..)?.get(..field(20)?),
            _ => None,
        }
    })
}

/// A packet of IP, somewhere in a frame.
struct Ip<'a> {
    frame: &'a [u8],
    /// Where its header begins.
    start: usize,
    /// Where the two addresses in it end.
    behind_addresses: usize,
    /// Where it ends, as it says.
    end: usize,
}

impl<'a> Ip<'a> {
    /// The packet whose addresses stand at `at`.
    fn around(frame: &'a [u8], at: usize, is_ipv4: bool) -> Option<Self> {
        let (version, before, length, fixed) = if is_ipv4 { (4, 12, 8, 0) } else { (6, 8, 32, 40) };
        let start = at.checked_sub(before)?;
        let mut ip = Self { frame, start, behind_addresses: at + length, end: frame.len() };
        let said = ip.number(if is_ipv4 { 2 } else { 4 })?;
        // A length of 0 in IPv6 stands elsewhere, or for all that there is.
        if is_ipv4 || said > 0 {
            ip.end = start + fixed + said;
        }
        (frame[start] >> 4 == version).then_some(ip)
    }

    /// The number of two bytes so far behind its beginning.
    fn number(&self, at: usize) -> Option<usize> {
        let bytes = self.frame.get(self.start + at..)?.first_chunk()?;
        Some(u16::from_be_bytes(*bytes).into())
    }

    /// Whether a UDP header with these ports stands in it and the whole message behind that: as long as the header says, or
    /// to the end of the packet, where it was cut short or its length is left out.
    fn carries(&self, message: &CapturedMessage, ends: &Endpoints) -> bool {
        let ports = [ends.source, ends.destination].map(|end| usize::from(end.port()));
        (self.behind_addresses - self.start..self.frame.len() - self.start).any(|udp| {
            let [source, destination, said] = [0, 2, 4].map(|at| self.number(udp + at));
            [source, destination] == ports.map(Some)
                && markers(message, ends).any(|marker| {
                    let payload = self.start + udp + 8;
                    let end = payload + marker.len() + message.bytes.len();
                    let found = self.frame.get(payload..end).and_then(|found| found.strip_prefix(marker));
                    let ends_there = end == self.end || end == self.frame.len();
                    found == Some(&*message.bytes) && (said == Some(end - payload + 8) || ends_there)
                })
        })
    }

    /// Whether it is a fragment, and what the message has at its place in the datagram are its bytes. The last fragment
    /// that came goes before the others. Where headers stand in between that are not known here, it is left at the first.
    fn carries_a_part(&self, message: &CapturedMessage, ends: &Endpoints) -> bool {
        let Some((offset, part)) = self.part() else { return false };
        markers(message, ends).any(|marker| {
            let in_message = |at: usize| message.bytes.get(at.checked_sub(8 + marker.len())?);
            part.iter().zip(offset..).all(|(byte, at)| in_message(at).is_none_or(|its| its == byte))
        })
    }

    /// Where in its datagram this fragment stands, and its bytes; none if it is no fragment.
    fn part(&self) -> Option<(usize, &'a [u8])> {
        const UDP: u8 = 17;
        const FRAGMENT: u8 = 44;
        let byte = |at: usize| self.frame.get(self.start + at).copied();
        let is_ipv4 = byte(0)? >> 4 == 4;
        let (next, header) = match (is_ipv4, byte(6)?) {
            (true, _) => (byte(9)?, usize::from(byte(0)? & 0xf) * 4),
            (false, FRAGMENT) => (byte(40)?, 48),
            (false, UDP) => return None,
            (false, _) => return Some((0, &[])),
        };
        let (offset, more) = if is_ipv4 {
            let field = self.number(6)?;
            (field % 0x2000 * 8, field & 0x2000 != 0)
        } else {
            let field = self.number(42)?;
            (field & 0xfff8, field & 1 != 0)
        };
        let bytes = self.frame.get(self.start + header..self.end)?;
        (more || offset > 0).then_some((offset, if next == UDP { bytes } else { &[] }))
    }
}

/// What can stand in front of the message in its datagram: on port 4500 the marker, without which only what is too short
/// for anything is taken for a message.
fn markers(message: &CapturedMessage, ends: &Endpoints) -> impl Iterator<Item = &'static [u8]> {
    let is_behind_marker = [ends.source, ends.destination].iter().any(|end| end.port() == 4500);
    let can_be_without = !is_behind_marker || message.bytes.len() < NON_ESP_MARKER.len();
    let without: Option<&[u8]> = can_be_without.then_some(&[]);
    let with: Option<&[u8]> = is_behind_marker.then_some(&NON_ESP_MARKER);
    without.into_iter().chain(with)
}
