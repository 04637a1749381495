//! Profiles: what they pin, and which one an identity selects (V2-PRO-1, V1-ID-4).

use crate::few::Set;
use crate::matching::{Specificity, specificity_of};
use crate::router::{Certificate, Identity, PinUse, Profile, ProfileId, Router, TrustpointSet};

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

/// How well a profile matches: as well as its best line. V2-PRO-1: `match fvrf` and `match address local` have to hold
/// besides.
pub(super) fn specificity(
    profile: &Profile,
    peer: Identity,
    certificate: &Certificate,
) -> Option<Specificity> {
    if profile.excluded {
        return None;
    }
    profile.matches.iter().filter_map(|line| specificity_of(line, peer, certificate)).max()
}
