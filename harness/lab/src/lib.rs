//! The world that routers are put into.
