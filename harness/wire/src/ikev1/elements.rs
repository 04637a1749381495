//! Where proposals, transforms and attributes begin and end in the bytes of a Security Association payload.
//! What they say is read in `security_association`.

use super::numbers::Situation;
use super::security_association::{Attribute, AttributeValue};
use crate::error::{ReadError, Reason, Within, count};
use crate::numbers::PayloadType;

pub(super) const WITHIN_PAYLOAD: Within = Within::Payload(PayloadType::SECURITY_ASSOCIATION);

/// Separates the situation of the IPsec DOI from the proposals behind it.
pub(super) fn split_situation(bytes: &[u8]) -> Result<(&[u8], &[u8]), Reason> {
    let truncated = |needed| Reason::truncated(needed, bytes.len());
    let bits = bytes.first_chunk::<4>().ok_or(truncated(4))?;
    let length = labels_end(Situation(u32::from_be_bytes(*bits)), bytes).map_err(truncated)?;
    bytes.split_at_checked(length).ok_or(truncated(length))
}

/// Where the labels behind the situation end, or how far the bytes would have to reach to tell.
///
/// RFC 2407 4.6.1: the labelled domain identifier, then for secrecy and for integrity a level and a category
/// bitmap, each behind its length (the level's in bytes, the bitmap's in bits) and padded to four bytes.
fn labels_end(situation: Situation, bytes: &[u8]) -> Result<usize, usize> {
    let mut end = if situation.has_labels() { 8_usize } else { 4 };
    for label in [Situation::SECRECY, Situation::INTEGRITY] {
        if !situation.contains(label) {
            continue;
        }
        for units_per_byte in [1, 8] {
            let behind_length = end.saturating_add(4);
            let Some(&[high, low]) = bytes.get(end..).and_then(<[u8]>::first_chunk::<2>) else {
                return Err(behind_length);
            };
            let units = usize::from(u16::from_be_bytes([high, low]));
            let padded = units.div_ceil(units_per_byte).next_multiple_of(4);
            end = behind_length.saturating_add(padded);
        }
    }
    Ok(end)
}

/// The two kinds of elements that stand in a row.
#[derive(Clone, Copy)]
pub(super) enum Kind {
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
pub(super) struct Element<'a> {
    /// Whether another one of its kind follows.
    pub more: bool,
    pub length: u16,
    /// The last four bytes of the header, which differ.
    pub fields: [u8; 4],
    pub body: &'a [u8],
    pub rest: &'a [u8],
}

const ELEMENT_HEADER: usize = 8;

impl<'a> Element<'a> {
    /// The SPI and the transforms, if this is a proposal.
    #[inline]
    pub(super) fn split_spi(&self) -> Result<(&'a [u8], &'a [u8]), Reason> {
        let [_, _, spi_size, _] = self.fields;
        match self.body.split_at_checked(usize::from(spi_size)) {
            Some(split) => Ok(split),
            None => Err(Reason::SpiTooLarge { size: u32::from(spi_size), available: count(self.body.len()) }),
        }
    }
}

/// Takes the first element off `bytes`, which start at `offset` in the message.
#[inline]
pub(super) fn split_element(bytes: &[u8], offset: usize, kind: Kind) -> Result<Element<'_>, ReadError> {
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

/// Takes the first attribute off `bytes`.
#[inline]
pub(super) fn split_attribute(bytes: &[u8]) -> Result<(Attribute<'_>, &[u8]), Reason> {
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

/// Checks everything behind the situation, which starts at `offset` in the message.
pub(super) fn check_proposals(mut bytes: &[u8], mut offset: usize) -> Result<(), ReadError> {
    // RFC 2408 3.4: the payload is there to carry proposals.
    if bytes.is_empty() {
        return Err(ReadError::new(offset, WITHIN_PAYLOAD, Reason::Empty));
    }
    loop {
        let proposal = split_element(bytes, offset, Kind::Proposal)?;
        check_proposal(&proposal, offset)?;
        bytes = proposal.rest;
        offset = offset.saturating_add(usize::from(proposal.length));
        if !proposal.more {
            return expect_end(bytes, offset, WITHIN_PAYLOAD);
        }
    }
}

fn check_proposal(proposal: &Element<'_>, offset: usize) -> Result<(), ReadError> {
    let refuse =
        |field: usize, reason| ReadError::new(offset.saturating_add(field), Within::Proposal, reason);
    let (spi, transforms) = proposal.split_spi().map_err(|reason| refuse(6, reason))?;
    let transforms_start = ELEMENT_HEADER.saturating_add(spi.len());
    // RFC 2408 3.5: there is at least one transform.
    if transforms.is_empty() {
        return Err(refuse(transforms_start, Reason::Empty));
    }
    let found = check_transforms(transforms, offset.saturating_add(transforms_start))?;
    match proposal.fields {
        [_, _, _, announced] if u32::from(announced) != found => {
            Err(refuse(7, Reason::TransformCount { announced, found }))
        }
        _ => Ok(()),
    }
}

/// Checks the transforms of a proposal and counts them.
fn check_transforms(mut bytes: &[u8], mut offset: usize) -> Result<u32, ReadError> {
    let mut found = 0_u32;
    loop {
        let transform = split_element(bytes, offset, Kind::Transform)?;
        check_attributes(transform.body, offset.saturating_add(ELEMENT_HEADER))?;
        found = found.saturating_add(1);
        bytes = transform.rest;
        offset = offset.saturating_add(usize::from(transform.length));
        if !transform.more {
            expect_end(bytes, offset, Within::Proposal)?;
            return Ok(found);
        }
    }
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

/// Where the proposal, the transform in it or the attribute in that starts in the body of a well-formed
/// payload; `path` holds their positions, from 0.
pub(super) fn locate(body: &[u8], path: &[usize]) -> Option<usize> {
    let (&proposal, path) = path.split_first()?;
    let (_, behind_doi) = body.split_first_chunk::<4>()?;
    let (_, proposals) = split_situation(behind_doi).ok()?;
    check_proposals(proposals, 0).ok()?;
    let (start, proposal) = nth_element(proposals, Kind::Proposal, proposal)?;
    let proposal_start = body.len().checked_sub(proposals.len())?.checked_add(start)?;

    let Some((&transform, path)) = path.split_first() else { return Some(proposal_start) };
    let (spi, transforms) = proposal.split_spi().ok()?;
    let (start, transform) = nth_element(transforms, Kind::Transform, transform)?;
    let before = ELEMENT_HEADER.checked_add(spi.len())?.checked_add(start)?;
    let transform_start = proposal_start.checked_add(before)?;

    let Some((&attribute, _)) = path.split_first() else { return Some(transform_start) };
    let mut rest = transform.body;
    for _ in 0..attribute {
        (_, rest) = split_attribute(rest).ok()?;
    }
    split_attribute(rest).ok()?;
    let before = transform.body.len().checked_sub(rest.len())?.checked_add(ELEMENT_HEADER)?;
    transform_start.checked_add(before)
}

/// An element by its position, and where it starts in `bytes`.
fn nth_element(bytes: &[u8], kind: Kind, position: usize) -> Option<(usize, Element<'_>)> {
    let mut rest = bytes;
    for _ in 0..position {
        rest = split_element(rest, 0, kind).ok()?.rest;
    }
    let element = split_element(rest, 0, kind).ok()?;
    Some((bytes.len().checked_sub(rest.len())?, element))
}
