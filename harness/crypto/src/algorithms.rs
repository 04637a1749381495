//! The algorithms by name, with the lengths and strengths that their definitions fix.
//!
//! The numbers by which a protocol refers to ciphers and hashes differ between IKEv1, IKEv2 and ESP and belong to
//! those; the numbers of groups are one registry for all and stand here.

use std::fmt;

use crate::CipherError;

/// A cipher that protects messages.
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
            Err(CipherError::PlaintextLength { algorithm: self, found: plaintext.len() })
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
            Err(CipherError::CiphertextLength { algorithm: self, found: ciphertext.len() })
        }
    }

    fn check_key_and_vector(self, key: &[u8], initialization_vector: &[u8]) -> Result<(), CipherError> {
        let algorithm = self;
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
    const fn digest_info_prefix_length(self) -> usize {
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

/// A Diffie-Hellman group.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// 768-bit MODP, "First Oakley Group" (RFC 2409 6.1): the default of IOS, and weak.
    Modp768,
    /// 1024-bit MODP, "Second Oakley Group" (RFC 2409 6.2): weak.
    Modp1024,
    /// 1536-bit MODP (RFC 3526 2): weak.
    Modp1536,
    /// 2048-bit MODP (RFC 3526 3).
    Modp2048,
    /// 3072-bit MODP (RFC 3526 4).
    Modp3072,
    /// 4096-bit MODP (RFC 3526 5).
    Modp4096,
    /// The curve P-256 (RFC 5903 3.1).
    Ecp256,
    /// The curve P-384 (RFC 5903 3.2).
    Ecp384,
    /// The curve P-521 (RFC 5903 3.3).
    Ecp521,
}

impl Group {
    /// Every group, by number.
    pub const ALL: [Self; 9] = [
        Self::Modp768,
        Self::Modp1024,
        Self::Modp1536,
        Self::Modp2048,
        Self::Modp3072,
        Self::Modp4096,
        Self::Ecp256,
        Self::Ecp384,
        Self::Ecp521,
    ];

    /// The group's number, the same in IKEv1, IKEv2 and the configuration of a router.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Modp768 => 1,
            Self::Modp1024 => 2,
            Self::Modp1536 => 5,
            Self::Modp2048 => 14,
            Self::Modp3072 => 15,
            Self::Modp4096 => 16,
            Self::Ecp256 => 19,
            Self::Ecp384 => 20,
            Self::Ecp521 => 21,
        }
    }

    /// The group with the number `number`, if it is one of these.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.number() == number)
    }

    /// The length in bytes of a public value in a KE payload: the modulus for MODP (RFC 2409 5, RFC 7296 3.4), both
    /// coordinates for ECP (RFC 5903 7).
    #[must_use]
    pub const fn public_length(self) -> usize {
        if self.is_elliptic_curve() { 2 * self.field_length() } else { self.field_length() }
    }

    /// The length in bytes of the shared secret: the modulus for MODP (RFC 2409 5, RFC 7296 2.14), the x coordinate
    /// for ECP (RFC 5903 7).
    #[must_use]
    pub const fn shared_length(self) -> usize {
        self.field_length()
    }

    /// Whether public values are points of a curve.
    #[must_use]
    pub const fn is_elliptic_curve(self) -> bool {
        matches!(self, Self::Ecp256 | Self::Ecp384 | Self::Ecp521)
    }

    /// The security strength in bits (NIST SP 800-57 part 1 table 2, SP 800-56A appendix D; groups 1 and 5 as RFC 3766
    /// estimates them).
    #[must_use]
    pub const fn strength(self) -> u16 {
        match self {
            Self::Modp768 => 63,
            Self::Modp1024 => 80,
            Self::Modp1536 => 90,
            Self::Modp2048 => 112,
            Self::Modp3072 | Self::Ecp256 => 128,
            Self::Modp4096 => 152,
            Self::Ecp384 => 192,
            Self::Ecp521 => 256,
        }
    }

    /// Whether anyone can afford to break it today: below 112 bits (NIST SP 800-131A, RFC 8247 2.4).
    #[must_use]
    pub const fn is_weak(self) -> bool {
        self.strength() < ACCEPTABLE_STRENGTH
    }

    /// The length in bytes of an element of the field that the group is built on.
    const fn field_length(self) -> usize {
        match self {
            Self::Modp768 => 96,
            Self::Modp1024 => 128,
            Self::Modp1536 => 192,
            Self::Modp2048 => 256,
            Self::Modp3072 => 384,
            Self::Modp4096 => 512,
            Self::Ecp256 => 32,
            Self::Ecp384 => 48,
            Self::Ecp521 => 66,
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Modp768 => "MODP-768",
            Self::Modp1024 => "MODP-1024",
            Self::Modp1536 => "MODP-1536",
            Self::Modp2048 => "MODP-2048",
            Self::Modp3072 => "MODP-3072",
            Self::Modp4096 => "MODP-4096",
            Self::Ecp256 => "ECP-256",
            Self::Ecp384 => "ECP-384",
            Self::Ecp521 => "ECP-521",
        })
    }
}

/// How a signature is made of a message.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignatureScheme {
    /// RSA with the padding of PKCS#1 v1.5 and no DigestInfo: what IKEv1 signs with (RFC 2409 5.1). The message *is*
    /// the digest (HASH_I or HASH_R) and goes into the padding as it stands.
    RsaPkcs1Unprefixed,
    /// RSASSA-PKCS1-v1_5 over the named hash of the message (RFC 8017 8.2): certificates, CRLs, IKEv2.
    RsaPkcs1(HashAlgorithm),
}

impl SignatureScheme {
    /// Whether a modulus of `modulus` bytes has room for the padding around `message` (RFC 8017 9.2).
    pub(crate) fn fits(self, message: &[u8], modulus: usize) -> bool {
        let encoded = match self {
            Self::RsaPkcs1Unprefixed => message.len(),
            Self::RsaPkcs1(hash) => hash.digest_info_prefix_length() + hash.output_length(),
        };
        encoded.saturating_add(SHORTEST_PADDING) <= modulus
    }
}

impl fmt::Display for SignatureScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RsaPkcs1Unprefixed => f.pad("RSA PKCS#1 v1.5 without DigestInfo"),
            Self::RsaPkcs1(hash) => write!(f, "RSA PKCS#1 v1.5 with {hash}"),
        }
    }
}

/// The least strength in bits that is not called weak.
const ACCEPTABLE_STRENGTH: u16 = 112;

/// The least length in bytes of the padding of PKCS#1 v1.5 for signatures: 00 01, eight times FF, 00 (RFC 8017 9.2).
const SHORTEST_PADDING: usize = 11;
