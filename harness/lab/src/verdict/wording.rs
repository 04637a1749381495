//! The words for routers, CAs, profiles and choices.

use ike::selection::{ChoiceReason, Scope};
use ike::{
    Authentication, Identity, IkeVersion, IsakmpPolicy, MessageName, Origin, Profile, ProfileId, Protection,
    Role, Router, Subnet, Trustpoint, TrustpointId,
};

use super::CertificateUse;
use super::course::Course;
use super::ikev2;
use crate::complete::{World, listed};
use crate::side::{Pair, Side};

/// A negotiation and the names of everything in it.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub world: &'a World,
    pub initiator: Side,
    pub version: IkeVersion,
    pub courses: &'a Pair<Course<'a>>,
}

impl<'a> Words<'a> {
    /// What a router is called.
    pub fn name(&self, side: Side) -> &'a str {
        &self.world.names[side]
    }

    pub fn role(&self, side: Side) -> Role {
        if side == self.initiator { Role::Initiator } else { Role::Responder }
    }

    pub fn trustpoint(&self, side: Side, id: TrustpointId) -> &'a Trustpoint {
        self.world.routers[side].trustpoint(id)
    }

    /// The name of a trustpoint's CA, as IOS prints it.
    pub fn authority(&self, side: Side, id: TrustpointId) -> String {
        self.trustpoint(side, id).authority_name().map(ToString::to_string).unwrap_or_default()
    }

    /// The profile of a router's session.
    pub fn profile(&self, side: Side) -> Option<&'a Profile> {
        self.profile_id(side).map(|id| self.world.routers[side].profile(id))
    }

    /// The number of that profile.
    pub fn profile_id(&self, side: Side) -> Option<ProfileId> {
        self.courses[side].profile()
    }

    /// What the profile of a router's session is called.
    pub fn profile_name(&self, side: Side) -> Option<&'a str> {
        match self.version {
            IkeVersion::V1 => self.profile(side).map(|profile| profile.name.as_str()),
            IkeVersion::V2 => self.ikev2_profile(side).map(|profile| profile.name.as_str()),
        }
    }

    /// The names of these trustpoints in a row.
    pub fn trustpoints(&self, side: Side, ids: impl IntoIterator<Item = TrustpointId>) -> String {
        listed(ids.into_iter().map(|id| self.trustpoint(side, id).name.as_str()))
    }

    /// The names of the trustpoints that a profile pins.
    pub fn pins(&self, side: Side, profile: &Profile) -> String {
        self.trustpoints(side, profile.pins.iter().map(|pin| pin.trustpoint))
    }

    /// Whether the profile of a router's session lets it sign with this trustpoint.
    pub fn may_sign_with(&self, side: Side, id: TrustpointId) -> bool {
        let router = &self.world.routers[side];
        match self.version {
            IkeVersion::V1 => Scope::of(router, self.role(side), self.profile_id(side)).allows(router, id),
            IkeVersion::V2 => self.ikev2_may_sign_with(side, id),
        }
    }

    /// What a router begins with, if it is the initiator.
    pub fn began_with(&self, side: Side) -> Option<&'a Protection> {
        let (id, _) = self.courses[side].began?;
        Some(self.world.routers[side].protection(id))
    }

    /// The message in which the peer of `side` asks for certificates before `side` signs.
    pub fn asking_message(&self, side: Side) -> MessageName {
        match (self.version, self.role(side)) {
            (IkeVersion::V1, Role::Initiator) => MessageName::MainMode(4),
            (IkeVersion::V1, Role::Responder) => MessageName::MainMode(3),
            (IkeVersion::V2, Role::Initiator) => ikev2::SA_INIT_RESPONSE,
            (IkeVersion::V2, Role::Responder) => ikev2::AUTH_REQUEST,
        }
    }

    /// The message in which the peer of `side` says who it is.
    pub fn identifying_message(&self, side: Side) -> MessageName {
        match (self.version, self.role(side)) {
            (IkeVersion::V1, Role::Initiator) => MessageName::MainMode(6),
            (IkeVersion::V1, Role::Responder) => MessageName::MainMode(5),
            (IkeVersion::V2, Role::Initiator) => ikev2::AUTH_RESPONSE,
            (IkeVersion::V2, Role::Responder) => ikev2::AUTH_REQUEST,
        }
    }

    /// The certificate that a router signed with.
    pub fn certificate(&self, side: Side) -> Option<CertificateUse> {
        let id = self.courses[side].signed?;
        let trustpoint = self.trustpoint(side, id);
        let subject = trustpoint.enrolment.as_ref().map(|it| it.certificate.subject().to_string());
        Some(CertificateUse {
            trustpoint: trustpoint.name.clone(),
            subject: subject.unwrap_or_default(),
            because: self.choice(side).unwrap_or_default(),
        })
    }

    /// Why a router signs with the trustpoint that it chose, as a clause without the router and the trustpoint.
    pub fn choice(&self, side: Side) -> Option<String> {
        let (id, reason) = self.courses[side].chosen?;
        let (peer, message) = (self.name(side.other()), self.asking_message(side));
        let authority = self.authority(side, id);
        Some(match reason {
            ChoiceReason::Request { position: 0 } | ChoiceReason::Hash { position: 0, .. } => {
                let only = self.courses[side.other()].requests.len() == 1;
                let how = if only { "only" } else { "first" };
                format!("{peer}'s {message} asks for {authority} {how}")
            }
            ChoiceReason::Request { position } | ChoiceReason::Hash { position, .. } => {
                format!(
                    "{authority} is the first CA of {peer}'s {message} that it can answer, number {}",
                    position + 1
                )
            }
            ChoiceReason::EmptyRequest { .. } => {
                format!("{peer}'s {message} asks for any CA, and this is its most recent enrolment")
            }
            ChoiceReason::NoRequest | ChoiceReason::NoHash => {
                format!("{peer} asks for no CA, and this is its most recent enrolment")
            }
        })
    }

    /// The trustpoints that a router validated the peer's certificate against, without the built-in ones.
    pub fn validated_against(&self, side: Side) -> Vec<String> {
        let list = self.courses[side].validation.map(|validation| validation.list).unwrap_or_default();
        let configured = list.iter().map(|&id| self.trustpoint(side, id));
        let configured = configured.filter(|trustpoint| !is_built_in(trustpoint));
        configured.map(|trustpoint| trustpoint.name.clone()).collect()
    }
}

/// Each of these once, in their order.
pub(super) fn distinct(origins: impl IntoIterator<Item = Origin>) -> Vec<Origin> {
    let mut list = Vec::new();
    for origin in origins {
        if !list.contains(&origin) {
            list.push(origin);
        }
    }
    list
}

/// What a tunnel interface or a crypto map entry is called.
pub(super) fn protection(protection: &Protection) -> String {
    if protection.is_crypto_map_entry() {
        format!("crypto map {}", protection.name)
    } else {
        // `interface Virtual-Template1 type tunnel`
        protection.name.split(' ').next().unwrap_or_default().to_owned()
    }
}

/// The traffic that is protected, from the router's side.
pub(super) fn traffic(protection: &Protection) -> String {
    format!("{} to {}", subnet(protection.local_traffic), subnet(protection.remote_traffic))
}

fn subnet(Subnet { network, mask }: Subnet) -> String {
    let bits = mask.to_bits();
    match bits.leading_ones() {
        length if bits.count_ones() == length => format!("{network}/{length}"),
        _ => format!("{network} {mask}"),
    }
}

/// The policies with certificates: those that a router proposes and accepts here.
pub(super) fn with_certificates(router: &Router) -> impl Iterator<Item = &IsakmpPolicy> {
    let policies = router.policies().iter();
    policies.filter(|policy| policy.authentication.value == Authentication::RsaSignature)
}

/// What a policy asks of phase 1.
pub(super) fn policy(policy: &IsakmpPolicy) -> String {
    format!("{}, {} and group {}", policy.cipher.value, policy.hash.value, policy.group.value.number())
}

/// Whether a trustpoint is one of those that IOS carries itself.
pub(super) fn is_built_in(trustpoint: &Trustpoint) -> bool {
    matches!(trustpoint.authority, Some(pki::Authority::NameOnly(_)))
}

/// An identity as it is written in a configuration.
pub(crate) fn identity(identity: &Identity) -> String {
    match identity {
        Identity::Address(address) => address.to_string(),
        Identity::Fqdn(name) | Identity::UserFqdn(name) => name.escape_debug().to_string(),
        Identity::DistinguishedName(name) => name.to_string(),
        Identity::KeyId(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text.escape_debug().to_string(),
            Err(_) => format!("a key id of {} bytes", bytes.len()),
        },
        Identity::Other(number) => format!("something of type {number}"),
    }
}
