//! One message of a negotiation, for people.

use std::time::Duration;

use ike::{MessageName, MessageRecord};
use pki::NameRef;
use wire::Header;
use wire::ikev1::{Payload, RawPayload, payloads_in};

use crate::side::Side;

/// A message as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its number in the negotiation, from 1.
    pub sequence: usize,
    /// What it is in its exchange.
    pub name: MessageName,
    /// Who sent it.
    pub from: Side,
    /// How long after the beginning.
    pub at: Duration,
    /// Its length without any headers below ISAKMP.
    pub isakmp_length: usize,
    /// The length of its packet.
    pub ip_length: usize,
    /// The names of its payloads; the inner ones if it was encrypted.
    pub payloads: Vec<String>,
    /// Whether it was encrypted.
    pub encrypted: bool,
    /// The CAs whose certificates it asks for, as IOS prints them; an empty name asks for any.
    pub certificate_requests: Vec<String>,
    /// Whether it was sent before.
    pub retransmission: bool,
    /// Whether the link lost it.
    pub lost: bool,
}

impl Message {
    pub(super) fn new(
        sequence: usize,
        from: Side,
        at: Duration,
        record: &MessageRecord,
        ip_length: usize,
        lost: bool,
    ) -> Self {
        let payloads = payloads(&record.plaintext);
        Self {
            sequence,
            name: record.name,
            from,
            at,
            isakmp_length: record.length,
            ip_length,
            payloads: payloads.iter().map(|payload| payload.payload_type.to_string()).collect(),
            encrypted: record.encrypted,
            certificate_requests: payloads.iter().filter_map(requested).collect(),
            retransmission: record.retransmission > 0,
            lost,
        }
    }
}

/// The payloads of a decrypted message, as far as they can be read: a message can be wrong on purpose.
fn payloads(plaintext: &[u8]) -> Vec<RawPayload<'_>> {
    let Ok(header) = Header::read(plaintext) else { return Vec::new() };
    let body = plaintext.get(Header::LENGTH..).unwrap_or_default();
    payloads_in(header.next_payload, body, Header::LENGTH).map_while(Result::ok).collect()
}

fn requested(payload: &RawPayload<'_>) -> Option<String> {
    match payload.typed() {
        Ok(Payload::CertificateRequest(request)) => Some(match NameRef::from_der(request.authority) {
            Ok(name) => name.to_string(),
            Err(_) => String::new(),
        }),
        _ => None,
    }
}
