//! IKEv2: what goes over the link, what is not covered, and the advice for the pairs of Cisco document 117633.

use ike::InitiateError;
use lab::advice::Rule;
use lab::complete::OpenQuestion;
use lab::negotiation::{Message, Negotiation, NotBegun, negotiate};
use lab::side::Side;
use lab::verdict::Outcome;

use crate::advice::{BOTH_UP, advised};
use crate::pair::{Routers, failure, render};

fn negotiated(scenario: &str, initiator: Side) -> Negotiation {
    negotiate(&Routers::of(scenario).world(), initiator).unwrap()
}

fn names(negotiation: &Negotiation) -> Vec<String> {
    negotiation.messages.iter().map(|message| message.name.to_string()).collect()
}

fn payloads(message: &Message) -> String {
    message.payloads.join(" ")
}

#[test]
fn the_payloads_of_the_four_messages_are_in_the_order_of_the_document() {
    let negotiation = negotiated("ikev2-certificate-flow", Side::First);
    let nat = "N(NAT_DETECTION_SOURCE_IP) N(NAT_DETECTION_DESTINATION_IP)";
    let last = "N(SET_WINDOW_SIZE) N(ESP_TFC_PADDING_NOT_SUPPORTED) N(NON_FIRST_FRAGMENTS_ALSO)";
    // V2-REQ-4
    let expected = [
        format!("SA KE NONCE VID VID {nat}"),
        format!("SA KE NONCE VID VID {nat} CERTREQ N(HTTP_CERT_LOOKUP_SUPPORTED)"),
        format!(
            "VID IDi CERT CERTREQ N(HTTP_CERT_LOOKUP_SUPPORTED) AUTH CP SA TSi TSr N(INITIAL_CONTACT) {last}"
        ),
        format!("VID IDr CERT AUTH SA TSi TSr {last}"),
    ];
    assert_eq!(negotiation.messages.iter().map(payloads).collect::<Vec<_>>(), expected);
    let encrypted: Vec<_> = negotiation.messages.iter().map(|message| message.encrypted).collect();
    assert_eq!(encrypted, [false, false, true, true]);
}

#[test]
fn requests_are_hashes_of_keys_in_hex() {
    let world = Routers::of("ikev2-asymmetric-trustpoints").world();
    let negotiation = negotiate(&world, Side::First).unwrap();
    let asked: Vec<_> =
        negotiation.messages.iter().map(|message| message.certificate_requests.as_slice()).collect();
    let hash = |side: Side, trustpoint: &str| {
        let router = &world.routers[side];
        let position = router.trustpoints().iter().position(|it| it.name == trustpoint).unwrap();
        let id = ike::TrustpointId::from_index(position).unwrap();
        let hash = router.request_hashes().hash_of(id).unwrap();
        hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let (tp1, tp2) = (hash(Side::Second, "TP1"), hash(Side::Second, "TP2"));
    // R2 lists TP1 first; R1's profile may verify with TP1 only.
    assert_eq!(asked, [&[][..], &[tp1.clone(), tp2], &[tp1], &[]]);
}

#[test]
fn a_cookie_and_another_group_each_cost_another_request() {
    let (request, response) = ("IKE_SA_INIT request", "IKE_SA_INIT response");
    let auth = ["IKE_AUTH request", "IKE_AUTH response"];
    let again = [&[request, response, request, response][..], &auth].concat();
    let cookie = negotiated("ikev2-a-cookie-is-demanded", Side::First);
    assert_eq!(names(&cookie), again);
    assert_eq!(payloads(&cookie.messages[1]), "N(COOKIE)");
    assert!(payloads(&cookie.messages[2]).starts_with("N(COOKIE) SA"));
    let group = negotiated("ikev2-the-wrong-group-first", Side::First);
    assert_eq!(names(&group), again);
    assert_eq!(payloads(&group.messages[1]), "N(INVALID_KE_PAYLOAD)");
}

#[test]
fn fragments_are_no_longer_than_the_configured_packet() {
    let negotiation = negotiated("ikev2-a-fragmented-ike-auth", Side::First);
    let requests = names(&negotiation).iter().filter(|name| *name == "IKE_AUTH request").count();
    assert!(requests > 1, "{requests}");
    let lengths: Vec<_> = negotiation.messages[2..].iter().map(|message| message.ip_length).collect();
    assert!(lengths.iter().all(|length| *length <= 576), "{lengths:?}");
}

#[test]
fn the_key_log_is_a_line_that_wireshark_reads() {
    let table = negotiated("ikev2-certificate-flow", Side::First).key_log.to_wireshark_ikev2();
    let fields: Vec<&str> = table.trim_end().split(',').collect();
    let lengths: Vec<usize> = fields.iter().map(|field| field.len()).collect();
    // SPIs of 8 bytes, keys of 24 for 3DES and of 16 for HMAC-MD5.
    let named = ["\"3DES [RFC2451]\"", "\"HMAC_MD5_96 [RFC2403]\""];
    assert_eq!((fields[4], fields[7]), (named[0], named[1]));
    assert_eq!(lengths, [16, 16, 48, 48, named[0].len(), 32, 32, named[1].len()]);
    let gcm = negotiated("ikev2-aes-gcm-comes-up", Side::First).key_log.to_wireshark_ikev2();
    assert!(gcm.ends_with(",\"AES-GCM-256 with 16 octet ICV [RFC5282]\",,,\"NONE [RFC4306]\"\n"), "{gcm}");
}

#[test]
fn orders_of_enrolment_that_matter_and_are_not_told_make_it_depend() {
    let routers = Routers::of("ikev2-asymmetric-trustpoints").configuration_only(Side::First);
    let world = routers.world();
    assert!(matches!(world.open_questions[..], [OpenQuestion::EnrolmentOrder { router: Side::First, .. }]));
    // R2 signs for what R1 enrolled last, and R1 verifies with TP1 only.
    assert_eq!(routers.outcomes(), [Outcome::Up, Outcome::Depends]);
}

/// What keeps R1 from being tried with this line in place of `authentication remote` or another.
fn error(old: &str, new: &str) -> String {
    let routers = Routers::of("ikev2-certificate-flow").replacing(Side::First, old, new);
    let (problems, sources) = routers.try_world().unwrap_err();
    render(&problems, &sources)
}

#[test]
fn a_profile_without_its_mandatory_lines_is_incomplete() {
    let shown = error(" authentication local rsa-sig\n", "");
    assert!(shown.contains("error[incomplete-profile]"), "{shown}");
    assert!(shown.contains("incomplete without `authentication local`"), "{shown}");
}

#[test]
fn policies_of_ikev1_do_not_keep_a_tunnel_of_ikev2_from_being_tried() {
    let policy = "crypto isakmp policy 10\n authentication pre-share\n!\ncrypto ikev2 policy pol-1 \n";
    let routers = Routers::of("ikev2-certificate-flow");
    let routers = Side::BOTH
        .into_iter()
        .fold(routers, |routers, side| routers.replacing(side, "crypto ikev2 policy pol-1 \n", policy));
    assert_eq!(routers.outcomes(), [Outcome::Up, Outcome::Up]);
}

#[test]
fn different_pins_are_made_the_same() {
    let advised = advised(&Routers::of("ikev2-asymmetric-trustpoints"));
    let remedies = advised.remedies();
    let [(first_rule, add, first), (second_rule, remove, second)] = remedies.as_slice() else {
        panic!("{remedies:?}");
    };
    assert_eq!([first_rule, second_rule], [&Rule::DifferentPins; 2]);
    assert_eq!(advised.advice[1].also, [Rule::SeveralPins]);
    assert!(add[0].starts_with("r1.txt:") && add[0].ends_with("+ pki trustpoint TP2"), "{add:?}");
    assert!(remove[0].starts_with("r2.txt:") && remove[0].ends_with("- pki trustpoint TP2"), "{remove:?}");
    assert_eq!([first, second], [&BOTH_UP; 2]);
}

#[test]
fn a_trustpoint_can_be_pinned_beside_what_other_peers_need() {
    // R1 pins TP1 and R2 TP2, and each asks for CA2 first: R1 with both comes up from both sides.
    let routers = Routers::of("ikev2-asymmetric-trustpoints").enrolled_the_other_way(Side::Second);
    let routers = routers.replacing(
        Side::Second,
        " pki trustpoint TP1\n pki trustpoint TP2\n",
        " pki trustpoint TP2\n",
    );
    let remedies = advised(&routers).remedies();
    let (rule, lines, tried) = &remedies[0];
    assert_eq!((*rule, *tried), (Rule::DifferentPins, BOTH_UP));
    assert!(lines.len() == 1 && lines[0].starts_with("r1.txt:"), "{lines:?}");
    assert!(lines[0].ends_with("+ pki trustpoint TP2"), "{lines:?}");
}

#[test]
fn an_initiator_without_a_trustpoint_gets_those_of_its_peer() {
    let remedies = advised(&Routers::of("ikev2-initiator-without-trustpoint")).remedies();
    let [(rule, lines, tried)] = remedies.as_slice() else { panic!("{remedies:?}") };
    assert_eq!((*rule, *tried), (Rule::UnpinnedIkev2Initiator, BOTH_UP));
    let added: Vec<_> = lines.iter().map(|line| line.split_once('+').unwrap().1).collect();
    assert_eq!(added, [" pki trustpoint TP1", " pki trustpoint TP2"]);
}

#[test]
fn profiles_that_match_the_same_peer_are_made_distinct() {
    let remedies = advised(&Routers::of("ikev2-overlapping-profiles")).remedies();
    let [(rule, lines, tried)] = remedies.as_slice() else { panic!("{remedies:?}") };
    assert_eq!((*rule, *tried), (Rule::OverlappingMatches, BOTH_UP));
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines.iter().all(|line| line.contains("- match identity remote address 192.168.0.1")),
        "{lines:?}"
    );
}

#[test]
fn a_pair_that_comes_up_whatever_is_renewed_gets_no_advice() {
    assert_eq!(advised(&Routers::of("ikev2-certificate-flow")).advice, []);
}

fn of_one_ca() -> Routers {
    Routers::of("ikev2-one-ca-comes-up")
}

#[test]
fn a_policy_that_offers_nothing_covered_is_an_error_and_no_case_for_the_default_policy() {
    // DEF-6: `default` serves where no configured policy matches, and this one does.
    let routers = of_one_ca().replacing(Side::First, " group 14\n", " group 22\n");
    let (problems, sources) = routers.try_world().unwrap_err();
    let shown = render(&problems, &sources);
    assert!(
        shown.contains("error[unsupported-algorithm]: R1 has nothing to offer of IKEv2 policy POL"),
        "{shown}"
    );
    assert!(shown.contains("group 22"), "{shown}");
}

#[test]
fn a_group_that_is_not_covered_leaves_the_others_of_its_line() {
    let routers = of_one_ca().replacing(Side::First, " group 14\n", " group 22 14\n");
    assert_eq!(routers.outcomes(), [Outcome::Up; 2]);
    let assumptions = routers.verdict(Side::First).assumptions;
    assert!(assumptions.iter().any(|it| it.text.contains("taken without") && it.text.contains("22")));
}

#[test]
fn group_24_is_a_group_like_the_others() {
    let with_24 = of_one_ca().replacing(Side::First, " group 14\n", " group 24\n");
    assert_eq!(with_24.outcomes(), [Outcome::Failed; 2]);
    let code = failure(&with_24.verdict(Side::First)).2;
    assert_eq!(code, "no-proposal-chosen");
    let both = with_24.replacing(Side::Second, " group 14\n", " group 24\n");
    assert_eq!(both.outcomes(), [Outcome::Up; 2]);
}

#[test]
fn a_policy_and_a_proposal_that_are_taken_away_are_not_there() {
    let (policy, none) = (
        "crypto ikev2 policy POL\n proposal PROP\n!\n",
        "no crypto ikev2 proposal default\nno crypto ikev2 policy default\n!\n",
    );
    // DEF-6: without them R2 has nothing to choose from, and R1 nothing to offer.
    let routers = of_one_ca().replacing(Side::Second, policy, none);
    assert_eq!(failure(&routers.verdict(Side::First)).2, "no-proposal-chosen");
    let from_r2 = negotiate(&routers.world(), Side::Second);
    assert!(matches!(from_r2, Err(NotBegun::Refused(InitiateError::NoUsableProposal))), "{from_r2:?}");
}

#[test]
fn each_router_goes_by_the_ca_certificate_that_it_prints_itself() {
    // R2 still has the CA's old certificate, which has expired; R1 has the new one of the same key.
    let routers = of_one_ca();
    let text = routers.text(Side::Second);
    let (before, authority) = text.split_once("\nCA Certificate\n").unwrap();
    let end = authority.lines().find(|line| line.contains("end   date:")).unwrap();
    let authority = authority.replacen(end, "    end   date: 09:00:00 UTC Jan 5 2024", 1);
    let routers = routers.with_text(Side::Second, &format!("{before}\nCA Certificate\n{authority}"));
    for (initiator, message) in [(Side::First, "IKE_AUTH request"), (Side::Second, "IKE_AUTH response")] {
        let expected = (message.to_owned(), Side::Second, "certificate-expired");
        assert_eq!(failure(&routers.verdict(initiator)), expected, "from {initiator:?}");
    }
}

#[test]
fn a_tunnel_from_another_address_is_not_the_one_of_the_session() {
    // R2 keeps PROF for a tunnel from its Loopback7; from the address that R1 negotiates with there is one with OTHER.
    let routers = of_one_ca()
        .replacing(
            Side::Second,
            "crypto ipsec transform-set",
            "crypto ikev2 profile OTHER\n match identity remote fqdn elsewhere.example.com\n authentication remote rsa-sig\n \
             authentication local rsa-sig\n pki trustpoint TP1\n!\ncrypto ipsec transform-set",
        )
        .replacing(
            Side::Second,
            "interface Tunnel0\n",
            "crypto ipsec profile OTHER\n set transform-set TS\n set ikev2-profile OTHER\n!\n\
             interface Loopback7\n ip address 203.0.113.77 255.255.255.255\n!\n\
             interface Tunnel7\n tunnel source Loopback7\n tunnel mode ipsec ipv4\n tunnel destination 198.51.100.1\n \
             tunnel protection ipsec profile VTI\n!\ninterface Tunnel0\n",
        );
    let text = routers.text(Side::Second);
    let tunnel = text.rfind(" tunnel protection ipsec profile VTI\n").unwrap();
    let text = format!("{}{}", &text[..tunnel], text[tunnel..].replacen("VTI", "OTHER", 1));
    let routers = routers.with_text(Side::Second, &text);
    let verdict = routers.verdict(Side::First);
    assert_eq!(verdict.outcome, Outcome::NoChildSa);
    let expected = ("IKE_AUTH request".to_owned(), Side::Second, "profile-not-the-tunnels");
    assert_eq!(failure(&verdict), expected);
}

#[test]
fn a_certificate_map_matches_the_alternative_name_that_verbose_prints() {
    let routers = Routers::of("ikev2-a-certificate-map-matches-a-dn-identity");
    let text = routers.text(Side::First);
    let map = text.lines().find(|line| line.trim_start().starts_with("subject-name co ")).unwrap().to_owned();
    let named = routers.replacing(Side::First, &map, " alt-subject-name co r2.corp.example");
    assert_eq!(named.outcomes(), [Outcome::Failed; 2]);
    let names = "  X509v3 extensions:\n    X509v3 Subject Alternative Name:\n        R2.corp.example\n        \
                 IP Address : 198.51.100.2\n        OtherNames :\n  Associated";
    let text = named.text(Side::Second).replacen("  Associated", names, 1);
    assert_eq!(named.with_text(Side::Second, &text).outcomes(), [Outcome::Up; 2]);
}

#[test]
fn a_profile_that_is_shut_down_is_not_in_use() {
    let pinned = " authentication local rsa-sig\n";
    let shut = format!("{pinned} shutdown\n");
    let routers = of_one_ca().replacing(Side::Second, pinned, &shut);
    let (problems, sources) = routers.try_world().unwrap_err();
    let shown = render(&problems, &sources);
    assert!(shown.contains("error[profile-shut-down]: IKEv2 profile PROF is shut down"), "{shown}");
}

#[test]
fn a_router_that_only_responds_does_not_begin() {
    let line = " set transform-set TS\n";
    let routers = of_one_ca().replacing(Side::Second, line, &format!("{line} responder-only\n"));
    assert_eq!(routers.verdict(Side::First).outcome, Outcome::Up);
    let from_r2 = negotiate(&routers.world(), Side::Second);
    assert!(matches!(from_r2, Err(NotBegun::ResponderOnly(_))), "{from_r2:?}");
}
