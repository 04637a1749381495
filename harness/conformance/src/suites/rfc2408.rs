//! RFC 2408: the messages and payloads of ISAKMP, and how they are processed.

mod section_2_5;
mod section_3_1;
mod section_3_10;
mod section_3_14;
mod section_3_16;
mod section_3_2;
mod section_3_4;
mod section_3_9;
mod section_4_1;
mod section_4_2;
mod section_4_8;
mod section_5_1;
mod section_5_10;
mod section_5_11;
mod section_5_14;
mod section_5_2;
mod section_5_3;
mod section_5_4;
mod section_5_8;
mod section_5_9;

use crate::check::{Check, Section};

pub(super) use section_3_10::issued_by;
pub(super) use section_4_1::{change_answer, change_association};

pub(super) fn sections() -> Vec<Section> {
    let section = |number, title, checks: Vec<Check>| Section { rfc: 2408, number, title, checks };
    vec![
        section("2.5", "Transport, reserved fields, cookies", section_2_5::checks()),
        section("3.1", "ISAKMP Header Format", section_3_1::checks()),
        section("3.2", "ISAKMP Generic Header", section_3_2::checks()),
        section("3.4 to 3.6", "Security Association, Proposal and Transform Payload", section_3_4::checks()),
        section("3.9", "Certificate Payload", section_3_9::checks()),
        section("3.10", "Certificate Request Payload", section_3_10::checks()),
        section("3.14", "Notification Payload", section_3_14::checks()),
        section("3.16", "Vendor ID Payload", section_3_16::checks()),
        section("4.1", "ISAKMP Exchange Types", section_4_1::checks()),
        section("4.2", "Security Association Establishment", section_4_2::checks()),
        section("4.8", "Informational Exchange", section_4_8::checks()),
        section("5.1", "General Message Processing", section_5_1::checks()),
        section("5.2", "ISAKMP Header Operations", section_5_2::checks()),
        section("5.3", "Generic Payload Header Processing", section_5_3::checks()),
        section(
            "5.4 to 5.6",
            "Security Association, Proposal and Transform Processing",
            section_5_4::checks(),
        ),
        section("5.8", "Identification Payload Processing", section_5_8::checks()),
        section("5.9", "Certificate Payload Processing", section_5_9::checks()),
        section("5.10", "Certificate Request Payload Processing", section_5_10::checks()),
        section("5.11, 5.12", "Hash and Signature Payload Processing", section_5_11::checks()),
        section("5.14, 5.15", "Notification and Delete Payload Processing", section_5_14::checks()),
    ]
}
