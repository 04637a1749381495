//! V2-SEL-1 to V2-SEL-5: which trustpoint signs.

use ike::selection::ikev2::{Scope, answer, first_usable, is_answered};
use ike::{PinUse, Role, Router};
use proptest::prelude::*;

use crate::routers::{Authorities, ikev2_pin, ikev2_router, trustpoint_id};
use crate::{made, profile_id};

/// The hashes of the CAs of these trustpoints, one behind the other; 0 stands for an unknown CA.
fn hashes(router: &Router, numbers: &[usize]) -> Vec<u8> {
    let hash = |number: usize| match number {
        0 => [0xee; 20],
        number => *router.request_hashes().hash_of(trustpoint_id(number)).unwrap(),
    };
    numbers.iter().flat_map(|&number| hash(number)).collect()
}

/// A router with three CAs, enrolled in 2 and 1 (2 last), whose profile has these pins.
fn with_pins(pins: &[(usize, PinUse)]) -> Router {
    let mut authorities = Authorities::new(3);
    let mut parts = ikev2_router(&mut authorities, 1, &[1, 2, 3], &[2, 1], &[]);
    parts.ikev2.profiles[0].pins = pins.iter().map(|&(number, uses)| ikev2_pin(number, uses)).collect();
    made(parts)
}

#[test]
fn who_may_sign_with_what_follows_from_the_role_and_the_pins_that_sign() {
    let scope = |router: &Router, role| Scope::of(router, role, profile_id(0));
    let unpinned = with_pins(&[]);
    assert_eq!(scope(&unpinned, Role::Initiator), Scope::Nothing, "V2-SEL-2");
    assert_eq!(scope(&unpinned, Role::Responder), Scope::Global, "V2-SEL-4");
    let verifying = with_pins(&[(1, PinUse::Verify)]);
    assert_eq!(scope(&verifying, Role::Initiator), Scope::Nothing, "V2-SEL-3");
    assert_eq!(scope(&verifying, Role::Responder), Scope::Global, "V2-SEL-3");
    for uses in [PinUse::Sign, PinUse::SignAndVerify] {
        let signing = with_pins(&[(1, uses)]);
        for role in [Role::Initiator, Role::Responder] {
            assert_eq!(scope(&signing, role), Scope::Pins(profile_id(0)), "V2-SEL-1, V2-SEL-4");
        }
    }
}

#[test]
fn the_first_hash_that_can_be_answered_decides_and_those_before_it_are_told() {
    let router = with_pins(&[(1, PinUse::SignAndVerify)]);
    let mut told = Vec::new();
    let chosen =
        answer(&router, Scope::Pins(profile_id(0)), &hashes(&router, &[0, 2, 3, 1, 2]), |position, found| {
            told.push((position, found.map(|id| id.index() + 1)));
        });
    // Unknown; not a pin; not enrolled; the pin. What comes behind is not looked at.
    assert_eq!(chosen.map(|(id, position)| (id.index() + 1, position)), Some((1, 3)));
    assert_eq!(told, [(0, None), (1, Some(2)), (2, Some(3)), (3, Some(1))]);
}

#[test]
fn nothing_may_be_signed_with_and_each_hash_is_looked_up_all_the_same() {
    // V2-SEL-2, as the document's log has it.
    let router = with_pins(&[]);
    let mut told = 0;
    let chosen = answer(&router, Scope::Nothing, &hashes(&router, &[1, 2]), |_, found| {
        assert!(found.is_some());
        told += 1;
    });
    assert_eq!((chosen, told), (None, 2));
    assert_eq!(first_usable(&router, Scope::Nothing), None);
}

#[test]
fn of_several_trustpoints_of_one_authority_the_last_defined_that_may_sign_answers() {
    // ORD-4: 1, 2 and 3 are of CA1; 3 is not enrolled.
    let mut authorities = Authorities::new(1);
    let mut parts = ikev2_router(&mut authorities, 1, &[1, 1, 1], &[1, 2], &[]);
    parts.ikev2.profiles[0].pins = vec![ikev2_pin(1, PinUse::Sign)];
    let router = made(parts);
    let of = |scope| answer(&router, scope, &hashes(&router, &[1]), |_, _| {}).map(|(id, _)| id.index() + 1);
    assert_eq!(of(Scope::Global), Some(2));
    assert_eq!(of(Scope::Pins(profile_id(0))), Some(1));
}

#[test]
fn without_hashes_the_newest_enrolment_that_may_sign_signs() {
    // V2-SEL-5, V1-SEL-6
    let router = with_pins(&[(1, PinUse::Sign), (3, PinUse::Sign)]);
    let first = |scope| first_usable(&router, scope).map(|id| id.index() + 1);
    assert_eq!(first(Scope::Global), Some(2));
    assert_eq!(first(Scope::Pins(profile_id(0))), Some(1));
}

#[test]
fn requests_of_encodings_4_and_12_are_answered_and_no_others() {
    // V2-REQ-2
    let answered: Vec<u8> = (0..=255).filter(|&encoding| is_answered(encoding)).collect();
    assert_eq!(answered, [4, 12]);
}

proptest! {
    /// Whatever is asked for, what answers is enrolled, may sign, belongs to the hash at its position, and no hash before
    /// it could have been answered.
    #[test]
    fn what_answers_may_sign_and_is_the_first_that_may(
        asked in proptest::collection::vec(0..=3_usize, 0..8),
        pins in proptest::collection::vec((1..=3_usize, 0..3_u8), 0..4),
    ) {
        let uses = |number| [PinUse::SignAndVerify, PinUse::Sign, PinUse::Verify][usize::from(number)];
        let pins: Vec<_> = pins.into_iter().map(|(number, it)| (number, uses(it))).collect();
        let router = with_pins(&pins);
        let asked_for = hashes(&router, &asked);
        for role in [Role::Initiator, Role::Responder] {
            let scope = Scope::of(&router, role, profile_id(0));
            let signs = |number: usize| pins.iter().any(|(pin, uses)| *pin == number && *uses != PinUse::Verify);
            let any_signs = (1..=3).any(signs);
            let may = |number: usize| {
                let global = !any_signs && role == Role::Responder;
                [1, 2].contains(&number) && (signs(number) || global)
            };
            let expected = asked.iter().position(|&number| may(number));
            let found = answer(&router, scope, &asked_for, |_, _| {});
            prop_assert_eq!(found.map(|(_, position)| position), expected);
            prop_assert_eq!(
                found.map(|(id, _)| id.index() + 1),
                expected.map(|position| asked[position])
            );
        }
    }
}
