//! The command from end to end: what a user types, what is printed, with which exit status.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

mod captures;
mod check;
mod decode;
mod explain;
mod lab;
mod live;
mod mistakes;
mod secrets;
mod several;
mod trace;
mod usage;
