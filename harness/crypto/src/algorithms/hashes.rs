//! Hashes, and the HMACs that protect messages.

use std::fmt;

/// A hash, by itself, inside HMAC or inside a signature.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HashAlgorithm {
    /// MD5 (RFC 1321).
    Md5,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
}

impl HashAlgorithm {
    /// Every hash, shortest output first.
    pub const ALL: [Self; 5] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The length of the digest in bytes.
    #[must_use]
    pub const fn output_length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The length in bytes of the block that the hash works on (what HMAC pads its key to, RFC 2104).
    #[must_use]
    pub const fn block_length(self) -> usize {
        match self {
            Self::Md5 | Self::Sha1 | Self::Sha256 => 64,
            Self::Sha384 | Self::Sha512 => 128,
        }
    }

    /// The length in bytes of what stands before the digest in the DER of a DigestInfo (RFC 8017 9.2, note 1).
    pub(super) const fn digest_info_prefix_length(self) -> usize {
        match self {
            Self::Md5 => 18,
            Self::Sha1 => 15,
            Self::Sha256 | Self::Sha384 | Self::Sha512 => 19,
        }
    }
}

impl fmt::Display for HashAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        })
    }
}

/// An HMAC cut to a length: what authenticates the messages of IKEv2 beside a cipher that does not (RFC 7296 3.3.2).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IntegrityAlgorithm {
    /// HMAC-MD5-96 (RFC 2403).
    HmacMd5_96,
    /// HMAC-SHA-1-96 (RFC 2404).
    HmacSha1_96,
    /// HMAC-MD5-128 (RFC 4595).
    HmacMd5_128,
    /// HMAC-SHA1-160 (RFC 4595).
    HmacSha1_160,
    /// HMAC-SHA-256-128 (RFC 4868).
    HmacSha256_128,
    /// HMAC-SHA-384-192 (RFC 4868).
    HmacSha384_192,
    /// HMAC-SHA-512-256 (RFC 4868).
    HmacSha512_256,
}

impl IntegrityAlgorithm {
    /// Every algorithm, shortest value first.
    pub const ALL: [Self; 7] = [
        Self::HmacMd5_96,
        Self::HmacSha1_96,
        Self::HmacMd5_128,
        Self::HmacSha256_128,
        Self::HmacSha1_160,
        Self::HmacSha384_192,
        Self::HmacSha512_256,
    ];

    /// The hash inside.
    #[must_use]
    pub const fn hash(self) -> HashAlgorithm {
        match self {
            Self::HmacMd5_96 | Self::HmacMd5_128 => HashAlgorithm::Md5,
            Self::HmacSha1_96 | Self::HmacSha1_160 => HashAlgorithm::Sha1,
            Self::HmacSha256_128 => HashAlgorithm::Sha256,
            Self::HmacSha384_192 => HashAlgorithm::Sha384,
            Self::HmacSha512_256 => HashAlgorithm::Sha512,
        }
    }

    /// The length of the key in bytes: that of the hash's output (RFC 2403 2, RFC 2404 2, RFC 4868 2.1.1).
    #[must_use]
    pub const fn key_length(self) -> usize {
        self.hash().output_length()
    }

    /// The length in bytes of the value that a message carries, the Integrity Checksum Value.
    #[must_use]
    pub const fn value_length(self) -> usize {
        match self {
            Self::HmacMd5_96 | Self::HmacSha1_96 => 12,
            Self::HmacMd5_128 | Self::HmacSha256_128 => 16,
            Self::HmacSha1_160 => 20,
            Self::HmacSha384_192 => 24,
            Self::HmacSha512_256 => 32,
        }
    }
}

impl fmt::Display for IntegrityAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::HmacMd5_96 => "HMAC-MD5-96",
            Self::HmacSha1_96 => "HMAC-SHA-1-96",
            Self::HmacMd5_128 => "HMAC-MD5-128",
            Self::HmacSha1_160 => "HMAC-SHA-1-160",
            Self::HmacSha256_128 => "HMAC-SHA-256-128",
            Self::HmacSha384_192 => "HMAC-SHA-384-192",
            Self::HmacSha512_256 => "HMAC-SHA-512-256",
        })
    }
}
