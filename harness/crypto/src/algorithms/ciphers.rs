//! Ciphers: what encrypts messages.

use std::fmt;

use super::ACCEPTABLE_STRENGTH;
use crate::CipherError;

/// A block cipher in CBC mode: what protects the messages of IKEv1, and of IKEv2 beside an
/// [`IntegrityAlgorithm`](crate::IntegrityAlgorithm).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CipherAlgorithm {
    /// DES in CBC mode (RFC 2405): the default of IOS, and weak.
    DesCbc,
    /// Triple DES with three keys, encrypt-decrypt-encrypt, in outer CBC mode (RFC 2451).
    TripleDesCbc,
    /// AES in CBC mode with a key of 128 bits (RFC 3602).
    AesCbc128,
    /// AES in CBC mode with a key of 192 bits (RFC 3602).
    AesCbc192,
    /// AES in CBC mode with a key of 256 bits (RFC 3602).
    AesCbc256,
}

impl CipherAlgorithm {
    /// Every cipher, weakest first.
    pub const ALL: [Self; 5] =
        [Self::DesCbc, Self::TripleDesCbc, Self::AesCbc128, Self::AesCbc192, Self::AesCbc256];

    /// The length of the key in bytes; for DES and Triple DES with the parity bits.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::DesCbc => 8,
            Self::TripleDesCbc | Self::AesCbc192 => 24,
            Self::AesCbc128 => 16,
            Self::AesCbc256 => 32,
        }
    }

    /// The length in bytes of a block, which is that of an initialization vector too.
    #[must_use]
    pub const fn block_length(self) -> usize {
        match self {
            Self::DesCbc | Self::TripleDesCbc => 8,
            Self::AesCbc128 | Self::AesCbc192 | Self::AesCbc256 => 16,
        }
    }

    /// The security strength in bits (NIST SP 800-57 part 1, table 2; DES by the length of its key).
    #[must_use]
    pub const fn strength(self) -> u16 {
        match self {
            Self::DesCbc => 56,
            Self::TripleDesCbc => 112,
            Self::AesCbc128 => 128,
            Self::AesCbc192 => 192,
            Self::AesCbc256 => 256,
        }
    }

    /// Whether anyone can afford to break it today: below 112 bits (NIST SP 800-131A).
    #[must_use]
    pub const fn is_weak(self) -> bool {
        self.strength() < ACCEPTABLE_STRENGTH
    }

    /// Refuses lengths that encryption does not take.
    pub(crate) fn check_encryption(
        self,
        key: &[u8],
        initialization_vector: &[u8],
        plaintext: &[u8],
    ) -> Result<(), CipherError> {
        self.check_key_and_vector(key, initialization_vector)?;
        if plaintext.len().is_multiple_of(self.block_length()) {
            Ok(())
        } else {
            Err(CipherError::PlaintextLength { algorithm: self.into(), found: plaintext.len() })
        }
    }

    /// Refuses lengths that decryption does not take.
    pub(crate) fn check_decryption(
        self,
        key: &[u8],
        initialization_vector: &[u8],
        ciphertext: &[u8],
    ) -> Result<(), CipherError> {
        self.check_key_and_vector(key, initialization_vector)?;
        if ciphertext.len().is_multiple_of(self.block_length()) {
            Ok(())
        } else {
            Err(CipherError::CiphertextLength { algorithm: self.into(), found: ciphertext.len() })
        }
    }

    fn check_key_and_vector(self, key: &[u8], initialization_vector: &[u8]) -> Result<(), CipherError> {
        let algorithm = SymmetricCipher::from(self);
        if key.len() != self.key_length() {
            return Err(CipherError::KeyLength { algorithm, found: key.len() });
        }
        if initialization_vector.len() != self.block_length() {
            return Err(CipherError::InitializationVectorLength {
                algorithm,
                found: initialization_vector.len(),
            });
        }
        Ok(())
    }
}

impl fmt::Display for CipherAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::DesCbc => "DES-CBC",
            Self::TripleDesCbc => "3DES-CBC",
            Self::AesCbc128 => "AES-CBC-128",
            Self::AesCbc192 => "AES-CBC-192",
            Self::AesCbc256 => "AES-CBC-256",
        })
    }
}

/// The length of a key of AES.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AesKeyLength {
    /// 128 bits.
    Bits128,
    /// 192 bits.
    Bits192,
    /// 256 bits.
    Bits256,
}

impl AesKeyLength {
    /// Every length, shortest first.
    pub const ALL: [Self; 3] = [Self::Bits128, Self::Bits192, Self::Bits256];

    /// The length in bits, as the Key Length attribute of a proposal has it (RFC 7296 3.3.5).
    #[must_use]
    pub const fn bits(self) -> u16 {
        match self {
            Self::Bits128 => 128,
            Self::Bits192 => 192,
            Self::Bits256 => 256,
        }
    }

    /// The length of `bits` bits, if AES has such keys.
    #[must_use]
    pub fn from_bits(bits: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|length| length.bits() == bits)
    }

    /// The length in bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Bits128 => 16,
            Self::Bits192 => 24,
            Self::Bits256 => 32,
        }
    }

    /// Refuses a key of another length, for AES in counter mode.
    pub(crate) fn check_counter_mode(self, key: &[u8]) -> Result<(), CipherError> {
        if key.len() == self.bytes() {
            Ok(())
        } else {
            Err(CipherError::KeyLength { algorithm: SymmetricCipher::AesCtr(self), found: key.len() })
        }
    }
}

/// How AES encrypts and authenticates in one.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AeadMode {
    /// CCM with nonces of 11 bytes (RFC 4309, RFC 5282 4).
    Ccm,
    /// GCM with nonces of 12 bytes (RFC 4106, RFC 5282 4).
    Gcm,
}

/// The length of the tag of an [`AeadAlgorithm`], which IKE calls ICV.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TagLength {
    /// 8 bytes.
    Bytes8,
    /// 12 bytes.
    Bytes12,
    /// 16 bytes.
    Bytes16,
}

impl TagLength {
    /// Every length, shortest first.
    pub const ALL: [Self; 3] = [Self::Bytes8, Self::Bytes12, Self::Bytes16];

    /// The length in bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Bytes8 => 8,
            Self::Bytes12 => 12,
            Self::Bytes16 => 16,
        }
    }
}

/// A cipher that authenticates what it encrypts, and data beside it (RFC 5116), in the forms that IKEv2 has of it (RFC
/// 5282 3 and 7).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AeadAlgorithm {
    /// The mode of AES.
    pub mode: AeadMode,
    /// The length of the key, without the salt.
    pub key_length: AesKeyLength,
    /// The length of the tag.
    pub tag_length: TagLength,
}

impl AeadAlgorithm {
    /// The bytes of a nonce that a message does not carry, because they are derived with the key (RFC 5282 4).
    #[must_use]
    pub const fn salt_length(self) -> usize {
        match self.mode {
            AeadMode::Ccm => 3,
            AeadMode::Gcm => 4,
        }
    }

    /// The length in bytes of a nonce: the salt, and the eight bytes that a message carries as its initialization vector
    /// (RFC 5282 4).
    #[must_use]
    pub const fn nonce_length(self) -> usize {
        self.salt_length() + SymmetricCipher::SHORT_VECTOR
    }

    /// Refuses lengths that sealing does not take.
    pub(crate) fn check(self, key: &[u8], nonce: &[u8]) -> Result<(), CipherError> {
        let algorithm = SymmetricCipher::Aead(self);
        if key.len() != self.key_length.bytes() {
            return Err(CipherError::KeyLength { algorithm, found: key.len() });
        }
        if nonce.len() != self.nonce_length() {
            return Err(CipherError::NonceLength { algorithm: self, found: nonce.len() });
        }
        Ok(())
    }

    /// Refuses lengths that opening does not take, and says where in `sealed` the tag begins.
    pub(crate) fn check_sealed(self, key: &[u8], nonce: &[u8], sealed: &[u8]) -> Result<usize, CipherError> {
        self.check(key, nonce)?;
        sealed
            .len()
            .checked_sub(self.tag_length.bytes())
            .ok_or(CipherError::CiphertextLength { algorithm: self.into(), found: sealed.len() })
    }
}

impl fmt::Display for AeadAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode {
            AeadMode::Ccm => "CCM",
            AeadMode::Gcm => "GCM",
        };
        write!(f, "AES-{mode}-{} with a tag of {} bytes", self.key_length.bits(), self.tag_length.bytes())
    }
}

/// Every way to encrypt that there is here. Which of them authenticate by themselves follows from the variant.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SymmetricCipher {
    /// A block cipher in CBC mode.
    Cbc(CipherAlgorithm),
    /// AES in counter mode (RFC 3686, RFC 5930).
    AesCtr(AesKeyLength),
    /// A cipher that authenticates.
    Aead(AeadAlgorithm),
}

impl SymmetricCipher {
    /// The length in bytes of the vector that a message carries in all modes but CBC.
    const SHORT_VECTOR: usize = 8;

    /// The bytes of the counter block that are derived with the key (RFC 3686 5.1, RFC 5930 3.1).
    const COUNTER_NONCE: usize = 4;

    /// The length of the key in bytes, without what [`salt_length`](Self::salt_length) counts.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::Cbc(cipher) => cipher.key_length(),
            Self::AesCtr(length) => length.bytes(),
            Self::Aead(aead) => aead.key_length.bytes(),
        }
    }

    /// The bytes of the nonce that are derived behind the key: none in CBC mode.
    #[must_use]
    pub const fn salt_length(self) -> usize {
        match self {
            Self::Cbc(_) => 0,
            Self::AesCtr(_) => Self::COUNTER_NONCE,
            Self::Aead(aead) => aead.salt_length(),
        }
    }

    /// The length in bytes of the initialization vector that a message carries (RFC 7296 3.14, RFC 5282 3.1, RFC 5930
    /// 3.1).
    #[must_use]
    pub const fn vector_length(self) -> usize {
        match self {
            Self::Cbc(cipher) => cipher.block_length(),
            Self::AesCtr(_) | Self::Aead(_) => Self::SHORT_VECTOR,
        }
    }

    /// What the length of a plaintext in bytes has to be a multiple of.
    #[must_use]
    pub const fn alignment(self) -> usize {
        match self {
            Self::Cbc(cipher) => cipher.block_length(),
            Self::AesCtr(_) | Self::Aead(_) => 1,
        }
    }

    /// The security strength in bits: that of the cipher's key.
    #[must_use]
    pub const fn strength(self) -> u16 {
        match self {
            Self::Cbc(cipher) => cipher.strength(),
            Self::AesCtr(length) => length.bits(),
            Self::Aead(aead) => aead.key_length.bits(),
        }
    }
}

impl From<CipherAlgorithm> for SymmetricCipher {
    fn from(cipher: CipherAlgorithm) -> Self {
        Self::Cbc(cipher)
    }
}

impl From<AeadAlgorithm> for SymmetricCipher {
    fn from(aead: AeadAlgorithm) -> Self {
        Self::Aead(aead)
    }
}

impl fmt::Display for SymmetricCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cbc(cipher) => cipher.fmt(f),
            Self::AesCtr(length) => write!(f, "AES-CTR-{}", length.bits()),
            Self::Aead(aead) => aead.fmt(f),
        }
    }
}
