//! The report of `ikespec explore` for programs: JSON, schema `ikespec.explore/1` as README.md describes it.

use std::collections::BTreeMap;

use conformance::explore::Shard;
use conformance::random::{self, Run};
use serde::Serialize;

use super::random::Story;
use super::{Explored, Report};

/// The whole report, one line.
pub fn json(bound: u8, shard: Shard, explored: &[Explored]) -> String {
    let spaces = explored.iter().map(JsonSpace::of).collect();
    written(&JsonReport {
        schema: SCHEMA,
        bound: Some(bound),
        shard: shard.to_string(),
        spaces,
        random: None,
    })
}

/// The whole report of random scenarios, one line.
pub fn random_json(run: &Run, explored: &random::Explored, stories: &[Story]) -> String {
    let random = Some(JsonRandom::of(run, explored, stories));
    let shard = run.shard.to_string();
    written(&JsonReport { schema: SCHEMA, bound: None, shard, spaces: Vec::new(), random })
}

const SCHEMA: &str = "ikespec.explore/1";

fn written(report: &JsonReport<'_>) -> String {
    let text = serde_json::to_string(report).expect("strings, numbers and lists are JSON");
    format!("{text}\n")
}

#[derive(Serialize)]
struct JsonReport<'a> {
    schema: &'static str,
    bound: Option<u8>,
    shard: String,
    spaces: Vec<JsonSpace<'a>>,
    random: Option<JsonRandom<'a>>,
}

#[derive(Serialize)]
struct JsonRandom<'a> {
    seed: u64,
    scenarios: u64,
    asymmetric_scenarios: u64,
    directions: u64,
    up: u64,
    no_child_sa: u64,
    failed: u64,
    failures: BTreeMap<&'static str, u64>,
    disagreements: u64,
    first_disagreements: Vec<JsonStory<'a>>,
}

#[derive(Serialize)]
struct JsonStory<'a> {
    number: usize,
    finding: &'a str,
    scenario: String,
}

impl<'a> JsonRandom<'a> {
    fn of(run: &Run, explored: &random::Explored, stories: &'a [Story]) -> Self {
        let outcomes = &explored.outcomes;
        let story = |story: &'a Story| JsonStory {
            number: story.number,
            finding: &story.finding,
            scenario: story.folder.display().to_string(),
        };
        Self {
            seed: run.seed,
            scenarios: outcomes.cases,
            asymmetric_scenarios: outcomes.asymmetric,
            directions: outcomes.cases * 2,
            up: outcomes.ended("up"),
            no_child_sa: outcomes.ended("no-child-sa"),
            failed: outcomes.ended("failed"),
            failures: outcomes.failures(),
            disagreements: explored.disagreements,
            first_disagreements: stories.iter().map(story).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonSpace<'a> {
    version: String,
    directions: u64,
    up: u64,
    no_child_sa: u64,
    failed: u64,
    failures: &'a BTreeMap<&'static str, u64>,
    pairs: u64,
    asymmetric_pairs: u64,
    rfc: JsonRfc,
    disagreements: u64,
    first_disagreements: Vec<JsonDisagreement<'a>>,
}

#[derive(Serialize)]
struct JsonRfc {
    allowed: u64,
    ambiguous: u64,
    forbidden: u64,
    no_way: u64,
}

#[derive(Serialize)]
struct JsonDisagreement<'a> {
    place: usize,
    initiator: &'static str,
    title: &'a str,
    findings: &'a [String],
    scenario: String,
}

impl<'a> JsonSpace<'a> {
    fn of(explored: &'a Explored) -> Self {
        let tally = &explored.exploration.tally;
        let [allowed, ambiguous, forbidden, no_way] = tally.rfc;
        Self {
            version: explored.version.to_string(),
            directions: tally.directions,
            up: tally.up,
            no_child_sa: tally.no_child_sa,
            failed: tally.failed,
            failures: &tally.failures,
            pairs: tally.pairs,
            asymmetric_pairs: tally.asymmetric_pairs,
            rfc: JsonRfc { allowed, ambiguous, forbidden, no_way },
            disagreements: tally.disagreements,
            first_disagreements: explored.reports.iter().map(JsonDisagreement::of).collect(),
        }
    }
}

impl<'a> JsonDisagreement<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            place: report.place,
            initiator: report.initiator,
            title: &report.title,
            findings: &report.findings,
            scenario: report.folder.display().to_string(),
        }
    }
}
