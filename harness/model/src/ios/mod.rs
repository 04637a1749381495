//! What Cisco IOS does, by the rules of `RULES.md`.
//!
//! Read in this order: `order` (ORD), then for IKEv1 `ikev1_requests` (V1-REQ), `ikev1_signing` (V1-SEL),
//! `ikev1_identity` (V1-ID), for IKEv2 `ikev2_requests` (V2-REQ), `ikev2_signing` (V2-SEL), for both `profile` (V2-PRO-1),
//! `validation` (V1-VAL, V2-VAL) and `tunnel` (V2-PRO-3), and last how they follow one another: `main_mode` and `ikev2`.
//!
//! # Where the rules leave a choice
//! The model reads them like this; a router or an engine that differs here contradicts the reading, not the rule.
//!
//! - ORD-4: the last defined of the trustpoints that the router may use *and is enrolled in* answers.
//! - V1-SEL-5 and V2-SEL-5: the failing message is the one that would have carried the certificate, so that a responder of
//!   IKEv2 fails at the IKE_AUTH response; it does so before it validates the peer (V2-STEP-1).
//! - V1-SEL-6: who was asked for nothing and has no certificate has none to send.
//! - V1-VAL-1 and V2-VAL-1: a profile whose pins are not authenticated is pinned all the same; its list is empty.
//! - V1-VAL-2: a chain is made of what the peer sends. Of the router's own CA certificates only those of the list take part,
//!   as its end, and it does not go on through one of them.
//! - V1-VAL-4: the trustpoint where the chain ends gives the methods for the whole chain; of several that have no answer
//!   the first is the reason; a CRL that is not fresh says nothing about revocation. A certificate is judged, from the end
//!   of the chain down, by its form, its signature, its validity, its revocation and then the rest. Of the certificate of
//!   the CA where the chain ends neither form nor signature nor revocation is looked at. If a chain could end in several
//!   ways and is refused in all, the reason is that of the way that was the nearest to an acceptance.
//! - V1-VAL-4, V1-VAL-5: they hold in IKEv2 as they do in IKEv1; V1-ID-3, too, though by no rule.
//! - V2-REQ-3: without a pin that may verify, the IKE_AUTH request asks for every global trustpoint, as it validates.
//! - V2-PRO-3: if the responder of IKEv2 refuses the tunnel and the initiator the responder, authentication has failed.
//!   The tunnel is looked up by the traffic; then its profile is compared, then the proposals.

mod ikev1_identity;
mod ikev1_requests;
mod ikev1_signing;
mod ikev2;
mod ikev2_requests;
mod ikev2_signing;
mod main_mode;
mod order;
mod profile;
mod steps;
mod tunnel;
mod validation;

use crate::negotiation::{Negotiation, Version};
use crate::prediction::Prediction;

/// What IOS does with this negotiation.
#[must_use]
pub fn predict(negotiation: &Negotiation<'_>) -> Prediction {
    match negotiation.version {
        Version::Ikev1 => main_mode::predict(negotiation),
        Version::Ikev2 => ikev2::predict(negotiation),
    }
}
