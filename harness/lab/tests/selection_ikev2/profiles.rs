//! V2-PRO-1 and V2-PRO-2: which profile a peer selects, and which policy an address.

use std::net::IpAddr;

use ike::selection::ikev2::{Peer, match_profile, select_policy, select_profile};
use ike::{
    Identity, IdentityPattern, Ikev2Match, Ikev2Pattern, Ikev2Profile, LocalVrf, Origin, Router, Sourced,
    VrfMatch,
};
use pki::Name;
use proptest::prelude::*;

use crate::routers::{Authorities, address, ikev2_router};
use crate::{made, profile_id};

fn network(text: &str, prefix: u8) -> IdentityPattern {
    IdentityPattern::Address { network: text.parse().unwrap(), prefix }
}

fn fqdn(name: &str) -> IdentityPattern {
    IdentityPattern::Host(name.to_owned())
}

fn domain(name: &str) -> IdentityPattern {
    IdentityPattern::HostDomain(name.to_owned())
}

fn named(index: usize, patterns: &[IdentityPattern]) -> Ikev2Profile {
    let mut profile = Ikev2Profile::new(format!("profile{}", index + 1), Origin::DEFAULT);
    profile.matches = patterns
        .iter()
        .map(|pattern| Ikev2Match {
            pattern: Ikev2Pattern::Identity(pattern.clone()),
            origin: Origin::DEFAULT,
        })
        .collect();
    profile
}

/// A router whose profiles have these lines.
fn with_profiles(profiles: &[&[IdentityPattern]]) -> Router {
    let mut authorities = Authorities::new(1);
    let mut parts = ikev2_router(&mut authorities, 1, &[1], &[1], &[1]);
    parts.protections.clear();
    parts.ikev2.profiles = profiles.iter().enumerate().map(|(index, lines)| named(index, lines)).collect();
    made(parts)
}

/// The number of the selected profile, counted from 1.
fn selected(router: &Router, identity: &Identity) -> Option<usize> {
    let peer = Peer { local: address(1), identity, certificate: None };
    select_profile(router, peer).map(|matched| matched.profile.index() + 1)
}

fn peer_address() -> Identity {
    Identity::Address(address(2))
}

fn peer_name() -> Identity {
    Identity::Fqdn("R2.lab.cisco.com".to_owned())
}

#[test]
fn among_equals_the_profile_configured_last_wins() {
    let same = [network("192.168.0.2", 32)];
    let router = with_profiles(&[&same, &same, &same]);
    assert_eq!(selected(&router, &peer_address()), Some(3), "as the document prints");
}

#[test]
fn the_more_specific_wins_wherever_it_stands() {
    // Best first, by the ranking of V2-PRO-1.
    let ranking = [
        network("192.168.0.2", 32),
        network("192.168.0.0", 30),
        network("192.168.0.0", 16),
        network("0.0.0.0", 0),
        IdentityPattern::Any,
    ];
    for (better, first) in ranking.iter().enumerate() {
        for second in &ranking[better + 1..] {
            let router = with_profiles(&[std::slice::from_ref(first), std::slice::from_ref(second)]);
            assert_eq!(selected(&router, &peer_address()), Some(1), "{first:?} before {second:?}");
            let router = with_profiles(&[std::slice::from_ref(second), std::slice::from_ref(first)]);
            assert_eq!(selected(&router, &peer_address()), Some(2), "{first:?} behind {second:?}");
        }
    }
    let names =
        [fqdn("r2.LAB.cisco.com"), domain("lab.cisco.com"), domain("cisco.com"), IdentityPattern::Any];
    for (better, first) in names.iter().enumerate() {
        for second in &names[better + 1..] {
            let router = with_profiles(&[std::slice::from_ref(first), std::slice::from_ref(second)]);
            assert_eq!(selected(&router, &peer_name()), Some(1), "{first:?} before {second:?}");
        }
    }
}

#[test]
fn a_profile_counts_with_its_best_matching_line() {
    let wide_and_exact = [IdentityPattern::Any, network("192.168.0.2", 32)];
    let router = with_profiles(&[&wide_and_exact, &[network("192.168.0.0", 24)]]);
    assert_eq!(selected(&router, &peer_address()), Some(1));
}

#[test]
fn a_distinguished_name_is_matched_by_no_line_of_match_identity_remote() {
    // V2-PRO-2
    let name = Name::from_ios_text("cn=R2,o=cisco").unwrap();
    let router = with_profiles(&[&[IdentityPattern::Any, network("0.0.0.0", 0), domain("cisco.com")]]);
    assert_eq!(selected(&router, &Identity::DistinguishedName(name)), None);
}

#[test]
fn nobody_is_matched_by_what_is_not_there() {
    let router = with_profiles(&[&[fqdn("R9.cisco.com")], &[]]);
    assert_eq!(selected(&router, &peer_name()), None);
    assert_eq!(selected(&router, &peer_address()), None);
}

#[test]
fn ipv6_prefixes_are_matched_by_their_length() {
    let identity = Identity::Address("2001:db8::2".parse().unwrap());
    let prefix = |text: &str, prefix| IdentityPattern::Ipv6 { network: text.parse().unwrap(), prefix };
    let router =
        with_profiles(&[&[prefix("2001:db8::2", 128)], &[prefix("2001:db8::", 32)], &[prefix("::", 0)]]);
    assert_eq!(selected(&router, &identity), Some(1));
    let router =
        with_profiles(&[&[prefix("::", 0)], &[prefix("2001:db8::", 32)], &[prefix("2001:db9::", 32)]]);
    assert_eq!(selected(&router, &identity), Some(2));
}

#[test]
fn match_fvrf_and_match_address_local_have_to_hold_besides() {
    let exact = [network("192.168.0.2", 32)];
    let matches_with = |change: &dyn Fn(&mut Ikev2Profile), vrf: Option<&str>| {
        let mut parts = ikev2_router(&mut Authorities::new(1), 1, &[1], &[1], &[1]);
        let mut profile = named(0, &exact);
        change(&mut profile);
        parts.ikev2.profiles = vec![profile];
        let in_vrf = vrf.map(|vrf| LocalVrf { address: address(1), vrf: vrf.to_owned() });
        parts.ikev2.local_vrfs = in_vrf.into_iter().collect();
        let router = made(parts);
        let identity = peer_address();
        let peer = Peer { local: address(1), identity: &identity, certificate: None };
        match_profile(&router, profile_id(0), peer).is_some()
    };
    let fvrf =
        |vrf: VrfMatch| move |profile: &mut Ikev2Profile| profile.fvrf = Sourced::default_value(vrf.clone());
    let blue = || VrfMatch::Named("blue".to_owned());
    for (vrf, global, in_blue) in
        [(VrfMatch::Global, true, false), (VrfMatch::Any, true, true), (blue(), false, true)]
    {
        assert_eq!(matches_with(&fvrf(vrf.clone()), None), global, "{vrf:?}");
        assert_eq!(matches_with(&fvrf(vrf.clone()), Some("blue")), in_blue, "{vrf:?}");
    }
    let at = |addresses: &'static [u8]| {
        move |profile: &mut Ikev2Profile| {
            profile.local_addresses =
                addresses.iter().map(|host| Sourced::default_value(address(*host))).collect();
        }
    };
    assert!(matches_with(&at(&[]), None));
    assert!(matches_with(&at(&[7, 1]), None));
    assert!(!matches_with(&at(&[7]), None));
}

#[test]
fn the_policy_with_more_conditions_serves_an_address_and_among_equals_the_first() {
    let mut authorities = Authorities::new(1);
    let mut parts = ikev2_router(&mut authorities, 1, &[1], &[1], &[1]);
    let any = parts.ikev2.policies[0].clone();
    let mut at_address = any.clone();
    at_address.local_addresses = vec![Sourced::default_value(address(1))];
    let mut elsewhere = any.clone();
    elsewhere.local_addresses = vec![Sourced::default_value(address(9))];
    parts.ikev2.policies = vec![any.clone(), elsewhere, at_address.clone(), at_address, any];
    let router = made(parts);
    let policy = |local: IpAddr| select_policy(&router, local).map(|id| id.index());
    assert_eq!(policy(address(1)), Some(2));
    assert_eq!(policy(address(9)), Some(1));
    assert_eq!(policy(address(5)), Some(0));
}

proptest! {
    /// No profile that is passed over describes the peer more closely, nor one behind the selected as closely.
    #[test]
    fn the_selected_profile_is_the_best_and_the_last_of_the_best(
        prefixes in proptest::collection::vec(proptest::option::of(0..=32_u8), 0..6),
        host in 0..=255_u8,
    ) {
        let lines: Vec<[IdentityPattern; 1]> = prefixes
            .iter()
            .map(|prefix| [prefix.map_or(IdentityPattern::Any, |prefix| network("192.168.0.2", prefix))])
            .collect();
        let profiles: Vec<&[IdentityPattern]> = lines.iter().map(|line| &line[..]).collect();
        let router = with_profiles(&profiles);
        // How many leading bits the peer's address shares with the network.
        let shared = 24 + (host ^ 2).leading_zeros();
        // None: no match; else a rank, of which `any` is the lowest.
        let rank = |prefix: &Option<u8>| match prefix {
            None => Some(0),
            Some(length) => (u32::from(*length) <= shared).then(|| u32::from(*length) + 1),
        };
        let best = prefixes.iter().filter_map(rank).max();
        let expected = best.and_then(|best| prefixes.iter().rposition(|prefix| rank(prefix) == Some(best)));
        let identity = Identity::Address(address(host));
        prop_assert_eq!(selected(&router, &identity), expected.map(|index| index + 1));
    }
}
