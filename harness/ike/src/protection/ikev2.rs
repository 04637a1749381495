//! Protection of IKEv2 messages: the chain of payloads in and out of an Encrypted payload (RFC 7296 3.14, RFC 5282, RFC
//! 5930) or an Encrypted Fragment payload (RFC 7383).
//!
//! Pure: which keys are those of the sender, which message is expected and which fragments are missing is not known here.

mod fragments;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;

use crypto::{CipherError, Fault, Provider, Random};
use wire::ikev2::{
    EncryptedFragment, EncryptedParts, Message, MessageBuilder, Payload, Payloads, RawPayload, payloads_in,
    split_padding, write_padding,
};
use wire::{Header, PayloadType, ReadError, WriteError};

use crate::keys::ikev2::{MessageProtection, ProtectionKeys};

pub use fragments::{reassemble, seal_fragments};

/// Checks that `message` was protected with `keys`, and decrypts it. It is one whole message, without a non-ESP marker.
///
/// Payloads before the encrypted one are authenticated with it and otherwise not looked at.
///
/// # Errors
/// The message is not well-formed or not protected, or not with these keys; the fault is the peer's.
pub fn open(provider: &Provider, keys: &ProtectionKeys, message: &[u8]) -> Result<Plain, OpenError> {
    let read = Message::read(message)?;
    let protected = Protected::find(&read)?;
    let protection = keys.protection();
    let checksum_length = protection.checksum_length();
    let parts = EncryptedParts::split(
        protected.body,
        protection.cipher().vector_length(),
        checksum_length,
        protected.offset,
    )?;
    let offset = protected.offset.saturating_add(parts.initialization_vector.len());
    // An encrypted payload ends its message, and so does its checksum.
    let checksum_offset = message.len().saturating_sub(checksum_length);
    let (before_checksum, checksum) = message.split_at(checksum_offset);
    let (associated, _) = message.split_at(protected.offset);
    let mut body = match protection {
        MessageProtection::Cbc { integrity, .. } | MessageProtection::Ctr { integrity, .. } => {
            let computed = provider.hashes.hmac(integrity.hash(), keys.sk_a(), &[before_checksum]);
            if !computed.begins_with(checksum) {
                return Err(OpenError::NotAuthentic { offset: checksum_offset });
            }
            parts.ciphertext.to_vec()
        }
        MessageProtection::Aead(_) => [parts.ciphertext, checksum].concat(),
    };
    decrypt(provider, keys, parts.initialization_vector, associated, &mut body).map_err(
        |error| match error {
            CipherError::NotAuthentic { .. } => OpenError::NotAuthentic { offset: checksum_offset },
            error => OpenError::Cipher { offset, error },
        },
    )?;
    let (payloads, _) = split_padding(&body, offset)?;
    let length = payloads.len();
    body.truncate(length);
    let Protected { first, fragment, .. } = protected;
    Ok(Plain { header: *read.header(), fragment, first, body, offset })
}

/// Pads `plain`, encrypts it with a fresh initialization vector from `random`, and writes the message with its checksum.
///
/// The padding is zeros, and as short as the cipher allows. The header's length and its next payload are made here; its
/// other fields are written as they are.
///
/// # Errors
/// The payloads are too long for one message, or the fragment's numbers contradict each other.
pub fn seal(
    provider: &Provider,
    keys: &ProtectionKeys,
    random: &mut dyn Random,
    plain: &Plain,
) -> Result<Vec<u8>, WriteError> {
    seal_padded(provider, keys, random, plain, 0)
}

/// Seals like [`seal`], with this many bytes of padding more than are needed: whole blocks of the cipher.
///
/// # Errors
/// As with [`seal`]; or there are more than 255 bytes of padding.
pub fn seal_padded(
    provider: &Provider,
    keys: &ProtectionKeys,
    random: &mut dyn Random,
    plain: &Plain,
    more: u8,
) -> Result<Vec<u8>, WriteError> {
    let protection = keys.protection();
    let cipher = protection.cipher();
    let mut body = plain.body.clone();
    let padded = (body.len() + PAD_LENGTH).next_multiple_of(cipher.alignment()) + usize::from(more);
    write_padding(&vec![0; padded - PAD_LENGTH - body.len()], &mut body)?;
    let mut vector = vec![0; cipher.vector_length()];
    random.fill(&mut vector);

    let length = vector.len() + body.len() + protection.checksum_length();
    let builder = MessageBuilder::like(&plain.header);
    let mut message = match plain.fragment {
        None => builder.start_encrypted(plain.first, length)?,
        Some(Fragment { number, total }) => {
            let fragment = EncryptedFragment { first_inside: plain.first, number, total, body: &[] };
            builder.start_fragment(fragment, length)?
        }
    };
    encrypt(provider, keys, &vector, &message, &mut body);
    message.extend_from_slice(&vector);
    message.extend_from_slice(&body);
    if let Some(integrity) = protection.integrity() {
        let checksum = provider.hashes.hmac(integrity.hash(), keys.sk_a(), &[&message]);
        message.extend(checksum.iter().take(integrity.value_length()));
    }
    Ok(message)
}

/// A message before it is encrypted, or after it was decrypted; or one fragment of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// The header. Of a message to seal, its length and next payload are not looked at.
    pub header: Header,
    /// Which part of a message this is, or `None` if it is whole.
    pub fragment: Option<Fragment>,
    /// The type of the first payload in the body; `NONE` if there is none, and in all fragments but the first.
    pub first: PayloadType,
    /// The chain of payloads without padding, or the fragment's part of it.
    pub body: Vec<u8>,
    /// Where the body stands in the message that was opened, in bytes; of a message to seal it is not looked at.
    pub offset: usize,
}

impl Plain {
    /// A whole message to seal.
    #[must_use]
    pub const fn new(header: Header, first: PayloadType, body: Vec<u8>) -> Self {
        Self { header, fragment: None, first, body, offset: 0 }
    }

    /// The payloads in their order. A fragment has to be [reassembled](reassemble) first.
    #[must_use]
    pub fn payloads(&self) -> Payloads<'_> {
        payloads_in(self.first, &self.body, self.offset)
    }
}

/// Which part of a message a fragment is (RFC 7383 2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Its number, from 1 to `total`.
    pub number: u16,
    /// How many there are.
    pub total: u16,
}

/// The length of the field that counts the padding.
const PAD_LENGTH: usize = 1;

/// The encrypted payload at the end of a message.
struct Protected<'a> {
    first: PayloadType,
    fragment: Option<Fragment>,
    /// Initialization vector, ciphertext and checksum.
    body: &'a [u8],
    /// Where they start in the message. What is before them is what an authenticated cipher authenticates beside the
    /// ciphertext: the fields of a fragment too (RFC 5282 5.1, RFC 7383 2.5).
    offset: usize,
}

impl<'a> Protected<'a> {
    fn find(message: &Message<'a>) -> Result<Self, OpenError> {
        let mut payloads = message.payloads();
        while let Some(raw) = payloads.next().transpose()? {
            if let Some(found) = Self::of(&raw)? {
                // RFC 7296 3.14: nothing may follow, and it would not be authenticated.
                payloads.next().transpose()?;
                return Ok(found);
            }
        }
        Err(OpenError::NotProtected)
    }

    fn of(raw: &RawPayload<'a>) -> Result<Option<Self>, ReadError> {
        if !matches!(raw.payload_type, PayloadType::ENCRYPTED | PayloadType::ENCRYPTED_FRAGMENT) {
            return Ok(None);
        }
        let offset = raw.body_offset();
        Ok(match raw.typed()? {
            Payload::Encrypted(whole) => {
                Some(Self { first: whole.first_inside, fragment: None, body: whole.body, offset })
            }
            Payload::EncryptedFragment(part) => Some(Self {
                first: part.first_inside,
                fragment: Some(Fragment { number: part.number, total: part.total }),
                body: part.body,
                offset: offset.saturating_add(EncryptedFragment::HEADER_LENGTH),
            }),
            _ => None,
        })
    }
}

/// Encrypts `body` in place; an authenticated cipher appends its tag.
fn encrypt(provider: &Provider, keys: &ProtectionKeys, vector: &[u8], associated: &[u8], body: &mut Vec<u8>) {
    let (key, salt) = keys.key_and_salt();
    let ciphers = provider.ciphers;
    match keys.protection() {
        MessageProtection::Cbc { cipher, .. } => ciphers.encrypt(cipher, key, vector, body),
        MessageProtection::Ctr { key_length, .. } => {
            ciphers.apply_counter_mode(key_length, key, &counter_block(salt, vector), body)
        }
        MessageProtection::Aead(aead) => ciphers.seal(aead, key, &[salt, vector].concat(), associated, body),
    }
    .expect("keys and vector have their lengths, and the body is padded");
}

/// Decrypts `body` in place; an authenticated cipher takes its tag from the end.
fn decrypt(
    provider: &Provider,
    keys: &ProtectionKeys,
    vector: &[u8],
    associated: &[u8],
    body: &mut Vec<u8>,
) -> Result<(), CipherError> {
    let (key, salt) = keys.key_and_salt();
    let ciphers = provider.ciphers;
    match keys.protection() {
        MessageProtection::Cbc { cipher, .. } => ciphers.decrypt(cipher, key, vector, body),
        MessageProtection::Ctr { key_length, .. } => {
            ciphers.apply_counter_mode(key_length, key, &counter_block(salt, vector), body)
        }
        MessageProtection::Aead(aead) => ciphers.open(aead, key, &[salt, vector].concat(), associated, body),
    }
}

/// The first counter block: the derived nonce, the vector, and a counter that begins at one (RFC 5930 3.1, RFC 3686 4).
fn counter_block(nonce: &[u8], vector: &[u8]) -> [u8; 16] {
    let mut block = [0; 16];
    let parts = nonce.iter().chain(vector).chain(&[0, 0, 0, 1]);
    block.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
    block
}

/// Why a message cannot be opened. Offsets are bytes from the start of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The message, its encrypted payload or its padding is not well-formed.
    Unreadable(ReadError),
    /// There is no encrypted payload.
    NotProtected,
    /// The checksum is not that of the message: another key, or something was changed on the way.
    NotAuthentic {
        /// Where the checksum stands.
        offset: usize,
    },
    /// What is encrypted is not a whole number of blocks.
    Cipher {
        /// Where it starts.
        offset: usize,
        /// What the cipher says.
        error: CipherError,
    },
}

impl OpenError {
    /// Whose fault it is.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Unreadable(_) | Self::NotProtected | Self::NotAuthentic { .. } => Fault::Peer,
            Self::Cipher { error, .. } => error.fault(),
        }
    }
}

impl From<ReadError> for OpenError {
    fn from(error: ReadError) -> Self {
        Self::Unreadable(error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(out),
            Self::NotProtected => out.write_str("the message has no encrypted payload, but has to have one"),
            Self::NotAuthentic { offset } => {
                write!(out, "the checksum at offset {offset} is not that of the message under our keys")
            }
            Self::Cipher { offset, error } => write!(out, "at offset {offset}: {error}"),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(error) => Some(error),
            Self::Cipher { error, .. } => Some(error),
            Self::NotProtected | Self::NotAuthentic { .. } => None,
        }
    }
}
