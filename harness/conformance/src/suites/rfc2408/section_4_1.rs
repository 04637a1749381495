//! RFC 2408 4.1: exchanges, and the answer to an offer.

use ike::MessageName;
use wire::ikev1::{Doi, Notification, NotifyType, Payload, ProtocolId};

use super::super::{MM1, MM2, first, in_message, rewrite, silence};
use crate::check::{Check, Finding};
use crate::tester::{Conversation, Protect, Seen};
use wire::PayloadType;
use wire::ikev1::owned::SecurityAssociation;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder(
            "informational-exchanges-are-implemented",
            &["rfc2408-4.1-informational-implemented"],
        )
        .script(|tester| {
            tester.go_to(6)?;
            let spi = tester.cookies().concatenated();
            let notification = Notification {
                doi: Doi::IPSEC,
                protocol: ProtocolId::ISAKMP,
                spi: &spi,
                notify_type: NotifyType::R_U_THERE,
                data: &7_u32.to_be_bytes(),
            };
            tester.inform(&[Payload::Notification(notification)], Protect::Fully)?;
            tester.pass(2)
        })
        .shows(
            |conversation| {
                let answered = conversation.message(MessageName::Informational).is_some();
                Finding::of(answered, || {
                    "a question in an Informational exchange was not answered".to_owned()
                })
            },
            |conversation| silence(conversation, MessageName::Informational),
        ),
        Check::responder("the-answer-has-one-proposal", &["rfc2408-4.1.1-single-reply-proposal"])
            .content(MM1, "a second transform", super::section_4_2::second_transform)
            .shows(
                |conversation| {
                    in_message(conversation, MM2, |seen| {
                        let count = seen.security_association().map_or(0, |answer| answer.proposals.len());
                        Finding::of(count == 1, || format!("the answer has {count} proposals"))
                    })
                },
                |conversation| {
                    change_answer(conversation, |answer| {
                        let proposal = answer.proposals[0].clone();
                        answer.proposals.push(proposal);
                    });
                },
            ),
    ]
}

/// For controls: has the target answer another SA payload.
pub(in crate::suites) fn change_answer(
    conversation: &mut Conversation,
    change: impl FnOnce(&mut SecurityAssociation),
) {
    change_association(conversation, MM2, change);
}

/// For controls: has the target's message of this name hold another SA payload.
pub(in crate::suites) fn change_association(
    conversation: &mut Conversation,
    name: MessageName,
    change: impl FnOnce(&mut SecurityAssociation),
) {
    let answer = conversation.message(name).and_then(Seen::security_association);
    let Some(mut answer) = answer else { return };
    change(&mut answer);
    rewrite(conversation, name, |payloads| {
        if let (Some(payload), Ok(answer)) =
            (first(payloads, PayloadType::SECURITY_ASSOCIATION), answer.encode())
        {
            payload.body = answer.body().to_vec();
        }
    });
}
