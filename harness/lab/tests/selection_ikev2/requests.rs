//! V2-REQ-1 to V2-REQ-3, ORD-1 to ORD-4: which hashes go out, and in which order.

use ike::selection::ikev2::{requests, validation_list};
use ike::{Origin, PinUse, Rule, Sourced, Trustpoint};
use pki::{Authority, Name, RevocationMethod};

use crate::routers::{Authorities, ikev2_pin, ikev2_router, trustpoint_id};
use crate::{made, numbers, profile_id};

#[test]
fn the_response_asks_for_every_global_trustpoint_in_the_order_of_enrolment_and_for_no_built_in_one() {
    // Four trustpoints; 3 then 1 are enrolled, 3 last: ORD-1 gives 3, 1 and ORD-2 2, 4.
    let mut authorities = Authorities::new(4);
    let mut parts = ikev2_router(&mut authorities, 1, &[1, 2, 3, 4], &[3, 1], &[2]);
    parts.trustpoints.push(Trustpoint {
        name: "built-in".to_owned(),
        origin: Origin::DEFAULT,
        authority: Some(Authority::NameOnly(Name::from_ios_text("cn=Cisco Root CA M1,o=Cisco").unwrap())),
        enrolment: None,
        revocation: Sourced::default_value(vec![RevocationMethod::None]),
        revocation_lists: Vec::new(),
    });
    let router = made(parts);
    let sent = requests(&router, None);
    assert_eq!(numbers(sent.iter().map(|request| request.trustpoint)), [3, 1, 2, 4]);
    assert!(sent.iter().all(|request| request.because == Rule::V2Req2));
    let orders: Vec<Rule> = sent.iter().map(|request| request.order).collect();
    assert_eq!(orders, [Rule::Ord1, Rule::Ord1, Rule::Ord2, Rule::Ord2]);
}

#[test]
fn the_request_asks_for_the_pins_that_verify_in_the_order_of_enrolment() {
    let mut authorities = Authorities::new(4);
    let mut parts = ikev2_router(&mut authorities, 1, &[1, 2, 3, 4], &[3, 1], &[]);
    // The lines of the profile stand in another order, and 4 may only sign.
    parts.ikev2.profiles[0].pins = vec![
        ikev2_pin(1, PinUse::Verify),
        ikev2_pin(4, PinUse::Sign),
        ikev2_pin(2, PinUse::SignAndVerify),
        ikev2_pin(3, PinUse::SignAndVerify),
    ];
    let router = made(parts);
    let sent = requests(&router, Some(profile_id(0)));
    assert_eq!(numbers(sent.iter().map(|request| request.trustpoint)), [3, 1, 2]);
    assert!(sent.iter().all(|request| request.because == Rule::V2Req3));
    // V2-VAL-1: in the order of the lines.
    assert_eq!(numbers(validation_list(&router, profile_id(0))), [1, 2, 3]);
}

#[test]
fn where_no_pin_verifies_all_global_trustpoints_do_and_are_asked_for() {
    // V2-SEL-3
    let mut authorities = Authorities::new(3);
    let mut parts = ikev2_router(&mut authorities, 1, &[1, 2, 3], &[2], &[]);
    parts.ikev2.profiles[0].pins = vec![ikev2_pin(2, PinUse::Sign)];
    let router = made(parts);
    let sent = requests(&router, Some(profile_id(0)));
    assert_eq!(numbers(sent.iter().map(|request| request.trustpoint)), [2, 1, 3]);
    assert_eq!(numbers(validation_list(&router, profile_id(0))), [2, 1, 3]);
}

#[test]
fn several_trustpoints_of_one_authority_are_one_hash_at_the_place_of_the_first() {
    // ORD-4: trustpoints 1 and 3 are of CA1.
    let mut authorities = Authorities::new(2);
    let router = made(ikev2_router(&mut authorities, 1, &[1, 2, 1], &[3, 2], &[]));
    let sent = requests(&router, None);
    assert_eq!(numbers(sent.iter().map(|request| request.trustpoint)), [3, 2]);
    let hashes = router.request_hashes();
    assert_eq!(hashes.hash_of(trustpoint_id(1)), hashes.hash_of(trustpoint_id(3)));
}

#[test]
fn a_trustpoint_that_is_not_authenticated_takes_part_in_nothing() {
    // ORD-2
    let mut authorities = Authorities::new(2);
    let mut parts = ikev2_router(&mut authorities, 1, &[1, 2], &[1], &[1, 2]);
    parts.trustpoints[1].authority = None;
    let router = made(parts);
    assert_eq!(numbers(requests(&router, None).iter().map(|request| request.trustpoint)), [1]);
    assert_eq!(numbers(validation_list(&router, profile_id(0))), [1]);
    assert_eq!(router.request_hashes().hash_of(trustpoint_id(2)), None);
}

#[test]
fn the_hash_is_sha_1_of_the_subject_public_key_info() {
    // RFC 7296 3.7, whatever the endpoint computes with.
    use crypto::{HashAlgorithm, Hashes, Real};
    let mut authorities = Authorities::new(1);
    let key = authorities.certificate(1).public_key().as_der().to_vec();
    let router = made(ikev2_router(&mut authorities, 1, &[1], &[1], &[]));
    let expected = Real.hash(HashAlgorithm::Sha1, &[&key]);
    assert_eq!(router.request_hashes().hash_of(trustpoint_id(1)).unwrap()[..], *expected);
}
