//! The hash in NAT-D payloads.

use std::net::{IpAddr, SocketAddr};

use crypto::{Digest, HashAlgorithm, Hashes};

use super::Cookies;

/// `HASH(CKY-I | CKY-R | IP | Port)` of one end of the path, with the negotiated hash (RFC 3947 3.2).
#[must_use]
pub fn nat_detection_hash(
    hashes: &dyn Hashes,
    algorithm: HashAlgorithm,
    cookies: &Cookies,
    end: SocketAddr,
) -> Digest {
    let hash = |address: &[u8]| {
        hashes.hash(algorithm, &[&cookies.initiator, &cookies.responder, address, &end.port().to_be_bytes()])
    };
    match end.ip() {
        IpAddr::V4(address) => hash(&address.octets()),
        IpAddr::V6(address) => hash(&address.octets()),
    }
}
