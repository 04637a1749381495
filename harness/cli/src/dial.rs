//! `ikespec dial`: the router as a live initiator.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use ike::{ProtectionId, Router};
use ios::Diagnostic;

use crate::live::{Live, Milestone, Party, Ports, Reporter};
use crate::trouble::Trouble;
use crate::{Status, console, moment};

/// Be the router, over UDP: begin a negotiation.
///
/// In IKEv2 where the tunnel has an IKEv2 profile, else in IKEv1.
///
/// Exit status 0 when the peer is authenticated, whatever became of the Child SA; 1 when it is refused, refuses, or does
/// not answer.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ikespec dial r1.txt --lab lab
  ikespec dial r1.txt --lab lab --peer 127.0.0.1:5000 --port 5001 --nat-port 5501")]
pub struct Arguments {
    /// The router's text.
    router: PathBuf,
    /// The peer, with a port if that is not --port; the first one that the router's tunnels name unless it is given.
    #[arg(long, value_name = "ADDR[:PORT]", value_parser = peer)]
    peer: Option<(IpAddr, Option<u16>)>,
    /// The folder that `ikespec lab` wrote, or the router's own folder in it.
    #[arg(long, value_name = "DIR")]
    lab: Option<PathBuf>,
    #[command(flatten)]
    ports: Ports,
    /// What the router's clock shows at the start: `now`, or date, time and offset.
    #[arg(long, value_name = "TIME", value_parser = moment::parse)]
    at: Option<lab::clock::Instant>,
    /// Give up after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
    /// Print what `debug crypto isakmp` would, or `debug crypto ikev2`.
    #[arg(short, long)]
    verbose: bool,
}

/// Reads `10.0.0.1`, `10.0.0.1:500`, `::1` or `[::1]:500`.
fn peer(text: &str) -> Result<(IpAddr, Option<u16>), String> {
    let address = text.parse().map(|address| (address, None));
    address
        .or_else(|_| text.parse().map(|socket: SocketAddr| (socket.ip(), Some(socket.port()))))
        .map_err(|_| "expected an IP address, with or without a port".to_owned())
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let party = Party::read(&arguments.router, arguments.lab.as_deref())?;
    let (protection, remote) = target(&party.router, arguments)?;
    let mut live = Live::open(party.router.clone(), arguments.ports, arguments.at)?;
    let mut reporter = Reporter::new(&party, arguments.verbose);
    console::print(&format!("{} dials {remote}\n", reporter.name()))?;
    live.initiate(protection, arguments.ports.port, remote)?;

    let deadline = Instant::now() + Duration::from_secs(arguments.timeout);
    let mut authenticated = false;
    let decided = live.run(Some(deadline), |event| {
        let milestone = reporter.follow(event)?;
        authenticated |= milestone == Some(Milestone::Authenticated);
        Ok(milestone.filter(|milestone| *milestone != Milestone::Authenticated))
    })?;
    if decided.is_none() {
        let what = if authenticated { "no answer about the Child SA" } else { "no answer" };
        console::print(&format!("{remote} {what} within {} s\n", arguments.timeout))?;
    }
    live.linger(|event| reporter.follow(event).map(drop))?;
    live.close(reporter.sessions());
    Ok(if authenticated { Status::Fine } else { Status::Findings })
}

/// What to begin with, and with whom.
fn target(router: &Router, arguments: &Arguments) -> Result<(ProtectionId, SocketAddr), Trouble> {
    let protections = || router.protections().iter().enumerate();
    let found = match arguments.peer {
        None => protections().find_map(|(index, it)| Some((index, it.peers.first()?.value, None))),
        Some((address, port)) => {
            let names = |peers: &[ike::Sourced<IpAddr>]| peers.iter().any(|peer| peer.value == address);
            let named = protections().find(|(_, it)| names(&it.peers)).map(|(index, _)| index);
            // A laboratory may have another address than the configuration: any tunnel will do then.
            named.or_else(|| protections().next().map(|(index, _)| index)).map(|index| (index, address, port))
        }
    };
    let found = found.and_then(|(index, address, port)| {
        let port = port.unwrap_or(arguments.ports.port);
        Some((ProtectionId::from_index(index)?, SocketAddr::new(address, port)))
    });
    found.ok_or_else(|| {
        let message = "the router has no tunnel or crypto map entry to begin with";
        let help = "`tunnel protection` on an interface, or a crypto map with `set peer`, makes one";
        Trouble::input(&Diagnostic::error("nothing-to-begin", message).help(help))
    })
}
