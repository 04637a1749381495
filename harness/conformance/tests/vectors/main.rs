//! The vectors for other implementations: the file has its documented form, its stories end as they are told, and the
//! engine does what it says.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod engine;
mod form;
mod schema;

mod conformance {
    use std::collections::BTreeSet;
    use std::sync::LazyLock;

    use crypto::Signer as _;
    use crypto::real::PrivateKey;
    use serde_json::Value;

    use crate::engine::{Engine, Told};
    use crate::form::{Case, Selection};
    use crate::schema::violations;

    static TEXT: LazyLock<String> = LazyLock::new(::conformance::vectors::selection);
    static SELECTION: LazyLock<Selection> = LazyLock::new(|| serde_json::from_str(&TEXT).unwrap());

    #[test]
    fn the_engine_does_what_the_vectors_say() {
        let engine = Engine::new(&SELECTION);
        let parted = SELECTION.cases.iter().filter_map(|case| {
            let ios = &case.ios;
            let told = engine.play(case);
            let agree = told.requests == ios.requests
                && told.initiator == ios.initiator
                && told.responder == ios.responder
                && told.outcome == ios.outcome
                && told.failure == ios.failure
                && told.rule == ios.rule;
            (!agree).then(|| story(case, &told))
        });
        let parted: Vec<String> = parted.collect();
        assert!(parted.is_empty(), "{} cases\n{}", parted.len(), parted[..parted.len().min(5)].join("\n"));
    }

    fn story(case: &Case, told: &Told) -> String {
        format!("{}\n  {:?}\n  {told:?}", case.id, case.ios)
    }

    #[test]
    fn the_vectors_have_the_form_of_their_schema() {
        let schema: Value = serde_json::from_str(::conformance::vectors::SCHEMA).unwrap();
        let value: Value = serde_json::from_str(&TEXT).unwrap();
        assert_eq!(violations(&schema, &schema, &value, "selection"), [""; 0]);
        let refused = |change: fn(&mut Value)| {
            let mut changed = value.clone();
            changed["cases"].as_array_mut().unwrap().truncate(1);
            change(&mut changed);
            !violations(&schema, &schema, &changed, "selection").is_empty()
        };
        assert!(!refused(|_| {}));
        assert!(refused(|it| it["cases"][0]["version"] = "IKEv3".into()));
        assert!(refused(|it| it["cases"][0]["ios"]["more"] = Value::Null));
        assert!(refused(|it| it["cases"][0]["ios"]["failure"] = "MM5".into()));
        assert!(refused(|it| it["authorities"][0]["ikev2_request"] = "00".into()));
        assert!(refused(|it| it.as_object_mut().unwrap().remove("ways").map_or((), drop)));
    }

    #[test]
    fn the_vectors_are_the_same_every_time_and_few_enough_to_be_sent_around() {
        assert_eq!(::conformance::vectors::selection(), *TEXT);
        assert!(TEXT.len() < 4_000_000, "{} bytes", TEXT.len());
    }

    /// (5 orders × 4 pin sets)² × 2 directions × 2 versions.
    #[test]
    fn every_pair_of_ways_is_there_from_both_sides_once_and_everything_referred_to_exists() {
        assert_eq!(SELECTION.cases.len(), 1_600);
        let ids = |ids: Vec<&str>| {
            let set: BTreeSet<String> = ids.iter().map(|&id| id.to_owned()).collect();
            assert_eq!(set.len(), ids.len());
            set
        };
        ids(SELECTION.cases.iter().map(|case| case.id.as_str()).collect());
        let ways = ids(SELECTION.ways.iter().map(|way| way.id.as_str()).collect());
        let authorities = ids(SELECTION.authorities.iter().map(|it| it.id.as_str()).collect());
        let rules = ids(SELECTION.rules.iter().map(|rule| rule.id.as_str()).collect());
        let requirements = ids(SELECTION.requirements.iter().map(|it| it.id.as_str()).collect());
        let conflicts = ids(SELECTION.conflicts.iter().map(|it| it.id.as_str()).collect());
        for case in &SELECTION.cases {
            assert!(ways.contains(&case.initiator.way) && ways.contains(&case.responder.way), "{}", case.id);
            assert_ne!(case.initiator.router, case.responder.router);
            let asked = case.ios.requests.iter().flat_map(|it| &it.authorities);
            let decided = [&case.ios.initiator, &case.ios.responder].into_iter();
            let decided = decided.filter_map(|part| part.decided_by.as_ref());
            assert!(asked.chain(decided).all(|it| authorities.contains(it)), "{}", case.id);
            assert!(case.ios.rules.iter().chain(&case.ios.rule).all(|it| rules.contains(it)), "{}", case.id);
            assert!(case.rfc.leaves.iter().all(|it| requirements.contains(it)), "{}", case.id);
            assert!(case.rfc.conflicts.iter().all(|it| conflicts.contains(it)), "{}", case.id);
            let outcome = case.rfc.outcomes.iter().find(|possible| {
                possible.outcome == case.ios.outcome && possible.failure == case.ios.failure
            });
            assert_eq!(outcome.map(|it| &it.standing), Some(&case.rfc.standing), "{}", case.id);
        }
    }

    /// What each story has to come to, from the rules by hand: who signs with what, and who refuses where.
    #[test]
    fn the_stories_come_first_and_end_as_they_are_told() {
        const ENDS: [(&str, &str, &str, &str); 15] = [
            ("the-document-from-the-pinned-side", "IOSCA1", "IOSCA1", "up"),
            ("the-document-from-the-other-side", "IOSCA2", "", "MM5 R1 no-suitable-trustpoint V1-VAL-2"),
            ("the-pinned-ca-enrolled-last", "IOSCA1", "IOSCA1", "up"),
            ("a-request-that-cannot-be-answered-is-passed-over", "IOSCA1", "IOSCA1", "up"),
            ("without-pins-each-signs-for-what-the-other-enrolled-last", "IOSCA1", "IOSCA2", "up"),
            ("the-same-pin-on-both-sides", "IOSCA1", "IOSCA1", "up"),
            ("different-pins", "IOSCA1", "", "MM5 R2 no-suitable-trustpoint V1-VAL-2"),
            (
                "a-pin-that-the-peer-is-not-enrolled-in",
                "IOSCA2",
                "",
                "MM6 R1 no-certificate-to-send V1-SEL-5",
            ),
            ("ikev2-the-same-pin-on-both-sides", "IOSCA1", "IOSCA1", "up"),
            ("ikev2-an-initiator-needs-a-pin", "", "", "IKE_AUTH request R1 no-certificate-to-send V2-SEL-2"),
            ("ikev2-a-responder-needs-none", "IOSCA1", "IOSCA1", "up"),
            (
                "ikev2-several-pins-against-one",
                "IOSCA2",
                "",
                "IKE_AUTH request R1 no-suitable-trustpoint V2-VAL-1",
            ),
            ("ikev2-one-pin-against-several", "IOSCA1", "IOSCA1", "up"),
            ("ikev2-the-same-two-pins-on-both-sides", "IOSCA1", "IOSCA2", "up"),
            ("ikev2-a-pin-without-enrolment", "", "", "IKE_AUTH request R1 no-certificate-to-send V2-SEL-5"),
        ];
        let told = SELECTION.cases.iter().take_while(|case| case.name.is_some());
        let told: Vec<_> = told
            .map(|case| {
                let signed = |part: &crate::form::Part| part.chosen.clone().filter(|_| part.signed);
                let end = case.ios.failure.as_ref().map_or("up".to_owned(), |failure| {
                    let rule = case.ios.rule.as_deref().unwrap_or_default();
                    format!("{} {} {} {rule}", failure.message, failure.router, failure.code)
                });
                let signed =
                    [&case.ios.initiator, &case.ios.responder].map(|it| signed(it).unwrap_or_default());
                let [initiator, responder] = signed;
                (case.name.clone().unwrap(), initiator, responder, end)
            })
            .collect();
        let ends = ENDS.map(|(name, one, two, end)| (name.into(), one.into(), two.into(), end.into()));
        assert_eq!(told, ends);
        assert!(SELECTION.cases[ENDS.len()..].iter().all(|case| case.name.is_none() && case.story.is_none()));
    }

    #[test]
    fn every_private_key_belongs_to_its_certificate() {
        let of_routers = SELECTION.routers.iter().flat_map(|router| &router.trustpoints);
        let of_routers = of_routers.map(|it| (&it.certificate, &it.private_key));
        let of_authorities = SELECTION.authorities.iter();
        let of_authorities =
            of_authorities.filter_map(|it| Some((it.certificate.as_ref()?, it.private_key.as_ref()?)));
        let mut pairs = 0;
        for (certificate, key) in of_routers.chain(of_authorities) {
            let (_, certificate) = pem_rfc7468::decode_vec(certificate.as_bytes()).unwrap();
            let certificate = pki::Certificate::from_der(&certificate).unwrap();
            let (_, key) = pem_rfc7468::decode_vec(key.as_bytes()).unwrap();
            let key = PrivateKey::from_pkcs8_der(&key).unwrap();
            assert_eq!(key.public_key(), certificate.public_key().as_der());
            pairs += 1;
        }
        assert_eq!(pairs, 6);
    }
}
