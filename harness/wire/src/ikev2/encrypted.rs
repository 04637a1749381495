//! The Encrypted and Encrypted Fragment payloads (RFC 7296 3.14, RFC 7383 2.5), and the padding inside them.
//! What their ciphertext means, and how long its parts are, is known to whoever has the keys.

use super::fixed::truncated;
use crate::error::{ReadError, Reason, Within, WriteError, count};
use crate::numbers::PayloadType;

/// The body of an Encrypted payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encrypted<'a> {
    /// The type of the first payload inside.
    pub first_inside: PayloadType,
    /// Initialization vector, ciphertext and integrity checksum: see [`EncryptedParts`].
    pub body: &'a [u8],
}

/// The body of an Encrypted Fragment payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncryptedFragment<'a> {
    /// The type of the first payload inside; zero in all fragments but the first.
    pub first_inside: PayloadType,
    /// The number of this fragment, from 1 on.
    pub number: u16,
    /// How many fragments there are: at least `number`.
    pub total: u16,
    /// Initialization vector, ciphertext and integrity checksum: see [`EncryptedParts`].
    pub body: &'a [u8],
}

impl<'a> EncryptedFragment<'a> {
    /// The length of the two numbers in bytes: how far behind the start of the payload's body `body` starts.
    pub const HEADER_LENGTH: usize = 4;

    pub(super) fn read(first_inside: PayloadType, body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let payload_type = PayloadType::ENCRYPTED_FRAGMENT;
        let Some((&[number_high, number_low, total_high, total_low], body)) =
            body.split_first_chunk::<{ EncryptedFragment::HEADER_LENGTH }>()
        else {
            return Err(truncated(payload_type, Self::HEADER_LENGTH, body, offset));
        };
        let number = u16::from_be_bytes([number_high, number_low]);
        let total = u16::from_be_bytes([total_high, total_low]);
        let fragment = Self { first_inside, number, total, body };
        if !fragment.is_counted() {
            let reason = Reason::FragmentNumber { number, total };
            return Err(ReadError::new(offset, Within::Payload(payload_type), reason));
        }
        Ok(fragment)
    }

    /// RFC 7383 2.5: numbers begin with 1 and do not exceed the total.
    const fn is_counted(&self) -> bool {
        self.number >= 1 && self.number <= self.total
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        if !self.is_counted() {
            return Err(WriteError::FragmentNumber { number: self.number, total: self.total });
        }
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.total.to_be_bytes());
        out.extend_from_slice(self.body);
        Ok(())
    }
}

/// The parts of what an encrypted payload holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncryptedParts<'a> {
    /// What the cipher starts from.
    pub initialization_vector: &'a [u8],
    /// The payloads inside and their padding, encrypted.
    pub ciphertext: &'a [u8],
    /// The checksum at the end: of the message, or the tag of an authenticated cipher.
    pub integrity_checksum: &'a [u8],
}

impl<'a> EncryptedParts<'a> {
    /// Separates the parts of `body`, which starts at `offset` in the message, by the lengths of the first and
    /// the last in bytes.
    pub fn split(
        body: &'a [u8],
        vector_length: usize,
        checksum_length: usize,
        offset: usize,
    ) -> Result<Self, ReadError> {
        let parts = || {
            let (initialization_vector, behind) = body.split_at_checked(vector_length)?;
            let ciphertext_length = behind.len().checked_sub(checksum_length)?;
            let (ciphertext, integrity_checksum) = behind.split_at_checked(ciphertext_length)?;
            Some(Self { initialization_vector, ciphertext, integrity_checksum })
        };
        let needed = vector_length.saturating_add(checksum_length);
        parts().ok_or_else(|| truncated(PayloadType::ENCRYPTED, needed, body, offset))
    }
}

/// Separates what was decrypted into the payloads and their padding, without the byte behind it that counts it.
/// `decrypted` starts at `offset`, for the offset that an error carries.
pub fn split_padding(decrypted: &[u8], offset: usize) -> Result<(&[u8], &[u8]), ReadError> {
    let Some((&length, before)) = decrypted.split_last() else {
        return Err(truncated(PayloadType::ENCRYPTED, 1, decrypted, offset));
    };
    let split = before.len().checked_sub(usize::from(length)).and_then(|end| before.split_at_checked(end));
    split.ok_or_else(|| {
        let reason = Reason::LengthTooLarge { length: u32::from(length), available: count(before.len()) };
        let pad_length = offset.saturating_add(before.len());
        ReadError::new(pad_length, Within::Payload(PayloadType::ENCRYPTED), reason)
    })
}

/// Appends padding, at most 255 bytes, and the byte that counts it to payloads that are to be encrypted.
pub fn write_padding(padding: &[u8], out: &mut Vec<u8>) -> Result<(), WriteError> {
    let length = u8::try_from(padding.len()).map_err(|_| WriteError::TooLong {
        what: "padding",
        length: padding.len(),
        most: usize::from(u8::MAX),
    })?;
    out.extend_from_slice(padding);
    out.push(length);
    Ok(())
}
