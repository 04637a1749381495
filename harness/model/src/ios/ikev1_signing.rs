//! V1-SEL: the certificate to sign with in IKEv1.

use crate::negotiation::Negotiation;
use crate::prediction::{Choice, DecidedBy, Requests};
use crate::router::{Router, TrustpointSet};
use crate::rule::{By, Rule};

use super::{order, profile};

/// The initiator's choice, from the requests of MM4 (V1-SEL-4).
pub(super) fn initiators_choice(negotiation: &Negotiation<'_>, mm4: &Requests) -> By<Option<Choice>> {
    let router = negotiation.initiator;
    match profile::pins(router, negotiation.initiators_profile()) {
        // V1-SEL-2: a pin only; other candidates are passed over
        Some(pins) => first_answer(negotiation, router, pins.any, mm4).and([Rule::V1Sel2]),
        // V1-SEL-3: without pins, any trustpoint
        None => first_answer(negotiation, router, router.authenticated(), mm4).and([Rule::V1Sel3]),
    }
    .and([Rule::V1Sel4])
}

/// The responder's choice, from the requests of MM3 (V1-SEL-4). V1-SEL-3: any trustpoint; the profile is not known yet,
/// and the choice stands when it is.
pub(super) fn responders_choice(negotiation: &Negotiation<'_>, mm3: &Requests) -> By<Option<Choice>> {
    let router = negotiation.responder;
    first_answer(negotiation, router, router.authenticated(), mm3).and([Rule::V1Sel3, Rule::V1Sel4])
}

/// The rule by which a router that has nothing to sign with fails: V1-SEL-5 when it was asked, V1-SEL-6 when it was not.
pub(super) fn nothing_to_sign_with(received: &Requests) -> Rule {
    if received.is_empty() { Rule::V1Sel6 } else { Rule::V1Sel5 }
}

/// V1-SEL-1: the first request that can be answered decides. V1-SEL-5: if none can, there is no choice. V1-SEL-6: if
/// nothing was asked for, the newest enrolment.
fn first_answer(
    negotiation: &Negotiation<'_>,
    router: &Router,
    may_use: TrustpointSet,
    received: &Requests,
) -> By<Option<Choice>> {
    let choice = order::first_answer(negotiation, router, may_use, received);
    let rule = match choice {
        Some(Choice { decided_by: DecidedBy::Request(_), .. }) => Rule::V1Sel1,
        Some(Choice { decided_by: DecidedBy::NewestEnrolment, .. }) => Rule::V1Sel6,
        None => nothing_to_sign_with(received),
    };
    By::rules(choice, [rule, Rule::Ord4])
}
