//! What came of a negotiation, and why: read from the events, in the words of a network engineer.
//!
//! Every statement names its rule and the lines that it rests on. Where the statements are printed, how, and what the
//! status of a rule is, is not decided here.

mod assumptions;
pub mod course;
mod expected;
mod failures;
mod ikev2;
mod open;
mod reasons;
mod wording;

use std::fmt;

use ike::{FailureCode, IkeVersion, MessageName, Origin, Rule};

use crate::complete::{Assumption, World};
use crate::negotiation::{Negotiation, NotBegun, negotiate};
use crate::side::{Pair, Side};

use course::Course;
use wording::Words;

pub use open::{Alternative, MOST_CASES};
pub(crate) use wording::identity as identity_text;

/// One direction, tried: what came of it when `initiator` began.
#[derive(Clone, Debug)]
pub struct Direction {
    /// The verdict.
    pub verdict: Verdict,
    /// The negotiation that it was read from; where the texts leave something open, that of the first case.
    pub negotiation: Negotiation,
}

/// What came of a negotiation, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The router that began.
    pub initiator: Side,
    /// How it ended.
    pub outcome: Outcome,
    /// What failed, unless it is up or depends.
    pub failure: Option<FailureReport>,
    /// The distinct results of what the texts leave open; empty unless the outcome depends on it.
    pub alternatives: Vec<Alternative>,
    /// The decisions that the outcome rests on, the decisive one first. Where it depends: those of all cases. So it is
    /// with what follows, except that the assumptions are those of any case.
    pub because: Vec<Reason>,
    /// What the outcome rests on and the texts do not say.
    pub assumptions: Vec<Assumption>,
    /// The profile that each router's session was bound to.
    pub profiles: Pair<Option<String>>,
    /// The certificate that each router signed with, if it got so far.
    pub certificates: Pair<Option<CertificateUse>>,
    /// The trustpoints that each router validated the peer's certificate against, without the built-in ones, at which no
    /// chain can be seen to end.
    pub validated_against: Pair<Vec<String>>,
}

/// How a negotiation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// With IPsec SAs on both routers.
    Up,
    /// With an IKE SA and without IPsec SAs: no traffic.
    NoChildSa,
    /// Without an IKE SA.
    Failed,
    /// It depends on what the texts leave open.
    Depends,
}

impl Outcome {
    /// How a negotiation ended in which the two routers did this.
    #[must_use]
    pub fn of(courses: &Pair<Course<'_>>) -> Self {
        let both = |holds: fn(&Course<'_>) -> bool| holds(&courses.first) && holds(&courses.second);
        if both(|course| course.child_established) {
            Self::Up
        } else if both(|course| course.authenticated) {
            Self::NoChildSa
        } else {
            Self::Failed
        }
    }

    /// The word that stands for it in machine-readable output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::NoChildSa => "no-child-sa",
            Self::Failed => "failed",
            Self::Depends => "depends",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Where and why a negotiation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureReport {
    /// The message that was refused, or could not be built.
    pub message: MessageName,
    /// The router that refuses, or cannot go on.
    pub router: Side,
    /// The cause.
    pub code: FailureCode,
    /// The rule that the refusal obeys, where there is one.
    pub rule: Option<Rule>,
    /// The lines that it rests on, the decisive one first, as the router told them.
    pub origins: Vec<Origin>,
    /// The cause in a sentence.
    pub text: String,
}

/// A decision that an outcome rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The rule that it obeys; none where an RFC decides and not IOS.
    pub rule: Option<Rule>,
    /// The router that decided.
    pub router: Side,
    /// The lines that it rests on, the main one first; [`Origin::DEFAULT`] among them where a value is one that nobody
    /// wrote. None: no line has a part in it.
    pub origins: Vec<Origin>,
    /// It in a sentence.
    pub text: String,
}

impl Reason {
    /// Whether it rests on a value that nobody wrote.
    #[must_use]
    pub fn rests_on_default(&self) -> bool {
        self.origins.iter().any(|origin| origin.is_default())
    }
}

/// A certificate that a router signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateUse {
    /// Its trustpoint.
    pub trustpoint: String,
    /// Its subject, as IOS prints it.
    pub subject: String,
    /// Why this one.
    pub because: String,
}

/// Tries one direction. What the texts leave open is tried in all ways, up to [`MOST_CASES`].
///
/// # Errors
/// The initiator has nothing to begin with.
pub fn try_direction(world: &World, initiator: Side) -> Result<Direction, NotBegun> {
    let negotiation = negotiate(world, initiator)?;
    let verdict = judge(world, &negotiation);
    let verdict = open::explore(world, initiator, verdict);
    Ok(Direction { verdict, negotiation })
}

/// The verdict of one negotiation.
#[must_use]
pub fn judge(world: &World, negotiation: &Negotiation) -> Verdict {
    let courses = Pair::from_fn(|side| Course::of(negotiation, side));
    let version = negotiation.version();
    let words = Words { world, initiator: negotiation.initiator, version, courses: &courses };
    let outcome = Outcome::of(&courses);
    let failure = match outcome {
        Outcome::Up => None,
        _ => Some(words.failure(course::decisive_failure(negotiation, outcome))),
    };
    let because = match (version, &failure) {
        (IkeVersion::V1, None) => reasons::for_success(&words),
        (IkeVersion::V1, Some(failure)) => reasons::for_failure(&words, failure),
        (IkeVersion::V2, None) => ikev2::for_success(&words),
        (IkeVersion::V2, Some(failure)) => ikev2::for_failure(&words, failure),
    };
    Verdict {
        initiator: negotiation.initiator,
        outcome,
        alternatives: Vec::new(),
        assumptions: assumptions::relevant(world, &courses, failure.as_ref(), &because),
        because,
        profiles: Pair::from_fn(|side| words.profile_name(side).map(str::to_owned)),
        certificates: Pair::from_fn(|side| words.certificate(side)),
        validated_against: Pair::from_fn(|side| words.validated_against(side)),
        failure,
    }
}
