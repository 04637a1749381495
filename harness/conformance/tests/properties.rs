//! What else holds in random cases, beside that the engine does what the model says.

#![allow(clippy::unwrap_used, clippy::panic)]

mod conformance {
    use conformance::case::trial::Trial;
    use conformance::case::{Case, stored};
    use conformance::random::Cases;
    use conformance::rendering::Naming;
    use ios::debug::{ClockStyle, render};
    use lab::certificates::Mint;
    use lab::link::LinkSettings;
    use lab::link::faults::Percent;
    use lab::negotiation::negotiate;
    use lab::side::{Pair, Side};
    use lab::verdict::course::Course;
    use model::{Outcome, Version, ios as ios_rules};

    /// Tries cases of a seed with these names and this link: the engine has to do what the model says, which knows neither.
    fn hold(
        seed: u64,
        count: usize,
        naming: &Naming,
        link: &LinkSettings,
        concerns: fn(&Case, Side) -> bool,
    ) {
        let mint = Mint::new();
        let mut held = 0;
        for case in Cases::of_seed(seed).take(count) {
            let mut trial = Trial::of(&case, naming, &mint).unwrap();
            trial.world.link = link.clone();
            for side in Side::BOTH.into_iter().filter(|&side| concerns(&case, side)) {
                let found: Vec<String> = trial.examine(side).iter().map(ToString::to_string).collect();
                assert!(found.is_empty(), "{side:?} begins: {found:#?}\n{}", stored::write(&case));
                held += 1;
            }
        }
        assert!(held * 10 > count, "{held} of {count} cases were concerned");
    }

    #[test]
    fn other_names_of_routers_cas_trustpoints_and_profiles_change_nothing() {
        let naming = Naming {
            routers: Pair { first: "R2", second: "R1" },
            authority: |number| format!("CA{}", 9 - i16::from(number)),
            trustpoint: |number| format!("TP{}", 9 - i16::from(number)),
            profile: |number| format!("PROF{}", 9 - i16::from(number)),
        };
        hold(11, 120, &naming, &LinkSettings::default(), |_, _| true);
    }

    /// Every second datagram of the first ones is lost, others come twice or late; all of it is sent again in time.
    #[test]
    fn a_bad_link_changes_nothing_but_the_time() {
        let percent = |number| Percent::new(number).unwrap();
        let link = LinkSettings {
            lose: vec![1, 3, 6],
            duplication: percent(40),
            reordering: percent(20),
            ..LinkSettings::default()
        };
        let comes_up = |case: &Case, side| {
            !ends_at_once(case) && ios_rules::predict(&case.begun_by(side)).outcome == Outcome::Up
        };
        hold(12, 150, &Naming::default(), &link, comes_up);
    }

    /// Whether a certificate is valid until the second at which the negotiation begins.
    fn ends_at_once(case: &Case) -> bool {
        let routers = || Side::BOTH.into_iter().map(|side| &case.routers[side]);
        let own = routers().flat_map(|router| &router.enrolments).map(|own| own.certificate.condition);
        let all = own.chain(case.world.ca_certificates.iter().map(|it| it.condition));
        let ends: Vec<_> = all.map(|condition| condition.validity.until).collect();
        routers().any(|router| ends.contains(&router.clock))
    }

    #[test]
    fn what_a_router_prints_and_the_verdict_agree_on_who_is_authenticated() {
        let mint = Mint::new();
        let mut printed = [0, 0];
        for case in Cases::of_seed(13).filter(|case| case.version == Version::Ikev1).take(60) {
            let trial = Trial::of(&case, &Naming::default(), &mint).unwrap();
            for initiator in Side::BOTH {
                let Ok(negotiation) = negotiate(&trial.world, initiator) else { continue };
                for side in Side::BOTH {
                    let own = negotiation.events.iter().filter(|(of, _)| *of == side);
                    let events = own.map(|(_, event)| event);
                    let text = render(&trial.world.routers[side], ClockStyle::default(), events);
                    let says = text.contains("SA authentication status: authenticated");
                    assert_eq!(says, Course::of(&negotiation, side).authenticated, "{side:?}\n{text}");
                    printed[usize::from(says)] += 1;
                }
            }
        }
        assert!(printed.iter().all(|&count| count > 20), "{printed:?}");
    }
}
