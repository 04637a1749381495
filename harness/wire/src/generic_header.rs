//! The four bytes before every payload: the type of the next one, a byte that IKEv1 reserves (RFC 2408 3.2) and
//! in which IKEv2 keeps the critical bit (RFC 7296 3.2), and the length. Proposals and transforms begin alike.

use crate::error::{ReadError, Reason, Within, WriteError};
use crate::numbers::PayloadType;

/// The length of a generic header in bytes.
pub(crate) const LENGTH: usize = 4;

/// Room for the payloads of most messages without certificates, so that writing them moves nothing.
pub(crate) const ROOM: usize = 1024;

/// A payload between its neighbours.
pub(crate) struct Block<'a> {
    /// The next payload field.
    pub next: PayloadType,
    /// The byte behind it.
    pub second: u8,
    /// The length, generic header included.
    pub length: usize,
    pub body: &'a [u8],
    /// What stands behind the payload.
    pub rest: &'a [u8],
}

/// Takes the first payload off `bytes`, which start at `offset` in the message.
#[inline(always)]
pub(crate) fn split(payload_type: PayloadType, bytes: &[u8], offset: usize) -> Result<Block<'_>, ReadError> {
    let Some((&[next, second, high, low], behind)) = bytes.split_first_chunk::<LENGTH>() else {
        return Err(refuse(payload_type, offset, Reason::truncated(LENGTH, bytes.len())));
    };
    let length = u16::from_be_bytes([high, low]);
    let length_offset = offset.saturating_add(2);
    let Some(body_length) = usize::from(length).checked_sub(LENGTH) else {
        return Err(refuse(payload_type, length_offset, Reason::too_small(length, LENGTH)));
    };
    let Some((body, rest)) = behind.split_at_checked(body_length) else {
        return Err(refuse(payload_type, length_offset, Reason::too_large(length, bytes.len())));
    };
    Ok(Block { next: PayloadType(next), second, length: usize::from(length), body, rest })
}

#[cold]
fn refuse(payload_type: PayloadType, offset: usize, reason: Reason) -> ReadError {
    ReadError::new(offset, Within::Payload(payload_type), reason)
}

/// Writes a payload, a proposal or a transform: its first two bytes, its length, and what `write` appends.
pub(crate) fn write_block(
    what: &'static str,
    first_bytes: [u8; 2],
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let start = out.len();
    out.extend_from_slice(&first_bytes);
    out.extend_from_slice(&[0; 2]);
    write(out)?;
    let length = length_field(what, out.len().saturating_sub(start))?;
    overwrite(out, start.saturating_add(2), &length);
    Ok(())
}

/// A length as the two bytes that announce it.
pub(crate) fn length_field(what: &'static str, length: usize) -> Result<[u8; 2], WriteError> {
    u16::try_from(length).map(u16::to_be_bytes).map_err(|_| WriteError::TooLong {
        what,
        length,
        most: usize::from(u16::MAX),
    })
}

/// Writes over bytes that are there already.
pub(crate) fn overwrite(bytes: &mut [u8], offset: usize, field: &[u8]) {
    let end = offset.saturating_add(field.len());
    if let Some(place) = bytes.get_mut(offset..end) {
        place.copy_from_slice(field);
    }
}
