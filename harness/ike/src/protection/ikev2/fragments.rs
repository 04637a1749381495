//! A message in several: Encrypted Fragment payloads (RFC 7383 2.5 and 2.6).

use crypto::{Provider, Random};
use wire::ikev2::{EncryptedFragment, RawPayload};
use wire::{Header, PayloadType, WriteError};

use super::{Fragment, PAD_LENGTH, Plain, seal};
use crate::keys::ikev2::ProtectionKeys;

/// Seals `plain` as messages of at most `longest` bytes each, without IP and UDP headers: as one with an Encrypted payload
/// if it fits, else as fragments that are full but for the last (RFC 7383 2.5.1).
///
/// # Errors
/// `longest` leaves no room for a byte of payload, or more than 65,535 fragments would be needed.
pub fn seal_fragments(
    provider: &Provider,
    keys: &ProtectionKeys,
    random: &mut dyn Random,
    plain: &Plain,
    longest: usize,
) -> Result<Vec<Vec<u8>>, WriteError> {
    if plain.body.len() <= room(keys, longest, 0) {
        return Ok(vec![seal(provider, keys, random, &Plain { fragment: None, ..plain.clone() })?]);
    }
    let room = room(keys, longest, EncryptedFragment::HEADER_LENGTH);
    let needed = if room == 0 { usize::MAX } else { plain.body.len().div_ceil(room) };
    let total = u16::try_from(needed).map_err(|_| WriteError::TooLong {
        what: "payloads in fragments",
        length: plain.body.len(),
        most: room * usize::from(u16::MAX),
    })?;
    (1..=total)
        .zip(plain.body.chunks(room))
        .map(|(number, part)| {
            // RFC 7383 2.5: only the first says which payload comes first.
            let first = if number == 1 { plain.first } else { PayloadType::NONE };
            let fragment = Some(Fragment { number, total });
            let part = Plain { header: plain.header, fragment, first, body: part.to_vec(), offset: 0 };
            seal(provider, keys, random, &part)
        })
        .collect()
}

/// The message whose fragments these are, in any order, or `None` unless they are all of them, each once.
#[must_use]
pub fn reassemble(fragments: &[Plain]) -> Option<Plain> {
    let total = fragments.first()?.fragment?.total;
    if fragments.len() != usize::from(total) {
        return None;
    }
    let mut whole: Option<Plain> = None;
    for number in 1..=total {
        let wanted = Some(Fragment { number, total });
        let part = fragments.iter().find(|part| part.fragment == wanted)?;
        match &mut whole {
            None => whole = Some(Plain { fragment: None, ..part.clone() }),
            Some(whole) => whole.body.extend_from_slice(&part.body),
        }
    }
    whole
}

/// How many bytes of payloads fit into a message of `longest` bytes, whose payload has `fields` bytes before the
/// initialization vector.
fn room(keys: &ProtectionKeys, longest: usize, fields: usize) -> usize {
    let cipher = keys.protection().cipher();
    let around = Header::LENGTH
        + RawPayload::HEADER_LENGTH
        + fields
        + cipher.vector_length()
        + keys.protection().checksum_length();
    let encrypted = longest.saturating_sub(around);
    (encrypted - encrypted % cipher.alignment()).saturating_sub(PAD_LENGTH)
}
