//! IKEv2: what a verdict rests on, in words and down to the line that decides.

use lab::side::Side;
use lab::verdict::Outcome;

use crate::pair::{Routers, render};

/// A reason: its rule, its sentence, its lines as they are written.
type Told = (Option<&'static str>, String, Vec<String>);

fn reasons(routers: &Routers, initiator: Side) -> Vec<Told> {
    let sources = routers.scenario.read_texts().unwrap().sources;
    let verdict = routers.verdict(initiator);
    let told = verdict.because.iter().map(|reason| {
        let places = reason.origins.iter().filter_map(|&origin| sources.locate(origin));
        let lines = places.map(|place| place.line_text.trim().to_owned()).collect();
        (reason.rule.map(ike::Rule::id), reason.text.clone(), lines)
    });
    told.collect()
}

fn of(scenario: &str, initiator: Side) -> Vec<Told> {
    reasons(&Routers::of(scenario), initiator)
}

/// The reason that has these words in it.
fn with<'t>(told: &'t [Told], words: &str) -> &'t Told {
    told.iter().find(|(_, text, _)| text.contains(words)).unwrap_or_else(|| panic!("{words:?}: {told:#?}"))
}

#[test]
fn a_profile_that_matches_and_serves_elsewhere_is_refused_for_that_line() {
    // V2-PRO-1: `match address local` has to hold besides.
    let scenario = "ikev2-a-profile-for-another-local-address-does-not-serve";
    for (initiator, rule) in [(Side::First, "V2-PRO-2"), (Side::Second, "V1-ID-3")] {
        let told = of(scenario, initiator);
        let (cited, text, lines) = &told[0];
        assert_eq!(*cited, Some(rule));
        let why =
            "which PROF matches, but PROF is for sessions at 192.0.2.9, and this one is at 198.51.100.2";
        assert!(text.ends_with(why), "{text}");
        assert_eq!(lines[0], "match address local 192.0.2.9");
        assert!(!told.iter().any(|(_, text, _)| text.contains("no line matches")), "{told:?}");
    }
}

#[test]
fn a_policy_that_is_passed_over_is_told_with_the_reason() {
    let told = of("ikev2-a-policy-for-another-vrf-is-passed-over", Side::Second);
    let (rule, text, lines) = with(&told, "passes over");
    assert_eq!((*rule, lines.as_slice()), (Some("V2-POL-1"), &["crypto ikev2 policy POL".to_owned()][..]));
    assert_eq!(
        text,
        "R1 passes over policy POL: it has no `match fvrf`, so it is for the global VRF, and 198.51.100.1 is in VRF INET"
    );
    let (rule, text, _) = with(&told, "R1 takes policy default");
    assert_eq!(*rule, Some("DEF-6"));
    assert!(text.contains("group 5 or 2"), "{text}");
}

#[test]
fn proposals_that_do_not_fit_are_held_against_each_other() {
    let routers = Routers::of("ikev2-one-ca-comes-up");
    let routers = routers.replacing(Side::Second, " integrity sha256\n", " integrity sha384\n");
    let routers = routers.replacing(Side::Second, " group 14\n", " group 19\n");
    let (_, text, lines) = &reasons(&routers, Side::First)[0];
    assert_eq!(
        text,
        "R2 accepts none of the IKEv2 proposals that R1 offers: proposal PROP of R1 has integrity sha256 and group 14, and PROP of R2 has integrity sha384 and group 19"
    );
    assert_eq!(lines, &["integrity sha384", "group 19", "integrity sha256", "group 14"]);
}

#[test]
fn a_key_of_another_kind_is_the_routers_own_fault_in_both_roles() {
    let scenario = "ikev2-a-key-of-another-kind-than-the-profile-wants-cannot-sign";
    for (initiator, message) in [(Side::First, "request"), (Side::Second, "response")] {
        let (_, text, lines) = &of(scenario, initiator)[0];
        let why = "PROF says `authentication local ecdsa-sig`, and the key of TP1 is RSA";
        assert_eq!(*text, format!("R1 cannot build IKE_AUTH {message}: {why}"));
        assert_eq!(lines[0], "authentication local ecdsa-sig");
    }
}

#[test]
fn the_line_of_a_certificate_map_that_the_certificate_does_not_fit_is_named() {
    for initiator in Side::BOTH {
        let told = of("ikev2-a-certificate-map-that-the-certificate-does-not-fit", initiator);
        let (rule, text, lines) = with(&told, "certificate map");
        assert_eq!(*rule, Some("V2-PRO-1"));
        let subject = "hostname=R1.example.com,cn=R1,ou=IT,o=example";
        let why = format!("wants `subject-name co ou = headoffice`, and R1's certificate has {subject}");
        assert_eq!(*text, format!("certificate map CMAP {why}: PROF does not match"));
        assert_eq!(lines, &["subject-name co ou = headoffice", "match certificate CMAP"]);
    }
}

#[test]
fn a_distinguished_name_without_a_map_says_what_it_wants() {
    let (_, text, _) = &of("ikev2-a-dn-identity-without-a-certificate-map", Side::First)[0];
    assert!(text.ends_with("a distinguished name is matched by `match certificate` only"), "{text}");
}

#[test]
fn silence_is_told_to_be_for_want_of_a_profile() {
    // V2-PRO-4
    let routers = Routers::of("ikev2-one-ca-comes-up");
    let text = routers.text(Side::Second);
    let start = text.find("crypto ikev2 profile").unwrap();
    let end = start + text[start..].find("!\n").unwrap();
    let text = format!("{}{}", &text[..start], &text[end..]);
    let routers = routers.with_text(Side::Second, &text);
    let routers = routers.without(Side::Second, " tunnel protection ipsec profile VTI\n");
    let (rule, text, _) = &reasons(&routers, Side::First)[0];
    assert_eq!(*rule, Some("V2-PRO-4"));
    assert!(text.contains("R2 has no `crypto ikev2 profile`"), "{text}");
}

#[test]
fn who_refuses_a_method_and_who_is_configured_with_it_are_told_apart() {
    let scenario = "ikev2-certificates-on-one-side-and-shared-keys-on-the-other";
    let told = of(scenario, Side::Second);
    assert!(
        told[0].1.contains("R2 authenticates with a shared key, and PROF does not accept that"),
        "{told:?}"
    );
    let (_, _, lines) = with(&told, "PROF on R2 says `authentication local pre-share`");
    assert_eq!(lines, &["authentication local pre-share"]);
    let told = of(scenario, Side::First);
    assert!(told[0].1.contains("R1 authenticates with an RSA signature"), "{told:?}");
    assert!(told[0].2.contains(&"authentication remote pre-share".to_owned()), "{told:?}");
}

/// What keeps a pair from being tried in which the methods of R1 and of R2 are these, local and remote.
fn not_tried([first, second]: [[&str; 2]; 2]) -> Result<(), String> {
    let methods = |routers: Routers, side, [local, remote]: [&str; 2]| {
        let routers =
            routers.replacing(side, "authentication local rsa-sig", &format!("authentication local {local}"));
        routers.replacing(side, "authentication remote rsa-sig", &format!("authentication remote {remote}"))
    };
    let routers = methods(Routers::of("ikev2-one-ca-comes-up"), Side::First, first);
    let routers = methods(routers, Side::Second, second);
    routers.try_world().map(|_| ()).map_err(|(problems, sources)| render(&problems, &sources))
}

#[test]
fn only_what_shared_keys_or_eap_could_bring_up_is_not_covered() {
    let (rsa, keys, eap) = ("rsa-sig", "pre-share", "eap query-identity");
    for covered in [
        [[rsa, rsa], [keys, keys]],
        [[rsa, keys], [rsa, rsa]],
        [[rsa, eap], [rsa, rsa]],
        [[keys, rsa], [rsa, rsa]],
        [[rsa, rsa], [keys, rsa]],
    ] {
        assert_eq!(not_tried(covered), Ok(()), "{covered:?}");
    }
    for (not_covered, line) in [
        ([[keys, keys], [keys, keys]], "authentication local pre-share"),
        ([[rsa, keys], [keys, rsa]], "authentication remote pre-share"),
    ] {
        let shown = not_tried(not_covered).unwrap_err();
        assert!(shown.contains("error[no-signatures]") && shown.contains(line), "{shown}");
    }
}

#[test]
fn a_group_that_only_one_side_wants_is_said_to_fail_at_the_renewal() {
    // DEF-5
    let routers = Routers::of("ikev2-one-ca-comes-up");
    let line = " set ikev2-profile PROF\n";
    let routers = routers.replacing(Side::Second, line, &format!("{line} set pfs group19\n"));
    for initiator in Side::BOTH {
        assert_eq!(routers.verdict(initiator).outcome, Outcome::Up);
        let told = reasons(&routers, initiator);
        let (rule, _, lines) = with(&told, "R2 wants group 19: the renewal fails");
        assert_eq!((*rule, lines.as_slice()), (Some("DEF-5"), &["set pfs group19".to_owned()][..]));
    }
}

#[test]
fn the_traffic_that_a_responder_narrows_is_told() {
    let told = of("ikev2-a-narrower-crypto-access-list-narrows-the-traffic", Side::First);
    let (rule, text, _) = with(&told, "narrows");
    assert_eq!(*rule, Some("V2-TRA-1"));
    assert!(
        text.contains(
            "R1 asks for 10.1.0.0/16 to 10.2.0.0/16, and R2 narrows that to 10.1.0.0/16 to 10.2.0.0/24"
        ),
        "{text}"
    );
    let told = of("ikev2-a-narrower-crypto-access-list-narrows-the-traffic", Side::Second);
    assert!(!told.iter().any(|(_, text, _)| text.contains("narrows")), "{told:?}");
}
