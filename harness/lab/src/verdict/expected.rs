//! Whether a verdict is what a scenario expects.

use super::{FailureReport, Outcome, Verdict};
use crate::complete::World;
use crate::scenario::{Expectation, ExpectedFailure, ExpectedOutcome};

impl Expectation {
    /// What of this expectation the verdict does not meet, a sentence each.
    #[must_use]
    pub fn unmet_by(&self, verdict: &Verdict, world: &World) -> Vec<String> {
        let mut unmet = Vec::new();
        let outcome = self.outcome.outcome();
        if verdict.outcome != outcome {
            unmet.push(format!("expected {outcome}, got {}", verdict.outcome));
        }
        if let Some(expected) = self.outcome.failure() {
            let found = verdict.failure.as_ref();
            if !found.is_some_and(|found| expected.is(found, world)) {
                let found = found.map_or("no failure".to_owned(), |found| describe(found, world));
                unmet.push(format!(
                    "expected {} in {} on {}, got {found}",
                    expected.code, expected.message, expected.router
                ));
            }
        }
        for (router, expected) in &self.certificates {
            let side = world.names.find(|name| name == router);
            let used = side
                .and_then(|side| verdict.certificates[side].as_ref())
                .map(|used| used.trustpoint.as_str());
            if used != Some(expected) {
                unmet.push(format!(
                    "expected {router} to sign with {expected}, got {}",
                    used.unwrap_or("no signature")
                ));
            }
        }
        for rule in &self.rules {
            if !verdict.because.iter().any(|reason| reason.rule == Some(*rule)) {
                unmet.push(format!("expected the verdict to rest on {rule}"));
            }
        }
        unmet
    }
}

impl ExpectedOutcome {
    const fn outcome(&self) -> Outcome {
        match self {
            Self::Up => Outcome::Up,
            Self::NoChildSa(_) => Outcome::NoChildSa,
            Self::Failed(_) => Outcome::Failed,
        }
    }

    const fn failure(&self) -> Option<&ExpectedFailure> {
        match self {
            Self::Up => None,
            Self::NoChildSa(failure) | Self::Failed(failure) => Some(failure),
        }
    }
}

impl ExpectedFailure {
    fn is(&self, found: &FailureReport, world: &World) -> bool {
        (self.message, self.code) == (found.message, found.code) && self.router == world.names[found.router]
    }
}

fn describe(found: &FailureReport, world: &World) -> String {
    format!("{} in {} on {}", found.code, found.message, world.names[found.router])
}
