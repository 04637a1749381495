//! Key material of IKEv1 with signatures (RFC 2409 5 and appendix B), as pure functions over what was exchanged.
//!
//! Which algorithms are used and when a key is needed is not decided here; nothing here encrypts or signs. `_b` in
//! the formulas is the body of a payload without its generic header, as in the RFC. IKEv2's keys are in [`ikev2`].

mod cipher_key;
mod exchange_hashes;
pub mod ikev2;
mod nat_detection;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

use crypto::{CipherAlgorithm, Digest, HashAlgorithm, Hashes};

pub use cipher_key::CipherKey;
pub use exchange_hashes::AuthenticationInput;
pub use nat_detection::nat_detection_hash;

/// What phase 1 was negotiated to be protected with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PhaseOneAlgorithms {
    /// The hash, whose HMAC is the pseudo-random function (RFC 2409 4).
    pub hash: HashAlgorithm,
    /// The cipher.
    pub cipher: CipherAlgorithm,
}

/// The two cookies of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cookies {
    /// CKY-I, the initiator's.
    pub initiator: [u8; 8],
    /// CKY-R, the responder's; zero until it has answered.
    pub responder: [u8; 8],
}

impl Cookies {
    /// CKY-I | CKY-R.
    #[must_use]
    pub fn concatenated(&self) -> [u8; 16] {
        let mut both = [0; 16];
        let (initiator, responder) = both.split_at_mut(8);
        initiator.copy_from_slice(&self.initiator);
        responder.copy_from_slice(&self.responder);
        both
    }
}

/// The bodies of the NONCE payloads of one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonces<'a> {
    /// Ni_b, the initiator's.
    pub initiator: &'a [u8],
    /// Nr_b, the responder's.
    pub responder: &'a [u8],
}

/// The bodies of the KE payloads of phase 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicValues<'a> {
    /// g^xi, the initiator's.
    pub initiator: &'a [u8],
    /// g^xr, the responder's.
    pub responder: &'a [u8],
}

/// The keys of phase 1 (RFC 2409 5).
#[derive(Clone)]
pub struct PhaseOneKeys {
    algorithms: PhaseOneAlgorithms,
    skeyid: Digest,
    skeyid_d: Digest,
    skeyid_a: Digest,
    skeyid_e: Digest,
    cipher_key: CipherKey,
}

impl PhaseOneKeys {
    /// Derives the keys for authentication with signatures; `shared_secret` is g^xy, as long as the group's.
    ///
    /// ```text
    /// SKEYID   = prf(Ni_b | Nr_b, g^xy)
    /// SKEYID_d = prf(SKEYID, g^xy | CKY-I | CKY-R | 0)
    /// SKEYID_a = prf(SKEYID, SKEYID_d | g^xy | CKY-I | CKY-R | 1)
    /// SKEYID_e = prf(SKEYID, SKEYID_a | g^xy | CKY-I | CKY-R | 2)
    /// ```
    #[must_use]
    pub fn derive(
        hashes: &dyn Hashes,
        algorithms: PhaseOneAlgorithms,
        nonces: Nonces<'_>,
        cookies: &Cookies,
        shared_secret: &[u8],
    ) -> Self {
        let PhaseOneAlgorithms { hash, cipher } = algorithms;
        let skeyid = hashes.hmac(hash, &[nonces.initiator, nonces.responder].concat(), &[shared_secret]);
        let derive = |previous: &[u8], number: u8| {
            hashes.hmac(
                hash,
                &skeyid,
                &[previous, shared_secret, &cookies.initiator, &cookies.responder, &[number]],
            )
        };
        let skeyid_d = derive(&[], 0);
        let skeyid_a = derive(&skeyid_d, 1);
        let skeyid_e = derive(&skeyid_a, 2);
        let cipher_key = CipherKey::from_skeyid_e(hashes, hash, cipher, &skeyid_e);
        Self { algorithms, skeyid, skeyid_d, skeyid_a, skeyid_e, cipher_key }
    }

    /// The algorithms that the keys are for.
    #[must_use]
    pub const fn algorithms(&self) -> PhaseOneAlgorithms {
        self.algorithms
    }

    /// SKEYID, which authenticates phase 1 itself.
    #[must_use]
    pub fn skeyid(&self) -> &[u8] {
        &self.skeyid
    }

    /// SKEYID_d, from which the keys of other SAs are derived.
    #[must_use]
    pub fn skeyid_d(&self) -> &[u8] {
        &self.skeyid_d
    }

    /// SKEYID_a, which authenticates messages under phase 1.
    #[must_use]
    pub fn skeyid_a(&self) -> &[u8] {
        &self.skeyid_a
    }

    /// SKEYID_e, from which the key of the cipher is made.
    #[must_use]
    pub fn skeyid_e(&self) -> &[u8] {
        &self.skeyid_e
    }

    /// The key that messages are encrypted with.
    #[must_use]
    pub const fn cipher_key(&self) -> &CipherKey {
        &self.cipher_key
    }
}

impl fmt::Debug for PhaseOneKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("PhaseOneKeys").field("algorithms", &self.algorithms).finish_non_exhaustive()
    }
}

/// Key material of `length` bytes from a function that makes the next block out of the one before, which is empty at
/// first: how RFC 2409 stretches its pseudo-random function.
fn stretch(length: usize, next_block: impl Fn(&[u8]) -> Digest) -> Vec<u8> {
    let mut material = Vec::with_capacity(length);
    let mut block: Option<Digest> = None;
    while material.len() < length {
        let next = next_block(block.as_deref().unwrap_or_default());
        let missing = length - material.len();
        material.extend(next.iter().take(missing));
        block = Some(next);
    }
    material
}
