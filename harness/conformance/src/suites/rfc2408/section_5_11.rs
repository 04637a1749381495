//! RFC 2408 5.11 and 5.12: hashes and signatures.

use ike::MessageName;
use wire::PayloadType;
use wire::ikev1::attributes::EspTransform;

use super::super::{MM5, MM6};
use crate::check::{Check, Finding};
use crate::tester::Protect;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("a-hash-that-does-not-hold-is-refused", &["rfc2408-5.11-hash-failure"])
            .script(|tester| {
                tester.go_to(6)?;
                tester.begin_quick_mode(EspTransform::AES_CBC, Protect::WithAWrongHash)?;
                tester.pass(2)
            })
            .shows(
                |conversation| {
                    if !conversation.is_established() {
                        return Finding::Unverifiable("phase 1 did not come up".to_owned());
                    }
                    Finding::of(conversation.message(MessageName::QuickMode(2)).is_none(), || {
                        "the target answered with QM2".to_owned()
                    })
                },
                |conversation| {
                    if let Some(last) = conversation.seen.last().cloned() {
                        conversation
                            .seen
                            .push(crate::tester::Seen { name: MessageName::QuickMode(2), ..last });
                    }
                },
            ),
        Check::responder("a-signature-that-does-not-hold-is-refused", &["rfc2408-5.12-sig-failure"])
            .authenticated(MM5, "one bit of SIG changed", |draft| {
                draft.payload(PayloadType::SIGNATURE).body[10] ^= 1;
            })
            .refused(),
        Check::responder("an-empty-signature-is-refused", &["rfc2408-5.12-sig-failure"])
            .authenticated(MM5, "an empty SIG", |draft| draft.payload(PayloadType::SIGNATURE).body.clear())
            .refused(),
        Check::responder("no-signature-is-refused", &["rfc2408-5.12-sig-failure"])
            .authenticated(MM5, "no SIG", |draft| draft.remove(PayloadType::SIGNATURE))
            .refused(),
        Check::initiator(
            "an-initiator-refuses-a-signature-that-does-not-hold",
            &["rfc2408-5.12-sig-failure"],
        )
        .authenticated(MM6, "one bit of SIG changed", |draft| {
            draft.payload(PayloadType::SIGNATURE).body[10] ^= 1;
        })
        .refused(),
    ]
}
