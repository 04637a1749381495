//! Why bytes were refused, and where; and what cannot be written.

use core::fmt;

use crate::numbers::PayloadType;

/// Bytes from the peer that are not a well-formed message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The offset of the field at fault, in bytes from the start of the message (or, for a decrypted body,
    /// from what the caller gave as its base). Never beyond the end of the bytes read.
    pub offset: usize,
    /// The structure that the field belongs to.
    pub within: Within,
    /// What is wrong with it.
    pub what: Reason,
}

impl ReadError {
    #[cold]
    pub(crate) fn new(offset: usize, within: Within, what: Reason) -> Self {
        Self { offset, within, what }
    }
}

/// The structure in which a [`ReadError`] was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// The UDP datagram, before any IKE message.
    Datagram,
    /// The message as a whole and its header.
    Message,
    /// A payload of this type.
    Payload(PayloadType),
    /// A proposal of an SA payload.
    Proposal,
    /// A transform of a proposal.
    Transform,
    /// An attribute of a transform, or of an IKEv2 Configuration payload.
    Attribute,
    /// A traffic selector.
    TrafficSelector,
}

/// What was expected and what was found. Lengths and counts are in bytes unless the name says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The fixed fields do not fit into what is left.
    Truncated {
        /// What the fixed fields take.
        needed: u32,
        /// What is left.
        found: u32,
    },
    /// A length field is smaller than the header that it counts.
    LengthTooSmall {
        /// What the field says.
        length: u32,
        /// The least that is possible.
        least: u32,
    },
    /// A length field is larger than what is left.
    LengthTooLarge {
        /// What the field says.
        length: u32,
        /// What there is.
        available: u32,
    },
    /// Bytes follow the last element.
    TrailingBytes {
        /// How many.
        count: u32,
    },
    /// The major version is not the one that is being read.
    MajorVersion {
        /// What the header says.
        found: u8,
        /// The version that is being read.
        expected: u8,
    },
    /// The major version is none that can be read.
    UnknownMajorVersion {
        /// What the header says.
        found: u8,
    },
    /// The body is encrypted: its payloads can be read only once it is decrypted.
    Encrypted,
    /// The SPI does not fit into what is left.
    SpiTooLarge {
        /// What the SPI size field says.
        size: u32,
        /// What there is.
        available: u32,
    },
    /// The SPIs do not fill the payload exactly.
    SpiCount {
        /// How many SPIs the payload announces.
        count: u16,
        /// The size of each.
        size: u8,
        /// What there is for all of them.
        available: u32,
    },
    /// An address, subnet or range does not have its length.
    IdentityLength {
        /// What this type of identity takes.
        expected: u32,
        /// What there is.
        found: u32,
    },
    /// A traffic selector does not have the length of its type.
    SelectorLength {
        /// What this type takes.
        expected: u32,
        /// What the length field says.
        found: u32,
    },
    /// The data of a notification do not have the length of its type.
    DataLength {
        /// What this type takes.
        expected: u32,
        /// What there is.
        found: u32,
    },
    /// A fragment is numbered 0 or beyond the total.
    FragmentNumber {
        /// The fragment number.
        number: u16,
        /// How many fragments there are to be.
        total: u16,
    },
    /// A proposal or transform names another kind as its successor.
    UnexpectedNext {
        /// What the field says.
        found: u8,
        /// What it has to be if it is not 0.
        expected: u8,
    },
    /// The number of transforms is not the announced one.
    TransformCount {
        /// What the proposal says.
        announced: u8,
        /// How many there are.
        found: u32,
    },
    /// There is no element where at least one is required.
    Empty,
    /// Neither an IKE message nor ESP nor a keepalive.
    NotIke,
}

impl Reason {
    pub(crate) fn truncated(needed: usize, found: usize) -> Self {
        Self::Truncated { needed: count(needed), found: count(found) }
    }

    #[cold]
    pub(crate) fn identity_length(expected: usize, data: &[u8]) -> Self {
        Self::IdentityLength { expected: count(expected), found: count(data.len()) }
    }

    pub(crate) fn too_small(length: u16, least: usize) -> Self {
        Self::LengthTooSmall { length: u32::from(length), least: count(least) }
    }

    pub(crate) fn too_large(length: u16, available: usize) -> Self {
        Self::LengthTooLarge { length: u32::from(length), available: count(available) }
    }
}

/// A length as errors carry it; what does not fit into 32 bits is no IKE message anyway.
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at offset {}: {}", self.within, self.offset, self.what)
    }
}

impl core::error::Error for ReadError {}

impl fmt::Display for Within {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Datagram => formatter.write_str("datagram"),
            Self::Message => formatter.write_str("message"),
            Self::Payload(payload_type) => write!(formatter, "{payload_type} payload"),
            Self::Proposal => formatter.write_str("proposal"),
            Self::Transform => formatter.write_str("transform"),
            Self::Attribute => formatter.write_str("attribute"),
            Self::TrafficSelector => formatter.write_str("traffic selector"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { needed, found } => {
                write!(formatter, "its fields take {needed} bytes, {found} are left")
            }
            Self::LengthTooSmall { length, least } => {
                write!(formatter, "its length is {length}, the least possible is {least}")
            }
            Self::LengthTooLarge { length, available } => {
                write!(formatter, "its length is {length}, but only {available} bytes are there")
            }
            Self::TrailingBytes { count } => {
                write!(formatter, "expected the end, found {count} more bytes")
            }
            Self::MajorVersion { found, expected } => {
                write!(formatter, "expected major version {expected}, found {found}")
            }
            Self::UnknownMajorVersion { found } => {
                write!(formatter, "expected major version 1 or 2, found {found}")
            }
            Self::Encrypted => formatter.write_str("the payloads are encrypted"),
            Self::SpiTooLarge { size, available } => {
                write!(formatter, "its SPI takes {size} bytes, {available} are left")
            }
            Self::SpiCount { count, size, available } => {
                write!(formatter, "expected {count} SPIs of {size} bytes, found {available} bytes in all")
            }
            Self::IdentityLength { expected, found } => {
                write!(formatter, "this type of identity takes {expected} bytes, found {found}")
            }
            Self::SelectorLength { expected, found } => {
                write!(formatter, "this type of traffic selector has length {expected}, found {found}")
            }
            Self::DataLength { expected, found } => {
                write!(formatter, "this type of notification takes {expected} bytes of data, found {found}")
            }
            Self::FragmentNumber { number, total } => {
                write!(formatter, "expected a fragment number from 1 to {total}, found {number}")
            }
            Self::UnexpectedNext { found, expected } => {
                write!(formatter, "expected 0 or {expected} as the next one's type, found {found}")
            }
            Self::TransformCount { announced, found } => {
                write!(formatter, "it announces {announced} transforms, found {found}")
            }
            Self::Empty => formatter.write_str("expected at least one element, found none"),
            Self::NotIke => formatter.write_str("expected an IKE message, ESP or a keepalive"),
        }
    }
}

/// A value that the format cannot carry: our own fault or that of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// Longer than the length field in front of it can say.
    TooLong {
        /// What was to be written.
        what: &'static str,
        /// How long it is, in bytes or elements.
        length: usize,
        /// The most that fits.
        most: usize,
    },
    /// An SPI without bytes, where it is to name an SA.
    EmptySpi,
    /// An attribute class that needs more than the 15 bits it has. RFC 2408 3.3.
    AttributeClass(u16),
    /// SPIs of different sizes in one Delete payload. RFC 2408 3.15.
    SpiSizes,
    /// A payload of type 0: it would end the chain before itself. RFC 2408 3.1.
    NoPayloadType,
    /// A payload behind an encrypted one, which has to be the last. RFC 7296 3.14.
    BehindEncrypted,
    /// A list of traffic selectors without one. RFC 7296 3.13.
    NoTrafficSelector,
    /// A fragment numbered 0 or beyond the total. RFC 7383 2.5.
    FragmentNumber {
        /// The fragment number.
        number: u16,
        /// How many fragments there are to be.
        total: u16,
    },
    /// What was written cannot be read: a list without elements, a situation without its labels.
    Malformed(ReadError),
}

impl fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { what, length, most } => {
                write!(formatter, "cannot write {what} of length {length}, the most is {most}")
            }
            Self::EmptySpi => formatter.write_str("cannot write an SPI without bytes"),
            Self::AttributeClass(class) => {
                write!(formatter, "cannot write attribute class {class}, the most is 32767")
            }
            Self::SpiSizes => formatter.write_str("cannot write SPIs of different sizes in one payload"),
            Self::NoPayloadType => formatter.write_str("cannot write a payload of type 0"),
            Self::BehindEncrypted => formatter.write_str("cannot write a payload behind an encrypted one"),
            Self::NoTrafficSelector => formatter.write_str("cannot write an empty list of traffic selectors"),
            Self::FragmentNumber { number, total } => {
                write!(formatter, "cannot write fragment number {number} of {total}")
            }
            Self::Malformed(error) => write!(formatter, "cannot write what cannot be read: {error}"),
        }
    }
}

impl core::error::Error for WriteError {}
