//! The endpoint: the one door to this crate for whoever moves datagrams.
//!
//! What happens inside a session is in `ikev1`; the choice of certificates and profiles in `selection`.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crypto::{Provider, Random};
use wire::ikev1::Message;
use wire::udp::Datagram;
use wire::{ExchangeType, Header};

use crate::event::Event;
use crate::ids::{ProtectionId, SessionId};
use crate::ikev1::{self, Context, Session};
use crate::now::Now;
use crate::router::Router;
use crate::state::Role;

/// The two addresses of a datagram, seen from the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// This router's address and port.
    pub local: SocketAddr,
    /// The peer's address and port.
    pub remote: SocketAddr,
}

/// What an endpoint may use up, and how long it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// At most so many sessions.
    pub sessions: usize,
    /// At most so many sessions that are not authenticated yet.
    pub half_open: usize,
    /// The time between two transmissions of an unanswered message (V1-VAL-3).
    pub retransmit_after: Duration,
    /// At most so many retransmissions of a message (V1-VAL-3).
    pub retransmissions: u32,
    /// A duplicate that comes sooner than this after the answer is not answered again.
    pub duplicate_silence: Duration,
    /// The port to which peers behind a NAT move (RFC 3947 4).
    pub nat_traversal_port: u16,
    /// Whether events carry the keys that messages are encrypted with, for a key log.
    pub reveal_keys: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 10_000,
            half_open: 1_000,
            retransmit_after: Duration::from_secs(10),
            retransmissions: 5,
            duplicate_silence: Duration::from_secs(1),
            nat_traversal_port: 4500,
            reveal_keys: false,
        }
    }
}

/// Why a session cannot be begun. The fault is the caller's or the configuration's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitiateError {
    /// There are as many sessions as the limits allow.
    TooManySessions,
    /// No ISAKMP policy authenticates with RSA signatures.
    NoUsablePolicy,
}

/// An IKE endpoint without sockets and clocks.
///
/// The caller owns time and datagrams. The order in which it calls:
/// 1. hand in what happened: [`handle_datagram`](Self::handle_datagram), [`handle_timeout`](Self::handle_timeout) once
///    `poll_timeout` is due, or a command: [`initiate`](Self::initiate), [`close`](Self::close);
/// 2. take out what follows, until each returns `None`: [`poll_transmit`](Self::poll_transmit) (send it),
///    [`poll_event`](Self::poll_event) (look at it);
/// 3. ask [`poll_timeout`](Self::poll_timeout) when to come back at the latest.
///
/// `now` never goes back. Datagrams due at the same instant as a timer go first.
pub struct Endpoint {
    router: Arc<Router>,
    provider: Provider,
    random: Box<dyn Random>,
    limits: Limits,
    sessions: BTreeMap<SessionId, Session>,
    by_cookie: BTreeMap<[u8; 8], SessionId>,
    next_session: u32,
    next_connection: u32,
    transmits: VecDeque<(Path, Vec<u8>)>,
    events: VecDeque<Event>,
}

/// The connection number that IOS gives to the first session with keys.
const FIRST_CONNECTION: u32 = 1001;

impl Endpoint {
    /// An endpoint that speaks for `router`.
    #[must_use]
    pub fn new(router: Arc<Router>, provider: Provider, random: Box<dyn Random>, limits: Limits) -> Self {
        Self {
            router,
            provider,
            random,
            limits,
            sessions: BTreeMap::new(),
            by_cookie: BTreeMap::new(),
            next_session: 0,
            next_connection: FIRST_CONNECTION,
            transmits: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// The router it speaks for.
    #[must_use]
    pub fn router(&self) -> &Arc<Router> {
        &self.router
    }

    /// How many sessions there are.
    #[must_use]
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }

    /// Takes in a datagram, the non-ESP marker included where the port has one.
    pub fn handle_datagram(&mut self, now: Now, path: Path, bytes: &[u8]) {
        let bytes = if path.local.port() == self.limits.nat_traversal_port {
            match Datagram::read(bytes) {
                Ok(Datagram::Ike(message)) => message,
                // ESP and keepalives are not IKE's, and neither is what is none of the three.
                Ok(Datagram::Esp(_) | Datagram::NatKeepalive) | Err(_) => return,
            }
        } else {
            bytes
        };
        let Ok(message) = Message::read(bytes) else { return };
        match self.find(message.header()) {
            Some(id) => {
                self.with_session(now, id, |session, context| session.receive(context, path, bytes, message))
            }
            None => self.accept(now, path, bytes, message),
        }
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Now) {
        let due = |session: &Session| session.timeout(&self.limits).is_some_and(|at| at <= now.monotonic);
        let ids: Vec<SessionId> = self.sessions.iter().filter(|(_, it)| due(it)).map(|(id, _)| *id).collect();
        for id in ids {
            self.with_session(now, id, |session, context| session.handle_timeout(context));
        }
    }

    /// Begins a session for a tunnel or crypto map entry, towards `path.remote`.
    ///
    /// # Errors
    /// When the limits or the configuration do not allow one.
    pub fn initiate(
        &mut self,
        now: Now,
        protection: ProtectionId,
        path: Path,
    ) -> Result<SessionId, InitiateError> {
        if self.sessions.len() >= self.limits.sessions {
            return Err(InitiateError::TooManySessions);
        }
        if !ikev1::any_usable_policy(&self.router) {
            return Err(InitiateError::NoUsablePolicy);
        }
        let id = self.new_session_id();
        let cookie = self.new_cookie();
        let mut context = self.context(now, id, Role::Initiator, 0, path.remote.ip());
        let session = Session::initiate(&mut context, protection, path, cookie);
        self.by_cookie.insert(cookie, id);
        self.sessions.insert(id, session);
        Ok(id)
    }

    /// Ends a session: tells the peer, forgets it. Unknown sessions are no error.
    pub fn close(&mut self, now: Now, session: SessionId) {
        self.with_session(now, session, |session, context| session.close(context));
    }

    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<(Path, Vec<u8>)> {
        self.transmits.pop_front()
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The monotonic time at which `handle_timeout` is due, if any.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Duration> {
        self.sessions.values().filter_map(|session| session.timeout(&self.limits)).min()
    }

    /// The session that a message belongs to: by the cookie that this endpoint chose, the peer's compared.
    fn find(&self, header: &Header) -> Option<SessionId> {
        let of_ours = |own: &[u8; 8]| self.by_cookie.get(own).copied();
        let initiated = of_ours(&header.initiator_cookie).filter(|id| {
            // The responder's cookie is not known before MM2.
            let known = self.sessions.get(id).map(|session| session.cookies.responder);
            known.is_some_and(|cookie| cookie == [0; 8] || cookie == header.responder_cookie)
        });
        let responded = || {
            of_ours(&header.responder_cookie).filter(|id| {
                self.sessions
                    .get(id)
                    .is_some_and(|session| session.cookies.initiator == header.initiator_cookie)
            })
        };
        // A copy of MM1 does not carry our cookie yet.
        let repeated = || {
            let mut sessions = self.sessions.iter().filter(|_| header.responder_cookie == [0; 8]);
            let same = |session: &Session| {
                session.role == Role::Responder && session.cookies.initiator == header.initiator_cookie
            };
            sessions.find(|(_, session)| same(session)).map(|(id, _)| *id)
        };
        initiated.or_else(responded).or_else(repeated)
    }

    /// Begins a session as responder, if the message is an MM1 and the limits allow.
    fn accept(&mut self, now: Now, path: Path, bytes: &[u8], message: Message<'_>) {
        let header = message.header();
        let is_first = header.exchange_type == ExchangeType::IDENTITY_PROTECTION
            && header.responder_cookie == [0; 8]
            && header.initiator_cookie != [0; 8];
        let half_open = self.sessions.values().filter(|session| !session.is_established()).count();
        if !is_first || self.sessions.len() >= self.limits.sessions || half_open >= self.limits.half_open {
            return;
        }
        let id = self.new_session_id();
        let cookie = self.new_cookie();
        let mut context = self.context(now, id, Role::Responder, 0, path.remote.ip());
        if let Some(session) = Session::respond(&mut context, path, bytes, message, cookie) {
            self.by_cookie.insert(cookie, id);
            self.sessions.insert(id, session);
        }
    }

    /// Runs one step of one session, and forgets the session if that was its last.
    fn with_session(&mut self, now: Now, id: SessionId, step: impl FnOnce(&mut Session, &mut Context<'_>)) {
        let Some(mut session) = self.sessions.remove(&id) else { return };
        let mut context = self.context(now, id, session.role, session.connection, session.path.remote.ip());
        step(&mut session, &mut context);
        if session.is_over() {
            self.by_cookie.retain(|_, owner| *owner != id);
        } else {
            self.sessions.insert(id, session);
        }
    }

    fn context(
        &mut self,
        now: Now,
        session: SessionId,
        role: Role,
        connection: u32,
        peer: IpAddr,
    ) -> Context<'_> {
        let peer_known =
            self.sessions.values().any(|other| other.is_established() && other.path.remote.ip() == peer);
        Context {
            router: &self.router,
            provider: self.provider,
            random: &mut *self.random,
            limits: &self.limits,
            now,
            session,
            connection,
            next_connection: &mut self.next_connection,
            role,
            peer_known,
            transmits: &mut self.transmits,
            events: &mut self.events,
        }
    }

    fn new_session_id(&mut self) -> SessionId {
        let id = SessionId(self.next_session);
        self.next_session = self.next_session.wrapping_add(1);
        id
    }

    /// A cookie that no session has, and that is not zero.
    fn new_cookie(&mut self) -> [u8; 8] {
        loop {
            let mut cookie = [0; 8];
            self.random.fill(&mut cookie);
            if cookie != [0; 8] && !self.by_cookie.contains_key(&cookie) {
                return cookie;
            }
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Endpoint")
            .field("router", &self.router)
            .field("sessions", &self.sessions.len())
            .finish_non_exhaustive()
    }
}
