//! A negotiation from its trigger to its end: two endpoints with a clock each, and the link between them.
//!
//! What happened is kept as events, messages, packets and keys; what it means is read from them in [`crate::verdict`].

mod keylog;
mod message;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crypto::SeededRandom;
use ike::{
    Endpoint, Event, EventKind, IkeVersion, Ikev2Event, InitiateError, Limits, MessageRecord, Origin, Path,
    QuickModeState,
};

use crate::capture::Capture;
use crate::clock::Clock;
use crate::complete::World;
use crate::faults::FaultyPeer;
use crate::link::{Datagram, Link};
use crate::side::{Pair, Side};

pub use keylog::KeyLog;
pub use message::Message;

/// What happened between two routers after one of them was asked for a tunnel.
#[derive(Clone, Debug)]
pub struct Negotiation {
    /// The router that began.
    pub initiator: Side,
    /// What each router said about its work, in the order in which it happened.
    pub events: Vec<(Side, Event)>,
    /// The messages in the order sent.
    pub messages: Vec<Message>,
    /// The packets in the order sent.
    pub capture: Capture,
    /// The keys of phase 1, or of the IKE SA.
    pub key_log: KeyLog,
    /// How it ended.
    pub end: End,
}

impl Negotiation {
    /// The version of IKE with which it began.
    #[must_use]
    pub fn version(&self) -> IkeVersion {
        self.events.first().map_or(IkeVersion::V1, |(_, event)| event.version)
    }
}

/// How a negotiation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing was under way any more, and neither router would have sent anything before a lifetime ran out.
    Settled,
    /// The routers would have gone on; it was long enough.
    CutShort,
}

/// Why a negotiation cannot begin. The fault is the configuration's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBegun {
    /// The router has no tunnel or crypto map entry whose peer is the other router.
    NothingToProtect,
    /// The tunnel to the other router is `responder-only`, at this line.
    ResponderOnly(Origin),
    /// The endpoint refused.
    Refused(InitiateError),
}

/// A negotiation that gives up takes two minutes (V1-VAL-3); what takes longer is liveness checks without end.
const LONGEST: Duration = Duration::from_secs(600);

/// Two routers that answer each other without end are cut short before they fill the memory.
const MOST_MESSAGES: usize = 1_000;

/// Has `initiator` negotiate with the other router.
///
/// The same world gives the same negotiation, byte for byte.
///
/// # Errors
/// The initiator has nothing to begin with.
pub fn negotiate(world: &World, initiator: Side) -> Result<Negotiation, NotBegun> {
    negotiate_keeping(Keep::Everything, world, initiator)
}

/// What is kept of a negotiation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// All of it.
    Everything,
    /// The events and how it ended, for whoever has many of them to try: `messages`, `capture` and `key_log` stay empty.
    Events,
}

/// As [`negotiate`], keeping only what is wanted.
///
/// # Errors
/// The initiator has nothing to begin with.
pub fn negotiate_keeping(keep: Keep, world: &World, initiator: Side) -> Result<Negotiation, NotBegun> {
    let (protection, path) = world.trigger(initiator).ok_or_else(|| {
        world.responder_only(initiator).map_or(NotBegun::NothingToProtect, NotBegun::ResponderOnly)
    })?;
    let mut run = Run::new(keep, world, initiator);
    let now = run.clocks[initiator].now();
    run.endpoints[initiator].initiate(now, protection, path).map_err(NotBegun::Refused)?;
    run.negotiation.end = run.play();
    Ok(run.negotiation)
}

/// A negotiation under way.
struct Run<'a> {
    world: &'a World,
    keep: Keep,
    /// How many messages were sent.
    sent: usize,
    /// How long it has run: the time of the link.
    elapsed: Duration,
    clocks: Pair<Clock>,
    limits: Limits,
    endpoints: Pair<Endpoint>,
    link: Box<dyn Link>,
    negotiation: Negotiation,
    progress: Pair<Progress>,
}

/// How far a router has come.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    authenticated: bool,
    failed: bool,
    /// It has what it wanted, or has given up.
    done: bool,
}

impl Progress {
    fn follow(&mut self, event: &Event) {
        let is_ikev2 = event.version == IkeVersion::V2;
        match &event.kind {
            EventKind::QuickModeStateChanged { to: QuickModeState::Complete, .. }
            | EventKind::Deleted { .. } => self.done = true,
            EventKind::ChildEstablished { .. } => self.done |= is_ikev2,
            EventKind::Authenticated { .. } => self.authenticated = true,
            EventKind::Failed(_) => self.failed = true,
            _ => {}
        }
        // An IKE SA without a Child SA: nothing is tried again (V2-PRO-3).
        self.done |= is_ikev2 && self.authenticated && self.failed;
    }
}

impl<'a> Run<'a> {
    fn new(keep: Keep, world: &'a World, initiator: Side) -> Self {
        let limits =
            Limits { reveal_keys: keep == Keep::Everything, stand_in_shared_keys: true, ..Limits::default() };
        let endpoint = |side| {
            let random = Box::new(random(world.seed, initiator, Purpose::Router(side)));
            let endpoint = Endpoint::new(Arc::clone(&world.routers[side]), world.provider, random, limits);
            match FaultyPeer::new(&world.faults[side]) {
                Some(peer) => endpoint.with_tamper(Box::new(peer)),
                None => endpoint,
            }
        };
        Self {
            world,
            keep,
            sent: 0,
            elapsed: Duration::ZERO,
            clocks: Pair::from_fn(|side| Clock::starting_at(world.clocks[side])),
            limits,
            endpoints: Pair::from_fn(endpoint),
            link: world.link.build(&mut random(world.seed, initiator, Purpose::Link)),
            negotiation: Negotiation {
                initiator,
                events: Vec::new(),
                messages: Vec::new(),
                capture: Capture::default(),
                key_log: KeyLog::default(),
                end: End::Settled,
            },
            progress: Pair::default(),
        }
    }

    fn play(&mut self) -> End {
        loop {
            Side::BOTH.into_iter().for_each(|side| self.collect(side));
            let Some(next) = self.next_instant() else { return End::Settled };
            if next > LONGEST || self.sent >= MOST_MESSAGES {
                return End::CutShort;
            }
            self.advance_to(next);
            // Datagrams due at the same instant as a timer go first.
            while let Some(datagram) = self.link.receive(self.elapsed) {
                self.deliver(&datagram);
            }
            for side in Side::BOTH {
                if self.due(side).is_some_and(|due| due <= self.elapsed) {
                    self.endpoints[side].handle_timeout(self.clocks[side].now());
                    self.collect(side);
                }
            }
        }
    }

    fn advance_to(&mut self, elapsed: Duration) {
        self.elapsed = self.elapsed.max(elapsed);
        Side::BOTH.into_iter().for_each(|side| self.clocks[side].advance_to(elapsed));
    }

    /// When a router's next timer runs out, in the time of the link.
    fn due(&self, side: Side) -> Option<Duration> {
        Some(self.clocks[side].elapsed_at(self.endpoints[side].poll_timeout()?))
    }

    /// When something happens next that belongs to the negotiation.
    fn next_instant(&self) -> Option<Duration> {
        let arrival = self.link.next_arrival();
        let due = Side::BOTH.iter().filter_map(|&side| self.due(side)).min();
        // A timer that runs longer than a retransmission's is that of a lifetime.
        let patience = self.elapsed + self.limits.patience(self.negotiation.version());
        let both_done = self.progress.first.done && self.progress.second.done;
        let due = due.filter(|due| !both_done && *due <= patience);
        [arrival, due].into_iter().flatten().min()
    }

    fn deliver(&mut self, datagram: &Datagram) {
        let reached = datagram.destination().ip();
        if let Some(side) = self.world.addresses.find(|addresses| addresses.contains(&reached)) {
            let path = Path { local: datagram.destination(), remote: datagram.source() };
            self.endpoints[side].handle_datagram(self.clocks[side].now(), path, datagram.payload());
            self.collect(side);
        }
    }

    /// The clock of whoever captures: of clocks that differ the later one, for those that stop fall behind.
    fn true_clock(&self) -> Clock {
        let Pair { first, second } = self.clocks;
        if second.now().calendar > first.now().calendar { second } else { first }
    }

    /// Takes out what a router has said and sent.
    fn collect(&mut self, side: Side) {
        let mut sent = VecDeque::new();
        let keeps_all = self.keep == Keep::Everything;
        while let Some(event) = self.endpoints[side].poll_event() {
            match &event.kind {
                EventKind::Sent(record) if keeps_all => sent.push_back(record.clone()),
                EventKind::KeysDerived { cipher_key: Some(key), initiator_cookie } => {
                    self.negotiation.key_log.add(*initiator_cookie, key);
                }
                EventKind::Ikev2(Ikev2Event::KeysDerived { spis, keys: Some(keys) }) => {
                    self.negotiation.key_log.add_ikev2(*spis, Arc::clone(keys));
                }
                _ => {}
            }
            self.progress[side].follow(&event);
            self.negotiation.events.push((side, event));
        }
        while let Some((path, bytes)) = self.endpoints[side].poll_transmit() {
            self.transmit(side, path, bytes, sent.pop_front());
        }
    }

    /// Puts a datagram on the link. Each has one `Sent` event, and both come in the same order.
    fn transmit(&mut self, side: Side, path: Path, bytes: Vec<u8>, record: Option<MessageRecord>) {
        // What is too long for UDP, or goes to the other address family, never leaves the router.
        let Some(datagram) = Datagram::new(path.local, path.remote, bytes) else { return };
        self.sent += 1;
        let ip_length = datagram.ip_length();
        if self.keep == Keep::Everything {
            self.negotiation.capture.record(self.true_clock().now(), &datagram);
        }
        let copies = self.link.send(self.elapsed, datagram);
        if let Some(record) = record {
            let sequence = self.negotiation.messages.len() + 1;
            let message = Message::new(sequence, side, self.elapsed, &record, ip_length, copies == 0);
            self.negotiation.messages.push(message);
        }
    }
}

/// What randomness is for. Nothing shares it, so that a change in one place leaves the others as they are.
#[derive(Clone, Copy)]
enum Purpose {
    Router(Side),
    Link,
}

fn random(seed: u64, initiator: Side, purpose: Purpose) -> SeededRandom {
    let purpose = match purpose {
        Purpose::Router(Side::First) => 1,
        Purpose::Router(Side::Second) => 2,
        Purpose::Link => 3,
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    bytes[8] = u8::from(initiator == Side::Second);
    bytes[9] = purpose;
    SeededRandom::from_seed_bytes(bytes)
}
