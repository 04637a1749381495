//! Lies on purpose: fields of a well-formed message that are made to say something else.
//!
//! As in [`ikev1::lies`](crate::ikev1::lies), every field is found in the true message before the first lie is
//! told. What is encrypted is lied about before it is, by [`tell_in`].
//!
//! ```
//! use wire::ikev2::lies::{self, Field, Lie, PayloadField};
//! use wire::ikev2::{Message, MessageBuilder, Payload};
//! use wire::ExchangeType;
//!
//! let mut bytes = MessageBuilder::new([1; 8], [0; 8], ExchangeType::IKE_SA_INIT)
//!     .payloads(&[Payload::Nonce(&[7; 16])])?;
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
    /// A field of an attribute of a transform.
    Attribute(AttributeField, [usize; 4]),
    /// The group of a Key Exchange payload.
    Group(usize),
    /// The SPI size of a Notify or Delete payload.
    SpiSize(usize),
    /// The number of SPIs of a Delete payload.
    SpiCount(usize),
    /// The number of selectors of a Traffic Selector payload.
    SelectorCount(usize),
    /// The length of the first selector of a Traffic Selector payload.
    SelectorLength(usize),
    /// The fragment number of an Encrypted Fragment payload.
    FragmentNumber(usize),
    /// The total of fragments of an Encrypted Fragment payload.
    TotalFragments(usize),
}

/// A field of a generic header. RFC 7296 3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadField {
    /// The type of the next payload, or of the first one inside.
    NextPayload,
    /// The critical bit, as the first of eight, and the reserved bits.
    CriticalAndReserved,
    /// The length of the payload.
    Length,
}

/// A field of a transform. RFC 7296 3.3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransformField {
    /// Whether another transform follows.
    Next,
    /// The first reserved byte.
    Reserved,
    /// The length of the transform with its attributes.
    Length,
    /// What it is for.
    Type,
    /// The reserved byte behind the type.
    Reserved2,
    /// What it is among the transforms of its type.
    Id,
}

/// Tells lies about a well-formed message; if it is encrypted, not about what is inside. If one of them cannot
/// be told, none is.
pub fn tell(message: &mut [u8], lies: &[Lie]) -> Result<(), LieError> {
    let places = places(lies, |field| {
        let read = Message::read(message).ok()?;
        match field {
            Field::Header(field) => Some(field.place()),
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
        if payload.payload_type != PayloadType::IKEV2_SECURITY_ASSOCIATION {
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
        Field::Group(index)
        | Field::SpiSize(index)
        | Field::SpiCount(index)
        | Field::SelectorCount(index)
        | Field::SelectorLength(index)
        | Field::FragmentNumber(index)
        | Field::TotalFragments(index) => {
            let payload = payload(index)?;
            payload.typed().ok()?;
            place_in_body(field, payload.payload_type)?.behind(payload.body_offset())
        }
    };
    Some(place)
}

/// Where a field that only some payloads have stands in their bodies: RFC 7296 3.4, 3.10, 3.11 and 3.13, RFC
/// 7383 2.5.
const fn place_in_body(field: Field, payload_type: PayloadType) -> Option<Place> {
    Some(match (field, payload_type) {
        (Field::Group(_), PayloadType::IKEV2_KEY_EXCHANGE) => Place::new(0, 2),
        (Field::SpiSize(_), PayloadType::IKEV2_NOTIFY | PayloadType::IKEV2_DELETE) => Place::new(1, 1),
        (Field::SpiCount(_), PayloadType::IKEV2_DELETE) => Place::new(2, 2),
        (
            Field::SelectorCount(_),
            PayloadType::INITIATOR_TRAFFIC_SELECTORS | PayloadType::RESPONDER_TRAFFIC_SELECTORS,
        ) => Place::new(0, 1),
        (
            Field::SelectorLength(_),
            PayloadType::INITIATOR_TRAFFIC_SELECTORS | PayloadType::RESPONDER_TRAFFIC_SELECTORS,
        ) => Place::new(6, 2),
        (Field::FragmentNumber(_), PayloadType::ENCRYPTED_FRAGMENT) => Place::new(0, 2),
        (Field::TotalFragments(_), PayloadType::ENCRYPTED_FRAGMENT) => Place::new(2, 2),
        _ => return None,
    })
}

impl PayloadField {
    const fn place(self) -> Place {
        match self {
            Self::NextPayload => Place::new(0, 1),
            Self::CriticalAndReserved => Place::new(1, 1),
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
            Self::Type => Place::new(4, 1),
            Self::Reserved2 => Place::new(5, 1),
            Self::Id => Place::new(6, 2),
        }
    }
}
