//! RFC 2408 4.2: what is offered and what is answered.

use wire::ikev1::lies::{Field, TransformField};

use super::super::{MM1, MM2, in_message, rewrite};
use super::section_4_1::change_answer;
use crate::check::{Check, Finding};
use crate::target::built_in::SUITES;
use crate::tester::Draft;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::initiator("transforms-are-numbered-in-increasing-order", &["rfc2408-4.2-preference-order"])
            .with(|setup| setup.suites = 3)
            .shows(
                |conversation| {
                    in_message(conversation, MM1, |seen| {
                        let offer = seen.security_association();
                        let numbers: Vec<u8> = offer
                            .iter()
                            .flat_map(|offer| &offer.proposals)
                            .flat_map(|proposal| &proposal.transforms)
                            .map(|transform| transform.number)
                            .collect();
                        Finding::of(numbers.len() > 1 && numbers.is_sorted_by(|one, next| one < next), || {
                            format!("the transforms have the numbers {numbers:?}")
                        })
                    })
                },
                |conversation| {
                    rewrite(conversation, MM1, |payloads| {
                        // The number of the first transform, behind DOI, situation, proposal and generic header.
                        payloads[0].body[20] = 9;
                    });
                },
            ),
        Check::responder("the-answer-has-one-transform", &["rfc2408-4.2-single-transform-reply"])
            .content(MM1, "a second transform", second_transform)
            .shows(
                |conversation| {
                    in_message(conversation, MM2, |seen| {
                        let answer = seen.security_association();
                        let counts = answer.iter().flat_map(|answer| &answer.proposals);
                        let counts: Vec<usize> = counts.map(|proposal| proposal.transforms.len()).collect();
                        Finding::of(counts.iter().all(|count| *count == 1), || {
                            format!("the proposals of the answer have {counts:?} transforms")
                        })
                    })
                },
                |conversation| {
                    change_answer(conversation, |answer| {
                        let mut second = answer.proposals[0].transforms[0].clone();
                        second.number += 10;
                        answer.proposals[0].transforms.push(second);
                    });
                },
            ),
        Check::responder("the-answer-keeps-the-numbers", &["rfc2408-4.2-retain-numbers"])
            .content(MM1, "the only transform that fits as number 7", |draft| {
                second_transform(draft);
                draft.offer(|offer| {
                    let transforms = &mut offer.proposals[0].transforms;
                    transforms.rotate_right(1);
                    (transforms[0].number, transforms[1].number) = (3, 7);
                });
            })
            .shows(
                |conversation| {
                    in_message(conversation, MM2, |seen| {
                        let answer = seen.security_association();
                        let number = answer.and_then(|answer| {
                            let proposal = answer.proposals.first()?;
                            Some((proposal.number, proposal.transforms.first()?.number))
                        });
                        Finding::of(number == Some((1, 7)), || {
                            format!("proposal 1, transform 7 came back as {number:?}")
                        })
                    })
                },
                |conversation| {
                    change_answer(conversation, |answer| answer.proposals[0].transforms[0].number = 1);
                },
            ),
        Check::initiator(
            "an-answer-that-was-not-offered-is-refused",
            &["rfc2408-4.2-initiator-verifies-choice"],
        )
        .content(MM2, "a transform that was not offered", |draft| {
            draft.offer(|answer| {
                answer.proposals[0].transforms = vec![crate::tester::transform(1, SUITES[2])];
            });
        })
        .refused(),
        Check::initiator(
            "an-answer-with-another-transform-id-is-refused",
            &["rfc2408-4.2-initiator-verifies-choice"],
        )
        .lie(MM2, "transform ID 9", Field::Transform(TransformField::Id, [0, 0, 0]), 9)
        .refused(),
        Check::initiator(
            "an-answer-with-two-transforms-is-refused",
            &["rfc2408-4.2-initiator-verifies-choice"],
        )
        .content(MM2, "two transforms", |draft| {
            draft.offer(|answer| {
                let mut second = answer.proposals[0].transforms[0].clone();
                second.number += 1;
                answer.proposals[0].transforms.push(second);
            });
        })
        .refused(),
    ]
}

/// A second transform that the target does not have, behind the first.
pub(super) fn second_transform(draft: &mut Draft<'_>) {
    draft.offer(|offer| offer.proposals[0].transforms.push(crate::tester::transform(2, SUITES[2])));
}
