//! The simulated link between the two routers. Its faults, each a wrapper around another link, are in [`faults`].

pub mod faults;

use std::collections::BTreeMap;
use std::net::{SocketAddr, SocketAddrV4, SocketAddrV6};
use std::time::Duration;

use crypto::{Random, SeededRandom};

use faults::{Duplicating, Losing, Percent, Reordering};

/// A UDP datagram on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    addresses: Addresses,
    payload: Vec<u8>,
}

/// Where a datagram left and where it goes; both of one address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addresses {
    V4 { source: SocketAddrV4, destination: SocketAddrV4 },
    V6 { source: SocketAddrV6, destination: SocketAddrV6 },
}

impl Datagram {
    /// The longest payload that UDP over IPv4 carries (RFC 768, RFC 791 3.1).
    pub const LONGEST_PAYLOAD: usize = 65_507;

    /// A datagram, or `None` where the payload is longer than [`LONGEST_PAYLOAD`](Self::LONGEST_PAYLOAD) or the two
    /// addresses are of different families: such a datagram never leaves a router.
    #[must_use]
    pub fn new(source: SocketAddr, destination: SocketAddr, payload: Vec<u8>) -> Option<Self> {
        let addresses = match (source, destination) {
            (SocketAddr::V4(source), SocketAddr::V4(destination)) => Addresses::V4 { source, destination },
            (SocketAddr::V6(source), SocketAddr::V6(destination)) => Addresses::V6 { source, destination },
            _ => return None,
        };
        (payload.len() <= Self::LONGEST_PAYLOAD).then_some(Self { addresses, payload })
    }

    /// Where it left.
    #[must_use]
    pub fn source(&self) -> SocketAddr {
        match self.addresses {
            Addresses::V4 { source, .. } => source.into(),
            Addresses::V6 { source, .. } => source.into(),
        }
    }

    /// Where it goes.
    #[must_use]
    pub fn destination(&self) -> SocketAddr {
        match self.addresses {
            Addresses::V4 { destination, .. } => destination.into(),
            Addresses::V6 { destination, .. } => destination.into(),
        }
    }

    pub(crate) const fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// What it carries.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Its length as an IP packet without options: 28 bytes of headers over IPv4, 48 over IPv6.
    #[must_use]
    pub fn ip_length(&self) -> usize {
        let ip_header = match self.addresses {
            Addresses::V4 { .. } => 20,
            Addresses::V6 { .. } => 40,
        };
        ip_header + 8 + self.payload.len()
    }
}

/// What carries datagrams from one router to the other. Times are monotonic and never go back.
pub trait Link {
    /// Takes a datagram in at `now` and says how many copies of it will arrive; none of a lost one.
    fn send(&mut self, now: Duration, datagram: Datagram) -> u32;

    /// When the next datagram arrives, if one is on its way.
    fn next_arrival(&self) -> Option<Duration>;

    /// Takes out a datagram that has arrived at `now` or before, the earliest first.
    fn receive(&mut self, now: Duration) -> Option<Datagram>;
}

/// A link that delivers everything, in order, after the same time.
#[derive(Clone, Debug)]
pub struct PerfectLink {
    latency: Duration,
    /// By time of arrival; of those that arrive together, in the order sent.
    under_way: BTreeMap<(Duration, u64), Datagram>,
    sent: u64,
}

impl PerfectLink {
    /// A link on which each datagram takes `latency`.
    #[must_use]
    pub const fn new(latency: Duration) -> Self {
        Self { latency, under_way: BTreeMap::new(), sent: 0 }
    }
}

impl Link for PerfectLink {
    fn send(&mut self, now: Duration, datagram: Datagram) -> u32 {
        self.under_way.insert((now + self.latency, self.sent), datagram);
        self.sent += 1;
        1
    }

    fn next_arrival(&self) -> Option<Duration> {
        self.under_way.first_key_value().map(|((arrival, _), _)| *arrival)
    }

    fn receive(&mut self, now: Duration) -> Option<Datagram> {
        let entry = self.under_way.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }
}

/// How a link behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSettings {
    /// How long a datagram takes.
    pub latency: Duration,
    /// How many of a hundred datagrams are lost.
    pub loss: Percent,
    /// The datagrams that are lost for certain, counted from 1 over both directions in the order sent.
    pub lose: Vec<u64>,
    /// How many of a hundred datagrams arrive twice.
    pub duplication: Percent,
    /// How many of a hundred datagrams are held back, so that later ones overtake them.
    pub reordering: Percent,
    /// For how long they are held back.
    pub hold: Duration,
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            latency: Duration::from_millis(1),
            loss: Percent::NONE,
            lose: Vec::new(),
            duplication: Percent::NONE,
            reordering: Percent::NONE,
            hold: Duration::from_millis(100),
        }
    }
}

impl LinkSettings {
    /// The link that behaves so; what happens by chance follows from `random`.
    #[must_use]
    pub fn build(&self, random: &mut SeededRandom) -> Box<dyn Link> {
        // Each fault has its own chances, whether or not there are other faults.
        let (reordering, duplication, loss) = (branch(random), branch(random), branch(random));
        let mut link: Box<dyn Link> = Box::new(PerfectLink::new(self.latency));
        if self.reordering != Percent::NONE {
            link = Box::new(Reordering::new(link, self.reordering, self.hold, reordering));
        }
        if self.duplication != Percent::NONE {
            link = Box::new(Duplicating::new(link, self.duplication, duplication));
        }
        if self.loss != Percent::NONE || !self.lose.is_empty() {
            link = Box::new(Losing::new(link, self.loss, self.lose.iter().copied(), loss));
        }
        link
    }
}

fn branch(random: &mut SeededRandom) -> SeededRandom {
    let mut seed = [0; 32];
    random.fill(&mut seed);
    SeededRandom::from_seed_bytes(seed)
}

#[cfg(test)]
mod tests;
