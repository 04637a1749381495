//! `ikespec check` with three routers or more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{
    Run, argument, assert_snapshot, fields, fields_of_the_readme, folder, ikespec, repository,
};

const SITE: &str = "corpus/sites/hub-and-spokes";
const FILES: [&str; 6] = ["hub.txt", "spoke1.txt", "spoke2.txt", "spoke3.txt", "spoke4.txt", "branch.txt"];

/// Runs `check` on files of the site in `folder`.
fn check(folder: &Path, files: &[&str], options: &[&str]) -> Run {
    let files: Vec<PathBuf> = files.iter().map(|file| folder.join(file)).collect();
    let files = files.iter().map(|file| argument(file));
    ikespec(&["check"].into_iter().chain(files).chain(options.iter().copied()).collect::<Vec<_>>())
}

/// The site in a folder of its own, with one file changed.
fn changed(name: &str, file: &str, change: impl FnOnce(String) -> String) -> PathBuf {
    let folder = folder(name);
    for file in FILES {
        fs::copy(repository().join(SITE).join(file), folder.join(file)).unwrap();
    }
    let text = fs::read_to_string(folder.join(file)).unwrap();
    fs::write(folder.join(file), change(text)).unwrap();
    folder
}

/// The site's `expected.txt` without its reasons: what is printed of pairs, and the rest.
fn expected() -> (Vec<String>, Vec<String>) {
    let text = fs::read_to_string(repository().join(SITE).join("expected.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned);
    lines.partition(|line| !line.starts_with("un"))
}

#[test]
fn a_hub_and_its_spokes_come_out_as_worked_out_by_hand() {
    let run = check(Path::new(SITE), &FILES, &[]).exits(1);
    assert_eq!(run.errors, "");
    let (verdicts, _) = expected();
    let printed: Vec<_> = run.output.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(printed, verdicts);
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    assert!(
        readme.contains(&format!("```text\n{}\n```", printed.join("\n"))),
        "README.md shows something else"
    );
    assert_snapshot("check_several", &run.output);
}

#[test]
fn the_json_has_an_object_for_each_pair_and_says_who_is_in_none() {
    let run = check(Path::new(SITE), &FILES, &["--format", "json"]).exits(1);
    let report: Value = serde_json::from_str(&run.output).unwrap();
    assert_eq!(report["schema"], "ikespec.checks/1");
    let list = |field: &str| report[field].as_array().unwrap().clone();
    let mut lines = Vec::new();
    for pair in list("pairs") {
        assert_eq!(pair["schema"], "ikespec.check/1");
        let directions = pair["directions"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        if directions.iter().all(|direction| direction["outcome"] == "up") {
            lines.push(format!(
                "{} - {}: up / up",
                text(&directions[0]["initiator"]),
                text(&directions[0]["responder"])
            ));
            continue;
        }
        for direction in directions {
            let arrow = format!("{} -> {}", text(&direction["initiator"]), text(&direction["responder"]));
            let failure = &direction["failure"];
            lines.push(match failure {
                Value::Null => format!("{arrow} {}", text(&direction["outcome"])),
                _ => {
                    let [message, router, code] =
                        ["message", "router", "code"].map(|field| text(&failure[field]));
                    format!("{arrow} fails in {message} on {router}: {code}")
                }
            });
        }
    }
    let mut rest: Vec<String> =
        list("unpaired").iter().map(|name| format!("unpaired {}", name.as_str().unwrap())).collect();
    for unknown in list("unknown_peers") {
        let [peer, router, source] =
            ["peer", "router", "source"].map(|field| unknown[field].as_str().unwrap().to_owned());
        assert_eq!(source, format!("tunnel destination {peer}"));
        assert!(
            unknown["line"].is_u64() && unknown["column"] == 2 && unknown["file"].is_string(),
            "{unknown}"
        );
        rest.push(format!("unknown peer {peer} of {router}"));
    }
    assert_eq!((lines, rest), expected());
    assert_eq!(list("not_tried"), Vec::<Value>::new());
}

#[test]
fn a_repair_is_tried_with_the_other_pairs_of_the_router_that_it_changes() {
    // SPOKE1, which pins IOSCA1, enrolled with CA2 last: so it asks for CA2 first (ORD-1).
    let site = changed("several-harms", "spoke1.txt", |text| {
        let start = text.find("\nCertificate\n").unwrap() + 1;
        let end = text.rfind("\n\n").unwrap();
        let blocks: Vec<&str> = text[start..end].split("\n\n").collect();
        assert_eq!(blocks.len(), 4, "{blocks:?}");
        let swapped = [&blocks[2..], &blocks[..2]].concat().join("\n\n");
        format!("{}{swapped}{}", &text[..start], &text[end..])
    });
    let run = check(&site, &["hub.txt", "spoke1.txt", "spoke2.txt"], &["--format", "json"]).exits(1);
    let report: Value = serde_json::from_str(&run.output).unwrap();
    let of_spoke2 = report["pairs"].as_array().unwrap().last().unwrap();
    let [pinned, unpinned] = of_spoke2["repairs"].as_array().unwrap().as_slice() else {
        panic!("{of_spoke2}")
    };
    // A pin on SPOKE2 is nobody else's business.
    assert_eq!(
        (&pinned["changes"][0]["router"], &pinned["harms"]),
        (&"SPOKE2".into(), &serde_json::json!([]))
    );
    // Without its pin HUB signs for the CA that SPOKE1 asks for first (V1-SEL-1), and SPOKE1 validates against IOSCA1.
    let harm = serde_json::json!([{ "initiator": "HUB", "responder": "SPOKE1", "outcome": "failed" }]);
    assert_eq!((&unpinned["changes"][0]["router"], &unpinned["harms"]), (&"HUB".into(), &harm));
}

#[test]
fn pairs_that_are_all_up_are_no_findings_and_print_no_details() {
    let run = check(Path::new(SITE), &["hub.txt", "spoke1.txt", "spoke3.txt"], &[]).exits(0);
    assert!(
        run.output.starts_with("HUB - SPOKE1: up / up\nHUB - SPOKE3: up / up\n\n2 pairs: "),
        "{}",
        run.output
    );
    let verbose = check(Path::new(SITE), &["hub.txt", "spoke1.txt", "spoke3.txt"], &["-v"]).exits(0);
    assert!(verbose.output.contains("SPOKE3 -> HUB  up"), "{}", verbose.output);
}

#[test]
fn a_router_that_cannot_be_used_stops_its_own_pairs_only() {
    let site = changed("several-unusable", "spoke1.txt", |text| {
        text.replace("ca trust-point IOSCA1", "ca trust-point IOSCA9")
    });
    let run = check(&site, &["hub.txt", "spoke1.txt", "spoke3.txt"], &[]).exits(2);
    assert_snapshot("check_several_unusable", &format!("{}{}", run.output, run.errors));
    let run = check(&site, &["hub.txt", "spoke1.txt", "spoke3.txt"], &["--format", "json"]).exits(2);
    let report: Value = serde_json::from_str(&run.output).unwrap();
    let problem = &report["not_tried"][0]["problems"][0];
    assert_eq!(report["not_tried"][0]["routers"], serde_json::json!(["HUB", "SPOKE1"]));
    assert_eq!(problem["code"], "unknown-trustpoint");
    assert!(problem["file"].as_str().unwrap().ends_with("spoke1.txt"), "{problem}");
    assert_eq!(report["pairs"].as_array().unwrap().len(), 1);
    // The fields of README.md are always there.
    let mut found = BTreeSet::new();
    fields("", &report, &mut found);
    let listed = fields_of_the_readme("### Several routers");
    assert!(listed.len() > 10 && listed.iter().all(|field| found.contains(field)), "{listed:?} {found:?}");
}

#[test]
fn what_is_wrong_with_a_hub_is_said_once() {
    let site = changed("several-once", "hub.txt", |text| {
        text.replace("crypto isakmp policy 10\n", "crypto isakmp policy 10\n frob\n")
    });
    let run = check(&site, &["hub.txt", "spoke1.txt", "spoke3.txt"], &[]).exits(0);
    assert_eq!(run.errors.matches("frob").count(), 1, "{}", run.errors);
}

#[test]
fn files_that_make_no_pair_of_routers_are_mistakes() {
    let site = changed("several-mistakes", "spoke1.txt", |text| text.replace("SPOKE1", "HUB"));
    fs::write(site.join("nameless.txt"), "crypto isakmp policy 10\n").unwrap();
    let cases: [&[&str]; 4] = [
        &["hub.txt", "spoke2.txt", "hub.txt"],
        &["hub.txt", "spoke1.txt", "spoke2.txt"],
        &["hub.txt", "nameless.txt", "spoke2.txt"],
        &["spoke2.txt", "spoke3.txt", "branch.txt"],
    ];
    let errors: Vec<_> = cases.iter().map(|files| check(&site, files, &[]).exits(2).errors).collect();
    assert_snapshot("check_several_mistakes", &errors.join("\n"));
}
