//! Telling lies about a well-formed message: what does not depend on the version. Which fields there are, and
//! where, is known to `ikev1::lies` and `ikev2::lies`.

use core::fmt;

use crate::generic_header::overwrite;
use crate::header::Header;

/// A field and what it is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lie<F> {
    /// Which field.
    pub field: F,
    /// Its new value.
    pub value: u32,
}

/// A lie that cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LieError<F> {
    /// There is no such field, or the bytes are not well-formed up to it.
    NoSuchField(F),
    /// The field has fewer bytes than the value takes.
    ValueTooLarge(Lie<F>),
}

impl<F: fmt::Debug> fmt::Display for LieError<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchField(field) => write!(formatter, "the message has no field {field:?}"),
            Self::ValueTooLarge(Lie { field, value }) => {
                write!(formatter, "the field {field:?} is too small for {value}")
            }
        }
    }
}

impl<F: fmt::Debug> core::error::Error for LieError<F> {}

/// Where a field stands and how many bytes it has.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    offset: usize,
    width: usize,
}

impl Place {
    pub(crate) const fn new(offset: usize, width: usize) -> Self {
        Self { offset, width }
    }

    pub(crate) const fn behind(self, base: usize) -> Self {
        Self { offset: self.offset.saturating_add(base), width: self.width }
    }

    const fn holds(self, value: u32) -> bool {
        match self.width {
            1 => value <= u8::MAX as u32,
            2 => value <= u16::MAX as u32,
            _ => true,
        }
    }
}

pub(crate) fn places<F: Copy>(
    lies: &[Lie<F>],
    find: impl Fn(F) -> Option<Place>,
) -> Result<Vec<Place>, LieError<F>> {
    lies.iter()
        .map(|lie| match find(lie.field) {
            None => Err(LieError::NoSuchField(lie.field)),
            Some(place) if !place.holds(lie.value) => Err(LieError::ValueTooLarge(*lie)),
            Some(place) => Ok(place),
        })
        .collect()
}

pub(crate) fn write_all<F>(bytes: &mut [u8], lies: &[Lie<F>], places: &[Place]) {
    for (lie, place) in lies.iter().zip(places) {
        let value = lie.value.to_be_bytes();
        let unused = value.len().saturating_sub(place.width);
        overwrite(bytes, place.offset, value.get(unused..).unwrap_or_default());
    }
}

/// A field of the header that says something about the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderField {
    /// The type of the first payload.
    NextPayload,
    /// Major and minor version.
    Version,
    /// The exchange type.
    ExchangeType,
    /// The flags.
    Flags,
    /// The message id.
    MessageId,
    /// The length of the message.
    Length,
}

/// A field of a proposal. RFC 2408 3.5, RFC 7296 3.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalField {
    /// Whether another proposal follows.
    Next,
    /// The reserved byte.
    Reserved,
    /// The length of the proposal with its transforms.
    Length,
    /// Its number.
    Number,
    /// The protocol.
    Protocol,
    /// The size of the SPI.
    SpiSize,
    /// The number of transforms.
    TransformCount,
}

/// A field of an attribute. RFC 2408 3.3, RFC 7296 3.3.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeField {
    /// The class, with the bit that tells the form.
    Class,
    /// The value of a short attribute, the length of a long one.
    ValueOrLength,
}

impl HeaderField {
    pub(crate) const fn place(self) -> Place {
        match self {
            Self::NextPayload => Place::new(16, 1),
            Self::Version => Place::new(Header::VERSION_OFFSET, 1),
            Self::ExchangeType => Place::new(18, 1),
            Self::Flags => Place::new(19, 1),
            Self::MessageId => Place::new(20, 4),
            Self::Length => Place::new(Header::LENGTH_OFFSET, 4),
        }
    }
}

impl ProposalField {
    pub(crate) const fn place(self) -> Place {
        match self {
            Self::Next => Place::new(0, 1),
            Self::Reserved => Place::new(1, 1),
            Self::Length => Place::new(2, 2),
            Self::Number => Place::new(4, 1),
            Self::Protocol => Place::new(5, 1),
            Self::SpiSize => Place::new(6, 1),
            Self::TransformCount => Place::new(7, 1),
        }
    }
}

impl AttributeField {
    pub(crate) const fn place(self) -> Place {
        match self {
            Self::Class => Place::new(0, 2),
            Self::ValueOrLength => Place::new(2, 2),
        }
    }
}
