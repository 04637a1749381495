//! RFC 7296 3.3 and 3.4: proposals, transforms, attributes, and the Key Exchange payload.

use wire::PayloadType;
use wire::ikev2::NotifyType;
use wire::ikev2::lies::{Field, ProposalField, TransformField};
use wire::ikev2::owned::{Attribute, Proposal, Transform};
use wire::ikev2::transforms::{AttributeType, EncryptionAlgorithm, TransformType};

use super::super::{INIT_REQUEST, INIT_RESPONSE, first, in_message};
use super::section_1::UNKNOWN;
use super::{error_alone, rewrite_last};
use crate::check::{Check, Finding};
use crate::tester::{Conversation, Draft, change_proposals};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = proposals();
    checks.extend(transforms());
    checks.extend(attributes());
    checks.extend(key_exchange());
    checks
}

fn proposals() -> Vec<Check> {
    const LENGTHS: &[&str] = &["rfc7296-3.3-sa-length-consistency"];
    const NO_SPI: &[&str] = &["rfc7296-3.3.1-init-spi-size-zero"];
    vec![
        Check::ikev2_responder("a-proposal-longer-than-its-payload-is-refused", LENGTHS)
            .ikev2_lie(INIT_REQUEST, "a long proposal", Field::Proposal(ProposalField::Length, [0, 0]), 200)
            .refused(),
        Check::ikev2_responder("a-proposal-with-fewer-transforms-than-it-says-is-refused", LENGTHS)
            .ikev2_lie(
                INIT_REQUEST,
                "nine transforms",
                Field::Proposal(ProposalField::TransformCount, [0, 0]),
                9,
            )
            .refused(),
        Check::ikev2_responder("a-transform-longer-than-its-proposal-is-refused", LENGTHS)
            .ikev2_lie(
                INIT_REQUEST,
                "a long transform",
                Field::Transform(TransformField::Length, [0, 0, 3]),
                99,
            )
            .refused(),
        Check::ikev2_initiator("proposals-are-numbered-in-their-order", &["rfc7296-3.3-proposals-ordered"])
            .with(|setup| setup.suites = 3)
            .shows(
                |conversation| {
                    let numbers: Vec<u8> = offered(conversation).iter().map(|one| one.number).collect();
                    let counted = numbers.iter().zip(1..).all(|(number, count)| *number == count);
                    Finding::of(counted && numbers.len() > 1, || format!("their numbers are {numbers:?}"))
                },
                |conversation| change_offer(conversation, |all| all[1].number = 1),
            ),
        Check::ikev2_responder("a-proposal-keeps-its-number", &["rfc7296-3.3.1-accepted-number-matches"])
            .content(INIT_REQUEST, "an unknown cipher in the first of two proposals", |draft| {
                precede(draft, |first| first.transforms[0] = Transform::new(EncryptionAlgorithm(UNKNOWN)));
            })
            .shows(second_is_chosen, |conversation| change_answer(conversation, |all| all[0].number = 1)),
        Check::ikev2_responder("the-first-answer-has-no-spi-in-its-proposal", NO_SPI).shows(
            |conversation| no_spi(&chosen(conversation)),
            |conversation| change_answer(conversation, |all| all[0].spi = vec![7; 8]),
        ),
        Check::ikev2_initiator("the-first-offer-has-no-spi-in-its-proposals", NO_SPI).shows(
            |conversation| no_spi(&offered(conversation)),
            |conversation| change_offer(conversation, |all| all[0].spi = vec![7; 8]),
        ),
    ]
}

fn transforms() -> Vec<Check> {
    vec![
        Check::ikev2_responder(
            "a-proposal-with-an-unknown-type-of-transform-is-passed-over",
            &["rfc7296-3.3.6-unknown-transform-type"],
        )
        .content(INIT_REQUEST, "a transform of type 99 in the first of two proposals", |draft| {
            precede(draft, |first| {
                let transform_type = TransformType(99);
                first.transforms.push(Transform { transform_type, id: 1, attributes: Vec::new() });
            });
        })
        .shows(second_is_chosen, |conversation| change_answer(conversation, |all| all[0].number = 1)),
        Check::ikev2_responder(
            "a-proposal-without-a-mandatory-transform-is-passed-over",
            &["rfc7296-3.3.6-unknown-transform-type"],
        )
        .content(INIT_REQUEST, "no pseudo-random function in the first of two proposals", |draft| {
            precede(draft, |first| drop(first.transforms.remove(1)));
        })
        .shows(second_is_chosen, |conversation| change_answer(conversation, |all| all[0].number = 1)),
        Check::ikev2_responder("an-unknown-cipher-is-passed-over", &["rfc7296-3.3.6-unknown-transform-id"])
            .content(INIT_REQUEST, "an unknown cipher before the known one", |draft| {
                draft.proposals(|all| {
                    all[0].transforms.insert(0, Transform::new(EncryptionAlgorithm(UNKNOWN)));
                });
            })
            .accepted(),
        Check::ikev2_responder(
            "a-transform-with-an-unknown-attribute-is-passed-over",
            &["rfc7296-3.3.6-unknown-transform-id"],
        )
        .content(INIT_REQUEST, "the cipher with an unknown attribute before it without", |draft| {
            draft.proposals(|all| {
                let mut strange = all[0].transforms[0].clone();
                strange.attributes.push(Attribute::short(99_u16, 1_u16));
                all[0].transforms.insert(0, strange);
            });
        })
        .accepted(),
        Check::ikev2_initiator(
            "a-suite-that-was-not-offered-is-refused",
            &["rfc7296-3.3.6-initiator-checks-choice"],
        )
        .content(INIT_RESPONSE, "AES with 192 bits", |draft| {
            draft.proposals(|all| {
                all[0].transforms[0] = Transform::with_key_length(EncryptionAlgorithm::AES_CBC, 192);
            });
        })
        .refused(),
        Check::ikev2_initiator(
            "an-answer-without-an-offered-type-is-refused",
            &["rfc7296-3.3.6-initiator-checks-choice"],
        )
        .content(INIT_RESPONSE, "no integrity algorithm", |draft| {
            draft.proposals(|all| drop(all[0].transforms.remove(2)));
        })
        .refused(),
    ]
}

fn attributes() -> Vec<Check> {
    const FIXED: &[&str] = &["rfc7296-3.3.5-fixed-length-no-attr"];
    const TWICE: &[&str] = &["rfc7296-3.3-no-dup-attributes"];
    vec![
        Check::ikev2_responder(
            "aes-without-a-key-length-is-refused",
            &["rfc7296-3.3.5-aes-key-length-required"],
        )
        .content(INIT_REQUEST, "AES without Key Length", |draft| {
            draft.proposals(|all| all[0].transforms[0].attributes.clear());
        })
        .refused(),
        Check::ikev2_initiator("only-ciphers-with-several-lengths-have-a-key-length", FIXED)
            .with(|setup| setup.suites = 3)
            .shows(
                |conversation| {
                    let all = offered(conversation);
                    let mut transforms = all.iter().flat_map(|one| &one.transforms);
                    let aes = Transform::new(EncryptionAlgorithm::AES_CBC);
                    let wrong = transforms.find(|one| {
                        (one.transform_type, one.id) != (aes.transform_type, aes.id)
                            && !one.attributes.is_empty()
                    });
                    Finding::of(wrong.is_none() && !all.is_empty(), || format!("it is offered: {wrong:?}"))
                },
                |conversation| {
                    change_offer(conversation, |all| {
                        let length = Attribute::short(AttributeType::KEY_LENGTH.0, 256_u16);
                        all[0].transforms[1].attributes.push(length);
                    });
                },
            ),
        Check::ikev2_initiator("no-transform-has-an-attribute-twice", TWICE).shows(
            |conversation| {
                let all = offered(conversation);
                let mut transforms = all.iter().flat_map(|one| &one.transforms);
                let wrong = transforms.find(|one| one.attributes.len() > 1);
                Finding::of(wrong.is_none() && !all.is_empty(), || format!("it is offered: {wrong:?}"))
            },
            |conversation| {
                change_offer(conversation, |all| {
                    let again = all[0].transforms[0].attributes[0].clone();
                    all[0].transforms[0].attributes.push(again);
                });
            },
        ),
        Check::ikev2_responder("a-transform-with-an-attribute-twice-is-not-chosen", TWICE)
            .content(INIT_REQUEST, "AES with two key lengths", |draft| {
                draft.proposals(|all| {
                    let other = Attribute::short(AttributeType::KEY_LENGTH.0, 256_u16);
                    all[0].transforms[0].attributes.push(other);
                });
            })
            .refused(),
        Check::ikev2_responder(
            "attributes-are-returned-as-they-were",
            &["rfc7296-3.3.6-attrs-returned-unmodified"],
        )
        .content(INIT_REQUEST, "AES with 256 bits and with 128", |draft| {
            draft.proposals(|all| {
                let longer = Transform::with_key_length(EncryptionAlgorithm::AES_CBC, 256);
                all[0].transforms.insert(0, longer);
            });
        })
        .shows(
            |conversation| {
                let lengths =
                    [128, 256].map(|bits| Transform::with_key_length(EncryptionAlgorithm::AES_CBC, bits));
                match chosen(conversation).first() {
                    None => Finding::Unverifiable("no proposal is chosen".to_owned()),
                    Some(answer) => {
                        let same = lengths.iter().any(|one| answer.transforms.contains(one));
                        Finding::of(same, || format!("chosen: {:?}", answer.transforms))
                    }
                }
            },
            |conversation| change_answer(conversation, |all| all[0].transforms[0].attributes.clear()),
        ),
    ]
}

fn key_exchange() -> Vec<Check> {
    const LENGTH: &[&str] = &["rfc7296-3.4-ke-length"];
    vec![
        Check::ikev2_responder("a-public-value-has-the-length-of-its-group", LENGTH).shows(
            |conversation| has_length(conversation, INIT_RESPONSE),
            |conversation| shorten(conversation, INIT_RESPONSE),
        ),
        Check::ikev2_initiator("an-initiators-public-value-has-the-length-of-its-group", LENGTH).shows(
            |conversation| has_length(conversation, INIT_REQUEST),
            |conversation| shorten(conversation, INIT_REQUEST),
        ),
        Check::ikev2_responder("a-public-value-that-is-cut-off-is-refused", LENGTH)
            .content(INIT_REQUEST, "a public value without its last octet", cut_public_value)
            .refused(),
        Check::ikev2_initiator("an-initiator-refuses-a-public-value-that-is-cut-off", LENGTH)
            .content(INIT_RESPONSE, "a public value without its last octet", cut_public_value)
            .refused(),
        Check::ikev2_initiator("the-group-of-the-public-value-is-offered", &["rfc7296-3.4-ke-group-in-sa"])
            .shows(
                |conversation| {
                    in_message(conversation, INIT_REQUEST, |seen| {
                        let group = seen.key_exchange().map(|(group, _)| wire::Group(group));
                        let all = offered(conversation);
                        let mut transforms = all.iter().flat_map(|one| &one.transforms);
                        let is_offered = |group| transforms.any(|one| *one == Transform::new(group));
                        Finding::of(group.is_some_and(is_offered), || {
                            format!("group {group:?} is not offered")
                        })
                    })
                },
                |conversation| {
                    change_offer(conversation, |all| {
                        let own = |one: &Transform| one.transform_type != TransformType::KEY_EXCHANGE_METHOD;
                        all.iter_mut().for_each(|proposal| proposal.transforms.retain(own));
                    });
                },
            ),
        Check::ikev2_responder("another-group-is-asked-for", &["rfc7296-3.4-ke-mismatch-notify"])
            .content(INIT_REQUEST, "groups 2 and 19, and a public value of group 2", |draft| {
                draft.proposals(|all| all[0].transforms.push(Transform::new(wire::Group::MODP_1024)));
                draft.payload(PayloadType::IKEV2_KEY_EXCHANGE).body = [&[0, 2, 0, 0], &[9; 128][..]].concat();
            })
            .shows(
                |conversation| {
                    in_message(conversation, INIT_RESPONSE, |seen| {
                        if seen.proposals().is_some() {
                            return Finding::Unverifiable("the target prefers group 2".to_owned());
                        }
                        let data = seen.notification_data(NotifyType::INVALID_KE_PAYLOAD);
                        match error_alone(conversation, INIT_RESPONSE, NotifyType::INVALID_KE_PAYLOAD) {
                            Finding::Holds => Finding::of(data.as_deref() == Some(&[0, 19]), || {
                                format!("its data are {data:02x?}")
                            }),
                            other => other,
                        }
                    })
                },
                |conversation| rewrite_last(conversation, INIT_RESPONSE, |payloads| payloads[0].body.push(0)),
            ),
    ]
}

/// The proposals of the target's first request.
fn offered(conversation: &Conversation) -> Vec<Proposal> {
    let offer = conversation.message(INIT_REQUEST).and_then(crate::tester::Seen::proposals);
    offer.map(|offer| offer.proposals).unwrap_or_default()
}

/// The proposals of the target's first answer.
fn chosen(conversation: &Conversation) -> Vec<Proposal> {
    let answer = conversation.message(INIT_RESPONSE).and_then(crate::tester::Seen::proposals);
    answer.map(|answer| answer.proposals).unwrap_or_default()
}

/// For a control: a target that offers something else.
fn change_offer(conversation: &mut Conversation, change: impl FnOnce(&mut Vec<Proposal>)) {
    rewrite_last(conversation, INIT_REQUEST, |payloads| {
        if let Some(offer) = first(payloads, PayloadType::IKEV2_SECURITY_ASSOCIATION) {
            change_proposals(offer, change);
        }
    });
}

/// For a control: a target that chooses something else.
fn change_answer(conversation: &mut Conversation, change: impl FnOnce(&mut Vec<Proposal>)) {
    rewrite_last(conversation, INIT_RESPONSE, |payloads| {
        if let Some(answer) = first(payloads, PayloadType::IKEV2_SECURITY_ASSOCIATION) {
            change_proposals(answer, change);
        }
    });
}

/// Puts a proposal before the tester's that is the same but for a change.
fn precede(draft: &mut Draft<'_>, change: impl FnOnce(&mut Proposal)) {
    draft.proposals(|proposals| {
        let mut before = proposals[0].clone();
        change(&mut before);
        proposals.insert(0, before);
        proposals[1].number = 2;
    });
}

fn second_is_chosen(conversation: &Conversation) -> Finding {
    let numbers: Vec<u8> = chosen(conversation).iter().map(|one| one.number).collect();
    Finding::of(numbers == [2], || format!("chosen are the proposals {numbers:?}"))
}

fn no_spi(proposals: &[Proposal]) -> Finding {
    if proposals.is_empty() {
        return Finding::Unverifiable("there is no proposal".to_owned());
    }
    let none = proposals.iter().all(|one| one.spi.is_empty());
    Finding::of(none, || "a proposal has an SPI".to_owned())
}

fn has_length(conversation: &Conversation, name: ike::MessageName) -> Finding {
    in_message(conversation, name, |seen| match seen.key_exchange() {
        None => Finding::Unverifiable("there is no KE payload".to_owned()),
        Some((group, value)) => {
            let bytes = match group {
                2 => 128,
                19 => 64,
                _ => return Finding::Unverifiable(format!("the tester does not know group {group}")),
            };
            Finding::of(value.len() == bytes, || format!("of group {group} it has {} octets", value.len()))
        }
    })
}

/// For a control: a target whose public value lacks its last octet.
fn shorten(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite_last(conversation, name, |payloads| {
        if let Some(exchange) = first(payloads, PayloadType::IKEV2_KEY_EXCHANGE) {
            exchange.body.pop();
        }
    });
}

fn cut_public_value(draft: &mut Draft<'_>) {
    draft.payload(PayloadType::IKEV2_KEY_EXCHANGE).body.pop();
}
