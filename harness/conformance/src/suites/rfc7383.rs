//! RFC 7383: fragments of messages.

mod section_2;
mod section_2_6;

use crate::check::{Check, Section};
use crate::target::TargetError;
use crate::tester::{Draft, Tester};
use wire::ikev2::NotifyType;

pub(super) fn sections() -> Vec<Section> {
    let section = |number, title, checks: Vec<Check>| Section { rfc: 7383, number, title, checks };
    vec![
        section("2.3 to 2.5", "Negotiation, Using and Fragmenting", section_2::checks()),
        section("2.6", "Receiving IKE Fragment Message", section_2_6::checks()),
    ]
}

/// Has the tester say that it takes fragments.
fn announce(draft: &mut Draft<'_>) {
    draft.notify(NotifyType::IKEV2_FRAGMENTATION_SUPPORTED, &[]);
}

/// What the tester says in the checks that send fragments.
const ANNOUNCED: &str = "N(IKEV2_FRAGMENTATION_SUPPORTED)";

/// The longest message in which the tester sends fragments of its own: its IKE_AUTH request takes three of them or four.
const LONGEST: usize = 400;

/// Goes to IKE_AUTH, and gives the tester's request in fragments, none of which is sent yet.
fn fragments(tester: &mut Tester<'_>) -> Result<Vec<Vec<u8>>, TargetError> {
    if !tester.go_to(2)? {
        return Ok(Vec::new());
    }
    Ok(tester.authentication_in_fragments(LONGEST))
}

fn send(tester: &mut Tester<'_>, fragments: &[Vec<u8>]) -> Result<(), TargetError> {
    fragments.iter().try_for_each(|fragment| tester.transmit(fragment))
}
