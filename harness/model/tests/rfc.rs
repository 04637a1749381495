//! The RFCs on single cases: what they allow, what they forbid and where they conflict.

#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use model::Role::{Initiator, Responder};
use model::Version::{Ikev1, Ikev2};
use model::rfc::{Conflict, Requirement, Standing};
use model::*;

fn failed(message: Message, router: Role, reason: Reason) -> Outcome {
    Outcome::Failed(Failure { message, router, reason })
}

fn standing(reading: &rfc::Reading, outcome: Outcome) -> Option<Standing> {
    reading.grounds(outcome).map(|grounds| grounds.standing())
}

#[test]
fn the_side_from_which_the_documents_pair_fails_is_a_choice_that_the_rfc_leaves() {
    let world = world(2);
    let r1 = router(1, &[0, 1], &[1, 0], &[0]);
    let r2 = router(2, &[0, 1], &[0, 1], &[]);
    let from_r2 = negotiation(Ikev1, &world, &r2, &r1);
    // R1 may ask for both CAs, and R2 may answer with either certificate (RFC 4945 3.3.7), of which R1 accepts one.
    let reading = rfc::read(&from_r2);
    let refused = failed(Message::Mm5, Responder, Reason::NoSuitableTrustpoint);
    assert_eq!(standing(&reading, Outcome::Up), Some(Standing::Allowed));
    assert_eq!(standing(&reading, refused), Some(Standing::Allowed));
    assert_eq!(rfc::compare(&from_r2).prediction.outcome, refused);

    // On the way IOS asks in MM3 and gives the order of requests a meaning.
    let left = rfc::compare(&from_r2).conduct;
    assert_eq!(left, Set::of([Requirement::CertreqInMm5, Requirement::CertreqUnordered]));
}

#[test]
fn an_identity_that_the_certificate_does_not_hold_is_accepted_against_rfc_4945() {
    let world = world(1);
    let r1 = with(router(1, &[0], &[0], &[0]), |r1| certificate(r1, 0).alternative_names = Few::none());
    let r2 = router(2, &[0], &[0], &[0]);
    let comparison = rfc::compare(&negotiation(Ikev1, &world, &r1, &r2));
    assert_eq!(comparison.prediction.outcome, Outcome::Up);
    assert_eq!(comparison.grounds.unwrap().against, Set::of([Requirement::FqdnMismatchAbort]));
    assert!(comparison.conduct.contains(Requirement::FqdnMismatchAbort));

    // RFC 7296 3.5 does not demand it.
    let grounds = rfc::compare(&negotiation(Ikev2, &world, &r1, &r2)).grounds.unwrap();
    assert_eq!(grounds.standing(), Standing::Ambiguous);
    assert_eq!(grounds.conflicts, Set::of([Conflict::IdentityInCertificate]));
    assert!(Conflict::IdentityInCertificate.texts().contains(&Requirement::IdNeedNotMatchCert));
}

#[test]
fn a_request_for_the_root_may_be_answered_from_below_it() {
    let world = root_and_sub();
    let r1 = router(1, &[0, 1], &[1], &[]);
    let r2 = router(2, &[0, 1], &[0], &[0]);
    let from_r2 = negotiation(Ikev1, &world, &r2, &r1);
    let comparison = rfc::compare(&from_r2);
    assert_eq!(comparison.prediction.outcome, failed(Message::Mm6, Responder, Reason::NoCertificateToSend));
    assert_eq!(comparison.grounds.unwrap().conflicts, Set::of([Conflict::CorrespondingCertificate]));
    let up = rfc::read(&from_r2).grounds(Outcome::Up).unwrap();
    assert_eq!(up.standing(), Standing::Allowed);
}

#[test]
fn who_knows_none_of_the_requested_cas_may_give_up() {
    let world = world(2);
    let (r1, r2) = (router(1, &[0], &[0], &[]), router(2, &[1], &[0], &[]));
    let comparison = rfc::compare(&negotiation(Ikev1, &world, &r1, &r2));
    let grounds = comparison.grounds.unwrap();
    assert_eq!(grounds.standing(), Standing::Allowed);
    assert!(grounds.by.contains(Requirement::TerminateUnknownCas));
    // Nothing but the place of the requests is left.
    assert_eq!(comparison.conduct, Set::of([Requirement::CertreqInMm5]));
}

#[test]
fn a_revoked_certificate_must_not_be_accepted_unless_the_operator_says_so() {
    let world = world(1);
    let r1 = with(router(1, &[0], &[0], &[0]), |r1| certificate(r1, 0).condition.revoked = true);
    let r2 = router(2, &[0], &[0], &[0]);
    let reading = rfc::read(&negotiation(Ikev1, &world, &r1, &r2));
    assert_eq!(reading.grounds(Outcome::Up).unwrap().against, Set::of([Requirement::UseRevocation]));
    let refused = failed(Message::Mm5, Responder, Reason::CertificateRevoked);
    assert_eq!(standing(&reading, refused), Some(Standing::Allowed));

    let r2 = with(r2, |r2| revocation_check(r2, &[Method::None]));
    let reading = rfc::read(&negotiation(Ikev1, &world, &r1, &r2));
    assert_eq!(standing(&reading, Outcome::Up), Some(Standing::Allowed));
}

#[test]
fn a_chain_that_ends_outside_the_selected_policy_is_where_the_rfc_is_silent() {
    let world = world(2);
    let r1 = router(1, &[0, 1], &[0], &[0]);
    let r2 = router(2, &[0, 1], &[1], &[1]);
    let reading = rfc::read(&negotiation(Ikev1, &world, &r1, &r2));
    let up = reading.grounds(Outcome::Up).unwrap();
    assert!(up.conflicts.contains(Conflict::AnchorBeyondThePolicy));
}

#[test]
fn the_less_specific_profile_is_not_to_be_taken() {
    let world = world(1);
    let r1 = router(1, &[0], &[0], &[0]);
    // The tunnel wants the second profile, which matches the domain only.
    let r2 = with(router(2, &[0], &[0], &[0]), |r2| {
        r2.profiles.push(profile(2, &[0], &[Match::FqdnDomain(domain())]));
        r2.tunnel = Some(Tunnel { profile: Some(ProfileId(1)) });
    });
    let refused = Outcome::NoChildSa(Failure {
        message: Message::IkeAuthRequest,
        router: Responder,
        reason: Reason::ProfileNotTheTunnels,
    });
    let comparison = rfc::compare(&negotiation(Ikev2, &world, &r1, &r2));
    assert_eq!(comparison.prediction.outcome, refused);
    let grounds = comparison.grounds.unwrap();
    assert_eq!(grounds.standing(), Standing::Allowed);
    assert!(grounds.by.contains(Requirement::MostSpecificPolicy));
}

#[test]
fn an_ikev2_initiator_that_stops_although_it_has_what_is_asked_for_is_ambiguous() {
    let world = world(1);
    let r1 = router(1, &[0], &[0], &[]);
    let r2 = router(2, &[0], &[0], &[0]);
    let comparison = rfc::compare(&negotiation(Ikev2, &world, &r1, &r2));
    let stopped = failed(Message::IkeAuthRequest, Initiator, Reason::NoCertificateToSend);
    assert_eq!(comparison.prediction.outcome, stopped);
    assert_eq!(comparison.grounds.unwrap().conflicts, Set::of([Conflict::AnswerInIkev2]));
}
