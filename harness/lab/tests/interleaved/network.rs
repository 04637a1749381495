//! Four hosts on a network: two that trust each other, and two impostors that call themselves by the second one's name.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crypto::{Provider, SeededRandom};
use ike::{
    Endpoint, Event, EventKind, FailureCode, IdentityKind, IkeVersion, Limits, Now, Path, ProtectionId,
    Router, RouterParts, Sourced,
};
use wire::Header;

use super::conformance::Happens;
use super::routers::{Authorities, NOON, address, ikev2_router, router};

/// Somebody on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    First,
    Second,
    /// It has a certificate from a CA that the first one does not have.
    OfAnotherCa,
    /// It has the second one's certificate, and another key.
    WithAnotherKey,
}

impl Host {
    pub const ALL: [Self; 4] = [Self::First, Self::Second, Self::OfAnotherCa, Self::WithAnotherKey];

    pub fn is_honest(self) -> bool {
        matches!(self, Self::First | Self::Second)
    }

    fn address(self) -> IpAddr {
        address(self as u8 + 1)
    }

    fn at(address: IpAddr) -> Option<Self> {
        Self::ALL.into_iter().find(|host| host.address() == address)
    }

    /// Whom it begins with.
    fn peer(self) -> Self {
        if self == Self::First { Self::Second } else { Self::First }
    }
}

/// That a host has authenticated its peer.
#[derive(Clone, Copy, Debug)]
pub struct Authenticated {
    pub by: Host,
    /// None: at an address that is no host's.
    pub peer: Option<Host>,
}

/// A datagram: from where to where, and what it carries.
#[derive(Clone, Debug)]
struct Datagram {
    from: SocketAddr,
    to: SocketAddr,
    bytes: Vec<u8>,
}

pub struct Network {
    endpoints: Vec<Endpoint>,
    events: Vec<Vec<Event>>,
    pub limits: Limits,
    now: Now,
    under_way: VecDeque<Datagram>,
    sent: Vec<Datagram>,
}

impl Network {
    pub fn new(version: IkeVersion) -> Self {
        let limits = Limits { sessions: 24, ..Limits::default() };
        let endpoints = (0..).zip(parts(version)).map(|(seed, parts)| {
            let random = Box::new(SeededRandom::from_seed(seed));
            // Signatures are real: whose key made them is what matters here.
            let provider = Provider { verifier: Provider::REAL.verifier, ..Provider::SIMULATED };
            Endpoint::new(Arc::new(Router::new(parts).unwrap()), provider, random, limits)
        });
        Self {
            endpoints: endpoints.collect(),
            events: vec![Vec::new(); Host::ALL.len()],
            limits,
            now: Now { monotonic: Duration::ZERO, calendar: NOON },
            under_way: VecDeque::new(),
            sent: Vec::new(),
        }
    }

    pub fn happens(&mut self, what: Happens) {
        match what {
            Happens::Begin(host) => self.begin(host),
            Happens::AllArrive => self.all_arrive(),
            Happens::Arrive(datagram) => {
                if let Some(datagram) = self.take(datagram) {
                    self.deliver(&datagram);
                }
            }
            Happens::Lose(datagram) => drop(self.take(datagram)),
            Happens::Repeat(datagram) => self.once_more(datagram, |_| {}),
            Happens::Reflect(datagram) => {
                self.once_more(datagram, |it| std::mem::swap(&mut it.from, &mut it.to));
            }
            Happens::FromElsewhere(datagram) => {
                self.once_more(datagram, |it| it.from = SocketAddr::new(address(200), 500));
            }
            Happens::Change { datagram, place, bit } => self.once_more(datagram, |it| {
                let length = it.bytes.len();
                if let Some(byte) = place.checked_rem(length).and_then(|place| it.bytes.get_mut(place)) {
                    *byte ^= 1 << bit;
                }
            }),
            Happens::CutOff { datagram, length } => self.once_more(datagram, |it| {
                let kept = length.checked_rem(it.bytes.len()).unwrap_or(0);
                it.bytes.truncate(kept);
            }),
            Happens::Noise(host, bytes) => {
                let from = SocketAddr::new(address(200), 500);
                self.deliver(&Datagram { from, to: SocketAddr::new(host.address(), 500), bytes });
            }
            Happens::Wait(seconds) => self.wait(Duration::from_secs(seconds), true),
        }
    }

    pub fn begin(&mut self, host: Host) {
        let local = SocketAddr::new(host.address(), 500);
        let path = Path { local, remote: SocketAddr::new(host.peer().address(), 500) };
        // It may have as many sessions as it can have.
        let _ = self.endpoints[host as usize].initiate(self.now, ProtectionId::from_index(0).unwrap(), path);
        self.collect();
    }

    /// Delivers everything, and what follows from it, in order.
    pub fn all_arrive(&mut self) {
        while let Some(datagram) = self.under_way.pop_front() {
            self.deliver(&datagram);
        }
    }

    pub fn lose_all(&mut self) {
        self.under_way.clear();
    }

    /// Lets time pass. What is sent meanwhile stays on its way if `keep`, else it is lost.
    pub fn wait(&mut self, time: Duration, keep: bool) {
        let end = self.now.monotonic + time;
        while let Some(due) =
            self.endpoints.iter().filter_map(Endpoint::poll_timeout).min().filter(|it| *it <= end)
        {
            self.now = self.now.plus(due.saturating_sub(self.now.monotonic));
            for endpoint in &mut self.endpoints {
                endpoint.handle_timeout(self.now);
            }
            self.collect();
            if !keep {
                self.lose_all();
            }
        }
        self.now = self.now.plus(end.saturating_sub(self.now.monotonic));
    }

    pub fn due(&self, host: Host) -> Option<Duration> {
        self.endpoints[host as usize].poll_timeout()
    }

    pub fn sessions(&self, host: Host) -> usize {
        self.endpoints[host as usize].session_count()
    }

    /// Everybody who has authenticated somebody: who a peer is shows in where the session's messages went.
    pub fn authenticated(&self) -> Vec<Authenticated> {
        let of_host = |by: Host| {
            let events = &self.events[by as usize];
            let authenticated =
                events.iter().filter(|event| matches!(event.kind, EventKind::Authenticated { .. }));
            authenticated.map(move |event| {
                let of_session = events.iter().filter(|other| other.session == event.session);
                let to = of_session.filter_map(|other| match &other.kind {
                    EventKind::Sent(message) => Some(message.path.remote.ip()),
                    _ => None,
                });
                Authenticated { by, peer: to.map(Host::at).next().flatten() }
            })
        };
        Host::ALL.into_iter().flat_map(of_host).collect()
    }

    /// Whether a host has authenticated its peer, and has an IPsec SA, after so many authentications of all hosts.
    pub fn is_up(&self, host: Host, before: usize) -> bool {
        let has_child = |event: &Event| matches!(event.kind, EventKind::ChildEstablished { .. });
        self.authenticated().len() > before
            && self.sessions(host) > 0
            && self.events[host as usize].iter().rev().take(60).any(has_child)
    }

    /// Why a host has refused something.
    pub fn failures(&self, host: Host) -> Vec<FailureCode> {
        let failed = self.events[host as usize].iter().filter_map(|event| match &event.kind {
            EventKind::Failed(failure) => Some(failure.code),
            _ => None,
        });
        failed.collect()
    }

    fn take(&mut self, datagram: usize) -> Option<Datagram> {
        let place = datagram.checked_rem(self.under_way.len())?;
        self.under_way.remove(place)
    }

    /// Delivers a datagram of the past, changed.
    fn once_more(&mut self, datagram: usize, change: impl FnOnce(&mut Datagram)) {
        let Some(place) = datagram.checked_rem(self.sent.len()) else { return };
        let mut datagram = self.sent[place].clone();
        change(&mut datagram);
        self.deliver(&datagram);
    }

    fn deliver(&mut self, datagram: &Datagram) {
        if let Some(host) = Host::at(datagram.to.ip()) {
            let path = Path { local: datagram.to, remote: datagram.from };
            self.endpoints[host as usize].handle_datagram(self.now, path, &datagram.bytes);
            self.collect();
        }
    }

    fn collect(&mut self) {
        for (endpoint, events) in self.endpoints.iter_mut().zip(&mut self.events) {
            while let Some((path, bytes)) = endpoint.poll_transmit() {
                assert!(bytes.len() >= Header::LENGTH, "a message has a header");
                let datagram = Datagram { from: path.local, to: path.remote, bytes };
                self.sent.push(datagram.clone());
                self.under_way.push_back(datagram);
            }
            while let Some(event) = endpoint.poll_event() {
                events.push(event);
            }
        }
    }
}

/// The routers: CA 1 is trusted by all, CA 2 by the impostor that has a certificate from it.
fn parts(version: IkeVersion) -> Vec<RouterParts> {
    let mut authorities = Authorities::new(2);
    let mut of = |number: u8, trustpoints: &[usize], enrolled: &[usize]| match version {
        IkeVersion::V1 => router(&mut authorities, number, trustpoints, enrolled, &[]),
        IkeVersion::V2 => ikev2_router(&mut authorities, number, trustpoints, enrolled, enrolled),
    };
    let (first, second) = (of(1, &[1], &[1]), of(2, &[1], &[1]));
    let (mut other_ca, mut other_key) = (of(2, &[1, 2], &[1, 2]), of(2, &[1], &[1]));
    // Asked for a certificate of CA 1 it sends that of CA 2.
    other_ca.trustpoints[0].enrolment = other_ca.trustpoints[1].enrolment.clone();
    // The first host's key is not that of the second one's certificate.
    let wrong = first.trustpoints[0].enrolment.clone().unwrap().signer;
    other_key.trustpoints[0].enrolment.as_mut().unwrap().signer = wrong;
    for (host, parts) in [(Host::OfAnotherCa, &mut other_ca), (Host::WithAnotherKey, &mut other_key)] {
        parts.protections[0].local = host.address();
        // As the second host does.
        for profile in &mut parts.ikev2.profiles {
            profile.identity_local =
                Sourced::default_value(IdentityKind::GivenAddress(Host::Second.address()));
        }
    }
    vec![first, second, other_ca, other_key]
}
