//! A case tried: its texts read, the routers made whole, and every direction held against the model.

use std::fmt;

use crypto::Provider;
use ios::{Diagnostic, Severity};
use lab::certificates::Mint;
use lab::complete::World;
use lab::scenario::{Scenario, ScenarioError};
use lab::side::{Pair, Side};

use super::Case;
use crate::comparison::{Finding, Names, examine};
use crate::rendering::{Naming, NotSayable, render};

/// A case in the laboratory.
#[derive(Clone, Debug)]
pub struct Trial<'a> {
    case: &'a Case,
    /// The two whole routers, and what joins them.
    pub world: World,
    names: Pair<Names>,
}

/// Why a case cannot be tried.
#[derive(Clone, Debug, PartialEq)]
pub enum Obstacle {
    /// The model says something that texts cannot. The fault is the case's.
    NotSayable(NotSayable),
    /// `scenario.toml` is refused. The fault is ours.
    Description(ScenarioError),
    /// The texts are refused, or something in them is not understood. The fault is ours.
    Texts(Vec<Diagnostic>),
}

impl<'a> Trial<'a> {
    /// Renders a case with these names and puts it into the laboratory.
    ///
    /// # Errors
    /// It cannot be rendered, or what was rendered is not read without complaint.
    pub fn of(case: &'a Case, naming: &Naming, mint: &Mint) -> Result<Self, Obstacle> {
        let rendering = render(case, naming, "a case").map_err(Obstacle::NotSayable)?;
        let scenario = rendering.scenario().map_err(Obstacle::Description)?;
        Self::of_scenario(case, naming, &scenario, mint)
    }

    /// Puts a scenario into the laboratory that is the rendering of this case with these names.
    ///
    /// # Errors
    /// It is not read without complaint.
    pub fn of_scenario(
        case: &'a Case,
        naming: &Naming,
        scenario: &Scenario,
        mint: &Mint,
    ) -> Result<Self, Obstacle> {
        let texts = scenario.read_texts().map_err(|problem| Obstacle::Texts(vec![*problem]))?;
        let is_complaint =
            |it: &&Diagnostic| it.severity == Severity::Error || NOT_UNDERSTOOD.contains(&it.code);
        let complaints: Vec<_> = texts.diagnostics.iter().filter(is_complaint).cloned().collect();
        if !complaints.is_empty() {
            return Err(Obstacle::Texts(complaints));
        }
        let mut world = scenario.world(&texts, None, mint).map_err(Obstacle::Texts)?;
        // The flow is what matters. Signatures are the certificates' and stay as they are.
        world.provider = Provider { verifier: world.provider.verifier, ..Provider::SIMULATED };
        Ok(Self { case, world, names: Pair::from_fn(|side| naming.of_router(case, side)) })
    }

    /// What is found when this router begins; nothing where the engine does what the model says.
    #[must_use]
    pub fn examine(&self, initiator: Side) -> Vec<Finding> {
        examine(&self.world, initiator, &self.names, &self.case.begun_by(initiator))
    }
}

/// The codes of warnings that a rendering must not give: a line that was not read would not be under test.
const NOT_UNDERSTOOD: [&str; 3] = ["unknown-command", "bad-argument", "undefined"];

impl fmt::Display for Obstacle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSayable(reason) => reason.fmt(out),
            Self::Description(error) => error.fmt(out),
            Self::Texts(problems) => {
                let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
                out.write_str(&messages.join("; "))
            }
        }
    }
}

impl std::error::Error for Obstacle {}
