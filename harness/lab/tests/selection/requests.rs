//! Which certificates are asked for: V1-REQ-1 to V1-REQ-3.

use ike::{IdentityKind, IdentityPattern, ProtectionProfile, Sourced};

use crate::routers::{Authorities, router};
use crate::support::{Outcome, asked, both, negotiate, outcome};

#[test]
fn a_pinned_initiator_asks_for_its_pins_and_for_nothing_else() {
    // V1-REQ-1
    let mut authorities = Authorities::new(3);
    let parts = both(&mut authorities, (&[2, 1, 3], &[1]), (&[1, 2, 3], &[]));
    assert_eq!(asked(&negotiate(parts, 1), 1), [1]);
}

#[test]
fn several_pins_are_asked_for_in_the_order_of_trustpoints_and_not_of_their_lines() {
    // V1-REQ-1 with ORD-1 and ORD-2: IOSCA4, IOSCA1 are enrolled in this order, IOSCA2 and IOSCA3 are not.
    let mut authorities = Authorities::new(4);
    let r1 = router(&mut authorities, 1, &[1, 2, 3, 4], &[4, 1], &[1, 3, 2, 4]);
    let r2 = router(&mut authorities, 2, &[1, 2, 3, 4], &[1], &[]);
    assert_eq!(asked(&negotiate([r1, r2], 1), 1), [4, 1, 2, 3]);
}

#[test]
fn an_initiator_without_pins_asks_for_every_global_trustpoint() {
    // V1-REQ-2
    let mut authorities = Authorities::new(3);
    let parts = both(&mut authorities, (&[2, 1, 3], &[]), (&[1, 2, 3], &[1]));
    assert_eq!(asked(&negotiate(parts, 1), 1), [2, 1, 3]);
}

#[test]
fn an_initiator_without_a_profile_asks_for_every_global_trustpoint() {
    // V1-REQ-2: the profile that it has is pinned, and its tunnel does not name it.
    let mut authorities = Authorities::new(3);
    let mut parts = both(&mut authorities, (&[2, 1, 3], &[1]), (&[1, 2, 3], &[]));
    parts[0].protections[0].profile = ProtectionProfile::Unnamed;
    let pair = negotiate(parts, 1);
    assert_eq!(asked(&pair, 1), [2, 1, 3]);
    assert_eq!(outcome(&pair), Outcome::Up);
}

#[test]
fn a_responder_asks_for_every_global_trustpoint_whatever_its_pins() {
    // V1-REQ-3
    let mut authorities = Authorities::new(3);
    let parts = both(&mut authorities, (&[1, 2, 3], &[]), (&[2, 3, 1], &[3]));
    assert_eq!(asked(&negotiate(parts, 1), 2), [2, 3, 1]);
}

#[test]
fn a_responder_that_could_know_the_profile_by_the_address_asks_for_every_global_trustpoint() {
    // V1-REQ-3
    let mut authorities = Authorities::new(2);
    let mut parts = both(&mut authorities, (&[2, 1], &[]), (&[2, 1], &[1]));
    parts[0].identity = Sourced::default_value(IdentityKind::Address);
    let of_r1 = IdentityPattern::Address { network: [192, 168, 0, 1].into(), prefix: 32 };
    parts[1].profiles[0].matches[0].pattern = of_r1;
    assert_eq!(asked(&negotiate(parts, 1), 2), [2, 1]);
}
