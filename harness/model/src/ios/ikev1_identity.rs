//! V1-ID: identities and profiles in IKEv1.

use crate::router::{Certificate, Identity, LocalIdentity, Profile, ProfileId, Router};
use crate::rule::{By, Rule};

use super::profile;

/// V1-ID-1: what a router calls itself: as its profile says, else as the router says, else by its address.
pub(super) fn identity(router: &Router, profile: Option<&Profile>, own: &Certificate) -> By<Identity> {
    let of_profile = profile.and_then(|profile| profile.local_identity);
    let configured = of_profile.or(router.global_identity);
    let identity = match configured {
        Some(LocalIdentity::Is(identity)) => identity,
        Some(LocalIdentity::Subject) => Identity::Dn(own.subject),
        None => Identity::Address(router.address),
    };
    By::rules(identity, [Rule::V1Id1])
}

/// V1-ID-2: the profile that the responder binds the session to when it has read MM5; among several, V1-ID-4. If none
/// matches, it goes on without.
pub(super) fn responders_profile(
    router: &Router,
    peer: Identity,
    certificate: &Certificate,
) -> By<Option<ProfileId>> {
    let selected = profile::select(router, peer, certificate);
    By::rules(selected, [Rule::V1Id2, Rule::V1Id4])
}

/// V1-ID-3: the initiator stays with its profile, and an identity in MM6 that the profile does not match is refused. An
/// initiator without a profile has nothing that the identity could contradict.
pub(super) fn initiator_accepts(
    profile: Option<&Profile>,
    peer: Identity,
    certificate: &Certificate,
) -> By<bool> {
    let accepted = profile.is_none_or(|profile| profile::specificity(profile, peer, certificate).is_some());
    By::rules(accepted, [Rule::V1Id3])
}
