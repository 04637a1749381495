//! The trustpoints of a router: which there are beside the configured ones, and in which order it enrolled (ORD-1).

use ike::{Sourced, Trustpoint, TrustpointId};
use ios::RouterDescription;
use ios::description::ShownKind;
use pki::Certificate;

use super::built_in;

/// All trustpoints of one router.
pub(super) struct Trustpoints {
    /// In configuration order; after them those that are pinned and not defined, and the built-in ones.
    pub list: Vec<Trustpoint>,
    /// The enrolled ones, the most recent first.
    pub enrolments: Vec<TrustpointId>,
    /// So many of them, the first ones, are where the text lists them; the places of the others are assumed.
    pub listed: usize,
}

impl Trustpoints {
    /// The `configured` trustpoints, and what belongs to them.
    pub fn new(router: &RouterDescription, configured: Vec<Trustpoint>) -> Self {
        let mut list = configured;
        let (enrolments, listed) = order(router, &list);
        list.extend(undefined_pins(router));
        // ORD-3
        list.extend(built_in::trustpoints());
        Self { list, enrolments, listed }
    }
}

/// The enrolled trustpoints, the most recent first: as `show crypto pki certificates` lists the router's certificates
/// (ORD-1); those that it leaves out come last, as the configuration has their certificate chains. Then, how many were
/// listed.
fn order(router: &RouterDescription, list: &[Trustpoint]) -> (Vec<TrustpointId>, usize) {
    let enrolled = |name: &str| list.iter().position(|it| it.name == name && it.enrolment.is_some());
    let printed = router.shown.certificates.iter().flatten();
    let printed = printed.filter(|shown| shown.kind.value == ShownKind::Router);
    let printed = printed.flat_map(|shown| &shown.trustpoints).filter_map(|name| enrolled(&name.value));
    let chained = router.chains.iter().filter_map(|chain| enrolled(&chain.trustpoint.value));
    let configured = (0..list.len()).filter(|&index| list[index].enrolment.is_some());

    let mut order: Vec<usize> = Vec::new();
    let mut add = |indices: &mut dyn Iterator<Item = usize>| {
        for index in indices {
            if !order.contains(&index) {
                order.push(index);
            }
        }
        order.len()
    };
    let listed = add(&mut printed.into_iter());
    add(&mut chained.chain(configured));
    (order.into_iter().filter_map(TrustpointId::from_index).collect(), listed)
}

/// Trustpoints that a profile pins and that are not defined: not authenticated, they take part in nothing (ORD-2).
fn undefined_pins(router: &RouterDescription) -> Vec<Trustpoint> {
    let mut undefined: Vec<Trustpoint> = Vec::new();
    let isakmp = router.isakmp.profiles.iter().flat_map(|profile| &profile.trustpoints);
    let isakmp = isakmp.map(|pin| (&pin.value, pin.origin));
    let ikev2 = router.ikev2.profiles.iter().flat_map(|profile| &profile.trustpoints);
    for (name, origin) in isakmp.chain(ikev2.map(|pin| (&pin.value.trustpoint, pin.origin))) {
        let known = router.trustpoint(name).is_some() || undefined.iter().any(|it| it.name == *name);
        if !known {
            undefined.push(Trustpoint {
                name: name.clone(),
                origin,
                authority: None,
                enrolment: None,
                revocation: Sourced::default_value(Vec::new()),
                revocation_lists: Vec::new(),
            });
        }
    }
    undefined
}

/// The CAs from the one that issued a router's certificate up to the root, nearest first and the root left out: those
/// whose certificates the router has.
pub(super) fn intermediates<'a>(
    issuer: &Certificate,
    known: impl Iterator<Item = &'a Certificate> + Clone,
) -> Vec<Certificate> {
    let mut above = Vec::new();
    let mut next = Some(issuer.clone());
    while let Some(certificate) = next.take().filter(|certificate| !certificate.is_self_issued()) {
        if above.contains(&certificate) {
            break;
        }
        next = known.clone().find(|other| other.subject().matches(certificate.issuer())).cloned();
        above.push(certificate);
    }
    above
}
