//! V1-REQ: what is asked for in IKEv1.

use crate::negotiation::Negotiation;
use crate::prediction::Requests;
use crate::rule::{By, Rule};

use super::{order, profile};

/// MM3, of the initiator.
pub(super) fn mm3(negotiation: &Negotiation<'_>) -> By<Requests> {
    let router = negotiation.initiator;
    match profile::pins(router, negotiation.initiators_profile()) {
        // V1-REQ-1: its pins and no other
        Some(pins) => order::requests(negotiation, router, pins.any).and([Rule::V1Req1]),
        // V1-REQ-2: without pins, or without a profile, every global trustpoint
        None => order::requests_and_built_in(negotiation, router).and([Rule::V1Req2]),
    }
}

/// MM4, of the responder. V1-REQ-3: every global trustpoint; the profile is not known yet and no pin is looked at.
pub(super) fn mm4(negotiation: &Negotiation<'_>) -> By<Requests> {
    order::requests_and_built_in(negotiation, negotiation.responder).and([Rule::V1Req3])
}
