//! The endpoint's sessions: what comes up, what is refused, and that lost, repeated and foreign datagrams change nothing
//! but time.

#![allow(clippy::unwrap_used, clippy::panic)]

mod routers;

use std::sync::Arc;
use std::time::Duration;

use ike::{
    DeleteReason, Endpoint, EventKind, FailureCode, Limits, MessageName, MessageProblem, Path, Sourced,
};
use routers::{Authorities, Pair, profile, router, tunnel};

fn both_up(pair: &Pair) -> bool {
    [1, 2].iter().all(|&host| pair.told(host, |kind| matches!(kind, EventKind::ChildEstablished { .. })))
}

fn lengths(pair: &Pair) -> Vec<usize> {
    pair.sent.iter().map(|(_, _, bytes)| bytes.len() + 28).collect()
}

#[test]
fn two_routers_with_the_same_authority_come_up_and_protect_traffic() {
    let mut authorities = Authorities::new(1);
    let mut pair = Pair::new([
        router(&mut authorities, 1, &[1], &[1], &[1]),
        router(&mut authorities, 2, &[1], &[1], &[]),
    ]);
    pair.initiate(1);
    pair.settle();
    assert!(both_up(&pair), "{:#?}", pair.events);
    assert_eq!(pair.sent.len(), 9, "six messages of Main Mode and three of Quick Mode");
}

#[test]
fn the_documents_pair_comes_up_from_one_side_and_is_refused_from_the_other() {
    let parts = || {
        let mut authorities = Authorities::new(2);
        [
            router(&mut authorities, 1, &[1, 2], &[2, 1], &[1]),
            router(&mut authorities, 2, &[1, 2], &[1, 2], &[]),
        ]
    };
    let mut from_r1 = Pair::new(parts());
    from_r1.initiate(1);
    from_r1.settle();
    assert!(both_up(&from_r1));
    assert_eq!((from_r1.chosen(1), from_r1.chosen(2)), (Some(1), Some(1)));

    let mut from_r2 = Pair::new(parts());
    from_r2.initiate(2);
    from_r2.settle();
    assert_eq!(from_r2.chosen(2), Some(2), "R1 asked for CA2 first");
    let failure = from_r2.events[0].iter().find_map(|event| match &event.kind {
        EventKind::Failed(failure) => Some(failure),
        _ => None,
    });
    let failure = failure.unwrap();
    assert_eq!(
        (failure.message, failure.code),
        (MessageName::MainMode(5), FailureCode::NoSuitableTrustpoint)
    );
    assert!(!both_up(&from_r2));

    // V1-VAL-3: nothing is sent back; MM4 and MM5 alternate, five retransmissions of each, then both give up.
    from_r2.pass(Duration::from_secs(120), true);
    let tail = lengths(&from_r2).split_off(3);
    let (mm4, mm5) = (tail[0], tail[1]);
    assert_eq!(tail, [mm4, mm5].repeat(6));
    for host in [1, 2] {
        assert!(
            from_r2.told(host, |kind| *kind == EventKind::Deleted { reason: DeleteReason::Retransmissions })
        );
    }
    let refusals = from_r2.count(1, |kind| matches!(kind, EventKind::ValidationFinished { .. }));
    assert_eq!(refusals, 1, "a copy of MM5 is not judged again");
    assert!(from_r2.endpoints.iter().all(|endpoint| endpoint.session_count() == 0));
}

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

#[test]
fn a_policy_that_does_not_fit_is_refused_and_told() {
    let mut authorities = Authorities::new(1);
    let r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    let mut r2 = router(&mut authorities, 2, &[1], &[1], &[]);
    r2.policies[0].hash.value = crypto::HashAlgorithm::Sha256;
    let mut pair = Pair::new([r1, r2]);
    pair.initiate(1);
    pair.settle();
    assert!(pair.told(
        2,
        |kind| matches!(kind, EventKind::Failed(failure) if failure.code == FailureCode::NoProposalChosen)
    ));
    assert!(pair.told(1, |kind| matches!(
        kind,
        EventKind::NotificationRead { notify_type: 14, protected: false, .. }
    )));
    assert_eq!(pair.endpoints[1].session_count(), 0);
    assert_eq!(pair.endpoints[0].session_count(), 1, "an unprotected notification ends nothing");
}

#[test]
fn quick_mode_is_refused_when_another_profile_matches_than_the_tunnels() {
    let mut authorities = Authorities::new(1);
    let r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    let mut r2 = router(&mut authorities, 2, &[1], &[1], &[]);
    // V1-ID-4: of equal matches the last configured wins; the tunnel names the first.
    let pattern = r2.profiles[0].matches[0].pattern.clone();
    r2.profiles.push(profile("prof2", &[], pattern));
    r2.protections = vec![tunnel(2, 1, Some(0))];
    let mut pair = Pair::new([r1, r2]);
    pair.initiate(1);
    pair.settle();
    assert!(pair.told(2, |kind| matches!(kind, EventKind::ProfileNotTheTunnels { .. })));
    assert!(pair.told(1, |kind| matches!(
        kind,
        EventKind::NotificationRead { notify_type: 14, protected: true, .. }
    )));
    assert!(pair.told(1, |kind| matches!(kind, EventKind::Authenticated { .. })));
    assert!(!both_up(&pair));
    pair.initiate(2);
    pair.settle();
    assert!(both_up(&pair), "the initiator does not look at other profiles");
}

#[test]
fn a_changed_address_moves_the_session_to_the_nat_traversal_port() {
    let mut authorities = Authorities::new(1);
    let r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    let mut r2 = router(&mut authorities, 2, &[1], &[1], &[]);
    r2.protections[0].peers = vec![Sourced::default_value(routers::address(99))];
    let mut pair = Pair::new([r1, r2]);
    pair.initiate(1);
    while let Some((from, path, bytes)) = pair.under_way.pop_front() {
        // A NAT between them: R2 sees address 99 for R1.
        let mut path = path;
        if from == 1 {
            path.local.set_ip(routers::address(99));
        } else {
            path.remote.set_ip(routers::address(1));
        }
        pair.deliver((from, path, bytes));
    }
    assert!(pair.told(1, |kind| *kind == EventKind::NatDetected { local: true, remote: false }));
    assert!(pair.told(2, |kind| *kind == EventKind::NatDetected { local: false, remote: true }));
    let ports: Vec<u16> = pair.sent.iter().map(|(_, path, _)| path.local.port()).collect();
    assert_eq!(ports, [500, 500, 500, 500, 4500, 4500, 4500, 4500, 4500]);
    assert!(pair.sent[4].2.starts_with(&[0; 4]), "a non-ESP marker stands before MM5");
    assert!(both_up(&pair));
}

#[test]
fn a_closed_session_tells_the_peer_which_forgets_it() {
    let mut authorities = Authorities::new(1);
    let mut pair = Pair::new([
        router(&mut authorities, 1, &[1], &[1], &[]),
        router(&mut authorities, 2, &[1], &[1], &[]),
    ]);
    pair.initiate(1);
    pair.settle();
    let session = pair.events[0][0].session;
    pair.endpoints[0].close(pair.now, session);
    pair.collect();
    pair.settle();
    assert!(pair.told(1, |kind| *kind == EventKind::Deleted { reason: DeleteReason::Closed }));
    assert!(pair.told(2, |kind| *kind == EventKind::Deleted { reason: DeleteReason::Peer }));
    assert!(pair.endpoints.iter().all(|endpoint| endpoint.session_count() == 0));
}

#[test]
fn a_peer_that_stops_answering_liveness_questions_is_given_up() {
    let mut authorities = Authorities::new(1);
    let mut r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    r1.keepalive = Some(Sourced::default_value(ike::Keepalive { interval: 10, retry: 3 }));
    let mut pair = Pair::new([r1, router(&mut authorities, 2, &[1], &[1], &[])]);
    pair.initiate(1);
    pair.settle();
    pair.pass(Duration::from_secs(35), true);
    assert_eq!(pair.count(1, |kind| matches!(kind, EventKind::LivenessSeen { acknowledged: true, .. })), 3);
    pair.pass(Duration::from_secs(60), false);
    assert!(pair.told(1, |kind| *kind == EventKind::Deleted { reason: DeleteReason::Dead }));
}

#[test]
fn a_session_ends_with_its_lifetime_and_both_sides_know() {
    let mut authorities = Authorities::new(1);
    let mut pair = Pair::new([
        router(&mut authorities, 1, &[1], &[1], &[]),
        router(&mut authorities, 2, &[1], &[1], &[]),
    ]);
    pair.initiate(1);
    pair.settle();
    pair.pass(Duration::from_secs(86_401), true);
    assert!(pair.endpoints.iter().all(|endpoint| endpoint.session_count() == 0));
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
fn a_router_that_starts_again_leaves_one_session_on_its_peer() {
    let mut authorities = Authorities::new(1);
    let r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    let mut pair = Pair::new([r1.clone(), router(&mut authorities, 2, &[1], &[1], &[])]);
    for start in 0..3 {
        let random = Box::new(crypto::SeededRandom::from_seed(100 + start));
        let fresh = Arc::new(ike::Router::new(r1.clone()).unwrap());
        pair.endpoints[0] = Endpoint::new(fresh, crypto::Provider::REAL, random, Limits::default());
        pair.initiate(1);
        pair.settle();
        assert_eq!(pair.endpoints[1].session_count(), 1, "start {start}");
    }
    let superseded = |kind: &EventKind| *kind == EventKind::Deleted { reason: DeleteReason::Superseded };
    assert_eq!(pair.count(2, superseded), 2);
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
fn a_peer_that_falls_silent_is_asked_again_at_the_retry_interval() {
    let mut authorities = Authorities::new(1);
    let mut r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    r1.keepalive = Some(Sourced::default_value(ike::Keepalive { interval: 10, retry: 3 }));
    let mut pair = Pair::new([r1, router(&mut authorities, 2, &[1], &[1], &[])]);
    pair.initiate(1);
    pair.settle();
    pair.pass(Duration::from_secs(60), false);
    let asked = pair.events[0].iter().filter_map(|event| match &event.kind {
        EventKind::Sent(record) if record.name == MessageName::Informational => {
            Some(event.at.monotonic.as_secs())
        }
        _ => None,
    });
    assert_eq!(asked.collect::<Vec<_>>(), [10, 13, 16, 19, 22]);
    assert!(pair.told(1, |kind| *kind == EventKind::Deleted { reason: DeleteReason::Dead }));
}

#[test]
fn the_best_policy_that_both_have_is_taken_and_perfect_forward_secrecy_agreed() {
    use crypto::{CipherAlgorithm, Group, HashAlgorithm};
    let mut authorities = Authorities::new(1);
    let weak = || routers::policy(30, CipherAlgorithm::DesCbc, HashAlgorithm::Md5, Group::Modp768);
    let strong = || routers::policy(10, CipherAlgorithm::AesCbc256, HashAlgorithm::Sha256, Group::Ecp256);
    let middle = || routers::policy(20, CipherAlgorithm::AesCbc128, HashAlgorithm::Sha1, Group::Modp1024);
    let mut r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    let mut r2 = router(&mut authorities, 2, &[1], &[1], &[]);
    r1.policies = vec![strong(), middle(), weak()];
    r2.policies = vec![middle(), weak()];
    for parts in [&mut r1, &mut r2] {
        parts.protections[0].pfs = Some(Sourced::default_value(Group::Ecp384));
    }
    let mut pair = Pair::new([r1, r2]);
    pair.initiate(1);
    pair.settle();
    assert!(both_up(&pair));
    let accepted = pair.events[0].iter().find_map(|event| match event.kind {
        EventKind::TransformChecked { policy, mismatch: None, .. } => Some(policy.index()),
        _ => None,
    });
    assert_eq!(accepted, Some(1), "R1's second policy, R2's first");
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

#[test]
fn a_template_takes_any_peer_and_any_traffic_within_its_own() {
    let mut authorities = Authorities::new(1);
    let spoke = router(&mut authorities, 1, &[1], &[1], &[]);
    let mut hub = router(&mut authorities, 2, &[1], &[1], &[]);
    hub.protections[0].peers.clear();
    let mut pair = Pair::new([spoke, hub]);
    pair.initiate(1);
    pair.settle();
    assert!(both_up(&pair));
}
