//! What a bad link does to a negotiation: it takes longer, and the outcome stays.

use std::time::Duration;

use lab::link::faults::Percent;
use lab::negotiation::{End, negotiate};
use lab::side::Side;
use lab::verdict::{Outcome, try_direction};

use crate::pair::Routers;

#[test]
fn each_datagram_may_be_lost_once_without_changing_the_outcome() {
    let mut world = Routers::of_the_document().world();
    let undisturbed = negotiate(&world, Side::First).unwrap();
    for lost in 1..=undisturbed.messages.len() {
        world.link.lose = vec![lost as u64];
        let direction = try_direction(&world, Side::First).unwrap();
        assert_eq!(direction.verdict.outcome, Outcome::Up, "datagram {lost}");
        let messages = &direction.negotiation.messages;
        let marked: Vec<_> = messages.iter().filter(|message| message.lost).map(|it| it.sequence).collect();
        assert_eq!(marked, [lost]);
        assert!(messages.iter().any(|message| message.retransmission), "datagram {lost}");
    }
}

#[test]
fn a_link_that_delivers_everything_twice_changes_no_outcome() {
    let mut world = Routers::of_the_document().world();
    world.link.duplication = Percent::ALL;
    let outcomes = Side::BOTH.map(|initiator| try_direction(&world, initiator).unwrap().verdict.outcome);
    assert_eq!(outcomes, [Outcome::Up, Outcome::Failed]);
}

#[test]
fn loss_duplication_and_reordering_together_change_no_outcome() {
    let some = Percent::new(20).unwrap();
    for seed in 0..20 {
        let mut world = Routers::of_the_document().world();
        world.seed = seed;
        (world.link.loss, world.link.duplication, world.link.reordering) = (some, some, some);
        world.link.hold = Duration::from_secs(12);
        let direction = try_direction(&world, Side::First).unwrap();
        assert_eq!(direction.verdict.outcome, Outcome::Up, "seed {seed}");
        assert_eq!(direction.negotiation.end, End::Settled);
    }
}

#[test]
fn a_dead_link_fails_with_no_answer_after_the_last_retransmission() {
    let mut world = Routers::of_the_document().world();
    world.link.loss = Percent::ALL;
    let direction = try_direction(&world, Side::First).unwrap();
    let failure = direction.verdict.failure.unwrap();
    assert_eq!((failure.router, failure.code.as_str()), (Side::First, "no-answer"));
    assert_eq!(failure.text, "no answer from R2 to MM1 reaches R1");
    // V1-VAL-3: one transmission and five repetitions.
    assert_eq!(direction.negotiation.messages.len(), 6);
    assert!(direction.negotiation.messages.iter().all(|message| message.lost));
}
