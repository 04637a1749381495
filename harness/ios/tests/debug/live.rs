//! The same two negotiations, run by two endpoints instead of made by hand: their real events cover the excerpts too.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crypto::{Provider, SeededRandom};
use ike::{Endpoint, Event, Limits, Now, Path, Router};
use ios::debug::{ClockStyle, Transcript, render};

use super::reference::{self, assert_covers};
use super::world::*;

/// What the routers of the document print when one of them begins: of R1, then of R2.
fn negotiate(r1_begins: bool) -> [String; 2] {
    negotiate_between([r1(), r2()], usize::from(!r1_begins))
}

/// The same of any two routers at their addresses. Time goes on until nobody waits for anything, or for five minutes.
pub fn negotiate_between(routers: [Router; 2], first: usize) -> [String; 2] {
    let ends = [1, 2].map(|host| SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 168, 0, host)), 500));
    let paths = [Path { local: ends[0], remote: ends[1] }, Path { local: ends[1], remote: ends[0] }];
    let mut seed = 0;
    let mut endpoints = routers.map(|router| {
        seed += 1;
        let random = SeededRandom::from_seed(seed);
        Endpoint::new(Arc::new(router), Provider::SIMULATED, Box::new(random), Limits::default())
    });
    let mut now = Now { monotonic: Duration::ZERO, calendar: 1_371_733_237 };
    let mut events: [Vec<Event>; 2] = Default::default();
    endpoints[first].initiate(now, protection(), paths[first]).unwrap();
    while now.monotonic < Duration::from_secs(300) {
        exchange(&mut endpoints, paths, now, &mut events);
        let Some(due) = endpoints.iter().filter_map(Endpoint::poll_timeout).min() else { break };
        now = now.plus(due.saturating_sub(now.monotonic).max(Duration::from_millis(1)));
        endpoints.iter_mut().for_each(|endpoint| endpoint.handle_timeout(now));
    }
    [0, 1].map(|side| render(endpoints[side].router(), ClockStyle::default(), &events[side]))
}

/// Carries datagrams to and fro until there are none.
fn exchange(endpoints: &mut [Endpoint; 2], paths: [Path; 2], now: Now, events: &mut [Vec<Event>; 2]) {
    let mut wire = VecDeque::new();
    loop {
        for (side, endpoint) in endpoints.iter_mut().enumerate() {
            wire.extend(std::iter::from_fn(|| endpoint.poll_transmit()).map(|(_, bytes)| (1 - side, bytes)));
            events[side].extend(std::iter::from_fn(|| endpoint.poll_event()));
        }
        let Some((to, bytes)) = wire.pop_front() else { return };
        endpoints[to].handle_datagram(now, paths[to], &bytes);
    }
}

#[test]
fn the_negotiation_that_r1_begins_comes_up_in_the_words_of_the_document() {
    let [r1, r2] = negotiate(true);
    assert_covers(&r1, &reference::expected_of_r1_as_initiator());
    assert_covers(&r2, &reference::expected_of_r2_as_responder());
    for text in [r1, r2] {
        assert!(text.contains("New State = IKE_QM_PHASE2_COMPLETE"), "{text}");
    }
}

#[test]
fn the_negotiation_that_r2_begins_fails_in_the_words_of_the_document() {
    let [r1, r2] = negotiate(false);
    assert_covers(&r2, &reference::expected_of_r2_as_initiator());
    assert_covers(&r1, &reference::expected_of_r1_as_responder());
    for text in [r1, r2] {
        assert!(text.contains("New State = IKE_DEST_SA"), "{text}");
        assert!(!text.contains("IKE_P1_COMPLETE"), "{text}");
    }
}

/// A message of Main Mode that begins with a nonce (10) in place of an SA.
fn nonce_in_place_of_the_proposals(cookie: u64) -> Vec<u8> {
    let mut message = cookie.to_be_bytes().to_vec();
    message.extend([0; 8]);
    message.extend([10, 0x10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 40]);
    message.extend([0, 0, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8]);
    message
}

#[test]
fn first_messages_that_begin_no_session_are_not_remembered() {
    let router = Arc::new(r2());
    let [local, remote] = [2, 1].map(|host| SocketAddr::new(Ipv4Addr::new(192, 168, 0, host).into(), 500));
    let (path, now) = (Path { local, remote }, Now { monotonic: Duration::ZERO, calendar: 1_371_733_237 });
    let random = Box::new(SeededRandom::from_seed(0));
    let mut endpoint = Endpoint::new(Arc::clone(&router), Provider::SIMULATED, random, Limits::default());
    let mut transcript = Transcript::new(&router, ClockStyle::default());
    for cookie in 1..=100 {
        endpoint.handle_datagram(now, path, &nonce_in_place_of_the_proposals(cookie));
        let mut lines = String::new();
        while let Some(event) = endpoint.poll_event() {
            transcript.push(&event, &mut lines).unwrap();
        }
        assert!(lines.contains("failed its sanity check or is malformed"), "{lines}");
        assert_eq!(transcript.session_count(), 0);
    }
    endpoint.initiate(now, protection(), path).unwrap();
    while let Some(event) = endpoint.poll_event() {
        transcript.push(&event, &mut String::new()).unwrap();
    }
    assert_eq!(transcript.session_count(), 1);
}
