//! The endpoint's sessions of IKEv2, two endpoints at a time: what comes up, what is refused, and that lost, repeated and
//! foreign datagrams change nothing but time.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../routers/mod.rs"]
mod routers;

mod coming_up;
mod first_exchange;
mod forged;
mod insider;
mod lost_and_repeated;
mod proposals;
mod refusals;
mod time;

use ike::{EventKind, Failure, Ikev2Event, MessageRecord, RouterParts};
use routers::{Authorities, Pair, ikev2_router};
use wire::ikev2::{Payload, payloads_in};

/// Two routers that know one CA and pin it.
fn usual() -> [RouterParts; 2] {
    let mut authorities = Authorities::new(1);
    [1, 2].map(|host| ikev2_router(&mut authorities, host, &[1], &[1], &[1]))
}

/// The pair after host 1 has begun and everything was delivered.
fn settled(parts: [RouterParts; 2]) -> Pair {
    let mut pair = Pair::new(parts);
    pair.initiate(1);
    pair.settle();
    pair
}

fn both_up(pair: &Pair) -> bool {
    [1, 2].iter().all(|&host| pair.told(host, |kind| matches!(kind, EventKind::ChildEstablished { .. })))
}

/// The first failure that a host tells.
fn failure(pair: &Pair, host: u8) -> Option<&Failure> {
    pair.events[usize::from(host) - 1].iter().find_map(|event| match &event.kind {
        EventKind::Failed(failure) => Some(failure),
        _ => None,
    })
}

fn ikev2_event(pair: &Pair, host: u8, wanted: impl Fn(&Ikev2Event) -> bool) -> bool {
    pair.told(host, |kind| matches!(kind, EventKind::Ikev2(event) if wanted(event)))
}

/// The messages that a host has sent, without retransmissions.
fn sent(pair: &Pair, host: u8) -> Vec<&MessageRecord> {
    let records = pair.events[usize::from(host) - 1].iter().filter_map(|event| match &event.kind {
        EventKind::Sent(record) if record.retransmission == 0 => Some(record),
        _ => None,
    });
    records.collect()
}

/// The payloads of a message by the words of IOS's debug output.
fn payload_names(record: &MessageRecord) -> String {
    let header = wire::Header::read(&record.plaintext).unwrap();
    let inside = &record.plaintext[wire::Header::LENGTH..];
    let names = payloads_in(header.next_payload, inside, wire::Header::LENGTH).map(|raw| {
        let raw = raw.unwrap();
        match raw.typed().unwrap() {
            Payload::Notify(notification) => format!("NOTIFY({})", notification.notify_type),
            Payload::Nonce(_) => "N".to_owned(),
            Payload::Configuration(_) => "CFG".to_owned(),
            _ => raw.payload_type.to_string(),
        }
    });
    names.collect::<Vec<_>>().join(" ")
}
