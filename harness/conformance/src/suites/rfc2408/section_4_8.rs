//! RFC 2408 4.8: Informational exchanges.

use ike::MessageName;
use wire::Flags;
use wire::ikev1::attributes::EspTransform;

use super::super::falsify;
use crate::check::{Check, Finding};
use crate::tester::Protect;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder(
            "notifications-are-protected-once-there-are-keys",
            &["rfc2408-4.8-informational-protected"],
        )
        .script(|tester| {
            tester.go_to(6)?;
            tester.begin_quick_mode(EspTransform::RC4, Protect::Fully)?;
            tester.pass(2)
        })
        .shows(
            |conversation| {
                let sent = conversation.message(MessageName::Informational);
                let Some(seen) = sent else {
                    return Finding::Unverifiable("the target refuses in silence".to_owned());
                };
                Finding::of(seen.header().flags.contains(Flags::ENCRYPTION), || {
                    "its notification is not encrypted".to_owned()
                })
            },
            |conversation| falsify(conversation, MessageName::Informational, |seen| seen.overwrite(19, 0)),
        ),
    ]
}
