//! What others send changes nothing: forged, damaged, replayed, misdirected.

use std::sync::Arc;
use std::time::Duration;

use crypto::{Group, Provider, SeededRandom};
use ike::{Endpoint, EventKind, FailureCode, Limits, MessageProblem, Path, Router, Sourced};
use wire::ikev2::{MessageBuilder, Notification, NotifyType, Payload};
use wire::{ExchangeType, Flags};

use crate::routers::Pair;
use crate::{both_up, failure, usual};

/// Somebody on the way who says that he is host 2. He knows all about host 2 but its key.
struct Impostor(Endpoint);

impl Impostor {
    fn new(seed: u64) -> Self {
        let [r1, mut r2] = usual();
        let signer = r1.trustpoints[0].enrolment.clone().unwrap().signer;
        r2.trustpoints[0].enrolment.as_mut().unwrap().signer = signer;
        let router = Arc::new(Router::new(r2).unwrap());
        Self(Endpoint::new(
            router,
            Provider::REAL,
            Box::new(SeededRandom::from_seed(1000 + seed)),
            Limits::default(),
        ))
    }

    /// What he answers to a datagram of host 1.
    fn answer(&mut self, pair: &Pair, (_, path, bytes): &(u8, Path, Vec<u8>)) -> (u8, Path, Vec<u8>) {
        let seen = Path { local: path.remote, remote: path.local };
        self.0.handle_datagram(pair.now, seen, bytes);
        let (path, bytes) = self.0.poll_transmit().unwrap();
        (2, path, bytes)
    }
}

/// A notification that nothing protects, with the SPIs of a session under way, as its `host` would get it.
fn in_the_open(
    pair: &Pair,
    exchange: ExchangeType,
    message_id: u32,
    notify_type: NotifyType,
) -> (Path, Vec<u8>) {
    let (_, path, request) = pair.sent.iter().find(|(from, _, _)| *from == 1).unwrap();
    let initiator = wire::Header::read(request).unwrap().initiator_cookie;
    let response = pair.sent.iter().find(|(from, _, _)| *from == 2);
    let responder =
        response.map_or([0; 8], |(_, _, bytes)| wire::Header::read(bytes).unwrap().responder_cookie);
    let bytes = MessageBuilder::new(initiator, responder, exchange)
        .flags(Flags::RESPONSE)
        .message_id(message_id)
        .payloads(&[Payload::Notify(Notification::new(notify_type, &[]))])
        .unwrap();
    (Path { local: path.remote, remote: path.local }, bytes)
}

#[test]
fn errors_in_the_open_end_nothing_at_any_step() {
    // RFC 7296 2.4, 2.21.1: what is not authenticated is a hint.
    for step in 0..4 {
        let mut pair = Pair::new(usual());
        pair.initiate(1);
        for _ in 0..step {
            let datagram = pair.under_way.pop_front().unwrap();
            pair.deliver(datagram);
        }
        let errors = [
            NotifyType::NO_PROPOSAL_CHOSEN,
            NotifyType::AUTHENTICATION_FAILED,
            NotifyType::INVALID_SYNTAX,
            NotifyType::INVALID_IKE_SPI,
        ];
        for error in errors {
            for (exchange, id) in [
                (ExchangeType::IKE_SA_INIT, 0),
                (ExchangeType::IKE_AUTH, 1),
                (ExchangeType::IKEV2_INFORMATIONAL, 2),
            ] {
                let (path, bytes) = in_the_open(&pair, exchange, id, error);
                let waiting = std::mem::take(&mut pair.under_way);
                pair.deliver((2, path, bytes));
                assert!(pair.under_way.is_empty(), "step {step}: nothing is answered");
                pair.under_way = waiting;
            }
        }
        pair.settle();
        assert!(both_up(&pair), "step {step}: {:#?}", pair.events);
    }
}

#[test]
fn a_message_with_any_byte_changed_is_put_aside_and_the_genuine_one_still_counts() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    for _ in 0..2 {
        let datagram = pair.under_way.pop_front().unwrap();
        pair.deliver(datagram);
    }
    let (from, path, genuine) = pair.under_way.pop_front().unwrap();
    // Behind the header's SPIs; every seventh byte is enough.
    for position in (16..genuine.len()).step_by(7) {
        let mut damaged = genuine.clone();
        damaged[position] ^= 0x55;
        pair.deliver((from, path, damaged));
    }
    assert!(!pair.told(2, |kind| matches!(kind, EventKind::Failed(_) | EventKind::Authenticated { .. })));
    assert!(pair.told(2, |kind| *kind == EventKind::Ignored { problem: MessageProblem::BadChecksum }));
    pair.under_way.clear();
    pair.deliver((from, path, genuine));
    pair.settle();
    assert!(both_up(&pair));
}

#[test]
fn our_own_messages_sent_back_to_us_are_put_aside() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    pair.settle();
    let count = pair.sent.len();
    for (from, path, bytes) in pair.sent.clone() {
        let back = Path { local: path.remote, remote: path.local };
        let other = if from == 1 { 2 } else { 1 };
        pair.deliver((other, back, bytes));
    }
    assert_eq!(pair.sent.len(), count, "nothing is answered");
    assert!(pair.told(1, |kind| *kind == EventKind::Ignored { problem: MessageProblem::WrongFlags }));
    assert!(pair.endpoints.iter().all(|endpoint| endpoint.session_count() == 1));
}

#[test]
fn replayed_messages_are_put_aside() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    pair.settle();
    pair.now = pair.now.plus(Duration::from_secs(10));
    let old: Vec<_> = pair.sent.clone();
    let count = pair.sent.len();
    for datagram in old {
        pair.deliver(datagram);
        pair.under_way.clear();
    }
    assert_eq!(pair.sent.len(), count + 1, "only the last request is answered again");
    for host in [1, 2] {
        assert_eq!(pair.count(host, |kind| matches!(kind, EventKind::ChildEstablished { .. })), 1);
    }
}

#[test]
fn an_initiator_whose_first_message_is_answered_by_somebody_else_goes_on_waiting() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    let (from, path, request) = pair.under_way.pop_front().unwrap();
    // The right SPI, and nothing else that is right.
    let spi = wire::Header::read(&request).unwrap().initiator_cookie;
    let bytes = MessageBuilder::new(spi, [9; 8], ExchangeType::IKE_SA_INIT)
        .flags(Flags::RESPONSE)
        .payloads(&[Payload::Nonce(&[7; 32])])
        .unwrap();
    let back = Path { local: path.remote, remote: path.local };
    pair.deliver((2, back, bytes));
    pair.deliver((from, path, request));
    pair.settle();
    assert!(both_up(&pair), "{:#?}", pair.events);
}

#[test]
fn an_impostor_who_is_quicker_does_not_keep_the_genuine_answer_out() {
    // RFC 7296 2.4
    let not_genuine = EventKind::Ignored { problem: MessageProblem::NotGenuine };
    for goes_on in [false, true] {
        let mut impostor = Impostor::new(0);
        let mut pair = Pair::new(usual());
        pair.initiate(1);
        let request = pair.under_way.pop_front().unwrap();
        let forged = impostor.answer(&pair, &request);
        pair.deliver(forged);
        let to_impostor = pair.under_way.pop_front().unwrap();
        pair.deliver(request);
        let genuine = pair.under_way.pop_front().unwrap();
        pair.deliver(genuine);
        if goes_on {
            let proof = impostor.answer(&pair, &to_impostor);
            pair.deliver(proof);
            assert!(pair.told(1, |kind| *kind == not_genuine));
        }
        pair.settle();
        assert!(both_up(&pair), "he goes on: {goes_on}: {:#?}", pair.events);
        assert!(failure(&pair, 1).is_none());
        // Nothing is left of the other.
        let count = pair.sent.len();
        pair.pass(Duration::from_secs(300), true);
        assert_eq!(pair.sent.len(), count);
        assert_eq!(pair.endpoints[0].session_count(), 1);
    }
}

#[test]
fn an_impostor_who_is_slower_changes_nothing() {
    let mut impostor = Impostor::new(0);
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    let request = pair.under_way.pop_front().unwrap();
    let forged = impostor.answer(&pair, &request);
    pair.deliver(request);
    let genuine = pair.under_way.pop_front().unwrap();
    pair.deliver(genuine);
    pair.deliver(forged.clone());
    pair.settle();
    assert!(both_up(&pair), "{:#?}", pair.events);
    let count = pair.sent.len();
    pair.deliver(forged);
    assert_eq!(pair.sent.len(), count, "what comes after the proof is not answered");
}

#[test]
fn one_who_cannot_prove_itself_and_is_alone_is_refused_as_ever() {
    let mut impostor = Impostor::new(0);
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    for _ in 0..2 {
        let request = pair.under_way.pop_front().unwrap();
        let answer = impostor.answer(&pair, &request);
        pair.deliver(answer);
    }
    assert_eq!(failure(&pair, 1).unwrap().code, FailureCode::BadSignature);
}

#[test]
fn only_a_few_answers_are_tried() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    let request = pair.under_way.pop_front().unwrap();
    for seed in 0..20 {
        let forged = Impostor::new(seed).answer(&pair, &request);
        pair.deliver(forged.clone());
        pair.deliver(forged);
    }
    let tried = pair.sent.len() - 1;
    assert!((2..=8).contains(&tried), "{tried}");
    pair.under_way.clear();
    pair.pass(Duration::from_secs(300), false);
    assert_eq!(failure(&pair, 1).unwrap().code, FailureCode::NoAnswer);
    assert_eq!(pair.endpoints[0].session_count(), 0);
}

#[test]
fn who_asks_for_another_group_in_the_open_does_not_keep_the_genuine_answer_out() {
    let mut parts = usual();
    let groups = [Group::Modp2048, Group::Modp1024].map(Sourced::default_value);
    parts.iter_mut().for_each(|router| router.ikev2.proposals[0].groups = groups.to_vec());
    // Whether the request that he has provoked arrives or not.
    for arrives in [true, false] {
        between(parts.clone(), arrives);
    }
}

/// Somebody in between has host 1 repeat its request with another group.
fn between(parts: [ike::RouterParts; 2], arrives: bool) {
    let mut pair = Pair::new(parts);
    pair.initiate(1);
    let request = pair.under_way.pop_front().unwrap();
    let (_, path, bytes) = &request;
    let spi = wire::Header::read(bytes).unwrap().initiator_cookie;
    let data = Group::Modp1024.number().to_be_bytes();
    let wanted = Notification::new(NotifyType::INVALID_KE_PAYLOAD, &data);
    let forged = MessageBuilder::new(spi, [0; 8], ExchangeType::IKE_SA_INIT)
        .flags(Flags::RESPONSE)
        .payloads(&[Payload::Notify(wanted)])
        .unwrap();
    pair.deliver((2, Path { local: path.remote, remote: path.local }, forged));
    assert_eq!(pair.sent.len(), 2, "it may be genuine, and costs a message");
    let provoked = pair.under_way.pop_front().unwrap();
    pair.deliver(request);
    if arrives {
        pair.deliver(provoked);
    }
    pair.settle();
    assert!(both_up(&pair), "{:#?}", pair.events);
    assert_eq!(pair.count(1, |kind| matches!(kind, EventKind::ChildEstablished { .. })), 1);
}

#[test]
fn messages_of_the_other_version_with_our_spis_are_put_aside() {
    let mut pair = Pair::new(usual());
    pair.initiate(1);
    pair.settle();
    let count = pair.sent.len();
    for (from, path, mut bytes) in pair.sent.clone() {
        bytes[17] = 0x10;
        pair.deliver((from, path, bytes));
    }
    assert_eq!(pair.sent.len(), count);
}

#[test]
fn what_a_router_prints_remembers_no_session_that_is_over() {
    use ios::debug::{ClockStyle, Transcript};
    // Refused, asked for a cookie, of an unknown version; and a deletion that is answered again.
    let [r1, r2] = usual();
    let mut refusing = r2.clone();
    refusing.ikev2.proposals[0].integrity = vec![Sourced::default_value(crypto::HashAlgorithm::Sha256)];
    let mut demanding = r2.clone();
    demanding.ikev2.cookie_challenge = Some(Sourced::default_value(0));
    for (second, version) in [(refusing, 0x20), (demanding, 0x20), (r2.clone(), 0x30)] {
        let mut pair = Pair::new([r1.clone(), second]);
        pair.initiate(1);
        let (from, path, mut bytes) = pair.under_way.pop_front().unwrap();
        bytes[17] = version;
        for number in 0..20 {
            bytes[0] = number;
            pair.deliver((from, path, bytes.clone()));
        }
        let router = Arc::clone(pair.endpoints[1].router());
        let mut transcript = Transcript::new(&router, ClockStyle::default());
        let mut lines = String::new();
        pair.events[1].iter().for_each(|event| transcript.push(event, &mut lines).unwrap());
        assert!(lines.contains("Sending Packet"), "{lines}");
        assert_eq!(transcript.session_count(), 0);
    }
    let mut pair = Pair::new([r1, r2]);
    pair.initiate(1);
    pair.settle();
    let (now, id) = (pair.now, pair.events[0][0].session);
    pair.endpoints[0].close(now, id);
    pair.collect();
    let deletion = pair.under_way.pop_front().unwrap();
    for _ in 0..2 {
        pair.deliver(deletion.clone());
        pair.under_way.clear();
        pair.now = pair.now.plus(Duration::from_secs(2));
    }
    assert!(pair.told(2, |kind| matches!(kind, EventKind::DuplicateReceived { answered: true, .. })));
    let router = Arc::clone(pair.endpoints[1].router());
    let mut transcript = Transcript::new(&router, ClockStyle::default());
    pair.events[1].iter().for_each(|event| transcript.push(event, &mut String::new()).unwrap());
    assert_eq!(transcript.session_count(), 0);
}
