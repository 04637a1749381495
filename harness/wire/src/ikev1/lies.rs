//! Lies on purpose: fields of a well-formed message that are made to say something else.
//!
//! Writing keeps lengths, counts and chains true; who wants to see how a peer takes it when they are not
//! tells lies about the bytes afterwards. Every field is found in the true message before the first lie is
//! told, so lies do not depend on their order. For a message that is cut off or goes on, shorten or extend
//! its bytes.
//!
//! ```
//! use wire::ikev1::lies::{self, Field, Lie, PayloadField};
//! use wire::ikev1::{Message, MessageBuilder, Payload};
//! use wire::ExchangeType;
//!
//! let mut bytes = MessageBuilder::new([1; 8], [0; 8], ExchangeType::IDENTITY_PROTECTION)
//!     .plain(&[Payload::Nonce(&[7; 16])])?;
//! lies::tell(&mut bytes, &[Lie { field: Field::Payload(PayloadField::Length, 0), value: 3 }])?;
//!
//! let error = Message::read(&bytes)?.payloads().next().unwrap().unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "NONCE payload at offset 30: its length is 3, the least possible is 4"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::chain::{RawPayload, payloads_in};
use super::message::Message;
use super::security_association::SecurityAssociation;
use crate::header::Header;
pub use crate::lies::{AttributeField, HeaderField, ProposalField};
use crate::lies::{Place, places, write_all};
use crate::numbers::PayloadType;

/// A field and what it is to say.
pub type Lie = crate::lies::Lie<Field>;

/// A lie that cannot be told.
pub type LieError = crate::lies::LieError<Field>;

/// A field of a message. The numbers are positions, from 0: of the payload in the chain, then of the proposal
/// in it, then of the transform in that, then of the attribute in that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A field of the message's header.
    Header(HeaderField),
    /// A field of a payload's generic header.
    Payload(PayloadField, usize),
    /// A byte of a payload's body, by its offset in it.
    Body(usize, usize),
    /// A field of a proposal.
    Proposal(ProposalField, [usize; 2]),
    /// A field of a transform.
    Transform(TransformField, [usize; 3]),
    /// A field of an attribute.
    Attribute(AttributeField, [usize; 4]),
    /// The SPI size of a Notification or Delete payload.
    SpiSize(usize),
    /// The number of SPIs of a Delete payload.
    SpiCount(usize),
}

/// A field of a generic header. RFC 2408 3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadField {
    /// The type of the next payload.
    NextPayload,
    /// The reserved byte.
    Reserved,
    /// The length of the payload.
    Length,
}

/// A field of a transform. RFC 2408 3.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransformField {
    /// Whether another transform follows.
    Next,
    /// The first reserved byte.
    Reserved,
    /// The length of the transform with its attributes.
    Length,
    /// Its number.
    Number,
    /// What it is.
    Id,
    /// The two reserved bytes behind the id.
    Reserved2,
}

/// Tells lies about a well-formed message; if it is encrypted, about its header only. If one of them cannot
/// be told, none is.
pub fn tell(message: &mut [u8], lies: &[Lie]) -> Result<(), LieError> {
    let places = places(lies, |field| {
        let read = Message::read(message).ok()?;
        match field {
            Field::Header(field) => Some(field.place()),
            _ if read.is_encrypted() => None,
            _ => Some(find(read.header().next_payload, read.body(), field)?.behind(Header::LENGTH)),
        }
    })?;
    write_all(message, lies, &places);
    Ok(())
}

/// Tells lies about a chain of payloads, the first of which has type `first`: about a body that is still to
/// be encrypted. If one of them cannot be told, none is.
pub fn tell_in(first: PayloadType, chain: &mut [u8], lies: &[Lie]) -> Result<(), LieError> {
    let places = places(lies, |field| find(first, chain, field))?;
    write_all(chain, lies, &places);
    Ok(())
}

/// Where a field stands in a chain of payloads.
fn find(first: PayloadType, chain: &[u8], field: Field) -> Option<Place> {
    let payload = |index| payloads_in(first, chain, 0).nth(index)?.ok();
    let element = |index, path: &[usize]| {
        let payload: RawPayload<'_> = payload(index)?;
        if payload.payload_type != PayloadType::SECURITY_ASSOCIATION {
            return None;
        }
        let start = SecurityAssociation::read(payload.body, 0).ok()?.locate(path)?;
        Some(payload.body_offset().saturating_add(start))
    };
    let place = match field {
        Field::Header(_) => return None,
        Field::Payload(field, index) => field.place().behind(payload(index)?.offset),
        Field::Body(index, offset) => {
            let payload = payload(index)?;
            payload.body.get(offset)?;
            Place::new(offset, 1).behind(payload.body_offset())
        }
        Field::Proposal(field, [index, path @ ..]) => field.place().behind(element(index, &path)?),
        Field::Transform(field, [index, path @ ..]) => field.place().behind(element(index, &path)?),
        Field::Attribute(field, [index, path @ ..]) => field.place().behind(element(index, &path)?),
        Field::SpiSize(index) | Field::SpiCount(index) => {
            let payload = payload(index)?;
            let place = match (field, payload.payload_type) {
                (Field::SpiSize(_), PayloadType::NOTIFICATION | PayloadType::DELETE) => SPI_SIZE,
                (Field::SpiCount(_), PayloadType::DELETE) => SPI_COUNT,
                _ => return None,
            };
            place.behind(payload.body_offset())
        }
    };
    Some(place)
}

/// In the body of a Notification or Delete payload, RFC 2408 3.14 and 3.15.
const SPI_SIZE: Place = Place::new(5, 1);
const SPI_COUNT: Place = Place::new(6, 2);

impl PayloadField {
    const fn place(self) -> Place {
        match self {
            Self::NextPayload => Place::new(0, 1),
            Self::Reserved => Place::new(1, 1),
            Self::Length => Place::new(2, 2),
        }
    }
}

impl TransformField {
    const fn place(self) -> Place {
        match self {
            Self::Next => Place::new(0, 1),
            Self::Reserved => Place::new(1, 1),
            Self::Length => Place::new(2, 2),
            Self::Number => Place::new(4, 1),
            Self::Id => Place::new(5, 1),
            Self::Reserved2 => Place::new(6, 2),
        }
    }
}
