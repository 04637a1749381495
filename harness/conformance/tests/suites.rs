//! The suites against the built-in engine, and their negative controls.

#![allow(clippy::unwrap_used, clippy::panic)]

mod conformance {
    use ::conformance::conform::{self, Expectations};
    use ::conformance::control::{self, Verdict};
    use ::conformance::suites;

    /// Holds the built-in engine to the checks of an RFC, and the checks to their controls.
    fn hold(rfc: u16) {
        let (mut target, laboratory) = conform::built_in();
        let deviations = Expectations::of_built_in();
        let is_of_rfc = |id: &str| {
            let mut sections = suites::sections().iter().filter(|section| section.rfc == rfc);
            sections.any(|section| section.checks.iter().any(|check| check.id == id))
        };
        let lines = conform::run(&mut target, &laboratory, &deviations, |check| is_of_rfc(check.id), |_| {});
        assert!(!lines.is_empty());
        let wrong: Vec<String> = lines
            .iter()
            .filter(|line| line.is_unexpected())
            .map(|line| format!("{} {}: {}", line.judged.outcome, line.check.id, line.judged.actual))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let not_run = lines.iter().find(|line| line.judged.outcome.as_str() == "skipped");
        assert!(not_run.is_none(), "the built-in engine can be prepared for every check: {not_run:?}");
    }

    fn control(rfc: u16) {
        let (mut target, laboratory) = conform::built_in();
        let mut missed = Vec::new();
        for section in suites::sections().iter().filter(|section| section.rfc == rfc) {
            for check in &section.checks {
                let trial = control::run(check, &mut target, &laboratory).unwrap();
                missed.extend(trial.filter(|trial| trial.verdict != Verdict::Caught));
            }
        }
        assert!(missed.is_empty(), "{missed:#?}");
    }

    macro_rules! rfcs {
        ($($engine:ident, $controls:ident: $rfc:literal;)*) => {
            $(
                #[test]
                fn $engine() {
                    hold($rfc);
                }

                #[test]
                fn $controls() {
                    control($rfc);
                }
            )*
        };
    }

    rfcs! {
        the_engine_meets_rfc_2407, every_check_of_rfc_2407_has_what_makes_it_fail: 2407;
        the_engine_meets_rfc_2408, every_check_of_rfc_2408_has_what_makes_it_fail: 2408;
        the_engine_meets_rfc_2409, every_check_of_rfc_2409_has_what_makes_it_fail: 2409;
        the_engine_meets_rfc_3706, every_check_of_rfc_3706_has_what_makes_it_fail: 3706;
        the_engine_meets_rfc_3947, every_check_of_rfc_3947_has_what_makes_it_fail: 3947;
        the_engine_meets_rfc_7296, every_check_of_rfc_7296_has_what_makes_it_fail: 7296;
        the_engine_meets_rfc_7383, every_check_of_rfc_7383_has_what_makes_it_fail: 7383;
        the_engine_meets_rfc_7427, every_check_of_rfc_7427_has_what_makes_it_fail: 7427;
        the_engine_meets_rfc_4945_but_for_the_deviations_of_ios, every_check_of_rfc_4945_has_what_makes_it_fail: 4945;
    }

    #[test]
    fn a_run_gives_the_same_lines_twice() {
        let run = || {
            let (mut target, laboratory) = conform::built_in();
            let lines = conform::run(&mut target, &laboratory, &Expectations::default(), |_| true, |_| {});
            lines.into_iter().map(|line| (line.check.id, line.judged)).collect::<Vec<_>>()
        };
        assert_eq!(run(), run());
    }

    #[test]
    fn an_expected_failure_that_passes_is_unexpected() {
        let (mut target, laboratory) = conform::built_in();
        let text = "[[expected]]\ncheck = \"main-mode-is-implemented\"\nreason = \"a test\"\n";
        let expectations = Expectations::parse(text).unwrap();
        let only = |check: &::conformance::check::Check| check.id == "main-mode-is-implemented";
        let lines = conform::run(&mut target, &laboratory, &expectations, only, |_| {});
        assert!(lines[0].is_unexpected());
        let none = conform::run(&mut target, &laboratory, &Expectations::default(), only, |_| {});
        assert!(!none[0].is_unexpected());
    }

    #[test]
    fn an_expectation_of_an_unknown_check_or_twice_the_same_is_refused() {
        let one = "[[expected]]\ncheck = \"main-mode-is-implemented\"\nreason = \"a test\"\n";
        assert!(Expectations::parse(one).is_ok());
        assert!(Expectations::parse(&one.replace("main", "minor")).is_err());
        assert!(Expectations::parse(&format!("{one}{one}")).is_err());
        assert!(Expectations::parse(&one.replace("reason", "why")).is_err());
    }
}
