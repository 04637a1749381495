//! RFC 2408 3.14: the notification payload.

use ike::MessageName;
use wire::ikev1::{Doi, Notification, NotifyType, Payload, ProtocolId};

use super::super::silence;
use crate::check::{Check, Finding};
use crate::tester::Protect;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder(
            "the-spi-of-a-notification-for-isakmp-is-ignored",
            &["rfc2408-3.14-notify-isakmp-spi"],
        )
        .script(|tester| {
            tester.go_to(6)?;
            let notification = Notification {
                doi: Doi::IPSEC,
                protocol: ProtocolId::ISAKMP,
                spi: &[0xa5; 16],
                notify_type: NotifyType::R_U_THERE,
                data: &7_u32.to_be_bytes(),
            };
            tester.inform(&[Payload::Notification(notification)], Protect::Fully)?;
            tester.pass(2)
        })
        .conflict("RFC 2408 3.14 has the SPI ignored, RFC 3706 5.3 makes the cookies part of the question")
        .shows(
            |conversation| {
                let answered = conversation.message(MessageName::Informational).is_some();
                Finding::of(answered, || "the question was not answered".to_owned())
            },
            |conversation| silence(conversation, MessageName::Informational),
        )
        .complied(|conversation| {
            if let Some(last) = conversation.seen.last().cloned() {
                conversation.seen.push(crate::tester::Seen { name: MessageName::Informational, ..last });
            }
        }),
    ]
}
