//! One message of a negotiation, for people.

use std::time::Duration;

use ike::{MessageName, MessageRecord};
use pki::NameRef;
use wire::ikev2::Authorities;
use wire::{Header, Version, ikev1, ikev2};

use super::keylog::hex;

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
    /// The names of its payloads, the inner ones if it was encrypted; of a notification of IKEv2 with its type. Fragments
    /// but the first have none.
    pub payloads: Vec<String>,
    /// Whether it was encrypted.
    pub encrypted: bool,
    /// The CAs whose certificates it asks for: in IKEv1 their names, as IOS prints them, in IKEv2 the hashes of their keys in
    /// hex. An empty one asks for any.
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
        let (payloads, certificate_requests) = contents(&record.plaintext);
        Self {
            sequence,
            name: record.name,
            from,
            at,
            isakmp_length: record.length,
            ip_length,
            payloads,
            encrypted: record.encrypted,
            certificate_requests,
            retransmission: record.retransmission > 0,
            lost,
        }
    }
}

/// The payloads of a decrypted message, and the CAs whose certificates it asks for, as far as they can be read: a message
/// can be wrong on purpose.
fn contents(plaintext: &[u8]) -> (Vec<String>, Vec<String>) {
    let Ok(header) = Header::read(plaintext) else { return Default::default() };
    let body = plaintext.get(Header::LENGTH..).unwrap_or_default();
    let first = header.next_payload;
    if header.version.major() == Version::IKEV2.major() {
        let payloads = ikev2::payloads_in(first, body, Header::LENGTH).map_while(Result::ok);
        let payloads: Vec<_> = payloads.collect();
        (payloads.iter().map(ikev2_name).collect(), payloads.iter().flat_map(requested_hashes).collect())
    } else {
        let payloads = ikev1::payloads_in(first, body, Header::LENGTH).map_while(Result::ok);
        let payloads: Vec<_> = payloads.collect();
        let names = payloads.iter().map(|payload| payload.payload_type.to_string());
        (names.collect(), payloads.iter().filter_map(requested).collect())
    }
}

fn requested(payload: &ikev1::RawPayload<'_>) -> Option<String> {
    match payload.typed() {
        Ok(ikev1::Payload::CertificateRequest(request)) => Some(match NameRef::from_der(request.authority) {
            Ok(name) => name.to_string(),
            Err(_) => String::new(),
        }),
        _ => None,
    }
}

/// The name of a payload of IKEv2; of a notification with what it says.
fn ikev2_name(payload: &ikev2::RawPayload<'_>) -> String {
    match payload.typed() {
        Ok(ikev2::Payload::Notify(notification)) => {
            format!("{}({})", payload.payload_type, notification.notify_type)
        }
        _ => payload.payload_type.to_string(),
    }
}

fn requested_hashes(payload: &ikev2::RawPayload<'_>) -> Vec<String> {
    match payload.typed() {
        Ok(ikev2::Payload::CertificateRequest(request)) => match request.authorities {
            Authorities::KeyHashes([]) => vec![String::new()],
            Authorities::KeyHashes(hashes) => hashes.iter().map(|hash| hex(hash)).collect(),
            Authorities::Opaque(_) => Vec::new(),
        },
        _ => Vec::new(),
    }
}
