//! A faulty peer: what signatures and hashes cover of a change depends on where it is made.

use ike::{EventKind, FailureCode, MessageName, OutgoingPayload, Tamper};
use wire::PayloadType;

use crate::both_up;
use crate::routers::{Authorities, Pair, router};

/// Where a fault is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Point {
    BeforeAuthentication,
    BeforeProtection,
    AfterProtection,
}

/// Renames the sender in its ID payload, or changes the last byte of the message, at one point of one message.
struct Fault {
    message: MessageName,
    at: Point,
}

impl Fault {
    fn rename(&self, at: Point, message: MessageName, payloads: &mut [OutgoingPayload]) {
        let identities = payloads.iter_mut().filter(|it| it.payload_type == PayloadType::IDENTIFICATION);
        for payload in identities.filter(|_| (message, at) == (self.message, self.at)) {
            // The last character of the host name.
            *payload.body.last_mut().unwrap() ^= 0x20;
        }
    }
}

impl Tamper for Fault {
    fn before_authentication(&mut self, message: MessageName, payloads: &mut Vec<OutgoingPayload>) {
        self.rename(Point::BeforeAuthentication, message, payloads);
    }

    fn before_protection(&mut self, message: MessageName, payloads: &mut Vec<OutgoingPayload>) {
        self.rename(Point::BeforeProtection, message, payloads);
    }

    fn after_protection(&mut self, message: MessageName, bytes: &mut Vec<u8>) {
        if (message, self.at) == (self.message, Point::AfterProtection) {
            *bytes.last_mut().unwrap() ^= 1;
        }
    }
}

const MM5: MessageName = MessageName::MainMode(5);
const QM1: MessageName = MessageName::QuickMode(1);

/// Two routers, the first with a fault.
fn with(fault: impl Tamper + 'static) -> Pair {
    let mut authorities = Authorities::new(1);
    let parts = [router(&mut authorities, 1, &[1], &[1], &[]), router(&mut authorities, 2, &[1], &[1], &[])];
    let Pair { endpoints: [first, second], events, now, under_way, sent } = Pair::new(parts);
    let endpoints = [first.with_tamper(Box::new(fault)), second];
    let mut pair = Pair { endpoints, events, now, under_way, sent };
    pair.initiate(1);
    pair.settle();
    pair
}

fn signature_of_the_first(pair: &Pair) -> Option<bool> {
    pair.events[1].iter().find_map(|event| match event.kind {
        EventKind::SignatureChecked { valid } => Some(valid),
        _ => None,
    })
}

/// Tampers with nothing.
struct Honest;

impl Tamper for Honest {}

#[test]
fn by_default_nothing_is_changed() {
    assert!(both_up(&with(Honest)));
}

#[test]
fn the_signature_covers_what_is_changed_before_it_is_made() {
    let pair = with(Fault { message: MM5, at: Point::BeforeAuthentication });
    assert_eq!(signature_of_the_first(&pair), Some(true));
}

#[test]
fn the_signature_does_not_cover_what_is_changed_before_encryption() {
    let pair = with(Fault { message: MM5, at: Point::BeforeProtection });
    assert_eq!(signature_of_the_first(&pair), Some(false));
    let refused = |kind: &EventKind| matches!(kind, EventKind::Failed(failure) if (failure.message, failure.code) == (MM5, FailureCode::BadSignature));
    assert!(pair.told(2, refused));
}

#[test]
fn what_is_changed_after_encryption_goes_out_as_it_is() {
    let pair = with(Fault { message: QM1, at: Point::AfterProtection });
    assert!(pair.told(2, |kind| matches!(kind, EventKind::Authenticated { .. })));
    assert!(!both_up(&pair));
}

#[test]
fn payloads_that_cannot_be_written_go_out_unchanged() {
    struct TooLong;
    impl Tamper for TooLong {
        fn before_protection(&mut self, _: MessageName, payloads: &mut Vec<OutgoingPayload>) {
            payloads.push(OutgoingPayload::new(PayloadType::VENDOR_ID, vec![0; 70_000]));
        }
    }
    assert!(both_up(&with(TooLong)));
}
