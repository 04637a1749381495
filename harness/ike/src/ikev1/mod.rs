//! A session of IKEv1: its phases, and what a received message or a due timer leads to.
//!
//! Each exchange has a file of its own; which session a datagram belongs to is decided in `endpoint`.

mod authentication;
mod contents;
mod context;
mod informational;
mod ipsec_proposals;
mod main_mode;
mod nat;
mod policies;
mod quick_mode;
mod requests;
mod transmission;
mod vendor;

use std::collections::BTreeMap;
use std::time::Duration;

use crypto::{Digest, HashAlgorithm, PrivateValue};
use wire::ikev1::{Message, MessageBuilder, Payload, write_payloads};
use wire::{ExchangeType, Header, PayloadType};

pub(crate) use context::Context;
pub(crate) use policies::any_usable as any_usable_policy;

use crate::endpoint::{Limits, Path};
use crate::event::{DeleteReason, EventKind, MessageProblem, MessageRecord};
use crate::failure::{Failure, FailureCode};
use crate::ids::{ProfileId, ProtectionId};
use crate::keys::{Cookies, PhaseOneKeys};
use crate::protection::{self, InitializationVector, OpenError, Plain};
use crate::state::{Input, MessageName, PacketState, Role, State};

use contents::{Contents, Located};
use nat::NatStatus;
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
    transmission: Transmission,
    quick_modes: BTreeMap<u32, QuickMode>,
}

/// How far phase 1 has come, with what is known by then.
#[derive(Debug)]
enum Phase {
    /// Initiator: MM1 is sent.
    Offered {
        /// SAi_b.
        security_association: Vec<u8>,
    },
    /// Responder: MM2 is sent.
    Agreed(Agreement),
    /// Initiator: MM3 is sent.
    Exchanging(Agreement, OwnValues),
    /// MM4 is sent (responder) or MM5 is (initiator).
    Keyed(Box<Keyed>),
    /// Both sides are authenticated.
    Established(Box<Established>),
    /// The peer was refused: nothing but retransmissions is left (V1-VAL-3).
    Refused,
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
    /// When the lifetime is over.
    expires: Duration,
    liveness: informational::Liveness,
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

/// A message as it came.
#[derive(Clone, Copy)]
struct Incoming<'a> {
    path: Path,
    /// The message without a non-ESP marker.
    bytes: &'a [u8],
    message: Message<'a>,
    digest: Digest,
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
        let profile = context.router.protection(protection).profile.map(|profile| profile.value);
        let cookies = Cookies { initiator: initiator_cookie, responder: [0; 8] };
        let over = Phase::Over;
        let mut session = Self::new(context, path, cookies, over, Some(protection), profile);
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
        let mut session = Self::new(context, path, cookies, Phase::Over, None, None);
        let incoming = Incoming::new(context, path, bytes, message);
        match main_mode::on_mm1(&mut session, context, &incoming) {
            Ok(()) => Some(session),
            Err(Problem::Ignored(problem)) => {
                context.emit(EventKind::Ignored { problem });
                None
            }
            Err(Problem::Refused(failure)) => {
                context.emit(EventKind::Failed(failure));
                session.end(context, DeleteReason::Failed);
                None
            }
        }
    }

    fn new(
        context: &Context<'_>,
        path: Path,
        cookies: Cookies,
        phase: Phase,
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
            phase,
            transmission: Transmission::default(),
            quick_modes: BTreeMap::new(),
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
        if self.transmission.is_duplicate(context, &incoming.digest) {
            return Ok(());
        }
        let step = match (self.role, &self.phase) {
            (Role::Initiator, Phase::Offered { .. }) => main_mode::on_mm2,
            (Role::Responder, Phase::Agreed(_)) => main_mode::on_mm3,
            (Role::Initiator, Phase::Exchanging(..)) => main_mode::on_mm4,
            (Role::Responder, Phase::Keyed(_)) => main_mode::on_mm5,
            (Role::Initiator, Phase::Keyed(_)) => main_mode::on_mm6,
            _ => return Err(MessageProblem::Unexpected.into()),
        };
        let result = step(self, context, incoming);
        if let Err(Problem::Refused(failure)) = &result {
            // V1-VAL-2: nothing is sent back; V1-VAL-3: both sides go on retransmitting.
            self.transmission.refuse(failure.message, incoming.digest);
            self.phase = Phase::Refused;
            context.emit(EventKind::Failed(failure.clone()));
        }
        result
    }

    /// Does what is due.
    pub(crate) fn handle_timeout(&mut self, context: &mut Context<'_>) {
        if let Due::GivenUp(message) = self.transmission.handle_timeout(context) {
            // V1-VAL-3: the negotiation is deleted. Whoever refused has told why already.
            if !matches!(self.phase, Phase::Refused) {
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

    /// Whether both sides are authenticated.
    pub(crate) fn is_established(&self) -> bool {
        matches!(self.phase, Phase::Established(_))
    }

    fn end(&mut self, context: &mut Context<'_>, reason: DeleteReason) {
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
        let bytes = builder.plain(payloads).expect(FITS);
        let record = MessageRecord {
            plaintext: bytes.as_slice().into(),
            length: bytes.len(),
            ..self.outgoing(name, packet_state)
        };
        self.transmission.send(context, record, bytes, true);
    }
}

/// Why writing our own payloads cannot fail: each is bounded far below 64 KB by what a router can be configured with.
const FITS: &str = "payloads made here fit into their length fields";

fn no_answer(message: MessageName) -> Failure {
    Failure { message, code: FailureCode::NoAnswer, rule: None, origins: Vec::new(), refusal: None }
}

/// A chain of payloads and the type of its first.
fn chain(payloads: &[Payload<'_>]) -> (PayloadType, Vec<u8>) {
    let mut bytes = Vec::new();
    let first = write_payloads(payloads, &mut bytes).expect(FITS);
    (first, bytes)
}

/// The bytes of a sealed message, and the record of what is in it.
fn seal(
    context: &Context<'_>,
    keys: &PhaseOneKeys,
    vector: &InitializationVector,
    header: Header,
    chain: Vec<u8>,
    record: MessageRecord,
) -> (MessageRecord, Vec<u8>, InitializationVector) {
    let mut plain = Plain { header, body: chain };
    let (bytes, next) = protection::seal(context.provider.ciphers, keys.cipher_key(), vector, &plain);
    // The header and the padding are told as they went out.
    plain.body.resize(bytes.len() - Header::LENGTH, 0);
    let plaintext = [&bytes[..Header::LENGTH], &plain.body].concat();
    let record =
        MessageRecord { plaintext: plaintext.into(), length: bytes.len(), encrypted: true, ..record };
    (record, bytes, next)
}

/// The header of a message of this session; length and encryption flag are set when it is sealed.
fn header(
    cookies: &Cookies,
    exchange_type: ExchangeType,
    message_id: u32,
    next_payload: PayloadType,
) -> Header {
    Header {
        initiator_cookie: cookies.initiator,
        responder_cookie: cookies.responder,
        next_payload,
        version: wire::Version::IKEV1,
        exchange_type,
        flags: wire::Flags::NONE,
        message_id,
        length: 0,
    }
}

/// A message that was decrypted.
struct Opened {
    plain: Plain,
    /// The vector of the message after it.
    next: InitializationVector,
}

impl Opened {
    /// The header and the payloads, decrypted.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Header::LENGTH + self.plain.body.len());
        self.plain.header.write(&mut bytes);
        bytes.extend_from_slice(&self.plain.body);
        bytes
    }

    /// What stands between a payload and the end of the last one: what its hash covers.
    fn behind<T>(&self, payload: &Located<'_, T>, contents: &Contents<'_>) -> Result<&[u8], MessageProblem> {
        let range = payload.end() - Header::LENGTH..contents.end - Header::LENGTH;
        self.plain.body.get(range).ok_or(MessageProblem::BadHash)
    }
}

impl<'a> Incoming<'a> {
    fn new(context: &Context<'_>, path: Path, bytes: &'a [u8], message: Message<'a>) -> Self {
        let digest = context.provider.hashes.hash(HashAlgorithm::Sha1, &[bytes]);
        Self { path, bytes, message, digest }
    }

    /// Tells that the message was received.
    fn tell(
        &self,
        context: &mut Context<'_>,
        name: MessageName,
        packet_state: PacketState,
        plaintext: Option<&[u8]>,
    ) {
        context.emit(EventKind::Received(MessageRecord {
            name,
            path: self.path,
            plaintext: plaintext.unwrap_or(self.bytes).into(),
            length: self.bytes.len(),
            encrypted: plaintext.is_some(),
            packet_state,
            retransmission: 0,
        }));
    }

    fn require_plain(&self) -> Result<(), MessageProblem> {
        if self.message.is_encrypted() { Err(MessageProblem::WrongProtection) } else { Ok(()) }
    }

    /// Decrypts the message.
    fn open(
        &self,
        context: &Context<'_>,
        keys: &PhaseOneKeys,
        vector: &InitializationVector,
    ) -> Result<Opened, MessageProblem> {
        match protection::open(context.provider.ciphers, keys.cipher_key(), vector, &self.message) {
            Ok((plain, next)) => Ok(Opened { plain, next }),
            Err(OpenError::NotEncrypted) => Err(MessageProblem::WrongProtection),
            Err(OpenError::Empty | OpenError::Cipher(_)) => Err(MessageProblem::NotWholeBlocks),
        }
    }
}
