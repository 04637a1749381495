//! RFC 3706 5: who may ask, who has to answer, and how.

use ike::MessageName;
use wire::PayloadType;
use wire::ikev1::{Doi, Notification, NotifyType, Payload, ProtocolId, vendor};

use super::super::{MM1, MM3, falsify, raw, silence};
use crate::check::{Check, Finding};
use crate::target::TargetError;
use crate::tester::{Conversation, Draft, Protect, Seen, Tester};

const INFORMATIONAL: MessageName = MessageName::Informational;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("who-has-not-announced-it-is-not-asked", &["rfc3706-5.1-dpd-vid-both"])
            .with(|setup| setup.keepalive = true)
            .content(MM1, "no vendor ID of DPD", without_dpd)
            .content(MM3, "no vendor ID of DPD", without_dpd)
            .script(|tester| {
                tester.go_to(6)?;
                tester.pass(60)
            })
            .shows(
                |conversation| match questions(conversation).len() {
                    _ if !conversation.is_established() => {
                        Finding::Unverifiable("phase 1 did not come up".to_owned())
                    }
                    count => Finding::of(count == 0, || format!("{count} questions came")),
                },
                |conversation| ask(conversation, 7),
            ),
        Check::responder(
            "a-question-is-answered-with-its-number",
            &["rfc3706-5.2-dpd-respond", "rfc3706-5.3-dpd-format"],
        )
        .script(|tester| question(tester, Protect::Fully))
        .shows(
            |conversation| {
                let answers = of_kind(conversation, NotifyType::R_U_THERE_ACK);
                match answers.as_slice() {
                    [] => Finding::Violated("the question was not answered".to_owned()),
                    [answer, ..] => Finding::of(answer.ends_with(&NUMBER.to_be_bytes()), || {
                        format!("the answer is {answer:02x?}")
                    }),
                }
            },
            |conversation| silence(conversation, INFORMATIONAL),
        ),
        Check::responder("a-question-in-clear-is-not-answered", &["rfc3706-5.2-dpd-clear-reject"])
            .script(|tester| question(tester, Protect::NotAtAll))
            .shows(
                |conversation| {
                    if !conversation.is_established() {
                        return Finding::Unverifiable("phase 1 did not come up".to_owned());
                    }
                    let count = of_kind(conversation, NotifyType::R_U_THERE_ACK).len();
                    Finding::of(count == 0, || "the question was answered".to_owned())
                },
                |conversation| tell(conversation, NotifyType::R_U_THERE_ACK, NUMBER),
            ),
        Check::responder("a-question-has-its-form", &["rfc3706-5.3-dpd-format"])
            .with(|setup| setup.keepalive = true)
            .script(|tester| {
                tester.go_to(6)?;
                tester.pass(15)
            })
            .shows(
                |conversation| {
                    let cookies = conversation.secrets.as_ref().map(|secrets| secrets.cookies.concatenated());
                    let questions = questions(conversation);
                    match (questions.first(), cookies) {
                        (Some(body), Some(cookies)) => {
                            // DOI, protocol 1, SPI of 16 bytes, type 36136; both cookies; four bytes of number.
                            let start = [0, 0, 0, 1, 1, 16, 0x8d, 0x28];
                            let holds =
                                body.len() == 28 && body.starts_with(&start) && body[8..24] == cookies;
                            Finding::of(holds, || format!("the question is {body:02x?}"))
                        }
                        _ => Finding::Unverifiable("the target did not ask".to_owned()),
                    }
                },
                |conversation| {
                    falsify(conversation, INFORMATIONAL, |seen| {
                        seen.rewrite(|payloads| {
                            let notifications = payloads
                                .iter_mut()
                                .filter(|one| one.payload_type == PayloadType::NOTIFICATION);
                            notifications.for_each(|one| one.body[4] = 3);
                        });
                    });
                },
            ),
        Check::responder(
            "an-unanswered-question-is-asked-again-and-not-for-ever",
            &["rfc3706-5.4-dpd-retransmit-then-delete"],
        )
        .with(|setup| setup.keepalive = true)
        .script(|tester| {
            tester.go_to(6)?;
            tester.pass(600)
        })
        .shows(
            |conversation| {
                let asked = conversation.seen.iter().filter(|seen| seen.name == INFORMATIONAL);
                let times: Vec<_> = asked.map(|seen| seen.at).collect();
                let last = times.last().copied().unwrap_or_default();
                let ends = conversation.listened.saturating_sub(last).as_secs() > 300;
                Finding::of(times.len() > 1 && ends, || {
                    format!("the target asked {} times, last after {last:?}", times.len())
                })
            },
            |conversation| {
                let mut asked = 0;
                conversation.seen.retain(|seen| {
                    asked += usize::from(seen.name == INFORMATIONAL);
                    seen.name != INFORMATIONAL || asked == 1
                });
            },
        ),
    ]
}

const NUMBER: u32 = 0x0102_0304;

fn without_dpd(draft: &mut Draft<'_>) {
    draft.payloads.retain(|payload| payload.body != vendor::DPD);
}

fn question(tester: &mut Tester<'_>, protect: Protect) -> Result<(), TargetError> {
    tester.go_to(6)?;
    let spi = tester.cookies().concatenated();
    let notification = Notification {
        doi: Doi::IPSEC,
        protocol: ProtocolId::ISAKMP,
        spi: &spi,
        notify_type: NotifyType::R_U_THERE,
        data: &NUMBER.to_be_bytes(),
    };
    tester.inform(&[Payload::Notification(notification)], protect)?;
    tester.pass(2)
}

/// The bodies of the questions that the target asked.
pub(super) fn questions(conversation: &Conversation) -> Vec<Vec<u8>> {
    of_kind(conversation, NotifyType::R_U_THERE)
}

fn of_kind(conversation: &Conversation, kind: NotifyType) -> Vec<Vec<u8>> {
    let payloads = conversation.seen.iter().flat_map(|seen| seen.of_type(PayloadType::NOTIFICATION));
    let is_of_kind = |payload: &crate::tester::Payload| matches!(payload.as_ikev1(), Ok(Payload::Notification(one)) if one.notify_type == kind);
    payloads.filter(is_of_kind).map(|payload| payload.body).collect()
}

/// For controls: the target asks.
fn ask(conversation: &mut Conversation, number: u32) {
    tell(conversation, NotifyType::R_U_THERE, number);
}

fn tell(conversation: &mut Conversation, kind: NotifyType, number: u32) {
    let Some(last) = conversation.seen.last().cloned() else { return };
    let [high, low] = kind.0.to_be_bytes();
    let body = [&[0, 0, 0, 1, 1, 16, high, low][..], &[0; 16], &number.to_be_bytes()].concat();
    let mut seen = Seen { name: INFORMATIONAL, ..last };
    seen.rewrite(|payloads| *payloads = vec![raw(PayloadType::NOTIFICATION, &body)]);
    conversation.seen.push(seen);
}
