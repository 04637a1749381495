//! The report of `ikespec conform` as text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use conformance::check::Outcome;
use conformance::conform::Line;
use conformance::control::{Trial, Verdict};

use crate::console::{BAD, GOOD, NOTABLE, QUIET, STRONG, escaped, styled};
use clap::builder::styling::Style;

/// Section by section; what is not a plain pass with requirement, expected and actual.
pub fn report(target: &str, lines: &[Line]) -> String {
    let mut text = String::new();
    let mut heading = String::new();
    for line in lines {
        let section = format!("RFC {} {}  {}", line.section.rfc, line.section.number, line.section.title);
        if section != heading {
            let _ =
                writeln!(text, "{}{}", if heading.is_empty() { "" } else { "\n" }, styled(STRONG, &section));
            heading = section;
        }
        one(&mut text, line);
    }
    text + &summary(target, lines)
}

fn one(text: &mut String, line: &Line) {
    let outcome = line.judged.outcome;
    let word = format!("{outcome:12}");
    let _ = writeln!(text, "  {}  {}", styled(style(line), word), line.check.id);
    if outcome == Outcome::Pass && line.expected.is_none() {
        return;
    }
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "      {}  {}", styled(QUIET, format!("{name:11}")), escaped(value));
        }
    };
    for entry in line.check.entries() {
        field("requirement", &format!("{} ({}): {}", entry.id, entry.level, entry.text));
    }
    field("sent", &line.judged.sent);
    field("expected", &line.judged.expected);
    field("actual", &line.judged.actual);
    if let Some(expectation) = &line.expected {
        let rule = expectation.rule.as_ref().map(|rule| format!("{rule}: ")).unwrap_or_default();
        let known = if outcome == Outcome::Pass { "not expected to pass" } else { "as expected" };
        field(known, &format!("{rule}{}", expectation.reason));
    }
}

fn style(line: &Line) -> Style {
    match line.judged.outcome {
        _ if line.is_unexpected() => BAD,
        Outcome::Pass => GOOD,
        Outcome::Fail | Outcome::Hung | Outcome::Error | Outcome::Warning | Outcome::Ambiguous => NOTABLE,
        Outcome::Allowed | Outcome::Unverifiable | Outcome::Skipped => QUIET,
    }
}

fn summary(target: &str, lines: &[Line]) -> String {
    let mut counts: BTreeMap<Outcome, usize> = BTreeMap::new();
    lines.iter().for_each(|line| *counts.entry(line.judged.outcome).or_default() += 1);
    let counts: Vec<String> = counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let expected = lines.iter().filter(|line| line.expected.is_some() && !line.is_unexpected()).count();
    let unexpected = lines.iter().filter(|line| line.is_unexpected()).count();
    format!(
        "\n{target}: {} checks: {}\n{expected} as expected by the list of deviations, {unexpected} unexpected\n",
        lines.len(),
        counts.join(", ")
    )
}

/// The negative controls that did not do what they should, and the sum.
pub fn trials(trials: &[Trial]) -> String {
    let mut text = String::new();
    for trial in trials {
        let verdict = match &trial.verdict {
            Verdict::Caught => continue,
            Verdict::Missed(seen) => format!("the check does not notice: {seen}"),
            Verdict::Others(others) => format!("other checks notice too: {}", others.join(", ")),
            Verdict::Moot(outcome) => format!("the check does not pass, whatever is done: {outcome}"),
        };
        let _ = writeln!(text, "{}  {}\n      {verdict}", styled(BAD, "missed"), trial.check);
    }
    let caught = trials.iter().filter(|trial| trial.verdict == Verdict::Caught).count();
    let _ = writeln!(
        text,
        "{caught} of {} negative controls are caught by their check and by no other",
        trials.len()
    );
    text
}
