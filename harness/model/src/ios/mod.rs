//! What Cisco IOS does, by the rules of `RULES.md`.
//!
//! Read in this order: [`order`] (ORD), then for IKEv1 `ikev1_requests` (V1-REQ), `ikev1_signing` (V1-SEL),
//! `ikev1_identity` (V1-ID), for IKEv2 `ikev2_requests` (V2-REQ), `ikev2_signing` (V2-SEL), for both `profile` (V2-PRO-1)
//! and `validation` (V1-VAL, V2-VAL), and last how they follow one another: `main_mode` and `ikev2`.

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
