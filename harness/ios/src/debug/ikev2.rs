//! IKEv2: what `debug crypto ikev2` prints, and what `debug crypto pki validation` and `debug crypto ipsec` print meanwhile.
//!
//! An event has its lines or is silent, which is said here for each. The states are silent: routers show them with
//! `debug crypto ikev2 internal` only.

mod authentication;
mod child;
mod contents;
mod end;
mod packets;
mod words;

use std::fmt;
use std::net::IpAddr;

use ike::{
    Event, EventKind, Identity, Ikev2Event, Ikev2PolicyId, Ikev2ProfileId, Ikev2ProposalId,
    Ikev2TransformKind, Role,
};
use wire::ikev2::NotifyType;

use super::Scene;
use super::literals::Literal;
use super::page::Value;

/// What the lines of IKEv2 need of earlier events of their session.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    policy: Option<Ikev2PolicyId>,
    profile: Option<Ikev2ProfileId>,
    own_identity: Option<Identity>,
    peer_identity: Option<Identity>,
    /// The group of this router's own KE payload.
    group: Option<u16>,
    /// The error that the peer reported last.
    refusal: Option<NotifyType>,
}

impl Memory {
    pub(super) fn note(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Requested { profile, .. } => self.profile = profile.and_then(|id| id.ikev2()),
            EventKind::IdentityBuilt { identity, .. } => self.own_identity = Some(identity.clone()),
            EventKind::IdentityRead { identity, .. } => self.peer_identity = Some(identity.clone()),
            EventKind::Sent(record) => {
                if let Some(group) = contents::group(&record.plaintext) {
                    self.group = Some(group);
                }
            }
            EventKind::NotificationRead { notify_type, .. } if end::is_error(NotifyType(*notify_type)) => {
                self.refusal = Some(NotifyType(*notify_type));
            }
            EventKind::Ikev2(Ikev2Event::PolicySearched { policy }) => self.policy = *policy,
            EventKind::Ikev2(Ikev2Event::ProfileSearched { matched: Some(matched) }) => {
                self.profile = Some(matched.profile);
            }
            _ => {}
        }
    }
}

impl Scene<'_> {
    /// Prints the lines of an event of IKEv2.
    pub(super) fn print_ikev2(&mut self, event: &Event) -> fmt::Result {
        use EventKind as Kind;
        match &event.kind {
            Kind::Sent(_)
            | Kind::Received(_)
            | Kind::DuplicateReceived { .. }
            | Kind::Retransmitting { .. }
            | Kind::Ignored { .. } => self.print_ikev2_packet(&event.kind),
            Kind::Requested { protection, .. } => self.print_request_of_ipsec(*protection),
            Kind::NoProposalChosen => self.page.lines(&[Literal::Ikev2NoProposalFits]),
            Kind::KeyExchangeRead => self.print_key_exchange(),
            Kind::NatDetected { local, remote } => self.print_nat(*local, *remote),
            Kind::Signed { .. }
            | Kind::IdentityRead { .. }
            | Kind::ValidationStarted { .. }
            | Kind::ValidationFinished { .. }
            | Kind::IdentityNotInCertificate { .. }
            | Kind::SignatureChecked { .. }
            | Kind::Authenticated { .. } => self.print_ikev2_authentication(&event.kind),
            Kind::ChildProposalChecked { .. }
            | Kind::ProfileNotTheTunnels { .. }
            | Kind::ChildEstablished { .. } => self.print_ikev2_child(&event.kind),
            Kind::NotificationRead { .. }
            | Kind::DeleteRead { .. }
            | Kind::Failed(_)
            | Kind::Deleted { .. } => self.print_ikev2_end(&event.kind),
            Kind::Ikev2(event) => self.print_own(event),
            // The list of a packet's contents shows these.
            Kind::VendorIdBuilt { .. }
            | Kind::VendorIdRead { .. }
            | Kind::SecurityAssociationRead
            | Kind::NonceRead
            | Kind::RequestBuilt { .. }
            | Kind::InitialContactBuilt
            | Kind::CertificateBuilt { .. } => Ok(()),
            // Told with the packet that carries it.
            Kind::IdentityBuilt { .. } => Ok(()),
            // Told when the chain is validated, as in Cisco document 117337.
            Kind::CertificateRead { .. } => Ok(()),
            // IOS says nothing at these.
            Kind::PeerAppeared { .. } | Kind::TrustpointChosen { .. } | Kind::RevocationChecked { .. } => {
                Ok(())
            }
            // No session of IKEv2 tells these.
            Kind::StateChanged { .. }
            | Kind::TransformChecked { .. }
            | Kind::KeysDerived { .. }
            | Kind::RequestRead { .. }
            | Kind::PinExamined { .. }
            | Kind::ProfileMatched { .. }
            | Kind::QuickModeStateChanged { .. }
            | Kind::LivenessSeen { .. } => Ok(()),
        }
    }

    /// Prints the lines of what only IKEv2 tells.
    fn print_own(&mut self, event: &Ikev2Event) -> fmt::Result {
        use Ikev2Event as Own;
        match event {
            Own::PolicySearched { policy } => self.print_policy(*policy),
            Own::ProposalChecked { proposal, position, mismatch } => {
                self.print_mismatch(*proposal, *position, *mismatch)
            }
            Own::GroupWanted { group } => self.print_group_wanted(group.number()),
            Own::CookieDemanded => self.page.lines(&[Literal::Ikev2CookieDemanded]),
            Own::CookieReturned => self.page.lines(&[Literal::Ikev2CookieReturned]),
            Own::KeysDerived { .. } => match self.page.common.role {
                Role::Initiator => self.page.lines(&[Literal::Ikev2KeysDerived, Literal::Ikev2InitCompleted]),
                // It has its answer to send yet.
                Role::Responder => self.page.lines(&[Literal::Ikev2KeysDerived]),
            },
            Own::TrustpointRetrieved { .. }
            | Own::OwnChainFetched { .. }
            | Own::ProfileSearched { .. }
            | Own::CertificateByUrl { .. }
            | Own::AuthenticationMethodRead { .. }
            | Own::PeerVerified { .. } => self.print_certificates_of_ikev2(event),
            Own::ErrorBuilt { notify_type } => self.print_error_built(*notify_type),
            Own::TrafficSelectorsRefused => self.page.lines(&[Literal::NoMapFound, Literal::Ikev2NoMapFound]),
            Own::FragmentRead { number, total } => {
                self.page.line(Literal::Ikev2FragmentRead, &[("number", number), ("total", total)])
            }
            Own::LivenessChecked { answered } => {
                let stage = if *answered { "answered" } else { "asked" };
                self.page.line(Literal::Ikev2Liveness, &[("stage", &stage)])
            }
            // One line tells of each hash; the selectors are told of when they are refused.
            Own::RequestsRead { .. } | Own::TrafficSelectorsRead { .. } => Ok(()),
            // Of `debug crypto ikev2 internal`.
            Own::StateChanged { .. } => Ok(()),
            // What was answered tells it.
            Own::TurnedAway => Ok(()),
        }
    }

    /// The search for a policy, at the beginning and again when the profile is known.
    fn print_policy(&mut self, policy: Option<Ikev2PolicyId>) -> fmt::Result {
        let address = words::address(self.page.common.path.local.ip());
        let vrf = self.vrf_number();
        let values: [Value<'_>; 2] = [("vrf", &vrf), ("address", &address)];
        self.page.line(Literal::Ikev2PolicySearched, &values)?;
        match policy {
            Some(id) => {
                let policy = &self.router.ikev2_policy(id).name;
                self.page.line(Literal::Ikev2PolicyFound, &[("policy", policy)])
            }
            None => self.page.lines(&[Literal::Ikev2NoPolicy]),
        }
    }

    /// The number of the VRF that the session is met in: 0 for the global one. A router makes up the others.
    fn vrf_number(&self) -> usize {
        let parts = self.router.ikev2();
        let local: IpAddr = self.page.common.path.local.ip();
        let position = parts.local_vrfs.iter().position(|one| one.address == local);
        position.map_or(0, |position| position.saturating_add(1))
    }

    fn print_mismatch(
        &mut self,
        proposal: Ikev2ProposalId,
        position: usize,
        mismatch: Option<Ikev2TransformKind>,
    ) -> fmt::Result {
        let Some(kind) = mismatch else { return Ok(()) };
        let number = position.saturating_add(1);
        let kind = words::transform_kind(kind);
        let values: [Value<'_>; 3] =
            [("number", &number), ("proposal", &self.router.ikev2_proposal(proposal).name), ("kind", &kind)];
        self.page.line(Literal::Ikev2ProposalRefused, &values)
    }

    fn print_group_wanted(&mut self, group: u16) -> fmt::Result {
        match (self.page.common.role, self.memory.ikev2.group) {
            (Role::Initiator, Some(sent)) => {
                self.page.line(Literal::Ikev2GroupWanted, &[("sent", &sent), ("group", &group)])
            }
            _ => self.page.lines(&[Literal::Ikev2WrongGroup]),
        }
    }

    /// The agreement on a secret; a responder makes its own public value only now.
    fn print_key_exchange(&mut self) -> fmt::Result {
        let group = contents::group(&self.memory.received).unwrap_or_default();
        let values: [Value<'_>; 1] = [("group", &group)];
        if self.page.common.role == Role::Responder {
            self.page.line(Literal::Ikev2PublicKeyComputed, &values)?;
        }
        self.page.line(Literal::Ikev2SecretComputed, &values)
    }

    fn print_nat(&mut self, local: bool, remote: bool) -> fmt::Result {
        self.page.lines(&[Literal::Ikev2NatDiscovery])?;
        if !local && !remote {
            return self.page.lines(&[Literal::Ikev2NoNat]);
        }
        // The peer is outside of this router's network, the router itself inside.
        let places = [(local, "INSIDE"), (remote, "OUTSIDE")];
        places
            .iter()
            .filter(|(found, _)| *found)
            .try_for_each(|(_, place)| self.page.line(Literal::Ikev2NatFound, &[("place", place)]))
    }
}
