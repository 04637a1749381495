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
/// can make something that is refused, but something that is accepted only from what an issuer signed.
///
/// ```
/// let judge = pki::Remembering::new(crypto::Real);
/// # let _: &dyn pki::IssuerSignatures = &judge;
/// ```
pub struct Remembering<J> {
    judge: J,
    accepted: RwLock<Memory>,
}

/// What was accepted, by the signature.
#[derive(Default)]
struct Memory {
    by_signature: BTreeMap<Box<[u8]>, Accepted>,
    /// The sizes of all that is there.
    size: usize,
}

/// A certificate or CRL, and the key whose holder signed it; both in DER.
struct Accepted {
    issuer_key: Box<[u8]>,
    der: Box<[u8]>,
}

impl<J> Remembering<J> {
    /// The most that is remembered, in bytes of signatures, keys, certificates and CRLs: some ten thousand certificates.
    pub const MOST: usize = 16 << 20;

    /// The largest that is remembered, in the same bytes: a CRL of some 100,000 entries. A few larger ones would only make
    /// each other forgotten.
    pub const LARGEST: usize = Self::MOST / 4;

    /// Remembers nothing yet of what `judge` says.
    pub fn new(judge: J) -> Self {
        Self { judge, accepted: RwLock::default() }
    }
}

impl<J: IssuerSignatures> IssuerSignatures for Remembering<J> {
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem> {
        // A thread that panicked has left the memory as it was before or after it put something in.
        let is_known = || {
            let memory = self.accepted.read().unwrap_or_else(PoisonError::into_inner);
            memory.has(signed, issuer_key.as_der())
        };
        if is_known() {
            return Ok(());
        }
        self.judge.check(signed, issuer_key)?;
        let accepted = Accepted { issuer_key: issuer_key.as_der().into(), der: signed.der.into() };
        if accepted.size(signed.signature) <= Self::LARGEST {
            let mut memory = self.accepted.write().unwrap_or_else(PoisonError::into_inner);
            memory.put(signed.signature, accepted, Self::MOST);
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

    /// Keeps this; if it does not fit beside the rest, the rest is forgotten.
    fn put(&mut self, signature: &[u8], accepted: Accepted, most: usize) {
        let size = accepted.size(signature);
        if self.size.saturating_add(size) > most {
            *self = Self::default();
        }
        let replaced = self.by_signature.insert(signature.into(), accepted);
        let replaced = replaced.map_or(0, |replaced| replaced.size(signature));
        self.size = self.size.saturating_add(size).saturating_sub(replaced);
    }
}

impl Accepted {
    /// How much it takes together with the signature that it is known by.
    fn size(&self, signature: &[u8]) -> usize {
        signature.len().saturating_add(self.issuer_key.len()).saturating_add(self.der.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_takes_the_place_of_everything_else_and_what_is_replaced_takes_none() {
        let accepted = |der: &[u8]| Accepted { issuer_key: b"key".as_slice().into(), der: der.into() };
        let mut memory = Memory::default();
        let known = |memory: &Memory| {
            let known = |signature: &[u8]| memory.by_signature.contains_key(signature);
            (known(b"1"), known(b"2"), known(b"3"), memory.size)
        };
        memory.put(b"1", accepted(b"one"), 14);
        memory.put(b"2", accepted(b"two"), 14);
        assert_eq!(known(&memory), (true, true, false, 14));
        memory.put(b"3", accepted(b"three"), 14);
        assert_eq!(known(&memory), (false, false, true, 9));
        memory.put(b"3", accepted(b"3"), 14);
        assert_eq!(known(&memory), (false, false, true, 5));
    }
}
