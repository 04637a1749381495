//! A message of either version: told apart by the major version in the header that both share.

use crate::error::{ReadError, Reason, Within};
use crate::header::{Header, Version};
use crate::{ikev1, ikev2};

/// A message of IKEv1 or of IKEv2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// Major version 1.
    Ikev1(ikev1::Message<'a>),
    /// Major version 2.
    Ikev2(ikev2::Message<'a>),
}

impl<'a> Message<'a> {
    /// Reads the header of a message of exactly `bytes.len()` bytes, without a non-ESP marker. Who has to answer a
    /// message of another major version (RFC 7296 2.5) reads its [`Header`] alone.
    pub fn read(bytes: &'a [u8]) -> Result<Self, ReadError> {
        const IKEV1: u8 = Version::IKEV1.major();
        const IKEV2: u8 = Version::IKEV2.major();
        match Header::read(bytes)?.version.major() {
            IKEV1 => ikev1::Message::read(bytes).map(Self::Ikev1),
            IKEV2 => ikev2::Message::read(bytes).map(Self::Ikev2),
            found => {
                let reason = Reason::UnknownMajorVersion { found };
                Err(ReadError::new(Header::VERSION_OFFSET, Within::Message, reason))
            }
        }
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        match self {
            Self::Ikev1(message) => message.header(),
            Self::Ikev2(message) => message.header(),
        }
    }
}
