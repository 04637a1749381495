//! Payloads that own their content: what a Security Association payload is written from, and payloads that
//! outlive the message they were read from. Lengths, counts and chains are not part of them; writing makes
//! them.

use super::chain::RawPayload;
use super::numbers::{Doi, ProtocolId, Situation};
use super::security_association::{self as view, SecurityAssociationBuf};
use super::write::{WritePayload, length_field, overwrite};
use crate::error::{ReadError, WriteError};
use crate::numbers::PayloadType;

/// The content of a Security Association payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityAssociation {
    /// Who assigns the numbers in it.
    pub doi: Doi,
    /// The situation as bytes: four in the IPsec DOI if there are no labels.
    pub situation: Vec<u8>,
    /// The proposals in their order.
    pub proposals: Vec<Proposal>,
}

impl SecurityAssociation {
    /// Proposals in the IPsec DOI, without labels: what phase 1 and Quick Mode use.
    pub fn ipsec(proposals: Vec<Proposal>) -> Self {
        let situation = Situation::IDENTITY_ONLY.0.to_be_bytes().to_vec();
        Self { doi: Doi::IPSEC, situation, proposals }
    }

    /// Writes the body of the payload; reserved bytes are zero.
    pub fn encode(&self) -> Result<SecurityAssociationBuf, WriteError> {
        let mut body = self.doi.0.to_be_bytes().to_vec();
        body.extend_from_slice(&self.situation);
        write_elements(&self.proposals, PayloadType::PROPOSAL, &mut body, Proposal::write)?;
        SecurityAssociationBuf::new(body)
    }
}

/// A proposal: a protocol, its SPI, and the transforms to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its number; proposals with the same number belong together.
    pub number: u8,
    /// The protocol of the SA.
    pub protocol: ProtocolId,
    /// The sender's SPI, at most 255 bytes; empty for ISAKMP.
    pub spi: Vec<u8>,
    /// The transforms in the order of preference, 1 to 255.
    pub transforms: Vec<Transform>,
}

impl Proposal {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let spi_size = super::notification::spi_size(&self.spi)?;
        let count = u8::try_from(self.transforms.len()).map_err(|_| WriteError::TooLong {
            what: "a list of transforms",
            length: self.transforms.len(),
            most: usize::from(u8::MAX),
        })?;
        out.extend_from_slice(&[self.number, self.protocol.0, spi_size, count]);
        out.extend_from_slice(&self.spi);
        write_elements(&self.transforms, PayloadType::TRANSFORM, out, Transform::write)
    }
}

/// A transform: an algorithm and its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transform {
    /// Its number within the proposal.
    pub number: u8,
    /// What it is in its protocol, see [`attributes`](super::attributes).
    pub id: u8,
    /// The attributes in their order.
    pub attributes: Vec<Attribute>,
}

impl Transform {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        out.extend_from_slice(&[self.number, self.id, 0, 0]);
        self.attributes.iter().try_for_each(|attribute| attribute.write(out))
    }
}

/// An attribute of a transform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The class, 0 to 32767.
    pub class: u16,
    /// The value in one of its two forms.
    pub value: AttributeValue,
}

/// The value of an attribute. RFC 2408 3.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    /// Two bytes in place of a length ("TV", basic).
    Short(u16),
    /// Any number of bytes behind a length ("TLV", variable).
    Long(Vec<u8>),
}

impl Attribute {
    const SHORT: u16 = 0x8000;

    /// An attribute in the short form.
    pub fn short(class: impl Into<u16>, value: impl Into<u16>) -> Self {
        Self { class: class.into(), value: AttributeValue::Short(value.into()) }
    }

    /// An attribute in the long form.
    pub fn long(class: impl Into<u16>, value: impl Into<Vec<u8>>) -> Self {
        Self { class: class.into(), value: AttributeValue::Long(value.into()) }
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        if self.class & Self::SHORT != 0 {
            return Err(WriteError::AttributeClass(self.class));
        }
        match &self.value {
            AttributeValue::Short(value) => {
                out.extend_from_slice(&(self.class | Self::SHORT).to_be_bytes());
                out.extend_from_slice(&value.to_be_bytes());
            }
            AttributeValue::Long(value) => {
                out.extend_from_slice(&self.class.to_be_bytes());
                out.extend_from_slice(&length_field("an attribute", value.len())?);
                out.extend_from_slice(value);
            }
        }
        Ok(())
    }
}

/// Writes proposals or transforms: each behind the type of the next one, a reserved byte and its own length.
fn write_elements<E>(
    elements: &[E],
    kind: PayloadType,
    out: &mut Vec<u8>,
    write: impl Fn(&E, &mut Vec<u8>) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let mut left = elements.len();
    for element in elements {
        left = left.saturating_sub(1);
        let start = out.len();
        let next = if left == 0 { PayloadType::NONE } else { kind };
        out.extend_from_slice(&[next.0, 0, 0, 0]);
        write(element, out)?;
        let length = length_field("a proposal or transform", out.len().saturating_sub(start))?;
        overwrite(out, start.saturating_add(2), &length);
    }
    Ok(())
}

impl From<view::SecurityAssociation<'_>> for SecurityAssociation {
    /// Copies the content; reserved bytes get lost.
    fn from(read: view::SecurityAssociation<'_>) -> Self {
        Self {
            doi: read.doi(),
            situation: read.situation_bytes().to_vec(),
            proposals: read.proposals().map(Proposal::from).collect(),
        }
    }
}

impl From<view::Proposal<'_>> for Proposal {
    fn from(read: view::Proposal<'_>) -> Self {
        Self {
            number: read.number,
            protocol: read.protocol,
            spi: read.spi.to_vec(),
            transforms: read.transforms().map(Transform::from).collect(),
        }
    }
}

impl From<view::Transform<'_>> for Transform {
    fn from(read: view::Transform<'_>) -> Self {
        Self {
            number: read.number,
            id: read.id,
            attributes: read.attributes().map(Attribute::from).collect(),
        }
    }
}

impl From<view::Attribute<'_>> for Attribute {
    fn from(read: view::Attribute<'_>) -> Self {
        let value = match read.value {
            view::AttributeValue::Short(value) => AttributeValue::Short(value),
            view::AttributeValue::Long(value) => AttributeValue::Long(value.to_vec()),
        };
        Self { class: read.class, value }
    }
}

/// A payload of any type with its body, to be kept, changed, and written again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Its type.
    pub payload_type: PayloadType,
    /// The reserved byte of its generic header.
    pub reserved: u8,
    /// What follows the generic header.
    pub body: Vec<u8>,
}

impl Payload {
    /// Reads the body as what the type says; offsets in errors count from the start of the body.
    pub fn typed(&self) -> Result<super::Payload<'_>, ReadError> {
        super::Payload::read(self.payload_type, &self.body, 0)
    }
}

impl From<RawPayload<'_>> for Payload {
    fn from(raw: RawPayload<'_>) -> Self {
        Self { payload_type: raw.payload_type, reserved: raw.reserved, body: raw.body.to_vec() }
    }
}

impl TryFrom<super::Payload<'_>> for Payload {
    type Error = WriteError;

    fn try_from(payload: super::Payload<'_>) -> Result<Self, WriteError> {
        let mut body = Vec::new();
        payload.write_body(&mut body)?;
        Ok(Self { payload_type: payload.payload_type(), reserved: 0, body })
    }
}

impl WritePayload for Payload {
    fn payload_type(&self) -> PayloadType {
        self.payload_type
    }

    fn reserved(&self) -> u8 {
        self.reserved
    }

    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        out.extend_from_slice(&self.body);
        Ok(())
    }
}
