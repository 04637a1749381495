//! What `check`, `trace` and `lab` work on: a scenario's folder, or the texts of two routers.

use std::path::{Path, PathBuf};

use ios::{Diagnostic, Severity, Sources, Style};
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
    /// A scenario's folder, or the text of the first router.
    #[arg(value_name = "SCENARIO|R1")]
    first: PathBuf,
    /// The text of the second router.
    #[arg(value_name = "R2")]
    second: Option<PathBuf>,
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

/// Routers of which no world can be made, and why: errors, and the texts that they are about.
pub struct Unusable {
    pub errors: Vec<Diagnostic>,
    pub sources: Sources,
}

impl From<Unusable> for Trouble {
    fn from(Unusable { errors, sources }: Unusable) -> Self {
        Self::in_sources(&errors, &sources)
    }
}

impl InputArguments {
    /// Reads the input and makes the routers whole.
    pub fn read(&self, mint: &Mint) -> Result<Input, Trouble> {
        let scenario = self.scenario()?;
        let name = self.named().map(|path| path.display().to_string());
        Ok(Input::of(name.collect::<Vec<_>>().join(" "), scenario, self.at, mint)?)
    }

    /// Reads the files, of which `more` follow on the first two: each is the text of one router.
    pub fn read_texts(&self, more: &[PathBuf]) -> Result<Vec<RouterText>, Trouble> {
        let files: Vec<&PathBuf> = self.named().chain(more).collect();
        let before = |index: usize| files.iter().take(index);
        let twice = files.iter().enumerate().find(|(index, file)| before(*index).any(|it| is_same(it, file)));
        match twice {
            Some((_, file)) => Err(given_twice(file)),
            None => files.into_iter().map(|path| text(path)).collect(),
        }
    }

    /// The pair of these texts, with what the arguments add to it.
    pub fn pair(&self, first: &RouterText, second: &RouterText) -> Result<Scenario, Trouble> {
        self.with_revocation_lists(Scenario::from_texts(first.clone(), second.clone()))
    }

    /// The time that was asked for.
    pub const fn at(&self) -> Option<Instant> {
        self.at
    }

    fn named(&self) -> impl Iterator<Item = &PathBuf> {
        std::iter::once(&self.first).chain(&self.second)
    }

    fn scenario(&self) -> Result<Scenario, Trouble> {
        let Self { first, second, .. } = self;
        match second {
            Some(second) if is_same(first, second) => Err(given_twice(second)),
            Some(second) => self.pair(&text(first)?, &text(second)?),
            None if first.is_dir() => Scenario::from_folder(first)
                .map_err(|error| not_a_scenario(first, &error))
                .and_then(|scenario| self.with_revocation_lists(scenario)),
            None => Err(neither(first)),
        }
    }

    fn with_revocation_lists(&self, mut scenario: Scenario) -> Result<Scenario, Trouble> {
        for path in &self.crl {
            scenario.settings.given_revocation_lists.push(pem::revocation_list(path)?);
        }
        Ok(scenario)
    }
}

/// Whether two paths lead to the same file.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn given_twice(path: &Path) -> Trouble {
    let message = format!("{} is given twice: a tunnel has two ends", path.display());
    let help = "give the text of each router once";
    Trouble::input(&Diagnostic::error("given-twice", message).help(help))
}

fn text(path: &Path) -> Result<RouterText, Trouble> {
    if path.is_dir() {
        let message = format!("{} is a folder, where the text of a router is expected", path.display());
        let help = "give a scenario's folder alone, or the texts of two or more routers";
        return Err(Trouble::input(&Diagnostic::error("not-a-text", message).help(help)));
    }
    RouterText::from_file(path, &path.display().to_string()).map_err(|error| unusable(&error))
}

impl Input {
    /// Makes the routers of a scenario whole, at `at` if that is given.
    pub fn of(name: String, scenario: Scenario, at: Option<Instant>, mint: &Mint) -> Result<Self, Unusable> {
        let texts = scenario
            .read_texts()
            .map_err(|error| Unusable { errors: vec![*error], sources: Sources::new() })?;
        let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
        let errors: Vec<_> = texts.diagnostics.iter().filter(is_error).cloned().collect();
        if !errors.is_empty() {
            return Err(Unusable { errors, sources: texts.sources });
        }
        match scenario.world(&texts, at, mint) {
            Ok(world) => Ok(Self { name, scenario, texts, world }),
            Err(errors) => Err(Unusable { errors, sources: texts.sources }),
        }
    }

    /// What in the texts has no effect or is probably not meant, in their order.
    pub fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.texts.diagnostics.iter().chain(&self.world.warnings)
    }

    /// Prints the warnings to standard error, and the notes too if `all` are wanted.
    pub fn warn(&self, all: bool) {
        self.rendered_warnings(all).for_each(|warning| console::complain(&warning));
    }

    /// The warnings ready to be printed, and the notes too if `all` are wanted.
    pub fn rendered_warnings(&self, all: bool) -> impl Iterator<Item = String> {
        let least = if all { Severity::Note } else { Severity::Warning };
        let warnings = self.warnings().filter(move |diagnostic| diagnostic.severity >= least);
        warnings.map(|diagnostic| format!("{}\n", diagnostic.render(&self.texts.sources, Style::Coloured)))
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
    let help = "give a scenario's folder, or the texts of two or more routers";
    Trouble::input(&Diagnostic::error("not-a-scenario", message).help(help))
}

fn not_a_scenario(folder: &Path, error: &ScenarioError) -> Trouble {
    if folder.join(Scenario::FILE).exists() {
        let is_missing = |text: &&str| {
            let path = folder.join(text);
            error.file == path.display().to_string() && !path.exists()
        };
        let missing = ["r1.txt", "r2.txt"].into_iter().find(is_missing);
        return missing.map_or_else(|| unusable(error), |text| without_text(folder, text));
    }
    let message = format!("{} is not a scenario: it has no {}", folder.display(), Scenario::FILE);
    let help = format!(
        "a scenario is a folder with scenario.toml, r1.txt and r2.txt; of a folder with routers' texts give the files: `ikespec check {}/*`",
        folder.display()
    );
    Trouble::input(&Diagnostic::error("not-a-scenario", message).help(help))
}

fn without_text(folder: &Path, text: &str) -> Trouble {
    let message = format!("the scenario {} has no {text}", folder.display());
    let help = "beside scenario.toml stand the texts of its two routers, r1.txt and r2.txt";
    Trouble::input(&Diagnostic::error("missing-text", message).help(help))
}

fn unusable(error: &ScenarioError) -> Trouble {
    Trouble::Input(format!("{} {error}", console::styled(console::BAD, "error:")))
}
