//! IKEv1 from MM1 to QM1: the rules in the order in which they come to bear.

use crate::negotiation::{Negotiation, Role};
use crate::prediction::{Binding, Choice, Message, Prediction, Reason, Requests};
use crate::router::Certificate;
use crate::rule::Rule;

use super::steps::{self, Stop, ended, nothing_yet, validates};
use super::{ikev1_identity, ikev1_requests, ikev1_signing, tunnel};

use Role::{Initiator, Responder};

pub(super) fn predict(negotiation: &Negotiation<'_>) -> Prediction {
    let mut so_far = nothing_yet();
    let end = negotiate(negotiation, &mut so_far);
    ended(so_far, end)
}

fn negotiate(negotiation: &Negotiation<'_>, so_far: &mut Prediction) -> Result<(), Stop> {
    // MM1, MM2: proposals.
    let Some(way_to_peer) = negotiation.initiator.tunnel else {
        return Err(Stop::failed(Message::Mm1, Initiator, Reason::NothingToBegin));
    };
    so_far.profile.initiator = way_to_peer.profile.into();
    if !negotiation.common.ike_proposal {
        return Err(Stop::failed(Message::Mm1, Responder, Reason::NoProposalChosen));
    }
    let initiators_profile = negotiation.initiators_profile();

    // MM3, MM4: each asks, and each chooses by what the other asks.
    let mm3 = so_far.rules.take(ikev1_requests::mm3(negotiation));
    so_far.requests.initiator = Some(mm3);
    let responders_choice = so_far.rules.take(ikev1_signing::responders_choice(negotiation, &mm3));
    so_far.chosen.responder = responders_choice.filter(Choice::is_by_request);
    let mm4 = so_far.rules.take(ikev1_requests::mm4(negotiation));
    so_far.requests.responder = Some(mm4);
    let initiators_choice = so_far.rules.take(ikev1_signing::initiators_choice(negotiation, &mm4));
    so_far.chosen.initiator = initiators_choice.filter(Choice::is_by_request);

    // MM5: the initiator signs; the responder learns its profile and validates.
    let own = signs(negotiation, so_far, Initiator, initiators_choice, &mm4)?;
    let identity =
        so_far.rules.take(ikev1_identity::identity(negotiation.initiator, initiators_profile, own));
    so_far.identity.initiator = Some(identity);
    let selection = ikev1_identity::responders_profile(negotiation.responder, identity, own);
    let responders = so_far.rules.take(selection);
    so_far.profile.responder = Binding::from(responders);
    let responders_profile = responders.map(|id| negotiation.responder.profile(id));
    validates(negotiation, so_far, Responder, responders_profile, Message::Mm5)?;

    // MM6: the responder signs; the initiator compares the identity with its profile and validates.
    let own = signs(negotiation, so_far, Responder, responders_choice, &mm3)?;
    let identity =
        so_far.rules.take(ikev1_identity::identity(negotiation.responder, responders_profile, own));
    so_far.identity.responder = Some(identity);
    if !so_far.rules.take(ikev1_identity::initiator_accepts(initiators_profile, identity, own)) {
        let refused = Stop::failed(Message::Mm6, Initiator, Reason::IdentityMismatch);
        return Err(refused.by(Rule::V1Id3));
    }
    validates(negotiation, so_far, Initiator, initiators_profile, Message::Mm6)?;

    // QM1: the responder grants the tunnel or refuses it.
    match tunnel::refusal(negotiation, responders) {
        None => Ok(()),
        Some((reason, rule)) => Err(Stop::no_child_sa(Message::Qm1, reason).by(rule)),
    }
}

/// A router signs. V1-SEL-5: without a certificate it fails when it has to send MM5 or MM6. V1-SEL-4: it waits until then
/// for requests, and only then takes what signs without any.
fn signs<'a>(
    negotiation: &Negotiation<'a>,
    so_far: &mut Prediction,
    role: Role,
    choice: Option<Choice>,
    received: &Requests,
) -> Result<&'a Certificate, Stop> {
    let message = match role {
        Initiator => Message::Mm5,
        Responder => Message::Mm6,
    };
    so_far.chosen[role] = choice;
    let otherwise = ikev1_signing::nothing_to_sign_with(received);
    let chosen = steps::chosen(negotiation, so_far, role, message, otherwise)?;
    steps::signs(so_far, role, message, chosen)
}
