//! RFC 2408 5.14 and 5.15: notifications and deletions.

use ike::MessageName;
use wire::ExchangeType;
use wire::ikev1::attributes::EspTransform;
use wire::ikev1::{Delete, Doi, Payload, ProtocolId};

use super::super::{MM1, silence};
use crate::check::{Check, Finding};
use crate::target::built_in::SUITES;
use crate::tester::Protect;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("a-notification-has-an-exchange-of-its-own", &["rfc2408-5.14-notify-separate"])
            .content(MM1, "only a suite that the target does not have", |draft| {
                draft.offer(|offer| {
                    offer.proposals[0].transforms = vec![crate::tester::transform(1, SUITES[2])];
                });
            })
            .shows(
                |conversation| match conversation.notifications().first() {
                    None => Finding::Unverifiable("the target refuses in silence".to_owned()),
                    Some((seen, _)) => {
                        let exchange = seen.header().exchange_type;
                        Finding::of(exchange == ExchangeType::INFORMATIONAL, || {
                            format!("the notification came in an exchange of type {}", exchange.0)
                        })
                    }
                },
                |conversation| {
                    for seen in &mut conversation.seen {
                        seen.overwrite(18, ExchangeType::IDENTITY_PROTECTION.0);
                    }
                },
            ),
        Check::responder("a-deletion-in-clear-is-ignored", &["rfc2408-5.15-delete-protected"])
            .script(|tester| {
                tester.go_to(6)?;
                let cookies = tester.cookies().concatenated();
                let delete = Delete::one(Doi::IPSEC, ProtocolId::ISAKMP, &cookies);
                let delete = delete.expect("the cookies fit into an SPI");
                tester.inform(&[Payload::Delete(delete)], Protect::NotAtAll)?;
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
    ]
}
