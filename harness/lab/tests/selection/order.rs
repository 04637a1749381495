//! The order of trustpoints: ORD-1 to ORD-4.

use ike::selection::{self, Scope};
use ike::{Origin, Role, Router, RouterParts, Sourced, Trustpoint};
use pki::{Authority, Name};

use crate::routers::{Authorities, router, trustpoint_id};
use crate::support::{Outcome, asked, both, names_asked, negotiate, outcome, signed_with};

/// The numbers of the trustpoints that a router asks with, as responder.
fn asking(parts: RouterParts) -> Vec<usize> {
    let router = Router::new(parts).unwrap();
    let requests = selection::requests(&router, Role::Responder, None);
    requests.iter().map(|request| request.trustpoint.index() + 1).collect()
}

/// The number of the trustpoint that answers a request for a CA.
fn answering(parts: RouterParts, authorities: &Authorities, ca: usize) -> Option<usize> {
    let router = Router::new(parts).unwrap();
    let name = authorities.certificate(ca).subject().as_der().to_vec();
    let answer = selection::answer(&router, Scope::Global, selection::X509_SIGNATURE, &name, |_, _| {});
    answer.map(|trustpoint| trustpoint.index() + 1)
}

#[test]
fn both_routers_ask_in_the_order_of_their_own_certificates() {
    // ORD-1
    let mut authorities = Authorities::new(3);
    let parts = both(&mut authorities, (&[2, 3, 1], &[]), (&[3, 1, 2], &[]));
    let pair = negotiate(parts, 1);
    assert_eq!(asked(&pair, 1), [2, 3, 1]);
    assert_eq!(asked(&pair, 2), [3, 1, 2]);
}

#[test]
fn trustpoints_without_enrolment_follow_in_configuration_order() {
    // ORD-2
    let mut authorities = Authorities::new(4);
    let r1 = router(&mut authorities, 1, &[4, 2, 1, 3], &[3], &[]);
    let r2 = router(&mut authorities, 2, &[1], &[1], &[]);
    // IOSCA3, the third in the configuration, is a trustpoint of CA1 here.
    assert_eq!(asked(&negotiate([r1, r2], 1), 1), [1, 4, 2, 3]);
}

#[test]
fn a_trustpoint_without_enrolment_validates_and_never_signs() {
    // ORD-2: R1 is enrolled in CA1 only, R2 in CA2 only; each trusts the other's CA.
    let mut authorities = Authorities::new(2);
    for from in [1, 2] {
        let parts = both(&mut authorities, (&[1], &[]), (&[2], &[]));
        let pair = negotiate(parts, from);
        assert_eq!((asked(&pair, 1), asked(&pair, 2)), (vec![1, 2], vec![2, 1]));
        assert_eq!((signed_with(&pair, 1), signed_with(&pair, 2)), (Some(1), Some(2)));
        assert_eq!(outcome(&pair), Outcome::Up);
    }
}

#[test]
fn a_trustpoint_that_is_not_authenticated_takes_part_in_nothing() {
    // ORD-2
    let mut authorities = Authorities::new(2);
    let mut parts = router(&mut authorities, 1, &[1, 2], &[1], &[2, 1]);
    parts.trustpoints[1].authority = None;
    assert_eq!(asking(parts.clone()), [1]);
    assert_eq!(answering(parts.clone(), &authorities, 2), None);

    let profile = parts.protections[0].profile.isakmp().map(|profile| profile.value);
    let router = Router::new(parts).unwrap();
    let pinned = selection::requests(&router, Role::Initiator, profile);
    assert_eq!(pinned.iter().map(|request| request.trustpoint).collect::<Vec<_>>(), [trustpoint_id(1)]);
    assert_eq!(selection::validation_list(&router, profile), [trustpoint_id(1)]);
    assert_eq!(selection::validation_list(&router, None), [trustpoint_id(1)]);
}

/// The names of ORD-3, in its order.
const BUILT_IN: [&str; 5] = [
    "ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US",
    "cn=Cisco SSCA2,o=Cisco Systems",
    "cn=Cisco Manufacturing CA,o=Cisco Systems",
    "cn=Cisco Root CA 2048,o=Cisco Systems",
    "cn=Cisco Root CA M1,o=Cisco",
];

fn with_built_in(parts: RouterParts) -> RouterParts {
    let built_in = BUILT_IN.iter().map(|name| Trustpoint {
        name: (*name).to_owned(),
        origin: Origin::DEFAULT,
        authority: Some(Authority::NameOnly(Name::from_ios_text(name).unwrap())),
        enrolment: None,
        revocation: Sourced::default_value(Vec::new()),
        revocation_lists: Vec::new(),
    });
    RouterParts { trustpoints: parts.trustpoints.iter().cloned().chain(built_in).collect(), ..parts }
}

#[test]
fn the_built_in_trustpoints_are_asked_for_last_in_their_order() {
    // ORD-3; MM3 of R2 and MM4 of both routers in Cisco document 117633 carry them.
    let mut authorities = Authorities::new(3);
    let parts = [1, 2].map(|host| with_built_in(router(&mut authorities, host, &[1, 2, 3], &[2], &[])));
    let pair = negotiate(parts, 1);
    let expected: Vec<&str> = ["cn=CA2,o=cisco,o=com", "cn=CA1,o=cisco,o=com", "cn=CA3,o=cisco,o=com"]
        .into_iter()
        .chain(BUILT_IN)
        .collect();
    assert_eq!(names_asked(&pair, 1), expected);
    assert_eq!(names_asked(&pair, 2), expected);
}

#[test]
fn a_pinned_initiator_does_not_ask_for_the_built_in_trustpoints() {
    // V1-REQ-1, and MM3 of R1 in Cisco document 117633.
    let mut authorities = Authorities::new(2);
    let parts = both(&mut authorities, (&[2, 1], &[1]), (&[1, 2], &[])).map(with_built_in);
    assert_eq!(asked(&negotiate(parts, 1), 1), [1]);
}

#[test]
fn several_trustpoints_of_one_authority_are_one_request_at_the_place_of_the_first() {
    // ORD-4: IOSCA1 and IOSCA3 are trustpoints of CA1, IOSCA2 of CA2.
    let mut authorities = Authorities::new(2);
    let mut asked_with = |shows: &[usize]| asking(router(&mut authorities, 1, &[1, 2, 1], shows, &[]));
    assert_eq!(asked_with(&[3, 2, 1]), [3, 2]);
    assert_eq!(asked_with(&[1, 3, 2]), [1, 2]);
    assert_eq!(asked_with(&[2, 1, 3]), [2, 1]);
    // Not enrolled is later than enrolled, and among those the configuration decides (ORD-2).
    assert_eq!(asked_with(&[3]), [3, 2]);
    assert_eq!(asked_with(&[2]), [2, 1]);
}

#[test]
fn of_several_trustpoints_of_one_authority_the_last_defined_answers() {
    // ORD-4, whatever the order of enrolment
    let mut authorities = Authorities::new(2);
    for shows in [[3, 2, 1], [1, 2, 3], [1, 3, 2]] {
        let parts = router(&mut authorities, 1, &[1, 2, 1], &shows, &[]);
        assert_eq!(answering(parts, &authorities, 1), Some(3), "{shows:?}");
    }
    // One that is not enrolled cannot answer (V1-SEL-1).
    let parts = router(&mut authorities, 1, &[1, 2, 1], &[2, 1], &[]);
    assert_eq!(answering(parts, &authorities, 1), Some(1));
}

/// The same name in another encoding: its PrintableStrings (tag 0x13) as UTF8Strings (tag 0x0c).
fn in_utf8(name: &Name) -> Name {
    let mut der = name.as_der().to_vec();
    for attribute_type in 0..der.len().saturating_sub(3) {
        // All attributes have types 2.5.4.x, encoded 55 04 x; the tag of the value follows.
        if der[attribute_type..].starts_with(&[0x55, 0x04]) {
            assert_eq!(std::mem::replace(&mut der[attribute_type + 3], 0x0c), 0x13);
        }
    }
    Name::from_der(&der).unwrap()
}

#[test]
fn an_authority_is_the_same_whatever_the_encoding_of_its_name() {
    // ORD-4 with RFC 5280 7.1: IOSCA1 is enrolled; IOSCA2 knows the same CA by another encoding of its name.
    let mut authorities = Authorities::new(1);
    let mut parts = router(&mut authorities, 1, &[1, 1], &[1], &[]);
    let printable = authorities.certificate(1).subject().clone();
    let utf8 = in_utf8(&printable);
    assert!(utf8.matches(&printable) && utf8 != printable);
    parts.trustpoints[1].authority = Some(Authority::NameOnly(utf8.clone()));
    assert_eq!(asking(parts.clone()), [1]);
    let router = Router::new(parts).unwrap();
    for name in [printable, utf8] {
        let encoding = selection::X509_SIGNATURE;
        let answer = selection::answer(&router, Scope::Global, encoding, name.as_der(), |_, _| {});
        assert_eq!(router.index().of_authority(name.as_der()), [trustpoint_id(1), trustpoint_id(2)]);
        assert_eq!(answer, Some(trustpoint_id(1)), "{:02x?}", name.as_der());
    }
}
