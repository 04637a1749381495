//! A judge of issuers' signatures that asks another one about each signature once.
//!
//! Only that a signature is right is remembered, which never changes: when a certificate is valid, whether it is revoked
//! and what it may do is judged each time ([`crate::validate`]).

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use crate::certificate::PublicKey;
use crate::signatures::{IssuerSignatures, SignatureProblem, Signed};

/// Remembers which signatures another judge accepted.
///
/// What a judge says must depend on nothing but the issuer's key and what is signed. Refusals are not remembered: anybody
/// can make something that is refused, and only an issuer whose key is at hand something that is accepted.
///
/// ```
/// let judge = pki::Remembering::new(crypto::Real);
/// # let _: &dyn pki::IssuerSignatures = &judge;
/// ```
#[derive(Debug)]
pub struct Remembering<J> {
    judge: J,
    accepted: RwLock<Memory>,
}

/// What was accepted, by the signature.
#[derive(Debug, Default)]
struct Memory {
    by_signature: BTreeMap<Box<[u8]>, Accepted>,
    /// How many bytes that takes.
    size: usize,
}

/// A certificate or CRL, and the key whose holder signed it; both in DER.
#[derive(Debug)]
struct Accepted {
    issuer_key: Box<[u8]>,
    der: Box<[u8]>,
}

impl<J> Remembering<J> {
    /// The most that is remembered, in bytes: of some ten thousand certificates, or of a CRL with some 400,000 entries.
    pub const MOST: usize = 16 << 20;

    /// Remembers nothing yet of what `judge` says.
    pub fn new(judge: J) -> Self {
        Self { judge, accepted: RwLock::default() }
    }

    /// The judge that is asked.
    pub const fn judge(&self) -> &J {
        &self.judge
    }
}

impl<J: IssuerSignatures> IssuerSignatures for Remembering<J> {
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem> {
        let is_known = {
            // A thread that panicked has left the memory as it was before or after it put something in.
            let memory = self.accepted.read().unwrap_or_else(PoisonError::into_inner);
            memory.has(signed, issuer_key.as_der())
        };
        if !is_known {
            self.judge.check(signed, issuer_key)?;
            let mut memory = self.accepted.write().unwrap_or_else(PoisonError::into_inner);
            memory.put(signed, issuer_key.as_der(), Self::MOST);
        }
        Ok(())
    }
}

impl Memory {
    /// Whether this was accepted: byte for byte, for anybody can put a signature that is known under something else.
    fn has(&self, signed: &Signed<'_>, issuer_key: &[u8]) -> bool {
        let accepted = self.by_signature.get(signed.signature);
        accepted.is_some_and(|it| *it.der == *signed.der && *it.issuer_key == *issuer_key)
    }

    /// Keeps this, unless it is larger than `most`; for what does not fit beside the rest, everything else is forgotten.
    fn put(&mut self, signed: &Signed<'_>, issuer_key: &[u8], most: usize) {
        let size = signed.signature.len().saturating_add(signed.der.len()).saturating_add(issuer_key.len());
        if size > most {
            return;
        }
        if self.size.saturating_add(size) > most {
            *self = Self::default();
        }
        self.size = self.size.saturating_add(size);
        let accepted = Accepted { issuer_key: issuer_key.into(), der: signed.der.into() };
        // What is replaced still counts: that is rare, and forgotten with the rest.
        self.by_signature.insert(signed.signature.into(), accepted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_takes_the_place_of_everything_else_and_what_is_too_large_takes_none() {
        let algorithm = crate::SignatureAlgorithm::Ed25519;
        let signed = |signature: &'static [u8], der: &'static [u8]| Signed {
            kind: crate::SignedKind::Certificate,
            der,
            message: der,
            algorithm: &algorithm,
            signature,
        };
        let key = b"key";
        let [first, second, third] = [signed(b"1", b"one"), signed(b"2", b"two"), signed(b"3", b"three")];
        let mut memory = Memory::default();
        let known = |memory: &Memory| [first, second, third].map(|it| memory.has(&it, key));
        memory.put(&first, key, 14);
        memory.put(&second, key, 14);
        assert_eq!((known(&memory), memory.size), ([true, true, false], 14));
        memory.put(&third, key, 14);
        assert_eq!((known(&memory), memory.size), ([false, false, true], 9));
        memory.put(&signed(b"4", b"larger than all"), key, 14);
        assert_eq!((known(&memory), memory.size), ([false, false, true], 9));
    }
}
