//! A session of IKEv2 (RFC 7296): its phases, and what a received message or a due timer leads to.
//!
//! Each exchange has a file of its own; which session a datagram belongs to is decided in `endpoint`.

mod auth;
mod authentication;
mod candidates;
mod child;
mod contents;
mod cookies;
mod informational;
mod init;
mod judging;
mod keyed;
mod messages;
mod own;
mod proposals;
mod requests;
mod vendor;
mod window;

use std::time::Duration;

use crypto::Digest;
use wire::ikev2::{Message, Notification, NotifyType, Payload};
use wire::{ExchangeType, Flags, Header, Version};

pub(crate) use cookies::{CookieJar, Judgement};
pub(crate) use messages::digest;
pub(crate) use proposals::any_usable as any_usable_proposal;

use crate::context::Context;
use crate::endpoint::{Limits, Path};
use crate::event::{DeleteReason, EventKind, Ikev2Event, MessageProblem};
use crate::failure::Failure;
use crate::identity::Identity;
use crate::ids::{AnyProfileId, Ikev2PolicyId, Ikev2ProfileId, ProtectionId};
use crate::keys::ikev2::{IkeSaKeys, Spis};
use crate::nat::NatStatus;
use crate::state::{IkeVersion, Ikev2Exchange, Ikev2Half, Ikev2Input, Ikev2State, MessageName, Role};

use candidates::Candidates;
use init::Offered;
use keyed::Keyed;
use messages::{Fragments, Incoming, Outgoing};
use window::{Due, Window};

const INIT_REQUEST: MessageName = MessageName::Ikev2(Ikev2Exchange::SaInit, Ikev2Half::Request);
const AUTH_REQUEST: MessageName = MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Request);
const AUTH_RESPONSE: MessageName = MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Response);

/// One session: an IKE SA, and the Child SA of its IKE_AUTH.
#[derive(Debug)]
pub(crate) struct Session {
    /// The original initiator keeps its role for the life of the IKE SA.
    pub(crate) role: Role,
    pub(crate) path: Path,
    /// The path of the first message.
    pub(crate) first_path: Path,
    /// The digest of a responder's first message.
    pub(crate) first_digest: Option<Digest>,
    pub(crate) spis: Spis,
    /// The SA ID that the router prints.
    pub(crate) connection: u32,
    state: Ikev2State,
    /// What an initiator was asked to protect.
    protection: Option<ProtectionId>,
    /// An initiator's from the start, a responder's once it has read the IKE_AUTH request.
    profile: Option<Ikev2ProfileId>,
    phase: Phase,
    window: Window,
    fragments: Fragments,
    /// An initiator's, while anybody may have sent the IKE_SA_INIT response.
    candidates: Candidates,
    /// The peer has said in this session that it knows no session before it.
    pub(crate) is_initial_contact: bool,
}

/// How far the session has come, with what is known by then.
#[derive(Debug)]
enum Phase {
    /// Initiator: the IKE_SA_INIT request is sent.
    Offered(Box<Offered>),
    /// The keys exist; the IKE_AUTH request is sent (initiator) or awaited (responder).
    Keyed(Box<Keyed>),
    /// Both sides are authenticated.
    Established(Box<Established>),
    /// Responder: the peer was refused and told so; the answer is repeated for copies of its request until then.
    Refused { keys: Box<IkeSaKeys>, until: Duration },
    /// The session ends, and the peer has not answered yet. It is told so once it has answered what it was asked before.
    Closing { keys: Box<IkeSaKeys>, mtu: Option<u16>, reason: DeleteReason, is_told: bool },
    /// The session has ended with an answer to the peer, which is repeated for copies of its request until then.
    Ended { keys: Box<IkeSaKeys>, until: Duration },
    /// A step has taken what was here, and leaves a phase behind when it ends.
    InStep,
    /// The session is over and waits to be removed.
    Over,
}

impl Phase {
    /// The keys that protect messages now, or have protected the last answer.
    fn keys(&self) -> Option<&IkeSaKeys> {
        match self {
            Self::Keyed(keyed) => Some(&keyed.keys),
            Self::Established(established) => Some(&established.keys),
            Self::Closing { keys, .. } | Self::Refused { keys, .. } | Self::Ended { keys, .. } => Some(keys),
            Self::Offered(_) | Self::InStep | Self::Over => None,
        }
    }
}

/// What lasts after IKE_AUTH.
#[derive(Debug)]
struct Established {
    keys: IkeSaKeys,
    mtu: Option<u16>,
    nat: NatStatus,
    /// What the peer has proved to be.
    peer_identity: Identity,
    /// The Child SA, unless it was refused or deleted.
    child: Option<child::Child>,
    /// When the lifetime is over.
    expires: Duration,
    /// When the peer is asked whether it is alive.
    next_check: Option<Duration>,
}

/// What an initiator begins with.
pub(crate) struct Beginning {
    pub(crate) protection: ProtectionId,
    pub(crate) profile: Ikev2ProfileId,
    pub(crate) policy: Ikev2PolicyId,
    pub(crate) path: Path,
    pub(crate) spi: [u8; 8],
}

impl Session {
    /// Begins as initiator: sends the IKE_SA_INIT request.
    pub(crate) fn initiate(context: &mut Context<'_>, beginning: Beginning) -> Self {
        let Beginning { protection, profile, policy, path, spi } = beginning;
        let mut session = Self::new(context, path, Spis { initiator: spi, responder: [0; 8] });
        session.protection = Some(protection);
        session.profile = Some(profile);
        let profile = Some(AnyProfileId::Ikev2(profile));
        context.emit(EventKind::Requested { protection, profile, path });
        init::begin(&mut session, context, policy);
        session
    }

    /// Begins as responder: reads the IKE_SA_INIT request, answers it. `None` where there is nothing to go on with.
    pub(crate) fn respond(
        context: &mut Context<'_>,
        path: Path,
        bytes: &[u8],
        message: Message<'_>,
        spi: [u8; 8],
    ) -> Option<Self> {
        let spis = Spis { initiator: message.header().initiator_cookie, responder: spi };
        let mut session = Self::new(context, path, spis);
        let incoming = Incoming::new(context, path, bytes, message);
        session.first_digest = Some(incoming.digest);
        let kept = init::on_request(&mut session, context, &incoming);
        if kept.is_none() {
            context.emit(EventKind::Ikev2(Ikev2Event::TurnedAway));
        }
        kept.map(|()| session)
    }

    fn new(context: &Context<'_>, path: Path, spis: Spis) -> Self {
        Self {
            role: context.role,
            path,
            first_path: path,
            first_digest: None,
            spis,
            connection: context.connection,
            state: Ikev2State::Idle,
            protection: None,
            profile: None,
            phase: Phase::InStep,
            window: Window::default(),
            fragments: Fragments::default(),
            candidates: Candidates::default(),
            is_initial_contact: false,
        }
    }

    /// Acts on a message whose SPIs are this session's.
    pub(crate) fn receive(
        &mut self,
        context: &mut Context<'_>,
        path: Path,
        bytes: &[u8],
        message: Message<'_>,
    ) {
        let incoming = Incoming::new(context, path, bytes, message);
        let done = if self.has_candidates() {
            self.dispatch_to_candidates(context, &incoming)
        } else {
            self.dispatch(context, &incoming)
        };
        if let Err(problem) = done {
            context.emit(EventKind::Ignored { problem });
        }
    }

    fn dispatch(&mut self, context: &mut Context<'_>, incoming: &Incoming<'_>) -> Result<(), MessageProblem> {
        let message = &incoming.message;
        let header = message.header();
        if message.is_from_initiator() != (self.role == Role::Responder) {
            return Err(MessageProblem::WrongFlags); // RFC 7296 3.1; our own message sent back to us, too
        }
        if message.is_response() {
            if !self.window.expects_response(header.message_id) {
                return Err(MessageProblem::OutOfWindow);
            }
        } else if self.is_answered(context, incoming) {
            self.window.answer_again(context, incoming.path);
            return Ok(());
        } else if !self.window.expects_request(header.message_id, context.limits) {
            return Err(MessageProblem::OutOfWindow);
        }
        let step = match (header.exchange_type, message.is_response(), &self.phase) {
            (ExchangeType::IKE_SA_INIT, true, Phase::Offered(_)) => init::on_response,
            (ExchangeType::IKE_AUTH, false, Phase::Keyed(_)) if self.role == Role::Responder => {
                auth::on_request
            }
            (ExchangeType::IKE_AUTH, true, Phase::Keyed(_)) => auth::on_response,
            (
                ExchangeType::IKEV2_INFORMATIONAL | ExchangeType::CREATE_CHILD_SA,
                false,
                Phase::Established(_) | Phase::Closing { .. },
            ) => informational::on_request,
            (ExchangeType::IKEV2_INFORMATIONAL, true, Phase::Established(_) | Phase::Closing { .. }) => {
                informational::on_response
            }
            _ => return Err(MessageProblem::Unexpected),
        };
        step(self, context, incoming)?;
        let is_idle = matches!(self.phase, Phase::Established(_)) && !self.window.is_waiting();
        if is_idle && self.window.is_used_up(context.limits) {
            informational::send_delete(self, context, DeleteReason::Lifetime); // RFC 7296 2.2
        }
        Ok(())
    }

    /// Whether a request is the one answered last: a copy, or the first fragment where the peer has fragmented it anew.
    fn is_answered(&self, context: &Context<'_>, incoming: &Incoming<'_>) -> bool {
        if self.window.is_copy(&incoming.digest) {
            return true;
        }
        let Some(before) = self.window.answered_fragments(incoming.message.header().message_id) else {
            return false;
        };
        // RFC 7383 2.5.2, 2.6.1
        let fragment = |keys| incoming.fragment(context, keys, self.role.other());
        self.phase.keys().and_then(fragment).is_some_and(|it| it.number == 1 && it.total > before)
    }

    /// Does what is due.
    pub(crate) fn handle_timeout(&mut self, context: &mut Context<'_>) {
        self.handle_timeout_of_candidates(context);
        if let Due::GivenUp(message) = self.window.handle_timeout(context) {
            return self.give_up(context, message);
        }
        match &self.phase {
            Phase::Refused { until, .. } if *until <= context.now.monotonic => {
                self.end(context, DeleteReason::Failed);
            }
            Phase::Ended { until, .. } if *until <= context.now.monotonic => self.phase = Phase::Over,
            Phase::Keyed(_) if self.stale(context.limits).is_some_and(|due| due <= context.now.monotonic) => {
                self.end(context, DeleteReason::Evicted);
            }
            Phase::Established(established) if established.expires <= context.now.monotonic => {
                informational::send_delete(self, context, DeleteReason::Lifetime);
            }
            Phase::Established(_) => informational::handle_timeout(self, context),
            _ => {}
        }
    }

    /// Nobody has answered the last retransmission.
    fn give_up(&mut self, context: &mut Context<'_>, message: MessageName) {
        let reason = match &self.phase {
            Phase::Established(_) => DeleteReason::Dead, // RFC 7296 2.4
            Phase::Closing { reason, .. } => *reason,
            phase => {
                let is_refused = matches!(phase, Phase::Offered(offered) if offered.is_refused);
                if self.falls_back(context, None) {
                    return;
                }
                let failure = self.failure_of_candidates(informational::no_answer(message, is_refused));
                context.emit(EventKind::Failed(failure));
                DeleteReason::Retransmissions
            }
        };
        self.end(context, reason);
    }

    /// When the next timer is due.
    pub(crate) fn timeout(&self, limits: &Limits) -> Option<Duration> {
        let of_phase = match &self.phase {
            Phase::Established(established) => {
                let next = established.next_check.filter(|_| !self.window.is_waiting());
                [Some(established.expires), next].into_iter().flatten().min()
            }
            Phase::Refused { until, .. } | Phase::Ended { until, .. } => Some(*until),
            Phase::Keyed(_) => self.stale(limits),
            _ => None,
        };
        let of_candidates = self.timeout_of_candidates(limits);
        [self.window.timeout(limits), of_candidates, of_phase].into_iter().flatten().min()
    }

    /// When a responder stops waiting for the IKE_AUTH request.
    fn stale(&self, limits: &Limits) -> Option<Duration> {
        let answered = self.window.answered_at().filter(|_| self.role == Role::Responder);
        answered.map(|at| at + limits.patience(IkeVersion::V2) * 2)
    }

    /// Ends the session on the caller's word: the peer is told if it is authenticated.
    pub(crate) fn close(&mut self, context: &mut Context<'_>) {
        match &self.phase {
            Phase::Established(_) => informational::send_delete(self, context, DeleteReason::Closed),
            Phase::Closing { .. } | Phase::Ended { .. } => {}
            _ => self.end(context, DeleteReason::Closed),
        }
    }

    /// Whether the session waits to be removed.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    /// Ends the session without a word to the peer.
    pub(crate) fn end(&mut self, context: &mut Context<'_>, reason: DeleteReason) {
        context.emit(EventKind::Deleted { reason });
        self.advance(context, Ikev2Input::Delete);
        self.phase = Phase::Over;
    }

    /// Ends the session with an answer to the peer, which may be lost.
    fn end_with_answer(&mut self, context: &mut Context<'_>, reason: DeleteReason) {
        let keys = self.phase.keys().cloned();
        self.window.accept_response(); // RFC 7296 2.25.2: nobody waits for the answer to a deletion of our own any more
        self.end(context, reason);
        if let Some(keys) = keys {
            let until = context.now.monotonic + context.limits.patience(IkeVersion::V2);
            self.phase = Phase::Ended { keys: Box::new(keys), until };
        }
    }

    /// Whether the session has ended, and is kept for copies of the last request only.
    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended { .. })
    }

    /// Whether the peer has shown nothing but an IKE_SA_INIT request, or was refused.
    pub(crate) fn is_unproven(&self) -> bool {
        matches!(self.phase, Phase::Keyed(_) | Phase::Refused { .. })
    }

    /// What the peer has proved to be, once it is authenticated.
    pub(crate) fn peer_identity(&self) -> Option<&Identity> {
        match &self.phase {
            Phase::Established(established) => Some(&established.peer_identity),
            _ => None,
        }
    }

    /// Whether both sides are authenticated.
    pub(crate) fn is_established(&self) -> bool {
        matches!(self.phase, Phase::Established(_))
    }

    /// Tells a failure after which this side cannot go on, and ends the session; or goes on with another answer to its
    /// IKE_SA_INIT request.
    fn fail(&mut self, context: &mut Context<'_>, failure: Failure) {
        if self.falls_back(context, Some(failure.clone())) {
            return;
        }
        context.emit(EventKind::Failed(failure));
        self.end(context, DeleteReason::Failed);
    }

    /// Moves the state machine and tells so.
    fn advance(&mut self, context: &mut Context<'_>, input: Ikev2Input) {
        let from = self.state;
        match from.after(input) {
            Some(to) => {
                self.state = to;
                context.emit(EventKind::Ikev2(Ikev2Event::StateChanged { input, from, to }));
            }
            None => debug_assert!(false, "{input:?} does not belong to {from:?}"),
        }
    }

    fn outgoing(&self, exchange: Ikev2Exchange, half: Ikev2Half, message_id: u32) -> Outgoing {
        Outgoing { path: self.path, spis: self.spis, role: self.role, exchange, half, message_id }
    }
}

/// Demands a cookie of an initiator that may not exist (RFC 7296 2.6).
pub(crate) fn demand_cookie(context: &mut Context<'_>, path: Path, message: &Message<'_>, cookie: &[u8]) {
    context.emit(EventKind::PeerAppeared { path });
    context.emit(EventKind::Ikev2(Ikev2Event::CookieDemanded));
    let outgoing = stateless(path, message);
    transmit_stateless(context, outgoing, Notification::new(NotifyType::COOKIE, cookie));
    context.emit(EventKind::Ikev2(Ikev2Event::TurnedAway));
}

fn stateless(path: Path, message: &Message<'_>) -> Outgoing {
    Outgoing {
        path,
        spis: Spis { initiator: message.header().initiator_cookie, responder: [0; 8] },
        role: Role::Responder,
        exchange: Ikev2Exchange::SaInit,
        half: Ikev2Half::Response,
        message_id: 0,
    }
}

/// Answers a request of a version that is not known here (RFC 7296 2.5, 1.5).
pub(crate) fn refuse_version(context: &mut Context<'_>, path: Path, header: &Header) {
    let spis = Spis { initiator: header.initiator_cookie, responder: header.responder_cookie };
    let is_from_initiator = header.flags.contains(Flags::INITIATOR);
    let role = if is_from_initiator { Role::Responder } else { Role::Initiator };
    let MessageName::Ikev2(exchange, _) = messages::name(header) else { return };
    let message_id = header.message_id;
    let outgoing = Outgoing { path, spis, role, exchange, half: Ikev2Half::Response, message_id };
    let highest = [Version::IKEV2.major()];
    init::refuse_with(context, outgoing, NotifyType::INVALID_MAJOR_VERSION, &highest);
    context.emit(EventKind::Ikev2(Ikev2Event::TurnedAway));
}

/// Sends an answer that belongs to no session.
fn transmit_stateless(context: &mut Context<'_>, outgoing: Outgoing, notification: Notification<'_>) {
    for (record, bytes) in outgoing.plain(context, &[Payload::Notify(notification)]) {
        context.emit(EventKind::Sent(record.clone()));
        context.transmit(record.path, bytes);
    }
}
