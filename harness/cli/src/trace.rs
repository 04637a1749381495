//! `ikespec trace`: one negotiation as the routers would debug it, with its packets and keys if they are wanted.

use std::path::{Path, PathBuf};

use clap::Args;
use ike::Event;
use ios::debug::{self, ClockStyle};
use ios::{Diagnostic, Style};
use lab::certificates::Mint;
use lab::complete::World;
use lab::negotiation::{Negotiation, negotiate};
use lab::side::Side;

use crate::input::{Input, InputArguments};
use crate::progress::Progress;
use crate::trouble::Trouble;
use crate::{Status, console, key_log, report};

/// Print the debug output of the routers; keep the packets and the keys.
///
/// What `debug crypto isakmp` would print of IKEv1, and `debug crypto ikev2` of IKEv2.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ikespec trace corpus/scenarios/ikev1-asymmetric-trustpoints --from R1
  ikespec trace corpus/scenarios/ikev2-asymmetric-trustpoints --from R2 --on R1 > r1.log
  ikespec trace r1.txt r2.txt --from R1 --pcap r1.pcap --keylog keys")]
pub struct Arguments {
    #[command(flatten)]
    input: InputArguments,
    /// The router that initiates: its host name.
    #[arg(long, value_name = "ROUTER")]
    from: String,
    /// Print the transcript of this router only, without a heading.
    #[arg(long, value_name = "ROUTER")]
    on: Option<String>,
    /// Write the packets to this file: raw IP, for Wireshark or `ikespec decode`.
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
    /// Add the keys to `ikev1_decryption_table` or `ikev2_decryption_table` in this folder, where Wireshark looks for them
    /// in a profile.
    #[arg(long, value_name = "DIR")]
    keylog: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let progress = Progress::of("negotiating");
    let input = arguments.input.read(&Mint::new())?;
    let initiator = router(&input.world, &arguments.from)?;
    let shown = match &arguments.on {
        Some(name) => vec![router(&input.world, name)?],
        None => Side::BOTH.to_vec(),
    };
    let negotiation = negotiate(&input.world, initiator).map_err(|reason| {
        let names = &input.world.names;
        let message = report::verdict::not_begun(&reason, &names[initiator], &names[initiator.other()]);
        Trouble::input(&Diagnostic::error("nothing-to-begin", message))
    })?;
    drop(progress);

    input.warn(false);
    if let Some(path) = &arguments.pcap {
        write(path, negotiation.capture.to_pcap())?;
    }
    if let Some(folder) = &arguments.keylog {
        let ikev1 = key_log::add(folder, key_log::IKEV1, &negotiation.key_log.to_wireshark())?;
        let ikev2 = key_log::add(folder, key_log::IKEV2, &negotiation.key_log.to_wireshark_ikev2())?;
        if ikev1 || ikev2 {
            let message = format!(
                "{} had other keys for a session with the same cookies or SPIs: they are replaced",
                folder.display()
            );
            let help = "traces of different routers may have the same SPIs: give each a folder of its own";
            let warning = Diagnostic::warning("keys-replaced", message).help(help);
            console::complain(&format!("{}\n", warning.render(&input.texts.sources, Style::Coloured)));
        }
    }
    let transcripts: Vec<_> = shown
        .iter()
        .map(|&side| match shown.len() {
            1 => transcript(&input, &negotiation, side),
            _ => format!("=== {}\n{}", input.world.names[side], transcript(&input, &negotiation, side)),
        })
        .collect();
    console::print(&transcripts.join("\n"))?;
    Ok(Status::Fine)
}

fn router(world: &World, name: &str) -> Result<Side, Trouble> {
    world.names.find(|known| known.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let message = format!("no router is called {}", console::escaped(name));
        let help = format!("the routers are {} and {}", world.names.first, world.names.second);
        Trouble::input(&Diagnostic::error("unknown-router", message).help(help))
    })
}

fn transcript(input: &Input, negotiation: &Negotiation, side: Side) -> String {
    let events = negotiation.events.iter().filter(|(router, _)| *router == side).map(|(_, event)| event);
    render(input, side, events)
}

fn render<'e>(input: &Input, side: Side, events: impl Iterator<Item = &'e Event>) -> String {
    debug::render(&input.world.routers[side], clock_style(&input.texts.routers[side]), events)
}

/// How a router tells the time: in the zone of its `show clock`, which knows whether it is summer; without one, as
/// `clock timezone` says.
pub fn clock_style(router: &ios::RouterDescription) -> ClockStyle {
    let shown = router.shown.clock.as_ref().and_then(|clock| router.utc_offset(clock.value.zone()));
    let configured = router.time_zone.as_ref().map(|zone| zone.value.offset);
    let offset = shown.or(configured).unwrap_or(0);
    ClockStyle { offset: offset.saturating_mul(60), ..ClockStyle::default() }
}

fn write(path: &Path, contents: impl AsRef<[u8]>) -> Result<(), Trouble> {
    std::fs::write(path, contents).map_err(|error| Trouble::unwritable(path, &error))
}
