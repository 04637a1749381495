//! What holds over the whole bounded space, of two CAs and of three, in both IKE versions.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use model::*;

const ROLES: [Role; 2] = [Role::Initiator, Role::Responder];

fn spaces() -> impl Iterator<Item = Space> {
    let versions = [Version::Ikev1, Version::Ikev2];
    versions.into_iter().flat_map(|version| [1, 2, 3].map(|cas| Space::new(version, cas)))
}

fn pins(router: &Router) -> TrustpointSet {
    Set::of(router.profiles[0].pins.iter().map(|pin| pin.trustpoint))
}

fn enrolled(router: &Router) -> TrustpointSet {
    Set::of(router.enrolments.iter().map(|enrolment| enrolment.trustpoint))
}

#[test]
fn the_space_has_every_enrolment_order_and_every_pin_set() {
    let lengths = [1, 2, 3, 4].map(|cas| Space::new(Version::Ikev1, cas).len());
    // (1 + 1) x 2, (1 + 2 + 2) x 4, (1 + 3 + 6 + 6) x 8, (1 + 4 + 12 + 24 + 24) x 16; squared, in both directions.
    assert_eq!(lengths, [32, 800, 32_768, 2_163_200]);
}

#[test]
fn equal_pins_come_up_from_both_sides_when_each_is_enrolled_in_a_pinned_ca_of_the_other() {
    let mut counted = 0;
    for space in spaces() {
        for negotiation in space.negotiations() {
            let pinned = pins(negotiation.initiator);
            let in_one = |router| pinned.iter().any(|id| enrolled(router).contains(id));
            if pinned == pins(negotiation.responder)
                && !pinned.is_empty()
                && in_one(negotiation.initiator)
                && in_one(negotiation.responder)
            {
                let prediction = ios::predict(&negotiation);
                // The responder of IKEv1 answers MM3, which asks for pins only, so that its certificate is a pin's. The
                // initiator signs with a pin. In IKEv2 both sides sign with pins.
                assert_eq!(prediction.outcome, Outcome::Up, "{negotiation:#?}");
                counted += 1;
            }
        }
    }
    assert!(counted > 1000, "{counted}");
}

#[test]
fn what_comes_up_is_covered_by_the_validation_lists() {
    for space in spaces() {
        for negotiation in space.negotiations() {
            let prediction = ios::predict(&negotiation);
            let authenticated = !matches!(prediction.outcome, Outcome::Failed(_));
            for role in ROLES {
                let list = prediction.validation_list[role];
                let anchor = prediction.anchor[role];
                assert!(!authenticated || anchor.is_some());
                assert!(anchor.is_none_or(|anchor| list.unwrap().contains(anchor)));
                // Both have the same CAs under the same numbers, and no CA is below another.
                assert!(anchor.is_none() || anchor == prediction.signed_with(role.other()));
            }
        }
    }
}

#[test]
fn who_signs_was_asked_for_it_or_was_asked_for_nothing() {
    for space in spaces() {
        for negotiation in space.negotiations() {
            let prediction = ios::predict(&negotiation);
            for role in ROLES {
                let Some(choice) = prediction.chosen[role] else { continue };
                let asked = prediction.requests[role.other()].unwrap();
                match choice.decided_by {
                    DecidedBy::Request(request) => assert!(asked.contains(&request)),
                    DecidedBy::NewestEnrolment => assert!(asked.is_empty()),
                }
                assert!(enrolled(negotiation.router(role)).contains(choice.trustpoint));
            }
        }
    }
}

#[test]
fn renaming_the_cas_changes_nothing_else() {
    // CA n becomes CA 2 - n on both routers. Trustpoints without enrolment are asked for in configuration order, so that
    // renaming reverses this order, too: only routers that are enrolled everywhere stay the same otherwise.
    let renamed = |router: &Router| {
        let mut router = router.clone();
        let turn = |id: &mut TrustpointId| id.0 = 2 - id.0;
        router.enrolments.iter_mut().for_each(|enrolment| turn(&mut enrolment.trustpoint));
        router.profiles[0].pins.iter_mut().for_each(|pin| turn(&mut pin.trustpoint));
        router
    };
    let mut counted = 0;
    for version in [Version::Ikev1, Version::Ikev2] {
        for negotiation in Space::new(version, 3).negotiations() {
            let everywhere = |router: &Router| router.enrolments.len() == 3;
            if !everywhere(negotiation.initiator) || !everywhere(negotiation.responder) {
                continue;
            }
            let before = ios::predict(&negotiation);
            let (initiator, responder) = (renamed(negotiation.initiator), renamed(negotiation.responder));
            let after = Negotiation { initiator: &initiator, responder: &responder, ..negotiation };
            let after = ios::predict(&after);
            assert_eq!((before.outcome, before.rules), (after.outcome, after.rules));
            for role in ROLES {
                assert_eq!(
                    before.signed_with(role).map(|id| 2 - id.0),
                    after.signed_with(role).map(|id| id.0)
                );
            }
            counted += 1;
        }
    }
    assert_eq!(counted, 2 * (6 * 8) * (6 * 8) * 2);
}

#[test]
fn renaming_the_routers_changes_nothing_else() {
    for version in [Version::Ikev1, Version::Ikev2] {
        let space = Space::new(version, 2);
        let by_initiator: Vec<Prediction> = space.negotiations().map(|one| ios::predict(&one)).collect();
        // The first router's way a and the second's way b, begun by the first, are at (a, b, 0); the same with the names
        // exchanged, so that the second begins with way a, at (b, a, 1).
        let ways = 20;
        for a in 0..ways {
            for b in 0..ways {
                let one = by_initiator[(a * ways + b) * 2];
                let other = by_initiator[(b * ways + a) * 2 + 1];
                assert_eq!((one.outcome, one.chosen, one.rules), (other.outcome, other.chosen, other.rules));
                assert_eq!((one.requests, one.validation_list), (other.requests, other.validation_list));
            }
        }
    }
}

#[test]
fn what_ios_does_is_in_the_rfc_set_or_the_requirement_that_it_leaves_is_named() {
    for space in spaces() {
        for negotiation in space.negotiations() {
            let comparison = rfc::compare(&negotiation);
            let outcome = comparison.prediction.outcome;
            let grounds = comparison.grounds.expect("there is a way to everything that IOS does");
            let (initiator, responder) = (negotiation.initiator, negotiation.responder);
            let nothing_to_send = |role| {
                let failure =
                    |message| Failure { message, router: role, reason: Reason::NoCertificateToSend };
                use Message::{IkeAuthRequest, IkeAuthResponse, Mm5};
                let failures = [Mm5, IkeAuthRequest, IkeAuthResponse].map(failure).map(Outcome::Failed);
                failures.contains(&outcome) && !enrolled(negotiation.router(role)).is_empty()
            };
            let (standing, against, conflicts) = match negotiation.version {
                // An initiator that has certificates, and pins only CAs that gave it none, does not answer. That would be
                // its right if all that it was asked for were unknown to it: if the responder asked for its pins alone,
                // and the initiator had no certificate from one of these.
                Version::Ikev1 if nothing_to_send(Role::Initiator) => {
                    let asked = pins(responder);
                    let unknown =
                        !asked.is_empty() && !asked.iter().any(|id| enrolled(initiator).contains(id));
                    match unknown {
                        true => (rfc::Standing::Allowed, Set::EMPTY, Set::EMPTY),
                        false => {
                            let left = Set::of([rfc::Requirement::RespondWithMatching]);
                            (rfc::Standing::Forbidden, left, Set::EMPTY)
                        }
                    }
                }
                Version::Ikev2 if nothing_to_send(Role::Initiator) || nothing_to_send(Role::Responder) => {
                    (rfc::Standing::Ambiguous, Set::EMPTY, Set::of([rfc::Conflict::AnswerInIkev2]))
                }
                _ => (rfc::Standing::Allowed, Set::EMPTY, Set::EMPTY),
            };
            assert_eq!(grounds.standing(), standing, "{comparison:#?}");
            assert_eq!((grounds.against, grounds.conflicts), (against, conflicts), "{comparison:#?}");
        }
    }
}

#[test]
fn no_rfc_outcome_has_a_certificate_accepted_that_no_list_covers() {
    for space in spaces() {
        for negotiation in space.negotiations() {
            let reading = rfc::read(&negotiation);
            let accepts = |role| {
                let router = negotiation.router(role);
                let list = if pins(router).is_empty() { router.authenticated() } else { pins(router) };
                let peers = enrolled(negotiation.router(role.other()));
                list.iter().any(|id| peers.contains(id))
            };
            if reading.allowed().any(|outcome| outcome == Outcome::Up) {
                assert!(accepts(Role::Initiator) && accepts(Role::Responder), "{negotiation:#?}");
            }
        }
    }
}
