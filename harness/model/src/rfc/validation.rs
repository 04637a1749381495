//! Whether a chain may be accepted (RFC 4945 3.2.7.2, 5; RFC 5280 6), and against which anchors.

use crate::negotiation::{Negotiation, Role};
use crate::pkix::Validation;
use crate::prediction::Reason;
use crate::router::{PinUse, Profile, TrustpointId, TrustpointSet};

use super::requirement::{Conflict, Requirement};
use super::{Grounds, Ways, add};

/// The anchors of a policy: what the profile names for validating, or all when it names none.
pub(super) fn anchors(negotiation: &Negotiation<'_>, role: Role, profile: Option<&Profile>) -> TrustpointSet {
    let all = negotiation.router(role).authenticated();
    let named = profile.map(|profile| profile.pins.iter().filter(|pin| pin.purpose != PinUse::Sign));
    let mut named = named.into_iter().flatten().map(|pin| pin.trustpoint).peekable();
    match named.peek() {
        None => all,
        Some(_) => TrustpointSet::of(named.filter(|&id| all.contains(id))),
    }
}

/// Whether the router accepts what its peer signed with, or why it does not.
pub(super) fn results(
    negotiation: &Negotiation<'_>,
    role: Role,
    profile: Option<&Profile>,
    peer_signed_with: TrustpointId,
) -> Ways<Option<Reason>> {
    let validation = |list: TrustpointSet| Validation {
        world: negotiation.world,
        router: negotiation.router(role),
        ends: list.iter().collect(),
        peer: negotiation.router(role.other()),
        signed_with: peer_signed_with,
    };
    let mut ways = Ways::none();
    let list = anchors(negotiation, role, profile);
    let Err(reason) = validation(list).result() else {
        add(&mut ways, None, Grounds::by([Requirement::PkixConformance]));
        return ways;
    };
    add(&mut ways, Some(reason), Grounds::by([requirement(reason)]));
    // In which order anchors are tried is nobody's but the router's, so that each may be the one that gives the reason.
    let by_each = list.iter().filter_map(|end| validation(TrustpointSet::of([end])).result().err());
    for reason in by_each.filter(|reason| *reason != Reason::NoSuitableTrustpoint) {
        add(&mut ways, Some(reason), Grounds::by([requirement(reason)]));
    }
    let elsewhere = validation(negotiation.router(role).authenticated()).result().is_ok();
    add(
        &mut ways,
        None,
        match reason {
            Reason::NoSuitableTrustpoint if elsewhere => Grounds::conflict(Conflict::AnchorBeyondThePolicy),
            _ => Grounds::against(requirement(reason)),
        },
    );
    ways
}

/// The requirement by which a chain is refused for this reason.
fn requirement(reason: Reason) -> Requirement {
    match reason {
        Reason::CertificateRevoked
        | Reason::CrlMissing
        | Reason::CrlStale
        | Reason::CrlNotYetValid
        | Reason::CrlOfAnotherIssuer
        | Reason::CrlBad
        | Reason::OcspUnavailable => Requirement::UseRevocation,
        Reason::CertificateUnusable => Requirement::Version1Rejectable,
        Reason::CertificateUnknownCriticalExtension => Requirement::UnknownCriticalReject,
        Reason::CertificateKeyUsage => Requirement::KeyUsageToSign,
        Reason::CertificateExtendedKeyUsage => Requirement::ExtendedKeyUsageReject,
        Reason::CertificateBasicConstraints => Requirement::CaWithoutBasicConstraints,
        Reason::CertificateExpired | Reason::CertificateNotYetValid => Requirement::ChecksOnByDefault,
        _ => Requirement::PkixConformance,
    }
}
