//! `scenario.toml`, as it is written.
//!
//! Each value becomes what it means while it is read, so that what is wrong is reported at its place.

mod certificate;
mod lab;
mod written;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Expectation, ExpectedFailure, ExpectedOutcome, RouterText, Scenario, ScenarioError};
use crate::side::Pair;

use lab::Lab;
use written::{CodeText, MessageText, Moment, RuleText, Title};

/// Reads the text of the file called `file`.
pub(super) fn read(file: &str, text: &str) -> Result<Description, ScenarioError> {
    let description: Description =
        toml::from_str(text).map_err(|error| ScenarioError::at(file, text, error.span(), error.message()))?;
    match description.lab.mistake() {
        None => Ok(description),
        Some((span, message)) => Err(ScenarioError::at(file, text, Some(span), message)),
    }
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    title: Title,
    source: Option<String>,
    base: Option<String>,
    #[serde(default)]
    completed: Vec<String>,
    at: Option<Moment>,
    #[serde(default)]
    lab: Lab,
    #[serde(default)]
    expect: Vec<Checked>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectationText {
    from: String,
    outcome: OutcomeText,
    failure: Option<FailureText>,
    #[serde(default)]
    certificates: BTreeMap<String, String>,
    #[serde(default)]
    rules: Vec<RuleText>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OutcomeText {
    Up,
    NoChildSa,
    Failed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureText {
    message: MessageText,
    router: String,
    code: CodeText,
}

/// An [`Expectation`] whose outcome and failure agree.
#[derive(Debug, Deserialize)]
#[serde(try_from = "ExpectationText")]
struct Checked(Expectation);

impl TryFrom<ExpectationText> for Checked {
    type Error = &'static str;

    fn try_from(text: ExpectationText) -> Result<Self, Self::Error> {
        let failure = text.failure.map(|failure| ExpectedFailure {
            message: failure.message.0,
            router: failure.router,
            code: failure.code.0,
        });
        let outcome = match (text.outcome, failure) {
            (OutcomeText::Up, None) => ExpectedOutcome::Up,
            (OutcomeText::Up, Some(_)) => return Err("what is up has no `failure`"),
            (OutcomeText::NoChildSa, Some(failure)) => ExpectedOutcome::NoChildSa(failure),
            (OutcomeText::Failed, Some(failure)) => ExpectedOutcome::Failed(failure),
            (_, None) => {
                return Err(
                    "say why with `failure = { message = \"MM5\", router = \"R1\", code = \"...\" }`",
                );
            }
        };
        let rules = text.rules.into_iter().map(|rule| rule.0).collect();
        Ok(Self(Expectation { from: text.from, outcome, certificates: text.certificates, rules }))
    }
}

impl Description {
    /// The scenario of this description and these texts.
    pub(super) fn into_scenario(self, texts: Pair<RouterText>) -> Scenario {
        Scenario {
            title: self.title.0,
            source: self.source,
            base: self.base,
            completed: self.completed,
            at: self.at.map(|moment| moment.0),
            settings: self.lab.into_settings(),
            texts,
            expected: self.expect.into_iter().map(|checked| checked.0).collect(),
        }
    }
}
