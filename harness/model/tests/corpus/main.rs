//! The expectations of `corpus/scenarios/`: the routers are transcribed by hand in `scenarios`, the expectations are read
//! from each `scenario.toml`. The tests of `conformance` hold the engine against the same table.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../common/mod.rs"]
mod common;
mod scenarios;

use std::fs;
use std::path::Path;

use common::*;
use model::*;
use scenarios::{Scenario, scenarios};

/// One `[[expect]]` of a `scenario.toml`.
#[derive(Default)]
struct Expectation {
    from: String,
    outcome: String,
    failure: Option<[String; 3]>,
    certificates: [Option<String>; 2],
    rules: Vec<String>,
}

/// Reads the expectations of a file, each of whose keys stands on a line of its own.
fn expectations(text: &str) -> Vec<Expectation> {
    let quoted =
        |value: &str| -> Vec<String> { value.split('"').skip(1).step_by(2).map(str::to_owned).collect() };
    text.split("[[expect]]")
        .skip(1)
        .map(|block| {
            let mut expectation = Expectation::default();
            for (key, value) in block.lines().filter_map(|line| line.split_once(" = ")) {
                match key {
                    "from" => expectation.from = quoted(value).concat(),
                    "outcome" => expectation.outcome = quoted(value).concat(),
                    "failure" => expectation.failure = Some(quoted(value).try_into().unwrap()),
                    "rules" => expectation.rules = quoted(value),
                    "certificates" => {
                        let of = |router: &str| {
                            let (_, after) = value.split_once(&format!("{router} = "))?;
                            quoted(after).into_iter().next()
                        };
                        expectation.certificates = [of("R1"), of("R2")];
                    }
                    _ => {}
                }
            }
            expectation
        })
        .collect()
}

fn folders() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/scenarios")
}

#[test]
fn every_expectation_of_the_corpus_follows_from_the_rules() {
    let mut compared = 0;
    for scenario in scenarios() {
        let text = fs::read_to_string(folders().join(scenario.folder).join("scenario.toml")).unwrap();
        for expectation in expectations(&text) {
            compare(&scenario, &expectation);
            compared += 1;
        }
    }
    assert_eq!(compared, 2 * scenarios().len(), "each scenario expects something from both sides");
}

fn compare(scenario: &Scenario, expectation: &Expectation) {
    let from = &expectation.from;
    let roles =
        if from == "R1" { [Role::Initiator, Role::Responder] } else { [Role::Responder, Role::Initiator] };
    let forth = Negotiation {
        common: scenario.common,
        ..negotiation(Version::Ikev1, &scenario.world, &scenario.r1, &scenario.r2)
    };
    let prediction = ios::predict(&if from == "R1" { forth } else { forth.from_the_other_side() });
    let place = format!("{} from {from}: {prediction:#?}", scenario.folder);

    let (outcome, failure) = match prediction.outcome {
        Outcome::Up => ("up", None),
        Outcome::NoChildSa(failure) => ("no-child-sa", Some(failure)),
        Outcome::Failed(failure) => ("failed", Some(failure)),
    };
    assert_eq!(outcome, expectation.outcome, "{place}");
    let failure = failure.map(|Failure { message, router, reason }| {
        let router = if router == roles[0] { "R1" } else { "R2" };
        [message.words(), router, reason.words()].map(str::to_owned)
    });
    assert_eq!(failure, expectation.failure, "{place}");
    for number in [0, 1] {
        let signed_with = prediction.signed_with(roles[number]);
        let name = signed_with.map(|id| scenario.trustpoints[number][usize::from(id.0)].to_owned());
        assert_eq!(name, expectation.certificates[number], "R{} of {place}", number + 1);
    }
    let rules: Vec<&str> = prediction.rules.iter().map(Rule::words).collect();
    for rule in &expectation.rules {
        assert!(rules.contains(&rule.as_str()), "{rule} of {place}");
    }
}

/// Where IOS and RFC 4945 part over the corpus, if every certificate holds its router's names.
const PARTED: [(&str, &str, &str); 6] = {
    const MATCHING: &str = rfc::Requirement::RespondWithMatching.words();
    const BELOW: &str = rfc::Conflict::CorrespondingCertificate.words();
    [
        // R1 has a certificate from CA1, which R2 asks for, and pins IOSCA2; R2 has one from ROOT and pins SUB.
        ("the-pinned-trustpoint-is-not-authenticated", "R1", MATCHING),
        ("a-pinned-root-takes-a-chain-but-does-not-ask-for-its-intermediate", "R2", BELOW),
        ("a-pinned-intermediate-takes-what-it-issued-but-cannot-be-signed-for", "R2", MATCHING),
        // R2 asks for ROOT, and R1 has a certificate from below it.
        ("a-ca-certificate-that-may-not-sign-certificates-is-refused", "R2", BELOW),
        ("a-root-that-allows-no-ca-below-it-refuses-the-chain", "R2", BELOW),
        ("an-intermediate-certificate-without-ca-true-is-refused", "R2", BELOW),
    ]
};

#[test]
fn what_ios_does_in_the_corpus_is_in_the_rfc_set_or_listed_with_what_it_leaves() {
    let mut parted = Vec::new();
    for scenario in scenarios() {
        let forth = Negotiation {
            common: scenario.common,
            ..negotiation(Version::Ikev1, &scenario.world, &scenario.r1, &scenario.r2)
        };
        for (from, negotiation) in [("R1", forth), ("R2", forth.from_the_other_side())] {
            let grounds =
                rfc::compare(&negotiation).grounds.expect("there is a way to everything that IOS does");
            let against = grounds.against.iter().map(rfc::Requirement::words);
            let conflicts = grounds.conflicts.iter().map(rfc::Conflict::words);
            parted.extend(against.chain(conflicts).map(|text| (scenario.folder, from, text)));
        }
    }
    assert_eq!(parted, PARTED);
}
