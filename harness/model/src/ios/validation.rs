//! V1-VAL, V2-VAL: what the peer's certificate is validated against, and the result.

use crate::few::Few;
use crate::negotiation::{Negotiation, Role, Version};
use crate::pkix::Validation;
use crate::prediction::Reason;
use crate::router::{Profile, TrustpointId};
use crate::rule::{By, Rule};

use super::{order, profile};

/// The trustpoints that a router validates against, in a session that is bound to this profile. Of several that a chain
/// could end at, the pins are tried as they stand in the profile, others in the order of ORD-1 and ORD-2.
pub(super) fn list(
    negotiation: &Negotiation<'_>,
    role: Role,
    profile: Option<&Profile>,
) -> By<Few<TrustpointId, 32>> {
    let router = negotiation.router(role);
    let pins = profile::pins(router, profile);
    let (pins, rules) = match negotiation.version {
        // V1-VAL-1: the pins, or every global trustpoint when there are none
        Version::Ikev1 => (pins.map(|pins| pins.any), &[Rule::V1Val1][..]),
        // V2-VAL-1, V2-SEL-3: the pins that may verify, or every global trustpoint when there are none
        Version::Ikev2 => {
            let verifying = pins.filter(|pins| pins.names_one_to_verify).map(|pins| pins.verify);
            (verifying, &[Rule::V2Val1, Rule::V2Sel3][..])
        }
    };
    let list = match (pins, profile) {
        (Some(pins), Some(profile)) => {
            let named = profile.pins.iter().map(|pin| pin.trustpoint);
            named.filter(|&id| pins.contains(id)).collect()
        }
        _ => order::in_order(router).decision,
    };
    By::rules(list, rules.iter().copied())
}

/// The trustpoint at which the peer's chain is accepted, or why it is refused.
pub(super) fn result(
    negotiation: &Negotiation<'_>,
    role: Role,
    list: Few<TrustpointId, 32>,
    peer_signed_with: TrustpointId,
) -> By<Result<TrustpointId, Reason>> {
    let validation = Validation {
        world: negotiation.world,
        router: negotiation.router(role),
        ends: list,
        peer: negotiation.router(role.other()),
        signed_with: peer_signed_with,
    };
    let result = validation.result();
    By::rules(result, [rule(negotiation.version, result.err())])
}

/// The rule of a refusal, or of an acceptance. V1-VAL-4 and V1-VAL-5 hold for IKEv2, too: RULES.md has no others for it.
pub(super) fn rule(version: Version, refusal: Option<Reason>) -> Rule {
    match (version, refusal) {
        (Version::Ikev1, Some(Reason::NoSuitableTrustpoint)) => Rule::V1Val2,
        (Version::Ikev2, Some(Reason::NoSuitableTrustpoint)) => Rule::V2Val1,
        (_, Some(Reason::CertificateUnusable)) => Rule::V1Val5,
        (_, _) => Rule::V1Val4,
    }
}
