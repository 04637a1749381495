//! V2-REQ: what is asked for in IKEv2. The IKE_SA_INIT request asks for nothing (V2-REQ-1).

use crate::few::Set;
use crate::negotiation::{Negotiation, Role};
use crate::prediction::Requests;
use crate::rule::{By, Rule};

use super::{order, validation};

/// The IKE_SA_INIT response. V2-REQ-2: every global trustpoint, without the built-in ones.
pub(super) fn ike_sa_init_response(negotiation: &Negotiation<'_>) -> By<Requests> {
    let router = negotiation.responder;
    order::requests(negotiation, router, router.authenticated()).and([Rule::V2Req1, Rule::V2Req2])
}

/// The IKE_AUTH request. V2-REQ-3: the trustpoints that the profile may verify with, which are those that it validates
/// against.
pub(super) fn ike_auth_request(negotiation: &Negotiation<'_>) -> By<Requests> {
    let list = validation::list(negotiation, Role::Initiator, negotiation.initiators_profile());
    let list = Set::of(list.decision.iter().copied());
    order::requests(negotiation, negotiation.initiator, list).and([Rule::V2Req3])
}
