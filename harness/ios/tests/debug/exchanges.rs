//! Quick Mode, retransmission, Informational exchanges: one claim for each family of lines. The expected lines are typed
//! from the sources that the table of literals names.

use ike::{
    DeleteReason, EventKind, Failure, FailureCode, Input, MessageName, MessageProblem, PacketState,
    ProtectionId, QuickModeInput, QuickModeState, State,
};
use wire::ikev1::ProtocolId;

use super::world::*;

pub fn quick_mode_of_initiator() -> Recorder {
    let mut at = initiator();
    at.connection = 1_001;
    at.sent(MessageName::QuickMode(1), PacketState::Idle, 0);
    quick_mode_state(&mut at, QuickModeInput::Begin, QuickModeState::Ready, QuickModeState::InitiatorSent);
    let chosen = proposal(ProtocolId::IPSEC_ESP, &[9; 4], vec![(12, esp_transform(128))]);
    at.received(MessageName::QuickMode(2), PacketState::Idle, &[security_association(&chosen)]);
    at.push(EventKind::ChildProposalChecked { protection: protection(), transform: FIRST, accepted: true });
    quick_mode_state(
        &mut at,
        QuickModeInput::PeerMessage,
        QuickModeState::InitiatorSent,
        QuickModeState::InitiatorInstalling,
    );
    at.push(EventKind::ChildEstablished {
        protection: protection(),
        inbound_spi: 0x63a2_78d7,
        outbound_spi: 0x7312_56eb,
    });
    at.sent(MessageName::QuickMode(3), PacketState::Idle, 0);
    quick_mode_state(
        &mut at,
        QuickModeInput::Installed,
        QuickModeState::InitiatorInstalling,
        QuickModeState::Complete,
    );
    at
}

fn quick_mode_state(at: &mut Recorder, input: QuickModeInput, from: QuickModeState, to: QuickModeState) {
    at.push(EventKind::QuickModeStateChanged { message_id: 3_329_780_046, input, from, to });
}

#[test]
fn quick_mode_of_an_initiator_goes_from_proposal_to_installed_sas() {
    assert_eq!(
        quick_mode_of_initiator().lines(),
        [
            "ISAKMP:(1001):beginning Quick Mode exchange, M-ID of 3329780046",
            "ISAKMP:(1001):QM Initiator gets spi",
            "ISAKMP:(1001): sending packet to 192.168.0.2 my_port 500 peer_port 500 (I) QM_IDLE",
            "ISAKMP:(1001):Sending an IKE IPv4 Packet.",
            "ISAKMP:(1001):Node 3329780046, Input = IKE_MESG_INTERNAL, IKE_INIT_QM",
            "ISAKMP:(1001):Old State = IKE_QM_READY  New State = IKE_QM_I_QM1",
            "ISAKMP (1001): received packet from 192.168.0.2 dport 500 sport 500 Global (I) QM_IDLE",
            "ISAKMP:(1001): processing HASH payload. message ID = 3329780046",
            "ISAKMP:(1001): processing SA payload. message ID = 3329780046",
            "ISAKMP:(1001):Checking IPSec proposal 1",
            "ISAKMP: transform 1, ESP_AES",
            "ISAKMP:   attributes in transform:",
            "ISAKMP:      encaps is 1 (Tunnel)",
            "ISAKMP:      SA life type in seconds",
            "ISAKMP:      SA life duration (basic) of 3600",
            "ISAKMP:      SA life type in kilobytes",
            "ISAKMP:      SA life duration (VPI) of  0x0 0x46 0x50 0x0",
            "ISAKMP:      authenticator is HMAC-SHA256",
            "ISAKMP:      key length is 128",
            "ISAKMP:(1001):atts are acceptable.",
            "IPSEC(validate_proposal_request): proposal part #1",
            "IPSEC(validate_proposal_request): proposal part #1,",
            "  (key eng. msg.) INBOUND local= 192.168.0.1:0, remote= 192.168.0.2:0,",
            "    local_proxy= 0.0.0.0/0.0.0.0/256/0,",
            "    remote_proxy= 0.0.0.0/0.0.0.0/256/0,",
            "    protocol= ESP, transform= esp-aes esp-sha256-hmac  (Tunnel),",
            "    lifedur= 0s and 0kb,",
            "    spi= 0x0(0), conn_id= 0, keysize= 128, flags= 0x0",
            "ISAKMP:(1001): processing NONCE payload. message ID = 3329780046",
            "ISAKMP:(1001): processing ID payload. message ID = 3329780046",
            "ISAKMP:(1001): processing ID payload. message ID = 3329780046",
            "ISAKMP:(1001):Node 3329780046, Input = IKE_MESG_FROM_PEER, IKE_QM_EXCH",
            "ISAKMP:(1001):Old State = IKE_QM_I_QM1  New State = IKE_QM_IPSEC_INSTALL_AWAIT",
            "IPSEC(key_engine): got a queue event with 1 KMI message(s)",
            "IPSEC(create_sa): sa created,",
            "  (sa) sa_dest= 192.168.0.1, sa_proto= 50,",
            "    sa_spi= 0x63A278D7(1671592151),",
            "    sa_trans= esp-aes esp-sha256-hmac , sa_conn_id= 1",
            "    sa_lifetime(k/sec)= (4608000/3600),",
            "  (identity) local= 192.168.0.1:0, remote= 192.168.0.2:0,",
            "    local_proxy= 0.0.0.0/0.0.0.0/256/0,",
            "    remote_proxy= 0.0.0.0/0.0.0.0/256/0",
            "IPSEC(create_sa): sa created,",
            "  (sa) sa_dest= 192.168.0.2, sa_proto= 50,",
            "    sa_spi= 0x731256EB(1930581739),",
            "    sa_trans= esp-aes esp-sha256-hmac , sa_conn_id= 2",
            "    sa_lifetime(k/sec)= (4608000/3600),",
            "  (identity) local= 192.168.0.1:0, remote= 192.168.0.2:0,",
            "    local_proxy= 0.0.0.0/0.0.0.0/256/0,",
            "    remote_proxy= 0.0.0.0/0.0.0.0/256/0",
            "ISAKMP:(1001):Received IPSec Install callback... proceeding with the negotiation",
            "ISAKMP:(1001):Successfully installed IPSEC SA (SPI:0x63A278D7) on Tunnel1",
            "ISAKMP:(1001): sending packet to 192.168.0.2 my_port 500 peer_port 500 (I) QM_IDLE",
            "ISAKMP:(1001):Sending an IKE IPv4 Packet.",
            "ISAKMP:(1001):deleting node 3329780046 error FALSE reason \"No Error\"",
            "ISAKMP:(1001):Node 3329780046, Input = IKE_MESG_FROM_IPSEC, IPSEC_INSTALL_DONE",
            "ISAKMP:(1001):Old State = IKE_QM_IPSEC_INSTALL_AWAIT  New State = IKE_QM_PHASE2_COMPLETE",
        ]
    );
}

pub fn quick_mode_of_responder() -> Recorder {
    use QuickModeState::{Complete, Ready, ResponderInstalling, ResponderSent, ResponderSpi};
    let mut at = responder();
    at.connection = 1_001;
    let mut pfs = esp_transform(256);
    pfs.extend(short(&[(3, 2)]));
    let offered = proposal(ProtocolId::IPSEC_ESP, &[9; 4], vec![(12, pfs)]);
    at.received(MessageName::QuickMode(1), PacketState::Idle, &[security_association(&offered)]);
    let protection = ProtectionId::from_index(1).unwrap();
    at.push(EventKind::ChildProposalChecked { protection, transform: FIRST, accepted: true });
    quick_mode_state(&mut at, QuickModeInput::PeerMessage, Ready, ResponderSpi);
    quick_mode_state(&mut at, QuickModeInput::SpiReady, ResponderSpi, ResponderInstalling);
    at.push(EventKind::ChildEstablished { protection, inbound_spi: 1, outbound_spi: 2 });
    at.sent(MessageName::QuickMode(2), PacketState::Idle, 0);
    quick_mode_state(&mut at, QuickModeInput::Installed, ResponderInstalling, ResponderSent);
    at.received(MessageName::QuickMode(3), PacketState::Idle, &[]);
    quick_mode_state(&mut at, QuickModeInput::PeerMessage, ResponderSent, Complete);
    at
}

#[test]
fn quick_mode_of_a_responder_opens_a_node_and_closes_it() {
    let lines = quick_mode_of_responder().lines();
    assert_eq!(
        lines[..3],
        [
            "ISAKMP (1001): received packet from 192.168.0.2 dport 500 sport 500 Global (R) QM_IDLE",
            "ISAKMP: set new node 3329780046 to QM_IDLE",
            "ISAKMP:(1001): processing HASH payload. message ID = 3329780046",
        ]
    );
    for line in [
        "ISAKMP:      key length is 256",
        "ISAKMP:      group is 2",
        "    protocol= ESP, transform= esp-aes 256 esp-sha256-hmac  (Tunnel),",
        "ISAKMP:(1001):QM Responder gets spi",
        "ISAKMP:(1001):Node 3329780046, Input = IKE_MESG_INTERNAL, IKE_GOT_SPI",
        "ISAKMP:(1001):Old State = IKE_QM_SPI_STARVE  New State = IKE_QM_IPSEC_INSTALL_AWAIT",
    ] {
        assert!(lines.iter().any(|printed| printed == line), "{line}");
    }
    assert!(
        !lines.iter().any(|line| line.contains("Successfully installed")),
        "a crypto map entry is no interface"
    );
    assert_eq!(
        lines[lines.len() - 3..],
        [
            "ISAKMP:(1001):deleting node 3329780046 error FALSE reason \"QM done (await)\"",
            "ISAKMP:(1001):Node 3329780046, Input = IKE_MESG_FROM_PEER, IKE_QM_EXCH",
            "ISAKMP:(1001):Old State = IKE_QM_R_QM2  New State = IKE_QM_PHASE2_COMPLETE",
        ]
    );
}

pub fn refused_quick_mode() -> Recorder {
    let mut at = responder();
    let offered = proposal(ProtocolId::IPSEC_ESP, &[9; 4], vec![(3, short(&[(4, 2), (5, 1)]))]);
    at.received(MessageName::QuickMode(1), PacketState::Idle, &[security_association(&offered)]);
    at.push(EventKind::ChildProposalChecked { protection: protection(), transform: FIRST, accepted: false });
    at.push(EventKind::ProfileNotTheTunnels { session: None, protection: protection() });
    at.push(EventKind::Failed(Failure {
        message: MessageName::QuickMode(1),
        code: FailureCode::ProfileNotTheTunnels,
        rule: None,
        origins: Vec::new(),
        refusal: None,
    }));
    at
}

#[test]
fn a_refused_ipsec_proposal_names_its_transforms() {
    let lines = refused_quick_mode().lines();
    assert_eq!(
        lines[lines.len() - 7..],
        [
            "IPSEC(ipsec_process_proposal): transform proposal not supported for identity:",
            "    {esp-3des esp-md5-hmac }",
            "ISAKMP:(0): IPSec policy invalidated proposal with error 256",
            "map_db_check_isakmp_profile profile did not match",
            "map_db_find_best did not find matching map",
            "IPSEC(ipsec_process_proposal): proxy identities not supported",
            "ISAKMP:(0): phase 2 SA policy not acceptable! (local 192.168.0.1 remote 192.168.0.2)",
        ]
    );
}

pub fn retransmissions() -> Recorder {
    let mut at = responder();
    at.connection = 1_100;
    let fifth = MessageName::MainMode(5);
    let fourth = MessageName::MainMode(4);
    let state = PacketState::KeyExchange;
    at.sent(fourth, state, 0).later(300);
    at.push(EventKind::DuplicateReceived { name: fifth, answered: false }).later(9_700);
    at.push(EventKind::DuplicateReceived { name: fifth, answered: true });
    at.push(EventKind::Retransmitting { name: fourth, packet_state: state, attempt: 1, of: 5, timer: false });
    at.sent(fourth, state, 1);
    let second = MessageName::QuickMode(2);
    at.push(EventKind::Retransmitting {
        name: second,
        packet_state: PacketState::Idle,
        attempt: 2,
        of: 5,
        timer: true,
    });
    at.push(EventKind::Deleted { reason: DeleteReason::Retransmissions });
    at.push(EventKind::StateChanged { input: Input::Delete, from: State::Responder(5), to: State::Deleted });
    at
}

#[test]
fn a_duplicate_is_answered_again_unless_it_comes_too_soon() {
    let duplicate = [
        "ISAKMP (1100): received packet from 192.168.0.2 dport 500 sport 500 Global (R) MM_KEY_EXCH",
        "ISAKMP:(1100): phase 1 packet is a duplicate of a previous packet.",
    ];
    let deletion = "ISAKMP:(1100):deleting SA reason \"Death by retransmission P1\" state (R) MM_KEY_EXCH (peer 192.168.0.2)";
    assert_eq!(
        retransmissions().lines()[2..],
        [
            duplicate[0],
            duplicate[1],
            "ISAKMP:(1100): retransmission skipped for phase 1 (time since last transmission 300)",
            duplicate[0],
            duplicate[1],
            "ISAKMP:(1100): retransmitting due to retransmit phase 1",
            "ISAKMP:(1100): retransmitting phase 1 MM_KEY_EXCH...",
            "ISAKMP (1100): incrementing error counter on sa, attempt 1 of 5: retransmit phase 1",
            "ISAKMP:(1100): sending packet to 192.168.0.2 my_port 500 peer_port 500 (R) MM_KEY_EXCH",
            "ISAKMP:(1100):Sending an IKE IPv4 Packet.",
            "ISAKMP:(1100): retransmitting phase 2 QM_IDLE 0 ...",
            "ISAKMP (1100): incrementing error counter on node, attempt 2 of 5: retransmit phase 2",
            "ISAKMP:(1100):peer does not do paranoid keepalives.",
            deletion,
            deletion,
            "ISAKMP:(1100):Input = IKE_MESG_INTERNAL, IKE_PHASE1_DEL",
            "ISAKMP:(1100):Old State = IKE_R_MM5  New State = IKE_DEST_SA",
        ]
    );
}

pub fn informational() -> Recorder {
    let mut at = initiator();
    at.connection = 9_577;
    at.received(MessageName::Informational, PacketState::Idle, &[]);
    at.push(EventKind::NotificationRead { notify_type: 14, protocol: 3, protected: true });
    at.push(EventKind::LivenessSeen { sequence: 0x69aa_b3a0, acknowledged: true });
    at.push(EventKind::DeleteRead { protocol: 1 });
    at.push(EventKind::Deleted { reason: DeleteReason::Peer });
    at.push(EventKind::Ignored { problem: MessageProblem::Unexpected });
    at.push(EventKind::Ignored { problem: MessageProblem::BadHash });
    at
}

#[test]
fn an_informational_exchange_is_a_node_of_its_own() {
    assert_eq!(
        informational().lines(),
        [
            "ISAKMP (9577): received packet from 192.168.0.2 dport 500 sport 500 Global (I) QM_IDLE",
            "ISAKMP: set new node 1201896175 to QM_IDLE",
            "ISAKMP:(9577): processing HASH payload. message ID = 1201896175",
            "ISAKMP:(9577): processing NOTIFY PROPOSAL_NOT_CHOSEN protocol 3",
            "ISAKMP:(9577):deleting node 1201896175 error FALSE reason \"Informational (in) state 1\"",
            "ISAKMP:(9577): DPD/R_U_THERE_ACK received from peer 192.168.0.2, sequence 0x69AAB3A0",
            "ISAKMP:(9577): processing DELETE payload. message ID = 1201896175",
            "ISAKMP:(9577):peer does not do paranoid keepalives.",
            "ISAKMP:(9577):deleting node 1201896175 error FALSE reason \"Informational (in) state 1\"",
            "ISAKMP:(9577):deleting SA reason \"No reason\" state (I) QM_IDLE (peer 192.168.0.2)",
            "%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 192.168.0.2 failed its sanity check or is malformed",
        ]
    );
}
