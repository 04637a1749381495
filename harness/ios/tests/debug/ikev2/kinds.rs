//! Every kind of event either has lines in the transcript of an IKEv2 session or is silent on purpose.

use std::sync::Arc;

use ike::selection::ChoiceReason;
use ike::{
    DeleteReason, EventKind, FailureCode, Ikev2Event, Ikev2Exchange, Ikev2Input, Ikev2State,
    Ikev2TransformKind, Input, MessageName, MessageProblem, PacketState, QuickModeInput, QuickModeState,
    Role, Rule, State,
};
use wire::PayloadType;

use super::reference::failure;
use super::world::*;
use crate::world::*;

/// Why a kind has no lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Silence {
    /// It is part of a packet, and stands in the list of its contents.
    InThePacket,
    /// A later event has its line.
    Later,
    /// Routers show it with `debug crypto ikev2 internal` only, or not at all.
    NotShown,
    /// Sessions of IKEv2 do not tell it.
    OtherVersion,
}

/// The table: `None` has lines. It names every kind, so that a new one has to be decided here.
fn silence(kind: &EventKind) -> Option<Silence> {
    use EventKind as Kind;
    match kind {
        Kind::VendorIdBuilt { .. }
        | Kind::VendorIdRead { .. }
        | Kind::SecurityAssociationRead
        | Kind::NonceRead
        | Kind::RequestBuilt { .. }
        | Kind::InitialContactBuilt
        | Kind::CertificateBuilt { .. } => Some(Silence::InThePacket),
        Kind::IdentityBuilt { .. } | Kind::CertificateRead { .. } => Some(Silence::Later),
        Kind::PeerAppeared { .. } | Kind::TrustpointChosen { .. } | Kind::RevocationChecked { .. } => {
            Some(Silence::NotShown)
        }
        Kind::StateChanged { .. }
        | Kind::TransformChecked { .. }
        | Kind::KeysDerived { .. }
        | Kind::RequestRead { .. }
        | Kind::PinExamined { .. }
        | Kind::ProfileMatched { .. }
        | Kind::QuickModeStateChanged { .. }
        | Kind::LivenessSeen { .. } => Some(Silence::OtherVersion),
        Kind::Ikev2(own) => silence_of_own(own),
        Kind::Requested { .. }
        | Kind::Sent(_)
        | Kind::Received(_)
        | Kind::Ignored { .. }
        | Kind::DuplicateReceived { .. }
        | Kind::Retransmitting { .. }
        | Kind::NoProposalChosen
        | Kind::KeyExchangeRead
        | Kind::NatDetected { .. }
        | Kind::Signed { .. }
        | Kind::IdentityRead { .. }
        | Kind::ValidationStarted { .. }
        | Kind::ValidationFinished { .. }
        | Kind::IdentityNotInCertificate { .. }
        | Kind::NotificationRead { .. }
        | Kind::SignatureChecked { .. }
        | Kind::Authenticated { .. }
        | Kind::ChildProposalChecked { .. }
        | Kind::ProfileNotTheTunnels { .. }
        | Kind::ChildEstablished { .. }
        | Kind::DeleteRead { .. }
        | Kind::Failed(_)
        | Kind::Deleted { .. } => None,
    }
}

fn silence_of_own(own: &Ikev2Event) -> Option<Silence> {
    use Ikev2Event as Own;
    match own {
        Own::StateChanged { .. } | Own::TurnedAway => Some(Silence::NotShown),
        Own::RequestsRead { .. } => Some(Silence::Later),
        Own::TrafficSelectorsRead { .. } => Some(Silence::InThePacket),
        Own::PolicySearched { .. }
        | Own::ProposalChecked { .. }
        | Own::GroupWanted { .. }
        | Own::CookieDemanded
        | Own::CookieReturned
        | Own::KeysDerived { .. }
        | Own::TrustpointRetrieved { .. }
        | Own::OwnChainFetched { .. }
        | Own::ProfileSearched { .. }
        | Own::CertificateByUrl { .. }
        | Own::AuthenticationMethodRead { .. }
        | Own::PeerVerified { .. }
        | Own::ErrorBuilt { .. }
        | Own::TrafficSelectorsRefused
        | Own::FragmentRead { .. }
        | Own::LivenessChecked { .. } => None,
    }
}

/// One event of each kind of both versions.
fn shared(at: &Recorder) -> Vec<EventKind> {
    let trustpoint = trustpoint(TP1);
    let name = MessageName::Ikev2(Ikev2Exchange::Auth, REQUEST);
    let record = at.ikev2_record(Ikev2Exchange::Auth, REQUEST, &auth_request());
    let (protection, path, profile) = (protection(), at.path, None);
    let body = Arc::from([1, 0, 0, 0, 192, 168, 0, 1]);
    let next = PayloadType::NONE;
    vec![
        EventKind::Requested { protection, profile, path },
        EventKind::PeerAppeared { path },
        EventKind::Sent(record.clone()),
        EventKind::Received(record),
        EventKind::Ignored { problem: MessageProblem::Unexpected },
        EventKind::DuplicateReceived { name, answered: true },
        EventKind::Retransmitting { name, packet_state: PacketState::Ikev2, attempt: 1, of: 5, timer: true },
        EventKind::VendorIdBuilt { bytes: Arc::from([1]) },
        EventKind::SecurityAssociationRead,
        EventKind::VendorIdRead { range: 0..0 },
        EventKind::NoProposalChosen,
        EventKind::KeyExchangeRead,
        EventKind::NonceRead,
        EventKind::RequestBuilt { trustpoint, because: Rule::V2Req2, order: Rule::Ord1 },
        EventKind::TrustpointChosen { trustpoint, reason: ChoiceReason::NoRequest },
        EventKind::NatDetected { local: false, remote: false },
        EventKind::InitialContactBuilt,
        EventKind::IdentityBuilt { identity: identity(1), body, next },
        EventKind::CertificateBuilt { trustpoint },
        EventKind::Signed { trustpoint },
        EventKind::IdentityRead { identity: identity(2), body: 0..0, next },
        EventKind::CertificateRead { range: 0..0 },
        EventKind::ValidationStarted { pinned_by: None, list: Arc::from([trustpoint]) },
        EventKind::RevocationChecked { trustpoint, methods: Arc::from([]) },
        EventKind::ValidationFinished { result: Ok(trustpoint) },
        EventKind::IdentityNotInCertificate { identity: identity(2) },
        EventKind::NotificationRead { notify_type: 24, protocol: 0, protected: true },
        EventKind::SignatureChecked { valid: true },
        EventKind::Authenticated { profile },
        EventKind::ChildProposalChecked { protection, transform: FIRST, accepted: true },
        EventKind::ProfileNotTheTunnels { session: None, protection },
        EventKind::ChildEstablished { protection, inbound_spi: 1, outbound_spi: 2 },
        EventKind::DeleteRead { protocol: 1 },
        failure(Ikev2Exchange::Auth, REQUEST, FailureCode::BadMessage, None),
        EventKind::Deleted { reason: DeleteReason::Closed },
    ]
}

/// One event of each kind that sessions of IKEv1 alone tell.
fn of_ikev1() -> Vec<EventKind> {
    let (transform, mismatch) = (FIRST, None);
    vec![
        EventKind::StateChanged {
            input: Input::RequestMainMode,
            from: State::Ready,
            to: State::Initiator(1),
        },
        EventKind::TransformChecked { policy: policy(), transform, mismatch },
        EventKind::KeysDerived { cipher_key: None, initiator_cookie: [0; 8] },
        EventKind::RequestRead { encoding: 4, authority: 0..0 },
        EventKind::PinExamined { trustpoint: trustpoint(TP1), found: true },
        EventKind::ProfileMatched { matched: None },
        EventKind::QuickModeStateChanged {
            message_id: 1,
            input: QuickModeInput::Begin,
            from: QuickModeState::Ready,
            to: QuickModeState::InitiatorSent,
        },
        EventKind::LivenessSeen { sequence: 1, acknowledged: true },
    ]
}

/// One event of each kind that only sessions of IKEv2 tell.
fn of_ikev2() -> Vec<EventKind> {
    let trustpoint = trustpoint(TP1);
    let own = vec![
        Ikev2Event::StateChanged {
            input: Ikev2Input::Begin,
            from: Ikev2State::Idle,
            to: Ikev2State::InitiatorWaitsForInit,
        },
        Ikev2Event::PolicySearched { policy: Some(policy_id()) },
        Ikev2Event::ProposalChecked {
            proposal: proposal_id(),
            position: 0,
            mismatch: Some(Ikev2TransformKind::Integrity),
        },
        Ikev2Event::GroupWanted { group: crypto::Group::Modp2048 },
        Ikev2Event::CookieDemanded,
        Ikev2Event::TurnedAway,
        Ikev2Event::CookieReturned,
        Ikev2Event::KeysDerived { spis: [[1; 8], [2; 8]], keys: None },
        Ikev2Event::RequestsRead { encoding: 4, hashes: 0..20 },
        Ikev2Event::TrustpointRetrieved { position: 0, trustpoint: Some(trustpoint) },
        Ikev2Event::OwnChainFetched { trustpoint },
        Ikev2Event::ProfileSearched { matched: matched(0) },
        Ikev2Event::CertificateByUrl { encoding: 12, range: 0..0 },
        Ikev2Event::AuthenticationMethodRead { method: 9 },
        Ikev2Event::PeerVerified { valid: true },
        Ikev2Event::ErrorBuilt { notify_type: 7 },
        Ikev2Event::TrafficSelectorsRead { initiator: 0..0, responder: 0..0 },
        Ikev2Event::TrafficSelectorsRefused,
        Ikev2Event::FragmentRead { number: 1, total: 2 },
        Ikev2Event::LivenessChecked { answered: true },
    ];
    own.into_iter().map(EventKind::Ikev2).collect()
}

#[test]
fn every_kind_of_event_has_lines_or_is_silent_on_purpose() {
    for role in [Role::Initiator, Role::Responder] {
        let mut at = of_r1(role, 1, &[TP1]);
        for kind in shared(&at).into_iter().chain(of_ikev1()).chain(of_ikev2()) {
            let before = at.lines().len();
            at.push(kind.clone());
            let printed = at.lines().len() - before;
            assert_eq!(printed == 0, silence(&kind).is_some(), "{kind:?} prints {printed} lines");
        }
    }
}
