//! Which trustpoint answers the requests of a message: in IKEv1 by name, in IKEv2 by the hash of a key. Against a walk over
//! all trustpoints, and a bare look-up in a hash table.

use ikespec_benches::matching::{Match, Subjects, as_utf8};
use ikespec_benches::{Bench, Measuring, OURS, authority_name};

/// A walk that compares lengths, then bytes.
const WALK: &str = "linear scan";
/// The floor: a hash table that holds nothing but keys and trustpoints.
const LOOK_UP: &str = "bare lookup";

const TRUSTPOINTS: [usize; 4] = [2, 16, 1_000, 10_000];
const REQUESTS: [usize; 4] = [1, 7, 100, 1_000];

pub fn run(measuring: &mut Measuring) {
    let mut bench = measuring.bench("certreq_matching");
    for trustpoints in TRUSTPOINTS {
        let subjects = Subjects::new(trustpoints);
        for requests in REQUESTS {
            let places: &[(&str, Match)] = match requests {
                1 => &[("first", Match::First), ("none", Match::None)],
                _ => &[
                    ("first", Match::First),
                    ("middle", Match::Middle),
                    ("last", Match::Last),
                    ("none", Match::None),
                ],
            };
            for &(place, matched) in places {
                by_name(&mut bench, &subjects, [trustpoints, requests], (place, matched));
                by_hash(&mut bench, &subjects, [trustpoints, requests], (place, matched));
            }
        }
        by_other_encoding(&mut bench, &subjects, trustpoints);
    }
    for version in ["IKEv1", "IKEv2"] {
        let case = |trustpoints, place| name(version, [trustpoints, 1], place);
        bench.compare_cases(&case(10_000, "first"), &case(16, "first"), Some(2.0));
        bench.compare_cases(&case(10_000, "none"), &case(16, "none"), Some(1.3));
    }
}

fn name(version: &str, [trustpoints, requests]: [usize; 2], place: &str) -> String {
    format!("{version} T={trustpoints} N={requests} {place}")
}

fn by_name(
    bench: &mut Bench<'_>,
    subjects: &Subjects,
    [trustpoints, requests]: [usize; 2],
    (place, matched): (&str, Match),
) {
    let messages = subjects.name_requests(requests, matched);
    let ours = || subjects.by_name(&messages);
    let (walk, look_up) = (|| subjects.by_name_walking(&messages), || subjects.by_name_looking_up(&messages));
    assert_eq!((ours(), ours()), (walk(), look_up()), "all have to give the same answer");
    let case = name("IKEv1", [trustpoints, requests], place);
    bench.time(&case, OURS, ours);
    bench.time(&case, WALK, walk);
    bench.time(&case, LOOK_UP, look_up);
    // A name that no trustpoint has in this encoding might be one of theirs in another, which takes reading it.
    let misses = matched != Match::First;
    compare(bench, &case, [trustpoints, requests], LOOK_UP, Some(if misses { 10.0 } else { 2.0 }));
    compare(bench, &case, [trustpoints, requests], WALK, (trustpoints == 2 && !misses).then_some(2.0));
}

fn by_hash(
    bench: &mut Bench<'_>,
    subjects: &Subjects,
    [trustpoints, requests]: [usize; 2],
    (place, matched): (&str, Match),
) {
    let hashes = subjects.hash_requests(requests, matched);
    let ours = || subjects.by_hash(&hashes);
    let (walk, look_up) = (|| subjects.by_hash_walking(&hashes), || subjects.by_hash_looking_up(&hashes));
    assert_eq!((ours(), ours()), (walk(), look_up()), "all have to give the same answer");
    let case = name("IKEv2", [trustpoints, requests], place);
    bench.time(&case, OURS, ours);
    bench.time(&case, WALK, walk);
    bench.time(&case, LOOK_UP, look_up);
    compare(bench, &case, [trustpoints, requests], LOOK_UP, Some(2.0));
    let faster = (trustpoints, requests, matched) == (1_000, 100, Match::None);
    let against_walk = if trustpoints == 2 { Some(2.0) } else { faster.then_some(1.0 / 300.0) };
    compare(bench, &case, [trustpoints, requests], WALK, against_walk);
}

/// Few of the many go into the table.
fn compare(
    bench: &mut Bench<'_>,
    case: &str,
    [trustpoints, requests]: [usize; 2],
    peer: &str,
    at_most: Option<f64>,
) {
    match [trustpoints, requests] {
        [2 | 16 | 10_000, 1] | [1_000, 100] => bench.compare(case, peer, at_most),
        _ => bench.compare_in_detail(case, peer, at_most),
    }
}

/// A name of a trustpoint in another string type (RFC 5280 7.1); the floor looks up the encoding that is known.
fn by_other_encoding(bench: &mut Bench<'_>, subjects: &Subjects, trustpoints: usize) {
    let known = subjects.name_requests(1, Match::First);
    let other = [as_utf8(&authority_name(trustpoints / 2)).as_der().into()];
    assert_eq!(subjects.by_name(&other), subjects.by_name(&known));
    let case = format!("IKEv1 T={trustpoints} other encoding");
    bench.time(&case, OURS, || subjects.by_name(&other));
    bench.time(&case, LOOK_UP, || subjects.by_name_looking_up(&known));
    bench.compare(&case, LOOK_UP, Some(10.0));
}
