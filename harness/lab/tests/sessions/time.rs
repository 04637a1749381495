//! Liveness, lifetimes and the end of sessions.

use std::sync::Arc;
use std::time::Duration;

use ike::{DeleteReason, Endpoint, EventKind, Limits, MessageName, Sourced};

use crate::routers::{Authorities, Pair, router};

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
