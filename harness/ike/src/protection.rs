//! Protection of IKEv1 messages: the chain of payloads in and out of CBC (RFC 2409 5 and appendix B).
//!
//! Pure: the initialization vector goes in, and the one for the message after comes out. Which message is expected,
//! and whether what was decrypted makes sense, is not known here. IKEv2's is in [`ikev2`].

pub mod ikev2;

use std::error::Error;
use std::fmt;

use crypto::{CipherAlgorithm, CipherError, Ciphers, Fault, Hashes};
use wire::Header;
use wire::ikev1::{Message, MessageBuilder, Payloads, payloads_in};

use crate::keys::{CipherKey, PhaseOneAlgorithms, PublicValues};

/// Decrypts `message`. Gives what is in it, and the vector of the message after it in the same exchange.
///
/// CBC authenticates nothing: with a wrong key or vector the result is garbage, not an error.
///
/// # Errors
/// The message is not encrypted, or cannot have been encrypted with this cipher; the fault is the peer's.
pub fn open(
    ciphers: &dyn Ciphers,
    key: &CipherKey,
    vector: &InitializationVector,
    message: &Message<'_>,
) -> Result<(Plain, InitializationVector), OpenError> {
    if !message.is_encrypted() {
        return Err(OpenError::NotEncrypted);
    }
    if message.body().is_empty() {
        return Err(OpenError::Empty);
    }
    let mut body = message.body().to_vec();
    ciphers.decrypt(key.algorithm(), key.as_bytes(), vector.block(key.algorithm()), &mut body)?;
    let next = InitializationVector::after(key.algorithm(), message.body());
    Ok((Plain { header: *message.header(), body }, next))
}

/// Pads `plain` with zeros to whole blocks, encrypts it and writes the message. Gives the message, and the vector of
/// the message after it in the same exchange.
///
/// A chain that fills its blocks gets no padding, as IOS does it. The header's length and its encryption flag are
/// made here; its other fields are written as they are.
#[must_use]
pub fn seal(
    ciphers: &dyn Ciphers,
    key: &CipherKey,
    vector: &InitializationVector,
    plain: &Plain,
) -> (Vec<u8>, InitializationVector) {
    let cipher = key.algorithm();
    let mut body = plain.body.clone();
    body.resize(body.len().next_multiple_of(cipher.block_length()), 0);
    ciphers
        .encrypt(cipher, key.as_bytes(), vector.block(cipher), &mut body)
        .expect("a cipher key has its cipher's length, and the body is padded");
    let next = if body.is_empty() { *vector } else { InitializationVector::after(cipher, &body) };
    let message = MessageBuilder::like(&plain.header)
        .encrypted(plain.header.next_payload, &body)
        .expect("payloads in memory do not fill 4 GB");
    (message, next)
}

/// A message before it is encrypted, or after it was decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// The header. Its next payload is the type of the first payload in the body.
    pub header: Header,
    /// The chain of payloads; behind it, in a message that was decrypted, the padding.
    pub body: Vec<u8>,
}

impl Plain {
    /// The payloads in their order; what stands behind the last one is padding, whatever it is (RFC 2409 5).
    #[must_use]
    pub fn payloads(&self) -> Payloads<'_> {
        payloads_in(self.header.next_payload, &self.body, Header::LENGTH)
    }
}

/// An initialization vector: the last block of the message before, or for a first message a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InitializationVector([u8; Self::LONGEST]);

impl InitializationVector {
    /// The length in bytes of the longest block of any cipher. What a shorter block leaves over is zero.
    const LONGEST: usize = 16;

    /// The vector of the first encrypted message of phase 1: `hash(g^xi | g^xr)` (RFC 2409 appendix B).
    #[must_use]
    pub fn of_phase_one(
        hashes: &dyn Hashes,
        algorithms: PhaseOneAlgorithms,
        publics: PublicValues<'_>,
    ) -> Self {
        let digest = hashes.hash(algorithms.hash, &[publics.initiator, publics.responder]);
        Self::cut(algorithms.cipher, &digest)
    }

    /// The vector of the first message of an exchange under phase 1: `hash(last block of phase 1 | M-ID)`, where `self`
    /// is the vector that the last message of phase 1 gave (RFC 2409 appendix B).
    #[must_use]
    pub fn of_exchange(&self, hashes: &dyn Hashes, algorithms: PhaseOneAlgorithms, message_id: u32) -> Self {
        let digest =
            hashes.hash(algorithms.hash, &[self.block(algorithms.cipher), &message_id.to_be_bytes()]);
        Self::cut(algorithms.cipher, &digest)
    }

    /// The vector as `cipher` takes it: one block.
    #[must_use]
    pub fn block(&self, cipher: CipherAlgorithm) -> &[u8] {
        self.0.get(..cipher.block_length()).unwrap_or(&self.0)
    }

    /// The vector that a message of this ciphertext leaves behind: its last block.
    fn after(cipher: CipherAlgorithm, ciphertext: &[u8]) -> Self {
        let (_, last) = ciphertext.split_at(ciphertext.len().saturating_sub(cipher.block_length()));
        Self::cut(cipher, last)
    }

    /// The first block of `bytes`; every hash is at least as long as every cipher's block.
    fn cut(cipher: CipherAlgorithm, bytes: &[u8]) -> Self {
        let mut vector = [0; Self::LONGEST];
        vector.iter_mut().zip(bytes).take(cipher.block_length()).for_each(|(to, from)| *to = *from);
        Self(vector)
    }
}

/// Why a message cannot be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The encryption flag is not set.
    NotEncrypted,
    /// Nothing follows the header.
    Empty,
    /// What follows the header is not a whole number of blocks.
    Cipher(CipherError),
}

impl OpenError {
    /// Whose fault it is.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::NotEncrypted | Self::Empty => Fault::Peer,
            Self::Cipher(error) => error.fault(),
        }
    }
}

impl From<CipherError> for OpenError {
    fn from(error: CipherError) -> Self {
        Self::Cipher(error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEncrypted => out.write_str("the message is not encrypted, but has to be"),
            Self::Empty => {
                out.write_str("the message is said to be encrypted, but nothing follows its header")
            }
            Self::Cipher(error) => error.fmt(out),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Cipher(error) => Some(error),
            Self::NotEncrypted | Self::Empty => None,
        }
    }
}

#[cfg(test)]
mod tests;
