//! The simulated clock: it stands still until somebody moves it.

use std::time::Duration;

use ike::Now;

/// A clock of a laboratory. Each router has its own: they run at the same speed, and may show different times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    start: Instant,
    elapsed: Duration,
}

/// A moment of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    pub seconds: i64,
    /// Nanoseconds after that second, below 1,000,000,000.
    pub nanoseconds: u32,
}

impl Instant {
    /// The start of a second.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self { seconds, nanoseconds: 0 }
    }
}

impl Clock {
    /// A clock that shows `start`.
    ///
    /// Its monotonic reading begins with the fraction of that second, so that the two readings turn together.
    #[must_use]
    pub const fn starting_at(start: Instant) -> Self {
        Self { start, elapsed: Duration::ZERO }
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Now {
        let monotonic = self.elapsed + Duration::from_nanos(u64::from(self.start.nanoseconds));
        Now { monotonic, calendar: self.start.seconds.saturating_add_unsigned(monotonic.as_secs()) }
    }

    /// How long it has run.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How long it has run when its monotonic reading is `monotonic`.
    #[must_use]
    pub fn elapsed_at(&self, monotonic: Duration) -> Duration {
        monotonic.saturating_sub(Duration::from_nanos(u64::from(self.start.nanoseconds)))
    }

    /// Moves on to where it has run for `elapsed`; never back.
    pub fn advance_to(&mut self, elapsed: Duration) {
        self.elapsed = self.elapsed.max(elapsed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_turns_with_the_fraction_that_the_clock_began_with() {
        let mut clock = Clock::starting_at(Instant { seconds: 100, nanoseconds: 609_000_000 });
        assert_eq!(clock.now().calendar, 100);
        clock.advance_to(Duration::from_millis(390));
        assert_eq!(clock.now().calendar, 100);
        clock.advance_to(Duration::from_millis(391));
        assert_eq!(clock.now().calendar, 101);
        assert_eq!(clock.elapsed_at(clock.now().monotonic), Duration::from_millis(391));
    }

    #[test]
    fn a_clock_never_goes_back() {
        let mut clock = Clock::starting_at(Instant::from_seconds(0));
        clock.advance_to(Duration::from_secs(5));
        clock.advance_to(Duration::from_secs(3));
        assert_eq!(clock.now().monotonic, Duration::from_secs(5));
    }
}
