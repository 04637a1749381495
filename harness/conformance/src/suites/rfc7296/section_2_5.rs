//! RFC 7296 2.5: versions, reserved fields, unknown and critical payloads, and their order.

use ike::MessageName;
use wire::PayloadType;
use wire::ikev2::NotifyType;
use wire::ikev2::lies::{Field, HeaderField, PayloadField, ProposalField, TransformField};

use super::super::{
    AUTH_REQUEST, AUTH_RESPONSE, INFORMATIONAL_RESPONSE, INIT_REQUEST, INIT_RESPONSE, falsify, first, silence,
};
use super::section_1::established_or_unverifiable;
use super::{error_alone, every_body, every_message, rewrite_last};
use crate::check::{Check, Finding};
use crate::tester::{CRITICAL, Conversation, Draft, Payload};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = versions();
    checks.extend(reserved_sent());
    checks.extend(reserved_received());
    checks.extend(unknown());
    checks.extend(critical());
    checks.extend(order());
    checks
}

const VERSION: Field = Field::Header(HeaderField::Version);

fn versions() -> Vec<Check> {
    const MINOR: &[&str] = &["rfc7296-2.5-ignore-higher-minor", "rfc7296-3.1-minor-0"];
    const SENT: &[&str] = &["rfc7296-2.5-respond-same-major", "rfc7296-3.1-major-2", "rfc7296-3.1-minor-0"];
    vec![
        Check::ikev2_responder("a-higher-minor-version-does-not-matter", MINOR)
            .ikev2_lie(INIT_REQUEST, "version 2.15", VERSION, 0x2f)
            .accepted(),
        Check::ikev2_responder("a-higher-minor-version-of-a-protected-message-does-not-matter", MINOR)
            .ikev2_lie(AUTH_REQUEST, "version 2.1", VERSION, 0x21)
            .accepted(),
        Check::ikev2_initiator("to-an-initiator-a-higher-minor-version-does-not-matter", MINOR)
            .ikev2_lie(INIT_RESPONSE, "version 2.1", VERSION, 0x21)
            .accepted(),
        Check::ikev2_responder("a-higher-major-version-is-dropped", &["rfc7296-2.5-higher-major-drop"])
            .ikev2_lie(INIT_REQUEST, "version 3.0", VERSION, 0x30)
            .refused(),
        Check::ikev2_responder("a-higher-major-version-is-answered", &["rfc7296-2.5-higher-major-notify"])
            .ikev2_lie(INIT_REQUEST, "version 3.0", VERSION, 0x30)
            .shows(
                |conversation| error_alone(conversation, INIT_RESPONSE, NotifyType::INVALID_MAJOR_VERSION),
                |conversation| silence(conversation, INIT_RESPONSE),
            ),
        Check::ikev2_responder("messages-are-of-version-2-0", SENT).shows(of_version_2, |conversation| {
            falsify(conversation, INIT_RESPONSE, |seen| seen.overwrite(17, 0x21))
        }),
        Check::ikev2_initiator("an-initiators-messages-are-of-version-2-0", SENT)
            .shows(of_version_2, |conversation| {
                falsify(conversation, INIT_REQUEST, |seen| seen.overwrite(17, 0x21))
            }),
    ]
}

fn reserved_sent() -> Vec<Check> {
    const GENERIC: &[&str] = &["rfc7296-2.5-reserved-zero-on-send", "rfc7296-3.2-generic-reserved"];
    const INSIDE: &[&str] = &["rfc7296-2.5-reserved-zero-on-send"];
    const AUTH: &[&str] = &["rfc7296-3.8-auth-reserved"];
    vec![
        Check::ikev2_responder("reserved-bits-of-generic-headers-are-zero", GENERIC)
            .shows(generic_is_zero, |conversation| spoil_generic(conversation, INIT_RESPONSE)),
        Check::ikev2_initiator("reserved-bits-of-an-initiators-generic-headers-are-zero", GENERIC)
            .shows(generic_is_zero, |conversation| spoil_generic(conversation, INIT_REQUEST)),
        Check::ikev2_responder("reserved-bytes-of-payloads-are-zero", INSIDE)
            .shows(inside_is_zero, |conversation| spoil_body(conversation, INIT_RESPONSE, KEY_EXCHANGE)),
        Check::ikev2_initiator("reserved-bytes-of-an-initiators-payloads-are-zero", INSIDE)
            .shows(inside_is_zero, |conversation| spoil_body(conversation, INIT_REQUEST, KEY_EXCHANGE)),
        Check::ikev2_responder("reserved-bytes-of-auth-are-zero", AUTH)
            .shows(auth_is_zero, |conversation| spoil_body(conversation, AUTH_RESPONSE, AUTHENTICATION)),
        Check::ikev2_initiator("reserved-bytes-of-an-initiators-auth-are-zero", AUTH)
            .shows(auth_is_zero, |conversation| spoil_body(conversation, AUTH_REQUEST, AUTHENTICATION)),
    ]
}

fn reserved_received() -> Vec<Check> {
    const IGNORED: &[&str] = &["rfc7296-2.5-reserved-ignored-on-receipt"];
    const GENERIC: &[&str] = &["rfc7296-2.5-reserved-ignored-on-receipt", "rfc7296-3.2-generic-reserved"];
    const REMARK: &str = "ones in the reserved bits of generic headers";
    const BITS: fn(usize) -> Field = |index| Field::Payload(PayloadField::CriticalAndReserved, index);
    vec![
        Check::ikev2_responder("reserved-bits-of-generic-headers-do-not-matter", GENERIC)
            .ikev2_lie(INIT_REQUEST, REMARK, BITS(0), 0x7f)
            .ikev2_lie(INIT_REQUEST, REMARK, BITS(2), 0x01)
            .ikev2_lie(AUTH_REQUEST, REMARK, BITS(0), 0x7f)
            .ikev2_lie(AUTH_REQUEST, REMARK, BITS(3), 0x40)
            .accepted(),
        Check::ikev2_initiator("to-an-initiator-reserved-bits-of-generic-headers-do-not-matter", GENERIC)
            .ikev2_lie(INIT_RESPONSE, REMARK, BITS(0), 0x7f)
            .ikev2_lie(AUTH_RESPONSE, REMARK, BITS(1), 0x7f)
            .accepted(),
        Check::ikev2_responder("reserved-bytes-of-proposals-and-transforms-do-not-matter", IGNORED)
            .ikev2_lie(
                INIT_REQUEST,
                "ones in a proposal",
                Field::Proposal(ProposalField::Reserved, [0, 0]),
                0xff,
            )
            .ikev2_lie(
                INIT_REQUEST,
                "ones in a transform",
                Field::Transform(TransformField::Reserved, [0, 0, 0]),
                0xff,
            )
            .ikev2_lie(
                INIT_REQUEST,
                "ones in a transform",
                Field::Transform(TransformField::Reserved2, [0, 0, 1]),
                0xff,
            )
            .accepted(),
        Check::ikev2_responder("reserved-bytes-of-an-identity-do-not-matter", IGNORED)
            .content(AUTH_REQUEST, "ones in the reserved bytes of IDi", |draft| {
                draft.payload(PayloadType::INITIATOR_IDENTIFICATION).body[1..4].fill(0xff);
            })
            .accepted(),
        Check::ikev2_responder("reserved-bytes-of-traffic-selectors-do-not-matter", IGNORED)
            .content(AUTH_REQUEST, "ones in the reserved bytes of TSi", |draft| {
                draft.payload(PayloadType::INITIATOR_TRAFFIC_SELECTORS).body[1..4].fill(0xff);
            })
            .accepted(),
        Check::ikev2_responder("reserved-bytes-of-a-ke-payload-do-not-matter", IGNORED)
            .content(INIT_REQUEST, "ones in the reserved bytes of KE", |draft| {
                draft.payload(KEY_EXCHANGE).body[2..4].fill(0xff);
            })
            .accepted(),
        Check::ikev2_responder(
            "reserved-bytes-of-auth-do-not-matter",
            &["rfc7296-3.8-auth-reserved", "rfc7296-2.5-reserved-ignored-on-receipt"],
        )
        .authenticated(AUTH_REQUEST, "ones in the reserved bytes of AUTH", |draft| {
            draft.payload(AUTHENTICATION).body[1..4].fill(0xff);
        })
        .accepted(),
    ]
}

fn unknown() -> Vec<Check> {
    const SKIPPED: &[&str] = &["rfc7296-2.5-unknown-payload-skipped", "rfc7296-2.15-unknown-payloads-signed"];
    vec![
        Check::ikev2_responder("an-unknown-payload-is-skipped-and-signed", SKIPPED)
            .content(INIT_REQUEST, "a payload of type 200 before SA", |draft| {
                draft.prepend(UNKNOWN, &[1, 2, 3])
            })
            .accepted(),
        Check::ikev2_initiator("an-initiator-skips-an-unknown-payload-and-signs-it", SKIPPED)
            .content(INIT_RESPONSE, "a payload of type 200 before SA", |draft| {
                draft.prepend(UNKNOWN, &[1, 2, 3])
            })
            .accepted(),
        Check::ikev2_responder("an-unknown-payload-in-ike-auth-is-skipped", &SKIPPED[..1])
            .content(AUTH_REQUEST, "a payload of type 200 before IDi", |draft| draft.prepend(UNKNOWN, &[]))
            .accepted(),
        Check::ikev2_responder(
            "every-type-of-payload-is-skipped-at-least",
            &["rfc7296-4-parse-all-payloads"],
        )
        .content(AUTH_REQUEST, "VID, CP, D and the types 49 to 52 and 54 to 56", |draft| {
            draft.append(PayloadType::IKEV2_VENDOR_ID, b"a vendor");
            draft.append(PayloadType::CONFIGURATION, &[1, 0, 0, 0]);
            draft.append(PayloadType::IKEV2_DELETE, &[3, 4, 0, 1, 0, 0, 1, 0]);
            for number in (49..=52).chain(54..=56) {
                draft.append(PayloadType(number), &[0; 8]);
            }
        })
        .accepted(),
    ]
}

fn critical() -> Vec<Check> {
    const REJECTED: &[&str] = &["rfc7296-2.5-critical-unknown-rejected", "rfc7296-2.5-critical-notify-data"];
    const CLEAR: &[&str] = &["rfc7296-2.5-response-critical-clear", "rfc7296-3.2-critical-zero-for-defined"];
    const REMARK: &str = "a critical payload of type 200";
    vec![
        Check::ikev2_responder("an-unknown-critical-payload-is-rejected", REJECTED)
            .content(INIT_REQUEST, REMARK, critical_unknown)
            .shows(
                |conversation| rejected_as_critical(conversation, INIT_RESPONSE),
                |conversation| silence(conversation, INIT_RESPONSE),
            ),
        Check::ikev2_responder("an-unknown-critical-payload-in-ike-auth-is-rejected", REJECTED)
            .content(AUTH_REQUEST, REMARK, critical_unknown)
            .shows(
                |conversation| rejected_as_critical(conversation, AUTH_RESPONSE),
                |conversation| silence(conversation, AUTH_RESPONSE),
            ),
        Check::ikev2_responder("an-unknown-critical-payload-in-a-later-request-is-rejected", REJECTED)
            .content(super::super::INFORMATIONAL_REQUEST, REMARK, critical_unknown)
            .script(|tester| {
                tester.go_to(4)?;
                tester.ask_alive()?;
                Ok(())
            })
            .shows(
                |conversation| {
                    established_or_unverifiable(conversation)
                        .unwrap_or_else(|| rejected_as_critical(conversation, INFORMATIONAL_RESPONSE))
                },
                |conversation| silence(conversation, INFORMATIONAL_RESPONSE),
            ),
        Check::ikev2_responder("no-payload-of-a-response-is-critical", CLEAR)
            .shows(none_is_critical, |conversation| make_critical(conversation, INIT_RESPONSE)),
        Check::ikev2_initiator("no-defined-payload-of-an-initiator-is-critical", &CLEAR[1..])
            .shows(none_is_critical, |conversation| make_critical(conversation, INIT_REQUEST)),
        Check::ikev2_responder(
            "of-a-known-type-the-critical-bit-means-nothing",
            &["rfc7296-2.5-critical-on-known-ignored"],
        )
        .content(AUTH_REQUEST, "a critical CERTREQ of encoding 200", |draft| {
            draft.append(PayloadType::IKEV2_CERTIFICATE_REQUEST, &[200, 1, 2, 3]);
            if let Some(last) = draft.payloads.last_mut() {
                last.reserved = CRITICAL;
            }
        })
        .accepted(),
    ]
}

fn order() -> Vec<Check> {
    const SENT: &[&str] = &["rfc7296-2.5-payload-order-send"];
    const RECEIVED: &[&str] = &["rfc7296-2.5-payload-order-receive"];
    vec![
        Check::ikev2_responder("payloads-stand-in-their-order", SENT)
            .shows(in_order, |conversation| swap_first(conversation, INIT_RESPONSE)),
        Check::ikev2_initiator("an-initiators-payloads-stand-in-their-order", SENT)
            .shows(in_order, |conversation| swap_first(conversation, INIT_REQUEST)),
        Check::ikev2_responder("the-order-of-an-ike-sa-init-request-does-not-matter", RECEIVED)
            .content(INIT_REQUEST, "its payloads the other way round", |draft| draft.payloads.reverse())
            .accepted(),
        Check::ikev2_responder("the-order-of-an-ike-auth-request-does-not-matter", RECEIVED)
            .authenticated(AUTH_REQUEST, "its payloads the other way round", |draft| draft.payloads.reverse())
            .accepted(),
        Check::ikev2_initiator("the-order-of-an-ike-auth-response-does-not-matter", RECEIVED)
            .authenticated(AUTH_RESPONSE, "its payloads the other way round", |draft| {
                draft.payloads.reverse()
            })
            .accepted(),
    ]
}

/// A type that no payload has.
const UNKNOWN: PayloadType = PayloadType(200);

const KEY_EXCHANGE: PayloadType = PayloadType::IKEV2_KEY_EXCHANGE;
const AUTHENTICATION: PayloadType = PayloadType::AUTHENTICATION;

fn of_version_2(conversation: &Conversation) -> Finding {
    every_message(conversation, |seen| {
        let version = seen.wire.get(17).copied().unwrap_or_default();
        (version != 0x20).then(|| format!("its version is {version:#04x}"))
    })
}

fn generic_is_zero(conversation: &Conversation) -> Finding {
    every_body(conversation, |payload| {
        let bits = payload.reserved & !CRITICAL;
        (bits != 0).then(|| format!("the reserved bits of {} are {bits:#04x}", payload.payload_type))
    })
}

/// Where the reserved bytes of a payload's body stand (RFC 7296 3.4, 3.5, 3.8, 3.13, 3.15).
const RESERVED: [(PayloadType, std::ops::Range<usize>); 6] = [
    (KEY_EXCHANGE, 2..4),
    (PayloadType::INITIATOR_IDENTIFICATION, 1..4),
    (PayloadType::RESPONDER_IDENTIFICATION, 1..4),
    (PayloadType::INITIATOR_TRAFFIC_SELECTORS, 1..4),
    (PayloadType::RESPONDER_TRAFFIC_SELECTORS, 1..4),
    (PayloadType::CONFIGURATION, 1..4),
];

fn inside_is_zero(conversation: &Conversation) -> Finding {
    every_body(conversation, |payload| {
        let (_, place) = RESERVED.iter().find(|(payload_type, _)| *payload_type == payload.payload_type)?;
        let bytes = payload.body.get(place.clone())?;
        bytes
            .iter()
            .any(|byte| *byte != 0)
            .then(|| format!("the reserved bytes of {} are {bytes:02x?}", payload.payload_type))
    })
}

fn auth_is_zero(conversation: &Conversation) -> Finding {
    match conversation.proof() {
        None => Finding::Unverifiable("the target did not authenticate".to_owned()),
        Some(body) => {
            let bytes = body.get(1..4).unwrap_or_default();
            Finding::of(bytes == [0; 3], || format!("the reserved bytes of AUTH are {bytes:02x?}"))
        }
    }
}

/// For a control: a target that sets a reserved bit of its first payload.
fn spoil_generic(conversation: &mut Conversation, name: MessageName) {
    rewrite_last(conversation, name, |payloads| payloads[0].reserved |= 1);
}

/// For a control: a target that sets the last reserved byte of a payload, which is also the third of its body.
fn spoil_body(conversation: &mut Conversation, name: MessageName, payload_type: PayloadType) {
    rewrite_last(conversation, name, |payloads| {
        if let Some(payload) = first(payloads, payload_type) {
            payload.body[3] = 1;
        }
    });
}

fn critical_unknown(draft: &mut Draft<'_>) {
    draft.append(UNKNOWN, &[1, 2, 3, 4]);
    if let Some(last) = draft.payloads.last_mut() {
        last.reserved = CRITICAL;
    }
}

fn rejected_as_critical(conversation: &Conversation, name: MessageName) -> Finding {
    match error_alone(conversation, name, NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD) {
        Finding::Holds => {
            let seen = conversation.messages(name).last();
            let data = seen.and_then(|seen| seen.notification_data(NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD));
            Finding::of(data.as_deref() == Some(&[UNKNOWN.0]), || format!("its data are {data:02x?}"))
        }
        other => other,
    }
}

fn none_is_critical(conversation: &Conversation) -> Finding {
    every_body(conversation, |payload| {
        payload.is_critical().then(|| format!("{} is critical", payload.payload_type))
    })
}

/// For a control: a target that makes its first payload critical.
fn make_critical(conversation: &mut Conversation, name: MessageName) {
    rewrite_last(conversation, name, |payloads| payloads[0].reserved |= CRITICAL);
}

/// The order of the payloads that have one (RFC 7296 1.2, appendix C).
const ORDER: [&[PayloadType]; 2] = [
    &[PayloadType::IKEV2_SECURITY_ASSOCIATION, KEY_EXCHANGE, PayloadType::IKEV2_NONCE],
    &[
        PayloadType::INITIATOR_IDENTIFICATION,
        PayloadType::IKEV2_CERTIFICATE,
        PayloadType::IKEV2_CERTIFICATE_REQUEST,
        PayloadType::RESPONDER_IDENTIFICATION,
        AUTHENTICATION,
        PayloadType::IKEV2_SECURITY_ASSOCIATION,
        PayloadType::INITIATOR_TRAFFIC_SELECTORS,
        PayloadType::RESPONDER_TRAFFIC_SELECTORS,
    ],
];

fn in_order(conversation: &Conversation) -> Finding {
    every_message(conversation, |seen| {
        let order = match seen.name {
            INIT_REQUEST | INIT_RESPONSE => ORDER[0].to_vec(),
            // The responder's certificates stand behind its identity.
            AUTH_RESPONSE => {
                [&[PayloadType::RESPONDER_IDENTIFICATION], &ORDER[1][1..2], &ORDER[1][4..]].concat()
            }
            AUTH_REQUEST => ORDER[1].to_vec(),
            _ => return None,
        };
        let place = |payload: &Payload| order.iter().position(|one| *one == payload.payload_type);
        let places: Vec<usize> = seen.payloads().unwrap_or_default().iter().filter_map(place).collect();
        (!places.is_sorted()).then(|| "its payloads stand in another order".to_owned())
    })
}

/// For a control: a target that has KE before SA.
fn swap_first(conversation: &mut Conversation, name: MessageName) {
    rewrite_last(conversation, name, |payloads| {
        let place = |wanted| payloads.iter().position(|one: &Payload| one.payload_type == wanted);
        if let (Some(association), Some(exchange)) =
            (place(PayloadType::IKEV2_SECURITY_ASSOCIATION), place(KEY_EXCHANGE))
        {
            payloads.swap(association, exchange);
        }
    });
}
