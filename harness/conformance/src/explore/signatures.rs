//! Issuers' signatures, each checked once: a space has thousands of negotiations over the same few certificates.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use pki::{IssuerSignatures, PublicKey, SignatureProblem, Signed};

/// Remembers what another judge said. The judge's answers depend on nothing but what is remembered by.
pub(super) struct Remembering {
    judge: Arc<dyn IssuerSignatures + Send + Sync>,
    /// By the issuer's key and the certificate or revocation list, both in DER.
    known: RwLock<BTreeMap<Vec<u8>, Answers>>,
}

/// By what is signed.
type Answers = BTreeMap<Vec<u8>, Result<(), SignatureProblem>>;

impl Remembering {
    pub fn new(judge: Arc<dyn IssuerSignatures + Send + Sync>) -> Self {
        Self { judge, known: RwLock::default() }
    }
}

impl IssuerSignatures for Remembering {
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let answer = known.get(issuer_key.as_der()).and_then(|by_key| by_key.get(signed.der));
        if let Some(answer) = answer {
            return answer.clone();
        }
        drop(known);
        let answer = self.judge.check(signed, issuer_key);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let of_key = known.entry(issuer_key.as_der().to_vec()).or_default();
        of_key.insert(signed.der.to_vec(), answer.clone());
        answer
    }
}
