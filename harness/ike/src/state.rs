//! The states of IKEv1 and the transitions between them, as tables; names of messages and roles. Those of IKEv2 are in
//! [`ikev2`].

mod ikev2;

use std::fmt;

pub use ikev2::{IKEV2_TRANSITIONS, Ikev2Exchange, Ikev2Half, Ikev2Input, Ikev2State};

/// A version of IKE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IkeVersion {
    /// RFC 2409.
    V1,
    /// RFC 7296.
    V2,
}

impl fmt::Display for IkeVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::V1 => "IKEv1",
            Self::V2 => "IKEv2",
        })
    }
}

/// Which side of a negotiation a router is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// It sent the first message.
    Initiator,
    /// It answered the first message.
    Responder,
}

/// What a message is in its exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageName {
    /// A message of Main Mode, 1 to 6.
    MainMode(u8),
    /// A message of Quick Mode, 1 to 3.
    QuickMode(u8),
    /// An Informational exchange of IKEv1.
    Informational,
    /// A message of IKEv2.
    Ikev2(Ikev2Exchange, Ikev2Half),
    /// A message that belongs to no exchange known here.
    Unknown,
}

impl fmt::Display for MessageName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MainMode(number) => write!(out, "MM{number}"),
            Self::QuickMode(number) => write!(out, "QM{number}"),
            Self::Informational => out.write_str("INFORMATIONAL"),
            Self::Ikev2(exchange, half) => write!(out, "{exchange} {half}"),
            Self::Unknown => out.write_str("unknown"),
        }
    }
}

/// The states of phase 1: the last Main Mode message that was sent or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nothing has happened.
    Ready,
    /// The initiator sent (odd) or received (even) message `n`.
    Initiator(u8),
    /// The responder received (odd) or sent (even) message `n`.
    Responder(u8),
    /// Phase 1 is complete.
    Complete,
    /// The session is being deleted.
    Deleted,
}

/// What moves the state machine of phase 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input {
    /// IPsec asks for a session.
    RequestMainMode,
    /// A message of Main Mode came.
    PeerMessage,
    /// The message is read and will be acted on.
    ProcessMainMode,
    /// The message is acted on; the answer, if there is one, is on its way.
    ProcessComplete,
    /// Phase 1 is complete on the responder.
    PhaseOneComplete,
    /// The session is to end.
    Delete,
}

/// Every transition of phase 1. What is not here cannot happen.
pub const TRANSITIONS: &[(State, Input, State)] = {
    use Input::{PeerMessage, PhaseOneComplete, ProcessComplete, ProcessMainMode, RequestMainMode};
    use State::{Complete, Initiator, Ready, Responder};
    &[
        (Ready, RequestMainMode, Initiator(1)),
        (Initiator(1), PeerMessage, Initiator(2)),
        (Initiator(2), ProcessMainMode, Initiator(2)),
        (Initiator(2), ProcessComplete, Initiator(3)),
        (Initiator(3), PeerMessage, Initiator(4)),
        (Initiator(4), ProcessMainMode, Initiator(4)),
        (Initiator(4), ProcessComplete, Initiator(5)),
        (Initiator(5), PeerMessage, Initiator(6)),
        (Initiator(6), ProcessMainMode, Initiator(6)),
        (Initiator(6), ProcessComplete, Complete),
        (Ready, PeerMessage, Responder(1)),
        (Responder(1), ProcessMainMode, Responder(1)),
        (Responder(1), ProcessComplete, Responder(2)),
        (Responder(2), PeerMessage, Responder(3)),
        (Responder(3), ProcessMainMode, Responder(3)),
        (Responder(3), ProcessComplete, Responder(4)),
        (Responder(4), PeerMessage, Responder(5)),
        (Responder(5), ProcessMainMode, Responder(5)),
        (Responder(5), ProcessComplete, Complete),
        (Complete, PhaseOneComplete, Complete),
    ]
};

impl Role {
    /// The role of the peer.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Initiator => Self::Responder,
            Self::Responder => Self::Initiator,
        }
    }
}

impl State {
    /// The state after `input`, or `None` where the input does not belong here. A session can be deleted in any state.
    #[must_use]
    pub fn after(self, input: Input) -> Option<Self> {
        if input == Input::Delete {
            return Some(Self::Deleted);
        }
        TRANSITIONS.iter().find(|(from, with, _)| (*from, *with) == (self, input)).map(|(_, _, to)| *to)
    }
}

/// The state that IOS prints with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PacketState {
    /// A responder that knows no session yet.
    NewSa,
    /// Before the proposals are settled.
    NoState,
    /// The proposals are settled.
    SaSetup,
    /// The keys are being exchanged, and the peers authenticated.
    KeyExchange,
    /// Phase 1 is complete.
    Idle,
    /// The packet is one of IKEv2, with which no state is printed.
    Ikev2,
}

/// The states of Quick Mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuickModeState {
    /// Nothing has happened.
    Ready,
    /// The initiator sent QM1 and waits.
    InitiatorSent,
    /// The initiator waits for the IPsec side to install the SAs.
    InitiatorInstalling,
    /// The responder waits for an SPI of the IPsec side.
    ResponderSpi,
    /// The responder waits for the IPsec side to install the SAs.
    ResponderInstalling,
    /// The responder sent QM2 and waits for QM3.
    ResponderSent,
    /// The exchange is complete.
    Complete,
}

/// What moves the state machine of Quick Mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuickModeInput {
    /// The initiator begins.
    Begin,
    /// A message of Quick Mode came.
    PeerMessage,
    /// The IPsec side has an SPI.
    SpiReady,
    /// The IPsec side has installed the SAs.
    Installed,
}

/// Every transition of Quick Mode.
pub const QUICK_MODE_TRANSITIONS: &[(QuickModeState, QuickModeInput, QuickModeState)] = {
    use QuickModeInput::{Begin, Installed, PeerMessage, SpiReady};
    use QuickModeState::{
        Complete, InitiatorInstalling, InitiatorSent, Ready, ResponderInstalling, ResponderSent, ResponderSpi,
    };
    &[
        (Ready, Begin, InitiatorSent),
        (InitiatorSent, PeerMessage, InitiatorInstalling),
        (InitiatorInstalling, Installed, Complete),
        (Ready, PeerMessage, ResponderSpi),
        (ResponderSpi, SpiReady, ResponderInstalling),
        (ResponderInstalling, Installed, ResponderSent),
        (ResponderSent, PeerMessage, Complete),
    ]
};

impl QuickModeState {
    /// The state after `input`, or `None` where the input does not belong here.
    #[must_use]
    pub fn after(self, input: QuickModeInput) -> Option<Self> {
        QUICK_MODE_TRANSITIONS.iter().find(|(from, with, _)| (*from, *with) == (self, input)).map(|t| t.2)
    }
}
