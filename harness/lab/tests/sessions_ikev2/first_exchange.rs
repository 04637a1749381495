//! IKE_SA_INIT: cookies, groups, proposals, versions.

use crypto::{Group, HashAlgorithm};
use ike::{EventKind, FailureCode, Ikev2Event, Limits, MessageProblem, Sourced};
use wire::ikev2::{Message, NotifyType, Payload};

use crate::routers::Pair;
use crate::{both_up, failure, ikev2_event, payload_names, sent, settled, usual};

#[test]
fn a_cookie_is_demanded_without_a_session_and_returned_first() {
    let mut parts = usual();
    parts[1].ikev2.cookie_challenge = Some(Sourced::default_value(0));
    let mut pair = Pair::new(parts);
    pair.initiate(1);
    let request = pair.under_way.pop_front().unwrap();
    pair.deliver(request);
    assert_eq!(pair.endpoints[1].session_count(), 0, "RFC 7296 2.6: nothing is kept");
    pair.settle();
    assert!(both_up(&pair), "{:#?}", pair.events);
    assert!(ikev2_event(&pair, 2, |event| *event == Ikev2Event::CookieDemanded));
    assert!(ikev2_event(&pair, 1, |event| *event == Ikev2Event::CookieReturned));
    assert!(payload_names(sent(&pair, 1)[1]).starts_with("NOTIFY(COOKIE) SA KE N"));
    assert_eq!(pair.sent.len(), 6);
}

#[test]
fn a_cookie_of_another_address_is_not_believed() {
    let mut parts = usual();
    parts[1].ikev2.cookie_challenge = Some(Sourced::default_value(0));
    let mut pair = Pair::new(parts);
    pair.initiate(1);
    let request = pair.under_way.pop_front().unwrap();
    pair.deliver(request);
    let demand = pair.under_way.pop_front().unwrap();
    pair.deliver(demand);
    let (from, mut path, bytes) = pair.under_way.pop_front().unwrap();
    path.local.set_port(501);
    pair.deliver((from, path, bytes));
    assert_eq!(pair.endpoints[1].session_count(), 0);
    assert_eq!(pair.count(2, |kind| *kind == EventKind::Ikev2(Ikev2Event::CookieDemanded)), 2);
}

#[test]
fn a_peer_that_demands_cookies_without_end_is_asked_no_more() {
    let mut parts = usual();
    parts[1].ikev2.cookie_challenge = Some(Sourced::default_value(0));
    let mut pair = Pair::new(parts);
    pair.initiate(1);
    let request = pair.under_way.pop_front().unwrap();
    pair.deliver(request);
    let demand = pair.under_way.pop_front().unwrap();
    for _ in 0..20 {
        pair.deliver(demand.clone());
        pair.under_way.clear();
    }
    assert!(pair.sent.len() < 10);
    assert!(pair.told(1, |kind| *kind == EventKind::Ignored { problem: MessageProblem::UselessRetry }));
}

#[test]
fn the_wrong_group_first_costs_two_messages_and_no_more() {
    let mut parts = usual();
    let groups = |groups: [Group; 2]| groups.map(Sourced::default_value).to_vec();
    parts[0].ikev2.proposals[0].groups = groups([Group::Modp2048, Group::Modp1024]);
    parts[1].ikev2.proposals[0].groups = groups([Group::Modp1024, Group::Modp2048]);
    let pair = settled(parts);
    assert!(both_up(&pair), "{:#?}", pair.events);
    assert_eq!(pair.sent.len(), 6);
    for host in [1, 2] {
        let wanted = Ikev2Event::GroupWanted { group: Group::Modp1024 };
        assert!(ikev2_event(&pair, host, |event| *event == wanted));
    }
}

#[test]
fn a_group_that_was_not_offered_is_not_used() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    let (_, path, request) = pair.under_way.pop_front().unwrap();
    let spi = Message::read(&request).unwrap().header().initiator_cookie;
    let data = 1_u16.to_be_bytes();
    let notification = wire::ikev2::Notification::new(NotifyType::INVALID_KE_PAYLOAD, &data);
    let bytes = wire::ikev2::MessageBuilder::new(spi, [0; 8], wire::ExchangeType::IKE_SA_INIT)
        .flags(wire::Flags::RESPONSE)
        .payloads(&[Payload::Notify(notification)])
        .unwrap();
    let back = ike::Path { local: path.remote, remote: path.local };
    pair.deliver((2, back, bytes));
    assert_eq!(pair.sent.len(), 1);
    assert!(pair.told(1, |kind| *kind == EventKind::Ignored { problem: MessageProblem::UselessRetry }));
}

#[test]
fn proposals_that_do_not_fit_are_refused_and_a_refusal_in_the_open_ends_nothing() {
    let mut parts = usual();
    parts[1].ikev2.proposals[0].integrity = vec![Sourced::default_value(HashAlgorithm::Sha256)];
    let mut pair = settled(parts);
    let refusal = failure(&pair, 2).unwrap();
    assert_eq!(
        (refusal.message.to_string().as_str(), refusal.code),
        ("IKE_SA_INIT request", FailureCode::NoProposalChosen)
    );
    assert_eq!(pair.endpoints[1].session_count(), 0);
    assert!(pair.told(1, |kind| matches!(
        kind,
        EventKind::NotificationRead { notify_type: 14, protected: false, .. }
    )));
    assert_eq!(pair.endpoints[0].session_count(), 1, "RFC 7296 2.21.1: a hint");
    pair.pass(std::time::Duration::from_secs(300), true);
    assert_eq!(failure(&pair, 1).unwrap().code, FailureCode::RefusedByPeer);
    assert_eq!(pair.endpoints[0].session_count(), 0);
}

#[test]
fn an_initiator_that_is_refused_and_repeats_itself_is_one_session_with_one_sa_id() {
    let mut parts = usual();
    parts[1].ikev2.proposals[0].integrity = vec![Sourced::default_value(HashAlgorithm::Sha256)];
    let mut pair = settled(parts);
    pair.pass(std::time::Duration::from_secs(300), true);
    assert_eq!(pair.sent.iter().filter(|(from, _, _)| *from == 2).count(), 6, "each copy is answered");
    let numbers = pair.events[1].iter().map(|event| (event.session, event.connection));
    let numbers: std::collections::BTreeSet<_> = numbers.collect();
    assert_eq!(numbers.len(), 1, "{numbers:?}");
    // Another one is another.
    pair.initiate(1);
    pair.settle();
    assert_eq!(pair.events[1].last().unwrap().connection, 2);
}

#[test]
fn a_cookie_of_long_ago_is_not_believed() {
    let mut parts = usual();
    parts[1].ikev2.cookie_challenge = Some(Sourced::default_value(0));
    let mut pair = Pair::new(parts);
    pair.initiate(1);
    for _ in 0..2 {
        let datagram = pair.under_way.pop_front().unwrap();
        pair.deliver(datagram);
    }
    let with_cookie = pair.under_way.pop_front().unwrap();
    pair.now = pair.now.plus(std::time::Duration::from_secs(3600));
    pair.deliver(with_cookie);
    assert_eq!(pair.endpoints[1].session_count(), 0, "nobody asked for a cookie in the meantime");
    assert_eq!(pair.count(2, |kind| *kind == EventKind::Ikev2(Ikev2Event::CookieDemanded)), 2);
}

#[test]
fn a_higher_major_version_is_answered_with_the_highest_known_and_not_without_bound() {
    let limits = Limits { stranger_answers: 3, ..Limits::default() };
    let mut pair = Pair::with_limits(usual(), limits);
    pair.initiate(1);
    let (from, path, mut bytes) = pair.under_way.pop_front().unwrap();
    bytes[17] = 0x30;
    for _ in 0..10 {
        pair.deliver((from, path, bytes.clone()));
    }
    let answers: Vec<_> = pair.sent.iter().filter(|(from, _, _)| *from == 2).collect();
    assert_eq!(answers.len(), 3);
    let message = Message::read(&answers[0].2).unwrap();
    let raw = message.payloads().next().unwrap().unwrap();
    let Payload::Notify(notification) = raw.typed().unwrap() else { panic!("{raw:?}") };
    assert_eq!((notification.notify_type, notification.data), (NotifyType::INVALID_MAJOR_VERSION, &[2][..]));
    assert!(message.is_response() && !message.is_from_initiator());
    // An answer to an answer could go on for ever.
    bytes[19] |= wire::Flags::RESPONSE.0;
    pair.pass(std::time::Duration::from_millis(1100), false);
    pair.deliver((from, path, bytes));
    assert_eq!(pair.sent.iter().filter(|(from, _, _)| *from == 2).count(), 3);
}

#[test]
fn an_unknown_critical_payload_is_refused_and_named() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    let (from, path, bytes) = pair.under_way.pop_front().unwrap();
    let message = Message::read(&bytes).unwrap();
    let mut payloads: Vec<wire::ikev2::owned::Payload> =
        message.payloads().map(|raw| raw.unwrap().into()).collect();
    payloads.push(wire::ikev2::owned::Payload {
        payload_type: wire::PayloadType(200),
        first_inside: wire::PayloadType::NONE,
        critical: true,
        reserved: 0,
        body: vec![1, 2, 3],
    });
    let changed = wire::ikev2::MessageBuilder::like(message.header()).payloads(&payloads).unwrap();
    pair.deliver((from, path, changed));
    let (_, _, answer) = pair.under_way.pop_front().unwrap();
    let raw = Message::read(&answer).unwrap().payloads().next().unwrap().unwrap();
    let Payload::Notify(notification) = raw.typed().unwrap() else { panic!("{raw:?}") };
    assert_eq!(
        (notification.notify_type, notification.data),
        (NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD, &[200][..])
    );
    assert_eq!(pair.endpoints[1].session_count(), 0);
}

#[test]
fn another_first_message_with_the_same_spi_is_another_attempt() {
    // RFC 7296 2.1
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    let request = pair.under_way.pop_front().unwrap();
    pair.deliver(request.clone());
    let genuine = pair.under_way.pop_front().unwrap();
    let (from, path, mut other) = request.clone();
    let nonce = Message::read(&other).unwrap().payloads().map(Result::unwrap);
    let nonce = nonce.into_iter().find(|raw| raw.payload_type == wire::PayloadType::IKEV2_NONCE).unwrap();
    let position = nonce.body_offset();
    other[position] ^= 1;
    pair.deliver((from, path, other));
    let second = pair.under_way.pop_front().unwrap();
    let spi = |(_, _, bytes): &(u8, ike::Path, Vec<u8>)| wire::Header::read(bytes).unwrap().responder_cookie;
    assert_ne!(spi(&genuine), spi(&second));
    assert_eq!(pair.endpoints[1].session_count(), 2);
    pair.now = pair.now.plus(std::time::Duration::from_secs(2));
    pair.deliver(request);
    assert_eq!(pair.under_way.pop_front().unwrap().2, genuine.2, "each is known again");
    pair.deliver(genuine);
    pair.settle();
    assert!(both_up(&pair), "{:#?}", pair.events);
}

#[test]
fn first_messages_without_end_fill_nothing() {
    let limits = Limits { half_open: 10, ..Limits::default() };
    let mut pair = Pair::with_limits(usual(), limits);
    pair.initiate(1);
    let (from, path, bytes) = pair.under_way.pop_front().unwrap();
    for number in 0..100_u8 {
        let mut bytes = bytes.clone();
        bytes[0] ^= number;
        bytes[7] ^= 1;
        pair.deliver((from, path, bytes));
    }
    assert!(pair.endpoints[1].session_count() <= 10);
    assert!(ikev2_event(&pair, 2, |event| *event == Ikev2Event::CookieDemanded));
    // Who answers with the cookie comes up all the same.
    pair.under_way.clear();
    pair.deliver((from, path, bytes));
    pair.settle();
    assert!(both_up(&pair), "{:#?}", pair.events);
}
