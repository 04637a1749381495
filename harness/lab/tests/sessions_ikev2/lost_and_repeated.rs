//! Lost, repeated, reordered and unanswered datagrams change nothing but time.

use std::time::Duration;

use ike::{DeleteReason, EventKind, FailureCode, Limits, MessageProblem, Sourced};

use crate::insider::Insider;
use crate::routers::Pair;
use crate::{both_up, failure, usual};

fn unfailed(pair: &Pair) -> bool {
    [1, 2].iter().all(|&host| !pair.told(host, |kind| matches!(kind, EventKind::Failed(_))))
}

#[test]
fn each_datagram_may_be_lost_once_without_changing_the_outcome() {
    for lost in 0..4 {
        let mut pair = Pair::new(usual());
        pair.initiate(1);
        let mut position = 0;
        while let Some(datagram) = pair.under_way.pop_front() {
            if position != lost {
                pair.deliver(datagram);
            }
            position += 1;
        }
        pair.pass(Duration::from_secs(10), true);
        assert!(both_up(&pair), "datagram {lost} was lost: {:#?}", pair.events);
        assert!(unfailed(&pair), "datagram {lost} was lost");
    }
}

#[test]
fn each_fragment_may_be_lost_once_without_changing_the_outcome() {
    for lost in 2..8 {
        let mut parts = usual();
        for router in &mut parts {
            router.ikev2.fragmentation = Some(Sourced::default_value(576));
        }
        let mut pair = Pair::new(parts);
        pair.initiate(1);
        let mut position = 0;
        while let Some(datagram) = pair.under_way.pop_front() {
            if position != lost {
                pair.deliver(datagram);
            }
            position += 1;
        }
        pair.pass(Duration::from_secs(10), true);
        assert!(both_up(&pair), "datagram {lost} was lost");
        assert!(unfailed(&pair), "datagram {lost} was lost");
    }
}

#[test]
fn fragments_may_come_in_any_order_and_twice() {
    let mut parts = usual();
    for router in &mut parts {
        router.ikev2.fragmentation = Some(Sourced::default_value(576));
    }
    let mut pair = Pair::new(parts);
    pair.initiate(1);
    while !pair.under_way.is_empty() {
        let waiting: Vec<_> = pair.under_way.drain(..).collect();
        for datagram in waiting.into_iter().rev() {
            pair.deliver(datagram.clone());
            pair.deliver(datagram);
        }
    }
    assert!(both_up(&pair), "{:#?}", pair.events);
    assert!(unfailed(&pair));
}

#[test]
fn every_datagram_may_come_twice_without_changing_the_outcome() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    while let Some(datagram) = pair.under_way.pop_front() {
        pair.deliver(datagram.clone());
        pair.deliver(datagram);
    }
    assert!(both_up(&pair) && unfailed(&pair));
    assert_eq!(pair.sent.len(), 4, "a copy that comes at once is not answered again");
    assert_eq!(pair.count(2, |kind| matches!(kind, EventKind::DuplicateReceived { .. })), 2);
    let late = EventKind::Ignored { problem: MessageProblem::OutOfWindow };
    assert_eq!(pair.count(1, |kind| *kind == late), 2, "responses are not answered");
}

#[test]
fn a_request_that_comes_again_later_is_answered_again_byte_for_byte() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    let request = pair.under_way.pop_front().unwrap();
    pair.deliver(request.clone());
    let (_, _, answer) = pair.under_way.pop_front().unwrap();
    pair.now = pair.now.plus(Duration::from_secs(2));
    pair.deliver(request);
    let (_, _, again) = pair.under_way.pop_front().unwrap();
    assert_eq!(answer, again);
    assert_eq!(pair.endpoints[1].session_count(), 1);
}

#[test]
fn a_request_that_is_fragmented_anew_is_answered_again_with_its_first_fragment() {
    // RFC 7383 2.5.2, 2.6.1
    for accepted in [true, false] {
        let mut parts = usual();
        if !accepted {
            parts[1].ikev2.profiles[0].matches.clear();
        }
        let mut pair = Pair::with_limits(parts, Limits { reveal_keys: true, ..Limits::default() });
        pair.initiate(1);
        for _ in 0..2 {
            let datagram = pair.under_way.pop_front().unwrap();
            pair.deliver(datagram);
        }
        let request = pair.under_way.pop_front().unwrap();
        pair.deliver(request.clone());
        let (_, _, answer) = pair.under_way.pop_front().unwrap();
        let fragments = Insider::of(&pair).fragment(&request.2, 300);
        let (first, others) = fragments.split_first().unwrap();
        assert!(!others.is_empty());
        pair.now = pair.now.plus(Duration::from_secs(2));
        let (from, path, mut forged) = first.clone();
        *forged.last_mut().unwrap() ^= 1;
        pair.deliver((from, path, forged));
        others.iter().for_each(|other| pair.deliver(other.clone()));
        assert!(pair.under_way.is_empty(), "neither what is forged nor what is not the first");
        pair.deliver(first.clone());
        let (_, _, again) = pair.under_way.pop_front().unwrap();
        assert_eq!(answer, again);
        assert_eq!(pair.count(2, |kind| matches!(kind, EventKind::Received(_))), 2, "it is not judged again");
    }
}

#[test]
fn only_requests_are_sent_again_at_growing_times_and_a_silent_peer_is_given_up() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    pair.under_way.clear();
    let times: Vec<u64> = {
        pair.pass(Duration::from_secs(200), false);
        let sent = pair.events[0].iter().filter(|event| matches!(event.kind, EventKind::Sent(_)));
        sent.map(|event| event.at.monotonic.as_secs()).collect()
    };
    // RFC 7296 2.4: exponentially.
    assert_eq!(times, [0, 1, 3, 7, 15, 31]);
    assert_eq!(failure(&pair, 1).unwrap().code, FailureCode::NoAnswer);
    assert!(pair.told(1, |kind| *kind == EventKind::Deleted { reason: DeleteReason::Retransmissions }));
    assert_eq!(pair.endpoints[0].session_count(), 0);

    let mut pair = Pair::new(usual());
    pair.initiate(1);
    let request = pair.under_way.pop_front().unwrap();
    pair.deliver(request);
    pair.under_way.clear();
    pair.events[0].clear();
    pair.endpoints[0] = Pair::new(usual()).endpoints.into_iter().next().unwrap();
    pair.pass(Duration::from_secs(300), false);
    let answers = pair.sent.iter().filter(|(from, _, _)| *from == 2).count();
    assert_eq!(answers, 1, "a response is sent once");
    assert_eq!(pair.endpoints[1].session_count(), 0, "and not waited for without end");
}

#[test]
fn a_refusal_that_is_lost_is_repeated() {
    let mut parts = usual();
    parts[1].ikev2.profiles[0].matches.clear();
    let mut pair = Pair::new(parts);
    pair.initiate(1);
    let mut position = 0;
    while let Some(datagram) = pair.under_way.pop_front() {
        if position != 3 {
            pair.deliver(datagram);
        }
        position += 1;
    }
    assert!(failure(&pair, 1).is_none());
    pair.pass(Duration::from_secs(3), true);
    assert_eq!(failure(&pair, 1).unwrap().code, FailureCode::RefusedByPeer);
    assert_eq!(pair.count(2, |kind| matches!(kind, EventKind::Failed(_))), 1, "it is not judged again");
}
