//! Why a router's IKEv2 profiles and policies do not match a session: which line fails, and what there is instead.

use std::net::IpAddr;

use ike::selection::ikev2::{self as selection, Elsewhere, Peer};
use ike::{
    CertificateCriterion, CertificateMapId, DateField, DateOperator, Identity, Ikev2Pattern, Ikev2Policy,
    Ikev2Profile, Ikev2ProfileId, NameField, NameOperator, Origin, Role, Sourced, VrfMatch,
};
use pki::Certificate;

use crate::complete::listed;
use crate::side::Side;
use crate::verdict::wording::{self, Words};

/// A clause without its subject, and the lines that it rests on.
pub(super) type Clause = (String, Vec<Origin>);

/// The lines that say where a profile or a policy serves.
pub(super) struct Place<'p> {
    /// The line that opens it.
    origin: Origin,
    fvrf: &'p Sourced<VrfMatch>,
    addresses: &'p [Sourced<IpAddr>],
}

impl<'p> Place<'p> {
    pub fn of_profile(profile: &'p Ikev2Profile) -> Self {
        Self { origin: profile.origin, fvrf: &profile.fvrf, addresses: &profile.local_addresses }
    }

    pub fn of_policy(policy: &'p Ikev2Policy) -> Self {
        Self { origin: policy.origin, fvrf: &policy.fvrf, addresses: &policy.local_addresses }
    }
}

impl<'a> Words<'a> {
    /// The address at which a router meets its peer.
    fn met_at(&self, side: Side) -> Option<IpAddr> {
        let (_, path) = self.world.trigger(self.initiator)?;
        Some(match self.role(side) {
            Role::Initiator => path.local.ip(),
            Role::Responder => path.remote.ip(),
        })
    }

    /// What the peer of a router has shown of itself.
    pub(super) fn peer_of(&self, side: Side) -> Option<Peer<'a>> {
        let signed = self.courses[side.other()].signed;
        let enrolment = signed.and_then(|id| self.trustpoint(side.other(), id).enrolment.as_ref());
        let certificate = enrolment.map(|enrolment| &enrolment.certificate);
        Some(Peer { local: self.met_at(side)?, identity: self.courses[side].identity?, certificate })
    }

    /// Why a profile or a policy does not serve where a router meets its peer.
    pub(super) fn elsewhere(&self, side: Side, place: &Place<'_>) -> Option<Clause> {
        let (local, parts) = (self.met_at(side)?, self.world.routers[side].ikev2());
        let kept = selection::elsewhere(parts, &place.fvrf.value, place.addresses, local)?;
        if kept == Elsewhere::Address {
            let addresses: Vec<_> = place.addresses.iter().map(|line| address_words(line.value)).collect();
            let addresses = listed(addresses.iter().map(String::as_str));
            let lines = place.addresses.iter().map(|line| line.origin).collect();
            return Some((format!("is for sessions at {addresses}, and this one is at {local}"), lines));
        }
        let found = parts.vrf_of(local).map_or("the global VRF".to_owned(), |vrf| format!("VRF {vrf}"));
        let (wants, line) = match &place.fvrf.value {
            VrfMatch::Named(vrf) => (format!("is for VRF {vrf}"), place.fvrf.origin),
            VrfMatch::Global | VrfMatch::Any => {
                ("has no `match fvrf`, so it is for the global VRF".to_owned(), place.origin)
            }
        };
        Some((format!("{wants}, and {local} is in {found}"), vec![line]))
    }

    /// The profiles that would match the peer and do not serve where it was met: each with why not.
    pub(super) fn near_profiles(&self, side: Side) -> Vec<(&'a Ikev2Profile, Clause)> {
        let (router, Some(peer)) = (&self.world.routers[side], self.peer_of(side)) else {
            return Vec::new();
        };
        let own = self.courses[side].ikev2.began;
        let ids = (0..router.ikev2().profiles.len()).filter_map(Ikev2ProfileId::from_index);
        // V1-ID-3: an initiator has its own profile only.
        let ids = ids.filter(|id| own.is_none_or(|own| own == *id));
        let near = ids.filter_map(|id| {
            let matched = selection::best_line(router, id, peer)?;
            let profile = router.ikev2_profile(id);
            let (clause, mut lines) = self.elsewhere(side, &Place::of_profile(profile))?;
            lines.push(matched.origin);
            Some((profile, (clause, lines)))
        });
        near.collect()
    }

    /// What of a profile's certificate maps the peer's certificate does not fit, a sentence each.
    pub(super) fn unmet_maps(&self, side: Side, profile: &Ikev2Profile) -> Vec<Clause> {
        let Some(certificate) = self.peer_of(side).and_then(|peer| peer.certificate) else {
            return Vec::new();
        };
        let maps = profile.matches.iter().filter_map(|line| match line.pattern {
            Ikev2Pattern::Certificate(map) => Some((map, line.origin)),
            Ikev2Pattern::Identity(_) => None,
        });
        maps.map(|(map, line)| self.unmet_map(side, map, line, certificate)).collect()
    }

    fn unmet_map(&self, side: Side, id: CertificateMapId, line: Origin, certificate: &Certificate) -> Clause {
        let map = self.world.routers[side].certificate_map(id);
        let unmet: Vec<_> = map.entries.iter().filter_map(|entry| entry.unmet(certificate)).collect();
        let peer = self.name(side.other());
        let wanted = unmet.iter().map(|criterion| {
            let (wanted, found) = criterion_words(&criterion.value, certificate);
            format!("`{wanted}`, and {peer}'s certificate has {found}")
        });
        let wanted = wanted.collect::<Vec<_>>().join("; or ");
        let text = if wanted.is_empty() {
            format!("certificate map {} has no entry that can be compared", map.label)
        } else {
            format!("certificate map {} wants {wanted}", map.label)
        };
        (text, unmet.iter().map(|criterion| criterion.origin).chain([line]).collect())
    }

    /// What the peer calls itself, and why the profiles of a router do not match that: a clause behind the refusal.
    pub(super) fn unmatched(&self, side: Side, none: &str) -> String {
        let peer = self.name(side.other());
        let called = self.courses[side].identity.map(wording::identity).unwrap_or_default();
        if let Some((profile, (clause, _))) = self.near_profiles(side).first() {
            let name = &profile.name;
            return format!("{peer} calls itself {called}, which {name} matches, but {name} {clause}");
        }
        let profiles = &self.world.routers[side].ikev2().profiles;
        let own = self.courses[side].ikev2.began.map(|id| self.world.routers[side].ikev2_profile(id));
        let mut lines =
            profiles.iter().filter(|it| own.is_none_or(|own| own.name == it.name)).flat_map(|it| &it.matches);
        let by_map = lines.any(|line| matches!(line.pattern, Ikev2Pattern::Certificate(_)));
        let is_subject = matches!(self.courses[side].identity, Some(Identity::DistinguishedName(_)));
        let text = format!("{peer} calls itself {called}, and {none}");
        match (by_map, is_subject) {
            (true, _) => format!("{text}, nor its certificate"),
            // V2-PRO-2
            (false, true) => format!("{text}: a distinguished name is matched by `match certificate` only"),
            (false, false) => text,
        }
    }
}

fn address_words(address: IpAddr) -> String {
    // What stands for an interface without an address.
    if address.is_unspecified() { "an interface without address".to_owned() } else { address.to_string() }
}

/// A line of a certificate map as it is written, and what the certificate has in its place.
fn criterion_words(criterion: &CertificateCriterion, certificate: &Certificate) -> (String, String) {
    match criterion {
        CertificateCriterion::Name { field, operator, text } => {
            let names = field.names(certificate);
            let found =
                if names.is_empty() { "none".to_owned() } else { listed(names.iter().map(String::as_str)) };
            (format!("{} {} {text}", field_word(*field), operator_word(*operator)), found)
        }
        CertificateCriterion::Date { field, operator, instant } => {
            let (field_word, operator) = match (field, operator) {
                (DateField::ValidStart, operator) => ("valid-start", operator),
                (DateField::ExpiresOn, operator) => ("expires-on", operator),
            };
            let operator = match operator {
                DateOperator::Equal => "eq",
                DateOperator::NotEqual => "ne",
                DateOperator::Before => "lt",
                DateOperator::NotBefore => "ge",
            };
            (format!("{field_word} {operator} {instant}"), field.instant(certificate).to_string())
        }
    }
}

const fn field_word(field: NameField) -> &'static str {
    match field {
        NameField::Subject => "subject-name",
        NameField::Issuer => "issuer-name",
        NameField::UnstructuredSubject => "unstructured-subject-name",
        NameField::AlternativeSubject => "alt-subject-name",
        NameField::AnySubject => "name",
        NameField::SerialNumber => "serial-number",
    }
}

const fn operator_word(operator: NameOperator) -> &'static str {
    match operator {
        NameOperator::Equal => "eq",
        NameOperator::NotEqual => "ne",
        NameOperator::Contains => "co",
        NameOperator::DoesNotContain => "nc",
    }
}
