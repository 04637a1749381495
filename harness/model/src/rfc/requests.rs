//! What the routers may ask for (RFC 4945 3.2, RFC 7296 3.7). The order has no meaning, so requests are a set.

use crate::few::Set;
use crate::negotiation::{Negotiation, Role, Version};
use crate::router::{Match, Profile, Router, TrustpointSet};
use crate::world::{Ca, World};

use super::requirement::{Conflict, Requirement};
use super::validation::anchors;
use super::{Grounds, Ways, add};

/// What a router asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Asks {
    /// Certificates of these CAs.
    For(Set<Ca>),
    /// Any certificate: the CA field is empty.
    ForAny,
    /// Nothing: there is no CERTREQ.
    #[default]
    Not,
}

/// The initiator knows its policy and asks for what that trusts.
pub(super) fn initiator(negotiation: &Negotiation<'_>) -> Ways<Asks> {
    let profile = negotiation.initiators_profile();
    let mut ways = Ways::none();
    add_anchors(&mut ways, negotiation, Role::Initiator, profile, Grounds::default());
    add_empty(&mut ways);
    // RFC 7296 3.7 leaves CERTREQ to the sender, RFC 4945 3.2.6 does not.
    if negotiation.version == Version::Ikev2 {
        add(&mut ways, Asks::Not, Grounds::conflict(Conflict::RequestInIkev2));
    }
    ways
}

/// The responder does not know the initiator's identity yet. RFC 4945 3.2.7.1 has it ask for what its policy trusts "in
/// this exchange" and does not say which policy that is: all, those that may still match, or that of the source address.
pub(super) fn responder(negotiation: &Negotiation<'_>) -> Ways<Asks> {
    let (router, world) = (negotiation.responder, negotiation.world);
    let mut ways = Ways::none();
    // RFC 4945 3.2.7.2: first the policy that the source address tells.
    let by_source =
        router.profiles.iter().filter(|profile| of_source(profile, negotiation.initiator.address));
    let mut told = false;
    for profile in by_source {
        told = true;
        let grounds = Grounds::by([Requirement::ResponderPolicyBySource]);
        add_anchors(&mut ways, negotiation, Role::Responder, Some(profile), grounds);
    }
    let passed_over = |grounds: Grounds| {
        if told { grounds.short_of(Requirement::ResponderPolicyBySource) } else { grounds }
    };
    add_anchors(&mut ways, negotiation, Role::Responder, None, passed_over(Grounds::default()));
    let of_profiles =
        router.profiles.iter().map(|profile| anchors(negotiation, Role::Responder, Some(profile)));
    let union = of_profiles.fold(Set::EMPTY, Set::with);
    if !union.is_empty() {
        let grounds = Grounds::by([Requirement::OneCertreqPerAnchor]);
        add(&mut ways, Asks::For(cas(world, router, union)), passed_over(grounds));
    }
    add_empty(&mut ways);
    ways
}

/// One request for each anchor of a policy. A policy without anchors has nothing to ask for; one that names none trusts
/// what is built in, too, of which IKEv2 has no key to ask for.
fn add_anchors(
    ways: &mut Ways<Asks>,
    negotiation: &Negotiation<'_>,
    role: Role,
    profile: Option<&Profile>,
    grounds: Grounds,
) {
    let cas = cas(negotiation.world, negotiation.router(role), anchors(negotiation, role, profile));
    let built_in =
        negotiation.version == Version::Ikev1 && profile.is_none_or(|profile| profile.pins.is_empty());
    if cas.is_empty() && !built_in {
        add(ways, Asks::Not, grounds);
    } else {
        add(ways, Asks::For(cas), grounds.and(Grounds::by([Requirement::OneCertreqPerAnchor])));
    }
}

fn add_empty(ways: &mut Ways<Asks>) {
    let grounds = Grounds::by([Requirement::EmptyAllowed]).short_of(Requirement::NonemptyPreferred);
    add(ways, Asks::ForAny, grounds);
}

fn cas(world: &World, router: &Router, trustpoints: TrustpointSet) -> Set<Ca> {
    Set::of(trustpoints.iter().filter_map(|id| router.ca(world, id)))
}

/// Whether the source address alone tells this policy.
pub(super) fn of_source(profile: &Profile, source: u32) -> bool {
    profile.matches.contains(&Match::Address(source, 32))
}
