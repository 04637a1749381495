//! Trying a change: the text is changed, and read, completed and negotiated again as the first one was.

use ios::Severity;

use super::{Change, Edit, Outcomes, Subject, outcomes};
use crate::complete::{OpenQuestion, World};
use crate::scenario::{RouterText, Scenario, Texts};
use crate::side::{Pair, Side};
use crate::verdict::{self, MOST_CASES, Outcome};

/// At most so many times a pair is negotiated again from both sides.
pub const MOST_TRIALS: usize = 12;

/// At most so many negotiations that takes, where each direction has many cases of its own; two trials are always made.
const MOST_NEGOTIATIONS: usize = 600;

/// Trials of one pair, of which there are finitely many.
pub(super) struct Trials<'a> {
    subject: &'a Subject<'a>,
    left: usize,
}

/// A certificate that is enrolled again, and by that the most recent (ORD-1).
#[derive(Clone, Debug)]
pub(super) struct Renewal {
    router: Side,
    trustpoint: String,
    /// The direction that fails then.
    initiator: Side,
}

impl Renewal {
    /// What it does, in a sentence.
    pub fn text(&self, subject: &Subject<'_>) -> String {
        let Self { router, trustpoint, initiator } = self;
        let names = &subject.world.names;
        let (name, from, to) = (&names[*router], &names[*initiator], &names[initiator.other()]);
        format!("once {name} renews its certificate of {trustpoint}, {from} -> {to} fails")
    }

    fn apply(&self, world: &World) -> Option<World> {
        let router = &world.routers[self.router];
        let is_it = |id: &ike::TrustpointId| router.trustpoint(*id).name == self.trustpoint;
        let mut order = router.parts().enrolments.clone();
        order.sort_by_key(|id| !is_it(id));
        order.first().filter(|id| is_it(id))?;
        Some(world.with_enrolment_order(self.router, &order))
    }
}

impl<'a> Trials<'a> {
    pub fn of(subject: &'a Subject<'a>) -> Self {
        let cases = subject.world.open_questions.iter().fold(1_usize, |cases, question| {
            let OpenQuestion::EnrolmentOrder { trustpoints, .. } = question;
            (2..=trustpoints.len()).fold(cases, usize::saturating_mul).min(MOST_CASES)
        });
        Self { subject, left: (MOST_NEGOTIATIONS / (2 * cases)).clamp(2, MOST_TRIALS) }
    }

    /// How both directions end with these changes, after a renewal if one is given. `None` where that cannot be tried
    /// any more, or the changed text cannot be read.
    pub fn outcomes(&mut self, changes: &[Change], renewal: Option<&Renewal>) -> Option<Outcomes> {
        let Subject { scenario, texts, world, mint, .. } = *self.subject;
        self.left = self.left.checked_sub(1)?;
        let changed = changed(scenario, texts, changes)?;
        let texts = changed.read_texts().ok()?;
        if texts.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            return None;
        }
        debug_assert_eq!(changed.settings, scenario.settings, "only texts change");
        let world = changed.world_at(&texts, Some(world.clocks), mint).ok()?;
        match renewal {
            None => Some(negotiated(&world)),
            Some(renewal) => Some(negotiated(&renewal.apply(&world)?)),
        }
    }

    /// The first renewal of a certificate that makes a direction fail, of the pair as it is.
    pub fn failing_renewal(&mut self) -> Option<Renewal> {
        let world = self.subject.world;
        for router in Side::BOTH {
            for &id in world.routers[router].parts().enrolments.iter().skip(1) {
                let trustpoint = world.routers[router].trustpoint(id).name.clone();
                // Half of the trials are for changes.
                self.left = self.left.checked_sub(1).filter(|left| *left >= MOST_TRIALS / 2)?;
                let mut renewal = Renewal { router, trustpoint, initiator: router };
                let tried = negotiated(&renewal.apply(world)?);
                let begun = tried.as_ref();
                if let Some(initiator) = begun.find(|outcome| outcome.is_some_and(|it| it != Outcome::Up)) {
                    renewal.initiator = initiator;
                    return Some(renewal);
                }
            }
        }
        None
    }
}

/// The scenario with the changes made to its texts; `None` where a change is about no line of theirs.
#[must_use]
pub fn changed(scenario: &Scenario, texts: &Texts, changes: &[Change]) -> Option<Scenario> {
    let mut changed = scenario.clone();
    for side in Side::BOTH {
        let mut edits = Vec::new();
        for change in changes.iter().filter(|change| change.router == side) {
            edits.push((texts.sources.locate(change.at)?.line, &change.edit));
        }
        if let Some(change) = changes.iter().find(|change| change.router == side) {
            let text = edited(texts.sources.text_of(change.at)?, &edits);
            let file = scenario.texts[side].file.clone();
            changed.texts[side] = RouterText { file, bytes: text.into_bytes() };
        }
    }
    Some(changed)
}

fn negotiated(world: &World) -> Outcomes {
    let directions = Pair::from_fn(|initiator| verdict::try_direction(world, initiator));
    outcomes(directions.as_ref())
}

/// A text with edits at lines, counted from 1.
fn edited(text: &str, edits: &[(u32, &Edit)]) -> String {
    let mut changed = String::with_capacity(text.len());
    for (line, number) in text.lines().zip(1_u32..) {
        let here = || edits.iter().filter(|(at, _)| *at == number).map(|(_, edit)| *edit);
        let kept = (!here().any(|edit| *edit == Edit::Remove)).then_some(line);
        let inserted = here().flat_map(Edit::inserted).map(String::as_str);
        for line in kept.into_iter().chain(inserted) {
            changed.push_str(line);
            changed.push('\n');
        }
    }
    changed
}
