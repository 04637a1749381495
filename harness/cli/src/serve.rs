//! `ikespec serve`: the router as a live responder.

use std::path::PathBuf;

use clap::Args;

use crate::live::{Live, Milestone, Party, Ports, Reporter};
use crate::trouble::Trouble;
use crate::{Status, console, moment};

/// Be the router, over UDP: answer whoever begins a negotiation.
///
/// In IKEv1 or IKEv2, as the peer begins it. Certificates, keys and CRLs come from the folder that `ikespec lab` wrote;
/// nothing is invented. Ends when it is killed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ikespec serve r1.txt --lab lab
  ikespec serve r1.txt --lab lab --listen 127.0.0.1 --port 5000 --nat-port 5500 --once")]
pub struct Arguments {
    /// The router's text.
    router: PathBuf,
    /// The folder that `ikespec lab` wrote, or the router's own folder in it.
    #[arg(long, value_name = "DIR")]
    lab: Option<PathBuf>,
    #[command(flatten)]
    ports: Ports,
    /// What the router's clock shows at the start: `now`, or date, time and offset.
    #[arg(long, value_name = "TIME", value_parser = moment::parse)]
    at: Option<lab::clock::Instant>,
    /// End when the first negotiation is decided: exit status 0 if the peer is authenticated, else 1.
    #[arg(long)]
    once: bool,
    /// Print what `debug crypto isakmp` would, or `debug crypto ikev2`.
    #[arg(short, long)]
    verbose: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let party = Party::read(&arguments.router, arguments.lab.as_deref())?;
    let mut live = Live::open(party.router.clone(), arguments.ports, arguments.at)?;
    let mut reporter = Reporter::new(&party, arguments.verbose);
    let addresses: Vec<_> = live.addresses().iter().map(ToString::to_string).collect();
    console::print(&format!("{} listens on {}\n", reporter.name(), addresses.join(" and ")))?;

    let mut authenticated = false;
    live.run(None, |event| {
        let milestone = reporter.follow(event)?;
        authenticated |= milestone == Some(Milestone::Authenticated);
        let decided = milestone.is_some_and(|milestone| milestone != Milestone::Authenticated);
        Ok((arguments.once && decided).then_some(()))
    })?;
    live.linger(|event| reporter.follow(event).map(drop))?;
    Ok(if authenticated { Status::Fine } else { Status::Findings })
}
