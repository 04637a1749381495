//! The patterns of `match identity` lines: what each matches, and how closely (V2-PRO-1, for IKEv1 V1-ID-4).

#![allow(clippy::unwrap_used)]

use std::net::{IpAddr, Ipv4Addr};

use ike::{Identity, IdentityPattern, Specificity};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn address(text: &str) -> Identity {
    Identity::Address(text.parse::<IpAddr>().unwrap())
}

fn network(text: &str, prefix: u8) -> IdentityPattern {
    IdentityPattern::Address { network: text.parse().unwrap(), prefix }
}

fn fqdn(name: &str) -> Identity {
    Identity::Fqdn(name.to_owned())
}

fn mailbox(name: &str) -> Identity {
    Identity::UserFqdn(name.to_owned())
}

fn host(name: &str) -> IdentityPattern {
    IdentityPattern::Host(name.to_owned())
}

fn host_domain(name: &str) -> IdentityPattern {
    IdentityPattern::HostDomain(name.to_owned())
}

fn user(name: &str) -> IdentityPattern {
    IdentityPattern::User(name.to_owned())
}

fn user_domain(name: &str) -> IdentityPattern {
    IdentityPattern::UserDomain(name.to_owned())
}

#[test]
fn an_address_matches_the_networks_it_lies_in() {
    let peer = address("192.168.0.2");
    assert_eq!(network("192.168.0.2", 32).matches(&peer), Some(Specificity::Exact));
    assert_eq!(network("192.168.0.0", 24).matches(&peer), Some(Specificity::Partial(24)));
    assert_eq!(network("192.168.0.2", 31).matches(&peer), Some(Specificity::Partial(31)));
    assert_eq!(network("0.0.0.0", 0).matches(&peer), Some(Specificity::MaskZero));
    assert_eq!(network("192.168.0.3", 32).matches(&peer), None);
    assert_eq!(network("192.168.1.0", 24).matches(&peer), None);
    assert_eq!(network("0.0.0.0", 0).matches(&address("2001:db8::2")), None, "the lines hold IPv4 only");
}

#[test]
fn a_host_is_matched_by_its_whole_name_in_any_case() {
    assert_eq!(host("R1.cisco.com").matches(&fqdn("r1.CISCO.com")), Some(Specificity::Exact));
    assert_eq!(host("R1.cisco.com").matches(&fqdn("R11.cisco.com")), None);
    assert_eq!(host("R1.cisco.com").matches(&fqdn("R1.cisco.com.example")), None);
    assert_eq!(host("cisco.com").matches(&fqdn("R1.cisco.com")), None);
}

#[test]
fn a_domain_matches_the_names_below_it_and_no_name_that_only_ends_like_it() {
    let domain = host_domain("cisco.com");
    // Nine characters of the name are matched.
    assert_eq!(domain.matches(&fqdn("R1.cisco.com")), Some(Specificity::Partial(9)));
    assert_eq!(domain.matches(&fqdn("R1.lab.Cisco.Com")), Some(Specificity::Partial(9)));
    assert_eq!(domain.matches(&fqdn("notcisco.com")), None);
    assert_eq!(domain.matches(&fqdn("R1.cisco.com.example")), None);
    assert_eq!(domain.matches(&fqdn("com")), None);
}

#[test]
fn a_mailbox_is_matched_whole_and_its_domain_in_any_case() {
    let pattern = user("ops@cisco.com");
    assert_eq!(pattern.matches(&mailbox("ops@CISCO.com")), Some(Specificity::Exact));
    assert_eq!(pattern.matches(&mailbox("noc@cisco.com")), None);
    assert_eq!(pattern.matches(&mailbox("ops@lab.cisco.com")), None);
}

#[test]
fn a_domain_of_users_matches_the_mailboxes_of_it_and_below_it() {
    let pattern = user_domain("cisco.com");
    assert_eq!(pattern.matches(&mailbox("ops@cisco.com")), Some(Specificity::Partial(9)));
    assert_eq!(pattern.matches(&mailbox("ops@lab.cisco.com")), Some(Specificity::Partial(9)));
    assert_eq!(pattern.matches(&mailbox("ops@notcisco.com")), None);
    assert_eq!(pattern.matches(&mailbox("cisco.com")), None, "a mailbox has an @");
}

#[test]
fn a_group_matches_the_key_id_with_its_bytes() {
    let pattern = IdentityPattern::Group("staff".to_owned());
    assert_eq!(pattern.matches(&Identity::KeyId(b"staff".to_vec())), Some(Specificity::Exact));
    assert_eq!(pattern.matches(&Identity::KeyId(b"Staff".to_vec())), None);
}

#[test]
fn a_pattern_matches_no_identity_of_another_kind() {
    let patterns = [
        network("0.0.0.0", 0),
        host("cisco.com"),
        host_domain("com"),
        user("ops@cisco.com"),
        user_domain("com"),
        IdentityPattern::Group("cisco.com".to_owned()),
    ];
    let identities = [
        address("192.168.0.2"),
        fqdn("cisco.com"),
        mailbox("ops@cisco.com"),
        Identity::KeyId(b"cisco.com".to_vec()),
        // V2-PRO-2: no line has a form for a distinguished name.
        Identity::DistinguishedName(pki::Name::from_ios_text("cn=cisco.com").unwrap()),
        Identity::Other(4),
    ];
    // Which patterns match which identity: the first two only their own kind, and so on down the list.
    let expected = [vec![0], vec![1, 2], vec![3, 4], vec![5], vec![], vec![]];
    for (identity, expected) in identities.iter().zip(expected) {
        let matching = patterns.iter().enumerate().filter(|(_, pattern)| pattern.matches(identity).is_some());
        assert_eq!(matching.map(|(index, _)| index).collect::<Vec<_>>(), expected, "{identity:?}");
    }
}

#[test]
fn an_exact_match_goes_before_a_partial_one_and_that_before_mask_zero() {
    let best_first =
        [Specificity::Exact, Specificity::Partial(31), Specificity::Partial(8), Specificity::MaskZero];
    assert!(best_first.is_sorted_by(|better, worse| better > worse));
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(117_633),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_network_matches_exactly_the_addresses_that_share_its_prefix(
        network_bits in any::<u32>(),
        other in any::<u32>(),
        shared in 0..=32_u32,
        prefix in 0..=32_u8,
    ) {
        // The first `shared` bits are those of the network, the next one is not.
        let flipped = 0x8000_0000_u32.checked_shr(shared).unwrap_or(0);
        let below = flipped.saturating_sub(1);
        let address = (network_bits & !below ^ flipped) | (other & below);
        let pattern = IdentityPattern::Address { network: Ipv4Addr::from_bits(network_bits), prefix };
        let found = pattern.matches(&Identity::Address(IpAddr::V4(Ipv4Addr::from_bits(address))));
        prop_assert_eq!(found.is_some(), u32::from(prefix) <= shared);
    }

    #[test]
    fn a_longer_domain_is_a_closer_match(labels in prop::collection::vec("[a-z]{1,8}", 3..7)) {
        let name = fqdn(&labels.join("."));
        let ranks: Vec<_> = (1..labels.len())
            .map(|first| host_domain(&labels[first..].join(".")).matches(&name).unwrap())
            .collect();
        prop_assert!(ranks.is_sorted_by(|longer, shorter| longer > shorter));
        prop_assert!(host(&labels.join(".")).matches(&name).unwrap() > ranks[0]);
    }

    #[test]
    fn no_name_makes_a_pattern_panic(pattern in ".{0,12}", name in ".{0,12}") {
        for pattern in [host(&pattern), host_domain(&pattern), user(&pattern), user_domain(&pattern)] {
            for identity in [fqdn(&name), mailbox(&name)] {
                let found = pattern.matches(&identity);
                prop_assert!(found.is_none_or(|found| found > Specificity::MaskZero));
            }
        }
    }
}
