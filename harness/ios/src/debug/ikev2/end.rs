//! Notifications, failures and deletion.

use std::fmt;

use ike::{DeleteReason, EventKind, Failure, FailureCode, Ikev2Exchange, Ikev2Half, MessageName};
use wire::ikev2::NotifyType;

use super::contents::notification_name;
use crate::debug::Scene;
use crate::debug::literals::Literal;
use crate::debug::page::Value;

/// What an IKE_AUTH response says when nothing but the Child SA is refused (RFC 7296 1.2).
const CHILD_REFUSALS: [NotifyType; 5] = [
    NotifyType::NO_PROPOSAL_CHOSEN,
    NotifyType::TS_UNACCEPTABLE,
    NotifyType::SINGLE_PAIR_REQUIRED,
    NotifyType::INTERNAL_ADDRESS_FAILURE,
    NotifyType::FAILED_CP_REQUIRED,
];

/// ESP and AH as D payloads name them (RFC 7296 3.11).
const IPSEC_PROTOCOLS: [u8; 2] = [2, 3];

impl Scene<'_> {
    pub(super) fn print_ikev2_end(&mut self, kind: &EventKind) -> fmt::Result {
        match kind {
            EventKind::NotificationRead { notify_type, .. } => self.print_notification(*notify_type),
            EventKind::DeleteRead { protocol } => {
                let checked = if IPSEC_PROTOCOLS.contains(protocol) {
                    Literal::Ikev2IpsecSaChecked
                } else {
                    Literal::Ikev2ActiveSaChecked
                };
                self.page.lines(&[Literal::Ikev2DeleteRead, checked])
            }
            EventKind::Failed(failure) => self.print_ikev2_failure(failure),
            EventKind::Deleted { reason } => {
                if *reason == DeleteReason::Retransmissions {
                    self.page.lines(&[Literal::Ikev2NoAnswer])?;
                }
                self.page.lines(&[Literal::Ikev2SaDeleted])
            }
            _ => Ok(()),
        }
    }

    pub(super) fn print_error_built(&mut self, notify_type: u16) -> fmt::Result {
        match NotifyType(notify_type) {
            NotifyType::AUTHENTICATION_FAILED => {
                self.page.lines(&[Literal::Ikev2SendingAuthenticationFailure])
            }
            NotifyType::TS_UNACCEPTABLE => self.page.lines(&[Literal::Ikev2SendingTsUnacceptable]),
            other => self.with_notification(Literal::Ikev2SendingError, other),
        }
    }

    /// The list of a packet's contents shows notifications; errors have a line besides.
    fn print_notification(&mut self, notify_type: u16) -> fmt::Result {
        match NotifyType(notify_type) {
            status if !is_error(status) => Ok(()),
            NotifyType::NO_PROPOSAL_CHOSEN => self.page.lines(&[Literal::Ikev2NoProposalChosenRead]),
            other => self.with_notification(Literal::Ikev2ErrorRead, other),
        }
    }

    fn with_notification(&mut self, literal: Literal, notify_type: NotifyType) -> fmt::Result {
        self.page.line(literal, &[("notification", &notification_name(notify_type))])
    }

    /// Whether the IKE SA stays (V2-PRO-3, RFC 7296 1.2).
    fn fails_child_alone(&self, code: FailureCode) -> bool {
        match code {
            FailureCode::ProfileNotTheTunnels
            | FailureCode::NoTunnelForTraffic
            | FailureCode::NoChildProposalChosen => true,
            FailureCode::RefusedByPeer => {
                let authenticating =
                    self.memory.received_name == MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Response);
                let refusal = self.memory.ikev2.refusal;
                authenticating && refusal.is_some_and(|refusal| CHILD_REFUSALS.contains(&refusal))
            }
            _ => false,
        }
    }

    /// The end of a negotiation's hopes: the cause, where nothing that led to it has told it, and the exchange.
    fn print_ikev2_failure(&mut self, failure: &Failure) -> fmt::Result {
        match teller(failure.code) {
            Teller::Failure => {
                let values: [Value<'_>; 2] = [("message", &failure.message), ("cause", &failure.code)];
                self.page.line(Literal::Ikev2Failed, &values)?;
            }
            Teller::Certificate => self.page.lines(&[Literal::Ikev2CertificateNotBuilt])?,
            Teller::Earlier => {}
        }
        match failure.message {
            _ if self.fails_child_alone(failure.code) => Ok(()),
            MessageName::Ikev2(Ikev2Exchange::SaInit, _) => self.page.lines(&[Literal::Ikev2InitFailed]),
            MessageName::Ikev2(Ikev2Exchange::Auth, _) => self.page.lines(&[Literal::Ikev2AuthFailed]),
            _ => Ok(()),
        }
    }
}

/// Whether a notification reports an error, else a status (RFC 7296 3.10.1).
pub(super) const fn is_error(notify_type: NotifyType) -> bool {
    notify_type.0 < 16_384
}

/// Which line tells the cause of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Teller {
    /// One of an earlier event: a validation, proposals, a profile, a notification; of silence, the deletion.
    Earlier,
    /// That of IOS for a CERT payload that cannot be built.
    Certificate,
    /// One of our own.
    Failure,
}

const fn teller(code: FailureCode) -> Teller {
    use FailureCode as Code;
    match code {
        Code::NoSuitableTrustpoint
        | Code::CertificateExpired
        | Code::CertificateNotYetValid
        | Code::CertificateRevoked
        | Code::RevocationListMissing
        | Code::RevocationListStale
        | Code::RevocationListNotYetValid
        | Code::RevocationListOfAnotherIssuer
        | Code::RevocationListBad
        | Code::OcspUnavailable
        | Code::CertificateForged
        | Code::CertificateUnusable
        | Code::KeyUsage
        | Code::ExtendedKeyUsage
        | Code::NotAnAuthority
        | Code::PathLength
        | Code::NameConstraints
        | Code::UnknownCriticalExtension
        | Code::WeakKey
        | Code::CertificateNonconforming
        | Code::ChainTooLong
        | Code::IdentityMismatch
        | Code::NoProfileMatches
        | Code::CertificateByUrl
        | Code::NoProposalChosen
        | Code::ProfileNotTheTunnels
        | Code::NoTunnelForTraffic
        | Code::RefusedByPeer
        | Code::NoAnswer => Teller::Earlier,
        Code::NoCertificateToSend => Teller::Certificate,
        Code::NoCertificateReceived
        | Code::CertificateMalformed
        | Code::CannotSign
        | Code::AuthenticationMethod
        | Code::BadSignature
        | Code::BadMessage
        | Code::UnsupportedCriticalPayload
        | Code::NoChildProposalChosen => Teller::Failure,
    }
}
