//! Refusals for what the scenario sets: times, revocation lists, pins.

use crypto::HashAlgorithm;
use lab::certificates::{Mint, RevocationListSpecification, RevokedCertificate};
use lab::clock::Instant;
use lab::keys::{KeyAllotment, KeyKind};
use lab::scenario::RevocationListState;
use lab::side::Side;
use lab::verdict::Outcome;
use pki::{CalendarTime, Name, RevocationList, SerialNumber};

use crate::pair::{Routers, assumed, failure};

/// The document's pair after the certificates of CA1 were set so.
fn with_list(state: RevocationListState) -> Routers {
    let mut routers = Routers::of_the_document();
    routers.scenario.settings.revocation_lists.insert("CA1".to_owned(), state);
    routers
}

#[test]
fn each_state_of_the_revocation_list_has_its_own_refusal() {
    let revoked = RevocationListState::Fresh { revoked: vec!["03".to_owned()] };
    for (state, code) in [
        // R1's certificate from CA1 has this number.
        (revoked, "certificate-revoked"),
        (RevocationListState::Stale, "crl-stale"),
        (RevocationListState::Missing, "crl-missing"),
    ] {
        let verdict = with_list(state).verdict(Side::First);
        assert_eq!(failure(&verdict), ("MM5".to_owned(), Side::Second, code));
        let decisive = &verdict.because[0];
        assert_eq!((decisive.rule.unwrap().id(), decisive.router), ("V1-VAL-4", Side::Second));
    }
}

#[test]
fn a_refusal_points_at_the_revocation_check_of_the_trustpoint() {
    let routers = with_list(RevocationListState::Missing);
    let texts = routers.scenario.read_texts().unwrap();
    let verdict = routers.verdict(Side::First);
    let line = texts.sources.locate(verdict.because[0].origins[0]).unwrap();
    assert_eq!((line.file, line.text), ("r2.txt", "revocation-check crl"));
}

#[test]
fn a_list_that_the_scenario_sets_is_no_assumption() {
    let verdict = with_list(RevocationListState::Fresh { revoked: Vec::new() }).verdict(Side::First);
    assert_eq!(verdict.outcome, Outcome::Up);
    assert!(!assumed(&verdict, Side::Second).contains(&"crl-assumed-fresh"), "{:?}", verdict.assumptions);
}

#[test]
fn a_given_list_is_used_as_it_is_though_an_invented_ca_did_not_sign_it() {
    let key = KeyAllotment::new().allot("somebody", "signing", KeyKind::rsa(1024).unwrap());
    let second = |seconds| CalendarTime::from_unix(seconds);
    let specification = RevocationListSpecification {
        issuer: Name::from_ios_text("cn=CA1,o=cisco,o=com").unwrap(),
        issuer_key: key.into(),
        signature_hash: HashAlgorithm::Sha256,
        // Around 2013-06-20.
        this_update: second(1_371_600_000),
        next_update: Some(second(1_372_000_000)),
        revoked: vec![RevokedCertificate {
            serial: SerialNumber::from_contents(&[3]),
            date: second(1_371_600_000),
            reason: None,
        }],
        authority_key_identifier: None,
        number: None,
    };
    let list = RevocationList::from_der(&Mint::new().revocation_list(&specification).unwrap()).unwrap();
    let mut routers = Routers::of_the_document();
    routers.scenario.settings.given_revocation_lists.push(list);
    assert_eq!(failure(&routers.verdict(Side::First)).2, "certificate-revoked");
}

#[test]
fn revocation_check_none_accepts_what_cannot_be_checked() {
    let mut routers = with_list(RevocationListState::Missing);
    for side in Side::BOTH {
        let text = routers.text(side).replace("revocation-check crl", "revocation-check none");
        routers = routers.with_text(side, &text);
    }
    let verdict = routers.verdict(Side::First);
    assert_eq!(verdict.outcome, Outcome::Up);
    assert!(!assumed(&verdict, Side::Second).contains(&"crl-assumed-fresh"));
}

#[test]
fn a_certificate_out_of_its_validity_is_refused_for_that() {
    // `date -u -d '2014-06-18' +%s`; the routers' certificates end on 2014-06-17.
    for (seconds, code) in
        [(1_403_049_600, "certificate-expired"), (1_371_400_000, "certificate-not-yet-valid")]
    {
        let mut routers = Routers::of_the_document();
        routers.scenario.at = Some(Instant::from_seconds(seconds));
        let verdict = routers.verdict(Side::First);
        assert_eq!(failure(&verdict), ("MM5".to_owned(), Side::Second, code));
    }
}

#[test]
fn show_clock_goes_before_the_scenarios_time() {
    let shown = "R1#show clock\n*12:00:00.123 CET Wed Jun 18 2014\nR1#show running-config\n";
    let routers = Routers::of_the_document().replacing(Side::First, "R1#show running-config\n", shown);
    assert_eq!(failure(&routers.verdict(Side::First)).2, "certificate-expired");
}

#[test]
fn a_pin_that_is_not_defined_validates_nothing() {
    let routers = Routers::without_pins().pinning(Side::First, "IOSCA3");
    let verdict = routers.verdict(Side::Second);
    assert_eq!(failure(&verdict), ("MM5".to_owned(), Side::First, "no-suitable-trustpoint"));
    assert_eq!(
        verdict.failure.unwrap().text,
        "R1 refuses R2's certificate: cn=CA2,o=cisco,o=com issued it, and prof1 validates against IOSCA3 only"
    );
}

#[test]
fn a_pinned_initiator_that_is_not_asked_for_its_pin_has_nothing_to_send() {
    let routers = Routers::of_the_document().without_trustpoint(Side::Second, "IOSCA1");
    let verdict = routers.verdict(Side::First);
    assert_eq!(failure(&verdict), ("MM5".to_owned(), Side::First, "no-certificate-to-send"));
    let rules: Vec<_> = verdict.because.iter().map(|reason| reason.rule.unwrap().id()).collect();
    assert_eq!(rules, ["V1-SEL-5", "V1-REQ-3"]);
}

#[test]
fn an_initiator_ends_on_an_identity_that_its_profile_does_not_match() {
    let routers = Routers::of_the_document().replacing(
        Side::First,
        "match identity host R2.cisco.com",
        "match identity host R3.cisco.com",
    );
    let verdict = routers.verdict(Side::First);
    assert_eq!(failure(&verdict), ("MM6".to_owned(), Side::First, "identity-mismatch"));
    assert_eq!(
        verdict.failure.unwrap().text,
        "R1 refuses MM6: R2 calls itself R2.cisco.com, and no `match identity` line of prof1 says so"
    );
}

#[test]
fn policies_that_do_not_fit_fail_in_mm1_and_name_the_policies_of_both() {
    let routers = Routers::of_the_document().replacing(Side::Second, " hash md5\n", "");
    let texts = routers.scenario.read_texts().unwrap();
    let verdict = routers.verdict(Side::First);
    assert_eq!(failure(&verdict), ("MM1".to_owned(), Side::Second, "no-proposal-chosen"));
    let lines: Vec<_> =
        verdict.because.iter().map(|reason| texts.sources.locate(reason.origins[0]).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line.file).collect::<Vec<_>>(), ["r2.txt", "r1.txt"]);
    assert!(lines.iter().all(|line| line.text == "crypto isakmp policy 10"));
}
