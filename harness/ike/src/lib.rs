//! The IKE endpoint, sans IO: exchanges, protection, certificate and profile selection.
//!
//! Nothing here opens a socket, reads a clock or a file, or draws unseeded randomness; nothing here sees text.
//! Bytes go in and out of an [`Endpoint`]; its [`Event`]s tell what it decided and which [`Rule`] it obeyed.

mod endpoint;
mod event;
mod failure;
mod identity;
mod ids;
mod ikev1;
pub mod keys;
mod now;
mod origin;
pub mod protection;
mod router;
mod rule;
pub mod selection;
mod sessions;
mod state;

pub use endpoint::{Endpoint, InitiateError, Limits, Path};
pub use event::{
    DeleteReason, Event, EventKind, MessageProblem, MessageRecord, TransformMismatch, TransformPlace,
};
pub use failure::{Failure, FailureCode};
pub use identity::{Identity, IdentityKind, IdentityMatch, IdentityPattern, Specificity};
pub use ids::{PolicyId, ProfileId, ProtectionId, SessionId, TrustpointId};
pub use now::Now;
pub use origin::{Origin, Sourced};
pub use router::{
    Authentication, Enrolment, EspCipher, EspIntegrity, IsakmpPolicy, Keepalive, OcspResponder, Pin, Profile,
    Protection, RevocationServers, Router, RouterError, RouterParts, Subnet, TransformSet, Trustpoint,
};
pub use rule::Rule;
pub use state::{
    Input, MessageName, PacketState, QUICK_MODE_TRANSITIONS, QuickModeInput, QuickModeState, Role, State,
    TRANSITIONS,
};
