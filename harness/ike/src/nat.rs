//! NAT detection (RFC 3947 3.2, RFC 7296 2.23): hashes of both addresses, made and compared.

use crypto::{Digest, HashAlgorithm, Provider};

use crate::endpoint::Path;
use crate::keys::{Cookies, nat_detection_hash};

/// What the NAT-D payloads of a peer tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NatStatus {
    /// This side's address was rewritten on the way to the peer.
    pub(crate) local: bool,
    /// The peer's address was rewritten on its way here.
    pub(crate) remote: bool,
}

impl NatStatus {
    /// Whether the session moves to the NAT traversal port (RFC 3947 4).
    pub(crate) const fn any(self) -> bool {
        self.local || self.remote
    }
}

/// The NAT-D payloads to send: the peer's end first, then this one (RFC 3947 3.2).
pub(crate) fn detection_hashes(
    provider: Provider,
    algorithm: HashAlgorithm,
    cookies: &Cookies,
    path: Path,
) -> [Digest; 2] {
    [path.remote, path.local].map(|end| nat_detection_hash(provider.hashes, algorithm, cookies, end))
}

/// Compares the peer's NAT-D payloads with the addresses that this side sees.
pub(crate) fn detect(own: &[Digest; 2], received: &[&[u8]]) -> NatStatus {
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

/// The path on the NAT traversal port of both sides (RFC 3947 4, RFC 7296 2.23).
pub(crate) fn moved(path: Path, port: u16) -> Path {
    let (mut local, mut remote) = (path.local, path.remote);
    local.set_port(port);
    remote.set_port(port);
    Path { local, remote }
}
