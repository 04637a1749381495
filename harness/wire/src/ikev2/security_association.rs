//! The Security Association payload: proposals, their transforms, the transforms' attributes (RFC 7296 3.3).
//!
//! The whole payload is checked once, when it is read; walking it afterwards cannot fail.

use super::numbers::ProtocolId;
use super::transforms::{Algorithm, AttributeType, TransformType};
use crate::attribute::{AttributeValue, Attributes};
use crate::elements::{self, Element, check_proposals, take_element};
use crate::error::{ReadError, Reason, Within, WriteError};
use crate::numbers::PayloadType;

const WITHIN: Within = Within::Payload(PayloadType::IKEV2_SECURITY_ASSOCIATION);

/// The body of a Security Association payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityAssociation<'a> {
    body: &'a [u8],
}

impl<'a> SecurityAssociation<'a> {
    /// Reads the body of the payload, which starts at `offset` in the message.
    #[inline]
    pub fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        check_proposals(body, offset, WITHIN)?;
        Ok(Self { body })
    }

    /// The proposals in their order: the order of preference in a request, one in a response.
    pub const fn proposals(&self) -> Proposals<'a> {
        Proposals { rest: self.body }
    }

    /// The body as it stands.
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Where the proposal, the transform in it or the attribute in that starts in the body; `path` holds their
    /// positions, from 0.
    pub(super) fn locate(&self, path: &[usize]) -> Option<usize> {
        elements::locate(self.body, path)
    }
}

/// The body of a Security Association payload that was written here, and so is well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityAssociationBuf {
    body: Vec<u8>,
}

impl SecurityAssociationBuf {
    pub(super) fn new(body: Vec<u8>) -> Result<Self, WriteError> {
        SecurityAssociation::read(&body, 0).map_err(WriteError::Malformed)?;
        Ok(Self { body })
    }

    /// What was written, as if it had been read.
    pub fn view(&self) -> SecurityAssociation<'_> {
        SecurityAssociation { body: &self.body }
    }

    /// The body of the payload, without the generic header.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// A proposal: a protocol, its SPI, and the transforms to choose from, one of each type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// Its number: from 1 on in a request, that of the accepted one in a response.
    pub number: u8,
    /// The protocol of the SA.
    pub protocol: ProtocolId,
    /// The sender's SPI; empty in the first exchange of an IKE SA.
    pub spi: &'a [u8],
    /// How many transforms there are.
    pub transform_count: u8,
    transforms: &'a [u8],
}

impl<'a> Proposal<'a> {
    /// The transforms in their order: among those of one type, the order of preference.
    pub const fn transforms(&self) -> Transforms<'a> {
        Transforms { rest: self.transforms }
    }

    #[inline]
    fn of(element: &Element<'a>) -> Result<Self, Reason> {
        let [number, protocol, _, transform_count] = element.fields;
        let (spi, transforms) = element.split_spi()?;
        Ok(Self { number, protocol: ProtocolId(protocol), spi, transform_count, transforms })
    }
}

/// A transform: an algorithm and its attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transform<'a> {
    /// What it is for.
    pub transform_type: TransformType,
    /// What it is among the transforms of its type.
    pub id: u16,
    attributes: &'a [u8],
}

impl<'a> Transform<'a> {
    /// Type and number as one.
    pub const fn algorithm(&self) -> Algorithm {
        Algorithm::new(self.transform_type, self.id)
    }

    /// The attributes in their order.
    pub const fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.attributes)
    }

    /// The key length in bits, if the transform has exactly one attribute and this is it. Any other attribute
    /// makes the transform one that has to be passed over (RFC 7296 3.3.6).
    pub fn key_length(&self) -> Option<u16> {
        let mut attributes = self.attributes();
        match (attributes.next()?, attributes.next()) {
            (attribute, None) if attribute.class == AttributeType::KEY_LENGTH.0 => match attribute.value {
                AttributeValue::Short(bits) => Some(bits),
                AttributeValue::Long(_) => None,
            },
            _ => None,
        }
    }

    #[inline]
    const fn of(element: &Element<'a>) -> Self {
        let [transform_type, _, high, low] = element.fields;
        Self {
            transform_type: TransformType(transform_type),
            id: u16::from_be_bytes([high, low]),
            attributes: element.body,
        }
    }
}

/// The proposals of a Security Association payload.
#[derive(Clone, Debug)]
pub struct Proposals<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Proposals<'a> {
    type Item = Proposal<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let element = take_element(self.rest)?;
        self.rest = element.rest;
        Proposal::of(&element).ok()
    }
}

/// The transforms of a proposal.
#[derive(Clone, Debug)]
pub struct Transforms<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Transforms<'a> {
    type Item = Transform<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let element = take_element(self.rest)?;
        self.rest = element.rest;
        Some(Transform::of(&element))
    }
}
