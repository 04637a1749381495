//! `ikespec explore`: every way in which two routers can be enrolled and pinned, or random scenarios, engine against model.

mod machine;
mod page;
mod random;
mod text;

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use conformance::explore::{Disagreement, Exploration, Explorer, Shard};
use ike::IkeVersion;
use ios::Diagnostic;

use crate::progress::Progress;
use crate::trouble::Trouble;
use crate::{Status, console};

/// Try every way in which two routers can be enrolled and pinned, and hold what happens against the reference model.
///
/// All CAs are configured and authenticated on both routers. What varies is in which CAs each router is enrolled, in which
/// order, and which trustpoints its profile pins; each pair negotiates from either side. With 3 CAs that is 32,768
/// negotiations for each version of IKE, with 4 CAs 2,163,200.
///
/// Or random scenarios: routers with everything that they can be configured with, which follow from a seed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ikespec explore
  ikespec explore --ikev1 --html outcomes.html
  ikespec explore --bound 4 --shard 1/4 --format json
  ikespec explore --random 100000 --seed 7")]
pub struct Arguments {
    /// How many CAs there are.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=4))]
    bound: u8,
    /// IKEv1 only, unless --ikev2 is given too.
    #[arg(long)]
    ikev1: bool,
    /// IKEv2 only, unless --ikev1 is given too.
    #[arg(long)]
    ikev2: bool,
    /// Try so many random scenarios instead, each from both sides.
    #[arg(long, value_name = "N", value_parser = at_least_one,
        conflicts_with_all = ["bound", "ikev1", "ikev2", "html"])]
    random: Option<usize>,
    /// What the random scenarios follow from: the same seed gives the same ones.
    #[arg(long, value_name = "S", default_value_t = 1, requires = "random")]
    seed: u64,
    /// Of every N pairs of routers, or random scenarios, only one, the I-th; together the N shards are the whole.
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE)]
    shard: Shard,
    /// Text for people, or one JSON object (schema ikespec.explore/1) for programs.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write a page with the table of outcomes, which shows each pair of routers.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Where disagreements go: a scenario for each of the first hundred, of random ones the first twelve, for
    /// `ikespec check`. Made if there are any.
    #[arg(long, value_name = "DIR", default_value = "explore-disagreements")]
    scenarios: PathBuf,
}

/// How the report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

/// What came of one version of IKE.
struct Explored {
    version: IkeVersion,
    explorer: Explorer,
    exploration: Exploration,
    /// What the kept disagreements are called, in their order.
    reports: Vec<Report>,
}

/// A disagreement in words, and where it was written.
struct Report {
    title: String,
    findings: Vec<String>,
    initiator: &'static str,
    place: usize,
    folder: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    if let Some(cases) = arguments.random {
        return random::run(arguments, cases);
    }
    let both = arguments.ikev1 == arguments.ikev2;
    let versions = [(IkeVersion::V1, arguments.ikev1), (IkeVersion::V2, arguments.ikev2)];
    let wanted = versions.into_iter().filter(|(_, wanted)| both || *wanted);
    let explored: Vec<Explored> =
        wanted.map(|(version, _)| explore(arguments, version)).collect::<Result<_, _>>()?;
    if let Some(file) = &arguments.html {
        let page = page::page(arguments.bound, arguments.shard, &explored);
        fs::write(file, page).map_err(|error| Trouble::unwritable(file, &error))?;
    }
    console::print(&match arguments.format {
        Format::Text => text::report(arguments.bound, arguments.shard, &explored),
        Format::Json => machine::json(arguments.bound, arguments.shard, &explored),
    })?;
    let agree = explored.iter().all(|one| one.exploration.tally.disagreements == 0);
    Ok(if agree { Status::Fine } else { Status::Findings })
}

fn explore(arguments: &Arguments, version: IkeVersion) -> Result<Explored, Trouble> {
    let mut progress = Progress::of(match version {
        IkeVersion::V1 => "IKEv1",
        IkeVersion::V2 => "IKEv2",
    });
    let explorer = Explorer::new(version, arguments.bound).map_err(|error| ours(&error))?;
    progress.count_to(arguments.shard.share_of(explorer.pairs()), "pairs");
    let begin = Instant::now();
    let exploration = explorer.explore(arguments.shard, threads(), &|pairs| progress.advance_by(pairs));
    let took = begin.elapsed();
    drop(progress);
    tell_rate(&version.to_string(), exploration.tally.directions, took);
    let kept = exploration.disagreements.iter();
    let reports = kept.map(|one| report(arguments, version, &explorer, one)).collect::<Result<_, _>>()?;
    Ok(Explored { version, explorer, exploration, reports })
}

/// Writes a disagreement as a scenario.
fn report(
    arguments: &Arguments,
    version: IkeVersion,
    explorer: &Explorer,
    found: &Disagreement,
) -> Result<Report, Trouble> {
    let Disagreement { place, from, ref findings } = *found;
    let title = explorer.describe(place);
    let name = format!("{}-{}-cas-{:07}", version.to_string().to_lowercase(), arguments.bound, place / 2);
    let folder = arguments.scenarios.join(name);
    let scenario = explorer.scenario(place, &title).map_err(|error| ours(&error))?;
    scenario.write(&folder).map_err(|error| Trouble::unwritable(&folder, &error))?;
    Ok(Report {
        title,
        findings: findings.iter().map(ToString::to_string).collect(),
        initiator: explorer.host(from),
        place,
        folder,
    })
}

/// Both cores, where there are two.
fn threads() -> NonZero<usize> {
    thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}

/// Says how fast it went. That is not in the report, which is the same on every machine.
fn tell_rate(what: &str, negotiations: u64, took: Duration) {
    let took = took.as_secs_f64();
    let rate = negotiations as f64 / took.max(f64::EPSILON);
    console::complain(&format!("{what}: {negotiations} negotiations in {took:.1} s, {rate:.0} a second"));
}

fn at_least_one(text: &str) -> Result<usize, String> {
    let number: NonZero<usize> = text.parse().map_err(|error: std::num::ParseIntError| error.to_string())?;
    Ok(number.get())
}

fn ours(error: &conformance::explore::Unprepared) -> Trouble {
    Trouble::environment(&Diagnostic::error("unprepared", error.to_string()))
}

/// A path as it stands in reports.
fn shown(path: &Path) -> String {
    console::escaped(&path.display().to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use conformance::comparison::{Finding, Uncovered};
    use conformance::explore::Tally;
    use lab::scenario::Scenario;
    use lab::side::Side;

    use super::*;

    /// What would come of an engine that accepts what it must not.
    #[test]
    fn a_disagreement_is_told_and_written_as_a_scenario() {
        let scenarios = std::env::temp_dir().join(format!("ikespec-explore-{}", std::process::id()));
        let arguments = Arguments {
            bound: 1,
            ikev1: true,
            ikev2: false,
            random: None,
            seed: 1,
            shard: Shard::WHOLE,
            format: Format::Text,
            html: None,
            scenarios,
        };
        let explorer = Explorer::new(IkeVersion::V1, 1).unwrap();
        let list = vec!["IOSCA1".to_owned()];
        let finding = Finding::Uncovered(Uncovered { router: "R2".to_owned(), issuer: None, list });
        // The last pair of the 16, begun by R2: both are enrolled and pin.
        let found = Disagreement { place: 31, from: Side::Second, findings: vec![finding] };
        let reports = vec![report(&arguments, IkeVersion::V1, &explorer, &found).unwrap()];
        let scenario = Scenario::from_folder(&reports[0].folder).unwrap();
        fs::remove_dir_all(&arguments.scenarios).unwrap();
        assert_eq!(scenario.title, "R1 enrolled 1, pins 1; R2 enrolled 1, pins 1");
        assert_eq!(scenario.expected.len(), 2, "one from each side");

        let tally = Tally { disagreements: 1, ..Tally::default() };
        let exploration = Exploration { tally, table: Vec::new(), disagreements: vec![found] };
        let explored = [Explored { version: IkeVersion::V1, explorer, exploration, reports }];
        let text = text::report(1, Shard::WHOLE, &explored);
        for part in [
            "engine and model disagree in 1 negotiations",
            "from R2, R1 enrolled 1, pins 1; R2 enrolled 1, pins 1",
            "R2 authenticated a peer with a certificate from nobody; its list is IOSCA1",
            "ikev1-1-cas-0000015",
        ] {
            assert!(text.contains(part), "no {part:?} in:\n{text}");
        }
        let json: serde_json::Value =
            serde_json::from_str(&machine::json(1, Shard::WHOLE, &explored)).unwrap();
        let told = &json["spaces"][0]["first_disagreements"][0];
        assert_eq!(told["place"], 31);
        assert_eq!(told["initiator"], "R2");
    }
}
