//! RFC 7296 2.6: SPIs and cookies.

use std::collections::BTreeSet;

use wire::PayloadType;
use wire::ikev2::{Notification, NotifyType, Payload as View};

use super::super::{AUTH_REQUEST, AUTH_RESPONSE, INIT_REQUEST, INIT_RESPONSE, falsify, in_message, silence};
use super::{established, pretend, rewrite_last};
use crate::check::{Check, Finding};
use crate::target::TargetError;
use crate::tester::{Conversation, Seen, Tester};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = spis();
    checks.extend(demanded());
    checks.extend(returned());
    checks
}

fn spis() -> Vec<Check> {
    vec![
        Check::ikev2_responder("every-session-has-an-spi-of-its-own", &["rfc7296-2.6-spi-unique"])
            .script(several_sessions)
            .shows(
                |conversation| differ(conversation, |seen| seen.header().responder_cookie.to_vec()),
                |conversation| falsify_all(conversation, |seen| seen.overwrite_many(8, &[7; 8])),
            ),
        Check::ikev2_responder(
            "every-session-has-a-nonce-of-its-own",
            &["rfc7296-3.9-nonce-no-reuse", "rfc7296-2.10-nonce-random-16"],
        )
        .script(several_sessions)
        .shows(
            |conversation| differ(conversation, |seen| nonce_of(seen).unwrap_or_default()),
            |conversation| {
                falsify_all(conversation, |seen| {
                    seen.rewrite(|payloads| {
                        if let Some(nonce) = super::super::first(payloads, PayloadType::IKEV2_NONCE) {
                            nonce.body.fill(7);
                        }
                    });
                });
            },
        ),
        Check::ikev2_responder(
            "a-session-is-found-by-its-spi",
            &["rfc7296-2.6-sa-by-spi-only", "rfc7296-2.23-accept-any-port"],
        )
        .script(|tester| {
            tester.go_to(2)?;
            tester.move_to(40_000, 500);
            tester.go_on(3, 4)?;
            Ok(())
        })
        .shows(
            |conversation| match conversation.message(INIT_RESPONSE) {
                None => Finding::Unverifiable("the target did not come to IKE_AUTH".to_owned()),
                Some(_) => {
                    let port = conversation.message(AUTH_RESPONSE).map(|seen| seen.path.local.port());
                    Finding::of(port == Some(40_000), || format!("the answer went to {port:?}"))
                }
            },
            |conversation| silence(conversation, AUTH_RESPONSE),
        ),
        Check::ikev2_initiator("an-initiators-spi-is-not-zero", &["rfc7296-3.1-spii-nonzero"])
            .script(|tester| {
                tester.go_to(1)?;
                Ok(())
            })
            .shows(
                |conversation| {
                    in_message(conversation, INIT_REQUEST, |seen| {
                        let spi = seen.header().initiator_cookie;
                        Finding::of(spi != [0; 8], || "SPIi is zero".to_owned())
                    })
                },
                |conversation| falsify(conversation, INIT_REQUEST, |seen| seen.overwrite_many(0, &[0; 8])),
            ),
        Check::ikev2_responder("an-spi-of-zero-is-refused", &["rfc7296-3.1-spii-nonzero"])
            .datagram(INIT_REQUEST, "an SPIi of zero", |bytes| bytes[..8].fill(0))
            .refused(),
        Check::ikev2_initiator("the-responders-spi-is-zero-at-first", &["rfc7296-3.1-spir-zero-first"])
            .script(|tester| ask_for_a_cookie(tester, COOKIE))
            .shows(
                |conversation| {
                    super::every_message(conversation, |seen| {
                        let spi = seen.header().responder_cookie;
                        (spi != [0; 8]).then(|| format!("its SPIr is {spi:02x?}"))
                    })
                },
                |conversation| falsify(conversation, INIT_REQUEST, |seen| seen.overwrite_many(8, &[1])),
            ),
        Check::ikev2_responder(
            "a-first-request-with-both-spis-begins-nothing",
            &["rfc7296-3.1-spir-zero-first"],
        )
        .datagram(INIT_REQUEST, "an SPIr that is not zero", |bytes| bytes[8..16].fill(7))
        .refused(),
    ]
}

fn demanded() -> Vec<Check> {
    vec![
        Check::ikev2_responder("a-cookie-is-demanded-of-many", &["rfc7296-2.6-cookie-under-load"])
            .with(|setup| setup.cookies = true)
            .shows(
                |conversation| {
                    in_message(conversation, INIT_RESPONSE, |seen| {
                        let demanded = seen.notified(NotifyType::COOKIE) && seen.proposals().is_none();
                        Finding::of(demanded, || "the first request was answered without a cookie".to_owned())
                    })
                },
                |conversation| rewrite_first(conversation, INIT_RESPONSE),
            ),
        Check::ikev2_responder("a-cookie-has-1-to-64-octets", &["rfc7296-2.6-cookie-length"])
            .with(|setup| setup.cookies = true)
            .shows(
                |conversation| {
                    in_message(conversation, INIT_RESPONSE, |seen| {
                        match seen.notification_data(NotifyType::COOKIE) {
                            None => Finding::Unverifiable("the target demands no cookie".to_owned()),
                            Some(data) => Finding::of((1..=64).contains(&data.len()), || {
                                format!("the cookie has {} octets", data.len())
                            }),
                        }
                    })
                },
                |conversation| {
                    falsify(conversation, INIT_RESPONSE, |seen| {
                        seen.rewrite(|payloads| payloads[0].body.extend([0; 64]));
                    });
                },
            ),
        Check::ikev2_responder("who-returns-the-cookie-is-served", &["rfc7296-2.6-cookie-under-load"])
            .with(|setup| setup.cookies = true)
            .accepted(),
        Check::ikev2_responder(
            "a-cookie-that-nobody-asked-for-is-ignored",
            &["rfc7296-2.6-cookie-mismatch-ignored"],
        )
        .content(INIT_REQUEST, "N(COOKIE) before SA", |draft| {
            draft.prepend(PayloadType::IKEV2_NOTIFY, &[&[0, 0, 0x40, 6], COOKIE].concat());
        })
        .accepted(),
    ]
}

fn returned() -> Vec<Check> {
    vec![
        Check::ikev2_initiator("a-cookie-is-returned-before-the-rest", &["rfc7296-2.6-cookie-retry"])
            .script(|tester| ask_for_a_cookie(tester, COOKIE))
            .shows(
                |conversation| {
                    let requests: Vec<_> = conversation.messages(INIT_REQUEST).map(Seen::payloads).collect();
                    let [Ok(before), Ok(after), ..] = requests.as_slice() else {
                        return Finding::Violated("no second IKE_SA_INIT request came".to_owned());
                    };
                    let first = after.first().map(|payload| payload.body.clone()).unwrap_or_default();
                    let same = first.ends_with(COOKIE) && after[1..] == before[..];
                    Finding::of(same, || "the second request is not the first behind the cookie".to_owned())
                },
                |conversation| rewrite_last(conversation, INIT_REQUEST, |payloads| payloads.rotate_left(1)),
            ),
        Check::ikev2_initiator(
            "auth-signs-the-request-with-the-cookie",
            &["rfc7296-2.15-sign-latest-message"],
        )
        .script(|tester| {
            ask_for_a_cookie(tester, COOKIE)?;
            tester.go_on(2, 3)?;
            Ok(())
        })
        .shows(
            |conversation| {
                in_message(conversation, AUTH_REQUEST, |_| {
                    Finding::of(conversation.signer.is_some(), || "AUTH is of something else".to_owned())
                })
            },
            |conversation| conversation.signer = None,
        ),
        Check::ikev2_initiator(
            "with-another-group-the-cookie-is-kept",
            &["rfc7296-2.6.1-cookie-ke-short-path"],
        )
        .script(|tester| {
            ask_for_a_cookie(tester, COOKIE)?;
            refuse_group(tester)
        })
        .shows(
            |conversation| match conversation.messages(INIT_REQUEST).nth(2) {
                None => Finding::Violated("no third IKE_SA_INIT request came".to_owned()),
                Some(third) => {
                    let group = third.key_exchange().map(|(group, _)| group);
                    let cookie = third.notification_data(NotifyType::COOKIE);
                    let both = group == Some(2) && cookie.as_deref() == Some(COOKIE);
                    Finding::of(both, || format!("its group is {group:?}, its cookie {cookie:02x?}"))
                }
            },
            |conversation| rewrite_last(conversation, INIT_REQUEST, |payloads| drop(payloads.remove(0))),
        ),
        Check::ikev2_initiator("a-second-cookie-is-returned-too", &["rfc7296-2.6.1-cookie-ke-no-fail"])
            .script(|tester| {
                ask_for_a_cookie(tester, COOKIE)?;
                refuse_group(tester)?;
                demand(tester, b"another cookie")?;
                if tester.go_on(2, 4)? {
                    tester.ask_alive()?;
                }
                Ok(())
            })
            .shows(established, |conversation| {
                silence(conversation, super::super::INFORMATIONAL_RESPONSE);
            }),
    ]
}

const COOKIE: &[u8] = b"a cookie of the tester";

fn several_sessions(tester: &mut Tester<'_>) -> Result<(), TargetError> {
    for _ in 0..8 {
        tester.go_to(2)?;
        tester.begin_again();
    }
    Ok(())
}

fn nonce_of(seen: &Seen) -> Option<Vec<u8>> {
    seen.of_type(PayloadType::IKEV2_NONCE).first().map(|payload| payload.body.clone())
}

/// Whether no two IKE_SA_INIT responses have the same of something.
fn differ(conversation: &Conversation, part: impl Fn(&Seen) -> Vec<u8>) -> Finding {
    let parts: Vec<Vec<u8>> = conversation.messages(INIT_RESPONSE).map(part).collect();
    if parts.len() < 2 {
        return Finding::Unverifiable("the target answered fewer than two first requests".to_owned());
    }
    let different: BTreeSet<&Vec<u8>> = parts.iter().collect();
    Finding::of(different.len() == parts.len(), || {
        format!("of {} sessions only {} differ", parts.len(), different.len())
    })
}

fn falsify_all(conversation: &mut Conversation, change: impl Fn(&mut Seen)) {
    conversation.seen.iter_mut().for_each(change);
}

/// For a control: a target that has no cookie in its first message of this name.
fn rewrite_first(conversation: &mut Conversation, name: ike::MessageName) {
    falsify(conversation, name, |seen| seen.rewrite(Vec::clear));
    pretend(conversation, name);
}

fn ask_for_a_cookie(tester: &mut Tester<'_>, cookie: &[u8]) -> Result<(), TargetError> {
    tester.go_to(1)?;
    demand(tester, cookie)
}

fn demand(tester: &mut Tester<'_>, cookie: &[u8]) -> Result<(), TargetError> {
    answer_with(tester, Notification::new(NotifyType::COOKIE, cookie))
}

fn refuse_group(tester: &mut Tester<'_>) -> Result<(), TargetError> {
    answer_with(tester, Notification::new(NotifyType::INVALID_KE_PAYLOAD, &[0, 2]))
}

/// Answers an IKE_SA_INIT request with a notification alone, and waits for the next request.
fn answer_with(tester: &mut Tester<'_>, notification: Notification<'_>) -> Result<(), TargetError> {
    let mut bytes = tester.unprotected(INIT_RESPONSE, 0, &[View::Notify(notification)]);
    // RFC 7296 2.6: no SPI of the responder, which keeps nothing.
    bytes[8..16].fill(0);
    tester.transmit(&bytes)?;
    tester.wait_for(INIT_REQUEST)?;
    Ok(())
}
