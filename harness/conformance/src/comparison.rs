//! The engine held against the reference model: what a negotiation of the laboratory shows, field by field beside what
//! the rules predict.
//!
//! A [`Comparison`] is of one negotiation: the model's, and the [`Numbers`] by which the two routers of the laboratory
//! are known there. It [observes](Comparison::observe) what the engine did and
//! [tells the differences](Comparison::compare). Two questions are asked besides that need no prediction: whether a side
//! accepted a certificate that it must not ([`uncovered`]), and how the RFCs stand to what IOS does ([`beside_rfc`]).
//! [`examine`] plays a direction and asks all of them. Where the routers come from is not known here.

mod coverage;
mod difference;
mod expected;
mod names;
mod observed;
mod requests;
mod rfc;

use std::fmt;

use lab::complete::World;
use lab::negotiation::negotiate;
use lab::side::{self, Side};
use model::{Negotiation, Pair, Role, ios};

pub use coverage::{Uncovered, uncovered};
pub use difference::{Difference, Field, NOT_COMPARED};
pub use names::{Names, Numbers, Stranger};
pub use observed::{Ending, Observed};
pub use rfc::{BesideRfc, beside_rfc};

/// One negotiation, as the model has it, and what its numbers stand for in the laboratory.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// The negotiation.
    pub negotiation: Negotiation<'a>,
    /// What is what on the two routers.
    pub numbers: Pair<&'a Numbers>,
}

/// Something at which the engine and what it is held against part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The engine did otherwise than the model says.
    Difference(Difference),
    /// The engine did something with what the model does not have.
    Stranger(Stranger),
    /// A side accepted a certificate that its list does not cover.
    Uncovered(Uncovered),
    /// To this outcome there is no way by the RFCs, not even one that they forbid.
    BeyondRfc(model::Outcome),
}

/// Has `initiator` negotiate in this world and holds what happens against the model's `negotiation`, whose initiator is
/// that router. Nothing found means that the two agree.
#[must_use]
pub fn examine(
    world: &World,
    initiator: Side,
    names: &side::Pair<Names>,
    negotiation: &Negotiation<'_>,
) -> Vec<Finding> {
    let known = |role| {
        let side = side_of(initiator, role);
        Numbers::of(&world.routers[side], &names[side], negotiation, role)
    };
    let numbers = match (known(Role::Initiator), known(Role::Responder)) {
        (Ok(initiator), Ok(responder)) => Pair { initiator, responder },
        (Err(stranger), _) | (_, Err(stranger)) => return vec![Finding::Stranger(stranger)],
    };
    let numbers = Pair { initiator: &numbers.initiator, responder: &numbers.responder };
    let comparison = Comparison { negotiation: *negotiation, numbers };
    let tried = negotiate(world, initiator);
    let prediction = ios::predict(negotiation);
    let mut findings: Vec<Finding> = match comparison.observe(tried.as_ref().map_err(|&error| error)) {
        Ok(observed) => {
            comparison.compare(&observed, &prediction).into_iter().map(Finding::Difference).collect()
        }
        Err(stranger) => vec![Finding::Stranger(stranger)],
    };
    if let Ok(negotiation) = &tried {
        findings.extend(uncovered(world, negotiation).map(Finding::Uncovered));
    }
    if beside_rfc(negotiation).grounds.is_none() {
        findings.push(Finding::BeyondRfc(prediction.outcome));
    }
    findings
}

/// The side of the router in this role, where `initiator` begins.
fn side_of(initiator: Side, role: Role) -> Side {
    match role {
        Role::Initiator => initiator,
        Role::Responder => initiator.other(),
    }
}

/// Both roles' parts of something, or why one of them cannot be had.
fn of_both<T, E>(mut make: impl FnMut(Role) -> Result<T, E>) -> Result<Pair<T>, E> {
    Ok(Pair { initiator: make(Role::Initiator)?, responder: make(Role::Responder)? })
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Initiator => "the initiator",
        Role::Responder => "the responder",
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Difference(difference) => difference.fmt(out),
            Self::Stranger(stranger) => stranger.fmt(out),
            Self::Uncovered(uncovered) => uncovered.fmt(out),
            Self::BeyondRfc(outcome) => write!(out, "the RFCs know no way to {outcome:?}"),
        }
    }
}
