//! RFC 7296 1 to 1.5: which exchanges there are, in which order, and what their errors end.

use crypto::Group;
use wire::PayloadType;
use wire::ikev2::owned::Transform;
use wire::ikev2::transforms::{EncryptionAlgorithm, TransformType};
use wire::ikev2::{Notification, NotifyType, Payload as View, ProtocolId};

use super::super::{
    AUTH_REQUEST, AUTH_RESPONSE, CHILD_RESPONSE, INFORMATIONAL_REQUEST, INFORMATIONAL_RESPONSE, INIT_REQUEST,
    INIT_RESPONSE, first, in_message, raw, silence,
};
use super::{established, pretend, rewrite_last, sends, silent};
use crate::check::{Check, Finding};
use crate::target::TargetError;
use crate::tester::{Conversation, Draft, Seen, Tester, change_proposals};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = order();
    checks.extend(authentication());
    checks.extend(other_group());
    checks.extend(child());
    checks.extend(informational());
    checks
}

fn order() -> Vec<Check> {
    const FIRST: &[&str] = &["rfc7296-1-init-before-auth"];
    vec![
        Check::ikev2_responder("an-informational-exchange-waits-for-ike-auth", FIRST)
            .script(|tester| {
                tester.go_to(2)?;
                tester.ask_alive()?;
                Ok(())
            })
            .shows(
                |conversation| silent(conversation, INIT_RESPONSE, INFORMATIONAL_RESPONSE),
                |conversation| pretend(conversation, INFORMATIONAL_RESPONSE),
            ),
        Check::ikev2_responder("a-second-child-sa-waits-for-ike-auth", FIRST)
            .script(|tester| {
                tester.go_to(2)?;
                tester.ask_for_child()?;
                Ok(())
            })
            .shows(
                |conversation| silent(conversation, INIT_RESPONSE, CHILD_RESPONSE),
                |conversation| pretend(conversation, CHILD_RESPONSE),
            ),
        Check::ikev2_responder("four-messages-set-up-a-session", &["rfc7296-4-four-message-flow"]).shows(
            |conversation| {
                let child = conversation.message(AUTH_RESPONSE).and_then(Seen::proposals);
                let made = conversation.is_established() && child.is_some();
                Finding::of(made, || crate::check::describe(conversation))
            },
            |conversation| {
                rewrite_last(conversation, AUTH_RESPONSE, |payloads| {
                    payloads.retain(|one| one.payload_type != PayloadType::IKEV2_SECURITY_ASSOCIATION);
                });
            },
        ),
        Check::ikev2_initiator(
            "an-initiator-sets-up-a-session-in-four-messages",
            &["rfc7296-4-four-message-flow"],
        )
        .accepted(),
    ]
}

fn authentication() -> Vec<Check> {
    const FIRST: &[&str] = &[
        "rfc7296-1.2-first-cert-has-auth-key",
        "rfc7296-3.6-first-cert-key",
        "rfc4945-4.3.3-v2-first-is-ee",
    ];
    const VERIFIED: &[&str] = &["rfc7296-1.2-verify-signatures-macs"];
    const IDR: &[&str] = &["rfc7296-1.2-idr-hint-may-be-overridden", "rfc4945-4.1-idr-may-differ"];
    vec![
        Check::ikev2_responder("the-first-certificate-has-the-key-that-signs", FIRST)
            .shows(first_signs, |conversation| precede_certificate(conversation, AUTH_RESPONSE)),
        Check::ikev2_initiator("an-initiators-first-certificate-has-the-key-that-signs", FIRST)
            .shows(first_signs, |conversation| precede_certificate(conversation, AUTH_REQUEST)),
        Check::ikev2_responder("a-wrong-signature-of-the-initiator-is-refused", VERIFIED)
            .authenticated(AUTH_REQUEST, "one bit of AUTH changed", spoil_proof)
            .refused(),
        Check::ikev2_initiator("a-wrong-signature-of-the-responder-is-refused", VERIFIED)
            .authenticated(AUTH_RESPONSE, "one bit of AUTH changed", spoil_proof)
            .refused(),
        Check::ikev2_responder("another-idr-than-was-asked-for", IDR)
            .content(AUTH_REQUEST, "IDr of a stranger", |draft| {
                let body = [&[2, 0, 0, 0], &b"stranger.example.org"[..]].concat();
                draft.append(PayloadType::RESPONDER_IDENTIFICATION, &body);
            })
            .recorded(),
    ]
}

fn other_group() -> Vec<Check> {
    const RETRY: &[&str] = &["rfc7296-1.2-invalid-ke-retry"];
    const SUITES: &[&str] = &["rfc7296-1.2-invalid-ke-full-proposals"];
    vec![
        Check::ikev2_initiator("an-initiator-takes-the-group-that-is-asked-for", RETRY)
            .script(ask_for_another_group)
            .shows(
                |conversation| match conversation.messages(INIT_REQUEST).nth(1) {
                    None => Finding::Violated("no second IKE_SA_INIT request came".to_owned()),
                    Some(second) => {
                        let group = second.key_exchange().map(|(group, _)| group);
                        Finding::of(group == Some(OTHER.number()), || format!("its KE is of group {group:?}"))
                    }
                },
                |conversation| silence(conversation, INIT_REQUEST),
            ),
        Check::ikev2_initiator("with-another-group-the-offer-stays-the-same", SUITES)
            .with(|setup| setup.suites = 3)
            .script(ask_for_another_group)
            .shows(
                |conversation| {
                    let offers: Vec<_> = conversation.messages(INIT_REQUEST).map(Seen::proposals).collect();
                    match offers.as_slice() {
                        [first, second, ..] => {
                            Finding::of(first == second, || "the second offer is another one".to_owned())
                        }
                        _ => Finding::Unverifiable("no second IKE_SA_INIT request came".to_owned()),
                    }
                },
                |conversation| {
                    rewrite_last(conversation, INIT_REQUEST, |payloads| {
                        if let Some(offer) = first(payloads, PayloadType::IKEV2_SECURITY_ASSOCIATION) {
                            change_proposals(offer, |proposals| proposals.truncate(1));
                        }
                    });
                },
            ),
    ]
}

fn child() -> Vec<Check> {
    const KEPT: &[&str] = &["rfc7296-1.2-child-failure-keeps-ike-sa"];
    vec![
        Check::ikev2_responder("without-a-fitting-proposal-for-esp-the-ike-sa-stands", KEPT)
            .content(AUTH_REQUEST, "an unknown cipher for ESP", |draft| {
                draft.proposals(|proposals| {
                    proposals[0].transforms[0] = Transform::new(EncryptionAlgorithm(UNKNOWN));
                });
            })
            .script(authenticate_and_ask)
            .shows(
                |conversation| stands_without_child(conversation, NotifyType::NO_PROPOSAL_CHOSEN),
                |conversation| silence(conversation, INFORMATIONAL_RESPONSE),
            ),
        Check::ikev2_initiator(
            "an-initiator-keeps-the-ike-sa-without-a-child-sa",
            &["rfc7296-1.2-child-failure-keeps-ike-sa", "rfc7296-2.21.2-piggyback-errors-not-auth-errors"],
        )
        .content(AUTH_RESPONSE, "N(NO_PROPOSAL_CHOSEN) in place of SA and TS", |draft| {
            without_child(draft);
            draft.notify(NotifyType::NO_PROPOSAL_CHOSEN, &[]);
        })
        .accepted(),
        Check::ikev2_initiator(
            "an-initiator-keeps-the-ike-sa-without-traffic-selectors",
            &["rfc7296-1.2-child-failure-keeps-ike-sa", "rfc7296-2.21.2-piggyback-errors-not-auth-errors"],
        )
        .content(AUTH_RESPONSE, "N(TS_UNACCEPTABLE) in place of SA and TS", |draft| {
            without_child(draft);
            draft.notify(NotifyType::TS_UNACCEPTABLE, &[]);
        })
        .accepted(),
        Check::ikev2_initiator(
            "the-child-sa-is-offered-without-a-group",
            &["rfc7296-1.2-no-dh-transform-in-auth"],
        )
        .shows(
            |conversation| {
                in_message(conversation, AUTH_REQUEST, |seen| {
                    let offered = seen.proposals().unwrap_or_else(no_proposals);
                    let mut transforms = offered.proposals.iter().flat_map(|one| &one.transforms);
                    let group =
                        transforms.find(|one| one.transform_type == TransformType::KEY_EXCHANGE_METHOD);
                    Finding::of(group.is_none(), || "SAi2 has a transform of type 4".to_owned())
                })
            },
            |conversation| {
                rewrite_last(conversation, AUTH_REQUEST, |payloads| {
                    if let Some(offer) = first(payloads, PayloadType::IKEV2_SECURITY_ASSOCIATION) {
                        change_proposals(offer, |proposals| {
                            proposals[0].transforms.push(Transform::new(wire::Group::ECP_256));
                        });
                    }
                });
            },
        ),
        Check::ikev2_responder(
            "a-child-sa-that-is-refused-ends-nothing",
            &["rfc7296-1.3.1-child-fail-no-teardown"],
        )
        .content(crate::suites::CHILD_REQUEST, "an unknown cipher", |draft| {
            draft.proposals(|proposals| {
                proposals[0].transforms[0] = Transform::new(EncryptionAlgorithm(UNKNOWN));
            });
        })
        .script(|tester| {
            tester.go_to(4)?;
            tester.ask_for_child()?;
            tester.ask_alive()?;
            Ok(())
        })
        .shows(
            |conversation| match conversation.message(CHILD_RESPONSE) {
                Some(seen) if seen.proposals().is_none() => sends(conversation, INFORMATIONAL_RESPONSE),
                _ => Finding::Unverifiable("the Child SA was not refused".to_owned()),
            },
            |conversation| silence(conversation, INFORMATIONAL_RESPONSE),
        ),
    ]
}

fn informational() -> Vec<Check> {
    vec![
        Check::ikev2_initiator(
            "what-an-initiator-reports-is-protected",
            &["rfc7296-1.4-informational-after-initial"],
        )
        .authenticated(AUTH_RESPONSE, "one bit of AUTH changed", spoil_proof)
        .shows(
            |conversation| {
                let in_clear =
                    conversation.messages(INFORMATIONAL_REQUEST).any(|seen| seen.encrypted().is_none());
                Finding::of(!in_clear, || "an INFORMATIONAL request came in clear".to_owned())
            },
            |conversation| pretend(conversation, INFORMATIONAL_REQUEST),
        ),
        Check::ikev2_responder("an-empty-request-is-answered", &["rfc7296-1.4-informational-answered"])
            .script(authenticate_and_ask)
            .shows(
                |conversation| {
                    established_or_unverifiable(conversation).unwrap_or_else(|| {
                        let answer = conversation.message(INFORMATIONAL_RESPONSE);
                        let protected = answer.is_some_and(|seen| seen.encrypted().is_some());
                        Finding::of(protected, || "the request was not answered".to_owned())
                    })
                },
                |conversation| silence(conversation, INFORMATIONAL_RESPONSE),
            ),
        Check::ikev2_initiator(
            "an-initiator-answers-an-empty-request",
            &["rfc7296-1.4-informational-answered"],
        )
        .shows(established, |conversation| silence(conversation, INFORMATIONAL_RESPONSE)),
        Check::ikev2_responder(
            "an-invalid-spi-that-nothing-protects-is-not-answered",
            &["rfc7296-1.5-no-answer-to-unprotected-invalid-spi"],
        )
        .script(|tester| {
            tester.go_to(4)?;
            let spi = [0xc0, 0xff, 0xee, 1];
            let protocol = ProtocolId::ESP;
            let notification =
                Notification { protocol, spi: &spi, notify_type: NotifyType::INVALID_SPI, data: &[] };
            let bytes = tester.unprotected(INFORMATIONAL_REQUEST, 0, &[View::Notify(notification)]);
            tester.transmit(&bytes)?;
            tester.pass(5)
        })
        .shows(
            |conversation| silent(conversation, AUTH_RESPONSE, INFORMATIONAL_RESPONSE),
            |conversation| pretend(conversation, INFORMATIONAL_RESPONSE),
        ),
    ]
}

/// A group that the target has besides the one that it prefers.
const OTHER: Group = Group::Modp1024;

/// A number that no algorithm has.
pub(super) const UNKNOWN: u16 = 9999;

pub(super) fn no_proposals() -> wire::ikev2::owned::SecurityAssociation {
    wire::ikev2::owned::SecurityAssociation { proposals: Vec::new() }
}

/// Why nothing can be said about a session that did not come up.
pub(super) fn established_or_unverifiable(conversation: &Conversation) -> Option<Finding> {
    (!conversation.is_established()).then(|| {
        Finding::Unverifiable(format!("IKE_AUTH did not succeed: {}", crate::check::describe(conversation)))
    })
}

/// Sets the session up, and asks the target whether it is alive.
pub(super) fn authenticate_and_ask(tester: &mut Tester<'_>) -> Result<(), TargetError> {
    tester.go_to(4)?;
    tester.ask_alive()?;
    Ok(())
}

/// Asks an initiator for another group, and waits for its second request.
fn ask_for_another_group(tester: &mut Tester<'_>) -> Result<(), TargetError> {
    tester.go_to(1)?;
    let wanted = OTHER.number().to_be_bytes();
    let notification = Notification::new(NotifyType::INVALID_KE_PAYLOAD, &wanted);
    let bytes = tester.unprotected(INIT_RESPONSE, 0, &[View::Notify(notification)]);
    tester.transmit(&bytes)?;
    tester.wait_for(INIT_REQUEST)?;
    Ok(())
}

fn first_signs(conversation: &Conversation) -> Finding {
    let Some(signer) = &conversation.signer else {
        return Finding::Unverifiable("no certificate that was sent verifies AUTH".to_owned());
    };
    let sent = conversation.authentication().map(|seen| seen.of_type(PayloadType::IKEV2_CERTIFICATE));
    let signs = sent.iter().flatten().next().is_some_and(|first| first.body[1..] == **signer);
    Finding::of(signs, || "another certificate than the first verifies AUTH".to_owned())
}

/// For a control: a target that sends another certificate before its own.
fn precede_certificate(conversation: &mut Conversation, name: ike::MessageName) {
    let (_, laboratory) = crate::conform::built_in();
    let other = laboratory.authority(crate::laboratory::Ca::Two);
    rewrite_last(conversation, name, |payloads| {
        let of_type = |one: &crate::tester::Payload| one.payload_type == PayloadType::IKEV2_CERTIFICATE;
        let place = payloads.iter().position(of_type).unwrap_or_default();
        payloads.insert(place, raw(PayloadType::IKEV2_CERTIFICATE, &[&[4], other.as_der()].concat()));
    });
}

pub(super) fn spoil_proof(draft: &mut Draft<'_>) {
    let proof = draft.payload(PayloadType::AUTHENTICATION);
    if let Some(last) = proof.body.last_mut() {
        *last ^= 1;
    }
}

fn without_child(draft: &mut Draft<'_>) {
    for payload_type in [
        PayloadType::IKEV2_SECURITY_ASSOCIATION,
        PayloadType::INITIATOR_TRAFFIC_SELECTORS,
        PayloadType::RESPONDER_TRAFFIC_SELECTORS,
    ] {
        draft.remove(payload_type);
    }
}

/// Whether the responder has authenticated itself, refused the Child SA so, and answers still.
pub(super) fn stands_without_child(conversation: &Conversation, notify_type: NotifyType) -> Finding {
    in_message(conversation, AUTH_RESPONSE, |seen| {
        let proved = conversation.is_established() && seen.notified(notify_type);
        Finding::of(proved && conversation.message(INFORMATIONAL_RESPONSE).is_some(), || {
            crate::check::describe(conversation)
        })
    })
}
