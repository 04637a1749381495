//! A session of IKEv1: its phases, and what a received message or a due timer leads to.
//!
//! Each exchange has a file of its own; which session a datagram belongs to is decided in `endpoint`.

mod authentication;
mod contents;
mod informational;
mod ipsec_proposals;
mod main_mode;
mod messages;
mod policies;
mod quick_mode;
mod requests;
mod transmission;
mod vendor;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crypto::PrivateValue;
use wire::ExchangeType;
use wire::ikev1::{Message, MessageBuilder, Payload};

pub(crate) use policies::any_usable as any_usable_policy;

use crate::context::Context;
use crate::endpoint::{Limits, Path};
use crate::event::{DeleteReason, EventKind, MessageProblem, MessageRecord};
use crate::failure::{Failure, FailureCode};
use crate::identity::Identity;
use crate::ids::{AnyProfileId, ProfileId, ProtectionId};
use crate::keys::{Cookies, PhaseOneKeys};
use crate::nat::NatStatus;
use crate::protection::InitializationVector;
use crate::state::{Input, MessageName, PacketState, Role, State};

use messages::{FITS, Incoming, Opened, chain, header, outgoing, seal};
use policies::Parameters;
use quick_mode::QuickMode;
use requests::ReceivedRequests;
use transmission::{Due, Transmission};
use vendor::PeerCapabilities;

/// One session: phase 1 and the exchanges under it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) role: Role,
    pub(crate) path: Path,
    /// The path of the first message, by which a responder knows a copy of it.
    pub(crate) first_path: Path,
    pub(crate) cookies: Cookies,
    /// The number that the router prints; 0 until there are keys.
    pub(crate) connection: u32,
    state: State,
    /// What an initiator was asked to protect.
    protection: Option<ProtectionId>,
    /// An initiator's from the start, a responder's once it has read MM5.
    profile: Option<ProfileId>,
    phase: Phase,
    /// The peer was refused, and nothing but retransmissions is left unless another message of it convinces (V1-VAL-3).
    refused: bool,
    transmission: Transmission,
    quick_modes: BTreeMap<u32, QuickMode>,
    /// Exchanges that are over: a message of one of them is a copy.
    finished: FinishedExchanges,
    /// The peer has said in this session that it knows no session before it.
    pub(crate) is_initial_contact: bool,
}

/// How far phase 1 has come, with what is known by then.
#[derive(Debug)]
enum Phase {
    /// Initiator: MM1 is sent.
    Offered {
        /// SAi_b.
        security_association: Vec<u8>,
    },
    /// Responder: MM2 is sent. Its own values are drawn when MM3 comes.
    Agreed(Agreement, Option<OwnValues>),
    /// Initiator: MM3 is sent.
    Exchanging(Agreement, OwnValues),
    /// MM4 is sent (responder) or MM5 is (initiator).
    Keyed(Box<Keyed>),
    /// Both sides are authenticated.
    Established(Box<Established>),
    /// A step has taken what was here, and leaves a phase behind when it ends.
    InStep,
    /// The session is over and waits to be removed.
    Over,
}

/// What MM1 and MM2 have settled.
#[derive(Debug)]
struct Agreement {
    parameters: Parameters,
    security_association: Vec<u8>,
    peer: PeerCapabilities,
}

/// This side's contribution to the key exchange.
#[derive(Debug)]
struct OwnValues {
    private: Box<dyn PrivateValue>,
    nonce: Vec<u8>,
}

/// What MM3 and MM4 have settled.
#[derive(Debug)]
struct Keyed {
    parameters: Parameters,
    peer: PeerCapabilities,
    /// SAi_b.
    security_association: Vec<u8>,
    cookies: Cookies,
    /// The KE bodies: the initiator's, the responder's.
    publics: (Vec<u8>, Vec<u8>),
    keys: PhaseOneKeys,
    vector: InitializationVector,
    requests: ReceivedRequests,
    nat: NatStatus,
}

/// What lasts after phase 1.
#[derive(Debug)]
struct Established {
    keys: PhaseOneKeys,
    /// The last vector of phase 1, from which those of later exchanges are made.
    vector: InitializationVector,
    nat: NatStatus,
    /// What the peer has proved to be.
    peer_identity: Identity,
    /// When the lifetime is over.
    expires: Duration,
    liveness: informational::Liveness,
}

/// The message IDs of the exchanges that were over last, those of Quick Mode by themselves: a peer that asks every few
/// seconds whether anybody is there must not make them forgotten.
#[derive(Debug, Default)]
struct FinishedExchanges {
    quick_modes: VecDeque<u32>,
    informational: VecDeque<u32>,
}

impl FinishedExchanges {
    const REMEMBERED: usize = 64;

    fn contains(&self, message_id: u32) -> bool {
        self.quick_modes.contains(&message_id) || self.informational.contains(&message_id)
    }

    fn add_quick_mode(&mut self, message_id: u32) {
        Self::add(&mut self.quick_modes, message_id);
    }

    fn add_informational(&mut self, message_id: u32) {
        Self::add(&mut self.informational, message_id);
    }

    fn add(remembered: &mut VecDeque<u32>, message_id: u32) {
        if remembered.len() == Self::REMEMBERED {
            remembered.pop_front();
        }
        remembered.push_back(message_id);
    }
}

/// Why a message led nowhere.
#[derive(Debug)]
enum Problem {
    /// It is put aside and the session is as it was.
    Ignored(MessageProblem),
    /// The peer is refused: the negotiation cannot succeed.
    Refused(Failure),
}

impl From<MessageProblem> for Problem {
    fn from(problem: MessageProblem) -> Self {
        Self::Ignored(problem)
    }
}

impl From<wire::ReadError> for Problem {
    fn from(error: wire::ReadError) -> Self {
        Self::Ignored(MessageProblem::Malformed(error))
    }
}

impl Session {
    /// Begins as initiator: sends MM1.
    pub(crate) fn initiate(
        context: &mut Context<'_>,
        protection: ProtectionId,
        path: Path,
        initiator_cookie: [u8; 8],
    ) -> Self {
        // V1-REQ-1: the profile is known from the start.
        let profile = context.router.protection(protection).profile.isakmp().map(|profile| profile.value);
        let cookies = Cookies { initiator: initiator_cookie, responder: [0; 8] };
        let mut session = Self::new(context, path, cookies, Some(protection), profile);
        main_mode::send_mm1(&mut session, context);
        session
    }

    /// Begins as responder: reads MM1, answers with MM2. `None` where there is nothing to go on with.
    pub(crate) fn respond(
        context: &mut Context<'_>,
        path: Path,
        bytes: &[u8],
        message: Message<'_>,
        responder_cookie: [u8; 8],
    ) -> Option<Self> {
        let cookies = Cookies { initiator: message.header().initiator_cookie, responder: responder_cookie };
        let mut session = Self::new(context, path, cookies, None, None);
        let incoming = Incoming::new(context, path, bytes, message);
        match main_mode::on_mm1(&mut session, context, &incoming) {
            Ok(()) => Some(session),
            Err(Problem::Ignored(problem)) => {
                context.emit(EventKind::Ignored { problem });
                None
            }
            Err(Problem::Refused(failure)) => {
                session.fail(context, failure);
                None
            }
        }
    }

    fn new(
        context: &Context<'_>,
        path: Path,
        cookies: Cookies,
        protection: Option<ProtectionId>,
        profile: Option<ProfileId>,
    ) -> Self {
        Self {
            role: context.role,
            path,
            first_path: path,
            cookies,
            connection: 0,
            state: State::Ready,
            protection,
            profile,
            phase: Phase::InStep,
            refused: false,
            transmission: Transmission::default(),
            quick_modes: BTreeMap::new(),
            finished: FinishedExchanges::default(),
            is_initial_contact: false,
        }
    }

    /// Acts on a message whose cookies are this session's.
    pub(crate) fn receive(
        &mut self,
        context: &mut Context<'_>,
        path: Path,
        bytes: &[u8],
        message: Message<'_>,
    ) {
        let incoming = Incoming::new(context, path, bytes, message);
        let header = message.header();
        let result = match header.exchange_type {
            ExchangeType::IDENTITY_PROTECTION => self.receive_main_mode(context, &incoming),
            ExchangeType::QUICK_MODE => quick_mode::receive(self, context, &incoming),
            ExchangeType::INFORMATIONAL => informational::receive(self, context, &incoming),
            _ => Err(MessageProblem::Unexpected.into()),
        };
        if let Err(Problem::Ignored(problem)) = result {
            context.emit(EventKind::Ignored { problem });
        }
    }

    fn receive_main_mode(
        &mut self,
        context: &mut Context<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<(), Problem> {
        if incoming.message.header().message_id != 0 {
            return Err(MessageProblem::Unexpected.into()); // RFC 2408 3.1: phase 1 has no message ID
        }
        if self.transmission.is_duplicate(context, &incoming.digest) {
            return Ok(());
        }
        let step = match (self.role, &self.phase) {
            (Role::Initiator, Phase::Offered { .. }) => main_mode::on_mm2,
            (Role::Responder, Phase::Agreed(..)) => main_mode::on_mm3,
            (Role::Initiator, Phase::Exchanging(..)) => main_mode::on_mm4,
            (Role::Responder, Phase::Keyed(_)) => main_mode::on_mm5,
            (Role::Initiator, Phase::Keyed(_)) => main_mode::on_mm6,
            _ => return Err(MessageProblem::Unexpected.into()),
        };
        let result = step(self, context, incoming);
        if let Err(Problem::Refused(failure)) = &result {
            // V1-VAL-2: nothing is sent back; V1-VAL-3: both sides go on retransmitting.
            self.transmission.refuse(failure.message, incoming.digest);
            self.refused = true;
            context.emit(EventKind::Failed(failure.clone()));
        }
        result
    }

    /// Does what is due.
    pub(crate) fn handle_timeout(&mut self, context: &mut Context<'_>) {
        if let Due::GivenUp(message) = self.transmission.handle_timeout(context) {
            // V1-VAL-3: the negotiation is deleted. Whoever refused has told why already.
            if !self.refused {
                context.emit(EventKind::Failed(no_answer(message)));
            }
            return self.end(context, DeleteReason::Retransmissions);
        }
        quick_mode::handle_timeout(self, context);
        informational::handle_timeout(self, context);
        let expired = matches!(&self.phase, Phase::Established(it) if it.expires <= context.now.monotonic);
        if expired {
            informational::send_delete(self, context);
            self.end(context, DeleteReason::Lifetime);
        }
    }

    /// When the next timer is due.
    pub(crate) fn timeout(&self, limits: &Limits) -> Option<Duration> {
        let of_phase = match &self.phase {
            Phase::Established(established) => {
                [Some(established.expires), established.liveness.timeout()].into_iter().flatten().min()
            }
            _ => None,
        };
        let of_children = self.quick_modes.values().filter_map(|exchange| exchange.timeout(limits)).min();
        [self.transmission.timeout(limits), of_phase, of_children].into_iter().flatten().min()
    }

    /// Ends the session on the caller's word: the peer is told if it is authenticated.
    pub(crate) fn close(&mut self, context: &mut Context<'_>) {
        informational::send_delete(self, context);
        self.end(context, DeleteReason::Closed);
    }

    /// Whether the session waits to be removed.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    /// Whether the peer has not even shown that it gets what is sent to it.
    pub(crate) fn is_unproven(&self) -> bool {
        matches!(self.phase, Phase::Agreed(..))
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

    /// The profile, as events name it.
    fn any_profile(&self) -> Option<AnyProfileId> {
        self.profile.map(AnyProfileId::Isakmp)
    }

    /// Tells a failure after which this side cannot go on, and ends the session.
    fn fail(&mut self, context: &mut Context<'_>, failure: Failure) {
        context.emit(EventKind::Failed(failure));
        self.end(context, DeleteReason::Failed);
    }

    /// Ends the session without a word to the peer.
    pub(crate) fn end(&mut self, context: &mut Context<'_>, reason: DeleteReason) {
        context.emit(EventKind::Deleted { reason });
        self.advance(context, Input::Delete);
        self.phase = Phase::Over;
    }

    /// Moves the state machine of phase 1 and tells so.
    fn advance(&mut self, context: &mut Context<'_>, input: Input) {
        let from = self.state;
        match from.after(input) {
            Some(to) => {
                self.state = to;
                context.emit(EventKind::StateChanged { input, from, to });
            }
            None => debug_assert!(false, "{input:?} does not belong to {from:?}"),
        }
    }

    /// What is needed to send a message of this session.
    fn outgoing(&self, name: MessageName, packet_state: PacketState) -> MessageRecord {
        MessageRecord {
            name,
            path: self.path,
            plaintext: [].into(),
            length: 0,
            encrypted: false,
            packet_state,
            retransmission: 0,
            fragment: None,
        }
    }

    /// Sends a message of Main Mode that is not encrypted.
    fn send_plain(
        &mut self,
        context: &mut Context<'_>,
        name: MessageName,
        packet_state: PacketState,
        payloads: &[Payload<'_>],
    ) {
        let builder = MessageBuilder::new(
            self.cookies.initiator,
            self.cookies.responder,
            ExchangeType::IDENTITY_PROTECTION,
        );
        let mut changed = outgoing(payloads);
        context.before_authentication(name, &mut changed);
        context.before_protection(name, &mut changed);
        let bytes = builder.clone().plain(&changed).or_else(|_| builder.plain(payloads)).expect(FITS);
        let record = MessageRecord {
            plaintext: bytes.as_slice().into(),
            length: bytes.len(),
            ..self.outgoing(name, packet_state)
        };
        self.transmission.send(context, record, bytes, true);
    }
}

fn no_answer(message: MessageName) -> Failure {
    Failure { message, code: FailureCode::NoAnswer, rule: None, origins: Vec::new(), refusal: None }
}
