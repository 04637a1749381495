//! RFC 2407: identities and notifications of the IPsec DOI.

mod section_4_6_2;
mod section_4_6_3;

use crate::check::Section;

pub(super) fn sections() -> Vec<Section> {
    vec![
        Section {
            rfc: 2407,
            number: "4.6.2",
            title: "Identification Payload Content",
            checks: section_4_6_2::checks(),
        },
        Section {
            rfc: 2407,
            number: "4.6.3",
            title: "IPSEC Notify Message Types",
            checks: section_4_6_3::checks(),
        },
    ]
}
