//! Key material of IKEv2 (RFC 7296 2.13 to 2.18), as pure functions over what was exchanged.
//!
//! Which algorithms are used and when a key is needed is not decided here; nothing here encrypts or signs. The nonces
//! are those of the Nonce payloads without their generic headers.

mod child;
mod protection;
mod signed_octets;
#[cfg(test)]
mod tests;

use std::fmt;

use crypto::{Digest, HashAlgorithm, Hashes};

use super::{Cookies, Nonces};
use crate::state::Role;

pub use child::{ChildSaKeyLengths, ChildSaKeys, DirectionKeys};
pub use protection::{KeyLengthError, MessageProtection, ProtectionKeys};
pub use signed_octets::SignedOctets;

/// The SPIs of an IKE SA: where IKEv1 has cookies, and of the same form.
pub type Spis = Cookies;

/// What an IKE SA was negotiated to use, apart from the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IkeSaAlgorithms {
    /// The hash whose HMAC is the pseudo-random function.
    pub prf: HashAlgorithm,
    /// What protects messages.
    pub protection: MessageProtection,
}

/// The keys of an IKE SA (RFC 7296 2.14).
#[derive(Clone)]
pub struct IkeSaKeys {
    algorithms: IkeSaAlgorithms,
    sk_d: Vec<u8>,
    sk_pi: Vec<u8>,
    sk_pr: Vec<u8>,
    initiator: ProtectionKeys,
    responder: ProtectionKeys,
}

impl IkeSaKeys {
    /// Derives the keys of the first IKE SA with a peer; `shared_secret` is g^ir, as long as the group's.
    ///
    /// ```text
    /// SKEYSEED = prf(Ni | Nr, g^ir)
    /// {SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+ (SKEYSEED, Ni | Nr | SPIi | SPIr)
    /// ```
    #[must_use]
    pub fn derive(
        hashes: &dyn Hashes,
        algorithms: IkeSaAlgorithms,
        nonces: Nonces<'_>,
        spis: &Spis,
        shared_secret: &[u8],
    ) -> Self {
        let seed = skeyseed(hashes, algorithms.prf, nonces, shared_secret);
        Self::from_skeyseed(hashes, algorithms, &seed, nonces, spis)
    }

    /// Derives the keys of the IKE SA that replaces this one; nonces, SPIs and secret are those of the CREATE_CHILD_SA
    /// exchange, whose initiator is the new SA's.
    ///
    /// ```text
    /// SKEYSEED = prf(SK_d (old), g^ir (new) | Ni | Nr)
    /// ```
    #[must_use]
    pub fn rekey(
        &self,
        hashes: &dyn Hashes,
        algorithms: IkeSaAlgorithms,
        nonces: Nonces<'_>,
        spis: &Spis,
        shared_secret: &[u8],
    ) -> Self {
        // RFC 7296 2.18: SKEYSEED by the pseudo-random function of the old SA, what follows from it by that of the new.
        let seed = rekeyed_skeyseed(hashes, self.algorithms.prf, &self.sk_d, nonces, shared_secret);
        Self::from_skeyseed(hashes, algorithms, &seed, nonces, spis)
    }

    fn from_skeyseed(
        hashes: &dyn Hashes,
        algorithms: IkeSaAlgorithms,
        skeyseed: &[u8],
        nonces: Nonces<'_>,
        spis: &Spis,
    ) -> Self {
        let IkeSaAlgorithms { prf, protection } = algorithms;
        // RFC 7296 2.13: the preferred length of an HMAC's key is that of its output.
        let prf_length = prf.output_length();
        let (sk_a_length, sk_e_length) = (protection.sk_a_length(), protection.sk_e_length());
        let length = 3 * prf_length + 2 * sk_a_length + 2 * sk_e_length;
        let seed = [nonces.initiator, nonces.responder, &spis.concatenated()];
        let material = prf_plus(hashes, prf, skeyseed, &seed, length);
        let mut rest = material.as_slice();
        let mut take = |length: usize| {
            let (key, behind) = rest.split_at(length);
            rest = behind;
            key.to_vec()
        };
        let sk_d = take(prf_length);
        let [sk_ai, sk_ar] = [(); 2].map(|()| take(sk_a_length));
        let [sk_ei, sk_er] = [(); 2].map(|()| take(sk_e_length));
        let [sk_pi, sk_pr] = [(); 2].map(|()| take(prf_length));
        let keys = |sk_e: Vec<u8>, sk_a: Vec<u8>| {
            ProtectionKeys::new(protection, &sk_e, &sk_a).expect("the keys were cut to their lengths")
        };
        let (initiator, responder) = (keys(sk_ei, sk_ai), keys(sk_er, sk_ar));
        Self { algorithms, sk_d, sk_pi, sk_pr, initiator, responder }
    }

    /// The algorithms that the keys are for.
    #[must_use]
    pub const fn algorithms(&self) -> IkeSaAlgorithms {
        self.algorithms
    }

    /// SK_d, from which the keys of other SAs are derived.
    #[must_use]
    pub fn sk_d(&self) -> &[u8] {
        &self.sk_d
    }

    /// SK_pi or SK_pr, which go into what `signer` signs.
    #[must_use]
    pub fn sk_p(&self, signer: Role) -> &[u8] {
        match signer {
            Role::Initiator => &self.sk_pi,
            Role::Responder => &self.sk_pr,
        }
    }

    /// SK_ei and SK_ai, or SK_er and SK_ar: the keys of the messages that `sender` sends. The roles are those of the IKE
    /// SA, whoever initiates the exchange.
    #[must_use]
    pub const fn protection(&self, sender: Role) -> &ProtectionKeys {
        match sender {
            Role::Initiator => &self.initiator,
            Role::Responder => &self.responder,
        }
    }
}

impl fmt::Debug for IkeSaKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("IkeSaKeys").field("algorithms", &self.algorithms).finish_non_exhaustive()
    }
}

/// `SKEYSEED = prf(Ni | Nr, g^ir)` (RFC 7296 2.14).
#[must_use]
pub fn skeyseed(hashes: &dyn Hashes, prf: HashAlgorithm, nonces: Nonces<'_>, shared_secret: &[u8]) -> Digest {
    hashes.hmac(prf, &[nonces.initiator, nonces.responder].concat(), &[shared_secret])
}

/// `SKEYSEED = prf(SK_d (old), g^ir (new) | Ni | Nr)` (RFC 7296 2.18).
#[must_use]
pub fn rekeyed_skeyseed(
    hashes: &dyn Hashes,
    prf: HashAlgorithm,
    old_sk_d: &[u8],
    nonces: Nonces<'_>,
    new_shared_secret: &[u8],
) -> Digest {
    hashes.hmac(prf, old_sk_d, &[new_shared_secret, nonces.initiator, nonces.responder])
}

/// `prf+ (K, S)`, where S is the concatenation of `seed` (RFC 7296 2.13): `length` bytes, at most 255 times what the
/// pseudo-random function puts out, as more is not defined.
///
/// ```text
/// prf+ (K, S) = T1 | T2 | T3 | ...    T1 = prf (K, S | 0x01)    T2 = prf (K, T1 | S | 0x02)
/// ```
#[must_use]
pub fn prf_plus(
    hashes: &dyn Hashes,
    prf: HashAlgorithm,
    key: &[u8],
    seed: &[&[u8]],
    length: usize,
) -> Vec<u8> {
    let seed = seed.concat();
    let mut material = Vec::new();
    let mut block: Option<Digest> = None;
    for number in 1..=u8::MAX {
        if material.len() >= length {
            break;
        }
        let previous = block.as_deref().unwrap_or_default();
        let next = hashes.hmac(prf, key, &[previous, &seed, &[number]]);
        material.extend_from_slice(&next);
        block = Some(next);
    }
    material.truncate(length);
    material
}
