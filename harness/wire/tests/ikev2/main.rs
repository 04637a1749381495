//! IKEv2's messages: what they are laid out as, what holds for all of them, what is refused, and lies.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    missing_docs
)]

mod lies;
mod payloads;
mod properties;
mod refusals;
mod unwritable;
mod vectors;
mod well_formed;

use wire::ikev2::{Payload, RawPayload, write_payloads};
use wire::{PayloadType, ReadError};

/// Bytes from hexadecimal digits; blanks and lines are for the reader.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks_exact(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

/// Reads the body of a payload that starts at `body_offset`.
fn read(payload_type: PayloadType, body: &[u8], body_offset: usize) -> Result<Payload<'_>, ReadError> {
    let offset = body_offset - RawPayload::HEADER_LENGTH;
    RawPayload { payload_type, next: PayloadType::NONE, critical: false, reserved: 0, offset, body }.typed()
}

/// The payload as it stands in a chain of one.
fn written(payload: Payload<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_payloads(&[payload], &mut bytes).unwrap();
    bytes
}
