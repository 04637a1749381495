//! What came of many negotiations, counted.

use std::collections::BTreeMap;

use lab::verdict::Outcome;
use model::rfc::Standing;

use crate::comparison::BesideRfc;

/// What came of a pair of routers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// When the first router began.
    pub forth: Outcome,
    /// When the second router began.
    pub back: Outcome,
}

impl Cell {
    /// Whether it matters which router begins.
    #[must_use]
    pub fn is_asymmetric(self) -> bool {
        self.forth != self.back
    }
}

/// Counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Negotiations.
    pub directions: u64,
    /// Those that came up.
    pub up: u64,
    /// Those that were authenticated and got no IPsec SAs.
    pub no_child_sa: u64,
    /// Those that were not authenticated.
    pub failed: u64,
    /// Pairs of routers.
    pub pairs: u64,
    /// Pairs of which the one direction ended otherwise than the other.
    pub asymmetric_pairs: u64,
    /// Negotiations by the code of their failure.
    pub failures: BTreeMap<&'static str, u64>,
    /// Negotiations in which the engine and the model part.
    pub disagreements: u64,
    /// Outcomes that the RFCs allow, about which their texts conflict, that they forbid; and those to which there is no
    /// way by them, which are disagreements of the model with itself.
    pub rfc: [u64; 4],
}

impl Tally {
    pub(super) fn add_direction(&mut self, outcome: Outcome, reason: Option<&'static str>) {
        self.directions += 1;
        match outcome {
            Outcome::Up => self.up += 1,
            Outcome::NoChildSa => self.no_child_sa += 1,
            // What a text leaves open is not in the space.
            Outcome::Failed | Outcome::Depends => self.failed += 1,
        }
        if let Some(reason) = reason {
            *self.failures.entry(reason).or_default() += 1;
        }
    }

    pub(super) fn add_pair(&mut self, cell: Cell) {
        self.pairs += 1;
        self.asymmetric_pairs += u64::from(cell.is_asymmetric());
    }

    pub(super) fn add_rfc(&mut self, beside: &BesideRfc) {
        let kind = match beside.standing() {
            Some(Standing::Allowed) => 0,
            Some(Standing::Ambiguous) => 1,
            Some(Standing::Forbidden) => 2,
            None => 3,
        };
        self.rfc[kind] += 1;
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.directions += other.directions;
        self.up += other.up;
        self.no_child_sa += other.no_child_sa;
        self.failed += other.failed;
        self.pairs += other.pairs;
        self.asymmetric_pairs += other.asymmetric_pairs;
        self.disagreements += other.disagreements;
        for (reason, count) in &other.failures {
            *self.failures.entry(reason).or_default() += count;
        }
        for (kind, count) in self.rfc.iter_mut().zip(other.rfc) {
            *kind += count;
        }
    }
}
