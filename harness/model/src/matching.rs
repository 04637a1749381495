//! Whether a line of a profile matches a peer, and how narrowly. Both readings prefer the narrower match, and both rank
//! like this.

use crate::router::{Certificate, DomainName, Identity, Match};

/// How well a line matches, from worst to best (V2-PRO-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Specificity {
    /// `any`.
    Any,
    /// Mask 0.
    Mask0,
    /// A shorter mask or a domain, of this many bits or labels.
    Partial(usize),
    /// The whole identity, or a certificate map.
    Exact,
}

/// How well a line matches, if it does. V2-PRO-2: a DN is matched by a certificate map only.
pub(crate) fn specificity_of(line: &Match, peer: Identity, certificate: &Certificate) -> Option<Specificity> {
    match (*line, peer) {
        (Match::Address(network, mask), Identity::Address(address)) => under_mask(network, mask, address)
            .then_some(match mask {
                0 => Specificity::Mask0,
                32.. => Specificity::Exact,
                bits => Specificity::Partial(usize::from(bits)),
            }),
        (Match::Fqdn(name), Identity::Fqdn(peer)) => (name == peer).then_some(Specificity::Exact),
        (Match::FqdnDomain(domain), Identity::Fqdn(peer)) => below(&domain, &peer),
        (Match::UserFqdn(user, name), Identity::UserFqdn(peers, peer)) => {
            ((user, name) == (peers, peer)).then_some(Specificity::Exact)
        }
        (Match::UserFqdnDomain(domain), Identity::UserFqdn(_, peer)) => below(&domain, &peer),
        (Match::KeyId(key), Identity::KeyId(peer)) => (key == peer).then_some(Specificity::Exact),
        (Match::CertificateMap(map), _) => certificate.satisfies.contains(map).then_some(Specificity::Exact),
        (Match::Any, Identity::Dn(_)) => None,
        (Match::Any, _) => Some(Specificity::Any),
        _ => None,
    }
}

fn under_mask(network: u32, mask: u8, address: u32) -> bool {
    let host_bits = 32 - u32::from(mask.min(32));
    (u64::from(network) >> host_bits) == (u64::from(address) >> host_bits)
}

/// Whether a name is of this domain.
fn below(domain: &DomainName, name: &DomainName) -> Option<Specificity> {
    name.starts_with(domain).then_some(Specificity::Partial(domain.len()))
}
