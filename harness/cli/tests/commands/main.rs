//! The command from end to end: what a user types, what is printed, with which exit status.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

mod captures;
mod check;
mod conform;
mod corpus;
mod decode;
mod decode_ikev2;
mod explain;
mod explore;
mod ikev2_captures;
mod lab;
mod live;
mod mistakes;
mod secrets;
mod several;
mod show;
mod trace;
mod usage;
