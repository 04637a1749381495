//! Which identity is sent, and what it is held against: V1-ID-1 to V1-ID-3.

use ike::{
    AnyProfileId, EventKind, FailureCode, IdentityKind, IdentityPattern, ProfileId, RouterParts, Rule,
    Sourced,
};

use crate::routers::{Authorities, Pair, profile, tunnel};
use crate::support::{MM6, Outcome, QM1, both, identification, negotiate, outcome};

/// R1 and R2, both enrolled in CA1, nobody pinned.
fn plain() -> [RouterParts; 2] {
    both(&mut Authorities::new(1), (&[1], &[]), (&[1], &[]))
}

fn host(name: &str) -> IdentityPattern {
    IdentityPattern::Host(name.to_owned())
}

/// The number of the profile under which a host has authenticated its peer.
fn bound(pair: &Pair, host: u8) -> Option<Option<usize>> {
    pair.events[usize::from(host) - 1].iter().find_map(|event| match event.kind {
        EventKind::Authenticated { profile } => {
            Some(profile.and_then(AnyProfileId::isakmp).map(ProfileId::index))
        }
        _ => None,
    })
}

/// The body of an ID payload: type, protocol 17, port 500, data.
fn body(id_type: u8, data: &[u8]) -> Vec<u8> {
    [&[id_type, 17, 0x01, 0xf4], data].concat()
}

#[test]
fn the_profile_says_what_is_asserted_and_else_the_router() {
    // V1-ID-1; the types are those of RFC 2407 4.6.2.1.
    let subject = plain()[0].trustpoints[0].enrolment.as_ref().unwrap().certificate.subject().clone();
    let kinds = [
        (IdentityKind::Fqdn(None), body(2, b"R1.cisco.com")),
        (IdentityKind::Fqdn(Some("vpn.example.org".to_owned())), body(2, b"vpn.example.org")),
        (IdentityKind::Address, body(1, &[192, 168, 0, 1])),
        (IdentityKind::UserFqdn("ops@cisco.com".to_owned()), body(3, b"ops@cisco.com")),
        (IdentityKind::DistinguishedName, body(9, subject.as_der())),
    ];
    let sent = |of_profile: Option<&IdentityKind>, of_router: &IdentityKind| {
        let mut parts = plain();
        parts[0].profiles[0].self_identity = of_profile.cloned().map(Sourced::default_value);
        parts[0].identity = Sourced::default_value(of_router.clone());
        identification(&negotiate(parts, 1), 1)
    };
    for (kind, expected) in &kinds {
        assert_eq!(sent(None, kind), *expected, "{kind:?} of the router");
        for (other, _) in &kinds {
            assert_eq!(sent(Some(kind), other), *expected, "{kind:?} of the profile before {other:?}");
        }
    }
}

#[test]
fn the_responder_asserts_what_the_profile_says_that_mm5_selected() {
    // V1-ID-1, V1-ID-2
    let mut parts = plain();
    let mut selected = profile("prof2", &[], host("R1.cisco.com"));
    selected.self_identity = Some(Sourced::default_value(IdentityKind::UserFqdn("ops@cisco.com".to_owned())));
    parts[1].profiles.push(selected);
    let pair = negotiate(parts, 1);
    assert_eq!(identification(&pair, 2), body(3, b"ops@cisco.com"));
}

#[test]
fn a_router_without_a_domain_asserts_its_host_name() {
    // V1-ID-1
    let mut parts = plain();
    parts[0].domain = None;
    assert_eq!(identification(&negotiate(parts, 1), 1), body(2, b"R1"));
}

#[test]
fn the_responder_binds_the_profile_that_the_identity_of_mm5_matches() {
    // V1-ID-2
    let mut parts = plain();
    let of_others = profile("prof1", &[], host("R9.cisco.com"));
    parts[1].profiles = vec![of_others.clone(), profile("prof2", &[], host("R1.cisco.com")), of_others];
    parts[1].protections = vec![tunnel(2, 1, Some(1))];
    let pair = negotiate(parts, 1);
    assert_eq!(bound(&pair, 2), Some(Some(1)));
    assert_eq!(outcome(&pair), Outcome::Up);
}

/// R2 has one profile, pinned to IOSCA2, that does not match R1; R1 signs with IOSCA1.
fn without_a_match(profile_of_tunnel: Option<usize>) -> Pair {
    let mut parts = both(&mut Authorities::new(2), (&[1], &[]), (&[1, 2], &[2]));
    parts[1].profiles[0].matches[0].pattern = host("R9.cisco.com");
    parts[1].protections = vec![tunnel(2, 1, profile_of_tunnel)];
    negotiate(parts, 1)
}

#[test]
fn without_a_matching_profile_the_responder_goes_on_and_validates_against_all_trustpoints() {
    // V1-ID-2
    let pair = without_a_match(None);
    assert_eq!(bound(&pair, 2), Some(None));
    assert_eq!(outcome(&pair), Outcome::Up);
}

#[test]
fn without_a_matching_profile_quick_mode_refuses_a_tunnel_that_names_one() {
    // V1-ID-2, V2-PRO-3
    let pair = without_a_match(Some(0));
    assert_eq!(bound(&pair, 2), Some(None));
    assert_eq!(outcome(&pair), Outcome::Failed(QM1, 2, FailureCode::ProfileNotTheTunnels));
}

#[test]
fn the_initiator_keeps_its_profile_though_another_matches_more_closely() {
    // V1-ID-3
    let mut parts = plain();
    parts[0].profiles.push(profile("prof2", &[], host("R2.cisco.com")));
    let pair = negotiate(parts, 1);
    assert_eq!(bound(&pair, 1), Some(Some(0)));
    assert_eq!(outcome(&pair), Outcome::Up);
}

#[test]
fn an_identity_in_mm6_that_its_profile_does_not_match_ends_the_negotiation_on_the_initiator() {
    // V1-ID-3, even where another profile would match
    let mut parts = plain();
    parts[0].profiles[0].matches[0].pattern = host("R9.cisco.com");
    parts[0].profiles.push(profile("prof2", &[], host("R2.cisco.com")));
    let pair = negotiate(parts, 1);
    assert_eq!(outcome(&pair), Outcome::Failed(MM6, 1, FailureCode::IdentityMismatch));
    let rule = pair.events[0].iter().find_map(|event| match &event.kind {
        EventKind::Failed(failure) => failure.rule,
        _ => None,
    });
    assert_eq!(rule, Some(Rule::V1Id3));
}

#[test]
fn an_initiator_without_a_profile_takes_any_identity() {
    // V1-ID-3 is about a profile.
    let mut parts = plain();
    parts[0].profiles[0].matches[0].pattern = host("R9.cisco.com");
    parts[0].protections = vec![tunnel(1, 2, None)];
    let pair = negotiate(parts, 1);
    assert_eq!(bound(&pair, 1), Some(None));
    assert_eq!(outcome(&pair), Outcome::Up);
}
