//! RFC 2409 5.7: Informational exchanges.

use ike::MessageName;
use wire::ikev1::attributes::EspTransform;

use super::super::falsify;
use crate::check::{Check, Finding};
use crate::tester::Protect;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder(
            "an-informational-exchange-has-a-message-id-of-its-own",
            &["rfc2409-5.7-informational-own-msgid"],
        )
        .script(|tester| {
            tester.go_to(6)?;
            tester.begin_quick_mode(EspTransform::RC4, Protect::Fully)?;
            tester.pass(2)
        })
        .shows(
            |conversation| {
                let Some(seen) = conversation.message(MessageName::Informational) else {
                    return Finding::Unverifiable("the target refuses in silence".to_owned());
                };
                let own = seen.header().message_id;
                let used = conversation.sent.iter().any(|sent| sent.wire[20..24] == own.to_be_bytes());
                Finding::of(!used && own != 0, || format!("its message ID is {own:#x}"))
            },
            |conversation| {
                let quick = conversation.sent.last().map(|sent| sent.wire.clone());
                falsify(conversation, MessageName::Informational, |seen| {
                    if let Some(quick) = quick {
                        (20..24).for_each(|offset| seen.overwrite(offset, quick[offset]));
                    }
                });
            },
        ),
    ]
}
