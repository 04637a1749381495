//! `ikespec show`: what a router would print, from its configuration.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use ios::{Diagnostic, RouterDescription, Severity, Sources};

use crate::trouble::Trouble;
use crate::{Status, console};

/// Print what a `show` command of the router would, from its configuration.
///
/// `crypto ikev2 profile` is the command there is: the profiles in configuration order, which decides among
/// those that match a peer alike (V2-PRO-1).
#[derive(Debug, Args)]
#[command(after_help = "Example: ikespec show r1.txt crypto ikev2 profile")]
pub struct Arguments {
    /// The router's text.
    router: PathBuf,
    /// The words after `show`.
    #[arg(value_name = "COMMAND", default_value = IKEV2_PROFILES)]
    words: Vec<String>,
}

const IKEV2_PROFILES: &str = "crypto ikev2 profile";

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let command = arguments.words.join(" ");
    if command != IKEV2_PROFILES {
        let message = format!("nothing is known of `show {}`", console::escaped(&command));
        let help = format!("`show {IKEV2_PROFILES}` can be printed");
        return Err(Trouble::input(&Diagnostic::error("unknown-show", message).help(help)));
    }
    let router = read(arguments)?;
    let name = router.hostname.as_ref().map_or("Router", |name| name.value.as_str());
    let shown = ios::show::ikev2_profiles(&router);
    let lines = std::iter::once(format!("{name}#show {command}")).chain(shown.lines().map(str::to_owned));
    console::print(&lines.map(|line| console::escaped(&line) + "\n").collect::<String>())?;
    Ok(Status::Fine)
}

fn read(arguments: &Arguments) -> Result<RouterDescription, Trouble> {
    let path = &arguments.router;
    let bytes = fs::read(path).map_err(|error| Trouble::unreadable(path, &error))?;
    let mut sources = Sources::new();
    let file = sources
        .add(path.display().to_string(), &bytes)
        .map_err(|diagnostic| Trouble::in_sources([&*diagnostic], &Sources::new()))?;
    let (router, diagnostics) = ios::read(&mut sources, &[file]);
    let errors: Vec<_> = diagnostics.iter().filter(|it| it.severity == Severity::Error).collect();
    if errors.is_empty() { Ok(router) } else { Err(Trouble::in_sources(errors, &sources)) }
}
