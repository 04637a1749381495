//! The endpoint: the one door to this crate for whoever moves datagrams.
//!
//! How it begins sessions is in `initiate`, what happens inside one in `ikev1` and `ikev2`, the choice of certificates and
//! profiles in `selection`.

mod initiate;
mod limits;
mod turned_away;

use std::collections::VecDeque;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crypto::{Provider, Random};
use wire::udp::Datagram;
use wire::{ExchangeType, Flags, Header, Version};

pub use initiate::InitiateError;
pub use limits::Limits;

use crate::context::Context;
use crate::event::{DeleteReason, Event};
use crate::ids::SessionId;
use crate::ikev1;
use crate::ikev2::{self, CookieJar, Judgement};
use crate::now::Now;
use crate::router::Router;
use crate::session::{FirstMessage, Session};
use crate::sessions::Sessions;
use crate::state::{IkeVersion, Role};
use crate::tamper::Tamper;

use turned_away::{Numbers, TurnedAway};

/// The two addresses of a datagram, seen from the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// This router's address and port.
    pub local: SocketAddr,
    /// The peer's address and port.
    pub remote: SocketAddr,
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
    tamper: Option<Box<dyn Tamper>>,
    limits: Limits,
    sessions: Sessions,
    next_session: u64,
    next_connection: u32,
    /// The SA ID of the last session of IKEv2.
    last_sa: u32,
    cookies: CookieJar,
    turned_away: TurnedAway,
    /// How often strangers may be answered in the second that began then.
    stranger_answers: (u32, Duration),
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
            tamper: None,
            limits,
            sessions: Sessions::default(),
            next_session: 0,
            next_connection: FIRST_CONNECTION,
            last_sa: 0,
            cookies: CookieJar::default(),
            turned_away: TurnedAway::default(),
            stranger_answers: (limits.stranger_answers, Duration::ZERO),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// The same endpoint as a faulty peer: `tamper` has a hand in what it sends.
    #[must_use]
    pub fn with_tamper(mut self, tamper: Box<dyn Tamper>) -> Self {
        self.tamper = Some(tamper);
        self
    }

    /// The router it speaks for.
    #[must_use]
    pub fn router(&self) -> &Arc<Router> {
        &self.router
    }

    /// How many sessions there are. Those that have ended, and only repeat their last answer for a while, are not counted.
    #[must_use]
    pub fn session_count(&self) -> usize {
        self.sessions.count()
    }

    /// How many of them, as responder, are not authenticated.
    #[must_use]
    pub fn half_open_count(&self) -> usize {
        self.sessions.half_open()
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
        let Ok(header) = Header::read(bytes) else { return };
        match header.version.major() {
            major if major == Version::IKEV1.major() => self.handle_ikev1(now, path, bytes),
            major if major == Version::IKEV2.major() => self.handle_ikev2(now, path, bytes),
            _ => self.handle_unknown_version(now, path, header),
        }
    }

    fn handle_ikev1(&mut self, now: Now, path: Path, bytes: &[u8]) {
        let Ok(message) = wire::ikev1::Message::read(bytes) else { return };
        let first = FirstMessage { cookie: message.header().initiator_cookie, path, digest: None };
        match self.sessions.find(IkeVersion::V1, message.header(), &first) {
            Some(id) => self.with_session(now, id, |session, context| {
                if let Session::Ikev1(session) = session {
                    session.receive(context, path, bytes, message);
                }
            }),
            None => self.accept_ikev1(now, path, bytes, message),
        }
    }

    fn handle_ikev2(&mut self, now: Now, path: Path, bytes: &[u8]) {
        let Ok(message) = wire::ikev2::Message::read(bytes) else { return };
        let header = message.header();
        let may_be_first = header.responder_cookie == [0; 8];
        let digest = may_be_first.then(|| ikev2::digest(self.provider, bytes));
        let first = FirstMessage { cookie: header.initiator_cookie, path, digest };
        match self.sessions.find(IkeVersion::V2, header, &first) {
            Some(id) => self.with_session(now, id, |session, context| {
                if let Session::Ikev2(session) = session {
                    session.receive(context, path, bytes, message);
                }
            }),
            None => self.accept_ikev2(now, path, bytes, message),
        }
    }

    /// RFC 7296 2.5: what has a higher major version is dropped, and a request answered with the highest known here.
    fn handle_unknown_version(&mut self, now: Now, path: Path, header: Header) {
        let is_higher = header.version.major() > Version::IKEV2.major();
        if is_higher && !header.flags.contains(Flags::RESPONSE) && self.router.ikev2().speaks() {
            let id = self.new_session_id();
            let mut context = self.context(now, id, IkeVersion::V2, Role::Responder, 0, path.remote.ip());
            ikev2::refuse_version(&mut context, path, &header);
        }
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Now) {
        for id in self.sessions.due(now.monotonic) {
            self.with_session(now, id, |session, context| session.handle_timeout(context));
        }
    }

    /// Ends a session: tells the peer, and forgets it; in IKEv2 once the peer has answered. Unknown sessions are no error.
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
        self.sessions.timeout()
    }

    /// Begins a session as responder, if the message is an MM1 and the limits allow.
    fn accept_ikev1(&mut self, now: Now, path: Path, bytes: &[u8], message: wire::ikev1::Message<'_>) {
        let header = message.header();
        let is_first = header.exchange_type == ExchangeType::IDENTITY_PROTECTION
            && header.responder_cookie == [0; 8]
            && header.initiator_cookie != [0; 8];
        if !is_first || header.message_id != 0 || !self.make_room(now) {
            return;
        }
        let id = self.new_session_id();
        let cookie = self.new_cookie();
        let mut context = self.context(now, id, IkeVersion::V1, Role::Responder, 0, path.remote.ip());
        if let Some(session) = ikev1::Session::respond(&mut context, path, bytes, message, cookie) {
            self.sessions.put(id, Session::Ikev1(Box::new(session)), &self.limits);
        }
    }

    /// Begins a session as responder, if the message is an IKE_SA_INIT request and the limits allow.
    fn accept_ikev2(&mut self, now: Now, path: Path, bytes: &[u8], message: wire::ikev2::Message<'_>) {
        let header = message.header();
        let is_first = header.exchange_type == ExchangeType::IKE_SA_INIT
            && message.is_from_initiator()
            && !message.is_response()
            && header.responder_cookie == [0; 8]
            && header.initiator_cookie != [0; 8];
        // A request with an SPI of our own is one of ours that was sent back to us.
        let is_ours = self.sessions.has_cookie(&header.initiator_cookie);
        if !is_first || is_ours || header.message_id != 0 || !self.router.ikev2().speaks() {
            return;
        }
        let first = (header.initiator_cookie, path);
        let known = self.turned_away.take(&first);
        let mut numbers =
            known.unwrap_or_else(|| Numbers { session: self.new_session_id(), connection: None });
        if !self.begin_as_responder(now, path, bytes, message, &mut numbers) {
            self.turned_away.put(first, numbers);
        }
    }

    /// Answers an IKE_SA_INIT request by these numbers. Whether that has begun a session.
    fn begin_as_responder(
        &mut self,
        now: Now,
        path: Path,
        bytes: &[u8],
        message: wire::ikev2::Message<'_>,
        numbers: &mut Numbers,
    ) -> bool {
        let (id, peer) = (numbers.session, path.remote.ip());
        if self.wants_cookies() {
            let time = now.monotonic;
            match self.cookies.judge(self.provider, &mut *self.random, time, path, &message) {
                Judgement::Believed => {}
                Judgement::Demand(cookie) => {
                    let connection = numbers.connection.unwrap_or(0);
                    let mut context =
                        self.context(now, id, IkeVersion::V2, Role::Responder, connection, peer);
                    ikev2::demand_cookie(&mut context, path, &message, &cookie);
                    return false;
                }
                Judgement::Unreadable => return false,
            }
        }
        if !self.make_room(now) {
            return false;
        }
        let spi = self.new_cookie();
        let connection = numbers.connection.unwrap_or_else(|| self.new_sa_id());
        numbers.connection = Some(connection);
        let mut context = self.context(now, id, IkeVersion::V2, Role::Responder, connection, peer);
        let Some(session) = ikev2::Session::respond(&mut context, path, bytes, message, spi) else {
            return false;
        };
        self.sessions.put(id, Session::Ikev2(Box::new(session)), &self.limits);
        true
    }

    /// Whether initiators have to show that they get what is sent to them: from as many half-open sessions on as are
    /// configured, and where there is room for no more (RFC 7296 2.6).
    fn wants_cookies(&self) -> bool {
        let configured = self.router.ikev2().cookie_challenge.map(|from| from.value);
        let from = configured.and_then(|from| usize::try_from(from).ok()).unwrap_or(usize::MAX);
        self.sessions.half_open() >= from.min(self.limits.half_open) || self.is_full()
    }

    fn is_full(&self) -> bool {
        self.sessions.count() >= self.limits.sessions || self.sessions.half_open() >= self.limits.half_open
    }

    /// Whether there is room for a session, if need be that of the oldest whose peer has proved nothing.
    fn make_room(&mut self, now: Now) -> bool {
        if self.is_full() {
            // Nothing is lost with it but a first message, which costs its sender nothing.
            let Some(oldest) = self.sessions.oldest_unproven() else { return false };
            self.with_session(now, oldest, |session, context| session.end(context, DeleteReason::Evicted));
        }
        true
    }

    /// Runs one step of one session, and forgets the session if that was its last.
    fn with_session(&mut self, now: Now, id: SessionId, step: impl FnOnce(&mut Session, &mut Context<'_>)) {
        let Some(mut session) = self.sessions.take(id) else { return };
        let was_established = session.is_established();
        let mut context = self.context_of(now, id, &session);
        step(&mut session, &mut context);
        if session.is_over() {
            return;
        }
        let superseded =
            match session.peer_identity().filter(|_| session.is_initial_contact() && !was_established) {
                Some(identity) => self.sessions.with_peer(identity),
                None => Vec::new(),
            };
        self.sessions.put(id, session, &self.limits);
        // RFC 2407 4.6.3.3, RFC 3947 6: by what the peer is, not by its address.
        for other in superseded {
            let Some(mut session) = self.sessions.take(other) else { continue };
            session.end(&mut self.context_of(now, other, &session), DeleteReason::Superseded);
        }
    }

    fn context_of(&mut self, now: Now, id: SessionId, session: &Session) -> Context<'_> {
        let (version, role, connection) = (session.version(), session.role(), session.connection());
        self.context(now, id, version, role, connection, session.path().remote.ip())
    }

    fn context(
        &mut self,
        now: Now,
        session: SessionId,
        version: IkeVersion,
        role: Role,
        connection: u32,
        peer: IpAddr,
    ) -> Context<'_> {
        let (_, since) = self.stranger_answers;
        if now.monotonic >= since + Duration::from_secs(1) {
            self.stranger_answers = (self.limits.stranger_answers, now.monotonic);
        }
        Context {
            router: &self.router,
            provider: self.provider,
            random: &mut *self.random,
            tamper: self.tamper.as_deref_mut(),
            limits: &self.limits,
            now,
            session,
            version,
            connection,
            stranger_answers: &mut self.stranger_answers.0,
            next_connection: &mut self.next_connection,
            role,
            peer_known: self.sessions.knows(peer),
            transmits: &mut self.transmits,
            events: &mut self.events,
        }
    }

    fn new_session_id(&mut self) -> SessionId {
        let id = SessionId(self.next_session);
        self.next_session += 1;
        id
    }

    fn new_sa_id(&mut self) -> u32 {
        self.last_sa = self.last_sa.wrapping_add(1);
        self.last_sa
    }

    /// A cookie that no session has, and that is not zero.
    fn new_cookie(&mut self) -> [u8; 8] {
        for attempt in 0_u64.. {
            let mut cookie = [0; 8];
            self.random.fill(&mut cookie);
            // A source that repeats itself must not hold this up for ever.
            cookie = (u64::from_be_bytes(cookie) ^ attempt).to_be_bytes();
            if cookie != [0; 8] && !self.sessions.has_cookie(&cookie) {
                return cookie;
            }
        }
        unreachable!("there are more cookies than sessions")
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Endpoint")
            .field("router", &self.router)
            .field("sessions", &self.sessions.count())
            .finish_non_exhaustive()
    }
}
