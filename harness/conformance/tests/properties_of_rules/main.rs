//! For each rule a property that fails when the engine breaks it: the table agrees with the rules, the tests and the code.
//! That the tests do fail is seen by `cargo run -p ikespec-conformance --example break-rules`.

#![allow(clippy::unwrap_used, clippy::panic)]

mod table;

mod conformance {
    use std::fs;

    use ::conformance::rules;

    use crate::table::{properties, repository};

    #[test]
    fn every_rule_has_its_property_in_the_order_of_the_document() {
        let known: Vec<&str> = rules::all().iter().map(|rule| &*rule.id).collect();
        let listed = properties();
        let listed: Vec<&str> = listed.iter().map(|property| &*property.rule).collect();
        assert_eq!(listed, known);
    }

    /// What was only read is an exception, and named.
    #[test]
    fn all_but_two_were_seen_to_fail() {
        let read: Vec<_> = properties().into_iter().filter(|property| !property.seen).collect();
        let read: Vec<&str> = read.iter().map(|property| &*property.rule).collect();
        assert_eq!(read, ["V1-VAL-2", "DEF-4"]);
    }

    #[test]
    fn every_test_of_a_property_is_there() {
        for property in properties() {
            assert!(!property.tests.is_empty(), "{} has no test", property.rule);
            for (file, name) in property.test_functions() {
                let text = fs::read_to_string(repository().join(file)).unwrap_or_else(|error| {
                    panic!("{}: {file}: {error}", property.rule);
                });
                let is_test = |(place, _): (usize, &str)| {
                    let attribute = text[..place].rfind("#[test]");
                    attribute.is_some_and(|start| !text[start..place].contains('}'))
                };
                let found = text.match_indices(&format!("fn {name}()")).any(is_test);
                assert!(found, "{}: there is no test {name} in {file}", property.rule);
            }
        }
    }

    #[test]
    fn every_change_that_breaks_a_rule_can_be_made_to_the_code_that_obeys_it() {
        for property in properties() {
            let rooms = ["harness/ike/src/", "harness/pki/src/", "harness/ios/src/", "harness/lab/src/"];
            assert!(rooms.iter().any(|room| property.file.starts_with(room)), "{}", property.file);
            let text = fs::read_to_string(repository().join(&property.file)).unwrap();
            let broken = property.broken(&text);
            let broken = broken.unwrap_or_else(|| {
                panic!("{}: not once in {}: {}", property.rule, property.file, property.from)
            });
            assert_ne!(broken, text, "{}", property.rule);
        }
    }
}
