//! Issuers' signatures that nobody can make: a CA that had to be invented did not sign the certificates that are given.

use std::collections::BTreeSet;

use crypto::Verifier;
use pki::{IssuerSignatures, PublicKey, SignatureProblem, Signed};

/// Takes some signatures on trust, and leaves the others to a verifier.
#[derive(Clone, Debug)]
pub(super) struct OnTrust {
    verifier: &'static dyn Verifier,
    /// Public keys of issuers, and certificates and revocation lists, all in DER.
    taken: BTreeSet<(Vec<u8>, Vec<u8>)>,
}

impl OnTrust {
    /// Takes nothing on trust yet.
    pub const fn new(verifier: &'static dyn Verifier) -> Self {
        Self { verifier, taken: BTreeSet::new() }
    }

    /// From now on the holder of `issuer_key` is taken to have signed the certificate or revocation list `signed`.
    pub fn take(&mut self, issuer_key: &[u8], signed: &[u8]) {
        self.taken.insert((issuer_key.to_vec(), signed.to_vec()));
    }
}

impl IssuerSignatures for OnTrust {
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem> {
        if self.taken.contains(&(issuer_key.as_der().to_vec(), signed.der.to_vec())) {
            return Ok(());
        }
        self.verifier.check(signed, issuer_key)
    }
}
