//! The code and `RULES.md` hold each other to account: whatever cites a rule cites one that exists, and a rule that says
//! that it is built is cited by the code that decides it.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use conformance::rules::{self, Built, Rule, Status};

#[test]
fn every_rule_of_the_document_is_read() {
    let headings = model::RULES.lines().filter(|line| line.starts_with("### ")).count();
    assert_eq!(rules::parse(model::RULES).unwrap().len(), headings);
    assert!(headings > 40, "the document was cut: {headings} rules");
}

#[test]
fn a_rule_is_found_by_its_id_in_any_case_and_a_slip_names_the_nearest() {
    assert_eq!(rules::find("ord-1").unwrap().id, "ORD-1");
    assert_eq!(rules::find("V1 SEL 2").unwrap().id, "V1-SEL-2");
    assert_eq!(rules::find("v1-sle-2").unwrap_err().nearest.unwrap().id, "V1-SEL-2");
    assert_eq!(rules::find("certificates").unwrap_err().nearest, None);
}

#[test]
fn the_status_says_which_part_is_inferred() {
    let status = |id| &rules::find(id).unwrap().status;
    assert_eq!(*status("V1-VAL-2"), Status::Documented);
    assert_eq!(*status("V1-SEL-6"), Status::Inferred);
    let inferred = "the times, the limit and the end".to_owned();
    assert_eq!(*status("V1-VAL-3"), Status::Partly { inferred });
}

#[test]
fn a_rule_without_a_field_or_with_a_wrong_one_is_refused_with_its_line() {
    let whole =
        "# R\n\n### ORD-1: T\n\nText.\n\n- Status: inferred\n- Source: a page,\n  second line\n- Built: no\n";
    assert_eq!(rules::parse(whole).unwrap()[0].source, "a page, second line");
    for (from, to) in [
        ("- Built: no\n", ""),
        ("- Source: a page,\n  second line\n", ""),
        ("- Status: inferred\n", ""),
        ("Text.\n", ""),
        ("inferred", "probable"),
        ("ORD-1: T", "ORD-1"),
        ("ORD-1", "ORDER-1"),
        ("- Built: no\n", "- Built: no\n- Built: no\n"),
        ("- Built: no\n", "- Built: no\nmore text\n"),
    ] {
        let error = rules::parse(&whole.replace(from, to)).unwrap_err();
        assert_eq!(error.line, 3, "{from:?} -> {to:?}: {error}");
    }
    let twice = format!("{whole}\n{whole}");
    assert_eq!(rules::parse(&twice).unwrap_err().line, 14);
}

#[test]
fn the_endpoint_cites_exactly_the_built_rules_in_their_order() {
    let built: Vec<&str> = rules::all()
        .iter()
        .filter(|rule| rule.built != Built::No && decides(rule))
        .map(|rule| &*rule.id)
        .collect();
    let citable: Vec<&str> = ike::Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(citable, built);
}

#[test]
fn advice_cites_exactly_the_built_rules_in_their_order() {
    let built: Vec<&str> = rules::all()
        .iter()
        .filter(|rule| rule.built != Built::No && advises(rule))
        .map(|rule| &*rule.id)
        .collect();
    let citable: Vec<&str> = lab::advice::Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(citable, built);
}

#[test]
fn every_citation_names_a_rule_that_exists() {
    let mut unknown = Vec::new();
    for file in files_that_cite() {
        let text = fs::read_to_string(&file).unwrap();
        for (index, line) in text.lines().enumerate() {
            for id in rules::cited(line).filter(|id| rules::find(id).is_err()) {
                unknown.push(format!("{}:{}: {id}", file.display(), index + 1));
            }
        }
    }
    assert!(unknown.is_empty(), "cited, but not in RULES.md:\n{}", unknown.join("\n"));
}

#[test]
fn every_built_rule_is_cited_by_the_code_that_decides_it() {
    let table = root().join("harness/ike/src/rule.rs");
    let code: Vec<String> = ["ike", "pki", "ios", "lab"]
        .iter()
        .flat_map(|room| files(&root().join("harness").join(room).join("src"), &["rs"]))
        .filter(|file| *file != table && !is_test(file))
        .map(|file| without_tests(&fs::read_to_string(file).unwrap()).to_owned())
        .collect();
    let ids: BTreeSet<&str> = code.iter().flat_map(|text| rules::cited(text)).collect();
    let uncited: Vec<&str> = rules::all()
        .iter()
        .filter(|rule| rule.built != Built::No && !ids.contains(&*rule.id))
        .filter(|rule| !code.iter().any(|text| names_variant(text, &rule.id)))
        .map(|rule| &*rule.id)
        .collect();
    assert!(uncited.is_empty(), "built, but nothing cites it: {}", uncited.join(", "));
}

#[test]
fn every_scenario_of_a_rule_exists() {
    for rule in rules::all() {
        let Some(scenario) = &rule.scenario else { continue };
        let folder = root().join("corpus/scenarios").join(scenario);
        assert!(folder.join("scenario.toml").is_file(), "{}: there is no {}", rule.id, folder.display());
    }
}

/// Whether the endpoint takes a decision by the rule. The defaults are values, but for what DEF-5 refuses and DEF-6 offers,
/// and the captures are bytes; `ios` and the exchanges cite those. Advice is given by `lab`, which has a table of its own.
fn decides(rule: &Rule) -> bool {
    (!rule.id.starts_with("DEF-") || matches!(&*rule.id, "DEF-5" | "DEF-6"))
        && !rule.id.starts_with("WIRE-")
        && !advises(rule)
}

/// Whether the rule is advice on what to configure.
fn advises(rule: &Rule) -> bool {
    rule.id.starts_with("ADV-")
}

/// Whether `text` cites the rule as the value that the endpoint's table makes of it: `Rule::V1Sel1`.
fn names_variant(text: &str, id: &str) -> bool {
    ike::Rule::ALL.iter().find(|rule| rule.id() == id).is_some_and(|rule| {
        let variant = format!("Rule::{rule:?}");
        text.match_indices(&variant).any(|(start, _)| {
            let next = text[start + variant.len()..].chars().next();
            !next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        })
    })
}

/// Everything that may cite a rule, the rules themselves included.
fn files_that_cite() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ["harness", "fuzz", "benches"]
        .iter()
        .flat_map(|room| files(&root().join(room), &["rs", "md"]))
        .collect();
    found.extend(files(&root().join("corpus/scenarios"), &["toml"]));
    found.push(root().join("README.md"));
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The files below `folder` with one of these extensions, sorted.
fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().unwrap() != "target" {
                    folders.push(path);
                }
            } else if path
                .extension()
                .is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn is_test(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem == "tests")
        || file.components().any(|part| part.as_os_str() == "tests")
}

/// The part of a source file before its test module.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod ").next().unwrap_or(text)
}
