//! The 28-byte header that IKEv1 (RFC 2408 3.1) and IKEv2 (RFC 7296 3.1) share, exactly as it stands.

use crate::error::{ReadError, Reason, Within, WriteError, count};
use crate::numbers::{ExchangeType, Flags, PayloadType};

/// The header of a message: what its 28 bytes say, true or not. Whether `length` agrees with the datagram is
/// judged by [`Message::read`](crate::Message::read) and those of the two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The initiator's cookie; in IKEv2 the initiator's SPI.
    pub initiator_cookie: [u8; 8],
    /// The responder's cookie, zero in the first message; in IKEv2 the responder's SPI.
    pub responder_cookie: [u8; 8],
    /// The type of the first payload.
    pub next_payload: PayloadType,
    /// The version of the protocol.
    pub version: Version,
    /// The kind of exchange.
    pub exchange_type: ExchangeType,
    /// The flags, unknown bits included.
    pub flags: Flags,
    /// Zero in phase 1; in IKEv2 a counter.
    pub message_id: u32,
    /// The length of the whole message in bytes, header included.
    pub length: u32,
}

impl Header {
    /// The length of the header in bytes.
    pub const LENGTH: usize = 28;

    /// Where the fields stand, in bytes from the start of the message.
    pub(crate) const VERSION_OFFSET: usize = 17;
    pub(crate) const LENGTH_OFFSET: usize = 24;

    /// Reads the header from the first 28 bytes; what follows is not looked at.
    #[inline]
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        Self::fields(bytes)
            .ok_or_else(|| ReadError::new(0, Within::Message, Reason::truncated(Self::LENGTH, bytes.len())))
    }

    #[inline]
    fn fields(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8] = bytes.first_chunk::<{ Self::LENGTH }>()?;
        let (&initiator_cookie, bytes) = bytes.split_first_chunk::<8>()?;
        let (&responder_cookie, bytes) = bytes.split_first_chunk::<8>()?;
        let (&[next_payload, version, exchange_type, flags], bytes) = bytes.split_first_chunk::<4>()?;
        let (&message_id, bytes) = bytes.split_first_chunk::<4>()?;
        let &length = bytes.first_chunk::<4>()?;
        Some(Self {
            initiator_cookie,
            responder_cookie,
            next_payload: PayloadType(next_payload),
            version: Version(version),
            exchange_type: ExchangeType(exchange_type),
            flags: Flags(flags),
            message_id: u32::from_be_bytes(message_id),
            length: u32::from_be_bytes(length),
        })
    }

    /// Reads a message of exactly `bytes.len()` bytes of this major version: its header and what stands behind.
    #[inline]
    pub(crate) fn read_whole(bytes: &[u8], version: Version) -> Result<(Self, &[u8]), ReadError> {
        let header = Self::read(bytes)?;
        if header.version.major() != version.major() {
            return Err(refuse_version(&header, version));
        }
        // The body cannot be missing: the header was read from the bytes before it.
        match bytes.split_at_checked(Self::LENGTH) {
            Some((_, body)) if u32::try_from(bytes.len()) == Ok(header.length) => Ok((header, body)),
            _ => Err(refuse_length(&header, bytes.len())),
        }
    }

    /// A message with this header, to which `body_length` bytes are to be appended: the length counts them.
    pub(crate) fn start_message(mut self, body_length: usize) -> Result<Vec<u8>, WriteError> {
        let length = Self::LENGTH.saturating_add(body_length);
        self.length = u32::try_from(length).map_err(|_| WriteError::TooLong {
            what: "a message",
            length,
            most: u32::MAX as usize,
        })?;
        let mut message = Vec::with_capacity(length);
        self.write(&mut message);
        Ok(message)
    }

    /// Appends the 28 bytes of the header to `out`, each field as it is.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.initiator_cookie);
        out.extend_from_slice(&self.responder_cookie);
        out.extend_from_slice(&[self.next_payload.0, self.version.0, self.exchange_type.0, self.flags.0]);
        out.extend_from_slice(&self.message_id.to_be_bytes());
        out.extend_from_slice(&self.length.to_be_bytes());
    }
}

#[cold]
fn refuse_version(header: &Header, expected: Version) -> ReadError {
    let reason = Reason::MajorVersion { found: header.version.major(), expected: expected.major() };
    ReadError::new(Header::VERSION_OFFSET, Within::Message, reason)
}

#[cold]
fn refuse_length(header: &Header, datagram: usize) -> ReadError {
    let least = count(Header::LENGTH);
    let available = count(datagram);
    let length = header.length;
    if length < least {
        let reason = Reason::LengthTooSmall { length, least };
        return ReadError::new(Header::LENGTH_OFFSET, Within::Message, reason);
    }
    match available.checked_sub(length) {
        None => {
            let reason = Reason::LengthTooLarge { length, available };
            ReadError::new(Header::LENGTH_OFFSET, Within::Message, reason)
        }
        Some(count) => {
            let end = datagram.saturating_sub(count as usize);
            ReadError::new(end, Within::Message, Reason::TrailingBytes { count })
        }
    }
}

/// The version byte: the major version in the upper four bits, the minor one in the lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub u8);

impl Version {
    /// IKEv1 is ISAKMP 1.0.
    pub const IKEV1: Self = Self(0x10);
    /// IKEv2 is version 2.0.
    pub const IKEV2: Self = Self(0x20);

    /// The major version, 0 to 15.
    pub const fn major(self) -> u8 {
        self.0 >> 4
    }

    /// The minor version, 0 to 15.
    pub const fn minor(self) -> u8 {
        self.0 & 0x0f
    }
}
