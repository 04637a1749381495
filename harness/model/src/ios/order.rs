//! ORD: the order in which a router asks for CAs, and which of its trustpoints answers requests in their order.

use crate::few::Few;
use crate::negotiation::{Negotiation, Version};
use crate::prediction::{Choice, DecidedBy, Request, Requests};
use crate::router::{Router, TrustpointId, TrustpointSet};
use crate::rule::{By, Rule, RuleSet};
use crate::world::{BuiltIn, Ca};

/// One request for each CA of these trustpoints, in order.
pub(super) fn requests(
    negotiation: &Negotiation<'_>,
    router: &Router,
    trustpoints: TrustpointSet,
) -> By<Requests> {
    let mut rules = RuleSet::EMPTY;
    let mut requests = Requests::none();
    for trustpoint in rules.take(in_order(router)).iter().copied().filter(|&id| trustpoints.contains(id)) {
        let Some(ca) = router.ca(negotiation.world, trustpoint) else { continue };
        if requests.iter().any(|&request| asks_for(negotiation, request, ca)) {
            rules.insert(Rule::Ord4); // ORD-4: one request for each CA, at the place of its first trustpoint
        } else {
            requests.push(Request::Ca(ca));
        }
    }
    By { decision: requests, rules }
}

/// ORD-3: the same, and then the built-in trustpoints.
pub(super) fn requests_and_built_in(negotiation: &Negotiation<'_>, router: &Router) -> By<Requests> {
    let mut all = requests(negotiation, router, router.authenticated());
    BuiltIn::ALL.into_iter().for_each(|built_in| all.decision.push(Request::BuiltIn(built_in)));
    all.and([Rule::Ord3])
}

/// The authenticated trustpoints: ORD-1, the enrolled ones, the newest enrolment first; ORD-2, then the others, in
/// configuration order. One that is not authenticated has no part in anything.
pub(super) fn in_order(router: &Router) -> By<Few<TrustpointId, 32>> {
    let authenticated = router.authenticated();
    let enrolled = router.enrolments.iter().map(|enrolment| enrolment.trustpoint);
    let others = authenticated.iter().filter(|&id| router.enrolment(id).is_none());
    let decision = enrolled.filter(|&id| authenticated.contains(id)).chain(others).collect();
    By::rules(decision, [Rule::Ord1, Rule::Ord2])
}

/// ORD-4: the trustpoint that answers a request: of those of this CA that the router may use and is enrolled in, the one
/// that was defined last.
fn answer(
    negotiation: &Negotiation<'_>,
    router: &Router,
    may_use: TrustpointSet,
    request: Request,
) -> Option<TrustpointId> {
    let of_that_ca = |id: &TrustpointId| {
        let ca = router.ca(negotiation.world, *id);
        ca.is_some_and(|ca| asks_for(negotiation, request, ca))
    };
    may_use.iter().filter(of_that_ca).filter(|&id| router.enrolment(id).is_some()).max()
}

/// The trustpoint to sign with, of those that the router may use: that of the first request that can be answered; if
/// nothing was asked for, the first in order that it is enrolled in.
pub(super) fn first_answer(
    negotiation: &Negotiation<'_>,
    router: &Router,
    may_use: TrustpointSet,
    received: &Requests,
) -> Option<Choice> {
    if received.is_empty() {
        let enrolled = |&id: &TrustpointId| may_use.contains(id) && router.enrolment(id).is_some();
        let trustpoint = in_order(router).decision.iter().copied().find(enrolled)?;
        return Some(Choice { trustpoint, decided_by: DecidedBy::NewestEnrolment });
    }
    received.iter().find_map(|&request| {
        let trustpoint = answer(negotiation, router, may_use, request)?;
        Some(Choice { trustpoint, decided_by: DecidedBy::Request(request) })
    })
}

/// Whether a request is for this CA: IKEv1 asks by name, IKEv2 by the hash of the key.
fn asks_for(negotiation: &Negotiation<'_>, request: Request, ca: Ca) -> bool {
    match (request, negotiation.version) {
        (Request::BuiltIn(_), _) => false,
        (Request::Ca(asked), Version::Ikev1) => negotiation.world.same_name(asked, ca),
        (Request::Ca(asked), Version::Ikev2) => asked == ca,
    }
}
