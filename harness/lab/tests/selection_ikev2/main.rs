//! The choices of IKEv2 as functions: expected values are worked out from the rules.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../routers/mod.rs"]
mod routers;

mod certificate_maps;
mod profiles;
mod requests;
mod signing;

use ike::{Ikev2ProfileId, Router, RouterParts, TrustpointId};

fn made(parts: RouterParts) -> Router {
    Router::new(parts).unwrap()
}

fn profile_id(index: usize) -> Ikev2ProfileId {
    Ikev2ProfileId::from_index(index).unwrap()
}

/// Trustpoints by their numbers, counted from 1.
fn numbers(ids: impl IntoIterator<Item = TrustpointId>) -> Vec<usize> {
    ids.into_iter().map(|id| id.index() + 1).collect()
}
