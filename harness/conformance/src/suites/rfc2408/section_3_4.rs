//! RFC 2408 3.4 to 3.6: the SA payload, its proposals and transforms.

use wire::PayloadType;
use wire::ikev1::Payload;
use wire::ikev1::lies::{Field, PayloadField, ProposalField, TransformField};

use super::super::{MM1, MM2, first, in_message, rewrite};
use super::section_4_1::change_association;
use crate::check::{Check, Finding};
use crate::tester::Conversation;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("sa-is-not-followed-by-a-proposal", &["rfc2408-3.4-sa-next-not-proposal"]).shows(
            |conversation| {
                super::super::every_payload(conversation, |_, payload| {
                    matches!(payload.payload_type, PayloadType::PROPOSAL | PayloadType::TRANSFORM)
                        .then(|| format!("a payload of type {} stands in the chain", payload.payload_type.0))
                })
            },
            |conversation| {
                rewrite(conversation, MM2, |payloads| {
                    payloads.insert(1, super::super::raw(PayloadType::PROPOSAL, &[0; 8]));
                });
            },
        ),
        Check::responder("sa-followed-by-a-proposal-is-refused", &["rfc2408-3.4-sa-next-not-proposal"])
            .lie(MM1, "next payload P in SA", Field::Payload(PayloadField::NextPayload, 0), 2)
            .refused(),
        Check::initiator(
            "an-offer-has-doi-and-situation",
            &["rfc2408-3.4-sa-doi-present", "rfc2408-3.4-sa-situation-present"],
        )
        .shows(
            |conversation| doi_and_situation(conversation, MM1),
            |conversation| {
                rewrite(conversation, MM1, |payloads| {
                    if let Some(offer) = first(payloads, PayloadType::SECURITY_ASSOCIATION) {
                        offer.body[7] = 0;
                    }
                });
            },
        ),
        Check::responder(
            "an-answer-has-doi-and-situation",
            &["rfc2408-3.4-sa-doi-present", "rfc2408-3.4-sa-situation-present"],
        )
        .shows(
            |conversation| doi_and_situation(conversation, MM2),
            |conversation| {
                rewrite(conversation, MM2, |payloads| {
                    if let Some(answer) = first(payloads, PayloadType::SECURITY_ASSOCIATION) {
                        answer.body[7] = 0;
                    }
                });
            },
        ),
        Check::responder(
            "a-proposal-that-announces-something-else-is-refused",
            &["rfc2408-3.5-proposal-next"],
        )
        .lie(MM1, "next payload 7 in P", Field::Proposal(ProposalField::Next, [0, 0]), 7)
        .refused(),
        Check::responder(
            "a-transform-that-announces-something-else-is-refused",
            &["rfc2408-3.6-transform-next"],
        )
        .lie(MM1, "next payload 2 in T", Field::Transform(TransformField::Next, [0, 0, 0]), 2)
        .refused(),
        Check::responder("the-spi-of-an-isakmp-proposal-is-ignored", &["rfc2408-3.5-proposal-spi-ignored"])
            .content(MM1, "an SPI of eight bytes in P", |draft| {
                draft.offer(|offer| offer.proposals[0].spi = vec![0xa5; 8]);
            })
            .accepted(),
        Check::initiator(
            "attributes-are-well-formed",
            &["rfc2408-3.6-attrs-format", "rfc2409-A-attr-basic-not-variable"],
        )
        .shows(attributes, |conversation| {
            change_association(conversation, MM1, |offer| {
                let attributes = &mut offer.proposals[0].transforms[0].attributes;
                attributes[0].value = wire::ikev1::owned::AttributeValue::Long(vec![0, 7]);
            });
        }),
    ]
}

fn doi_and_situation(conversation: &Conversation, name: ike::MessageName) -> Finding {
    in_message(conversation, name, |seen| {
        let payloads = seen.of_type(PayloadType::SECURITY_ASSOCIATION);
        let begin = payloads.first().and_then(|payload| payload.body.get(..8)).unwrap_or_default();
        // 0 is the generic DOI of phase 1 (RFC 2408 A.2); the situation is SIT_IDENTITY_ONLY (RFC 2407 4.2.1).
        let holds = matches!(begin, [0, 0, 0, 0 | 1, 0, 0, 0, 1]);
        Finding::of(holds, || format!("the SA payload begins with {begin:02x?}"))
    })
}

fn attributes(conversation: &Conversation) -> Finding {
    in_message(conversation, MM1, |seen| match seen.of_type(PayloadType::SECURITY_ASSOCIATION).first() {
        None => Finding::Violated("MM1 has no SA payload".to_owned()),
        Some(payload) => match payload.as_ikev1() {
            Ok(Payload::SecurityAssociation(offer)) => {
                let mut attributes =
                    offer.proposals().flat_map(|one| one.transforms()).flat_map(|one| one.attributes());
                // Life duration is the only variable class of those that are offered (RFC 2409 appendix A).
                let wrong = attributes.find(|attribute| {
                    matches!(attribute.value, wire::ikev1::AttributeValue::Long(_)) && attribute.class != 12
                });
                Finding::of(wrong.is_none(), || format!("a basic attribute is sent as variable: {wrong:?}"))
            }
            other => Finding::Violated(format!("the SA payload cannot be read: {other:?}")),
        },
    })
}
