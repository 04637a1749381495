//! Ed25519 (RFC 8032 5.1).

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use rsa::pkcs8::PrivateKeyInfoRef;
use rsa::pkcs8::der::asn1::OctetStringRef;
use rsa::pkcs8::der::{Decode, Encode};

use super::private_key::write_private_key;
use crate::public_key::{ED25519, write_ed25519};
use crate::{
    PrivateKeyRefused, PublicKeyKind, PublicKeyRefused, SignError, SignatureRefused, SignatureScheme, Signer,
};

/// A private key of Ed25519.
#[derive(Clone, Debug)]
pub struct Ed25519Signer {
    key: SigningKey,
    public_key: Vec<u8>,
}

impl Ed25519Signer {
    /// Reads a PKCS#8 PrivateKeyInfo in DER (RFC 5208, RFC 8410 7), as `BEGIN PRIVATE KEY` has it.
    ///
    /// # Errors
    /// The bytes are no PrivateKeyInfo, or hold something else than a key of Ed25519.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, PrivateKeyRefused> {
        let unreadable = PrivateKeyRefused::Unreadable { structure: "PKCS#8" };
        let info = PrivateKeyInfoRef::from_der(der).map_err(|_| unreadable)?;
        if info.algorithm.oid != ED25519 {
            return Err(PrivateKeyRefused::OtherAlgorithm);
        }
        let secret = <&OctetStringRef>::from_der(info.private_key.as_bytes()).map_err(|_| unreadable)?;
        let secret = secret.as_bytes().try_into().map_err(|_| unreadable)?;
        Ok(Self::from_secret(secret))
    }

    /// The key that follows from 32 secret bytes (RFC 8032 5.1.5).
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(secret);
        let public_key = write_ed25519(key.verifying_key().as_bytes());
        Self { key, public_key }
    }

    /// The key as a PKCS#8 PrivateKeyInfo in DER (RFC 8410 7).
    #[must_use]
    pub fn to_pkcs8_der(&self) -> Vec<u8> {
        let key = OctetStringRef::new(self.key.as_bytes()).and_then(|key| key.to_der());
        write_private_key(ED25519, None, &key.expect("32 bytes are not too long for DER"))
    }
}

impl Signer for Ed25519Signer {
    fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match scheme {
            SignatureScheme::Ed25519 => Ok(self.key.sign(message).to_bytes().to_vec()),
            _ => Err(SignError::OtherKind { scheme, key: PublicKeyKind::Ed25519 }),
        }
    }
}

/// Judges a signature of the right length. A key of small order, for which many messages have the same signature, is
/// none.
pub(super) fn verify(key: &[u8; 32], message: &[u8], signature: &[u8]) -> Result<(), SignatureRefused> {
    let key = VerifyingKey::from_bytes(key).map_err(|_| PublicKeyRefused::Unusable)?;
    if key.is_weak() {
        return Err(PublicKeyRefused::Unusable.into());
    }
    let signature = Signature::from_slice(signature).map_err(|_| SignatureRefused::Mismatch)?;
    key.verify_strict(message, &signature).map_err(|_| SignatureRefused::Mismatch)
}
