//! A whole IKEv2 message: the header, checked against the bytes, and the payloads behind it.

use super::chain::{Payloads, payloads_in};
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
        let (header, body) = Header::read_whole(bytes, Version::IKEV2)?;
        Ok(Self { header, body })
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Everything behind the header.
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Whether this answers a request. RFC 7296 3.1.
    pub const fn is_response(&self) -> bool {
        self.header.flags.contains(Flags::RESPONSE)
    }

    /// Whether the original initiator of the IKE SA sent this. RFC 7296 3.1.
    pub const fn is_from_initiator(&self) -> bool {
        self.header.flags.contains(Flags::INITIATOR)
    }

    /// The payloads in their order, an encrypted one as the last. The last item is an error if the chain is
    /// broken or does not fill the message.
    #[inline]
    pub const fn payloads(&self) -> Payloads<'a> {
        payloads_in(self.header.next_payload, self.body, Header::LENGTH)
    }
}
