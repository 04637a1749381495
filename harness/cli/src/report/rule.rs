//! Rules as text.

use std::fmt::Write as _;

use conformance::rules::{Built, Rule, Status};

use crate::console::{STRONG, styled};

/// One rule with everything that is known about it.
pub fn one(rule: &Rule) -> String {
    let mut text =
        format!("{}  {}\n\n{}\n\n", styled(STRONG, &rule.id), styled(STRONG, &rule.title), rule.text);
    let mut field = |name: &str, value: &dyn std::fmt::Display| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name:9} {value}");
    };
    field("status", &rule.status);
    field("source", &rule.source);
    if let Some(scenario) = &rule.scenario {
        field("scenario", &format_args!("corpus/scenarios/{scenario}"));
    }
    field("built", &rule.built);
    text
}

/// All rules, a line each.
pub fn list(rules: &[Rule]) -> String {
    let mut text = String::new();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        let id = format!("{:width$}", rule.id);
        let _ = writeln!(text, "{}  {}{}", styled(STRONG, id), rule.title, remark(rule));
    }
    text
}

/// What a reader of the list has to know before leaning on a rule.
fn remark(rule: &Rule) -> &'static str {
    match (&rule.status, &rule.built) {
        (_, Built::No) => " (not built)",
        (Status::Inferred, _) => " (inferred)",
        (Status::Partly { .. }, _) => " (partly inferred)",
        (Status::Documented, _) => "",
    }
}
