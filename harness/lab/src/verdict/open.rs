//! What the texts leave open, tried in all ways.

mod orders;

use crypto::Provider;
use ike::TrustpointId;

use super::{FailureReport, Outcome, Reason, Verdict, judge};
use crate::complete::{Assumption, Bearing, OpenQuestion, World, listed};
use crate::negotiation::negotiate;
use crate::side::{Pair, Side};

/// About so many cases are tried: the orders of six trustpoints. With more, each router's trustpoints are still tried as
/// its most recent one.
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
    /// The decisions that this result rests on, the decisive one first.
    pub because: Vec<Reason>,
}

/// The verdict over all cases: `verdict`, that of the first, if they agree.
pub(super) fn explore(world: &World, initiator: Side, mut verdict: Verdict) -> Verdict {
    let (cases, all) = cases(&world.open_questions);
    let tried: Vec<Tried> = cases
        .into_iter()
        .filter_map(|case| {
            let world = case.world(world);
            let verdict = judge(&world, &negotiate(&world, initiator).ok()?);
            Some(Tried { case, verdict })
        })
        .collect();
    let mut distinct: Vec<&Tried> = Vec::new();
    for one in &tried {
        if !distinct.iter().any(|other| other.ended_like(one)) {
            distinct.push(one);
        }
    }
    if distinct.len() > 1 {
        let decisive = decisive_questions(&tried);
        let alternatives = distinct.into_iter().map(|one| Alternative {
            when: one.case.words(world, &decisive),
            outcome: one.verdict.outcome,
            failure: one.verdict.failure.clone(),
            because: one.verdict.because.clone(),
        });
        let alternatives = alternatives.collect();
        verdict =
            Verdict { outcome: Outcome::Depends, failure: None, alternatives, ..shared(verdict, &tried) };
    }
    if !all {
        verdict.assumptions.push(not_all_tried(&world.open_questions));
    }
    verdict
}

/// What all cases have in common, and what any of them assumes.
fn shared(first: Verdict, tried: &[Tried]) -> Verdict {
    let all = |holds: &dyn Fn(&Verdict) -> bool| tried.iter().all(|one| holds(&one.verdict));
    let mut assumptions = first.assumptions.clone();
    for assumption in tried.iter().flat_map(|one| &one.verdict.assumptions) {
        if !assumptions.contains(assumption) {
            assumptions.push(assumption.clone());
        }
    }
    assumptions.sort_by_key(|assumption| assumption.router);
    Verdict {
        because: first
            .because
            .iter()
            .filter(|it| all(&|other| other.because.contains(it)))
            .cloned()
            .collect(),
        profiles: Pair::from_fn(|side| {
            let profile = first.profiles[side].clone();
            profile.filter(|_| all(&|other| other.profiles[side] == first.profiles[side]))
        }),
        certificates: Pair::from_fn(|side| {
            let certificate = first.certificates[side].clone();
            certificate.filter(|_| all(&|other| other.certificates[side] == first.certificates[side]))
        }),
        validated_against: Pair::from_fn(|side| {
            let list = &first.validated_against[side];
            if all(&|other| other.validated_against[side] == *list) { list.clone() } else { Vec::new() }
        }),
        assumptions,
        ..first
    }
}

fn not_all_tried(questions: &[OpenQuestion]) -> Assumption {
    let routers = questions.iter().map(|OpenQuestion::EnrolmentOrder { router, .. }| *router);
    let text = format!(
        "there are more orders of enrolment than are tried ({MOST_CASES}): each trustpoint was tried as the most recent one"
    );
    Assumption {
        router: routers.min().unwrap_or(Side::First),
        code: "orders-not-all-tried",
        text,
        bears_on: Bearing::Everything,
        trustpoints: Vec::new(),
    }
}

/// An answer to each open question, in the order of the questions.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Case(Vec<(Side, Vec<TrustpointId>)>);

struct Tried {
    case: Case,
    verdict: Verdict,
}

impl Tried {
    /// Whether two cases end in the same way. What their texts name beside that may differ.
    fn ended_like(&self, other: &Self) -> bool {
        let end = |verdict: &Verdict| {
            let failure = verdict.failure.as_ref();
            (verdict.outcome, failure.map(|failure| (failure.message, failure.router, failure.code)))
        };
        end(&self.verdict) == end(&other.verdict)
    }
}

/// Combinations of answers, the one that the world has first, and whether they are all; none if there is nothing to ask.
fn cases(questions: &[OpenQuestion]) -> (Vec<Case>, bool) {
    let orders = |most: usize| {
        let of = |question: &OpenQuestion| {
            let OpenQuestion::EnrolmentOrder { router, listed, trustpoints } = question;
            (*router, orders::of(listed, trustpoints, most))
        };
        questions.iter().map(of).collect::<Vec<_>>()
    };
    let number = |orders: &[(Side, orders::Orders<TrustpointId>)]| {
        orders.iter().map(|(_, orders)| orders.list.len()).product::<usize>()
    };
    let mut answers = orders(MOST_CASES);
    if number(&answers) > MOST_CASES {
        // As many for each question; two routers have two.
        answers = orders(MOST_CASES.isqrt());
    }
    let all = answers.iter().all(|(_, orders)| orders.all);
    let mut cases = vec![Case(Vec::new())];
    for (router, orders) in &answers {
        let answered = |case: &Case, order: &Vec<TrustpointId>| {
            Case([&case.0[..], &[(*router, order.clone())]].concat())
        };
        cases = cases.iter().flat_map(|case| orders.list.iter().map(|order| answered(case, order))).collect();
    }
    if cases.len() > 1 { (cases, all) } else { (Vec::new(), true) }
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
