//! Reading an RSA public key out of a SubjectPublicKeyInfo, as far as its lengths are concerned.

use rsa::pkcs1::RsaPublicKeyRef;
use rsa::pkcs8::ObjectIdentifier;
use rsa::pkcs8::der::Decode;
use rsa::pkcs8::spki::SubjectPublicKeyInfoRef;

use crate::{PublicKeyRefused, SignatureRefused, SignatureScheme};

/// rsaEncryption (RFC 8017 A.1).
pub(crate) const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// The numbers of an RSA public key, big-endian and without leading zeros, borrowed from the DER.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RsaPublicNumbers<'a> {
    pub(crate) modulus: &'a [u8],
    pub(crate) exponent: &'a [u8],
}

impl<'a> RsaPublicNumbers<'a> {
    /// Reads a DER SubjectPublicKeyInfo. The parameters of the algorithm are not looked at: they should be NULL (RFC
    /// 3279 2.3.1), but a key without them means the same.
    pub(crate) fn read(public_key: &'a [u8]) -> Result<Self, PublicKeyRefused> {
        let info = SubjectPublicKeyInfoRef::from_der(public_key).map_err(|_| PublicKeyRefused::Unreadable)?;
        if info.algorithm.oid != RSA_ENCRYPTION {
            return Err(PublicKeyRefused::NotRsa);
        }
        let key = info.subject_public_key.as_bytes().ok_or(PublicKeyRefused::Unreadable)?;
        let key = RsaPublicKeyRef::from_der(key).map_err(|_| PublicKeyRefused::Unreadable)?;
        let numbers = Self { modulus: key.modulus.as_bytes(), exponent: key.public_exponent.as_bytes() };
        match numbers.modulus_bits() {
            bits if bits > PublicKeyRefused::LARGEST_MODULUS => Err(PublicKeyRefused::TooLarge { bits }),
            _ => Ok(numbers),
        }
    }

    /// Refuses a signature of another length than the key's, and a scheme whose padding does not fit the key.
    pub(crate) fn check_lengths(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureRefused> {
        let (expected, found) = (self.signature_length(), signature.len());
        if !scheme.fits(message, expected) {
            return Err(SignatureRefused::KeyTooSmall { scheme, modulus: expected });
        }
        if found == expected { Ok(()) } else { Err(SignatureRefused::Length { expected, found }) }
    }

    /// The length of the modulus in bytes, and so that of a signature.
    pub(crate) const fn signature_length(&self) -> usize {
        self.modulus.len()
    }

    fn modulus_bits(&self) -> usize {
        let unused = self.modulus.first().map_or(0, |first| first.leading_zeros());
        8 * self.modulus.len() - unused as usize
    }
}
