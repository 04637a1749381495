//! IKEv2: what goes over the link, what is not covered, and the advice for the pairs of Cisco document 117633.

use lab::advice::Rule;
use lab::complete::OpenQuestion;
use lab::negotiation::{Message, Negotiation, negotiate};
use lab::side::Side;
use lab::verdict::Outcome;

use crate::advice::{BOTH_UP, advised};
use crate::pair::{Routers, render};

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
fn profiles_without_certificates_are_not_tried_and_said() {
    let (old, new) = (" authentication local rsa-sig\n", " authentication local pre-share\n");
    let shown = error(old, new);
    assert!(shown.contains("error[no-signatures]") && shown.contains(new.trim()), "{shown}");
    let (old, new) = (" authentication remote rsa-sig\n", " authentication remote eap query-identity\n");
    let shown = error(old, new);
    assert!(shown.contains("error[no-signatures]") && shown.contains(new.trim()), "{shown}");
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
