//! Breaks the rules of `RULES.md` one after the other, as `properties.toml` says, and sees the tests fail that it names:
//!
//! ```text
//! cargo run -p ikespec-conformance --example break-rules [RULE...]
//! ```
//!
//! Each rule costs a build; all of them the better part of an hour. The files that are changed are put back. A run that is
//! ended from outside leaves one as it is: `git checkout harness` then.

#[path = "../tests/properties_of_rules/table.rs"]
mod table;

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use table::{Property, properties, repository};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut missed = 0;
    for property in properties().iter().filter(|it| wanted.is_empty() || wanted.contains(&it.rule)) {
        let changed = Changed::make(property)?;
        for (file, name) in property.test_functions() {
            let fails = fails(file, name)?;
            let what = if fails { "caught by" } else { "MISSED by" };
            let before = if property.seen { "" } else { ", which nobody had seen" };
            println!("{:9} {what} {file} {name}{before}", property.rule);
            missed += usize::from(!fails);
        }
        drop(changed);
    }
    println!("{missed} missed");
    Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A file with a rule broken, until this is dropped.
struct Changed {
    path: PathBuf,
    original: String,
}

impl Changed {
    fn make(property: &Property) -> Result<Self, Box<dyn Error>> {
        let path = repository().join(&property.file);
        let original = fs::read_to_string(&path)?;
        let broken = property.broken(&original);
        let broken = broken.ok_or_else(|| format!("{}: nothing to change", property.rule))?;
        fs::write(&path, broken)?;
        Ok(Self { path, original })
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        if let Err(error) = fs::write(&self.path, &self.original) {
            eprintln!("{}: {error}: `git checkout` it", self.path.display());
        }
    }
}

/// Whether this test fails: not that it cannot be built.
fn fails(file: &str, name: &str) -> Result<bool, Box<dyn Error>> {
    // harness/ROOM/tests/BINARY.rs, harness/ROOM/tests/BINARY/MODULE.rs
    let [_, room, _, binary, ..] = *file.split('/').collect::<Vec<_>>() else {
        return Err(format!("{file} is no file of tests").into());
    };
    let (package, binary) = (format!("ikespec-{room}"), binary.trim_end_matches(".rs"));
    let mut build = Command::new("cargo");
    build.current_dir(repository()).args(["test", "--quiet", "--package", &package, "--test", binary]);
    if !build.arg("--no-run").status()?.success() {
        return Err(format!("{package} cannot be built").into());
    }
    let mut run = Command::new("cargo");
    run.current_dir(repository()).args(["test", "--quiet", "--package", &package, "--test", binary, name]);
    Ok(!run.output()?.status.success())
}
