//! `ikespec corpus`: what others test with: vectors of certificate selection, and inputs for fuzzers to begin with.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use conformance::fuzzing::seeds;
use conformance::vectors;

use crate::progress::Progress;
use crate::report::count;
use crate::trouble::Trouble;
use crate::{Status, console};

/// Write vectors of certificate selection for other implementations, or seeds for fuzzing.
///
/// The vectors are every way in which two routers that share two CAs can be enrolled and pinned, in both versions of IKE
/// and from either side, with what IOS does by the reference model, what the RFCs say of it, and the certificates and keys
/// to try it with. They are one JSON file, schema ikespec.selection/1.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ikespec corpus --vectors vectors
  ikespec corpus --vectors selection.json
  ikespec corpus --seeds corpus/fuzz")]
pub struct Arguments {
    /// Write selection.json and its JSON Schema into a folder, which is made; or to a file of this name, if it ends with
    /// .json.
    #[arg(long, value_name = "DIR|FILE", required_unless_present = "seeds")]
    vectors: Option<PathBuf>,
    /// Write the seeds of all fuzz targets into a folder, one below it for each target. What is there already stays.
    #[arg(long, value_name = "DIR")]
    seeds: Option<PathBuf>,
    /// The scenarios that seeds are taken from.
    #[arg(long, value_name = "DIR", default_value = "corpus/scenarios", requires = "seeds")]
    scenarios: PathBuf,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let mut report = String::new();
    if let Some(place) = &arguments.vectors {
        let progress = Progress::of("making vectors");
        let selection = vectors::selection();
        if place.extension().is_some_and(|extension| extension == "json") {
            write(place, selection.as_bytes())?;
            report += &format!("vectors written to {}\n", place.display());
        } else {
            write(&place.join("selection.json"), selection.as_bytes())?;
            write(&place.join("selection.schema.json"), vectors::SCHEMA.as_bytes())?;
            report += &format!("selection.json and selection.schema.json written to {}\n", place.display());
        }
        drop(progress);
    }
    if let Some(folder) = &arguments.seeds {
        let progress = Progress::of("making seeds");
        let collected = seeds::of_all_targets(&arguments.scenarios);
        let collected = collected.map_err(|error| Trouble::unreadable(&arguments.scenarios, &error))?;
        for (target, seeds) in &collected {
            for seed in seeds {
                write(&folder.join(target).join(&seed.name), &seed.bytes)?;
            }
            let bytes: usize = seeds.iter().map(|seed| seed.bytes.len()).sum();
            report += &format!("{target}: {}, {bytes} bytes\n", count(seeds.len(), "seed", "seeds"));
        }
        drop(progress);
    }
    console::print(&report)?;
    Ok(Status::Fine)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Trouble::unwritable(folder, &error))?;
    }
    fs::write(path, bytes).map_err(|error| Trouble::unwritable(path, &error))
}
