//! RSA signatures with the padding of PKCS#1 v1.5, with and without DigestInfo.

use md5::Md5;
use rsa::pkcs1::{self, RsaPrivateKeyRef};
use rsa::pkcs8::der::Decode;
use rsa::pkcs8::{EncodePublicKey, PrivateKeyInfoRef};
use rsa::rand_core::CryptoRng;
use rsa::traits::SignatureScheme as _;
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::Real;
use crate::public_key::{RSA_ENCRYPTION, RsaPublicNumbers};
use crate::{
    Digest, HashAlgorithm, Hashes, PrivateKeyRefused, PublicKeyRefused, SignError, SignatureRefused,
    SignatureScheme, Signer, Verifier,
};

/// An RSA private key.
#[derive(Clone, Debug)]
pub struct RsaSigner {
    key: RsaPrivateKey,
    public_key: Vec<u8>,
    /// The length of the modulus in bytes.
    signature_length: usize,
}

impl RsaSigner {
    /// Reads a PKCS#8 PrivateKeyInfo in DER (RFC 5208), as `BEGIN PRIVATE KEY` has it. Keys of 512 bits are taken too.
    ///
    /// # Errors
    /// The bytes are no PrivateKeyInfo, or hold something else than a consistent RSA key of two primes.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, PrivateKeyRefused> {
        let info = PrivateKeyInfoRef::from_der(der)
            .map_err(|_| PrivateKeyRefused::Unreadable { structure: "PKCS#8" })?;
        if info.algorithm.oid != RSA_ENCRYPTION {
            return Err(PrivateKeyRefused::NotRsa);
        }
        Self::from_pkcs1_der(info.private_key.as_bytes())
    }

    /// Reads a PKCS#1 RSAPrivateKey in DER (RFC 8017 A.1.2), as `BEGIN RSA PRIVATE KEY` has it. Keys of 512 bits are
    /// taken too.
    ///
    /// # Errors
    /// The bytes are no RSAPrivateKey, or the numbers do not belong together.
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self, PrivateKeyRefused> {
        let numbers = RsaPrivateKeyRef::from_der(der)
            .map_err(|_| PrivateKeyRefused::Unreadable { structure: "PKCS#1" })?;
        let signature_length = numbers.modulus.as_bytes().len();
        let key: RsaPrivateKey =
            numbers.try_into().map_err(|_: pkcs1::Error| PrivateKeyRefused::Inconsistent)?;
        let public_key =
            key.to_public_key().to_public_key_der().map_err(|_| PrivateKeyRefused::Inconsistent)?.into_vec();
        Ok(Self { key, public_key, signature_length })
    }
}

impl Signer for RsaSigner {
    fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        if !scheme.fits(message, self.signature_length) {
            return Err(SignError::KeyTooSmall { scheme, modulus: self.signature_length });
        }
        // Without blinding, so that nothing random is drawn and the same input gives the same run.
        let unblinded: Option<&mut dyn CryptoRng> = None;
        let digest = digest(scheme, message);
        padding(scheme)
            .sign(unblinded, &self.key, digest.as_deref().unwrap_or(message))
            .map_err(|_| SignError::InconsistentKey)
    }
}

impl Verifier for Real {
    fn verify(
        &self,
        scheme: SignatureScheme,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureRefused> {
        let numbers = RsaPublicNumbers::read(public_key)?;
        numbers.check_lengths(scheme, message, signature)?;
        let key = RsaPublicKey::new_with_size_limits(
            BoxedUint::from_be_slice_vartime(numbers.modulus),
            BoxedUint::from_be_slice_vartime(numbers.exponent),
            1..=PublicKeyRefused::LARGEST_MODULUS,
        )
        .map_err(|_| PublicKeyRefused::Unusable)?;
        let digest = digest(scheme, message);
        key.verify(padding(scheme), digest.as_deref().unwrap_or(message), signature)
            .map_err(|_| SignatureRefused::Mismatch)
    }
}

/// The padding of `scheme`, with the DigestInfo before the digest where there is one.
fn padding(scheme: SignatureScheme) -> Pkcs1v15Sign {
    match scheme {
        SignatureScheme::RsaPkcs1Unprefixed => Pkcs1v15Sign::new_unprefixed(),
        SignatureScheme::RsaPkcs1(HashAlgorithm::Md5) => Pkcs1v15Sign::new::<Md5>(),
        SignatureScheme::RsaPkcs1(HashAlgorithm::Sha1) => Pkcs1v15Sign::new::<Sha1>(),
        SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256) => Pkcs1v15Sign::new::<Sha256>(),
        SignatureScheme::RsaPkcs1(HashAlgorithm::Sha384) => Pkcs1v15Sign::new::<Sha384>(),
        SignatureScheme::RsaPkcs1(HashAlgorithm::Sha512) => Pkcs1v15Sign::new::<Sha512>(),
    }
}

/// The digest of `message` that `scheme` signs, or `None` if the message is the digest.
fn digest(scheme: SignatureScheme, message: &[u8]) -> Option<Digest> {
    match scheme {
        SignatureScheme::RsaPkcs1Unprefixed => None,
        SignatureScheme::RsaPkcs1(algorithm) => Some(Real.hash(algorithm, &[message])),
    }
}
