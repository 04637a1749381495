//! What a description refers to and does not hold, and what its texts disagree about.

use std::collections::BTreeSet;

use ike::Sourced;

use super::diagnostics::Diagnostics;
use crate::description::{
    CryptoMapKind, Ikev2Match, Ikev2Profile, Interface, IpsecSettings, RouterDescription, TunnelProtection,
    UnknownLine,
};
use crate::diagnostic::{Diagnostic, Severity};

/// Takes the host name from a prompt where none is configured, and says when two routers are mixed up.
pub(super) fn check_names(
    router: &mut RouterDescription,
    names: &[Sourced<String>],
    diagnostics: &mut Diagnostics,
) {
    let Some(known) = router.hostname.clone().or_else(|| names.first().cloned()) else { return };
    router.hostname = Some(known.clone());
    // Prompts cut names short.
    let other = names.iter().find(|name| !known.value.starts_with(name.value.as_str()));
    if let Some(other) = other {
        let message = format!("these texts are of two routers: {} and {}", known.value, other.value);
        diagnostics.add(
            Diagnostic::error("two-routers", message)
                .at(other.origin, "")
                .at(known.origin, "")
                .help("give the texts of one router together, and those of the other apart"),
        );
    }
}

/// Reports references to what is not there, and lines that nobody understood.
pub(super) fn check(router: &RouterDescription, diagnostics: &mut Diagnostics) {
    let names = Names::new(router);
    for chain in &router.chains {
        names.trustpoints.check(&chain.trustpoint, diagnostics);
    }
    for profile in &router.isakmp.profiles {
        names.trustpoints.check_all(&profile.trustpoints, diagnostics);
        names.keyrings.check_all(&profile.keyrings, diagnostics);
        names.certificate_maps.check_all(&profile.match_certificate, diagnostics);
    }
    for policy in &router.ikev2.policies {
        names.ikev2_proposals.check_all(&policy.proposals, diagnostics);
    }
    for profile in &router.ikev2.profiles {
        check_ikev2_profile(&names, profile, diagnostics);
    }
    for profile in &router.ipsec_profiles {
        check_settings(&names, &profile.settings, diagnostics);
    }
    for entry in &router.crypto_maps {
        check_settings(&names, &entry.settings, diagnostics);
        if let CryptoMapKind::Dynamic(name) = &entry.kind {
            names.dynamic_maps.check(&Sourced::new(name.clone(), entry.origin), diagnostics);
        }
    }
    for interface in &router.interfaces {
        check_interface(&names, interface, diagnostics);
    }
    report_unknown(router, diagnostics);
}

/// A kind of thing that lines refer to by name.
struct Kind<'r> {
    /// `trustpoint`.
    what: &'static str,
    /// `unknown-trustpoint`.
    code: &'static str,
    /// The names there are.
    names: BTreeSet<&'r str>,
}

/// The names of everything that is referred to.
struct Names<'r> {
    trustpoints: Kind<'r>,
    certificate_maps: Kind<'r>,
    isakmp_profiles: Kind<'r>,
    keyrings: Kind<'r>,
    ikev2_profiles: Kind<'r>,
    ikev2_proposals: Kind<'r>,
    transform_sets: Kind<'r>,
    ipsec_profiles: Kind<'r>,
    crypto_maps: Kind<'r>,
    dynamic_maps: Kind<'r>,
}

impl<'r> Names<'r> {
    fn new(router: &'r RouterDescription) -> Self {
        let (isakmp, ikev2, maps) = (&router.isakmp, &router.ikev2, &router.crypto_maps);
        let templates = maps.iter().filter(|entry| entry.kind == CryptoMapKind::Template);
        Self {
            trustpoints: Kind::new("trustpoint", "unknown-trustpoint", &router.trustpoints, |it| &it.name),
            certificate_maps: Kind::new(
                "certificate map",
                "unknown-certificate-map",
                &router.certificate_maps,
                |it| &it.label,
            ),
            isakmp_profiles: Kind::new("ISAKMP profile", "unknown-isakmp-profile", &isakmp.profiles, |it| {
                &it.name
            }),
            keyrings: Kind::new("keyring", "unknown-keyring", &isakmp.keyrings, |it| &it.name),
            ikev2_profiles: Kind::new("IKEv2 profile", "unknown-ikev2-profile", &ikev2.profiles, |it| {
                &it.name
            }),
            ikev2_proposals: Kind::new("IKEv2 proposal", "unknown-ikev2-proposal", &ikev2.proposals, |it| {
                &it.name
            }),
            transform_sets: Kind::new(
                "transform set",
                "unknown-transform-set",
                &router.transform_sets,
                |it| &it.name,
            ),
            ipsec_profiles: Kind::new(
                "IPsec profile",
                "unknown-ipsec-profile",
                &router.ipsec_profiles,
                |it| &it.name,
            ),
            crypto_maps: Kind::new("crypto map", "unknown-crypto-map", maps, |it| &it.map),
            dynamic_maps: Kind::new("dynamic crypto map", "unknown-crypto-map", templates, |it| &it.map),
        }
    }
}

/// Names that IOS defines itself.
const PREDEFINED: &str = "default";

/// A name that is one edit in so many letters away is taken for a slip.
const LETTERS_PER_SLIP: usize = 3;

impl<'r> Kind<'r> {
    fn new<T: 'r>(
        what: &'static str,
        code: &'static str,
        things: impl IntoIterator<Item = &'r T>,
        name: fn(&T) -> &String,
    ) -> Self {
        Self { what, code, names: things.into_iter().map(|thing| name(thing).as_str()).collect() }
    }

    /// Reports a reference to nothing.
    fn check(&self, reference: &Sourced<String>, diagnostics: &mut Diagnostics) {
        let name = reference.value.as_str();
        if name == PREDEFINED || self.names.contains(name) {
            return;
        }
        let message = format!("there is no {} `{name}`", self.what);
        let diagnostic = Diagnostic::error(self.code, message).at(reference.origin, "");
        diagnostics.add(diagnostic.help(self.advice(name)));
    }

    fn check_all<'a>(
        &self,
        references: impl IntoIterator<Item = &'a Sourced<String>>,
        diagnostics: &mut Diagnostics,
    ) {
        for reference in references {
            self.check(reference, diagnostics);
        }
    }

    /// What may have been meant by a name that is not there.
    fn advice(&self, name: &str) -> String {
        const MOST_LISTED: usize = 5;
        if let Some(nearest) = self.nearest(name) {
            return format!("did you mean `{nearest}`?");
        }
        if self.names.is_empty() {
            return format!("the text holds no {} at all: give the whole configuration", self.what);
        }
        let listed: Vec<&str> = self.names.iter().take(MOST_LISTED).copied().collect();
        let more = if self.names.len() > MOST_LISTED { ", ..." } else { "" };
        format!("there is: {}{more}", listed.join(", "))
    }

    fn nearest(&self, name: &str) -> Option<&'r str> {
        let most = name.chars().count().div_ceil(LETTERS_PER_SLIP);
        self.names
            .iter()
            .map(|known| (strsim::damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase()), *known))
            .filter(|(distance, _)| *distance <= most)
            .min()
            .map(|(_, known)| known)
    }
}

fn check_ikev2_profile(names: &Names<'_>, profile: &Ikev2Profile, diagnostics: &mut Diagnostics) {
    for pin in &profile.trustpoints {
        names.trustpoints.check(&Sourced::new(pin.value.trustpoint.clone(), pin.origin), diagnostics);
    }
    for pattern in &profile.matches {
        if let Ikev2Match::Certificate(map) = &pattern.value {
            names.certificate_maps.check(&Sourced::new(map.clone(), pattern.origin), diagnostics);
        }
    }
}

fn check_settings(names: &Names<'_>, settings: &IpsecSettings, diagnostics: &mut Diagnostics) {
    names.transform_sets.check_all(&settings.transform_sets, diagnostics);
    names.isakmp_profiles.check_all(&settings.isakmp_profile, diagnostics);
    names.ikev2_profiles.check_all(&settings.ikev2_profile, diagnostics);
}

fn check_interface(names: &Names<'_>, interface: &Interface, diagnostics: &mut Diagnostics) {
    names.crypto_maps.check_all(&interface.crypto_map, diagnostics);
    let Some(protection) = &interface.tunnel_protection else { return };
    let sourced = |name: &String| Sourced::new(name.clone(), protection.origin);
    let TunnelProtection { profile, isakmp_profile, ikev2_profile, .. } = &protection.value;
    names.ipsec_profiles.check(&sourced(profile), diagnostics);
    names.isakmp_profiles.check_all(&isakmp_profile.as_ref().map(sourced), diagnostics);
    names.ikev2_profiles.check_all(&ikev2_profile.as_ref().map(sourced), diagnostics);
}

/// One finding for all lines that bear on tunnels, one for the others.
fn report_unknown(router: &RouterDescription, diagnostics: &mut Diagnostics) {
    let (bearing, others): (Vec<_>, Vec<_>) = router.unknown.iter().partition(|line| line.bears_on_tunnels);
    if let Some(diagnostic) = unknown_lines(&bearing, "that may bear on the tunnel") {
        diagnostics.add(Diagnostic { severity: Severity::Warning, ..diagnostic });
    }
    if let Some(diagnostic) = unknown_lines(&others, "outside of sections that bear on tunnels") {
        diagnostics.add(diagnostic);
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
