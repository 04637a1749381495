//! Every way in which two routers can be enrolled in three CAs and pinned: the engine against the reference model.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod conformance {
    use std::num::NonZero;
    use std::thread;

    use conformance::explore::{Disagreement, Exploration, Explorer, Shard};
    use ike::IkeVersion;
    use lab::certificates::Mint;
    use lab::verdict::try_direction;

    fn explored(version: IkeVersion, cas: u8) -> (Explorer, Exploration) {
        let explorer = Explorer::new(version, cas).unwrap();
        let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let exploration = explorer.explore(Shard::WHOLE, threads, &|_| {});
        (explorer, exploration)
    }

    fn assert_agreement(explorer: &Explorer, exploration: &Exploration) {
        let told = |it: &Disagreement| {
            let findings: Vec<_> = it.findings.iter().map(|finding| format!("  {finding}")).collect();
            format!("{} from {:?}\n{}", explorer.describe(it.place), it.from, findings.join("\n"))
        };
        let first: Vec<_> = exploration.disagreements.iter().take(10).map(told).collect();
        assert!(first.is_empty(), "{} disagreements\n{}", exploration.tally.disagreements, first.join("\n"));
    }

    fn hold(version: IkeVersion) {
        let (explorer, exploration) = explored(version, 3);
        assert_agreement(&explorer, &exploration);
        assert_eq!(exploration.tally.directions, 32_768);
        assert_eq!(exploration.tally.pairs, 16_384);
        assert_eq!(exploration.tally.rfc[3], 0, "to some outcomes there is no way by the RFCs");
    }

    #[test]
    fn the_engine_equals_the_model_wherever_ikev1_routers_share_three_cas() {
        hold(IkeVersion::V1);
    }

    #[test]
    fn the_engine_equals_the_model_wherever_ikev2_routers_share_three_cas() {
        hold(IkeVersion::V2);
    }

    #[test]
    fn what_comes_out_depends_on_no_number_of_threads() {
        let explorer = Explorer::new(IkeVersion::V1, 2).unwrap();
        let threads = |number| NonZero::new(number).unwrap();
        let alone = explorer.explore(Shard::WHOLE, threads(1), &|_| {});
        assert_eq!(alone.tally.directions, 800, "(5 orders × 4 pin sets)² × 2");
        assert_eq!(explorer.explore(Shard::WHOLE, threads(3), &|_| {}), alone);
    }

    #[test]
    fn each_pair_is_in_one_shard() {
        for (pairs, of) in [(400, 1), (400, 3), (2, 3), (0, 2)] {
            let shards: Vec<Shard> =
                (1..=of).map(|number| format!("{number}/{of}").parse().unwrap()).collect();
            for pair in 0..pairs {
                assert_eq!(shards.iter().filter(|shard| shard.contains(pair)).count(), 1);
            }
            for shard in &shards {
                let share = (0..pairs).filter(|&pair| shard.contains(pair)).count();
                assert_eq!(shard.share_of(pairs), share, "{shard} of {pairs}");
            }
        }
    }

    #[test]
    fn a_pair_is_written_as_a_scenario_that_comes_out_as_the_model_expects() {
        for version in [IkeVersion::V1, IkeVersion::V2] {
            let explorer = Explorer::new(version, 2).unwrap();
            let mint = Mint::new();
            // Both come up; it matters who begins; R1 is not enrolled.
            for place in [19 * 20 + 19, 13 * 20 + 8, 3 * 20 + 12].map(|pair| pair * 2) {
                let scenario = explorer.scenario(place, "a pair").unwrap().scenario().unwrap();
                let texts = scenario.read_texts().unwrap();
                let world = scenario.world(&texts, None, &mint).unwrap();
                assert_eq!(scenario.expected.len(), 2);
                for expectation in &scenario.expected {
                    let side = world.names.find(|name| *name == expectation.from).unwrap();
                    let verdict = try_direction(&world, side).unwrap().verdict;
                    assert_eq!(expectation.unmet_by(&verdict, &world), [""; 0], "{place}");
                }
            }
        }
    }
}
