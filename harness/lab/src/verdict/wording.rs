//! The words for routers, CAs, profiles and failures.

use ike::selection::ChoiceReason;
use ike::{
    Failure, FailureCode, Identity, MessageName, Origin, Profile, ProfileId, Role, Trustpoint, TrustpointId,
};
use pki::RefusalReason;

use super::course::Course;
use super::{CertificateUse, FailureReport};
use crate::complete::{World, listed};
use crate::side::{Pair, Side};

/// A negotiation and the names of everything in it.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub world: &'a World,
    pub initiator: Side,
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

    /// The names of these trustpoints in a row.
    pub fn trustpoints(&self, side: Side, ids: impl IntoIterator<Item = TrustpointId>) -> String {
        listed(ids.into_iter().map(|id| self.trustpoint(side, id).name.as_str()))
    }

    /// The names of the trustpoints that a profile pins.
    pub fn pins(&self, side: Side, profile: &Profile) -> String {
        self.trustpoints(side, profile.pins.iter().map(|pin| pin.trustpoint))
    }

    /// The message in which the peer of `side` asks for certificates before `side` signs.
    pub fn asking_message(&self, side: Side) -> MessageName {
        match self.role(side) {
            Role::Initiator => MessageName::MainMode(4),
            Role::Responder => MessageName::MainMode(3),
        }
    }

    /// The message in which the peer of `side` says who it is.
    pub fn identifying_message(&self, side: Side) -> MessageName {
        match self.role(side) {
            Role::Initiator => MessageName::MainMode(6),
            Role::Responder => MessageName::MainMode(5),
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
            ChoiceReason::Request { position: 0 } => {
                let only = self.courses[side.other()].requests.len() == 1;
                let how = if only { "only" } else { "first" };
                format!("{peer}'s {message} asks for {authority} {how}")
            }
            ChoiceReason::Request { position } => {
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
            ChoiceReason::Hash { position, .. } => {
                format!("hash {} of {peer}'s {message} is the first that it can answer", position + 1)
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

    /// The failure in words; where no router told of one, nobody went on.
    pub fn failure(&self, failure: Option<(Side, &Failure)>) -> FailureReport {
        let Some((router, failure)) = failure else {
            let text = "the negotiation came to no end, and no router said why".to_owned();
            let message = MessageName::Unknown;
            return FailureReport {
                message,
                router: self.initiator,
                code: FailureCode::NoAnswer,
                rule: None,
                origins: Vec::new(),
                text,
            };
        };
        FailureReport {
            message: failure.message,
            router,
            code: failure.code,
            rule: failure.rule,
            origins: self.failure_lines(router, failure),
            text: self.failure_text(router, failure),
        }
    }

    /// The lines that a failure rests on: those that the router told, and behind the first the enrolment of a certificate
    /// that is refused for what it is.
    fn failure_lines(&self, side: Side, failure: &Failure) -> Vec<Origin> {
        let told = failure.origins.iter().copied();
        let for_what_it_is = failure.refusal.is_some()
            && failure.code != FailureCode::NoSuitableTrustpoint
            && !failure.code.is_of_revocation();
        let signed = self.courses[side.other()].signed.filter(|_| for_what_it_is);
        let enrolment = signed.and_then(|id| self.trustpoint(side.other(), id).enrolment.as_ref());
        let enrolment = enrolment.map(|enrolment| enrolment.origin);
        distinct(told.clone().take(1).chain(enrolment).chain(told.skip(1)))
    }

    fn failure_text(&self, side: Side, failure: &Failure) -> String {
        let (router, peer, message) = (self.name(side), self.name(side.other()), failure.message);
        match failure.code {
            FailureCode::NoSuitableTrustpoint => {
                format!(
                    "{router} refuses {peer}'s certificate: {}",
                    self.no_suitable_trustpoint(side, failure)
                )
            }
            FailureCode::NoCertificateToSend => {
                format!("{router} cannot build {message}: {}", self.no_certificate(side))
            }
            FailureCode::IdentityMismatch => {
                let profile = self.profile(side).map_or("its profile", |profile| &profile.name);
                let identity = self.courses[side].identity.map(identity).unwrap_or_default();
                format!(
                    "{router} refuses {message}: {peer} calls itself {identity}, and no `match identity` line of {profile} says so"
                )
            }
            FailureCode::ProfileNotTheTunnels => {
                let profile =
                    self.profile(side).map_or("no profile".to_owned(), |it| format!("profile {}", it.name));
                format!(
                    "{router} refuses {message}: the session has {profile}, but that is not the profile of its tunnel"
                )
            }
            FailureCode::NoProposalChosen => {
                format!("{router} accepts none of the ISAKMP policies that {peer} proposes")
            }
            FailureCode::NoChildProposalChosen | FailureCode::NoTunnelForTraffic => {
                format!(
                    "{router} refuses {message}: no tunnel or crypto map entry has this traffic with these transforms"
                )
            }
            FailureCode::BadSignature => {
                format!("{router} refuses {message}: {peer}'s signature does not hold")
            }
            FailureCode::BadMessage => format!("{router} cannot read {message}"),
            FailureCode::CannotSign => format!("{router} cannot build {message}: its key cannot sign"),
            FailureCode::NoCertificateReceived => {
                format!("{router} refuses {message}: it carries no certificate")
            }
            FailureCode::CertificateMalformed => {
                format!("{router} refuses {message}: the certificate cannot be read")
            }
            FailureCode::RefusedByPeer => format!("{peer} refuses {message} and says so"),
            FailureCode::NoAnswer => format!("{peer} does not answer {message}"),
            _ => match &failure.refusal {
                Some(refusal) => format!("{router} refuses {peer}'s certificate: {}", refusal.reason),
                None => format!("{router} refuses {message}: {}", failure.code),
            },
        }
    }

    fn no_suitable_trustpoint(&self, side: Side, failure: &Failure) -> String {
        let issuer = match failure.refusal.as_ref().map(|refusal| &refusal.reason) {
            Some(RefusalReason::NoAnchor { issuer }) => format!("{issuer} issued it"),
            _ => "its issuer is not trusted".to_owned(),
        };
        let profile = self.courses[side].validation.and_then(|validation| validation.pinned_by);
        match profile.map(|id| self.world.routers[side].profile(id)) {
            Some(profile) => {
                format!("{issuer}, and {} validates against {} only", profile.name, self.pins(side, profile))
            }
            None => format!("{issuer}, and {} has no trustpoint for that CA", self.name(side)),
        }
    }

    fn no_certificate(&self, side: Side) -> String {
        let (peer, limit) = (self.name(side.other()), self.limit(side));
        if self.courses[side.other()].requests.is_empty() {
            return format!("{peer} asks for no CA, and it has no certificate that it may use{limit}");
        }
        let asking = self.asking_message(side);
        format!("it has no certificate from any CA that {peer}'s {asking} asks for{limit}")
    }

    /// What limits the trustpoints that a router may sign with.
    fn limit(&self, side: Side) -> String {
        let profile = self.profile(side).filter(|profile| profile.is_pinned() && side == self.initiator);
        profile.map_or_else(String::new, |profile| {
            format!(", and {} lets it use {} only", profile.name, self.pins(side, profile))
        })
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
        Identity::KeyId(bytes) => format!("a key id of {} bytes", bytes.len()),
        Identity::Other(number) => format!("something of type {number}"),
    }
}
