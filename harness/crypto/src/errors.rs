//! Why something was refused, and whose fault that is.

use std::error::Error;
use std::fmt;

use crate::{CipherAlgorithm, Group, SignatureScheme};

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
        algorithm: CipherAlgorithm,
        /// The length in bytes of the key given.
        found: usize,
    },
    /// The initialization vector is not one block.
    InitializationVectorLength {
        /// The algorithm asked for.
        algorithm: CipherAlgorithm,
        /// The length in bytes of the vector given.
        found: usize,
    },
    /// What is to be encrypted is not padded to whole blocks.
    PlaintextLength {
        /// The algorithm asked for.
        algorithm: CipherAlgorithm,
        /// The length in bytes of the data given.
        found: usize,
    },
    /// What is to be decrypted cannot have been encrypted so: it does not consist of whole blocks.
    CiphertextLength {
        /// The algorithm asked for.
        algorithm: CipherAlgorithm,
        /// The length in bytes of the data given.
        found: usize,
    },
}

impl CipherError {
    /// Whose fault it is.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self {
            Self::CiphertextLength { .. } => Fault::Peer,
            Self::KeyLength { .. }
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
                algorithm.block_length()
            ),
            Self::PlaintextLength { algorithm, found } => write!(
                f,
                "{found} bytes were to be encrypted with {algorithm} without padding them to a multiple of {}",
                algorithm.block_length()
            ),
            Self::CiphertextLength { algorithm, found } => write!(
                f,
                "{found} encrypted bytes are not a multiple of {algorithm}'s block of {}",
                algorithm.block_length()
            ),
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
    /// The value is 0, 1, p-1 or at least p: the shared secret would be known to all (RFC 6989 2.1).
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
    /// The key is of another algorithm than RSA.
    NotRsa,
    /// The modulus is so long that verifying would cost too much.
    TooLarge {
        /// The length of the modulus in bits.
        bits: usize,
    },
    /// Modulus or exponent cannot be those of an RSA key: even, zero, or an exponent beyond 2^33.
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
            Self::NotRsa => f.write_str("the public key is not an RSA key"),
            Self::TooLarge { bits } => {
                write!(
                    f,
                    "the RSA modulus has {bits} bits, more than the {} worked with",
                    Self::LARGEST_MODULUS
                )
            }
            Self::Unusable => {
                f.write_str("the modulus or the exponent of the public key cannot be those of RSA")
            }
        }
    }
}

impl Error for PublicKeyRefused {}

/// A signature that does not hold.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum SignatureRefused {
    /// The key itself is refused.
    PublicKey(PublicKeyRefused),
    /// No signature of this scheme fits the key.
    KeyTooSmall {
        /// The scheme asked for.
        scheme: SignatureScheme,
        /// The length of the modulus in bytes.
        modulus: usize,
    },
    /// The signature has another length than the key's modulus.
    Length {
        /// The length of the modulus in bytes.
        expected: usize,
        /// The length of the signature in bytes.
        found: usize,
    },
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
            Self::KeyTooSmall { .. } | Self::Length { .. } | Self::Mismatch => None,
        }
    }
}

/// A signature that could not be made.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum SignError {
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
        /// `"PKCS#8"` or `"PKCS#1"`.
        structure: &'static str,
    },
    /// The key is of another algorithm than RSA.
    NotRsa,
    /// The numbers do not make an RSA key of two primes.
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
            Self::NotRsa => f.write_str("the private key is not an RSA key"),
            Self::Inconsistent => f.write_str("the numbers of the private key do not make an RSA key"),
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
