//! Exploring a bounded space: negotiations per second on one thread and on two, and how many of them the model predicts
//! in the same time.

use std::num::NonZero;

use conformance::explore::{Explorer, Shard};
use ike::IkeVersion;
use ikespec_benches::{Measuring, OURS};
use model::{Outcome, Space, Version, ios};

/// A part of the space of three CAs, which has 128 x 128 pairs of routers and 32,768 negotiations: by a number that has no
/// divisor in common with those, so that all ways of both routers are in it.
const PARTS: usize = 61;

pub fn run(measuring: &mut Measuring) {
    let mut bench = measuring.bench("explore");
    let shard: Shard = format!("1/{PARTS}").parse().expect("it is one of the parts");
    for (name, version, of_model) in
        [("IKEv1", IkeVersion::V1, Version::Ikev1), ("IKEv2", IkeVersion::V2, Version::Ikev2)]
    {
        let explorer = Explorer::new(version, 3).expect("the routers of the space can be made");
        let space = Space::new(of_model, 3);
        let explore = |threads| {
            let exploration = explorer.explore(shard, threads, &|_| {});
            assert_eq!(exploration.tally.disagreements, 0);
        };
        let negotiations = 2 * shard.share_of(space.len() / 2);
        let (alone, together) = (format!("{name}, one thread"), format!("{name}, two threads"));
        let two = NonZero::<usize>::MIN.saturating_add(1);
        bench.time(&alone, OURS, || explore(NonZero::<usize>::MIN));
        bench.time(&together, OURS, || explore(two));
        bench.time(&alone, "the model alone", || predict(&space, shard));
        bench.compare(&alone, "the model alone", None);
        bench.compare_cases(&together, &alone, None);
        bench.rate(&together, negotiations as f64, "negotiations", Some(25_000.0));
    }
}

/// The predictions of a part: of both directions of each pair.
fn predict(space: &Space, shard: Shard) -> usize {
    let places = (0..space.len()).filter(|place| shard.contains(place / 2));
    places.filter_map(|place| space.get(place)).filter(|it| ios::predict(it).outcome == Outcome::Up).count()
}
