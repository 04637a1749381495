//! V2-PRO-3, V1-TRA-1: whether the responder grants the tunnel, in Quick Mode and in IKE_AUTH.

use crate::negotiation::{Negotiation, Version};
use crate::prediction::Reason;
use crate::router::ProfileId;
use crate::rule::Rule;

/// Why the responder refuses the IPsec SA, if it does, and by which rule. The tunnel is looked up by the traffic to
/// protect; then its profile is compared; then the proposals.
pub(super) fn refusal(
    negotiation: &Negotiation<'_>,
    bound_to: Option<ProfileId>,
) -> Option<(Reason, Option<Rule>)> {
    let Some(tunnel) = negotiation.responder.tunnel else {
        return Some((Reason::NoTunnelForTraffic, None));
    };
    if !negotiation.common.traffic.is_granted(negotiation.version) {
        let rule = (negotiation.version == Version::Ikev1).then_some(Rule::V1Tra1);
        return Some((Reason::NoTunnelForTraffic, rule));
    }
    // V2-PRO-3: a tunnel that names a profile wants the session bound to it.
    if tunnel.profile.is_some() && tunnel.profile != bound_to {
        return Some((Reason::ProfileNotTheTunnels, Some(Rule::V2Pro3)));
    }
    (!negotiation.common.child_proposal).then_some((Reason::NoChildProposalChosen, None))
}
