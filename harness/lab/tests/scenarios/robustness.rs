//! Texts that lack lines or have them out of order: there is always an answer, if only a diagnostic.

use lab::side::Side;
use lab::verdict::try_direction;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::pair::Routers;

/// Which lines are left out, and which are moved to the end.
fn damages() -> impl Strategy<Value = Vec<(prop::sample::Index, bool)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..12)
}

fn damaged(text: &str, damages: &[(prop::sample::Index, bool)]) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    for (index, moved) in damages {
        let line = lines.remove(index.index(lines.len()));
        if *moved {
            lines.push(line);
        }
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(117_633),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn damaged_texts_have_a_verdict_or_a_diagnostic(first in damages(), second in damages()) {
        let mut routers = Routers::of_the_document();
        for (side, damages) in [(Side::First, &first), (Side::Second, &second)] {
            let text = damaged(&routers.text(side), damages);
            routers = routers.with_text(side, &text);
        }
        match routers.try_world() {
            Err((problems, _)) => prop_assert!(!problems.is_empty()),
            Ok(world) => for initiator in Side::BOTH {
                if let Ok(direction) = try_direction(&world, initiator) {
                    let is_up = direction.verdict.failure.is_none() && direction.verdict.alternatives.is_empty();
                    prop_assert_eq!(is_up, direction.verdict.outcome == lab::verdict::Outcome::Up);
                    let verdict = &direction.verdict;
                    prop_assert!(!verdict.because.is_empty() || !verdict.alternatives.is_empty());
                }
            },
        }
    }
}
