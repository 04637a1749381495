//! RFC 2408 5.8: identities.

use wire::PayloadType;

use super::super::{MM5, MM6};
use crate::check::Check;

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("an-unknown-type-of-identity-is-refused", &["rfc2408-5.8-id-type-checked"])
            .content(MM5, "an ID of type 99", |draft| draft.payload(PayloadType::IDENTIFICATION).body[0] = 99)
            .refused(),
        Check::initiator(
            "an-initiator-refuses-an-unknown-type-of-identity",
            &["rfc2408-5.8-id-type-checked"],
        )
        .content(MM6, "an ID of type 99", |draft| draft.payload(PayloadType::IDENTIFICATION).body[0] = 99)
        .refused(),
    ]
}
