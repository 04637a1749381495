//! What the benches share: comparing ours with a peer in one run, and routers to measure with.
//!
//! A time by itself says little about code: it changes with the machine and with what else runs there. So each bench
//! measures ours and a peer with the same input, one after the other, and the ratio of the two is the figure to follow.

mod comparison;
mod routers;

pub use comparison::Comparisons;
pub use routers::{authority_name, enrolled_router};
