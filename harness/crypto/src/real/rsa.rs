//! RSA signatures: with the padding of PKCS#1 v1.5, with and without DigestInfo, and with that of PSS.

use md5::Md5;
use rsa::pkcs1::{self, RsaPrivateKeyRef};
use rsa::pkcs8::der::Decode;
use rsa::pkcs8::{EncodePublicKey, PrivateKeyInfoRef};
use rsa::rand_core::CryptoRng;
use rsa::traits::{PublicKeyParts, SignatureScheme as _};
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::Real;
use crate::public_key::{RSA_ENCRYPTION, RsaPublicNumbers};
use crate::{
    Digest, HashAlgorithm, Hashes, PrivateKeyRefused, PublicKeyKind, PublicKeyRefused, SeededRandom,
    SignError, SignatureRefused, SignatureScheme, Signer,
};

/// An RSA private key.
#[derive(Clone, Debug)]
pub struct RsaSigner {
    key: RsaPrivateKey,
    public_key: Vec<u8>,
    modulus_bits: usize,
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
            return Err(PrivateKeyRefused::OtherAlgorithm);
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
        let key: RsaPrivateKey =
            numbers.try_into().map_err(|_: pkcs1::Error| PrivateKeyRefused::Inconsistent)?;
        let public_key =
            key.to_public_key().to_public_key_der().map_err(|_| PrivateKeyRefused::Inconsistent)?.into_vec();
        let modulus_bits = usize::try_from(key.n().bits()).map_err(|_| PrivateKeyRefused::Inconsistent)?;
        Ok(Self { key, public_key, modulus_bits })
    }
}

impl Signer for RsaSigner {
    fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let key = PublicKeyKind::Rsa { modulus_bits: self.modulus_bits };
        if !key.signs(scheme) {
            return Err(SignError::OtherKind { scheme, key });
        }
        if !scheme.fits(message, self.modulus_bits) {
            return Err(SignError::KeyTooSmall { scheme, modulus: self.modulus_bits.div_ceil(8) });
        }
        let digest = digest(scheme, message);
        let digest = digest.as_deref().unwrap_or(message);
        // Without blinding, so that nothing random is drawn and the same input gives the same run.
        let unblinded: Option<&mut dyn CryptoRng> = None;
        let signed = match scheme {
            SignatureScheme::RsaPss(hash) => self.sign_pss(hash, digest),
            SignatureScheme::RsaPkcs1(hash) => prefixed(hash).sign(unblinded, &self.key, digest),
            _ => Pkcs1v15Sign::new_unprefixed().sign(unblinded, &self.key, digest),
        };
        signed.map_err(|_| SignError::InconsistentKey)
    }
}

impl RsaSigner {
    /// Signs with a salt that follows from key and digest: it need not be random (RFC 8017 9.1, note 4), and so the same
    /// input gives the same run.
    fn sign_pss(&self, hash: HashAlgorithm, digest: &[u8]) -> Result<Vec<u8>, rsa::Error> {
        let seed = Real.hash(HashAlgorithm::Sha256, &[b"ikespec PSS salt", &self.public_key, digest]);
        let seed = seed.first_chunk().expect("SHA-256 gives 32 bytes");
        let salt = Some(&mut SeededRandom::from_seed_bytes(*seed));
        match hash {
            HashAlgorithm::Md5 => Pss::<Md5>::new().sign(salt, &self.key, digest),
            HashAlgorithm::Sha1 => Pss::<Sha1>::new().sign(salt, &self.key, digest),
            HashAlgorithm::Sha256 => Pss::<Sha256>::new().sign(salt, &self.key, digest),
            HashAlgorithm::Sha384 => Pss::<Sha384>::new().sign(salt, &self.key, digest),
            HashAlgorithm::Sha512 => Pss::<Sha512>::new().sign(salt, &self.key, digest),
        }
    }
}

/// Judges a signature whose scheme fits the key, and whose length does too.
pub(super) fn verify(
    numbers: RsaPublicNumbers<'_>,
    scheme: SignatureScheme,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureRefused> {
    let key = RsaPublicKey::new_with_size_limits(
        BoxedUint::from_be_slice_vartime(numbers.modulus),
        BoxedUint::from_be_slice_vartime(numbers.exponent),
        1..=PublicKeyRefused::LARGEST_MODULUS,
    )
    .map_err(|_| PublicKeyRefused::Unusable)?;
    let digest = digest(scheme, message);
    let digest = digest.as_deref().unwrap_or(message);
    let verified = match scheme {
        SignatureScheme::RsaPss(hash) => match hash {
            HashAlgorithm::Md5 => key.verify(Pss::<Md5>::new(), digest, signature),
            HashAlgorithm::Sha1 => key.verify(Pss::<Sha1>::new(), digest, signature),
            HashAlgorithm::Sha256 => key.verify(Pss::<Sha256>::new(), digest, signature),
            HashAlgorithm::Sha384 => key.verify(Pss::<Sha384>::new(), digest, signature),
            HashAlgorithm::Sha512 => key.verify(Pss::<Sha512>::new(), digest, signature),
        },
        SignatureScheme::RsaPkcs1(hash) => key.verify(prefixed(hash), digest, signature),
        _ => key.verify(Pkcs1v15Sign::new_unprefixed(), digest, signature),
    };
    verified.map_err(|_| SignatureRefused::Mismatch)
}

/// The padding of PKCS#1 v1.5 with the DigestInfo of `hash` before the digest.
fn prefixed(hash: HashAlgorithm) -> Pkcs1v15Sign {
    match hash {
        HashAlgorithm::Md5 => Pkcs1v15Sign::new::<Md5>(),
        HashAlgorithm::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
        HashAlgorithm::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        HashAlgorithm::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        HashAlgorithm::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    }
}

/// The digest of `message` that `scheme` signs, or `None` if the message is the digest.
fn digest(scheme: SignatureScheme, message: &[u8]) -> Option<Digest> {
    scheme.hash().map(|algorithm| Real.hash(algorithm, &[message]))
}
