//! The vendor IDs that this endpoint sends, as IOS does, and what it makes of the peer's.

use crypto::{HashAlgorithm, Provider};
use wire::ikev1::vendor as known;

use crate::state::Role;

/// What a peer's vendor IDs say it can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PeerCapabilities {
    /// NAT traversal by RFC 3947.
    pub(super) nat_traversal: bool,
    /// Dead peer detection by RFC 3706.
    pub(super) dead_peer_detection: bool,
}

impl PeerCapabilities {
    /// Takes note of one vendor ID. The last byte of the DPD one is its minor version (RFC 3706 5.1).
    pub(super) fn note(&mut self, bytes: &[u8]) {
        self.nat_traversal |= bytes == known::RFC_3947;
        let dpd = known::DPD;
        self.dead_peer_detection |= bytes.len() == dpd.len() && bytes.starts_with(&dpd[..dpd.len() - 1]);
    }
}

/// The vendor IDs of MM1: NAT traversal, best first (WIRE-2).
pub(super) fn offered() -> Vec<Vec<u8>> {
    [&known::RFC_3947[..], &known::NAT_T_DRAFT_07, &known::NAT_T_DRAFT_03, &known::NAT_T_DRAFT_02_LINE_FEED]
        .map(<[u8]>::to_vec)
        .to_vec()
}

/// The vendor IDs of MM2: the way of NAT traversal that both sides know.
pub(super) fn accepted(peer: PeerCapabilities) -> Vec<Vec<u8>> {
    if peer.nat_traversal { vec![known::RFC_3947.to_vec()] } else { Vec::new() }
}

/// The vendor IDs of MM3 and MM4; a responder's begin with Unity (WIRE-1).
pub(super) fn of_key_exchange(role: Role, provider: Provider, cookies: &[u8; 16]) -> Vec<Vec<u8>> {
    let mut ids = vec![known::DPD.to_vec(), own(provider, cookies), known::XAUTH.to_vec()];
    if role == Role::Responder {
        ids.insert(0, known::CISCO_UNITY.to_vec());
    }
    ids
}

/// The vendor ID by which IOS boxes know each other. It is 16 bytes long and differs from session to session; how IOS
/// makes it is not published, so this endpoint hashes the cookies.
fn own(provider: Provider, cookies: &[u8; 16]) -> Vec<u8> {
    provider.hashes.hash(HashAlgorithm::Md5, &[cookies]).to_vec()
}
