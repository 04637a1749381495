//! What the texts leave open, tried in all ways.

use crypto::Provider;
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
    let tried: Vec<Tried> = cases(&world.open_questions)
        .into_iter()
        .filter_map(|case| {
            let world = case.world(world);
            let Verdict { outcome, failure, .. } = judge(&world, &negotiate(&world, initiator).ok()?);
            Some(Tried { case, outcome, failure })
        })
        .collect();
    let mut distinct: Vec<&Tried> = Vec::new();
    for one in &tried {
        if !distinct.iter().any(|other| other.ended_like(one)) {
            distinct.push(one);
        }
    }
    if distinct.len() < 2 {
        return verdict;
    }
    let decisive = decisive_questions(&tried);
    let alternatives = distinct.into_iter().map(|one| Alternative {
        when: one.case.words(world, &decisive),
        outcome: one.outcome,
        failure: one.failure.clone(),
    });
    Verdict { outcome: Outcome::Depends, failure: None, alternatives: alternatives.collect(), ..verdict }
}

/// An answer to each open question, in the order of the questions.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Case(Vec<(Side, Vec<TrustpointId>)>);

struct Tried {
    case: Case,
    outcome: Outcome,
    failure: Option<FailureReport>,
}

impl Tried {
    fn ended_like(&self, other: &Self) -> bool {
        (self.outcome, &self.failure) == (other.outcome, &other.failure)
    }
}

/// Every combination of answers, the one that the world has first; none if there is nothing to ask.
fn cases(questions: &[OpenQuestion]) -> Vec<Case> {
    let mut cases = vec![Case(Vec::new())];
    for question in questions {
        let OpenQuestion::EnrolmentOrder { router, trustpoints } = question;
        let orders = permutations(trustpoints, MOST_CASES / cases.len());
        let answered = |case: &Case, order: &Vec<TrustpointId>| {
            Case([case.0.as_slice(), &[(*router, order.clone())]].concat())
        };
        cases = cases.iter().flat_map(|case| orders.iter().map(|order| answered(case, order))).collect();
    }
    if cases.len() > 1 { cases } else { Vec::new() }
}

/// The questions whose answer alone can make a difference.
fn decisive_questions(tried: &[Tried]) -> Vec<usize> {
    let questions = tried.first().map_or(0, |one| one.case.0.len());
    let differs_only_in = |question: usize, one: &Tried, other: &Tried| {
        one.case.0.iter().zip(&other.case.0).enumerate().all(|(at, (a, b))| at == question || a == b)
    };
    let decides = |question: &usize| {
        tried.iter().any(|one| {
            tried.iter().any(|other| differs_only_in(*question, one, other) && !one.ended_like(other))
        })
    };
    (0..questions).filter(decides).collect()
}

impl Case {
    /// The world in which these answers are true. Only the flow matters, so that its cryptography need not be real.
    fn world(&self, world: &World) -> World {
        let mut world = world.clone();
        for (router, order) in &self.0 {
            world = world.with_enrolment_order(*router, order);
        }
        world.provider = Provider { verifier: world.provider.verifier, ..Provider::SIMULATED };
        world
    }

    /// The answers to these questions.
    fn words(&self, world: &World, questions: &[usize]) -> String {
        let answers = questions.iter().filter_map(|&question| self.0.get(question));
        let answers = answers.map(|(router, order)| {
            // The most recent is first in the list; people tell it the other way round.
            let name = |id: &TrustpointId| world.routers[*router].trustpoint(*id).name.as_str();
            match order.as_slice() {
                [last, _] => format!("{} enrolled {} last", world.names[*router], name(last)),
                _ => {
                    let names = listed(order.iter().rev().map(name));
                    format!("{} enrolled {names} in this order", world.names[*router])
                }
            }
        });
        answers.collect::<Vec<_>>().join(" and ")
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
