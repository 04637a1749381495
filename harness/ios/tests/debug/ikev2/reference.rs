//! The four excerpts of Cisco document 117633 that show IKEv2: every line comes, in this order, and no decision comes that
//! is not there. Free is what is free in those of IKEv1.

use std::sync::Arc;

use ike::{EventKind, Failure, FailureCode, Ikev2Event, Ikev2Exchange, MessageName, Role, Rule};
use pki::{Refusal, RefusalReason};
use wire::PayloadType;
use wire::ikev2::NotifyType;

use super::world::*;
use crate::reference::assert_covers;
use crate::world::*;

/// Every session of the excerpts.
pub fn recorders() -> [Recorder; 5] {
    [
        certificates_of_r1(),
        r1_without_trustpoint(),
        r2_with_three_profiles(),
        r2_as_initiator(),
        r1_as_responder(),
    ]
}

/// R1 begins, both pin TP1.
fn certificates_of_r1() -> Recorder {
    let mut at = of_r1(Role::Initiator, 1, &[TP1]);
    at.sends(Ikev2Exchange::SaInit, REQUEST, &init_request());
    at.receives(Ikev2Exchange::SaInit, RESPONSE, &init_response());
    at.push(EventKind::KeyExchangeRead).push(EventKind::NonceRead);
    at.retrieves(&[Some(TP1)]).fetches(TP1).presents(1, TP1);
    at.sends(Ikev2Exchange::Auth, REQUEST, &auth_request());
    at.receives(Ikev2Exchange::Auth, RESPONSE, &auth_response());
    at
}

#[test]
fn the_packets_of_an_initiator_are_listed_with_their_payloads() {
    assert_covers(&certificates_of_r1().text(), &CERTIFICATES_OF_R1);
}

pub const CERTIFICATES_OF_R1: [&str; 15] = [
    "IKEv2 IKE_SA_INIT Exchange REQUEST",
    "Payload contents:",
    "  SA KE N VID VID NOTIFY(NAT_DETECTION_SOURCE_IP) NOTIFY(NAT_DETECTION_DESTINATION_IP)",
    "IKEv2 IKE_SA_INIT Exchange RESPONSE",
    "Payload contents:",
    "  SA KE N VID VID NOTIFY(NAT_DETECTION_SOURCE_IP) NOTIFY(NAT_DETECTION_DESTINATION_IP) CERTREQ NOTIFY(HTTP_CERT_LOOKUP_SUPPORTED)",
    "IKEv2:(SA ID = 1):[IKEv2 -> PKI] Retrieving trustpoint(s) from received certificate hash(es)",
    "IKEv2:(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): 'TP1'",
    "IKEv2:(SA ID = 1):Building packet for encryption.",
    "Payload contents:",
    "  VID IDi CERT CERTREQ NOTIFY(HTTP_CERT_LOOKUP_SUPPORTED) AUTH CFG SA TSi TSr NOTIFY(INITIAL_CONTACT) NOTIFY(SET_WINDOW_SIZE) NOTIFY(ESP_TFC_NO_SUPPORT) NOTIFY(NON_FIRST_FRAGS)",
    "IKEv2 IKE_AUTH Exchange REQUEST",
    "IKEv2 IKE_AUTH Exchange RESPONSE",
    "Payload contents:",
    "  VID IDr CERT AUTH SA TSi TSr NOTIFY(SET_WINDOW_SIZE) NOTIFY(ESP_TFC_NO_SUPPORT) NOTIFY(NON_FIRST_FRAGS)",
];

/// R1 begins with a profile that names no trustpoint; R2 asks for CA1 and CA2 (V2-SEL-2).
fn r1_without_trustpoint() -> Recorder {
    let mut at = of_r1(Role::Initiator, 1, &[]);
    at.sends(Ikev2Exchange::SaInit, REQUEST, &init_request());
    at.receives(Ikev2Exchange::SaInit, RESPONSE, &init_response());
    at.retrieves(&[Some(TP1), Some(TP2)]);
    at.push(failure(Ikev2Exchange::Auth, REQUEST, FailureCode::NoCertificateToSend, Some(Rule::V2Sel2)));
    at
}

pub fn failure(
    exchange: Ikev2Exchange,
    half: ike::Ikev2Half,
    code: FailureCode,
    rule: Option<Rule>,
) -> EventKind {
    let message = MessageName::Ikev2(exchange, half);
    EventKind::Failed(Failure { message, code, rule, origins: Vec::new(), refusal: None })
}

#[test]
fn an_initiator_without_a_trustpoint_looks_them_up_and_stops() {
    assert_covers(&r1_without_trustpoint().text(), &WITHOUT_TRUSTPOINT);
}

pub const WITHOUT_TRUSTPOINT: [&str; 17] = [
    "*Jul 17 17:40:43.183: IKEv2:(SA ID = 1):[IKEv2 -> PKI] Retrieving trustpoint(s) from received certificate hash(es)",
    "*Jul 17 17:40:43.183: IKEv2:(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): 'TP1'",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: Trust-Point TP1 picked up",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: crypto_pki_get_cert_record_by_subject()",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: Found a subject match",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: crypto_pki_get_cert_record_by_subject()",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: Found a subject match",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: 1 matching trustpoints found",
    "*Jul 17 17:40:43.183: IKEv2:(SA ID = 1):[IKEv2 -> PKI] Retrieving trustpoint(s) from received certificate hash(es)",
    "*Jul 17 17:40:43.183: IKEv2:(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): 'TP2'",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: Trust-Point TP2 picked up",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: crypto_pki_get_cert_record_by_subject()",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: Found a subject match",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: crypto_pki_get_cert_record_by_subject()",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: Found a subject match",
    "*Jul 17 17:40:43.183: CRYPTO_PKI: 1 matching trustpoints found",
    "*Jul 17 17:40:43.183: IKEv2:(SA ID = 1):Failed to build certificate payload",
];

/// R2 has three profiles that match R1 alike, and its tunnel uses the first (V2-PRO-1, V2-PRO-3).
fn r2_with_three_profiles() -> Recorder {
    let mut at = of_r2(Role::Responder, 3, &[TP1]);
    let bodies = at.receives(Ikev2Exchange::Auth, REQUEST, &auth_request());
    at.push(EventKind::IdentityRead {
        identity: identity(1),
        body: bodies[1].clone(),
        next: PayloadType::IKEV2_CERTIFICATE,
    });
    at.own(Ikev2Event::ProfileSearched { matched: matched(2) });
    at.own(Ikev2Event::TrafficSelectorsRead { initiator: bodies[8].clone(), responder: bodies[9].clone() });
    let session = Some(ike::AnyProfileId::Ikev2(profile_id(2)));
    at.push(EventKind::ProfileNotTheTunnels { session, protection: protection() });
    at.own(Ikev2Event::TrafficSelectorsRefused);
    at.own(Ikev2Event::ErrorBuilt { notify_type: NotifyType::TS_UNACCEPTABLE.0 });
    let code = FailureCode::ProfileNotTheTunnels;
    at.push(failure(Ikev2Exchange::Auth, REQUEST, code, Some(Rule::V2Pro3)));
    at.sends(Ikev2Exchange::Auth, RESPONSE, &[vendor_id(), notify(NotifyType::TS_UNACCEPTABLE)]);
    at
}

#[test]
fn a_profile_that_is_not_the_tunnels_ends_the_child_sa_and_nothing_else() {
    let text = r2_with_three_profiles().text();
    assert_covers(&text, &THREE_PROFILES);
    assert!(!text.contains("Auth exchange failed"), "the IKE SA stays\n{text}");
}

pub const THREE_PROFILES: [&str; 8] = [
    "IKEv2:(SA ID = 1):Searching policy based on peer's identity '192.168.0.1' of type 'IPv4 address'",
    "IKEv2:found matching IKEv2 profile 'profile3'",
    "*Jul 17 09:23:48.187: map_db_check_isakmp_profile profile did not match",
    "*Jul 17 09:23:48.187: map_db_find_best did not find matching map",
    "*Jul 17 09:23:48.187: IPSEC(ipsec_process_proposal): proxy identities not supported",
    "*Jul 17 09:23:48.187: IKEv2:(SA ID = 1):There was no IPSEC policy found for received TS",
    "*Jul 17 09:23:48.187: IKEv2:(SA ID = 1):",
    "*Jul 17 09:23:48.187: IKEv2:(SA ID = 1):Sending TS unacceptable notify",
];

/// R2 begins, pins TP1 and TP2, and meets a request for CA2 first.
fn r2_as_initiator() -> Recorder {
    let mut at = of_r2(Role::Initiator, 1, &[TP1, TP2]);
    at.sends(Ikev2Exchange::SaInit, REQUEST, &init_request());
    at.receives(Ikev2Exchange::SaInit, RESPONSE, &init_response());
    at.retrieves(&[Some(TP2)]).fetches(TP2).presents(2, TP2);
    at
}

#[test]
fn an_initiator_fetches_the_chain_of_the_trustpoint_that_the_first_hash_names() {
    assert_covers(&r2_as_initiator().text(), &R2_AS_INITIATOR);
}

pub const R2_AS_INITIATOR: [&str; 5] = [
    "*Jul 17 18:09:04.542: IKEv2:(SA ID = 1):Processing IKE_SA_INIT message",
    "*Jul 17 18:09:04.542: IKEv2:(SA ID = 1):[IKEv2 -> PKI] Retrieving trustpoint(s) from received certificate hash(es)",
    "*Jul 17 18:09:04.542: IKEv2:(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): 'TP2'",
    "*Jul 17 18:09:04.542: IKEv2:(SA ID = 1):[IKEv2 -> PKI] Getting cert chain for the trustpoint TP2",
    "*Jul 17 18:09:04.542: IKEv2:(SA ID = 1):[PKI -> IKEv2] Getting of cert chain for the trustpoint PASSED",
];

/// R1 answers it, pins TP1 only, and refuses a certificate of CA2 (V2-VAL-1).
fn r1_as_responder() -> Recorder {
    let mut at = of_r1(Role::Responder, 1, &[TP1]);
    let chain = certificate(R2_SUBJECT, CA2, 2);
    let mut payloads = auth_request();
    payloads[2] = raw(PayloadType::IKEV2_CERTIFICATE, &[&[4], chain.as_der()].concat());
    let bodies = at.receives(Ikev2Exchange::Auth, REQUEST, &payloads);
    at.push(EventKind::CertificateRead { range: bodies[2].start + 1..bodies[2].end });
    at.own(Ikev2Event::ProfileSearched { matched: matched(0) });
    at.retrieves(&[Some(TP1)]).fetches(TP1);
    at.own(Ikev2Event::AuthenticationMethodRead { method: 1 });
    let pinned_by = Some(ike::AnyProfileId::Ikev2(profile_id(0)));
    at.push(EventKind::ValidationStarted { pinned_by, list: Arc::from([trustpoint(TP1)]) });
    let reason = RefusalReason::NoAnchor { issuer: name(CA2) };
    let refusal = Refusal { certificate: chain, depth: 0, anchor: None, reason };
    at.push(EventKind::ValidationFinished { result: Err(Arc::new(refusal)) });
    at.own(Ikev2Event::PeerVerified { valid: false });
    at.own(Ikev2Event::ErrorBuilt { notify_type: NotifyType::AUTHENTICATION_FAILED.0 });
    let code = FailureCode::NoSuitableTrustpoint;
    at.push(failure(Ikev2Exchange::Auth, REQUEST, code, Some(Rule::V2Val1)));
    at.sends(Ikev2Exchange::Auth, RESPONSE, &[notify(NotifyType::AUTHENTICATION_FAILED)]);
    at
}

#[test]
fn a_responder_chooses_validates_and_refuses_in_this_order() {
    assert_covers(&r1_as_responder().text(), &R1_AS_RESPONDER);
}

pub const R1_AS_RESPONDER: [&str; 13] = [
    "*Jul 17 18:09:04.550: IKEv2:(SA ID = 1):[IKEv2 -> PKI] Retrieving trustpoint(s) from received certificate hash(es)",
    "*Jul 17 18:09:04.550: IKEv2:(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): 'TP1'",
    "*Jul 17 18:09:04.550: IKEv2:(SA ID = 1):[IKEv2 -> PKI] Getting cert chain for the trustpoint TP1",
    "*Jul 17 18:09:04.550: IKEv2:(SA ID = 1):[PKI -> IKEv2] Getting of cert chain for the trustpoint PASSED",
    "*Jul 17 18:09:04.550: IKEv2:(SA ID = 1):Get peer's authentication method",
    "*Jul 17 18:09:04.550: IKEv2:(SA ID = 1):Peer's authentication method is 'RSA'",
    "*Jul 17 18:09:04.550: IKEv2:(SA ID = 1):[IKEv2 -> PKI] Validating certificate chain",
    "*Jul 17 18:09:04.554: IKEv2:(SA ID = 1):[PKI -> IKEv2] Validation of certificate chain FAILED",
    "*Jul 17 18:09:04.554: IKEv2:(SA ID = 1):Verification of peer's authentication data FAILED",
    "*Jul 17 18:09:04.554: IKEv2:(SA ID = 1):Sending authentication failure notify",
    "*Jul 17 18:09:04.554: IKEv2:(SA ID = 1):Building packet for encryption.",
    "Payload contents:",
    "  NOTIFY(AUTHENTICATION_FAILED)",
];
