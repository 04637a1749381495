//! Which of several profiles a responder selects, and what Quick Mode makes of it: V1-ID-4, V2-PRO-1, V2-PRO-3.

use std::net::IpAddr;

use ike::{EventKind, Identity, IdentityMatch, IdentityPattern, Origin, Router, Rule, selection};

use crate::routers::{Authorities, profile, router, tunnel};
use crate::support::{Outcome, both, negotiate, outcome};

/// The number, from 0, of the profile that an identity selects among profiles with these lines.
fn selected(profiles: &[Vec<IdentityPattern>], identity: &Identity) -> Option<usize> {
    let mut parts = router(&mut Authorities::new(1), 1, &[1], &[1], &[]);
    parts.protections = vec![tunnel(1, 2, None)];
    parts.profiles = profiles
        .iter()
        .map(|lines| {
            let mut profile = profile("prof", &[], lines[0].clone());
            let lines = lines.iter().cloned();
            profile.matches =
                lines.map(|pattern| IdentityMatch { pattern, origin: Origin::DEFAULT }).collect();
            profile
        })
        .collect();
    let matched = selection::select_profile(&Router::new(parts).unwrap(), identity);
    matched.map(|matched| matched.profile.index())
}

fn network(text: &str, prefix: u8) -> IdentityPattern {
    IdentityPattern::Address { network: text.parse().unwrap(), prefix }
}

fn host(name: &str) -> IdentityPattern {
    IdentityPattern::Host(name.to_owned())
}

fn domain(name: &str) -> IdentityPattern {
    IdentityPattern::HostDomain(name.to_owned())
}

fn fqdn(name: &str) -> Identity {
    Identity::Fqdn(name.to_owned())
}

#[test]
fn the_closest_match_is_selected_wherever_it_stands() {
    // V1-ID-4, V2-PRO-1: each list is ranked, the best first.
    let address = Identity::Address("192.168.0.2".parse::<IpAddr>().unwrap());
    let name = fqdn("R2.lab.cisco.com");
    let mailbox = Identity::UserFqdn("ops@lab.cisco.com".to_owned());
    let user = IdentityPattern::User("ops@lab.cisco.com".to_owned());
    let user_domain = |name: &str| IdentityPattern::UserDomain(name.to_owned());
    let ranked = [
        (
            address,
            vec![
                network("192.168.0.2", 32),
                network("192.168.0.0", 24),
                network("192.0.0.0", 8),
                network("0.0.0.0", 0),
            ],
        ),
        (name, vec![host("R2.lab.cisco.com"), domain("lab.cisco.com"), domain("cisco.com"), domain("com")]),
        (mailbox, vec![user, user_domain("lab.cisco.com"), user_domain("cisco.com"), user_domain("com")]),
    ];
    for (identity, patterns) in ranked {
        for (rank, better) in patterns.iter().enumerate() {
            for worse in &patterns[rank + 1..] {
                let alone = |pattern: &IdentityPattern| vec![pattern.clone()];
                assert_eq!(
                    selected(&[alone(better), alone(worse)], &identity),
                    Some(0),
                    "{better:?} before {worse:?}"
                );
                assert_eq!(
                    selected(&[alone(worse), alone(better)], &identity),
                    Some(1),
                    "{better:?} after {worse:?}"
                );
            }
        }
    }
}

#[test]
fn among_equal_matches_the_profile_configured_last_is_selected() {
    // V1-ID-4, V2-PRO-1: profile3 of three
    let same = vec![domain("cisco.com")];
    let profiles = [same.clone(), same.clone(), same, vec![domain("example.org")]];
    assert_eq!(selected(&profiles, &fqdn("R2.cisco.com")), Some(2));
}

#[test]
fn a_profile_counts_with_its_best_line() {
    // V2-PRO-1
    let both_lines = vec![domain("cisco.com"), host("R2.cisco.com")];
    let one_line = vec![domain("cisco.com")];
    assert_eq!(selected(&[both_lines.clone(), one_line.clone()], &fqdn("R2.cisco.com")), Some(0));
    // For another host the two are equal.
    assert_eq!(selected(&[both_lines, one_line], &fqdn("R3.cisco.com")), Some(1));
}

#[test]
fn an_identity_that_no_line_matches_selects_no_profile() {
    // V1-ID-2
    let profiles = [vec![domain("cisco.com")], vec![network("0.0.0.0", 0)]];
    assert_eq!(selected(&profiles, &fqdn("R2.example.org")), None);
}

#[test]
fn quick_mode_for_the_tunnel_of_another_profile_is_refused_and_the_session_stays() {
    // V2-PRO-3 in IKEv1
    let mut parts = both(&mut Authorities::new(1), (&[1], &[]), (&[1], &[]));
    parts[1].profiles.push(profile("prof2", &[], host("R1.cisco.com")));
    let pair = negotiate(parts, 1);
    let failure = pair.events[1].iter().find_map(|event| match &event.kind {
        EventKind::Failed(failure) => Some(failure),
        _ => None,
    });
    assert_eq!(failure.unwrap().rule, Some(Rule::V2Pro3));
    // RFC 2408 3.14.1: NO-PROPOSAL-CHOSEN is 14, of the protocol ESP (3) here.
    let told = EventKind::NotificationRead { notify_type: 14, protocol: 3, protected: true };
    assert!(pair.told(1, |kind| *kind == told));
    let established = |kind: &EventKind| matches!(kind, EventKind::ChildEstablished { .. });
    assert!(!pair.told(1, established) && !pair.told(2, established));
    assert!(pair.endpoints.iter().all(|endpoint| endpoint.session_count() == 1));
}

#[test]
fn a_tunnel_that_names_no_profile_is_content_with_any() {
    // V2-PRO-3 asks for the profile that the tunnel names.
    let mut parts = both(&mut Authorities::new(1), (&[1], &[]), (&[1], &[]));
    parts[1].profiles.push(profile("prof2", &[], host("R1.cisco.com")));
    parts[1].protections = vec![tunnel(2, 1, None)];
    assert_eq!(outcome(&negotiate(parts, 1)), Outcome::Up);
}
