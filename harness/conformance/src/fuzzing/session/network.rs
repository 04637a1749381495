//! The two endpoints with everything that is under way between them.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use crypto::{Provider, SeededRandom};
use ike::{Endpoint, IkeVersion, Now, Path, ProtectionId, Router, SessionId};
use lab::side::{Pair, Side};
use wire::udp::strip_non_esp_marker;
use wire::{Flags, Header, PayloadType, Version};

use super::Course;
use super::meddling::{Meddler, Orders};
use super::operation::{Foreign, Operation};
use super::setup::Setup;
use super::witness::{Effect, Witness};
use crate::fuzzing::materials::ADDRESSES;
use crate::laboratory::NOW;

/// A datagram, by the path of its sender.
#[derive(Clone, Debug)]
struct Datagram {
    path: Path,
    bytes: Rc<[u8]>,
}

/// The endpoints, the link between them, and who watches.
pub(super) struct Network {
    setup: Setup,
    version: IkeVersion,
    elapsed: Duration,
    routers: Pair<Arc<Router>>,
    endpoints: Pair<Endpoint>,
    orders: Pair<Orders>,
    under_way: Vec<Datagram>,
    /// What was sent, for those who send it again.
    sent: Vec<Datagram>,
    /// What has had an effect that it can have only once.
    acted_upon: BTreeMap<(Side, Rc<[u8]>), Vec<Effect>>,
    /// What answered a request of IKEv2 first, in one message or in fragments.
    responses: BTreeMap<(Side, Exchange), Vec<Rc<[u8]>>>,
    latest: Pair<Option<SessionId>>,
    witness: Witness,
}

/// So many datagrams of long ago are kept, and so many are under way.
const MOST_KEPT: usize = 256;

/// What follows from one datagram until nothing is under way any more is no longer.
const MOST_DELIVERIES: usize = 200;

/// One datagram is answered by at most so many: a message in fragments.
const MOST_ANSWERS: usize = 16;

/// A router says at most so much about a datagram, beside what its bytes give rise to.
const MOST_EVENTS: usize = 256;

/// The timers of an endpoint that nothing arrives at run out at most so often.
const MOST_TIMEOUTS: usize = 4_000;

/// What all profiles and policies have (`Setup`).
const LIFETIME: Duration = Duration::from_secs(3_600);

/// Longer than any wait but that for the end of a lifetime.
const SILENCE: Duration = Duration::from_secs(300);

/// IKE's port.
const PORT: u16 = 500;

/// The other one, where a marker stands before each message (RFC 3948 2.2).
const NAT_PORT: u16 = 4500;

impl Network {
    pub fn new(setup: Setup, version: IkeVersion, provider: Provider) -> Self {
        let routers = Pair::from_fn(|side| Arc::new(setup.router(side, version)));
        let orders = Pair::from_fn(|_| Orders::default());
        let endpoint = |side: Side| {
            let random = Box::new(SeededRandom::from_seed(u64::from(side == Side::Second)));
            let endpoint = Endpoint::new(Arc::clone(&routers[side]), provider, random, setup.limits());
            endpoint.with_tamper(Box::new(Meddler::new(Orders::clone(&orders[side]))))
        };
        Self {
            setup,
            version,
            elapsed: Duration::ZERO,
            endpoints: Pair::from_fn(endpoint),
            routers,
            orders,
            under_way: Vec::new(),
            sent: Vec::new(),
            acted_upon: BTreeMap::new(),
            responses: BTreeMap::new(),
            latest: Pair::default(),
            witness: Witness::default(),
        }
    }

    pub fn course(&self) -> Course {
        Course {
            authenticated: self.witness.authenticated.first + self.witness.authenticated.second,
            states: self.witness.states.clone(),
            negotiations: self.negotiations(),
        }
    }

    /// How many negotiations came to their end so far: both sides of one believe each other.
    pub fn negotiations(&self) -> usize {
        (self.witness.authenticated.first + self.witness.authenticated.second) / 2
    }

    pub fn perform(&mut self, operation: &Operation) {
        match operation {
            Operation::DeliverAll => self.deliver_all(),
            Operation::Deliver(which) => {
                if let Some(datagram) = self.take(*which) {
                    self.deliver(&datagram);
                }
            }
            Operation::Drop(which) => drop(self.take(*which)),
            Operation::Duplicate(which) => {
                if let Some(datagram) = nth(&self.under_way, *which).cloned() {
                    self.deliver(&datagram);
                }
            }
            Operation::Replay(which) => {
                if let Some(datagram) = nth(&self.sent, *which).cloned() {
                    self.deliver(&datagram);
                }
            }
            Operation::Reorder(by) => {
                if let Some(by) = usize::from(*by).checked_rem(self.under_way.len()) {
                    self.under_way.rotate_left(by);
                }
            }
            Operation::Meddle(side, meddling) => {
                self.witness.is_meddled_with = true;
                self.orders[*side].borrow_mut().push_back(meddling.clone());
            }
            Operation::Corrupt { datagram, at, with } => self.corrupt(*datagram, *at, *with),
            Operation::Advance(by) => self.advance(*by),
            Operation::Timeout => {
                if let Some(due) = self.next_timeout() {
                    self.advance(due.saturating_sub(self.elapsed));
                }
            }
            Operation::Initiate(side) => self.initiate(*side),
            Operation::Close(side) => self.close(*side),
            Operation::Foreign(side, foreign) => self.intrude(*side, foreign),
            Operation::Reflect(which) => {
                if let Some(Datagram { path, bytes }) = self.take(*which) {
                    let path = Path { local: path.remote, remote: path.local };
                    self.deliver(&Datagram { path, bytes });
                }
            }
            Operation::Translate(which, port) => {
                if let Some(mut datagram) = self.take(*which) {
                    datagram.path.local.set_port(1024 + u16::from(*port));
                    self.deliver(&datagram);
                }
            }
        }
        for side in Side::BOTH {
            assert!(self.endpoints[side].session_count() <= self.setup.limits().sessions);
            assert!(self.endpoints[side].half_open_count() <= self.setup.limits().half_open);
        }
    }

    fn now(&self) -> Now {
        Now { monotonic: Duration::ZERO, calendar: NOW }.plus(self.elapsed)
    }

    fn take(&mut self, which: u8) -> Option<Datagram> {
        let index = usize::from(which).checked_rem(self.under_way.len())?;
        Some(self.under_way.remove(index))
    }

    fn initiate(&mut self, side: Side) {
        let protection = ProtectionId::from_index(0).expect("there is a first protection");
        let path = Path {
            local: SocketAddr::new(ADDRESSES[side], PORT),
            remote: SocketAddr::new(ADDRESSES[side.other()], PORT),
        };
        let now = self.now();
        let begun = self.endpoints[side].initiate(now, protection, path);
        if let Ok(session) = begun {
            self.latest[side] = Some(session);
        }
        self.collect(side);
    }

    fn close(&mut self, side: Side) {
        if let Some(session) = self.latest[side] {
            let now = self.now();
            self.endpoints[side].close(now, session);
            self.collect(side);
        }
    }

    /// Changes a byte of a datagram that is under way.
    fn corrupt(&mut self, which: u8, at: u16, with: u8) {
        let Some(index) = usize::from(which).checked_rem(self.under_way.len()) else { return };
        let bytes = Rc::make_mut(&mut self.under_way[index].bytes);
        if let Some(at) = usize::from(at).checked_rem(bytes.len()) {
            bytes[at] ^= with;
        }
    }

    fn deliver_all(&mut self) {
        for _ in 0..MOST_DELIVERIES * self.under_way.len() {
            let Some(datagram) = self.take(0) else { return };
            self.deliver(&datagram);
        }
        assert!(self.under_way.is_empty(), "the routers answer each other without end");
    }

    /// Hands a datagram to the router that it is addressed to.
    fn deliver(&mut self, datagram: &Datagram) {
        let Datagram { path, bytes } = datagram;
        let Some(side) = Side::BOTH.into_iter().find(|&side| ADDRESSES[side] == path.remote.ip()) else {
            return;
        };
        let now = self.now();
        let path = Path { local: path.remote, remote: path.local };
        self.endpoints[side].handle_datagram(now, path, bytes);
        let said = self.collect(side);
        assert!(said.answers <= MOST_ANSWERS, "{} answers to a datagram", said.answers);
        assert!(said.events <= MOST_EVENTS + bytes.len(), "{} events of a datagram", said.events);
        if said.effects.is_empty() {
            return;
        }
        let before = self.acted_upon.entry((side, Rc::clone(bytes))).or_default();
        for effect in said.effects {
            assert!(!before.contains(&effect), "a copy of a datagram has an effect again: {effect:?}");
            before.push(effect);
        }
    }

    /// Takes out what a router has said and sent.
    fn collect(&mut self, side: Side) -> Said {
        let mut said = Said::default();
        let mut responses = BTreeMap::<Exchange, Vec<Rc<[u8]>>>::new();
        self.witness.next_step();
        while let Some(event) = self.endpoints[side].poll_event() {
            said.events += 1;
            self.witness.see(&self.setup, side, &self.routers[side], &event);
            if let Some(effect) = Effect::of(&event.kind)
                && !said.effects.contains(&effect)
            {
                said.effects.push(effect);
            }
        }
        while let Some((path, bytes)) = self.endpoints[side].poll_transmit() {
            said.answers += 1;
            let bytes: Rc<[u8]> = bytes.into();
            // A copy may be answered on the other port.
            let message = strip_non_esp_marker(&bytes).filter(|_| path.local.port() == NAT_PORT);
            let message = message.unwrap_or(&bytes);
            if let Some(exchange) = answered_by(message) {
                responses.entry(exchange).or_default().push(message.into());
            }
            let datagram = Datagram { path, bytes };
            if self.sent.len() < MOST_KEPT {
                self.sent.push(datagram.clone());
            }
            if self.under_way.len() < MOST_KEPT {
                self.under_way.push(datagram);
            }
        }
        for (exchange, response) in responses {
            // RFC 7296 2.1: a copy of a request is answered by a copy of the response, or not at all.
            let first = self.responses.entry((side, exchange)).or_insert_with(|| response.clone());
            assert_eq!(*first, response, "a request is answered again, and not as before");
        }
        said
    }

    fn next_timeout(&self) -> Option<Duration> {
        Side::BOTH.into_iter().filter_map(|side| self.endpoints[side].poll_timeout()).min()
    }

    /// Lets time pass; each timer runs out at its time, and has run out then.
    fn advance(&mut self, by: Duration) {
        let until = self.elapsed + by;
        let mut timeouts = 0;
        while let Some(due) = self.next_timeout().filter(|due| *due <= until) {
            timeouts += 1;
            assert!(timeouts <= 2 * MOST_TIMEOUTS, "timers run out without end");
            self.elapsed = self.elapsed.max(due);
            for side in Side::BOTH {
                self.run_out(side);
            }
        }
        self.elapsed = until;
    }

    /// Has a router do what is due; afterwards nothing is due any more.
    fn run_out(&mut self, side: Side) {
        if self.endpoints[side].poll_timeout().is_some_and(|due| due <= self.elapsed) {
            let now = self.now();
            self.endpoints[side].handle_timeout(now);
            self.collect(side);
            let next = self.endpoints[side].poll_timeout();
            assert!(next.is_none_or(|next| next > self.elapsed), "a timer that has run out is due at once");
        }
    }

    /// A datagram from an address that is neither router's.
    fn intrude(&mut self, side: Side, foreign: &Foreign) {
        let stranger = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 66)), PORT);
        let former = |which: &u8| nth(&self.sent, *which).map(|datagram| Rc::clone(&datagram.bytes));
        let bytes = match foreign {
            Foreign::Bytes(bytes) => Some(bytes.as_slice().into()),
            Foreign::Copy(which) => former(which),
            Foreign::OtherCookie(which, cookie) => former(which).map(|mut bytes| {
                Rc::make_mut(&mut bytes).iter_mut().take(1).for_each(|byte| *byte = *cookie);
                bytes
            }),
        };
        if let Some(bytes) = bytes {
            let path = Path { local: stranger, remote: SocketAddr::new(ADDRESSES[side], PORT) };
            self.deliver(&Datagram { path, bytes });
        }
    }

    /// After a silence in which half-open sessions go, the routers negotiate as two that have never met do.
    pub fn check_that_nothing_wedges(&mut self, initiator: Side) {
        for side in Side::BOTH {
            self.orders[side].borrow_mut().clear();
        }
        self.witness.is_meddled_with = false;
        self.under_way.clear();
        self.advance(SILENCE);
        self.under_way.clear();
        let most = self.setup.limits().sessions;
        if Side::BOTH.into_iter().any(|side| self.endpoints[side].session_count() + 2 > most) {
            // Who is full waits until what there is has outlived itself.
            self.advance(LIFETIME + SILENCE);
            self.under_way.clear();
        }
        let before = (self.witness.authenticated, self.witness.children);
        let sessions = self.witness.session_count();
        self.negotiate(initiator);
        let (authenticated, children) = (self.witness.authenticated, self.witness.children);
        let gained =
            Pair::from_fn(|side| (authenticated[side] - before.0[side], children[side] - before.1[side]));
        if sessions == 0 {
            return;
        }
        let expected = outcome(self.setup, self.version, initiator);
        assert_eq!([gained.first, gained.second], expected, "the routers do not negotiate as before");
    }

    fn negotiate(&mut self, initiator: Side) {
        self.initiate(initiator);
        self.deliver_all();
    }

    /// Alone, each router gives up or outlives every session, and soon.
    pub fn check_that_every_timer_ends(&mut self) {
        for side in Side::BOTH {
            let latest = self.elapsed + LIFETIME + SILENCE;
            for _ in 0..MOST_TIMEOUTS {
                let Some(due) = self.endpoints[side].poll_timeout() else { break };
                self.elapsed = self.elapsed.max(due);
                self.run_out(side);
                self.under_way.clear();
            }
            assert_eq!(self.endpoints[side].session_count(), 0, "a session that never ends");
            assert!(self.elapsed <= latest, "a session outlives its lifetime");
        }
    }
}

/// What a router said and sent at once.
#[derive(Debug, Default)]
struct Said {
    events: usize,
    answers: usize,
    effects: Vec<Effect>,
}

/// SPIs and message ID, by which request and response of IKEv2 belong together (RFC 7296 3.1).
type Exchange = ([u8; 8], [u8; 8], u32);

/// The exchange that a protected response of IKEv2 ends; others than that are no response, or anybody's.
fn answered_by(message: &[u8]) -> Option<Exchange> {
    let header = Header::read(message).ok()?;
    let is_protected =
        [PayloadType::ENCRYPTED, PayloadType::ENCRYPTED_FRAGMENT].contains(&header.next_payload);
    let is_response = header.version.major() == Version::IKEV2.major()
        && header.flags.contains(Flags::RESPONSE)
        && is_protected;
    is_response.then_some((header.initiator_cookie, header.responder_cookie, header.message_id))
}

fn nth(list: &[Datagram], which: u8) -> Option<&Datagram> {
    list.get(usize::from(which).checked_rem(list.len())?)
}

/// How often each side believes the other one and gets an IPsec SA.
type Outcome = [(usize, usize); 2];

/// By the routers, the version and who begins.
type Outcomes = BTreeMap<(Setup, IkeVersion, Side), Outcome>;

/// What comes of these two routers if nothing happens to them: the same with real cryptography as with simulated.
fn outcome(setup: Setup, version: IkeVersion, initiator: Side) -> Outcome {
    static KNOWN: LazyLock<Mutex<Outcomes>> = LazyLock::new(Mutex::default);
    let setup = Setup { is_real: false, ..setup };
    let key = (setup, version, initiator);
    let known = KNOWN.lock().map(|known| known.get(&key).copied()).ok().flatten();
    known.unwrap_or_else(|| {
        let mut network = Network::new(setup, version, Provider::SIMULATED);
        network.negotiate(initiator);
        let Witness { authenticated, children, .. } = network.witness;
        let outcome = [(authenticated.first, children.first), (authenticated.second, children.second)];
        if let Ok(mut known) = KNOWN.lock() {
            known.insert(key, outcome);
        }
        outcome
    })
}
