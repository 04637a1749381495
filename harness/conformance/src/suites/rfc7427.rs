//! RFC 7427: signatures that name their algorithm.

mod section_3;
mod section_4;

use crate::check::{Check, Section};

pub(super) fn sections() -> Vec<Section> {
    let section = |number, title, checks: Vec<Check>| Section { rfc: 7427, number, title, checks };
    vec![
        section("3", "Authentication Payload", section_3::checks()),
        section("4", "Hash Algorithm Notification", section_4::checks()),
    ]
}

/// The numbers of SHA-256 and SHA-512 (RFC 7427 7).
const SHA2_256: [u8; 2] = [0, 2];
const SHA2_512: [u8; 2] = [0, 4];
