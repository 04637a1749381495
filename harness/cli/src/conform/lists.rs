//! The lists of `ikespec conform`: checks, requirements, deviations.

use std::fmt::Write as _;

use conformance::check::Check;
use conformance::conform::Expectations;
use conformance::register::{self, ExcuseKind, Observable};
use conformance::suites;

use crate::console::{PLACE, STRONG, styled};

/// The checks by section, each with the requirements that it cites.
pub fn checks(selected: impl Fn(&Check) -> bool) -> String {
    let mut text = String::new();
    for section in suites::sections() {
        let mut checks = section.checks.iter().filter(|check| selected(check)).peekable();
        if checks.peek().is_some() {
            let heading = format!("RFC {} {}  {}", section.rfc, section.number, section.title);
            let _ = writeln!(text, "{}", styled(STRONG, heading));
        }
        for check in checks {
            let _ = writeln!(text, "  {}", check.id);
            let _ = writeln!(text, "      {}", styled(PLACE, check.requirements.join(", ")));
        }
    }
    text
}

/// Every requirement with its checks or the reason why there is none, and the sum.
pub fn requirements() -> String {
    let mut text = String::new();
    for entry in register::all() {
        let _ = writeln!(text, "{} ({})  {}", styled(STRONG, &entry.id), entry.level, entry.text);
        match &entry.excused {
            Some(excuse) => {
                let _ = writeln!(text, "      {}: {}", excuse.kind.as_str(), excuse.because);
            }
            None => {
                let citing = suites::checks().filter(|check| check.requirements.contains(&&*entry.id));
                for check in citing {
                    let _ = writeln!(text, "      {}", styled(PLACE, check.id));
                }
            }
        }
    }
    text + &sum()
}

fn sum() -> String {
    let all = register::all();
    let covered = |entry: &&register::Requirement| entry.excused.is_none();
    let excused = |kind: ExcuseKind| {
        all.iter().filter(|entry| entry.excused.as_ref().is_some_and(|excuse| excuse.kind == kind)).count()
    };
    let mut text = format!("\n{} requirements: {} covered", all.len(), all.iter().filter(covered).count());
    for kind in ExcuseKind::ALL {
        let _ = write!(text, ", {} {}", excused(kind), kind.as_str());
    }
    let in_scope: Vec<_> = all
        .iter()
        .filter(|entry| entry.observable == Observable::Wire)
        .filter(|entry| entry.excused.as_ref().is_none_or(|excuse| excuse.kind != ExcuseKind::OutOfScope))
        .collect();
    let count = in_scope.iter().filter(|entry| entry.excused.is_none()).count();
    let _ = writeln!(text, "; of {} that show on the wire and are in scope, {count}", in_scope.len());
    text
}

/// Where the built-in engine leaves an RFC, and the fact about IOS that demands it.
pub fn deviations(deviations: &Expectations) -> String {
    let mut text = String::new();
    for deviation in deviations.iter() {
        let _ = writeln!(text, "{}", styled(STRONG, &deviation.check));
        let check = suites::checks().find(|check| check.id == deviation.check);
        for entry in check.into_iter().flat_map(Check::entries) {
            let _ = writeln!(text, "      {} ({})  {}", styled(PLACE, &entry.id), entry.level, entry.text);
        }
        let rule = deviation.rule.as_ref().map(|rule| format!("{rule}: ")).unwrap_or_default();
        let _ = writeln!(text, "      {rule}{}", deviation.reason);
    }
    text
}
