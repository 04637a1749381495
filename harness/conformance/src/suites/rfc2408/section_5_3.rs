//! RFC 2408 5.3: the generic header of every payload.

use wire::PayloadType;
use wire::ikev1::lies::{Field, PayloadField};

use super::super::{MM1, MM3, MM4, MM5};
use crate::check::Check;

const RESERVED: &[&str] = &["rfc2408-5.3-payload-reserved-checked"];
const NEXT: &[&str] = &["rfc2408-5.3-payload-next-checked"];

pub(super) fn checks() -> Vec<Check> {
    vec![
        Check::responder("an-unknown-payload-in-mm1-is-refused", NEXT)
            .content(MM1, "a payload of type 99", |draft| draft.append(PayloadType(99), &[1; 8]))
            .refused(),
        Check::responder("an-unknown-payload-in-mm3-is-refused", NEXT)
            .content(MM3, "a payload of type 99", |draft| draft.append(PayloadType(99), &[1; 8]))
            .refused(),
        Check::responder("an-unknown-payload-in-mm5-is-refused", NEXT)
            .content(MM5, "a payload of type 99", |draft| draft.append(PayloadType(99), &[1; 8]))
            .refused(),
        Check::responder("a-reserved-field-in-a-vendor-id-is-refused", RESERVED)
            .lie(MM1, "RESERVED 1 in VID", Field::Payload(PayloadField::Reserved, 1), 1)
            .refused(),
        Check::responder("a-reserved-field-in-a-request-is-refused", RESERVED)
            .authenticated(MM5, "RESERVED 1 in CERTREQ", |draft| {
                draft.payload(PayloadType::CERTIFICATE_REQUEST).reserved = 1;
            })
            .refused(),
        Check::responder("a-reserved-field-in-an-identity-is-refused", RESERVED)
            .authenticated(MM5, "RESERVED 1 in ID", |draft| {
                draft.payload(PayloadType::IDENTIFICATION).reserved = 1;
            })
            .refused(),
        Check::initiator("an-initiator-refuses-a-reserved-field-in-a-request", RESERVED)
            .content(MM4, "RESERVED 1 in CERTREQ", |draft| {
                draft.payload(PayloadType::CERTIFICATE_REQUEST).reserved = 1;
            })
            .refused(),
    ]
}
