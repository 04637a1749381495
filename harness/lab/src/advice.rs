//! What to change so that the tunnel comes up, or stays up: the document's advice where its case is seen.
//!
//! Each change that is offered was made to the text, and the texts read, completed and negotiated again from both sides:
//! what is claimed is what came of that. Here is what advice is and which of it is offered; where a case is seen is in
//! `pins` and `matches`, for IKEv2 in `ikev2`, the trying in `trial`.

mod ikev2;
mod matches;
mod pins;
mod situation;
mod trial;

use ike::Origin;

use crate::certificates::Mint;
use crate::complete::World;
use crate::negotiation::NotBegun;
use crate::scenario::{Scenario, Texts};
use crate::side::{Pair, Side};
use crate::verdict::{Direction, Outcome};

use situation::Situation;
use trial::Trials;

pub use trial::{MOST_TRIALS, changed};

/// Advice for a pair of routers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The rule that gives it.
    pub rule: Rule,
    /// Other rules that give the same changes.
    pub also: Vec<Rule>,
    /// The case and what to do, in a sentence.
    pub text: String,
    /// The lines in which the case is seen.
    pub lines: Vec<Origin>,
    /// Why it matters though both directions are up: what makes one of them fail one day.
    pub latent: Option<String>,
    /// The changes; none where the texts do not tell what to write.
    pub remedy: Option<Remedy>,
}

/// Changes, and what came of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The changes, the first router's first; all of them are made.
    pub changes: Vec<Change>,
    /// How each direction ended with them, by initiator; `None` where it has nothing to begin with.
    pub tried: Outcomes,
}

/// How both directions ended, by initiator; `None` where it has nothing to begin with.
pub type Outcomes = Pair<Option<Outcome>>;

/// A change at one place of one router's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The router.
    pub router: Side,
    /// The line that opens the section.
    pub section: Origin,
    /// The line that is changed, or after which lines are inserted.
    pub at: Origin,
    /// What happens there.
    pub edit: Edit,
}

/// What happens at a place of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The line goes.
    Remove,
    /// These lines come after it, each with its indentation.
    Insert(Vec<String>),
}

impl Change {
    /// How many lines come or go.
    #[must_use]
    pub fn line_count(&self) -> usize {
        match &self.edit {
            Edit::Remove => 1,
            Edit::Insert(lines) => lines.len(),
        }
    }
}

impl Edit {
    /// The lines that come.
    #[must_use]
    pub fn inserted(&self) -> &[String] {
        match self {
            Self::Remove => &[],
            Self::Insert(lines) => lines,
        }
    }
}

/// The rules of the document's advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// ADV-1: the pins of the two sides differ.
    DifferentPins,
    /// ADV-2: an initiator has several profiles, and the tunnel's is not pinned.
    UnpinnedInitiator,
    /// ADV-3: a responder has several profiles, and the session's is pinned while other trustpoints are global.
    PinnedResponder,
    /// ADV-4: several profiles match the same peer.
    OverlappingMatches,
    /// ADV-5: an IKEv2 profile has several pins.
    SeveralPins,
    /// ADV-6: an IKEv2 profile that initiates has no pin.
    UnpinnedIkev2Initiator,
}

impl Rule {
    /// All of them, in the order of `RULES.md`.
    pub const ALL: &[Self] = &[
        Self::DifferentPins,
        Self::UnpinnedInitiator,
        Self::PinnedResponder,
        Self::OverlappingMatches,
        Self::SeveralPins,
        Self::UnpinnedIkev2Initiator,
    ];

    /// The id under which `RULES.md` and `ikespec explain` know the rule.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::DifferentPins => "ADV-1",
            Self::UnpinnedInitiator => "ADV-2",
            Self::PinnedResponder => "ADV-3",
            Self::OverlappingMatches => "ADV-4",
            Self::SeveralPins => "ADV-5",
            Self::UnpinnedIkev2Initiator => "ADV-6",
        }
    }
}

/// A pair of routers that was tried from both sides.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What it was made of.
    pub scenario: &'a Scenario,
    /// Its texts, read.
    pub texts: &'a Texts,
    /// Its routers.
    pub world: &'a World,
    /// What makes certificates for it.
    pub mint: &'a Mint,
    /// What came of it, by initiator.
    pub directions: Pair<&'a Result<Direction, NotBegun>>,
}

/// The advice for a pair: the smallest change first, then the first router's; what has no changes comes last.
///
/// While a direction fails, a change is offered if it brings a direction up and takes none down; what brings up only one
/// is left out where something else brings up both. When both are up, advice is given in two cases only: that of ADV-1
/// to ADV-3, ADV-5 and ADV-6 where the renewal of a certificate would make a direction fail, since it changes the order of
/// requests (ORD-1), and that of ADV-4 where profiles match equally and their order in the configuration decides (V1-ID-4).
#[must_use]
pub fn advise(subject: &Subject<'_>) -> Vec<Advice> {
    let situation = Situation::of(subject);
    let before = outcomes(subject.directions);
    let mut trials = Trials::of(subject);
    let candidates = in_order(
        [pins::candidates(&situation), matches::candidates(&situation), ikev2::candidates(&situation)]
            .concat(),
    );
    let stands = all_up(before);
    let about_pins = candidates.iter().any(|candidate| candidate.rule != Rule::OverlappingMatches);
    let renewal = if stands && about_pins { trials.failing_renewal() } else { None };

    let mut offered = Vec::new();
    let mut only_said = Vec::new();
    for candidate in candidates {
        let of_matches = candidate.rule == Rule::OverlappingMatches;
        let renewal = renewal.as_ref().filter(|_| !of_matches);
        let latent = if of_matches { candidate.latent.clone() } else { renewal.map(|it| it.text(subject)) };
        if stands && latent.is_none() {
            continue;
        }
        let latent = latent.filter(|_| stands);
        if candidate.changes.is_empty() {
            only_said.push(candidate.into_advice(latent, None));
        } else if let Some(tried) = trials.outcomes(&candidate.changes, None)
            && (if stands { all_up(tried) } else { helps(before, tried) })
            && renewal.is_none_or(|it| trials.outcomes(&candidate.changes, Some(it)).is_some_and(all_up))
        {
            offered.push(candidate.into_advice(latent, Some(tried)));
        }
    }
    let mut advice = the_best(offered);
    if advice.is_empty() {
        advice = only_said;
    }
    advice
}

/// Advice before it is tried.
#[derive(Clone, Debug)]
struct Candidate {
    rule: Rule,
    also: Vec<Rule>,
    text: String,
    lines: Vec<Origin>,
    latent: Option<String>,
    changes: Vec<Change>,
}

impl Candidate {
    fn new(rule: Rule, text: String, lines: Vec<Origin>, changes: Vec<Change>) -> Self {
        Self { rule, also: Vec::new(), text, lines, latent: None, changes }
    }

    fn line_count(&self) -> usize {
        self.changes.iter().map(Change::line_count).sum()
    }

    fn into_advice(self, latent: Option<String>, tried: Option<Outcomes>) -> Advice {
        let Self { rule, also, text, lines, changes, .. } = self;
        let remedy = tried.map(|tried| Remedy { changes, tried });
        Advice { rule, also, text, lines, latent, remedy }
    }
}

/// The candidates, those with the same changes as one, the smallest first; among equals the first router's.
fn in_order(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut distinct: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let Candidate { rule, changes, .. } = &candidate;
        match distinct.iter_mut().find(|known| !changes.is_empty() && known.changes == *changes) {
            None => distinct.push(candidate),
            Some(known) if known.rule == *rule || known.also.contains(rule) => {}
            Some(known) => known.also.push(*rule),
        }
    }
    distinct.sort_by_key(|it| (it.line_count(), it.changes.first().map(|change| change.router)));
    distinct
}

/// Without what brings up fewer directions than something else does, and without what takes the changes of another and
/// more.
fn the_best(offered: Vec<Advice>) -> Vec<Advice> {
    let up = |advice: &Advice| advice.remedy.as_ref().map_or(0, |remedy| count_up(remedy.tried));
    let most = offered.iter().map(up).max().unwrap_or(0);
    let mut best: Vec<Advice> = Vec::new();
    for advice in offered.into_iter().filter(|advice| up(advice) == most) {
        let changes = |advice: &Advice| advice.remedy.as_ref().map_or_else(Vec::new, |it| it.changes.clone());
        let own = changes(&advice);
        if !best.iter().any(|smaller| changes(smaller).iter().all(|change| own.contains(change))) {
            best.push(advice);
        }
    }
    best
}

fn outcomes(directions: Pair<&Result<Direction, NotBegun>>) -> Outcomes {
    Pair::from_fn(|side| directions[side].as_ref().ok().map(|direction| direction.verdict.outcome))
}

/// Whether there is a direction, and each ends with IPsec SAs.
fn all_up(outcomes: Outcomes) -> bool {
    let begun = Side::BOTH.into_iter().filter(|&side| outcomes[side].is_some()).count();
    begun > 0 && count_up(outcomes) == begun
}

fn count_up(outcomes: Outcomes) -> usize {
    Side::BOTH.into_iter().filter(|&side| outcomes[side] == Some(Outcome::Up)).count()
}

/// Whether a direction comes up that did not, and none goes down.
fn helps(before: Outcomes, after: Outcomes) -> bool {
    let up = |outcomes: Outcomes, side| outcomes[side] == Some(Outcome::Up);
    count_up(after) > count_up(before)
        && Side::BOTH.into_iter().all(|side| up(after, side) || !up(before, side))
}
