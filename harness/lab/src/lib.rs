//! The world that routers are put into.
//!
//! A [`scenario`] holds two routers' texts and what the laboratory adds to them; `ios` reads the texts; [`complete`] makes
//! whole routers of what was read, with [`certificates`] over [`keys`] where the texts hold none; [`negotiation`] joins
//! them by a [`link`] under a [`clock`] and runs them to the end; [`verdict`] reads from the events what came of it and
//! why; [`advice`] says what to change, and has tried it. [`sites`] finds the pairs among several routers. [`capture`] writes
//! what was sent to a file, [`decode`] reads files of packets from anywhere. Nothing here
//! opens a socket, and the same input gives the same bytes on every machine.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod advice;
pub mod capture;
pub mod certificates;
pub mod clock;
pub mod complete;
pub mod decode;
pub mod decryption_table;
pub mod faults;
pub mod keys;
pub mod link;
pub mod negotiation;
pub mod scenario;
pub mod side;
pub mod sites;
pub mod verdict;
