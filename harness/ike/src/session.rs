//! A session of either version, as the endpoint and its table of sessions see it.

use std::time::Duration;

use crypto::Digest;

use crate::context::Context;
use crate::endpoint::{Limits, Path};
use crate::event::DeleteReason;
use crate::identity::Identity;
use crate::keys::Cookies;
use crate::state::{IkeVersion, Role};
use crate::{ikev1, ikev2};

/// By what a responder knows a copy of the first message, which does not carry its cookie yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FirstMessage {
    pub(crate) cookie: [u8; 8],
    pub(crate) path: Path,
    /// IKEv2: that of the whole message, for another one is another attempt (RFC 7296 2.1).
    pub(crate) digest: Option<Digest>,
}

/// A session.
#[derive(Debug)]
pub(crate) enum Session {
    Ikev1(Box<ikev1::Session>),
    Ikev2(Box<ikev2::Session>),
}

/// The same expression for the session of either version.
macro_rules! either {
    ($session:expr, $name:ident => $value:expr) => {
        match $session {
            Session::Ikev1($name) => $value,
            Session::Ikev2($name) => $value,
        }
    };
}

impl Session {
    pub(crate) const fn version(&self) -> IkeVersion {
        match self {
            Self::Ikev1(_) => IkeVersion::V1,
            Self::Ikev2(_) => IkeVersion::V2,
        }
    }

    pub(crate) fn role(&self) -> Role {
        either!(self, session => session.role)
    }

    pub(crate) fn path(&self) -> Path {
        either!(self, session => session.path)
    }

    /// By what a responder knows a copy of the first message.
    pub(crate) fn first_message(&self) -> FirstMessage {
        let cookie = self.cookies().initiator;
        match self {
            Self::Ikev1(session) => FirstMessage { cookie, path: session.first_path, digest: None },
            Self::Ikev2(session) => {
                FirstMessage { cookie, path: session.first_path, digest: session.first_digest }
            }
        }
    }

    /// The cookies, or SPIs.
    pub(crate) fn cookies(&self) -> Cookies {
        match self {
            Self::Ikev1(session) => session.cookies,
            Self::Ikev2(session) => session.spis,
        }
    }

    /// Whether a message with this cookie of the peer may be of the session, which this router has begun.
    pub(crate) fn may_have_peer(&self, cookie: &[u8; 8]) -> bool {
        match self {
            // Before MM2 the responder's cookie is not known.
            Self::Ikev1(session) => {
                session.role == Role::Initiator && [[0; 8], *cookie].contains(&session.cookies.responder)
            }
            Self::Ikev2(session) => session.may_have_peer(cookie),
        }
    }

    /// The number that the router prints.
    pub(crate) fn connection(&self) -> u32 {
        either!(self, session => session.connection)
    }

    /// The peer has said in this session that it knows no session before it.
    pub(crate) fn is_initial_contact(&self) -> bool {
        either!(self, session => session.is_initial_contact)
    }

    pub(crate) fn handle_timeout(&mut self, context: &mut Context<'_>) {
        either!(self, session => session.handle_timeout(context))
    }

    pub(crate) fn timeout(&self, limits: &Limits) -> Option<Duration> {
        either!(self, session => session.timeout(limits))
    }

    /// Ends the session on the caller's word.
    pub(crate) fn close(&mut self, context: &mut Context<'_>) {
        either!(self, session => session.close(context))
    }

    /// Ends the session without a word to the peer.
    pub(crate) fn end(&mut self, context: &mut Context<'_>, reason: DeleteReason) {
        either!(self, session => session.end(context, reason))
    }

    /// Whether the session waits to be removed.
    pub(crate) fn is_over(&self) -> bool {
        either!(self, session => session.is_over())
    }

    /// Whether the session has ended, and is kept for copies of the last request only.
    pub(crate) fn is_ended(&self) -> bool {
        match self {
            Self::Ikev1(_) => false,
            Self::Ikev2(session) => session.is_ended(),
        }
    }

    /// Whether the peer has begun the session, and has not proved anything.
    pub(crate) fn is_half_open(&self) -> bool {
        self.role() == Role::Responder
            && match self {
                Self::Ikev1(session) => session.peer_identity().is_none(),
                Self::Ikev2(session) => session.is_unproven(),
            }
    }

    /// Whether the peer has shown nothing yet that costs anything.
    pub(crate) fn is_unproven(&self) -> bool {
        either!(self, session => session.is_unproven())
    }

    /// What the peer has proved to be, once it is authenticated.
    pub(crate) fn peer_identity(&self) -> Option<&Identity> {
        either!(self, session => session.peer_identity())
    }

    /// Whether both sides are authenticated.
    pub(crate) fn is_established(&self) -> bool {
        either!(self, session => session.is_established())
    }
}
