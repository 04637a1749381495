//! RFC 2407 4.6.3: status notifications.

use ike::MessageName;
use wire::ikev1::attributes::EspTransform;
use wire::ikev1::{Doi, Notification, NotifyType, Payload, ProtocolId};
use wire::{ExchangeType, Flags, PayloadType};

use super::super::{MM1, every_message, raw, silence};
use crate::check::{Check, Finding};
use crate::tester::Protect;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("initial-contact-in-clear-is-ignored", &["rfc2407-4.6.3-status-protected"])
            .script(|tester| {
                tester.go_to(6)?;
                let spi = tester.cookies().concatenated();
                let notification = Notification {
                    doi: Doi::IPSEC,
                    protocol: ProtocolId::ISAKMP,
                    spi: &spi,
                    notify_type: NotifyType::INITIAL_CONTACT,
                    data: &[],
                };
                tester.inform(&[Payload::Notification(notification)], Protect::NotAtAll)?;
                tester.begin_quick_mode(EspTransform::AES_CBC, Protect::Fully)?;
                tester.pass(2)
            })
            .shows(
                |conversation| {
                    if !conversation.is_established() {
                        return Finding::Unverifiable("phase 1 did not come up".to_owned());
                    }
                    let lives = conversation.message(MessageName::QuickMode(2)).is_some()
                        || conversation.message(MessageName::Informational).is_some();
                    Finding::of(lives, || "the session did not answer any more".to_owned())
                },
                |conversation| {
                    silence(conversation, MessageName::QuickMode(2));
                    silence(conversation, MessageName::Informational);
                },
            ),
        Check::initiator("initial-contact-is-sent-protected", &["rfc2407-4.6.3-status-protected"]).shows(
            |conversation| {
                every_message(conversation, |seen| {
                    let says = conversation.notifications();
                    let status = says
                        .iter()
                        .any(|(one, kind)| one.name == seen.name && *kind == NotifyType::INITIAL_CONTACT.0);
                    let encrypted = seen.header().flags.contains(Flags::ENCRYPTION);
                    (status && !encrypted).then(|| "INITIAL-CONTACT stands in it in clear".to_owned())
                })
            },
            |conversation| {
                let Some(mut clear) = conversation.message(MM1).cloned() else { return };
                clear.name = MessageName::Informational;
                clear.overwrite(18, ExchangeType::INFORMATIONAL.0);
                let body = [0, 0, 0, 1, 1, 0, 0x60, 0x02];
                clear.rewrite(|payloads| *payloads = vec![raw(PayloadType::NOTIFICATION, &body)]);
                conversation.seen.push(clear);
            },
        ),
    ]
}
