//! Payloads that own their content: what a Security Association payload is written from, and payloads that
//! outlive the message they were read from. Lengths, counts and chains are not part of them; writing makes
//! them.

use super::chain::RawPayload;
use super::numbers::{Doi, ProtocolId, Situation};
use super::security_association::{self as view, SecurityAssociationBuf};
use super::write::WritePayload;
pub use crate::attribute::owned::{Attribute, AttributeValue};
use crate::elements::{Kind, write_elements, write_proposal};
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
        write_elements(&self.proposals, Kind::Proposal, &mut body, Proposal::write)?;
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
        let fields = [self.number, self.protocol.0];
        write_proposal(fields, &self.spi, &self.transforms, out, Transform::write)
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
