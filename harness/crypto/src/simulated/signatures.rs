//! Signatures that need no private key, and the verifier that takes them beside real ones.

use super::Simulated;
use super::mixing::{Mixer, Purpose};
use crate::public_key::RsaPublicNumbers;
use crate::{PublicKeyRefused, SignError, SignatureRefused, SignatureScheme, Signer, Verifier};

/// Signs for a certificate whose private key nobody has, in the simulated way: with the real length, accepted by
/// [`Simulated`] and [`AcceptsStandIns`] and by nobody else.
#[derive(Clone, Debug)]
pub struct StandInSigner {
    public_key: Vec<u8>,
    signature_length: usize,
}

impl StandInSigner {
    /// A stand-in for the private key of `public_key`, a DER SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// The public key is one that no verifier would take.
    pub fn new(public_key: Vec<u8>) -> Result<Self, PublicKeyRefused> {
        let signature_length = RsaPublicNumbers::read(&public_key)?.signature_length();
        Ok(Self { public_key, signature_length })
    }
}

impl Signer for StandInSigner {
    fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        if !scheme.fits(message, self.signature_length) {
            return Err(SignError::KeyTooSmall { scheme, modulus: self.signature_length });
        }
        Ok(stand_in(scheme, &self.public_key, message, self.signature_length))
    }
}

impl Verifier for Simulated {
    fn verify(
        &self,
        scheme: SignatureScheme,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureRefused> {
        let numbers = RsaPublicNumbers::read(public_key)?;
        numbers.check_lengths(scheme, message, signature)?;
        if stand_in(scheme, public_key, message, numbers.signature_length()) == signature {
            Ok(())
        } else {
            Err(SignatureRefused::Mismatch)
        }
    }
}

/// Accepts stand-in signatures beside what `V` accepts. For the laboratory only: anyone can make a stand-in.
#[derive(Clone, Copy, Debug, Default)]
pub struct AcceptsStandIns<V>(
    /// The verifier of all other signatures, whose reason stands when both refuse.
    pub V,
);

impl<V: Verifier> Verifier for AcceptsStandIns<V> {
    fn verify(
        &self,
        scheme: SignatureScheme,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureRefused> {
        Simulated
            .verify(scheme, public_key, message, signature)
            .or_else(|_| self.0.verify(scheme, public_key, message, signature))
    }
}

fn stand_in(scheme: SignatureScheme, public_key: &[u8], message: &[u8], length: usize) -> Vec<u8> {
    let scheme = match scheme {
        SignatureScheme::RsaPkcs1Unprefixed => 0,
        SignatureScheme::RsaPkcs1(hash) => 1 + hash as u16,
    };
    Mixer::new(Purpose::Signature, scheme).field(public_key).field(message).finish().bytes(length)
}
