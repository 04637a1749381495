//! Refusals for what the scenario sets: times, revocation lists, pins.

use crypto::HashAlgorithm;
use ike::Rule;
use lab::certificates::{Mint, RevocationListSpecification, RevokedCertificate};
use lab::clock::Instant;
use lab::keys::{KeyAllotment, KeyKind};
use lab::scenario::{RevocationListState, Scenario};
use lab::side::Side;
use lab::verdict::{Outcome, Verdict};
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
    assert_eq!(
        because(&verdict, Rule::V1Val4, Side::Second),
        "R2 does not ask whether R1's certificate is revoked"
    );
}

#[test]
fn what_settled_revocation_is_among_the_reasons() {
    let fallen_back = "R2 cannot learn whether R1's certificate is revoked, and `none` lets it pass";
    for (state, methods, expected) in [
        (
            RevocationListState::Fresh { revoked: Vec::new() },
            "crl none",
            "the CRL does not list R1's certificate",
        ),
        (RevocationListState::Missing, "crl none", fallen_back),
        (RevocationListState::Stale, "crl none", fallen_back),
    ] {
        let mut routers = with_list(state);
        for side in Side::BOTH {
            let text =
                routers.text(side).replace("revocation-check crl", &format!("revocation-check {methods}"));
            routers = routers.with_text(side, &text);
        }
        assert_eq!(because(&routers.verdict(Side::First), Rule::V1Val4, Side::Second), expected);
    }
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
    assert_eq!(
        verdict.failure.unwrap().text,
        "R1 cannot build MM5: R2's MM4 asks for cn=CA2,o=cisco,o=com, and R1 has certificates from \
         cn=CA1,o=cisco,o=com and cn=CA2,o=cisco,o=com, but may sign with IOSCA1 only, which prof1 pins"
    );
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
        "R1 refuses MM6: R2 calls itself R2.cisco.com, and no `match identity` line of prof1 matches that"
    );
    assert_eq!(
        verdict.because.iter().find(|reason| reason.rule == Some(Rule::V1Id1)).unwrap().text,
        "R2 calls itself by its host name: prof1 says so"
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

/// The lines of a decisive statement, as file and text.
fn decisive_lines(routers: &Routers, verdict: &Verdict) -> Vec<(String, String)> {
    let texts = routers.scenario.read_texts().unwrap();
    let located = verdict.because[0].origins.iter().filter_map(|&origin| texts.sources.locate(origin));
    located.map(|line| (line.file.to_owned(), line.text.to_owned())).collect()
}

fn line(file: &str, text: &str) -> (String, String) {
    (file.to_owned(), text.to_owned())
}

#[test]
fn a_certificate_refused_for_what_it_is_points_at_the_trustpoint_and_the_peers_enrolment() {
    let mut routers = Routers::of_the_document();
    routers.scenario.at = Some(Instant::from_seconds(1_403_049_600));
    let verdict = routers.verdict(Side::First);
    assert_eq!(failure(&verdict).2, "certificate-expired");
    assert_eq!(
        decisive_lines(&routers, &verdict),
        [line("r2.txt", "crypto pki trustpoint IOSCA1"), line("r1.txt", "Associated Trustpoints: IOSCA1")]
    );
}

#[test]
fn a_quick_mode_refusal_points_at_the_tunnels_own_lines_and_no_others() {
    let routers = Routers::of_the_document().replacing(
        Side::Second,
        "crypto ipsec transform-set TS esp-aes esp-sha256-hmac\n",
        "crypto ipsec transform-set TS esp-3des esp-sha256-hmac\n",
    );
    let verdict = routers.verdict(Side::First);
    assert_eq!(failure(&verdict), ("QM1".to_owned(), Side::Second, "no-child-proposal-chosen"));
    assert_eq!(
        decisive_lines(&routers, &verdict),
        [line("r2.txt", "crypto ipsec transform-set TS esp-3des esp-sha256-hmac")]
    );
}

#[test]
fn forward_secrecy_that_one_side_wants_is_told_as_that() {
    let routers = Routers::of_the_document().replacing(
        Side::Second,
        " set transform-set TS\n",
        " set transform-set TS\n set pfs group14\n",
    );
    let verdict = routers.verdict(Side::First);
    assert_eq!(failure(&verdict), ("QM1".to_owned(), Side::Second, "no-child-proposal-chosen"));
    assert_eq!(
        verdict.failure.as_ref().unwrap().text,
        "R2 refuses QM1: R1 offers no perfect forward secrecy, and Tunnel1 takes perfect forward secrecy with group 14 only"
    );
    assert_eq!(decisive_lines(&routers, &verdict), [line("r2.txt", "set pfs group14")]);
}

#[test]
fn a_refused_certificate_above_the_peers_own_is_told_by_its_subject() {
    for (scenario, expected) in [
        (
            "a-root-that-allows-no-ca-below-it-refuses-the-chain",
            "R2 refuses R1's chain at the CA certificate of cn=SUB,o=example: \
             cn=ROOT,o=example allows no other CA below it (path length 0)",
        ),
        (
            "an-expired-ca-certificate-refuses-everyone",
            "R2 refuses R1's chain at the CA certificate of cn=CA1,o=example, that of its own trustpoint IOSCA1: \
             it expired at 2024-01-08 09:14:51 UTC, and it is 2024-05-14 09:00:00 UTC",
        ),
    ] {
        assert_eq!(of_corpus(scenario).verdict(Side::First).failure.unwrap().text, expected);
    }
}

#[test]
fn a_clock_that_alone_finds_the_certificate_invalid_is_the_line_to_look_at() {
    let routers = of_corpus("a-clock-that-stopped-years-ago-refuses-every-certificate");
    for initiator in Side::BOTH {
        let verdict = routers.verdict(initiator);
        assert_eq!(
            verdict.failure.as_ref().unwrap().text,
            "R1 refuses R2's chain at the CA certificate of cn=CA1,o=example, that of its own trustpoint IOSCA1: \
             it is valid from 2024-01-08 09:14:51 UTC on, and R1's clock shows 1993-03-01 00:02:11 UTC \
             (that of R2 2024-05-14 09:00:12 UTC)"
        );
        let lines = decisive_lines(&routers, &verdict);
        assert!(lines[0].1.contains("UTC Mon Mar 1 1993"), "{lines:?}");
    }
}

#[test]
fn of_two_trustpoints_of_one_ca_the_reasons_say_which_answers() {
    let verdict = of_corpus("of-two-trustpoints-of-one-ca-the-last-defined-signs").verdict(Side::Second);
    assert_eq!(
        because(&verdict, Rule::Ord4, Side::First),
        "OLD and NEW are trustpoints of cn=CA1,o=example: the one defined last answers, NEW"
    );
}

fn of_corpus(scenario: &str) -> Routers {
    let folder = crate::pair::folder().with_file_name(scenario);
    Routers { scenario: Scenario::from_folder(&folder).unwrap() }
}

/// The sentence of a router's decision by this rule.
fn because(verdict: &Verdict, rule: Rule, router: Side) -> String {
    let found = verdict.because.iter().find(|reason| reason.rule == Some(rule) && reason.router == router);
    found.unwrap_or_else(|| panic!("no {rule} in {:#?}", verdict.because)).text.clone()
}

#[test]
fn the_tunnel_that_another_profile_protects_is_the_one_told_of() {
    let elsewhere = "crypto isakmp profile OTHER\n match identity host R9.cisco.com\n!\n\
                     crypto ipsec profile IPX\n set transform-set TS\n set isakmp-profile OTHER\n!\n\
                     interface Tunnel0\n tunnel source Ethernet0/0\n tunnel destination 192.168.0.9\n \
                     tunnel protection ipsec profile IPX\n!\ninterface Loopback0\n";
    let unmatched = "match identity host R8.cisco.com";
    // Without a profile `crypto isakmp identity` decides what R2 calls itself.
    let named = "crypto isakmp identity hostname\ncrypto isakmp profile prof1\n";
    let routers = Routers::of_the_document()
        .replacing(Side::Second, "interface Loopback0\n", elsewhere)
        .replacing(Side::Second, "crypto isakmp profile prof1\n", named)
        .replacing(Side::Second, "match identity host R1.cisco.com", unmatched);
    let verdict = routers.verdict(Side::First);
    assert_eq!(failure(&verdict).2, "profile-not-the-tunnels");
    let lines = decisive_lines(&routers, &verdict);
    assert_eq!(lines[0], line("r2.txt", "set isakmp-profile prof1"));
    assert!(lines.iter().all(|(_, text)| !text.contains("OTHER")), "{lines:?}");
}

#[test]
fn a_default_is_told_from_a_statement_that_no_line_has_a_part_in() {
    let mut routers = with_list(RevocationListState::Missing);
    let text = routers.text(Side::Second).replace(" revocation-check crl\n", "");
    routers = routers.with_text(Side::Second, &text);
    let verdict = routers.verdict(Side::First);
    assert_eq!(failure(&verdict).2, "crl-missing");
    assert!(verdict.because[0].rests_on_default());
    let asked = verdict.because.iter().find(|reason| reason.origins.is_empty());
    assert!(!asked.is_some_and(|reason| reason.rests_on_default()));
}

#[test]
fn an_order_is_told_as_first_only_of_what_is_asked_for_first() {
    // R1 asks for CA2 and then CA1; R2, which is in CA1 alone, answers the second: there is no order to tell of.
    let routers = Routers::without_pins().without_trustpoint(Side::Second, "IOSCA2");
    let verdict = routers.verdict(Side::Second);
    assert!(
        verdict.because.iter().all(|reason| reason.rule != Some(Rule::Ord1) || reason.router == Side::Second)
    );
    // The document's pair, where R2 could have answered either.
    let verdict = Routers::of_the_document().verdict(Side::Second);
    let order = verdict.because.iter().find(|reason| reason.rule == Some(Rule::Ord1)).unwrap();
    assert_eq!(
        order.text,
        "R1 asks for cn=CA2,o=cisco,o=com first, since IOSCA2 is its most recent enrolment"
    );
}

#[test]
fn an_order_among_later_requests_names_what_comes_behind() {
    // R1 enrolled in IOSCA3 last, which R2 does not know, and then there are two that it can answer.
    let routers = Routers::without_pins();
    let third = "Certificate\n  Status: Available\n  Certificate Serial Number (hex): 09\n  Issuer:\n    cn=CA3\n  \
                 Subject:\n    cn=R1\n  Associated Trustpoints: IOSCA3\n\n";
    let text = routers.text(Side::First);
    let start = text.find("\nCertificate\n").unwrap() + 1;
    let text = format!("{}{third}{}", &text[..start], &text[start..]);
    let trustpoint = "crypto pki trustpoint IOSCA3\n enrollment url http://192.168.0.7\n!\n";
    let text = text.replacen("crypto pki trustpoint", &format!("{trustpoint}crypto pki trustpoint"), 1);
    let verdict = routers.with_text(Side::First, &text).verdict(Side::Second);
    let of_r1 =
        |reason: &&lab::verdict::Reason| reason.rule == Some(Rule::Ord1) && reason.router == Side::First;
    let order = verdict.because.iter().find(of_r1).unwrap();
    assert_eq!(
        order.text,
        "R1 asks for cn=CA2,o=cisco,o=com before cn=CA1,o=cisco,o=com, since IOSCA2 is the more recent enrolment"
    );
}
