//! The reference model: what must happen when two routers negotiate, from the rules alone.
//!
//! A [`Negotiation`] is two routers and what surrounds them, reduced to what the outcome depends on. It is read in two
//! ways, side by side:
//!
//! - [`ios::predict`] says what Cisco IOS does, by the rules of `RULES.md` ([`RULES`]): one [`Prediction`];
//! - [`rfc::read`] says what RFC 4945 and RFC 7296 let happen: the possible outcomes, each with the requirements that
//!   allow it or forbid it, or with the texts that conflict.
//!
//! The model judges the engine, so it shares no code with it and imports nothing of the workspace. There are no bytes
//! here, no time, no link and no names: CAs, trustpoints, profiles and certificate maps are small numbers, and whoever
//! wants names keeps them in a table of their own. Each function is one family of rules and cites them.

mod few;
pub mod ios;
mod matching;
mod negotiation;
mod pkix;
mod prediction;
pub mod rfc;
mod router;
mod rule;
mod space;
mod tables;
mod world;

pub use few::{Few, Set};
pub use negotiation::{Common, Negotiation, Pair, Role, Traffic, Version};
pub use prediction::{
    Binding, Choice, DecidedBy, Failure, Message, Outcome, Prediction, Reason, Request, Requests,
};
pub use router::{
    Certificate, CertificateMap, DomainName, Enrolment, Identity, LocalIdentity, Match, Method, Pin, PinUse,
    Profile, ProfileId, Router, Trustpoint, TrustpointId, TrustpointSet, Tunnel, Unable,
};
pub use rule::{By, Rule, RuleSet};
pub use space::Space;
pub use world::{
    Authority, BuiltIn, Ca, CaCertificate, CaCertificateId, Condition, Crl, Defect, Hash, Instant, Name,
    Ocsp, Validity, World, X509Version,
};

/// Every rule with its id, text, status and source, as Markdown; `conformance::rules` reads it.
pub const RULES: &str = include_str!("../RULES.md");
