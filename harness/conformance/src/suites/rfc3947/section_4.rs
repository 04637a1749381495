//! RFC 3947 4: moving to port 4500.

use ike::MessageName;
use wire::PayloadType;
use wire::ikev1::{Doi, Notification, NotifyType, Payload, ProtocolId};

use super::super::{MM4, MM5, MM6, falsify, first, in_message, rewrite};
use crate::check::{Check, Finding};
use crate::target::TargetError;
use crate::tester::{Draft, Protect, Tester};

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::initiator("an-initiator-moves-to-port-4500-with-mm5", &["rfc3947-4-float-4500-at-mm5"])
            .content(MM4, "NAT-D of another address", behind_nat)
            .shows(
                |conversation| {
                    in_message(conversation, MM5, |seen| {
                        let ports = (seen.path.remote.port(), seen.path.local.port());
                        Finding::of(ports == (4500, 4500), || format!("MM5 went from and to {ports:?}"))
                    })
                },
                |conversation| falsify(conversation, MM5, |seen| seen.path.remote.set_port(500)),
            ),
        Check::initiator("on-port-4500-there-is-a-marker", &["rfc3947-4-non-esp-marker"])
            .content(MM4, "NAT-D of another address", behind_nat)
            .shows(
                |conversation| {
                    in_message(conversation, MM5, |seen| {
                        if seen.path.remote.port() != 4500 {
                            return Finding::Unverifiable("the target did not move to port 4500".to_owned());
                        }
                        Finding::of(seen.marked, || "MM5 has no non-ESP marker before it".to_owned())
                    })
                },
                |conversation| falsify(conversation, MM5, |seen| seen.marked = false),
            ),
        Check::initiator("behind-a-nat-the-port-of-an-identity-is-zero", &["rfc3947-4-id-port-zero"])
            .content(MM4, "NAT-D of another address", behind_nat)
            .shows(
                |conversation| match conversation.identification() {
                    None => Finding::Unverifiable("the target sent no ID payload".to_owned()),
                    Some(body) => {
                        let port = body.get(2..4).unwrap_or_default();
                        Finding::of(port == [0, 0], || format!("the port of ID is {port:02x?}"))
                    }
                },
                |conversation| {
                    rewrite(conversation, MM5, |payloads| {
                        if let Some(identification) = first(payloads, PayloadType::IDENTIFICATION) {
                            identification.body[2] = 1;
                        }
                    });
                },
            ),
        Check::responder("a-responder-follows-to-the-new-port", &["rfc3947-4-responder-updates-port"])
            .script(float)
            .shows(
                |conversation| {
                    in_message(conversation, MM6, |seen| {
                        let ports = (seen.path.remote.port(), seen.path.local.port());
                        Finding::of(ports == (4500, 40_001) && seen.marked, || {
                            format!("MM6 went from and to {ports:?}")
                        })
                    })
                },
                |conversation| falsify(conversation, MM6, |seen| seen.path.local.set_port(500)),
            ),
        Check::responder("what-begins-on-port-4500-is-answered", &["rfc3947-4-support-start-4500"])
            .script(|tester| {
                tester.move_to(4500, tester.nat_port());
                tester.negotiate()
            })
            .shows(
                |conversation| {
                    Finding::of(conversation.is_established(), || crate::check::describe(conversation))
                },
                |conversation| super::super::silence(conversation, MM6),
            ),
        Check::responder("after-the-move-the-old-port-is-dead", &["rfc3947-4-old-500-discard"])
            .script(|tester| {
                float(tester)?;
                tester.move_to(500, 500);
                tester.pass(3)?;
                tester.repeat(MM5)?;
                tester.pass(3)
            })
            .shows(
                |conversation| {
                    if !conversation.is_established() {
                        return Finding::Unverifiable("phase 1 did not come up".to_owned());
                    }
                    let old = conversation.seen.iter().find(|seen| seen.copy && seen.name == MM6);
                    Finding::of(old.is_none(), || "MM5 on port 500 was answered once more".to_owned())
                },
                |conversation| {
                    if let Some(mm6) = conversation.message(MM6).cloned() {
                        conversation.seen.push(crate::tester::Seen { copy: true, ..mm6 });
                    }
                },
            )
            .complied(|conversation| conversation.seen.retain(|seen| !seen.copy)),
        Check::responder("answers-go-where-the-last-message-came-from", &["rfc3947-3-reply-same-tuple"])
            .script(|tester| {
                float(tester)?;
                let spi = tester.cookies().concatenated();
                let notification = Notification {
                    doi: Doi::IPSEC,
                    protocol: ProtocolId::ISAKMP,
                    spi: &spi,
                    notify_type: NotifyType::R_U_THERE,
                    data: &7_u32.to_be_bytes(),
                };
                tester.inform(&[Payload::Notification(notification)], Protect::Fully)?;
                tester.pass(2)
            })
            .shows(
                |conversation| {
                    in_message(conversation, MessageName::Informational, |seen| {
                        let ports = (seen.path.remote.port(), seen.path.local.port());
                        Finding::of(ports == (4500, 40_001), || format!("it went from and to {ports:?}"))
                    })
                },
                |conversation| {
                    falsify(conversation, MessageName::Informational, |seen| seen.path.local.set_port(500));
                },
            ),
    ]
}

/// The tester is behind a NAT that gives it other ports from MM5 on.
fn float(tester: &mut Tester<'_>) -> Result<(), TargetError> {
    tester.move_to(40_000, 500);
    tester.go_to(4)?;
    tester.move_to(40_001, tester.nat_port());
    tester.go_on(5, 6)?;
    tester.pass(1)
}

/// NAT-D payloads that are of neither end: a NAT stands between.
fn behind_nat(draft: &mut Draft<'_>) {
    for payload in &mut draft.payloads {
        if payload.payload_type == PayloadType::NAT_DETECTION {
            payload.body.reverse();
        }
    }
}
