//! Whether the parts of a router agree with each other.

use std::fmt;

use pki::Authority;

use crate::identity::IdentityKind;
use crate::ids::AnyProfileId;
use crate::origin::Origin;

use super::{Ikev2Parts, Ikev2Pattern, RouterParts, Trustpoint};

/// Why parts do not make a router. The fault is the configuration's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouterError {
    /// A profile or protection refers to a trustpoint or profile that is not there.
    DanglingReference {
        /// The line that refers.
        origin: Origin,
    },
    /// A protection has no transform set, and so nothing to offer.
    NothingToOffer {
        /// The line that opens it.
        origin: Origin,
    },
    /// A name is longer than any DNS name or mailbox can be, or a certificate longer than a payload.
    TooLong {
        /// The line that has it.
        origin: Origin,
    },
    /// A trustpoint is listed as enrolled and has no certificate, or has one and is not listed.
    EnrolmentsDisagree {
        /// The line that defines the trustpoint.
        origin: Origin,
    },
}

impl fmt::Display for RouterError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::DanglingReference { .. } => "configuration: the line names something that is not defined",
            Self::NothingToOffer { .. } => {
                "configuration: the tunnel or map entry has no transform set; set one"
            }
            Self::TooLong { .. } => {
                "configuration: the name or certificate is longer than a message can carry"
            }
            Self::EnrolmentsDisagree { .. } => {
                "configuration: the order of enrolment does not list exactly the enrolled trustpoints"
            }
        })
    }
}

impl std::error::Error for RouterError {}

/// Checks everything that a [`Router`](super::Router) rests on.
pub(super) fn all(parts: &RouterParts) -> Result<(), RouterError> {
    references(parts)?;
    names(parts)?;
    enrolments(parts)
}

fn references(parts: &RouterParts) -> Result<(), RouterError> {
    let pins = parts.profiles.iter().flat_map(|profile| &profile.pins);
    let bad_pin = pins.filter(|pin| pin.trustpoint.index() >= parts.trustpoints.len()).map(|pin| pin.origin);
    let profiles = parts.protections.iter().filter_map(|protection| protection.profile.any());
    let exists = |id| match id {
        AnyProfileId::Isakmp(id) => id.index() < parts.profiles.len(),
        AnyProfileId::Ikev2(id) => id.index() < parts.ikev2.profiles.len(),
    };
    let bad_profile = profiles.filter(|profile| !exists(profile.value)).map(|profile| profile.origin);
    if let Some(origin) = bad_pin.chain(bad_profile).chain(ikev2_references(parts)).next() {
        return Err(RouterError::DanglingReference { origin });
    }
    match parts.protections.iter().find(|protection| protection.transform_sets.is_empty()) {
        Some(protection) => Err(RouterError::NothingToOffer { origin: protection.origin }),
        None => Ok(()),
    }
}

/// The lines of IKEv2 that name what is not there.
fn ikev2_references(parts: &RouterParts) -> impl Iterator<Item = Origin> {
    let Ikev2Parts { proposals, policies, profiles, .. } = &parts.ikev2;
    let named = policies.iter().flat_map(|policy| &policy.proposals);
    let bad_proposal = named.filter(|named| named.value.index() >= proposals.len()).map(|named| named.origin);
    let pins = profiles.iter().flat_map(|profile| &profile.pins);
    let bad_pin = pins.filter(|pin| pin.trustpoint.index() >= parts.trustpoints.len()).map(|pin| pin.origin);
    let matches = profiles.iter().flat_map(|profile| &profile.matches);
    let bad_map = matches.filter_map(|line| match line.pattern {
        Ikev2Pattern::Certificate(map) if map.index() >= parts.certificate_maps.len() => Some(line.origin),
        Ikev2Pattern::Certificate(_) | Ikev2Pattern::Identity(_) => None,
    });
    bad_proposal.chain(bad_pin).chain(bad_map)
}

/// What goes into an ID payload (RFC 1035 2.3.4: 255 octets for a name).
fn names(parts: &RouterParts) -> Result<(), RouterError> {
    let of_profiles = parts.profiles.iter().filter_map(|profile| profile.self_identity.as_ref());
    let of_ikev2 = parts.ikev2.profiles.iter().map(|profile| &profile.identity_local);
    let all = of_profiles.chain(of_ikev2).chain([&parts.identity]);
    let identities = all.filter_map(|identity| match &identity.value {
        IdentityKind::Fqdn(Some(name)) | IdentityKind::UserFqdn(name) => Some((name.len(), identity.origin)),
        IdentityKind::KeyId(id) => Some((id.len(), identity.origin)),
        IdentityKind::Fqdn(None)
        | IdentityKind::Address
        | IdentityKind::GivenAddress(_)
        | IdentityKind::DistinguishedName => None,
    });
    let names = [Some(&parts.hostname), parts.domain.as_ref()].into_iter().flatten();
    let mut all = names.map(|name| (name.value.len(), name.origin)).chain(identities);
    let name = all.find(|(length, _)| *length > LONGEST_NAME).map(|(_, origin)| origin);
    let certificate = parts.trustpoints.iter().find(|trustpoint| longest(trustpoint) > LONGEST_CERTIFICATE);
    match name.or(certificate.map(|trustpoint| trustpoint.origin)) {
        Some(origin) => Err(RouterError::TooLong { origin }),
        None => Ok(()),
    }
}

/// The bytes of the longest of what a trustpoint puts into messages: the CA's name, the router's certificates.
fn longest(trustpoint: &Trustpoint) -> usize {
    let name = trustpoint.authority_name().map(|name| name.as_der().len());
    let own = trustpoint.enrolment.iter();
    let certificates = own.flat_map(|own| [&own.certificate].into_iter().chain(&own.intermediates));
    name.into_iter().chain(certificates.map(|one| one.as_der().len())).max().unwrap_or(0)
}

/// A payload has 65,535 bytes, five of them before a certificate or a name (RFC 2408 3.2, 3.9).
const LONGEST_CERTIFICATE: usize = 65_530;

const LONGEST_NAME: usize = 255;

fn enrolments(parts: &RouterParts) -> Result<(), RouterError> {
    for (index, trustpoint) in parts.trustpoints.iter().enumerate() {
        let listed = parts.enrolments.iter().filter(|id| id.index() == index).count();
        // A router cannot be enrolled with a CA whose certificate it does not hold.
        let authenticated = matches!(trustpoint.authority, Some(Authority::Certificate(_)));
        let expected = usize::from(trustpoint.enrolment.is_some() && authenticated);
        if listed != expected || (trustpoint.enrolment.is_some() && !authenticated) {
            return Err(RouterError::EnrolmentsDisagree { origin: trustpoint.origin });
        }
    }
    match parts.enrolments.iter().find(|id| id.index() >= parts.trustpoints.len()) {
        Some(_) => Err(RouterError::EnrolmentsDisagree { origin: Origin::DEFAULT }),
        None => Ok(()),
    }
}
