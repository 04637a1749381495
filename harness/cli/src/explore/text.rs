//! The report of `ikespec explore` as text.

use std::fmt::Write as _;

use conformance::explore::Shard;
use conformance::random::{self, Run};

use crate::console::{BAD, GOOD, QUIET, STRONG, styled};

use super::random::Story;
use super::{Explored, Report, shown};

/// Version by version: counts, and at what the engine and the model part.
pub fn report(bound: u8, shard: Shard, explored: &[Explored]) -> String {
    let blocks: Vec<String> = explored.iter().map(|one| of_version(bound, shard, one)).collect();
    blocks.join("\n")
}

fn of_version(bound: u8, shard: Shard, explored: &Explored) -> String {
    let tally = &explored.exploration.tally;
    let cas = if bound == 1 { "1 CA".to_owned() } else { format!("{bound} CAs") };
    let mut text = heading(&format!("{} with {cas}", explored.version), shard);
    let mut line = |indent, name: &str, count| line(&mut text, indent, name, count);
    line(2, "directions", tally.directions);
    line(4, "up", tally.up);
    line(4, "no Child SA", tally.no_child_sa);
    line(4, "failed", tally.failed);
    for (code, &count) in &tally.failures {
        line(6, code, count);
    }
    line(2, "pairs", tally.pairs);
    line(4, "asymmetric", tally.asymmetric_pairs);
    let [allowed, ambiguous, forbidden, no_way] = tally.rfc;
    line(2, "outcomes that the RFCs allow", allowed);
    line(4, "about which texts conflict", ambiguous);
    line(4, "that they forbid", forbidden);
    if no_way > 0 {
        line(4, "to which they know no way", no_way);
    }
    verdict(&mut text, tally.disagreements, "negotiations");
    explored.reports.iter().for_each(|report| disagreement(&mut text, report));
    text
}

/// Of random scenarios the same counts.
pub fn random_report(run: &Run, explored: &random::Explored, stories: &[Story]) -> String {
    let outcomes = &explored.outcomes;
    let mut text = heading(&format!("Random scenarios, seed {}", run.seed), run.shard);
    let mut line = |indent, name: &str, count| line(&mut text, indent, name, count);
    line(2, "scenarios", outcomes.cases);
    line(4, "up from one side only", outcomes.asymmetric);
    line(2, "directions", outcomes.cases * 2);
    line(4, "up", outcomes.ended("up"));
    line(4, "no Child SA", outcomes.ended("no-child-sa"));
    line(4, "failed", outcomes.ended("failed"));
    for (code, count) in outcomes.failures() {
        line(6, code, count);
    }
    verdict(&mut text, explored.disagreements, "scenarios");
    for story in stories {
        let _ = writeln!(text, "  number {}", story.number);
        let _ = writeln!(text, "    {}", story.finding);
        let _ = writeln!(text, "    {}", styled(QUIET, format!("ikespec check {}", shown(&story.folder))));
    }
    text
}

fn heading(what: &str, shard: Shard) -> String {
    let part = if shard == Shard::WHOLE { String::new() } else { format!(", shard {shard}") };
    format!("{}\n", styled(STRONG, format!("{what}{part}")))
}

fn line(text: &mut String, indent: usize, name: &str, count: u64) {
    let _ = writeln!(text, "{:indent$}{name:width$}{count:>9}", "", width = 34 - indent);
}

fn verdict(text: &mut String, disagreements: u64, among: &str) {
    let told = match disagreements {
        0 => styled(GOOD, "engine and model agree everywhere".to_owned()),
        count => styled(BAD, format!("engine and model disagree in {count} {among}")),
    };
    let _ = writeln!(text, "  {told}");
}

fn disagreement(text: &mut String, report: &Report) {
    let _ = writeln!(text, "  from {}, {}", report.initiator, report.title);
    for finding in &report.findings {
        let _ = writeln!(text, "    {finding}");
    }
    let _ = writeln!(text, "    {}", styled(QUIET, format!("ikespec check {}", shown(&report.folder))));
}
