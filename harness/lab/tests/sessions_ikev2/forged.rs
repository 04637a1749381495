//! What others send changes nothing: forged, damaged, replayed, misdirected.

use std::time::Duration;

use ike::{EventKind, MessageProblem, Path};
use wire::ikev2::{MessageBuilder, Notification, NotifyType, Payload};
use wire::{ExchangeType, Flags};

use crate::routers::Pair;
use crate::{both_up, usual};

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
