//! What the peer's certificate is validated against, and what a refusal leads to: V1-VAL-1 to V1-VAL-4. V1-VAL-5 is in
//! `outcomes`.

use std::time::Duration;

use ike::{
    AnyProfileId, DeleteReason, EventKind, Failure, FailureCode, MessageName, Origin, ProfileId, RouterParts,
    Rule, Sourced,
};
use lab::certificates::CertificateSpecification;
use pki::{CalendarTime, RevocationList, RevocationMethod};

use crate::routers::{Authorities, NOON, Pair, router};
use crate::support::{MM4, MM5, MM6, Outcome, both, negotiate, negotiate_with_requests, outcome, request};

/// The profile whose pins are the list, and the numbers of the trustpoints in it, against which a host validated.
fn validated_against(pair: &Pair, host: u8) -> (Option<usize>, Vec<usize>) {
    let found = pair.events[usize::from(host) - 1].iter().find_map(|event| match &event.kind {
        EventKind::ValidationStarted { pinned_by, list } => Some((*pinned_by, list)),
        _ => None,
    });
    let (pinned_by, list) = found.unwrap();
    let mut numbers: Vec<usize> = list.iter().map(|trustpoint| trustpoint.index() + 1).collect();
    numbers.sort_unstable();
    (pinned_by.and_then(AnyProfileId::isakmp).map(ProfileId::index), numbers)
}

fn failure(pair: &Pair, host: u8) -> &Failure {
    let found = pair.events[usize::from(host) - 1].iter().find_map(|event| match &event.kind {
        EventKind::Failed(failure) => Some(failure),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn a_pinned_router_validates_against_its_pins_in_both_roles() {
    // V1-VAL-1: R1 pins two of three, R2 pins nothing.
    let mut authorities = Authorities::new(3);
    for from in [1, 2] {
        let parts = both(&mut authorities, (&[1, 2, 3], &[3, 1]), (&[1, 2, 3], &[]));
        let pair = negotiate(parts, from);
        assert_eq!(validated_against(&pair, 1), (Some(0), vec![1, 3]), "from R{from}");
        assert_eq!(validated_against(&pair, 2), (None, vec![1, 2, 3]), "from R{from}");
    }
}

#[test]
fn trustpoints_without_enrolment_are_in_the_list() {
    // V1-VAL-1, ORD-2
    let mut authorities = Authorities::new(2);
    let r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    let r2 = router(&mut authorities, 2, &[1, 2], &[1], &[]);
    assert_eq!(validated_against(&negotiate([r1, r2], 1), 2), (None, vec![1, 2]));
}

#[test]
fn an_initiator_refuses_in_mm6_what_it_has_not_pinned() {
    // V1-VAL-1, V1-VAL-2: R2 is made to believe that R1 asks for CA2.
    let mut authorities = Authorities::new(2);
    let parts = both(&mut authorities, (&[1, 2], &[1]), (&[1, 2], &[]));
    let second = authorities.certificate(2).subject().as_der().to_vec();
    let pair = negotiate_with_requests(parts, 1, 1, &[request(&second)]);
    assert_eq!(outcome(&pair), Outcome::Failed(MM6, 1, FailureCode::NoSuitableTrustpoint));
}

/// The document's pair, begun by R2: R1 refuses MM5.
fn refused_in_mm5() -> Pair {
    negotiate(both(&mut Authorities::new(2), (&[2, 1], &[1]), (&[1, 2], &[])), 2)
}

#[test]
fn a_chain_that_ends_at_no_pin_is_refused_and_nothing_is_sent_back() {
    // V1-VAL-2
    let pair = refused_in_mm5();
    assert_eq!(outcome(&pair), Outcome::Failed(MM5, 1, FailureCode::NoSuitableTrustpoint));
    assert_eq!(failure(&pair, 1).rule, Some(Rule::V1Val2));
    // The line `ca trust-point IOSCA1`.
    assert!(failure(&pair, 1).origins.contains(&Origin::new(301)));
    assert_eq!(pair.sent.len(), 5, "MM5 is the last message");
    assert!(!pair.told(2, |kind| matches!(kind, EventKind::Failed(_))));
}

/// What a host sent again: when, in seconds, and what.
fn sent_again(pair: &Pair, host: u8) -> Vec<(u64, MessageName)> {
    let events = pair.events[usize::from(host) - 1].iter();
    let again = events.filter_map(|event| match &event.kind {
        EventKind::Sent(record) if record.retransmission > 0 => {
            Some((event.at.monotonic.as_secs(), record.name))
        }
        _ => None,
    });
    again.collect()
}

fn deleted_at(pair: &Pair, host: u8) -> Option<u64> {
    let deleted = EventKind::Deleted { reason: DeleteReason::Retransmissions };
    let mut events = pair.events[usize::from(host) - 1].iter();
    events.find(|event| event.kind == deleted).map(|event| event.at.monotonic.as_secs())
}

#[test]
fn after_a_refusal_both_sides_repeat_their_last_message_five_times_and_delete() {
    // V1-VAL-3: every ten seconds; the sixth time the negotiation is deleted.
    let mut pair = refused_in_mm5();
    pair.pass(Duration::from_secs(600), true);
    for (host, message) in [(1, MM4), (2, MM5)] {
        let expected: Vec<_> = [10, 20, 30, 40, 50].map(|second| (second, message)).into();
        assert_eq!(sent_again(&pair, host), expected);
        assert_eq!(deleted_at(&pair, host), Some(60));
    }
    // The one has refused and told why; the other has heard nothing.
    assert_eq!(pair.count(1, |kind| matches!(kind, EventKind::Failed(_))), 1);
    assert_eq!(pair.count(2, |kind| matches!(kind, EventKind::Failed(_))), 1);
    assert_eq!((failure(&pair, 2).message, failure(&pair, 2).code), (MM5, FailureCode::NoAnswer));
}

#[test]
fn after_a_refusal_a_copy_is_answered_with_the_last_message() {
    // V1-VAL-3: the copy of MM5 is answered with MM4, and that one with MM5.
    let mut pair = refused_in_mm5();
    let mm5 = pair.sent[4].clone();
    pair.now = pair.now.plus(Duration::from_secs(5));
    pair.deliver(mm5);
    pair.settle();
    assert_eq!(sent_again(&pair, 1), [(5, MM4)]);
    assert_eq!(sent_again(&pair, 2), [(5, MM5)]);
}

/// What becomes of R1's MM5 when its certificate is changed so, and R2 checks revocation by these methods.
fn judged(
    change: impl FnOnce(&mut CertificateSpecification),
    methods: &[RevocationMethod],
    list: impl FnOnce(&Authorities) -> Option<RevocationList>,
) -> Pair {
    let mut authorities = Authorities::new(1);
    let [mut r1, mut r2]: [RouterParts; 2] = both(&mut authorities, (&[1], &[]), (&[1], &[]));
    r1.trustpoints[0].enrolment = Some(authorities.enrolment_with(1, "R1", change));
    r2.trustpoints[0].revocation = Sourced::default_value(methods.to_vec());
    r2.trustpoints[0].revocation_lists = list(&authorities).into_iter().collect();
    negotiate([r1, r2], 1)
}

fn assert_refused(pair: &Pair, code: FailureCode) {
    assert_eq!(outcome(pair), Outcome::Failed(MM5, 2, code));
    assert_eq!(failure(pair, 2).rule, Some(Rule::V1Val4));
    assert_eq!(pair.sent.len(), 5, "nothing is sent back");
}

#[test]
fn a_certificate_outside_its_validity_is_refused_as_what_it_is() {
    // V1-VAL-4
    let until = |end: i64| {
        move |certificate: &mut CertificateSpecification| {
            certificate.not_after = CalendarTime::from_unix(end);
        }
    };
    let from = |start: i64| {
        move |certificate: &mut CertificateSpecification| {
            certificate.not_before = CalendarTime::from_unix(start);
        }
    };
    let unchecked = &[RevocationMethod::None];
    assert_refused(&judged(until(NOON - 1), unchecked, |_| None), FailureCode::CertificateExpired);
    assert_refused(&judged(from(NOON + 1), unchecked, |_| None), FailureCode::CertificateNotYetValid);
    // RFC 5280 4.1.2.5: both ends belong to the validity.
    assert_eq!(outcome(&judged(until(NOON), unchecked, |_| None)), Outcome::Up);
    assert_eq!(outcome(&judged(from(NOON), unchecked, |_| None)), Outcome::Up);
}

#[test]
fn a_certificate_that_its_issuer_did_not_sign_is_refused_as_forged() {
    // V1-VAL-4
    let signed_by_itself =
        |certificate: &mut CertificateSpecification| certificate.issuer_key = certificate.subject_key.into();
    let pair = judged(signed_by_itself, &[RevocationMethod::None], |_| None);
    assert_refused(&pair, FailureCode::CertificateForged);
}

#[test]
fn a_revoked_certificate_a_missing_list_and_a_stale_one_are_three_refusals() {
    // V1-VAL-4
    let by_list =
        |list: fn(&Authorities) -> Option<RevocationList>| judged(|_| {}, &[RevocationMethod::Crl], list);
    assert_eq!(outcome(&by_list(|ca| Some(ca.revocation_list(1, NOON + 3600, false)))), Outcome::Up);
    let revoked = by_list(|ca| Some(ca.revocation_list(1, NOON + 3600, true)));
    assert_refused(&revoked, FailureCode::CertificateRevoked);
    assert_refused(&by_list(|_| None), FailureCode::RevocationListMissing);
    let stale = by_list(|ca| Some(ca.revocation_list(1, NOON - 60, false)));
    assert_refused(&stale, FailureCode::RevocationListStale);
}

#[test]
fn the_methods_of_revocation_are_tried_in_their_order_and_none_accepts() {
    // V1-VAL-4
    use RevocationMethod::{Crl, None as Unchecked, Ocsp};
    let without_list = |methods: &[RevocationMethod]| judged(|_| {}, methods, |_| None);
    let with_list = |methods: &[RevocationMethod], revoked| {
        judged(|_| {}, methods, |ca| Some(ca.revocation_list(1, NOON + 3600, revoked)))
    };
    // A method that gives no answer gives way to the next.
    assert_eq!(outcome(&without_list(&[Crl, Unchecked])), Outcome::Up);
    assert_eq!(outcome(&without_list(&[Ocsp, Unchecked])), Outcome::Up);
    assert_eq!(outcome(&with_list(&[Ocsp, Crl], false)), Outcome::Up);
    assert_refused(&with_list(&[Ocsp, Crl], true), FailureCode::CertificateRevoked);
    assert_refused(&without_list(&[Ocsp]), FailureCode::OcspUnavailable);
    // An answer is final, and after `none` nobody is asked.
    assert_refused(&with_list(&[Crl, Unchecked], true), FailureCode::CertificateRevoked);
    assert_eq!(outcome(&with_list(&[Unchecked, Crl], true)), Outcome::Up);
}
