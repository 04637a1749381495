//! The negotiations of the four excerpts, run by two endpoints instead of made by hand: their real events cover them too.

use crypto::Group;
use ike::{Router, Sourced};

use super::reference::*;
use super::world::*;
use crate::live::negotiate_between;
use crate::reference::assert_covers;
use crate::world::*;

const R1: usize = 0;
const R2: usize = 1;

#[test]
fn a_negotiation_with_one_trustpoint_on_both_sides_has_the_packets_of_the_document() {
    let routers = [with_ikev2(&r1(), 1, &[TP1]), with_ikev2(&r2(), 1, &[TP1])];
    let [r1, r2] = negotiate_between(routers, R1);
    assert_covers(&r1, &CERTIFICATES_OF_R1);
    for text in [r1, r2] {
        assert!(text.contains("Session with IKE ID PAIR"), "{text}");
        assert!(text.contains("IPSEC(create_sa): sa created,"), "{text}");
    }
}

#[test]
fn a_negotiation_without_a_trustpoint_stops_in_the_words_of_the_document() {
    let routers = [with_ikev2(&r1(), 1, &[]), with_ikev2(&r2(), 1, &[TP1])];
    let [r1, r2] = negotiate_between(routers, R1);
    assert_covers(&r1, &WITHOUT_TRUSTPOINT);
    assert!(!r2.contains("IKE_AUTH"), "{r2}");
}

#[test]
fn a_negotiation_with_overlapping_profiles_has_no_child_sa_in_the_words_of_the_document() {
    let routers = [with_ikev2(&r1(), 1, &[TP1]), with_ikev2(&r2(), 3, &[TP1])];
    let [r1, r2] = negotiate_between(routers, R1);
    assert_covers(&r2, &THREE_PROFILES);
    for text in [r1, r2] {
        assert!(text.contains("Session with IKE ID PAIR"), "{text}");
        assert!(!text.contains("IPSEC(create_sa)"), "{text}");
        assert!(!text.contains("exchange failed"), "{text}");
    }
}

#[test]
fn the_negotiation_that_r2_begins_fails_in_the_words_of_the_document() {
    let routers = [with_ikev2(&r1(), 1, &[TP1]), with_ikev2(&r2(), 1, &[TP1, TP2])];
    let [r1, r2] = negotiate_between(routers, R2);
    assert_covers(&r2, &R2_AS_INITIATOR);
    assert_covers(&r1, &R1_AS_RESPONDER);
    for text in [r1, r2] {
        assert!(!text.contains("Session with IKE ID PAIR"), "{text}");
        assert!(text.contains("Auth exchange failed"), "{text}");
    }
}

#[test]
fn a_group_that_the_responder_does_not_have_is_told_by_both_sides_and_another_one_serves() {
    let mut parts = with_ikev2(&r1(), 1, &[TP1]).parts().clone();
    parts.ikev2.proposals[0].groups.insert(0, Sourced::default_value(Group::Modp2048));
    let [r1, r2] = negotiate_between([Router::new(parts).unwrap(), with_ikev2(&r2(), 1, &[TP1])], R1);
    let wanted =
        "IKEv2:(SA ID = 1):Processing invalid ke notification, we sent group 14, peer prefers group 2";
    assert!(r1.contains(wanted), "{r1}");
    assert!(r2.contains("The peer's KE payload contained the wrong DH group"), "{r2}");
    for text in [r1, r2] {
        assert!(text.contains("Session with IKE ID PAIR"), "{text}");
    }
}

#[test]
fn a_fragmented_message_is_listed_whole_by_both_sides_and_its_fragments_are_counted() {
    let fragmenting = |router: &Router| {
        let mut parts = with_ikev2(router, 1, &[TP1]).parts().clone();
        parts.ikev2.fragmentation = Some(Sourced::default_value(576));
        Router::new(parts).unwrap()
    };
    let [r1, r2] = negotiate_between([fragmenting(&r1()), fragmenting(&r2())], R1);
    let contents = "  VID IDi CERT CERTREQ NOTIFY(HTTP_CERT_LOOKUP_SUPPORTED) AUTH ";
    for text in [&r1, &r2] {
        assert_eq!(text.matches(contents).count(), 1, "{text}");
        assert!(text.contains("Session with IKE ID PAIR"), "{text}");
    }
    for number in [1, 2] {
        assert!(r1.contains(&format!("ikespec: fragment {number} of 2 sent")), "{r1}");
        assert!(r2.contains(&format!("ikespec: fragment {number} of 2 received")), "{r2}");
    }
}
