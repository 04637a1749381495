//! V2-SEL: the certificate to sign with in IKEv2.

use crate::negotiation::Negotiation;
use crate::prediction::{Choice, DecidedBy, Requests};
use crate::router::{Profile, Router, TrustpointSet};
use crate::rule::{By, Rule, RuleSet};

use super::{order, profile};

/// The initiator's choice, from the hashes of the IKE_SA_INIT response; if there is none, it stops before IKE_AUTH.
pub(super) fn initiators_choice(negotiation: &Negotiation<'_>, received: &Requests) -> By<Option<Choice>> {
    let router = negotiation.initiator;
    let pins = profile::pins(router, negotiation.initiators_profile());
    match pins.filter(|pins| pins.names_one_to_sign) {
        // V2-SEL-1: the first hash of a pin that may sign
        Some(pins) => first_answer(negotiation, router, pins.sign, received).and([Rule::V2Sel1]),
        // V2-SEL-2: without a pin, V2-SEL-3: without a pin that may sign, it has nothing to sign with
        None => By::rules(None, [Rule::V2Sel2, Rule::V2Sel3]),
    }
}

/// The responder's choice, from the hashes of the IKE_AUTH request, in a session that is bound to this profile.
pub(super) fn responders_choice(
    negotiation: &Negotiation<'_>,
    profile: &Profile,
    received: &Requests,
) -> By<Option<Choice>> {
    let router = negotiation.responder;
    let pins = profile::pins(router, Some(profile)).filter(|pins| pins.names_one_to_sign);
    // V2-SEL-4: the pins that may sign; V2-SEL-3: or, when there are none, any trustpoint
    let may_use = pins.map_or(router.authenticated(), |pins| pins.sign);
    first_answer(negotiation, router, may_use, received).and([Rule::V2Sel4, Rule::V2Sel3])
}

/// The rule by which a router that has nothing to sign with fails: V2-SEL-2 for an initiator without a pin to sign with,
/// else V2-SEL-5.
pub(super) fn nothing_to_sign_with(rules: RuleSet) -> Rule {
    if rules.contains(Rule::V2Sel2) { Rule::V2Sel2 } else { Rule::V2Sel5 }
}

/// V2-SEL-5: if no hash can be answered, there is no choice; if there was no hash, it is that of V1-SEL-6.
fn first_answer(
    negotiation: &Negotiation<'_>,
    router: &Router,
    may_use: TrustpointSet,
    received: &Requests,
) -> By<Option<Choice>> {
    let choice = order::first_answer(negotiation, router, may_use, received);
    let decision = By::rules(choice, [Rule::Ord4]);
    match choice {
        Some(Choice { decided_by: DecidedBy::Request(_), .. }) => decision,
        Some(Choice { decided_by: DecidedBy::NewestEnrolment, .. }) => {
            decision.and([Rule::V2Sel5, Rule::V1Sel6])
        }
        None => decision.and([Rule::V2Sel5]),
    }
}
