//! The report of `ikespec explore` as text.

use std::fmt::Write as _;

use conformance::explore::Shard;

use crate::console::{BAD, GOOD, QUIET, STRONG, styled};

use super::{Explored, Report, shown};

/// Version by version: counts, and at what the engine and the model part.
pub fn report(bound: u8, shard: Shard, explored: &[Explored]) -> String {
    let blocks: Vec<String> = explored.iter().map(|one| of_version(bound, shard, one)).collect();
    blocks.join("\n")
}

fn of_version(bound: u8, shard: Shard, explored: &Explored) -> String {
    let tally = &explored.exploration.tally;
    let mut text = String::new();
    let part = if shard == Shard::WHOLE { String::new() } else { format!(", shard {shard}") };
    let cas = if bound == 1 { "1 CA".to_owned() } else { format!("{bound} CAs") };
    let heading = format!("{} with {cas}{part}", explored.version);
    let _ = writeln!(text, "{}", styled(STRONG, heading));
    let mut line = |indent: usize, name: &str, count: u64| {
        let _ = writeln!(text, "{:indent$}{name:width$}{count:>9}", "", width = 34 - indent);
    };
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
    match tally.disagreements {
        0 => {
            let _ = writeln!(text, "  {}", styled(GOOD, "engine and model agree everywhere"));
        }
        count => {
            let told = format!("engine and model disagree in {count} negotiations");
            let _ = writeln!(text, "  {}", styled(BAD, told));
            explored.reports.iter().for_each(|report| disagreement(&mut text, report));
        }
    }
    text
}

fn disagreement(text: &mut String, report: &Report) {
    let _ = writeln!(text, "  from {}, {}", report.initiator, report.title);
    for finding in &report.findings {
        let _ = writeln!(text, "    {finding}");
    }
    let _ = writeln!(text, "    {}", styled(QUIET, format!("ikespec check {}", shown(&report.folder))));
}
