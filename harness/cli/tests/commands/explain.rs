//! `ikespec explain`.

use crate::support::{assert_snapshot, ikespec};

#[test]
fn a_rule_is_printed_with_status_source_and_scenario() {
    let run = ikespec(&["explain", "V1-SEL-2"]).exits(0);
    assert_snapshot("explain_rule", &run.output);
}

#[test]
fn a_rule_is_found_in_any_spelling() {
    assert_eq!(ikespec(&["explain", "v1_sel_2"]).output, ikespec(&["explain", "V1-SEL-2"]).output);
}

#[test]
fn a_rule_that_does_not_exist_is_a_usage_error_that_names_the_nearest() {
    let run = ikespec(&["explain", "v1-sell-2"]).exits(2);
    assert_eq!(run.output, "");
    assert_snapshot("explain_unknown_rule", &run.errors);
}

#[test]
fn without_a_rule_all_are_listed() {
    let run = ikespec(&["explain"]).exits(0);
    let listed: Vec<_> = run.output.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let all: Vec<_> = conformance::rules::all().iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(listed, all);
}
