//! RFC 3947: detecting a NAT and getting through it.

mod section_3;
mod section_4;

use crate::check::Section;

pub(super) fn sections() -> Vec<Section> {
    vec![
        Section { rfc: 3947, number: "3", title: "Phase 1", checks: section_3::checks() },
        Section { rfc: 3947, number: "4", title: "Changing to New Ports", checks: section_4::checks() },
    ]
}
