//! Where IKEv2 profiles are what to change: ADV-1, ADV-4, ADV-5 and ADV-6.

use ike::selection::ikev2::{self as selection, Peer, ProfileMatch};
use ike::{
    Identity, Ikev2Match, Ikev2Pattern, Ikev2Profile, Ikev2ProfileId, Origin, PinUse, Specificity,
    TrustpointId,
};
use pki::Name;

use super::situation::{Situation, contains};
use super::{Candidate, Change, Rule};
use crate::complete::listed;
use crate::side::Side;

/// The changes that the rules advise.
pub(super) fn candidates(situation: &Situation<'_>) -> Vec<Candidate> {
    let sides = Side::BOTH.map(|side| End::of(situation, side));
    let [Some(first), Some(second)] = sides else { return Vec::new() };
    let mut candidates = Vec::new();
    for (own, other) in [(first, second), (second, first)] {
        candidates.extend(own.unpinned_initiator(other));
        candidates.extend(own.like(other));
        candidates.extend(own.besides(other));
        candidates.extend(own.overlap());
    }
    candidates.extend(one_pin(first, second));
    candidates
}

/// One end of the tunnel, and its profile.
#[derive(Clone, Copy)]
struct End<'a> {
    situation: &'a Situation<'a>,
    side: Side,
    id: Ikev2ProfileId,
    profile: &'a Ikev2Profile,
}

impl<'a> End<'a> {
    fn of(situation: &'a Situation<'a>, side: Side) -> Option<Self> {
        let id = situation.ends[side].of_ikev2_tunnel?;
        Some(Self { situation, side, id, profile: situation.router(side).ikev2_profile(id) })
    }

    fn name(self) -> &'a str {
        self.situation.name(self.side)
    }

    /// The CAs of the pins.
    fn pinned(self) -> Vec<&'a Name> {
        self.authorities(self.profile.pins.iter().map(|pin| pin.trustpoint))
    }

    fn authorities(self, ids: impl Iterator<Item = TrustpointId>) -> Vec<&'a Name> {
        let mut names: Vec<&Name> = Vec::new();
        for name in ids.filter_map(|id| self.situation.authority(self.side, id)) {
            if !contains(&names, name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether every pin both signs and verifies, and is authenticated.
    fn pins_plainly(self) -> bool {
        let plain = |pin: &ike::Ikev2Pin| {
            pin.uses == PinUse::SignAndVerify && self.situation.authority(self.side, pin.trustpoint).is_some()
        };
        self.profile.is_pinned() && self.profile.pins.iter().all(plain)
    }

    /// `profile1 on R1 pins TP1`.
    fn pinning(self) -> String {
        if !self.profile.is_pinned() {
            return format!("{} on {} pins nothing", self.profile.name, self.name());
        }
        format!("{} on {} pins {}", self.profile.name, self.name(), self.pins())
    }

    fn pins(self) -> String {
        let names = self.profile.pins.iter();
        listed(names.map(|pin| self.situation.trustpoint_name(self.side, pin.trustpoint)))
    }

    fn lines(self) -> Vec<Origin> {
        match self.profile.pins.as_slice() {
            [] => vec![self.profile.origin],
            pins => pins.iter().map(|pin| pin.origin).collect(),
        }
    }

    fn insertion(self, at: Origin, lines: Vec<String>) -> Change {
        self.situation.insertion_in(self.side, self.profile.origin, at, lines)
    }

    fn removal(self, profile: &Ikev2Profile, at: Origin) -> Change {
        self.situation.removal_in(self.side, profile.origin, at)
    }

    /// Pins for these CAs after the last line of the profile that is known, and the names of their trustpoints.
    fn pin(self, authorities: &[&Name]) -> Option<(Change, String)> {
        let ids = authorities.iter().map(|name| self.situation.trustpoint_of(self.side, name));
        let ids: Vec<_> = ids.collect::<Option<_>>()?;
        let names: Vec<_> = ids.iter().map(|&id| self.situation.trustpoint_name(self.side, id)).collect();
        let last = self.profile.pins.last().map(|pin| pin.origin);
        let last = last.or(self.profile.authentication_local.as_ref().map(|method| method.origin));
        let lines = names.iter().map(|name| format!("pki trustpoint {name}")).collect();
        Some((self.insertion(last.unwrap_or(self.profile.origin), lines), listed(names.iter().copied())))
    }

    /// ADV-6: the router begins with a profile that has nothing to sign with.
    fn unpinned_initiator(self, other: Self) -> Option<Candidate> {
        let initiates = self.situation.ends[self.side].initiates;
        if !initiates || self.profile.signing_pins().next().is_some() {
            return None;
        }
        let said = |remedy: &str| {
            format!(
                "{} on {} begins and has no `pki trustpoint` to sign with: {remedy}",
                self.profile.name,
                self.name()
            )
        };
        let accepted = other.pinned();
        let accepted = if accepted.is_empty() { self.situation.global(other.side) } else { accepted };
        let usable: Vec<_> =
            accepted.into_iter().filter(|name| self.situation.is_enrolled_in(self.side, name)).collect();
        let Some((change, names)) = self.pin(&usable).filter(|_| !usable.is_empty()) else {
            let text = said("add one");
            return Some(Candidate::new(Rule::UnpinnedIkev2Initiator, text, self.lines(), Vec::new()));
        };
        let text = said(&format!("add {names}"));
        Some(Candidate::new(Rule::UnpinnedIkev2Initiator, text, self.lines(), vec![change]))
    }

    /// ADV-1: what makes this side pin what the other side pins.
    fn like(self, other: Self) -> Option<Candidate> {
        let wanted = other.pinned();
        if !other.pins_plainly() || !self.pins_plainly() || same(&self.pinned(), &wanted) {
            return None;
        }
        let mut changes = self.leaving_only(&wanted)?;
        let own = self.pinned();
        let missing: Vec<_> = wanted.iter().copied().filter(|name| !contains(&own, name)).collect();
        if !missing.is_empty() {
            changes.push(self.pin(&missing)?.0);
        }
        let text = format!(
            "{}, and {}: pin on {} what {} pins",
            self.pinning(),
            other.pinning(),
            self.name(),
            other.name()
        );
        let lines = [self.lines(), other.lines()].concat();
        Some(Candidate::new(Rule::DifferentPins, text, lines, changes))
    }

    /// ADV-1: what makes this side pin what the other side pins beside its own, which other peers may need.
    fn besides(self, other: Self) -> Option<Candidate> {
        let (own, wanted) = (self.pinned(), other.pinned());
        let is_wanted = |name: &&Name| contains(&wanted, name);
        if !other.pins_plainly() || !self.pins_plainly() || own.iter().all(is_wanted) {
            return None;
        }
        let missing: Vec<_> = wanted.iter().copied().filter(|name| !contains(&own, name)).collect();
        let (change, names) = self.pin(&missing).filter(|_| !missing.is_empty())?;
        let text = format!("{}, and {}: pin {names} on {} too", self.pinning(), other.pinning(), self.name());
        let lines = [self.lines(), other.lines()].concat();
        Some(Candidate::new(Rule::DifferentPins, text, lines, vec![change]))
    }

    /// The pins of other CAs, gone; `None` where a pin has no CA that could be compared.
    fn leaving_only(self, wanted: &[&Name]) -> Option<Vec<Change>> {
        let mut changes = Vec::new();
        for pin in &self.profile.pins {
            let authority = self.situation.authority(self.side, pin.trustpoint)?;
            if !contains(wanted, authority) {
                changes.push(self.removal(self.profile, pin.origin));
            }
        }
        Some(changes)
    }

    /// ADV-4: several profiles match the peer as closely as the tunnel's, and the last configured takes the session.
    fn overlap(self) -> Option<Candidate> {
        let (identity, matched) = self.matching()?;
        let wanted = *matched.iter().find(|it| it.profile == self.id)?;
        // `max_by_key` keeps the last of equals.
        let selected = matched.iter().max_by_key(|it| it.specificity)?.profile;
        let rivals: Vec<_> = matched
            .iter()
            .filter(|it| it.profile != self.id && it.specificity >= wanted.specificity)
            .collect();
        if rivals.is_empty() {
            return None;
        }
        let router = self.situation.router(self.side);
        let profile_name = |id: Ikev2ProfileId| router.ikev2_profile(id).name.as_str();
        let names = listed(matched.iter().map(|it| profile_name(it.profile)));
        let changes = self.closer_match(identity, &matched).map(|change| vec![change]);
        let (remedy, changes) = match changes.or_else(|| self.without(&rivals, identity, wanted.specificity))
        {
            Some(changes) => (format!("let only {} match it as closely", self.profile.name), changes),
            None => ("make the matches distinct".to_owned(), Vec::new()),
        };
        let text = format!(
            "{names} on {} match {}, which selects {}; the tunnel names {}: {remedy}",
            self.name(),
            crate::verdict::identity_text(identity),
            profile_name(selected),
            self.profile.name
        );
        let latent = format!("{} is selected only because it is configured last", self.profile.name);
        let latent = (selected == self.id).then_some(latent);
        let lines = matched.iter().map(|it| it.origin).collect();
        Some(Candidate { latent, ..Candidate::new(Rule::OverlappingMatches, text, lines, changes) })
    }

    /// How this router's profiles match what the peer calls itself.
    fn matching(self) -> Option<(&'a Identity, Vec<ProfileMatch>)> {
        let identity = self.situation.ends[self.side].peer?;
        let (router, peer) = (self.situation.router(self.side), self.situation.router(self.side.other()));
        let (_, path) = self.situation.world.trigger(self.side.other())?;
        let certificate = self.situation.ends[self.side.other()].signed;
        let certificate = certificate.and_then(|id| peer.trustpoint(id).enrolment.as_ref());
        let peer = Peer {
            local: path.remote.ip(),
            identity,
            certificate: certificate.map(|enrolment| &enrolment.certificate),
        };
        let ids = (0..router.ikev2().profiles.len()).filter_map(Ikev2ProfileId::from_index);
        Some((identity, ids.filter_map(|id| selection::match_profile(router, id, peer)).collect()))
    }

    /// The tunnel's profile matches the peer exactly, where none else does.
    fn closer_match(self, identity: &Identity, matched: &[ProfileMatch]) -> Option<Change> {
        if matched.iter().any(|it| it.specificity == Specificity::Exact) {
            return None;
        }
        let line = exact_match(identity)?;
        let at = self.profile.matches.last()?.origin;
        Some(self.insertion(at, vec![line]))
    }

    /// The other profiles lose the lines that match the peer as closely; none where that takes a tunnel's profile its
    /// last one, or where a certificate map would have to be looked into.
    fn without(
        self,
        rivals: &[&ProfileMatch],
        identity: &Identity,
        specificity: Specificity,
    ) -> Option<Vec<Change>> {
        let router = self.situation.router(self.side);
        let mut changes = Vec::new();
        for rival in rivals {
            let profile = router.ikev2_profile(rival.profile);
            let mut close = Vec::new();
            for line in &profile.matches {
                match closeness(line, identity)? {
                    Some(found) if found >= specificity => close.push(line.origin),
                    _ => {}
                }
            }
            let of_tunnel = router
                .protections()
                .iter()
                .any(|it| it.profile.ikev2().is_some_and(|named| named.value == rival.profile));
            if of_tunnel && close.len() == profile.matches.len() {
                return None;
            }
            changes.extend(close.into_iter().map(|origin| self.removal(profile, origin)));
        }
        Some(changes)
    }
}

/// How closely a line matches an identity; `None` for a certificate map.
fn closeness(line: &Ikev2Match, identity: &Identity) -> Option<Option<Specificity>> {
    match &line.pattern {
        Ikev2Pattern::Identity(pattern) => Some(pattern.matches(identity)),
        Ikev2Pattern::Certificate(_) => None,
    }
}

/// ADV-5: a profile has several pins, and the other side's has not the same: one that both have is enough.
fn one_pin(first: End<'_>, second: End<'_>) -> Vec<Candidate> {
    let ends = [first, second];
    let several = ends.iter().any(|end| end.profile.pins.len() > 1);
    let plain = ends.iter().all(|end| end.pins_plainly());
    if !several || !plain || same(&first.pinned(), &second.pinned()) {
        return Vec::new();
    }
    let shared = |name: &&Name| {
        contains(&second.pinned(), name)
            && ends.iter().all(|end| end.situation.is_enrolled_in(end.side, name))
    };
    let of_shared = |name: &Name| {
        let changes: Option<Vec<_>> = ends.iter().map(|end| end.leaving_only(&[name])).collect();
        let id = first.situation.trustpoint_of(first.side, name)?;
        let text = format!(
            "{}, and {}: leave one trustpoint on each side, that of {}, {} on {}",
            first.pinning(),
            second.pinning(),
            name,
            first.situation.trustpoint_name(first.side, id),
            first.name()
        );
        let lines = [first.lines(), second.lines()].concat();
        Some(Candidate::new(Rule::SeveralPins, text, lines, changes?.concat()))
    };
    first.pinned().into_iter().filter(shared).filter_map(of_shared).collect()
}

fn same(one: &[&Name], other: &[&Name]) -> bool {
    one.iter().all(|name| contains(other, name)) && other.iter().all(|name| contains(one, name))
}

/// The line that matches this identity and no other.
fn exact_match(identity: &Identity) -> Option<String> {
    let line = match identity {
        Identity::Address(std::net::IpAddr::V4(address)) => format!("address {address} 255.255.255.255"),
        Identity::Fqdn(name) => format!("fqdn {name}"),
        Identity::UserFqdn(name) => format!("email {name}"),
        _ => return None,
    };
    super::matches::can_be_typed(&line).then(|| format!("match identity remote {line}"))
}
