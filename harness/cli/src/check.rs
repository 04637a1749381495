//! `ikespec check`: negotiates from both sides, and says what comes of it and why.

use clap::{Args, ValueEnum};
use ios::Diagnostic;
use lab::advice::{self, Advice, Subject};
use lab::certificates::Mint;
use lab::complete::World;
use lab::negotiation::NotBegun;
use lab::scenario::Scenario;
use lab::side::{Pair, Side};
use lab::verdict::{self, Direction, Outcome};

use crate::input::{Input, InputArguments};
use crate::progress::Progress;
use crate::trouble::Trouble;
use crate::{Status, console, report};

/// Negotiate from both sides; print outcome, cause and the certificate that each side used.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ikespec check corpus/scenarios/ikev1-asymmetric-trustpoints
  ikespec check r1.txt r2.txt
  ikespec check r1.txt r2.txt --at 2026-01-31T12:00:00+01:00 --format json")]
pub struct Arguments {
    #[command(flatten)]
    input: InputArguments,
    /// Text for people, or one JSON object (schema ikespec.check/1) for programs.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print the messages too, and the configuration lines that ikespec does not know.
    #[arg(short, long)]
    verbose: bool,
}

/// How the report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let progress = Progress::of("negotiating");
    let mint = Mint::new();
    let input = arguments.input.read(&mint)?;
    let tried = try_both(&input)?;
    let advice = advise(&input, &mint, &tried);
    drop(progress);

    input.warn(arguments.verbose);
    let report = match arguments.format {
        Format::Text => report::verdict::print(&input, &tried, &advice, arguments.verbose),
        Format::Json => report::json::print(&input, &tried, &advice),
    };
    console::print(&report)?;
    let fine = tried.iter().all(Tried::is_fine);
    Ok(if fine { Status::Fine } else { Status::Findings })
}

/// One direction, and what was expected of it.
pub struct Tried {
    /// The router that was to begin.
    pub initiator: Side,
    /// What came of it.
    pub result: Result<Direction, NotBegun>,
    /// What of the scenario's expectations is not met; none if the scenario expects nothing of this direction.
    pub unmet: Option<Vec<String>>,
}

impl Tried {
    /// Whether it is as expected, or up where nothing is expected.
    pub fn is_fine(&self) -> bool {
        match &self.unmet {
            Some(unmet) => unmet.is_empty(),
            None => self.result.as_ref().is_ok_and(|direction| direction.verdict.outcome == Outcome::Up),
        }
    }
}

fn try_both(input: &Input) -> Result<[Tried; 2], Trouble> {
    let Input { scenario, world, .. } = input;
    if let Some(stray) =
        scenario.expected.iter().find(|it| world.names.find(|name| *name == it.from).is_none())
    {
        let message =
            format!("the scenario expects something from {}, but no router is called so", stray.from);
        return Err(Trouble::input(&Diagnostic::error("unknown-router", message)));
    }
    Ok(Side::BOTH.map(|initiator| try_one(scenario, world, initiator)))
}

fn advise(input: &Input, mint: &Mint, [first, second]: &[Tried; 2]) -> Vec<Advice> {
    let Input { scenario, texts, world, .. } = input;
    let directions = Pair { first: &first.result, second: &second.result };
    advice::advise(&Subject { scenario, texts, world, mint, directions })
}

fn try_one(scenario: &Scenario, world: &World, initiator: Side) -> Tried {
    let result = verdict::try_direction(world, initiator);
    let expected = scenario.expected.iter().filter(|it| it.from == world.names[initiator]);
    let unmet = expected.map(|expectation| match &result {
        Ok(direction) => expectation.unmet_by(&direction.verdict, world),
        Err(_) => vec![format!("expected {}, got no negotiation", expectation.from)],
    });
    let unmet = unmet.reduce(|mut all, more| {
        all.extend(more);
        all
    });
    Tried { initiator, result, unmet }
}
