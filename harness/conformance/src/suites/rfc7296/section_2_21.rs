//! RFC 7296 2.21 and 2.23: errors, and where they are told; NAT traversal.

use wire::PayloadType;
use wire::ikev2::lies::{Field, PayloadField};
use wire::ikev2::{Notification, NotifyType, Payload as View};

use super::super::{
    AUTH_REQUEST, AUTH_RESPONSE, CHILD_REQUEST, CHILD_RESPONSE, INFORMATIONAL_REQUEST,
    INFORMATIONAL_RESPONSE, INIT_REQUEST, INIT_RESPONSE, falsify, in_message, silence,
};
use super::section_1::{established_or_unverifiable, spoil_proof};
use super::{error_alone, established, every_message, pretend, rewrite_last, silent};
use crate::check::{Check, Finding};
use crate::laboratory::{Ca, NOW};
use crate::target::{Revocation, TargetError};
use crate::tester::{CRITICAL, Conversation, Draft, Payload, Seen, Tester};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = authentication();
    checks.extend(malformed());
    checks.extend(first_exchange());
    checks.extend(strangers());
    checks.extend(nat());
    checks
}

fn authentication() -> Vec<Check> {
    const FAILED: &[&str] = &["rfc7296-2.21.2-auth-failure-notify"];
    let failed = |check: Check| {
        check.shows(
            |conversation| error_alone(conversation, AUTH_RESPONSE, NotifyType::AUTHENTICATION_FAILED),
            |conversation| silence(conversation, AUTH_RESPONSE),
        )
    };
    vec![
        failed(
            Check::ikev2_responder("a-wrong-signature-is-answered-with-authentication-failed", FAILED)
                .authenticated(AUTH_REQUEST, "one bit of AUTH changed", spoil_proof),
        ),
        failed(
            Check::ikev2_responder("an-unknown-issuer-is-answered-with-authentication-failed", FAILED)
                .certificate(Ca::Unknown, |_| {}),
        ),
        failed(
            Check::ikev2_responder("an-expired-certificate-is-answered-with-authentication-failed", FAILED)
                .certificate(Ca::One, |certificate| {
                    certificate.not_after = pki::CalendarTime::from_unix(NOW - 3600);
                }),
        ),
        failed(
            Check::ikev2_responder("a-revoked-certificate-is-answered-with-authentication-failed", FAILED)
                .revocation(Revocation::Revoked),
        ),
        Check::ikev2_initiator(
            "whether-an-initiator-reports-what-it-does-not-believe",
            &["rfc7296-2.21.2-initiator-auth-failure-informational"],
        )
        .authenticated(AUTH_RESPONSE, "one bit of AUTH changed", spoil_proof)
        .recorded(),
    ]
}

fn malformed() -> Vec<Check> {
    const WHOLE: &[&str] =
        &["rfc7296-2.21.2-malformed-whole-reject", "rfc7296-2.21.2-malformed-only-those-notifies"];
    const ANSWERED: &[&str] = &["rfc7296-2.21.3-errors-answered"];
    const LONG: Field = Field::Payload(PayloadField::Length, 1);
    vec![
        Check::ikev2_responder("a-malformed-ike-auth-request-is-invalid-syntax", WHOLE)
            .authenticated(AUTH_REQUEST, "one bit of AUTH changed", spoil_proof)
            .ikev2_lie(AUTH_REQUEST, "a payload longer than the message", LONG, 0xffff)
            .shows(
                |conversation| error_alone(conversation, AUTH_RESPONSE, NotifyType::INVALID_SYNTAX),
                |conversation| silence(conversation, AUTH_RESPONSE),
            ),
        Check::ikev2_responder("an-unknown-critical-payload-comes-before-authentication", WHOLE)
            .authenticated(AUTH_REQUEST, "one bit of AUTH changed, a critical payload of type 200", |draft| {
                spoil_proof(draft);
                draft.append(PayloadType(200), &[0; 4]);
                if let Some(last) = draft.payloads.last_mut() {
                    last.reserved = CRITICAL;
                }
            })
            .shows(
                |conversation| {
                    error_alone(conversation, AUTH_RESPONSE, NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD)
                },
                |conversation| silence(conversation, AUTH_RESPONSE),
            ),
        Check::ikev2_responder(
            "an-ike-auth-request-without-identity-is-invalid-syntax",
            &["rfc7296-3.10.1-invalid-syntax-catch-all"],
        )
        .authenticated(AUTH_REQUEST, "no IDi", |draft| draft.remove(PayloadType::INITIATOR_IDENTIFICATION))
        .shows(
            |conversation| error_alone(conversation, AUTH_RESPONSE, NotifyType::INVALID_SYNTAX),
            |conversation| silence(conversation, AUTH_RESPONSE),
        ),
        Check::ikev2_responder("a-malformed-informational-request-is-answered", ANSWERED)
            .content(INFORMATIONAL_REQUEST, "two payloads", |draft| {
                draft.append(PayloadType::IKEV2_VENDOR_ID, b"one");
                draft.append(PayloadType::IKEV2_VENDOR_ID, b"two");
            })
            .ikev2_lie(INFORMATIONAL_REQUEST, "the second longer than the message", LONG, 0xffff)
            .script(|tester| {
                tester.go_to(4)?;
                tester.ask_alive()?;
                Ok(())
            })
            .shows(
                |conversation| errs(conversation, INFORMATIONAL_RESPONSE),
                |conversation| silence(conversation, INFORMATIONAL_RESPONSE),
            ),
        Check::ikev2_responder("a-create-child-sa-request-of-nothing-is-answered", ANSWERED)
            .content(CHILD_REQUEST, "no payloads at all", |draft| draft.payloads.clear())
            .script(|tester| {
                tester.go_to(4)?;
                tester.ask_for_child()?;
                Ok(())
            })
            .shows(
                |conversation| errs(conversation, CHILD_RESPONSE),
                |conversation| silence(conversation, CHILD_RESPONSE),
            ),
    ]
}

fn first_exchange() -> Vec<Check> {
    const PROTECTED: &[&str] = &["rfc7296-3.10.1-invalid-syntax-only-protected"];
    vec![
        Check::ikev2_initiator(
            "an-error-in-ike-sa-init-is-a-hint",
            &["rfc7296-2.21.1-init-error-keep-trying"],
        )
        .script(|tester| {
            tester.go_to(1)?;
            let notification = Notification::new(NotifyType::NO_PROPOSAL_CHOSEN, &[]);
            let bytes = tester.unprotected(INIT_RESPONSE, 0, &[View::Notify(notification)]);
            tester.transmit(&bytes)?;
            tester.pass(1)?;
            if tester.go_on(2, 4)? {
                tester.ask_alive()?;
            }
            Ok(())
        })
        .shows(established, |conversation| silence(conversation, INFORMATIONAL_RESPONSE)),
        Check::ikev2_responder("an-ike-auth-request-in-clear-is-not-answered", PROTECTED)
            .change(AUTH_REQUEST, "no encryption", crate::tester::Action::InClear)
            .shows(
                |conversation| silent(conversation, INIT_RESPONSE, AUTH_RESPONSE),
                |conversation| pretend(conversation, AUTH_RESPONSE),
            ),
        Check::ikev2_responder("invalid-syntax-is-not-told-in-ike-sa-init", PROTECTED)
            .content(INIT_REQUEST, "no KE payload", |draft| draft.remove(PayloadType::IKEV2_KEY_EXCHANGE))
            .shows(no_invalid_syntax, told_invalid_syntax),
        Check::ikev2_responder("a-broken-chain-in-ike-sa-init-is-not-told-of", PROTECTED)
            .ikev2_lie(
                INIT_REQUEST,
                "a payload longer than the message",
                Field::Payload(PayloadField::Length, 1),
                0xffff,
            )
            .shows(no_invalid_syntax, told_invalid_syntax),
    ]
}

fn strangers() -> Vec<Check> {
    const SILENT: &[&str] =
        &["rfc7296-2.21.4-unknown-spi-response-silent", "rfc7296-3.1-no-response-to-response"];
    vec![
        Check::ikev2_responder("a-response-of-an-unknown-session-is-not-answered", SILENT)
            .script(|tester| stranger(tester, INFORMATIONAL_RESPONSE))
            .shows(
                |conversation| {
                    Finding::of(conversation.seen.is_empty(), || "the response was answered".to_owned())
                },
                |conversation| conversation.seen.push(invalid_ike_spi()),
            ),
        Check::ikev2_responder("a-response-of-a-known-session-is-not-answered", &SILENT[1..])
            .script(|tester| {
                tester.go_to(4)?;
                let bytes = tester.protected(INFORMATIONAL_RESPONSE, 0, &[]);
                tester.transmit(&bytes)?;
                tester.pass(3)
            })
            .shows(
                |conversation| {
                    established_or_unverifiable(conversation).unwrap_or_else(|| {
                        let count = conversation.seen.len();
                        Finding::of(count == 2, || format!("{count} messages came"))
                    })
                },
                |conversation| pretend(conversation, INFORMATIONAL_REQUEST),
            ),
        Check::ikev2_responder("a-request-of-an-unknown-session", &["rfc7296-2.21.4-unknown-spi-request"])
            .script(|tester| stranger(tester, INFORMATIONAL_REQUEST))
            .recorded(),
        Check::ikev2_responder(
            "an-unknown-session-is-told-of-in-clear",
            &["rfc7296-2.21.4-invalid-ike-spi-format"],
        )
        .script(|tester| stranger(tester, INFORMATIONAL_REQUEST))
        .shows(
            |conversation| match conversation.seen.first() {
                None => Finding::Unverifiable("the target keeps silent about unknown sessions".to_owned()),
                Some(seen) => {
                    let header = seen.header();
                    let copied = header.message_id == STRANGERS_ID && header.responder_cookie == [9; 8];
                    let told = seen.encrypted().is_none() && seen.notified(NotifyType::INVALID_IKE_SPI);
                    Finding::of(copied && told, || crate::check::describe(conversation))
                }
            },
            |conversation| conversation.seen.iter_mut().for_each(|seen| seen.overwrite(23, 0)),
        )
        .complied(|conversation| conversation.seen.push(invalid_ike_spi())),
    ]
}

fn nat() -> Vec<Check> {
    const HASHES: &[&str] = &["rfc7296-2.23-natd-payloads"];
    vec![
        Check::ikev2_responder("nat-detection-has-the-hashes-of-both-ends", HASHES).shows(
            |conversation| hashes_hold(conversation, INIT_RESPONSE),
            |conversation| spoil_hash(conversation, INIT_RESPONSE),
        ),
        Check::ikev2_initiator("an-initiators-nat-detection-has-the-hashes-of-both-ends", HASHES).shows(
            |conversation| hashes_hold(conversation, INIT_REQUEST),
            |conversation| spoil_hash(conversation, INIT_REQUEST),
        ),
        Check::ikev2_responder("nat-detection-comes-before-certreq", &["rfc7296-2.23-natd-before-certreq"])
            .shows(
                |conversation| {
                    in_message(conversation, INIT_RESPONSE, |seen| {
                        let payloads = seen.payloads().unwrap_or_default();
                        let last_hash = payloads.iter().rposition(is_detection);
                        let request = payloads.iter().position(is_request);
                        match (last_hash, request) {
                            (Some(hash), Some(request)) => Finding::of(hash < request, || {
                                "CERTREQ comes before NAT detection".to_owned()
                            }),
                            _ => Finding::Unverifiable("NAT detection or CERTREQ is missing".to_owned()),
                        }
                    })
                },
                |conversation| {
                    rewrite_last(conversation, INIT_RESPONSE, |payloads| {
                        // Behind the nonce, so that only this order changes.
                        if let (Some(hash), Some(request)) =
                            (payloads.iter().position(is_detection), payloads.iter().position(is_request))
                        {
                            let request = payloads.remove(request);
                            payloads.insert(hash, request);
                        }
                    });
                },
            ),
        Check::ikev2_initiator(
            "behind-a-nat-an-initiator-moves-to-port-4500",
            &["rfc7296-2.23-port-4500-after-nat"],
        )
        .content(INIT_RESPONSE, "a NAT_DETECTION_DESTINATION_IP of another address", other_address)
        .shows(
            |conversation| {
                in_message(conversation, AUTH_REQUEST, |seen| {
                    let ports = (seen.path.remote.port(), seen.path.local.port());
                    Finding::of(ports == (4500, 4500), || format!("IKE_AUTH went from and to {ports:?}"))
                })
            },
            |conversation| falsify(conversation, AUTH_REQUEST, |seen| seen.path.remote.set_port(500)),
        ),
        Check::ikev2_initiator(
            "an-initiators-message-on-port-4500-has-a-marker",
            &["rfc7296-2-non-esp-marker"],
        )
        .content(INIT_RESPONSE, "a NAT_DETECTION_DESTINATION_IP of another address", other_address)
        .shows(
            |conversation| {
                in_message(conversation, AUTH_REQUEST, |seen| {
                    Finding::of(seen.marked, || "IKE_AUTH has no non-ESP marker before it".to_owned())
                })
            },
            |conversation| falsify(conversation, AUTH_REQUEST, |seen| seen.marked = false),
        ),
    ]
}

/// Whether the target answers the request with an error, under the protection of the session.
fn errs(conversation: &Conversation, name: ike::MessageName) -> Finding {
    established_or_unverifiable(conversation).unwrap_or_else(|| match conversation.message(name) {
        None => Finding::Violated("the request was not answered".to_owned()),
        Some(seen) => {
            let told = seen.notify_types().into_iter().any(|one| NotifyType(one).is_error());
            Finding::of(told && seen.encrypted().is_some(), || "the answer tells no error".to_owned())
        }
    })
}

fn no_invalid_syntax(conversation: &Conversation) -> Finding {
    if conversation.seen.is_empty() {
        return Finding::Holds;
    }
    every_message(conversation, |seen| {
        let told = seen.encrypted().is_none() && seen.notified(NotifyType::INVALID_SYNTAX);
        told.then(|| "N(INVALID_SYNTAX) stands in clear".to_owned())
    })
}

/// For a control: a target that tells of bad syntax in clear.
fn told_invalid_syntax(conversation: &mut Conversation) {
    let mut seen = invalid_ike_spi();
    seen.name = INIT_RESPONSE;
    seen.rewrite(|payloads| {
        *payloads = vec![View::Notify(Notification::new(NotifyType::INVALID_SYNTAX, &[])).into()];
    });
    conversation.seen.push(seen);
}

const STRANGERS_ID: u32 = 5;

/// Sends a message of a session that there is not, in clear.
fn stranger(tester: &mut Tester<'_>, name: ike::MessageName) -> Result<(), TargetError> {
    let mut bytes = tester.unprotected(name, STRANGERS_ID, &[]);
    bytes[8..16].fill(9);
    tester.transmit(&bytes)?;
    tester.pass(3)
}

/// The answer of a target that tells of unknown sessions.
fn invalid_ike_spi() -> Seen {
    use wire::ikev2::MessageBuilder;
    use wire::{ExchangeType, Flags};

    let notification = View::Notify(Notification::new(NotifyType::INVALID_IKE_SPI, &[]));
    let wire = MessageBuilder::new([7; 8], [9; 8], ExchangeType::IKEV2_INFORMATIONAL)
        .message_id(STRANGERS_ID)
        .flags(Flags::RESPONSE)
        .payloads(&[notification])
        .expect("a notification fits into a message");
    let [remote, local] = crate::target::built_in::BuiltIn::ADDRESSES.map(|address| (address, 500).into());
    Seen {
        name: INFORMATIONAL_RESPONSE,
        at: std::time::Duration::ZERO,
        path: ike::Path { local, remote },
        marked: false,
        plain: wire.clone(),
        wire,
        copy: false,
        partial: false,
    }
}

const DETECTION: [NotifyType; 2] =
    [NotifyType::NAT_DETECTION_SOURCE_IP, NotifyType::NAT_DETECTION_DESTINATION_IP];

fn hashes_hold(conversation: &Conversation, name: ike::MessageName) -> Finding {
    in_message(conversation, name, |seen| {
        let expected = seen.detection_hashes();
        let found = DETECTION.map(|kind| seen.notification_data(kind));
        let hold = expected.iter().zip(&found).all(|(wanted, found)| found.as_deref() == Some(&wanted[..]));
        Finding::of(hold, || format!("the hashes are {found:02x?}"))
    })
}

/// For a control: a target that hashes something else.
fn spoil_hash(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite_last(conversation, name, |payloads| {
        if let Some(hash) = payloads.iter_mut().find(|payload| is_detection(payload)) {
            hash.body[4] ^= 1;
        }
    });
}

fn is_detection(payload: &Payload) -> bool {
    match payload.as_ikev2() {
        Ok(View::Notify(notification)) => DETECTION.contains(&notification.notify_type),
        _ => false,
    }
}

fn is_request(payload: &Payload) -> bool {
    payload.payload_type == PayloadType::IKEV2_CERTIFICATE_REQUEST
}

fn other_address(draft: &mut Draft<'_>) {
    let wanted = NotifyType::NAT_DETECTION_DESTINATION_IP.0.to_be_bytes();
    let is_wanted = |payload: &&mut Payload| payload.body.get(2..4) == Some(&wanted[..]);
    if let Some(hash) = draft.payloads.iter_mut().find(is_wanted) {
        hash.body[4..].fill(7);
    }
}
