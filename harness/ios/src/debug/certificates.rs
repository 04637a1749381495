//! Certificate requests, the choice of a trustpoint, identities, certificates and their validation.

use std::fmt;
use std::net::IpAddr;

use ike::{EventKind, Identity, TrustpointId};
use pki::{Certificate, GeneralName, NameRef, Refusal, RefusalReason};
use wire::{CertificateEncoding, PayloadType};

use super::clock::Instant;
use super::literals::Literal;
use super::names;
use super::page::{Page, Value};
use super::{Memory, Scene};

impl Scene<'_> {
    pub(super) fn print_certificates(&mut self, kind: &EventKind) -> fmt::Result {
        match kind {
            EventKind::RequestBuilt { trustpoint, .. } => {
                match self.router.trustpoint(*trustpoint).authority_name() {
                    Some(issuer) => self.page.line(Literal::RequestBuilt, &[("issuer", issuer)]),
                    None => Ok(()),
                }
            }
            EventKind::RequestRead { encoding, authority } => {
                let Self { memory, page, .. } = self;
                print_request(page, CertificateEncoding(*encoding), memory.received(authority))
            }
            EventKind::PinExamined { trustpoint, found } => {
                self.with_trustpoint(Literal::ProfileListExamined, *trustpoint)?;
                if *found { self.with_trustpoint(Literal::ProfileListMatched, *trustpoint) } else { Ok(()) }
            }
            EventKind::TrustpointChosen { trustpoint, .. } => {
                self.with_trustpoint(Literal::TrustpointChosen, *trustpoint)
            }
            EventKind::InitialContactBuilt => self.page.lines(&[Literal::InitialContact]),
            EventKind::IdentityBuilt { identity, body, next } => {
                if let Some(id_type) = names::identity_type(identity) {
                    self.page.line(Literal::IdentityTypeUsed, &[("id_type", &id_type)])?;
                }
                print_identity(&mut self.page, identity, body, *next)?;
                self.page.line(Literal::IdentityLength, &[("length", &payload_length(body))])
            }
            EventKind::CertificateBuilt { trustpoint } => {
                self.page.lines(&[Literal::OwnChainFetched])?;
                match &self.router.trustpoint(*trustpoint).enrolment {
                    Some(own) => {
                        self.page.line(Literal::CertificateBuilt, &[("subject", own.certificate.subject())])
                    }
                    None => Ok(()),
                }
            }
            EventKind::Signed { trustpoint } => self.with_trustpoint(Literal::Signed, *trustpoint),
            EventKind::SignatureChecked { .. } => self.page.lines(&[Literal::SignatureRead]),
            EventKind::Authenticated { .. } => {
                self.page.lines(&[Literal::Authenticated, Literal::AuthenticatedWith])
            }
            _ => self.print_peer(kind),
        }
    }

    /// What the peer says it is, and whether that is believed.
    fn print_peer(&mut self, kind: &EventKind) -> fmt::Result {
        match kind {
            EventKind::IdentityRead { identity, body, next } => {
                self.page.lines(&[Literal::IdentityRead])?;
                let Self { memory, page, .. } = self;
                print_identity(page, identity, memory.received(body), *next)
            }
            EventKind::ProfileMatched { matched } => match matched {
                Some(matched) => {
                    let profile = &self.router.profile(matched.profile).name;
                    self.page.line(Literal::ProfileMatched, &[("profile", profile)])
                }
                None => self.page.lines(&[Literal::NoProfileMatched]),
            },
            EventKind::CertificateRead { range } if self.memory.certificates.last() != Some(range) => {
                // It cannot be read.
                self.page.lines(&[Literal::CertificateRead])
            }
            EventKind::CertificateRead { range } => {
                self.page.lines(&[Literal::CertificateRead, Literal::CertificateAdded])?;
                self.page.line(Literal::CertificateLength, &[("length", &range.len())])?;
                self.page.lines(&[Literal::CertificateAddedReturn])
            }
            EventKind::ValidationStarted { pinned_by, list } => {
                self.print_validation(pinned_by.is_some(), list)
            }
            EventKind::ValidationFinished { result } => {
                self.page.lines(&[Literal::TrustpointsSought])?;
                match result {
                    Ok(_) => self.page.lines(&[Literal::ValidationSucceeded, Literal::ValidationReturned]),
                    Err(refusal) => {
                        self.print_refusal(refusal)?;
                        self.page.lines(&[Literal::ValidationReturned, Literal::CertificateBad])
                    }
                }
            }
            EventKind::IdentityNotInCertificate { identity } => self.print_identity_warning(identity),
            _ => Ok(()),
        }
    }

    /// Of identities that are not in the certificate IOS is known to mention addresses only.
    pub(super) fn print_identity_warning(&mut self, identity: &Identity) -> fmt::Result {
        let Identity::Address(address) = identity else { return Ok(()) };
        let certified = certified_address(self.memory);
        let values: [Value<'_>; 2] = [("address", address), ("certified", &certified)];
        self.page.line(Literal::AddressNotInCertificate, &values)
    }

    pub(super) fn with_trustpoint(&mut self, literal: Literal, trustpoint: TrustpointId) -> fmt::Result {
        self.page.line(literal, &[("trustpoint", &self.router.trustpoint(trustpoint).name)])
    }

    fn print_validation(&mut self, pinned: bool, list: &[TrustpointId]) -> fmt::Result {
        self.page.lines(&[Literal::PeerChainFetched])?;
        if self.memory.profile.is_some_and(|profile| self.router.profile(profile).keyring.is_none()) {
            self.page.lines(&[Literal::NoKeyring])?;
        }
        if pinned {
            let names: Vec<_> = list.iter().map(|id| self.router.trustpoint(*id).name.as_str()).collect();
            self.page.line(Literal::ValidationList, &[("trustpoints", &names.join(", "))])?;
        }
        self.page.lines(&[Literal::ValidationStarted, Literal::AddressExtensionIgnored])?;
        self.page.line(Literal::ValidationPath, &[("certificates", &self.memory.certificates.len())])
    }

    /// The cause of a refusal: in the words of IOS where a public source shows them, else in ours.
    pub(super) fn print_refusal(&mut self, refusal: &Refusal) -> fmt::Result {
        let Refusal { certificate, reason, .. } = refusal;
        let serial = certificate.serial();
        match reason {
            RefusalReason::NoAnchor { issuer } => {
                if self.router.index().of_authority(issuer.as_der()).is_empty() {
                    self.page.lines(&[Literal::IssuerUnknown])?;
                }
                self.page.lines(&[Literal::NoSuitableTrustpoint])
            }
            RefusalReason::Expired { not_after, .. } => self
                .page
                .line(Literal::CertificateExpired, &[("serial", serial), ("time", &Instant(*not_after))]),
            RefusalReason::NotYetValid { not_before, .. } => {
                let values: [Value<'_>; 2] = [("serial", serial), ("time", &Instant(*not_before))];
                self.page.line(Literal::CertificateNotYetValid, &values)
            }
            RefusalReason::Revoked { .. } => {
                self.page.line(Literal::CertificateRevoked, &[("serial", serial)])
            }
            RefusalReason::CrlMissing => match refusal.anchor.and_then(|anchor| self.anchor(anchor)) {
                Some(trustpoint) => self.with_trustpoint(Literal::RevocationListMissing, trustpoint),
                None => self.print_cause(refusal),
            },
            RefusalReason::AnchorWithoutCertificate => {
                self.print_cause(refusal)?;
                self.page.lines(&[Literal::NoSuitableTrustpoint])
            }
            _ => self.print_cause(refusal),
        }
    }

    /// The trustpoint of an anchor: one that is not authenticated is in the list, and is no anchor.
    fn anchor(&self, index: usize) -> Option<TrustpointId> {
        let list = self.memory.validation_list.iter().copied();
        list.filter(|id| self.router.trustpoint(*id).authority.is_some()).nth(index)
    }

    /// The cause of a refusal in our own words.
    fn print_cause(&mut self, refusal: &Refusal) -> fmt::Result {
        let Refusal { certificate, reason, .. } = refusal;
        let (serial, subject) = (certificate.serial(), certificate.subject());
        let values: [Value<'_>; 3] = [("serial", serial), ("subject", subject), ("reason", reason)];
        self.page.line(Literal::CertificateRefused, &values)
    }
}

fn print_request(page: &mut Page<'_>, encoding: CertificateEncoding, authority: &[u8]) -> fmt::Result {
    page.lines(&[Literal::RequestRead])?;
    if encoding == CertificateEncoding::X509_SIGNATURE {
        page.lines(&[Literal::RequestedEncoding])?;
    }
    // An empty name asks for any CA.
    match NameRef::from_der(authority) {
        Ok(issuer) => page.line(Literal::RequestedIssuer, &[("issuer", &issuer)]),
        Err(_) => Ok(()),
    }
}

/// The block of an ID payload; `body` is its type, protocol, port and data (RFC 2407 4.6.2).
fn print_identity(page: &mut Page<'_>, identity: &Identity, body: &[u8], next: PayloadType) -> fmt::Result {
    let [id_type, protocol, high, low, ..] = *body else { return Ok(()) };
    page.line(Literal::IdentityPayload, &[("next", &next.0), ("type", &id_type)])?;
    match identity {
        Identity::Fqdn(name) => page.line(Literal::IdentityFqdn, &[("name", name)])?,
        Identity::Address(address) => page.line(Literal::IdentityAddress, &[("name", address)])?,
        _ => {}
    }
    let port = u16::from_be_bytes([high, low]);
    let values: [Value<'_>; 3] =
        [("protocol", &protocol), ("port", &port), ("length", &payload_length(body))];
    page.line(Literal::IdentityPort, &values)
}

/// The length of the payload around a body: four bytes of generic header more (RFC 2408 3.2).
const fn payload_length(body: &[u8]) -> usize {
    body.len().saturating_add(4)
}

/// The address in the peer's certificate, as it is printed: nothing where there is none.
fn certified_address(memory: &Memory) -> String {
    let bytes = memory.certificates.first().map_or(&[][..], |range| memory.received(range));
    let Ok(certificate) = Certificate::from_der(bytes) else { return String::new() };
    let alternative = certificate.extensions().subject_alternative_names.iter().find_map(|name| match name {
        GeneralName::Address(address) => Some(*address),
        _ => None,
    });
    match alternative {
        Some(address @ (IpAddr::V4(_) | IpAddr::V6(_))) => address.to_string(),
        None => certificate.subject().as_ref().text_of("ipaddress").unwrap_or_default(),
    }
}
