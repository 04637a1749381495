//! The receiving path allocates nothing: reading messages, answering requests, selecting a profile. And what the fuzz targets
//! do with messages takes memory in proportion to them.

use std::net::Ipv4Addr;
use std::path::Path;

use allocation_counter::{AllocationInfo, measure};
use conformance::fuzzing::TARGETS;
use ike::selection::ikev2::{Peer, select_profile as select_ikev2_profile};
use ike::selection::select_profile;
use ike::{
    Identity, IdentityMatch, IdentityPattern, Ikev2Match, Ikev2Pattern, Ikev2Profile, Origin, Profile, Router,
};
use ikespec_benches::matching::{Match, Subjects, as_utf8};
use ikespec_benches::messages::{Ikev1Parts, Ikev2Parts, write_inside, write_main_mode, write_sa_init};
use ikespec_benches::reading::ours;
use ikespec_benches::{authority_name, enrolled_router};

/// How many allocations `work` makes.
fn allocations<T>(work: impl FnOnce() -> T) -> u64 {
    let AllocationInfo { count_total, .. } = measure(|| drop(std::hint::black_box(work())));
    count_total
}

#[test]
fn allocations_are_counted() {
    assert_eq!(allocations(|| vec![1_u8]), 1);
}

#[test]
fn reading_a_message_allocates_nothing() {
    let (ikev2, ikev1) = (Ikev2Parts::new(7), Ikev1Parts::new(100));
    let sa_init = write_sa_init(&ikev2.sa_init()).expect("nothing is too long");
    let (first, auth) = write_inside(&ikev2.auth()).expect("nothing is too long");
    let mm1 = write_main_mode(&ikev1.mm1()).expect("nothing is too long");
    let mm4 = write_main_mode(&ikev1.mm4()).expect("nothing is too long");
    assert_eq!(allocations(|| ours::ikev2(&sa_init).expect("it was just written")), 0);
    assert_eq!(allocations(|| ours::inside(first, &auth).expect("it was just written")), 0);
    assert_eq!(allocations(|| ours::ikev1(&mm1).expect("it was just written")), 0);
    assert_eq!(allocations(|| ours::ikev1(&mm4).expect("it was just written")), 0);
}

#[test]
fn refusing_a_message_allocates_nothing() {
    let mut message = write_sa_init(&Ikev2Parts::new(0).sa_init()).expect("nothing is too long");
    let behind_the_header = 28;
    message[behind_the_header + 3] = 0xff;
    assert_eq!(allocations(|| ours::ikev2(&message).expect_err("the first payload is not so long")), 0);
}

#[test]
fn answering_requests_allocates_nothing() {
    let subjects = Subjects::new(16);
    for matched in [Match::First, Match::Middle, Match::Last, Match::None] {
        let names = subjects.name_requests(100, matched);
        let hashes = subjects.hash_requests(100, matched);
        assert_eq!(allocations(|| subjects.by_name(&names)), 0, "{matched:?}");
        assert_eq!(allocations(|| subjects.by_hash(&hashes)), 0, "{matched:?}");
    }
    let other_encoding = [as_utf8(&authority_name(8)).as_der().into()];
    assert_eq!(allocations(|| subjects.by_name(&other_encoding).expect("it is known")), 0);
}

/// What the properties do with a message: they write it again, whole and payload by payload, and keep lists of its parts.
#[test]
fn a_message_takes_memory_in_proportion_to_its_length() {
    const EACH_BYTE: u64 = 24;
    const ANYWAY: u64 = 4_096;
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/fuzz");
    let names = ["ikev1_message_roundtrip", "ikev2_message_roundtrip", "ikev1_payload", "ikev2_payload"];
    for target in TARGETS.iter().filter(|target| names.contains(&target.name)) {
        let mut inputs = 0;
        for file in std::fs::read_dir(corpus.join(target.name)).expect("the target has inputs") {
            let file = file.expect("the folder can be read").path();
            let bytes = std::fs::read(&file).expect("the file can be read");
            let AllocationInfo { bytes_max, .. } = measure(|| (target.property)(&bytes));
            let most = ANYWAY + EACH_BYTE * bytes.len() as u64;
            assert!(bytes_max <= most, "{}: {bytes_max} for {} bytes", file.display(), bytes.len());
            inputs += 1;
        }
        assert!(inputs > 0, "{}", target.name);
    }
}

#[test]
fn selecting_a_profile_allocates_nothing() {
    let router = router_with_profiles();
    for name in ["R2.cisco.com", "r2.CISCO.com", "elsewhere.example.com"] {
        let identity = Identity::Fqdn(name.to_owned());
        assert_eq!(allocations(|| select_profile(&router, &identity)), 0, "{name}");
        let peer = Peer { local: Ipv4Addr::LOCALHOST.into(), identity: &identity, certificate: None };
        assert_eq!(allocations(|| select_ikev2_profile(&router, peer)), 0, "{name}");
    }
}

/// A router with a profile for R2 and one for the domain, in both versions of IKE.
fn router_with_profiles() -> Router {
    let patterns = || {
        [
            IdentityPattern::Host("R2.cisco.com".to_owned()),
            IdentityPattern::HostDomain("cisco.com".to_owned()),
        ]
    };
    let profile = |pattern| Profile {
        name: "prof".to_owned(),
        origin: Origin::DEFAULT,
        pins: Vec::new(),
        matches: vec![IdentityMatch { pattern, origin: Origin::DEFAULT }],
        self_identity: None,
        keyring: None,
    };
    let ikev2_profile = |pattern| {
        let matches = vec![Ikev2Match { pattern: Ikev2Pattern::Identity(pattern), origin: Origin::DEFAULT }];
        Ikev2Profile { matches, ..Ikev2Profile::new("prof".to_owned(), Origin::DEFAULT) }
    };
    let mut parts = enrolled_router(1).parts().clone();
    parts.profiles = patterns().map(profile).to_vec();
    parts.ikev2.profiles = patterns().map(ikev2_profile).to_vec();
    Router::new(parts).expect("profiles without pins refer to nothing")
}
