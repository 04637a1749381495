//! The time that a caller hands in. Nothing in this crate reads a clock.

use std::time::Duration;

/// One instant on both clocks: the monotonic one for timers, the calendar one for certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now {
    /// Time since an arbitrary start; never goes back between two calls to the same endpoint.
    pub monotonic: Duration,
    /// Seconds since 1970-01-01 00:00:00 UTC.
    pub calendar: i64,
}

impl Now {
    /// The same world `later` than this.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        let seconds = (self.monotonic + later).as_secs() - self.monotonic.as_secs();
        Self { monotonic: self.monotonic + later, calendar: self.calendar.saturating_add_unsigned(seconds) }
    }
}
