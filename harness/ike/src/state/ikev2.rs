//! The states of IKEv2 and the transitions between them, as a table; the names of its exchanges.

use std::fmt;

/// An exchange of IKEv2 (RFC 7296 1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ikev2Exchange {
    /// `IKE_SA_INIT`.
    SaInit,
    /// `IKE_AUTH`.
    Auth,
    /// `CREATE_CHILD_SA`.
    CreateChildSa,
    /// `INFORMATIONAL`.
    Informational,
}

impl fmt::Display for Ikev2Exchange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::SaInit => "IKE_SA_INIT",
            Self::Auth => "IKE_AUTH",
            Self::CreateChildSa => "CREATE_CHILD_SA",
            Self::Informational => "INFORMATIONAL",
        })
    }
}

/// One of the two messages of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ikev2Half {
    /// The message that begins it.
    Request,
    /// The answer.
    Response,
}

impl fmt::Display for Ikev2Half {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
        })
    }
}

/// The states of an IKE SA of IKEv2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ikev2State {
    /// Nothing has happened.
    Idle,
    /// The initiator waits for the IKE_SA_INIT response.
    InitiatorWaitsForInit,
    /// The initiator waits for the IKE_AUTH response.
    InitiatorWaitsForAuth,
    /// The responder waits for the IKE_AUTH request.
    ResponderWaitsForAuth,
    /// Both sides are authenticated.
    Ready,
    /// The session is being deleted.
    Deleted,
}

/// What moves the state machine of IKEv2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ikev2Input {
    /// IPsec asks for a session: the IKE_SA_INIT request leaves.
    Begin,
    /// The peer wants the IKE_SA_INIT request again, with a cookie or another group.
    Retry,
    /// The IKE_SA_INIT request came, and the response leaves.
    InitRequest,
    /// The IKE_SA_INIT response came, and the IKE_AUTH request leaves.
    InitResponse,
    /// The IKE_AUTH request came and was believed, and the response leaves.
    AuthRequest,
    /// The IKE_AUTH response came and was believed.
    AuthResponse,
    /// The session is to end.
    Delete,
}

/// Every transition of IKEv2. What is not here cannot happen.
pub const IKEV2_TRANSITIONS: &[(Ikev2State, Ikev2Input, Ikev2State)] = {
    use Ikev2Input::{AuthRequest, AuthResponse, Begin, InitRequest, InitResponse, Retry};
    use Ikev2State::{Idle, InitiatorWaitsForAuth, InitiatorWaitsForInit, Ready, ResponderWaitsForAuth};
    &[
        (Idle, Begin, InitiatorWaitsForInit),
        (InitiatorWaitsForInit, Retry, InitiatorWaitsForInit),
        (InitiatorWaitsForInit, InitResponse, InitiatorWaitsForAuth),
        (InitiatorWaitsForAuth, AuthResponse, Ready),
        (Idle, InitRequest, ResponderWaitsForAuth),
        (ResponderWaitsForAuth, AuthRequest, Ready),
    ]
};

impl Ikev2State {
    /// The state after `input`, or `None` where the input does not belong here. A session can be deleted in any state.
    #[must_use]
    pub fn after(self, input: Ikev2Input) -> Option<Self> {
        if input == Ikev2Input::Delete {
            return Some(Self::Deleted);
        }
        IKEV2_TRANSITIONS.iter().find(|(from, with, _)| (*from, *with) == (self, input)).map(|(_, _, to)| *to)
    }
}
