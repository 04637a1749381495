//! The world that routers are put into.

pub mod keys;
