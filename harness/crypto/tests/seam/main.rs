//! The crate as its callers see it: published vectors for the real implementation, and for the simulated one the
//! properties that make it a substitute.

#![allow(clippy::unwrap_used, clippy::panic)]

mod aead;
mod agreement;
mod ciphers;
mod hashes;
mod random;
mod schemes;
mod signatures;
mod simulated;
mod support;
