//! The Security Association payload: proposals, their transforms, the transforms' attributes (RFC 2408 3.4 to
//! 3.6 and 3.3, RFC 2407 4.6.1).
//!
//! The whole payload is checked once, when it is read; walking it afterwards cannot fail.

use super::numbers::{Doi, ProtocolId, Situation};
use super::situation::split_situation;
use crate::attribute::Attributes;
use crate::elements::{Element, check_proposals, locate, take_element};
use crate::error::{ReadError, Reason, Within, WriteError};
use crate::numbers::PayloadType;

const WITHIN: Within = Within::Payload(PayloadType::SECURITY_ASSOCIATION);

/// The body of a Security Association payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityAssociation<'a> {
    doi: Doi,
    situation: &'a [u8],
    proposals: &'a [u8],
    body: &'a [u8],
}

impl<'a> SecurityAssociation<'a> {
    /// Reads the body of the payload, which starts at `offset` in the message.
    ///
    /// In a DOI other than IPsec nobody knows where the situation ends: all of it is kept as the situation,
    /// and there are no proposals.
    #[inline]
    pub fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let Some((&doi, behind)) = body.split_first_chunk::<4>() else {
            return Err(ReadError::new(offset, WITHIN, Reason::truncated(4, body.len())));
        };
        let doi = Doi(u32::from_be_bytes(doi));
        if doi != Doi::IPSEC {
            return Ok(Self { doi, situation: behind, proposals: &[], body });
        }
        let situation_offset = offset.saturating_add(4);
        let (situation, proposals) =
            split_situation(behind).map_err(|reason| ReadError::new(situation_offset, WITHIN, reason))?;
        check_proposals(proposals, situation_offset.saturating_add(situation.len()), WITHIN)?;
        Ok(Self { doi, situation, proposals, body })
    }

    /// Who assigns the numbers in it.
    pub const fn doi(&self) -> Doi {
        self.doi
    }

    /// The situation, in the IPsec DOI.
    pub fn situation(&self) -> Option<Situation> {
        let bits = self.situation.first_chunk::<4>().filter(|_| self.doi == Doi::IPSEC)?;
        Some(Situation(u32::from_be_bytes(*bits)))
    }

    /// The situation as it stands, labels included.
    pub const fn situation_bytes(&self) -> &'a [u8] {
        self.situation
    }

    /// The proposals in their order. Proposals with the same number belong together: all or none.
    pub const fn proposals(&self) -> Proposals<'a> {
        Proposals { rest: self.proposals }
    }

    /// Where an element of the proposals starts in the body, see [`locate`].
    pub(super) fn locate(&self, path: &[usize]) -> Option<usize> {
        self.body.len().checked_sub(self.proposals.len())?.checked_add(locate(self.proposals, path)?)
    }

    /// The body as it stands: what the hashes of phase 1 cover (SAi_b, RFC 2409 5).
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }
}

/// The body of a Security Association payload that was written here, and so is well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityAssociationBuf {
    body: Vec<u8>,
    proposals_start: usize,
}

impl SecurityAssociationBuf {
    pub(super) fn new(body: Vec<u8>) -> Result<Self, WriteError> {
        let read = SecurityAssociation::read(&body, 0).map_err(WriteError::Malformed)?;
        let proposals_start = body.len().saturating_sub(read.proposals.len());
        Ok(Self { body, proposals_start })
    }

    /// What was written, as if it had been read.
    pub fn view(&self) -> SecurityAssociation<'_> {
        let (fixed, proposals) =
            self.body.split_at_checked(self.proposals_start).unwrap_or((&self.body, &[]));
        let (doi, situation) = fixed.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
        SecurityAssociation { doi: Doi(u32::from_be_bytes(*doi)), situation, proposals, body: &self.body }
    }

    /// The body of the payload, without the generic header.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// A proposal: a protocol, its SPI, and the transforms to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// Its number; proposals with the same number belong together.
    pub number: u8,
    /// The protocol of the SA.
    pub protocol: ProtocolId,
    /// The sender's SPI; empty or both cookies for ISAKMP.
    pub spi: &'a [u8],
    /// How many transforms there are.
    pub transform_count: u8,
    transforms: &'a [u8],
}

impl<'a> Proposal<'a> {
    /// The transforms in the order of preference.
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
    /// Its number within the proposal.
    pub number: u8,
    /// What it is in its protocol, see [`attributes`](super::attributes).
    pub id: u8,
    attributes: &'a [u8],
}

impl<'a> Transform<'a> {
    /// The attributes in their order.
    pub const fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.attributes)
    }

    #[inline]
    const fn of(element: &Element<'a>) -> Self {
        let [number, id, _, _] = element.fields;
        Self { number, id, attributes: element.body }
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
        if self.rest.is_empty() {
            return None;
        }
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
        if self.rest.is_empty() {
            return None;
        }
        let element = take_element(self.rest)?;
        self.rest = element.rest;
        Some(Transform::of(&element))
    }
}
