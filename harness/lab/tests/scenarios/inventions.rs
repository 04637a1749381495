//! What the laboratory makes of texts that leave things out.

use ike::Rule;
use lab::negotiation::NotBegun;
use lab::side::Side;
use lab::verdict::{Outcome, Reason, try_direction};

use crate::pair::{Routers, assumed, failure, render, signed};

/// The document's pair without any show output.
fn configurations_only() -> Routers {
    Routers::of_the_document().configuration_only(Side::First).configuration_only(Side::Second)
}

#[test]
fn configurations_alone_are_taken_as_enrolled_and_every_order_is_tried() {
    let routers = configurations_only();
    // From R1 the pin decides, whatever the order.
    assert_eq!(routers.outcomes(), [Outcome::Up, Outcome::Depends]);
    let verdict = routers.verdict(Side::Second);
    let told: Vec<_> = verdict
        .alternatives
        .iter()
        .map(|alternative| (alternative.when.as_str(), alternative.outcome))
        .collect();
    assert_eq!(
        told,
        [
            // R2's order makes no difference.
            ("R1 enrolled IOSCA1 last", Outcome::Up),
            ("R1 enrolled IOSCA2 last", Outcome::Failed),
        ]
    );
    assert_eq!(verdict.failure, None);
}

#[test]
fn certificates_that_the_listing_leaves_out_may_be_more_recent_than_those_listed() {
    // The document prints one certificate of R1's and leaves the others out.
    let routers = Routers::of_the_document();
    let text = routers.text(Side::First);
    let end = text.find("\nCA Certificate\n").unwrap();
    let routers = routers.with_text(Side::First, &format!("{}...\n<output omitted>\n", &text[..end]));
    assert_eq!(routers.outcomes(), [Outcome::Up, Outcome::Depends]);
    let verdict = routers.verdict(Side::Second);
    let told: Vec<_> = verdict.alternatives.iter().map(|it| (it.when.as_str(), it.outcome)).collect();
    // As listed first: R1's only listed certificate is that of IOSCA2.
    assert_eq!(
        told,
        [("R1 enrolled IOSCA2 last", Outcome::Failed), ("R1 enrolled IOSCA1 last", Outcome::Up)]
    );
    assert!(assumed(&verdict, Side::First).contains(&"enrolment-order-assumed"), "{:?}", verdict.assumptions);
}

#[test]
fn what_depends_tells_as_facts_only_what_all_cases_share() {
    let verdict = configurations_only().verdict(Side::Second);
    assert_eq!(verdict.outcome, Outcome::Depends);
    // R1 refuses in one case and signs in the other.
    assert_eq!(signed(&verdict), [None, None]);
    let in_all = |reason| verdict.alternatives.iter().all(|alternative| alternative.because.contains(reason));
    assert!(verdict.because.iter().all(in_all));
    let orders = verdict.alternatives.iter().flat_map(|it| &it.because);
    let of_r1 = |reason: &&Reason| reason.rule == Some(Rule::Ord1) && reason.router == Side::First;
    assert_eq!(orders.filter(of_r1).count(), 2);
}

#[test]
fn of_very_many_orders_each_trustpoint_is_still_tried_as_the_most_recent() {
    // R1 pins IOSCA1; five more CAs, which R2 does not know, make 5040 orders.
    let mut more = String::new();
    for number in 3..8 {
        more +=
            &format!("crypto pki trustpoint IOSCA{number}\n enrollment url http://192.168.1.{number}\n!\n");
    }
    let routers = configurations_only().replacing(
        Side::First,
        "crypto pki trustpoint IOSCA1\n",
        &format!("{more}crypto pki trustpoint IOSCA1\n"),
    );
    assert_eq!(routers.outcomes(), [Outcome::Up, Outcome::Depends]);
    let verdict = routers.verdict(Side::Second);
    assert!(assumed(&verdict, Side::First).contains(&"orders-not-all-tried"), "{:?}", verdict.assumptions);
}

#[test]
fn each_router_goes_by_its_own_clock() {
    let clock = |name: &str, time: &str| {
        (
            format!("{name}#show running-config\n"),
            format!("{name}#show clock\n{time}\n{name}#show running-config\n"),
        )
    };
    let (old, new) = clock("R1", "*00:10:00.000 UTC Mon Mar 1 1993");
    let routers = Routers::of_the_document().replacing(Side::First, &old, &new);
    let (old, new) = clock("R2", "12:00:00.000 EST Thu Jun 20 2013");
    let mut routers = routers.replacing(Side::Second, &old, &new);
    let verdict = routers.verdict(Side::First);
    // R2, in 2013, accepts MM5; R1, in 1993, refuses MM6.
    let refused = verdict.failure.as_ref().map(|failure| (failure.message.to_string(), failure.router));
    assert_eq!(refused, Some(("MM6".to_owned(), Side::First)));
    assert!(assumed(&verdict, Side::First).contains(&"clocks-differ"), "{:?}", verdict.assumptions);
    assert!(!assumed(&verdict, Side::Second).contains(&"clocks-differ"));
    assert!(assumed(&verdict, Side::Second).contains(&"time-zone-assumed"));

    // 2013-06-20 12:00:00 UTC by the command line: both go by that, and what it overrules is said.
    let texts = routers.scenario.read_texts().unwrap();
    let at = lab::clock::Instant::from_seconds(1_371_729_600);
    let world = routers.scenario.world(&texts, Some(at), &lab::certificates::Mint::new()).unwrap();
    assert_eq!([world.clocks.first, world.clocks.second], [at; 2]);
    let codes: Vec<_> = world.assumptions.iter().map(|it| (it.router, it.code)).collect();
    assert!(codes.contains(&(Side::First, "clock-overruled")), "{codes:?}");
    assert!(!codes.iter().any(|(_, code)| *code == "clocks-differ"), "{codes:?}");

    // A router without a clock takes the scenario's time, and without that the other router's.
    routers = routers.replacing(Side::Second, "R2#show clock\n12:00:00.000 EST Thu Jun 20 2013\n", "");
    let at = routers.scenario.at;
    assert_eq!(Some(routers.world().clocks.second), at);
    routers.scenario.at = None;
    let world = routers.world();
    assert_eq!(world.clocks.second, world.clocks.first);
    let assumed = world.assumptions.iter().filter(|it| it.code == "clock-assumed");
    assert_eq!(assumed.map(|it| it.router).collect::<Vec<_>>(), [Side::Second]);
}

#[test]
fn an_assumed_time_says_where_no_certificate_could_be_valid_with_the_others() {
    let mut routers = Routers::of_the_document();
    routers.scenario.at = None;
    let text = routers
        .text(Side::Second)
        .replace("Jun 17 2014", "Jun 17 2012")
        .replace("Jun 17 2013", "Jun 17 2011");
    let world = routers.with_text(Side::Second, &text).world();
    let clock = world.assumptions.iter().find(|it| it.code == "clock-assumed").unwrap();
    assert!(clock.text.contains("there is no time at which all certificates"), "{}", clock.text);
}

#[test]
fn configurations_alone_share_the_cas_of_the_same_url() {
    let routers = configurations_only();
    let world = routers.world();
    let subjects: Vec<_> = world.authorities.iter().map(|it| it.certificate.subject().to_string()).collect();
    assert_eq!(subjects, ["cn=IOSCA1", "cn=IOSCA2"]);
    let verdict = routers.verdict(Side::First);
    assert_eq!(signed(&verdict), [Some("IOSCA1"), Some("IOSCA1")]);
    assert!(assumed(&verdict, Side::First).contains(&"enrolment-assumed"));
    assert!(assumed(&verdict, Side::Second).contains(&"ca-name-assumed"));
}

#[test]
fn trustpoints_of_one_name_at_different_urls_have_different_cas() {
    let routers =
        configurations_only().replacing(Side::Second, "http://192.168.0.3:80", "http://192.168.0.9:80");
    let world = routers.world();
    let subjects: Vec<_> = world.authorities.iter().map(|it| it.certificate.subject().to_string()).collect();
    assert_eq!(subjects, ["cn=IOSCA1", "cn=IOSCA2", "cn=IOSCA1,ou=R2"]);
}

#[test]
fn a_made_certificate_has_what_the_router_shows() {
    let world = Routers::of_the_document().world();
    let router = &world.routers.first;
    let newest = router.trustpoint(router.parts().enrolments[0]);
    let certificate = &newest.enrolment.as_ref().unwrap().certificate;
    assert_eq!(newest.name, "IOSCA2");
    assert_eq!(certificate.serial().to_string(), "03");
    assert_eq!(certificate.issuer().to_string(), "cn=CA2,o=cisco,o=com");
    // 13:25:01 CET Jun 17 2013
    assert_eq!(certificate.validity().not_before.unix(), 1_371_471_901);
    assert_eq!(certificate.as_der().len(), 559);
}

/// What R1's MM4 asks for beside the built-in CAs, with this part of its listing left out.
fn asked_by_r1_without(part: &str) -> Vec<String> {
    let routers = Routers::of_the_document();
    let listing = routers.text(Side::First);
    let kept: Vec<&str> = listing.split("\n\n").filter(|block| !block.contains(part)).collect();
    assert!(kept.len() < listing.split("\n\n").count());
    let world = routers.with_text(Side::First, &kept.join("\n\n")).world();
    let negotiation = lab::negotiation::negotiate(&world, Side::Second).unwrap();
    let mut requests = negotiation.messages[3].certificate_requests.clone();
    requests.truncate(requests.len() - 5);
    requests
}

/// The pair with CA1 alone and no pins, whose CA certificate is printed with these key identifiers, and on R2 otherwise with
/// `other` instead of `printed`.
fn of_a_ca_printed_twice(key_identifiers: [Option<&str>; 2], printed: &str, other: &str) -> Routers {
    let mut routers = Routers::without_pins();
    for (side, key_identifier) in Side::BOTH.into_iter().zip(key_identifiers) {
        routers = routers.without_trustpoint(side, "IOSCA2");
        let text = routers.text(side);
        let (own, authority) = text.split_once("\nCA Certificate\n").unwrap();
        assert!(authority.contains(printed), "{authority}");
        let authority = authority.replacen(printed, if side == Side::First { printed } else { other }, 1);
        let extensions = key_identifier.map_or(String::new(), |digits| {
            format!("  X509v3 extensions:\n    X509v3 Subject Key ID: {digits}\n")
        });
        let authority = authority.replacen("  Associated", &format!("{extensions}  Associated"), 1);
        routers = routers.with_text(side, &format!("{own}\nCA Certificate\n{authority}"));
    }
    routers
}

fn of_a_ca_with_two_serial_numbers(key_identifiers: [Option<&str>; 2]) -> Routers {
    of_a_ca_printed_twice(key_identifiers, "Number (hex): 01", "Number (hex): 7B")
}

#[test]
fn two_printed_keys_under_one_ca_name_are_two_cas() {
    let routers = of_a_ca_with_two_serial_numbers([
        Some("01234567 89ABCDEF 01234567 89ABCDEF 01234567"),
        Some("76543210"),
    ]);
    assert_eq!(routers.outcomes(), [Outcome::Failed; 2]);
    // Both CAs answer to the name that is asked for; the signature on the certificate tells them apart.
    let verdict = routers.verdict(Side::First);
    assert_eq!(failure(&verdict), ("MM5".to_owned(), Side::Second, "certificate-bad-signature"));
    assert!(!assumed(&verdict, Side::Second).contains(&"ca-rebuilt-or-renewed"), "{:?}", verdict.assumptions);
}

#[test]
fn one_printed_key_under_two_serial_numbers_is_one_ca_that_was_renewed() {
    let routers = of_a_ca_with_two_serial_numbers([Some("01234567 89ABCDEF"), Some("0123456789abcdef")]);
    assert_eq!(routers.outcomes(), [Outcome::Up; 2]);
    let assumed = assumed(&routers.verdict(Side::First), Side::Second).contains(&"ca-rebuilt-or-renewed");
    assert!(!assumed);
}

#[test]
fn a_ca_with_two_serial_numbers_and_no_printed_key_is_taken_as_renewed_and_said() {
    for keys in [[None, None], [Some("01234567"), None]] {
        let routers = of_a_ca_with_two_serial_numbers(keys);
        assert_eq!(routers.outcomes(), [Outcome::Up; 2]);
        let verdict = routers.verdict(Side::First);
        assert!(
            assumed(&verdict, Side::Second).contains(&"ca-rebuilt-or-renewed"),
            "{:?}",
            verdict.assumptions
        );
    }
}

#[test]
fn a_ca_with_two_times_of_validity_and_no_printed_key_is_taken_as_renewed_and_said() {
    let routers = of_a_ca_printed_twice([None, None], "start date: 12:58:12", "start date: 12:58:13");
    assert_eq!(routers.outcomes(), [Outcome::Up; 2]);
    let verdict = routers.verdict(Side::First);
    assert!(assumed(&verdict, Side::Second).contains(&"ca-rebuilt-or-renewed"), "{:?}", verdict.assumptions);
}

#[test]
fn a_listing_that_ends_within_a_certificate_is_used_as_far_as_it_goes_and_said() {
    let routers = Routers::without_pins();
    let text = routers.text(Side::Second);
    let end = text.rfind("  Associated Trustpoints: IOSCA1").unwrap();
    let routers = routers.with_text(Side::Second, &text[..end]);
    let texts = routers.scenario.read_texts().unwrap();
    let codes: Vec<_> = texts.diagnostics.iter().map(|it| it.code).collect();
    assert!(codes.contains(&"cut-off-certificate"), "{codes:?}");
    // Both have certificates of both CAs still, and nobody pins: it comes up as before.
    assert_eq!(routers.outcomes(), [Outcome::Up; 2]);
}

#[test]
fn a_trustpoint_that_is_only_authenticated_is_asked_for_after_the_enrolled_ones() {
    let requests = asked_by_r1_without(
        "Certificate\n  Status: Available\n  Certificate Serial Number (hex): 03\n  Certificate Usage: General Purpose\n  Issuer:\n    cn=CA2",
    );
    assert_eq!(requests, ["cn=CA1,o=cisco,o=com", "cn=CA2,o=cisco,o=com"]);
}

#[test]
fn a_trustpoint_without_any_certificate_takes_part_in_nothing() {
    assert_eq!(asked_by_r1_without("Associated Trustpoints: IOSCA2"), ["cn=CA1,o=cisco,o=com"]);
}

#[test]
fn a_time_zone_that_nobody_configured_is_taken_as_utc_and_said() {
    let routers = Routers::of_the_document().without(Side::First, "clock timezone CET 1 0\n!\n");
    let verdict = routers.verdict(Side::First);
    assert!(assumed(&verdict, Side::First).contains(&"time-zone-assumed"));
    assert!(!assumed(&verdict, Side::Second).contains(&"time-zone-assumed"));
}

#[test]
fn without_any_clock_it_is_when_all_certificates_are_valid() {
    let mut routers = Routers::of_the_document();
    routers.scenario.at = None;
    // An hour after the last certificate began: 13:25:01 CET Jun 17 2013.
    let clocks = routers.world().clocks;
    assert_eq!([clocks.first, clocks.second].map(|at| at.seconds), [1_371_471_901 + 3600; 2]);
    let verdict = routers.verdict(Side::First);
    assert_eq!(verdict.outcome, Outcome::Up);
    assert!(assumed(&verdict, Side::First).contains(&"clock-assumed"));
}

#[test]
fn without_a_policy_the_default_ones_are_proposed() {
    let policy = "crypto isakmp policy 10\n encr 3des\n hash md5\n group 2\n";
    let routers = Routers::of_the_document().without(Side::First, policy).without(Side::Second, policy);
    let verdict = routers.verdict(Side::First);
    assert_eq!(verdict.outcome, Outcome::Up);
}

#[test]
fn a_crypto_map_negotiates_as_a_tunnel_does() {
    let map = |peer, from, to| {
        format!(
            "crypto map MAP 10 ipsec-isakmp\n set peer {peer}\n set transform-set TS\n set isakmp-profile prof1\n \
             match address VPN\n!\nip access-list extended VPN\n permit ip {from} 0.0.0.255 {to} 0.0.0.255\n!\n\
             interface Ethernet0/0\n crypto map MAP\n"
        )
    };
    let mut routers = Routers::of_the_document();
    for (side, peer, from, to) in [
        (Side::First, "192.168.0.2", "192.168.100.0", "192.168.200.0"),
        (Side::Second, "192.168.0.1", "192.168.200.0", "192.168.100.0"),
    ] {
        let text = routers.text(side).replace(" tunnel protection ipsec profile prof1\n", "");
        let text = text.replace("interface Ethernet0/0\n", &map(peer, from, to));
        routers = routers.with_text(side, &text);
    }
    assert_eq!(routers.outcomes(), [Outcome::Up, Outcome::Failed]);
    let world = routers.world();
    assert_eq!(world.routers.first.protections()[0].name, "MAP 10");
}

#[test]
fn a_router_without_a_tunnel_to_the_other_cannot_begin_but_can_answer() {
    let routers = Routers::of_the_document().without(Side::First, " tunnel destination 192.168.0.2\n");
    let world = routers.world();
    assert_eq!(try_direction(&world, Side::First).map(|_| ()), Err(NotBegun::NothingToProtect));
    assert_eq!(failure(&routers.verdict(Side::Second)).2, "no-suitable-trustpoint");
}

#[test]
fn pre_shared_keys_alone_are_not_covered_and_the_line_is_shown() {
    let policy = " group 2\n";
    let with_key = " group 2\n authentication pre-share\n";
    let routers = Routers::of_the_document().replacing(Side::First, policy, with_key);
    let (problems, sources) = routers.try_world().unwrap_err();
    let shown = render(&problems, &sources);
    assert!(shown.starts_with("error[no-rsa-signatures]: R1 authenticates without certificates"), "{shown}");
    assert!(shown.contains("r1.txt") && shown.contains("authentication pre-share"), "{shown}");
}

#[test]
fn a_setting_about_a_router_that_is_not_there_is_an_error() {
    let mut routers = Routers::of_the_document();
    routers.scenario.settings.unable.insert("R3".to_owned(), Vec::new());
    let (problems, _) = routers.try_world().unwrap_err();
    assert_eq!(problems[0].message, "the scenario has settings for R3, but no router is called so");
}
