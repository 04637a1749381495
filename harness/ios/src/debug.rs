//! The debug output of a router: `debug crypto isakmp`, `debug crypto ikev2`, `debug crypto ipsec` and `debug crypto pki
//! validation`, from the events of an endpoint.
//!
//! Each kind of event is printed as a list of lines, all of them from the table of [`literals`]. What no public source
//! shows is not printed, but for why a negotiation fails: that has a line in every transcript, if need be one of our own.
//! Values that a router makes up are left out (addresses in its memory) or, where the line is nothing without them (PKI
//! session numbers, SA connection ids), counted.

mod certificates;
mod clock;
mod ikev2;
pub mod literals;
mod names;
mod packets;
mod page;
mod phase_one;
mod phase_two;
mod transforms;

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use ike::{
    AnyProfileId, Event, EventKind, Failure, FailureCode, IkeVersion, Ikev2Event, Ikev2State, MessageName,
    PacketState, Path, ProfileId, Router, SessionId, State, TrustpointId,
};

use pki::Certificate;

pub use clock::{ClockStyle, ClockTrust, Stamp};
use literals::Literal;
use page::{Common, NO_PATH, Page};
use transforms::EspSuite;
pub use transforms::transform_set_words;

/// Renders the events of one router as its debug output.
///
/// Events refer to parts of messages by range: they have to come in the order in which the endpoint gave them out, and
/// none may be left out. Those of several sessions may be mixed.
pub struct Transcript<'r> {
    router: &'r Router,
    clock: ClockStyle,
    sessions: BTreeMap<SessionId, Memory>,
    counters: Counters,
}

/// The numbers that a router would make up.
#[derive(Clone, Copy, Debug, Default)]
struct Counters {
    pki_sessions: u32,
    security_associations: u32,
}

/// Renders all events of a router at once.
///
/// # Panics
/// As [`Transcript::push`].
#[must_use]
pub fn render<'e>(router: &Router, clock: ClockStyle, events: impl IntoIterator<Item = &'e Event>) -> String {
    let mut transcript = Transcript::new(router, clock);
    let mut text = String::new();
    for event in events {
        transcript.push(event, &mut text).expect("a String takes every text");
    }
    text
}

impl<'r> Transcript<'r> {
    /// A transcript of `router`, whose events refer to its parts.
    #[must_use]
    pub fn new(router: &'r Router, clock: ClockStyle) -> Self {
        Self { router, clock, sessions: BTreeMap::new(), counters: Counters::default() }
    }

    /// Writes the lines of the next event to `out`, each ended by a line feed; some events have none.
    ///
    /// # Errors
    /// Only those of `out`.
    ///
    /// # Panics
    /// If the event is of an endpoint that speaks for another router.
    pub fn push(&mut self, event: &Event, out: &mut dyn Write) -> fmt::Result {
        let is_known = self.sessions.contains_key(&event.session);
        let memory = self.sessions.entry(event.session).or_default();
        memory.note(&event.kind, &mut self.counters);
        let common = Common {
            connection: event.connection,
            role: event.role,
            path: memory.path,
            packet_state: memory.packet_state,
            message_id: memory.message_id,
            pki_session: memory.pki_session,
        };
        let page = Page { out, stamp: self.clock.stamp(event.at), common };
        Scene { router: self.router, memory, counters: &mut self.counters, page }.print(event)?;
        if is_last(&event.kind, memory) || (!is_known && repeats(&event.kind)) {
            self.sessions.remove(&event.session);
        }
        Ok(())
    }

    /// How many sessions it remembers: those that have not come to their end.
    #[must_use]
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }
}

/// Whether a session, of which this is remembered, tells nothing after this.
fn is_last(kind: &EventKind, memory: &Memory) -> bool {
    use EventKind::{Ignored, Ikev2, StateChanged};
    match kind {
        StateChanged { to: State::Deleted, .. }
        | Ikev2(Ikev2Event::TurnedAway | Ikev2Event::StateChanged { to: Ikev2State::Deleted, .. }) => true,
        // An initiator sends first, and a message that begins a session is received: this one began none.
        Ignored { .. } => memory.sent.is_none() && memory.received.is_empty(),
        _ => false,
    }
}

/// Whether it is about a message sent before: of a session that is not remembered, one that has ended and answers again.
fn repeats(kind: &EventKind) -> bool {
    use EventKind::{DuplicateReceived, Retransmitting, Sent};
    match kind {
        DuplicateReceived { .. } | Retransmitting { .. } => true,
        Sent(record) => record.retransmission > 0,
        _ => false,
    }
}

/// What the lines of a session need of its earlier events.
#[derive(Clone, Debug)]
struct Memory {
    path: Path,
    packet_state: PacketState,
    message_id: u32,
    /// Whether the message ID is one that the session has not seen before.
    new_node: bool,
    /// The message received last: what ranges refer to.
    received: Arc<[u8]>,
    received_name: MessageName,
    /// The monotonic time of the last transmission.
    sent: Option<Duration>,
    profile: Option<ProfileId>,
    /// The certificates in the message received last, the peer's own first.
    certificates: Vec<Range<usize>>,
    pki_session: u32,
    /// The trustpoints against which the peer's chain is validated.
    validation_list: Arc<[TrustpointId]>,
    /// The IPsec transform accepted last.
    suite: Option<EspSuite>,
    /// What only the lines of IKEv2 need.
    ikev2: ikev2::Memory,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            path: NO_PATH,
            packet_state: PacketState::NoState,
            message_id: 0,
            new_node: false,
            received: Arc::from([]),
            received_name: MessageName::Unknown,
            sent: None,
            profile: None,
            certificates: Vec::new(),
            pki_session: 0,
            validation_list: Arc::from([]),
            suite: None,
            ikev2: ikev2::Memory::default(),
        }
    }
}

impl Memory {
    /// Takes note of what the lines of this event and of later ones need.
    fn note(&mut self, kind: &EventKind, counters: &mut Counters) {
        self.ikev2.note(kind);
        match kind {
            EventKind::Requested { path, profile, .. } => {
                self.path = *path;
                self.profile = profile.and_then(AnyProfileId::isakmp);
            }
            EventKind::PeerAppeared { path } => self.path = *path,
            EventKind::Sent(record) | EventKind::Received(record) => {
                self.path = record.path;
                self.packet_state = record.packet_state;
                let message_id = message_id(&record.plaintext);
                self.new_node = message_id != 0 && message_id != self.message_id;
                self.message_id = message_id;
                if let EventKind::Received(record) = kind {
                    self.received = record.plaintext.clone();
                    self.received_name = record.name;
                    self.certificates.clear();
                }
            }
            EventKind::QuickModeStateChanged { message_id, .. } => self.message_id = *message_id,
            EventKind::ProfileMatched { matched: Some(matched) } => self.profile = Some(matched.profile),
            // One that cannot be read is not added to the peer's.
            EventKind::CertificateRead { range } if Certificate::from_der(self.received(range)).is_ok() => {
                if self.certificates.is_empty() {
                    counters.pki_sessions += 1;
                    // A number like those of Cisco document 117633.
                    self.pki_session = 0x8_0000 + counters.pki_sessions;
                }
                self.certificates.push(range.clone());
            }
            EventKind::ValidationStarted { list, .. } => self.validation_list = list.clone(),
            _ => {}
        }
    }

    /// A part of the message received last; empty where the message is shorter than the event says.
    fn received(&self, range: &Range<usize>) -> &[u8] {
        self.received.get(range.clone()).unwrap_or_default()
    }
}

/// The message ID in the header of a message (RFC 2408 3.1, RFC 7296 3.1).
fn message_id(message: &[u8]) -> u32 {
    let bytes = message.get(20..24).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    bytes.map_or(0, u32::from_be_bytes)
}

/// One event, and everything that its lines are made from.
struct Scene<'a> {
    router: &'a Router,
    memory: &'a mut Memory,
    counters: &'a mut Counters,
    page: Page<'a>,
}

impl Scene<'_> {
    /// Prints the lines of an event; each family of events knows its own.
    fn print(&mut self, event: &Event) -> fmt::Result {
        use EventKind as Kind;
        if event.version == IkeVersion::V2 {
            return self.print_ikev2(event);
        }
        match &event.kind {
            Kind::Sent(_)
            | Kind::Received(_)
            | Kind::DuplicateReceived { .. }
            | Kind::Retransmitting { .. }
            | Kind::Ignored { .. } => self.print_packet(event),
            Kind::Requested { .. }
            | Kind::PeerAppeared { .. }
            | Kind::StateChanged { .. }
            | Kind::VendorIdBuilt { .. }
            | Kind::SecurityAssociationRead
            | Kind::VendorIdRead { .. }
            | Kind::TransformChecked { .. }
            | Kind::NoProposalChosen
            | Kind::KeyExchangeRead
            | Kind::NonceRead
            | Kind::NatDetected { .. }
            | Kind::Deleted { .. } => self.print_phase_one(&event.kind),
            Kind::RequestBuilt { .. }
            | Kind::RequestRead { .. }
            | Kind::PinExamined { .. }
            | Kind::TrustpointChosen { .. }
            | Kind::InitialContactBuilt
            | Kind::IdentityBuilt { .. }
            | Kind::CertificateBuilt { .. }
            | Kind::Signed { .. }
            | Kind::IdentityRead { .. }
            | Kind::ProfileMatched { .. }
            | Kind::CertificateRead { .. }
            | Kind::ValidationStarted { .. }
            | Kind::ValidationFinished { .. }
            | Kind::IdentityNotInCertificate { .. }
            | Kind::SignatureChecked { .. }
            | Kind::Authenticated { .. } => self.print_certificates(&event.kind),
            Kind::QuickModeStateChanged { .. }
            | Kind::ChildProposalChecked { .. }
            | Kind::ProfileNotTheTunnels { .. }
            | Kind::ChildEstablished { .. }
            | Kind::NotificationRead { .. }
            | Kind::LivenessSeen { .. }
            | Kind::DeleteRead { .. } => self.print_phase_two(&event.kind),
            Kind::Failed(failure) => self.print_failure(failure),
            // IOS says nothing at these.
            Kind::KeysDerived { .. } | Kind::RevocationChecked { .. } => Ok(()),
            // No session of IKEv1 tells these.
            Kind::Ikev2(_) => Ok(()),
        }
    }

    /// The end of a negotiation's hopes, where nothing that led to it has told the cause.
    fn print_failure(&mut self, failure: &Failure) -> fmt::Result {
        use FailureCode as Code;
        match failure.code {
            Code::NoChildProposalChosen => self.page.lines(&[Literal::IpsecPolicyRefused]),
            Code::NoTunnelForTraffic | Code::ProfileNotTheTunnels => {
                self.page.lines(&[Literal::NoMapFound, Literal::IpsecPolicyRefused])
            }
            Code::NoCertificateReceived
            | Code::CertificateMalformed
            | Code::NoCertificateToSend
            | Code::CannotSign
            | Code::IdentityMismatch
            | Code::BadSignature
            | Code::BadMessage => {
                let values: [page::Value<'_>; 2] = [("message", &failure.message), ("cause", &failure.code)];
                self.page.line(Literal::MainModeFailed, &values)
            }
            // Of the peer's chain, of proposals, of silence: said where it happened.
            _ => Ok(()),
        }
    }
}
