//! Walking over the chain of payloads of a message, types and lengths only: by ours, and by hand.

use wire::{PayloadType, ReadError, ikev1, ikev2};

/// Ours, of a message of IKEv2.
///
/// # Errors
/// It is malformed.
#[inline(never)]
pub fn ikev2(message: &[u8]) -> Result<u64, ReadError> {
    chain_of_ikev2(ikev2::Message::read(message)?.payloads())
}

/// Ours, of the payloads inside an encrypted one.
///
/// # Errors
/// It is malformed.
#[inline(never)]
pub fn inside(first: PayloadType, body: &[u8]) -> Result<u64, ReadError> {
    chain_of_ikev2(ikev2::payloads_in(first, body, 0))
}

fn chain_of_ikev2(payloads: ikev2::Payloads<'_>) -> Result<u64, ReadError> {
    let mut sum = 0;
    for payload in payloads {
        let payload = payload?;
        sum += u64::from(payload.payload_type.0) + payload.body.len() as u64;
    }
    Ok(sum)
}

/// Ours, of a message of IKEv1.
///
/// # Errors
/// It is malformed.
#[inline(never)]
pub fn ikev1(message: &[u8]) -> Result<u64, ReadError> {
    let mut sum = 0;
    for payload in ikev1::Message::read(message)?.payloads() {
        let payload = payload?;
        sum += u64::from(payload.payload_type.0) + payload.body.len() as u64;
    }
    Ok(sum)
}

/// A walk as short as it can be written, of a message of either version: below it nobody can get.
#[inline(never)]
#[must_use]
pub fn minimal(message: &[u8]) -> Option<u64> {
    let length = u32::from_be_bytes(message.get(24..28)?.try_into().ok()?) as usize;
    if length != message.len() {
        return None;
    }
    minimal_inside(*message.get(16)?, message.get(28..)?)
}

/// The same of payloads that are not behind a header, the first of which has this type.
#[inline(never)]
#[must_use]
pub fn minimal_inside(first: u8, payloads: &[u8]) -> Option<u64> {
    let (mut next, mut rest, mut sum) = (first, payloads, 0);
    while next != 0 {
        let length = usize::from(u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]));
        sum += u64::from(next) + length.checked_sub(4)? as u64;
        next = rest[0];
        rest = rest.get(length..)?;
    }
    rest.is_empty().then_some(sum)
}
