//! What stands in a row inside a Security Association payload: proposals, in them transforms, in those
//! attributes. IKEv1 (RFC 2408 3.3 to 3.6) and IKEv2 (RFC 7296 3.3) lay them out alike; they differ in what
//! stands before the proposals and in what the fields of a transform say, which the payloads of each version
//! know.

use crate::attribute::{Attribute, AttributeValue};
use crate::error::{ReadError, Reason, Within, WriteError, count};
use crate::generic_header::write_block;
use crate::numbers::PayloadType;
use crate::spis::spi_size;

/// The two kinds of elements that stand in a row.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
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

    /// Whether an element of this kind may say that `next` follows: another of its kind, or nothing.
    const fn allows(self, next: u8) -> bool {
        next == 0 || next == self.number()
    }

    const fn within(self) -> Within {
        match self {
            Self::Proposal => Within::Proposal,
            Self::Transform => Within::Transform,
        }
    }
}

/// A proposal or a transform: both have eight bytes of header, the first four alike. RFC 2408 3.5 and 3.6, RFC
/// 7296 3.3.1 and 3.3.2.
pub(crate) struct Element<'a> {
    /// The kind of the one that follows, 0 if this is the last.
    pub next: u8,
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
    pub(crate) fn split_spi(&self) -> Result<(&'a [u8], &'a [u8]), Reason> {
        let [_, _, spi_size, _] = self.fields;
        match self.body.split_at_checked(usize::from(spi_size)) {
            Some(split) => Ok(split),
            None => Err(Reason::SpiTooLarge { size: u32::from(spi_size), available: count(self.body.len()) }),
        }
    }
}

/// Takes the first element off `bytes`, which start at `offset` in the message.
#[inline]
pub(crate) fn split_element(bytes: &[u8], offset: usize, kind: Kind) -> Result<Element<'_>, ReadError> {
    match take_element(bytes) {
        Some(element) if kind.allows(element.next) => Ok(element),
        _ => Err(refusal(bytes, offset, kind)),
    }
}

/// Takes the first element off `bytes`, if it fits in; of what has been checked, it does.
#[inline]
pub(crate) fn take_element(bytes: &[u8]) -> Option<Element<'_>> {
    let (&[next, _, high, low, ref fields @ ..], behind) = bytes.split_first_chunk::<ELEMENT_HEADER>()?;
    let length = u16::from_be_bytes([high, low]);
    // Most transforms of IKEv2 are no longer. The processor guesses that and goes on to the next, where it would otherwise
    // have to wait until it knows where that is. Those of IKEv1 are longer, and pay for a comparison.
    if usize::from(length) == ELEMENT_HEADER {
        return Some(Element { next, length, fields: *fields, body: &[], rest: behind });
    }
    let (body, rest) = behind.split_at_checked(usize::from(length).checked_sub(ELEMENT_HEADER)?)?;
    Some(Element { next, length, fields: *fields, body, rest })
}

/// Why the first element of `bytes` is none.
#[cold]
fn refusal(bytes: &[u8], offset: usize, kind: Kind) -> ReadError {
    let refuse = |field: usize, reason| ReadError::new(offset.saturating_add(field), kind.within(), reason);
    let Some(&[next, _, high, low, ..]) = bytes.first_chunk::<ELEMENT_HEADER>() else {
        return refuse(0, Reason::truncated(ELEMENT_HEADER, bytes.len()));
    };
    let length = u16::from_be_bytes([high, low]);
    if !kind.allows(next) {
        refuse(0, Reason::UnexpectedNext { found: next, expected: kind.number() })
    } else if usize::from(length) < ELEMENT_HEADER {
        refuse(2, Reason::too_small(length, ELEMENT_HEADER))
    } else {
        refuse(2, Reason::too_large(length, bytes.len()))
    }
}

/// Takes the first attribute off `bytes`.
#[inline]
pub(crate) fn split_attribute(bytes: &[u8]) -> Result<(Attribute<'_>, &[u8]), Reason> {
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

/// Checks the proposals that fill a payload from here on; they start at `offset` in the message.
pub(crate) fn check_proposals(mut bytes: &[u8], mut offset: usize, within: Within) -> Result<(), ReadError> {
    // RFC 2408 3.4, RFC 7296 3.3: the payload is there to carry proposals.
    if bytes.is_empty() {
        return Err(ReadError::new(offset, within, Reason::Empty));
    }
    loop {
        let proposal = split_element(bytes, offset, Kind::Proposal)?;
        check_proposal(&proposal, offset)?;
        bytes = proposal.rest;
        offset = offset.saturating_add(usize::from(proposal.length));
        if proposal.next == 0 {
            return expect_end(bytes, offset, within);
        }
    }
}

fn check_proposal(proposal: &Element<'_>, offset: usize) -> Result<(), ReadError> {
    let refuse =
        |field: usize, reason| ReadError::new(offset.saturating_add(field), Within::Proposal, reason);
    let (spi, transforms) = proposal.split_spi().map_err(|reason| refuse(6, reason))?;
    let transforms_start = ELEMENT_HEADER.saturating_add(spi.len());
    // RFC 2408 3.5, RFC 7296 3.3.1: there is at least one transform.
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
fn check_transforms(bytes: &[u8], offset: usize) -> Result<u32, ReadError> {
    let mut rest = bytes;
    let mut found = 0_u32;
    // Asked for errors only, so that nothing but the rest is kept from one transform to the next.
    let at = |rest: &[u8]| place(bytes, offset, rest);
    loop {
        let Some(transform) = take_element(rest).filter(|it| Kind::Transform.allows(it.next)) else {
            return Err(refusal(rest, at(rest), Kind::Transform));
        };
        match transform.body {
            // Nearly all of IKEv2 have none, or the key length in the short form (RFC 7296 3.3.5).
            [] | [(0x80..), _, _, _] => {}
            attributes => check_attributes(attributes, at(rest).saturating_add(ELEMENT_HEADER))?,
        }
        found = found.saturating_add(1);
        rest = transform.rest;
        if transform.next == 0 {
            expect_end(rest, at(rest), Within::Proposal)?;
            return Ok(found);
        }
    }
}

fn check_attributes(bytes: &[u8], offset: usize) -> Result<(), ReadError> {
    let mut rest = bytes;
    while !rest.is_empty() {
        (_, rest) = split_attribute(rest)
            .map_err(|reason| ReadError::new(place(bytes, offset, rest), Within::Attribute, reason))?;
    }
    Ok(())
}

/// Where `rest`, the end of `bytes`, starts in the message in which `bytes` start at `offset`.
const fn place(bytes: &[u8], offset: usize, rest: &[u8]) -> usize {
    offset.saturating_add(bytes.len().saturating_sub(rest.len()))
}

/// Refuses what stands behind the last element.
pub(crate) fn expect_end(rest: &[u8], offset: usize, within: Within) -> Result<(), ReadError> {
    if rest.is_empty() {
        return Ok(());
    }
    Err(ReadError::new(offset, within, Reason::TrailingBytes { count: count(rest.len()) }))
}

/// Where the proposal, the transform in it or the attribute in that starts in well-formed proposals; `path`
/// holds their positions, from 0.
pub(crate) fn locate(proposals: &[u8], path: &[usize]) -> Option<usize> {
    let (&proposal, path) = path.split_first()?;
    let (proposal_start, proposal) = nth_element(proposals, proposal)?;

    let Some((&transform, path)) = path.split_first() else { return Some(proposal_start) };
    let (spi, transforms) = proposal.split_spi().ok()?;
    let (start, transform) = nth_element(transforms, transform)?;
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
fn nth_element(bytes: &[u8], position: usize) -> Option<(usize, Element<'_>)> {
    let mut rest = bytes;
    for _ in 0..position {
        rest = take_element(rest)?.rest;
    }
    let element = take_element(rest)?;
    Some((bytes.len().checked_sub(rest.len())?, element))
}

/// Writes proposals or transforms: each behind the type of the next one, a reserved byte and its own length.
pub(crate) fn write_elements<E>(
    elements: &[E],
    kind: Kind,
    out: &mut Vec<u8>,
    write: impl Fn(&E, &mut Vec<u8>) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let mut left = elements.len();
    for element in elements {
        left = left.saturating_sub(1);
        let next = if left == 0 { 0 } else { kind.number() };
        write_block("a proposal or transform", [next, 0], out, |out| write(element, out))?;
    }
    Ok(())
}

/// Writes the part of a proposal behind its own length: its fields, its SPI and its transforms.
pub(crate) fn write_proposal<T>(
    [number, protocol]: [u8; 2],
    spi: &[u8],
    transforms: &[T],
    out: &mut Vec<u8>,
    write: impl Fn(&T, &mut Vec<u8>) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let spi_size = spi_size(spi)?;
    let count = u8::try_from(transforms.len()).map_err(|_| WriteError::TooLong {
        what: "a list of transforms",
        length: transforms.len(),
        most: usize::from(u8::MAX),
    })?;
    out.extend_from_slice(&[number, protocol, spi_size, count]);
    out.extend_from_slice(spi);
    write_elements(transforms, Kind::Transform, out, write)
}
