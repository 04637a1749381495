//! `ikespec check`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{
    SCENARIO, argument, assert_snapshot, fields, fields_of_the_readme, folder, ikespec, repository,
};

const R1: &str = "corpus/scenarios/ikev1-asymmetric-trustpoints/r1.txt";
const R2: &str = "corpus/scenarios/ikev1-asymmetric-trustpoints/r2.txt";

#[test]
fn the_reference_pair_is_as_expected_and_every_statement_has_its_line() {
    let run = ikespec(&["check", SCENARIO]).exits(0);
    assert_eq!(run.errors, "");
    assert_snapshot("check", &run.output);
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, screen) = readme.split_once("```text\n").unwrap();
    let (shown, _) = screen.split_once("```").unwrap();
    let (first, rest) = shown.split_once("\n...\n\n").unwrap();
    let printed = ikespec(&["check", SCENARIO]).output;
    assert_eq!(printed.lines().next(), Some(first));
    assert!(printed.contains(rest), "README.md shows what `check` no longer prints:\n{printed}");
}

#[test]
fn verbose_adds_the_messages() {
    let run = ikespec(&["check", SCENARIO, "-v"]).exits(0);
    assert_snapshot("check_verbose", &run.output);
}

#[test]
fn two_texts_of_which_one_direction_fails_are_findings() {
    let run = ikespec(&["check", R1, R2, "--at", "2013-06-20T13:00:37+01:00"]).exits(1);
    assert!(run.output.starts_with("R1 -> R2 up; R2 -> R1 fails in MM5 on R1\n"), "{}", run.output);
    assert!(run.output.contains(&format!("{R1}:18  ca trust-point IOSCA1")), "{}", run.output);
}

#[test]
fn two_texts_that_come_up_from_both_sides_are_no_findings() {
    let folder = folder("both-up");
    let without_pin = edited(&folder, "r1.txt", R1, |text| text.replace(" ca trust-point IOSCA1\n", ""));
    let run = ikespec(&["check", argument(&without_pin), R2, "--at", "2013-06-20T13:00:37+01:00"]).exits(0);
    assert!(run.output.starts_with("R1 -> R2 up; R2 -> R1 up\n"), "{}", run.output);
}

/// The texts of R1 and R2 of a pair of IKEv2, with R2's tunnel as `change` makes it.
fn with_tunnel_of_r2(name: &str, change: impl Fn(String) -> String) -> [PathBuf; 2] {
    let folder = folder(name);
    let of = |router: &str| format!("corpus/scenarios/ikev2-one-ca-comes-up/{router}");
    let r1 = folder.join("r1.txt");
    fs::copy(repository().join(of("r1.txt")), &r1).unwrap();
    [r1, edited(&folder, "r2.txt", &of("r2.txt"), change)]
}

#[test]
fn a_router_that_only_answers_is_no_finding() {
    let [r1, r2] = with_tunnel_of_r2("virtual-template", |text| {
        let text = text.replace("interface Tunnel0\n", "interface Virtual-Template1 type tunnel\n");
        text.replace(" tunnel destination 198.51.100.1\n", "")
    });
    let run = ikespec(&["check", argument(&r1), argument(&r2), "--at", "2024-05-14T09:00:00Z"]).exits(0);
    assert!(run.output.starts_with("R1 -> R2 up; R2 -> R1 does not begin\n"), "{}", run.output);
    let why = "R2 only answers: Virtual-Template1 is for whoever comes, and begins with nobody";
    assert!(run.output.contains(why), "{}", run.output);
}

#[test]
fn a_tunnel_that_learns_its_peer_is_named_where_nothing_can_be_tried() {
    let [r1, r2] = with_tunnel_of_r2("multipoint", |text| {
        text.replace(
            " tunnel mode ipsec ipv4\n tunnel destination 198.51.100.1\n",
            " tunnel mode gre multipoint\n",
        )
    });
    let text = fs::read_to_string(&r1).unwrap();
    let dynamic = text.replace("tunnel destination 198.51.100.2", "tunnel destination dynamic");
    fs::write(&r1, dynamic).unwrap();
    let run = ikespec(&["check", argument(&r1), argument(&r2)]).exits(2);
    for part in ["no-path", "tunnel mode gre multipoint", "tunnel destination dynamic", "NHRP"] {
        assert!(run.errors.contains(part), "{part}: {}", run.errors);
    }
}

#[test]
fn an_expectation_that_is_not_met_is_a_finding() {
    let folder = scenario("unmet", |text| {
        text.replace("outcome = \"up\"", "outcome = \"failed\"\nfailure = { message = \"MM6\", router = \"R1\", code = \"bad-signature\" }")
    });
    let run = ikespec(&["check", argument(&folder)]).exits(1);
    assert!(run.output.starts_with("not as expected: R1 -> R2 up; "), "{}", run.output);
    assert!(run.output.contains("not met     expected failed, got up"), "{}", run.output);
}

#[test]
fn an_expectation_about_nobody_is_a_mistake_in_the_input() {
    let folder = scenario("stray", |text| text.replace("from = \"R1\"", "from = \"R3\""));
    assert!(ikespec(&["check", argument(&folder)]).exits(2).errors.contains("R3"));
}

#[test]
fn the_json_of_ikev2_names_its_version_its_messages_and_the_hashes_asked_for() {
    let report = json(&["check", "corpus/scenarios/ikev2-overlapping-profiles", "--format", "json"], 0);
    let direction = &report["directions"][0];
    assert_eq!((&direction["version"], &direction["outcome"]), (&"IKEv2".into(), &"no-child-sa".into()));
    assert_eq!(direction["failure"]["message"], "IKE_AUTH request");
    assert_eq!(direction["failure"]["code"], "profile-not-the-tunnels");
    assert_eq!(direction["profiles"]["R2"], "profile3");
    let response = &direction["messages"][1];
    assert_eq!(response["name"], "IKE_SA_INIT response");
    // RFC 7296 3.7: SHA-1 in hexadecimal digits, one for each of R2's trustpoints (V2-REQ-2).
    let hashes: Vec<_> =
        response["cert_requests"].as_array().unwrap().iter().map(|hash| hash.as_str().unwrap()).collect();
    assert_eq!(hashes.len(), 2);
    assert!(
        hashes.iter().all(|hash| hash.len() == 40 && hash.bytes().all(|digit| digit.is_ascii_hexdigit()))
    );
}

#[test]
fn the_json_says_what_the_text_says() {
    let report = json(&["check", SCENARIO, "--format", "json"], 0);
    assert_eq!(report["schema"], "ikespec.check/1");
    assert_eq!(report["scenario"], SCENARIO);

    let from_r1 = &report["directions"][0];
    assert_eq!((&from_r1["initiator"], &from_r1["responder"]), (&"R1".into(), &"R2".into()));
    assert_eq!((&from_r1["version"], &from_r1["outcome"]), (&"IKEv1".into(), &"up".into()));
    assert_eq!(from_r1["failure"], Value::Null);
    for router in ["R1", "R2"] {
        assert_eq!(from_r1["certificates"][router]["trustpoint"], "IOSCA1");
        assert_eq!(from_r1["profiles"][router], "prof1");
    }

    let from_r2 = &report["directions"][1];
    assert_eq!(from_r2["outcome"], "failed");
    assert_eq!(from_r2["failure"]["message"], "MM5");
    assert_eq!(from_r2["failure"]["router"], "R1");
    assert_eq!(from_r2["failure"]["code"], "no-suitable-trustpoint");
    assert_eq!(from_r2["failure"]["rule"], "V1-VAL-2");
    assert_eq!(from_r2["certificates"]["R1"], Value::Null);
    assert_eq!(from_r2["certificates"]["R2"]["trustpoint"], "IOSCA2");
    assert_eq!(from_r2["validated_against"]["R1"], Value::from(vec!["IOSCA1"]));

    let decisive = &from_r2["because"][0];
    assert_eq!(decisive["rule"], "V1-VAL-2");
    assert_eq!(decisive["status"], "documented");
    assert_eq!(
        (&decisive["file"], &decisive["line"], &decisive["column"]),
        (&"r1.txt".into(), &18.into(), &2.into())
    );
    assert_eq!(decisive["source"], "ca trust-point IOSCA1");
    assert_eq!(decisive["default"], false);
}

#[test]
fn the_json_has_each_repair_with_its_line_and_its_trial() {
    let report = json(&["check", SCENARIO, "--format", "json"], 0);
    let changed = |index: usize| &report["repairs"][index]["changes"][0];
    let line = [" ca trust-point IOSCA1"];
    let removal = changed(0);
    assert_eq!(
        (&removal["router"], &removal["file"], &removal["line"]),
        (&"R1".into(), &"r1.txt".into(), &18.into())
    );
    assert_eq!(
        (&removal["remove"], &removal["insert"]),
        (&line.as_slice().into(), &Value::Array(Vec::new()))
    );
    let insertion = changed(1);
    assert_eq!(
        (&insertion["router"], &insertion["file"], &insertion["line"]),
        (&"R2".into(), &"r2.txt".into(), &17.into())
    );
    assert_eq!(
        (&insertion["remove"], &insertion["insert"]),
        (&Value::Array(Vec::new()), &line.as_slice().into())
    );
    for repair in report["repairs"].as_array().unwrap() {
        assert_eq!((&repair["rule"], &repair["latent"]), (&"ADV-1".into(), &Value::Null));
        assert_eq!(repair["tried"], serde_json::json!({ "R1": "up", "R2": "up" }));
    }
}

#[test]
fn the_messages_have_the_lengths_of_the_captures() {
    let report = json(&["check", SCENARIO, "--format", "json"], 0);
    let lengths = |direction: usize| -> Vec<u64> {
        let messages = report["directions"][direction]["messages"].as_array().unwrap();
        messages.iter().map(|message| message["ip_length"].as_u64().unwrap()).collect()
    };
    // The captures of Cisco document 117633.
    assert_eq!(lengths(0)[..8], [192, 132, 355, 755, 736, 712, 192, 192]);
    assert_eq!(lengths(1)[..12], [192, 132, 735, 755, 736, 755, 736, 755, 736, 755, 736, 755]);

    let fourth = &report["directions"][0]["messages"][3];
    assert_eq!(
        (&fourth["name"], &fourth["from"], &fourth["encrypted"]),
        (&"MM4".into(), &"R2".into(), &false.into())
    );
    assert_eq!(fourth["isakmp_length"], 727);
    assert_eq!(fourth["cert_requests"][0], "cn=CA1,o=cisco,o=com");
    assert_eq!(fourth["cert_requests"].as_array().unwrap().len(), 7);
    let repeated = &report["directions"][1]["messages"][5];
    assert_eq!((&repeated["name"], &repeated["retransmission"]), (&"MM4".into(), &true.into()));
}

/// The fields of README.md are always there.
#[test]
fn the_json_has_the_fields_that_the_readme_lists() {
    let listed = fields_of_the_readme("## `check --format json`");
    assert!(listed.len() > 40, "{listed:?}");

    let report = json(&["check", SCENARIO, "--format", "json"], 0);
    let mut found = BTreeSet::new();
    for name in ["schema", "scenario", "directions", "repairs"] {
        assert!(report.get(name).is_some(), "{name}");
        found.insert(name.to_owned());
    }
    for direction in report["directions"].as_array().unwrap() {
        fields("", direction, &mut found);
    }
    for repair in report["repairs"].as_array().unwrap() {
        fields("", repair, &mut found);
    }
    // Nothing in this scenario depends on what the input leaves open; without R1's show output something does.
    let folder = folder("depends-in-json");
    let without_show = edited(&folder, "r1.txt", R1, |text| text.split("R1#sh ").next().unwrap().to_owned());
    let open = json(&["check", argument(&without_show), R2, "--format", "json"], 1);
    for direction in open["directions"].as_array().unwrap() {
        fields("", direction, &mut found);
    }
    let missing: Vec<_> = listed.iter().filter(|name| !found.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let once = ikespec(&["check", SCENARIO, "--format", "json"]).output;
    assert_eq!(ikespec(&["check", SCENARIO, "--format", "json"]).output, once);
}

#[test]
fn an_order_of_enrolment_that_nobody_tells_is_tried_both_ways() {
    let folder = folder("depends");
    let without_show = edited(&folder, "r1.txt", R1, |text| text.split("R1#sh ").next().unwrap().to_owned());
    let run = ikespec(&["check", argument(&without_show), R2]).exits(1);
    assert_snapshot("check_depends", &run.output);

    let report = json(&["check", argument(&without_show), R2, "--format", "json"], 1);
    let from_r2 = &report["directions"][1];
    assert_eq!((&from_r2["outcome"], &from_r2["failure"]), (&"depends".into(), &Value::Null));
    let [first, second] = from_r2["alternatives"].as_array().unwrap().as_slice() else { panic!("{from_r2}") };
    // The first two rows of the fixed outcomes: R1 shows 1,2 or 2,1.
    assert_eq!((&first["when"], &first["outcome"]), (&"R1 enrolled IOSCA1 last".into(), &"up".into()));
    assert_eq!((&second["when"], &second["outcome"]), (&"R1 enrolled IOSCA2 last".into(), &"failed".into()));
    assert_eq!(second["failure"]["code"], "no-suitable-trustpoint");
}

#[test]
fn a_given_crl_is_no_assumption_and_counts_as_it_is() {
    let folder = folder("given-crl");
    ikespec(&["lab", SCENARIO, "--out", argument(&folder)]).exits(0);
    let list = folder.join("authorities/CA1/crl.pem");
    let arguments = ["check", R1, R2, "--crl", argument(&list), "--at"];
    let fresh = ikespec(&[&arguments[..], &["2013-06-20T13:00:37+01:00"]].concat()).exits(1).output;
    assert!(fresh.starts_with("R1 -> R2 up"), "{fresh}");
    // From R1 both sign with IOSCA1, and from R2 nobody looks for a CRL: no other one counts.
    assert!(!fresh.contains("crl-assumed-fresh"), "{fresh}");
    let stale = ikespec(&[&arguments[..], &["2014-01-01T00:00:00Z"]].concat()).exits(1).output;
    assert!(stale.contains("crl-stale"), "{stale}");
}

#[test]
fn lines_that_nobody_knows_are_counted_and_listed_on_request() {
    let folder = folder("unknown-lines");
    let strange = edited(&folder, "r1.txt", R1, |text| {
        text.replace("hostname R1\n", "hostname R1\ncrypto frobnicate 7\n")
    });
    let arguments = ["check", argument(&strange), R2, "--at", "2013-06-20T13:00:37+01:00"];
    let counted = ikespec(&arguments).exits(1).output;
    assert!(counted.contains("passed over: 1 line that ikespec does not know"), "{counted}");
    assert!(!counted.contains("crypto frobnicate"), "{counted}");
    let listed = ikespec(&[&arguments[..], &["-v"]].concat()).exits(1).output;
    assert!(listed.contains("crypto frobnicate 7"), "{listed}");
}

#[test]
fn no_secret_is_ever_printed() {
    let folder = folder("secrets");
    let secrets = "\
hostname R1
enable secret 0 hunter2
username admin password hunter2
snmp-server community hunter2 RO
crypto isakmp key hunter2 address 10.9.9.9
crypto frobnicate password hunter2
";
    let with_secrets = edited(&folder, "r1.txt", R1, |text| text.replace("hostname R1\n", secrets));
    for format in ["text", "json"] {
        let run = ikespec(&["check", argument(&with_secrets), R2, "-v", "--format", format]);
        assert!(
            !run.output.contains("hunter2") && !run.errors.contains("hunter2"),
            "{}{}",
            run.output,
            run.errors
        );
    }
}

fn json(arguments: &[&str], status: i32) -> Value {
    serde_json::from_str(&ikespec(arguments).exits(status).output).unwrap()
}

/// A changed copy of a file of the repository.
fn edited(folder: &Path, name: &str, original: &str, edit: impl Fn(String) -> String) -> PathBuf {
    let original = fs::read_to_string(repository().join(original)).unwrap();
    let changed = edit(original.clone());
    assert_ne!(changed, original, "the edit has to change something");
    let path = folder.join(name);
    fs::write(&path, changed).unwrap();
    path
}

/// A copy of the scenario with a changed description.
fn scenario(name: &str, edit: impl Fn(String) -> String) -> PathBuf {
    let folder = folder(name);
    edited(&folder, "scenario.toml", &format!("{SCENARIO}/scenario.toml"), edit);
    for text in [R1, R2] {
        let text = repository().join(text);
        fs::copy(&text, folder.join(text.file_name().unwrap())).unwrap();
    }
    folder
}
