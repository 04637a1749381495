//! What IOS does beside what the RFCs say of it.

use std::fmt;

use model::rfc::{Conflict, ConflictSet, Grounds, Requirement, RequirementSet, Standing};
use model::{Negotiation, rfc};

/// How the RFCs stand to what IOS does in a negotiation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BesideRfc {
    /// The grounds of its outcome. There is a way to everything that IOS does: `None` is a mistake of the model.
    pub grounds: Option<Grounds>,
    /// The requirements that IOS leaves on the way, whatever the outcome.
    pub conduct: RequirementSet,
}

/// How the RFCs stand to what IOS does: the outcome is in their set, or the requirements that it leaves are told.
#[must_use]
pub fn beside_rfc(negotiation: &Negotiation<'_>) -> BesideRfc {
    let rfc::Comparison { prediction: _, grounds, conduct } = rfc::compare(negotiation);
    BesideRfc { grounds, conduct }
}

impl BesideRfc {
    /// How the RFCs stand to the outcome.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.grounds.map(|grounds| grounds.standing())
    }

    /// The requirements that IOS leaves, with the outcome or on the way.
    #[must_use]
    pub fn leaves(&self) -> RequirementSet {
        self.grounds.map_or(self.conduct, |grounds| self.conduct.with(grounds.against))
    }

    /// The points at which texts conflict about the outcome.
    #[must_use]
    pub fn conflicts(&self) -> ConflictSet {
        self.grounds.map_or(ConflictSet::EMPTY, |grounds| grounds.conflicts)
    }
}

impl fmt::Display for BesideRfc {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let standing = self.standing().map_or("unreachable", Standing::words);
        write!(out, "the outcome is {standing}")?;
        let leaves: Vec<_> = self.leaves().iter().map(Requirement::words).collect();
        if !leaves.is_empty() {
            write!(out, "; left: {}", leaves.join(", "))?;
        }
        let conflicts: Vec<_> = self.conflicts().iter().map(Conflict::words).collect();
        if !conflicts.is_empty() {
            write!(out, "; texts conflict: {}", conflicts.join("; "))?;
        }
        Ok(())
    }
}
