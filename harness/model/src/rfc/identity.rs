//! Whether an ID may be believed (RFC 4945 3.1, RFC 7296 3.5), and which policy it selects (RFC 4945 3.1.10).

use crate::matching::{Specificity, specificity_of};
use crate::negotiation::{Negotiation, Role, Version};
use crate::router::{Certificate, Identity, LocalIdentity, Match, Profile, ProfileId};

use super::requirement::{Conflict, Requirement};
use super::{Grounds, Way, Ways, add};

/// What a router calls itself: that is its configuration's affair.
pub(super) fn of(
    negotiation: &Negotiation<'_>,
    role: Role,
    profile: Option<&Profile>,
    own: &Certificate,
) -> Identity {
    let router = negotiation.router(role);
    let global = router.global_identity.filter(|_| negotiation.version == Version::Ikev1);
    match profile.and_then(|profile| profile.local_identity).or(global) {
        Some(LocalIdentity::Is(identity)) => identity,
        Some(LocalIdentity::Subject) => Identity::Dn(own.subject),
        None => Identity::Address(router.address),
    }
}

/// Whether the ID is accepted. One that the certificate does not hold is refused by default (RFC 4945 3.1.1 to 3.1.5);
/// RFC 7296 3.5 demands no such thing.
pub(super) fn believed(
    version: Version,
    peer: Identity,
    source: u32,
    certificate: &Certificate,
) -> Ways<bool> {
    let mut ways = Ways::none();
    let Some(broken) = broken(peer, source, certificate) else {
        add(&mut ways, true, Grounds::default());
        return ways;
    };
    add(&mut ways, false, Grounds::by([broken]));
    add(
        &mut ways,
        true,
        match version {
            Version::Ikev1 => Grounds::against(broken),
            Version::Ikev2 => Grounds::conflict(Conflict::IdentityInCertificate),
        },
    );
    ways
}

/// The requirement by which this ID is to be refused, if there is one.
pub(super) fn broken(peer: Identity, source: u32, certificate: &Certificate) -> Option<Requirement> {
    let held = certificate.alternative_names.contains(&peer);
    match peer {
        Identity::Address(_) if !held => Some(Requirement::IpVsSanMismatchAbort),
        Identity::Address(address) => (address != source).then_some(Requirement::IpVsHeaderMismatchAbort),
        Identity::Fqdn(_) => (!held).then_some(Requirement::FqdnMismatchAbort),
        Identity::UserFqdn(..) => (!held).then_some(Requirement::UserFqdnMismatchAbort),
        Identity::Dn(name) => (name != certificate.subject).then_some(Requirement::DnMismatchAbort),
        Identity::KeyId(_) => Some(Requirement::KeyIdNeverWithCertificates),
    }
}

/// What the responder makes of the initiator's ID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Policy {
    /// It refuses the peer.
    #[default]
    Refused,
    /// It goes on without a profile.
    Without,
    /// It takes this profile.
    Profile(ProfileId),
}

/// The policies that an ID may select. It is the first key and the narrowest match wins; if it finds nothing, other
/// identities of the certificate may be tried, or the policy may be looked up by something else.
pub(super) fn policies(
    negotiation: &Negotiation<'_>,
    peer: Identity,
    certificate: &Certificate,
) -> Ways<Policy> {
    let mut ways = Ways::none();
    let best = |profile: &Profile, by_map: bool| -> Option<Specificity> {
        let lines = profile.matches.iter().filter(|line| matches!(line, Match::CertificateMap(_)) == by_map);
        lines.filter_map(|line| specificity_of(line, peer, certificate)).max().filter(|_| !profile.excluded)
    };
    let profiles = &negotiation.responder.profiles;
    let narrowest = profiles.iter().filter_map(|profile| best(profile, false)).max();
    for (id, profile) in (0..).map(ProfileId).zip(profiles) {
        if let Some(by_id) = best(profile, false) {
            add(
                &mut ways,
                Policy::Profile(id),
                match Some(by_id) == narrowest {
                    true => Grounds::by([Requirement::IdIsFirstKey, Requirement::MostSpecificPolicy]),
                    false => Grounds::against(Requirement::MostSpecificPolicy),
                },
            );
        }
        if best(profile, true).is_some() {
            add(
                &mut ways,
                Policy::Profile(id),
                match narrowest {
                    None => Grounds::by([Requirement::FallbackToOtherIdentities]),
                    Some(_) => Grounds::against(Requirement::IdIsFirstKey),
                },
            );
        }
    }
    if ways.is_empty() {
        add(&mut ways, Policy::Refused, Grounds::by([Requirement::IdIsFirstKey]));
        add(&mut ways, Policy::Without, Grounds::by([Requirement::MatchedIdOptional]));
    }
    ways
}

/// Whether the initiator goes on with a responder of this ID. An ID that its profile does not match may end the
/// negotiation, or the policy may rest on something else.
pub(super) fn expected(profile: Option<&Profile>, peer: Identity, certificate: &Certificate) -> Ways<bool> {
    let matches = |profile: &Profile| {
        let mut lines = profile.matches.iter();
        !profile.excluded && lines.any(|line| specificity_of(line, peer, certificate).is_some())
    };
    let mut ways = Ways::none();
    if profile.is_none_or(matches) {
        ways.push(Way { takes: true, grounds: Grounds::default() });
    } else {
        add(&mut ways, false, Grounds::by([Requirement::IdIsFirstKey]));
        add(&mut ways, true, Grounds::by([Requirement::MatchedIdOptional]));
    }
    ways
}
