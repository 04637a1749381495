//! What IOS does on the way that the RFCs do not want, whether or not the outcome shows it.

use crate::few::Set;
use crate::negotiation::{Negotiation, Role, Version};
use crate::prediction::{DecidedBy, Prediction, Request, Requests};
use crate::router::TrustpointSet;
use crate::world::Ca;

use super::answers::{Relation, relation};
use super::requirement::{Requirement, RequirementSet};
use super::validation::anchors;
use super::{identity, requests};

/// The requirements that this prediction leaves. RFC 4945 3.2 and 3.3 are about IKEv1.
pub(super) fn departures(negotiation: &Negotiation<'_>, prediction: &Prediction) -> RequirementSet {
    let mut left = RequirementSet::EMPTY;
    if negotiation.version == Version::Ikev1 {
        // V1-REQ-1, V1-REQ-2: the initiator asks in MM3.
        if prediction.requests.initiator.is_some_and(|requests| !requests.is_empty()) {
            left.insert(Requirement::CertreqInMm5);
        }
        let source = negotiation.initiator.address;
        let told = negotiation.responder.profiles.iter().any(|profile| requests::of_source(profile, source));
        // V1-REQ-3: the responder asks for everything even then.
        if told && prediction.requests.responder.is_some() {
            left.insert(Requirement::ResponderPolicyBySource);
        }
        left = left.with(of_answer(negotiation, prediction, Role::Initiator));
        left = left.with(of_answer(negotiation, prediction, Role::Responder));
    }
    for role in [Role::Initiator, Role::Responder] {
        let accepted = prediction.anchor[role.other()].is_some();
        let signed = prediction.signed_with(role).and_then(|id| negotiation.router(role).enrolment(id));
        if let (true, Some(identity), Some(own)) = (accepted, prediction.identity[role], signed) {
            // V1-ID: an ID that the certificate does not hold is accepted.
            let source = negotiation.router(role).address;
            identity::broken(identity, source, &own.certificate).into_iter().for_each(|id| left.insert(id));
        }
    }
    left
}

/// The requirements that a router leaves by its answer to the other's requests.
fn of_answer(negotiation: &Negotiation<'_>, prediction: &Prediction, role: Role) -> RequirementSet {
    let mut left = RequirementSet::EMPTY;
    let Some(received) = prediction.requests[role.other()] else { return left };
    let router = negotiation.router(role);
    let cas = cas(&received);
    // The CAs that were asked for and issued the router a certificate, of those whose trustpoints are `among` these.
    let answerable = |among: TrustpointSet| {
        let own = router.enrolments.iter().filter(|own| among.contains(own.trustpoint));
        let issuers: Set<Ca> = Set::of(own.filter_map(|own| router.issuer(negotiation.world, own)));
        let asked_for =
            |&ca: &Ca| relation(negotiation.world, negotiation.version, ca, cas) == Relation::Issued;
        issuers.iter().filter(asked_for).count()
    };
    match prediction.chosen[role].map(|choice| choice.decided_by) {
        // V1-SEL-1: of several that could be answered the first is.
        Some(DecidedBy::Request(_)) => {
            let profile = match role {
                Role::Initiator => negotiation.initiators_profile(),
                Role::Responder => None,
            };
            if answerable(anchors(negotiation, role, profile)) > 1 {
                left.insert(Requirement::CertreqUnordered);
            }
        }
        // V1-SEL-6: a certificate that nobody asked for.
        Some(DecidedBy::NewestEnrolment) => {
            left.insert(Requirement::NoCertreqNoCert);
            left.insert(Requirement::ProactiveNotDefault);
        }
        // V1-SEL-2: one that was asked for is not sent, because the profile does not name it.
        None if answerable(router.authenticated()) > 0 => left.insert(Requirement::RespondWithMatching),
        None => {}
    }
    left
}

fn cas(requests: &Requests) -> Set<Ca> {
    Set::of(requests.iter().filter_map(|request| match request {
        Request::Ca(ca) => Some(*ca),
        Request::BuiltIn(_) => None,
    }))
}
