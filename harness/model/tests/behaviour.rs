//! The table "What follows" of `RULES.md`, from both sides.

#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use model::Message::*;
use model::Outcome::{Failed, NoChildSa, Up};
use model::Reason::*;
use model::Role::{Initiator, Responder};
use model::Version::{Ikev1, Ikev2};
use model::*;

/// A row: the outcome from R1 and from R2, and what R1 and R2 sign with, where they get so far.
#[track_caller]
fn row(version: Version, r1: &Router, r2: &Router, from_r1: Row, from_r2: Row) {
    let world = world(2);
    let forth = negotiation(version, &world, r1, r2);
    let one = ios::predict(&forth);
    assert_eq!((one.outcome, signed(&one)), (from_r1.0, from_r1.1), "from R1: {one:#?}");
    let other = ios::predict(&forth.from_the_other_side());
    let (r2_signs, r1_signs) = signed(&other);
    assert_eq!((other.outcome, (r1_signs, r2_signs)), (from_r2.0, from_r2.1), "from R2: {other:#?}");
}

type Row = (Outcome, (Option<u8>, Option<u8>));

fn signed(prediction: &Prediction) -> (Option<u8>, Option<u8>) {
    let by = |role| prediction.signed_with(role).map(|id| id.0);
    (by(Initiator), by(Responder))
}

fn up(r1_signs: u8, r2_signs: u8) -> Row {
    (Up, (Some(r1_signs), Some(r2_signs)))
}

fn fails(message: Message, router: Role, reason: Reason, signed: (Option<u8>, Option<u8>)) -> Row {
    (Failed(Failure { message, router, reason }), signed)
}

fn no_traffic(message: Message, reason: Reason, r1_signs: u8, r2_signs: u8) -> Row {
    (NoChildSa(Failure { message, router: Responder, reason }), (Some(r1_signs), Some(r2_signs)))
}

const BOTH: &[u8] = &[0, 1];

#[test]
fn of_different_pins_the_documents_pair_comes_up_from_one_side() {
    let r1 = router(1, BOTH, &[1, 0], &[0]);
    let r2 = router(2, BOTH, &[0, 1], &[]);
    let from_r2 = fails(Mm5, Responder, NoSuitableTrustpoint, (None, Some(1)));
    row(Ikev1, &r1, &r2, up(0, 0), from_r2);
}

#[test]
fn the_documents_pair_comes_up_when_the_pin_is_enrolled_last() {
    let r1 = router(1, BOTH, &[0, 1], &[0]);
    let r2 = router(2, BOTH, &[0, 1], &[]);
    row(Ikev1, &r1, &r2, up(0, 0), up(0, 0));
}

#[test]
fn the_documents_pair_comes_up_when_the_peer_has_the_pinned_ca_only() {
    let r1 = router(1, BOTH, &[1, 0], &[0]);
    let r2 = router(2, &[0], &[0], &[]);
    row(Ikev1, &r1, &r2, up(0, 0), up(0, 0));
}

#[test]
fn without_pins_each_signs_for_what_the_other_enrolled_last() {
    let r1 = router(1, BOTH, &[1, 0], &[]);
    let r2 = router(2, BOTH, &[0, 1], &[]);
    row(Ikev1, &r1, &r2, up(0, 1), up(0, 1));
}

#[test]
fn the_same_pin_comes_up() {
    let r1 = router(1, BOTH, &[1, 0], &[0]);
    let r2 = router(2, BOTH, &[0, 1], &[0]);
    // MM3 of R2 asks for its pin only, so that R1 signs with IOSCA1 in both directions.
    row(Ikev1, &r1, &r2, up(0, 0), up(0, 0));
}

#[test]
fn an_unusable_certificate_fails_only_where_it_is_asked_for_first() {
    let unusable = |router: &mut Router| certificate(router, 1).condition.version = X509Version::One;
    let r1 = with(router(1, BOTH, &[0, 1], &[0]), unusable);
    let r2 = with(router(2, BOTH, &[1, 0], &[]), |router| router.unable.version_1 = true);
    let from_r2 = fails(Mm6, Initiator, CertificateUnusable, (Some(1), Some(0)));
    row(Ikev1, &r1, &r2, up(0, 0), from_r2);

    // Nobody pins: both down when R2 enrolled in CA2 last, both up when it enrolled in CA1 last.
    let r1 = with(router(1, BOTH, &[0, 1], &[]), unusable);
    let from_r1 = fails(Mm5, Responder, CertificateUnusable, (Some(1), None));
    row(Ikev1, &r1, &r2, from_r1, fails(Mm6, Initiator, CertificateUnusable, (Some(1), Some(0))));
    let r2 = with(router(2, BOTH, &[0, 1], &[]), |router| router.unable.version_1 = true);
    row(Ikev1, &r1, &r2, up(0, 0), up(0, 0));
}

/// The router has three profiles that match equally, and its tunnel uses the first.
fn three_equal_profiles(router: &mut Router) {
    let profile = router.profiles[0].clone();
    router.profiles.extend([profile.clone(), profile]);
}

#[test]
fn of_equal_profiles_the_last_takes_the_session_and_the_tunnel_is_refused() {
    let r1 = router(1, BOTH, &[1, 0], &[0]);
    let r2 = with(router(2, BOTH, &[0, 1], &[0]), three_equal_profiles);
    row(Ikev1, &r1, &r2, no_traffic(Qm1, ProfileNotTheTunnels, 0, 0), up(0, 0));
    row(Ikev2, &r1, &r2, no_traffic(IkeAuthRequest, ProfileNotTheTunnels, 0, 0), up(0, 0));
    let world = world(2);
    let selected = ios::predict(&negotiation(Ikev2, &world, &r1, &r2)).profile.responder;
    assert_eq!(selected, Binding::To(ProfileId(2)));
}

#[test]
fn an_ikev2_initiator_needs_a_pin_and_a_responder_does_not() {
    let r1 = router(1, BOTH, &[1, 0], &[]);
    let r2 = router(2, BOTH, &[0, 1], &[0]);
    let from_r1 = fails(IkeAuthRequest, Initiator, NoCertificateToSend, (None, None));
    row(Ikev2, &r1, &r2, from_r1, up(0, 0));
}

#[test]
fn ikev2_with_different_pins_comes_up_from_one_side_and_with_equal_ones_from_both() {
    let r1 = router(1, BOTH, &[1, 0], &[0]);
    let r2 = router(2, BOTH, &[0, 1], &[0, 1]);
    let from_r2 = fails(IkeAuthRequest, Responder, NoSuitableTrustpoint, (None, Some(1)));
    row(Ikev2, &r1, &r2, up(0, 0), from_r2);

    // R1's IKE_SA_INIT response asks for CA2 first, and so does its IKE_AUTH request; R2's ask for CA1 first.
    let r1 = router(1, BOTH, &[1, 0], &[0, 1]);
    row(Ikev2, &r1, &r2, up(0, 1), up(0, 1));
}

#[test]
fn the_requests_are_those_of_the_documents_captures() {
    let world = world(2);
    let r1 = router(1, BOTH, &[1, 0], &[0]);
    let r2 = router(2, BOTH, &[0, 1], &[]);
    let built_in = BuiltIn::ALL.map(Request::BuiltIn);
    let everything =
        |first, second| [vec![Request::Ca(Ca(first)), Request::Ca(Ca(second))], built_in.to_vec()].concat();

    let from_r1 = ios::predict(&negotiation(Ikev1, &world, &r1, &r2));
    assert_eq!(from_r1.requests.initiator.unwrap()[..], [Request::Ca(Ca(0))]);
    assert_eq!(from_r1.requests.responder.unwrap()[..], everything(0, 1));
    let from_r2 = ios::predict(&negotiation(Ikev1, &world, &r2, &r1));
    assert_eq!(from_r2.requests.initiator.unwrap()[..], everything(0, 1));
    assert_eq!(from_r2.requests.responder.unwrap()[..], everything(1, 0));

    // IKEv2: the built-in trustpoints are left out, and IKE_AUTH asks for the pins.
    let from_r1 = ios::predict(&negotiation(Ikev2, &world, &r1, &r2));
    assert_eq!(from_r1.requests.initiator.unwrap()[..], [Request::Ca(Ca(0))]);
    assert_eq!(from_r1.requests.responder.unwrap()[..], [Request::Ca(Ca(0)), Request::Ca(Ca(1))]);
}

/// The rules of the document that nothing in the model depends on; beside advice and bytes.
const WITHOUT_BEARING: [&str; 10] = [
    "DEF-1", "DEF-2", "DEF-5", "DEF-6", "V1-POL-1", "V1-VAL-3", "V2-POL-1", "V2-PRO-4", "V2-REQ-4",
    "V2-TRA-1",
];

#[test]
fn every_rule_that_decides_stands_in_the_document_and_the_reverse() {
    let of_the_document: Vec<&str> = RULES
        .lines()
        .filter_map(|line| line.strip_prefix("### ")?.split_once(':'))
        .map(|(id, _)| id)
        .filter(|id| !id.starts_with("ADV-") && !id.starts_with("WIRE-"))
        // Values of a configuration and their comparison, who is silent, the times of retransmission, and the order of
        // payloads.
        .filter(|id| !WITHOUT_BEARING.contains(id))
        .collect();
    let of_the_model: Vec<&str> = Rule::ALL.iter().map(|rule| rule.words()).collect();
    assert_eq!(of_the_model, of_the_document);
}

#[test]
fn every_reason_is_a_failure_code_of_the_readme() {
    let readme = include_str!("../../../README.md");
    for reason in Reason::ALL {
        assert!(readme.contains(&format!("`{}`", reason.words())), "{}", reason.words());
    }
}
