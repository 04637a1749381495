//! Whether the texts of a router hold what a negotiation needs at all.

use crate::description::RouterDescription;
use crate::diagnostic::Diagnostic;

/// Says what is missing altogether from the texts, which are called `names`.
pub(super) fn check(router: &RouterDescription, names: &str) -> Option<Diagnostic> {
    const BOTH_OUTPUTS: &str = "give the outputs of `show running-config` and `show crypto pki certificates`";
    if !is_without_tunnels(router) {
        return None;
    }
    let is_configuration = router.hostname.is_some()
        || !router.interfaces.is_empty()
        || !router.ignored.is_empty()
        || !router.trustpoints.is_empty();
    let (code, message) = if is_configuration {
        ("no-tunnels", format!("{names} configures neither IKE nor IPsec"))
    } else if router.shown.certificates.is_some() {
        ("no-configuration", format!("{names} holds certificates and no configuration"))
    } else {
        ("no-configuration", format!("{names} holds nothing that a router printed about its configuration"))
    };
    Some(Diagnostic::error(code, message).help(BOTH_OUTPUTS))
}

fn is_without_tunnels(router: &RouterDescription) -> bool {
    let (isakmp, ikev2) = (&router.isakmp, &router.ikev2);
    isakmp.policies.is_empty()
        && isakmp.profiles.is_empty()
        && isakmp.keys.is_empty()
        && ikev2.profiles.is_empty()
        && router.ipsec_profiles.is_empty()
        && router.crypto_maps.is_empty()
}
