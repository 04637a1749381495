//! The negative controls: for each check a target that leaves the requirement, on which the check has to fail.
//!
//! A control is one of three: a target that overlooks what is wrong with a message (the message is sent without the change),
//! one that balks at what it has to accept (it falls silent), and one that says something else (its messages are altered
//! before they are judged). Where the built-in engine leaves the requirement itself, the control is a target that does not:
//! on that one the check has to pass. What a target says is altered for all checks that look at the same conversation: only
//! the check that the control is made for may notice.

use ike::{Ikev2Exchange, Ikev2Half, MessageName};

use crate::check::{Check, Control, Judged, Outcome, Play, number};
use crate::conform::seed;
use crate::laboratory::Laboratory;
use crate::suites;
use crate::target::{Target, TargetError};

/// A control that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The check that it is made for.
    pub check: &'static str,
    /// What it does.
    pub kind: &'static str,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The check fails, and only it.
    Caught,
    /// The check does not notice; what it says.
    Missed(String),
    /// Checks that have to do with something else notice too.
    Others(Vec<&'static str>),
    /// The check does not pass, whatever is done; what it says.
    Moot(Outcome),
}

/// Runs the control of every check that has one.
///
/// # Errors
/// The target or this machine fails.
pub fn run_all(target: &mut dyn Target, laboratory: &Laboratory) -> Result<Vec<Trial>, TargetError> {
    let mut trials = Vec::new();
    for check in suites::checks() {
        if let Some(trial) = run(check, target, laboratory)? {
            trials.push(trial);
        }
    }
    Ok(trials)
}

/// Runs the control of a check, if it has one.
///
/// # Errors
/// The target or this machine fails.
pub fn run(
    check: &'static Check,
    target: &mut dyn Target,
    laboratory: &Laboratory,
) -> Result<Option<Trial>, TargetError> {
    let kind = match check.control {
        Control::None => return Ok(None),
        Control::Overlooks => "overlooks",
        Control::Balks => "balks",
        Control::Says(_) => "says something else",
    };
    let plain = check.converse(target, laboratory, &check.changes, seed(check))?;
    let before = check.judge(&plain);
    let verdict = if before.outcome != Outcome::Pass {
        // The other way round: one that meets the requirement passes.
        let mut altered = plain.clone();
        match (check.compliance, check.control) {
            (Some(comply), _) => comply(&mut altered),
            (None, Control::Overlooks) => {
                altered.seen.retain(|seen| !is_behind_the_change(check, seen.name));
            }
            (None, _) => {}
        }
        match check.judge(&altered).outcome {
            Outcome::Pass => Verdict::Caught,
            outcome => Verdict::Moot(outcome),
        }
    } else {
        let mut altered = plain.clone();
        match check.control {
            Control::Overlooks => {
                let tame = check.without_what_is_wrong();
                altered = tame.converse(target, laboratory, &[], seed(check))?;
            }
            Control::Balks => drop(altered.seen.pop()),
            Control::Says(alter) => alter(&mut altered),
            Control::None => {}
        }
        if let Control::Balks = check.control {
            altered.seen.retain(|seen| Some(seen.name) != plain.furthest());
        }
        let after = check.judge(&altered);
        let others = match check.control {
            Control::Says(_) => others(check, &plain, &altered),
            _ => Vec::new(),
        };
        verdict(after, others)
    };
    Ok(Some(Trial { check: check.id, kind, verdict }))
}

fn is_behind_the_change(check: &Check, name: MessageName) -> bool {
    let last = check.changes.iter().map(|change| change.name).max_by_key(|name| number(*name));
    match last {
        Some(last) => number(name) > number(last),
        None => {
            let ikev2 = matches!(
                name,
                MessageName::Ikev2(Ikev2Exchange::Auth | Ikev2Exchange::Informational, Ikev2Half::Response)
            );
            ikev2 || number(name) > 5
        }
    }
}

fn verdict(after: Judged, others: Vec<&'static str>) -> Verdict {
    match after.outcome {
        Outcome::Fail | Outcome::Warning | Outcome::Ambiguous if others.is_empty() => Verdict::Caught,
        Outcome::Fail | Outcome::Warning | Outcome::Ambiguous => Verdict::Others(others),
        outcome => Verdict::Missed(format!("{outcome}: {}", after.actual)),
    }
}

/// The other checks of the same plain conversation that notice, though they are about other requirements.
fn others(
    check: &Check,
    plain: &crate::tester::Conversation,
    altered: &crate::tester::Conversation,
) -> Vec<&'static str> {
    let plays_the_same = |other: &Check| {
        other.id != check.id
            && other.setup == check.setup
            && matches!((other.play, check.play), (Play::Negotiate, Play::Negotiate))
            && other.changes.is_empty()
            && check.changes.is_empty()
            && matches!(other.control, Control::Says(_))
            && !other.requirements.iter().any(|id| check.requirements.contains(id))
    };
    suites::checks()
        .filter(|other| plays_the_same(other))
        .filter(|other| {
            other.judge(plain).outcome == Outcome::Pass
                && matches!(other.judge(altered).outcome, Outcome::Fail | Outcome::Warning)
        })
        .map(|other| other.id)
        .collect()
}
