//! The words by which IOS calls states, inputs and identities: in the transcripts of Cisco document 117633, those of
//! Quick Mode and of deletion in the public logs that [`Source`](super::literals::Source) names.

use std::net::IpAddr;

use ike::{Identity, Input, PacketState, QuickModeInput, QuickModeState, State};
use wire::ikev1::{IdentificationType, NotifyType};

/// A state of phase 1: `IKE_I_MM3`.
pub(super) fn state(state: State) -> String {
    match state {
        State::Ready => "IKE_READY".to_owned(),
        State::Initiator(message) => format!("IKE_I_MM{message}"),
        State::Responder(message) => format!("IKE_R_MM{message}"),
        State::Complete => "IKE_P1_COMPLETE".to_owned(),
        State::Deleted => "IKE_DEST_SA".to_owned(),
    }
}

/// What moves phase 1.
pub(super) const fn input(input: Input) -> &'static str {
    match input {
        Input::RequestMainMode => "IKE_MESG_FROM_IPSEC, IKE_SA_REQ_MM",
        Input::PeerMessage => "IKE_MESG_FROM_PEER, IKE_MM_EXCH",
        Input::ProcessMainMode => "IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE",
        Input::ProcessComplete => "IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE",
        Input::PhaseOneComplete => "IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE",
        Input::Delete => "IKE_MESG_INTERNAL, IKE_PHASE1_DEL",
    }
}

/// A state of Quick Mode.
pub(super) const fn quick_mode_state(state: QuickModeState) -> &'static str {
    match state {
        QuickModeState::Ready => "IKE_QM_READY",
        QuickModeState::InitiatorSent => "IKE_QM_I_QM1",
        QuickModeState::ResponderSpi => "IKE_QM_SPI_STARVE",
        QuickModeState::InitiatorInstalling | QuickModeState::ResponderInstalling => {
            "IKE_QM_IPSEC_INSTALL_AWAIT"
        }
        QuickModeState::ResponderSent => "IKE_QM_R_QM2",
        QuickModeState::Complete => "IKE_QM_PHASE2_COMPLETE",
    }
}

/// What moves Quick Mode.
pub(super) const fn quick_mode_input(input: QuickModeInput) -> &'static str {
    match input {
        QuickModeInput::Begin => "IKE_MESG_INTERNAL, IKE_INIT_QM",
        QuickModeInput::PeerMessage => "IKE_MESG_FROM_PEER, IKE_QM_EXCH",
        QuickModeInput::SpiReady => "IKE_MESG_INTERNAL, IKE_GOT_SPI",
        QuickModeInput::Installed => "IKE_MESG_FROM_IPSEC, IPSEC_INSTALL_DONE",
    }
}

/// The state that is printed with a packet.
pub(super) const fn packet_state(state: PacketState) -> &'static str {
    match state {
        PacketState::NewSa => "NEW SA",
        PacketState::NoState => "MM_NO_STATE",
        PacketState::SaSetup => "MM_SA_SETUP",
        PacketState::KeyExchange => "MM_KEY_EXCH",
        PacketState::Idle => "QM_IDLE",
        // IKEv2 prints no state with a packet.
        PacketState::Ikev2 => "",
    }
}

/// The type of an identity (RFC 2407 4.6.2.1), if it has a name.
pub(super) const fn identity_type(identity: &Identity) -> Option<&'static str> {
    match identity {
        Identity::Address(IpAddr::V4(_)) => IdentificationType::IPV4_ADDR.name(),
        Identity::Address(IpAddr::V6(_)) => IdentificationType::IPV6_ADDR.name(),
        Identity::Fqdn(_) => IdentificationType::FQDN.name(),
        Identity::UserFqdn(_) => IdentificationType::USER_FQDN.name(),
        Identity::DistinguishedName(_) => IdentificationType::DER_ASN1_DN.name(),
        Identity::KeyId(_) => IdentificationType::KEY_ID.name(),
        Identity::Other(number) => IdentificationType(*number).name(),
    }
}

/// A notification: the name of its RFC with underscores, but for one that IOS calls otherwise.
pub(super) fn notification(notify_type: NotifyType) -> String {
    match notify_type {
        NotifyType::NO_PROPOSAL_CHOSEN => "PROPOSAL_NOT_CHOSEN".to_owned(),
        other => other.to_string().replace('-', "_"),
    }
}
