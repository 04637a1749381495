//! What the benches share: measuring ours and its peers in one run, and what to measure with.
//!
//! A time by itself says little about code: it changes with the machine and with what else runs there. So each bench
//! measures ours and its peers with the same input, one after the other, and the ratio of the two is the figure to follow.
//! What each has to work with is here, the benches themselves are in `ratios/`; the instruction counts of `instructions.rs`
//! are taken of the same work.

pub mod matching;
mod measuring;
pub mod messages;
pub mod negotiations;
pub mod reading;
mod report;
mod routers;
pub mod walking;

pub use measuring::{Bench, Measuring, OURS};
pub use routers::{authority_name, enrolled_router};
