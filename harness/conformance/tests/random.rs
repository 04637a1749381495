//! Random cases: the engine against the reference model, and the cases in which the two once parted.

#![allow(clippy::unwrap_used, clippy::panic)]

mod conformance {
    use std::fs;
    use std::num::NonZero;
    use std::path::{Path, PathBuf};

    use conformance::case::stored;
    use conformance::explore::Shard;
    use conformance::fuzzing::TARGETS;
    use conformance::random::{Cases, Outcomes, Run};
    use conformance::regressions;
    use conformance::rendering::{Naming, render};
    use lab::certificates::Mint;
    use model::Reason;

    fn regressions_folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/regressions")
    }

    const THREADS: NonZero<usize> = NonZero::new(2).unwrap();

    /// As many as there is time for among the other tests; README.md has the command for 100,000.
    #[test]
    fn the_engine_does_in_random_cases_what_the_model_says() {
        let run = Run { seed: 1, cases: 600, shard: Shard::WHOLE };
        let explored = run.explore(THREADS, &|_| {});
        let stories = explored.first.iter().map(|parted| {
            let name = format!("{}-{}-{}", parted.found.kind().replace(' ', "-"), run.seed, parted.number);
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("random").join(name);
            let story = parted.found.to_string();
            regressions::keep(&parted.case, &story, &folder).unwrap();
            format!("{}: {story}", folder.display())
        });
        let stories: Vec<String> = stories.collect();
        assert!(stories.is_empty(), "{}", stories.join("\n"));
        assert_eq!(explored.disagreements, 0);
        assert_eq!(explored.outcomes.cases, 600);
    }

    #[test]
    fn what_comes_of_random_cases_depends_neither_on_threads_nor_on_shards() {
        let of = |shard: &str| Run { seed: 5, cases: 300, shard: shard.parse().unwrap() };
        let alone = of("1/1").explore(NonZero::<usize>::MIN, &|_| {});
        assert_eq!(of("1/1").explore(NonZero::new(3).unwrap(), &|_| {}), alone);
        let mut outcomes = Outcomes::default();
        for shard in ["1/2", "2/2"] {
            let part = of(shard).explore(THREADS, &|_| {});
            assert_eq!(part.outcomes.cases, 150);
            outcomes.add_all(&part.outcomes);
        }
        assert_eq!(outcomes, alone.outcomes);
        let mut one_by_one = Outcomes::default();
        Cases::of_seed(5).take(300).for_each(|case| one_by_one.add(&case));
        assert_eq!(one_by_one, alone.outcomes);
    }

    #[test]
    fn where_the_engine_and_the_model_once_parted_they_agree() {
        let mint = Mint::new();
        let entries = fs::read_dir(regressions_folder()).unwrap().map(|entry| entry.unwrap().path());
        // The inputs of a fuzz target are replayed beside it.
        let is_of_target = |path: &PathBuf| TARGETS.iter().any(|target| path.ends_with(target.name));
        let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir() && !is_of_target(path)).collect();
        folders.sort();
        let replayed = folders.iter().flat_map(|folder| {
            let found = regressions::replay(folder, &mint).unwrap_or_else(|problem| vec![problem]);
            found.into_iter().map(|it| format!("{}: {it}", folder.display()))
        });
        let found: Vec<String> = replayed.collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
        assert!(!folders.is_empty());
    }

    #[test]
    fn random_cases_can_be_said_in_texts_and_are_read_back_as_they_were_stored() {
        for case in Cases::of_seed(2).take(1_000) {
            let text = stored::write(&case);
            assert_eq!(stored::read(&text).as_ref(), Ok(&case), "{text}");
            if let Err(reason) = render(&case, &Naming::default(), "a case") {
                panic!("{reason}\n{text}");
            }
        }
    }

    /// A generator whose cases all fail at the first message proves nothing.
    #[test]
    fn random_cases_end_in_every_way_that_the_model_knows() {
        let mut outcomes = Outcomes::default();
        Cases::of_seed(3).take(12_000).for_each(|case| outcomes.add(&case));
        let share = |wanted: &str| outcomes.percent(|outcome, _, _| outcome == wanted);
        assert!(share("up") > 12.0, "{outcomes}");
        assert!(share("no-child-sa") > 4.0, "{outcomes}");
        assert!(outcomes.asymmetric * 100 > outcomes.cases * 8, "{outcomes}");
        let reached = |reason: &Reason| outcomes.percent(|_, _, cause| cause == reason.words()) > 0.0;
        // A router that signed sent its certificate.
        let unreachable = [Reason::NoCertificateReceived];
        let missing: Vec<_> = Reason::ALL.iter().filter(|reason| !reached(reason)).collect();
        assert_eq!(missing, unreachable.iter().collect::<Vec<_>>(), "{outcomes}");
    }
}
