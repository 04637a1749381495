//! `corpus/regressions/`: the cases in which the engine and the model once parted, as scenarios that `ikespec check` runs.
//!
//! A folder holds the two routers' texts, a `scenario.toml` whose title tells the story in a line, and `model.toml`, the
//! same routers as the model sees them ([`stored`]). The texts are what is tried: they stay as they were when the engine
//! and the model parted, whatever renders cases later.

use std::fs;
use std::io;
use std::path::Path;

use lab::certificates::Mint;
use lab::scenario::Scenario;
use lab::side::Side;

use crate::case::trial::Trial;
use crate::case::{Case, stored};
use crate::rendering::{Naming, render};

/// The file with the model's view.
pub const MODEL: &str = "model.toml";

/// Writes a case into a folder, under a title that tells what came of it.
///
/// # Errors
/// The file system's; or the case cannot be rendered.
pub fn keep(case: &Case, story: &str, folder: &Path) -> io::Result<()> {
    let rendering = render(case, &Naming::default(), story).map_err(io::Error::other)?;
    rendering.write(folder)?;
    fs::write(folder.join(MODEL), stored::write(case))
}

/// What is found when the scenario of a folder is tried from both sides: a line for each finding, none where the engine
/// and the model agree.
///
/// # Errors
/// A file cannot be read, or does not hold what it should: with the reason.
pub fn replay(folder: &Path, mint: &Mint) -> Result<Vec<String>, String> {
    let path = folder.join(MODEL);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let case = stored::read(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let scenario = Scenario::from_folder(folder).map_err(|error| error.to_string())?;
    let naming = Naming::default();
    let trial = Trial::of_scenario(&case, &naming, &scenario, mint).map_err(|error| error.to_string())?;
    let found = Side::BOTH.into_iter().flat_map(|side| {
        let findings = trial.examine(side);
        findings.into_iter().map(move |finding| format!("{} begins: {finding}", naming.routers[side]))
    });
    Ok(found.collect())
}
