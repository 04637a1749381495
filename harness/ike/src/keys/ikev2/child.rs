//! The keys of Child SAs (RFC 7296 2.17).

use std::fmt;

use crypto::Hashes;

use super::{IkeSaKeys, prf_plus};
use crate::keys::Nonces;

/// The lengths in bytes of the keys of one direction of a Child SA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildSaKeyLengths {
    /// That of the cipher, salt included (RFC 4106 8.1); zero for AH.
    pub encryption: u8,
    /// That of the integrity algorithm; zero where the cipher authenticates.
    pub integrity: u8,
}

/// The keys of one direction of a Child SA.
#[derive(Clone, PartialEq, Eq)]
pub struct DirectionKeys {
    /// The cipher's, salt included.
    pub encryption: Vec<u8>,
    /// The integrity algorithm's.
    pub integrity: Vec<u8>,
}

/// The keys of a Child SA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildSaKeys {
    /// Of the SA that carries data from the initiator of the exchange to its responder.
    pub from_initiator: DirectionKeys,
    /// Of the SA that carries data back.
    pub from_responder: DirectionKeys,
}

impl IkeSaKeys {
    /// Derives the keys of a Child SA. The nonces are those of the exchange that negotiates it: IKE_SA_INIT for the one of
    /// IKE_AUTH, else CREATE_CHILD_SA. `shared_secret` is that of the exchange's own KE payloads, for perfect forward
    /// secrecy.
    ///
    /// ```text
    /// KEYMAT = prf+(SK_d, Ni | Nr)    or    KEYMAT = prf+(SK_d, g^ir (new) | Ni | Nr)
    /// ```
    #[must_use]
    pub fn child_sa(
        &self,
        hashes: &dyn Hashes,
        lengths: ChildSaKeyLengths,
        nonces: Nonces<'_>,
        shared_secret: Option<&[u8]>,
    ) -> ChildSaKeys {
        let [encryption, integrity] = [lengths.encryption, lengths.integrity].map(usize::from);
        let seed = [shared_secret.unwrap_or_default(), nonces.initiator, nonces.responder];
        let one_way = encryption + integrity;
        let material = prf_plus(hashes, self.algorithms.prf, &self.sk_d, &seed, 2 * one_way);
        // RFC 7296 2.17: the initiator's SA first, in each the encryption key first.
        let direction = |keys: &[u8]| {
            let (encryption, integrity) = keys.split_at(encryption);
            DirectionKeys { encryption: encryption.to_vec(), integrity: integrity.to_vec() }
        };
        let (from_initiator, from_responder) = material.split_at(one_way);
        ChildSaKeys { from_initiator: direction(from_initiator), from_responder: direction(from_responder) }
    }
}

impl fmt::Debug for DirectionKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("DirectionKeys").finish_non_exhaustive()
    }
}
