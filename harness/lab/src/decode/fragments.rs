//! Fragments of IP put together.
//!
//! A fragment of eight bytes can say that it belongs to the end of a datagram of 64 KiB. Room for a datagram is therefore
//! made only when as many bytes of it have come as it is long, whatever they were.

use std::collections::BTreeMap;
use std::net::IpAddr;

use etherparse::defrag::IpDefragBuf;
use etherparse::{IpFragOffset, IpNumber, Ipv6ExtensionSlice, NetSlice};

/// A fragment of a datagram.
#[derive(Debug)]
pub struct Fragment<'a> {
    datagram: DatagramKey,
    part: Part<&'a [u8]>,
}

/// What the fragments of a datagram have in common (RFC 791 3.2, RFC 8200 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct DatagramKey {
    source: IpAddr,
    destination: IpAddr,
    identification: u32,
    protocol: IpNumber,
}

/// A part of a datagram.
#[derive(Clone, Copy, Debug)]
struct Part<T> {
    offset: IpFragOffset,
    /// Whether another part follows.
    more: bool,
    bytes: T,
}

impl<'a> Fragment<'a> {
    /// The fragment in a packet, if it is one.
    pub fn of(packet: &NetSlice<'a>) -> Option<Self> {
        match packet {
            NetSlice::Ipv4(ip) => {
                let header = ip.header();
                let datagram = DatagramKey {
                    source: header.source_addr().into(),
                    destination: header.destination_addr().into(),
                    identification: header.identification().into(),
                    protocol: ip.payload().ip_number,
                };
                let (offset, more) = (header.fragments_offset(), header.more_fragments());
                let part = Part { offset, more, bytes: ip.payload().payload };
                header.is_fragmenting_payload().then_some(Self { datagram, part })
            }
            NetSlice::Ipv6(ip) => {
                let fragment = ip.extensions().clone().into_iter().find_map(|extension| match extension {
                    Ipv6ExtensionSlice::Fragment(fragment) => Some(fragment.to_header()),
                    _ => None,
                })?;
                let datagram = DatagramKey {
                    source: ip.header().source_addr().into(),
                    destination: ip.header().destination_addr().into(),
                    identification: fragment.identification,
                    protocol: ip.payload().ip_number,
                };
                let (offset, more) = (fragment.fragment_offset, fragment.more_fragments);
                let part = Part { offset, more, bytes: ip.payload().payload };
                fragment.is_fragmenting_payload().then_some(Self { datagram, part })
            }
            NetSlice::Arp(_) => None,
        }
    }

    /// What the whole datagram carries.
    pub const fn protocol(&self) -> IpNumber {
        self.datagram.protocol
    }
}

/// Fragments that wait for the rest of their datagram.
#[derive(Debug, Default)]
pub struct Fragments {
    waiting: BTreeMap<DatagramKey, Waiting>,
    /// How many packets there were so far.
    packets: usize,
}

/// Fragments are forgotten when so many packets came after them: the rest of a datagram follows at once or never.
const PATIENCE: usize = 1_000;

impl Fragments {
    /// Takes note that another packet came.
    pub const fn next_packet(&mut self) {
        self.packets = self.packets.saturating_add(1);
    }

    /// The payload of the datagram that is complete with this fragment.
    pub fn add(&mut self, fragment: &Fragment<'_>) -> Option<Vec<u8>> {
        let forgotten = self.packets.saturating_sub(PATIENCE);
        self.waiting.retain(|_, waiting| waiting.last_packet >= forgotten);
        let waiting = self.waiting.entry(fragment.datagram).or_default();
        waiting.last_packet = self.packets;
        waiting.add(fragment);
        let is_complete = waiting.datagram.as_ref().is_some_and(IpDefragBuf::is_complete);
        let complete = is_complete.then(|| self.waiting.remove(&fragment.datagram))??.datagram?;
        let (payload, _) = complete.take_bufs();
        Some(payload)
    }
}

/// What has come of a datagram.
#[derive(Debug, Default)]
struct Waiting {
    /// The number of the packet that the last part came in.
    last_packet: usize,
    /// How many bytes came, those that came twice counted twice.
    received: usize,
    /// How long the datagram is, once its last part has come.
    length: Option<usize>,
    /// The parts that no room has been made for yet.
    parts: Vec<Part<Vec<u8>>>,
    datagram: Option<IpDefragBuf>,
}

impl Waiting {
    fn add(&mut self, fragment: &Fragment<'_>) {
        let Part { offset, more, bytes } = fragment.part;
        let end = |offset: IpFragOffset, bytes: &[u8]| usize::from(offset.byte_offset()) + bytes.len();
        self.received = self.received.saturating_add(bytes.len());
        if !more {
            self.length.get_or_insert(end(offset, bytes));
        }
        self.parts.push(Part { offset, more, bytes: bytes.to_vec() });
        let Some(length) = self.length.filter(|length| self.received >= *length) else { return };
        let new = || IpDefragBuf::new(fragment.datagram.protocol, Vec::new(), Vec::new());
        let datagram = self.datagram.get_or_insert_with(new);
        for Part { offset, more, bytes } in self.parts.drain(..) {
            if end(offset, &bytes) <= length {
                // Parts that do not fit the others are as good as lost.
                let _ = datagram.add(offset, more, &bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(offset: u16, more: bool, bytes: &[u8]) -> Fragment<'_> {
        let datagram = DatagramKey {
            source: IpAddr::from([192, 0, 2, 1]),
            destination: IpAddr::from([192, 0, 2, 2]),
            identification: 7,
            protocol: IpNumber::UDP,
        };
        Fragment { datagram, part: Part { offset: IpFragOffset::try_new(offset).unwrap(), more, bytes } }
    }

    #[test]
    fn parts_make_a_datagram_in_any_order_and_twice() {
        let parts = [(0, true, [1; 8]), (1, true, [2; 8]), (2, false, [3; 8])];
        let whole = [[1; 8], [2; 8], [3; 8]].concat();
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
            let mut fragments = Fragments::default();
            let mut results = Vec::new();
            for (offset, more, bytes) in order.map(|index| parts[index]) {
                results.push(fragments.add(&fragment(offset, more, &bytes)));
                fragments.next_packet();
            }
            assert_eq!(results, [None, None, Some(whole.clone())], "{order:?}");
        }
        let mut fragments = Fragments::default();
        for (offset, more, bytes) in [parts[0], parts[0], parts[0], parts[2]] {
            assert_eq!(fragments.add(&fragment(offset, more, &bytes)), None);
        }
        assert_eq!(fragments.add(&fragment(1, true, &[2; 8])), Some(whole));
    }

    #[test]
    fn no_room_is_made_for_what_has_not_come() {
        let mut fragments = Fragments::default();
        assert_eq!(fragments.add(&fragment(8_000, true, &[0; 8])), None);
        assert_eq!(fragments.add(&fragment(8_100, false, &[0; 8])), None);
        let waiting = fragments.waiting.values().next().unwrap();
        assert!(waiting.datagram.is_none() && waiting.received == 16);
    }

    #[test]
    fn the_beginning_of_a_datagram_is_forgotten_after_a_while() {
        let mut fragments = Fragments::default();
        assert_eq!(fragments.add(&fragment(0, true, &[1; 8])), None);
        (0..=PATIENCE).for_each(|_| fragments.next_packet());
        assert_eq!(fragments.add(&fragment(1, false, &[2; 8])), None);
    }
}
