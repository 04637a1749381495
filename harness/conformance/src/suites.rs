//! The checks, by RFC and section: one folder for an RFC, one file for a section.

mod rfc2407;
mod rfc2408;
mod rfc2409;
mod rfc3706;
mod rfc3947;
mod rfc4945;
mod rfc7296;
mod rfc7383;
mod rfc7427;

use std::sync::LazyLock;

use ike::{Ikev2Exchange, Ikev2Half, MessageName};
use wire::PayloadType;

use crate::check::{Check, Finding, Section};
use crate::tester::{Conversation, Payload, Seen, ikev2_name};

/// Every section that has checks, in the order of the RFCs and their sections.
#[must_use]
pub fn sections() -> &'static [Section] {
    static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
        let mut sections = rfc2407::sections();
        sections.extend(rfc2408::sections());
        sections.extend(rfc2409::sections());
        sections.extend(rfc3706::sections());
        sections.extend(rfc3947::sections());
        sections.extend(rfc4945::sections());
        sections.extend(rfc7296::sections());
        sections.extend(rfc7383::sections());
        sections.extend(rfc7427::sections());
        sections
    });
    &SECTIONS
}

/// Every check, in the same order.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    sections().iter().flat_map(|section| &section.checks)
}

const INIT_REQUEST: MessageName = ikev2_name(Ikev2Exchange::SaInit, Ikev2Half::Request);
const INIT_RESPONSE: MessageName = ikev2_name(Ikev2Exchange::SaInit, Ikev2Half::Response);
const AUTH_REQUEST: MessageName = ikev2_name(Ikev2Exchange::Auth, Ikev2Half::Request);
const AUTH_RESPONSE: MessageName = ikev2_name(Ikev2Exchange::Auth, Ikev2Half::Response);
const CHILD_REQUEST: MessageName = ikev2_name(Ikev2Exchange::CreateChildSa, Ikev2Half::Request);
const CHILD_RESPONSE: MessageName = ikev2_name(Ikev2Exchange::CreateChildSa, Ikev2Half::Response);
const INFORMATIONAL_REQUEST: MessageName = ikev2_name(Ikev2Exchange::Informational, Ikev2Half::Request);
const INFORMATIONAL_RESPONSE: MessageName = ikev2_name(Ikev2Exchange::Informational, Ikev2Half::Response);

const MM1: MessageName = MessageName::MainMode(1);
const MM2: MessageName = MessageName::MainMode(2);
const MM3: MessageName = MessageName::MainMode(3);
const MM4: MessageName = MessageName::MainMode(4);
const MM5: MessageName = MessageName::MainMode(5);
const MM6: MessageName = MessageName::MainMode(6);

/// Looks at every message of the target, and tells the first complaint about one.
fn every_message(conversation: &Conversation, complaint: impl Fn(&Seen) -> Option<String>) -> Finding {
    if conversation.seen.is_empty() {
        return Finding::Unverifiable("the target said nothing".to_owned());
    }
    let first = conversation
        .seen
        .iter()
        .find_map(|seen| complaint(seen).map(|complaint| format!("{}: {complaint}", seen.name)));
    first.map_or(Finding::Holds, Finding::Violated)
}

/// Looks at every payload of the target, and tells the first complaint about one.
fn every_payload(
    conversation: &Conversation,
    complaint: impl Fn(&Seen, &Payload) -> Option<String>,
) -> Finding {
    every_message(conversation, |seen| {
        seen.payloads().unwrap_or_default().iter().find_map(|payload| complaint(seen, payload))
    })
}

/// Looks at one message of the target.
fn in_message(
    conversation: &Conversation,
    name: MessageName,
    judge: impl FnOnce(&Seen) -> Finding,
) -> Finding {
    match conversation.message(name) {
        Some(seen) => judge(seen),
        None => Finding::Unverifiable(format!("the target did not come to {name}")),
    }
}

/// For a control: has the target's message of this name say something else.
fn falsify(conversation: &mut Conversation, name: MessageName, change: impl FnOnce(&mut Seen)) {
    if let Some(seen) = conversation.seen.iter_mut().find(|seen| seen.name == name) {
        change(seen);
    }
}

/// For a control: has the target's message of this name hold other payloads.
fn rewrite(conversation: &mut Conversation, name: MessageName, change: impl FnOnce(&mut Vec<Payload>)) {
    falsify(conversation, name, |seen| seen.rewrite(change));
}

/// For a control: has the target not send messages of this name.
fn silence(conversation: &mut Conversation, name: MessageName) {
    conversation.seen.retain(|seen| seen.name != name);
}

/// The first payload of a type among payloads that a control changes.
fn first(payloads: &mut [Payload], payload_type: PayloadType) -> Option<&mut Payload> {
    payloads.iter_mut().find(|payload| payload.payload_type == payload_type)
}

/// A payload of this type.
fn raw(payload_type: PayloadType, body: &[u8]) -> Payload {
    Payload::new(payload_type, body)
}
