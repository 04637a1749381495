//! Whole exchanges of both roles, and one claim for each family of lines. The expected lines are typed from the sources
//! that the table of literals names.

use std::sync::Arc;

use crypto::Group;
use ike::{
    DeleteReason, EventKind, Identity, Ikev2Event, Ikev2Exchange, Ikev2TransformKind, MessageName,
    MessageProblem, PacketState, Role,
};
use wire::PayloadType;
use wire::ikev2::owned::Transform;
use wire::ikev2::transforms::{EncryptionAlgorithm, IntegrityAlgorithm};
use wire::ikev2::{NotifyType, ProtocolId};

use super::world::*;
use crate::world::*;

/// R1 begins and all goes well.
pub fn initiator_that_succeeds() -> Recorder {
    let mut at = of_r1(Role::Initiator, 1, &[TP1]);
    at.own(Ikev2Event::PolicySearched { policy: Some(policy_id()) });
    at.sends(Ikev2Exchange::SaInit, REQUEST, &init_request());
    at.receives(Ikev2Exchange::SaInit, RESPONSE, &init_response());
    at.own(Ikev2Event::ProposalChecked { proposal: proposal_id(), position: 0, mismatch: None });
    at.push(EventKind::KeyExchangeRead).push(EventKind::NonceRead);
    at.own(Ikev2Event::KeysDerived { spis: [[0x1d; 8], [0xab; 8]], keys: None });
    at.push(EventKind::NatDetected { local: false, remote: false });
    at.retrieves(&[Some(TP1)]).fetches(TP1).presents(1, TP1);
    at.sends(Ikev2Exchange::Auth, REQUEST, &auth_request());
    judges(&mut at, Ikev2Exchange::Auth, 2, CA1);
    at.push(EventKind::Authenticated { profile: None });
    at.push(EventKind::ChildProposalChecked { protection: protection(), transform: FIRST, accepted: true });
    at.push(EventKind::ChildEstablished {
        protection: protection(),
        inbound_spi: 0x63a2_78d7,
        outbound_spi: 0x7312_56eb,
    });
    at
}

/// Reads the peer's message of IKE_AUTH and believes it.
fn judges(at: &mut Recorder, exchange: Ikev2Exchange, host: u8, authority: &str) {
    let chain = certificate(if host == 1 { R1_SUBJECT } else { R2_SUBJECT }, authority, 2);
    let (half, mut payloads) = match at.role {
        Role::Initiator => (RESPONSE, auth_response()),
        Role::Responder => (REQUEST, auth_request()),
    };
    payloads[2] = raw(PayloadType::IKEV2_CERTIFICATE, &[&[4], chain.as_der()].concat());
    let bodies = at.receives(exchange, half, &payloads);
    at.push(EventKind::IdentityRead {
        identity: identity(host),
        body: bodies[1].clone(),
        next: PayloadType::IKEV2_CERTIFICATE,
    });
    at.own(Ikev2Event::ProfileSearched { matched: matched(0) });
    at.push(EventKind::CertificateRead { range: bodies[2].start + 1..bodies[2].end });
    if at.role == Role::Responder {
        at.retrieves(&[None, Some(TP1)]).fetches(TP1);
    }
    at.own(Ikev2Event::AuthenticationMethodRead { method: 1 });
    let pinned_by = Some(ike::AnyProfileId::Ikev2(profile_id(0)));
    at.push(EventKind::ValidationStarted { pinned_by, list: Arc::from([trustpoint(TP1)]) });
    at.push(EventKind::ValidationFinished { result: Ok(trustpoint(TP1)) });
    at.push(EventKind::IdentityNotInCertificate { identity: Identity::Address([10, 0, 0, 9].into()) });
    at.push(EventKind::SignatureChecked { valid: true });
    at.own(Ikev2Event::PeerVerified { valid: true });
}

#[test]
fn an_initiator_tells_a_negotiation_from_the_policy_to_the_child_sa() {
    let lines = initiator_that_succeeds().lines();
    let length = certificate(R2_SUBJECT, CA1, 2).as_der().len();
    let begins = lines.iter().position(|line| line.starts_with("IKEv2:Searching")).unwrap();
    assert_eq!(lines[0], "IPSEC(sa_request): ,");
    let mut expected = IKE_SA_INIT_OF_INITIATOR.map(str::to_owned).to_vec();
    expected.extend(IKE_AUTH_OF_INITIATOR.map(str::to_owned));
    expected.push("CRYPTO_PKI: (80001) Adding peer certificate".to_owned());
    expected.push(format!("CRYPTO_PKI: Added x509 peer certificate -({length}) bytes"));
    expected.extend(VALIDATION.map(str::to_owned));
    expected.extend(END_OF_INITIATOR.map(str::to_owned));
    assert_eq!(lines[begins..begins + expected.len()], expected);
    let ipsec = &lines[begins + expected.len()..];
    assert_eq!(
        ipsec[..6],
        [
            "IPSEC(validate_proposal_request): proposal part #1",
            "IPSEC(validate_proposal_request): proposal part #1,",
            "  (key eng. msg.) INBOUND local= 192.168.0.1:0, remote= 192.168.0.2:0,",
            "    local_proxy= 0.0.0.0/0.0.0.0/256/0,",
            "    remote_proxy= 0.0.0.0/0.0.0.0/256/0,",
            "    protocol= ESP, transform= esp-3des esp-sha-hmac  (Tunnel),",
        ]
    );
    assert!(ipsec.contains(&"    sa_spi= 0x63A278D7(1671592151),".to_owned()), "{ipsec:#?}");
    assert!(!ipsec.iter().any(|line| line.contains("ISAKMP")), "{ipsec:#?}");
}

const IKE_SA_INIT_OF_INITIATOR: [&str; 34] = [
    "IKEv2:Searching Policy with fvrf 0, local address 192.168.0.1",
    "IKEv2:Found Policy 'pol-1'",
    "IKEv2:(SA ID = 1):[IKEv2 -> Crypto Engine] Computing DH public key, DH Group 2",
    "IKEv2:(SA ID = 1):[Crypto Engine -> IKEv2] DH key Computation PASSED",
    "IKEv2:(SA ID = 1):Request queued for computation of DH key",
    "IKEv2:IKEv2 initiator - no config data to send in IKE_SA_INIT exch",
    "IKEv2:(SA ID = 1):Generating IKE_SA_INIT message",
    "IKEv2:(SA ID = 1):IKE Proposal: 1, SPI size: 0 (initial negotiation),",
    "Num. transforms: 4",
    "   3DES   MD5   MD596   DH_GROUP_1024_MODP/Group 2",
    "IKEv2:(SA ID = 1):Sending Packet [To 192.168.0.2:500/From 192.168.0.1:500/VRF i0:f0]",
    "Initiator SPI : 1D1D1D1D1D1D1D1D - Responder SPI : 0000000000000000 Message id: 0",
    "IKEv2 IKE_SA_INIT Exchange REQUEST",
    "Payload contents:",
    "  SA KE N VID VID NOTIFY(NAT_DETECTION_SOURCE_IP) NOTIFY(NAT_DETECTION_DESTINATION_IP)",
    "IKEv2:(SA ID = 1):Insert SA",
    "IKEv2:(SA ID = 1):Received Packet [From 192.168.0.2:500/To 192.168.0.1:500/VRF i0:f0]",
    "Initiator SPI : 1D1D1D1D1D1D1D1D - Responder SPI : ABABABABABABABAB Message id: 0",
    "IKEv2 IKE_SA_INIT Exchange RESPONSE",
    "Payload contents:",
    "  SA KE N VID VID NOTIFY(NAT_DETECTION_SOURCE_IP) NOTIFY(NAT_DETECTION_DESTINATION_IP) CERTREQ NOTIFY(HTTP_CERT_LOOKUP_SUPPORTED)",
    "IKEv2:(SA ID = 1):Processing IKE_SA_INIT message",
    "IKEv2:(SA ID = 1):Verify SA init message",
    "IKEv2:(SA ID = 1):Processing IKE_SA_INIT message",
    "IKEv2:(SA ID = 1):[IKEv2 -> Crypto Engine] Computing DH secret key, DH Group 2",
    "IKEv2:(SA ID = 1):[Crypto Engine -> IKEv2] DH key Computation PASSED",
    "IKEv2:(SA ID = 1):Request queued for computation of DH secret",
    "IKEv2:(SA ID = 1):[IKEv2 -> Crypto Engine] Calculate SKEYSEED and create rekeyed IKEv2 SA",
    "IKEv2:(SA ID = 1):[Crypto Engine -> IKEv2] SKEYSEED calculation and creation of rekeyed IKEv2 SA PASSED",
    "IKEv2:(SA ID = 1):Completed SA init exchange",
    "IKEv2:(SA ID = 1):Checking NAT discovery",
    "IKEv2:(SA ID = 1):NAT not found",
    "IKEv2:(SA ID = 1):[IKEv2 -> PKI] Retrieving trustpoint(s) from received certificate hash(es)",
    "IKEv2:(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): 'TP1'",
];

const IKE_AUTH_OF_INITIATOR: [&str; 40] = [
    "CRYPTO_PKI: Trust-Point TP1 picked up",
    "CRYPTO_PKI: crypto_pki_get_cert_record_by_subject()",
    "CRYPTO_PKI: Found a subject match",
    "CRYPTO_PKI: crypto_pki_get_cert_record_by_subject()",
    "CRYPTO_PKI: Found a subject match",
    "CRYPTO_PKI: 1 matching trustpoints found",
    "IKEv2:(SA ID = 1):[IKEv2 -> PKI] Getting cert chain for the trustpoint TP1",
    "IKEv2:(SA ID = 1):[PKI -> IKEv2] Getting of cert chain for the trustpoint PASSED",
    "IKEv2:(SA ID = 1):Generate my authentication data",
    "IKEv2:(SA ID = 1):[IKEv2 -> Crypto Engine] Sign authentication data",
    "IKEv2:(SA ID = 1):[Crypto Engine -> IKEv2] Signing of authentication data PASSED",
    "IKEv2:(SA ID = 1):Get my authentication method",
    "IKEv2:(SA ID = 1):My authentication method is 'RSA'",
    "IKEv2:(SA ID = 1):Generating IKE_AUTH message",
    "IKEv2:(SA ID = 1):Constructing IDi payload: '192.168.0.1' of type 'IPv4 address'",
    "IKEv2:(SA ID = 1):ESP Proposal: 1, SPI size: 4 (IPSec negotiation),",
    "Num. transforms: 3",
    "   3DES   SHA96   Don't use ESN",
    "IKEv2:(SA ID = 1):Building packet for encryption.",
    "Payload contents:",
    "  VID IDi CERT CERTREQ NOTIFY(HTTP_CERT_LOOKUP_SUPPORTED) AUTH CFG SA TSi TSr NOTIFY(INITIAL_CONTACT) NOTIFY(SET_WINDOW_SIZE) NOTIFY(ESP_TFC_NO_SUPPORT) NOTIFY(NON_FIRST_FRAGS)",
    "IKEv2:(SA ID = 1):Sending Packet [To 192.168.0.2:500/From 192.168.0.1:500/VRF i0:f0]",
    "Initiator SPI : 1D1D1D1D1D1D1D1D - Responder SPI : ABABABABABABABAB Message id: 1",
    "IKEv2 IKE_AUTH Exchange REQUEST",
    "Payload contents:",
    "  ENCR",
    "IKEv2:(SA ID = 1):Received Packet [From 192.168.0.2:500/To 192.168.0.1:500/VRF i0:f0]",
    "Initiator SPI : 1D1D1D1D1D1D1D1D - Responder SPI : ABABABABABABABAB Message id: 1",
    "IKEv2 IKE_AUTH Exchange RESPONSE",
    "Payload contents:",
    "  VID IDr CERT AUTH SA TSi TSr NOTIFY(SET_WINDOW_SIZE) NOTIFY(ESP_TFC_NO_SUPPORT) NOTIFY(NON_FIRST_FRAGS)",
    "IKEv2:(SA ID = 1):Process auth response notify",
    "IKEv2:(SA ID = 1):Searching policy based on peer's identity '192.168.0.2' of type 'IPv4 address'",
    "IKEv2:Searching Policy with fvrf 0, local address 192.168.0.1",
    "IKEv2:Found Policy 'pol-1'",
    "IKEv2:(SA ID = 1):Verify peer's policy",
    "IKEv2:(SA ID = 1):Peer's policy verified",
    "IKEv2:(SA ID = 1):Get peer's authentication method",
    "IKEv2:(SA ID = 1):Peer's authentication method is 'RSA'",
    "IKEv2:(SA ID = 1):[IKEv2 -> PKI] Validating certificate chain",
];

const VALIDATION: [&str; 6] = [
    "CRYPTO_PKI:ip-ext-val:IP extension validation not required",
    "CRYPTO_PKI: (80001)validation path has 1 certs",
    "CRYPTO_PKI: (80001) Check for identical certs",
    "CRYPTO_PKI: (80001) Create a list of suitable trustpoints",
    "CRYPTO_PKI: (80001) Certificate validation succeeded",
    "IKEv2:(SA ID = 1):[PKI -> IKEv2] Validation of certificate chain PASSED",
];

const END_OF_INITIATOR: [&str; 7] = [
    "%CRYPTO-6-IKMP_NO_ID_CERT_ADDR_MATCH: ID of 10.0.0.9 (type 1) and certificate addr with 192.168.0.2",
    "IKEv2:(SA ID = 1):Verify peer's authentication data",
    "IKEv2:(SA ID = 1):Verification of peer's authenctication data PASSED",
    "IKEv2:(SA ID = 1):IKEV2 SA created; inserting SA into database. SA lifetime timer (86400 sec) started",
    "IKEv2:(SA ID = 1):Session with IKE ID PAIR (192.168.0.2, 192.168.0.1) is UP",
    "IKEv2:(SA ID = 1):Checking for duplicate IKEv2 SA",
    "IKEv2:(SA ID = 1):No duplicate IKEv2 SA found",
];

/// R1 is asked and all goes well.
pub fn responder_that_succeeds() -> Recorder {
    let mut at = of_r1(Role::Responder, 1, &[TP1]);
    at.receives(Ikev2Exchange::SaInit, REQUEST, &init_request());
    at.own(Ikev2Event::PolicySearched { policy: Some(policy_id()) });
    at.push(EventKind::KeyExchangeRead);
    at.own(Ikev2Event::KeysDerived { spis: [[0x1d; 8], [0xab; 8]], keys: None });
    at.push(EventKind::NatDetected { local: true, remote: true });
    at.sends(Ikev2Exchange::SaInit, RESPONSE, &init_response());
    judges(&mut at, Ikev2Exchange::Auth, 2, CA1);
    at.presents(1, TP1);
    at.sends(Ikev2Exchange::Auth, RESPONSE, &auth_response());
    at.push(EventKind::Authenticated { profile: None });
    at
}

#[test]
fn a_responder_agrees_on_keys_before_it_answers_and_names_the_profile_it_found() {
    let lines = responder_that_succeeds().lines();
    assert_eq!(
        lines[5..24],
        [
            "IKEv2:(SA ID = 1):Verify SA init message",
            "IKEv2:(SA ID = 1):Insert SA",
            "IKEv2:Searching Policy with fvrf 0, local address 192.168.0.1",
            "IKEv2:Found Policy 'pol-1'",
            "IKEv2:(SA ID = 1):[IKEv2 -> Crypto Engine] Computing DH public key, DH Group 2",
            "IKEv2:(SA ID = 1):[Crypto Engine -> IKEv2] DH key Computation PASSED",
            "IKEv2:(SA ID = 1):Request queued for computation of DH key",
            "IKEv2:(SA ID = 1):[IKEv2 -> Crypto Engine] Computing DH secret key, DH Group 2",
            "IKEv2:(SA ID = 1):[Crypto Engine -> IKEv2] DH key Computation PASSED",
            "IKEv2:(SA ID = 1):Request queued for computation of DH secret",
            "IKEv2:(SA ID = 1):[IKEv2 -> Crypto Engine] Calculate SKEYSEED and create rekeyed IKEv2 SA",
            "IKEv2:(SA ID = 1):[Crypto Engine -> IKEv2] SKEYSEED calculation and creation of rekeyed IKEv2 SA PASSED",
            "IKEv2:(SA ID = 1):Checking NAT discovery",
            "IKEv2:(SA ID = 1):NAT INSIDE found",
            "IKEv2:(SA ID = 1):NAT OUTSIDE found",
            "IKEv2:(SA ID = 1):Generating IKE_SA_INIT message",
            "IKEv2:(SA ID = 1):IKE Proposal: 1, SPI size: 0 (initial negotiation),",
            "Num. transforms: 4",
            "   3DES   MD5   MD596   DH_GROUP_1024_MODP/Group 2",
        ]
    );
    let place = |wanted: &str| {
        let found = lines.iter().position(|line| line == &format!("IKEv2:{wanted}"));
        found.unwrap_or_else(|| panic!("{wanted} is missing in {lines:#?}"))
    };
    let order = [
        "(SA ID = 1):Completed SA init exchange",
        "(SA ID = 1):Searching policy based on peer's identity '192.168.0.2' of type 'IPv4 address'",
        "found matching IKEv2 profile 'profile1'",
        "(SA ID = 1):Peer's policy verified",
        "(SA ID = 1): ikespec: no trustpoint has the CA of certificate hash 1",
        "(SA ID = 1):[PKI -> IKEv2] Retrieved trustpoint(s): 'TP1'",
        "(SA ID = 1):Verification of peer's authenctication data PASSED",
        "(SA ID = 1):Constructing IDr payload: '192.168.0.1' of type 'IPv4 address'",
        "(SA ID = 1):Session with IKE ID PAIR (192.168.0.2, 192.168.0.1) is UP",
    ];
    assert!(order.map(place).is_sorted(), "{lines:#?}");
}

/// What can happen before the second exchange.
pub fn beginnings() -> Recorder {
    let mut at = of_r1(Role::Initiator, 1, &[TP1]);
    at.sends(Ikev2Exchange::SaInit, REQUEST, &init_request());
    at.own(Ikev2Event::GroupWanted { group: Group::Modp2048 });
    at.own(Ikev2Event::CookieReturned);
    at.role = Role::Responder;
    at.own(Ikev2Event::PolicySearched { policy: None });
    let mismatch = Some(Ikev2TransformKind::Group);
    at.own(Ikev2Event::ProposalChecked { proposal: proposal_id(), position: 1, mismatch });
    at.push(EventKind::NoProposalChosen);
    at.own(Ikev2Event::GroupWanted { group: Group::Modp2048 });
    at.own(Ikev2Event::CookieDemanded);
    at
}

#[test]
fn a_beginning_that_has_to_be_repeated_or_fails_says_why() {
    let lines = beginnings().lines();
    assert_eq!(
        lines[lines.len() - 8..],
        [
            "IKEv2:(SA ID = 1):Processing invalid ke notification, we sent group 2, peer prefers group 14",
            "IKEv2:(SA ID = 1): ikespec: 192.168.0.2 demands a cookie, and gets it",
            "IKEv2:Searching Policy with fvrf 0, local address 192.168.0.1",
            "IKEv2:(SA ID = 1): ikespec: no policy holds at 192.168.0.1",
            "IKEv2:(SA ID = 1): ikespec: proposal 2 of the peer does not fit proposal 'prop-1': group",
            "IKEv2:(SA ID = 1):: Failed to find a matching policy",
            "IKEv2:(SA ID = 1):: The peer's KE payload contained the wrong DH group",
            "IKEv2:(SA ID = 1): ikespec: too many half-open sessions, a cookie is demanded of 192.168.0.2",
        ]
    );
}

/// Packets that are sent again, in parts, or not for this router.
pub fn packets() -> Recorder {
    let mut at = of_r1(Role::Responder, 1, &[TP1]);
    let name = MessageName::Ikev2(Ikev2Exchange::Auth, REQUEST);
    at.own(Ikev2Event::FragmentRead { number: 2, total: 3 });
    at.push(EventKind::DuplicateReceived { name, answered: true });
    let packet_state = PacketState::Ikev2;
    at.push(EventKind::Retransmitting { name, packet_state, attempt: 1, of: 5, timer: true });
    let mut record = at.ikev2_record(Ikev2Exchange::Auth, RESPONSE, &auth_response());
    record.retransmission = 1;
    at.push(EventKind::Sent(record));
    for number in [1, 2] {
        let payloads = if number == 1 { vec![vendor_id()] } else { Vec::new() };
        let mut record = at.ikev2_record(Ikev2Exchange::Auth, RESPONSE, &payloads);
        record.fragment = Some(ike::protection::ikev2::Fragment { number, total: 2 });
        at.push(EventKind::Sent(record));
    }
    at.push(EventKind::Ignored { problem: MessageProblem::BadChecksum });
    at
}

#[test]
fn a_packet_sent_again_or_in_parts_shows_what_is_in_it_once() {
    let sent = [
        "IKEv2:(SA ID = 1):Sending Packet [To 192.168.0.2:500/From 192.168.0.1:500/VRF i0:f0]",
        "Initiator SPI : 1D1D1D1D1D1D1D1D - Responder SPI : ABABABABABABABAB Message id: 1",
        "IKEv2 IKE_AUTH Exchange RESPONSE",
        "Payload contents:",
        "  ENCR",
    ];
    let mut expected = vec![
        "IKEv2:(SA ID = 1): ikespec: fragment 2 of 3 received",
        "IKEv2:(SA ID = 1): ikespec: IKE_AUTH request is a duplicate",
        "IKEv2:(SA ID = 1):Retransmitting packet",
    ];
    expected.extend(sent);
    expected.extend(["IKEv2:(SA ID = 1):Building packet for encryption.", "Payload contents:", "  VID"]);
    expected.extend(sent);
    expected.push("IKEv2:(SA ID = 1): ikespec: fragment 1 of 2 sent");
    expected.extend(sent);
    expected.push("IKEv2:(SA ID = 1): ikespec: fragment 2 of 2 sent");
    expected.push("IKEv2:(SA ID = 1): ikespec: message from 192.168.0.2 ignored: its checksum does not hold");
    assert_eq!(packets().lines(), expected);
}

#[test]
fn a_line_that_continues_another_has_no_time() {
    let text = packets().text();
    let with_time = text.lines().filter(|line| line.starts_with("*Jun 20 13:00:37.609: IKEv2:(SA ID = 1):"));
    // Each packet has four lines below its first, the list of contents two.
    assert_eq!(with_time.count(), text.lines().count() - 3 * 4 - 2);
}

/// Deletion, liveness, and the end.
pub fn endings() -> Recorder {
    let mut at = of_r1(Role::Responder, 1, &[TP1]);
    let esp = raw(PayloadType::IKEV2_DELETE, &[ProtocolId::ESP.0, 4, 0, 1, 0xa1, 0x53, 0xcf, 0x67]);
    at.sends(Ikev2Exchange::Informational, REQUEST, &[esp]);
    at.sends(Ikev2Exchange::Informational, REQUEST, &[raw(PayloadType::IKEV2_DELETE, &[1, 0, 0, 0])]);
    at.receives(Ikev2Exchange::Informational, RESPONSE, &[]);
    at.own(Ikev2Event::LivenessChecked { answered: false });
    at.own(Ikev2Event::LivenessChecked { answered: true });
    at.push(EventKind::DeleteRead { protocol: 3 });
    at.push(EventKind::DeleteRead { protocol: 1 });
    at.push(EventKind::Deleted { reason: DeleteReason::Peer });
    at.push(EventKind::Deleted { reason: DeleteReason::Retransmissions });
    at
}

#[test]
fn a_deletion_names_the_spis_and_the_end_is_told() {
    let lines = endings().lines();
    assert_eq!(
        lines[..3],
        [
            "IKEv2:(SA ID = 1):Sending DELETE INFO message for IPsec SA [SPI: 0xA153CF67]",
            "IKEv2:(SA ID = 1):Building packet for encryption.",
            "Payload contents:",
        ]
    );
    assert_eq!(lines[3], "  DELETE");
    assert_eq!(
        lines[9],
        "IKEv2:(SA ID = 1):Sending DELETE INFO message for IKEv2 SA [ISPI: 0x1D1D1D1D1D1D1D1D RSPI: 0xABABABABABABABAB]"
    );
    assert_eq!(
        lines[lines.len() - 12..],
        [
            "  ",
            "IKEv2:(SA ID = 1):Processing ACK to informational exchange",
            "IKEv2:(SA ID = 1): ikespec: liveness of 192.168.0.2: asked",
            "IKEv2:(SA ID = 1): ikespec: liveness of 192.168.0.2: answered",
            "IKEv2:(SA ID = 1):Process delete request from peer",
            "IKEv2:(SA ID = 1):Check for existing IPSEC SA",
            "IKEv2:(SA ID = 1):Process delete request from peer",
            "IKEv2:(SA ID = 1):Check for existing active SA",
            "IKEv2:(SA ID = 1):Delete all IKE SAs",
            "IKEv2:(SA ID = 1):Deleting SA",
            "IKEv2:(SA ID = 1):: Maximum number of retransmissions reached",
            "IKEv2:(SA ID = 1):Deleting SA",
        ]
    );
}

/// A transform set that is not ours.
pub fn child_refused() -> Recorder {
    let mut at = of_r1(Role::Responder, 1, &[TP1]);
    let cipher = Transform::new(EncryptionAlgorithm::TRIPLE_DES);
    let offered = esp_with(cipher, IntegrityAlgorithm::HMAC_MD5_96);
    at.receives(Ikev2Exchange::Auth, REQUEST, &[offered, notify(NotifyType::USE_TRANSPORT_MODE)]);
    at.push(EventKind::ChildProposalChecked { protection: protection(), transform: FIRST, accepted: false });
    at
}

#[test]
fn a_refused_esp_proposal_names_its_transforms_and_mode() {
    let lines = child_refused().lines();
    assert!(
        lines.contains(&"    protocol= ESP, transform= esp-3des esp-md5-hmac  (Transport),".to_owned()),
        "{lines:#?}"
    );
    assert_eq!(
        lines[lines.len() - 2..],
        [
            "IPSEC(ipsec_process_proposal): transform proposal not supported for identity:",
            "    {esp-3des esp-md5-hmac }",
        ]
    );
}

#[test]
fn identities_are_printed_with_their_types() {
    let identities = [
        (Identity::Address("fc00:123::1".parse().unwrap()), "'FC00:123::1' of type 'IPv6 address'"),
        (Identity::Fqdn("R1.LAB.LOCAL".to_owned()), "'R1.LAB.LOCAL' of type 'FQDN'"),
        (
            Identity::DistinguishedName(name("hostname=asa.cisco.com")),
            "'hostname=asa.cisco.com' of type 'DER ASN1 DN'",
        ),
        (Identity::UserFqdn("r1@cisco.com".to_owned()), "'r1@cisco.com' of type 'RFC822 address'"),
        (Identity::KeyId(b"a\x1b[31m".to_vec()), "'a\\u{1b}[31m' of type 'key ID'"),
    ];
    for (identity, words) in identities {
        let mut at = of_r1(Role::Responder, 1, &[TP1]);
        at.push(EventKind::IdentityRead { identity, body: 0..0, next: PayloadType::NONE });
        let line = format!("IKEv2:(SA ID = 1):Searching policy based on peer's identity {words}");
        assert_eq!(at.lines(), [line]);
    }
}
