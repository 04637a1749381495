//! Where pins are what to change: ADV-1, ADV-2 and ADV-3.

use ike::{Origin, Profile};
use pki::Name;

use super::situation::{Situation, contains};
use super::{Candidate, Change, Rule};
use crate::complete::listed;
use crate::side::Side;

/// The changes of pins that the rules advise.
pub(super) fn candidates(situation: &Situation<'_>) -> Vec<Candidate> {
    let mut candidates = different_pins(situation);
    for side in Side::BOTH {
        candidates.extend(unpinned_initiator(situation, side));
        candidates.extend(pinned_responder(situation, side));
    }
    candidates
}

/// ADV-1: one side accepts other CAs than the other side, and pins are the reason.
fn different_pins(situation: &Situation<'_>) -> Vec<Candidate> {
    let [first, second] = Side::BOTH.map(|side| situation.accepted(side));
    let pinned = Side::BOTH.map(|side| situation.is_pinned(side));
    if pinned == [false, false] || (subset(&first, &second) && subset(&second, &first)) {
        return Vec::new();
    }
    let case = format!("{}, and {}", situation.pinning(Side::First), situation.pinning(Side::Second));
    let lines: Vec<_> = Side::BOTH.into_iter().flat_map(|side| situation.pin_lines(side)).collect();
    let candidate = |remedy: &str, changes| {
        Candidate::new(Rule::DifferentPins, format!("{case}: {remedy}"), lines.clone(), changes)
    };
    let mut candidates = Vec::new();
    for side in Side::BOTH {
        if let Some((changes, names)) = like_the_other(situation, side) {
            let remedy = format!("pin on {} what {} pins, {names}", situation.name(side), {
                situation.name(side.other())
            });
            candidates.push(candidate(&remedy, changes));
        }
    }
    let unpinning = Side::BOTH.into_iter().flat_map(|side| without_pins(situation, side)).collect();
    candidates.push(candidate("pin nothing on either side", unpinning));
    candidates
}

/// What makes the profile of a side pin the CAs that the other side pins, and the names of its trustpoints for them;
/// `None` where it cannot.
fn like_the_other(situation: &Situation<'_>, side: Side) -> Option<(Vec<Change>, String)> {
    let profile = situation.profile(side)?;
    let other = side.other();
    let of_other = situation.profile(other)?;
    // A pin that nothing can be validated against is none to copy.
    let usable = of_other.pins.iter().all(|pin| situation.authority(other, pin.trustpoint).is_some());
    if !of_other.is_pinned() || !usable {
        return None;
    }
    let wanted = situation.accepted(other);
    let own = if profile.is_pinned() { situation.accepted(side) } else { Vec::new() };
    let missing: Vec<&Name> = wanted.iter().copied().filter(|name| !contains(&own, name)).collect();
    let mut changes = Vec::new();
    for pin in &profile.pins {
        let is_wanted = situation.authority(side, pin.trustpoint).is_some_and(|name| contains(&wanted, name));
        if !is_wanted {
            changes.push(situation.removal(side, profile, pin.origin));
        }
    }
    let mut names = Vec::new();
    for name in &wanted {
        names.push(situation.trustpoint_name(side, situation.trustpoint_of(side, name)?));
    }
    if !missing.is_empty() {
        changes.push(pinning(situation, side, profile, &missing)?);
    }
    Some((changes, listed(names)))
}

/// Pins for these CAs, after the last pin of the profile or before its matches.
fn pinning(
    situation: &Situation<'_>,
    side: Side,
    profile: &Profile,
    authorities: &[&Name],
) -> Option<Change> {
    let names = authorities.iter().map(|name| situation.trustpoint_of(side, name));
    let names: Vec<_> = names.collect::<Option<_>>()?;
    let lines = names.into_iter().map(|id| format!("ca trust-point {}", situation.trustpoint_name(side, id)));
    let last_pin = profile.pins.last().map(|pin| pin.origin);
    let identity = profile.self_identity.as_ref().map(|identity| identity.origin);
    let at = last_pin.or(identity).unwrap_or(profile.origin);
    Some(situation.insertion(side, profile, at, lines.collect()))
}

/// The pins of the profile of a side, gone.
fn without_pins(situation: &Situation<'_>, side: Side) -> Vec<Change> {
    let Some(profile) = situation.profile(side) else { return Vec::new() };
    profile.pins.iter().map(|pin| situation.removal(side, profile, pin.origin)).collect()
}

/// ADV-2: the router begins with one of several profiles, and that one is not pinned. Profiles of other tunnels are said
/// and not changed: the two texts do not tell what their peers have.
fn unpinned_initiator(situation: &Situation<'_>, side: Side) -> Vec<Candidate> {
    let profiles = situation.router(side).profiles();
    let Some(profile) = situation.profile(side).filter(|profile| !profile.is_pinned()) else {
        return Vec::new();
    };
    if !situation.ends[side].initiates || profiles.len() < 2 {
        return Vec::new();
    }
    let name = situation.name(side);
    let others = profiles.iter().filter(|other| !other.is_pinned() && other.name != profile.name);
    let others: Vec<_> = others.collect();
    let lines: Vec<Origin> = [profile.origin].into_iter().chain(others.iter().map(|it| it.origin)).collect();
    let rest = match others.as_slice() {
        [] => String::new(),
        others => {
            let names = listed(others.iter().map(|it| it.name.as_str()));
            format!("; {names} wants the trustpoint of its own peer")
        }
    };
    let mut candidates = Vec::new();
    for authority in situation.global(side) {
        let both = Side::BOTH.into_iter().all(|side| situation.is_enrolled_in(side, authority));
        let Some(own) = pinning(situation, side, profile, &[authority]).filter(|_| both) else { continue };
        let case = format!("{name} has {} profiles, and {} pins nothing", profiles.len(), profile.name);
        let said = |what: &str| format!("{case}: {what}{rest}");
        let trustpoint =
            situation.trustpoint_of(side, authority).map(|id| situation.trustpoint_name(side, id));
        let trustpoint = trustpoint.unwrap_or_default();
        let here = said(&format!("pin {trustpoint} there"));
        candidates.push(Candidate::new(Rule::UnpinnedInitiator, here, lines.clone(), vec![own.clone()]));
        // The peer may have to be limited as well, as an initiator of its own.
        let peer = situation.profile(side.other()).filter(|profile| !profile.is_pinned());
        if let Some(of_peer) = peer.and_then(|peer| pinning(situation, side.other(), peer, &[authority])) {
            let mut changes = vec![own, of_peer];
            changes.sort_by_key(|change| change.router);
            let peer = situation.name(side.other());
            let there = said(&format!("pin {trustpoint} there, and the same CA on {peer}"));
            candidates.push(Candidate::new(Rule::UnpinnedInitiator, there, lines.clone(), changes));
        }
    }
    candidates
}

/// ADV-3: the router answers with one of several profiles, asks for every CA as a responder does, and accepts fewer.
fn pinned_responder(situation: &Situation<'_>, side: Side) -> Option<Candidate> {
    let profiles = situation.router(side).profiles();
    let profile = situation.profile(side).filter(|profile| profile.is_pinned())?;
    let (global, accepted) = (situation.global(side), situation.accepted(side));
    if !situation.ends[side.other()].initiates || profiles.len() < 2 || subset(&global, &accepted) {
        return None;
    }
    let text = format!(
        "{} has {} profiles, asks for every CA when it answers, and {} accepts {} only: pin nothing there",
        situation.name(side),
        profiles.len(),
        profile.name,
        situation.pins(side, profile)
    );
    let lines = situation.pin_lines(side);
    Some(Candidate::new(Rule::PinnedResponder, text, lines, without_pins(situation, side)))
}

fn subset(some: &[&Name], all: &[&Name]) -> bool {
    some.iter().all(|name| contains(all, name))
}
