//! RFC 2409 4: what has to be negotiated, and the order of the cookies.

use ike::MessageName;
use wire::ikev1::attributes::{EspTransform, Phase1Class};

use super::super::{MM1, falsify, in_message, rewrite};
use crate::check::{Check, Finding};
use crate::tester::{Draft, Protect};

const MANDATORY: &[&str] = &["rfc2409-4-mandatory-attributes"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::initiator("cipher-hash-method-and-group-are-offered", MANDATORY).shows(
            |conversation| {
                in_message(conversation, MM1, |seen| {
                    let offer = seen.security_association();
                    let transforms =
                        offer.iter().flat_map(|one| &one.proposals).flat_map(|one| &one.transforms);
                    let lacking = transforms.filter(|transform| {
                        let has = |class: &Phase1Class| {
                            transform.attributes.iter().any(|attribute| attribute.class == class.0)
                        };
                        !ALL_FOUR.iter().all(has)
                    });
                    let count = lacking.count();
                    Finding::of(count == 0 && offer.is_some(), || format!("{count} transforms lack one"))
                })
            },
            |conversation| {
                rewrite(conversation, MM1, |payloads| {
                    // The class of the first attribute, behind DOI, situation, proposal and transform.
                    payloads[0].body[25] = 16;
                });
            },
        ),
        Check::responder("an-offer-without-a-cipher-is-refused", MANDATORY)
            .content(MM1, "no encryption algorithm", |draft| {
                without(draft, Phase1Class::ENCRYPTION_ALGORITHM)
            })
            .refused(),
        Check::responder("an-offer-without-a-hash-is-refused", MANDATORY)
            .content(MM1, "no hash algorithm", |draft| without(draft, Phase1Class::HASH_ALGORITHM))
            .refused(),
        Check::responder("an-offer-without-a-method-is-refused", MANDATORY)
            .content(MM1, "no authentication method", |draft| {
                without(draft, Phase1Class::AUTHENTICATION_METHOD)
            })
            .refused(),
        Check::responder("an-offer-without-a-group-is-refused", MANDATORY)
            .content(MM1, "no group", |draft| without(draft, Phase1Class::GROUP_DESCRIPTION))
            .refused(),
        Check::responder("the-cookies-keep-their-order", &["rfc2409-4-cookies-fixed-order"])
            .script(|tester| {
                tester.go_to(6)?;
                tester.begin_quick_mode(EspTransform::RC4, Protect::Fully)?;
                tester.pass(2)
            })
            .shows(
                |conversation| {
                    let Some(seen) = conversation.message(MessageName::Informational) else {
                        return Finding::Unverifiable("the target refuses in silence".to_owned());
                    };
                    let Some(secrets) = &conversation.secrets else {
                        return Finding::Unverifiable("there are no keys".to_owned());
                    };
                    let header = seen.header();
                    let same = header.initiator_cookie == secrets.cookies.initiator
                        && header.responder_cookie == secrets.cookies.responder;
                    Finding::of(same, || {
                        "the target's exchange has the cookies the other way round".to_owned()
                    })
                },
                |conversation| {
                    falsify(conversation, MessageName::Informational, |seen| seen.wire[..16].rotate_left(8));
                },
            ),
    ]
}

const ALL_FOUR: [Phase1Class; 4] = [
    Phase1Class::ENCRYPTION_ALGORITHM,
    Phase1Class::HASH_ALGORITHM,
    Phase1Class::AUTHENTICATION_METHOD,
    Phase1Class::GROUP_DESCRIPTION,
];

fn without(draft: &mut Draft<'_>, class: Phase1Class) {
    draft.offer(|offer| {
        offer.proposals[0].transforms[0].attributes.retain(|attribute| attribute.class != class.0);
    });
}
