//! What holds for every router and every list of requests: worlds of a few CAs, drawn from a fixed seed.

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use ike::selection::{self, Scope};
use ike::{Identity, IdentityMatch, IdentityPattern, Origin, ProfileId, Role, Router, RouterParts};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use wire::CertificateEncoding;
use wire::ikev1::CertificateRequest;

use crate::routers::{Authorities, profile, router};
use crate::support::{Outcome, negotiate, negotiate_with_requests, outcome, request, signed_with};

/// So many CAs may have trustpoints; one more may be asked for.
const CAS: usize = 4;

/// CAs under their usual names, and the same under names that sort otherwise and have other lengths.
static USUAL: LazyLock<Mutex<Authorities>> = LazyLock::new(|| Mutex::new(Authorities::new(CAS + 1)));
static RENAMED: LazyLock<Mutex<Authorities>> = LazyLock::new(|| {
    let names = ["cn=Z", "cn=CA2,ou=B,o=example,c=US", "cn=M,o=cisco,o=com", "ou=A", "cn=CA1,o=cisco,o=com"];
    Mutex::new(Authorities::named(names.map(str::to_owned)))
});

fn config(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(117_633);
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

/// A router's trustpoints, numbered from 1 in configuration order.
#[derive(Clone, Debug)]
struct World {
    /// The CA of each.
    authorities: Vec<usize>,
    /// Those whose CA certificate is not there.
    missing: BTreeSet<usize>,
    /// Those with a certificate of the router, the newest first.
    enrolled: Vec<usize>,
    /// The pins of the profile in the order of its lines.
    pins: Vec<usize>,
}

impl World {
    fn numbers(&self) -> impl DoubleEndedIterator<Item = usize> + use<> {
        1..=self.authorities.len()
    }

    fn authority(&self, trustpoint: usize) -> usize {
        self.authorities[trustpoint - 1]
    }

    fn parts(&self, authorities: &Mutex<Authorities>, host: u8) -> RouterParts {
        let mut authorities = authorities.lock().unwrap_or_else(PoisonError::into_inner);
        let mut parts = router(&mut authorities, host, &self.authorities, &self.enrolled, &self.pins);
        for &number in &self.missing {
            parts.trustpoints[number - 1].authority = None;
        }
        parts
    }

    fn router(&self, authorities: &Mutex<Authorities>) -> Router {
        Router::new(self.parts(authorities, 1)).unwrap()
    }

    /// Whether a trustpoint may be used by whoever is bound to the pins.
    fn allowed(&self, pinned: bool, trustpoint: usize) -> bool {
        !pinned || self.pins.is_empty() || self.pins.contains(&trustpoint)
    }

    /// The trustpoints to ask with: ORD-1, then ORD-2, of each CA the first (ORD-4).
    fn expected_requests(&self, pinned: bool) -> Vec<usize> {
        let not_enrolled =
            self.numbers().filter(|number| !self.enrolled.contains(number) && !self.missing.contains(number));
        let mut asked = BTreeSet::new();
        let ordered = self.enrolled.iter().copied().chain(not_enrolled);
        let allowed = ordered.filter(|&number| self.allowed(pinned, number));
        allowed.filter(|&number| asked.insert(self.authority(number))).collect()
    }

    /// The trustpoint that signs: V1-SEL-1, V1-SEL-2, V1-SEL-6, ORD-4.
    fn expected_choice(&self, pinned: bool, wanted: &[Wanted]) -> Option<usize> {
        let newest = || self.enrolled.iter().copied().find(|&number| self.allowed(pinned, number));
        if wanted.is_empty() {
            return newest();
        }
        wanted.iter().find_map(|wanted| match *wanted {
            Wanted::Any => newest(),
            Wanted::Nonsense => None,
            Wanted::Authority(ca) => {
                let of_authority = |number: &usize| self.authority(*number) == ca;
                let usable = |number: &usize| self.enrolled.contains(number) && self.allowed(pinned, *number);
                self.numbers().rev().find(|number| of_authority(number) && usable(number))
            }
        })
    }
}

/// What one request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// A certificate of this CA.
    Authority(usize),
    /// A certificate of any CA.
    Any,
    /// What is no name of a CA.
    Nonsense,
}

fn worlds() -> impl Strategy<Value = World> {
    // Of each trustpoint: its CA, and whether it is enrolled, authenticated only, or neither.
    prop::collection::vec((1..=CAS, 0..4_u8), 1..=6).prop_flat_map(|trustpoints| {
        let numbered = || (1..).zip(&trustpoints);
        let with = |standings: &[u8]| -> Vec<usize> {
            numbered()
                .filter(|(_, (_, standing))| standings.contains(standing))
                .map(|(number, _)| number)
                .collect()
        };
        let authorities: Vec<usize> = trustpoints.iter().map(|(ca, _)| *ca).collect();
        let all: Vec<usize> = numbered().map(|(number, _)| number).collect();
        let most = all.len();
        (
            Just(authorities),
            Just(with(&[3]).into_iter().collect()),
            Just(with(&[0, 1])).prop_shuffle(),
            prop::sample::subsequence(all, 0..=most).prop_shuffle(),
        )
            .prop_map(|(authorities, missing, enrolled, pins)| World {
                authorities,
                missing,
                enrolled,
                pins,
            })
    })
}

fn requests() -> impl Strategy<Value = Vec<Wanted>> {
    let one = prop_oneof![
        6 => (1..=CAS + 1).prop_map(Wanted::Authority),
        1 => Just(Wanted::Any),
        1 => Just(Wanted::Nonsense),
    ];
    prop::collection::vec(one, 0..6)
}

/// The authority field of a request.
fn authority_field(authorities: &Mutex<Authorities>, wanted: Wanted) -> Vec<u8> {
    match wanted {
        Wanted::Any => Vec::new(),
        Wanted::Nonsense => b"CA1".to_vec(),
        Wanted::Authority(ca) => {
            let authorities = authorities.lock().unwrap_or_else(PoisonError::into_inner);
            authorities.certificate(ca).subject().as_der().to_vec()
        }
    }
}

/// The numbers of the trustpoints that a router asks with; an initiator has the profile of its tunnel.
fn asked_with(router: &Router, role: Role) -> Vec<usize> {
    let requests = selection::requests(router, role, ProfileId::from_index(0));
    requests.iter().map(|request| request.trustpoint.index() + 1).collect()
}

/// The trustpoint that the first answerable of these requests chooses. No request at all is not asked about here.
fn answered_with(router: &Router, role: Role, fields: &[Vec<u8>]) -> Option<usize> {
    let scope = Scope::of(router, role, ProfileId::from_index(0));
    let mut answers = fields
        .iter()
        .filter_map(|field| selection::answer(router, scope, selection::X509_SIGNATURE, field, |_, _| {}));
    answers.next().map(|trustpoint| trustpoint.index() + 1)
}

const ROLES: [Role; 2] = [Role::Initiator, Role::Responder];

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn the_requests_are_exactly_the_expected_ones_in_their_order(world in worlds()) {
        let router = world.router(&USUAL);
        for role in ROLES {
            let expected = world.expected_requests(role == Role::Initiator);
            prop_assert_eq!(asked_with(&router, role), expected, "{:?}", role);
        }
    }

    #[test]
    fn the_first_answerable_request_decides(world in worlds(), wanted in requests()) {
        prop_assume!(!wanted.is_empty());
        let router = world.router(&USUAL);
        let fields: Vec<_> = wanted.iter().map(|&wanted| authority_field(&USUAL, wanted)).collect();
        for role in ROLES {
            let expected = world.expected_choice(role == Role::Initiator, &wanted);
            prop_assert_eq!(answered_with(&router, role, &fields), expected, "{:?}", role);
        }
    }

    #[test]
    fn what_is_chosen_is_enrolled_and_in_the_scope(world in worlds(), field in any_field()) {
        let router = world.router(&USUAL);
        for role in ROLES {
            let pinned = role == Role::Initiator;
            let scope = Scope::of(&router, role, ProfileId::from_index(0));
            let mut looked_up = Vec::new();
            let answer = selection::answer(&router, scope, selection::X509_SIGNATURE, &field, |trustpoint, found| {
                looked_up.push((trustpoint.index() + 1, found));
            });
            for chosen in [answer, selection::first_usable(&router, scope)].into_iter().flatten() {
                prop_assert!(router.trustpoint(chosen).enrolment.is_some());
                prop_assert!(world.allowed(pinned, chosen.index() + 1));
            }
            // Who looks a candidate up does so until it finds one, and finds what it names.
            prop_assert!(looked_up.iter().all(|&(number, found)| found == world.pins.contains(&number)));
            prop_assert!(looked_up.iter().rev().skip(1).all(|&(_, found)| !found));
        }
    }

    #[test]
    fn a_request_of_another_encoding_chooses_nothing(world in worlds(), encoding in any::<u8>(), ca in 1..=CAS) {
        prop_assume!(encoding != CertificateEncoding::X509_SIGNATURE.0);
        let router = world.router(&USUAL);
        let field = authority_field(&USUAL, Wanted::Authority(ca));
        prop_assert_eq!(selection::answer(&router, Scope::Global, encoding, &field, |_, _| {}), None);
    }

    #[test]
    fn renaming_the_authorities_changes_nothing(world in worlds(), wanted in requests()) {
        let [usual, renamed] = [&*USUAL, &*RENAMED].map(|authorities| {
            let router = world.router(authorities);
            let fields: Vec<_> = wanted.iter().map(|&wanted| authority_field(authorities, wanted)).collect();
            let profiles = [None, ProfileId::from_index(0)];
            (
                ROLES.map(|role| asked_with(&router, role)),
                ROLES.map(|role| answered_with(&router, role, &fields)),
                profiles.map(|profile| selection::validation_list(&router, profile)),
            )
        });
        prop_assert_eq!(usual, renamed);
    }

    #[test]
    fn the_list_to_validate_against_is_the_authenticated_pins_or_all_that_is_authenticated(world in worlds()) {
        // V1-VAL-1, ORD-2
        let router = world.router(&USUAL);
        let list = |profile| -> BTreeSet<usize> {
            selection::validation_list(&router, profile).iter().map(|trustpoint| trustpoint.index() + 1).collect()
        };
        let authenticated = |pinned| -> BTreeSet<usize> {
            world.numbers().filter(|number| !world.missing.contains(number) && world.allowed(pinned, *number)).collect()
        };
        prop_assert_eq!(list(None), authenticated(false));
        prop_assert_eq!(list(ProfileId::from_index(0)), authenticated(true));
    }
}

fn any_field() -> impl Strategy<Value = Vec<u8>> {
    let wanted =
        prop_oneof![(1..=CAS + 1).prop_map(Wanted::Authority), Just(Wanted::Any), Just(Wanted::Nonsense),];
    let of_authority = wanted.prop_map(|wanted| authority_field(&USUAL, wanted));
    prop_oneof![4 => of_authority, 1 => prop::collection::vec(any::<u8>(), 0..40)]
}

proptest! {
    #![proptest_config(config(100))]

    /// R1 begins in one world and is asked for anything by R2, which has a certificate of every CA and trusts them all.
    #[test]
    fn a_session_signs_with_the_choice_and_a_pinned_initiator_with_a_pin_only(
        world in worlds(),
        wanted in requests(),
    ) {
        let everything = World {
            authorities: (1..=CAS).collect(),
            missing: BTreeSet::new(),
            enrolled: (1..=CAS).collect(),
            pins: Vec::new(),
        };
        let parts = [world.parts(&USUAL, 1), everything.parts(&USUAL, 2)];
        let fields: Vec<_> = wanted.iter().map(|&wanted| authority_field(&USUAL, wanted)).collect();
        let requests: Vec<CertificateRequest<'_>> = fields.iter().map(|field| request(field)).collect();
        let pair = negotiate_with_requests(parts, 1, 2, &requests);

        let expected = world.expected_choice(true, &wanted);
        prop_assert_eq!(pair.chosen(1), expected);
        prop_assert_eq!(signed_with(&pair, 1), expected.map(|number| world.authority(number)));
        prop_assert!(expected.is_none_or(|number| world.allowed(true, number)));
    }

    /// Two worlds without pins agree on the outcome whoever begins, because nobody is asked for what is not trusted.
    #[test]
    fn without_pins_who_begins_makes_no_difference(first in worlds(), second in worlds()) {
        let [first, second] = [first, second].map(|world| World { pins: Vec::new(), ..world });
        let parts = [first.parts(&USUAL, 1), second.parts(&USUAL, 2)];
        let [from_first, from_second] = [1, 2].map(|from| {
            let pair = negotiate(parts.clone(), from);
            let both_can_sign = pair.chosen(1).is_some() && pair.chosen(2).is_some();
            (both_can_sign, both_can_sign && outcome(&pair) == Outcome::Up)
        });
        prop_assert_eq!(from_first, from_second);
        let (both_can_sign, up) = from_first;
        prop_assert_eq!(both_can_sign, up, "what was asked for is trusted");
    }
}

fn patterns() -> impl Strategy<Value = IdentityPattern> {
    let network = |prefix: u8| {
        let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
        let network = std::net::Ipv4Addr::from_bits(0xc0a8_0002 & mask);
        IdentityPattern::Address { network, prefix }
    };
    prop_oneof![
        prop::sample::select(vec![0, 8, 24, 31, 32]).prop_map(network),
        prop::sample::select(vec!["R2.lab.cisco.com", "R3.lab.cisco.com"])
            .prop_map(|name| IdentityPattern::Host(name.to_owned())),
        prop::sample::select(vec!["com", "cisco.com", "lab.cisco.com", "example.org"])
            .prop_map(|name| IdentityPattern::HostDomain(name.to_owned())),
    ]
}

fn identities() -> impl Strategy<Value = Identity> {
    prop::sample::select(vec![
        Identity::Fqdn("R2.lab.cisco.com".to_owned()),
        Identity::Fqdn("R3.cisco.com".to_owned()),
        Identity::Address([192, 168, 0, 2].into()),
        Identity::Address([192, 168, 7, 2].into()),
    ])
}

/// The lines of some profiles, and the same lines in another order within each.
fn reordered_profiles() -> impl Strategy<Value = [Vec<Vec<IdentityPattern>>; 2]> {
    let lines = prop::collection::vec(patterns(), 1..5);
    prop::collection::vec(lines, 1..5).prop_flat_map(|profiles| {
        let shuffled: Vec<_> = profiles.iter().map(|lines| Just(lines.clone()).prop_shuffle()).collect();
        (Just(profiles), shuffled).prop_map(|(profiles, shuffled)| [profiles, shuffled])
    })
}

fn with_profiles(profiles: &[Vec<IdentityPattern>]) -> Router {
    let world = World { authorities: vec![1], missing: BTreeSet::new(), enrolled: vec![1], pins: Vec::new() };
    let mut parts = world.parts(&USUAL, 1);
    parts.profiles = profiles
        .iter()
        .map(|lines| {
            let matches = lines
                .iter()
                .map(|pattern| IdentityMatch { pattern: pattern.clone(), origin: Origin::DEFAULT });
            ike::Profile { matches: matches.collect(), ..profile("prof", &[], lines[0].clone()) }
        })
        .collect();
    Router::new(parts).unwrap()
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn the_order_of_lines_within_a_profile_does_not_matter(
        orders in reordered_profiles(),
        identity in identities(),
    ) {
        let [written, reordered] = orders.map(|profiles| {
            let matched = selection::select_profile(&with_profiles(&profiles), &identity);
            matched.map(|matched| (matched.profile, matched.specificity))
        });
        prop_assert_eq!(written, reordered);
    }

    #[test]
    fn no_profile_matches_more_closely_than_the_selected_one_and_none_behind_it_as_closely(
        orders in reordered_profiles(),
        identity in identities(),
    ) {
        // V1-ID-4, V2-PRO-1
        let [profiles, _] = orders;
        let router = with_profiles(&profiles);
        let selected = selection::select_profile(&router, &identity);
        for (index, lines) in profiles.iter().enumerate() {
            let Some(best) = lines.iter().filter_map(|line| line.matches(&identity)).max() else { continue };
            let selected = selected.unwrap();
            prop_assert!(best <= selected.specificity);
            prop_assert!(best < selected.specificity || index <= selected.profile.index());
        }
        let any_line = profiles.iter().flatten().any(|line| line.matches(&identity).is_some());
        prop_assert_eq!(selected.is_some(), any_line);
    }
}
