//! Holds the instruction counts of `instructions.rs` against those that are committed, in `counts.json`, or renews these:
//!
//! ```text
//! cargo run --profile bench -p ikespec-benches --example counts -- check
//! cargo run --profile bench -p ikespec-benches --example counts -- renew
//! ```
//!
//! `check` fails if a count is more than 1 % above the committed one, if a bench has come or gone, or if too much of a
//! negotiation is not cryptography. A count that is more than 1 % below is told. Counts of another compiler, target or
//! version of gungraun say nothing about the code: `check` says so and does not fail.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde::{Deserialize, Serialize};

/// How much more instructions are no regression, or how many fewer no news.
const TOLERANCE: f64 = 0.01;

/// What of a negotiation with real cryptography (X25519, P-256, AES-GCM) may be something else: at most this share. A
/// simulated negotiation takes all of that, and its own stand-ins for cryptography.
const OUTSIDE_OF_CRYPTOGRAPHY: f64 = 0.05;

/// `counts.json`.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Counts {
    /// What they were counted with.
    with: Tools,
    /// By bench, as `function case`.
    instructions: BTreeMap<String, u64>,
}

/// What counts depend on beside the code.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Tools {
    rustc: String,
    target: String,
    gungraun: String,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    match std::env::args().nth(1).as_deref() {
        Some("check") => check(),
        Some("renew") => renew(),
        _ => Err("one argument: check or renew".into()),
    }
}

fn check() -> Result<ExitCode, Box<dyn Error>> {
    let committed: Counts = serde_json::from_str(&std::fs::read_to_string(committed_file())?)?;
    let tools = Tools::installed()?;
    if committed.with != tools {
        println!("not comparable: counted with {:?}, here is {tools:?}; `renew` counts anew", committed.with);
        return Ok(ExitCode::SUCCESS);
    }
    let findings = findings(&committed.instructions, &count()?);
    findings.iter().for_each(|finding| println!("{finding}"));
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn renew() -> Result<ExitCode, Box<dyn Error>> {
    let counts = Counts { with: Tools::installed()?, instructions: count()? };
    std::fs::write(committed_file(), serde_json::to_string_pretty(&counts)? + "\n")?;
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with the new counts.
fn findings(committed: &BTreeMap<String, u64>, counted: &BTreeMap<String, u64>) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, &old) in committed {
        match counted.get(name) {
            Some(&new) if new as f64 > old as f64 * (1.0 + TOLERANCE) => {
                findings.push(format!("slower: {name}: {old} instructions before, {new} now"));
            }
            // No regression, but the next one would hide behind it.
            Some(&new) if (new as f64) < old as f64 * (1.0 - TOLERANCE) => {
                println!("faster: {name}: {old} instructions before, {new} now; `renew` keeps that");
            }
            Some(_) => {}
            None => findings.push(format!("gone: {name}; `renew` forgets it")),
        }
    }
    let new = counted.keys().filter(|name| !committed.contains_key(*name));
    findings.extend(new.map(|name| format!("new: {name}; `renew` takes it up")));
    let negotiation = |kind: &str| counted.get(&format!("{kind} ikev2")).copied().unwrap_or_default() as f64;
    let share = negotiation("negotiate_in_simulation") / negotiation("negotiate_for_real");
    println!("outside of cryptography: at most {:.1} % of the instructions of a negotiation", share * 100.0);
    if share > OUTSIDE_OF_CRYPTOGRAPHY {
        findings.push(format!("more than {:.0} %", OUTSIDE_OF_CRYPTOGRAPHY * 100.0));
    }
    findings
}

/// Runs the benches under callgrind; what they print beside the counts goes to standard error.
fn count() -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let output = Command::new("cargo")
        .args(["bench", "--package", env!("CARGO_PKG_NAME"), "--bench", "instructions"])
        .args(["--", "--output-format=json"])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the benches did not run: see above; they want valgrind and gungraun-runner".into());
    }
    String::from_utf8(output.stdout)?.lines().map(one_count).collect()
}

/// A line of gungraun's output: a bench and its count.
fn one_count(line: &str) -> Result<(String, u64), Box<dyn Error>> {
    let summary: serde_json::Value = serde_json::from_str(line)?;
    let text = |key: &str| summary.get(key).and_then(serde_json::Value::as_str);
    let count = summary.pointer("/profiles/0/data/total/metrics/Ir/values/new").and_then(|it| it.as_u64());
    match (text("function_name"), text("id"), count) {
        (Some(function), Some(case), Some(count)) => Ok((format!("{function} {case}"), count)),
        _ => Err(format!("gungraun prints something else than expected: {line}").into()),
    }
}

impl Tools {
    fn installed() -> Result<Self, Box<dyn Error>> {
        let verbose = said_by("rustc", "-vV")?;
        let field = |name: &str| {
            let value = verbose.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value.map(str::to_owned).ok_or_else(|| format!("rustc -vV does not tell its {name}"))
        };
        let gungraun = said_by("gungraun-runner", "--version")?.trim().to_owned();
        Ok(Self { rustc: field("release")?, target: field("host")?, gungraun })
    }
}

fn said_by(program: &str, argument: &str) -> Result<String, Box<dyn Error>> {
    let output = Command::new(program).arg(argument).output();
    Ok(String::from_utf8(output.map_err(|error| format!("{program}: {error}"))?.stdout)?)
}

fn committed_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.json")
}
