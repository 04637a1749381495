//! Which assumptions an outcome rests on.

use ike::{FailureCode, Rule, TrustpointId};

use super::course::Course;
use super::{FailureReport, Reason};
use crate::complete::{Assumption, Bearing, World};
use crate::side::{Pair, Side};

/// The assumptions of a world that this outcome rests on.
pub(super) fn relevant(
    world: &World,
    courses: &Pair<Course<'_>>,
    failure: Option<&FailureReport>,
    because: &[Reason],
) -> Vec<Assumption> {
    let order_matters = |router: Side| {
        because.iter().any(|reason| reason.rule == Some(Rule::Ord1) && reason.router == router)
    };
    let relevant = |assumption: &&Assumption| {
        let course = &courses[assumption.router];
        let about = |id: &TrustpointId| assumption.trustpoints.contains(id);
        match assumption.bears_on {
            Bearing::Everything => true,
            Bearing::Signing => course.signed.as_ref().is_some_and(about),
            Bearing::Accepting => course.validation.is_some_and(|validation| match validation.result {
                Some(Ok(id)) => about(&id),
                // A list without the issuer refuses, whatever is invented about its members.
                _ => {
                    failure.is_some_and(|it| it.code != FailureCode::NoSuitableTrustpoint)
                        && validation.list.iter().any(about)
                }
            }),
            Bearing::Order => order_matters(assumption.router),
            Bearing::SigningAndOrder => {
                course.signed.as_ref().is_some_and(about) || order_matters(assumption.router)
            }
        }
    };
    world.assumptions.iter().filter(relevant).cloned().collect()
}
