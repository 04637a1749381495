//! Files of packets, and files that hold one bare message.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use pcap_parser::{
    Block, EPB_MAGIC, IDB_MAGIC, InterfaceDescriptionBlock, Linktype, PcapBlockOwned, PcapError, SHB_MAGIC,
    SPB_MAGIC, create_reader,
};
use wire::ikev1::Message;
use wire::udp;
use wire::{Header, ReadError, Version};

use super::packet::{Endpoints, Packets, Start, UdpDatagram};

/// What a file holds, as far as IKE is concerned.
#[derive(Debug)]
pub struct CaptureFile {
    /// The IKE messages in the order of the file.
    pub messages: Vec<CapturedMessage>,
    /// What was passed over.
    pub passed_over: PassedOver,
}

/// A message and where it was found.
#[derive(Debug)]
pub struct CapturedMessage {
    /// The number of the packet in the file, from 1.
    pub packet: usize,
    /// Where in the file the packet stands, or the last of several that it came in: the offset of its record in bytes.
    pub offset: usize,
    /// How long after the first packet of the file it was captured; none for a bare message.
    pub time: Option<Duration>,
    /// Between whom it was under way; none for a bare message.
    pub endpoints: Option<Endpoints>,
    /// The bytes of the message, without a non-ESP marker. Whether they are a message has not been looked at.
    pub bytes: Vec<u8>,
}

/// What of a file was passed over, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// ESP packets in UDP (RFC 3948).
    pub esp: usize,
    /// NAT keepalives (RFC 3948).
    pub keepalives: usize,
    /// Packets that carry something else.
    pub others: usize,
    /// Packets of links whose headers are not read.
    pub unknown_links: usize,
    /// Where the file ends in the middle of a packet, or goes on with something that is none: the offset of that packet's
    /// record in bytes.
    pub cut_off: Option<usize>,
}

/// A file that holds neither packets nor a message of IKE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACapture {
    /// Where it is wrong, in bytes.
    pub offset: usize,
    /// What is wrong.
    pub reason: NotACaptureReason,
}

/// Why a file is no capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotACaptureReason {
    /// It begins as a file of packets does, but its header is broken.
    Header,
    /// It does not begin as a file of packets does, and cannot be meant as a message either.
    Message(ReadError),
}

impl fmt::Display for NotACapture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            NotACaptureReason::Header => f.write_str("its header is broken"),
            NotACaptureReason::Message(error) => {
                write!(f, "it is no pcap or pcapng file, and as an IKE message it is wrong: {error}")
            }
        }
    }
}

impl Error for NotACapture {}

impl CaptureFile {
    /// Reads a file's contents: pcap, pcapng, or one message of IKE without any header around it.
    ///
    /// # Errors
    /// It is none of these.
    pub fn read(bytes: &[u8]) -> Result<Self, NotACapture> {
        let mut capture = Self { messages: Vec::new(), passed_over: PassedOver::default() };
        if is_packet_file(bytes) {
            capture.read_packets(bytes)?;
            return Ok(capture);
        }
        is_bare_message(bytes).map_err(|error| NotACapture {
            offset: error.offset,
            reason: NotACaptureReason::Message(error),
        })?;
        let message =
            CapturedMessage { packet: 1, offset: 0, time: None, endpoints: None, bytes: bytes.to_vec() };
        capture.messages.push(message);
        Ok(capture)
    }

    fn read_packets(&mut self, bytes: &[u8]) -> Result<(), NotACapture> {
        // Room for the largest block that the file can hold, so that the reader never has to grow its buffer.
        let mut reader = create_reader(bytes.len().saturating_add(ROOM), bytes)
            .map_err(|_| NotACapture { offset: 0, reason: NotACaptureReason::Header })?;
        let mut file = PacketFile::default();
        let mut packets = Packets::default();
        let mut offset = 0;
        loop {
            match file.other_block(reader.data()) {
                Some(Ok(length)) => {
                    reader.consume(length);
                    offset += length;
                    continue;
                }
                Some(Err(Broken)) => {
                    self.passed_over.cut_off = Some(offset);
                    return Ok(());
                }
                None => {}
            }
            let at_end = reader.reader_exhausted();
            match reader.next() {
                Ok((length, block)) => {
                    if let Some(frame) = file.frame(&block) {
                        match Start::of(frame.link) {
                            Some(start) => {
                                let place = Place { packet: file.packets, offset, time: frame.time };
                                self.add(place, packets.open(&start, frame.data));
                            }
                            None => self.passed_over.unknown_links += 1,
                        }
                    }
                    reader.consume(length);
                    offset += length;
                }
                Err(PcapError::Eof) => return Ok(()),
                Err(PcapError::Incomplete(_)) if !at_end => {
                    reader.refill().expect("the buffer has room for the whole file");
                }
                Err(_) => {
                    self.passed_over.cut_off = Some(offset);
                    return Ok(());
                }
            }
        }
    }

    fn add(&mut self, place: Place, datagram: Option<UdpDatagram>) {
        let Some(UdpDatagram { endpoints, payload }) = datagram else {
            self.passed_over.others += 1;
            return;
        };
        let bytes = match service(endpoints) {
            Some(Service::Ike) => payload,
            Some(Service::IkeBehindMarker) => match udp::Datagram::read(&payload) {
                Ok(udp::Datagram::Ike(message)) => message.to_vec(),
                Ok(udp::Datagram::Esp(_)) => {
                    self.passed_over.esp += 1;
                    return;
                }
                Ok(udp::Datagram::NatKeepalive) => {
                    self.passed_over.keepalives += 1;
                    return;
                }
                // Too short for any of the three: let it be reported as a broken message.
                Err(_) => payload,
            },
            None => {
                self.passed_over.others += 1;
                return;
            }
        };
        let Place { packet, offset, time } = place;
        self.messages.push(CapturedMessage {
            packet,
            offset,
            time: Some(time),
            endpoints: Some(endpoints),
            bytes,
        });
    }
}

const ROOM: usize = 64 * 1024;

/// What a datagram on its ports carries.
enum Service {
    Ike,
    IkeBehindMarker,
}

fn service(endpoints: Endpoints) -> Option<Service> {
    let ports = [endpoints.source.port(), endpoints.destination.port()];
    if ports.contains(&4500) {
        Some(Service::IkeBehindMarker) // RFC 3948 2.2
    } else if ports.contains(&500) {
        Some(Service::Ike)
    } else {
        None
    }
}

/// By the magic numbers of <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html> and
/// <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html>.
fn is_packet_file(bytes: &[u8]) -> bool {
    const MAGIC: [u32; 4] = [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34, 0x0a0d_0d0a];
    let Some(first) = bytes.first_chunk::<4>() else { return false };
    MAGIC.contains(&u32::from_be_bytes(*first)) || MAGIC.contains(&u32::from_le_bytes(*first))
}

/// Refuses bytes that cannot be meant as a message: neither version nor length are those of one.
fn is_bare_message(bytes: &[u8]) -> Result<(), ReadError> {
    let header = Header::read(bytes)?;
    let fits = usize::try_from(header.length).is_ok_and(|length| length == bytes.len());
    if fits || header.version.major() == Version::IKEV2.major() {
        return Ok(());
    }
    match Message::read(bytes) {
        Err(error) if header.version.major() != Version::IKEV1.major() => Err(error),
        _ => Ok(()),
    }
}

/// What has to be remembered of a file to read its packets.
#[derive(Debug, Default)]
struct PacketFile {
    packets: usize,
    first: Option<Duration>,
    /// Of the section that is being read, once its header has been; none in a file of the older format.
    byte_order: Option<ByteOrder>,
    /// Of the section that is being read; a file of the older format has one.
    interfaces: Vec<Interface>,
}

/// In which order the numbers of a section have their bytes.
#[derive(Clone, Copy, Debug)]
enum ByteOrder {
    BigEndian,
    LittleEndian,
}

impl ByteOrder {
    fn number(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::BigEndian => u32::from_be_bytes(bytes),
            Self::LittleEndian => u32::from_le_bytes(bytes),
        }
    }
}

/// A block that is shorter than its own lengths, or longer than what is left of the file.
struct Broken;

/// How the packets of an interface are to be read.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: Linktype,
    /// Units of time stamps in a second.
    resolution: u64,
    /// Seconds to be added to time stamps.
    offset: i64,
}

/// Which packet of a file it is, and where and when.
#[derive(Clone, Copy)]
struct Place {
    packet: usize,
    offset: usize,
    time: Duration,
}

/// A packet as it was captured.
struct Frame<'a> {
    link: Linktype,
    /// Since the first packet.
    time: Duration,
    data: &'a [u8],
}

impl PacketFile {
    /// The length in bytes of the block at the beginning of `rest`, if it is one that has no part in reading packets. Such
    /// a block is not read: for some of them `pcap_parser` 0.17 computes with lengths that it has not looked at.
    fn other_block(&self, rest: &[u8]) -> Option<Result<usize, Broken>> {
        const READ: [u32; 4] = [SHB_MAGIC, IDB_MAGIC, EPB_MAGIC, SPB_MAGIC];
        const SHORTEST: usize = 12;
        let byte_order = self.byte_order?;
        let (kind, rest_of_it) = rest.split_first_chunk::<4>()?;
        if READ.contains(&byte_order.number(*kind)) {
            return None;
        }
        let length = rest_of_it.first_chunk::<4>().map(|length| byte_order.number(*length));
        let length = length.and_then(|length| usize::try_from(length).ok());
        Some(length.filter(|length| (SHORTEST..=rest.len()).contains(length)).ok_or(Broken))
    }

    /// Takes note of a block, and returns its packet if it is one.
    fn frame<'a>(&mut self, block: &'a PcapBlockOwned<'a>) -> Option<Frame<'a>> {
        match block {
            PcapBlockOwned::LegacyHeader(header) => {
                let resolution = if header.is_nanosecond_precision() { 1_000_000_000 } else { 1_000_000 };
                self.interfaces = vec![Interface { link: header.network, resolution, offset: 0 }];
                None
            }
            PcapBlockOwned::Legacy(packet) => {
                let interface = *self.interfaces.first()?;
                let units = u64::from(packet.ts_sec)
                    .saturating_mul(interface.resolution)
                    .saturating_add(u64::from(packet.ts_usec));
                Some(self.packet(interface, Some(units), packet.data))
            }
            PcapBlockOwned::NG(block) => self.frame_of_block(block),
        }
    }

    fn frame_of_block<'a>(&mut self, block: &'a Block<'a>) -> Option<Frame<'a>> {
        match block {
            Block::SectionHeader(section) => {
                let byte_order =
                    if section.big_endian() { ByteOrder::BigEndian } else { ByteOrder::LittleEndian };
                self.byte_order = Some(byte_order);
                self.interfaces.clear();
                None
            }
            Block::InterfaceDescription(description) => {
                self.interfaces.push(Interface::of(description));
                None
            }
            Block::EnhancedPacket(packet) => {
                let interface = *self.interfaces.get(usize::try_from(packet.if_id).ok()?)?;
                let units = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                let data = cut(packet.data, packet.caplen);
                Some(self.packet(interface, Some(units), data))
            }
            Block::SimplePacket(packet) => {
                let interface = *self.interfaces.first()?;
                let data = cut(packet.data, packet.origlen);
                Some(self.packet(interface, None, data))
            }
            _ => None,
        }
    }

    fn packet<'a>(&mut self, interface: Interface, units: Option<u64>, data: &'a [u8]) -> Frame<'a> {
        self.packets += 1;
        let time = units.map_or(Duration::ZERO, |units| interface.time(units));
        let first = *self.first.get_or_insert(time);
        Frame { link: interface.link, time: time.saturating_sub(first), data }
    }
}

/// A packet without the padding of its block.
fn cut(data: &[u8], length: u32) -> &[u8] {
    usize::try_from(length).ok().and_then(|length| data.get(..length)).unwrap_or(data)
}

impl Interface {
    fn of(description: &InterfaceDescriptionBlock<'_>) -> Self {
        Self {
            link: description.linktype,
            resolution: description.ts_resolution().unwrap_or(1_000_000).max(1),
            offset: description.ts_offset(),
        }
    }

    /// The time that a time stamp stands for, since 1970.
    fn time(&self, units: u64) -> Duration {
        let nanoseconds = u128::from(units % self.resolution) * 1_000_000_000 / u128::from(self.resolution);
        let nanoseconds = u32::try_from(nanoseconds).unwrap_or(0);
        Duration::new((units / self.resolution).saturating_add_signed(self.offset), nanoseconds)
    }
}
