//! What the pair looks like to advice: the tunnel between the two routers, its profiles and their pins.

use ike::selection::{self, ProfileMatch};
use ike::{EventKind, Identity, Ikev2ProfileId, Origin, Profile, ProfileId, Router, TrustpointId};
use ios::Sources;
use pki::{Authority, Name};

use super::{Change, Edit, Subject};
use crate::complete::{World, listed};
use crate::side::{Pair, Side};
use crate::verdict::Direction;

/// The pair, and the tunnel between its routers.
pub(super) struct Situation<'a> {
    pub world: &'a World,
    sources: &'a Sources,
    pub ends: Pair<End<'a>>,
}

/// One end of the tunnel.
pub(super) struct End<'a> {
    /// Whether the router can begin.
    pub initiates: bool,
    /// The profile that its tunnel names.
    pub of_tunnel: Option<ProfileId>,
    /// The profile of IKEv2 that its tunnel names.
    pub of_ikev2_tunnel: Option<Ikev2ProfileId>,
    /// What it signed with, as far as that was seen.
    pub signed: Option<TrustpointId>,
    /// The profile of its session, as far as one was seen.
    bound: Option<ProfileId>,
    /// What the peer called itself when it began.
    pub peer: Option<&'a Identity>,
}

impl End<'_> {
    /// The profile whose pins count.
    pub fn profile(&self) -> Option<ProfileId> {
        self.of_tunnel.or(self.bound)
    }
}

impl<'a> Situation<'a> {
    pub fn of(subject: &Subject<'a>) -> Self {
        let Subject { texts, world, .. } = *subject;
        Self { world, sources: &texts.sources, ends: Pair::from_fn(|side| end(subject, side)) }
    }

    pub fn router(&self, side: Side) -> &'a Router {
        &self.world.routers[side]
    }

    pub fn name(&self, side: Side) -> &'a str {
        &self.world.names[side]
    }

    /// The profile whose pins count on a side.
    pub fn profile(&self, side: Side) -> Option<&'a Profile> {
        self.ends[side].profile().map(|id| self.router(side).profile(id))
    }

    /// Whether the router validates against pins.
    pub fn is_pinned(&self, side: Side) -> bool {
        self.profile(side).is_some_and(Profile::is_pinned)
    }

    /// The CAs that a side validates against, each once, without the built-in ones: those of its pins, or all.
    pub fn accepted(&self, side: Side) -> Vec<&'a Name> {
        match self.profile(side).filter(|profile| profile.is_pinned()) {
            Some(profile) => self.authorities(side, profile.pins.iter().map(|pin| pin.trustpoint)),
            None => self.global(side),
        }
    }

    /// The CAs of all authenticated trustpoints, each once, without the built-in ones.
    pub fn global(&self, side: Side) -> Vec<&'a Name> {
        let ordered = self.router(side).index().ordered();
        self.authorities(side, ordered.iter().map(|ranked| ranked.trustpoint))
    }

    fn authorities(&self, side: Side, ids: impl Iterator<Item = TrustpointId>) -> Vec<&'a Name> {
        let mut names: Vec<&Name> = Vec::new();
        for name in ids.filter_map(|id| self.authority(side, id)) {
            if !contains(&names, name) {
                names.push(name);
            }
        }
        names
    }

    /// The CA of an authenticated trustpoint that is not built in.
    pub fn authority(&self, side: Side, id: TrustpointId) -> Option<&'a Name> {
        match &self.router(side).trustpoint(id).authority {
            Some(authority @ Authority::Certificate(_)) => Some(authority.name()),
            _ => None,
        }
    }

    /// The trustpoint of a CA: the last defined of the enrolled ones, as for requests (ORD-4), else of all.
    pub fn trustpoint_of(&self, side: Side, authority: &Name) -> Option<TrustpointId> {
        let all = self.router(side).index().of_authority(authority.as_der());
        let enrolled = all.iter().rev().find(|&&id| self.is_enrolled(side, id));
        enrolled.or(all.last()).copied().filter(|&id| self.authority(side, id).is_some())
    }

    pub fn is_enrolled(&self, side: Side, id: TrustpointId) -> bool {
        self.router(side).trustpoint(id).enrolment.is_some()
    }

    /// Whether a side has a certificate of this CA.
    pub fn is_enrolled_in(&self, side: Side, authority: &Name) -> bool {
        self.trustpoint_of(side, authority).is_some_and(|id| self.is_enrolled(side, id))
    }

    pub fn trustpoint_name(&self, side: Side, id: TrustpointId) -> &'a str {
        &self.router(side).trustpoint(id).name
    }

    /// `prof1 pins IOSCA1`, `prof1 pins nothing`.
    pub fn pinning(&self, side: Side) -> String {
        match self.profile(side) {
            None => format!("{} names no profile", self.name(side)),
            Some(profile) if !profile.is_pinned() => {
                format!("{} on {} pins nothing", profile.name, self.name(side))
            }
            Some(profile) => {
                format!("{} on {} pins {}", profile.name, self.name(side), self.pins(side, profile))
            }
        }
    }

    /// The names of a profile's pins.
    pub fn pins(&self, side: Side, profile: &Profile) -> String {
        listed(profile.pins.iter().map(|pin| self.trustpoint_name(side, pin.trustpoint)))
    }

    /// The lines of a profile's pins, or the line that opens it.
    pub fn pin_lines(&self, side: Side) -> Vec<Origin> {
        let Some(profile) = self.profile(side) else { return Vec::new() };
        if profile.is_pinned() {
            profile.pins.iter().map(|pin| pin.origin).collect()
        } else {
            vec![profile.origin]
        }
    }

    /// How a router's profiles match what the peer calls itself.
    pub fn matching(&self, side: Side) -> Option<(&'a Identity, Vec<ProfileMatch>)> {
        let (identity, router) = (self.ends[side].peer?, self.router(side));
        let ids = (0..router.profiles().len()).filter_map(ProfileId::from_index);
        let matched = ids.filter_map(|id| selection::match_profile(router, id, identity));
        Some((identity, matched.collect()))
    }

    /// A line of a profile, gone.
    pub fn removal(&self, router: Side, profile: &Profile, at: Origin) -> Change {
        self.removal_in(router, profile.origin, at)
    }

    /// A line of the section that is opened at `section`, gone.
    pub fn removal_in(&self, router: Side, section: Origin, at: Origin) -> Change {
        Change { router, section, at, edit: Edit::Remove }
    }

    /// Lines of a profile after the line `at`.
    pub fn insertion(&self, router: Side, profile: &Profile, at: Origin, lines: Vec<String>) -> Change {
        self.insertion_in(router, profile.origin, at, lines)
    }

    /// Lines of a section after the line `at`, indented as that one, or as a section is where that opens it.
    pub fn insertion_in(&self, router: Side, section: Origin, at: Origin, lines: Vec<String>) -> Change {
        let before = self.sources.locate(at).map_or("", |place| place.line_text);
        let indentation = &before[..before.len() - before.trim_start().len()];
        let indentation = if at == section { " " } else { indentation };
        let lines = lines.into_iter().map(|line| format!("{indentation}{line}")).collect();
        Change { router, section, at, edit: Edit::Insert(lines) }
    }
}

fn end<'a>(subject: &Subject<'a>, side: Side) -> End<'a> {
    let router = &subject.world.routers[side];
    let trigger = subject.world.trigger(side).map(|(protection, _)| protection);
    // What never begins, such as a dynamic crypto map, has no peers.
    let passive = || router.protections().iter().find(|it| it.peers.is_empty() && it.profile.any().is_some());
    let tunnel = trigger.map(|id| router.protection(id)).or_else(passive);
    let responding = subject.directions[side.other()].as_ref().ok();
    let events = responding.iter().flat_map(|direction| &direction.negotiation.events);
    let told = events.filter(|(router, _)| *router == side).map(|(_, event)| &event.kind);
    let mut end = End {
        initiates: trigger.is_some(),
        of_tunnel: tunnel.and_then(|tunnel| tunnel.profile.isakmp()).map(|profile| profile.value),
        of_ikev2_tunnel: tunnel.and_then(|tunnel| tunnel.profile.ikev2()).map(|profile| profile.value),
        signed: subject.directions[side].as_ref().ok().and_then(|direction| signed(direction, side)),
        bound: None,
        peer: None,
    };
    for kind in told {
        match kind {
            EventKind::IdentityRead { identity, .. } => end.peer = Some(identity),
            EventKind::ProfileMatched { matched } => end.bound = matched.map(|matched| matched.profile),
            _ => {}
        }
    }
    end
}

/// What a router signed with.
fn signed(direction: &Direction, side: Side) -> Option<TrustpointId> {
    let told = direction.negotiation.events.iter().filter(|(router, _)| *router == side);
    told.into_iter().find_map(|(_, event)| match event.kind {
        EventKind::Signed { trustpoint } => Some(trustpoint),
        _ => None,
    })
}

/// Whether a CA is among these (RFC 5280 7.1).
pub(super) fn contains(names: &[&Name], name: &Name) -> bool {
    names.iter().any(|known| known.matches(name))
}
