//! The certificate requests of a message, as they are on the wire.

use ike::{EventKind, Ikev2Exchange, Ikev2Half, MessageName, MessageRecord};
use lab::negotiation::Negotiation;
use lab::side::Side;
use model::{Role, Version};
use wire::ikev2::Authorities;
use wire::{Header, ikev1, ikev2};

/// The message in which a router in this role asks (V1-REQ-1, V1-REQ-3, V2-REQ-2, V2-REQ-3).
pub(super) const fn asking_message(version: Version, role: Role) -> MessageName {
    match (version, role) {
        (Version::Ikev1, Role::Initiator) => MessageName::MainMode(3),
        (Version::Ikev1, Role::Responder) => MessageName::MainMode(4),
        (Version::Ikev2, Role::Initiator) => MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Request),
        (Version::Ikev2, Role::Responder) => MessageName::Ikev2(Ikev2Exchange::SaInit, Ikev2Half::Response),
    }
}

/// Whether any other message of the router asks: none does in the model.
pub(super) fn asks_elsewhere(
    negotiation: &Negotiation,
    side: Side,
    version: Version,
    role: Role,
) -> Option<MessageName> {
    let elsewhere = sent(negotiation, side).filter(|record| record.name != asking_message(version, role));
    elsewhere.filter(|record| !requests_in(&record.plaintext).is_empty()).map(|record| record.name).next()
}

/// What the router on this side asks for in its message of this name, each request as its bytes; `None` where the
/// message was not sent.
pub(super) fn requests(negotiation: &Negotiation, side: Side, name: MessageName) -> Option<Vec<&[u8]>> {
    // IKE_SA_INIT may be answered more than once: the last answer is the one that is gone on with.
    let message = sent(negotiation, side).filter(|record| record.name == name).last()?;
    (!is_refusal(message)).then(|| requests_in(&message.plaintext))
}

/// Whether an IKE_SA_INIT response refuses: then it begins with no SA, and nobody is asked.
fn is_refusal(message: &MessageRecord) -> bool {
    let first = Header::read(&message.plaintext).map(|header| header.next_payload);
    message.name == MessageName::Ikev2(Ikev2Exchange::SaInit, Ikev2Half::Response)
        && first != Ok(wire::PayloadType::IKEV2_SECURITY_ASSOCIATION)
}

/// The messages that a router sent, each once.
fn sent(negotiation: &Negotiation, side: Side) -> impl Iterator<Item = &MessageRecord> {
    let events = negotiation.events.iter().filter(move |(from, _)| *from == side);
    let records = events.filter_map(|(_, event)| match &event.kind {
        EventKind::Sent(record) => Some(record),
        _ => None,
    });
    let is_whole = |record: &&MessageRecord| record.fragment.is_none_or(|fragment| fragment.number == 1);
    records.filter(|record| record.retransmission == 0).filter(is_whole)
}

fn requests_in(plaintext: &[u8]) -> Vec<&[u8]> {
    let Ok(header) = Header::read(plaintext) else { return Vec::new() };
    let body = plaintext.get(Header::LENGTH..).unwrap_or_default();
    let first = header.next_payload;
    let mut requests = Vec::new();
    if header.version.major() == wire::Version::IKEV2.major() {
        for payload in ikev2::payloads_in(first, body, Header::LENGTH).map_while(Result::ok) {
            if let Ok(ikev2::Payload::CertificateRequest(request)) = payload.typed()
                && let Authorities::KeyHashes(hashes) = request.authorities
            {
                requests.extend(hashes.iter().map(<[u8; 20]>::as_slice));
            }
        }
    } else {
        for payload in ikev1::payloads_in(first, body, Header::LENGTH).map_while(Result::ok) {
            if let Ok(ikev1::Payload::CertificateRequest(request)) = payload.typed() {
                requests.push(request.authority);
            }
        }
    }
    requests
}
