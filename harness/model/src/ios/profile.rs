//! Profiles: what they pin, and which one an identity selects (V2-PRO-1, V1-ID-4).

use crate::few::Set;
use crate::router::{
    Certificate, DomainName, Identity, Match, PinUse, Profile, ProfileId, Router, TrustpointSet,
};

/// The pins of a profile that are authenticated; one that is not has no part in anything (ORD-2).
#[derive(Clone, Copy)]
pub(super) struct Pins {
    /// All of them.
    pub(super) any: TrustpointSet,
    /// Those that may sign (V2-SEL-3).
    pub(super) sign: TrustpointSet,
    /// Those that may validate (V2-SEL-3).
    pub(super) verify: TrustpointSet,
    /// Whether the profile names one that may sign, authenticated or not.
    pub(super) names_one_to_sign: bool,
    /// Whether the profile names one that may validate, authenticated or not.
    pub(super) names_one_to_verify: bool,
}

/// The pins of a profile, if it is pinned: if it names trustpoints, authenticated or not.
pub(super) fn pins(router: &Router, profile: Option<&Profile>) -> Option<Pins> {
    let pins = &profile.filter(|profile| !profile.pins.is_empty())?.pins;
    let authenticated = router.authenticated();
    let only = |wanted: fn(PinUse) -> bool| {
        let named = pins.iter().filter(move |pin| wanted(pin.purpose)).map(|pin| pin.trustpoint);
        Set::of(named.filter(|&id| authenticated.contains(id)))
    };
    let may_sign = |purpose| purpose != PinUse::Verify;
    let may_verify = |purpose| purpose != PinUse::Sign;
    Some(Pins {
        any: only(|_| true),
        sign: only(may_sign),
        verify: only(may_verify),
        names_one_to_sign: pins.iter().any(|pin| may_sign(pin.purpose)),
        names_one_to_verify: pins.iter().any(|pin| may_verify(pin.purpose)),
    })
}

/// V2-PRO-1: the profile whose best line is the most specific; among equals the one that was configured last.
pub(super) fn select(router: &Router, peer: Identity, certificate: &Certificate) -> Option<ProfileId> {
    let matching = (0..).map(ProfileId).zip(&router.profiles).filter_map(|(id, profile)| {
        let best = specificity(profile, peer, certificate)?;
        Some((best, id))
    });
    matching.max().map(|(_, id)| id)
}

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

/// How well a profile matches: as well as its best line. V2-PRO-1: `match fvrf` and `match address local` have to hold
/// besides.
pub(crate) fn specificity(
    profile: &Profile,
    peer: Identity,
    certificate: &Certificate,
) -> Option<Specificity> {
    if profile.excluded {
        return None;
    }
    profile.matches.iter().filter_map(|line| match_of(line, peer, certificate)).max()
}

/// How well a line matches, if it does. V2-PRO-2: a DN is matched by a certificate map, or by `any`.
fn match_of(line: &Match, peer: Identity, certificate: &Certificate) -> Option<Specificity> {
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
