//! The IKE endpoint, sans IO: exchanges, protection, certificate and profile selection.
//!
//! Nothing here opens a socket, reads a clock or a file, or draws unseeded randomness; nothing here sees text.

mod origin;

pub use origin::{Origin, Sourced};
