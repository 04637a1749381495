//! The hashes that authenticate: HASH_I and HASH_R of phase 1, HASH(1) to HASH(3) of Quick Mode, and that of an
//! Informational exchange.

use crypto::{Digest, Hashes};

use super::{Cookies, Nonces, PhaseOneKeys, PublicValues};
use crate::state::Role;

/// What HASH_I or HASH_R covers (RFC 2409 5).
#[derive(Clone, Copy, Debug)]
pub struct AuthenticationInput<'a> {
    /// Who signs: the initiator HASH_I, the responder HASH_R.
    pub signer: Role,
    /// g^xi and g^xr.
    pub publics: PublicValues<'a>,
    /// CKY-I and CKY-R.
    pub cookies: Cookies,
    /// SAi_b: the body of the SA payload of MM1, for both signers.
    pub security_association: &'a [u8],
    /// IDii_b or IDir_b: the body of the signer's ID payload.
    pub identification: &'a [u8],
}

impl PhaseOneKeys {
    /// HASH_I or HASH_R, which is what the signer signs.
    ///
    /// ```text
    /// HASH_I = prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b)
    /// HASH_R = prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b)
    /// ```
    #[must_use]
    pub fn authentication_hash(&self, hashes: &dyn Hashes, input: &AuthenticationInput<'_>) -> Digest {
        let AuthenticationInput { signer, publics, cookies, security_association, identification } = *input;
        let (own_public, peer_public, own_cookie, peer_cookie) = match signer {
            Role::Initiator => (publics.initiator, publics.responder, cookies.initiator, cookies.responder),
            Role::Responder => (publics.responder, publics.initiator, cookies.responder, cookies.initiator),
        };
        let parts: [&[u8]; 6] =
            [own_public, peer_public, &own_cookie, &peer_cookie, security_association, identification];
        hashes.hmac(self.algorithms.hash, &self.skeyid, &parts)
    }

    /// HASH(1) of Quick Mode: `prf(SKEYID_a, M-ID | SA | Ni [ | KE ] [ | IDci | IDcr ])` (RFC 2409 5.5).
    ///
    /// `payloads` is all that follows the HASH payload, generic headers included and padding not; so it is for
    /// HASH(2) and Informational exchanges.
    #[must_use]
    pub fn quick_mode_hash_1(&self, hashes: &dyn Hashes, message_id: u32, payloads: &[u8]) -> Digest {
        self.message_hash(hashes, &[&message_id.to_be_bytes(), payloads])
    }

    /// HASH(2) of Quick Mode: `prf(SKEYID_a, M-ID | Ni_b | SA | Nr [ | KE ] [ | IDci | IDcr ])` (RFC 2409 5.5).
    #[must_use]
    pub fn quick_mode_hash_2(
        &self,
        hashes: &dyn Hashes,
        message_id: u32,
        initiator_nonce: &[u8],
        payloads: &[u8],
    ) -> Digest {
        self.message_hash(hashes, &[&message_id.to_be_bytes(), initiator_nonce, payloads])
    }

    /// HASH(3) of Quick Mode: `prf(SKEYID_a, 0 | M-ID | Ni_b | Nr_b)` (RFC 2409 5.5).
    #[must_use]
    pub fn quick_mode_hash_3(&self, hashes: &dyn Hashes, message_id: u32, nonces: Nonces<'_>) -> Digest {
        self.message_hash(hashes, &[&[0], &message_id.to_be_bytes(), nonces.initiator, nonces.responder])
    }

    /// HASH(1) of an Informational exchange: `prf(SKEYID_a, M-ID | N/D)` (RFC 2409 5.7).
    #[must_use]
    pub fn informational_hash(&self, hashes: &dyn Hashes, message_id: u32, payloads: &[u8]) -> Digest {
        self.message_hash(hashes, &[&message_id.to_be_bytes(), payloads])
    }

    fn message_hash(&self, hashes: &dyn Hashes, parts: &[&[u8]]) -> Digest {
        hashes.hmac(self.algorithms.hash, &self.skeyid_a, parts)
    }
}
