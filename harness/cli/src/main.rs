//! The `ikespec` command: arguments in, reports out, exit status.
//!
//! One file for each command; what they print stands in `report`. Nothing about IKE or IOS is decided here.

mod check;
mod conform;
mod console;
mod corpus;
mod decode;
mod dial;
mod explain;
mod explore;
mod folder;
mod input;
mod key_log;
mod lab;
mod live;
mod moment;
mod pem;
mod progress;
mod report;
mod router_text;
mod serve;
mod show;
mod trace;
mod trouble;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use trouble::Trouble;

/// Whether a tunnel with certificate authentication comes up from each of its two sides, and why not.
#[derive(Debug, Parser)]
#[command(name = "ikespec", version, arg_required_else_help = true, max_term_width = 100, after_help = EXIT_STATUS)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_STATUS: &str = "\
Exit status:
  0  everything is as expected (a scenario) or up (files)
  1  a direction does not come up, or not as expected
  2  the arguments are wrong or an input cannot be read
  3  the environment fails";

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Trace(trace::Arguments),
    Decode(decode::Arguments),
    Lab(lab::Arguments),
    Show(show::Arguments),
    Explain(explain::Arguments),
    Conform(conform::Arguments),
    Explore(explore::Arguments),
    Corpus(corpus::Arguments),
    Serve(serve::Arguments),
    Dial(dial::Arguments),
}

impl Command {
    fn run(&self) -> Result<Status, Trouble> {
        match self {
            Self::Check(arguments) => check::run(arguments),
            Self::Trace(arguments) => trace::run(arguments),
            Self::Decode(arguments) => decode::run(arguments),
            Self::Lab(arguments) => lab::run(arguments),
            Self::Show(arguments) => show::run(arguments),
            Self::Explain(arguments) => explain::run(arguments),
            Self::Conform(arguments) => conform::run(arguments),
            Self::Explore(arguments) => explore::run(arguments),
            Self::Corpus(arguments) => corpus::run(arguments),
            Self::Serve(arguments) => serve::run(arguments),
            Self::Dial(arguments) => dial::run(arguments),
        }
    }
}

/// What a command that did its work found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// What was to be hoped for.
    Fine,
    /// A direction does not come up, or not as expected.
    Findings,
    /// A part of the input could not be used; what came of the rest is reported.
    Incomplete,
}

fn main() -> ExitCode {
    match Arguments::parse().command.run() {
        Ok(Status::Fine) => ExitCode::SUCCESS,
        Ok(Status::Findings) => ExitCode::from(1),
        Ok(Status::Incomplete) => ExitCode::from(2),
        Err(trouble) => {
            console::complain(&trouble.to_string());
            ExitCode::from(trouble.exit_status())
        }
    }
}
