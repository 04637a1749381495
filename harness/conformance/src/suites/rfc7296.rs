//! RFC 7296: IKEv2.

mod section_1;
mod section_2_1;
mod section_2_21;
mod section_2_5;
mod section_2_6;
mod section_2_7;
mod section_3_1;
mod section_3_10;
mod section_3_3;
mod section_3_5;

use ike::MessageName;
use wire::ikev2::NotifyType;

use super::every_message;
use crate::check::{Check, Finding, Section, describe};
use crate::tester::{Conversation, Payload, Seen};

pub(super) fn sections() -> Vec<Section> {
    let section = |number, title, checks: Vec<Check>| Section { rfc: 7296, number, title, checks };
    vec![
        section("1 to 1.5", "The exchanges", section_1::checks()),
        section("2 to 2.4", "Retransmission, message IDs, window", section_2_1::checks()),
        section("2.5", "Version Numbers and Forward Compatibility", section_2_5::checks()),
        section("2.6", "IKE SA SPIs and Cookies", section_2_6::checks()),
        section("2.7 to 2.18", "Negotiation, traffic, nonces, authentication", section_2_7::checks()),
        section("2.21 to 2.23", "Error Handling, NAT Traversal", section_2_21::checks()),
        section("3.1, 3.2, 3.14", "The IKE Header, the Encrypted Payload", section_3_1::checks()),
        section("3.3, 3.4", "Security Association and Key Exchange Payload", section_3_3::checks()),
        section("3.5 to 3.8", "Identities, certificates, authentication", section_3_5::checks()),
        section("3.10 to 3.12", "Notifications, deletions, vendor IDs", section_3_10::checks()),
    ]
}

/// Whether the target's last message of this name is this notification alone.
pub(super) fn error_alone(
    conversation: &Conversation,
    name: MessageName,
    notify_type: NotifyType,
) -> Finding {
    match conversation.messages(name).last() {
        None => Finding::Violated(format!("no {name} came")),
        Some(seen) => {
            let alone = seen.payloads().is_ok_and(|all| all.len() == 1);
            Finding::of(alone && seen.notified(notify_type), || describe(conversation))
        }
    }
}

/// Whether the target, which has come as far as `after`, sends no message of this name.
pub(super) fn silent(conversation: &Conversation, after: MessageName, name: MessageName) -> Finding {
    if conversation.message(after).is_none() {
        return Finding::Unverifiable(format!("the target did not come to the {after}"));
    }
    Finding::of(conversation.message(name).is_none(), || format!("the target sent an {name}"))
}

/// Whether the target sends a message of this name.
pub(super) fn sends(conversation: &Conversation, name: MessageName) -> Finding {
    Finding::of(conversation.message(name).is_some(), || format!("no {name} came"))
}

/// Whether the target has gone through with IKE_AUTH.
pub(super) fn established(conversation: &Conversation) -> Finding {
    Finding::of(conversation.is_established(), || describe(conversation))
}

/// For a control: has the target send its first message once more, as one of this name.
pub(super) fn pretend(conversation: &mut Conversation, name: MessageName) {
    if let Some(first) = conversation.seen.first().cloned() {
        conversation.seen.push(Seen { name, copy: false, partial: false, ..first });
    }
}

/// For a control: has the target's last message of this name say other payloads.
pub(super) fn rewrite_last(
    conversation: &mut Conversation,
    name: MessageName,
    change: impl FnOnce(&mut Vec<Payload>),
) {
    let wanted = |seen: &&mut Seen| seen.name == name && !seen.copy && !seen.partial;
    if let Some(seen) = conversation.seen.iter_mut().rev().find(wanted) {
        seen.rewrite(change);
    }
}

/// Looks at every payload of the target and tells the first complaint about one.
pub(super) fn every_body(
    conversation: &Conversation,
    complaint: impl Fn(&Payload) -> Option<String>,
) -> Finding {
    every_message(conversation, |seen| seen.payloads().unwrap_or_default().iter().find_map(&complaint))
}
