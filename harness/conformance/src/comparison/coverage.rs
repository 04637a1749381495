//! An invariant of the engine, whatever the model says: no side completes authentication with a certificate that its
//! validation list does not cover. The list is read from the configuration here, not from what the engine says of it.

use std::fmt;

use ike::{AnyProfileId, Event, EventKind, Router};
use lab::complete::World;
use lab::negotiation::Negotiation;
use lab::side::Side;
use pki::{Authority, Certificate};

/// A certificate that was accepted and must not have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncovered {
    /// The name of the router that accepted it.
    pub router: String,
    /// The issuer of the certificate, as IOS prints it; none where the router has seen no certificate of its peer.
    pub issuer: Option<String>,
    /// The trustpoints that its configuration has it validate against.
    pub list: Vec<String>,
}

impl fmt::Display for Uncovered {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuer = self.issuer.as_deref().unwrap_or("nobody");
        let list = self.list.join(", ");
        write!(
            out,
            "{} authenticated a peer with a certificate from {issuer}; its list is {list}",
            self.router
        )
    }
}

/// The first side that completed authentication with a certificate of its peer from which no chain leads to a trustpoint
/// of its validation list (V1-VAL-1, V2-VAL-1), if there is one.
#[must_use]
pub fn uncovered(world: &World, negotiation: &Negotiation) -> Option<Uncovered> {
    Side::BOTH.into_iter().find_map(|side| {
        let (profile, certificate) = accepted(world, negotiation, side)?;
        let router = &*world.routers[side];
        let list = list(router, profile);
        let peer = &*world.routers[side.other()];
        if certificate.is_some_and(|certificate| leads_to_one_of(router, peer, certificate, &list)) {
            return None;
        }
        Some(Uncovered {
            router: world.names[side].clone(),
            issuer: certificate.map(|certificate| certificate.issuer().to_string()),
            list: list.iter().map(|trustpoint| trustpoint.name.clone()).collect(),
        })
    })
}

/// The profile with which a side completed authentication, if it did, and the certificate of its peer: the last that it
/// had read before, and that is one of the peer's own.
fn accepted<'w>(
    world: &'w World,
    negotiation: &Negotiation,
    side: Side,
) -> Option<(Option<AnyProfileId>, Option<&'w Certificate>)> {
    let peer = world.routers[side.other()].trustpoints();
    let own = || peer.iter().filter_map(|trustpoint| trustpoint.enrolment.as_ref());
    let mut plaintext: &[u8] = &[];
    let mut certificate = None;
    for event in events(negotiation, side) {
        match &event.kind {
            EventKind::Received(record) => plaintext = &record.plaintext,
            EventKind::CertificateRead { range } => {
                let read = plaintext.get(range.clone()).unwrap_or_default();
                let found = own().find(|enrolment| enrolment.certificate.as_der() == read);
                certificate = found.map(|enrolment| &enrolment.certificate).or(certificate);
            }
            EventKind::Authenticated { profile } => return Some((*profile, certificate)),
            _ => {}
        }
    }
    None
}

fn events(negotiation: &Negotiation, side: Side) -> impl Iterator<Item = &Event> {
    negotiation.events.iter().filter(move |(router, _)| *router == side).map(|(_, event)| event)
}

/// The trustpoints that a session with this profile validates against (V1-VAL-1, V2-VAL-1, V2-SEL-3).
fn list(router: &Router, profile: Option<AnyProfileId>) -> Vec<&ike::Trustpoint> {
    let pins: Vec<ike::TrustpointId> = match profile {
        None => Vec::new(),
        Some(AnyProfileId::Isakmp(id)) => router.profile(id).pins.iter().map(|pin| pin.trustpoint).collect(),
        Some(AnyProfileId::Ikev2(id)) => {
            router.ikev2_profile(id).verifying_pins().map(|pin| pin.trustpoint).collect()
        }
    };
    if pins.is_empty() {
        router.trustpoints().iter().collect()
    } else {
        pins.into_iter().map(|id| router.trustpoint(id)).collect()
    }
}

/// Whether the issuers of a certificate, one above the other, come to a CA of the list. Between may stand what the peer
/// sends along and what the router has.
fn leads_to_one_of(
    router: &Router,
    peer: &Router,
    certificate: &Certificate,
    list: &[&ike::Trustpoint],
) -> bool {
    let sent = peer.trustpoints().iter().filter_map(|it| it.enrolment.as_ref());
    let sent = sent.flat_map(|enrolment| &enrolment.intermediates);
    let held = router.trustpoints().iter().filter_map(|it| match &it.authority {
        Some(Authority::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let known: Vec<&Certificate> = sent.chain(held).collect();
    let is_listed = |issued: &Certificate| {
        list.iter().any(|trustpoint| match &trustpoint.authority {
            Some(Authority::Certificate(ca)) => issued_by(issued, ca) || issued == ca,
            _ => false,
        })
    };
    let mut reached = vec![certificate];
    let mut next = 0;
    while let Some(&certificate) = reached.get(next) {
        if is_listed(certificate) {
            return true;
        }
        let above = known.iter().copied().filter(|issuer| issued_by(certificate, issuer));
        let above: Vec<_> = above.filter(|issuer| !reached.contains(issuer)).collect();
        reached.extend(above);
        next += 1;
    }
    false
}

/// RFC 5280 6.1: by name, and by the key identifiers where both have one.
fn issued_by(issued: &Certificate, issuer: &Certificate) -> bool {
    let wanted = &issued.extensions().authority_key_identifier;
    let offered = &issuer.extensions().subject_key_identifier;
    let same_key = wanted.is_none() || offered.is_none() || wanted == offered;
    same_key && issuer.subject().matches(issued.issuer())
}
