//! `ikespec corpus`: the files that it writes. That the engine does what the vectors say is tested in `conformance`.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::{argument, fields, fields_of_the_readme, folder, ikespec, repository};

#[test]
fn the_vectors_are_written_with_their_schema_or_alone_under_a_name() {
    let out = folder("corpus");
    let (inside, alone) = (out.join("vectors"), out.join("deep/mine.json"));
    ikespec(&["corpus", "--vectors", argument(&inside)]).exits(0);
    ikespec(&["corpus", "--vectors", argument(&alone)]).exits(0);
    let selection = fs::read_to_string(inside.join("selection.json")).unwrap();
    assert_eq!(fs::read_to_string(&alone).unwrap(), selection);
    assert_eq!(fs::read_dir(out.join("deep")).unwrap().count(), 1);
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(inside.join("selection.schema.json")).unwrap()).unwrap();
    let selection: Value = serde_json::from_str(&selection).unwrap();
    assert_eq!(schema["$defs"]["selection"]["properties"]["schema"]["const"], selection["schema"]);
}

#[test]
fn the_readme_lists_the_fields_of_the_vectors_and_no_other() {
    let file = folder("corpus-fields").join("selection.json");
    ikespec(&["corpus", "--vectors", argument(&file)]).exits(0);
    let selection: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let mut there = BTreeSet::new();
    fields("", &selection, &mut there);
    let listed: BTreeSet<String> = fields_of_the_readme("schema `ikespec.selection/1`").into_iter().collect();
    // What two fields have alike is listed for one of them.
    let there: BTreeSet<String> =
        there.into_iter().map(|name| name.replace(".responder.", ".initiator.")).collect();
    assert_eq!(there.difference(&listed).collect::<Vec<_>>(), [""; 0]);
    let missing: Vec<_> = listed.difference(&there).filter(|name| !name.contains(".responder")).collect();
    assert_eq!(missing, [""; 0]);
}

/// As far as targets make them of their own; of the scenarios two that differ are enough here.
#[test]
fn the_seeds_that_are_written_are_the_committed_ones() {
    let out = folder("corpus-seeds");
    let (scenarios, seeds) = (out.join("scenarios"), out.join("seeds"));
    let committed = repository().join("corpus");
    for name in ["ikev1-asymmetric-trustpoints", "ikev2-asymmetric-trustpoints"] {
        fs::create_dir_all(scenarios.join(name)).unwrap();
        for file in fs::read_dir(committed.join("scenarios").join(name)).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), scenarios.join(name).join(file.file_name())).unwrap();
        }
    }
    let arguments = ["corpus", "--seeds", argument(&seeds), "--scenarios", argument(&scenarios)];
    let run = ikespec(&arguments).exits(0);
    assert!(run.output.contains("selection_equals_model: "), "{}", run.output);
    let made = fs::read_dir(seeds.join("selection_equals_model")).unwrap();
    let mut compared = 0;
    for file in made {
        let file = file.unwrap();
        let same = committed.join("fuzz/selection_equals_model").join(file.file_name());
        assert_eq!(fs::read(file.path()).unwrap(), fs::read(same).unwrap());
        compared += 1;
    }
    assert!(compared > 0);
    assert!(fs::read_dir(seeds.join("ikev2_payload")).unwrap().count() > 3, "taken from the scenarios");
}

#[test]
fn scenarios_that_are_not_there_are_exit_status_2() {
    let out = folder("corpus-none");
    let run = ikespec(&["corpus", "--seeds", argument(&out), "--scenarios", "no/such/folder"]).exits(2);
    assert!(run.errors.contains("no/such/folder"), "{}", run.errors);
}
