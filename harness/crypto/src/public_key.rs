//! Reading a public key out of a SubjectPublicKeyInfo (RFC 5280 4.1.2.7), as far as its kind and lengths are concerned.

use std::fmt;

use rsa::pkcs1::RsaPublicKeyRef;
use rsa::pkcs8::ObjectIdentifier;
use rsa::pkcs8::der::asn1::{AnyRef, BitStringRef};
use rsa::pkcs8::der::{Decode, Encode};
use rsa::pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use crate::{EllipticCurve, PublicKeyRefused, SignatureRefused, SignatureScheme};

/// rsaEncryption (RFC 8017 A.1).
pub(crate) const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// id-ecPublicKey (RFC 5480 2.1.1).
pub(crate) const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// id-Ed25519 (RFC 8410 3).
pub(crate) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// What kind of key a public key is, which decides the schemes that it verifies.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PublicKeyKind {
    /// RSA.
    Rsa {
        /// The length of the modulus in bits.
        modulus_bits: usize,
    },
    /// ECDSA over one curve.
    Ecdsa(EllipticCurve),
    /// Ed25519.
    Ed25519,
}

impl PublicKeyKind {
    /// The kind of a DER SubjectPublicKeyInfo, as certificates carry it.
    ///
    /// # Errors
    /// It is no key that anything here verifies with. Whether the numbers are those of a key is not looked at.
    pub fn of(public_key: &[u8]) -> Result<Self, PublicKeyRefused> {
        PublicKey::read(public_key).map(|key| key.kind())
    }

    /// Whether keys of this kind sign in `scheme`; a key of RSA may be too small for it all the same.
    #[must_use]
    pub fn signs(self, scheme: SignatureScheme) -> bool {
        match scheme {
            SignatureScheme::RsaPkcs1Unprefixed
            | SignatureScheme::RsaPkcs1(_)
            | SignatureScheme::RsaPss(_) => matches!(self, Self::Rsa { .. }),
            SignatureScheme::Ecdsa(_) => matches!(self, Self::Ecdsa(_)),
            SignatureScheme::EcdsaConcatenated(curve) => self == Self::Ecdsa(curve),
            SignatureScheme::Ed25519 => self == Self::Ed25519,
        }
    }
}

impl fmt::Display for PublicKeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { modulus_bits } => write!(f, "RSA with {modulus_bits} bits"),
            Self::Ecdsa(curve) => write!(f, "ECDSA on {curve}"),
            Self::Ed25519 => f.pad("Ed25519"),
        }
    }
}

/// A public key, borrowed from the DER.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PublicKey<'a> {
    Rsa(RsaPublicNumbers<'a>),
    /// The point as SEC 1 2.3.3 encodes it.
    Ecdsa {
        curve: EllipticCurve,
        point: &'a [u8],
    },
    Ed25519(&'a [u8; 32]),
}

/// The numbers of an RSA public key, big-endian and without leading zeros.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RsaPublicNumbers<'a> {
    pub(crate) modulus: &'a [u8],
    pub(crate) exponent: &'a [u8],
}

impl<'a> PublicKey<'a> {
    /// Reads a DER SubjectPublicKeyInfo. The parameters of RSA and Ed25519 are not looked at: they should be NULL (RFC
    /// 3279 2.3.1) or absent (RFC 8410 3), but a key with others means the same.
    pub(crate) fn read(public_key: &'a [u8]) -> Result<Self, PublicKeyRefused> {
        let info = SubjectPublicKeyInfoRef::from_der(public_key).map_err(|_| PublicKeyRefused::Unreadable)?;
        let key = info.subject_public_key.as_bytes().ok_or(PublicKeyRefused::Unreadable)?;
        match info.algorithm.oid {
            RSA_ENCRYPTION => RsaPublicNumbers::read(key).map(Self::Rsa),
            EC_PUBLIC_KEY => {
                let curve = info.algorithm.parameters_oid().map_err(|_| PublicKeyRefused::OtherAlgorithm)?;
                let curve =
                    EllipticCurve::from_object_identifier(curve).ok_or(PublicKeyRefused::OtherAlgorithm)?;
                Ok(Self::Ecdsa { curve, point: key })
            }
            ED25519 => key.try_into().map(Self::Ed25519).map_err(|_| PublicKeyRefused::Unreadable),
            _ => Err(PublicKeyRefused::OtherAlgorithm),
        }
    }

    pub(crate) fn kind(&self) -> PublicKeyKind {
        match self {
            Self::Rsa(numbers) => PublicKeyKind::Rsa { modulus_bits: numbers.modulus_bits() },
            Self::Ecdsa { curve, .. } => PublicKeyKind::Ecdsa(*curve),
            Self::Ed25519(_) => PublicKeyKind::Ed25519,
        }
    }

    /// Refuses a scheme that the key does not sign in, one whose padding does not fit the key, and a signature of another
    /// length than the key's.
    pub(crate) fn check(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureRefused> {
        let key = self.kind();
        if !key.signs(scheme) {
            return Err(SignatureRefused::OtherKind { scheme, key });
        }
        if let PublicKeyKind::Rsa { modulus_bits } = key
            && !scheme.fits(message, modulus_bits)
        {
            return Err(SignatureRefused::KeyTooSmall { scheme, modulus: modulus_bits.div_ceil(8) });
        }
        match (key.signature_length(scheme), signature.len()) {
            (Some(expected), found) if expected != found => Err(SignatureRefused::Length { expected, found }),
            _ => Ok(()),
        }
    }
}

impl PublicKeyKind {
    /// The length in bytes of a signature, or `None` where it varies: with DER, whose numbers are as long as they are.
    pub(crate) const fn signature_length(self, scheme: SignatureScheme) -> Option<usize> {
        match (self, scheme) {
            (Self::Rsa { modulus_bits }, _) => Some(modulus_bits.div_ceil(8)),
            (Self::Ecdsa(_), SignatureScheme::Ecdsa(_)) => None,
            (Self::Ecdsa(curve), _) => Some(2 * curve.field_length()),
            (Self::Ed25519, _) => Some(64),
        }
    }
}

impl<'a> RsaPublicNumbers<'a> {
    fn read(key: &'a [u8]) -> Result<Self, PublicKeyRefused> {
        let key = RsaPublicKeyRef::from_der(key).map_err(|_| PublicKeyRefused::Unreadable)?;
        let numbers = Self { modulus: key.modulus.as_bytes(), exponent: key.public_exponent.as_bytes() };
        match numbers.modulus_bits() {
            bits if bits > PublicKeyRefused::LARGEST_MODULUS => Err(PublicKeyRefused::TooLarge { bits }),
            _ => Ok(numbers),
        }
    }

    fn modulus_bits(&self) -> usize {
        let unused = self.modulus.first().map_or(0, |first| first.leading_zeros());
        8 * self.modulus.len() - unused as usize
    }
}

/// The DER SubjectPublicKeyInfo of a point of `curve` as SEC 1 2.3.3 encodes it (RFC 5480 2).
pub(crate) fn write_ecdsa(curve: EllipticCurve, point: &[u8]) -> Vec<u8> {
    write(EC_PUBLIC_KEY, Some(AnyRef::from(&curve.object_identifier())), point)
}

/// The DER SubjectPublicKeyInfo of a key of Ed25519 (RFC 8410 4).
pub(crate) fn write_ed25519(key: &[u8; 32]) -> Vec<u8> {
    write(ED25519, None, key)
}

fn write(oid: ObjectIdentifier, parameters: Option<AnyRef<'_>>, key: &[u8]) -> Vec<u8> {
    let subject_public_key = BitStringRef::from_bytes(key).expect("a key is not too long for DER");
    SubjectPublicKeyInfoRef { algorithm: AlgorithmIdentifierRef { oid, parameters }, subject_public_key }
        .to_der()
        .expect("nor is it with its algorithm")
}
