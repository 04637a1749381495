//! RFC 2408 5.1: lengths and retransmissions.

use std::time::Duration;

use ike::MessageName;
use wire::ikev1::lies::{Field, HeaderField};

use super::super::{MM1, MM2, MM3, MM4, MM5, silence};
use crate::check::{Check, Finding};
use crate::tester::Conversation;

const LENGTH: &[&str] = &["rfc2408-5.1-length-mismatch-reject"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("a-stated-length-beyond-the-datagram-is-refused", LENGTH)
            .lie(MM1, "a length of 4096", Field::Header(HeaderField::Length), 4096)
            .refused(),
        Check::responder("a-stated-length-short-of-the-datagram-is-refused", LENGTH)
            .datagram(MM1, "four bytes behind its end", |bytes| bytes.extend_from_slice(&[0; 4]))
            .refused(),
        Check::responder("bytes-behind-an-encrypted-message-are-refused", LENGTH)
            .datagram(MM5, "sixteen bytes behind its end", |bytes| bytes.extend_from_slice(&[0; 16]))
            .refused(),
        Check::initiator("an-initiator-refuses-a-wrong-length", LENGTH)
            .datagram(MM2, "four bytes behind its end", |bytes| bytes.extend_from_slice(&[0; 4]))
            .refused(),
        Check::responder("a-message-that-is-cut-off-is-refused", &["rfc2408-5.1-length-check"])
            .datagram(MM3, "its last 30 bytes cut off", |bytes| bytes.truncate(bytes.len() - 30))
            .refused(),
        Check::responder("a-length-below-the-headers-is-refused", &["rfc2408-5.1-length-check"])
            .lie(MM1, "a length of 27", Field::Header(HeaderField::Length), 27)
            .refused(),
        Check::initiator(
            "an-unanswered-message-is-sent-again-and-not-for-ever",
            &["rfc2408-5.1-rexmit-timer"],
        )
        .script(|tester| {
            tester.wait_for(MM1)?;
            tester.pass(1200)
        })
        .shows(
            |conversation| {
                let times = times_of_mm1(conversation);
                let last = times.last().copied().unwrap_or_default();
                let ends = conversation.listened.saturating_sub(last) > Duration::from_secs(300);
                Finding::of(times.len() > 1 && ends, || {
                    format!("MM1 was sent {} times in twenty minutes, last after {last:?}", times.len())
                })
            },
            |conversation| conversation.seen.retain(|seen| !seen.copy),
        ),
        Check::initiator("the-retransmission-timer-is-not-fixed", &["rfc2408-5.1-no-fixed-timer"])
            .script(|tester| {
                tester.wait_for(MM1)?;
                tester.pass(600)
            })
            .shows(
                |conversation| {
                    let times = times_of_mm1(conversation);
                    let gaps: Vec<Duration> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
                    match gaps.as_slice() {
                        [] | [_] => Finding::Unverifiable("MM1 was not sent three times".to_owned()),
                        [first, others @ ..] => {
                            let fixed = others.iter().all(|gap| gap == first);
                            Finding::of(!fixed, || format!("MM1 is sent again every {first:?}"))
                        }
                    }
                },
                even_gaps,
            )
            .complied(|conversation| {
                for (count, seen) in (0..).zip(conversation.seen.iter_mut()) {
                    seen.at = Duration::from_secs(1 << count);
                }
            }),
        Check::initiator("a-negotiation-that-was-given-up-is-over", &["rfc2408-5.1-give-up-clears"])
            .script(|tester| {
                tester.wait_for(MM1)?;
                tester.pass(600)?;
                tester.answer_late()
            })
            .shows(
                |conversation| {
                    Finding::of(conversation.message(MM3).is_none(), || {
                        "a late MM2 was answered with MM3".to_owned()
                    })
                },
                |conversation| {
                    if let Some(mm1) = conversation.message(MM1).cloned() {
                        conversation.seen.push(crate::tester::Seen { name: MM3, ..mm1 });
                    }
                },
            ),
        Check::responder("a-responder-sends-its-answer-again", &["rfc2408-5.1-rexmit-timer"])
            .script(|tester| {
                tester.go_to(4)?;
                tester.pass(30)
            })
            .shows(
                |conversation| {
                    let copies =
                        conversation.seen.iter().filter(|seen| seen.name == MM4 && seen.copy).count();
                    Finding::of(copies > 0, || "MM4 was not answered, and not sent again".to_owned())
                },
                |conversation| silence(conversation, MM4),
            ),
    ]
}

fn times_of_mm1(conversation: &Conversation) -> Vec<Duration> {
    conversation
        .seen
        .iter()
        .filter(|seen| seen.name == MessageName::MainMode(1))
        .map(|seen| seen.at)
        .collect()
}

/// For a control: a target whose timer is fixed.
fn even_gaps(conversation: &mut Conversation) {
    for (count, seen) in (0..).zip(conversation.seen.iter_mut()) {
        seen.at = Duration::from_secs(10) * count;
    }
}
