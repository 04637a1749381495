//! Signatures that need no private key, and the verifier that takes them beside real ones.

use super::Simulated;
use super::mixing::{Mixer, Purpose};
use crate::public_key::PublicKey;
use crate::{
    EllipticCurve, PublicKeyKind, PublicKeyRefused, SignError, SignatureRefused, SignatureScheme, Signer,
    Verifier, ecdsa_value,
};

/// Signs for a certificate whose private key nobody has, in the simulated way: with the real length, accepted by
/// [`Simulated`] and [`AcceptsStandIns`] and by nobody else.
#[derive(Clone, Debug)]
pub struct StandInSigner {
    public_key: Vec<u8>,
    kind: PublicKeyKind,
}

impl StandInSigner {
    /// A stand-in for the private key of `public_key`, a DER SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// The public key is one that no verifier would take.
    pub fn new(public_key: Vec<u8>) -> Result<Self, PublicKeyRefused> {
        let kind = PublicKeyKind::of(&public_key)?;
        Ok(Self { public_key, kind })
    }
}

impl Signer for StandInSigner {
    fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let key = self.kind;
        if !key.signs(scheme) {
            return Err(SignError::OtherKind { scheme, key });
        }
        if let PublicKeyKind::Rsa { modulus_bits } = key
            && !scheme.fits(message, modulus_bits)
        {
            return Err(SignError::KeyTooSmall { scheme, modulus: modulus_bits.div_ceil(8) });
        }
        Ok(stand_in(key, scheme, &self.public_key, message))
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
        let key = PublicKey::read(public_key)?;
        key.check(scheme, message, signature)?;
        if stand_in(key.kind(), scheme, public_key, message) == signature {
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

/// The stand-in signature; the key is of a kind that signs in `scheme`.
fn stand_in(key: PublicKeyKind, scheme: SignatureScheme, public_key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut output = Mixer::new(Purpose::Signature, number(scheme)).field(public_key).field(message).finish();
    match key {
        PublicKeyKind::Rsa { modulus_bits } => output.bytes(modulus_bits.div_ceil(8)),
        PublicKeyKind::Ed25519 => output.bytes(64),
        PublicKeyKind::Ecdsa(curve) => {
            let numbers = [(); 2].map(|()| number_of(curve, output.bytes(curve.field_length())));
            match scheme {
                SignatureScheme::EcdsaConcatenated(_) => numbers.concat(),
                _ => ecdsa_value::write(numbers.each_ref().map(Vec::as_slice)),
            }
        }
    }
}

/// `bytes` as a positive number that is below the order of `curve` and needs all of its bytes.
fn number_of(curve: EllipticCurve, mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(first) = bytes.first_mut() {
        // P-521 has one bit in its first byte.
        *first = if curve == EllipticCurve::P521 { 1 } else { 0x40 | *first & 0x3f };
    }
    if curve == EllipticCurve::P521
        && let Some(second) = bytes.get_mut(1)
    {
        *second &= 0x7f;
    }
    bytes
}

/// Tells the schemes apart.
const fn number(scheme: SignatureScheme) -> u16 {
    match scheme {
        SignatureScheme::RsaPkcs1Unprefixed => 0,
        SignatureScheme::RsaPkcs1(hash) => 1 + hash as u16,
        SignatureScheme::RsaPss(hash) => 16 + hash as u16,
        SignatureScheme::Ecdsa(hash) => 32 + hash as u16,
        SignatureScheme::EcdsaConcatenated(curve) => 48 + curve as u16,
        SignatureScheme::Ed25519 => 64,
    }
}
