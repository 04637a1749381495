//! What RFC 4945 and RFC 7296 let happen: not one outcome but those that are possible, each with its grounds.
//!
//! The RFCs leave choices: which CAs to ask for while the peer's identity is unknown, which of several certificates to
//! answer with, which of several equal policies to take. [`read`] walks every way that a router can take at each step.
//! A way that a MUST forbids is walked, too, with that requirement held against it, so that an outcome that was seen can
//! be told what it leaves. Which policy a router has (pins, matches, tunnel, revocation check) is its own affair: the
//! same configuration is read here as in [`crate::ios`].
//!
//! Files: `requirement` (ids and conflicts), `requests`, `answers`, `identity`, `validation` (the steps), `walk` (how
//! they follow one another), `conduct` (what IOS does that shows in no outcome).

mod answers;
mod conduct;
mod identity;
mod requests;
mod requirement;
mod validation;
mod walk;

pub use requirement::{Conflict, ConflictSet, Requirement, RequirementSet};

use crate::few::Few;
use crate::ios;
use crate::negotiation::Negotiation;
use crate::prediction::{Outcome, Prediction};
use crate::tables::words;

/// What the RFCs let happen in this negotiation.
#[must_use]
pub fn read(negotiation: &Negotiation<'_>) -> Reading {
    walk::walk(negotiation)
}

/// What IOS does, beside what the RFCs say of it.
#[must_use]
pub fn compare(negotiation: &Negotiation<'_>) -> Comparison {
    let prediction = ios::predict(negotiation);
    let grounds = read(negotiation).grounds(prediction.outcome);
    let conduct = conduct::departures(negotiation, &prediction);
    Comparison { prediction, grounds, conduct }
}

/// IOS against the RFCs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What IOS does.
    pub prediction: Prediction,
    /// The grounds of its outcome, if there is a way to it at all.
    pub grounds: Option<Grounds>,
    /// The requirements that IOS leaves on the way, whatever the outcome.
    pub conduct: RequirementSet,
}

/// The possible outcomes of a negotiation, each once, with its best grounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    outcomes: Few<Possible, 40>,
}

impl Reading {
    /// Every outcome to which there is a way, forbidden ones included.
    #[must_use]
    pub fn outcomes(&self) -> &[Possible] {
        &self.outcomes
    }

    /// The outcomes that the RFCs allow.
    pub fn allowed(&self) -> impl Iterator<Item = Outcome> {
        let allowed =
            self.outcomes.iter().filter(|possible| possible.grounds.standing() == Standing::Allowed);
        allowed.map(|possible| possible.outcome)
    }

    /// The grounds of an outcome, if there is a way to it.
    #[must_use]
    pub fn grounds(&self, outcome: Outcome) -> Option<Grounds> {
        let found = self.outcomes.iter().find(|possible| possible.outcome == outcome);
        found.map(|possible| possible.grounds)
    }

    /// Adds a way to an outcome; of several, the best stays.
    fn add(&mut self, outcome: Outcome, grounds: Grounds) {
        let others: Few<Possible, 40> = match self.grounds(outcome) {
            Some(known) if !grounds.better_than(&known) => return,
            _ => self.outcomes.iter().copied().filter(|possible| possible.outcome != outcome).collect(),
        };
        self.outcomes = others;
        self.outcomes.push(Possible { outcome, grounds });
    }
}

/// An outcome and its grounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Possible {
    /// The outcome.
    pub outcome: Outcome,
    /// Of the best way to it.
    pub grounds: Grounds,
}

/// What speaks for a way and what speaks against it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grounds {
    /// The requirements that allow or demand it.
    pub by: RequirementSet,
    /// The MUSTs and MUST NOTs that forbid it.
    pub against: RequirementSet,
    /// The SHOULDs and SHOULD NOTs that it leaves.
    pub short_of: RequirementSet,
    /// The points at which texts conflict or are silent.
    pub conflicts: ConflictSet,
}

words! {
    /// How the RFCs stand to a way.
    Standing {
        /// Nothing forbids it.
        Allowed = "allowed",
        /// One text forbids it, or seems to, and another does not.
        Ambiguous = "ambiguous",
        /// A MUST or MUST NOT forbids it.
        Forbidden = "forbidden",
    }
}

impl Grounds {
    /// Whether the way is allowed.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (self.against.is_empty(), self.conflicts.is_empty()) {
            (true, true) => Standing::Allowed,
            (true, false) => Standing::Ambiguous,
            (false, _) => Standing::Forbidden,
        }
    }

    fn by(requirements: impl IntoIterator<Item = Requirement>) -> Self {
        Self { by: RequirementSet::of(requirements), ..Self::default() }
    }

    fn against(requirement: Requirement) -> Self {
        Self { against: RequirementSet::of([requirement]), ..Self::default() }
    }

    fn conflict(conflict: Conflict) -> Self {
        Self { conflicts: ConflictSet::of([conflict]), ..Self::default() }
    }

    /// The same, short of a SHOULD.
    fn short_of(mut self, requirement: Requirement) -> Self {
        self.short_of.insert(requirement);
        self
    }

    /// The grounds of two steps together.
    fn and(self, other: Self) -> Self {
        Self {
            by: self.by.with(other.by),
            against: self.against.with(other.against),
            short_of: self.short_of.with(other.short_of),
            conflicts: self.conflicts.with(other.conflicts),
        }
    }

    fn better_than(&self, other: &Self) -> bool {
        let weight =
            |grounds: &Self| (grounds.against.len(), grounds.conflicts.len(), grounds.short_of.len());
        weight(self) < weight(other)
    }
}

/// One way that a router can take at a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Way<T> {
    takes: T,
    grounds: Grounds,
}

/// The ways at a step.
type Ways<T> = Few<Way<T>, 40>;

/// Adds a way; of several that take the same, the best stays.
fn add<T: Copy + Default + PartialEq>(ways: &mut Ways<T>, takes: T, grounds: Grounds) {
    let known = ways.iter().find(|way| way.takes == takes).copied();
    if known.is_none_or(|known| grounds.better_than(&known.grounds)) {
        *ways = ways.iter().copied().filter(|way| way.takes != takes).collect();
        ways.push(Way { takes, grounds });
    }
}
