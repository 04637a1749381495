//! Both negotiations of Cisco document 117633, seen from both routers: every line of its excerpts comes, in this order,
//! and no decision comes that is not there.
//!
//! Free are, as among the document's own excerpts, connection and PKI session numbers, spacing, and a trailing comma.

use std::ops::Range;
use std::sync::Arc;

use ike::selection::{ChoiceReason, ProfileMatch};
use ike::{
    EventKind, Identity, Input, MessageName, Origin, PacketState, Role, Rule, Specificity, State,
    TrustpointId,
};
use pki::{Refusal, RefusalReason};
use wire::ikev1::{self, CertificateRequest, Identification, Payload};
use wire::{CertificateEncoding, PayloadType};

use super::world::*;

/// Lines of these kinds are decisions: those printed have to be exactly those of the excerpts, where these have any.
const DECISIONS: [&str; 9] = [
    "Choosing trustpoint",
    "constructing CERT_REQ for issuer",
    "Retrieved trustpoint",
    "trustpoint's keypair to sign",
    "peer matches",
    "found matching IKEv2 profile",
    "No suitable trustpoints",
    "Certificate validation succeeded",
    "SA authentication status",
];

/// The four of them: both directions, both sides.
pub fn negotiations() -> [Recorder; 4] {
    [r1_initiates(), r2_responds(), r2_initiates(), r1_responds()]
}

fn r1_initiates() -> Recorder {
    let mut at = Recorder::new(r1(), Role::Initiator, 1, 2);
    let read = all_requests(CA1, CA2);
    main_mode_1_to_4_of_initiator(&mut at, &[IOSCA1], &read, 0, IOSCA1);
    fifth(&mut at, "R1.cisco.com", IOSCA1);
    let chain = certificate(R2_SUBJECT, CA1, 2);
    judge_peer(&mut at, MessageName::MainMode(6), "R2.cisco.com", chain.as_der(), Ok(trustpoint(IOSCA1)));
    at.push(state(Input::PeerMessage, State::Initiator(5), State::Initiator(6)));
    at.push(state(Input::ProcessComplete, State::Initiator(6), State::Complete));
    at
}

fn r2_responds() -> Recorder {
    let mut at = Recorder::new(r2(), Role::Responder, 2, 1);
    main_mode_1_to_4_of_responder(&mut at, &[CA1], 0, IOSCA1, &[IOSCA1, IOSCA2, 2, 3, 4, 5, 6]);
    let chain = certificate(R1_SUBJECT, CA1, 2);
    judge_peer(&mut at, MessageName::MainMode(5), "R1.cisco.com", chain.as_der(), Ok(trustpoint(IOSCA1)));
    sixth(&mut at, "R2.cisco.com", IOSCA1);
    at
}

fn r2_initiates() -> Recorder {
    let mut at = Recorder::new(r2(), Role::Initiator, 2, 1);
    let read = all_requests(CA2, CA1);
    main_mode_1_to_4_of_initiator(&mut at, &[IOSCA1, IOSCA2, 2, 3, 4, 5, 6], &read, 0, IOSCA2);
    fifth(&mut at, "R2.cisco.com", IOSCA2);
    at
}

fn r1_responds() -> Recorder {
    let mut at = Recorder::new(r1(), Role::Responder, 1, 2);
    let wanted = all_requests(CA1, CA2);
    main_mode_1_to_4_of_responder(&mut at, &wanted, 0, IOSCA1, &[IOSCA2, IOSCA1, 2, 3, 4, 5, 6]);
    let chain = certificate(R2_SUBJECT, CA2, 2);
    let refusal = Refusal {
        certificate: chain.clone(),
        depth: 0,
        anchor: None,
        reason: RefusalReason::NoAnchor { issuer: name(CA2) },
    };
    judge_peer(&mut at, MessageName::MainMode(5), "R2.cisco.com", chain.as_der(), Err(Arc::new(refusal)));
    at
}

#[test]
fn r1_as_initiator_prints_the_excerpts() {
    assert_covers(&r1_initiates().text(), &expected_of_r1_as_initiator());
}

pub fn expected_of_r1_as_initiator() -> Vec<&'static str> {
    let mut expected = vec![
        "ISAKMP:(0): SA request profile is prof1",
        "ISAKMP (0): constructing CERT_REQ for issuer cn=CA1,o=cisco,o=com",
        "ISAKMP:(0): sending packet to 192.168.0.2 my_port 500 peer_port 500 (I) MM_SA_SETUP",
        "ISAKMP:(0):Old State = IKE_I_MM2 New State = IKE_I_MM3",
    ];
    expected.extend([
        "ISAKMP:(1010): processing CERT_REQ payload. message ID = 0",
        "ISAKMP:(1010): peer wants a CT_X509_SIGNATURE cert",
        "ISAKMP:(1010): peer wants cert issued by cn=CA1,o=cisco,o=com",
        "ISAKMP: Examining profile list for trustpoint IOSCA1",
        "ISAKMP: Found matching profile for IOSCA1",
        "Choosing trustpoint IOSCA1 as issuer",
        "ISAKMP:(1010): processing CERT_REQ payload. message ID = 0",
        "ISAKMP:(1010): peer wants a CT_X509_SIGNATURE cert",
        "ISAKMP:(1010): peer wants cert issued by cn=CA2,o=cisco,o=com",
    ]);
    expected.extend(BUILT_IN_WANTED);
    expected.extend([
        "ISAKMP (1010): constructing CERT payload for serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com",
        "ISAKMP:(1010): using the IOSCA1 trustpoint's keypair to sign",
        "ISAKMP (1010): received packet from 192.168.0.2 dport 500 sport 500 Global (I) MM_KEY_EXCH",
        "ISAKMP:(1010): processing ID payload. message ID = 0",
    ]);
    expected.extend(ID_OF_R2);
    expected.extend([
        "ISAKMP:(0): Creating CERT validation list: IOSCA1",
        "CRYPTO_PKI: (80013) Certificate validation succeeded",
        "ISAKMP:(1010):SA authentication status: authenticated",
        "ISAKMP:(1010):Old State = IKE_I_MM6 New State = IKE_P1_COMPLETE",
    ]);
    expected
}

#[test]
fn r2_as_responder_prints_the_excerpts() {
    assert_covers(&r2_responds().text(), &expected_of_r2_as_responder());
}

pub fn expected_of_r2_as_responder() -> Vec<&'static str> {
    let mut expected = vec![
        "ISAKMP:(1010): peer wants a CT_X509_SIGNATURE cert",
        "ISAKMP:(1010): peer wants cert issued by cn=CA1,o=cisco,o=com",
        "Choosing trustpoint IOSCA1 as issuer",
        "ISAKMP (1010): constructing CERT_REQ for issuer cn=CA1,o=cisco,o=com",
        "ISAKMP (1010): constructing CERT_REQ for issuer cn=CA2,o=cisco,o=com",
    ];
    expected.extend(BUILT_IN_BUILT);
    expected.extend([
        "ISAKMP:(1010): sending packet to 192.168.0.1 my_port 500 peer_port 500 (R) MM_KEY_EXCH",
        "ISAKMP:(1010):Sending an IKE IPv4 Packet.",
        "ISAKMP:(1010):Input = IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE",
        "ISAKMP:(1010):Old State = IKE_R_MM3 New State = IKE_R_MM4",
        "ISAKMP:(1010): processing ID payload. message ID = 0",
        "ISAKMP (1010): ID payload",
        "        next-payload : 6",
        "        type : 2",
        "        FQDN name : R1.cisco.com",
        "        protocol : 17",
        "        port : 500",
        "        length : 20",
        "ISAKMP:(0):: peer matches prof1 profile",
        "CRYPTO_PKI: (A0013) Certificate validation succeeded",
        "ISAKMP:(1010):SA authentication status: authenticated",
        "ISAKMP (1010): constructing CERT payload for serialNumber=101+ipaddress=192.168.0.2+hostname=R2.cisco.com,cn=R2,ou=IT,o=cisco,o=com",
        "ISAKMP:(1010): using the IOSCA1 trustpoint's keypair to sign",
        "ISAKMP:(1010): sending packet to 192.168.0.1 my_port 500 peer_port 500 (R) MM_KEY_EXCH",
    ]);
    expected
}

#[test]
fn r2_as_initiator_prints_the_excerpts() {
    assert_covers(&r2_initiates().text(), &expected_of_r2_as_initiator());
}

pub fn expected_of_r2_as_initiator() -> Vec<&'static str> {
    let mut expected = vec![
        "ISAKMP (0): constructing CERT_REQ for issuer cn=CA1,o=cisco,o=com",
        "ISAKMP (0): constructing CERT_REQ for issuer cn=CA2,o=cisco,o=com",
    ];
    expected.extend(BUILT_IN_BUILT);
    expected.extend([
        "ISAKMP (0): sending packet to 192.168.0.1 my_port 500 peer_port 500 (I) MM_SA_SETUP",
        "ISAKMP:(1100): processing CERT_REQ payload. message ID = 0",
        "ISAKMP:(1100): peer wants a CT_X509_SIGNATURE cert",
        "ISAKMP:(1100): peer wants cert issued by cn=CA2,o=cisco,o=com",
        "Choosing trustpoint IOSCA2 as issuer",
        "ISAKMP:(1100): processing CERT_REQ payload. message ID = 0",
        "ISAKMP:(1100): peer wants a CT_X509_SIGNATURE cert",
        "ISAKMP:(1100): peer wants cert issued by cn=CA1,o=cisco,o=com",
    ]);
    expected.extend(BUILT_IN_WANTED);
    expected.push("ISAKMP:(1100):SA is doing RSA signature authentication using id type ID_FQDN");
    expected.extend(ID_OF_R2);
    expected.extend([
        "ISAKMP:(1100):Total payload length: 20",
        "ISAKMP:(1100): IKE->PKI Get CertificateChain to be sent to peer state (I) MM_KEY_EXCH (peer 192.168.0.1)",
        "ISAKMP:(1100): PKI->IKE Got CertificateChain to be sent to peer state (I) MM_KEY_EXCH (peer 192.168.0.1)",
        "ISAKMP (1100): constructing CERT payload for serialNumber=101+ipaddress=192.168.0.2+hostname=R2.cisco.com,cn=R2,ou=IT,o=cisco,o=com",
        "ISAKMP:(1100): using the IOSCA2 trustpoint's keypair to sign",
        "ISAKMP:(1100): sending packet to 192.168.0.1 my_port 500 peer_port 500 (I) MM_KEY_EXCH",
        "ISAKMP:(1100):Sending an IKE IPv4 Packet.",
    ]);
    expected
}

#[test]
fn r1_as_responder_prints_the_excerpts() {
    assert_covers(&r1_responds().text(), &expected_of_r1_as_responder());
}

pub fn expected_of_r1_as_responder() -> Vec<&'static str> {
    let mut expected = vec![
        "ISAKMP:(1099): processing CERT_REQ payload. message ID = 0",
        "ISAKMP:(1099): peer wants a CT_X509_SIGNATURE cert",
        "ISAKMP:(1099): peer wants cert issued by cn=CA1,o=cisco,o=com",
        "Choosing trustpoint IOSCA1 as issuer",
        "ISAKMP:(1099): processing CERT_REQ payload. message ID = 0",
        "ISAKMP:(1099): peer wants a CT_X509_SIGNATURE cert",
        "ISAKMP:(1099): peer wants cert issued by cn=CA2,o=cisco,o=com",
    ];
    expected.extend(BUILT_IN_WANTED);
    expected.extend([
        "ISAKMP (1099): constructing CERT_REQ for issuer cn=CA2,o=cisco,o=com",
        "ISAKMP (1099): constructing CERT_REQ for issuer cn=CA1,o=cisco,o=com",
    ]);
    expected.extend(BUILT_IN_BUILT);
    expected.extend([
        "ISAKMP:(1099): sending packet to 192.168.0.2 my_port 500 peer_port 500 (R) MM_KEY_EXCH",
        "ISAKMP (1100): received packet from 192.168.0.2 dport 500 sport 500 Global (R) MM_KEY_EXCH",
        "ISAKMP:(1100):Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH",
        "ISAKMP:(1100):Old State =IKE_R_MM4 New State = IKE_R_MM5",
        "ISAKMP:(1100): processing ID payload. message ID = 0",
    ]);
    expected.extend(ID_OF_R2);
    expected.extend([
        "ISAKMP:(0):: peer matches prof1 profile",
        "ISAKMP:(1100): processing CERT payload. message ID = 0",
        "ISAKMP:(1100): processing a CT_X509_SIGNATURE cert",
        "ISAKMP:(1100): IKE->PKI Add peer's certificate state (R) MM_KEY_EXCH (peer 192.168.0.2)",
        "CRYPTO_PKI: (900C5) Adding peer certificate",
        "ISAKMP:(1100): PKI->IKE Added peer's certificate state (R) MM_KEY_EXCH (peer 192.168.0.2)",
        "ISAKMP:(1100): IKE->PKI Get PeerCertificateChain state (R) MM_KEY_EXCH (peer 192.168.0.2)",
        "ISAKMP:(1100): PKI->IKE Got PeerCertificateChain state (R) MM_KEY_EXCH (peer 192.168.0.2)",
        "ISAKMP:(1100): peer's pubkey isn't cached",
        "ISAKMP:(1100):Profile has no keyring, aborting key search",
        "ISAKMP:(0): Creating CERT validation list: IOSCA1,",
        "ISAKMP:(1100): IKE->PKI Validate certificate chain state (R) MM_KEY_EXCH (peer 192.168.0.2)",
        "CRYPTO_PKI:ip-ext-val:IP extension validation not required",
        "CRYPTO_PKI: (900C5) Check for identical certs",
        "CRYPTO_PKI: (900C5) Create a list of suitable trustpoints",
        "CRYPTO_PKI: (900C5) No suitable trustpoints found",
        "ISAKMP:(1100): PKI->IKE Validate certificate chain state (R) MM_KEY_EXCH (peer 192.168.0.2)",
        "%CRYPTO-5-IKMP_INVAL_CERT: Certificate received from 192.168.0.2 is bad: unknown error returned in certificate validation",
        "ISAKMP:(1100): Unknown error in cert validation, -1",
    ]);
    expected
}

const ID_OF_R2: [&str; 7] = [
    "ISAKMP (1100): ID payload",
    "        next-payload : 6",
    "        type : 2",
    "        FQDN name : R2.cisco.com",
    "        protocol : 17",
    "        port : 500",
    "        length : 20",
];

const BUILT_IN_BUILT: [&str; 5] = [
    "ISAKMP (1010): constructing CERT_REQ for issuer ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US",
    "ISAKMP (1010): constructing CERT_REQ for issuer cn=Cisco SSCA2,o=Cisco Systems",
    "ISAKMP (1010): constructing CERT_REQ for issuer cn=Cisco Manufacturing CA,o=Cisco Systems",
    "ISAKMP (1010): constructing CERT_REQ for issuer cn=Cisco Root CA 2048,o=Cisco Systems",
    "ISAKMP (1010): constructing CERT_REQ for issuer cn=Cisco Root CA M1,o=Cisco",
];

const BUILT_IN_WANTED: [&str; 15] = {
    const READ: &str = "ISAKMP:(1010): processing CERT_REQ payload. message ID = 0";
    const ENCODING: &str = "ISAKMP:(1010): peer wants a CT_X509_SIGNATURE cert";
    [
        READ,
        ENCODING,
        "ISAKMP:(1010): peer wants cert issued by ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US",
        READ,
        ENCODING,
        "ISAKMP:(1010): peer wants cert issued by cn=Cisco SSCA2,o=Cisco Systems",
        READ,
        ENCODING,
        "ISAKMP:(1010): peer wants cert issued by cn=Cisco Manufacturing CA,o=Cisco Systems",
        READ,
        ENCODING,
        "ISAKMP:(1010): peer wants cert issued by cn=Cisco Root CA 2048,o=Cisco Systems",
        READ,
        ENCODING,
        "ISAKMP:(1010): peer wants cert issued by cn=Cisco Root CA M1,o=Cisco",
    ]
};

fn all_requests(first: &'static str, second: &'static str) -> Vec<&'static str> {
    [first, second].into_iter().chain(BUILT_IN).collect()
}

fn state(input: Input, from: State, to: State) -> EventKind {
    EventKind::StateChanged { input, from, to }
}

/// The events of an initiator up to its choice of a certificate.
fn main_mode_1_to_4_of_initiator(
    at: &mut Recorder,
    built: &[usize],
    read: &[&str],
    choice: usize,
    chosen: usize,
) {
    let path = at.path;
    at.push(EventKind::Requested { protection: protection(), profile: Some(bound()), path });
    at.push(state(Input::RequestMainMode, State::Ready, State::Initiator(1)));
    at.sent(MessageName::MainMode(1), PacketState::NoState, 0);
    at.received(MessageName::MainMode(2), PacketState::NoState, &[]);
    at.push(state(Input::ProcessMainMode, State::Initiator(2), State::Initiator(2)));
    build_requests(at, built);
    at.sent(MessageName::MainMode(3), PacketState::SaSetup, 0);
    at.push(state(Input::ProcessComplete, State::Initiator(2), State::Initiator(3)));
    read_requests(at, MessageName::MainMode(4), read, choice, chosen);
    at.push(state(Input::ProcessMainMode, State::Initiator(4), State::Initiator(4)));
}

/// The events of a responder up to MM4.
fn main_mode_1_to_4_of_responder(
    at: &mut Recorder,
    read: &[&str],
    choice: usize,
    chosen: usize,
    built: &[usize],
) {
    at.received(MessageName::MainMode(1), PacketState::NewSa, &[]);
    let path = at.path;
    at.push(EventKind::PeerAppeared { path });
    at.push(state(Input::PeerMessage, State::Ready, State::Responder(1)));
    at.sent(MessageName::MainMode(2), PacketState::SaSetup, 0);
    read_requests(at, MessageName::MainMode(3), read, choice, chosen);
    build_requests(at, built);
    at.sent(MessageName::MainMode(4), PacketState::KeyExchange, 0);
    at.push(state(Input::ProcessComplete, State::Responder(3), State::Responder(4)));
}

fn build_requests(at: &mut Recorder, trustpoints: &[usize]) {
    for index in trustpoints {
        let (because, order) = (Rule::V1Req3, Rule::Ord1);
        at.push(EventKind::RequestBuilt { trustpoint: trustpoint(*index), because, order });
    }
}

/// Reads the requests of MM3 or MM4; the one at `choice` is answered with `chosen`.
fn read_requests(
    at: &mut Recorder,
    message: MessageName,
    authorities: &[&str],
    choice: usize,
    chosen: usize,
) {
    let names: Vec<_> = authorities.iter().map(|authority| name(authority)).collect();
    let encoding = CertificateEncoding::X509_SIGNATURE;
    let payloads: Vec<_> = names
        .iter()
        .map(|name| Payload::CertificateRequest(CertificateRequest { encoding, authority: name.as_der() }))
        .collect();
    let bodies = at.received(message, PacketState::SaSetup, &payloads);
    at.push(EventKind::KeyExchangeRead).push(EventKind::NonceRead);
    at.connection = 1_010;
    for (index, body) in bodies.into_iter().enumerate() {
        at.push(EventKind::RequestRead { encoding: encoding.0, authority: body.start + 1..body.end });
        if index != choice {
            continue;
        }
        let trustpoint = trustpoint(chosen);
        if at.role == Role::Initiator && at.router.profile(profile()).is_pinned() {
            at.push(EventKind::PinExamined { trustpoint, found: true });
        }
        at.push(EventKind::TrustpointChosen {
            trustpoint,
            reason: ChoiceReason::Request { position: index },
        });
    }
}

/// What a router says about itself in MM5 or MM6.
fn present(at: &mut Recorder, host: &str, index: usize) {
    let body = [&[2, 17, 1, 0xf4][..], host.as_bytes()].concat();
    let identity = Identity::Fqdn(host.to_owned());
    at.push(EventKind::IdentityBuilt { identity, body: body.into(), next: PayloadType::CERTIFICATE });
    at.push(EventKind::CertificateBuilt { trustpoint: trustpoint(index) });
    at.push(EventKind::Signed { trustpoint: trustpoint(index) });
}

fn fifth(at: &mut Recorder, host: &str, index: usize) {
    at.push(EventKind::InitialContactBuilt);
    present(at, host, index);
    at.sent(MessageName::MainMode(5), PacketState::KeyExchange, 0);
    at.push(state(Input::ProcessComplete, State::Initiator(4), State::Initiator(5)));
}

fn sixth(at: &mut Recorder, host: &str, index: usize) {
    at.push(state(Input::ProcessMainMode, State::Responder(5), State::Responder(5)));
    present(at, host, index);
    at.sent(MessageName::MainMode(6), PacketState::KeyExchange, 0);
    at.push(state(Input::ProcessComplete, State::Responder(5), State::Complete));
}

/// Reads MM5 or MM6 and judges the peer.
fn judge_peer(
    at: &mut Recorder,
    message: MessageName,
    host: &str,
    certificate: &[u8],
    result: Result<TrustpointId, Arc<Refusal>>,
) {
    let identity = ikev1::Identity::Fqdn(host.as_bytes());
    let identification = Identification { protocol: 17, port: 500, identity };
    let encoding = CertificateEncoding::X509_SIGNATURE;
    let payloads = [
        Payload::Identification(identification),
        Payload::Certificate(ikev1::Certificate { encoding, data: certificate }),
    ];
    let bodies: Vec<Range<usize>> = at.received(message, PacketState::KeyExchange, &payloads);
    if at.role == Role::Responder {
        at.push(state(Input::PeerMessage, State::Responder(4), State::Responder(5)));
    }
    let identity = Identity::Fqdn(host.to_owned());
    at.push(EventKind::IdentityRead { identity, body: bodies[0].clone(), next: PayloadType::CERTIFICATE });
    let matched =
        ProfileMatch { profile: profile(), origin: Origin::DEFAULT, specificity: Specificity::Exact };
    at.push(EventKind::ProfileMatched { matched: Some(matched) });
    at.push(EventKind::CertificateRead { range: bodies[1].start + 1..bodies[1].end });
    let pins: Vec<_> = at.router.profile(profile()).pins.iter().map(|pin| pin.trustpoint).collect();
    let pinned_by = (!pins.is_empty()).then(bound);
    at.push(EventKind::ValidationStarted { pinned_by, list: pins.into() });
    let accepted = result.is_ok();
    at.push(EventKind::ValidationFinished { result });
    if accepted {
        at.push(EventKind::SignatureChecked { valid: true });
        at.push(EventKind::Authenticated { profile: Some(bound()) });
    }
}

/// Every line of `expected` comes in `text`, in this order, and no decision besides.
pub fn assert_covers(text: &str, expected: &[&str]) {
    let printed: Vec<_> = text.lines().map(normal).collect();
    let expected: Vec<_> = expected.iter().map(|line| normal(line)).collect();
    let mut rest = printed.iter();
    for line in &expected {
        assert!(rest.any(|printed| printed == line), "missing or out of order: {line}\nin\n{text}");
    }
    for decision in DECISIONS {
        let of = |lines: &[String]| {
            lines.iter().filter(|line| line.contains(decision)).cloned().collect::<Vec<_>>()
        };
        if !of(&expected).is_empty() {
            assert_eq!(of(&printed), of(&expected), "{decision}");
        }
    }
}

/// A line without what is free.
fn normal(line: &str) -> String {
    let mut line = without_time(line).trim().to_owned();
    for (opening, closing) in [("ISAKMP:(", ")"), ("ISAKMP (", ")"), ("CRYPTO_PKI: (", ")")] {
        if let Some((_, rest)) = line.strip_prefix(opening).and_then(|rest| rest.split_once(closing)) {
            line = format!("{}(N){rest}", &opening[..6]);
        }
    }
    let words: Vec<_> =
        line.replace('=', " = ").replace(':', " : ").split_whitespace().map(str::to_owned).collect();
    words.join(" ").trim_end_matches(", ").trim_end_matches(',').to_owned()
}
