//! What the README promises to programs is what the code does.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use conformance::register;
use conformance::suites;
use ike::FailureCode;

#[test]
fn the_readme_lists_every_failure_code_and_no_other() {
    let readme = readme();
    let (_, section) = readme.split_once("### Failure codes\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    // Between backticks stand the odd pieces.
    let listed: BTreeSet<&str> = section.split('`').skip(1).step_by(2).collect();
    let known: BTreeSet<&str> = FailureCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(listed, known);
}

#[test]
fn the_readme_counts_the_checks_and_what_they_cover() {
    let countable: Vec<_> = register::all().iter().filter(|entry| entry.can_be_covered()).collect();
    let (shown, covered) =
        (countable.len(), countable.iter().filter(|entry| entry.excused.is_none()).count());
    let readme = readme().replace('\n', " ");
    for figure in [
        format!("There are {} checks.", suites::checks().count()),
        format!("Of the {shown} that show in messages and are in scope {covered} are covered."),
    ] {
        assert!(readme.contains(&figure), "the README does not say: {figure}");
    }
}

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap()
}
