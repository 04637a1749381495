//! `ikespec conform`: the suites against the built-in engine, their lists and formats.

use crate::support::{argument, folder, ikespec};

const MAIN_MODE: &str = "main-mode-is-implemented";

#[test]
fn the_built_in_engine_does_as_expected() {
    let run = ikespec(&["conform"]).exits(0);
    assert!(run.output.contains("RFC 4945 3.1.2, 3.1.3  ID_FQDN and ID_USER_FQDN\n"), "{}", run.output);
    assert!(run.output.contains(" 0 unexpected\n"), "{}", run.output);
}

#[test]
fn a_failure_is_shown_as_requirement_sent_expected_and_actual() {
    let folder = folder("conform-nothing-expected");
    let none = folder.join("none.toml");
    std::fs::write(&none, "").unwrap();
    let only = ["conform", "--only", "the-retransmission-timer-is-not-fixed", "--expect", argument(&none)];
    let run = ikespec(&only).exits(1);
    for part in [
        "  fail          the-retransmission-timer-is-not-fixed\n",
        "requirement  rfc2408-5.1-no-fixed-timer (MUST NOT): The retransmission timer is not constant.\n",
        "expected     The retransmission timer is not constant.\n",
        "actual       MM1 is sent again every 10s\n",
    ] {
        assert!(run.output.contains(part), "no {part:?} in:\n{}", run.output);
    }
}

#[test]
fn an_unexpected_pass_is_a_finding() {
    let folder = folder("conform-unexpected-pass");
    let expect = folder.join("expect.toml");
    std::fs::write(&expect, format!("[[expected]]\ncheck = \"{MAIN_MODE}\"\nreason = \"a test\"\n")).unwrap();
    let run = ikespec(&["conform", "--only", MAIN_MODE, "--expect", argument(&expect)]).exits(1);
    assert!(run.output.contains("not expected to pass"), "{}", run.output);
}

#[test]
fn json_and_junit_hold_every_check_that_was_run() {
    let run = ikespec(&["conform", "--only", "rfc2408-5.1", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.output).unwrap();
    assert_eq!(report["schema"], "ikespec.conform/1");
    let checks = report["checks"].as_array().unwrap();
    assert!(checks.len() >= 10);
    assert!(checks.iter().all(|check| check["requirements"].as_array().unwrap().len() <= 3));
    assert_eq!(report["summary"]["fail"], 1, "the retransmission timer");
    assert_eq!(report["unexpected"], 0);

    let xml = ikespec(&["conform", "--only", "rfc2408-5.1", "--format", "junit"]).exits(0).output;
    assert_eq!(xml.matches("<testcase ").count(), checks.len());
    assert_eq!(xml.matches("<failure").count(), 0);
}

#[test]
fn the_lists_name_checks_requirements_and_deviations() {
    let checks = ikespec(&["conform", "--list", "--only", "rfc3706"]).exits(0).output;
    assert!(checks.contains("a-question-in-clear-is-not-answered"), "{checks}");
    assert!(!checks.contains(MAIN_MODE), "{checks}");
    let requirements = ikespec(&["conform", "--list", "requirements"]).exits(0).output;
    assert!(requirements.contains("\n619 requirements: "), "{requirements}");
    let deviations = ikespec(&["conform", "--list", "deviations"]).exits(0).output;
    assert!(deviations.contains("V1-SEL-1: IOS takes the requests"), "{deviations}");
}

#[test]
fn an_unknown_check_and_a_bad_list_of_expectations_are_exit_status_2() {
    let run = ikespec(&["conform", "--only", "no-such-check"]).exits(2);
    assert!(run.errors.contains("there is no check and no requirement `no-such-check`"), "{}", run.errors);
    let run = ikespec(&["conform", "--only", "rfc7296-3.6-http-scheme"]).exits(2);
    assert!(run.errors.contains("not-yet"), "{}", run.errors);
    let folder = folder("conform-bad-expectations");
    let expect = folder.join("expect.toml");
    std::fs::write(&expect, "[[expected]]\ncheck = \"no-such-check\"\nreason = \"a test\"\n").unwrap();
    let run = ikespec(&["conform", "--expect", argument(&expect)]).exits(2);
    assert!(run.errors.contains("there is no check `no-such-check`"), "{}", run.errors);
}

#[test]
fn every_negative_control_is_caught() {
    let run = ikespec(&["conform", "--self-test"]).exits(0);
    let (caught, all) = run.output.split_once(" of ").unwrap();
    assert!(all.starts_with(&format!("{caught} negative controls")), "{}", run.output);
}
