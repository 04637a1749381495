//! RFC 7296 2.7 to 2.15: what is chosen of what was offered, traffic, nonces, addresses, and what AUTH signs.

use wire::PayloadType;
use wire::ikev2::owned::{Proposal, Transform};
use wire::ikev2::transforms::{EncryptionAlgorithm, IntegrityAlgorithm, PseudorandomFunction};
use wire::ikev2::{NotifyType, Payload as View, TrafficSelector, TrafficSelectorsBuf};

use super::super::{
    AUTH_REQUEST, AUTH_RESPONSE, INFORMATIONAL_RESPONSE, INIT_REQUEST, INIT_RESPONSE, first, in_message,
    silence,
};
use super::section_1::{UNKNOWN, authenticate_and_ask, established_or_unverifiable, stands_without_child};
use super::{error_alone, rewrite_last};
use crate::check::{Check, Finding};
use crate::tester::{Conversation, Draft, Payload, change_proposals};

pub(super) fn checks() -> Vec<Check> {
    let mut checks = choice();
    checks.extend(traffic());
    checks.extend(nonces());
    checks.extend(addresses());
    checks.extend(signatures());
    checks
}

fn choice() -> Vec<Check> {
    const ONE: &[&str] = &["rfc7296-2.7-single-suite", "rfc7296-2.7-one-transform-per-type"];
    vec![
        Check::ikev2_responder("one-suite-is-chosen", ONE)
            .content(INIT_REQUEST, "two proposals with alternatives", alternatives)
            .shows(one_of_each, |conversation| {
                rewrite_last(conversation, INIT_RESPONSE, |payloads| {
                    if let Some(answer) = first(payloads, PayloadType::IKEV2_SECURITY_ASSOCIATION) {
                        change_proposals(answer, |proposals| {
                            let again = proposals[0].transforms[0].clone();
                            proposals[0].transforms.push(again);
                        });
                    }
                });
            }),
        Check::ikev2_responder(
            "where-nothing-fits-no-proposal-is-chosen",
            &["rfc7296-2.7-no-proposal-chosen"],
        )
        .content(INIT_REQUEST, "an unknown cipher", |draft| {
            draft.proposals(|all| all[0].transforms[0] = Transform::new(EncryptionAlgorithm(UNKNOWN)));
        })
        .shows(
            |conversation| error_alone(conversation, INIT_RESPONSE, NotifyType::NO_PROPOSAL_CHOSEN),
            |conversation| silence(conversation, INIT_RESPONSE),
        ),
        Check::ikev2_responder("an-ike-sa-is-encrypted-and-authenticated", &["rfc7296-5-no-null-ike"])
            .content(INIT_REQUEST, "no encryption", |draft| {
                draft.proposals(|all| all[0].transforms[0] = Transform::new(EncryptionAlgorithm::NULL));
            })
            .refused(),
        Check::ikev2_responder("an-ike-sa-has-an-integrity-algorithm", &["rfc7296-5-no-null-ike"])
            .content(INIT_REQUEST, "no integrity algorithm", |draft| {
                draft.proposals(|all| all[0].transforms[2] = Transform::new(IntegrityAlgorithm::NONE));
            })
            .refused(),
        Check::ikev2_initiator(
            "an-initiator-offers-no-ike-sa-without-encryption",
            &["rfc7296-5-no-null-ike"],
        )
        .with(|setup| setup.suites = 3)
        .shows(
            |conversation| {
                in_message(conversation, INIT_REQUEST, |seen| {
                    let offered = seen.proposals().map(|offered| offered.proposals).unwrap_or_default();
                    let nothing =
                        [Transform::new(EncryptionAlgorithm::NULL), Transform::new(IntegrityAlgorithm::NONE)];
                    let null = offered.iter().any(|one| nothing.iter().any(|it| one.transforms.contains(it)));
                    Finding::of(!null, || "NULL or NONE is offered".to_owned())
                })
            },
            |conversation| {
                rewrite_last(conversation, INIT_REQUEST, |payloads| {
                    if let Some(offer) = first(payloads, PayloadType::IKEV2_SECURITY_ASSOCIATION) {
                        change_proposals(offer, |all| {
                            all[0].transforms[0] = Transform::new(EncryptionAlgorithm::NULL);
                        });
                    }
                });
            },
        ),
    ]
}

fn traffic() -> Vec<Check> {
    vec![
        Check::ikev2_responder(
            "traffic-that-cannot-be-protected-is-refused",
            &["rfc7296-2.9-ts-unacceptable"],
        )
        .content(AUTH_REQUEST, "traffic selectors of IPv6 alone", |draft| {
            for payload_type in SELECTORS {
                set_selectors(draft, payload_type, &[TrafficSelector::Ipv6(ipv6())]);
            }
        })
        .script(authenticate_and_ask)
        .shows(
            |conversation| stands_without_child(conversation, NotifyType::TS_UNACCEPTABLE),
            |conversation| silence(conversation, INFORMATIONAL_RESPONSE),
        ),
        Check::ikev2_responder("the-first-traffic-selector-is-kept", &["rfc7296-2.9-narrow-includes-first"])
            .content(AUTH_REQUEST, "one address before all in TSi", |draft| {
                let one = [FIRST; 2];
                let selectors = crate::tester::selectors(&[one, [0, u32::MAX]]);
                draft.payload(SELECTORS[0]).body =
                    Payload::from(View::InitiatorTrafficSelectors(selectors.view())).body;
            })
            .shows(
                |conversation| {
                    in_message(conversation, AUTH_RESPONSE, |seen| {
                        let answer = seen.selectors(SELECTORS[0]);
                        let covered = answer.iter().any(|[first, last]| *first <= FIRST && FIRST <= *last);
                        Finding::of(covered, || format!("TSi is answered with {answer:08x?}"))
                    })
                },
                |conversation| {
                    rewrite_last(conversation, AUTH_RESPONSE, |payloads| {
                        if let Some(answer) = first(payloads, SELECTORS[0]) {
                            let other = crate::tester::selectors(&[[FIRST + 1; 2]]);
                            *answer = View::InitiatorTrafficSelectors(other.view()).into();
                        }
                    });
                },
            ),
    ]
}

fn nonces() -> Vec<Check> {
    const LONG: &[&str] = &["rfc7296-2.10-nonce-random-16"];
    const LENGTH: &[&str] = &["rfc7296-3.9-nonce-16-256"];
    vec![
        Check::ikev2_responder("a-nonce-has-16-octets-at-least", LONG).shows(
            |conversation| nonce_is_long(conversation, INIT_RESPONSE),
            |conversation| cut_nonce(conversation, INIT_RESPONSE),
        ),
        Check::ikev2_initiator("an-initiators-nonce-has-16-octets-at-least", LONG).shows(
            |conversation| nonce_is_long(conversation, INIT_REQUEST),
            |conversation| cut_nonce(conversation, INIT_REQUEST),
        ),
        Check::ikev2_responder("a-nonce-of-15-octets-is-refused", LENGTH)
            .content(INIT_REQUEST, "a nonce of 15 octets", |draft| set_nonce(draft, 15))
            .refused(),
        Check::ikev2_responder("a-nonce-of-257-octets-is-refused", LENGTH)
            .content(INIT_REQUEST, "a nonce of 257 octets", |draft| set_nonce(draft, 257))
            .refused(),
        Check::ikev2_initiator("an-initiator-refuses-a-nonce-of-15-octets", LENGTH)
            .content(INIT_RESPONSE, "a nonce of 15 octets", |draft| set_nonce(draft, 15))
            .refused(),
        Check::ikev2_responder("a-nonce-of-256-octets-is-taken", LENGTH)
            .content(INIT_REQUEST, "a nonce of 256 octets", |draft| set_nonce(draft, 256))
            .accepted(),
        Check::ikev2_responder("a-nonce-of-16-octets-is-taken", LENGTH)
            .content(INIT_REQUEST, "a nonce of 16 octets", |draft| set_nonce(draft, 16))
            .accepted(),
    ]
}

fn addresses() -> Vec<Check> {
    const PORT: &[&str] = &["rfc7296-2.11-any-source-port", "rfc7296-2.11-reply-to-source"];
    vec![
        Check::ikev2_responder("a-request-from-any-port-is-answered-there", PORT)
            .script(|tester| {
                tester.move_to(40_000, 500);
                tester.go_to(4)?;
                Ok(())
            })
            .shows(
                |conversation| {
                    let ports: Vec<_> = [INIT_RESPONSE, AUTH_RESPONSE]
                        .iter()
                        .filter_map(|name| conversation.message(*name))
                        .map(|seen| (seen.path.local.port(), seen.path.remote.port()))
                        .collect();
                    Finding::of(ports == [(40_000, 500); 2], || {
                        format!("the answers went to and from {ports:?}")
                    })
                },
                |conversation| silence(conversation, AUTH_RESPONSE),
            ),
    ]
}

fn signatures() -> Vec<Check> {
    const OTHER: &[&str] = &["rfc7296-2.15-sign-other-nonce"];
    vec![
        Check::ikev2_responder("auth-signs-the-nonce-of-the-initiator", OTHER)
            .script(authenticate_and_ask)
            .shows(auth_holds, |conversation| conversation.signer = None),
        Check::ikev2_initiator("auth-signs-the-nonce-of-the-responder", OTHER)
            .script(authenticate_and_ask)
            .shows(auth_holds, |conversation| conversation.signer = None),
        Check::ikev2_responder("an-ike-sa-is-not-replaced-without-a-group", &["rfc7296-2.18-rekey-needs-dh"])
            .content(super::super::CHILD_REQUEST, "SA of an IKE SA without D-H", |draft| {
                draft.remove(SELECTORS[0]);
                draft.remove(SELECTORS[1]);
                draft.proposals(|proposals| {
                    let transforms = crate::tester::ike_transforms(wire::Group(0));
                    proposals[0] = Proposal {
                        number: 1,
                        protocol: wire::ikev2::ProtocolId::IKE,
                        spi: vec![7; 8],
                        transforms,
                    };
                });
            })
            .script(|tester| {
                tester.go_to(4)?;
                tester.ask_for_child()?;
                Ok(())
            })
            .shows(
                |conversation| {
                    established_or_unverifiable(conversation).unwrap_or_else(|| {
                        let answer = conversation.message(super::super::CHILD_RESPONSE);
                        let made = answer.is_some_and(|seen| seen.proposals().is_some());
                        Finding::of(!made, || "the target made an IKE SA".to_owned())
                    })
                },
                |conversation| {
                    let accepted = conversation.message(INIT_RESPONSE).cloned();
                    silence(conversation, super::super::CHILD_RESPONSE);
                    conversation.seen.extend(
                        accepted
                            .map(|seen| crate::tester::Seen { name: super::super::CHILD_RESPONSE, ..seen }),
                    );
                },
            ),
    ]
}

/// An address that stands alone before a range.
const FIRST: u32 = u32::from_be_bytes([192, 0, 2, 77]);

const SELECTORS: [PayloadType; 2] =
    [PayloadType::INITIATOR_TRAFFIC_SELECTORS, PayloadType::RESPONDER_TRAFFIC_SELECTORS];

fn ipv6() -> wire::ikev2::AddressRange<std::net::Ipv6Addr> {
    wire::ikev2::AddressRange::any(std::net::Ipv6Addr::UNSPECIFIED, std::net::Ipv6Addr::LOCALHOST)
}

fn set_selectors(draft: &mut Draft<'_>, payload_type: PayloadType, selectors: &[TrafficSelector<'_>]) {
    let selectors = TrafficSelectorsBuf::new(selectors).expect("a check has some traffic, and not too much");
    draft.payload(payload_type).body = Payload::from(View::InitiatorTrafficSelectors(selectors.view())).body;
}

/// Two proposals: alternatives of each type in both, the second with a cipher that is not known besides.
fn alternatives(draft: &mut Draft<'_>) {
    draft.proposals(|proposals| {
        proposals[0].transforms.extend([
            Transform::with_key_length(EncryptionAlgorithm::AES_CBC, 192),
            Transform::new(PseudorandomFunction::HMAC_SHA1),
            Transform::new(IntegrityAlgorithm::HMAC_SHA1_96),
            Transform::new(wire::Group::MODP_1024),
        ]);
        let mut second = proposals[0].clone();
        second.number = 2;
        second.transforms.push(Transform::new(EncryptionAlgorithm(UNKNOWN)));
        proposals.push(second);
    });
}

fn one_of_each(conversation: &Conversation) -> Finding {
    in_message(conversation, INIT_RESPONSE, |seen| {
        let proposals = seen.proposals().map(|answer| answer.proposals).unwrap_or_default();
        let [chosen] = proposals.as_slice() else {
            return Finding::Violated(format!("{} proposals are chosen", proposals.len()));
        };
        let mut types: Vec<u8> = chosen.transforms.iter().map(|one| one.transform_type.0).collect();
        types.sort_unstable();
        Finding::of(types == [1, 2, 3, 4], || format!("the transforms are of the types {types:?}"))
    })
}

fn nonce_is_long(conversation: &Conversation, name: ike::MessageName) -> Finding {
    in_message(conversation, name, |seen| {
        let nonces = seen.of_type(PayloadType::IKEV2_NONCE);
        let length = nonces.first().map_or(0, |nonce| nonce.body.len());
        // Half the key of a pseudo-random function of SHA-512 is no more either.
        Finding::of((16..=256).contains(&length), || format!("the nonce has {length} octets"))
    })
}

/// For a control: a target whose nonce is short.
fn cut_nonce(conversation: &mut Conversation, name: ike::MessageName) {
    rewrite_last(conversation, name, |payloads| {
        if let Some(nonce) = first(payloads, PayloadType::IKEV2_NONCE) {
            nonce.body.truncate(15);
        }
    });
}

fn set_nonce(draft: &mut Draft<'_>, length: usize) {
    draft.payload(PayloadType::IKEV2_NONCE).body = (0..=u8::MAX).cycle().take(length).collect();
}

fn auth_holds(conversation: &Conversation) -> Finding {
    match conversation.proof() {
        None => Finding::Unverifiable("the target did not authenticate".to_owned()),
        Some(_) => Finding::of(conversation.signer.is_some(), || "no certificate verifies AUTH".to_owned()),
    }
}
