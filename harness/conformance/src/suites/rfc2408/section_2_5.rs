//! RFC 2408 2.5: transport, reserved fields, cookies.

use wire::PayloadType;
use wire::ikev1::lies::{Field, PayloadField, ProposalField, TransformField};

use super::super::{MM1, MM2, MM3, MM4, every_message, every_payload, falsify, rewrite};
use crate::check::{Check, Finding};
use crate::tester::Conversation;

pub(super) fn checks() -> Vec<Check> {
    const RESERVED: &[&str] = &["rfc2408-2.5.2-reserved-checked"];
    vec![
        Check::responder("answers-leave-from-the-port-that-was-called", &["rfc2408-2.5.1-udp-500"]).shows(
            |conversation| {
                let called = conversation.seen.first().map(|seen| seen.path.remote.port());
                every_message(conversation, |seen| {
                    let port = seen.path.remote.port();
                    (Some(port) != called || (port != 500 && port != 4500))
                        .then(|| format!("it left from port {port}"))
                })
            },
            |conversation| falsify(conversation, MM4, |seen| seen.path.remote.set_port(501)),
        ),
        Check::responder("reserved-fields-are-sent-as-zero", &["rfc2408-2.5.2-reserved-zero"]).shows(
            |conversation| {
                every_payload(conversation, |_, payload| {
                    (payload.reserved != 0)
                        .then(|| format!("RESERVED of {:?} is not zero", payload.payload_type))
                })
            },
            |conversation| {
                rewrite(conversation, MM4, |payloads| {
                    payloads.iter_mut().take(1).for_each(|payload| payload.reserved = 1);
                });
            },
        ),
        Check::responder("a-reserved-field-that-is-set-in-sa-is-refused", RESERVED)
            .lie(MM1, "RESERVED 1 in SA", Field::Payload(PayloadField::Reserved, 0), 1)
            .refused(),
        Check::responder("a-reserved-field-that-is-set-in-a-proposal-is-refused", RESERVED)
            .lie(MM1, "RESERVED 1 in P", Field::Proposal(ProposalField::Reserved, [0, 0]), 1)
            .refused(),
        Check::responder("a-reserved-field-that-is-set-in-a-transform-is-refused", RESERVED)
            .lie(MM1, "RESERVED2 1 in T", Field::Transform(TransformField::Reserved2, [0, 0, 0]), 1)
            .refused(),
        Check::responder("a-reserved-field-that-is-set-in-ke-is-refused", RESERVED)
            .lie(MM3, "RESERVED 1 in KE", Field::Payload(PayloadField::Reserved, 0), 1)
            .refused(),
        Check::initiator("an-initiator-refuses-a-reserved-field-that-is-set", RESERVED)
            .lie(MM2, "RESERVED 1 in SA", Field::Payload(PayloadField::Reserved, 0), 1)
            .refused(),
        Check::responder("cookies-differ-and-are-not-zero", &["rfc2408-2.5.3-cookie-properties"])
            .script(|tester| {
                tester.go_to(2)?;
                tester.begin_again();
                tester.go_to(2)?;
                Ok(())
            })
            .shows(cookies_differ, |conversation| {
                let first = conversation.seen.first().cloned();
                if let (Some(first), Some(last)) = (first, conversation.seen.last_mut()) {
                    (8..16).for_each(|offset| last.overwrite(offset, first.wire[offset]));
                }
            }),
        Check::initiator("an-initiators-cookie-is-not-zero", &["rfc2408-2.5.3-cookie-properties"]).shows(
            |conversation| {
                every_message(conversation, |seen| {
                    (seen.header().initiator_cookie == [0; 8]).then(|| "the cookie is zero".to_owned())
                })
            },
            |conversation| {
                for seen in &mut conversation.seen {
                    (0..8).for_each(|offset| seen.overwrite(offset, 0));
                }
            },
        ),
    ]
}

fn cookies_differ(conversation: &Conversation) -> Finding {
    let answers =
        conversation.seen.iter().filter(|seen| !seen.of_type(PayloadType::SECURITY_ASSOCIATION).is_empty());
    let cookies: Vec<[u8; 8]> = answers.map(|seen| seen.header().responder_cookie).collect();
    match cookies.as_slice() {
        [first, second] => Finding::of(first != second && *first != [0; 8] && *second != [0; 8], || {
            format!("the cookies of two sessions are {first:02x?} and {second:02x?}")
        }),
        other => Finding::Unverifiable(format!("{} of two sessions were answered", other.len())),
    }
}
