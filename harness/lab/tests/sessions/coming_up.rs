//! What comes up, what is refused, and what both sides have then.

use std::time::Duration;

use ike::{DeleteReason, EventKind, FailureCode, MessageName, Sourced};

use crate::routers::{self, Authorities, Pair, profile, router, trustpoint_id, tunnel};
use crate::{both_up, lengths};

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

#[test]
fn of_several_trustpoints_of_one_ca_the_first_of_the_list_accepts_the_peer() {
    // The trustpoints enrolled, the newest first; those pinned; and the one that accepts.
    let cases: [(&[usize], &[usize], usize); 6] = [
        (&[2], &[], 2),     // ORD-1: enrolled before only authenticated
        (&[3, 1], &[], 3),  // ORD-1: the newest first
        (&[2], &[3, 2], 3), // V1-VAL-1: in the order of the lines
        (&[3], &[2, 3], 2),
        (&[2], &[3, 3, 2], 3),
        (&[1], &[4, 2], 2), // of another CA is passed over
    ];
    for (enrolled, pins, expected) in cases {
        let mut authorities = Authorities::new(2);
        let r1 = router(&mut authorities, 1, &[1], &[1], &[]);
        let mut pair = Pair::new([r1, router(&mut authorities, 2, &[1, 1, 1, 2], enrolled, pins)]);
        pair.initiate(1);
        pair.settle();
        let accepted = pair.events[1].iter().find_map(|event| match &event.kind {
            EventKind::ValidationFinished { result } => Some(result.clone().ok()),
            _ => None,
        });
        assert_eq!(accepted, Some(Some(trustpoint_id(expected))), "{enrolled:?} {pins:?}");
    }
}
