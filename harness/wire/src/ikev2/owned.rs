//! Payloads that own their content: what a Security Association payload is written from, and payloads that
//! outlive the message they were read from. Lengths, counts and chains are not part of them; writing makes
//! them.

use super::chain::{RawPayload, is_encrypted};
use super::numbers::ProtocolId;
use super::security_association::{self as view, SecurityAssociationBuf};
use super::transforms::{Algorithm, AttributeType, TransformType};
use super::write::WritePayload;
pub use crate::attribute::owned::{Attribute, AttributeValue};
use crate::elements::{Kind, write_elements, write_proposal};
use crate::error::{ReadError, WriteError};
use crate::numbers::PayloadType;

/// The content of a Security Association payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityAssociation {
    /// The proposals in their order.
    pub proposals: Vec<Proposal>,
}

impl SecurityAssociation {
    /// Writes the body of the payload; reserved bytes are zero.
    pub fn encode(&self) -> Result<SecurityAssociationBuf, WriteError> {
        let mut body = Vec::new();
        write_elements(&self.proposals, Kind::Proposal, &mut body, Proposal::write)?;
        SecurityAssociationBuf::new(body)
    }
}

/// A proposal: a protocol, its SPI, and the transforms to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its number.
    pub number: u8,
    /// The protocol of the SA.
    pub protocol: ProtocolId,
    /// The sender's SPI, at most 255 bytes; empty in the first exchange of an IKE SA.
    pub spi: Vec<u8>,
    /// The transforms in their order, 1 to 255.
    pub transforms: Vec<Transform>,
}

impl Proposal {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let fields = [self.number, self.protocol.0];
        write_proposal(fields, &self.spi, &self.transforms, out, Transform::write)
    }
}

/// A transform: an algorithm and its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transform {
    /// What it is for.
    pub transform_type: TransformType,
    /// What it is among the transforms of its type.
    pub id: u16,
    /// The attributes in their order.
    pub attributes: Vec<Attribute>,
}

impl Transform {
    /// This algorithm, without attributes.
    pub fn new(algorithm: impl Into<Algorithm>) -> Self {
        let algorithm = algorithm.into();
        Self { transform_type: algorithm.transform_type(), id: algorithm.id(), attributes: Vec::new() }
    }

    /// This algorithm with a key of so many bits.
    pub fn with_key_length(algorithm: impl Into<Algorithm>, bits: u16) -> Self {
        let attributes = vec![Attribute::short(AttributeType::KEY_LENGTH, bits)];
        Self { attributes, ..Self::new(algorithm) }
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        out.extend_from_slice(&[self.transform_type.0, 0]);
        out.extend_from_slice(&self.id.to_be_bytes());
        self.attributes.iter().try_for_each(|attribute| attribute.write(out))
    }
}

impl From<view::SecurityAssociation<'_>> for SecurityAssociation {
    /// Copies the content; reserved bytes get lost.
    fn from(read: view::SecurityAssociation<'_>) -> Self {
        Self { proposals: read.proposals().map(Proposal::from).collect() }
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
            transform_type: read.transform_type,
            id: read.id,
            attributes: read.attributes().map(Attribute::from).collect(),
        }
    }
}

/// A payload of any type with its body, to be kept, changed, and written again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Its type.
    pub payload_type: PayloadType,
    /// In an encrypted payload, the type of the first payload inside; else `NONE`.
    pub first_inside: PayloadType,
    /// The critical bit.
    pub critical: bool,
    /// The seven reserved bits of its generic header.
    pub reserved: u8,
    /// What follows the generic header.
    pub body: Vec<u8>,
}

impl Payload {
    /// Reads the body as what the type says; offsets in errors count from the start of the generic header.
    pub fn typed(&self) -> Result<super::Payload<'_>, ReadError> {
        let Self { payload_type, first_inside: next, critical, reserved, ref body } = *self;
        RawPayload { payload_type, next, critical, reserved, offset: 0, body }.typed()
    }
}

impl From<RawPayload<'_>> for Payload {
    fn from(raw: RawPayload<'_>) -> Self {
        Self {
            payload_type: raw.payload_type,
            first_inside: raw.first_inside().unwrap_or(PayloadType::NONE),
            critical: raw.critical,
            reserved: raw.reserved,
            body: raw.body.to_vec(),
        }
    }
}

impl TryFrom<super::Payload<'_>> for Payload {
    type Error = WriteError;

    fn try_from(payload: super::Payload<'_>) -> Result<Self, WriteError> {
        Ok(Self {
            payload_type: payload.payload_type(),
            first_inside: payload.first_inside().unwrap_or(PayloadType::NONE),
            critical: false,
            reserved: 0,
            body: payload.body()?,
        })
    }
}

impl WritePayload for Payload {
    fn payload_type(&self) -> PayloadType {
        self.payload_type
    }

    fn critical(&self) -> bool {
        self.critical
    }

    fn reserved(&self) -> u8 {
        self.reserved
    }

    fn first_inside(&self) -> Option<PayloadType> {
        is_encrypted(self.payload_type).then_some(self.first_inside)
    }

    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        out.extend_from_slice(&self.body);
        Ok(())
    }
}
