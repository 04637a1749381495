//! The AUTH payload (RFC 7296 2.15, 3.8): which method and scheme sign, and whether the peer's proof holds.

use crypto::{EllipticCurve, HashAlgorithm, Provider, PublicKeyKind, SignatureScheme, Signer};
use wire::ikev2::{Authentication, AuthenticationMethod, HashAlgorithm as HashNumber, Proof};

use crate::router::Ikev2Authentication;

/// A proof that was made.
#[derive(Debug)]
pub(super) struct OwnProof {
    method: AuthenticationMethod,
    /// The AlgorithmIdentifier, with method 14.
    algorithm: Vec<u8>,
    signature: Vec<u8>,
}

impl OwnProof {
    /// What no shared key has made, and none can hold: `chance` is as long as the output of the pseudo-random function.
    pub(super) const fn of_stand_in(chance: Vec<u8>) -> Self {
        Self { method: AuthenticationMethod::SHARED_KEY, algorithm: Vec::new(), signature: chance }
    }

    /// The proof as the AUTH payload carries it.
    pub(super) fn proof(&self) -> Proof<'_> {
        match self.method {
            AuthenticationMethod::DIGITAL_SIGNATURE => {
                Proof::DigitalSignature { algorithm: &self.algorithm, signature: &self.signature }
            }
            method => Proof::Other(method, &self.signature),
        }
    }
}

/// Whether a key of this kind signs as the configured method wants it. `ecdsa-sig` stands for every elliptic curve.
pub(super) const fn is_of_method(kind: PublicKeyKind, method: Ikev2Authentication) -> bool {
    match method {
        Ikev2Authentication::RsaSignature => matches!(kind, PublicKeyKind::Rsa { .. }),
        Ikev2Authentication::EcdsaSignature => {
            matches!(kind, PublicKeyKind::Ecdsa(_) | PublicKeyKind::Ed25519)
        }
        Ikev2Authentication::PreSharedKey | Ikev2Authentication::Eap => false,
    }
}

/// The method of a profile that a proof belongs to, by the number and, with method 14, by the algorithm that it names.
pub(super) fn named_by(authentication: &Authentication<'_>) -> Option<Ikev2Authentication> {
    match authentication.proof {
        Proof::DigitalSignature { algorithm, .. } => {
            match SignatureScheme::from_algorithm_identifier(algorithm)? {
                SignatureScheme::RsaPkcs1(_)
                | SignatureScheme::RsaPss(_)
                | SignatureScheme::RsaPkcs1Unprefixed => Some(Ikev2Authentication::RsaSignature),
                SignatureScheme::Ecdsa(_)
                | SignatureScheme::EcdsaConcatenated(_)
                | SignatureScheme::Ed25519 => Some(Ikev2Authentication::EcdsaSignature),
            }
        }
        Proof::Other(AuthenticationMethod::RSA_SIGNATURE, _) => Some(Ikev2Authentication::RsaSignature),
        Proof::Other(method, _) => {
            let is_curve = EllipticCurve::ALL.into_iter().any(|curve| method_of(curve) == method);
            is_curve.then_some(Ikev2Authentication::EcdsaSignature)
        }
    }
}

/// Signs the octets: with method 14 where both sides know it, else with the method of the key. `hashes` are those that
/// both sides sign with by RFC 7427, the preferred first. `None` where the key cannot sign so.
pub(super) fn sign(signer: &dyn Signer, hashes: &[HashNumber], octets: &[u8]) -> Option<OwnProof> {
    let kind = PublicKeyKind::of(signer.public_key()).ok()?;
    if let Some(scheme) = digital_signature_scheme(kind, hashes) {
        let signature = signer.sign(scheme, octets).ok()?;
        let algorithm = scheme.algorithm_identifier()?;
        return Some(OwnProof { method: AuthenticationMethod::DIGITAL_SIGNATURE, algorithm, signature });
    }
    let (method, scheme) = match kind {
        // RFC 7296 3.8: SHA-1, where nothing else is known of the peer.
        PublicKeyKind::Rsa { .. } => {
            (AuthenticationMethod::RSA_SIGNATURE, SignatureScheme::RsaPkcs1(HashAlgorithm::Sha1))
        }
        PublicKeyKind::Ecdsa(curve) => (method_of(curve), SignatureScheme::EcdsaConcatenated(curve)),
        PublicKeyKind::Ed25519 => return None, // RFC 8420: method 14 alone
    };
    let signature = signer.sign(scheme, octets).ok()?;
    Some(OwnProof { method, algorithm: Vec::new(), signature })
}

/// RFC 7427 4: with a hash that the peer has named.
fn digital_signature_scheme(kind: PublicKeyKind, hashes: &[HashNumber]) -> Option<SignatureScheme> {
    let first = || hashes.iter().find_map(|number| hash_of(*number));
    match kind {
        PublicKeyKind::Rsa { .. } => first().map(SignatureScheme::RsaPkcs1),
        PublicKeyKind::Ecdsa(curve) => {
            let own = Some(curve.hash()).filter(|own| hashes.contains(&number_of(*own)));
            own.or_else(first).map(SignatureScheme::Ecdsa)
        }
        PublicKeyKind::Ed25519 => hashes.contains(&HashNumber::IDENTITY).then_some(SignatureScheme::Ed25519),
    }
}

/// What is wrong with a peer's proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProofProblem {
    /// Its method, or the algorithm that it names, is not one that is done or was offered here.
    Method,
    /// It does not hold.
    Signature,
}

/// Whether a proof over the octets holds under a public key, a DER SubjectPublicKeyInfo. `hashes` are those that the peer
/// was told it may sign with by RFC 7427.
pub(super) fn verify(
    provider: Provider,
    authentication: &Authentication<'_>,
    public_key: &[u8],
    hashes: &[HashNumber],
    octets: &[u8],
) -> Result<(), ProofProblem> {
    let holds =
        |scheme, signature: &[u8]| provider.verifier.verify(scheme, public_key, octets, signature).is_ok();
    let held = match authentication.proof {
        Proof::DigitalSignature { algorithm, signature } => {
            let scheme = SignatureScheme::from_algorithm_identifier(algorithm).ok_or(ProofProblem::Method)?;
            let number = scheme.hash().map_or(HashNumber::IDENTITY, number_of);
            // RFC 7427 4: only what this side has said it takes.
            if !hashes.contains(&number) {
                return Err(ProofProblem::Method);
            }
            holds(scheme, signature)
        }
        // RFC 7296 3.8: SHA-1 is what to expect, and others may be used.
        Proof::Other(AuthenticationMethod::RSA_SIGNATURE, signature) => {
            RSA_HASHES.iter().any(|hash| holds(SignatureScheme::RsaPkcs1(*hash), signature))
        }
        Proof::Other(method, signature) => {
            let mut curves = EllipticCurve::ALL.into_iter();
            let curve = curves.find(|curve| method_of(*curve) == method).ok_or(ProofProblem::Method)?;
            holds(SignatureScheme::EcdsaConcatenated(curve), signature)
        }
    };
    if held { Ok(()) } else { Err(ProofProblem::Signature) }
}

const RSA_HASHES: [HashAlgorithm; 4] =
    [HashAlgorithm::Sha1, HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512];

/// RFC 4754 3.
const fn method_of(curve: EllipticCurve) -> AuthenticationMethod {
    match curve {
        EllipticCurve::P256 => AuthenticationMethod::ECDSA_P256,
        EllipticCurve::P384 => AuthenticationMethod::ECDSA_P384,
        EllipticCurve::P521 => AuthenticationMethod::ECDSA_P521,
    }
}

/// The numbers of these hashes and of signatures without one, as SIGNATURE_HASH_ALGORITHMS lists them; nothing where there
/// are no hashes.
pub(super) fn hash_numbers(hashes: &[HashAlgorithm]) -> Vec<HashNumber> {
    let numbers = hashes.iter().filter(|hash| **hash != HashAlgorithm::Md5).map(|hash| number_of(*hash));
    let mut numbers: Vec<HashNumber> = numbers.collect();
    if !numbers.is_empty() {
        numbers.push(HashNumber::IDENTITY);
    }
    numbers
}

/// RFC 7427 7. MD5 has none.
const fn number_of(hash: HashAlgorithm) -> HashNumber {
    match hash {
        HashAlgorithm::Md5 => HashNumber(0),
        HashAlgorithm::Sha1 => HashNumber::SHA1,
        HashAlgorithm::Sha256 => HashNumber::SHA2_256,
        HashAlgorithm::Sha384 => HashNumber::SHA2_384,
        HashAlgorithm::Sha512 => HashNumber::SHA2_512,
    }
}

fn hash_of(number: HashNumber) -> Option<HashAlgorithm> {
    HashAlgorithm::ALL.into_iter().find(|hash| *hash != HashAlgorithm::Md5 && number_of(*hash) == number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
