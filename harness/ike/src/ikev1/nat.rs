//! NAT detection (RFC 3947 3.2): hashes of both addresses, made and compared.

use crypto::{Digest, HashAlgorithm, Provider};

use crate::endpoint::Path;
use crate::keys::{Cookies, nat_detection_hash};

/// What the NAT-D payloads of a peer tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NatStatus {
    /// This side's address was rewritten on the way to the peer.
    pub(super) local: bool,
    /// The peer's address was rewritten on its way here.
    pub(super) remote: bool,
}

impl NatStatus {
    /// Whether the session moves to the NAT traversal port (RFC 3947 4).
    pub(super) const fn any(self) -> bool {
        self.local || self.remote
    }
}

/// The NAT-D payloads to send: the peer's end first, then this one (RFC 3947 3.2).
pub(super) fn detection_hashes(
    provider: Provider,
    algorithm: HashAlgorithm,
    cookies: &Cookies,
    path: Path,
) -> [Digest; 2] {
    [path.remote, path.local].map(|end| nat_detection_hash(provider.hashes, algorithm, cookies, end))
}

/// Compares the peer's NAT-D payloads with the addresses that this side sees.
pub(super) fn detect(own: &[Digest; 2], received: &[&[u8]]) -> NatStatus {
    // RFC 3947 3.2: the peer's first hash is of our end, the others of its own.
    let [of_remote, of_local] = own;
    match received.split_first() {
        None => NatStatus::default(),
        Some((first, others)) => NatStatus {
            local: **first != **of_local,
            remote: !others.iter().any(|hash| **hash == **of_remote),
        },
    }
}
