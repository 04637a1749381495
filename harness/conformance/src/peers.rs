//! Other people's IKE daemons as peers: where they run, how they are started, driven and stopped.
//!
//! Nothing here judges what they do. A [`Network`] is two hosts of their own on this machine, a [`Process`] is a program on
//! one of them whose output can be waited for, and [`strongswan`] knows how that daemon wants to be configured. Everything
//! ends with the values: no interface, daemon or socket outlives them, however the test ends.

mod network;
mod process;
pub mod strongswan;

use std::env;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

pub use network::{Host, Network};
pub use process::Process;

/// Why a peer could not do what was asked of it.
#[derive(Debug)]
pub enum PeerError {
    /// This machine lacks a program.
    NotInstalled {
        /// The program that was looked for.
        program: &'static str,
        /// What to install.
        package: &'static str,
    },
    /// This machine does not let us make hosts of our own.
    NoNamespaces {
        /// What the attempt printed.
        output: String,
    },
    /// A file or a process of this machine failed.
    Environment {
        /// What was attempted.
        attempt: String,
        /// How it failed.
        error: io::Error,
    },
    /// A program ended with an error.
    Failed {
        /// The program and what it was asked to do.
        command: String,
        /// What it printed.
        output: String,
    },
    /// A process did not print what it had to, in time or before its end.
    Silent {
        /// The process.
        process: String,
        /// What it should have printed.
        wanted: String,
        /// How long it had; `None` when it ended.
        limit: Option<Duration>,
        /// What it printed instead.
        log: String,
    },
}

impl PeerError {
    /// Whether this machine is the reason, and not a peer: a test may be passed over for it.
    #[must_use]
    pub fn is_about_this_machine(&self) -> bool {
        matches!(self, Self::NotInstalled { .. } | Self::NoNamespaces { .. })
    }

    fn environment(attempt: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let attempt = attempt.into();
        move |error| Self::Environment { attempt, error }
    }
}

impl fmt::Display for PeerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled { program, package } => {
                write!(formatter, "`{program}` is not installed; it comes with {package}")
            }
            Self::NoNamespaces { output } => {
                write!(
                    formatter,
                    "network namespaces cannot be made here, neither as root nor in a user namespace: {output}"
                )
            }
            Self::Environment { attempt, error } => write!(formatter, "cannot {attempt}: {error}"),
            Self::Failed { command, output } => write!(formatter, "`{command}` failed:\n{output}"),
            Self::Silent { process, wanted, limit: Some(limit), log } => {
                write!(formatter, "{process} did not print `{wanted}` within {limit:?}; it printed:\n{log}")
            }
            Self::Silent { process, wanted, limit: None, log } => {
                write!(formatter, "{process} ended without printing `{wanted}`; it printed:\n{log}")
            }
        }
    }
}

impl std::error::Error for PeerError {}

/// What a test does on a machine without peers: `None`, with the reason on standard error, when the machine is why `found`
/// failed; but where `CI` is set or `IKESPEC_PEERS` is `require`, that is a failure like any other.
///
/// # Errors
/// `found` failed for another reason, or peers are required.
pub fn if_available<T>(found: Result<T, PeerError>) -> Result<Option<T>, PeerError> {
    let required =
        env::var_os("CI").is_some() || env::var_os("IKESPEC_PEERS").is_some_and(|value| value == "require");
    match found {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_about_this_machine() && !required => {
            eprintln!("passed over: {error}");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The first of these files that exists.
fn installed(candidates: &[&'static str], package: &'static str) -> Result<PathBuf, PeerError> {
    let found = candidates.iter().map(PathBuf::from).find(|path| path.is_file());
    found.ok_or(PeerError::NotInstalled { program: candidates.first().copied().unwrap_or("?"), package })
}
