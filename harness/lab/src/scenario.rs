//! Scenarios: two routers' texts, and what the laboratory adds to them. Read from a folder, or made of two texts.
//!
//! `ios` reads the texts, [`crate::complete`] makes routers of them; here is what belongs to both, and the way from one to
//! the other.

mod error;
mod file;
mod settings;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::str::FromStr;

use ike::{FailureCode, Ikev2Exchange, Ikev2Half, MessageName, Rule};
use ios::{Diagnostic, RouterDescription, Sources};

use crate::certificates::Mint;
use crate::clock::Instant;
use crate::complete::{Moment, World, complete};
use crate::side::{Pair, Side};

pub use error::ScenarioError;
pub use settings::{
    AuthorityChange, CertificateChange, CertificateForm, Constraints, Inability, OcspState,
    RevocationListState, Settings,
};

/// A pair of routers to be tried, and what is known about them.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it shows, in a line.
    pub title: String,
    /// Where it comes from.
    pub source: Option<String>,
    /// The name of the folder beside its own with the scenario that it varies.
    pub base: Option<String>,
    /// What was added to the source, because the source leaves it out.
    pub completed: Vec<String>,
    /// When it plays.
    pub at: Option<Instant>,
    /// What the laboratory makes where the texts do not decide.
    pub settings: Settings,
    /// The routers' texts.
    pub texts: Pair<RouterText>,
    /// What has to come out.
    pub expected: Vec<Expectation>,
}

/// What was captured from one router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouterText {
    /// The name of the file, as messages call it.
    pub file: String,
    /// Its contents; `ios` decodes them.
    pub bytes: Vec<u8>,
}

/// What has to come out when one of the routers begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The host name of the initiator.
    pub from: String,
    /// How it ends.
    pub outcome: ExpectedOutcome,
    /// The trustpoint that each router signs with, by host name; routers that are not named may use any.
    pub certificates: BTreeMap<String, String>,
    /// The rules that it rests on: each is among the reasons of the verdict.
    pub rules: Vec<Rule>,
}

/// How a negotiation has to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedOutcome {
    /// With IPsec SAs.
    Up,
    /// With an IKE SA and without IPsec SAs.
    NoChildSa(ExpectedFailure),
    /// Without an IKE SA.
    Failed(ExpectedFailure),
}

/// Where and why a negotiation has to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedFailure {
    /// The message that is refused, or cannot be built.
    pub message: MessageName,
    /// The host name of the router that refuses or cannot go on.
    pub router: String,
    /// The cause.
    pub code: FailureCode,
}

impl Scenario {
    /// The name of the file that describes a scenario, beside the routers' texts.
    pub const FILE: &str = "scenario.toml";

    /// Reads a folder with `scenario.toml`, `r1.txt` and `r2.txt`.
    ///
    /// # Errors
    /// A file cannot be read, or `scenario.toml` says what cannot be: with the place, and what would be right.
    pub fn from_folder(folder: &Path) -> Result<Self, ScenarioError> {
        let path = folder.join(Self::FILE);
        let description = file::read(&path.display().to_string(), &error::read(&path)?)?;
        let texts =
            Pair::try_from_fn(|side| RouterText::from_file(&folder.join(text_file(side)), text_file(side)))?;
        Ok(description.into_scenario(texts))
    }

    /// Reads a description, the text of `scenario.toml`, which messages call `file`; the routers' texts are these.
    ///
    /// # Errors
    /// The description says what cannot be: with the place, and what would be right.
    pub fn from_description(
        file: &str,
        description: &str,
        texts: Pair<RouterText>,
    ) -> Result<Self, ScenarioError> {
        Ok(file::read(file, description)?.into_scenario(texts))
    }

    /// A scenario of two texts and nothing else: defaults, no expectations.
    #[must_use]
    pub fn from_texts(first: RouterText, second: RouterText) -> Self {
        Self {
            title: format!("{} and {}", first.file, second.file),
            source: None,
            base: None,
            completed: Vec::new(),
            at: None,
            settings: Settings::default(),
            texts: Pair { first, second },
            expected: Vec::new(),
        }
    }
}

/// What the texts of a scenario say, read.
#[derive(Clone, Debug)]
pub struct Texts {
    /// The places in the texts.
    pub sources: Sources,
    /// The routers, as far as they are described.
    pub routers: Pair<RouterDescription>,
    /// What could not be read, or is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl Scenario {
    /// Reads the routers' texts.
    ///
    /// # Errors
    /// A text is empty, or not a text at all.
    pub fn read_texts(&self) -> Result<Texts, Box<Diagnostic>> {
        let mut texts = Texts { sources: Sources::new(), routers: Pair::default(), diagnostics: Vec::new() };
        for side in Side::BOTH {
            let RouterText { file, bytes } = &self.texts[side];
            let file = texts.sources.add(file.as_str(), bytes)?;
            let (router, diagnostics) = ios::read(&mut texts.sources, &[file]);
            texts.routers[side] = router;
            texts.diagnostics.extend(diagnostics);
        }
        Ok(texts)
    }

    /// The world of this scenario, played at `at` by both routers' clocks if that is given.
    ///
    /// # Errors
    /// What keeps the routers from being whole.
    pub fn world(&self, texts: &Texts, at: Option<Instant>, mint: &Mint) -> Result<World, Vec<Diagnostic>> {
        self.world_at(texts, at.map(|at| Pair { first: at, second: at }), mint)
    }

    /// As [`world`](Self::world), with a time for each router's clock.
    ///
    /// # Errors
    /// What keeps the routers from being whole.
    pub fn world_at(
        &self,
        texts: &Texts,
        clocks: Option<Pair<Instant>>,
        mint: &Mint,
    ) -> Result<World, Vec<Diagnostic>> {
        let moment = Moment { demanded: clocks, scenario: self.at };
        complete(texts.routers.as_ref(), &self.settings, moment, mint)
    }
}

impl RouterText {
    /// Reads a file and calls it `name`. Of a file that is too long to be a text no more is read than shows that.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn from_file(path: &Path, name: &str) -> Result<Self, ScenarioError> {
        const ENOUGH: u64 = ios::MAXIMUM_LENGTH as u64 + 1;
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(ENOUGH).read_to_end(&mut bytes))
            .map_err(|error| ScenarioError::unreadable(path, &error))?;
        Ok(Self { file: name.to_owned(), bytes })
    }
}

const fn text_file(side: Side) -> &'static str {
    match side {
        Side::First => "r1.txt",
        Side::Second => "r2.txt",
    }
}

/// Reads the name of a message as it is printed: `MM5`, `QM1`.
pub(crate) fn message_name(text: &str) -> Option<MessageName> {
    use Ikev2Exchange::{Auth, CreateChildSa, Informational, SaInit};
    let of_ikev2 = [SaInit, Auth, CreateChildSa, Informational]
        .into_iter()
        .flat_map(|exchange| [Ikev2Half::Request, Ikev2Half::Response].map(|half| (exchange, half)))
        .map(|(exchange, half)| MessageName::Ikev2(exchange, half));
    if let Some(name) = of_ikev2.into_iter().find(|name| name.to_string() == text) {
        return Some(name);
    }
    let (exchange, number) = text.split_at_checked(2)?;
    let number = u8::from_str(number).ok()?;
    match (exchange, number) {
        ("MM", 1..=6) => Some(MessageName::MainMode(number)),
        ("QM", 1..=3) => Some(MessageName::QuickMode(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
