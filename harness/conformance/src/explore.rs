//! Every way in which two routers can be enrolled and pinned, up to a number of CAs: the engine, with real bytes, against
//! the reference model.
//!
//! The space is [`model::Space`]. Each router of it becomes a text once, is read and completed once, and then meets all
//! others: what is left for each of the many thousand negotiations is the negotiation. The cryptography is simulated.
//! What comes out does not depend on the number of threads, and what is kept does not grow with the space but for the
//! table of outcomes, which has a byte for each pair. How it is reported is not decided here.

mod stock;
mod tally;

use std::num::NonZero;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fmt, thread};

use lab::complete::World;
use lab::negotiation::{Keep, negotiate_keeping};
use lab::side::Side;
use lab::verdict::Outcome;
use model::ios;

pub(crate) use stock::naming;
pub use stock::{Explorer, Unprepared, Way};
pub use tally::{Cell, Tally};

use crate::comparison::{Comparison, Finding, beside_rfc, uncovered};

/// So many disagreements are kept whole; all are counted.
pub const MOST_DISAGREEMENTS: usize = 100;

/// The part that one of several machines explores: of every so many pairs of a space, or of so many random cases, one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    number: NonZero<usize>,
    /// Of how many.
    of: NonZero<usize>,
}

impl Shard {
    /// All of it.
    pub const WHOLE: Self = Self { number: NonZero::<usize>::MIN, of: NonZero::<usize>::MIN };

    /// Whether a pair or case, counted from 0, is in this part.
    #[must_use]
    pub fn contains(self, place: usize) -> bool {
        place % self.of == self.number.get() - 1
    }

    /// How many of so many are in this part.
    #[must_use]
    pub fn share_of(self, all: usize) -> usize {
        (all + self.of.get() - self.number.get()) / self.of
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a shard is written I/N, with I from 1 to N: 1/4";
        let (number, of) = text.split_once('/').ok_or(FORM)?;
        let number: NonZero<usize> = number.parse().map_err(|_| FORM)?;
        let of: NonZero<usize> = of.parse().map_err(|_| FORM)?;
        if number <= of { Ok(Self { number, of }) } else { Err(FORM) }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.number, self.of)
    }
}

/// What came of a space, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exploration {
    /// The counts.
    pub tally: Tally,
    /// What came of each pair: a row for each way of the first router, in it a cell for each way of the second. Pairs of
    /// other shards have none.
    pub table: Vec<Vec<Option<Cell>>>,
    /// The negotiations in which the engine and the model part, the first of them, in order.
    pub disagreements: Vec<Disagreement>,
}

/// A negotiation in which the engine and the model part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// Its place in the space.
    pub place: usize,
    /// The side that begins.
    pub from: Side,
    /// At what they part.
    pub findings: Vec<Finding>,
}

impl Explorer {
    /// Tries all negotiations of a shard on this many threads. `done` is told how many more pairs are through, now and then.
    #[must_use]
    pub fn explore(
        &self,
        shard: Shard,
        threads: NonZero<usize>,
        done: &(dyn Fn(usize) + Sync),
    ) -> Exploration {
        let next_row = AtomicUsize::new(0);
        let work = || {
            let mut worker = Worker::new(self, shard);
            loop {
                let row = next_row.fetch_add(1, Ordering::Relaxed);
                if row >= self.rows() {
                    return worker;
                }
                done(worker.explore_row(row));
            }
        };
        let workers: Vec<Worker<'_>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..threads.get()).map(|_| scope.spawn(work)).collect();
            let ended = threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            ended.collect()
        });
        merged(workers)
    }
}

/// What the threads found, as if one had.
fn merged(workers: Vec<Worker<'_>>) -> Exploration {
    let mut tally = Tally::default();
    let mut rows = Vec::new();
    let mut disagreements = Vec::new();
    for worker in workers {
        tally.add(&worker.tally);
        rows.extend(worker.rows);
        disagreements.extend(worker.disagreements);
    }
    rows.sort_by_key(|(row, _)| *row);
    disagreements.sort_by_key(|disagreement| disagreement.place);
    disagreements.truncate(MOST_DISAGREEMENTS);
    Exploration { tally, table: rows.into_iter().map(|(_, cells)| cells).collect(), disagreements }
}

/// One thread's part of the work.
struct Worker<'a> {
    explorer: &'a Explorer,
    shard: Shard,
    /// The laboratory, whose routers are changed from pair to pair.
    world: World,
    tally: Tally,
    rows: Vec<(usize, Vec<Option<Cell>>)>,
    disagreements: Vec<Disagreement>,
}

impl<'a> Worker<'a> {
    fn new(explorer: &'a Explorer, shard: Shard) -> Self {
        Self {
            explorer,
            shard,
            world: explorer.laboratory().clone(),
            tally: Tally::default(),
            rows: Vec::new(),
            disagreements: Vec::new(),
        }
    }

    /// Tries one way of the first router against all ways of the second, and says how many pairs that were.
    fn explore_row(&mut self, row: usize) -> usize {
        let columns = self.explorer.columns();
        let before = self.tally.pairs;
        let cell =
            |column| self.shard.contains(row * columns + column).then(|| self.explore_pair(row, column));
        let cells = (0..columns).map(cell).collect();
        self.rows.push((row, cells));
        // Rows come in order, so those of a thread that were kept first are the first.
        self.disagreements.truncate(MOST_DISAGREEMENTS);
        usize::try_from(self.tally.pairs - before).unwrap_or(usize::MAX)
    }

    fn explore_pair(&mut self, row: usize, column: usize) -> Cell {
        let pair = row * self.explorer.columns() + column;
        self.explorer.seat(&mut self.world, row, column);
        let cell =
            Cell { forth: self.explore_direction(pair * 2), back: self.explore_direction(pair * 2 + 1) };
        self.tally.add_pair(cell);
        cell
    }

    fn explore_direction(&mut self, place: usize) -> Outcome {
        let (from, comparison) =
            self.explorer.comparison(place).expect("the rows and columns are those of the space");
        let (outcome, reason, findings) = try_one(&self.world, from, comparison);
        self.tally.add_direction(outcome, reason);
        self.tally.add_rfc(&beside_rfc(&comparison.negotiation));
        if !findings.is_empty() {
            self.tally.disagreements += 1;
            self.disagreements.push(Disagreement { place, from, findings });
        }
        outcome
    }
}

/// Has the engine negotiate, and holds it against the model: how it ended, the code of the failure, and what they part at.
fn try_one(
    world: &World,
    from: Side,
    comparison: Comparison<'_>,
) -> (Outcome, Option<&'static str>, Vec<Finding>) {
    let tried = negotiate_keeping(Keep::Events, world, from);
    let prediction = ios::predict(&comparison.negotiation);
    match comparison.observe(tried.as_ref().map_err(|&error| error)) {
        Ok(observed) => {
            let differences = comparison.compare(&observed, &prediction);
            let mut findings: Vec<_> = differences.into_iter().map(Finding::Difference).collect();
            let uncovered = tried.as_ref().ok().and_then(|negotiation| uncovered(world, negotiation));
            findings.extend(uncovered.map(Finding::Uncovered));
            let reason = observed.ending.failure.map(|failure| failure.reason);
            (observed.ending.outcome, reason, findings)
        }
        Err(stranger) => (Outcome::Failed, Some("unknown-to-the-model"), vec![Finding::Stranger(stranger)]),
    }
}
