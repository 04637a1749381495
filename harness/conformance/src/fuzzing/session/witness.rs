//! What a bystander knows of each session from its events, and what has to be true of it.

use std::collections::{BTreeMap, BTreeSet};

use ike::keys::ikev2::ProtectionKeys;
use ike::{
    AnyProfileId, Event, EventKind, IkeVersion, Ikev2Event, Ikev2State, MessageRecord, QuickModeState, Role,
    SessionId, State,
};
use lab::side::{Pair, Side};
use pki::Certificate;
use wire::Header;

use super::setup::Setup;

/// Both cookies, or SPIs, of a session: the initiator's first.
type Cookies = [[u8; 8]; 2];

/// Watches both endpoints.
#[derive(Debug, Default)]
pub(super) struct Witness {
    sessions: BTreeMap<(Side, SessionId), Session>,
    /// Counts the datagrams and timeouts that were handed to an endpoint.
    step: usize,
    /// The states that were reached, by the role's name.
    pub states: BTreeSet<Reached>,
    /// How many sessions were authenticated on each side.
    pub authenticated: Pair<usize>,
    /// Whether a router may say what it does not mean.
    pub is_meddled_with: bool,
    /// How many got an IPsec SA.
    pub children: Pair<usize>,
}

/// A state of one of the state machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// Of Main Mode.
    MainMode(State),
    /// Of Quick Mode.
    QuickMode(QuickModeState),
    /// Of IKEv2.
    Ikev2(Ikev2State),
}

/// What is known of one session.
#[derive(Debug, Default)]
struct Session {
    /// Several, where several answers to the first message are followed.
    cookies: BTreeSet<Cookies>,
    machines: Machines,
    /// Where they were before the present step: if its message is put aside, they are there again.
    before: Machines,
    /// The step that the session spoke in last.
    step: usize,
    /// The certificates that it signed with.
    signed_with: Vec<Certificate>,
    signature_is_valid: bool,
    chain_is_valid: bool,
    /// The keys that messages are protected with, one behind the other.
    keys: BTreeSet<Vec<u8>>,
    is_authenticated: bool,
    is_deleted: bool,
}

/// Where the state machines of a session are.
#[derive(Clone, Debug, Default)]
struct Machines {
    main_mode: Option<State>,
    quick_modes: BTreeMap<u32, QuickModeState>,
    /// Several, where several answers are followed.
    ikev2: BTreeSet<Ikev2State>,
}

impl Machines {
    /// Moves if the event says so, which has to be a step from here that the table has; tells the state that is reached.
    fn advance(&mut self, event: &Event) -> Option<Reached> {
        match &event.kind {
            EventKind::StateChanged { input, from, to } => {
                assert_eq!(self.main_mode.unwrap_or(State::Ready), *from, "{event:?}");
                assert_eq!(from.after(*input), Some(*to), "{event:?}");
                self.main_mode = Some(*to);
                Some(Reached::MainMode(*to))
            }
            EventKind::QuickModeStateChanged { message_id, input, from, to } => {
                let known = self.quick_modes.insert(*message_id, *to);
                assert_eq!(known.unwrap_or(QuickModeState::Ready), *from, "{event:?}");
                assert_eq!(from.after(*input), Some(*to), "{event:?}");
                Some(Reached::QuickMode(*to))
            }
            EventKind::Ikev2(Ikev2Event::StateChanged { input, from, to }) => {
                let known = &mut self.ikev2;
                assert!(known.contains(from) || known.is_empty() && *from == Ikev2State::Idle, "{event:?}");
                assert_eq!(from.after(*input), Some(*to), "{event:?}");
                // RFC 7296 2.4: an initiator follows several answers to IKE_SA_INIT until one proves itself.
                if !matches!(to, Ikev2State::InitiatorWaitsForInit | Ikev2State::InitiatorWaitsForAuth) {
                    known.clear();
                }
                known.insert(*to);
                Some(Reached::Ikev2(*to))
            }
            _ => None,
        }
    }
}

/// Whether a session that has ended may still say this: it moves to its end, and in IKEv2 a copy of the last request is
/// answered for a while (RFC 7296 2.1).
fn may_follow_the_end(event: &Event) -> bool {
    match (event.version, &event.kind) {
        (IkeVersion::V1, EventKind::StateChanged { to, .. }) => *to == State::Deleted,
        (IkeVersion::V2, EventKind::Ikev2(Ikev2Event::StateChanged { to, .. })) => *to == Ikev2State::Deleted,
        (
            IkeVersion::V2,
            EventKind::Received(_)
            | EventKind::DuplicateReceived { .. }
            | EventKind::Retransmitting { timer: false, .. }
            | EventKind::Ignored { .. },
        ) => true,
        (IkeVersion::V2, EventKind::Sent(record)) => record.retransmission > 0,
        _ => false,
    }
}

/// What a datagram can do only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Authenticated,
    ChildEstablished,
    Deleted,
    Alive,
    QuickMode,
}

impl Effect {
    pub fn of(kind: &EventKind) -> Option<Self> {
        match kind {
            EventKind::Authenticated { .. } => Some(Self::Authenticated),
            EventKind::ChildEstablished { .. } => Some(Self::ChildEstablished),
            EventKind::DeleteRead { .. } => Some(Self::Deleted),
            EventKind::LivenessSeen { .. }
            | EventKind::Ikev2(Ikev2Event::LivenessChecked { answered: true }) => Some(Self::Alive),
            EventKind::QuickModeStateChanged { .. } => Some(Self::QuickMode),
            _ => None,
        }
    }
}

impl Witness {
    /// An endpoint has been handed something new.
    pub fn next_step(&mut self) {
        self.step += 1;
    }

    /// Takes note of an event of `side`, whose router is `router`.
    pub fn see(&mut self, setup: &Setup, side: Side, router: &ike::Router, event: &Event) {
        let key = (side, event.session);
        let session = self.sessions.entry(key).or_default();
        if session.step != self.step {
            session.step = self.step;
            session.before = session.machines.clone();
        }
        assert!(
            !session.is_deleted || may_follow_the_end(event),
            "{side:?}: an event after the end: {event:?}"
        );
        match &event.kind {
            EventKind::Received(record) => session.note_cookies(record),
            EventKind::Ignored { .. } => session.machines = session.before.clone(),
            EventKind::Signed { trustpoint } => {
                let enrolment = router.trustpoint(*trustpoint).enrolment.as_ref();
                let enrolment = enrolment.expect("who signs is enrolled");
                session.signed_with.push(enrolment.certificate.clone());
            }
            EventKind::KeysDerived { cipher_key, .. } => {
                session.keys.extend(cipher_key.as_deref().map(<[u8]>::to_vec));
            }
            EventKind::Ikev2(Ikev2Event::KeysDerived { keys, .. }) => {
                let joined = |[initiator, responder]: &[ProtectionKeys; 2]| {
                    [initiator.sk_e(), initiator.sk_a(), responder.sk_e(), responder.sk_a()].concat()
                };
                session.keys.extend(keys.as_deref().map(joined));
            }
            EventKind::SignatureChecked { valid } => session.signature_is_valid = *valid,
            EventKind::ValidationFinished { result } => session.chain_is_valid = result.is_ok(),
            EventKind::Authenticated { profile } => {
                let is_expected = event.role == Role::Initiator || setup.has_profile(event.version);
                assert!(profile.is_some() || !is_expected || self.is_meddled_with, "no profile: {event:?}");
                self.authenticated(setup, key, *profile);
            }
            EventKind::ChildEstablished { .. } => {
                assert!(session.is_authenticated, "an IPsec SA without a peer: {event:?}");
                self.children[side] += 1;
            }
            EventKind::Deleted { .. } => session.is_deleted = true,
            _ => self.states.extend(session.machines.advance(event)),
        }
    }

    /// A session says that its peer is who it says it is.
    fn authenticated(&mut self, setup: &Setup, key: (Side, SessionId), profile: Option<AnyProfileId>) {
        let (side, _) = key;
        let session = self.sessions.get_mut(&key).expect("it was seen");
        assert!(!session.is_authenticated, "authenticated twice");
        assert!(session.signature_is_valid && session.chain_is_valid, "authenticated without a proof");
        session.is_authenticated = true;
        let cookies = session.cookies.clone();
        let keys = session.keys.clone();
        self.authenticated[side] += 1;
        let other = |((of, _), other): &(&(Side, SessionId), &Session)| {
            *of == side.other() && !other.cookies.is_disjoint(&cookies)
        };
        // Whoever is believed has signed in this session, with a certificate that is covered and with the key to it.
        let mut peers = self.sessions.iter().filter(other).map(|(_, peer)| peer);
        let peer = peers.find(|peer| !peer.signed_with.is_empty());
        let peer = peer.expect("authenticated without a signature of the peer");
        let is_covered = |certificate: &Certificate| setup.may_accept(side, profile, certificate.as_der());
        assert!(
            peer.signed_with.iter().any(is_covered),
            "{side:?} believes a certificate that nothing covers"
        );
        assert!(!keys.is_empty(), "authenticated without keys");
        assert!(!peer.keys.is_disjoint(&keys), "two routers that believe each other with different keys");
    }

    /// How many sessions there were.
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }
}

impl Session {
    fn note_cookies(&mut self, record: &MessageRecord) {
        let Ok(header) = Header::read(&record.plaintext) else { return };
        if header.responder_cookie != [0; 8] {
            self.cookies.insert([header.initiator_cookie, header.responder_cookie]);
        }
    }
}
