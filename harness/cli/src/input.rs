//! What `check`, `trace` and `lab` work on: a scenario's folder, or the texts of two routers.

use std::path::{Path, PathBuf};

use ios::{Diagnostic, Severity, Style};
use lab::certificates::Mint;
use lab::clock::Instant;
use lab::complete::World;
use lab::scenario::{RouterText, Scenario, ScenarioError, Texts};
use lab::side::Pair;

use crate::trouble::Trouble;
use crate::{console, moment, pem};

/// The arguments that name the input.
#[derive(Debug, clap::Args)]
pub struct InputArguments {
    /// A scenario's folder, or the texts of two routers.
    #[arg(required = true, num_args = 1..=2, value_names = ["SCENARIO|R1", "R2"])]
    paths: Vec<PathBuf>,
    /// When it is: `now`, or date, time and offset; overrules `show clock` and the scenario.
    #[arg(long, value_name = "TIME", value_parser = moment::parse)]
    at: Option<Instant>,
    /// A CRL, PEM or DER, that the routers find at its issuer; may be repeated. Other CRLs are taken as fresh and empty.
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
}

/// A scenario, read and made whole.
pub struct Input {
    /// What it is called: the folder, or the two files.
    pub name: String,
    /// The scenario.
    pub scenario: Scenario,
    /// What its texts say.
    pub texts: Texts,
    /// The routers and what surrounds them.
    pub world: World,
}

impl InputArguments {
    /// Reads the input and makes the routers whole.
    pub fn read(&self, mint: &Mint) -> Result<Input, Trouble> {
        let mut scenario = self.scenario()?;
        for path in &self.crl {
            scenario.settings.given_revocation_lists.push(pem::revocation_list(path)?);
        }
        let texts = scenario
            .read_texts()
            .map_err(|diagnostic| Trouble::in_sources([&*diagnostic], &ios::Sources::new()))?;
        let of_the_reader =
            texts.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let errors: Vec<_> = of_the_reader.collect();
        if !errors.is_empty() {
            return Err(Trouble::in_sources(errors, &texts.sources));
        }
        let world = scenario
            .world(&texts, self.at, mint)
            .map_err(|diagnostics| Trouble::in_sources(&diagnostics, &texts.sources))?;
        let names: Vec<_> = self.paths.iter().map(|path| path.display().to_string()).collect();
        Ok(Input { name: names.join(" "), scenario, texts, world })
    }

    fn scenario(&self) -> Result<Scenario, Trouble> {
        match self.paths.as_slice() {
            [folder] if folder.is_dir() => {
                Scenario::from_folder(folder).map_err(|error| not_a_scenario(folder, &error))
            }
            [path] => Err(neither(path)),
            paths => {
                let mut texts = paths.iter().map(|path| {
                    let name = path.display().to_string();
                    RouterText::from_file(path, &name).map_err(|error| unusable(&error))
                });
                match (texts.next(), texts.next()) {
                    (Some(first), Some(second)) => Ok(Scenario::from_texts(first?, second?)),
                    _ => Err(neither(Path::new(""))),
                }
            }
        }
    }
}

impl Input {
    /// What in the texts has no effect or is probably not meant, in their order.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.texts.diagnostics.iter().chain(&self.world.warnings)
    }

    /// Prints the warnings to standard error, and the notes too if `all` are wanted.
    pub fn warn(&self, all: bool) {
        let least = if all { Severity::Note } else { Severity::Warning };
        for diagnostic in self.warnings().filter(|diagnostic| diagnostic.severity >= least) {
            console::complain(&format!("{}\n", diagnostic.render(&self.texts.sources, Style::Coloured)));
        }
    }

    /// The lines that nobody knows, by router.
    pub fn unknown_lines(&self) -> Pair<&[ios::description::UnknownLine]> {
        Pair::from_fn(|side| self.texts.routers[side].unknown.as_slice())
    }
}

fn neither(path: &Path) -> Trouble {
    let message = if path.exists() {
        format!("{} is one router's text: a tunnel has two ends", path.display())
    } else {
        format!("there is no {}", path.display())
    };
    let help = "give a scenario's folder, or the texts of two routers";
    Trouble::input(&Diagnostic::error("not-a-scenario", message).help(help))
}

fn not_a_scenario(folder: &Path, error: &ScenarioError) -> Trouble {
    if folder.join(Scenario::FILE).exists() {
        return unusable(error);
    }
    let message = format!("{} is not a scenario: it has no {}", folder.display(), Scenario::FILE);
    let help = "a scenario is a folder with scenario.toml, r1.txt and r2.txt";
    Trouble::input(&Diagnostic::error("not-a-scenario", message).help(help))
}

fn unusable(error: &ScenarioError) -> Trouble {
    Trouble::Input(format!("{} {error}", console::styled(console::BAD, "error:")))
}
