//! The simulated clock: it stands still until somebody moves it.

use std::time::Duration;

use ike::Now;

/// The time of a laboratory. Both routers read the same clock.
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

    /// Moves on to the instant at which the monotonic reading is `monotonic`; never back.
    pub fn advance_to(&mut self, monotonic: Duration) {
        let fraction = Duration::from_nanos(u64::from(self.start.nanoseconds));
        self.elapsed = self.elapsed.max(monotonic.saturating_sub(fraction));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_turns_with_the_fraction_that_the_clock_began_with() {
        let mut clock = Clock::starting_at(Instant { seconds: 100, nanoseconds: 609_000_000 });
        assert_eq!(clock.now().calendar, 100);
        clock.advance_to(clock.now().monotonic + Duration::from_millis(390));
        assert_eq!(clock.now().calendar, 100);
        clock.advance_to(clock.now().monotonic + Duration::from_millis(1));
        assert_eq!(clock.now().calendar, 101);
        assert_eq!(clock.elapsed(), Duration::from_millis(391));
    }

    #[test]
    fn a_clock_never_goes_back() {
        let mut clock = Clock::starting_at(Instant::from_seconds(0));
        clock.advance_to(Duration::from_secs(5));
        clock.advance_to(Duration::from_secs(3));
        assert_eq!(clock.now().monotonic, Duration::from_secs(5));
    }
}
