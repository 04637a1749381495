//! The traits, and the bundle of them that an endpoint is given.
//!
//! All are object safe and as small as an endpoint's needs, so that a test can put its own beside ours.

use std::fmt::Debug;

use crate::{
    AcceptsStandIns, AeadAlgorithm, AesKeyLength, AgreementError, CipherAlgorithm, CipherError, Digest,
    Group, HashAlgorithm, Real, SignError, SignatureRefused, SignatureScheme, Simulated,
};

/// One choice of implementation for everything that an endpoint has computed.
///
/// Signing is not in it: a router signs with its own [`Signer`]s, whose kind does not depend on this choice.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// Protection of messages.
    pub ciphers: &'static dyn Ciphers,
    /// Hashes, and HMAC as pseudo-random function.
    pub hashes: &'static dyn Hashes,
    /// Diffie-Hellman.
    pub key_agreement: &'static dyn KeyAgreement,
    /// Judging of signatures.
    pub verifier: &'static dyn Verifier,
}

impl Provider {
    /// Everything real.
    pub const REAL: Self = Self { ciphers: &Real, hashes: &Real, key_agreement: &Real, verifier: &Real };

    /// Everything simulated: no security at all.
    pub const SIMULATED: Self =
        Self { ciphers: &Simulated, hashes: &Simulated, key_agreement: &Simulated, verifier: &Simulated };

    /// Everything real, but a stand-in signature of a certificate whose private key nobody has is accepted too.
    ///
    /// Only a laboratory may use it: anyone can make a stand-in signature.
    pub const REAL_WITH_STAND_INS: Self = Self { verifier: &AcceptsStandIns(Real), ..Self::REAL };
}

/// Encryption and decryption: in CBC mode, in counter mode, and authenticated.
pub trait Ciphers: Debug + Send + Sync {
    /// Encrypts `data` in place in CBC mode; its length must be a multiple of the block length (padding is the caller's).
    ///
    /// # Errors
    /// The key, the initialization vector or the data has a length that `algorithm` does not have.
    fn encrypt(
        &self,
        algorithm: CipherAlgorithm,
        key: &[u8],
        initialization_vector: &[u8],
        data: &mut [u8],
    ) -> Result<(), CipherError>;

    /// Decrypts `data` in place in CBC mode. CBC authenticates nothing: a wrong key or vector gives garbage, not an error.
    ///
    /// # Errors
    /// The key, the initialization vector or the data has a length that `algorithm` does not have.
    fn decrypt(
        &self,
        algorithm: CipherAlgorithm,
        key: &[u8],
        initialization_vector: &[u8],
        data: &mut [u8],
    ) -> Result<(), CipherError>;

    /// Encrypts or decrypts `data` in place with AES in counter mode, which is the same; its length may be any. The last
    /// four bytes of `counter_block` count, from what they are (RFC 3686 4). Nothing is authenticated.
    ///
    /// # Errors
    /// The key has another length than `key_length`.
    fn apply_counter_mode(
        &self,
        key_length: AesKeyLength,
        key: &[u8],
        counter_block: &[u8; 16],
        data: &mut [u8],
    ) -> Result<(), CipherError>;

    /// Encrypts `data` in place and appends the tag, which authenticates `associated` too (RFC 5116 2.1).
    ///
    /// # Errors
    /// The key or the nonce has a length that `algorithm` does not have.
    fn seal(
        &self,
        algorithm: AeadAlgorithm,
        key: &[u8],
        nonce: &[u8],
        associated: &[u8],
        data: &mut Vec<u8>,
    ) -> Result<(), CipherError>;

    /// Checks the tag at the end of `data`, removes it and decrypts what is before it in place (RFC 5116 2.2). After an
    /// error, what `data` holds is of no use.
    ///
    /// # Errors
    /// The key or the nonce has a length that `algorithm` does not have; the data is shorter than a tag; the tag is not
    /// that of `associated` and `data`.
    fn open(
        &self,
        algorithm: AeadAlgorithm,
        key: &[u8],
        nonce: &[u8],
        associated: &[u8],
        data: &mut Vec<u8>,
    ) -> Result<(), CipherError>;
}

/// Hashes and HMAC (RFC 2104).
pub trait Hashes: Debug + Send + Sync {
    /// The hash of the concatenation of `parts`.
    fn hash(&self, algorithm: HashAlgorithm, parts: &[&[u8]]) -> Digest;

    /// The HMAC of the concatenation of `parts` under `key`, not truncated.
    fn hmac(&self, algorithm: HashAlgorithm, key: &[u8], parts: &[&[u8]]) -> Digest;
}

/// Diffie-Hellman.
pub trait KeyAgreement: Debug + Send + Sync {
    /// Draws a private value in `group`.
    fn begin(&self, group: Group, random: &mut dyn Random) -> Box<dyn PrivateValue>;
}

/// One side's private value in one group; it can meet several public values, as a responder's may.
pub trait PrivateValue: Debug + Send + Sync {
    /// Our public value as the KE payload carries it: [`Group::public_length`] bytes.
    fn public(&self) -> &[u8];

    /// The secret shared with the peer that sent `peer_public`: [`Group::shared_length`] bytes.
    ///
    /// # Errors
    /// The peer's value is not one of the group; nothing may be derived from it (RFC 6989).
    fn agree(&self, peer_public: &[u8]) -> Result<Vec<u8>, AgreementError>;
}

/// A private key that signs, or what stands in for one.
pub trait Signer: Debug + Send + Sync {
    /// The public key that verifies: a DER SubjectPublicKeyInfo, as certificates carry it (RFC 5280 4.1.2.7).
    fn public_key(&self) -> &[u8];

    /// Signs `message`, which for [`SignatureScheme::RsaPkcs1Unprefixed`] is the digest itself.
    ///
    /// # Errors
    /// The key cannot sign so: see [`SignError`].
    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// Judges signatures.
pub trait Verifier: Debug + Send + Sync {
    /// Accepts or refuses `signature` over `message` under `public_key`, a DER SubjectPublicKeyInfo. For
    /// [`SignatureScheme::RsaPkcs1Unprefixed`] the message is the digest itself.
    ///
    /// # Errors
    /// The reason of the refusal; all of them are about what the peer sent.
    fn verify(
        &self,
        scheme: SignatureScheme,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureRefused>;
}

/// A source of random bytes: cookies, nonces, private values.
pub trait Random: Debug + Send {
    /// Overwrites all of `bytes`.
    fn fill(&mut self, bytes: &mut [u8]);
}
