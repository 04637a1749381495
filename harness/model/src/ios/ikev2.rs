//! IKEv2 from the IKE_SA_INIT request to the IKE_AUTH response: the rules in the order in which they come to bear.

use crate::negotiation::{Negotiation, Role};
use crate::prediction::{Binding, Message, Prediction, Reason};
use crate::router::{Certificate, Identity, LocalIdentity, Profile, ProfileId, Router};
use crate::rule::{By, Rule};

use super::steps::{self, Stop, ended, nothing_yet, validates};
use super::{ikev2_requests, ikev2_signing, profile, tunnel};

use Role::{Initiator, Responder};

pub(super) fn predict(negotiation: &Negotiation<'_>) -> Prediction {
    let mut so_far = nothing_yet();
    let end = negotiate(negotiation, &mut so_far);
    ended(so_far, end)
}

fn negotiate(negotiation: &Negotiation<'_>, so_far: &mut Prediction) -> Result<(), Stop> {
    ike_sa_init(negotiation, so_far)?;
    // Of what the responder does, only the tunnel can be refused without ending the negotiation.
    let tunnel = ike_auth_request(negotiation, so_far)?;
    ike_auth_response(negotiation, so_far)?;
    tunnel
}

/// Proposals; the responder asks, and the initiator chooses by that.
fn ike_sa_init(negotiation: &Negotiation<'_>, so_far: &mut Prediction) -> Result<(), Stop> {
    let Some(way_to_peer) = negotiation.initiator.tunnel else {
        return Err(Stop::failed(Message::IkeSaInitRequest, Initiator, Reason::NothingToBegin));
    };
    so_far.profile.initiator = way_to_peer.profile.into();
    if !negotiation.common.ike_proposal {
        return Err(Stop::failed(Message::IkeSaInitRequest, Responder, Reason::NoProposalChosen));
    }
    let hashes = so_far.rules.take(ikev2_requests::ike_sa_init_response(negotiation));
    so_far.requests.responder = Some(hashes);
    let choice = ikev2_signing::initiators_choice(negotiation, &hashes);
    so_far.chosen.initiator = so_far.rules.take(choice);
    Ok(())
}

/// The initiator asks and signs; then the responder's steps in the order of V2-STEP-1. What is handed on is whether the
/// responder grants the tunnel.
fn ike_auth_request(
    negotiation: &Negotiation<'_>,
    so_far: &mut Prediction,
) -> Result<Result<(), Stop>, Stop> {
    const MESSAGE: Message = Message::IkeAuthRequest;
    let profile = negotiation.initiators_profile();
    let otherwise = ikev2_signing::nothing_to_sign_with(so_far.rules);
    let chosen = steps::chosen(negotiation, so_far, Initiator, MESSAGE, otherwise)?;
    let own = steps::signs(so_far, Initiator, MESSAGE, chosen)?;
    let hashes = so_far.rules.take(ikev2_requests::ike_auth_request(negotiation));
    so_far.requests.initiator = Some(hashes);
    let initiators = so_far.rules.take(identity(negotiation.initiator, profile, own));
    so_far.identity.initiator = Some(initiators);

    so_far.rules.insert(Rule::V2Step1);
    let selected = so_far.rules.take(responders_profile(negotiation.responder, initiators, own));
    so_far.profile.responder = Binding::from(selected);
    let Some(id) = selected else {
        return Err(Stop::failed(MESSAGE, Responder, Reason::NoProfileMatches).by(Rule::V2Pro2));
    };
    let profile = negotiation.responder.profile(id);
    let choice = ikev2_signing::responders_choice(negotiation, profile, &hashes);
    so_far.chosen.responder = so_far.rules.take(choice);
    let response = Message::IkeAuthResponse;
    let chosen = steps::chosen(negotiation, so_far, Responder, response, Rule::V2Sel5)?;
    validates(negotiation, so_far, Responder, Some(profile), MESSAGE)?;
    let tunnel = match tunnel::refusal(negotiation, selected) {
        None => Ok(()),
        Some((reason, rule)) => Err(Stop::no_child_sa(MESSAGE, reason).by(rule)),
    };

    let own = steps::signs(so_far, Responder, response, chosen)?;
    let responders = so_far.rules.take(identity(negotiation.responder, Some(profile), own));
    so_far.identity.responder = Some(responders);
    Ok(tunnel)
}

/// The initiator compares the identity with its profile and validates.
fn ike_auth_response(negotiation: &Negotiation<'_>, so_far: &mut Prediction) -> Result<(), Stop> {
    let profile = negotiation.initiators_profile();
    let own = so_far.signed_with(Responder).and_then(|id| negotiation.responder.enrolment(id));
    if let (Some(profile), Some(identity), Some(own)) = (profile, so_far.identity.responder, own) {
        // V1-ID-3: the initiator keeps its profile, and the peer has to match it.
        if profile::specificity(profile, identity, &own.certificate).is_none() {
            let refused = Stop::failed(Message::IkeAuthResponse, Initiator, Reason::IdentityMismatch);
            return Err(refused.by(Rule::V1Id3));
        }
    }
    validates(negotiation, so_far, Initiator, profile, Message::IkeAuthResponse)
}

/// DEF-4: what a router calls itself: as its profile says, else by its address.
fn identity(router: &Router, profile: Option<&Profile>, own: &Certificate) -> By<Identity> {
    match profile.and_then(|profile| profile.local_identity) {
        Some(LocalIdentity::Is(identity)) => By::rules(identity, []),
        Some(LocalIdentity::Subject) => By::rules(Identity::Dn(own.subject), []),
        None => By::rules(Identity::Address(router.address), [Rule::Def4]),
    }
}

/// V2-PRO-1: the profile that the responder selects from IDi and the certificate; V2-PRO-2: without one it refuses.
fn responders_profile(router: &Router, peer: Identity, certificate: &Certificate) -> By<Option<ProfileId>> {
    By::rules(profile::select(router, peer, certificate), [Rule::V2Pro1])
}
