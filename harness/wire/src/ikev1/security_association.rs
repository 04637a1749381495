//! The Security Association payload: proposals, their transforms, the transforms' attributes (RFC 2408 3.4 to
//! 3.6 and 3.3, RFC 2407 4.6.1).
//!
//! The whole payload is checked once, when it is read; walking it afterwards cannot fail.

use super::numbers::{Doi, ProtocolId, Situation};
use crate::error::{ReadError, Reason, Within, WriteError, count};
use crate::numbers::PayloadType;

const WITHIN_PAYLOAD: Within = Within::Payload(PayloadType::SECURITY_ASSOCIATION);

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
    /// In a DOI other than IPsec nobody knows where the situation ends: all of it is kept as the situation, and
    /// there are no proposals.
    #[inline]
    pub fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let Some((&doi, behind)) = body.split_first_chunk::<4>() else {
            return Err(ReadError::new(offset, WITHIN_PAYLOAD, Reason::truncated(4, body.len())));
        };
        let doi = Doi(u32::from_be_bytes(doi));
        if doi != Doi::IPSEC {
            return Ok(Self { doi, situation: behind, proposals: &[], body });
        }
        let situation_offset = offset.saturating_add(4);
        let (situation, proposals) = split_situation(behind)
            .map_err(|reason| ReadError::new(situation_offset, WITHIN_PAYLOAD, reason))?;
        check_proposals(proposals, situation_offset.saturating_add(situation.len()))?;
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

/// Separates the situation of the IPsec DOI from the proposals behind it.
fn split_situation(bytes: &[u8]) -> Result<(&[u8], &[u8]), Reason> {
    let truncated = |needed| Reason::truncated(needed, bytes.len());
    let bits = bytes.first_chunk::<4>().ok_or(truncated(4))?;
    let length = if Situation(u32::from_be_bytes(*bits)).has_labels() {
        labels_end(bytes).map_err(truncated)?
    } else {
        4
    };
    bytes.split_at_checked(length).ok_or(truncated(length))
}

/// Where the labels of the situation end, or how far the bytes would have to reach to tell.
///
/// RFC 2407 4.6.1: the labelled domain identifier, then for secrecy and for integrity a level and a category
/// bitmap, each behind its length (the level's in bytes, the bitmap's in bits) and padded to four bytes.
fn labels_end(bytes: &[u8]) -> Result<usize, usize> {
    let mut end = 8_usize;
    for bytes_per_unit in [1, 8, 1, 8] {
        let behind_length = end.saturating_add(4);
        let Some(&[high, low]) = bytes.get(end..).and_then(<[u8]>::first_chunk::<2>) else {
            return Err(behind_length);
        };
        let units = usize::from(u16::from_be_bytes([high, low]));
        let padded = units.div_ceil(bytes_per_unit).next_multiple_of(4);
        end = behind_length.saturating_add(padded);
    }
    Ok(end)
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

    fn of(element: &Element<'a>) -> Result<Self, Reason> {
        let [number, protocol, spi_size, transform_count] = element.fields;
        let (spi, transforms) = element
            .body
            .split_at_checked(usize::from(spi_size))
            .ok_or(Reason::SpiTooLarge { size: u32::from(spi_size), available: count(element.body.len()) })?;
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
        Attributes { rest: self.attributes }
    }

    const fn of(element: &Element<'a>) -> Self {
        let [number, id, _, _] = element.fields;
        Self { number, id, attributes: element.body }
    }
}

/// An attribute of a transform. What its class means depends on the phase, see
/// [`attributes`](super::attributes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The class, 0 to 32767.
    pub class: u16,
    /// The value in one of its two forms.
    pub value: AttributeValue<'a>,
}

/// The value of an attribute. RFC 2408 3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeValue<'a> {
    /// Two bytes in place of a length ("TV", basic).
    Short(u16),
    /// Any number of bytes behind a length ("TLV", variable).
    Long(&'a [u8]),
}

impl AttributeValue<'_> {
    /// The value as a number: a long one is big-endian. None if it takes more than 64 bits.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Short(value) => Some(u64::from(*value)),
            Self::Long(bytes) => {
                bytes.iter().try_fold(0_u64, |number, &byte| Some(number.checked_mul(256)? | u64::from(byte)))
            }
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
        let element = split_element(self.rest, 0, Kind::Proposal).ok()?;
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
        let element = split_element(self.rest, 0, Kind::Transform).ok()?;
        self.rest = element.rest;
        Some(Transform::of(&element))
    }
}

/// The attributes of a transform.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (attribute, rest) = split_attribute(self.rest).ok()?;
        self.rest = rest;
        Some(attribute)
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Proposal,
    Transform,
}

impl Kind {
    const fn number(self) -> u8 {
        match self {
            Self::Proposal => PayloadType::PROPOSAL.0,
            Self::Transform => PayloadType::TRANSFORM.0,
        }
    }

    const fn within(self) -> Within {
        match self {
            Self::Proposal => Within::Proposal,
            Self::Transform => Within::Transform,
        }
    }
}

/// A proposal or a transform: both have eight bytes of header, the first four alike (RFC 2408 3.5, 3.6).
struct Element<'a> {
    /// Whether another one of its kind follows.
    more: bool,
    length: u16,
    /// The last four bytes of the header, which differ.
    fields: [u8; 4],
    body: &'a [u8],
    rest: &'a [u8],
}

const ELEMENT_HEADER: usize = 8;

#[inline]
fn split_element(bytes: &[u8], offset: usize, kind: Kind) -> Result<Element<'_>, ReadError> {
    let refuse = |field: usize, reason| ReadError::new(offset.saturating_add(field), kind.within(), reason);
    let Some((&header, behind)) = bytes.split_first_chunk::<ELEMENT_HEADER>() else {
        return Err(refuse(0, Reason::truncated(ELEMENT_HEADER, bytes.len())));
    };
    let [next, _, high, low, fields @ ..] = header;
    let more = next != 0;
    if more && next != kind.number() {
        return Err(refuse(0, Reason::UnexpectedNext { found: next, expected: kind.number() }));
    }
    let length = u16::from_be_bytes([high, low]);
    let Some(body_length) = usize::from(length).checked_sub(ELEMENT_HEADER) else {
        return Err(refuse(2, Reason::too_small(length, ELEMENT_HEADER)));
    };
    let Some((body, rest)) = behind.split_at_checked(body_length) else {
        return Err(refuse(2, Reason::too_large(length, bytes.len())));
    };
    Ok(Element { more, length, fields, body, rest })
}

#[inline]
fn split_attribute(bytes: &[u8]) -> Result<(Attribute<'_>, &[u8]), Reason> {
    let Some((&[class_high, class_low, high, low], behind)) = bytes.split_first_chunk::<4>() else {
        return Err(Reason::truncated(4, bytes.len()));
    };
    let class = u16::from_be_bytes([class_high & 0x7f, class_low]);
    let number = u16::from_be_bytes([high, low]);
    if class_high & 0x80 != 0 {
        return Ok((Attribute { class, value: AttributeValue::Short(number) }, behind));
    }
    match behind.split_at_checked(usize::from(number)) {
        Some((value, rest)) => Ok((Attribute { class, value: AttributeValue::Long(value) }, rest)),
        None => Err(Reason::too_large(number, behind.len())),
    }
}

fn check_proposals(mut bytes: &[u8], mut offset: usize) -> Result<(), ReadError> {
    // RFC 2408 3.4: "one or more" proposals.
    if bytes.is_empty() {
        return Err(ReadError::new(offset, WITHIN_PAYLOAD, Reason::Empty));
    }
    loop {
        let element = split_element(bytes, offset, Kind::Proposal)?;
        check_proposal(&element, offset)?;
        bytes = element.rest;
        offset = offset.saturating_add(usize::from(element.length));
        if !element.more {
            return expect_end(bytes, offset, WITHIN_PAYLOAD);
        }
    }
}

fn check_proposal(element: &Element<'_>, offset: usize) -> Result<(), ReadError> {
    let proposal = Proposal::of(element)
        .map_err(|reason| ReadError::new(offset.saturating_add(6), Within::Proposal, reason))?;
    let mut bytes = proposal.transforms;
    let mut transform_offset = offset.saturating_add(ELEMENT_HEADER).saturating_add(proposal.spi.len());
    // RFC 2408 3.5: a proposal is followed by its transforms, at least one.
    if bytes.is_empty() {
        return Err(ReadError::new(transform_offset, Within::Proposal, Reason::Empty));
    }
    let mut found = 0_u32;
    loop {
        let element = split_element(bytes, transform_offset, Kind::Transform)?;
        check_attributes(element.body, transform_offset.saturating_add(ELEMENT_HEADER))?;
        found = found.saturating_add(1);
        bytes = element.rest;
        transform_offset = transform_offset.saturating_add(usize::from(element.length));
        if !element.more {
            break;
        }
    }
    expect_end(bytes, transform_offset, Within::Proposal)?;
    if found == u32::from(proposal.transform_count) {
        return Ok(());
    }
    let reason = Reason::TransformCount { announced: proposal.transform_count, found };
    Err(ReadError::new(offset.saturating_add(7), Within::Proposal, reason))
}

fn check_attributes(bytes: &[u8], offset: usize) -> Result<(), ReadError> {
    let mut rest = bytes;
    while !rest.is_empty() {
        (_, rest) = split_attribute(rest).map_err(|reason| {
            let walked = bytes.len().saturating_sub(rest.len());
            ReadError::new(offset.saturating_add(walked), Within::Attribute, reason)
        })?;
    }
    Ok(())
}

fn expect_end(rest: &[u8], offset: usize, within: Within) -> Result<(), ReadError> {
    if rest.is_empty() {
        return Ok(());
    }
    Err(ReadError::new(offset, within, Reason::TrailingBytes { count: count(rest.len()) }))
}
