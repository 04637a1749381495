//! RFC 3706: dead peer detection.

mod section_5;
mod section_6_2;

use crate::check::Section;

pub(super) fn sections() -> Vec<Section> {
    vec![
        Section { rfc: 3706, number: "5", title: "DPD Protocol", checks: section_5::checks() },
        Section { rfc: 3706, number: "6.2", title: "Sequence Numbers", checks: section_6_2::checks() },
    ]
}
