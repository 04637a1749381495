//! The engine against the reference model, over the scenarios of the corpus that the model has transcribed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../model/tests/common/mod.rs"]
mod common;
#[path = "../../model/tests/corpus/scenarios.rs"]
mod scenarios;

mod conformance {
    use std::net::IpAddr;
    use std::path::Path;

    use conformance::comparison::{Finding, Names, examine};
    use lab::certificates::Mint;
    use lab::complete::World;
    use lab::scenario::Scenario;
    use lab::side::{Pair, Side};
    use model::{Identity, Name, Negotiation, Version};

    use super::common::{self, host};
    use super::scenarios::{self, scenarios};

    /// The world of the scenario in this folder.
    fn world(folder: &str) -> World {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/scenarios").join(folder);
        let scenario = Scenario::from_folder(&folder).unwrap();
        let texts = scenario.read_texts().unwrap();
        scenario.world(&texts, None, &Mint::new()).unwrap()
    }

    /// What the model's table calls the two routers: their identities as in `common`, by which R1 is 1 and R2 is 2.
    fn names(world: &World, scenario: &scenarios::Scenario) -> Pair<Names> {
        Pair::from_fn(|side| {
            let number = if side == Side::First { 1 } else { 2 };
            let router = &world.routers[side];
            let mut identities =
                vec![(ike::Identity::Fqdn(router.fully_qualified_name()), Identity::Fqdn(host(number)))];
            let addresses = world.addresses[side].iter().filter(|it| matches!(it, IpAddr::V4(_)));
            identities.extend(
                addresses.map(|&it| (ike::Identity::Address(it), Identity::Address(u32::from(number)))),
            );
            let own = router.trustpoints().iter().filter_map(|it| it.enrolment.as_ref());
            identities.extend(own.map(|it| {
                let subject = it.certificate.subject().clone();
                (ike::Identity::DistinguishedName(subject), Identity::Dn(Name(100 + number)))
            }));
            let names = Names::as_configured(router, Version::Ikev1, identities);
            let [first, second] = scenario.trustpoints;
            let listed = if side == Side::First { first } else { second };
            let of_model = if side == Side::First { &scenario.r1 } else { &scenario.r2 };
            let trustpoints = listed.iter().take(of_model.trustpoints.len());
            Names { trustpoints: trustpoints.map(|&name| name.to_owned()).collect(), ..names }
        })
    }

    fn findings(scenario: &scenarios::Scenario) -> Vec<String> {
        let world = world(scenario.folder);
        let names = names(&world, scenario);
        let forth = Negotiation {
            common: scenario.common,
            ..common::negotiation(Version::Ikev1, &scenario.world, &scenario.r1, &scenario.r2)
        };
        let directions = [(Side::First, forth), (Side::Second, forth.from_the_other_side())];
        let findings = directions.iter().flat_map(|(from, negotiation)| {
            let found = examine(&world, *from, &names, negotiation);
            found.into_iter().map(move |it: Finding| format!("{} from {from:?}: {it}", scenario.folder))
        });
        findings.collect()
    }

    #[test]
    fn the_engine_does_in_the_corpus_what_the_model_says() {
        let found: Vec<_> = scenarios().iter().flat_map(findings).collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
