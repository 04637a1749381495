//! What several payloads begin with: a number in one byte, and three reserved ones.

use crate::error::{ReadError, Reason, Within};
use crate::numbers::PayloadType;

/// The length of these fields in bytes.
pub(super) const LENGTH: usize = 4;

/// The number, the reserved bytes, and what stands behind them.
#[inline]
pub(super) fn split(
    payload_type: PayloadType,
    body: &[u8],
    offset: usize,
) -> Result<(u8, [u8; 3], &[u8]), ReadError> {
    match body.split_first_chunk::<LENGTH>() {
        Some((&[number, reserved @ ..], data)) => Ok((number, reserved, data)),
        None => Err(truncated(payload_type, LENGTH, body, offset)),
    }
}

/// The refusal of a payload whose fixed fields do not fit into its body.
#[cold]
pub(super) fn truncated(payload_type: PayloadType, needed: usize, body: &[u8], offset: usize) -> ReadError {
    ReadError::new(offset, Within::Payload(payload_type), Reason::truncated(needed, body.len()))
}
