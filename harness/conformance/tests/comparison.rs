//! The engine against the reference model, over the scenarios of the corpus that the model has transcribed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../model/tests/common/mod.rs"]
mod common;
#[path = "../../model/tests/corpus/scenarios.rs"]
mod scenarios;

mod conformance {
    use std::net::IpAddr;
    use std::path::Path;

    use std::sync::Arc;

    use conformance::comparison::{Comparison, Field, Finding, Names, Numbers, Observed, examine, uncovered};
    use lab::certificates::Mint;
    use lab::complete::World;
    use lab::negotiation::negotiate;
    use lab::scenario::Scenario;
    use lab::side::{Pair, Side};
    use model::{
        Binding, DecidedBy, Failure, Identity, Message, Name, Negotiation, Outcome, Prediction, Reason, Role,
        Rule, TrustpointId, TrustpointSet, Version, ios,
    };

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

    /// Has R1 begin in this scenario, and hands on what compares it.
    fn with_r1_beginning(folder: &str, look: impl FnOnce(Comparison<'_>, &Observed, Prediction)) {
        let scenario = scenarios().into_iter().find(|it| it.folder == folder).unwrap();
        let world = world(folder);
        let names = names(&world, &scenario);
        let negotiation = common::negotiation(Version::Ikev1, &scenario.world, &scenario.r1, &scenario.r2);
        let initiator =
            Numbers::of(&world.routers.first, &names.first, &negotiation, Role::Initiator).unwrap();
        let responder =
            Numbers::of(&world.routers.second, &names.second, &negotiation, Role::Responder).unwrap();
        let numbers = model::Pair { initiator: &initiator, responder: &responder };
        let comparison = Comparison { negotiation, numbers };
        let observed = comparison.observe(Ok(&negotiate(&world, Side::First).unwrap())).unwrap();
        look(comparison, &observed, ios::predict(&negotiation));
    }

    type Change = fn(&mut Prediction);

    fn assert_told(folder: &str, changes: &[(Change, &[Field])]) {
        with_r1_beginning(folder, |comparison, observed, prediction| {
            assert_eq!(comparison.compare(observed, &prediction), []);
            for (change, expected) in changes {
                let mut changed = prediction;
                change(&mut changed);
                let told = comparison.compare(observed, &changed);
                let fields: Vec<Field> = told.iter().map(|difference| difference.field).collect();
                assert_eq!(fields, *expected, "{told:?}");
            }
        });
    }

    #[test]
    fn a_difference_in_any_field_is_told_by_its_name() {
        const IOSCA2: TrustpointId = TrustpointId(1);
        assert_told(
            "the-same-pin-on-both-sides-comes-up",
            &[
                (|it| it.requests.initiator = None, &[Field::Requests]),
                (
                    |it| {
                        it.requests.responder.as_mut().unwrap().pop();
                    },
                    &[Field::Requests],
                ),
                (|it| it.chosen.initiator.as_mut().unwrap().trustpoint = IOSCA2, &[Field::Trustpoint]),
                (
                    |it| it.chosen.responder.as_mut().unwrap().decided_by = DecidedBy::NewestEnrolment,
                    &[Field::DecidedBy],
                ),
                (|it| it.signed.responder = false, &[Field::Signed]),
                (|it| it.identity.initiator = Some(Identity::Fqdn(host(3))), &[Field::Identity]),
                (|it| it.profile.responder = Binding::Without, &[Field::Profile]),
                (|it| it.validation_list.initiator = Some(TrustpointSet::EMPTY), &[Field::ValidationList]),
                (|it| it.anchor.responder = Some(IOSCA2), &[Field::Anchor]),
                (
                    |it| {
                        let (message, reason) = (Message::Qm1, Reason::ProfileNotTheTunnels);
                        it.outcome = Outcome::NoChildSa(Failure { message, router: Role::Responder, reason });
                    },
                    &[Field::Outcome, Field::Message, Field::Router, Field::Reason, Field::Rule],
                ),
            ],
        );
    }

    #[test]
    fn a_difference_in_any_part_of_a_failure_is_told_by_its_name() {
        fn failure(prediction: &mut Prediction) -> &mut Failure {
            match &mut prediction.outcome {
                Outcome::Failed(failure) => failure,
                other => panic!("{other:?}"),
            }
        }
        assert_told(
            "different-pins-fail-both-ways",
            &[
                (|it| failure(it).message = Message::Mm6, &[Field::Message]),
                (|it| failure(it).router = Role::Initiator, &[Field::Router]),
                (|it| failure(it).reason = Reason::CertificateRevoked, &[Field::Reason]),
                (|it| it.decisive = Some(Rule::V1Val4), &[Field::Rule]),
                (|it| it.outcome = Outcome::NoChildSa(*failure(it)), &[Field::Outcome]),
            ],
        );
    }

    /// R2 signs with IOSCA2, which R1 accepts without a pin and must not accept with the pin IOSCA1.
    #[test]
    fn a_certificate_that_the_validation_list_does_not_cover_is_told() {
        let world = world("without-pins-each-signs-for-what-the-other-enrolled-last");
        let negotiation = negotiate(&world, Side::First).unwrap();
        assert_eq!(uncovered(&world, &negotiation), None);
        let mut parts = world.routers.first.parts().clone();
        let iosca1 = parts.trustpoints.iter().position(|it| it.name == "IOSCA1").unwrap();
        let trustpoint = ike::TrustpointId::from_index(iosca1).unwrap();
        parts.profiles[0].pins.push(ike::Pin { trustpoint, origin: ike::Origin::DEFAULT });
        let mut pinned = world.clone();
        pinned.routers.first = Arc::new(ike::Router::new(parts).unwrap());
        let told = uncovered(&pinned, &negotiation).unwrap();
        assert_eq!((told.router.as_str(), told.list), ("R1", vec!["IOSCA1".to_owned()]));
    }
}
