//! The routers of Cisco document 117633, IKEv1: what the document says comes out.

use ike::{FailureCode, MessageName, Rule};
use ios::Sources;
use lab::certificates::Mint;
use lab::complete::World;
use lab::negotiation::{End, Negotiation, negotiate};
use lab::scenario::Scenario;
use lab::side::Side;
use lab::verdict::{Direction, Outcome, try_direction};

use crate::pair::Routers;

fn scenario() -> Scenario {
    Routers::of_the_document().scenario
}

fn world() -> (World, Sources) {
    let scenario = scenario();
    let texts = scenario.read_texts().unwrap();
    let world = scenario.world(&texts, None, &Mint::new()).unwrap();
    assert_eq!((texts.diagnostics, world.warnings.clone()), (vec![], vec![]));
    (world, texts.sources)
}

fn negotiated(initiator: Side) -> Negotiation {
    negotiate(&world().0, initiator).unwrap()
}

fn tried(initiator: Side) -> (Direction, Sources) {
    let (world, sources) = world();
    (try_direction(&world, initiator).unwrap(), sources)
}

fn ip_lengths(negotiation: &Negotiation) -> Vec<usize> {
    negotiation.messages.iter().map(|message| message.ip_length).collect()
}

fn names(negotiation: &Negotiation) -> Vec<String> {
    negotiation.messages.iter().map(|message| message.name.to_string()).collect()
}

#[test]
fn from_r1_the_packets_are_as_long_as_those_captured() {
    let negotiation = negotiated(Side::First);
    assert_eq!(names(&negotiation), ["MM1", "MM2", "MM3", "MM4", "MM5", "MM6", "QM1", "QM2", "QM3"]);
    // The document prints the first eight.
    assert_eq!(ip_lengths(&negotiation)[..8], [192, 132, 355, 755, 736, 712, 192, 192]);
    assert_eq!(negotiation.end, End::Settled);
}

#[test]
fn from_r2_the_packets_are_as_long_as_those_captured() {
    let negotiation = negotiated(Side::Second);
    let lengths = ip_lengths(&negotiation);
    assert_eq!(lengths[..5], [192, 132, 735, 755, 736]);
    // V1-VAL-3: at most five retransmissions of each; the document's capture is cut after four of MM4.
    assert!(lengths[5..].chunks(2).all(|pair| pair == [755, 736]), "{lengths:?}");
    assert_eq!(lengths.len(), 5 + 2 * 5);
    assert!(negotiation.messages[5..].iter().all(|message| message.retransmission));
    assert_eq!(negotiation.end, End::Settled);
}

#[test]
fn the_capture_holds_what_the_messages_say() {
    let negotiation = negotiated(Side::First);
    let captured: Vec<_> = negotiation.capture.packets().iter().map(|packet| packet.bytes.len()).collect();
    assert_eq!(captured, ip_lengths(&negotiation));
    // 2013-06-20 13:00:37.6 in a zone one hour ahead of UTC.
    let first = &negotiation.capture.packets()[0];
    assert_eq!((first.seconds, first.microseconds), (1_371_729_637, 600_000));
}

#[test]
fn requests_leave_in_the_order_that_the_document_prints() {
    let built_in = [
        "ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US",
        "cn=Cisco SSCA2,o=Cisco Systems",
        "cn=Cisco Manufacturing CA,o=Cisco Systems",
        "cn=Cisco Root CA 2048,o=Cisco Systems",
        "cn=Cisco Root CA M1,o=Cisco",
    ];
    let with_built_in = |first: [&'static str; 2]| [first.as_slice(), &built_in].concat();
    let (ca1, ca2) = ("cn=CA1,o=cisco,o=com", "cn=CA2,o=cisco,o=com");

    let from_r1 = negotiated(Side::First);
    assert_eq!(from_r1.messages[2].certificate_requests, [ca1]);
    assert_eq!(from_r1.messages[3].certificate_requests, with_built_in([ca1, ca2]));
    let from_r2 = negotiated(Side::Second);
    assert_eq!(from_r2.messages[2].certificate_requests, with_built_in([ca1, ca2]));
    assert_eq!(from_r2.messages[3].certificate_requests, with_built_in([ca2, ca1]));
}

#[test]
fn each_direction_is_what_the_scenario_expects() {
    let (world, _) = world();
    for expectation in &scenario().expected {
        let initiator = world.names.find(|name| *name == expectation.from).unwrap();
        let direction = try_direction(&world, initiator).unwrap();
        assert_eq!(
            expectation.unmet_by(&direction.verdict, &world),
            Vec::<String>::new(),
            "{}",
            expectation.from
        );
    }
}

#[test]
fn from_r1_it_comes_up_with_the_certificates_of_ca1() {
    let verdict = tried(Side::First).0.verdict;
    assert_eq!((verdict.outcome, verdict.failure), (Outcome::Up, None));
    let certificates = Side::BOTH.map(|side| verdict.certificates[side].clone().unwrap());
    assert_eq!(certificates.clone().map(|used| used.trustpoint), ["IOSCA1", "IOSCA1"]);
    assert_eq!(
        certificates[0].subject,
        "serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com"
    );
    assert_eq!(verdict.validated_against.first, ["IOSCA1"]);
    assert_eq!(verdict.validated_against.second, ["IOSCA1", "IOSCA2"]);
}

#[test]
fn from_r2_it_fails_on_r1_which_got_a_certificate_of_ca2() {
    let verdict = tried(Side::Second).0.verdict;
    assert_eq!(verdict.outcome, Outcome::Failed);
    let failure = verdict.failure.unwrap();
    assert_eq!((failure.message, failure.router), (MessageName::MainMode(5), Side::First));
    assert_eq!((failure.code, failure.rule), (FailureCode::NoSuitableTrustpoint, Some(Rule::V1Val2)));
    assert_eq!(
        failure.text,
        "R1 refuses R2's certificate: cn=CA2,o=cisco,o=com issued it, and prof1 validates against IOSCA1 only"
    );
    assert_eq!(verdict.certificates.second.unwrap().trustpoint, "IOSCA2");
    assert_eq!(verdict.certificates.first, None);
}

#[test]
fn the_failure_is_told_from_the_refusal_back_to_the_order_of_enrolment() {
    let (direction, sources) = tried(Side::Second);
    let told: Vec<_> = direction
        .verdict
        .because
        .iter()
        .map(|reason| {
            let line = reason.origins.first().and_then(|&origin| sources.locate(origin)).unwrap();
            (reason.rule.unwrap().id(), reason.router, line.file, line.text)
        })
        .collect();
    let (r1, r2) = (Side::First, Side::Second);
    assert_eq!(
        told,
        [
            ("V1-VAL-2", r1, "r1.txt", "ca trust-point IOSCA1"),
            ("V1-VAL-1", r1, "r1.txt", "ca trust-point IOSCA1"),
            ("V1-ID-2", r1, "r1.txt", "match identity host R2.cisco.com"),
            ("V1-ID-1", r2, "r2.txt", "self-identity fqdn"),
            ("V1-SEL-1", r2, "r2.txt", "Associated Trustpoints: IOSCA2"),
            ("ORD-1", r1, "r1.txt", "Associated Trustpoints: IOSCA2"),
            ("V1-REQ-3", r1, "r1.txt", "ca trust-point IOSCA1"),
            ("V1-SEL-3", r2, "r2.txt", "crypto isakmp profile prof1"),
        ]
    );
}

#[test]
fn an_outcome_tells_only_the_assumptions_that_it_rests_on() {
    let codes = |initiator| {
        let assumptions = tried(initiator).0.verdict.assumptions;
        assumptions.iter().map(|assumption| (assumption.router, assumption.code)).collect::<Vec<_>>()
    };
    let (r1, r2) = (Side::First, Side::Second);
    // R1 refuses for the name of the issuer alone: nothing that is invented of a CA matters.
    assert_eq!(codes(r2), [(r2, "certificate-made")]);
    let each =
        |router| ["ca-certificate-made", "certificate-made", "crl-assumed-fresh"].map(|code| (router, code));
    assert_eq!(codes(r1), [each(r1), each(r2)].concat());
}

#[test]
fn the_same_scenario_gives_the_same_bytes() {
    for initiator in Side::BOTH {
        let (one, other) = (negotiated(initiator), negotiated(initiator));
        assert_eq!(one.capture.to_pcap(), other.capture.to_pcap());
        assert_eq!(one.key_log, other.key_log);
        assert_eq!(one.events, other.events);
    }
}

#[test]
fn another_seed_gives_other_bytes_and_the_same_verdict() {
    let (mut world, _) = world();
    let before = try_direction(&world, Side::First).unwrap();
    world.seed += 1;
    let after = try_direction(&world, Side::First).unwrap();
    assert_ne!(before.negotiation.capture.to_pcap(), after.negotiation.capture.to_pcap());
    assert_eq!(before.verdict, after.verdict);
}

#[test]
fn both_routers_derive_the_key_that_the_log_holds() {
    let negotiation = negotiated(Side::First);
    let keys: Vec<_> = negotiation.key_log.iter().collect();
    assert_eq!(keys.len(), 1);
    // 3DES.
    assert_eq!(keys[0].1.len(), 24);
    let cookie = &negotiation.capture.packets()[0].bytes[28..36];
    assert_eq!(keys[0].0, cookie);
}
