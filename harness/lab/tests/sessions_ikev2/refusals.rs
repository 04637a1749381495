//! Each cause of refusal, who tells it, and what the other side is told.

use crypto::HashAlgorithm;
use ike::{
    DeleteReason, EspCipher, EventKind, FailureCode, IdentityPattern, Ikev2Authentication, Ikev2Event,
    Ikev2Pattern, Rule, Sourced,
};

use crate::routers::{Authorities, Pair, ikev2_router};
use crate::{both_up, failure, ikev2_event, payload_names, sent, settled, usual};

/// A pair whose host 1 sends what this makes of its messages.
pub fn faulty(parts: [ike::RouterParts; 2], tamper: impl ike::Tamper + 'static) -> Pair {
    let mut pair = Pair::new(parts);
    let [first, second] = pair.endpoints;
    pair.endpoints = [first.with_tamper(Box::new(tamper)), second];
    pair
}

/// The same of host 2.
pub fn faulty_second(parts: [ike::RouterParts; 2], tamper: impl ike::Tamper + 'static) -> Pair {
    let mut pair = Pair::new(parts);
    let [first, second] = pair.endpoints;
    pair.endpoints = [first, second.with_tamper(Box::new(tamper))];
    pair
}

fn told(pair: &Pair, host: u8, notify_type: u16) -> bool {
    pair.told(host, |kind| {
        matches!(kind, EventKind::NotificationRead { notify_type: told, protected: true, .. } if *told == notify_type)
    })
}

/// Host 1's authentication is refused by host 2 for this cause, and both are rid of the session.
fn refused(mut pair: Pair, code: FailureCode, rule: Option<Rule>) {
    let refusal = failure(&pair, 2).unwrap_or_else(|| panic!("{:#?}", pair.events));
    assert_eq!((refusal.code, refusal.rule), (code, rule));
    assert!(told(&pair, 1, 24));
    assert_eq!(payload_names(sent(&pair, 2)[1]), "NOTIFY(AUTHENTICATION_FAILED)");
    assert_eq!(failure(&pair, 1).unwrap().code, FailureCode::RefusedByPeer);
    assert!(!pair.told(2, |kind| matches!(kind, EventKind::Authenticated { .. })));
    pair.pass(std::time::Duration::from_secs(300), true);
    for host in [1, 2] {
        assert!(pair.told(host, |kind| *kind == EventKind::Deleted { reason: DeleteReason::Failed }));
    }
    assert!(pair.endpoints.iter().all(|endpoint| endpoint.session_count() == 0));
}

#[test]
fn the_documents_three_profiles_leave_an_ike_sa_and_no_child_sa() {
    // V2-PRO-1, V2-PRO-3
    let [r1, mut r2] = usual();
    for name in ["profile2", "profile3"] {
        let mut profile = r2.ikev2.profiles[0].clone();
        profile.name = name.to_owned();
        r2.ikev2.profiles.push(profile);
    }
    let mut pair = settled([r1, r2]);
    let selected = |event: &Ikev2Event| match event {
        Ikev2Event::ProfileSearched { matched: Some(matched) } => matched.profile.index() == 2,
        _ => false,
    };
    assert!(ikev2_event(&pair, 2, selected), "profile3 is the last configured");
    let refusal = failure(&pair, 2).unwrap();
    assert_eq!((refusal.code, refusal.rule), (FailureCode::ProfileNotTheTunnels, Some(Rule::V2Pro3)));
    assert!(pair.told(2, |kind| matches!(kind, EventKind::ProfileNotTheTunnels { .. })));
    assert_eq!(payload_names(sent(&pair, 2)[1]), "VID IDr CERT AUTH NOTIFY(TS_UNACCEPTABLE)");
    for host in [1, 2] {
        assert!(pair.told(host, |kind| matches!(kind, EventKind::Authenticated { .. })));
        assert!(!pair.told(host, |kind| matches!(kind, EventKind::ChildEstablished { .. })));
        assert_eq!(pair.endpoints[usize::from(host) - 1].session_count(), 1, "the IKE SA stays");
    }
    pair.initiate(2);
    pair.settle();
    assert!(both_up(&pair), "the initiator does not look at other profiles");
}

#[test]
fn an_initiator_without_a_pin_stops_before_ike_auth_and_a_responder_needs_none() {
    // V2-SEL-2, V2-SEL-4
    let parts = || {
        let mut authorities = Authorities::new(2);
        [
            ikev2_router(&mut authorities, 1, &[1, 2], &[2, 1], &[]),
            ikev2_router(&mut authorities, 2, &[1, 2], &[1, 2], &[1]),
        ]
    };
    let pair = settled(parts());
    let stopped = failure(&pair, 1).unwrap();
    assert_eq!((stopped.code, stopped.rule), (FailureCode::NoCertificateToSend, Some(Rule::V2Sel2)));
    assert_eq!(pair.sent.len(), 2, "nothing is sent");
    let retrieved = pair.events[0].iter().filter_map(|event| match event.kind {
        EventKind::Ikev2(Ikev2Event::TrustpointRetrieved { trustpoint, .. }) => trustpoint,
        _ => None,
    });
    let retrieved: Vec<usize> = retrieved.map(|id| id.index() + 1).collect();
    assert_eq!(retrieved, [1, 2], "each hash is looked up: R2 shows 1,2");
    let mut pair = Pair::new(parts());
    pair.initiate(2);
    pair.settle();
    assert!(both_up(&pair), "{:#?}", pair.events);
}

#[test]
fn the_documents_pair_with_asymmetric_pins_comes_up_from_one_side() {
    // V2-SEL-1, V2-VAL-1: R2 pins TP1 and TP2, R1 pins TP1 and shows 2,1.
    let parts = |pins: &[usize]| {
        let mut authorities = Authorities::new(2);
        [
            ikev2_router(&mut authorities, 1, &[1, 2], &[2, 1], pins),
            ikev2_router(&mut authorities, 2, &[1, 2], &[1, 2], &[1, 2]),
        ]
    };
    assert!(both_up(&settled(parts(&[1]))));
    let mut pair = Pair::new(parts(&[1]));
    pair.initiate(2);
    pair.settle();
    assert_eq!(pair.chosen(2), Some(2), "R1 asks for CA2 first");
    let refusal = failure(&pair, 1).unwrap();
    assert_eq!((refusal.code, refusal.rule), (FailureCode::NoSuitableTrustpoint, Some(Rule::V2Val1)));
    assert!(told(&pair, 2, 24));
    assert_eq!(failure(&pair, 2).unwrap().code, FailureCode::RefusedByPeer);
    for host in [1, 2] {
        let mut pair = Pair::new(parts(&[1, 2]));
        pair.initiate(host);
        pair.settle();
        assert!(both_up(&pair), "symmetric pins");
    }
}

#[test]
fn a_peer_that_no_profile_matches_is_refused() {
    let mut parts = usual();
    parts[1].ikev2.profiles[0].matches[0].pattern =
        Ikev2Pattern::Identity(IdentityPattern::Host("R1.cisco.com".to_owned()));
    refused(settled(parts), FailureCode::NoProfileMatches, Some(Rule::V2Pro2));
}

#[test]
fn a_method_that_the_profile_does_not_have_is_refused() {
    let mut parts = usual();
    parts[1].ikev2.profiles[0].authentication_remote =
        vec![Sourced::default_value(Ikev2Authentication::EcdsaSignature)];
    refused(settled(parts), FailureCode::AuthenticationMethod, None);
}

#[test]
fn a_profile_with_shared_keys_on_one_side_authenticates_nobody_here() {
    let mut parts = usual();
    parts[1].ikev2.profiles[0].authentication_local =
        Some(Sourced::default_value(Ikev2Authentication::PreSharedKey));
    refused(settled(parts), FailureCode::AuthenticationMethod, None);
}

#[test]
fn a_responder_that_cannot_answer_any_hash_refuses() {
    // V2-SEL-5: R1 asks for CA1 only, and R2 is enrolled in CA2 only.
    let mut authorities = Authorities::new(2);
    let r1 = ikev2_router(&mut authorities, 1, &[1], &[1], &[1]);
    let r2 = ikev2_router(&mut authorities, 2, &[1, 2], &[2], &[]);
    refused(settled([r1, r2]), FailureCode::NoCertificateToSend, Some(Rule::V2Sel5));
}

#[test]
fn an_initiator_reports_a_responder_that_it_does_not_believe() {
    // V2-VAL-1: R1 signs with CA1 and verifies CA2 only, R2 signs with CA1.
    use ike::PinUse::{Sign, Verify};
    let mut authorities = Authorities::new(2);
    let mut r1 = ikev2_router(&mut authorities, 1, &[1, 2], &[1], &[]);
    r1.ikev2.profiles[0].pins =
        vec![crate::routers::ikev2_pin(1, Sign), crate::routers::ikev2_pin(2, Verify)];
    let mut r2 = ikev2_router(&mut authorities, 2, &[1, 2], &[1, 2], &[1]);
    // R2 answers a request for CA2 with its certificate of CA1: both names are known, the keys are not.
    r2.trustpoints[1].enrolment = r2.trustpoints[0].enrolment.clone();
    r2.ikev2.profiles[0].pins =
        vec![crate::routers::ikev2_pin(2, Sign), crate::routers::ikev2_pin(1, Verify)];
    let mut pair = settled([r1, r2]);
    let refusal = failure(&pair, 1).unwrap_or_else(|| panic!("{:#?}", pair.events));
    assert_eq!(
        (refusal.message.to_string().as_str(), refusal.rule),
        ("IKE_AUTH response", Some(Rule::V2Val1))
    );
    let report = sent(&pair, 1)[2];
    assert_eq!(report.name.to_string(), "INFORMATIONAL request");
    assert_eq!(payload_names(report), "NOTIFY(AUTHENTICATION_FAILED)");
    assert!(told(&pair, 2, 24));
    assert_eq!(failure(&pair, 2).unwrap().code, FailureCode::RefusedByPeer);
    pair.pass(std::time::Duration::from_secs(300), true);
    assert!(pair.endpoints.iter().all(|endpoint| endpoint.session_count() == 0));
}

#[test]
fn a_responder_with_another_identity_than_the_profile_matches_is_refused_by_the_initiator() {
    let mut parts = usual();
    parts[0].ikev2.profiles[0].matches[0].pattern =
        Ikev2Pattern::Identity(IdentityPattern::Host("R9.cisco.com".to_owned()));
    let pair = settled(parts);
    assert_eq!(failure(&pair, 1).unwrap().code, FailureCode::IdentityMismatch);
    assert!(told(&pair, 2, 24));
}

#[test]
fn a_signature_that_does_not_hold_is_refused() {
    let mut parts = usual();
    // Another key than the certificate's.
    let signer = parts[1].trustpoints[0].enrolment.clone().unwrap().signer;
    parts[0].trustpoints[0].enrolment.as_mut().unwrap().signer = signer;
    refused(settled(parts), FailureCode::BadSignature, None);
}

#[test]
fn transforms_that_no_set_has_leave_an_ike_sa_and_no_child_sa() {
    let mut parts = usual();
    parts[1].protections[0].transform_sets[0].cipher = EspCipher::Aes(256);
    let pair = settled(parts);
    assert_eq!(failure(&pair, 2).unwrap().code, FailureCode::NoChildProposalChosen);
    assert_eq!(payload_names(sent(&pair, 2)[1]), "VID IDr CERT AUTH NOTIFY(NO_PROPOSAL_CHOSEN)");
    assert!(pair.told(1, |kind| matches!(kind, EventKind::Authenticated { .. })));
    assert_eq!(failure(&pair, 1).unwrap().code, FailureCode::RefusedByPeer);
}

#[test]
fn traffic_that_no_tunnel_protects_is_unacceptable_and_wider_traffic_is_narrowed() {
    let subnet =
        |third: u8| ike::Subnet { network: [10, 0, third, 0].into(), mask: [255, 255, 255, 0].into() };
    let mut parts = usual();
    parts[0].protections[0].local_traffic = subnet(1);
    parts[0].protections[0].remote_traffic = subnet(2);
    parts[1].protections[0].local_traffic = subnet(2);
    parts[1].protections[0].remote_traffic = subnet(3);
    let pair = settled(parts.clone());
    assert_eq!(failure(&pair, 2).unwrap().code, FailureCode::NoTunnelForTraffic);
    assert_eq!(payload_names(sent(&pair, 2)[1]), "VID IDr CERT AUTH NOTIFY(TS_UNACCEPTABLE)");
    // RFC 7296 2.9
    parts[0].protections[0].local_traffic = ike::Subnet::ANY;
    parts[1].protections[0].remote_traffic = subnet(1);
    assert!(both_up(&settled(parts)));
}

#[test]
fn a_certificate_by_hash_and_url_is_named_and_not_fetched() {
    struct ByUrl;
    impl ike::Tamper for ByUrl {
        fn before_protection(&mut self, _: ike::MessageName, payloads: &mut Vec<ike::OutgoingPayload>) {
            for payload in payloads.iter_mut() {
                if payload.payload_type == wire::PayloadType::IKEV2_CERTIFICATE {
                    payload.body = [&[12][..], &[7; 20], b"http://example.org/r1.cer"].concat();
                }
            }
        }
    }
    let mut pair = faulty(usual(), ByUrl);
    pair.initiate(1);
    pair.settle();
    assert!(ikev2_event(&pair, 2, |event| matches!(
        event,
        Ikev2Event::CertificateByUrl { encoding: 12, .. }
    )));
    refused(pair, FailureCode::CertificateByUrl, None);
}

#[test]
fn a_certificate_map_looks_at_the_certificate_whose_key_has_signed() {
    // RFC 7296 3.6: the first. R1 shows R9's, which a map of R2 knows, before its own, and one more that has R9 for issuer.
    struct Shows([Vec<u8>; 2]);
    impl ike::Tamper for Shows {
        fn before_protection(&mut self, _: ike::MessageName, payloads: &mut Vec<ike::OutgoingPayload>) {
            let is_certificate =
                |one: &ike::OutgoingPayload| one.payload_type == wire::PayloadType::IKEV2_CERTIFICATE;
            let Some(own) = payloads.iter().position(is_certificate) else { return };
            let shown = |der: &[u8]| {
                ike::OutgoingPayload::new(wire::PayloadType::IKEV2_CERTIFICATE, [&[4], der].concat())
            };
            let Self([before, behind]) = self;
            payloads.insert(own + 1, shown(behind));
            payloads.insert(own, shown(before));
        }
    }
    let mut authorities = Authorities::new(1);
    let [r1, mut r2] = [1, 2].map(|host| ikev2_router(&mut authorities, host, &[1], &[1], &[1]));
    let r9 = authorities.enrolment_with(1, "R9", |_| {}).certificate;
    let name = r9.subject().clone();
    let of_r9 = authorities.enrolment_with(1, "R8", |specification| specification.issuer = name).certificate;
    let (field, operator) = (ike::NameField::Subject, ike::NameOperator::Contains);
    let criterion = ike::CertificateCriterion::Name { field, operator, text: "cn=R9".to_owned() };
    let origin = ike::Origin::DEFAULT;
    let entry =
        ike::CertificateMapEntry { sequence: 10, origin, criteria: vec![Sourced::default_value(criterion)] };
    r2.certificate_maps = vec![ike::CertificateMap { label: "MAP".to_owned(), entries: vec![entry] }];
    r2.ikev2.profiles[0].matches[0].pattern =
        Ikev2Pattern::Certificate(ike::CertificateMapId::from_index(0).unwrap());
    let shown = [&r9, &of_r9].map(|certificate| certificate.as_der().to_vec());
    let mut pair = faulty([r1, r2], Shows(shown));
    pair.initiate(1);
    pair.settle();
    refused(pair, FailureCode::BadSignature, None);
}

#[test]
fn the_method_of_a_peer_is_judged_before_its_certificates() {
    // V2-STEP-1: shared keys and ECDSA are no `authentication remote rsa-sig`, whatever else is wrong.
    struct Method(u8);
    impl ike::Tamper for Method {
        fn before_protection(&mut self, _: ike::MessageName, payloads: &mut Vec<ike::OutgoingPayload>) {
            payloads.retain(|one| one.payload_type != wire::PayloadType::IKEV2_CERTIFICATE);
            for payload in payloads.iter_mut() {
                if payload.payload_type == wire::PayloadType::AUTHENTICATION {
                    payload.body[0] = self.0;
                }
            }
        }
    }
    for (method, code) in [
        (2, FailureCode::AuthenticationMethod),
        (9, FailureCode::AuthenticationMethod),
        (1, FailureCode::NoCertificateReceived),
    ] {
        let mut pair = faulty(usual(), Method(method));
        pair.initiate(1);
        pair.settle();
        refused(pair, code, None);
    }
}

/// Adds a payload to the messages of this name.
struct Adds(&'static str, ike::OutgoingPayload);

impl ike::Tamper for Adds {
    fn before_protection(&mut self, name: ike::MessageName, payloads: &mut Vec<ike::OutgoingPayload>) {
        if name.to_string() == self.0 {
            payloads.insert(0, self.1.clone());
        }
    }
}

fn unknown_critical() -> ike::OutgoingPayload {
    ike::OutgoingPayload { payload_type: wire::PayloadType(200), flags: 0x80, body: vec![1] }
}

#[test]
fn an_unknown_critical_payload_in_ike_auth_is_refused_and_named() {
    let mut pair = faulty(usual(), Adds("IKE_AUTH request", unknown_critical()));
    pair.initiate(1);
    pair.settle();
    assert_eq!(failure(&pair, 2).unwrap().code, FailureCode::UnsupportedCriticalPayload);
    assert_eq!(payload_names(sent(&pair, 2)[1]), "NOTIFY(UNSUPPORTED_CRITICAL_PAYLOAD)");
}

/// Host 2's IKE_AUTH response is refused by host 1 for this cause, which it reports, and both are rid of the session.
fn response_refused(mut pair: Pair, code: FailureCode, report: &str) {
    // RFC 7296 2.21.2
    let refusal = failure(&pair, 1).unwrap_or_else(|| panic!("{:#?}", pair.events));
    assert_eq!((refusal.message.to_string().as_str(), refusal.code), ("IKE_AUTH response", code));
    let told = sent(&pair, 1)[2];
    assert_eq!(
        (told.name.to_string().as_str(), payload_names(told).as_str()),
        ("INFORMATIONAL request", report)
    );
    assert_eq!(failure(&pair, 2).unwrap().code, FailureCode::RefusedByPeer);
    for host in [1, 2] {
        assert!(pair.told(host, |kind| *kind == EventKind::Deleted { reason: DeleteReason::Failed }));
    }
    pair.pass(std::time::Duration::from_secs(300), true);
    assert!(pair.endpoints.iter().all(|endpoint| endpoint.session_count() == 0));
}

#[test]
fn an_ike_auth_response_that_cannot_be_accepted_is_refused_at_once_and_reported() {
    let mut pair = faulty_second(usual(), Adds("IKE_AUTH response", unknown_critical()));
    pair.initiate(1);
    pair.settle();
    response_refused(pair, FailureCode::UnsupportedCriticalPayload, "NOTIFY(UNSUPPORTED_CRITICAL_PAYLOAD)");
    let short =
        ike::OutgoingPayload::new(wire::PayloadType::RESPONDER_TRAFFIC_SELECTORS, vec![1, 0, 0, 0, 9]);
    let mut pair = faulty_second(usual(), Adds("IKE_AUTH response", short));
    pair.initiate(1);
    pair.settle();
    response_refused(pair, FailureCode::BadMessage, "NOTIFY(INVALID_SYNTAX)");
}

#[test]
fn an_ike_auth_response_that_names_nobody_is_refused_and_reported() {
    struct Nameless;
    impl ike::Tamper for Nameless {
        fn before_protection(&mut self, _: ike::MessageName, payloads: &mut Vec<ike::OutgoingPayload>) {
            payloads.retain(|one| one.payload_type != wire::PayloadType::RESPONDER_IDENTIFICATION);
        }
    }
    let mut pair = faulty_second(usual(), Nameless);
    pair.initiate(1);
    pair.settle();
    response_refused(pair, FailureCode::BadMessage, "NOTIFY(INVALID_SYNTAX)");
}

#[test]
fn errors_end_an_ike_sa_in_the_exchange_behind_ike_auth_and_in_no_later_one() {
    // RFC 7296 2.21.2; what says so later is authenticated, and means something else.
    for (first, ends) in [(0, true), (1, false)] {
        struct Complains(u32);
        impl ike::Tamper for Complains {
            fn before_protection(
                &mut self,
                name: ike::MessageName,
                payloads: &mut Vec<ike::OutgoingPayload>,
            ) {
                if name.to_string() != "INFORMATIONAL request" {
                    return;
                }
                if self.0 == 0 {
                    let invalid_syntax = vec![0, 0, 0, 7];
                    payloads.push(ike::OutgoingPayload::new(wire::PayloadType::IKEV2_NOTIFY, invalid_syntax));
                }
                self.0 = self.0.saturating_sub(1);
            }
        }
        let mut parts = usual();
        parts[0].ikev2.dpd = Some(Sourced::default_value(ike::Keepalive { interval: 10, retry: 3 }));
        let mut pair = faulty(parts, Complains(first));
        pair.initiate(1);
        pair.settle();
        pair.pass(std::time::Duration::from_secs(25), true);
        assert!(told(&pair, 2, 7));
        assert_eq!(pair.told(2, |kind| matches!(kind, EventKind::Deleted { .. })), ends);
    }
}

#[test]
fn a_payload_that_cannot_be_read_is_answered_with_invalid_syntax() {
    struct Short;
    impl ike::Tamper for Short {
        fn before_protection(&mut self, _: ike::MessageName, payloads: &mut Vec<ike::OutgoingPayload>) {
            for payload in payloads.iter_mut() {
                if payload.payload_type == wire::PayloadType::INITIATOR_TRAFFIC_SELECTORS {
                    payload.body.truncate(5);
                }
            }
        }
    }
    let mut pair = faulty(usual(), Short);
    pair.initiate(1);
    pair.settle();
    assert_eq!(failure(&pair, 2).unwrap().code, FailureCode::BadMessage);
    assert_eq!(payload_names(sent(&pair, 2)[1]), "NOTIFY(INVALID_SYNTAX)");
}

#[test]
fn a_hash_that_was_not_offered_for_signatures_is_refused() {
    let mut parts = usual();
    parts[0].ikev2.signature_hashes = vec![HashAlgorithm::Sha512];
    parts[1].ikev2.signature_hashes = vec![HashAlgorithm::Sha256];
    // Nothing in common: both fall back to method 1, and come up.
    assert!(both_up(&settled(parts)));
}
