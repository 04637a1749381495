//! From captured packets to UDP datagrams: link layers, IP, and IP fragments put together.

use std::net::{IpAddr, SocketAddr};

use etherparse::{
    EtherType, IpNumber, LaxNetSlice, LaxSlicedPacket, NetSlice, SlicedPacket, TransportSlice, UdpSlice,
};
use pcap_parser::Linktype;

use super::fragments::{Fragment, Fragments};

/// The two ends of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// Who sent it.
    pub source: SocketAddr,
    /// To whom.
    pub destination: SocketAddr,
}

/// A UDP datagram out of one packet, or out of several fragments.
#[derive(Debug, PartialEq, Eq)]
pub struct UdpDatagram {
    /// Between whom.
    pub endpoints: Endpoints,
    /// What it carries; less than was sent if the capture cut the packet short.
    pub payload: Vec<u8>,
}

/// Opens packets one after the other.
#[derive(Debug, Default)]
pub struct Packets {
    fragments: Fragments,
}

/// How packets begin: where the header of the link ends, and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// An Ethernet header, VLAN tags perhaps.
    Ethernet,
    /// The header that Linux makes up for a capture of all interfaces.
    LinuxCooked,
    /// A header of this length, then IP.
    Ip {
        /// In bytes.
        header: usize,
    },
    /// A header of this length that begins with an EtherType.
    EtherType {
        /// In bytes.
        header: usize,
    },
}

impl Start {
    /// How packets of a link type begin (<https://www.tcpdump.org/linktypes.html>), if that is known here.
    pub const fn of(link: Linktype) -> Option<Self> {
        Some(match link {
            Linktype::ETHERNET => Self::Ethernet,
            Linktype::LINUX_SLL => Self::LinuxCooked,
            Linktype::LINUX_SLL2 => Self::EtherType { header: 20 },
            // The number of the address family differs between systems; the IP version behind it does not.
            Linktype::NULL | Linktype::LOOP => Self::Ip { header: 4 },
            Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 | BSD_RAW | OPENBSD_RAW => Self::Ip { header: 0 },
            _ => return None,
        })
    }
}

/// What BSD systems write for raw IP.
const BSD_RAW: Linktype = Linktype(12);
const OPENBSD_RAW: Linktype = Linktype(14);

impl Packets {
    /// The UDP datagram that is complete with this packet.
    pub fn open(&mut self, start: &Start, packet: &[u8]) -> Option<UdpDatagram> {
        self.fragments.next_packet();
        match slice(*start, packet) {
            Some(sliced) => self.whole(&sliced),
            // Most likely cut short by the capture: what there is will be shown.
            None => cut_short(*start, packet),
        }
    }

    fn whole(&mut self, packet: &SlicedPacket<'_>) -> Option<UdpDatagram> {
        let addresses = addresses(packet.net.as_ref()?)?;
        if let Some(TransportSlice::Udp(udp)) = &packet.transport {
            return Some(datagram(addresses, udp));
        }
        let fragment = Fragment::of(packet.net.as_ref()?).filter(|it| it.protocol() == IpNumber::UDP)?;
        let payload = self.fragments.add(&fragment)?;
        Some(datagram(addresses, &UdpSlice::from_slice(&payload).ok()?))
    }
}

fn slice<'a>(start: Start, packet: &'a [u8]) -> Option<SlicedPacket<'a>> {
    match start {
        Start::Ethernet => SlicedPacket::from_ethernet(packet).ok(),
        Start::LinuxCooked => SlicedPacket::from_linux_sll(packet).ok(),
        Start::Ip { header } => SlicedPacket::from_ip(packet.get(header..)?).ok(),
        Start::EtherType { header } => {
            SlicedPacket::from_ether_type(ether_type(packet, 0)?, packet.get(header..)?).ok()
        }
    }
}

/// What is there of a datagram that was not captured whole.
fn cut_short(start: Start, packet: &[u8]) -> Option<UdpDatagram> {
    let sliced = match start {
        Start::Ethernet => LaxSlicedPacket::from_ethernet(packet).ok()?,
        Start::LinuxCooked => LaxSlicedPacket::from_ether_type(ether_type(packet, 14)?, packet.get(16..)?),
        Start::Ip { header } => LaxSlicedPacket::from_ip(packet.get(header..)?).ok()?,
        Start::EtherType { header } => {
            LaxSlicedPacket::from_ether_type(ether_type(packet, 0)?, packet.get(header..)?)
        }
    };
    let Some(TransportSlice::Udp(udp)) = &sliced.transport else { return None };
    let addresses = match sliced.net.as_ref()? {
        LaxNetSlice::Ipv4(ip) => (ip.header().source_addr().into(), ip.header().destination_addr().into()),
        LaxNetSlice::Ipv6(ip) => (ip.header().source_addr().into(), ip.header().destination_addr().into()),
        LaxNetSlice::Arp(_) => return None,
    };
    Some(datagram(addresses, udp))
}

fn ether_type(packet: &[u8], at: usize) -> Option<EtherType> {
    let bytes = packet.get(at..)?.first_chunk::<2>()?;
    Some(EtherType(u16::from_be_bytes(*bytes)))
}

fn addresses(net: &NetSlice<'_>) -> Option<(IpAddr, IpAddr)> {
    match net {
        NetSlice::Ipv4(ip) => Some((ip.header().source_addr().into(), ip.header().destination_addr().into())),
        NetSlice::Ipv6(ip) => Some((ip.header().source_addr().into(), ip.header().destination_addr().into())),
        NetSlice::Arp(_) => None,
    }
}

fn datagram((source, destination): (IpAddr, IpAddr), udp: &UdpSlice<'_>) -> UdpDatagram {
    let endpoints = Endpoints {
        source: SocketAddr::new(source, udp.source_port()),
        destination: SocketAddr::new(destination, udp.destination_port()),
    };
    UdpDatagram { endpoints, payload: udp.payload().to_vec() }
}
