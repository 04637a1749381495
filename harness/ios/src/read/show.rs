//! What `show` commands print.

pub(super) mod certificates;
pub(super) mod clock;
pub(super) mod pem;
pub(super) mod trustpoints;
pub(super) mod version;
