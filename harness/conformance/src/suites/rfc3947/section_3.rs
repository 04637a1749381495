//! RFC 3947 3: how a NAT is detected.

use wire::PayloadType;
use wire::ikev1::vendor;

use super::super::{MM1, MM2, MM3, MM4, every_message, falsify, in_message, raw, rewrite};
use crate::check::{Check, Finding};
use crate::tester::Conversation;

const VENDOR_ID: &[&str] = &["rfc3947-3.1-vid-required"];
const NAT_D: &[&str] = &["rfc3947-3.2-natd-in-mm3-4"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("any-port-of-the-peer-will-do", &["rfc3947-3-any-src-port"])
            .script(|tester| {
                tester.move_to(40_000, 500);
                tester.negotiate()
            })
            .shows(
                |conversation| {
                    if !conversation.is_established() {
                        return Finding::Violated(crate::check::describe(conversation));
                    }
                    every_message(conversation, |seen| {
                        let port = seen.path.local.port();
                        (port != 40_000).then(|| format!("it went to port {port}"))
                    })
                },
                |conversation| falsify(conversation, MM4, |seen| seen.path.local.set_port(500)),
            ),
        Check::responder("without-a-vendor-id-there-is-no-detection", VENDOR_ID)
            .content(MM1, "no vendor ID of RFC 3947", |draft| {
                draft.payloads.retain(|payload| payload.body != vendor::RFC_3947);
            })
            .shows(
                |conversation| {
                    in_message(conversation, MM4, |seen| {
                        let count = seen.of_type(PayloadType::NAT_DETECTION).len();
                        Finding::of(count == 0, || format!("MM4 has {count} NAT-D payloads"))
                    })
                },
                |conversation| {
                    rewrite(conversation, MM4, |payloads| {
                        payloads.push(raw(PayloadType::NAT_DETECTION, &[0; 20]));
                    });
                },
            ),
        Check::responder("the-vendor-id-is-answered", VENDOR_ID).shows(
            |conversation| {
                in_message(conversation, MM2, |seen| {
                    let has =
                        seen.of_type(PayloadType::VENDOR_ID).iter().any(|id| id.body == vendor::RFC_3947);
                    Finding::of(has, || "MM2 lacks the vendor ID of RFC 3947".to_owned())
                })
            },
            |conversation| {
                rewrite(conversation, MM2, |payloads| payloads.retain(|one| one.body != vendor::RFC_3947));
            },
        ),
        Check::responder("a-responder-detects-in-mm4", NAT_D).shows(
            |conversation| detects(conversation, MM4),
            |conversation| without_detection(conversation, MM4),
        ),
        Check::initiator("an-initiator-detects-in-mm3", NAT_D).shows(
            |conversation| detects(conversation, MM3),
            |conversation| without_detection(conversation, MM3),
        ),
    ]
}

fn detects(conversation: &Conversation, name: ike::MessageName) -> Finding {
    in_message(conversation, name, |seen| {
        // The laboratory's usual hash is SHA-1: 20 bytes; one payload for each end at least.
        let lengths: Vec<usize> =
            seen.of_type(PayloadType::NAT_DETECTION).iter().map(|payload| payload.body.len()).collect();
        Finding::of(lengths.len() >= 2 && lengths.iter().all(|length| *length == 20), || {
            format!("{name} has NAT-D payloads of {lengths:?} bytes")
        })
    })
}

fn without_detection(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite(conversation, name, |payloads| {
        payloads.retain(|payload| payload.payload_type != PayloadType::NAT_DETECTION);
    });
}
