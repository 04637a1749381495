//! The report of `ikespec conform` for programs: JSON, schema `ikespec.conform/1` as README.md describes it, and JUnit's XML.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use conformance::check::Outcome;
use conformance::conform::Line;
use serde::Serialize;

/// The whole report, one line.
pub fn json(target: &str, lines: &[Line]) -> String {
    let mut summary: BTreeMap<&str, usize> = Outcome::ALL.iter().map(|one| (one.as_str(), 0)).collect();
    lines.iter().for_each(|line| *summary.entry(line.judged.outcome.as_str()).or_default() += 1);
    let unexpected = lines.iter().filter(|line| line.is_unexpected()).count();
    let checks = lines.iter().map(JsonCheck::of).collect();
    let report = Report { schema: "ikespec.conform/1", target, checks, summary, unexpected };
    let text = serde_json::to_string(&report).expect("strings, numbers and lists are JSON");
    format!("{text}\n")
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    target: &'a str,
    checks: Vec<JsonCheck<'a>>,
    summary: BTreeMap<&'a str, usize>,
    unexpected: usize,
}

#[derive(Serialize)]
struct JsonCheck<'a> {
    id: &'a str,
    rfc: u16,
    section: &'a str,
    requirements: Vec<JsonRequirement<'a>>,
    outcome: &'a str,
    unexpected: bool,
    sent: Option<&'a str>,
    expected: &'a str,
    actual: &'a str,
    expectation: Option<JsonExpectation<'a>>,
}

#[derive(Serialize)]
struct JsonRequirement<'a> {
    id: &'a str,
    level: String,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonExpectation<'a> {
    reason: &'a str,
    rule: Option<&'a str>,
}

impl<'a> JsonCheck<'a> {
    fn of(line: &'a Line) -> Self {
        let requirements = line.check.entries().into_iter().map(|entry| JsonRequirement {
            id: &entry.id,
            level: entry.level.to_string(),
            text: &entry.text,
        });
        Self {
            id: line.check.id,
            rfc: line.section.rfc,
            section: line.section.number,
            requirements: requirements.collect(),
            outcome: line.judged.outcome.as_str(),
            unexpected: line.is_unexpected(),
            sent: Some(&*line.judged.sent).filter(|sent| !sent.is_empty()),
            expected: &line.judged.expected,
            actual: &line.judged.actual,
            expectation: line
                .expected
                .as_ref()
                .map(|one| JsonExpectation { reason: &one.reason, rule: one.rule.as_deref() }),
        }
    }
}

/// JUnit's XML: a suite for each section. What is unexpected is a failure, what was not run an error or skipped.
pub fn junit(target: &str, lines: &[Line]) -> String {
    let mut suites: Vec<(String, Vec<&Line>)> = Vec::new();
    for line in lines {
        let name = format!("RFC {} {}", line.section.rfc, line.section.number);
        match suites.last_mut() {
            Some((last, of_section)) if *last == name => of_section.push(line),
            _ => suites.push((name, vec![line])),
        }
    }
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(xml, "<testsuites name=\"ikespec conform: {}\">", quoted(target));
    for (name, of_section) in suites {
        let count = |wanted: fn(&Line) -> bool| of_section.iter().filter(|line| wanted(line)).count();
        let (failures, errors, skipped) = (count(Line::is_unexpected), count(is_error), count(is_skipped));
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">",
            quoted(&name),
            of_section.len()
        );
        of_section.iter().for_each(|line| test_case(&mut xml, &name, line));
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn test_case(xml: &mut String, section: &str, line: &Line) {
    let (id, actual) = (quoted(line.check.id), quoted(&line.judged.actual));
    let _ = write!(xml, "    <testcase classname=\"{}\" name=\"{id}\"", quoted(section));
    let outcome = line.judged.outcome;
    if line.is_unexpected() {
        let expected = quoted(&line.judged.expected);
        let requirements = quoted(&line.check.requirements.join(", "));
        let _ = writeln!(
            xml,
            ">\n      <failure type=\"{outcome}\" message=\"{actual}\">requirement: {requirements}\nexpected: \
             {expected}\nactual: {actual}</failure>\n    </testcase>"
        );
    } else if is_error(line) {
        let _ = writeln!(xml, ">\n      <error message=\"{actual}\"/>\n    </testcase>");
    } else if is_skipped(line) {
        let _ = writeln!(xml, ">\n      <skipped message=\"{outcome}: {actual}\"/>\n    </testcase>");
    } else {
        xml.push_str("/>\n");
    }
}

fn is_error(line: &Line) -> bool {
    !line.is_unexpected() && line.judged.outcome == Outcome::Error
}

fn is_skipped(line: &Line) -> bool {
    !line.is_unexpected() && matches!(line.judged.outcome, Outcome::Skipped | Outcome::Unverifiable)
}

/// `text` as XML holds it between quotes; what XML 1.0 cannot hold at all becomes U+FFFD.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => quoted.push_str("&amp;"),
            '<' => quoted.push_str("&lt;"),
            '>' => quoted.push_str("&gt;"),
            '"' => quoted.push_str("&quot;"),
            '\t' | '\n' | '\r' => quoted.push(character),
            control if control.is_control() => quoted.push('\u{fffd}'),
            other => quoted.push(other),
        }
    }
    quoted
}
