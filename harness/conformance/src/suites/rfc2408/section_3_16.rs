//! RFC 2408 3.16: the vendor ID payload.

use ike::MessageName;
use wire::PayloadType;
use wire::ikev1::attributes::EspTransform;

use super::super::{MM1, every_payload, raw};
use crate::check::Check;
use crate::tester::Protect;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("vendor-ids-are-sent-in-phase-1-only", &["rfc2408-3.16-vid-phase1"])
            .script(|tester| {
                tester.go_to(6)?;
                tester.begin_quick_mode(EspTransform::AES_CBC, Protect::Fully)?;
                tester.pass(2)
            })
            .shows(
                |conversation| {
                    every_payload(conversation, |seen, payload| {
                        let in_phase_1 = matches!(seen.name, MessageName::MainMode(_));
                        (payload.payload_type == PayloadType::VENDOR_ID && !in_phase_1)
                            .then(|| "it has a vendor ID".to_owned())
                    })
                },
                |conversation| {
                    super::super::rewrite(conversation, MessageName::QuickMode(2), |payloads| {
                        payloads.push(raw(PayloadType::VENDOR_ID, &[1; 16]));
                    });
                },
            ),
        Check::responder("an-unknown-vendor-id-is-passed-over", &["rfc2408-3.16-vid-unknown-ok"])
            .content(MM1, "an unknown vendor ID", |draft| draft.append(PayloadType::VENDOR_ID, &[0xa5; 16]))
            .accepted(),
    ]
}
