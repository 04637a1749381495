//! Which certificate a router signs with: V1-SEL-1 to V1-SEL-6.

use ike::selection::ChoiceReason;
use ike::{EventKind, FailureCode, Rule, TrustpointId};
use wire::CertificateEncoding;
use wire::ikev1::CertificateRequest;

use crate::routers::{Authorities, Pair, router, trustpoint_id};
use crate::support::{
    MM5, MM6, Outcome, both, negotiate, negotiate_with_late_requests, negotiate_with_requests, outcome,
    request, signed_with,
};

/// What decided which trustpoint the host signs with.
fn reasons(pair: &Pair, host: u8) -> Vec<ChoiceReason> {
    let events = pair.events[usize::from(host) - 1].iter();
    let chosen = events.filter_map(|event| match event.kind {
        EventKind::TrustpointChosen { reason, .. } => Some(reason),
        _ => None,
    });
    chosen.collect()
}

/// The candidates that the host looked up in its profile, and whether it found them.
fn examined(pair: &Pair, host: u8) -> Vec<(TrustpointId, bool)> {
    let events = pair.events[usize::from(host) - 1].iter();
    let looked_up = events.filter_map(|event| match event.kind {
        EventKind::PinExamined { trustpoint, found } => Some((trustpoint, found)),
        _ => None,
    });
    looked_up.collect()
}

fn requests_read(pair: &Pair, host: u8) -> usize {
    pair.count(host, |kind| matches!(kind, EventKind::RequestRead { .. }))
}

/// The name of a CA, as a request carries it.
fn name(authorities: &Authorities, ca: usize) -> Vec<u8> {
    authorities.certificate(ca).subject().as_der().to_vec()
}

#[test]
fn the_first_request_that_can_be_answered_decides_and_the_later_ones_are_read() {
    // V1-SEL-1: R1 asks for CA3, CA2, CA1; R2 has certificates of CA1 and CA2.
    let mut authorities = Authorities::new(3);
    let r1 = router(&mut authorities, 1, &[1, 2, 3], &[3, 2, 1], &[]);
    let r2 = router(&mut authorities, 2, &[1, 2, 3], &[1, 2], &[]);
    let pair = negotiate([r1, r2], 1);
    assert_eq!(signed_with(&pair, 2), Some(2));
    assert_eq!(reasons(&pair, 2), [ChoiceReason::Request { position: 1 }]);
    assert_eq!(requests_read(&pair, 2), 3);
    assert_eq!(outcome(&pair), Outcome::Up);
}

#[test]
fn a_request_for_an_unknown_authority_is_passed_over() {
    // V1-SEL-1: R2 knows CA1 only.
    let mut authorities = Authorities::new(3);
    let r1 = router(&mut authorities, 1, &[1, 2, 3], &[3, 2, 1], &[]);
    let r2 = router(&mut authorities, 2, &[1], &[1], &[]);
    let pair = negotiate([r1, r2], 1);
    assert_eq!(signed_with(&pair, 2), Some(1));
    assert_eq!(reasons(&pair, 2), [ChoiceReason::Request { position: 2 }]);
}

#[test]
fn what_is_no_name_and_what_is_no_request_for_a_signing_certificate_is_passed_over() {
    // V1-SEL-1, RFC 2408 5.10
    let mut authorities = Authorities::new(2);
    let [first, second] = [1, 2].map(|ca| name(&authorities, ca));
    let for_revocation_list = CertificateRequest { encoding: CertificateEncoding(7), authority: &first };
    let requests = [request(b"\x30\x05CA1"), for_revocation_list, request(&second), request(&first)];
    let parts = both(&mut authorities, (&[1, 2], &[]), (&[1, 2], &[]));
    let pair = negotiate_with_requests(parts, 1, 1, &requests);
    assert_eq!(signed_with(&pair, 2), Some(2));
    assert_eq!(requests_read(&pair, 2), 4);
}

#[test]
fn who_asks_for_a_revocation_list_only_asks_for_no_certificate() {
    // V1-SEL-6; RFC 4945 3.2.3: that there is no list to send is no error.
    let mut authorities = Authorities::new(2);
    let first = name(&authorities, 1);
    let for_revocation_list = CertificateRequest { encoding: CertificateEncoding(7), authority: &first };
    let parts = both(&mut authorities, (&[1, 2], &[]), (&[2, 1], &[]));
    let pair = negotiate_with_requests(parts, 1, 1, &[for_revocation_list]);
    assert_eq!(signed_with(&pair, 2), Some(2));
    assert_eq!(reasons(&pair, 2), [ChoiceReason::NoRequest]);
}

#[test]
fn a_pinned_initiator_looks_each_candidate_up_and_passes_over_what_is_not_pinned() {
    // V1-SEL-2
    let mut authorities = Authorities::new(3);
    let parts = both(&mut authorities, (&[1, 2, 3], &[1]), (&[3, 2, 1], &[]));
    let pair = negotiate(parts, 1);
    let expected = [(trustpoint_id(3), false), (trustpoint_id(2), false), (trustpoint_id(1), true)];
    assert_eq!(examined(&pair, 1), expected);
    assert_eq!(signed_with(&pair, 1), Some(1));
    assert_eq!(outcome(&pair), Outcome::Up);
}

#[test]
fn a_pinned_initiator_signs_with_its_pin_where_another_trustpoint_of_the_authority_was_defined_later() {
    // V1-SEL-2 before ORD-4: of IOSCA1 and IOSCA2, both of CA1, it may use the first only.
    let mut authorities = Authorities::new(1);
    let r1 = router(&mut authorities, 1, &[1, 1], &[2, 1], &[1]);
    let r2 = router(&mut authorities, 2, &[1], &[1], &[]);
    let pair = negotiate([r1, r2], 1);
    assert_eq!(pair.chosen(1), Some(1));
    assert_eq!(outcome(&pair), Outcome::Up);
}

#[test]
fn a_responder_may_use_any_trustpoint_and_does_not_choose_again_when_it_knows_its_pins() {
    // V1-SEL-3: R2's profile is pinned to IOSCA1, R1 asks for CA2 first.
    let mut authorities = Authorities::new(2);
    let parts = both(&mut authorities, (&[2, 1], &[]), (&[1, 2], &[1]));
    let pair = negotiate(parts, 1);
    assert_eq!(signed_with(&pair, 2), Some(2));
    assert_eq!(reasons(&pair, 2).len(), 1);
    assert_eq!(examined(&pair, 2), []);
    assert!(pair.told(2, |kind| matches!(kind, EventKind::ProfileMatched { matched: Some(_) })));
    // R2's MM4 asks for CA1 first, so R1 signs with what R2 has pinned.
    assert_eq!(outcome(&pair), Outcome::Up);
}

#[test]
fn an_initiator_without_pins_may_use_any_trustpoint() {
    // V1-SEL-3
    let mut authorities = Authorities::new(2);
    let parts = both(&mut authorities, (&[1, 2], &[]), (&[2, 1], &[]));
    let pair = negotiate(parts, 1);
    assert_eq!(signed_with(&pair, 1), Some(2));
    assert_eq!(examined(&pair, 1), []);
}

#[test]
fn the_requests_of_mm3_decide_mm6_and_those_of_mm4_decide_mm5() {
    // V1-SEL-4: what a router asks for itself has no part in what it signs with.
    let mut authorities = Authorities::new(2);
    for from in [1, 2] {
        let parts = both(&mut authorities, (&[2, 1], &[]), (&[1, 2], &[]));
        let pair = negotiate(parts, from);
        assert_eq!((signed_with(&pair, 1), signed_with(&pair, 2)), (Some(1), Some(2)), "from R{from}");
    }
}

#[test]
fn requests_in_mm5_count_after_those_of_mm3() {
    // V1-SEL-4
    let mut authorities = Authorities::new(3);
    let names = [1, 2, 3].map(|ca| name(&authorities, ca));
    let [first, second, third] = [0, 1, 2].map(|index| request(&names[index]));
    let mut parts = || {
        let r1 = router(&mut authorities, 1, &[1, 2, 3], &[1, 2, 3], &[]);
        [r1, router(&mut authorities, 2, &[1, 2], &[1, 2], &[])]
    };
    // R2 has no certificate of CA3: what R1 asks for late decides.
    let pair = negotiate_with_late_requests(parts(), &[third], &[second, first]);
    assert_eq!(signed_with(&pair, 2), Some(2));
    assert_eq!(reasons(&pair, 2), [ChoiceReason::Request { position: 1 }]);
    // What R1 asked for early has decided before.
    let pair = negotiate_with_late_requests(parts(), &[third, first], &[second]);
    assert_eq!(signed_with(&pair, 2), Some(1));
    // Requests in MM5 are requests: V1-SEL-6 is not asked.
    let pair = negotiate_with_late_requests(parts(), &[], &[second]);
    assert_eq!(signed_with(&pair, 2), Some(2));
    assert_eq!(reasons(&pair, 2), [ChoiceReason::Request { position: 0 }]);
}

#[test]
fn an_initiator_that_can_answer_no_request_fails_when_it_has_to_send_mm5() {
    // V1-SEL-5: R1 has a certificate of CA1 only, R2 does not know CA1.
    let mut authorities = Authorities::new(2);
    let r1 = router(&mut authorities, 1, &[1, 2], &[1], &[]);
    let r2 = router(&mut authorities, 2, &[2], &[1], &[]);
    let pair = negotiate([r1, r2], 1);
    assert_eq!(outcome(&pair), Outcome::Failed(MM5, 1, FailureCode::NoCertificateToSend));
    assert_eq!(pair.sent.len(), 4, "MM5 is not sent");
}

#[test]
fn a_pinned_initiator_whose_pins_nobody_asks_for_fails_when_it_has_to_send_mm5() {
    // V1-SEL-5 with V1-SEL-2: it has a certificate that R2 asks for, and may not use it.
    let mut authorities = Authorities::new(2);
    let r1 = router(&mut authorities, 1, &[1, 2], &[1, 2], &[1]);
    let r2 = router(&mut authorities, 2, &[2], &[1], &[]);
    let pair = negotiate([r1, r2], 1);
    assert_eq!(outcome(&pair), Outcome::Failed(MM5, 1, FailureCode::NoCertificateToSend));
    let failure = pair.events[0].iter().find_map(|event| match &event.kind {
        EventKind::Failed(failure) => Some(failure),
        _ => None,
    });
    assert_eq!(failure.unwrap().rule, Some(Rule::V1Sel5));
}

#[test]
fn a_responder_that_can_answer_no_request_fails_when_it_has_to_send_mm6() {
    // V1-SEL-5: R1 knows CA1 only, R2 has a certificate of CA2 only and knows CA1.
    let mut authorities = Authorities::new(2);
    let r1 = router(&mut authorities, 1, &[1], &[1], &[]);
    let r2 = router(&mut authorities, 2, &[1, 2], &[2], &[]);
    let pair = negotiate([r1, r2], 1);
    assert_eq!(outcome(&pair), Outcome::Failed(MM6, 2, FailureCode::NoCertificateToSend));
    assert_eq!(pair.sent.len(), 5, "MM5 is sent and MM6 is not");
    assert!(pair.told(2, |kind| *kind == EventKind::SignatureChecked { valid: true }));
}

#[test]
fn without_requests_the_newest_enrolment_that_may_be_used_signs() {
    // V1-SEL-6
    let mut authorities = Authorities::new(3);
    // The responder, whose pins do not count (V1-SEL-3).
    let parts = both(&mut authorities, (&[1], &[]), (&[3, 1, 2], &[1]));
    let pair = negotiate_with_requests(parts, 1, 1, &[]);
    assert_eq!(signed_with(&pair, 2), Some(3));
    assert_eq!(reasons(&pair, 2), [ChoiceReason::NoRequest]);
    // An initiator without pins.
    let parts = both(&mut authorities, (&[2, 1, 3], &[]), (&[1, 2, 3], &[]));
    let pair = negotiate_with_requests(parts, 1, 2, &[]);
    assert_eq!(signed_with(&pair, 1), Some(2));
    assert_eq!(outcome(&pair), Outcome::Up);
    // An initiator with pins.
    let parts = both(&mut authorities, (&[2, 3, 1], &[1, 3]), (&[1, 2, 3], &[]));
    let pair = negotiate_with_requests(parts, 1, 2, &[]);
    assert_eq!(signed_with(&pair, 1), Some(3));
    assert_eq!(outcome(&pair), Outcome::Up);
}

#[test]
fn an_empty_request_is_answered_like_none_at_its_place() {
    // V1-SEL-6, V1-SEL-1
    let mut authorities = Authorities::new(3);
    let names = [1, 2].map(|ca| name(&authorities, ca));
    let [first, second, any] = [request(&names[0]), request(&names[1]), request(&[])];
    let mut signed_after = |requests: &[CertificateRequest<'_>]| {
        let r1 = router(&mut authorities, 1, &[1, 2, 3], &[1, 2, 3], &[]);
        let r2 = router(&mut authorities, 2, &[1, 2, 3], &[3, 1], &[]);
        let pair = negotiate_with_requests([r1, r2], 1, 1, requests);
        (signed_with(&pair, 2), reasons(&pair, 2))
    };
    assert_eq!(signed_after(&[any]), (Some(3), vec![ChoiceReason::EmptyRequest { position: 0 }]));
    assert_eq!(signed_after(&[any, first]), (Some(3), vec![ChoiceReason::EmptyRequest { position: 0 }]));
    assert_eq!(signed_after(&[first, any]), (Some(1), vec![ChoiceReason::Request { position: 0 }]));
    // R2 has no certificate of CA2.
    assert_eq!(signed_after(&[second, any]), (Some(3), vec![ChoiceReason::EmptyRequest { position: 1 }]));
}

#[test]
fn an_empty_request_gives_a_pinned_initiator_no_more_than_its_pins() {
    // V1-SEL-6 with V1-SEL-2
    let mut authorities = Authorities::new(2);
    let parts = both(&mut authorities, (&[2, 1], &[1]), (&[2, 1], &[]));
    let pair = negotiate_with_requests(parts, 1, 2, &[request(&[])]);
    assert_eq!(signed_with(&pair, 1), Some(1));
    assert_eq!(outcome(&pair), Outcome::Up);
}
