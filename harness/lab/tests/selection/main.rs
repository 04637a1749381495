//! The choice of certificates and profiles in IKEv1, rule by rule (`harness/model/RULES.md`), and its scenarios with fixed
//! outcomes. Routers are put together in code: which texts lead to which routers is not tested here.
//!
//! IOSCA1 is a trustpoint of CA1 and so on. "R1 shows 2, 1" says in which order a router lists its own certificates.

#![allow(clippy::unwrap_used, clippy::panic)]

mod identity;
mod order;
mod outcomes;
mod profiles;
mod properties;
mod requests;
#[path = "../routers/mod.rs"]
mod routers;
mod signing;
mod support;
mod validation;
