//! RFC 2407 4.6.2: what an ID payload of phase 1 says.

use ike::IdentityKind;
use pki::Name;
use wire::PayloadType;

use super::super::{MM5, MM6, first, rewrite};
use crate::check::{Check, Finding};
use crate::laboratory::Party;
use crate::tester::Conversation;

const PORTS: &[&str] = &["rfc2407-4.6.2-phase1-id-port-proto", "rfc2408-3.8-id-doi-data-zero"];
const OTHERS: &[&str] = &["rfc2407-4.6.2-phase1-id-other-abort"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("protocol-and-port-of-an-identity", PORTS)
            .shows(port_and_protocol, |conversation| set_port(conversation, MM6)),
        Check::initiator("protocol-and-port-of-an-initiators-identity", PORTS)
            .shows(port_and_protocol, |conversation| set_port(conversation, MM5)),
        Check::responder("another-protocol-and-port-are-refused", OTHERS)
            .content(MM5, "an ID of TCP and port 80", |draft| {
                draft.payload(PayloadType::IDENTIFICATION).body[1..4].copy_from_slice(&[6, 0, 80]);
            })
            .refused(),
        Check::initiator("an-initiator-refuses-another-protocol-and-port", OTHERS)
            .content(MM6, "an ID of TCP and port 80", |draft| {
                draft.payload(PayloadType::IDENTIFICATION).body[1..4].copy_from_slice(&[6, 0, 80]);
            })
            .refused(),
        Check::responder("a-host-name-has-no-terminator", &["rfc2407-4.6.2.3-fqdn-no-terminator"])
            .shows(no_terminator, |conversation| lengthen(conversation, 0)),
        Check::responder("a-mailbox-has-no-terminator", &["rfc2407-4.6.2.4-user-fqdn-no-terminator"])
            .target_is(IdentityKind::UserFqdn(Party::Target.mailbox().to_owned()))
            .shows(no_terminator, |conversation| lengthen(conversation, 0)),
        Check::responder("a-distinguished-name-is-der", &["rfc2407-4.6.2.10-dn-is-der"])
            .target_is(IdentityKind::DistinguishedName)
            .shows(
                |conversation| {
                    data(conversation, |data| {
                        Finding::of(Name::from_der(data).is_ok(), || format!("{data:02x?} is not one name"))
                    })
                },
                |conversation| lengthen(conversation, 0),
            ),
    ]
}

/// What stands behind type, protocol and port of the target's identity.
fn data(conversation: &Conversation, judge: impl FnOnce(&[u8]) -> Finding) -> Finding {
    match conversation.identification() {
        Some(body) => judge(body.get(4..).unwrap_or_default()),
        None => Finding::Unverifiable("the target sent no ID payload".to_owned()),
    }
}

fn no_terminator(conversation: &Conversation) -> Finding {
    data(conversation, |data| {
        Finding::of(data.last().is_some_and(|last| *last != 0), || {
            format!("the identity is {}", String::from_utf8_lossy(data).escape_debug())
        })
    })
}

fn port_and_protocol(conversation: &Conversation) -> Finding {
    match conversation.identification() {
        None => Finding::Unverifiable("the target sent no ID payload".to_owned()),
        Some(body) => {
            let found = body.get(1..4).unwrap_or_default();
            Finding::of(matches!(found, [0, 0, 0] | [17, 1, 0xf4]), || {
                format!("protocol and port are {found:02x?}")
            })
        }
    }
}

fn set_port(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite(conversation, name, |payloads| {
        if let Some(identification) = first(payloads, PayloadType::IDENTIFICATION) {
            identification.body[2..4].copy_from_slice(&4500_u16.to_be_bytes());
        }
    });
}

/// For controls: the target's identity goes on.
fn lengthen(conversation: &mut Conversation, byte: u8) {
    rewrite(conversation, MM6, |payloads| {
        if let Some(identification) = first(payloads, PayloadType::IDENTIFICATION) {
            identification.body.push(byte);
        }
    });
}
