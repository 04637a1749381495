//! RFC 7296 2 to 2.4: sizes, retransmission, message IDs, the window, and how the end of a peer is known.

use std::time::Duration;

use ike::{Ikev2Exchange, MessageName};
use wire::PayloadType;
use wire::ikev2::{Notification, NotifyType, Payload as View};

use super::super::{
    AUTH_REQUEST, AUTH_RESPONSE, INFORMATIONAL_REQUEST, INFORMATIONAL_RESPONSE, INIT_REQUEST, INIT_RESPONSE,
    falsify, in_message, raw, silence,
};
use super::section_1::{authenticate_and_ask, established_or_unverifiable};
use super::{established, every_message, pretend, rewrite_last, sends, silent};
use crate::check::{Check, Finding};
use crate::target::TargetError;
use crate::tester::{Conversation, Draft, Seen, Tester};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = sizes();
    checks.extend(responses());
    checks.extend(requests());
    checks.extend(window());
    checks.extend(message_ids());
    checks.extend(initial_contact());
    checks.extend(death());
    checks
}

fn sizes() -> Vec<Check> {
    vec![
        Check::ikev2_responder("a-message-of-1280-octets-is-taken", &["rfc7296-2-msg-1280"])
            .authenticated(AUTH_REQUEST, "a vendor ID that fills 1280 octets", |draft| fill(draft, 1280))
            .accepted(),
        Check::ikev2_responder("a-message-of-3000-octets-is-taken", &["rfc7296-2-msg-3000"])
            .authenticated(AUTH_REQUEST, "a vendor ID that fills 3000 octets", |draft| fill(draft, 3000))
            .accepted(),
        Check::ikev2_responder("in-ikev2-there-is-a-marker-on-port-4500", &["rfc7296-2-non-esp-marker"])
            .script(|tester| {
                tester.go_to(2)?;
                let port = tester.nat_port();
                tester.move_to(4500, port);
                tester.go_on(3, 4)?;
                Ok(())
            })
            .shows(
                |conversation| {
                    in_message(conversation, AUTH_RESPONSE, |seen| {
                        Finding::of(seen.marked, || "the response has no non-ESP marker before it".to_owned())
                    })
                },
                |conversation| falsify(conversation, AUTH_RESPONSE, |seen| seen.marked = false),
            ),
    ]
}

fn responses() -> Vec<Check> {
    const AGAIN: &[&str] = &["rfc7296-2.1-rexmit-response-only", "rfc7296-2.1-responder-remembers-response"];
    vec![
        Check::ikev2_responder(
            "a-response-is-not-sent-again-unasked",
            &["rfc7296-2.1-responder-no-spontaneous-rexmit"],
        )
        .script(|tester| {
            tester.go_to(2)?;
            tester.pass(8)
        })
        .shows(
            |conversation| {
                in_message(conversation, INIT_RESPONSE, |_| {
                    let again = conversation.seen.iter().any(|seen| seen.copy);
                    Finding::of(!again, || "the response was sent again".to_owned())
                })
            },
            |conversation| repeat(conversation, INIT_RESPONSE),
        ),
        Check::ikev2_responder("a-repeated-first-request-is-answered-as-before", AGAIN)
            .script(|tester| {
                tester.go_to(2)?;
                tester.pass(2)?;
                tester.repeat(INIT_REQUEST)?;
                tester.pass(2)
            })
            .shows(
                |conversation| answered_again(conversation, INIT_RESPONSE),
                |conversation| conversation.seen.retain(|seen| !seen.copy),
            ),
        Check::ikev2_responder("a-repeated-ike-auth-request-is-answered-as-before", AGAIN)
            .script(|tester| {
                tester.go_to(4)?;
                tester.pass(2)?;
                tester.repeat(AUTH_REQUEST)?;
                tester.pass(2)
            })
            .shows(
                |conversation| answered_again(conversation, AUTH_RESPONSE),
                |conversation| conversation.seen.retain(|seen| !seen.copy),
            ),
        Check::ikev2_responder("a-request-is-not-judged-anew", &["rfc7296-2.1-forgotten-response-ignored"])
            .script(|tester| {
                authenticate_and_ask(tester)?;
                tester.pass(2)?;
                tester.repeat(AUTH_REQUEST)?;
                tester.pass(2)
            })
            .shows(
                |conversation| {
                    established_or_unverifiable(conversation).unwrap_or_else(|| {
                        let count = conversation.messages(AUTH_RESPONSE).count();
                        Finding::of(count == 1, || format!("{count} different IKE_AUTH responses came"))
                    })
                },
                |conversation| pretend(conversation, AUTH_RESPONSE),
            ),
    ]
}

fn requests() -> Vec<Check> {
    const AGAIN: &[&str] = &["rfc7296-2.1-initiator-retransmits"];
    const SAME: &[&str] = &["rfc7296-2.1-rexmit-bitwise-identical", "rfc7296-2.2-rexmit-same-msgid"];
    vec![
        Check::ikev2_initiator("an-unanswered-request-is-sent-again", AGAIN)
            .script(|tester| wait_in_silence(tester, 1, 300))
            .shows(
                |conversation| {
                    let times = times_of(conversation, INIT_REQUEST);
                    let last = times.last().copied().unwrap_or_default();
                    let ends = conversation.listened.saturating_sub(last) > Duration::from_secs(60);
                    Finding::of(times.len() > 2 && ends, || {
                        format!("the request was sent {} times, last after {last:?}", times.len())
                    })
                },
                |conversation| conversation.seen.retain(|seen| !seen.copy),
            ),
        Check::ikev2_initiator("an-ike-sa-init-request-is-repeated-bit-by-bit", SAME)
            .script(|tester| wait_in_silence(tester, 1, 20))
            .shows(
                |conversation| repeats_are_equal(conversation, INIT_REQUEST),
                |conversation| alter_repeats(conversation, INIT_REQUEST),
            ),
        Check::ikev2_initiator("an-ike-auth-request-is-repeated-bit-by-bit", SAME)
            .script(|tester| wait_in_silence(tester, 3, 20))
            .shows(
                |conversation| repeats_are_equal(conversation, AUTH_REQUEST),
                |conversation| alter_repeats(conversation, AUTH_REQUEST),
            ),
        Check::ikev2_initiator("a-late-answer-is-an-answer", &["rfc7296-2.1-initiator-remembers-request"])
            .script(|tester| {
                tester.go_to(1)?;
                tester.pass(2)?;
                if tester.go_on(2, 3)? {
                    tester.pass(2)?;
                    tester.go_on(4, 4)?;
                    tester.ask_alive()?;
                }
                Ok(())
            })
            .shows(established, |conversation| silence(conversation, INFORMATIONAL_RESPONSE)),
        Check::ikev2_initiator("the-times-between-repeats-grow", &["rfc7296-2.4-exponential-backoff"])
            .script(|tester| wait_in_silence(tester, 1, 300))
            .shows(
                |conversation| {
                    let times = times_of(conversation, INIT_REQUEST);
                    let gaps: Vec<Duration> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
                    match gaps.as_slice() {
                        [first, .., last] => {
                            let grow =
                                gaps.windows(2).all(|pair| pair[1] >= pair[0]) && last >= &(*first * 2);
                            Finding::of(grow, || format!("the times between the repeats are {gaps:?}"))
                        }
                        _ => Finding::Unverifiable("the request was not sent three times".to_owned()),
                    }
                },
                |conversation| {
                    for (count, seen) in (0..).zip(conversation.seen.iter_mut()) {
                        seen.at = Duration::from_secs(10) * count;
                    }
                },
            ),
        Check::ikev2_initiator(
            "a-peer-is-dead-after-several-tries",
            &["rfc7296-2.4-death-only-after-timeouts"],
        )
        .with(|setup| setup.keepalive = true)
        .script(|tester| {
            tester.go_to(4)?;
            tester.ask_alive()?;
            tester.pass(300)
        })
        .shows(
            |conversation| {
                established_or_unverifiable(conversation).unwrap_or_else(|| {
                    let tries = times_of(conversation, INFORMATIONAL_REQUEST).len();
                    Finding::of(tries > 2, || format!("the peer was asked {tries} times"))
                })
            },
            |conversation| conversation.seen.retain(|seen| !seen.copy),
        ),
    ]
}

fn window() -> Vec<Check> {
    const WAITS: &[&str] = &["rfc7296-2.3-wait-for-response"];
    const RESPECTS: &[&str] = &["rfc7296-2.3-respect-window"];
    vec![
        Check::ikev2_responder("a-window-size-has-four-octets", &["rfc7296-2.3-window-size-4-octets"]).shows(
            |conversation| {
                in_message(conversation, AUTH_RESPONSE, |seen| {
                    match seen.notification_data(NotifyType::SET_WINDOW_SIZE) {
                        None => Finding::Unverifiable("the target sets no window".to_owned()),
                        Some(data) => Finding::of(data.len() == 4, || format!("its data are {data:02x?}")),
                    }
                })
            },
            |conversation| {
                rewrite_last(conversation, AUTH_RESPONSE, |payloads| {
                    let of_window =
                        |one: &&mut crate::tester::Payload| one.body.starts_with(&[0, 0, 0x40, 1]);
                    if let Some(payload) = payloads.iter_mut().find(of_window) {
                        payload.body.pop();
                    }
                });
            },
        ),
        Check::ikev2_responder("one-request-waits-for-its-answer", WAITS)
            .with(|setup| setup.keepalive = true)
            .script(ask_nothing_of_the_tester)
            .shows(|conversation| outstanding(conversation, 1), two_more_requests),
        Check::ikev2_responder("a-window-that-was-granted-is-kept", RESPECTS)
            .with(|setup| setup.keepalive = true)
            .content(AUTH_REQUEST, "a window of two", |draft| {
                draft.notify(NotifyType::SET_WINDOW_SIZE, &[0, 0, 0, 2]);
            })
            .script(ask_nothing_of_the_tester)
            .shows(|conversation| outstanding(conversation, 2), two_more_requests),
        Check::ikev2_responder(
            "who-waits-for-an-answer-answers-too",
            &["rfc7296-2.3-accept-while-outstanding"],
        )
        .with(|setup| setup.keepalive = true)
        .script(|tester| {
            tester.go_to(4)?;
            tester.pass(12)?;
            tester.ask_alive()?;
            Ok(())
        })
        .shows(
            |conversation| match conversation.message(INFORMATIONAL_REQUEST) {
                None => Finding::Unverifiable("the target asked nothing".to_owned()),
                Some(_) => sends(conversation, INFORMATIONAL_RESPONSE),
            },
            |conversation| silence(conversation, INFORMATIONAL_RESPONSE),
        ),
    ]
}

fn message_ids() -> Vec<Check> {
    vec![
        Check::ikev2_responder(
            "a-message-id-beyond-the-window-is-not-acknowledged",
            &["rfc7296-2.3-invalid-msgid-not-in-response"],
        )
        .script(|tester| {
            tester.go_to(4)?;
            send_beyond_the_window(tester, 1)
        })
        .shows(
            |conversation| silent(conversation, AUTH_RESPONSE, INFORMATIONAL_RESPONSE),
            |conversation| pretend(conversation, INFORMATIONAL_RESPONSE),
        ),
        Check::ikev2_responder(
            "message-ids-beyond-the-window-are-not-reported-each",
            &["rfc7296-2.3-invalid-msgid-rate-limited"],
        )
        .script(|tester| {
            tester.go_to(4)?;
            send_beyond_the_window(tester, 40)
        })
        .shows(
            |conversation| {
                in_message(conversation, AUTH_RESPONSE, |_| {
                    let count = conversation.messages(INFORMATIONAL_REQUEST).count();
                    Finding::of(count < 20, || format!("{count} reports came"))
                })
            },
            |conversation| (0..20).for_each(|_| pretend(conversation, INFORMATIONAL_REQUEST)),
        ),
    ]
}

fn initial_contact() -> Vec<Check> {
    const PLACE: &[&str] = &["rfc7296-2.4-initial-contact-location"];
    vec![
        Check::ikev2_initiator("an-initial-contact-stands-in-ike-auth", PLACE)
            .shows(contact_in_place, |conversation| contact(conversation, INIT_REQUEST)),
        Check::ikev2_responder("a-responders-initial-contact-stands-in-ike-auth", PLACE)
            .shows(contact_in_place, |conversation| contact(conversation, INIT_RESPONSE)),
        Check::ikev2_responder(
            "an-initial-contact-after-ike-auth",
            &["rfc7296-2.4-initial-contact-elsewhere-ignored"],
        )
        .script(|tester| {
            tester.go_to(4)?;
            let notification = Notification::new(NotifyType::INITIAL_CONTACT, &[]);
            tester.ask(Ikev2Exchange::Informational, &[View::Notify(notification)])?;
            Ok(())
        })
        .recorded(),
    ]
}

fn death() -> Vec<Check> {
    const UNPROTECTED: &[&str] =
        &["rfc7296-2.4-no-death-by-unprotected", "rfc7296-2.21.4-unprotected-notify-no-state"];
    vec![
        Check::ikev2_initiator("an-error-that-nothing-protects-does-not-end-ike-auth", UNPROTECTED)
            .script(|tester| {
                tester.go_to(3)?;
                send_in_clear(tester, AUTH_RESPONSE, 1, NotifyType::AUTHENTICATION_FAILED)?;
                send_in_clear(tester, AUTH_RESPONSE, 1, NotifyType::INVALID_IKE_SPI)?;
                tester.go_on(4, 4)?;
                tester.ask_alive()?;
                Ok(())
            })
            .shows(established, |conversation| silence(conversation, INFORMATIONAL_RESPONSE)),
        Check::ikev2_responder("an-error-that-nothing-protects-does-not-end-a-session", UNPROTECTED)
            .script(|tester| {
                tester.go_to(4)?;
                send_in_clear(tester, INFORMATIONAL_REQUEST, 2, NotifyType::INVALID_IKE_SPI)?;
                send_in_clear(tester, INFORMATIONAL_RESPONSE, 0, NotifyType::INVALID_IKE_SPI)?;
                tester.ask_alive()?;
                Ok(())
            })
            .shows(
                |conversation| {
                    established_or_unverifiable(conversation)
                        .unwrap_or_else(|| sends(conversation, INFORMATIONAL_RESPONSE))
                },
                |conversation| silence(conversation, INFORMATIONAL_RESPONSE),
            ),
        Check::ikev2_initiator(
            "another-response-before-the-genuine-one",
            &["rfc7296-2.4-multi-response-tolerance"],
        )
        .script(|tester| {
            tester.go_to(2)?;
            tester.take_another_spi();
            tester.go_on(2, 4)?;
            tester.ask_alive()?;
            Ok(())
        })
        .recorded(),
        Check::ikev2_responder("the-end-of-a-session-is-told", &["rfc7296-2.4-delete-on-close"])
            .with(|setup| setup.lifetime = 120)
            .script(|tester| {
                tester.go_to(4)?;
                tester.pass(130)
            })
            .shows(
                |conversation| {
                    established_or_unverifiable(conversation).unwrap_or_else(|| {
                        let told = conversation
                            .messages(INFORMATIONAL_REQUEST)
                            .any(|seen| !seen.of_type(PayloadType::IKEV2_DELETE).is_empty());
                        Finding::of(told, || "no Delete payload came".to_owned())
                    })
                },
                |conversation| silence(conversation, INFORMATIONAL_REQUEST),
            ),
    ]
}

/// Makes the message as long as this, or shorter by less than a block of its cipher.
fn fill(draft: &mut Draft<'_>, octets: usize) {
    const GENERIC_HEADER: usize = 4;
    // The header, the generic header of SK, the initialization vector, the checksum.
    const AROUND: usize = 28 + GENERIC_HEADER + 16 + 16;
    const PAD_LENGTH: usize = 1;
    let there: usize = draft.payloads.iter().map(|payload| GENERIC_HEADER + payload.body.len()).sum();
    let encrypted = (octets - AROUND) / 16 * 16;
    let room = encrypted.saturating_sub(there + GENERIC_HEADER + PAD_LENGTH);
    draft.append(PayloadType::IKEV2_VENDOR_ID, &vec![7; room]);
}

/// Goes so far, says nothing more, and hears the target repeat itself for so many seconds.
fn wait_in_silence(tester: &mut Tester<'_>, last: u8, seconds: u64) -> Result<(), TargetError> {
    tester.go_to(last)?;
    tester.pass(seconds)
}

fn ask_nothing_of_the_tester(tester: &mut Tester<'_>) -> Result<(), TargetError> {
    tester.go_to(4)?;
    tester.pass(60)
}

fn send_beyond_the_window(tester: &mut Tester<'_>, count: u32) -> Result<(), TargetError> {
    for message_id in 1000..1000 + count {
        let bytes = tester.protected(INFORMATIONAL_REQUEST, message_id, &[]);
        tester.transmit(&bytes)?;
    }
    tester.pass(3)
}

fn send_in_clear(
    tester: &mut Tester<'_>,
    name: MessageName,
    message_id: u32,
    notify_type: NotifyType,
) -> Result<(), TargetError> {
    let notification = Notification::new(notify_type, &[]);
    let bytes = tester.unprotected(name, message_id, &[View::Notify(notification)]);
    tester.transmit(&bytes)
}

fn times_of(conversation: &Conversation, name: MessageName) -> Vec<Duration> {
    conversation.seen.iter().filter(|seen| seen.name == name).map(|seen| seen.at).collect()
}

fn answered_again(conversation: &Conversation, name: MessageName) -> Finding {
    in_message(conversation, name, |_| {
        let again = conversation.seen.iter().any(|seen| seen.name == name && seen.copy);
        let count = conversation.messages(name).count();
        Finding::of(again && count == 1, || {
            format!("{count} different answers came, the first again: {again}")
        })
    })
}

fn repeats_are_equal(conversation: &Conversation, name: MessageName) -> Finding {
    let count = times_of(conversation, name).len();
    if count < 2 {
        return Finding::Unverifiable(format!("the {name} was sent {count} times"));
    }
    let different = conversation.messages(name).count();
    Finding::of(different == 1, || format!("the {name} was sent in {different} forms"))
}

/// For a control: a target that writes its request anew for each repeat.
fn alter_repeats(conversation: &mut Conversation, name: MessageName) {
    conversation.seen.iter_mut().filter(|seen| seen.name == name).for_each(|seen| seen.copy = false);
}

/// For a control: a target that sends a message again.
fn repeat(conversation: &mut Conversation, name: MessageName) {
    if let Some(seen) = conversation.message(name).cloned() {
        conversation.seen.push(Seen { copy: true, ..seen });
    }
}

/// Whether at most so many requests of the target, none of which was answered, are under way.
fn outstanding(conversation: &Conversation, most: usize) -> Finding {
    match conversation.messages(INFORMATIONAL_REQUEST).count() {
        0 => Finding::Unverifiable("the target asked nothing".to_owned()),
        count => Finding::of(count <= most, || format!("{count} requests wait for an answer")),
    }
}

/// For a control: a target that asks on, without waiting.
fn two_more_requests(conversation: &mut Conversation) {
    pretend(conversation, INFORMATIONAL_REQUEST);
    pretend(conversation, INFORMATIONAL_REQUEST);
}

fn contact_in_place(conversation: &Conversation) -> Finding {
    every_message(conversation, |seen| {
        let elsewhere = !matches!(seen.name, AUTH_REQUEST | AUTH_RESPONSE);
        (elsewhere && seen.notified(NotifyType::INITIAL_CONTACT))
            .then(|| "it has N(INITIAL_CONTACT)".to_owned())
    })
}

/// For a control: a target that tells its initial contact in this message.
fn contact(conversation: &mut Conversation, name: MessageName) {
    rewrite_last(conversation, name, |payloads| {
        payloads.push(raw(PayloadType::IKEV2_NOTIFY, &[0, 0, 0x40, 0]));
    });
}
