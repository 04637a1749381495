//! The debug output of a router, from events made by hand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]

mod exchanges;
mod families;
mod ikev2;
mod live;
mod reference;
mod refusals;
mod table;
mod world;
