//! Why negotiations of IKEv2 fail: each cause has a line of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use ike::{
    EventKind, FailureCode, Identity, Ikev2Event, Ikev2Exchange, Ikev2TransformKind, MessageProblem, Role,
};
use pki::{Refusal, RefusalReason};
use wire::PayloadType;
use wire::ikev2::NotifyType;

use super::reference::failure;
use super::world::*;
use crate::refusals::{every_reason, has_words_of_ios};
use crate::world::*;

/// A responder that refuses the certificate of its peer.
fn refused(reason: RefusalReason) -> Recorder {
    let mut at = of_r1(Role::Responder, 1, &[]);
    let list = Arc::from([trustpoint(TP2), trustpoint(TP1)]);
    at.push(EventKind::ValidationStarted { pinned_by: None, list });
    let certificate = certificate(R2_SUBJECT, CA1, 0x2a);
    let refusal = Refusal { certificate, depth: 0, anchor: Some(1), reason };
    at.push(EventKind::ValidationFinished { result: Err(Arc::new(refusal)) });
    at
}

#[test]
fn every_refusal_of_a_chain_is_told_apart_in_the_words_that_ikev1_has_for_it() {
    let mut seen = BTreeSet::new();
    for reason in every_reason() {
        let lines = refused(reason.clone()).lines();
        let sought = lines.iter().position(|line| line.contains("list of suitable")).unwrap();
        assert_eq!(
            lines.last().unwrap(),
            "IKEv2:(SA ID = 1):[PKI -> IKEv2] Validation of certificate chain FAILED"
        );
        let cause = lines[sought + 1..lines.len() - 1].to_vec();
        assert!(!cause.is_empty(), "{reason:?}");
        let ours = cause.iter().any(|line| line.contains("ikespec:"));
        assert_eq!(ours, !has_words_of_ios(&reason), "{cause:?}");
        assert!(seen.insert(cause), "{reason:?} reads like another");
    }
}

/// Peers that no profile matches, by an address and by a distinguished name.
pub fn of_profiles() -> [Recorder; 2] {
    [identity(2), Identity::DistinguishedName(name("hostname=asa.cisco.com"))].map(|identity| {
        let mut at = of_r1(Role::Responder, 1, &[TP1]);
        at.push(EventKind::IdentityRead { identity, body: 0..0, next: PayloadType::NONE });
        at.own(Ikev2Event::ProfileSearched { matched: None });
        at
    })
}

#[test]
fn a_peer_that_no_profile_matches_was_looked_for_by_its_certificate_if_it_has_a_name() {
    let [by_address, by_name] = of_profiles();
    let ending =
        ["IKEv2:% IKEv2 profile not found", "IKEv2:(SA ID = 1):: Failed to locate an item in the database"];
    assert_eq!(by_address.lines()[1..], ending);
    let lines = by_name.lines();
    assert_eq!(
        lines[0],
        "IKEv2:(SA ID = 1):Searching policy based on peer's identity 'hostname=asa.cisco.com' of type 'DER ASN1 DN'"
    );
    assert_eq!(lines[1], "IKEv2:%Profile could not be found by peer certificate.");
    assert_eq!(lines[2..], ending);
}

/// A router for each cause, with what it tells before it fails, in both exchanges.
pub fn of_failures() -> Vec<Recorder> {
    let codes = FailureCode::ALL.iter().flat_map(|code| {
        [Ikev2Exchange::SaInit, Ikev2Exchange::Auth].map(|exchange| {
            let mut at = of_r1(Role::Responder, 1, &[TP1]);
            at.push(failure(exchange, REQUEST, *code, None));
            at
        })
    });
    let mut recorders: Vec<_> = codes.collect();
    let mut at = of_r1(Role::Responder, 1, &[TP1]);
    at.own(Ikev2Event::CertificateByUrl { encoding: 12, range: 0..0 });
    at.own(Ikev2Event::AuthenticationMethodRead { method: 14 });
    for notify_type in [14, 24, 38] {
        at.own(Ikev2Event::ErrorBuilt { notify_type });
    }
    for notify_type in [14, 24, 16_388] {
        at.push(EventKind::NotificationRead { notify_type, protocol: 0, protected: true });
    }
    recorders.push(at);
    recorders
}

#[test]
fn errors_are_told_when_they_are_sent_and_read_and_status_is_not() {
    assert_eq!(
        of_failures().last().unwrap().lines(),
        [
            "IKEv2:(SA ID = 1): ikespec: certificate by hash and URL (encoding 12) is not fetched",
            "IKEv2:(SA ID = 1):Get peer's authentication method",
            "IKEv2:(SA ID = 1):Peer's authentication method is 'Digital Signature'",
            "IKEv2:(SA ID = 1): ikespec: sending NO_PROPOSAL_CHOSEN",
            "IKEv2:(SA ID = 1):Sending authentication failure notify",
            "IKEv2:(SA ID = 1):Sending TS unacceptable notify",
            "IKEv2:(SA ID = 1):: Received no proposal chosen notify",
            "IKEv2:(SA ID = 1): ikespec: AUTHENTICATION_FAILED received",
        ]
    );
}

/// What tells the cause of each failure, if not the failure itself: the events that led to it.
fn told_by(code: FailureCode) -> Option<&'static str> {
    use FailureCode as Code;
    match code {
        Code::NoProposalChosen => Some("Failed to find a matching policy"),
        Code::IdentityMismatch | Code::NoProfileMatches => Some("IKEv2 profile not found"),
        Code::CertificateByUrl => Some("certificate by hash and URL"),
        Code::ProfileNotTheTunnels | Code::NoTunnelForTraffic => Some("There was no IPSEC policy found"),
        Code::RefusedByPeer => Some("AUTHENTICATION_FAILED received"),
        Code::NoAnswer => Some("Maximum number of retransmissions reached"),
        Code::NoCertificateReceived
        | Code::CertificateMalformed
        | Code::NoCertificateToSend
        | Code::CannotSign
        | Code::AuthenticationMethod
        | Code::BadSignature
        | Code::BadMessage
        | Code::UnsupportedCriticalPayload
        | Code::NoChildProposalChosen => None,
        // The other codes are those of refused chains.
        _ => Some("Validation of certificate chain FAILED"),
    }
}

#[test]
fn a_failure_has_a_line_of_its_own_unless_an_earlier_event_has_told_the_cause() {
    let everything: String = super::everything().iter().map(Recorder::text).collect();
    let mut seen = BTreeSet::new();
    for code in FailureCode::ALL {
        let mut at = of_r1(Role::Responder, 1, &[TP1]);
        at.push(failure(Ikev2Exchange::Auth, REQUEST, *code, None));
        let mut lines = at.lines();
        lines.retain(|line| line != "IKEv2:(SA ID = 1):: Auth exchange failed");
        match told_by(*code) {
            Some(words) => {
                assert!(lines.is_empty(), "{code}: {lines:?}");
                assert!(everything.contains(words), "{code}: {words}");
            }
            None => assert!(lines.len() == 1 && seen.insert(lines.clone()), "{code}: {lines:?}"),
        }
    }
    assert!(seen.contains(&vec!["IKEv2:(SA ID = 1):Failed to build certificate payload".to_owned()]));
    let signature = "IKEv2:(SA ID = 1): ikespec: IKE_AUTH request fails: bad-signature";
    assert!(seen.contains(&vec![signature.to_owned()]));
}

#[test]
fn an_exchange_that_fails_says_so_unless_nothing_but_the_child_sa_does() {
    let last = |at: &Recorder| at.lines().last().cloned();
    let failed = |exchange, code| {
        let mut at = of_r1(Role::Initiator, 1, &[TP1]);
        at.push(failure(exchange, RESPONSE, code, None));
        last(&at).filter(|line| line.ends_with("failed"))
    };
    let init = Some("IKEv2:(SA ID = 1):Initial exchange failed: Initial exchange failed".to_owned());
    let auth = Some("IKEv2:(SA ID = 1):: Auth exchange failed".to_owned());
    assert_eq!(failed(Ikev2Exchange::SaInit, FailureCode::NoProposalChosen), init);
    assert_eq!(failed(Ikev2Exchange::Auth, FailureCode::BadSignature), auth);
    assert_eq!(failed(Ikev2Exchange::Auth, FailureCode::NoChildProposalChosen), None);
    for (notify_type, expected) in
        [(NotifyType::TS_UNACCEPTABLE, None), (NotifyType::AUTHENTICATION_FAILED, auth)]
    {
        let mut at = of_r1(Role::Initiator, 1, &[TP1]);
        at.receives(Ikev2Exchange::Auth, RESPONSE, &[notify(notify_type)]);
        at.push(EventKind::NotificationRead { notify_type: notify_type.0, protocol: 0, protected: true });
        at.push(failure(Ikev2Exchange::Auth, RESPONSE, FailureCode::RefusedByPeer, None));
        assert_eq!(last(&at).filter(|line| line.ends_with("exchange failed")), expected);
    }
}

#[test]
fn every_kind_of_transform_and_every_problem_of_a_message_reads_otherwise() {
    let kinds = [
        Ikev2TransformKind::Encryption,
        Ikev2TransformKind::PseudoRandomFunction,
        Ikev2TransformKind::Integrity,
        Ikev2TransformKind::Group,
        Ikev2TransformKind::Unknown(6),
    ];
    let problems = [
        MessageProblem::NotWholeBlocks,
        MessageProblem::Lacks(PayloadType::IKEV2_NONCE),
        MessageProblem::Unexpected,
        MessageProblem::WrongProtection,
        MessageProblem::BadHash,
        MessageProblem::BadPublicValue,
        MessageProblem::NonceLength,
        MessageProblem::Reserved,
        MessageProblem::TooManyPayloads,
        MessageProblem::Replayed,
        MessageProblem::NotOffered,
        MessageProblem::BadChecksum,
        MessageProblem::OutOfWindow,
        MessageProblem::WrongFlags,
        MessageProblem::BadFragment,
        MessageProblem::UnknownCriticalPayload(PayloadType(99)),
        MessageProblem::UselessRetry,
        MessageProblem::Malformed(wire::ikev2::Message::read(&[]).unwrap_err()),
    ];
    let mut at = of_r1(Role::Responder, 1, &[TP1]);
    for kind in kinds {
        at.own(Ikev2Event::ProposalChecked { proposal: proposal_id(), position: 0, mismatch: Some(kind) });
    }
    for problem in problems {
        at.push(EventKind::Ignored { problem });
    }
    let lines = at.lines();
    assert_eq!(lines.len(), kinds.len() + problems.len());
    assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len(), "{lines:#?}");
}
