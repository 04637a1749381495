//! Whether the texts of a router hold what a negotiation needs at all, and what of them nobody understood.

use super::diagnostics::Diagnostics;
use crate::description::{RouterDescription, UnknownLine, UnreadOutput};
use crate::diagnostic::{Diagnostic, Severity};

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

/// One finding for all lines that bear on tunnels, one for the others.
pub(super) fn report_unknown(router: &RouterDescription, diagnostics: &mut Diagnostics) {
    let (bearing, others): (Vec<_>, Vec<_>) = router.unknown.iter().partition(|line| line.bears_on_tunnels);
    if let Some(diagnostic) = unknown_lines(&bearing, "that may bear on the tunnel") {
        diagnostics.add(Diagnostic { severity: Severity::Warning, ..diagnostic });
    }
    if let Some(diagnostic) = unknown_lines(&others, "outside of sections that bear on tunnels") {
        diagnostics.add(diagnostic);
    }
}

/// Names the outputs that hold nothing that is needed.
pub(super) fn report_unread(router: &RouterDescription, diagnostics: &mut Diagnostics) {
    for UnreadOutput { command, origin, lines } in &router.unread {
        let lines = if *lines == 1 { "its line is".to_owned() } else { format!("its {lines} lines are") };
        let message = format!("`{command}` is not needed: {lines} passed over");
        diagnostics.add(Diagnostic::note("output-not-needed", message).at(*origin, ""));
    }
}

fn unknown_lines(lines: &[&UnknownLine], which: &str) -> Option<Diagnostic> {
    const MOST_SHOWN: usize = 5;
    let count = lines.len();
    let message = match count {
        0 => return None,
        1 => format!("a line {which} is not understood"),
        _ => format!("{count} lines {which} are not understood"),
    };
    let mut diagnostic = Diagnostic::note("unknown-lines", message);
    for line in lines.iter().take(MOST_SHOWN) {
        diagnostic = diagnostic.at(line.origin, "");
    }
    Some(match count.checked_sub(MOST_SHOWN) {
        Some(more @ 1..) => diagnostic.help(format!("{more} more are not shown")),
        _ => diagnostic,
    })
}
