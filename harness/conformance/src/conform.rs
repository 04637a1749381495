//! A run of the suites: which checks, against which target, and what is expected of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::check::{Check, Judged, Outcome, Section};
use crate::laboratory::Laboratory;
use crate::suites;
use crate::target::Target;
use crate::target::built_in::BuiltIn;

/// Expected failures, by the id of the check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectations(BTreeMap<String, Expectation>);

/// Why a check is expected not to pass.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The id of the check.
    pub check: String,
    /// The reason.
    pub reason: String,
    /// The rule of `RULES.md` that demands it, where one does.
    pub rule: Option<String>,
}

/// Why a file of expectations cannot be used. The fault is its author's.
#[derive(Debug)]
pub enum ExpectationError {
    /// The text is not as it should be.
    Syntax(Box<toml::de::Error>),
    /// No check has this id.
    UnknownCheck(String),
    /// Two entries are for this check.
    Twice(String),
}

impl std::fmt::Display for ExpectationError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Syntax(error) => write!(out, "{}", error.to_string().trim_end()),
            Self::UnknownCheck(id) => {
                write!(out, "there is no check `{id}`; `ikespec conform --list` has them all")
            }
            Self::Twice(id) => write!(out, "there are two entries for `{id}`; one is enough"),
        }
    }
}

impl std::error::Error for ExpectationError {}

impl Expectations {
    /// Reads expectations: `[[expected]]` tables with `check`, `reason` and perhaps `rule`.
    ///
    /// # Errors
    /// The text is not as it should be, or names a check that there is not, or one twice.
    pub fn parse(text: &str) -> Result<Self, ExpectationError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            expected: Vec<Expectation>,
        }
        let file: File = toml::from_str(text).map_err(|error| ExpectationError::Syntax(Box::new(error)))?;
        let mut expectations = BTreeMap::new();
        for expectation in file.expected {
            let id = expectation.check.clone();
            if !suites::checks().any(|check| check.id == id) {
                return Err(ExpectationError::UnknownCheck(id));
            }
            if expectations.insert(id.clone(), expectation).is_some() {
                return Err(ExpectationError::Twice(id));
            }
        }
        Ok(Self(expectations))
    }

    /// The deviations of the built-in engine, each with what demands it.
    #[must_use]
    pub fn of_built_in() -> Self {
        Self::parse(include_str!("../deviations.toml"))
            .expect("the list is part of the program and a test reads all of it")
    }

    /// Why the check is expected not to pass, if it is.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&Expectation> {
        self.0.get(id)
    }

    /// All of them, by the ids of the checks.
    pub fn iter(&self) -> impl Iterator<Item = &Expectation> {
        self.0.values()
    }
}

/// A check with what came of it.
#[derive(Clone, Debug)]
pub struct Line {
    /// The section that it stands in.
    pub section: &'static Section,
    /// The check.
    pub check: &'static Check,
    /// What came of it.
    pub judged: Judged,
    /// Why it was expected not to pass, if it was.
    pub expected: Option<Expectation>,
}

impl Line {
    /// Whether it counts against the target: a failure that was not expected, or a pass that was not.
    #[must_use]
    pub fn is_unexpected(&self) -> bool {
        match (&self.expected, self.judged.outcome) {
            (None, outcome) => outcome.is_finding(),
            (Some(_), outcome) => matches!(outcome, Outcome::Pass | Outcome::Hung),
        }
    }
}

/// Runs the checks that `selected` picks, and tells each as it is done.
pub fn run(
    target: &mut dyn Target,
    laboratory: &Laboratory,
    expectations: &Expectations,
    selected: impl Fn(&Check) -> bool,
    mut done: impl FnMut(&Line),
) -> Vec<Line> {
    let mut lines = Vec::new();
    for (section, check) in with_sections().filter(|(_, check)| selected(check)) {
        let judged = check.run(target, laboratory, seed(check));
        let line = Line { section, check, judged, expected: expectations.of(check.id).cloned() };
        done(&line);
        lines.push(line);
    }
    lines
}

/// The built-in engine, and the laboratory that it and its tester have their certificates from.
#[must_use]
pub fn built_in() -> (BuiltIn, Arc<Laboratory>) {
    const BITS: u16 = 1024;
    let [target, tester] = BuiltIn::ADDRESSES;
    let laboratory = Arc::new(Laboratory::new(BITS, target, tester));
    (BuiltIn::new(Arc::clone(&laboratory)), laboratory)
}

/// Every check with its section.
pub fn with_sections() -> impl Iterator<Item = (&'static Section, &'static Check)> {
    suites::sections().iter().flat_map(|section| section.checks.iter().map(move |check| (section, check)))
}

/// The seed of a check's random numbers: of its own, so that other checks change nothing about it.
pub(crate) fn seed(check: &Check) -> u64 {
    // FNV-1a (RFC 9923): any function that stays the same would do.
    check.id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
