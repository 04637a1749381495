//! The world that routers are put into.

pub mod certificates;
pub mod keys;
