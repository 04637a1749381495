//! A private key of whatever kind a file holds.

use rsa::pkcs8::der::Encode;
use rsa::pkcs8::der::asn1::{AnyRef, OctetStringRef};
use rsa::pkcs8::spki::AlgorithmIdentifierRef;
use rsa::pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};

use super::{EcdsaSigner, Ed25519Signer, RsaSigner};
use crate::{PrivateKeyRefused, SignError, SignatureScheme, Signer};

/// A private key.
#[derive(Clone, Debug)]
pub enum PrivateKey {
    /// RSA.
    Rsa(RsaSigner),
    /// ECDSA.
    Ecdsa(EcdsaSigner),
    /// Ed25519.
    Ed25519(Ed25519Signer),
}

impl PrivateKey {
    /// Reads a PKCS#8 PrivateKeyInfo in DER (RFC 5208), as `BEGIN PRIVATE KEY` has it.
    ///
    /// # Errors
    /// The bytes are no PrivateKeyInfo, hold a key of another algorithm, or one whose numbers do not belong together.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, PrivateKeyRefused> {
        // Each refuses another algorithm's key for just that reason.
        let other = |reason: &PrivateKeyRefused| *reason == PrivateKeyRefused::OtherAlgorithm;
        match RsaSigner::from_pkcs8_der(der).map(Self::Rsa) {
            Err(reason) if other(&reason) => {}
            result => return result,
        }
        match EcdsaSigner::from_pkcs8_der(der).map(Self::Ecdsa) {
            Err(reason) if other(&reason) => Ed25519Signer::from_pkcs8_der(der).map(Self::Ed25519),
            result => result,
        }
    }

    /// Reads a PKCS#1 RSAPrivateKey in DER (RFC 8017 A.1.2), as `BEGIN RSA PRIVATE KEY` has it.
    ///
    /// # Errors
    /// As for [`RsaSigner::from_pkcs1_der`].
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self, PrivateKeyRefused> {
        RsaSigner::from_pkcs1_der(der).map(Self::Rsa)
    }

    /// Reads an ECPrivateKey in DER (RFC 5915 3), as `BEGIN EC PRIVATE KEY` has it.
    ///
    /// # Errors
    /// As for [`EcdsaSigner::from_sec1_der`].
    pub fn from_sec1_der(der: &[u8]) -> Result<Self, PrivateKeyRefused> {
        EcdsaSigner::from_sec1_der(der).map(Self::Ecdsa)
    }
}

impl Signer for PrivateKey {
    fn public_key(&self) -> &[u8] {
        match self {
            Self::Rsa(key) => key.public_key(),
            Self::Ecdsa(key) => key.public_key(),
            Self::Ed25519(key) => key.public_key(),
        }
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match self {
            Self::Rsa(key) => key.sign(scheme, message),
            Self::Ecdsa(key) => key.sign(scheme, message),
            Self::Ed25519(key) => key.sign(scheme, message),
        }
    }
}

/// The DER PrivateKeyInfo of a key that is already encoded as its algorithm has it (RFC 5208 5).
pub(super) fn write_private_key(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    key: &[u8],
) -> Vec<u8> {
    OctetStringRef::new(key)
        .and_then(|key| PrivateKeyInfoRef::new(AlgorithmIdentifierRef { oid, parameters }, key).to_der())
        .expect("a key is not too long for DER")
}
