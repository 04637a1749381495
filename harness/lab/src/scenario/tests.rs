//! What a scenario file may say, and how a mistake in it is told.

use crypto::HashAlgorithm;
use ike::{Ikev2Exchange, Ikev2Half};
use wire::PayloadType;

use super::*;
use crate::certificates::{KeyUsagePurpose, NameSubtree};
use crate::faults::{CertificateFault, Faults, RequestFault};
use crate::keys::ModulusBits;
use crate::link::faults::Percent;

fn read(text: &str) -> Result<Scenario, ScenarioError> {
    let text_of = |file: &str| RouterText { file: file.to_owned(), bytes: Vec::new() };
    let texts = Pair { first: text_of("r1.txt"), second: text_of("r2.txt") };
    file::read("scenario.toml", text).map(|description| description.into_scenario(texts))
}

fn error(text: &str) -> ScenarioError {
    read(text).unwrap_err()
}

#[test]
fn what_is_not_written_has_modern_defaults() {
    let scenario = read("title = 'two routers'").unwrap();
    assert_eq!(scenario.settings.ca_key_bits.bits(), 2048);
    assert_eq!(scenario.settings.router_key_bits.bits(), 2048);
    assert_eq!(scenario.settings.signature_hash, HashAlgorithm::Sha256);
    assert_eq!(scenario.settings, Scenario::from_texts(scenario.texts.first, scenario.texts.second).settings);
}

#[test]
fn settings_are_read() {
    let scenario = read(
        "title = 'two routers'
        at = 2013-06-20T13:00:37.609+01:00
        [lab]
        seed = 7
        router-key-bits = 512
        signature-hash = 'md5'
        [lab.link]
        latency-ms = 5
        loss-percent = 10
        lose = [3]
        [lab.revocation-list.CA1]
        state = 'fresh'
        revoked = ['04']
        [[lab.certificate]]
        router = 'R1'
        trustpoint = 'IOSCA2'
        version = 1
        [lab.authority.SUB]
        issuer = 'ROOT'
        path-length = 0
        [lab.authority.ROOT]
        subject = 'cn=ROOT,o=example'
        permitted-names = ['network:192.0.2.0/24']
        [[lab.certificate]]
        router = 'R2'
        trustpoint = 'SUB'
        chain = ['SUB', 'ROOT']
        key-usage = ['key-encipherment']
        [lab.ocsp.SUB]
        state = 'unavailable'
        [lab.unable]
        R2 = ['version-1', 'sha512', 'keys-shorter-than-1024']
        [lab.faults.R1]
        certificate = 'by-url'
        requests = 'late'
        unknown-critical-payload = ['IKE_AUTH request']
        leave-out = [{ message = 'MM5', payload = 'SIG' }]
        refuses = 'MM6'",
    )
    .unwrap();
    // `date -u -d '2013-06-20 13:00:37 +0100' +%s`
    assert_eq!(scenario.at, Some(Instant { seconds: 1_371_729_637, nanoseconds: 609_000_000 }));
    let settings = scenario.settings;
    assert_eq!((settings.seed, settings.router_key_bits.bits()), (7, 512));
    assert_eq!(settings.signature_hash, HashAlgorithm::Md5);
    assert_eq!(settings.link.latency.as_millis(), 5);
    assert_eq!((settings.link.loss, settings.link.lose), (Percent::new(10).unwrap(), vec![3]));
    assert_eq!(
        settings.revocation_lists["CA1"],
        RevocationListState::Fresh { revoked: vec!["04".to_owned()] }
    );
    assert!(settings.certificates[0].form.version_1);
    let short = ModulusBits::new(1024).map(Inability::KeysShorterThan).unwrap();
    assert_eq!(settings.unable["R2"], [Inability::Version1, Inability::Hash(HashAlgorithm::Sha512), short]);
    let (root, sub) = (&settings.authorities["ROOT"], &settings.authorities["SUB"]);
    assert_eq!((sub.issuer.as_deref(), sub.form.path_length), (Some("ROOT"), Some(0)));
    assert_eq!(root.subject.as_ref().unwrap().to_string(), "cn=ROOT,o=example");
    assert_eq!(root.form.names.permitted, [NameSubtree::Network([192, 0, 2, 0].into(), 24)]);
    let of_r2 = &settings.certificates[1];
    assert_eq!(of_r2.chain.as_deref(), Some(&["SUB".to_owned(), "ROOT".to_owned()][..]));
    assert_eq!(of_r2.form.key_usage, Some(vec![KeyUsagePurpose::KeyEncipherment]));
    assert_eq!(settings.ocsp["SUB"], OcspState::Unavailable);
    let faults = Faults {
        certificate: Some(CertificateFault::ByUrl),
        requests: Some(RequestFault::Late),
        unknown_critical_payload: vec![MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Request)],
        leave_out: [(MessageName::MainMode(5), vec![PayloadType::SIGNATURE])].into(),
        refuses: Some(MessageName::MainMode(6)),
        ..Faults::default()
    };
    assert_eq!(settings.faults["R1"], faults);
}

#[test]
fn expectations_are_read() {
    let scenario = read(
        "title = 'two routers'
        [[expect]]
        from = 'R2'
        outcome = 'failed'
        failure = { message = 'MM5', router = 'R1', code = 'no-suitable-trustpoint' }
        certificates = { R2 = 'IOSCA2' }
        rules = ['V1-VAL-2']",
    )
    .unwrap();
    let failure = ExpectedFailure {
        message: MessageName::MainMode(5),
        router: "R1".to_owned(),
        code: FailureCode::NoSuitableTrustpoint,
    };
    assert_eq!(scenario.expected[0].outcome, ExpectedOutcome::Failed(failure));
    assert_eq!(scenario.expected[0].rules, [Rule::V1Val2]);
}

#[test]
fn a_word_that_nobody_knows_is_shown_at_its_place() {
    let error = error("title = 'x'\n[lab]\nca-key-bit = 1024\n");
    let place = error.place.clone().unwrap();
    assert_eq!((place.line, place.column, place.length), (3, 1, 10));
    let shown = error.to_string();
    assert!(shown.starts_with("scenario.toml:3:1: unknown field `ca-key-bit`, expected one of "), "{shown}");
    assert!(shown.ends_with("3 | ca-key-bit = 1024\n  | ^^^^^^^^^^"), "{shown}");
}

#[test]
fn a_value_that_cannot_be_is_shown_with_what_would_be_right() {
    for (text, line, part) in [
        ("title = 'x'\n[lab]\nca-key-bits = 100", 3, "360 to 4096"),
        ("title = 'x'\n[lab]\nsignature-hash = 'sha3'", 3, "sha256"),
        ("title = 'x'\nat = 2013-06-20T13:00:37", 2, "+01:00"),
        ("title = 'x'\n[lab.link]\nloss-percent = 101", 3, "0 to 100"),
        ("title = 'x'\n[[expect]]\nfrom = 'R1'\noutcome = 'failed'\n", 2, "failure = {"),
        ("title = 'x'\n[[expect]]\nfrom = 'R1'\noutcome = 'up'\nrules = ['V9-X-1']", 5, "V1-SEL-1"),
        ("title = 'x'\n[lab.authority.SUB]\n\nissuer = 'ROOT'", 4, "no [lab.authority.ROOT]"),
        ("title = 'x'\n[lab.authority.SUB]\npermitted-names = ['example.com']", 3, "dns:example.com"),
        ("title = 'x'\n[[lab.certificate]]\nrouter = 'R1'\ntrustpoint = 'A'\nkey-use = []", 5, "`key-usage`"),
        ("title = ", 1, ""),
        ("title = ' '", 1, "in a line"),
        ("title = \"two\\nlines\"", 1, "in a line"),
    ] {
        let error = error(text);
        assert_eq!(error.place.as_ref().map(|place| place.line), Some(line), "{text}: {error}");
        assert!(error.message.contains(part), "{text}: {error}");
    }
}

#[test]
fn a_folder_without_its_files_is_named() {
    let error = Scenario::from_folder(Path::new("/nonexistent-scenario")).unwrap_err();
    assert!(error.to_string().starts_with("/nonexistent-scenario/scenario.toml: cannot be read"), "{error}");
}

/// What people read about `scenario.toml`.
const DOCUMENTATION: &str = include_str!("../../../../corpus/scenarios/README.md");

/// Every table of `scenario.toml`, with what has to stand in it.
const TABLES: &[&str] = &[
    "",
    "[[expect]]\nfrom = 'R1'\noutcome = 'up'",
    "[lab]",
    "[lab.link]",
    "[lab.authority.CA1]",
    "[[lab.certificate]]\nrouter = 'R1'\ntrustpoint = 'CA1'",
    "[lab.revocation-list.CA1]\nstate = 'fresh'",
    "[lab.ocsp.CA1]\nstate = 'answers'",
    "[lab.faults.R1]",
];

#[test]
fn every_key_that_can_be_written_is_documented() {
    for table in TABLES {
        let error = error(&format!("title = 'x'\n{table}\nnobody-knows-it = 1\n"));
        let (_, keys) = error.message.split_once("expected ").unwrap();
        let keys: Vec<&str> = keys.split('`').skip(1).step_by(2).collect();
        assert!(!keys.is_empty(), "{error}");
        for key in keys {
            assert!(DOCUMENTATION.contains(&format!("`{key}`")), "{table}: {key} is not documented");
        }
    }
}

#[test]
fn the_examples_of_the_documentation_can_be_read() {
    let examples: Vec<&str> = DOCUMENTATION.split("```toml\n").skip(1).collect();
    assert!(examples.len() >= 3);
    for example in examples {
        let example = example.split("```").next().unwrap();
        assert!(read(example).is_ok(), "{}", read(example).unwrap_err());
    }
}
