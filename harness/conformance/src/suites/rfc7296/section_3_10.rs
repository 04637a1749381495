//! RFC 7296 3.10 to 3.12: notifications, deletions and vendor IDs.

use ike::Ikev2Exchange;
use wire::PayloadType;
use wire::ikev2::{Delete, NotifyType, Payload as View, ProtocolId};

use super::super::{
    AUTH_REQUEST, AUTH_RESPONSE, INFORMATIONAL_RESPONSE, INIT_REQUEST, INIT_RESPONSE, silence,
};
use super::section_1::established_or_unverifiable;
use super::{every_body, rewrite_last};
use crate::check::{Check, Finding};
use crate::tester::{Conversation, Payload};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = protocol();
    checks.extend(unknown());
    checks.extend(vendor());
    checks
}

fn protocol() -> Vec<Check> {
    const ZERO: &[&str] = &["rfc7296-3.10-notify-protoid-zero"];
    vec![
        Check::ikev2_responder("without-an-spi-a-notification-has-no-protocol", ZERO)
            .shows(no_protocol, |conversation| set_protocol(conversation, INIT_RESPONSE)),
        Check::ikev2_initiator("without-an-spi-an-initiators-notification-has-no-protocol", ZERO)
            .shows(no_protocol, |conversation| set_protocol(conversation, INIT_REQUEST)),
        Check::ikev2_responder("without-an-spi-the-protocol-does-not-matter", ZERO)
            .content(INIT_REQUEST, "notifications of protocol 1", |draft| {
                let of_type = |one: &&mut Payload| one.payload_type == PayloadType::IKEV2_NOTIFY;
                draft.payloads.iter_mut().filter(of_type).for_each(|one| one.body[0] = 1);
            })
            .accepted(),
    ]
}

fn unknown() -> Vec<Check> {
    const ERROR: &[&str] = &["rfc7296-3.10.1-unknown-error-in-request-ignored"];
    const STATUS: &[&str] = &["rfc7296-3.10.1-unknown-status-ignored"];
    const REMARK: &str = "a notification of an unknown status";
    vec![
        Check::ikev2_initiator(
            "an-unknown-error-is-a-refusal",
            &["rfc7296-3.10.1-unknown-error-in-response"],
        )
        .authenticated(AUTH_RESPONSE, "N(8192) alone", |draft| {
            draft.payloads.clear();
            draft.notify(NotifyType(8192), &[]);
        })
        .refused(),
        Check::ikev2_responder("an-unknown-error-in-a-request-is-ignored", ERROR)
            .content(INIT_REQUEST, "N(8192)", |draft| draft.notify(NotifyType(8192), &[]))
            .accepted(),
        Check::ikev2_responder("an-unknown-error-in-an-ike-auth-request-is-ignored", ERROR)
            .content(AUTH_REQUEST, "N(8192)", |draft| draft.notify(NotifyType(8192), &[]))
            .accepted(),
        Check::ikev2_responder("an-unknown-status-in-an-ike-sa-init-request-is-ignored", STATUS)
            .content(INIT_REQUEST, REMARK, |draft| draft.notify(NotifyType(40_961), b"data"))
            .accepted(),
        Check::ikev2_responder("an-unknown-status-in-an-ike-auth-request-is-ignored", STATUS)
            .content(AUTH_REQUEST, REMARK, |draft| draft.notify(NotifyType(40_961), b"data"))
            .accepted(),
        Check::ikev2_initiator("an-unknown-status-in-an-ike-sa-init-response-is-ignored", STATUS)
            .content(INIT_RESPONSE, REMARK, |draft| draft.notify(NotifyType(40_961), b"data"))
            .accepted(),
        Check::ikev2_initiator("an-unknown-status-in-an-ike-auth-response-is-ignored", STATUS)
            .content(AUTH_RESPONSE, REMARK, |draft| draft.notify(NotifyType(40_961), b"data"))
            .accepted(),
    ]
}

fn vendor() -> Vec<Check> {
    const IGNORED: &[&str] = &["rfc7296-3.12-unknown-vid-ignored"];
    vec![
        Check::ikev2_responder("an-unknown-vendor-id-of-an-initiator-is-ignored", IGNORED)
            .content(INIT_REQUEST, "vendor IDs of 3, 16 and 200 octets", |draft| {
                for length in [3, 16, 200] {
                    draft.append(PayloadType::IKEV2_VENDOR_ID, &vec![0x5a; length]);
                }
            })
            .accepted(),
        Check::ikev2_initiator("an-unknown-vendor-id-of-a-responder-is-ignored", IGNORED)
            .content(INIT_RESPONSE, "a vendor ID of 16 octets", |draft| {
                draft.append(PayloadType::IKEV2_VENDOR_ID, &[0x5a; 16]);
            })
            .accepted(),
        Check::ikev2_responder("a-deletion-is-answered", &["rfc7296-1.4-informational-answered"])
            .script(|tester| {
                tester.go_to(4)?;
                tester.ask(Ikev2Exchange::Informational, &[View::Delete(Delete::IKE_SA)])?;
                Ok(())
            })
            .shows(
                |conversation| {
                    established_or_unverifiable(conversation).unwrap_or_else(|| {
                        let answer = conversation.message(INFORMATIONAL_RESPONSE);
                        Finding::of(answer.is_some(), || "the deletion was not answered".to_owned())
                    })
                },
                |conversation| silence(conversation, INFORMATIONAL_RESPONSE),
            ),
    ]
}

fn no_protocol(conversation: &Conversation) -> Finding {
    every_body(conversation, |payload| match payload.as_ikev2() {
        Ok(View::Notify(one)) if one.spi.is_empty() && one.protocol != ProtocolId::NONE => {
            Some(format!("N({}) has protocol {} and no SPI", one.notify_type, one.protocol.0))
        }
        _ => None,
    })
}

/// For a control: a target that says a protocol in every notification.
fn set_protocol(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite_last(conversation, name, |payloads| {
        let of_type = |one: &&mut Payload| one.payload_type == PayloadType::IKEV2_NOTIFY;
        payloads.iter_mut().filter(of_type).for_each(|one| one.body[0] = 1);
    });
}
