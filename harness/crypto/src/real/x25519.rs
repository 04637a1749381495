//! Diffie-Hellman over Curve25519 (RFC 7748 6.1, RFC 8031).

use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};

use crate::{AgreementError, Group, PrivateValue, Random};

/// Draws a private value.
pub(super) fn begin(random: &mut dyn Random) -> Box<dyn PrivateValue> {
    let mut secret = [0; 32];
    random.fill(&mut secret);
    // The function clamps the secret itself, each time (RFC 7748 5).
    let public = x25519(secret, X25519_BASEPOINT_BYTES);
    Box::new(Curve25519PrivateValue { secret, public })
}

struct Curve25519PrivateValue {
    secret: [u8; 32],
    public: [u8; 32],
}

impl PrivateValue for Curve25519PrivateValue {
    fn public(&self) -> &[u8] {
        &self.public
    }

    fn agree(&self, peer_public: &[u8]) -> Result<Vec<u8>, AgreementError> {
        let group = Group::X25519;
        let peer =
            peer_public.try_into().map_err(|_| AgreementError::Length { group, found: peer_public.len() })?;
        let shared = x25519(self.secret, peer);
        // RFC 7748 6.1: what a point of small order comes to, whatever the secret is.
        if shared == [0; 32] { Err(AgreementError::OutOfRange { group }) } else { Ok(shared.to_vec()) }
    }
}

impl std::fmt::Debug for Curve25519PrivateValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Curve25519PrivateValue").finish_non_exhaustive()
    }
}
