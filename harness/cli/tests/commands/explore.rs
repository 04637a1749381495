//! `ikespec explore`: its report as text, as JSON and as a page, and its shards. That engine and model agree where there are
//! three CAs is tested in `conformance`.

use serde_json::Value;

use crate::support::{argument, fields_of_the_readme, folder, ikespec};

fn spaces(arguments: &[&str]) -> Vec<Value> {
    let arguments = [&["explore", "--format", "json"], arguments].concat();
    let report: Value = serde_json::from_str(&ikespec(&arguments).exits(0).output).unwrap();
    assert_eq!(report["schema"], "ikespec.explore/1");
    report["spaces"].as_array().unwrap().clone()
}

fn counts(space: &Value) -> Vec<u64> {
    let names = ["directions", "up", "no_child_sa", "failed", "pairs", "asymmetric_pairs", "disagreements"];
    names.iter().map(|name| space[name].as_u64().unwrap()).collect()
}

/// With one CA a router has four ways: enrolled or not, pinned or not. In IKEv1 a tunnel comes up where both are enrolled;
/// in IKEv2 the initiator has to have a pin besides (V2-SEL-2), and so it matters who begins where one router has none.
#[test]
fn one_ca_gives_what_can_be_counted_by_hand() {
    let spaces = spaces(&["--bound", "1"]);
    let versions: Vec<_> = spaces.iter().map(|space| space["version"].as_str().unwrap()).collect();
    assert_eq!(versions, ["IKEv1", "IKEv2"]);
    assert_eq!(counts(&spaces[0]), [32, 8, 0, 24, 16, 0, 0]);
    assert_eq!(counts(&spaces[1]), [32, 4, 0, 28, 16, 2, 0]);
    assert_eq!(spaces[0]["failures"], serde_json::json!({ "no-certificate-to-send": 24 }));
    assert_eq!(spaces[1]["failures"], serde_json::json!({ "no-certificate-to-send": 28 }));
}

#[test]
fn the_readme_lists_the_fields_of_the_report() {
    let report = ikespec(&["explore", "--bound", "1", "--format", "json"]).exits(0).output;
    let report: Value = serde_json::from_str(&report).unwrap();
    let listed = fields_of_the_readme("schema `ikespec.explore/1`");
    for name in report.as_object().unwrap().keys() {
        assert!(listed.iter().any(|listed| listed == name), "{name} is not in the README: {listed:?}");
    }
    for name in report["spaces"][0].as_object().unwrap().keys() {
        let name = format!("spaces[].{name}");
        assert!(listed.contains(&name), "{name} is not in the README: {listed:?}");
    }
}

#[test]
fn random_scenarios_are_counted_and_the_same_in_shards() {
    let run = |arguments: &[&str]| -> Value {
        let arguments = [&["explore", "--format", "json", "--random", "60"], arguments].concat();
        serde_json::from_str(&ikespec(&arguments).exits(0).output).unwrap()
    };
    let whole = run(&["--seed", "7"]);
    assert_eq!(whole["random"]["seed"], 7);
    assert_eq!(whole["random"]["scenarios"], 60);
    assert_eq!(whole["random"]["disagreements"], 0);
    let count = |report: &Value, name: &str| report["random"][name].as_u64().unwrap();
    let ended = ["up", "no_child_sa", "failed"].map(|name| count(&whole, name));
    assert_eq!(ended.iter().sum::<u64>(), 120, "each from both sides");
    let shards = ["1/2", "2/2"].map(|shard| run(&["--seed", "7", "--shard", shard]));
    for (name, all) in ["up", "no_child_sa", "failed"].into_iter().zip(ended) {
        assert_eq!(shards.iter().map(|shard| count(shard, name)).sum::<u64>(), all, "{name}");
    }
    assert_ne!(run(&["--seed", "8"])["random"], whole["random"]);
    let listed = fields_of_the_readme("schema `ikespec.explore/1`");
    for name in whole["random"].as_object().unwrap().keys() {
        assert!(listed.contains(&format!("random.{name}")), "{name} is not in the README: {listed:?}");
    }
}

#[test]
fn the_text_of_random_scenarios_says_the_counts_and_that_all_agree() {
    let run = ikespec(&["explore", "--random", "20"]).exits(0);
    for part in [
        "Random scenarios, seed 1\n",
        "  scenarios                              20\n",
        "  directions                             40\n",
        "  engine and model agree everywhere\n",
    ] {
        assert!(run.output.contains(part), "no {part:?} in:\n{}", run.output);
    }
    assert!(run.errors.contains("random scenarios: 40 negotiations in "), "{}", run.errors);
}

#[test]
fn the_text_says_the_counts_and_that_all_agree() {
    let run = ikespec(&["explore", "--bound", "1", "--ikev1"]).exits(0);
    for part in [
        "IKEv1 with 1 CA\n",
        "  directions                             32\n",
        "    up                                    8\n",
        "      no-certificate-to-send             24\n",
        "  engine and model agree everywhere\n",
    ] {
        assert!(run.output.contains(part), "no {part:?} in:\n{}", run.output);
    }
    assert!(!run.output.contains("IKEv2"), "{}", run.output);
    assert!(!run.output.contains("a second"), "the rate is no part of the report: {}", run.output);
    assert!(run.errors.contains("IKEv1: 32 negotiations in "), "{}", run.errors);
}

#[test]
fn shards_together_are_the_whole() {
    let whole = counts(&spaces(&["--bound", "2", "--ikev2"])[0]);
    let mut sum = vec![0; whole.len()];
    for shard in ["1/3", "2/3", "3/3"] {
        let part = counts(&spaces(&["--bound", "2", "--ikev2", "--shard", shard])[0]);
        assert!(part[0] > 0);
        sum.iter_mut().zip(part).for_each(|(sum, count)| *sum += count);
    }
    assert_eq!(sum, whole);
}

#[test]
fn the_page_stands_alone_and_shows_every_pair_once() {
    let page = folder("explore").join("page.html");
    ikespec(&["explore", "--bound", "2", "--html", argument(&page)]).exits(0);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(!page.contains(" src="), "an external resource");
    assert!(!page.contains(" href="), "an external resource");
    for version in ["IKEv1", "IKEv2"] {
        let figure = page.split(&format!("aria-label=\"Outcomes of {version}\"")).nth(1).unwrap();
        let figure = figure.split("</svg>").next().unwrap();
        // M3 7h2v1h-2z: two cells of row 7, from column 3 on.
        let mut cells: Vec<(usize, usize)> = Vec::new();
        for run in figure.split("d=\"").skip(1).filter_map(|path| path.split('"').next()) {
            for run in run.split('M').filter(|run| run.ends_with('z')) {
                let (column, rest) = run.split_once(' ').unwrap();
                let (row, rest) = rest.split_once('h').unwrap();
                let (length, _) = rest.split_once('v').unwrap();
                let column: usize = column.parse().unwrap();
                let columns = column..column + length.parse::<usize>().unwrap();
                cells.extend(columns.map(|column| (row.parse().unwrap(), column)));
            }
        }
        cells.sort_unstable();
        let all: Vec<_> = (0..20).flat_map(|row| (0..20).map(move |column| (row, column))).collect();
        assert_eq!(cells, all, "{version}");
    }
}

#[test]
fn what_cannot_be_explored_is_a_usage_error() {
    for arguments in [
        ["--bound", "5"],
        ["--bound", "0"],
        ["--shard", "3/2"],
        ["--shard", "0/2"],
        ["--shard", "x"],
        ["--random", "0"],
    ] {
        let run = ikespec(&[&["explore"], &arguments[..]].concat()).exits(2);
        assert!(run.errors.starts_with("error: invalid value"), "{}", run.errors);
    }
    ikespec(&["explore", "--random", "1", "--bound", "2"]).exits(2);
    ikespec(&["explore", "--seed", "1"]).exits(2);
}
