//! What the texts leave open, tried in all ways.

use ike::TrustpointId;

use super::{FailureReport, Outcome, Verdict, judge};
use crate::complete::{OpenQuestion, World, listed};
use crate::negotiation::negotiate;
use crate::side::Side;

/// At most so many cases are tried: the orders of six trustpoints.
pub const MOST_CASES: usize = 720;

/// One of the distinct results of what the texts leave open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The first case with this result, in words.
    pub when: String,
    /// How it ends.
    pub outcome: Outcome,
    /// What fails.
    pub failure: Option<FailureReport>,
}

/// The verdict over all cases: `verdict`, that of the first, if they agree.
pub(super) fn explore(world: &World, initiator: Side, verdict: Verdict) -> Verdict {
    let mut alternatives: Vec<Alternative> = Vec::new();
    for case in cases(world) {
        let Ok(negotiation) = negotiate(&case.world, initiator) else { continue };
        let Verdict { outcome, failure, .. } = judge(&case.world, &negotiation);
        let known = alternatives.iter().any(|other| (other.outcome, &other.failure) == (outcome, &failure));
        if !known {
            alternatives.push(Alternative { when: case.when, outcome, failure });
        }
    }
    if alternatives.len() < 2 {
        return verdict;
    }
    Verdict { outcome: Outcome::Depends, failure: None, alternatives, ..verdict }
}

struct Case {
    world: World,
    when: String,
}

/// Every combination of answers to the open questions, the one that the world has first.
fn cases(world: &World) -> Vec<Case> {
    if world.open_questions.is_empty() {
        return Vec::new();
    }
    let mut cases = vec![Case { world: world.clone(), when: String::new() }];
    for question in &world.open_questions {
        let OpenQuestion::EnrolmentOrder { router, trustpoints } = question;
        let room = MOST_CASES / cases.len();
        let orders = permutations(trustpoints, room);
        cases = cases
            .iter()
            .flat_map(|case| orders.iter().map(|order| case.with_order(*router, order)))
            .collect();
    }
    cases
}

impl Case {
    fn with_order(&self, router: Side, order: &[TrustpointId]) -> Self {
        let world = self.world.with_enrolment_order(router, order.to_vec());
        // The list has the most recent first; people tell it the other way round.
        let names = order.iter().rev().map(|&id| world.routers[router].trustpoint(id).name.as_str());
        let name = &world.names[router];
        let when = match order {
            [last, _] => format!("{name} enrolled {} last", world.routers[router].trustpoint(*last).name),
            _ => format!("{name} enrolled {} in this order", listed(names)),
        };
        let when = if self.when.is_empty() { when } else { format!("{} and {when}", self.when) };
        Self { world, when }
    }
}

/// At most `most` orders of `items`, the given one first.
fn permutations<T: Copy>(items: &[T], most: usize) -> Vec<Vec<T>> {
    let mut orders = vec![Vec::new()];
    for (taken, _) in items.iter().enumerate() {
        let longer = orders.iter().flat_map(|order: &Vec<usize>| {
            let free = (0..items.len()).filter(|index| !order.contains(index));
            free.map(|index| [order.as_slice(), &[index]].concat())
        });
        // Cut at each step: what is left is still a prefix of the whole enumeration.
        orders = longer.take(most.max(1)).collect();
        debug_assert!(orders.iter().all(|order| order.len() == taken + 1), "each step adds one");
    }
    orders.into_iter().map(|order| order.into_iter().map(|index| items[index]).collect()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_as_many_orders_as_there_are_permutations_and_the_given_one_is_first() {
        let orders = permutations(&['a', 'b', 'c', 'd'], MOST_CASES);
        assert_eq!(orders.len(), 24);
        assert_eq!(orders.iter().collect::<BTreeSet<_>>().len(), 24);
        assert_eq!(orders[0], ['a', 'b', 'c', 'd']);
    }

    #[test]
    fn no_more_orders_are_made_than_asked_for() {
        let items: Vec<u8> = (0..20).collect();
        let orders = permutations(&items, 10);
        assert_eq!(orders.len(), 10);
        assert_eq!(orders[0], items);
    }
}
