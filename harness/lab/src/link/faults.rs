//! What goes wrong on a link. Each fault wraps a link, so that they combine; chance comes from a seed.

use std::collections::BTreeSet;
use std::time::Duration;

use crypto::{Random, SeededRandom};

use super::{Datagram, Link};

/// How many of a hundred: 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u8);

impl Percent {
    /// Never.
    pub const NONE: Self = Self(0);
    /// Always.
    pub const ALL: Self = Self(100);

    /// So many of a hundred, or `None` above 100.
    #[must_use]
    pub const fn new(percent: u8) -> Option<Self> {
        if percent <= 100 { Some(Self(percent)) } else { None }
    }

    fn strikes(self, random: &mut SeededRandom) -> bool {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        // The bias of the remainder is below one in forty million.
        u32::from_be_bytes(bytes) % 100 < u32::from(self.0)
    }
}

/// A link that loses datagrams.
pub struct Losing<L> {
    link: L,
    chance: Percent,
    numbers: BTreeSet<u64>,
    sent: u64,
    random: SeededRandom,
}

impl<L: Link> Losing<L> {
    /// Loses by `chance`, and the datagrams with these `numbers`, counted from 1 in the order sent.
    pub fn new(
        link: L,
        chance: Percent,
        numbers: impl IntoIterator<Item = u64>,
        random: SeededRandom,
    ) -> Self {
        Self { link, chance, numbers: numbers.into_iter().collect(), sent: 0, random }
    }
}

impl<L: Link> Link for Losing<L> {
    fn send(&mut self, now: Duration, datagram: Datagram) -> u32 {
        self.sent += 1;
        let by_chance = self.chance.strikes(&mut self.random);
        if by_chance || self.numbers.contains(&self.sent) { 0 } else { self.link.send(now, datagram) }
    }

    fn next_arrival(&self) -> Option<Duration> {
        self.link.next_arrival()
    }

    fn receive(&mut self, now: Duration) -> Option<Datagram> {
        self.link.receive(now)
    }
}

/// A link that delivers some datagrams twice.
pub struct Duplicating<L> {
    link: L,
    chance: Percent,
    random: SeededRandom,
}

impl<L: Link> Duplicating<L> {
    /// Duplicates by `chance`.
    pub const fn new(link: L, chance: Percent, random: SeededRandom) -> Self {
        Self { link, chance, random }
    }
}

impl<L: Link> Link for Duplicating<L> {
    fn send(&mut self, now: Duration, datagram: Datagram) -> u32 {
        if self.chance.strikes(&mut self.random) {
            self.link.send(now, datagram.clone()) + self.link.send(now, datagram)
        } else {
            self.link.send(now, datagram)
        }
    }

    fn next_arrival(&self) -> Option<Duration> {
        self.link.next_arrival()
    }

    fn receive(&mut self, now: Duration) -> Option<Datagram> {
        self.link.receive(now)
    }
}

/// A link that holds some datagrams back, so that later ones overtake them.
pub struct Reordering<L> {
    link: L,
    chance: Percent,
    hold: Duration,
    random: SeededRandom,
}

impl<L: Link> Reordering<L> {
    /// Holds datagrams back for `hold`, by `chance`.
    pub const fn new(link: L, chance: Percent, hold: Duration, random: SeededRandom) -> Self {
        Self { link, chance, hold, random }
    }
}

impl<L: Link> Link for Reordering<L> {
    fn send(&mut self, now: Duration, datagram: Datagram) -> u32 {
        let held = if self.chance.strikes(&mut self.random) { self.hold } else { Duration::ZERO };
        self.link.send(now + held, datagram)
    }

    fn next_arrival(&self) -> Option<Duration> {
        self.link.next_arrival()
    }

    fn receive(&mut self, now: Duration) -> Option<Datagram> {
        self.link.receive(now)
    }
}

impl<L: Link + ?Sized> Link for Box<L> {
    fn send(&mut self, now: Duration, datagram: Datagram) -> u32 {
        (**self).send(now, datagram)
    }

    fn next_arrival(&self) -> Option<Duration> {
        (**self).next_arrival()
    }

    fn receive(&mut self, now: Duration) -> Option<Datagram> {
        (**self).receive(now)
    }
}
