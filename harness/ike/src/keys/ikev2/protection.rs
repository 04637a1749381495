//! What protects the messages of an IKE SA, and the keys of one direction.

use std::error::Error;
use std::fmt;

use crypto::{AeadAlgorithm, AesKeyLength, CipherAlgorithm, IntegrityAlgorithm, SymmetricCipher};

/// A cipher with an integrity algorithm beside it, or one that authenticates by itself (RFC 7296 3.3, RFC 5282 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageProtection {
    /// A block cipher in CBC mode, and an HMAC over the whole message.
    Cbc {
        /// The cipher.
        cipher: CipherAlgorithm,
        /// The HMAC.
        integrity: IntegrityAlgorithm,
    },
    /// AES in counter mode (RFC 5930), and an HMAC over the whole message.
    Ctr {
        /// The length of the key.
        key_length: AesKeyLength,
        /// The HMAC.
        integrity: IntegrityAlgorithm,
    },
    /// AES-GCM or AES-CCM.
    Aead(AeadAlgorithm),
}

impl MessageProtection {
    /// The protection of these transforms, or `None` where they do not go together: an authenticated cipher with an
    /// integrity algorithm (RFC 5282 8), or another cipher without.
    #[must_use]
    pub const fn new(cipher: SymmetricCipher, integrity: Option<IntegrityAlgorithm>) -> Option<Self> {
        match (cipher, integrity) {
            (SymmetricCipher::Cbc(cipher), Some(integrity)) => Some(Self::Cbc { cipher, integrity }),
            (SymmetricCipher::AesCtr(key_length), Some(integrity)) => {
                Some(Self::Ctr { key_length, integrity })
            }
            (SymmetricCipher::Aead(aead), None) => Some(Self::Aead(aead)),
            _ => None,
        }
    }

    /// The cipher.
    #[must_use]
    pub const fn cipher(self) -> SymmetricCipher {
        match self {
            Self::Cbc { cipher, .. } => SymmetricCipher::Cbc(cipher),
            Self::Ctr { key_length, .. } => SymmetricCipher::AesCtr(key_length),
            Self::Aead(aead) => SymmetricCipher::Aead(aead),
        }
    }

    /// The integrity algorithm beside the cipher, where there is one.
    #[must_use]
    pub const fn integrity(self) -> Option<IntegrityAlgorithm> {
        match self {
            Self::Cbc { integrity, .. } | Self::Ctr { integrity, .. } => Some(integrity),
            Self::Aead(_) => None,
        }
    }

    /// The length in bytes of SK_ei and of SK_er: the key, and the part of the nonce that is derived with it (RFC 5282
    /// 7.1, RFC 5930 3.1).
    #[must_use]
    pub const fn sk_e_length(self) -> usize {
        self.cipher().key_length() + self.cipher().salt_length()
    }

    /// The length in bytes of SK_ai and of SK_ar: zero where the cipher authenticates (RFC 5282 7.1).
    #[must_use]
    pub const fn sk_a_length(self) -> usize {
        match self.integrity() {
            Some(integrity) => integrity.key_length(),
            None => 0,
        }
    }

    /// The length in bytes of the Integrity Checksum Value at the end of a message.
    #[must_use]
    pub const fn checksum_length(self) -> usize {
        match self {
            Self::Cbc { integrity, .. } | Self::Ctr { integrity, .. } => integrity.value_length(),
            Self::Aead(aead) => aead.tag_length.bytes(),
        }
    }
}

/// The keys of the messages of one direction: SK_ei and SK_ai, or SK_er and SK_ar.
#[derive(Clone, PartialEq, Eq)]
pub struct ProtectionKeys {
    protection: MessageProtection,
    sk_e: Vec<u8>,
    sk_a: Vec<u8>,
}

impl ProtectionKeys {
    /// Keys from elsewhere, a key log for example. `sk_e` is the cipher's key with what is derived of the nonce behind it;
    /// `sk_a` is empty where the cipher authenticates.
    ///
    /// # Errors
    /// A key has another length than the protection's.
    pub fn new(protection: MessageProtection, sk_e: &[u8], sk_a: &[u8]) -> Result<Self, KeyLengthError> {
        for (name, expected, found) in
            [("SK_e", protection.sk_e_length(), sk_e.len()), ("SK_a", protection.sk_a_length(), sk_a.len())]
        {
            if expected != found {
                return Err(KeyLengthError { name, expected, found });
            }
        }
        Ok(Self { protection, sk_e: sk_e.to_vec(), sk_a: sk_a.to_vec() })
    }

    /// What the keys are for.
    #[must_use]
    pub const fn protection(&self) -> MessageProtection {
        self.protection
    }

    /// SK_ei or SK_er, whole.
    #[must_use]
    pub fn sk_e(&self) -> &[u8] {
        &self.sk_e
    }

    /// SK_ai or SK_ar; empty where the cipher authenticates.
    #[must_use]
    pub fn sk_a(&self) -> &[u8] {
        &self.sk_a
    }

    /// The cipher's key, and the derived part of the nonce: see [`SymmetricCipher::salt_length`].
    #[must_use]
    pub fn key_and_salt(&self) -> (&[u8], &[u8]) {
        self.sk_e.split_at(self.protection.cipher().key_length())
    }
}

impl fmt::Debug for ProtectionKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ProtectionKeys").field("protection", &self.protection).finish_non_exhaustive()
    }
}

/// A key that does not have its algorithm's length; whoever supplied it has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyLengthError {
    /// `"SK_e"` or `"SK_a"`.
    pub name: &'static str,
    /// The length of such a key in bytes.
    pub expected: usize,
    /// The length of the key given in bytes.
    pub found: usize,
}

impl fmt::Display for KeyLengthError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, expected, found } = self;
        write!(out, "{name} has {found} bytes, its algorithms take {expected}")
    }
}

impl Error for KeyLengthError {}
