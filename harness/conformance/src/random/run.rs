//! Many random cases on several threads.

use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use lab::certificates::Mint;
use proptest::strategy::ValueTree as _;

use super::{Disagreement, Outcomes, check, shrunk, tree};
use crate::explore::Shard;

/// So many disagreements are shrunk, since more of one run would be the same ones again; all are counted.
pub const MOST_DISAGREEMENTS: usize = 12;

/// Random cases to be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// What they follow from.
    pub seed: u64,
    /// How many there are, those of other shards included.
    pub cases: usize,
    /// The part of them that is tried.
    pub shard: Shard,
}

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explored {
    /// How the negotiations ended, by the model.
    pub outcomes: Outcomes,
    /// In so many cases the engine and the model part.
    pub disagreements: u64,
    /// The first of them, shrunk, in order.
    pub first: Vec<Disagreement>,
}

impl Run {
    /// How many cases are tried.
    #[must_use]
    pub fn share(&self) -> usize {
        self.shard.share_of(self.cases)
    }

    /// Tries them on this many threads. `done` is told how many more are through, now and then.
    #[must_use]
    pub fn explore(&self, threads: NonZero<usize>, done: &(dyn Fn(usize) + Sync)) -> Explored {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut tried = Tried::default();
            loop {
                let begin = next.fetch_add(BLOCK, Ordering::Relaxed);
                if begin >= self.cases {
                    return tried;
                }
                done(self.try_block(begin..self.cases.min(begin + BLOCK), &mut tried));
            }
        };
        let all: Vec<Tried> = thread::scope(|scope| {
            let threads: Vec<_> = (0..threads.get()).map(|_| scope.spawn(work)).collect();
            let ended = threads.into_iter().map(|thread| thread.join());
            ended.map(|it| it.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        });
        let mut explored = Explored::default();
        let mut parted: Vec<usize> = Vec::new();
        for tried in all {
            explored.outcomes.add_all(&tried.outcomes);
            explored.disagreements += tried.disagreements;
            parted.extend(tried.first);
        }
        parted.sort_unstable();
        let mint = Mint::new();
        let first = parted.into_iter().take(MOST_DISAGREEMENTS);
        explored.first = first.filter_map(|number| shrunk(self.seed, number, &mint)).collect();
        explored
    }

    /// Tries the cases with these numbers, and says how many of them are in the shard.
    fn try_block(&self, numbers: Range<usize>, tried: &mut Tried) -> usize {
        // A mint of its own: threads would wait for one another, and one that keeps every certificate would fill the memory.
        let mint = Mint::new();
        let mut count = 0;
        for number in numbers.filter(|&number| self.shard.contains(number)) {
            let case = tree(self.seed, number).current();
            tried.outcomes.add(&case);
            count += 1;
            if check(&case, &mint).is_some() {
                tried.disagreements += 1;
                // Blocks come in order, so the first of a thread are those that it finds first.
                if tried.first.len() < MOST_DISAGREEMENTS {
                    tried.first.push(number);
                }
            }
        }
        count
    }
}

/// How many cases a thread takes at a time: enough for a mint to be worth having, and few enough for all threads to end
/// together.
const BLOCK: usize = 250;

/// What one thread found.
#[derive(Default)]
struct Tried {
    outcomes: Outcomes,
    disagreements: u64,
    /// The numbers of the first cases in which the engine and the model part.
    first: Vec<usize>,
}
