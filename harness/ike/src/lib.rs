//! The IKE endpoint, sans IO: exchanges, protection, certificate and profile selection.
//!
//! Nothing here opens a socket, reads a clock or a file, or draws unseeded randomness; nothing here sees text.
//! Bytes go in and out of an [`Endpoint`]; its [`Event`]s tell what it decided and which [`Rule`] it obeyed.

mod certificate_map;
mod context;
mod endpoint;
mod event;
mod failure;
mod identity;
mod ids;
mod ikev1;
mod ikev2;
pub mod keys;
mod nat;
mod now;
mod origin;
mod peer;
pub mod protection;
mod router;
mod rule;
pub mod selection;
mod session;
mod sessions;
mod state;
mod tamper;

pub use certificate_map::{
    CertificateCriterion, CertificateMap, CertificateMapEntry, DateField, DateOperator, NameField,
    NameOperator,
};
pub use endpoint::{Endpoint, InitiateError, Limits, Path};
pub use event::{
    DeleteReason, Event, EventKind, Ikev2Event, Ikev2TransformKind, MessageProblem, MessageRecord,
    TransformMismatch, TransformPlace,
};
pub use failure::{Failure, FailureCode};
pub use identity::{Identity, IdentityKind, IdentityMatch, IdentityPattern, Specificity};
pub use ids::{
    AnyProfileId, CertificateMapId, Ikev2PolicyId, Ikev2ProfileId, Ikev2ProposalId, PolicyId, ProfileId,
    ProtectionId, SessionId, TrustpointId,
};
pub use now::Now;
pub use origin::{Origin, Sourced};
pub use router::{
    Authentication, Enrolment, EspCipher, EspIntegrity, Ikev2Authentication, Ikev2Match, Ikev2Parts,
    Ikev2Pattern, Ikev2Pin, Ikev2Policy, Ikev2Profile, Ikev2Proposal, IsakmpPolicy, Keepalive, LocalVrf,
    OcspResponder, Pin, PinUse, Profile, Protection, ProtectionProfile, RevocationServers, Router,
    RouterError, RouterParts, ServedList, Subnet, TransformSet, Trustpoint, VrfMatch,
};
pub use rule::Rule;
pub use state::{
    IKEV2_TRANSITIONS, IkeVersion, Ikev2Exchange, Ikev2Half, Ikev2Input, Ikev2State, Input, MessageName,
    PacketState, QUICK_MODE_TRANSITIONS, QuickModeInput, QuickModeState, Role, State, TRANSITIONS,
};
pub use tamper::{OutgoingPayload, Tamper};
