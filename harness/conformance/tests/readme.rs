//! What the README promises to programs is what the code does.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ike::FailureCode;

#[test]
fn the_readme_lists_every_failure_code_and_no_other() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let (_, section) = readme.split_once("### Failure codes\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    // Between backticks stand the odd pieces.
    let listed: BTreeSet<&str> = section.split('`').skip(1).step_by(2).collect();
    let known: BTreeSet<&str> = FailureCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(listed, known);
}
