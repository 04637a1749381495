//! The chain of payloads: generic headers (RFC 7296 3.2) and the bodies between them, not yet read.

use super::payload::Payload;
use crate::error::{ReadError, Reason, Within, count};
use crate::generic_header::{self, Block};
use crate::numbers::PayloadType;

/// The critical bit in the second byte of the generic header; the other bits are reserved.
const CRITICAL: u8 = 0x80;

/// A payload as it stands in its chain: whole, its body not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawPayload<'a> {
    /// What the field before it announced.
    pub payload_type: PayloadType,
    /// What its own generic header announces as the next one; `NONE` in the last. In an encrypted payload it is
    /// the first of those inside (RFC 7296 3.14, RFC 7383 2.5), which ends the chain around it.
    pub next: PayloadType,
    /// Whether a receiver that does not know the type has to refuse the message. RFC 7296 2.5.
    pub critical: bool,
    /// The seven reserved bits of the generic header.
    pub reserved: u8,
    /// Where its generic header starts, in bytes from the start of the message.
    pub offset: usize,
    /// What follows the generic header.
    pub body: &'a [u8],
}

impl<'a> RawPayload<'a> {
    /// The length of the generic header in bytes.
    pub const HEADER_LENGTH: usize = generic_header::LENGTH;

    /// Reads the body as what the type says.
    #[inline]
    pub fn typed(&self) -> Result<Payload<'a>, ReadError> {
        Payload::read(self)
    }

    /// Where the body starts, in bytes from the start of the message.
    pub const fn body_offset(&self) -> usize {
        self.offset.saturating_add(Self::HEADER_LENGTH)
    }
}

/// The second byte of a generic header.
pub(super) const fn second_byte(critical: bool, reserved: u8) -> u8 {
    let bit = if critical { CRITICAL } else { 0 };
    bit | (reserved & !CRITICAL)
}

/// Whether a payload of this type ends the chain that it stands in, as the next payload field of its generic
/// header speaks of what is encrypted in it.
pub(super) const fn is_encrypted(payload_type: PayloadType) -> bool {
    matches!(payload_type, PayloadType::ENCRYPTED | PayloadType::ENCRYPTED_FRAGMENT)
}

/// Walks payloads that fill `bytes`, the first of which has type `first`: those of a message, or those of a
/// decrypted body without its padding (see [`split_padding`](super::split_padding)). `base_offset` is where
/// `bytes` start, for the offsets that payloads and errors carry.
#[inline]
pub const fn payloads_in(first: PayloadType, bytes: &[u8], base_offset: usize) -> Payloads<'_> {
    Payloads { next: first, rest: bytes, offset: base_offset }
}

/// The payloads of a chain in their order; nothing follows an error.
#[derive(Clone, Debug)]
pub struct Payloads<'a> {
    next: PayloadType,
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Payloads<'a> {
    /// What is not walked yet; empty at the end of a chain without errors.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Where [`rest`](Self::rest) starts, in bytes from the start of the message.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Ends the walk; what is left is not looked at again.
    fn stop(&mut self) {
        self.next = PayloadType::NONE;
        self.offset = self.offset.saturating_add(self.rest.len());
        self.rest = &[];
    }
}

impl<'a> Iterator for Payloads<'a> {
    type Item = Result<RawPayload<'a>, ReadError>;

    // Inlined for the same reason as its counterpart in IKEv1.
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.next == PayloadType::NONE {
            if self.rest.is_empty() {
                return None;
            }
            let reason = Reason::TrailingBytes { count: count(self.rest.len()) };
            let error = ReadError::new(self.offset, Within::Message, reason);
            self.stop();
            return Some(Err(error));
        }
        match generic_header::split(self.next, self.rest, self.offset) {
            Ok(Block { next, second, length, body, rest }) => {
                let payload = RawPayload {
                    payload_type: self.next,
                    next,
                    critical: second & CRITICAL != 0,
                    reserved: second & !CRITICAL,
                    offset: self.offset,
                    body,
                };
                self.next = if is_encrypted(self.next) { PayloadType::NONE } else { next };
                self.rest = rest;
                self.offset = self.offset.saturating_add(length);
                Some(Ok(payload))
            }
            Err(error) => {
                self.stop();
                Some(Err(error))
            }
        }
    }
}

impl core::iter::FusedIterator for Payloads<'_> {}
