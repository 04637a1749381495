//! What cannot be tried, and what of a scenario's settings is about nothing.

use ike::{IkeVersion, ProtectionProfile};
use ios::description::TunnelMode;
use ios::{Diagnostic, RouterDescription, Severity};

use super::authorities::Authorities;
use super::protections::Obstacle;
use super::{Assumption, Bearing, World, evidence, ikev2, isakmp, listed};
use crate::scenario::{OcspState, RevocationListState, Settings};
use crate::side::{Pair, Side};

/// What keeps an IKE version from being tried at all, where a router begins with it; IKEv1 also where nothing says what it
/// begins with.
pub(super) fn not_covered(
    world: &World,
    descriptions: Pair<&RouterDescription>,
    obstacles: &Pair<Vec<Obstacle>>,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let nothing_told = Side::BOTH.iter().all(|&side| version(world, side).is_none())
        && Side::BOTH.iter().all(|&side| obstacles[side].is_empty());
    if nothing_told || begins_with(world, IkeVersion::V1) {
        for side in Side::BOTH {
            isakmp::check_covered(descriptions[side], &world.names[side], &mut problems);
        }
    }
    if begins_with(world, IkeVersion::V2) {
        for side in Side::BOTH {
            ikev2::check_covered(descriptions[side], &world.names[side], &mut problems);
        }
    }
    problems
}

/// Policies with pre-shared keys that are left out, where both routers could use keys.
pub(super) fn keys_left_out(world: &World, descriptions: Pair<&RouterDescription>) -> Vec<Assumption> {
    let keys = Side::BOTH.iter().all(|&side| isakmp::has_keys(descriptions[side]));
    if !keys || !begins_with(world, IkeVersion::V1) {
        return Vec::new();
    }
    let of_side = |side: Side| {
        let policy = isakmp::preferred_keys(descriptions[side])?;
        let text = format!(
            "its policy {} with pre-shared keys is left out, though it comes before those with certificates",
            policy.priority
        );
        Some(Assumption {
            router: side,
            code: "pre-shared-keys-left-out",
            text,
            bears_on: Bearing::Everything,
            trustpoints: Vec::new(),
        })
    };
    Side::BOTH.into_iter().filter_map(of_side).collect()
}

fn begins_with(world: &World, wanted: IkeVersion) -> bool {
    Side::BOTH.iter().any(|&side| version(world, side) == Some(wanted))
}

/// The version with which a router begins.
fn version(world: &World, side: Side) -> Option<IkeVersion> {
    let (protection, _) = world.trigger(side)?;
    match world.routers[side].protection(protection).profile {
        ProtectionProfile::Ikev2(_) => Some(IkeVersion::V2),
        ProtectionProfile::Unnamed | ProtectionProfile::Isakmp(_) => Some(IkeVersion::V1),
    }
}

/// Why a router has nothing to begin, where the text would have had it begin; and tunnels that do not fit each other.
pub(super) fn not_tried(
    world: &World,
    descriptions: Pair<&RouterDescription>,
    obstacles: &Pair<Vec<Obstacle>>,
) -> Vec<Diagnostic> {
    let mut errors: Vec<Diagnostic> = Vec::new();
    for side in Side::BOTH.into_iter().filter(|&side| world.trigger(side).is_none()) {
        let addresses = &world.addresses[side.other()];
        for obstacle in obstacles[side].iter().filter(|obstacle| obstacle.concerns(addresses)) {
            let error = Diagnostic { severity: Severity::Error, ..obstacle.problem.clone() };
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
    }
    errors.extend(different_modes(world, descriptions));
    errors
}

/// Tunnels of different modes. Both routers may come up to Quick Mode, but no traffic ever passes.
fn different_modes(world: &World, descriptions: Pair<&RouterDescription>) -> Option<Diagnostic> {
    let mode = |side: Side| {
        let (protection, _) = world.trigger(side)?;
        let name = &world.routers[side].protection(protection).name;
        let interface = descriptions[side].interfaces.iter().find(|interface| interface.name == *name)?;
        Some(interface.tunnel_mode.clone())
    };
    let (first, second) = (mode(Side::First)?, mode(Side::Second)?);
    if kind(&first.value) == kind(&second.value) {
        return None;
    }
    let message = format!(
        "{} has `tunnel mode {}` and {} `tunnel mode {}`: no traffic can pass, and what the routers say of it is not covered",
        world.names.first,
        kind(&first.value),
        world.names.second,
        kind(&second.value)
    );
    let problem = Diagnostic::error("tunnel-modes-differ", message);
    Some(problem.at(first.origin, "").at(second.origin, "").help("write the same `tunnel mode` on both"))
}

/// A mode as its peer has to have it.
fn kind(mode: &TunnelMode) -> &str {
    match mode {
        TunnelMode::Gre | TunnelMode::GreMultipoint => "gre",
        TunnelMode::IpsecIpv4 => "ipsec ipv4",
        TunnelMode::Other(written) => written,
    }
}

/// Tunnels to the same peer that differ in their profile from the one that is tried.
pub(super) fn other_tunnels(world: &World) -> Vec<Assumption> {
    let of_side = |side: Side| {
        let (tried, _) = world.trigger(side)?;
        let router = &world.routers[side];
        let tried = router.protection(tried);
        let addresses = &world.addresses[side.other()];
        let others = router.protections().iter().filter(|other| {
            other.profile.any().map(|it| it.value) != tried.profile.any().map(|it| it.value)
                && other.peers.iter().any(|peer| addresses.contains(&peer.value))
        });
        let names = listed(others.map(|other| other.name.as_str()));
        let text = format!("it begins with {}; {names} to the same peer has another profile", tried.name);
        (!names.is_empty()).then_some(Assumption {
            router: side,
            code: "other-tunnels-not-tried",
            text,
            bears_on: Bearing::Everything,
            trustpoints: Vec::new(),
        })
    };
    Side::BOTH.into_iter().filter_map(of_side).collect()
}

/// Settings that are about nothing are mistakes.
pub(super) fn check_settings(
    settings: &Settings,
    names: &Pair<String>,
    descriptions: Pair<&RouterDescription>,
    problems: &mut Vec<Diagnostic>,
) {
    let mut mistake = |code, message| problems.push(Diagnostic::error(code, message));
    let changes = settings.certificates.iter().map(|change| &change.router);
    for router in changes.chain(settings.unable.keys()).chain(settings.faults.keys()) {
        if names.find(|name| name == router).is_none() {
            let message = format!("the scenario has settings for {router}, but no router is called so");
            mistake("unknown-router", message);
        }
    }
    for change in &settings.certificates {
        let Some(side) = names.find(|name| *name == change.router) else { continue };
        if descriptions[side].trustpoint(&change.trustpoint).is_none() {
            let (router, trustpoint) = (&change.router, &change.trustpoint);
            let message = format!(
                "the scenario changes a certificate of {router} for {trustpoint}, but {router} has no trustpoint {trustpoint}"
            );
            mistake("unknown-trustpoint", message);
        }
    }
    let of_lists = settings.revocation_lists.iter().filter_map(|(authority, state)| match state {
        RevocationListState::Fresh { revoked } => Some((authority, revoked)),
        _ => None,
    });
    let of_responders = settings.ocsp.iter().filter_map(|(authority, state)| match state {
        OcspState::Answers { revoked } => Some((authority, revoked)),
        OcspState::Unavailable => None,
    });
    for (authority, revoked) in of_lists.chain(of_responders) {
        let bad = |digits: &&String| digits.is_empty() || evidence::serial_number(digits).is_none();
        for digits in revoked.iter().filter(bad) {
            let message = format!(
                "the scenario revokes {digits:?} of {authority}, which is no serial number: write hexadecimal digits"
            );
            mistake("bad-serial-number", message);
        }
    }
}

/// Revocation lists and OCSP responders of CAs that nobody knows are mistakes too.
pub(super) fn check_authorities(
    settings: &Settings,
    authorities: &Authorities,
    problems: &mut Vec<Diagnostic>,
) {
    let lists = settings.revocation_lists.keys().map(|name| ("a revocation list", name));
    let responders = settings.ocsp.keys().map(|name| ("an OCSP responder", name));
    let unknown = |name: &str| !authorities.all().any(|authority| authority.is_called(name));
    for (what, name) in lists.chain(responders).filter(|(_, name)| unknown(name)) {
        let message = format!("the scenario has {what} of {name}, but no CA is called so");
        let problem = Diagnostic::error("unknown-authority", message);
        let known: Vec<String> = authorities.common_names().collect();
        let names = listed(known.iter().map(String::as_str));
        problems.push(problem.help(format!("the common names of the CAs are {names}")));
    }
}
