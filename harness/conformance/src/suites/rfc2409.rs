//! RFC 2409: Main Mode with signatures, Quick Mode, and how they are protected.

mod appendix_a;
mod appendix_b;
mod section_4;
mod section_5;
mod section_5_1;
mod section_5_7;

use crate::check::{Check, Section};

pub(super) fn sections() -> Vec<Section> {
    let section = |number, title, checks: Vec<Check>| Section { rfc: 2409, number, title, checks };
    vec![
        section("4", "Introduction: attributes that have to be negotiated", section_4::checks()),
        section("5", "Exchanges", section_5::checks()),
        section("5.1", "IKE Phase 1 Authenticated With Signatures", section_5_1::checks()),
        section("5.7", "ISAKMP Informational Exchanges", section_5_7::checks()),
        section("appendix A", "Attribute Assigned Numbers", appendix_a::checks()),
        section("appendix B and 3.2", "Encryption", appendix_b::checks()),
    ]
}
