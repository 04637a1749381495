//! The scenarios that ship: each comes out as its `scenario.toml` says, and together they show every way to fail.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod transcripts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ike::{FailureCode, Rule};
use lab::certificates::Mint;
use lab::scenario::{ExpectedFailure, ExpectedOutcome, Scenario};
use lab::side::Side;
use lab::verdict::{Verdict, try_direction};

#[test]
fn every_scenario_comes_out_as_it_says_from_both_sides() {
    let mint = Mint::new();
    let unmet: Vec<String> = of_each_folder(|folder| unmet(folder, &mint)).into_iter().flatten().collect();
    assert!(unmet.is_empty(), "not as the scenarios say:\n{}", unmet.join("\n"));
}

#[test]
fn the_order_of_the_two_texts_changes_no_verdict() {
    let mint = Mint::new();
    let differences: Vec<String> =
        of_each_folder(|folder| differences_when_swapped(folder, &mint)).into_iter().flatten().collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn differences_when_swapped(folder: &Path, mint: &Mint) -> Vec<String> {
    let as_written = told(&read(folder), mint);
    let mut swapped = read(folder);
    std::mem::swap(&mut swapped.texts.first, &mut swapped.texts.second);
    let as_swapped = told(&swapped, mint);
    let differ = |from: &&String| as_written[*from] != as_swapped[*from];
    let of_router =
        |from| format!("{}, from {from}: {} / {}", name(folder), as_written[from], as_swapped[from]);
    as_written.keys().filter(differ).map(of_router).collect()
}

/// What each router's beginning comes to, in a line: the outcome, what fails, who signs with what.
fn told(scenario: &Scenario, mint: &Mint) -> BTreeMap<String, String> {
    let texts = scenario.read_texts().unwrap();
    let world = scenario.world(&texts, None, mint).unwrap();
    let of_side = |initiator: Side| {
        let verdict = try_direction(&world, initiator).unwrap().verdict;
        let failure = verdict.failure.as_ref().map(|failure| {
            format!("{} on {}: {}", failure.message, world.names[failure.router], failure.code)
        });
        let mut signed: Vec<String> = Side::BOTH
            .into_iter()
            .filter_map(|side| {
                Some(format!("{} {}", world.names[side], verdict.certificates[side].as_ref()?.trustpoint))
            })
            .collect();
        signed.sort();
        (world.names[initiator].clone(), format!("{:?} {failure:?} {signed:?}", verdict.outcome))
    };
    Side::BOTH.into_iter().map(of_side).collect()
}

/// What of a scenario does not come out as it says, a line each, which begins with the folder.
fn unmet(folder: &Path, mint: &Mint) -> Vec<String> {
    let name = name(folder);
    let scenario = read(folder);
    let texts = scenario.read_texts().unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
    let world = scenario.world(&texts, None, mint).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    let warnings = texts.diagnostics.iter().chain(&world.warnings);
    let mut unmet: Vec<String> = warnings.map(|warning| format!("{name}: {}", warning.message)).collect();
    for initiator in Side::BOTH {
        let from = &world.names[initiator];
        let mut say = |what: &str| unmet.push(format!("{name}, from {from}: {what}"));
        let mut of_direction = scenario.expected.iter().filter(|expectation| expectation.from == *from);
        let (Some(expectation), None) = (of_direction.next(), of_direction.next()) else {
            say("wants one [[expect]]");
            continue;
        };
        let verdict = match try_direction(&world, initiator) {
            Ok(direction) => direction.verdict,
            Err(problem) => {
                say(&format!("cannot begin: {problem:?}"));
                continue;
            }
        };
        let differences = expectation.unmet_by(&verdict, &world);
        if !differences.is_empty() {
            say(&format!("{}; it rests on {}", differences.join("; "), rules(&verdict)));
        }
        // The rule that refuses is the one that a scenario of a failure is there for.
        if let Some(rule) = verdict.failure.as_ref().and_then(|failure| failure.rule)
            && !expectation.rules.contains(&rule)
        {
            say(&format!("`rules` leaves out {}, which decides", rule.id()));
        }
        // A signature that nobody expects is as telling as one that is missing.
        for side in Side::BOTH {
            let expected = expectation.certificates.contains_key(&world.names[side]);
            if verdict.certificates[side].is_some() && !expected {
                say(&format!("`certificates` leaves out {}, which signs", world.names[side]));
            }
        }
    }
    unmet
}

fn rules(verdict: &Verdict) -> String {
    let rules: Vec<_> = verdict.because.iter().filter_map(|reason| reason.rule.map(Rule::id)).collect();
    if rules.is_empty() { "no rule".to_owned() } else { rules.join(", ") }
}

/// The causes of failure that no scenario can meet yet, and what each is waiting for.
const NOT_YET: &[(FailureCode, &str)] = &[];

#[test]
fn every_cause_of_failure_is_shown_by_a_scenario_or_has_a_reason_why_not() {
    let scenarios: Vec<Scenario> = folders().iter().map(|folder| read(folder)).collect();
    let shown: BTreeSet<FailureCode> = scenarios
        .iter()
        .flat_map(|scenario| &scenario.expected)
        .filter_map(|expectation| Some(failure(&expectation.outcome)?.code))
        .collect();
    for &code in FailureCode::ALL {
        let waits_for = NOT_YET.iter().find(|(other, _)| *other == code).map(|(_, reason)| reason);
        match (shown.contains(&code), waits_for) {
            (true, Some(_)) => panic!("{code} is shown by a scenario: take it off NOT_YET"),
            (false, None) => panic!("no scenario shows {code}"),
            _ => {}
        }
    }
}

fn failure(outcome: &ExpectedOutcome) -> Option<&ExpectedFailure> {
    match outcome {
        ExpectedOutcome::Up => None,
        ExpectedOutcome::NoChildSa(failure) | ExpectedOutcome::Failed(failure) => Some(failure),
    }
}

/// What `make` makes of each scenario's folder, in their order: two at a time.
fn of_each_folder<T: Send>(make: impl Fn(&Path) -> T + Sync) -> Vec<T> {
    let (folders, make) = (folders(), &make);
    std::thread::scope(|scope| {
        let halves = folders.chunks(folders.len().div_ceil(2));
        let threads: Vec<_> = halves
            .map(|half| scope.spawn(move || half.iter().map(|folder| make(folder)).collect::<Vec<T>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

fn folders() -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/scenarios");
    let entries = std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|entry| entry.is_dir()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> &str {
    folder.file_name().unwrap().to_str().unwrap()
}

fn read(folder: &Path) -> Scenario {
    Scenario::from_folder(folder).unwrap_or_else(|problem| panic!("{problem}"))
}
