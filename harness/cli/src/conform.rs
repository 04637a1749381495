//! `ikespec conform`: the requirement suites against a target.

mod lists;
mod machine;
mod peer;
mod text;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use conformance::check::Check;
use conformance::conform::{self, Expectations, Line};
use conformance::laboratory::{Ca, Laboratory, Party};
use conformance::target::udp::Udp;
use conformance::{control, register, suites};
use ios::Diagnostic;
use lab::certificates::{PemKind, to_pem};
use pki::Certificate;

use crate::trouble::Trouble;
use crate::{Status, console};

/// Hold an implementation of IKE to the RFCs, section by section; without a target the built-in engine.
///
/// A target at an address has to be prepared: as a responder with certificates, which --credentials writes for it, for a peer
/// at the local address that calls itself tester.example.org. Checks that need more of it are skipped.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ikespec conform
  ikespec conform --only rfc2408-5.1 --format json
  ikespec conform --target 192.0.2.1:500 --local 192.0.2.2:500 --credentials lab
  ikespec conform --target 192.0.2.1:500 --local 192.0.2.2:500 --expect known.toml --format junit
  ikespec conform --peer strongswan
  ikespec conform --list deviations")]
pub struct Arguments {
    /// The address and port of the implementation; else the built-in engine is tested.
    #[arg(long, value_name = "ADDRESS:PORT")]
    target: Option<SocketAddr>,
    /// Start this daemon on a host of its own, made of Linux namespaces, and test it.
    #[arg(long, value_enum, conflicts_with_all = ["target", "self_test"])]
    peer: Option<Peer>,
    /// The address and port to talk to it from.
    #[arg(long, value_name = "ADDRESS:PORT", requires = "target", default_value = "0.0.0.0:500")]
    local: SocketAddr,
    /// After so many milliseconds without an answer the target is taken to be silent.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 1000)]
    patience: u64,
    /// Write the target's certificate and key and the CAs that it has to trust, as PEM, and end.
    #[arg(long, value_name = "DIR", requires = "target")]
    credentials: Option<PathBuf>,
    /// Run only the checks with this name, or of requirements whose ids begin so; may be given several times.
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// The checks that are expected not to pass, each with a reason; one that passes all the same is a finding.
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// Text for people; one JSON object (schema ikespec.conform/1) or JUnit's XML for programs.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// List the checks, the requirements and what covers them, or where the built-in engine leaves an RFC because IOS does.
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "checks", value_name = "WHAT")]
    list: Option<List>,
    /// Run the negative controls: for each check something that has to make it fail.
    #[arg(long, conflicts_with = "target")]
    self_test: bool,
}

/// How the report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Junit,
}

impl Format {
    /// The word for it on the command line.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Junit => "junit",
        }
    }
}

/// A daemon of somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Peer {
    Strongswan,
}

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum List {
    Checks,
    Requirements,
    Deviations,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    for id in &arguments.only {
        if !suites::checks().any(|check| is_meant(check, id)) {
            return Err(unknown(id));
        }
    }
    let selected =
        |check: &Check| arguments.only.is_empty() || arguments.only.iter().any(|id| is_meant(check, id));
    if let Some(list) = arguments.list {
        console::print(&match list {
            List::Checks => lists::checks(selected),
            List::Requirements => lists::requirements(),
            List::Deviations => lists::deviations(&Expectations::of_built_in()),
        })?;
        return Ok(Status::Fine);
    }
    if arguments.self_test {
        return self_test(selected);
    }
    if let Some(Peer::Strongswan) = arguments.peer {
        return peer::strongswan(arguments);
    }
    let expectations = expectations(arguments)?;
    let Some((name, lines)) = tested(arguments, &expectations, selected)? else { return Ok(Status::Fine) };
    console::print(&match arguments.format {
        Format::Text => text::report(&name, &lines),
        Format::Json => machine::json(&name, &lines),
        Format::Junit => machine::junit(&name, &lines),
    })?;
    Ok(if lines.iter().any(Line::is_unexpected) { Status::Findings } else { Status::Fine })
}

/// Runs the checks. `None` where only the credentials were to be written.
fn tested(
    arguments: &Arguments,
    expectations: &Expectations,
    selected: impl Fn(&Check) -> bool,
) -> Result<Option<(String, Vec<Line>)>, Trouble> {
    let Some(address) = arguments.target else {
        let (mut target, laboratory) = conform::built_in();
        let lines = conform::run(&mut target, &laboratory, expectations, selected, |_| {});
        return Ok(Some(("the built-in engine".to_owned(), lines)));
    };
    let laboratory = Laboratory::new(KEY_BITS, address.ip(), arguments.local.ip());
    if let Some(folder) = &arguments.credentials {
        write_credentials(&laboratory, folder).map_err(|error| Trouble::unwritable(folder, &error))?;
        return Ok(None);
    }
    let patience = Duration::from_millis(arguments.patience);
    let mut target = Udp::open(address, arguments.local, patience).map_err(|error| {
        let message = format!("cannot talk from {}: {error}", arguments.local);
        Trouble::environment(&Diagnostic::error("address", message))
    })?;
    let lines = conform::run(&mut target, &laboratory, expectations, selected, |_| {});
    Ok(Some((address.to_string(), lines)))
}

/// Long enough for implementations that refuse shorter keys.
const KEY_BITS: u16 = 2048;

fn is_meant(check: &Check, id: &str) -> bool {
    let begins = |requirement: &&str| {
        requirement.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
    };
    check.id == id || check.requirements.iter().any(begins)
}

fn unknown(id: &str) -> Trouble {
    let shown = console::escaped(id);
    let diagnostic = match register::find(id).and_then(|entry| entry.excused.as_ref()) {
        Some(excuse) => {
            let message = format!("no check covers `{shown}`: {}: {}", excuse.kind.as_str(), excuse.because);
            Diagnostic::error("uncovered-requirement", message)
        }
        None => Diagnostic::error("unknown-check", format!("there is no check and no requirement `{shown}`")),
    };
    Trouble::input(
        &diagnostic.help("`ikespec conform --list` lists the checks, `--list requirements` the register"),
    )
}

fn expectations(arguments: &Arguments) -> Result<Expectations, Trouble> {
    match &arguments.expect {
        None if arguments.target.is_none() => Ok(Expectations::of_built_in()),
        None => Ok(Expectations::default()),
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|error| Trouble::unreadable(path, &error))?;
            Expectations::parse(&text).map_err(|error| {
                let message = format!("{}: {error}", path.display());
                Trouble::input(&Diagnostic::error("bad-expectations", message))
            })
        }
    }
}

fn self_test(selected: impl Fn(&Check) -> bool) -> Result<Status, Trouble> {
    let (mut target, laboratory) = conform::built_in();
    let mut trials = Vec::new();
    for check in suites::checks().filter(|check| selected(check)) {
        let trial = control::run(check, &mut target, &laboratory).map_err(|error| {
            Trouble::environment(&Diagnostic::error("self-test", format!("{}: {error}", check.id)))
        })?;
        trials.extend(trial);
    }
    console::print(&text::trials(&trials))?;
    let caught = trials.iter().all(|trial| trial.verdict == control::Verdict::Caught);
    Ok(if caught { Status::Fine } else { Status::Findings })
}

/// What the target needs: its certificate and key from the first CA, and the two CAs that it trusts.
fn write_credentials(laboratory: &Laboratory, folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let credential = laboratory.credential(Party::Target, Ca::One);
    let write = |file: &str, certificate: &Certificate| {
        let subject = certificate.subject().to_string();
        fs::write(folder.join(file), to_pem(PemKind::Certificate, certificate.as_der(), &subject))
    };
    write("target.pem", &credential.certificate)?;
    fs::write(folder.join("target.key"), crate::pem::block(&credential.key.to_pem()))?;
    write("ca-one.pem", &laboratory.authority(Ca::One))?;
    write("ca-two.pem", &laboratory.authority(Ca::Two))
}
