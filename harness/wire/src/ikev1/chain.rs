//! The chain of payloads: generic headers (RFC 2408 3.2) and the bodies between them, not yet read.

use super::payload::Payload;
use crate::error::{ReadError, Reason, Within, count};
use crate::generic_header::{self, Block};
use crate::numbers::PayloadType;

/// A payload as it stands in its chain: whole, its body not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawPayload<'a> {
    /// What the field before it announced.
    pub payload_type: PayloadType,
    /// What its own generic header announces as the next one; `NONE` in the last.
    pub next: PayloadType,
    /// The reserved byte of the generic header.
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
    #[inline(always)]
    pub fn typed(&self) -> Result<Payload<'a>, ReadError> {
        Payload::read(self.payload_type, self.body, self.body_offset())
    }

    /// Where the body starts, in bytes from the start of the message.
    pub const fn body_offset(&self) -> usize {
        self.offset.saturating_add(Self::HEADER_LENGTH)
    }
}

/// Walks the payloads of a decrypted body, the first of which has type `first`. `base_offset` is where
/// `bytes` start, for the offsets that payloads and errors carry. What is left behind the last payload is
/// padding and no error: [`Payloads::rest`] tells it.
#[inline]
pub const fn payloads_in(first: PayloadType, bytes: &[u8], base_offset: usize) -> Payloads<'_> {
    Payloads { next: first, rest: bytes, offset: base_offset, end: End::Padding }
}

/// The payloads of a chain in their order; nothing follows an error.
#[derive(Clone, Debug)]
pub struct Payloads<'a> {
    next: PayloadType,
    rest: &'a [u8],
    offset: usize,
    end: End,
}

/// What may stand behind the last payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Any bytes: the padding of an encrypted message.
    Padding,
    /// At most what makes the length of the message a multiple of four. RFC 2408 3.6.
    Alignment,
    /// Everything is still encrypted.
    Encrypted,
    /// The walk is over.
    Reached,
}

impl<'a> Payloads<'a> {
    pub(super) const fn whole(first: PayloadType, bytes: &'a [u8], base_offset: usize) -> Self {
        Self { next: first, rest: bytes, offset: base_offset, end: End::Alignment }
    }

    pub(super) const fn encrypted(body: &'a [u8]) -> Self {
        Self { next: PayloadType::NONE, rest: body, offset: crate::Header::LENGTH, end: End::Encrypted }
    }

    /// What is not walked yet: after the last payload, what stands behind it.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Where [`rest`](Self::rest) starts, in bytes from the start of the message.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The end of the chain: an error if something stands there that must not.
    #[inline]
    fn finish(&mut self) -> Option<ReadError> {
        let reason = match self.end {
            End::Encrypted => Reason::Encrypted,
            End::Alignment if !is_alignment(self.rest, self.offset) => {
                Reason::TrailingBytes { count: count(self.rest.len()) }
            }
            End::Alignment | End::Padding | End::Reached => return None,
        };
        self.end = End::Reached;
        Some(ReadError::new(self.offset, Within::Message, reason))
    }
}

impl<'a> Iterator for Payloads<'a> {
    type Item = Result<RawPayload<'a>, ReadError>;

    // Behind a call each payload would go through memory: walking six takes 57 ns then, and 9 ns so, as much
    // as a walk written by hand.
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.next == PayloadType::NONE {
            return self.finish().map(Err);
        }
        match generic_header::split(self.next, self.rest, self.offset) {
            Ok(Block { next, second, length, body, rest }) => {
                let payload =
                    RawPayload { payload_type: self.next, next, reserved: second, offset: self.offset, body };
                self.next = next;
                self.rest = rest;
                self.offset = self.offset.saturating_add(length);
                Some(Ok(payload))
            }
            Err(error) => {
                self.next = PayloadType::NONE;
                self.end = End::Reached;
                Some(Err(error))
            }
        }
    }
}

impl core::iter::FusedIterator for Payloads<'_> {}

/// Whether these bytes at the end only make the length of the message a multiple of four.
fn is_alignment(rest: &[u8], offset: usize) -> bool {
    let end = offset.saturating_add(rest.len());
    rest.is_empty() || (rest.len() < 4 && end.is_multiple_of(4))
}
