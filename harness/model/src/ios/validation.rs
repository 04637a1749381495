//! V1-VAL, V2-VAL: what the peer's certificate is validated against, and the result.

use crate::negotiation::{Negotiation, Role, Version};
use crate::pkix::Validation;
use crate::prediction::Reason;
use crate::router::{Profile, TrustpointId, TrustpointSet};
use crate::rule::{By, Rule};

use super::profile;

/// The trustpoints that a router validates against, in a session that is bound to this profile.
pub(super) fn list(
    negotiation: &Negotiation<'_>,
    role: Role,
    profile: Option<&Profile>,
) -> By<TrustpointSet> {
    let router = negotiation.router(role);
    let pins = profile::pins(router, profile);
    match negotiation.version {
        // V1-VAL-1: the pins, or every global trustpoint when there are none
        Version::Ikev1 => By::rules(pins.map_or(router.authenticated(), |pins| pins.any), [Rule::V1Val1]),
        // V2-VAL-1, V2-SEL-3: the pins that may verify, or every global trustpoint when there are none
        Version::Ikev2 => {
            let verifying = pins.filter(|pins| pins.names_one_to_verify).map(|pins| pins.verify);
            By::rules(verifying.unwrap_or(router.authenticated()), [Rule::V2Val1, Rule::V2Sel3])
        }
    }
}

/// The trustpoint at which the peer's chain is accepted, or why it is refused.
pub(super) fn result(
    negotiation: &Negotiation<'_>,
    role: Role,
    list: TrustpointSet,
    peer_signed_with: TrustpointId,
) -> By<Result<TrustpointId, Reason>> {
    let validation = Validation {
        world: negotiation.world,
        router: negotiation.router(role),
        list,
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
