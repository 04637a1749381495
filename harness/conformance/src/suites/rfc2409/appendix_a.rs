//! RFC 2409 appendix A: attributes in their two forms.

use wire::PayloadType;
use wire::ikev1::{AttributeValue, Payload};

use super::super::rfc2408::change_answer;
use super::super::{MM2, in_message};
use crate::check::{Check, Finding};

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder(
            "a-basic-attribute-is-not-answered-as-variable",
            &["rfc2409-A-attr-basic-not-variable"],
        )
        .shows(
            |conversation| {
                in_message(conversation, MM2, |seen| {
                    let payloads = seen.of_type(PayloadType::SECURITY_ASSOCIATION);
                    let Some(Ok(Payload::SecurityAssociation(answer))) =
                        payloads.first().map(crate::tester::Payload::as_ikev1)
                    else {
                        return Finding::Violated("MM2 has no SA payload that can be read".to_owned());
                    };
                    // Life duration is the only variable class of those that were offered.
                    let wrong = answer
                        .proposals()
                        .flat_map(|proposal| proposal.transforms())
                        .flat_map(|transform| transform.attributes())
                        .find(|one| matches!(one.value, AttributeValue::Long(_)) && one.class != 12);
                    Finding::of(wrong.is_none(), || format!("{wrong:?} is sent as variable"))
                })
            },
            |conversation| {
                change_answer(conversation, |answer| {
                    let attributes = &mut answer.proposals[0].transforms[0].attributes;
                    if let wire::ikev1::owned::AttributeValue::Short(value) = attributes[0].value {
                        let long = value.to_be_bytes().to_vec();
                        attributes[0].value = wire::ikev1::owned::AttributeValue::Long(long);
                    }
                });
            },
        ),
    ]
}
