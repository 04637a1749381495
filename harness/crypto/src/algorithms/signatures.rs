//! Signature schemes, and the AlgorithmIdentifiers that name them in certificates and in IKEv2 (RFC 7427).

use std::fmt;

use rsa::pkcs1::RsaPssParams;
use rsa::pkcs8::AssociatedOid;
use rsa::pkcs8::ObjectIdentifier;
use rsa::pkcs8::der::asn1::{Any, AnyRef};
use rsa::pkcs8::der::{Decode, Encode};
use rsa::pkcs8::spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef};
use rsa::pss::get_default_pss_signature_algo_id;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::HashAlgorithm;

/// A curve that ECDSA signs over.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EllipticCurve {
    /// P-256, secp256r1.
    P256,
    /// P-384, secp384r1.
    P384,
    /// P-521, secp521r1.
    P521,
}

impl EllipticCurve {
    /// Every curve, smallest first.
    pub const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// The length of a coordinate in bits.
    #[must_use]
    pub const fn bits(self) -> u16 {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// The hash that an authentication method of RFC 4754 signs with over this curve.
    #[must_use]
    pub const fn hash(self) -> HashAlgorithm {
        match self {
            Self::P256 => HashAlgorithm::Sha256,
            Self::P384 => HashAlgorithm::Sha384,
            Self::P521 => HashAlgorithm::Sha512,
        }
    }

    /// The length in bytes of a coordinate, of r and of s.
    pub(crate) const fn field_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The curve's name in a SubjectPublicKeyInfo (RFC 5480 2.1.1.1).
    pub(crate) const fn object_identifier(self) -> ObjectIdentifier {
        match self {
            Self::P256 => ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
            Self::P384 => ObjectIdentifier::new_unwrap("1.3.132.0.34"),
            Self::P521 => ObjectIdentifier::new_unwrap("1.3.132.0.35"),
        }
    }

    pub(crate) fn from_object_identifier(identifier: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.object_identifier() == identifier)
    }
}

impl fmt::Display for EllipticCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P-{}", self.bits())
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
    /// RSASSA-PSS over the named hash, which is that of MGF1 too and whose length is that of the salt (RFC 8017 8.1).
    RsaPss(HashAlgorithm),
    /// ECDSA over the named hash, the signature a DER Ecdsa-Sig-Value (RFC 3279 2.2.3): certificates, RFC 7427.
    Ecdsa(HashAlgorithm),
    /// ECDSA over this curve and its own hash, the signature r and s at full length, one behind the other (RFC 4754 7).
    EcdsaConcatenated(EllipticCurve),
    /// Ed25519 over the message itself (RFC 8032 5.1, RFC 8420 2).
    Ed25519,
}

impl SignatureScheme {
    /// The hash that is taken of the message, or `None` where the message is signed as it is.
    #[must_use]
    pub const fn hash(self) -> Option<HashAlgorithm> {
        match self {
            Self::RsaPkcs1(hash) | Self::RsaPss(hash) | Self::Ecdsa(hash) => Some(hash),
            Self::EcdsaConcatenated(curve) => Some(curve.hash()),
            Self::RsaPkcs1Unprefixed | Self::Ed25519 => None,
        }
    }

    /// The DER AlgorithmIdentifier of the scheme as RFC 7427 appendix A lists them (Ed25519: RFC 8420 A), or `None` where
    /// the scheme has no such name.
    #[must_use]
    pub fn algorithm_identifier(self) -> Option<Vec<u8>> {
        let encoded = match self {
            Self::RsaPss(hash) => pss_identifier(hash)?.to_der(),
            _ => {
                let (_, oid) = OBJECT_IDENTIFIERS.into_iter().find(|(scheme, _)| *scheme == self)?;
                // RFC 4055 5 wants NULL for RSA, RFC 5758 3.2 and RFC 8410 3 want nothing for the others.
                let parameters = matches!(self, Self::RsaPkcs1(_)).then_some(AnyRef::NULL);
                AlgorithmIdentifierRef { oid, parameters }.to_der()
            }
        };
        Some(encoded.expect("a few dozen bytes are not too long for DER"))
    }

    /// The scheme that a DER AlgorithmIdentifier names, or `None` if it is none of these: another algorithm, or PSS with
    /// other parameters than [`RsaPss`](Self::RsaPss) has.
    #[must_use]
    pub fn from_algorithm_identifier(der: &[u8]) -> Option<Self> {
        let identifier = AlgorithmIdentifierRef::from_der(der).ok()?;
        let parameters = identifier.parameters;
        if identifier.oid == RSASSA_PSS {
            return pss_from_parameters(parameters?);
        }
        let (scheme, _) = OBJECT_IDENTIFIERS.into_iter().find(|(_, oid)| *oid == identifier.oid)?;
        let plausible = match scheme {
            // Some leave the NULL away; the key that verifies is the same (RFC 4055 2.1).
            Self::RsaPkcs1(_) => parameters.is_none_or(|parameters| parameters == AnyRef::NULL),
            _ => parameters.is_none(),
        };
        plausible.then_some(scheme)
    }

    /// Whether a modulus of `modulus_bits` has room for the padding around `message` (RFC 8017 9.1.1 and 9.2).
    pub(crate) const fn fits(self, message: &[u8], modulus_bits: usize) -> bool {
        let modulus = modulus_bits.div_ceil(8);
        match self {
            Self::RsaPkcs1Unprefixed => message.len().saturating_add(SHORTEST_PADDING) <= modulus,
            Self::RsaPkcs1(hash) => {
                hash.digest_info_prefix_length() + hash.output_length() + SHORTEST_PADDING <= modulus
            }
            // emBits is one less than the modulus has: its first bit is never used.
            Self::RsaPss(hash) => 2 * hash.output_length() + 2 <= modulus_bits.saturating_sub(1).div_ceil(8),
            Self::Ecdsa(_) | Self::EcdsaConcatenated(_) | Self::Ed25519 => true,
        }
    }
}

impl fmt::Display for SignatureScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RsaPkcs1Unprefixed => f.pad("RSA PKCS#1 v1.5 without DigestInfo"),
            Self::RsaPkcs1(hash) => write!(f, "RSA PKCS#1 v1.5 with {hash}"),
            Self::RsaPss(hash) => write!(f, "RSASSA-PSS with {hash}"),
            Self::Ecdsa(hash) => write!(f, "ECDSA with {hash}"),
            Self::EcdsaConcatenated(curve) => write!(f, "ECDSA with {} on {curve}", curve.hash()),
            Self::Ed25519 => f.pad("Ed25519"),
        }
    }
}

/// The names of the schemes that one OID names (RFC 8017 A.2.4, RFC 5758 3.2, RFC 3279 2.2.3, RFC 8410 3).
const OBJECT_IDENTIFIERS: [(SignatureScheme, ObjectIdentifier); 10] = [
    (SignatureScheme::RsaPkcs1(HashAlgorithm::Md5), ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.4")),
    (SignatureScheme::RsaPkcs1(HashAlgorithm::Sha1), ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5")),
    (SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256), ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11")),
    (SignatureScheme::RsaPkcs1(HashAlgorithm::Sha384), ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12")),
    (SignatureScheme::RsaPkcs1(HashAlgorithm::Sha512), ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13")),
    (SignatureScheme::Ecdsa(HashAlgorithm::Sha1), ObjectIdentifier::new_unwrap("1.2.840.10045.4.1")),
    (SignatureScheme::Ecdsa(HashAlgorithm::Sha256), ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2")),
    (SignatureScheme::Ecdsa(HashAlgorithm::Sha384), ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3")),
    (SignatureScheme::Ecdsa(HashAlgorithm::Sha512), ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4")),
    (SignatureScheme::Ed25519, ObjectIdentifier::new_unwrap("1.3.101.112")),
];

/// id-RSASSA-PSS (RFC 8017 A.2.3); its parameters name the hash.
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

fn pss_identifier(hash: HashAlgorithm) -> Option<AlgorithmIdentifierOwned> {
    match hash {
        HashAlgorithm::Md5 => None,
        HashAlgorithm::Sha1 => get_default_pss_signature_algo_id::<Sha1>().ok(),
        HashAlgorithm::Sha256 => get_default_pss_signature_algo_id::<Sha256>().ok(),
        HashAlgorithm::Sha384 => get_default_pss_signature_algo_id::<Sha384>().ok(),
        HashAlgorithm::Sha512 => get_default_pss_signature_algo_id::<Sha512>().ok(),
    }
}

/// The scheme with these parameters: one hash for message and mask, and a salt of its length (RFC 8247 3.2.1, RFC 7427
/// A.4).
fn pss_from_parameters(parameters: AnyRef<'_>) -> Option<SignatureScheme> {
    let found: RsaPssParams<Any> = parameters.decode_as().ok()?;
    let (hash, _) = PSS_HASHES.into_iter().find(|(_, oid)| *oid == found.hash.oid)?;
    let mask_hash = found.mask_gen.parameters?;
    let consistent = found.mask_gen.oid == MGF1
        && mask_hash.oid == found.hash.oid
        && usize::from(found.salt_len) == hash.output_length();
    consistent.then_some(SignatureScheme::RsaPss(hash))
}

/// The hashes that PSS is used with (RFC 4055 2.1).
const PSS_HASHES: [(HashAlgorithm, ObjectIdentifier); 4] = [
    (HashAlgorithm::Sha1, Sha1::OID),
    (HashAlgorithm::Sha256, Sha256::OID),
    (HashAlgorithm::Sha384, Sha384::OID),
    (HashAlgorithm::Sha512, Sha512::OID),
];

/// id-mgf1 (RFC 8017 A.2.3).
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");

/// The least length in bytes of the padding of PKCS#1 v1.5 for signatures: 00 01, eight times FF, 00 (RFC 8017 9.2).
const SHORTEST_PADDING: usize = 11;
