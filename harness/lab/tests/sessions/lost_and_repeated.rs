//! Lost, repeated and unanswered datagrams change nothing but time.

use std::time::Duration;

use ike::{EventKind, FailureCode, MessageName};

use crate::routers::{Authorities, Pair, router};
use crate::{both_up, lengths};

#[test]
fn each_datagram_may_be_lost_once_without_changing_the_outcome() {
    for lost in 0..9 {
        let mut authorities = Authorities::new(1);
        let mut pair = Pair::new([
            router(&mut authorities, 1, &[1], &[1], &[]),
            router(&mut authorities, 2, &[1], &[1], &[]),
        ]);
        pair.initiate(1);
        let mut position = 0;
        while let Some(datagram) = pair.under_way.pop_front() {
            if position != lost {
                pair.deliver(datagram);
            }
            position += 1;
        }
        pair.pass(Duration::from_secs(30), true);
        assert!(both_up(&pair), "datagram {lost} was lost");
        let failed = |kind: &EventKind| matches!(kind, EventKind::Failed(_));
        assert!(!pair.told(1, failed) && !pair.told(2, failed), "datagram {lost} was lost");
    }
}

#[test]
fn every_datagram_may_come_twice_without_changing_the_outcome() {
    let mut authorities = Authorities::new(1);
    let mut pair = Pair::new([
        router(&mut authorities, 1, &[1], &[1], &[]),
        router(&mut authorities, 2, &[1], &[1], &[]),
    ]);
    pair.initiate(1);
    while let Some(datagram) = pair.under_way.pop_front() {
        pair.deliver(datagram.clone());
        pair.deliver(datagram);
    }
    assert!(both_up(&pair));
    assert_eq!(pair.sent.len(), 9, "a copy that comes at once is not answered again");
    assert_eq!(pair.count(1, |kind| matches!(kind, EventKind::DuplicateReceived { .. })), 4);
    assert_eq!(pair.count(2, |kind| matches!(kind, EventKind::DuplicateReceived { .. })), 5);
}

#[test]
fn a_silent_peer_is_asked_six_times_and_given_up() {
    let mut authorities = Authorities::new(1);
    let mut pair = Pair::new([
        router(&mut authorities, 1, &[1], &[1], &[]),
        router(&mut authorities, 2, &[1], &[1], &[]),
    ]);
    pair.initiate(1);
    pair.under_way.clear();
    pair.pass(Duration::from_secs(60), false);
    assert_eq!(lengths(&pair), [192; 6], "MM1 of the captures, six times");
    let gave_up = |kind: &EventKind| {
        matches!(kind, EventKind::Failed(failure)
            if failure.code == FailureCode::NoAnswer && failure.message == MessageName::MainMode(1))
    };
    assert!(pair.told(1, gave_up));
    assert_eq!(pair.endpoints[0].session_count(), 0);
}
