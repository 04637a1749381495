//! A whole IKEv1 message: the header, checked against the bytes, and the body behind it.

use super::chain::Payloads;
use crate::error::ReadError;
use crate::header::{Header, Version};
use crate::numbers::Flags;

/// A message whose header agrees with its bytes. Its payloads are read while they are walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    header: Header,
    body: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads the header of a message of exactly `bytes.len()` bytes, without a non-ESP marker.
    #[inline]
    pub fn read(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let (header, body) = Header::read_whole(bytes, Version::IKEV1)?;
        Ok(Self { header, body })
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Everything behind the header: the payloads, or what they are encrypted to.
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Whether the body is encrypted. RFC 2408 3.1.
    pub const fn is_encrypted(&self) -> bool {
        self.header.flags.contains(Flags::ENCRYPTION)
    }

    /// The payloads in their order. The last item is an error if the chain is broken, or ends before the
    /// message and leaves more than the alignment that RFC 2408 3.6 allows; the only item is an error if the
    /// body is encrypted.
    #[inline]
    pub fn payloads(&self) -> Payloads<'a> {
        if self.is_encrypted() {
            Payloads::encrypted(self.body)
        } else {
            Payloads::whole(self.header.next_payload, self.body, Header::LENGTH)
        }
    }
}
