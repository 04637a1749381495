//! The assigned numbers inside transforms: the types, what a transform of each type can be, and the one
//! attribute there is (RFC 7296 3.3.2 to 3.3.5, and the registries of IANA that continue them).

use crate::numbers::Group;
use crate::table::table;

table! {
    /// What a transform is for.
    pub struct TransformType(u8) {
        ENCRYPTION_ALGORITHM = 1, "ENCR", "RFC 7296 3.3.2";
        PSEUDORANDOM_FUNCTION = 2, "PRF", "RFC 7296 3.3.2";
        INTEGRITY_ALGORITHM = 3, "INTEG", "RFC 7296 3.3.2";
        KEY_EXCHANGE_METHOD = 4, "D-H", "RFC 7296 3.3.2";
        EXTENDED_SEQUENCE_NUMBERS = 5, "ESN", "RFC 7296 3.3.2";
        ADDITIONAL_KEY_EXCHANGE_1 = 6, "ADDKE1", "RFC 9370 2.2.2";
        ADDITIONAL_KEY_EXCHANGE_2 = 7, "ADDKE2", "RFC 9370 2.2.2";
        ADDITIONAL_KEY_EXCHANGE_3 = 8, "ADDKE3", "RFC 9370 2.2.2";
        ADDITIONAL_KEY_EXCHANGE_4 = 9, "ADDKE4", "RFC 9370 2.2.2";
        ADDITIONAL_KEY_EXCHANGE_5 = 10, "ADDKE5", "RFC 9370 2.2.2";
        ADDITIONAL_KEY_EXCHANGE_6 = 11, "ADDKE6", "RFC 9370 2.2.2";
        ADDITIONAL_KEY_EXCHANGE_7 = 12, "ADDKE7", "RFC 9370 2.2.2";
    }
}

table! {
    /// Transforms of [`TransformType::ENCRYPTION_ALGORITHM`].
    pub struct EncryptionAlgorithm(u16) {
        DES_IV64 = 1, "ENCR_DES_IV64", "RFC 7296 3.3.2";
        DES = 2, "ENCR_DES", "RFC 7296 3.3.2";
        TRIPLE_DES = 3, "ENCR_3DES", "RFC 7296 3.3.2";
        RC5 = 4, "ENCR_RC5", "RFC 7296 3.3.2";
        IDEA = 5, "ENCR_IDEA", "RFC 7296 3.3.2";
        CAST = 6, "ENCR_CAST", "RFC 7296 3.3.2";
        BLOWFISH = 7, "ENCR_BLOWFISH", "RFC 7296 3.3.2";
        TRIPLE_IDEA = 8, "ENCR_3IDEA", "RFC 7296 3.3.2";
        DES_IV32 = 9, "ENCR_DES_IV32", "RFC 7296 3.3.2";
        NULL = 11, "ENCR_NULL", "RFC 7296 3.3.2";
        AES_CBC = 12, "ENCR_AES_CBC", "RFC 7296 3.3.2";
        AES_CTR = 13, "ENCR_AES_CTR", "RFC 5930";
        AES_CCM_8 = 14, "ENCR_AES_CCM_8", "RFC 5282";
        AES_CCM_12 = 15, "ENCR_AES_CCM_12", "RFC 5282";
        AES_CCM_16 = 16, "ENCR_AES_CCM_16", "RFC 5282";
        AES_GCM_8 = 18, "ENCR_AES_GCM_8", "RFC 5282";
        AES_GCM_12 = 19, "ENCR_AES_GCM_12", "RFC 5282";
        AES_GCM_16 = 20, "ENCR_AES_GCM_16", "RFC 5282";
        NULL_AUTH_AES_GMAC = 21, "ENCR_NULL_AUTH_AES_GMAC", "RFC 4543";
        CAMELLIA_CBC = 23, "ENCR_CAMELLIA_CBC", "RFC 5529";
        CAMELLIA_CTR = 24, "ENCR_CAMELLIA_CTR", "RFC 5529";
        CAMELLIA_CCM_8 = 25, "ENCR_CAMELLIA_CCM_8", "RFC 5529";
        CAMELLIA_CCM_12 = 26, "ENCR_CAMELLIA_CCM_12", "RFC 5529";
        CAMELLIA_CCM_16 = 27, "ENCR_CAMELLIA_CCM_16", "RFC 5529";
        CHACHA20_POLY1305 = 28, "ENCR_CHACHA20_POLY1305", "RFC 7634";
        AES_CCM_8_IIV = 29, "ENCR_AES_CCM_8_IIV", "RFC 8750";
        AES_GCM_16_IIV = 30, "ENCR_AES_GCM_16_IIV", "RFC 8750";
        CHACHA20_POLY1305_IIV = 31, "ENCR_CHACHA20_POLY1305_IIV", "RFC 8750";
    }
}

table! {
    /// Transforms of [`TransformType::PSEUDORANDOM_FUNCTION`].
    pub struct PseudorandomFunction(u16) {
        HMAC_MD5 = 1, "PRF_HMAC_MD5", "RFC 7296 3.3.2";
        HMAC_SHA1 = 2, "PRF_HMAC_SHA1", "RFC 7296 3.3.2";
        HMAC_TIGER = 3, "PRF_HMAC_TIGER", "RFC 7296 3.3.2";
        AES128_XCBC = 4, "PRF_AES128_XCBC", "RFC 4434";
        HMAC_SHA2_256 = 5, "PRF_HMAC_SHA2_256", "RFC 4868";
        HMAC_SHA2_384 = 6, "PRF_HMAC_SHA2_384", "RFC 4868";
        HMAC_SHA2_512 = 7, "PRF_HMAC_SHA2_512", "RFC 4868";
        AES128_CMAC = 8, "PRF_AES128_CMAC", "RFC 4615";
        HMAC_STREEBOG_512 = 9, "PRF_HMAC_STREEBOG_512", "RFC 9385";
    }
}

table! {
    /// Transforms of [`TransformType::INTEGRITY_ALGORITHM`]. The last number of a name is the length of the
    /// checksum in bits.
    pub struct IntegrityAlgorithm(u16) {
        NONE = 0, "NONE", "RFC 7296 3.3.2";
        HMAC_MD5_96 = 1, "AUTH_HMAC_MD5_96", "RFC 7296 3.3.2";
        HMAC_SHA1_96 = 2, "AUTH_HMAC_SHA1_96", "RFC 7296 3.3.2";
        DES_MAC = 3, "AUTH_DES_MAC", "RFC 7296 3.3.2";
        KPDK_MD5 = 4, "AUTH_KPDK_MD5", "RFC 7296 3.3.2";
        AES_XCBC_96 = 5, "AUTH_AES_XCBC_96", "RFC 7296 3.3.2";
        HMAC_MD5_128 = 6, "AUTH_HMAC_MD5_128", "RFC 4595";
        HMAC_SHA1_160 = 7, "AUTH_HMAC_SHA1_160", "RFC 4595";
        AES_CMAC_96 = 8, "AUTH_AES_CMAC_96", "RFC 4494";
        AES_128_GMAC = 9, "AUTH_AES_128_GMAC", "RFC 4543";
        AES_192_GMAC = 10, "AUTH_AES_192_GMAC", "RFC 4543";
        AES_256_GMAC = 11, "AUTH_AES_256_GMAC", "RFC 4543";
        HMAC_SHA2_256_128 = 12, "AUTH_HMAC_SHA2_256_128", "RFC 4868";
        HMAC_SHA2_384_192 = 13, "AUTH_HMAC_SHA2_384_192", "RFC 4868";
        HMAC_SHA2_512_256 = 14, "AUTH_HMAC_SHA2_512_256", "RFC 4868";
    }
}

table! {
    /// Transforms of [`TransformType::EXTENDED_SEQUENCE_NUMBERS`].
    pub struct ExtendedSequenceNumbers(u16) {
        NO = 0, "No Extended Sequence Numbers", "RFC 7296 3.3.2";
        YES = 1, "Extended Sequence Numbers", "RFC 7296 3.3.2";
    }
}

table! {
    /// The class of an attribute of a transform.
    pub struct AttributeType(u16) {
        KEY_LENGTH = 14, "Key Length", "RFC 7296 3.3.5";
    }
}

/// What a transform is: its type and its number as one. The numbers of the types overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Type 1.
    Encryption(EncryptionAlgorithm),
    /// Type 2.
    PseudorandomFunction(PseudorandomFunction),
    /// Type 3.
    Integrity(IntegrityAlgorithm),
    /// Type 4.
    KeyExchange(Group),
    /// Type 5.
    ExtendedSequenceNumbers(ExtendedSequenceNumbers),
    /// Any other type, with the number.
    Other(TransformType, u16),
}

impl Algorithm {
    /// What this number means among the transforms of this type.
    pub const fn new(transform_type: TransformType, id: u16) -> Self {
        match transform_type {
            TransformType::ENCRYPTION_ALGORITHM => Self::Encryption(EncryptionAlgorithm(id)),
            TransformType::PSEUDORANDOM_FUNCTION => Self::PseudorandomFunction(PseudorandomFunction(id)),
            TransformType::INTEGRITY_ALGORITHM => Self::Integrity(IntegrityAlgorithm(id)),
            TransformType::KEY_EXCHANGE_METHOD => Self::KeyExchange(Group(id)),
            TransformType::EXTENDED_SEQUENCE_NUMBERS => {
                Self::ExtendedSequenceNumbers(ExtendedSequenceNumbers(id))
            }
            other => Self::Other(other, id),
        }
    }

    /// Its type.
    pub const fn transform_type(self) -> TransformType {
        match self {
            Self::Encryption(_) => TransformType::ENCRYPTION_ALGORITHM,
            Self::PseudorandomFunction(_) => TransformType::PSEUDORANDOM_FUNCTION,
            Self::Integrity(_) => TransformType::INTEGRITY_ALGORITHM,
            Self::KeyExchange(_) => TransformType::KEY_EXCHANGE_METHOD,
            Self::ExtendedSequenceNumbers(_) => TransformType::EXTENDED_SEQUENCE_NUMBERS,
            Self::Other(transform_type, _) => transform_type,
        }
    }

    /// Its number among the transforms of its type.
    pub const fn id(self) -> u16 {
        match self {
            Self::Encryption(EncryptionAlgorithm(id))
            | Self::PseudorandomFunction(PseudorandomFunction(id))
            | Self::Integrity(IntegrityAlgorithm(id))
            | Self::KeyExchange(Group(id))
            | Self::ExtendedSequenceNumbers(ExtendedSequenceNumbers(id))
            | Self::Other(_, id) => id,
        }
    }
}

impl core::fmt::Display for Algorithm {
    /// The name, or the number where there is none.
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Encryption(algorithm) => algorithm.fmt(formatter),
            Self::PseudorandomFunction(function) => function.fmt(formatter),
            Self::Integrity(algorithm) => algorithm.fmt(formatter),
            Self::KeyExchange(group) => group.fmt(formatter),
            Self::ExtendedSequenceNumbers(numbers) => numbers.fmt(formatter),
            Self::Other(_, id) => id.fmt(formatter),
        }
    }
}

impl From<EncryptionAlgorithm> for Algorithm {
    fn from(algorithm: EncryptionAlgorithm) -> Self {
        Self::Encryption(algorithm)
    }
}

impl From<PseudorandomFunction> for Algorithm {
    fn from(function: PseudorandomFunction) -> Self {
        Self::PseudorandomFunction(function)
    }
}

impl From<IntegrityAlgorithm> for Algorithm {
    fn from(algorithm: IntegrityAlgorithm) -> Self {
        Self::Integrity(algorithm)
    }
}

impl From<Group> for Algorithm {
    fn from(group: Group) -> Self {
        Self::KeyExchange(group)
    }
}

impl From<ExtendedSequenceNumbers> for Algorithm {
    fn from(numbers: ExtendedSequenceNumbers) -> Self {
        Self::ExtendedSequenceNumbers(numbers)
    }
}
