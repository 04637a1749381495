//! Why something was refused, and whose fault that is.

use std::error::Error;
use std::fmt;

use crate::{AeadAlgorithm, Group, PublicKeyKind, SignatureScheme, SymmetricCipher};

/// Who has to do something about an error.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Whoever sent the value: the peer, or the issuer of a certificate.
    Peer,
    /// Whoever configured the key that we were given.
    Configuration,
    /// The machine that we run on.
    Environment,
    /// The code that called: a mistake of ours.
    Caller,
}

/// Data that a cipher cannot work on.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum CipherError {
    /// The key has another length than the algorithm's.
    KeyLength {
        /// The algorithm asked for.
        algorithm: SymmetricCipher,
        /// The length in bytes of the key given.
        found: usize,
    },
    /// The initialization vector is not one block.
    InitializationVectorLength {
        /// The algorithm asked for.
        algorithm: SymmetricCipher,
        /// The length in bytes of the vector given.
        found: usize,
    },
    /// The nonce has another length than the algorithm's.
    NonceLength {
        /// The algorithm asked for.
        algorithm: AeadAlgorithm,
        /// The length in bytes of the nonce given.
        found: usize,
    },
    /// What is to be encrypted is not padded to whole blocks.
    PlaintextLength {
        /// The algorithm asked for.
        algorithm: SymmetricCipher,
        /// The length in bytes of the data given.
        found: usize,
    },
    /// What is to be decrypted cannot have been encrypted so: it does not consist of whole blocks, or is shorter than the
    /// tag.
    CiphertextLength {
        /// The algorithm asked for.
        algorithm: SymmetricCipher,
        /// The length in bytes of the data given.
        found: usize,
    },
    /// The tag is not that of the data under this key and nonce.
    NotAuthentic {
        /// The algorithm asked for.
        algorithm: AeadAlgorithm,
    },
}

impl CipherError {
    /// Whose fault it is.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::CiphertextLength { .. } | Self::NotAuthentic { .. } => Fault::Peer,
            Self::KeyLength { .. }
            | Self::NonceLength { .. }
            | Self::InitializationVectorLength { .. }
            | Self::PlaintextLength { .. } => Fault::Caller,
        }
    }
}

impl fmt::Display for CipherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyLength { algorithm, found } => {
                write!(
                    f,
                    "a key of {found} bytes was given to {algorithm}, which takes {}",
                    algorithm.key_length()
                )
            }
            Self::InitializationVectorLength { algorithm, found } => write!(
                f,
                "an initialization vector of {found} bytes was given to {algorithm}, which takes {}",
                algorithm.vector_length()
            ),
            Self::NonceLength { algorithm, found } => write!(
                f,
                "a nonce of {found} bytes was given to {algorithm}, which takes {}",
                algorithm.nonce_length()
            ),
            Self::PlaintextLength { algorithm, found } => write!(
                f,
                "{found} bytes were to be encrypted with {algorithm} without padding them to a multiple of {}",
                algorithm.alignment()
            ),
            Self::CiphertextLength { algorithm: SymmetricCipher::Aead(aead), found } => {
                write!(f, "{found} bytes are too few for {aead}")
            }
            Self::CiphertextLength { algorithm, found } => write!(
                f,
                "{found} encrypted bytes are not a multiple of {algorithm}'s block of {}",
                algorithm.alignment()
            ),
            Self::NotAuthentic { algorithm } => {
                write!(
                    f,
                    "the tag is not that of the data: another key of {algorithm}, or something was changed"
                )
            }
        }
    }
}

impl Error for CipherError {}

/// A peer's public value that is none.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum AgreementError {
    /// The value has another length than the group's.
    Length {
        /// The group negotiated.
        group: Group,
        /// The length in bytes of the value received.
        found: usize,
    },
    /// The value is 0, 1, p-1 or at least p, or a point of small order of Curve25519: the shared secret would be known to
    /// all (RFC 6989 2.1, RFC 7748 6.1).
    OutOfRange {
        /// The group negotiated.
        group: Group,
    },
    /// The coordinates are not those of a point of the curve (RFC 6989 2.3).
    NotOnCurve {
        /// The group negotiated.
        group: Group,
    },
}

impl AgreementError {
    /// Whose fault it is: always the peer's.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Peer
    }
}

impl fmt::Display for AgreementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { group, found } => write!(
                f,
                "the peer's public value has {found} bytes, {group} (group {}) has {}",
                group.number(),
                group.public_length()
            ),
            Self::OutOfRange { group: Group::X25519 } => {
                f.write_str("the peer's public value is a point of small order of Curve25519 (group 31)")
            }
            Self::OutOfRange { group } => {
                write!(
                    f,
                    "the peer's public value is not between 2 and p-2 of {group} (group {})",
                    group.number()
                )
            }
            Self::NotOnCurve { group } => {
                write!(f, "the peer's public value is no point of {group} (group {})", group.number())
            }
        }
    }
}

impl Error for AgreementError {}

/// A public key that cannot verify anything.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum PublicKeyRefused {
    /// The bytes are not the DER of a SubjectPublicKeyInfo, or its key is not what its algorithm says.
    Unreadable,
    /// The key is of an algorithm or a curve that nothing here verifies with.
    OtherAlgorithm,
    /// The modulus is so long that verifying would cost too much.
    TooLarge {
        /// The length of the modulus in bits.
        bits: usize,
    },
    /// The numbers cannot be those of such a key: an RSA modulus or exponent that is even or zero, an exponent beyond 2^33,
    /// or a point that is not on the curve or of small order.
    Unusable,
}

impl PublicKeyRefused {
    /// The length in bits of the longest modulus that is still worked with.
    pub const LARGEST_MODULUS: usize = 16_384;

    /// Whose fault it is: that of whoever sent the key.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Peer
    }
}

impl fmt::Display for PublicKeyRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => f.write_str("the public key is not a readable SubjectPublicKeyInfo"),
            Self::OtherAlgorithm => f.write_str(
                "the public key is neither RSA nor Ed25519 nor of the curves P-256, P-384 and P-521",
            ),
            Self::TooLarge { bits } => {
                write!(
                    f,
                    "the RSA modulus has {bits} bits, more than the {} worked with",
                    Self::LARGEST_MODULUS
                )
            }
            Self::Unusable => f.write_str("the numbers of the public key cannot be those of its algorithm"),
        }
    }
}

impl Error for PublicKeyRefused {}

/// A signature that does not hold.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum SignatureRefused {
    /// The key itself is refused.
    PublicKey(PublicKeyRefused),
    /// Keys of this kind make no signatures of this scheme.
    OtherKind {
        /// The scheme asked for.
        scheme: SignatureScheme,
        /// What the key is.
        key: PublicKeyKind,
    },
    /// No signature of this scheme fits the key.
    KeyTooSmall {
        /// The scheme asked for.
        scheme: SignatureScheme,
        /// The length of the modulus in bytes.
        modulus: usize,
    },
    /// The signature has another length than the key's signatures in this scheme.
    Length {
        /// The length in bytes of the key's signatures.
        expected: usize,
        /// The length of the signature in bytes.
        found: usize,
    },
    /// The signature is no DER Ecdsa-Sig-Value (RFC 3279 2.2.3).
    Unreadable,
    /// The signature was made with another key, over another message or in another scheme.
    Mismatch,
}

impl SignatureRefused {
    /// Whose fault it is: always that of whoever signed.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Peer
    }
}

impl From<PublicKeyRefused> for SignatureRefused {
    fn from(reason: PublicKeyRefused) -> Self {
        Self::PublicKey(reason)
    }
}

impl fmt::Display for SignatureRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PublicKey(reason) => reason.fmt(f),
            Self::OtherKind { scheme, key } => write!(f, "a key of {key} makes no signatures of {scheme}"),
            Self::Unreadable => f.write_str("the signature is not the DER of the two numbers of ECDSA"),
            Self::KeyTooSmall { scheme, modulus } => {
                write!(
                    f,
                    "a key of {} bits is too small for {scheme} over this message",
                    modulus.saturating_mul(8)
                )
            }
            Self::Length { expected, found } => {
                write!(f, "the signature has {found} bytes, the key's signatures have {expected}")
            }
            Self::Mismatch => f.write_str("the signature is not that of the message under this key"),
        }
    }
}

impl Error for SignatureRefused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::PublicKey(reason) => Some(reason),
            Self::OtherKind { .. }
            | Self::KeyTooSmall { .. }
            | Self::Length { .. }
            | Self::Unreadable
            | Self::Mismatch => None,
        }
    }
}

/// A signature that could not be made.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum SignError {
    /// Keys of this kind make no signatures of this scheme.
    OtherKind {
        /// The scheme asked for.
        scheme: SignatureScheme,
        /// What the key is.
        key: PublicKeyKind,
    },
    /// The key is too small for the scheme over this message: a 512-bit key and a digest of SHA-512, for example.
    KeyTooSmall {
        /// The scheme asked for.
        scheme: SignatureScheme,
        /// The length of the modulus in bytes.
        modulus: usize,
    },
    /// The private key does not fit its own public key: what it made does not verify.
    InconsistentKey,
}

impl SignError {
    /// Whose fault it is: always that of whoever chose the key.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Configuration
    }
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyTooSmall { scheme, modulus } => {
                write!(
                    f,
                    "our key of {} bits is too small for {scheme} over this message",
                    modulus.saturating_mul(8)
                )
            }
            Self::OtherKind { scheme, key } => {
                write!(f, "our key of {key} makes no signatures of {scheme}")
            }
            Self::InconsistentKey => f.write_str("our private key does not fit its public key"),
        }
    }
}

impl Error for SignError {}

/// A private key that cannot be used.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum PrivateKeyRefused {
    /// The bytes are not the DER of the structure named.
    Unreadable {
        /// `"PKCS#8"`, `"PKCS#1"` or `"SEC 1"`.
        structure: &'static str,
    },
    /// The key is of an algorithm or a curve that nothing here signs with, or that was not asked for.
    OtherAlgorithm,
    /// The numbers do not make a key: not an RSA key of two primes, or a secret beyond the order of the curve.
    Inconsistent,
}

impl PrivateKeyRefused {
    /// Whose fault it is: that of whoever supplied the key.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Configuration
    }
}

impl fmt::Display for PrivateKeyRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { structure } => write!(f, "the private key is not readable as {structure} DER"),
            Self::OtherAlgorithm => f.write_str("the private key is of an algorithm that is not wanted here"),
            Self::Inconsistent => f.write_str("the numbers of the private key do not belong together"),
        }
    }
}

impl Error for PrivateKeyRefused {}

/// The operating system has no random bytes to give.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct NoEntropy;

impl NoEntropy {
    /// Whose fault it is: the machine's.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        Fault::Environment
    }
}

impl fmt::Display for NoEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system's random source does not answer")
    }
}

impl Error for NoEntropy {}
