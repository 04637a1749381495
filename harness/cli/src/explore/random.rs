//! `ikespec explore --random`: random scenarios, engine against model.

use std::path::PathBuf;
use std::time::Instant;

use conformance::random::{Disagreement, Run};
use conformance::regressions;

use crate::progress::Progress;
use crate::trouble::Trouble;
use crate::{Status, console};

use super::{Arguments, Format, machine, tell_rate, text, threads};

/// A disagreement in words, and where it was written.
pub struct Story {
    /// Its number in the run.
    pub number: usize,
    pub finding: String,
    pub folder: PathBuf,
}

/// Tries this many scenarios.
pub fn run(arguments: &Arguments, cases: usize) -> Result<Status, Trouble> {
    let run = Run { seed: arguments.seed, cases, shard: arguments.shard };
    let mut progress = Progress::of("random scenarios");
    progress.count_to(run.share(), "tried");
    let begin = Instant::now();
    let explored = run.explore(threads(), &|more| progress.advance_by(more));
    let took = begin.elapsed();
    drop(progress);
    tell_rate("random scenarios", explored.outcomes.cases * 2, took);
    let stories = explored.first.iter().map(|found| story(arguments, found));
    let stories = stories.collect::<Result<Vec<_>, _>>()?;
    console::print(&match arguments.format {
        Format::Text => text::random_report(&run, &explored, &stories),
        Format::Json => machine::random_json(&run, &explored, &stories),
    })?;
    Ok(if explored.disagreements == 0 { Status::Fine } else { Status::Findings })
}

/// Writes a disagreement, shrunk, as a scenario.
fn story(arguments: &Arguments, found: &Disagreement) -> Result<Story, Trouble> {
    let finding = found.found.to_string();
    let kind = found.found.kind().replace(' ', "-");
    let folder = arguments.scenarios.join(format!("{kind}-{}-{}", arguments.seed, found.number));
    regressions::keep(&found.case, &finding, &folder)
        .map_err(|error| Trouble::unwritable(&folder, &error))?;
    Ok(Story { number: found.number, finding, folder })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use conformance::comparison::{Finding, Uncovered};
    use conformance::explore::Shard;
    use conformance::random::{Cases, Explored, Found};
    use lab::certificates::Mint;
    use lab::side::Side;

    use super::*;

    /// What would come of an engine that accepts what it must not.
    #[test]
    fn a_disagreement_is_told_and_written_as_a_scenario_with_the_models_view() {
        let scenarios = std::env::temp_dir().join(format!("ikespec-explore-random-{}", std::process::id()));
        let arguments = Arguments {
            bound: 3,
            ikev1: false,
            ikev2: false,
            random: Some(1),
            seed: 9,
            shard: Shard::WHOLE,
            format: Format::Text,
            html: None,
            scenarios,
        };
        let finding =
            Finding::Uncovered(Uncovered { router: "R2".to_owned(), issuer: None, list: Vec::new() });
        let found = Found::Finding(Side::Second, Box::new(finding));
        let case = Cases::of_seed(9).next().unwrap();
        let story = story(&arguments, &Disagreement { number: 0, case, found }).unwrap();
        assert!(story.folder.ends_with("accepted-without-cover-9-0"), "{}", story.folder.display());
        // The engine does nothing of the kind, and the case was not shrunk to it.
        assert_eq!(regressions::replay(&story.folder, &Mint::new()), Ok(Vec::new()));
        std::fs::remove_dir_all(&arguments.scenarios).unwrap();

        let run = Run { seed: 9, cases: 1, shard: Shard::WHOLE };
        let explored = Explored { disagreements: 1, ..Explored::default() };
        let text = text::random_report(&run, &explored, std::slice::from_ref(&story));
        for part in [
            "engine and model disagree in 1 scenarios",
            "  number 0\n    R2 begins: R2 authenticated a peer with a certificate from nobody",
            "accepted-without-cover-9-0",
        ] {
            assert!(text.contains(part), "no {part:?} in:\n{text}");
        }
        let json = machine::random_json(&run, &explored, &[story]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["random"]["first_disagreements"][0]["number"], 0);
        assert_eq!(json["random"]["disagreements"], 1);
    }
}
