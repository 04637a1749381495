//! Random cases: the engine held against the model over many of them, and those in which they part, shrunk.
//!
//! A case follows from a seed and its number and from nothing else, so that a [`Run`] is the same on any number of threads,
//! and a part of it the same as in the whole.

mod run;

use std::collections::BTreeMap;
use std::fmt;

use lab::certificates::Mint;
use lab::side::Side;
use model::{Outcome, ios};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::case::Case;
use crate::case::trial::{Obstacle, Trial};
use crate::comparison::{Field, Finding};
use crate::generators::cases;
use crate::rendering::Naming;

pub use run::{Explored, MOST_DISAGREEMENTS, Run};

/// A case in which the engine and the model part.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// Its number, from 0.
    pub number: usize,
    /// The plainest case in which they still part in the same way.
    pub case: Case,
    /// How.
    pub found: Found,
}

/// What is wrong with a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// It cannot be tried.
    Obstacle(Obstacle),
    /// The first finding, and the router that begins.
    Finding(Side, Box<Finding>),
}

/// How the negotiations of a run ended, by the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// So many cases were tried.
    pub cases: u64,
    /// So many came up from one side only.
    pub asymmetric: u64,
    /// So many negotiations ended so, by outcome, failing message and cause.
    pub counts: BTreeMap<(&'static str, &'static str, &'static str), u64>,
}

impl Outcomes {
    /// Counts a case.
    pub fn add(&mut self, case: &Case) {
        let ends = Side::BOTH.map(|side| ios::predict(&case.begun_by(side)).outcome);
        self.cases += 1;
        self.asymmetric += u64::from((ends[0] == Outcome::Up) != (ends[1] == Outcome::Up));
        for end in ends {
            *self.counts.entry(words(end)).or_default() += 1;
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add_all(&mut self, other: &Self) {
        self.cases += other.cases;
        self.asymmetric += other.asymmetric;
        for (&end, count) in &other.counts {
            *self.counts.entry(end).or_default() += count;
        }
    }

    /// How many negotiations ended so: `up`, `no-child-sa`, `failed`.
    #[must_use]
    pub fn ended(&self, wanted: &str) -> u64 {
        self.counts.iter().filter(|((outcome, _, _), _)| *outcome == wanted).map(|(_, count)| count).sum()
    }

    /// How many negotiations failed for each cause.
    #[must_use]
    pub fn failures(&self) -> BTreeMap<&'static str, u64> {
        let mut failures = BTreeMap::new();
        for (&(_, _, cause), count) in self.counts.iter().filter(|((_, _, cause), _)| !cause.is_empty()) {
            *failures.entry(cause).or_default() += count;
        }
        failures
    }

    /// The share of negotiations, in percent, that ended in a way that `counts`.
    #[must_use]
    pub fn percent(&self, mut counts: impl FnMut(&str, &str, &str) -> bool) -> f64 {
        let counted =
            self.counts.iter().filter(|((outcome, message, cause), _)| counts(outcome, message, cause));
        let counted: u64 = counted.map(|(_, count)| count).sum();
        let all = self.cases * 2;
        // Counts are far below where they would be rounded.
        if all == 0 { 0.0 } else { counted as f64 * 100.0 / all as f64 }
    }
}

fn words(outcome: Outcome) -> (&'static str, &'static str, &'static str) {
    let failure = outcome.failure();
    let (message, cause) =
        failure.map_or(("", ""), |failure| (failure.message.words(), failure.reason.words()));
    (outcome.words(), message, cause)
}

impl fmt::Display for Outcomes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} cases, {} up from one side only", self.cases, self.asymmetric)?;
        for ((outcome, message, cause), count) in &self.counts {
            writeln!(out, "{count:>9}  {outcome} {message} {cause}")?;
        }
        Ok(())
    }
}

/// All random cases of a seed, one after the other, the same on every machine.
#[derive(Debug)]
pub struct Cases {
    seed: u64,
    next: usize,
}

impl Cases {
    /// The cases of this seed.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        Self { seed, next: 0 }
    }
}

impl Iterator for Cases {
    type Item = Case;

    fn next(&mut self) -> Option<Case> {
        let case = tree(self.seed, self.next).current();
        self.next += 1;
        Some(case)
    }
}

/// The case of a seed with this number, and what is plainer than it.
fn tree(seed: u64, number: usize) -> impl ValueTree<Value = Case> + use<> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    bytes[8..16].copy_from_slice(&(number as u64).to_be_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    cases().new_tree(&mut runner).expect("no strategy refuses what it has made")
}

/// The first thing in which the engine and the model part over a case.
#[must_use]
pub fn check(case: &Case, mint: &Mint) -> Option<Found> {
    let trial = match Trial::of(case, &Naming::default(), mint) {
        Ok(trial) => trial,
        Err(obstacle) => return Some(Found::Obstacle(obstacle)),
    };
    Side::BOTH.into_iter().find_map(|side| {
        let finding = trial.examine(side).into_iter().next()?;
        Some(Found::Finding(side, Box::new(finding)))
    })
}

impl Found {
    /// What kind of disagreement it is: shrinking keeps it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Obstacle(Obstacle::NotSayable(_)) => "not sayable",
            Self::Obstacle(Obstacle::Description(_)) => "scenario.toml refused",
            Self::Obstacle(Obstacle::Texts(_)) => "texts refused",
            Self::Finding(_, finding) => match &**finding {
                Finding::Difference(difference) => Field::words(difference.field),
                Finding::Stranger(_) => "not in the model",
                Finding::Uncovered(_) => "accepted without cover",
                Finding::BeyondRfc(_) => "beyond the RFCs",
            },
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Obstacle(obstacle) => write!(out, "cannot be tried: {obstacle}"),
            Self::Finding(Side::First, finding) => write!(out, "R1 begins: {finding}"),
            Self::Finding(Side::Second, finding) => write!(out, "R2 begins: {finding}"),
        }
    }
}

/// The plainest case with a disagreement of the same kind.
fn shrunk(seed: u64, number: usize, mint: &Mint) -> Option<Disagreement> {
    /// Shrinking is for the reader: it need not be perfect.
    const MOST_STEPS: usize = 2_000;
    let mut tree = tree(seed, number);
    let mut case = tree.current();
    let mut found = check(&case, mint)?;
    let kind = found.kind();
    let mut goes_on = tree.simplify();
    for _ in 0..MOST_STEPS {
        if !goes_on {
            break;
        }
        let plainer = tree.current();
        goes_on = match check(&plainer, mint).filter(|it| it.kind() == kind) {
            Some(still) => {
                (case, found) = (plainer, still);
                tree.simplify()
            }
            None => tree.complicate(),
        };
    }
    Some(Disagreement { number, case, found })
}
