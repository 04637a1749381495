//! The register of requirements and what covers it hold each other to account.

#![allow(clippy::unwrap_used, clippy::panic)]

mod conformance {
    use std::collections::{BTreeMap, BTreeSet};

    use ::conformance::check::Control;
    use ::conformance::conform::Expectations;
    use ::conformance::register::{self, Level};
    use ::conformance::{rules, suites};

    #[test]
    fn the_register_holds_619_requirements_each_with_an_id_of_its_own() {
        assert_eq!(register::all().len(), 619);
        let ids: BTreeSet<&str> = register::all().iter().map(|entry| &*entry.id).collect();
        assert_eq!(ids.len(), 619);
        for entry in register::all() {
            assert!(entry.id.starts_with(&format!("rfc{}-{}-", entry.rfc, entry.section)), "{}", entry.id);
        }
    }

    #[test]
    fn every_check_cites_one_to_three_requirements_that_there_are() {
        for check in suites::checks() {
            assert!((1..=3).contains(&check.requirements.len()), "{} cites too many or none", check.id);
            for id in check.requirements {
                assert!(
                    register::find(id).is_some(),
                    "{} cites {id}, which is not in the register",
                    check.id
                );
            }
        }
    }

    #[test]
    fn every_requirement_is_covered_or_excused_and_none_is_both() {
        let cited: BTreeSet<&str> = suites::checks().flat_map(|check| check.requirements).copied().collect();
        let mut wrong = Vec::new();
        for entry in register::all() {
            match (&entry.excused, cited.contains(&*entry.id)) {
                (None, false) => wrong.push(format!("{} has neither a check nor an excuse", entry.id)),
                (Some(_), true) => wrong.push(format!("{} has a check: its excuse is stale", entry.id)),
                _ => {}
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_excuse_is_a_sentence() {
        let excuses = register::all().iter().filter_map(|entry| Some((&entry.id, entry.excused.as_ref()?)));
        for (id, excuse) in excuses {
            let words = excuse.because.split_whitespace().count();
            assert!(words >= 5 && excuse.because.ends_with('.'), "{id}: {}", excuse.because);
        }
    }

    #[test]
    fn every_check_has_a_name_of_its_own() {
        let mut names = BTreeMap::new();
        for (section, check) in ::conformance::conform::with_sections() {
            let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(check.id.chars().all(is_name), "{} is no name", check.id);
            let other = names.insert(check.id, section.number);
            assert!(other.is_none(), "{} stands in {other:?} and {}", check.id, section.number);
        }
    }

    #[test]
    fn every_check_that_demands_something_has_a_negative_control() {
        for check in suites::checks() {
            let demands = check.entries().iter().any(|entry| entry.level != Level::May);
            assert!(!demands || !matches!(check.control, Control::None), "{} has no control", check.id);
        }
    }

    #[test]
    fn every_deviation_cites_a_rule_that_there_is() {
        for deviation in Expectations::of_built_in().iter() {
            if let Some(rule) = &deviation.rule {
                assert!(rules::find(rule).is_ok(), "{} cites {rule}", deviation.check);
            }
        }
    }

    #[test]
    fn of_what_shows_on_the_wire_and_is_in_scope_seventeen_twentieths_are_covered() {
        let countable: Vec<_> = register::all().iter().filter(|entry| entry.can_be_covered()).collect();
        let covered = countable.iter().filter(|entry| entry.excused.is_none()).count();
        // It only grows.
        assert!(covered * 100 >= countable.len() * 85, "{covered} of {} are covered", countable.len());
    }

    #[test]
    fn an_entry_with_an_unknown_field_or_kind_is_refused() {
        let whole = "[[requirement]]\nid = \"a\"\nrfc = 1\nsection = \"1\"\nlevel = \"MUST\"\nkeyword = \"caps\"\nrole = \
                     \"both\"\nside = \"sender\"\nexchange = []\narea = \"id\"\ntext = \"t\"\ntest = \"t\"\nobservable = \
                     \"wire\"\nverified = true\nexcused = { kind = \"not-yet\", because = \"b\" }\n";
        assert_eq!(register::parse(whole).unwrap().len(), 1);
        for (from, to) in
            [("not-yet", "not-implemented"), ("MUST", "MIGHT"), ("area", "aria"), ("wire", "air")]
        {
            assert!(register::parse(&whole.replace(from, to)).is_err(), "{from} -> {to}");
        }
    }
}
