//! Trustpoints, chains, identities and profiles: who this router is, and who its peer is.

use std::fmt;
use std::sync::Arc;

use ike::selection::ikev2::ProfileMatch;
use ike::{EventKind, Identity, Ikev2Event, Role};
use pki::Refusal;
use wire::ikev2::AuthenticationMethod;

use super::words;
use crate::debug::Scene;
use crate::debug::literals::Literal;
use crate::debug::page::Value;

/// The lifetime of an IKE SA in seconds where no profile says one (DEF-4).
const DEFAULT_LIFETIME: u32 = 86_400;

impl Scene<'_> {
    pub(super) fn print_ikev2_authentication(&mut self, kind: &EventKind) -> fmt::Result {
        match kind {
            EventKind::Signed { .. } => {
                self.page.lines(&[Literal::Ikev2AuthenticationGenerated, Literal::Ikev2Signed])
            }
            EventKind::IdentityRead { identity, .. } => {
                let (id_type, identity) = (words::identity_type(identity), words::identity(identity));
                let values: [Value<'_>; 2] = [("identity", &identity), ("id_type", &id_type)];
                self.page.line(Literal::Ikev2IdentityRead, &values)
            }
            EventKind::ValidationStarted { .. } => self.print_validation_begun(),
            EventKind::ValidationFinished { result } => self.print_validation_ended(result.as_ref().err()),
            EventKind::IdentityNotInCertificate { identity } => self.print_identity_warning(identity),
            EventKind::SignatureChecked { .. } => self.page.lines(&[Literal::Ikev2AuthenticationChecked]),
            EventKind::Authenticated { .. } => self.print_session_up(),
            _ => Ok(()),
        }
    }

    pub(super) fn print_certificates_of_ikev2(&mut self, event: &Ikev2Event) -> fmt::Result {
        match event {
            Ikev2Event::TrustpointRetrieved { position, trustpoint } => {
                self.page.lines(&[Literal::Ikev2TrustpointsSought])?;
                match trustpoint {
                    Some(id) => self.with_trustpoint(Literal::Ikev2TrustpointRetrieved, *id),
                    None => {
                        let number = position.saturating_add(1);
                        self.page.line(Literal::Ikev2HashUnknown, &[("number", &number)])
                    }
                }
            }
            Ikev2Event::OwnChainFetched { trustpoint } => {
                self.with_trustpoint(Literal::Ikev2OwnChainFetched, *trustpoint)
            }
            Ikev2Event::ProfileSearched { matched } => self.print_profile(matched.as_ref()),
            Ikev2Event::CertificateByUrl { encoding, .. } => {
                self.page.line(Literal::Ikev2CertificateByUrl, &[("encoding", encoding)])
            }
            Ikev2Event::AuthenticationMethodRead { method } => {
                let method = words::method(AuthenticationMethod(*method));
                self.page.line(Literal::Ikev2PeerMethod, &[("method", &method)])
            }
            Ikev2Event::PeerVerified { valid: true } => self.page.lines(&[Literal::Ikev2PeerBelieved]),
            Ikev2Event::PeerVerified { valid: false } => self.page.lines(&[Literal::Ikev2PeerRefused]),
            _ => Ok(()),
        }
    }

    /// A responder names the profile that it found; an initiator has had its own from the start. Both then look for their
    /// policy again.
    fn print_profile(&mut self, matched: Option<&ProfileMatch>) -> fmt::Result {
        let Some(matched) = matched else {
            if matches!(self.memory.ikev2.peer_identity, Some(Identity::DistinguishedName(_))) {
                self.page.lines(&[Literal::Ikev2NoProfileByCertificate])?;
            }
            return self.page.lines(&[Literal::Ikev2NoProfile]);
        };
        if self.page.common.role == Role::Responder {
            let profile = &self.router.ikev2_profile(matched.profile).name;
            self.page.line(Literal::Ikev2ProfileFound, &[("profile", profile)])?;
        }
        if let Some(policy) = self.memory.ikev2.policy {
            self.print_policy(Some(policy))?;
        }
        self.page.lines(&[Literal::Ikev2PolicyVerified])
    }

    fn print_validation_begun(&mut self) -> fmt::Result {
        self.page.lines(&[Literal::Ikev2ChainChecked])?;
        let lengths: Vec<usize> = self.memory.certificates.iter().map(ExactSizeIterator::len).collect();
        for length in &lengths {
            self.page.lines(&[Literal::CertificateAdded])?;
            self.page.line(Literal::CertificateLength, &[("length", length)])?;
        }
        self.page.lines(&[Literal::AddressExtensionIgnored])?;
        self.page.line(Literal::ValidationPath, &[("certificates", &lengths.len())])
    }

    fn print_validation_ended(&mut self, refusal: Option<&Arc<Refusal>>) -> fmt::Result {
        self.page.lines(&[Literal::TrustpointsSought])?;
        match refusal {
            None => self.page.lines(&[Literal::ValidationSucceeded, Literal::Ikev2ChainPassed]),
            Some(refusal) => {
                self.print_refusal(refusal)?;
                self.page.lines(&[Literal::Ikev2ChainFailed])
            }
        }
    }

    fn print_session_up(&mut self) -> fmt::Result {
        let memory = &self.memory.ikev2;
        let seconds =
            memory.profile.map_or(DEFAULT_LIFETIME, |id| self.router.ikev2_profile(id).lifetime.value);
        let path = self.page.common.path;
        let name = |identity: &Option<Identity>, end: std::net::SocketAddr| {
            identity.as_ref().map_or_else(|| words::address(end.ip()), words::identity)
        };
        let (peer, own) = (name(&memory.peer_identity, path.remote), name(&memory.own_identity, path.local));
        let values: [Value<'_>; 3] =
            [("seconds", &seconds), ("peer_identity", &peer), ("own_identity", &own)];
        self.page.line(Literal::Ikev2Authenticated, &values)
    }
}
