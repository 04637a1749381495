//! `ikespec check`: negotiates from both sides, and says what comes of it and why.

pub mod several;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ios::Diagnostic;
use lab::advice::{self, Advice, Subject};
use lab::certificates::Mint;
use lab::complete::World;
use lab::negotiation::NotBegun;
use lab::scenario::Scenario;
use lab::side::{Pair, Side};
use lab::sites;
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
  ikespec check hub.txt branches/*.txt
  ikespec check r1.txt r2.txt --at 2026-01-31T12:00:00+01:00 --format json")]
pub struct Arguments {
    #[command(flatten)]
    input: InputArguments,
    /// The texts of more routers: whichever have a tunnel to each other are tried.
    #[arg(value_name = "R3")]
    more: Vec<PathBuf>,
    /// Text for people, or one JSON object (schema ikespec.check/1; of several pairs ikespec.checks/1) for programs.
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
    if !arguments.more.is_empty() {
        return several::run(arguments);
    }
    let progress = Progress::of("negotiating");
    let mint = Mint::new();
    let input = arguments.input.read(&mint)?;
    let tried = try_both(&input)?;
    if tried.iter().all(Tried::has_no_peer) {
        return Err(Trouble::in_sources(&[no_path(&input)], &input.texts.sources));
    }
    let advice = advise(&input, &mint, &tried);
    let pair = CheckedPair { input, tried, advice, harms: Vec::new() };
    drop(progress);

    pair.input.warn(arguments.verbose);
    let report = match arguments.format {
        Format::Text => report::verdict::print(&pair, arguments.verbose),
        Format::Json => report::json::print(&pair),
    };
    console::print(&report)?;
    Ok(if pair.is_fine() { Status::Fine } else { Status::Findings })
}

/// Two routers, tried from both sides.
pub struct CheckedPair {
    /// The routers.
    pub input: Input,
    /// What came of it, the first router's direction first.
    pub tried: [Tried; 2],
    /// What to change.
    pub advice: Vec<Advice>,
    /// Of several routers, by piece of advice: the directions of other pairs that it takes down; none where that was not
    /// tried.
    pub harms: Vec<Option<Vec<Harm>>>,
}

/// A direction between other routers that is up, and is not with a repair.
#[derive(Clone, Debug)]
pub struct Harm {
    /// Who begins.
    pub initiator: String,
    /// With whom.
    pub responder: String,
    /// How it ends then; none where it cannot be tried.
    pub outcome: Option<Outcome>,
}

impl CheckedPair {
    /// Whether both directions are as expected, or up where nothing is expected; one may be such that it never begins.
    pub fn is_fine(&self) -> bool {
        self.tried.iter().all(Tried::is_fine) && self.tried.iter().any(|tried| tried.result.is_ok())
    }
}

/// One direction, and what was expected of it.
pub struct Tried {
    /// The router that was to begin.
    pub initiator: Side,
    /// What came of it.
    pub result: Result<Direction, NotBegun>,
    /// What the initiator has for whoever comes and begins with nobody, where it has nothing else: a virtual template, an
    /// entry of a dynamic crypto map.
    pub waits: Option<String>,
    /// What of the scenario's expectations is not met; none if the scenario expects nothing of this direction.
    pub unmet: Option<Vec<String>>,
}

impl Tried {
    /// Whether it is as expected, or up where nothing is expected, or cannot be expected to begin.
    pub fn is_fine(&self) -> bool {
        match (&self.unmet, &self.result) {
            (Some(unmet), _) => unmet.is_empty(),
            (None, Ok(direction)) => direction.verdict.outcome == Outcome::Up,
            (None, Err(_)) => self.waits.is_some(),
        }
    }

    /// Whether the initiator has no tunnel to the other router.
    fn has_no_peer(&self) -> bool {
        matches!(self.result, Err(NotBegun::NothingToProtect))
    }
}

/// What is wrong with two routers of which neither has the other as peer.
fn no_path(input: &Input) -> Diagnostic {
    let Pair { first, second } = &input.world.names;
    let message =
        format!("neither {first} nor {second} has a tunnel or crypto map entry whose peer is the other");
    let mut diagnostic = Diagnostic::error("no-path", message);
    let mut learns = false;
    for side in Side::BOTH {
        let peers = sites::peers(&input.texts.routers[side]);
        for peer in &peers {
            diagnostic = diagnostic.at(peer.origin, format!("a peer of {}", input.world.names[side]));
        }
        for tunnel in sites::tunnels_that_learn_their_peer(&input.texts.routers[side]) {
            let label = format!("{} of {} learns its peer", tunnel.value, input.world.names[side]);
            diagnostic = diagnostic.at(tunnel.origin, label);
            learns = true;
        }
        let addresses: Vec<_> = input.world.addresses[side].iter().map(ToString::to_string).collect();
        let addresses = if addresses.is_empty() { "no address".to_owned() } else { addresses.join(", ") };
        diagnostic = diagnostic.help(format!("{} has {addresses}", input.world.names[side]));
    }
    diagnostic.help(if learns {
        "what a tunnel learns from NHRP or as a FlexVPN client is not covered: write `tunnel destination ADDRESS` to try it"
    } else {
        "give the texts of the tunnel's two ends"
    })
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
    let waiting = || world.routers[initiator].protections().iter().find(|it| it.peers.is_empty());
    let waits = matches!(result, Err(NotBegun::NothingToProtect)).then(waiting).flatten();
    let waits = waits.map(|protection| protection.name.clone());
    Tried { initiator, result, waits, unmet }
}
