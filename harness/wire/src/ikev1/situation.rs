//! Where the situation of a Security Association payload ends (RFC 2407 4.6.1).

use super::numbers::Situation;
use crate::error::Reason;

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
