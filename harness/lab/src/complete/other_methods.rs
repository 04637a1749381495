//! IKEv2 profiles that authenticate otherwise than with certificates.
//!
//! A direction in which one side's method is none that the other side takes fails for certain, and is tried as all others
//! are. What pre-shared keys or EAP could bring up is not covered.

use std::net::IpAddr;

use ike::selection::ikev2::{Peer, select_profile};
use ike::{Identity, IdentityKind, Ikev2Authentication, Ikev2Pattern, Ikev2Profile, Origin, Router, Sourced};
use ios::{Diagnostic, description};

use super::{World, ikev2};
use crate::side::Side;

/// Why a tunnel with this profile cannot be begun: it is incomplete or shut down, or wants more of EAP or of keys than to be
/// refused.
pub(super) fn cannot_begin(profile: &description::Ikev2Profile) -> Option<Diagnostic> {
    use description::Ikev2Authentication as Written;
    if let Some((origin, text)) = ikev2::incomplete(profile) {
        return Some(Diagnostic::warning("incomplete-profile", text).at(origin, ""));
    }
    if let Some(line) = profile.shutdown {
        let text = format!("IKEv2 profile {} is shut down", profile.name);
        return Some(Diagnostic::warning("profile-shut-down", text).at(line, ""));
    }
    let local = profile.authentication_local.as_ref()?;
    let name = &profile.name;
    match &local.value {
        Written::Eap(written) => Some(not_covered(name, &format!("`{written}`"), local.origin)),
        Written::PreSharedKey => match profile.identity_local.value {
            description::Ikev2Identity::DistinguishedName => {
                let what = "pre-shared keys and calls itself by a certificate's subject";
                Some(not_covered(name, what, local.origin))
            }
            _ => None,
        },
        Written::RsaSignature | Written::EcdsaSignature => None,
    }
}

fn not_covered(profile: &str, what: &str, line: Origin) -> Diagnostic {
    let message = format!("{profile} authenticates with {what}, which is not covered");
    Diagnostic::warning("no-signatures", message).at(line, "").help(HELP)
}

const HELP: &str = "`authentication local rsa-sig` and `authentication remote rsa-sig` are for certificates";

/// The directions that pre-shared keys or EAP could bring up, an error each.
pub(super) fn agreed(world: &World) -> Vec<Diagnostic> {
    let mut errors: Vec<Diagnostic> = Vec::new();
    for initiator in Side::BOTH {
        let error = agreement(world, initiator);
        // Both directions may rest on the same lines.
        errors.extend(error.filter(|error| errors.iter().all(|known| known.labels != error.labels)));
    }
    errors
}

fn agreement(world: &World, initiator: Side) -> Option<Diagnostic> {
    let (protection, path) = world.trigger(initiator)?;
    let (own, other) = (&world.routers[initiator], &world.routers[initiator.other()]);
    let profile = own.ikev2_profile(own.protection(protection).profile.ikev2()?.value);
    let local = profile.authentication_local?;
    let identity = identity(own, &profile.identity_local.value, path.local.ip());
    let names = &world.names;
    candidates(other, identity.as_ref(), path.remote.ip()).into_iter().find_map(|peers| {
        let taken = method(&peers.authentication_remote, local.value)?;
        let answer = peers.authentication_local?;
        let (one, two) = if !local.value.is_signature() {
            (local, taken)
        } else if !answer.value.is_signature() {
            (answer, method(&profile.authentication_remote, answer.value)?)
        } else {
            return None;
        };
        let what = if one.value == Ikev2Authentication::Eap { "EAP" } else { "pre-shared keys" };
        let message = format!(
            "{} of {} and {} of {} can agree on {what}, which is not covered",
            profile.name,
            names[initiator],
            peers.name,
            names[initiator.other()]
        );
        Some(Diagnostic::error("no-signatures", message).at(one.origin, "").at(two.origin, "").help(HELP))
    })
}

/// The profiles that a peer of this identity can select: all, where its certificate has a say.
fn candidates<'r>(router: &'r Router, identity: Option<&Identity>, local: IpAddr) -> Vec<&'r Ikev2Profile> {
    let profiles = &router.ikev2().profiles;
    let by_map = |profile: &Ikev2Profile| {
        profile.matches.iter().any(|line| matches!(line.pattern, Ikev2Pattern::Certificate(_)))
    };
    match identity.filter(|_| !profiles.iter().any(by_map)) {
        Some(identity) => {
            let matched = select_profile(router, Peer { local, identity, certificate: None });
            matched.into_iter().map(|matched| router.ikev2_profile(matched.profile)).collect()
        }
        None => profiles.iter().filter(|profile| !profile.matches.is_empty()).collect(),
    }
}

/// What a router calls itself; none where its certificate tells.
fn identity(router: &Router, kind: &IdentityKind, local: IpAddr) -> Option<Identity> {
    Some(match kind {
        IdentityKind::Address => Identity::Address(local),
        IdentityKind::GivenAddress(address) => Identity::Address(*address),
        IdentityKind::Fqdn(name) => {
            Identity::Fqdn(name.clone().unwrap_or_else(|| router.fully_qualified_name()))
        }
        IdentityKind::UserFqdn(name) => Identity::UserFqdn(name.clone()),
        IdentityKind::KeyId(id) => Identity::KeyId(id.clone()),
        IdentityKind::DistinguishedName => return None,
    })
}

fn method(
    lines: &[Sourced<Ikev2Authentication>],
    wanted: Ikev2Authentication,
) -> Option<Sourced<Ikev2Authentication>> {
    lines.iter().copied().find(|line| line.value == wanted)
}
