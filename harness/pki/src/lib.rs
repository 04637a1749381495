//! Names, certificates and CRLs: reading them, and judging chains of them.
//!
//! [`Name`], [`Certificate`] and [`RevocationList`] keep the bytes that they were read from; [`validate`] says which
//! trust anchor a chain ends at, or why at none. Signatures are judged by whoever implements [`IssuerSignatures`]; nothing
//! here reads a clock, a file or the network, and no input makes anything here panic or work without bound.
//!
//! Not here: which requests go out and which certificate answers them (`ike`), making certificates (`lab`), the texts
//! of IOS around names (`ios`).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)
)]

mod certificate;
mod der;
mod extensions;
mod name;
mod oid;
mod remembering;
mod revocation_list;
mod signatures;
mod time;
mod validation;

pub use certificate::{Certificate, KeyKind, PublicKey, SerialNumber, Validity, Version};
pub use der::{Malformation, Malformed};
pub use extensions::{
    BasicConstraints, Extensions, GeneralName, KeyPurpose, KeyUsage, NameConstraints, Subtree,
};
pub use name::{Name, NameRef, NameTextError, NameTextProblem};
pub use oid::Oid;
pub use remembering::Remembering;
pub use revocation_list::{RevocationList, RevokedEntry};
pub use signatures::{IssuerSignatures, SignatureAlgorithm, SignatureProblem, Signed, SignedKind};
pub use time::{CalendarTime, Civil};
pub use validation::{
    Accepted, Anchor, Anchors, Authority, Limits, OcspAnswer, Policy, Refusal, RefusalReason,
    RevocationMethod, RevocationSource, Setting, validate,
};
