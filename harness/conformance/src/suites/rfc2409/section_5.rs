//! RFC 2409 5: the rules of all exchanges of phase 1.

use ike::MessageName;
use wire::ikev1::attributes::{LifeType, Phase1Class};
use wire::ikev1::lies::{Field, HeaderField};
use wire::ikev1::owned::{Attribute, AttributeValue, Proposal, SecurityAssociation};
use wire::{CertificateEncoding, ExchangeType, Header, PayloadType};

use super::super::rfc2408::{change_answer, change_association};
use super::super::{MM1, MM2, MM3, MM4, MM5, MM6, first, in_message, rewrite};
use crate::check::{Check, Finding};
use crate::laboratory::Ca;
use crate::tester::{Conversation, Draft};

const NONCE: &[&str] = &["rfc2409-5-nonce-8-256"];
const CHANGED: &[&str] = &["rfc2409-5-changed-attrs-reject", "rfc2408-4.2-initiator-verifies-choice"];
const ORDER: &[&str] = &["rfc2409-5-other-order-free"];
const KE: &[&str] = &["rfc2409-5-ke-length"];

pub(super) fn checks() -> Vec<Check> {
    let mut checks = exchanges();
    checks.extend(offers());
    checks.extend(values());
    checks
}

fn exchanges() -> Vec<Check> {
    vec![
        Check::responder("main-mode-is-implemented", &["rfc2409-5-main-mode-implemented"]).accepted(),
        Check::initiator("main-mode-is-implemented-by-the-initiator", &["rfc2409-5-main-mode-implemented"])
            .accepted(),
        Check::responder("the-exchange-type-does-not-change", &["rfc2409-5-no-exchange-switch"])
            .lie(MM3, "the exchange type of Aggressive Mode", Field::Header(HeaderField::ExchangeType), 4)
            .refused(),
        Check::responder("a-target-keeps-to-its-exchange-type", &["rfc2409-5-no-exchange-switch"]).shows(
            |conversation| {
                super::super::every_message(conversation, |seen| {
                    let exchange = seen.header().exchange_type;
                    (exchange != ExchangeType::IDENTITY_PROTECTION)
                        .then(|| format!("its exchange type is {}", exchange.0))
                })
            },
            |conversation| super::super::falsify(conversation, MM4, |seen| seen.overwrite(18, 4)),
        ),
        Check::initiator("sa-stands-first-in-an-offer", &["rfc2409-5-sa-first"]).shows(
            |conversation| sa_is_first(conversation, MM1),
            |conversation| rewrite(conversation, MM1, |payloads| payloads.rotate_left(1)),
        ),
        Check::responder("sa-stands-first-in-an-answer", &["rfc2409-5-sa-first"]).shows(
            |conversation| sa_is_first(conversation, MM2),
            |conversation| rewrite(conversation, MM2, |payloads| payloads.rotate_left(1)),
        ),
        Check::responder("an-offer-behind-a-vendor-id-is-refused", &["rfc2409-5-sa-first"])
            .content(MM1, "a vendor ID before SA", |draft| draft.payloads.rotate_left(1))
            .refused(),
        Check::responder("the-order-of-mm3-does-not-matter", ORDER)
            .content(MM3, "its payloads the other way round", |draft| draft.payloads[..2].reverse())
            .accepted(),
        Check::responder("the-order-of-mm5-does-not-matter", ORDER)
            .authenticated(MM5, "SIG, CERTREQ, CERT, ID", |draft| draft.payloads.reverse())
            .accepted(),
        Check::initiator("the-order-of-mm6-does-not-matter", ORDER)
            .authenticated(MM6, "SIG, CERT, ID", |draft| draft.payloads.reverse())
            .accepted(),
        Check::initiator(
            "a-request-in-mm6-makes-no-seventh-message",
            &["rfc2409-5-certreq-no-extra-messages"],
        )
        .content(MM6, "a CERTREQ", |draft| {
            let authority = draft.laboratory.authority(Ca::One);
            draft.request(CertificateEncoding::X509_SIGNATURE, authority.subject().as_der());
        })
        .shows(
            |conversation| {
                let count = conversation.main_mode().count();
                Finding::of(count == 3, || format!("the initiator sent {count} messages of Main Mode"))
            },
            |conversation| {
                if let Some(last) = conversation.message(MM5).cloned() {
                    conversation.seen.push(crate::tester::Seen { name: MessageName::MainMode(7), ..last });
                }
            },
        ),
    ]
}

fn offers() -> Vec<Check> {
    vec![
        Check::initiator("an-offer-is-one-proposal", &["rfc2409-5-single-proposal-phase1"]).shows(
            |conversation| {
                in_message(conversation, MM1, |seen| {
                    let associations = seen.of_type(PayloadType::SECURITY_ASSOCIATION).len();
                    let proposals = seen.security_association().map_or(0, |offer| offer.proposals.len());
                    Finding::of((associations, proposals) == (1, 1), || {
                        format!("MM1 has {associations} SA payloads, the first of {proposals} proposals")
                    })
                })
            },
            |conversation| {
                rewrite(conversation, MM1, |payloads| {
                    let offer = payloads[0].clone();
                    payloads.push(offer);
                });
            },
        ),
        Check::initiator("alternatives-are-offered-as-transforms", &["rfc2409-5-offers-as-transforms"])
            .with(|setup| setup.suites = 3)
            .shows(
                |conversation| {
                    in_message(conversation, MM1, |seen| {
                        let offer = seen.security_association();
                        let proposals = offer.iter().flat_map(|offer| &offer.proposals);
                        let counts: Vec<usize> =
                            proposals.map(|proposal| proposal.transforms.len()).collect();
                        Finding::of(counts == [3], || {
                            format!("three suites are offered as proposals of {counts:?} transforms")
                        })
                    })
                },
                |conversation| {
                    change_association(conversation, MM1, |offer| {
                        let proposal = offer.proposals.remove(0);
                        offer.proposals = (1..)
                            .zip(&proposal.transforms)
                            .map(|(number, transform)| Proposal {
                                number,
                                transforms: vec![transform.clone()],
                                ..proposal.clone()
                            })
                            .collect();
                    });
                },
            ),
        Check::responder("how-many-offers-are-looked-at", &["rfc2409-5-limit-offers"])
            .content(MM1, "200 transforms, of which the last fits", |draft| {
                draft.offer(|offer| {
                    let transforms = &mut offer.proposals[0].transforms;
                    let fitting = transforms[0].clone();
                    let strange = crate::target::built_in::SUITES[2];
                    *transforms = (1..200).map(|number| crate::tester::transform(number, strange)).collect();
                    transforms.push(wire::ikev1::owned::Transform { number: 200, ..fitting });
                });
            })
            .recorded(),
        Check::responder("offered-attributes-come-back-as-they-were", &["rfc2409-5-attrs-unmodified"]).shows(
            |conversation| {
                let offer = wire::ikev1::SecurityAssociation::read(&conversation.offer, 0);
                let offered = offer.ok().map(|offer| values_of(&offer.into()));
                in_message(conversation, MM2, |seen| {
                    // One proposal of one transform was offered.
                    let answered = seen.security_association().map(|answer| values_of(&answer));
                    Finding::of(answered == offered, || {
                        format!("offered: {offered:?}, answered: {answered:?}")
                    })
                })
            },
            |conversation| {
                change_answer(conversation, |answer| {
                    let attributes = &mut answer.proposals[0].transforms[0].attributes;
                    attributes.retain(|attribute| attribute.class != Phase1Class::LIFE_DURATION.0);
                    attributes.push(Attribute::long(Phase1Class::LIFE_DURATION.0, 86_400_u32.to_be_bytes()));
                });
            },
        ),
        Check::initiator("an-answer-with-another-lifetime-is-refused", CHANGED)
            .content(MM2, "another lifetime", |draft| {
                change_chosen(draft, |attributes| {
                    attributes.retain(|attribute| attribute.class != Phase1Class::LIFE_DURATION.0);
                    attributes.push(Attribute::long(Phase1Class::LIFE_DURATION.0, 77_u32.to_be_bytes()));
                });
            })
            .refused(),
        Check::initiator("an-answer-with-one-attribute-more-is-refused", CHANGED)
            .content(MM2, "a life of kilobytes that was not offered", |draft| {
                change_chosen(draft, |attributes| {
                    attributes.push(Attribute::short(Phase1Class::LIFE_TYPE.0, LifeType::KILOBYTES.0));
                    attributes.push(Attribute::short(Phase1Class::LIFE_DURATION.0, 4000_u16));
                });
            })
            .refused(),
        Check::initiator("an-answer-without-an-attribute-is-refused", CHANGED)
            .content(MM2, "no group", |draft| {
                change_chosen(draft, |attributes| {
                    attributes.retain(|attribute| attribute.class != Phase1Class::GROUP_DESCRIPTION.0);
                });
            })
            .refused(),
    ]
}

fn values() -> Vec<Check> {
    vec![
        Check::responder("a-public-value-is-as-long-as-its-group", KE).shows(
            |conversation| ke_length(conversation, MM4),
            |conversation| shorten(conversation, MM4, PayloadType::KEY_EXCHANGE),
        ),
        Check::initiator("an-initiators-public-value-is-as-long-as-its-group", KE).shows(
            |conversation| ke_length(conversation, MM3),
            |conversation| shorten(conversation, MM3, PayloadType::KEY_EXCHANGE),
        ),
        Check::responder("a-public-value-that-is-too-short-is-refused", KE)
            .content(MM3, "a KE one byte short", |draft| {
                draft.payload(PayloadType::KEY_EXCHANGE).body.pop();
            })
            .refused(),
        Check::responder("a-nonce-of-7-bytes-is-refused", NONCE)
            .content(MM3, "a nonce of 7 bytes", |draft| nonce(draft, 7))
            .refused(),
        Check::responder("a-nonce-of-257-bytes-is-refused", NONCE)
            .content(MM3, "a nonce of 257 bytes", |draft| nonce(draft, 257))
            .refused(),
        Check::responder("a-nonce-of-8-bytes-is-accepted", NONCE)
            .content(MM3, "a nonce of 8 bytes", |draft| nonce(draft, 8))
            .accepted(),
        Check::responder("a-nonce-of-256-bytes-is-accepted", NONCE)
            .content(MM3, "a nonce of 256 bytes", |draft| nonce(draft, 256))
            .accepted(),
        Check::initiator("an-initiator-refuses-a-nonce-of-7-bytes", NONCE)
            .content(MM4, "a nonce of 7 bytes", |draft| nonce(draft, 7))
            .refused(),
        Check::responder("a-targets-nonce-has-8-to-256-bytes", NONCE).shows(
            |conversation| {
                in_message(conversation, MM4, |seen| {
                    let length = seen.of_type(PayloadType::NONCE).first().map_or(0, |nonce| nonce.body.len());
                    Finding::of((8..=256).contains(&length), || format!("the nonce has {length} bytes"))
                })
            },
            |conversation| {
                rewrite(conversation, MM4, |payloads| {
                    if let Some(nonce) = first(payloads, PayloadType::NONCE) {
                        nonce.body.truncate(7);
                    }
                });
            },
        ),
        Check::responder(
            "an-identity-that-changes-behind-the-signature-is-refused",
            &["rfc2409-5-hash-covers-id-body"],
        )
        .authenticated(MM5, "an ID of UDP and port 500 that was signed without", |draft| {
            draft.payload(PayloadType::IDENTIFICATION).body[1..4].copy_from_slice(&[17, 1, 0xf4]);
        })
        .refused(),
        Check::responder("garbage-does-not-move-the-vector", &["rfc2409-10-iv-update-sanity"])
            .script(|tester| {
                tester.go_to(4)?;
                let mut garbage = tester.clear_message(ExchangeType::IDENTITY_PROTECTION, &[]);
                garbage[16] = PayloadType::IDENTIFICATION.0;
                garbage[19] = 1;
                garbage[27] = 28 + 64;
                garbage.resize(Header::LENGTH + 64, 0xa5);
                tester.transmit(&garbage)?;
                tester.go_on(5, 6)?;
                tester.pass(1)
            })
            .shows(
                |conversation| {
                    Finding::of(conversation.is_established(), || crate::check::describe(conversation))
                },
                |conversation| super::super::silence(conversation, MM6),
            ),
    ]
}

/// The attributes of all transforms, by class, whatever form they are in.
fn values_of(association: &SecurityAssociation) -> Vec<(u16, Vec<u8>)> {
    let transforms = association.proposals.iter().flat_map(|proposal| &proposal.transforms);
    let attributes = transforms.flat_map(|transform| &transform.attributes);
    attributes
        .map(|attribute| {
            let value = match &attribute.value {
                AttributeValue::Short(value) => value.to_be_bytes().to_vec(),
                AttributeValue::Long(value) => value.clone(),
            };
            let first = value.iter().position(|byte| *byte != 0).unwrap_or(value.len());
            (attribute.class, value[first..].to_vec())
        })
        .collect()
}

fn sa_is_first(conversation: &Conversation, name: MessageName) -> Finding {
    in_message(conversation, name, |seen| {
        let first = seen.header().next_payload;
        Finding::of(first == PayloadType::SECURITY_ASSOCIATION, || format!("{name} begins with {first}"))
    })
}

fn change_chosen(draft: &mut Draft<'_>, change: impl FnOnce(&mut Vec<Attribute>)) {
    draft.offer(|answer| change(&mut answer.proposals[0].transforms[0].attributes));
}

fn nonce(draft: &mut Draft<'_>, length: usize) {
    draft.payload(PayloadType::NONCE).body = vec![0xa5; length];
}

fn ke_length(conversation: &Conversation, name: MessageName) -> Finding {
    in_message(conversation, name, |seen| {
        // The laboratory's usual group has 1024 bits.
        let length = seen.of_type(PayloadType::KEY_EXCHANGE).first().map_or(0, |public| public.body.len());
        Finding::of(length == 128, || format!("the public value has {length} bytes"))
    })
}

fn shorten(conversation: &mut Conversation, name: MessageName, payload_type: PayloadType) {
    rewrite(conversation, name, |payloads| {
        if let Some(payload) = first(payloads, payload_type) {
            payload.body.pop();
        }
    });
}
