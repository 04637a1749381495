//! `ikespec explain`: a rule in words, or the list of all.

use clap::Args;
use conformance::rules;
use ios::Diagnostic;

use crate::trouble::Trouble;
use crate::{Status, console, report};

/// Print a rule, its source and the scenario that shows it; without RULE, list all rules.
#[derive(Debug, Args)]
#[command(after_help = "Example: ikespec explain V1-SEL-2")]
pub struct Arguments {
    /// The rule's id, as verdicts and RULES.md cite it.
    rule: Option<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let text = match &arguments.rule {
        Some(id) => report::rule::one(rules::find(id).map_err(|error| unknown(&error))?),
        None => report::rule::list(rules::all()),
    };
    console::print(&text)?;
    Ok(Status::Fine)
}

fn unknown(error: &rules::UnknownRule) -> Trouble {
    let mut diagnostic =
        Diagnostic::error("unknown-rule", format!("there is no rule `{}`", console::escaped(&error.id)));
    if let Some(nearest) = error.nearest {
        diagnostic = diagnostic.help(format!("did you mean {} ({})?", nearest.id, nearest.title));
    }
    Trouble::input(&diagnostic.help("`ikespec explain` lists all rules"))
}
