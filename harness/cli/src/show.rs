//! `ikespec show`: what a router would print, from its configuration.

use std::path::PathBuf;

use clap::Args;
use ios::{Diagnostic, Sources};

use crate::trouble::Trouble;
use crate::{Status, console, router_text};

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
    let mut sources = Sources::new();
    let file = router_text::read(&mut sources, &arguments.router)?;
    let router = router_text::describe(&mut sources, &[file])?;
    let name = router.hostname.as_ref().map_or("Router", |name| name.value.as_str());
    let shown = ios::show::ikev2_profiles(&router);
    let lines = std::iter::once(format!("{name}#show {command}")).chain(shown.lines().map(str::to_owned));
    console::print(&lines.map(|line| console::escaped(&line) + "\n").collect::<String>())?;
    Ok(Status::Fine)
}
