//! What a description refers to and does not hold, and what its texts disagree about.

use std::collections::BTreeSet;

use ike::{Origin, Sourced};

use super::diagnostics::Diagnostics;
use crate::description::{
    CryptoMapEntry, CryptoMapKind, Ikev2Match, Ikev2Profile, Interface, IpsecSettings, RouterDescription,
    TunnelProtection,
};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Severity::{self, Error, Warning};

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
    if let Some(other) = other.filter(|_| !diagnostics.have(TWO_ROUTERS)) {
        diagnostics.add(two_routers(&known, other));
    }
}

const TWO_ROUTERS: &str = "two-routers";

/// The finding that the texts name the router twice and differently.
pub(super) fn two_routers(one: &Sourced<String>, other: &Sourced<String>) -> Diagnostic {
    Diagnostic::error(
        TWO_ROUTERS,
        format!("these texts are of two routers: {} and {}", one.value, other.value),
    )
    .at(other.origin, "")
    .at(one.origin, "")
    .help("give the texts of one router together, and those of the other apart")
}

/// Reports references to what is not there: as an error where a negotiation needs it, as a warning elsewhere.
pub(super) fn check(router: &RouterDescription, diagnostics: &mut Diagnostics) {
    let names = Names::new(router);
    for chain in &router.chains {
        names.trustpoints.check(Warning, [&chain.trustpoint], diagnostics);
    }
    for profile in &router.isakmp.profiles {
        names.trustpoints.check(Error, &profile.trustpoints, diagnostics);
        names.keyrings.check(Warning, &profile.keyrings, diagnostics);
        names.certificate_maps.check(Warning, &profile.match_certificate, diagnostics);
    }
    for policy in &router.ikev2.policies {
        names.ikev2_proposals.check(Warning, &policy.proposals, diagnostics);
    }
    for profile in &router.ikev2.profiles {
        check_ikev2_profile(&names, profile, diagnostics);
    }
    let used = Used::new(router);
    for profile in &router.ipsec_profiles {
        let severity = if used.profiles.contains(profile.name.as_str()) { Error } else { Warning };
        check_settings(&names, severity, &profile.settings, diagnostics);
    }
    for entry in &router.crypto_maps {
        let severity = if used.maps.contains(entry.map.as_str()) { Error } else { Warning };
        check_settings(&names, severity, &entry.settings, diagnostics);
        if let CryptoMapKind::Dynamic(name) = &entry.kind {
            names.dynamic_maps.check(severity, [&Sourced::new(name.clone(), entry.origin)], diagnostics);
        }
        let list = entry.access_list.as_ref().and_then(|name| router.access_list(&name.value));
        for line in list.iter().flat_map(|list| &list.with_object_groups) {
            diagnostics.add(object_group(*line, entry));
        }
    }
    for interface in &router.interfaces {
        check_interface(&names, interface, diagnostics);
    }
}

/// The finding that the traffic of a crypto map entry is not known in full.
fn object_group(line: Origin, entry: &CryptoMapEntry) -> Diagnostic {
    let message = "object groups are not looked up: what this line permits or denies is left out".to_owned();
    Diagnostic::warning("object-group-not-covered", message)
        .at(line, "")
        .at(entry.origin, "this entry protects what the list permits")
        .help("write the addresses into the line to have its traffic negotiated")
}

/// The IPsec profiles and crypto maps that interfaces use.
struct Used<'r> {
    profiles: BTreeSet<&'r str>,
    maps: BTreeSet<&'r str>,
}

impl<'r> Used<'r> {
    fn new(router: &'r RouterDescription) -> Self {
        let interfaces = &router.interfaces;
        let protections = interfaces.iter().filter_map(|interface| interface.tunnel_protection.as_ref());
        let maps = interfaces.iter().filter_map(|interface| interface.crypto_map.as_ref());
        let mut maps: BTreeSet<&str> = maps.map(|map| map.value.as_str()).collect();
        let entries = router.crypto_maps.iter().filter(|entry| maps.contains(entry.map.as_str()));
        let dynamic: Vec<&str> = entries
            .filter_map(|entry| match &entry.kind {
                CryptoMapKind::Dynamic(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        maps.extend(dynamic);
        Self { profiles: protections.map(|protection| protection.value.profile.as_str()).collect(), maps }
    }
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

    /// Reports the references to nothing.
    fn check<'a>(
        &self,
        severity: Severity,
        references: impl IntoIterator<Item = &'a Sourced<String>>,
        diagnostics: &mut Diagnostics,
    ) {
        for reference in references {
            let name = reference.value.as_str();
            if name != PREDEFINED && !self.names.contains(name) {
                let message = format!("there is no {} `{name}`", self.what);
                let diagnostic = Diagnostic::new(severity, self.code, message).at(reference.origin, "");
                // Advice costs work, and nobody reads what is not listed.
                let is_listed = !diagnostics.is_full();
                diagnostics.add(if is_listed { diagnostic.help(self.advice(name)) } else { diagnostic });
            }
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

    /// The name that differs least, if that may be a slip. Of long names and of many none is looked for: the work is the
    /// product of both lengths, for each name.
    fn nearest(&self, name: &str) -> Option<&'r str> {
        const LONGEST: usize = 64;
        const MOST: usize = 200;
        if name.len() > LONGEST {
            return None;
        }
        let most = name.chars().count().div_ceil(LETTERS_PER_SLIP);
        self.names
            .iter()
            .filter(|known| known.len().abs_diff(name.len()) <= most && known.len() <= LONGEST)
            .take(MOST)
            .map(|known| (strsim::damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase()), *known))
            .filter(|(distance, _)| *distance <= most)
            .min()
            .map(|(_, known)| known)
    }
}

fn check_ikev2_profile(names: &Names<'_>, profile: &Ikev2Profile, diagnostics: &mut Diagnostics) {
    for pin in &profile.trustpoints {
        names.trustpoints.check(
            Error,
            [&Sourced::new(pin.value.trustpoint.clone(), pin.origin)],
            diagnostics,
        );
    }
    for pattern in &profile.matches {
        if let Ikev2Match::Certificate(map) = &pattern.value {
            names.certificate_maps.check(Warning, [&Sourced::new(map.clone(), pattern.origin)], diagnostics);
        }
    }
}

fn check_settings(
    names: &Names<'_>,
    severity: Severity,
    settings: &IpsecSettings,
    diagnostics: &mut Diagnostics,
) {
    names.transform_sets.check(severity, &settings.transform_sets, diagnostics);
    names.isakmp_profiles.check(severity, &settings.isakmp_profile, diagnostics);
    names.ikev2_profiles.check(severity, &settings.ikev2_profile, diagnostics);
}

fn check_interface(names: &Names<'_>, interface: &Interface, diagnostics: &mut Diagnostics) {
    names.crypto_maps.check(Error, &interface.crypto_map, diagnostics);
    let Some(protection) = &interface.tunnel_protection else { return };
    let sourced = |name: &String| Sourced::new(name.clone(), protection.origin);
    let TunnelProtection { profile, isakmp_profile, ikev2_profile, .. } = &protection.value;
    names.ipsec_profiles.check(Error, [&sourced(profile)], diagnostics);
    names.isakmp_profiles.check(Error, &isakmp_profile.as_ref().map(sourced), diagnostics);
    names.ikev2_profiles.check(Error, &ikev2_profile.as_ref().map(sourced), diagnostics);
}
