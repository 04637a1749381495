//! Damaged, forged, reflected and replayed datagrams change nothing.

use std::time::Duration;

use ike::{EventKind, FailureCode, Limits, MessageProblem, Path, Sourced};

use crate::both_up;
use crate::routers::{self, Authorities, Pair, router};

#[test]
fn a_byte_changed_where_the_signatures_reach_authenticates_nobody() {
    let mut authorities = Authorities::new(1);
    let parts = [router(&mut authorities, 1, &[1], &[1], &[]), router(&mut authorities, 2, &[1], &[1], &[])];
    // The SA payload of MM1; KE and NONCE of MM3 and MM4; everything encrypted of MM5.
    let key_exchange = [40, 100, 170];
    let encrypted = [28, 60, 200, 400, 700];
    let places = [(0, &[60_usize, 70][..]), (2, &key_exchange), (3, &key_exchange), (4, &encrypted)];
    for (message, offset) in
        places.into_iter().flat_map(|(message, offsets)| offsets.iter().map(move |at| (message, *at)))
    {
        let mut pair = Pair::new(parts.clone());
        pair.initiate(1);
        let mut position = 0;
        while let Some(mut datagram) = pair.under_way.pop_front() {
            if position == message {
                datagram.2[offset] ^= 0x10;
            }
            position += 1;
            pair.deliver(datagram);
        }
        for host in [1, 2] {
            let authenticated = pair.told(host, |kind| matches!(kind, EventKind::Authenticated { .. }));
            assert!(!authenticated, "host {host}, message {message}, offset {offset}");
        }
    }
}

#[test]
fn a_forged_message_does_not_keep_the_genuine_one_from_being_answered() {
    for message in 0..6 {
        let mut authorities = Authorities::new(1);
        let parts =
            [router(&mut authorities, 1, &[1], &[1], &[]), router(&mut authorities, 2, &[1], &[1], &[])];
        let mut pair = Pair::new(parts);
        pair.initiate(1);
        let mut position = 0;
        while let Some(datagram) = pair.under_way.pop_front() {
            if position == message {
                // Encrypted or not, such a body is no chain of payloads.
                let mut forged = datagram.clone();
                forged.2[28..].fill(0xff);
                pair.deliver(forged);
            }
            position += 1;
            pair.deliver(datagram);
        }
        assert!(both_up(&pair), "message {message}");
    }
}

#[test]
fn a_damaged_copy_of_mm5_or_mm6_does_not_keep_the_genuine_one_from_being_judged() {
    // The last block but one of the plaintext lies in SIG, or in INITIAL-CONTACT behind it.
    for (message, from_the_end) in [(4, 60), (5, 30)] {
        let mut authorities = Authorities::new(1);
        let mut pair = Pair::new([
            router(&mut authorities, 1, &[1], &[1], &[]),
            router(&mut authorities, 2, &[1], &[1], &[]),
        ]);
        pair.initiate(1);
        let mut position = 0;
        while let Some(datagram) = pair.under_way.pop_front() {
            if position == message {
                let mut damaged = datagram.clone();
                let place = damaged.2.len() - from_the_end;
                damaged.2[place] ^= 1;
                pair.deliver(damaged);
                let refused = |kind: &EventKind| matches!(kind, EventKind::Failed(failure) if failure.code == FailureCode::BadSignature);
                assert!(pair.told(if message == 4 { 2 } else { 1 }, refused), "message {message}");
            }
            position += 1;
            pair.deliver(datagram);
        }
        assert!(both_up(&pair), "message {message}");
    }
}

#[test]
fn mm1_sent_back_to_its_sender_is_no_answer() {
    let mut authorities = Authorities::new(1);
    let mut pair = Pair::new([
        router(&mut authorities, 1, &[1], &[1], &[]),
        router(&mut authorities, 2, &[1], &[1], &[]),
    ]);
    pair.initiate(1);
    let (_, path, bytes) = pair.under_way[0].clone();
    pair.endpoints[0].handle_datagram(pair.now, path, &bytes);
    pair.collect();
    pair.settle();
    assert!(both_up(&pair));
}

#[test]
fn an_answer_that_was_not_offered_is_put_aside() {
    let mut authorities = Authorities::new(1);
    let mut pair = Pair::new([
        router(&mut authorities, 1, &[1], &[1], &[]),
        router(&mut authorities, 2, &[1], &[1], &[]),
    ]);
    pair.initiate(1);
    let mm1 = pair.under_way.pop_front().unwrap();
    pair.deliver(mm1);
    let mm2 = pair.under_way.pop_front().unwrap();
    let mut changed = mm2.clone();
    // The lifetime is the last attribute of the SA payload: four bytes before its end at 28 + 56.
    changed.2[80..84].copy_from_slice(&1_u32.to_be_bytes());
    pair.deliver(changed);
    assert!(pair.told(1, |kind| *kind == EventKind::Ignored { problem: MessageProblem::NotOffered }));
    pair.deliver(mm2);
    pair.settle();
    assert!(both_up(&pair));
}

#[test]
fn spoofed_first_messages_do_not_shut_a_responder() {
    let mut authorities = Authorities::new(1);
    let limits = Limits { half_open: 10, ..Limits::default() };
    let parts = [router(&mut authorities, 1, &[1], &[1], &[]), router(&mut authorities, 2, &[1], &[1], &[])];
    let mut pair = Pair::with_limits(parts, limits);
    pair.initiate(1);
    let (_, path, mm1) = pair.under_way.pop_front().unwrap();
    let seen = Path { local: path.remote, remote: path.local };
    for spoofed in 0..100_u8 {
        let mut bytes = mm1.clone();
        bytes[..8].copy_from_slice(&[spoofed + 1; 8]);
        pair.endpoints[1].handle_datagram(pair.now, seen, &bytes);
    }
    pair.collect();
    assert_eq!(pair.endpoints[1].session_count(), 10);
    pair.under_way.clear();
    pair.deliver((1, path, mm1));
    pair.settle();
    assert!(both_up(&pair));
}

#[test]
fn a_copy_of_an_informational_message_is_not_acted_on() {
    let mut authorities = Authorities::new(1);
    let mut r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    r1.keepalive = Some(Sourced::default_value(ike::Keepalive { interval: 10, retry: 3 }));
    let mut pair = Pair::new([r1, router(&mut authorities, 2, &[1], &[1], &[])]);
    pair.initiate(1);
    pair.settle();
    let before = pair.sent.len();
    pair.pass(Duration::from_secs(11), true);
    let [question, answer] = &pair.sent[before..] else { panic!("a question and its answer") };
    let (question, answer) = (question.clone(), answer.clone());
    for (_, path, bytes) in [&question, &answer] {
        // Once to whom it was for, once back to whom it came from.
        let seen = Path { local: path.remote, remote: path.local };
        let receiver = usize::from(path.remote.ip() == routers::address(2));
        pair.endpoints[receiver].handle_datagram(pair.now, seen, bytes);
        pair.endpoints[1 - receiver].handle_datagram(pair.now, *path, bytes);
    }
    pair.collect();
    assert_eq!(pair.sent.len(), before + 2, "nothing is answered");
    for host in [1, 2] {
        let replayed = |kind: &EventKind| *kind == EventKind::Ignored { problem: MessageProblem::Replayed };
        assert_eq!(pair.count(host, replayed), 2, "host {host}");
    }
}

#[test]
fn a_quick_mode_that_was_given_up_is_not_begun_by_its_first_message_sent_back() {
    let mut authorities = Authorities::new(1);
    let mut r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    r1.keepalive = Some(Sourced::default_value(ike::Keepalive { interval: 10, retry: 3 }));
    let mut pair = Pair::new([r1, router(&mut authorities, 2, &[1], &[1], &[])]);
    pair.initiate(1);
    for _ in 0..6 {
        let message_of_main_mode = pair.under_way.pop_front().unwrap();
        pair.deliver(message_of_main_mode);
    }
    let (_, path, first) = pair.under_way.pop_front().unwrap();
    let given_up = |kind: &EventKind| matches!(kind, EventKind::Failed(failure) if failure.code == FailureCode::NoAnswer);
    for _ in 0..600 {
        pair.now = pair.now.plus(Duration::from_secs(1));
        let now = pair.now;
        pair.endpoints.iter_mut().for_each(|endpoint| endpoint.handle_timeout(now));
        pair.collect();
        // Liveness is answered, the first message of Quick Mode is not.
        pair.under_way.retain(|(_, _, bytes)| bytes[20..24] != first[20..24]);
        pair.settle();
        if pair.told(1, given_up) {
            break;
        }
    }
    assert!(pair.told(1, given_up));
    let replayed = |kind: &EventKind| *kind == EventKind::Ignored { problem: MessageProblem::Replayed };
    let begun = |kind: &EventKind| matches!(kind, EventKind::QuickModeStateChanged { .. });
    let before = pair.count(1, begun);
    // At once, and after more liveness checks than exchanges are remembered.
    for (copies, seconds) in [(1, 0), (2, 1_000)] {
        pair.pass(Duration::from_secs(seconds), true);
        pair.endpoints[0].handle_datagram(pair.now, path, &first);
        pair.collect();
        assert_eq!((pair.count(1, replayed), pair.count(1, begun)), (copies, before), "after {seconds} s");
    }
    let alive = |kind: &EventKind| matches!(kind, EventKind::LivenessSeen { acknowledged: true, .. });
    assert!(pair.count(1, alive) > 64);
}

#[test]
fn a_message_of_too_many_payloads_is_put_aside() {
    let mut authorities = Authorities::new(1);
    let mut pair = Pair::new([
        router(&mut authorities, 1, &[1], &[1], &[]),
        router(&mut authorities, 2, &[1], &[1], &[]),
    ]);
    pair.initiate(1);
    let (from, path, mut bytes) = pair.under_way.pop_front().unwrap();
    // The last vendor ID of MM1 is followed by three thousand empty ones.
    let last = bytes.len() - 20;
    bytes[last] = 13;
    for left in (0..3_000).rev() {
        bytes.extend_from_slice(&[if left == 0 { 0 } else { 13 }, 0, 0, 4]);
    }
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    bytes[24..28].copy_from_slice(&length);
    pair.deliver((from, path, bytes));
    assert!(pair.told(2, |kind| *kind == EventKind::Ignored { problem: MessageProblem::TooManyPayloads }));
    assert_eq!(pair.endpoints[1].session_count(), 0);
}
