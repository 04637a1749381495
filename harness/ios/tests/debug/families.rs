//! Main Mode: one claim for each family of lines. The expected lines are typed from the sources that the table of literals
//! names.

use std::sync::Arc;

use ike::selection::ChoiceReason;
use ike::{
    EventKind, Identity, Input, MessageName, PacketState, PolicyId, State, TransformMismatch, TransformPlace,
};
use wire::PayloadType;
use wire::ikev1::{Payload, ProtocolId, vendor};

use super::world::*;

pub fn beginning() -> Recorder {
    let mut at = initiator();
    let path = at.path;
    at.push(EventKind::Requested { protection: protection(), profile: None, path });
    for bytes in [
        &vendor::RFC_3947,
        &vendor::NAT_T_DRAFT_07,
        &vendor::NAT_T_DRAFT_03,
        &vendor::NAT_T_DRAFT_02_LINE_FEED,
    ] {
        at.push(EventKind::VendorIdBuilt { bytes: Arc::from(&bytes[..]) });
    }
    at.push(EventKind::VendorIdBuilt { bytes: Arc::from(&vendor::XAUTH[..]) });
    at.push(EventKind::StateChanged {
        input: Input::RequestMainMode,
        from: State::Ready,
        to: State::Initiator(1),
    });
    at.sent(MessageName::MainMode(1), PacketState::NoState, 0);
    at
}

#[test]
fn an_initiator_tells_what_it_asks_for_and_begins_main_mode() {
    assert_eq!(
        beginning().lines(),
        [
            "IPSEC(sa_request): ,",
            "  (key eng. msg.) OUTBOUND local= 192.168.0.1:500, remote= 192.168.0.2:500,",
            "    local_proxy= 0.0.0.0/0.0.0.0/256/0,",
            "    remote_proxy= 0.0.0.0/0.0.0.0/256/0,",
            "    protocol= ESP, transform= esp-aes esp-sha256-hmac  (Tunnel),",
            "    lifedur= 3600s and 4608000kb,",
            "    spi= 0x0(0), conn_id= 0, keysize= 128, flags= 0x0",
            "ISAKMP:(0): SA request profile is (NULL)",
            "ISAKMP: Created a peer struct for 192.168.0.2, peer port 500",
            "ISAKMP: local port 500, remote port 500",
            "ISAKMP: set new node 0 to QM_IDLE",
            "ISAKMP:(0):Can not start Aggressive mode, trying Main mode.",
            "ISAKMP:(0): constructed NAT-T vendor-rfc3947 ID",
            "ISAKMP:(0): constructed NAT-T vendor-07 ID",
            "ISAKMP:(0): constructed NAT-T vendor-03 ID",
            "ISAKMP:(0): constructed NAT-T vendor-02 ID",
            "ISAKMP:(0):Input = IKE_MESG_FROM_IPSEC, IKE_SA_REQ_MM",
            "ISAKMP:(0):Old State = IKE_READY  New State = IKE_I_MM1",
            "ISAKMP:(0): beginning Main Mode exchange",
            "ISAKMP:(0): sending packet to 192.168.0.2 my_port 500 peer_port 500 (I) MM_NO_STATE",
            "ISAKMP:(0):Sending an IKE IPv4 Packet.",
        ]
    );
}

#[test]
fn a_responder_meets_its_peer_as_a_new_sa() {
    let mut at = responder();
    at.path.remote.set_port(50_123);
    at.received(MessageName::MainMode(1), PacketState::NewSa, &[]);
    let path = at.path;
    at.push(EventKind::PeerAppeared { path });
    at.push(EventKind::StateChanged {
        input: Input::PeerMessage,
        from: State::Ready,
        to: State::Responder(1),
    });
    assert_eq!(
        at.lines(),
        [
            "ISAKMP (0): received packet from 192.168.0.2 dport 500 sport 50123 Global (N) NEW SA",
            "ISAKMP: Created a peer struct for 192.168.0.2, peer port 50123",
            "ISAKMP: local port 500, remote port 50123",
            "ISAKMP:(0):Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH",
            "ISAKMP:(0):Old State = IKE_READY  New State = IKE_R_MM1",
        ]
    );
}

pub fn proposals() -> Recorder {
    let mut at = responder();
    let basic = short(&[(1, 7), (14, 256), (2, 4), (4, 14), (3, 1), (11, 1), (12, 10_800)]);
    let offered = proposal(ProtocolId::ISAKMP, &[], vec![(1, document_transform()), (1, basic)]);
    at.received(MessageName::MainMode(1), PacketState::NewSa, &[security_association(&offered)]);
    at.events.clear();
    at.received(MessageName::MainMode(1), PacketState::NewSa, &[security_association(&offered)]);
    at.push(EventKind::SecurityAssociationRead);
    let aes = PolicyId::from_index(1).unwrap();
    let second = TransformPlace { proposal: 0, transform: 1 };
    for (policy, transform, mismatch) in [
        (aes, FIRST, Some(TransformMismatch::Encryption)),
        (policy(), FIRST, Some(TransformMismatch::Hash)),
        (policy(), FIRST, Some(TransformMismatch::Group)),
        (aes, second, Some(TransformMismatch::Encryption)),
        (policy(), FIRST, None),
        (aes, second, None),
    ] {
        at.push(EventKind::TransformChecked { policy, transform, mismatch });
    }
    at.push(EventKind::NoProposalChosen);
    at
}

#[test]
fn a_transform_is_held_against_each_policy_attribute_by_attribute() {
    let first = [
        "ISAKMP:      encryption 3DES-CBC",
        "ISAKMP:      hash MD5",
        "ISAKMP:      default group 2",
        "ISAKMP:      auth RSA sig",
        "ISAKMP:      life type in seconds",
        "ISAKMP:      life duration (VPI) of  0x0 0x1 0x51 0x80",
    ];
    let second = [
        "ISAKMP:      encryption AES-CBC",
        "ISAKMP:      keylength of 256",
        "ISAKMP:      hash SHA256",
        "ISAKMP:      default group 14",
        "ISAKMP:      auth pre-share",
        "ISAKMP:      life type in seconds",
        "ISAKMP:      life duration (basic) of 10800",
    ];
    let mut expected = vec!["ISAKMP:(0): processing SA payload. message ID = 0"];
    for (header, refusal) in [
        ("ISAKMP:(0):Checking ISAKMP transform 1 against priority 20 policy", "Encryption algorithm"),
        ("ISAKMP:(0):Checking ISAKMP transform 1 against priority 10 policy", "Hash algorithm"),
        ("ISAKMP:(0):Checking ISAKMP transform 1 against priority 10 policy", "Diffie-Hellman group"),
    ] {
        expected.push(header);
        expected.extend(first);
        expected.push(match refusal {
            "Encryption algorithm" => "ISAKMP:(0):Encryption algorithm offered does not match policy!",
            "Hash algorithm" => "ISAKMP:(0):Hash algorithm offered does not match policy!",
            _ => "ISAKMP:(0):Diffie-Hellman group offered does not match policy!",
        });
        expected.push("ISAKMP:(0):atts are not acceptable. Next payload is 3");
    }
    expected.push("ISAKMP:(0):Checking ISAKMP transform 2 against priority 20 policy");
    expected.extend(second);
    expected.extend([
        "ISAKMP:(0):Proposed key length does not match policy",
        "ISAKMP:(0):atts are not acceptable. Next payload is 0",
        "ISAKMP:(0):Checking ISAKMP transform 1 against priority 10 policy",
    ]);
    expected.extend(first);
    expected.extend([
        "ISAKMP:(0):atts are acceptable. Next payload is 3",
        "ISAKMP:(0):Fill atts in sa vpi_length:4",
        "ISAKMP:(0):Fill atts in sa life_in_seconds:86400",
        "ISAKMP:(0):Returning Actual lifetime: 86400",
        "ISAKMP:(0)::Started lifetime timer: 86400.",
        "ISAKMP:(0):Checking ISAKMP transform 2 against priority 20 policy",
    ]);
    expected.extend(second);
    expected.extend([
        "ISAKMP:(0):atts are acceptable. Next payload is 0",
        "ISAKMP:(0):Basic life_in_seconds:10800",
        "ISAKMP:(0):Returning Actual lifetime: 10800",
        "ISAKMP:(0)::Started lifetime timer: 10800.",
        "ISAKMP:(0):no offers accepted!",
        "ISAKMP:(0): phase 1 SA policy not acceptable! (local 192.168.0.1 remote 192.168.0.2)",
    ]);
    assert_eq!(proposals().lines()[1..], expected);
}

pub fn key_exchange() -> Recorder {
    let mut at = initiator();
    let ids = [
        &vendor::RFC_3947[..],
        &vendor::NAT_T_DRAFT_07,
        &vendor::NAT_T_DRAFT_03,
        &vendor::NAT_T_DRAFT_02_LINE_FEED,
        &vendor::CISCO_UNITY,
        &vendor::DPD,
        &vendor::XAUTH,
        &[7; 16],
        &[7; 3],
    ];
    let payloads = ids.map(Payload::VendorId);
    let bodies = at.received(MessageName::MainMode(4), PacketState::SaSetup, &payloads);
    at.push(EventKind::KeyExchangeRead).push(EventKind::NonceRead);
    for range in bodies {
        at.push(EventKind::VendorIdRead { range });
    }
    for (local, remote) in [(false, false), (false, true), (true, false)] {
        at.push(EventKind::NatDetected { local, remote });
    }
    at
}

#[test]
fn vendor_ids_and_nat_detection_are_read_in_the_words_of_ios() {
    let read = "ISAKMP:(0): processing vendor id payload";
    let nat = "ISAKMP:received payload type 20";
    assert_eq!(
        key_exchange().lines()[1..],
        [
            "ISAKMP:(0): processing KE payload. message ID = 0",
            "ISAKMP:(0): processing NONCE payload. message ID = 0",
            read,
            "ISAKMP:(0): vendor ID seems Unity/DPD but major 69 mismatch",
            "ISAKMP (0): vendor ID is NAT-T RFC 3947",
            read,
            "ISAKMP:(0): vendor ID seems Unity/DPD but major 245 mismatch",
            "ISAKMP (0): vendor ID is NAT-T v7",
            read,
            "ISAKMP:(0): vendor ID seems Unity/DPD but major 157 mismatch",
            "ISAKMP:(0): vendor ID is NAT-T v3",
            read,
            "ISAKMP:(0): vendor ID seems Unity/DPD but major 123 mismatch",
            "ISAKMP:(0): vendor ID is NAT-T v2",
            read,
            "ISAKMP:(0): vendor ID is Unity",
            read,
            "ISAKMP:(0): vendor ID is DPD",
            read,
            "ISAKMP:(0): vendor ID is XAUTH",
            read,
            "ISAKMP:(0): vendor ID seems Unity/DPD but major 7 mismatch",
            read,
            nat,
            "ISAKMP (0): His hash no match - this node outside NAT",
            nat,
            "ISAKMP (0): No NAT Found for self or peer",
            nat,
            "ISAKMP (0): His hash no match - this node outside NAT",
            nat,
            "ISAKMP (0): His hash no match - this node outside NAT",
            nat,
            "ISAKMP (0): NAT found, both nodes inside NAT",
            nat,
            "ISAKMP (0): My hash no match -  this node inside NAT",
        ]
    );
}

#[test]
fn a_candidate_that_the_profile_does_not_name_is_examined_and_not_found() {
    let mut at = initiator();
    at.push(EventKind::RequestRead { encoding: 7, authority: 0..0 });
    at.push(EventKind::PinExamined { trustpoint: trustpoint(IOSCA2), found: false });
    at.push(EventKind::TrustpointChosen { trustpoint: trustpoint(IOSCA1), reason: ChoiceReason::NoRequest });
    assert_eq!(
        at.lines(),
        [
            "ISAKMP:(0): processing CERT_REQ payload. message ID = 0",
            "ISAKMP: Examining profile list for trustpoint IOSCA2",
            "Choosing trustpoint IOSCA1 as issuer",
        ]
    );
}

pub fn address_identity() -> Recorder {
    let mut at = responder();
    let certified = certificate(R2_SUBJECT, CA1, 2);
    let encoding = wire::CertificateEncoding::X509_SIGNATURE;
    let payload = Payload::Certificate(wire::ikev1::Certificate { encoding, data: certified.as_der() });
    let bodies = at.received(MessageName::MainMode(5), PacketState::KeyExchange, &[payload]);
    let identity = Identity::Address([10, 0, 0, 9].into());
    let body: Arc<[u8]> = Arc::from([1, 17, 1, 0xf4, 10, 0, 0, 9]);
    at.push(EventKind::IdentityBuilt { identity: identity.clone(), body, next: PayloadType::CERTIFICATE });
    at.push(EventKind::ProfileMatched { matched: None });
    at.push(EventKind::CertificateRead { range: bodies[0].start + 1..bodies[0].end });
    at.push(EventKind::IdentityNotInCertificate { identity });
    at.push(EventKind::SignatureChecked { valid: true }).push(EventKind::Authenticated { profile: None });
    at
}

#[test]
fn an_address_that_the_certificate_does_not_hold_is_warned_of_and_accepted() {
    let lines = address_identity().lines();
    assert_eq!(
        lines[1..10],
        [
            "ISAKMP:(0):SA is doing RSA signature authentication using id type ID_IPV4_ADDR",
            "ISAKMP (0): ID payload",
            "        next-payload : 6",
            "        type         : 1",
            "        address      : 10.0.0.9",
            "        protocol     : 17",
            "        port         : 500",
            "        length       : 12",
            "ISAKMP:(0):Total payload length: 12",
        ]
    );
    assert_eq!(lines[10], "ISAKMP:(0):: peer matches *none* of the profiles");
    assert_eq!(
        lines[lines.len() - 4..],
        [
            "%CRYPTO-6-IKMP_NO_ID_CERT_ADDR_MATCH: ID of 10.0.0.9 (type 1) and certificate addr with 192.168.0.2",
            "ISAKMP:(0): processing SIG payload. message ID = 0",
            "ISAKMP:(0):SA authentication status: authenticated",
            "ISAKMP:(0):SA has been authenticated with 192.168.0.2",
        ]
    );
}
