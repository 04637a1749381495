//! RFC 4945: identities, certificate requests and certificates of IKE.

mod section_3_1;
mod section_3_1_1;
mod section_3_1_2;
mod section_3_1_5;
mod section_3_2;
mod section_3_2_7;
mod section_3_2_8;
mod section_3_3;
mod section_3_3_10;
mod section_5_1;
mod section_5_1_3;
mod section_5_2;

use crate::check::{Check, Section};

pub(super) fn sections() -> Vec<Section> {
    let section = |number, title, checks: Vec<Check>| Section { rfc: 4945, number, title, checks };
    vec![
        section("3.1", "Identification Payload", section_3_1::checks()),
        section("3.1.1", "ID_IPV4_ADDR and ID_IPV6_ADDR", section_3_1_1::checks()),
        section("3.1.2, 3.1.3", "ID_FQDN and ID_USER_FQDN", section_3_1_2::checks()),
        section("3.1.5 to 3.1.9", "ID_DER_ASN1_DN, several identities", section_3_1_5::checks()),
        section("3.2.1 to 3.2.6", "Certificate Request Payload", section_3_2::checks()),
        section("3.2.7", "Certificate Authorities", section_3_2_7::checks()),
        section("3.2.8, 3.2.9", "Error Handling, Optimizations", section_3_2_8::checks()),
        section("3.3.1 to 3.3.9", "Certificate Payload", section_3_3::checks()),
        section("3.3.10, 3.3.11", "Error Handling, Optimizations", section_3_3_10::checks()),
        section("5.1.1, 5.1.2", "Versions, Subject", section_5_1::checks()),
        section("5.1.3", "X.509 Certificate Extensions", section_5_1_3::checks()),
        section("5.2, 5.3", "Certificate Revocation Lists, Signatures", section_5_2::checks()),
    ]
}
