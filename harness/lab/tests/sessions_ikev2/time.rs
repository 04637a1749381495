//! What a session does later: liveness checks, deletion, the end of its lifetime.

use std::time::Duration;

use ike::{DeleteReason, EventKind, Ikev2Event, Keepalive, Limits, SessionId, Sourced};

use crate::insider::Insider;
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

/// Has host 1 close its last session, and gives its deletion.
fn delete(pair: &mut Pair) -> (u8, ike::Path, Vec<u8>) {
    let (now, id) = (pair.now, pair.events[0].last().unwrap().session);
    pair.endpoints[0].close(now, id);
    pair.collect();
    pair.under_way.pop_front().unwrap()
}

#[test]
fn a_deletion_is_answered_again_for_as_long_as_it_may_be_repeated() {
    let mut pair = settled(usual());
    let deletion = delete(&mut pair);
    pair.deliver(deletion.clone());
    assert!(deleted(&pair, 2, DeleteReason::Peer));
    assert_eq!(pair.endpoints[1].session_count(), 0);
    let (_, _, answer) = pair.under_way.pop_front().unwrap(); // is lost
    pair.pass(Duration::from_millis(1100), true);
    assert!(deleted(&pair, 1, DeleteReason::Closed), "host 1 has repeated it and got an answer");
    assert_eq!(pair.sent.last().unwrap().2, answer);
    assert_eq!(pair.count(2, |kind| matches!(kind, EventKind::Deleted { .. })), 1);
    let count = pair.sent.len();
    pair.pass(Duration::from_secs(100), true);
    pair.deliver(deletion);
    assert_eq!(pair.sent.len(), count, "nobody repeats it any more");
    assert_eq!(pair.endpoints[1].poll_timeout(), None);
}

#[test]
fn sessions_that_have_ended_take_nobodys_place() {
    let mut pair = Pair::with_limits(usual(), Limits { sessions: 2, ..Limits::default() });
    let mut deletions = Vec::new();
    for number in 1..=5 {
        pair.initiate(1);
        pair.settle();
        let up = pair.count(2, |kind| matches!(kind, EventKind::ChildEstablished { .. }));
        assert_eq!(up, number);
        deletions.push(delete(&mut pair));
        pair.deliver(deletions.last().unwrap().clone());
        pair.settle();
    }
    pair.now = pair.now.plus(Duration::from_secs(2));
    let answered: Vec<bool> = deletions
        .into_iter()
        .map(|deletion| {
            pair.deliver(deletion);
            pair.under_way.pop_front().is_some()
        })
        .collect();
    assert_eq!(answered, [false, false, false, true, true]);
}

#[test]
fn two_deletions_that_cross_end_the_session_on_both_sides() {
    // RFC 7296 2.25.2
    let mut pair = settled(usual());
    let now = pair.now;
    for host in [1, 2] {
        let id = session(&pair, host);
        pair.endpoints[usize::from(host) - 1].close(now, id);
    }
    pair.collect();
    pair.settle();
    let count = pair.sent.len();
    pair.pass(Duration::from_secs(100), true);
    assert_eq!(pair.sent.len(), count, "nothing is repeated");
    for host in [1, 2] {
        assert_eq!(pair.count(host, |kind| matches!(kind, EventKind::Deleted { .. })), 1);
        assert_eq!(pair.endpoints[usize::from(host) - 1].poll_timeout(), None);
    }
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
fn a_session_ends_before_its_message_ids_begin_again() {
    // RFC 7296 2.2
    for asking in [1, 2] {
        let mut parts = usual();
        let dpd = Some(Sourced::default_value(Keepalive { interval: 10, retry: 3 }));
        parts[usize::from(asking) - 1].ikev2.dpd = dpd;
        let mut pair = Pair::with_limits(parts, Limits { requests: 10, ..Limits::default() });
        pair.initiate(1);
        pair.settle();
        pair.pass(Duration::from_secs(300), true);
        let ids = pair.sent.iter().filter(|(from, ..)| *from == asking).map(|(_, _, bytes)| {
            let header = wire::Header::read(bytes).unwrap();
            (header.flags.contains(wire::Flags::RESPONSE), header.message_id)
        });
        let requests: Vec<u32> = ids.filter(|(response, _)| !response).map(|(_, id)| id).collect();
        assert_eq!(requests, (0..10).collect::<Vec<_>>(), "each once");
        let ended = |host| pair.told(host, |kind| matches!(kind, EventKind::Deleted { .. }));
        assert!(deleted(&pair, asking, DeleteReason::Lifetime) && ended(1) && ended(2));
        assert!(pair.endpoints.iter().all(|endpoint| endpoint.session_count() == 0));
    }
}

#[test]
fn a_peer_that_has_used_up_its_message_ids_is_told_that_the_session_ends() {
    // RFC 7296 2.2
    let limits = Limits { requests: 4, reveal_keys: true, ..Limits::default() };
    let mut pair = Pair::with_limits(usual(), limits);
    pair.initiate(1);
    pair.settle();
    let mut insider = Insider::of(&pair);
    for message_id in [2, 3, 4] {
        pair.deliver(insider.request(wire::ExchangeType::IKEV2_INFORMATIONAL, message_id, &[]));
    }
    let names: Vec<String> = crate::sent(&pair, 2).iter().map(|record| record.name.to_string()).collect();
    assert_eq!(names[2..], ["INFORMATIONAL response", "INFORMATIONAL response", "INFORMATIONAL request"]);
    pair.settle();
    assert!(deleted(&pair, 2, DeleteReason::Lifetime));
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
