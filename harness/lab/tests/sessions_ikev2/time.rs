//! What a session does later: liveness checks, deletion, the end of its lifetime.

use std::time::Duration;

use ike::{DeleteReason, EventKind, Ikev2Event, Keepalive, SessionId, Sourced};

use crate::routers::Pair;
use crate::{both_up, ikev2_event, settled, usual};

fn session(pair: &Pair, host: u8) -> SessionId {
    pair.events[usize::from(host) - 1][0].session
}

fn deleted(pair: &Pair, host: u8, reason: DeleteReason) -> bool {
    pair.told(host, |kind| *kind == EventKind::Deleted { reason })
}

#[test]
fn a_closed_session_is_deleted_on_both_sides() {
    let mut pair = settled(usual());
    let (now, id) = (pair.now, session(&pair, 1));
    pair.endpoints[0].close(now, id);
    pair.collect();
    pair.settle();
    assert!(deleted(&pair, 1, DeleteReason::Closed) && deleted(&pair, 2, DeleteReason::Peer));
    assert!(pair.endpoints.iter().all(|endpoint| endpoint.session_count() == 0));
}

#[test]
fn a_deletion_that_is_lost_is_sent_again() {
    let mut pair = settled(usual());
    let (now, id) = (pair.now, session(&pair, 2));
    pair.endpoints[1].close(now, id);
    pair.collect();
    pair.under_way.clear();
    pair.pass(Duration::from_secs(2), true);
    assert!(deleted(&pair, 2, DeleteReason::Closed) && deleted(&pair, 1, DeleteReason::Peer));
}

#[test]
fn a_deletion_waits_for_the_answer_to_a_question_that_was_lost() {
    // RFC 7296 2.3: a window of one; the peer would put aside a request behind one that it has not got.
    let mut parts = usual();
    parts[0].ikev2.dpd = Some(Sourced::default_value(Keepalive { interval: 10, retry: 3 }));
    let mut pair = settled(parts);
    pair.pass(Duration::from_millis(10_500), false);
    let (now, id) = (pair.now, session(&pair, 1));
    pair.endpoints[0].close(now, id);
    pair.collect();
    pair.settle();
    assert_eq!(pair.endpoints[0].session_count(), 1, "the question was lost");
    pair.pass(Duration::from_secs(2), true);
    assert!(deleted(&pair, 1, DeleteReason::Closed) && deleted(&pair, 2, DeleteReason::Peer));
}

#[test]
fn a_first_message_repeated_without_end_keeps_no_session_waiting() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    let request = pair.under_way.pop_front().unwrap();
    for _ in 0..100 {
        pair.deliver(request.clone());
        pair.under_way.clear();
        pair.now = pair.now.plus(Duration::from_secs(1));
        pair.endpoints[1].handle_timeout(pair.now);
        pair.collect();
    }
    assert!(deleted(&pair, 2, DeleteReason::Evicted), "IKE_AUTH has not come for more than a minute");
}

#[test]
fn a_silent_peer_is_asked_and_given_up_and_a_live_one_is_not() {
    let mut parts = usual();
    parts[0].ikev2.dpd = Some(Sourced::default_value(Keepalive { interval: 10, retry: 3 }));
    let mut pair = settled(parts);
    pair.pass(Duration::from_secs(35), true);
    assert!(ikev2_event(&pair, 1, |event| *event == Ikev2Event::LivenessChecked { answered: true }));
    let asked = |kind: &EventKind| *kind == EventKind::Ikev2(Ikev2Event::LivenessChecked { answered: false });
    assert_eq!((pair.count(1, asked), pair.count(2, asked)), (3, 3));
    pair.pass(Duration::from_secs(120), false);
    assert!(deleted(&pair, 1, DeleteReason::Dead));
    assert_eq!((pair.endpoints[0].session_count(), pair.endpoints[1].session_count()), (0, 1));
}

#[test]
fn the_end_of_the_lifetime_deletes_on_both_sides() {
    let mut parts = usual();
    parts[0].ikev2.profiles[0].lifetime = Sourced::default_value(120);
    let mut pair = settled(parts);
    assert!(both_up(&pair));
    pair.pass(Duration::from_secs(119), true);
    assert_eq!(pair.endpoints[1].session_count(), 1);
    pair.pass(Duration::from_secs(2), true);
    assert!(deleted(&pair, 1, DeleteReason::Lifetime) && deleted(&pair, 2, DeleteReason::Peer));
}

#[test]
fn sa_ids_count_from_one() {
    let mut pair = settled(usual());
    pair.initiate(1);
    pair.settle();
    let mut ids: Vec<u32> = pair.events[0].iter().map(|event| event.connection).collect();
    ids.dedup();
    assert_eq!(ids, [1, 2]);
}
