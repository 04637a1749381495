//! The time before a line, as `service timestamps debug datetime msec` prints it.

use std::fmt;

use ike::Now;
use pki::{CalendarTime, Civil};

/// How the router tells the time in its debug output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClockStyle {
    /// What it thinks of its own clock.
    pub trust: ClockTrust,
    /// Seconds that local time is ahead of UTC: `clock timezone`.
    pub offset: i32,
    /// The name of the time zone, if it is to be printed: `service timestamps ... show-timezone`.
    pub zone: Option<String>,
}

/// How far the router trusts its clock: the mark before the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockTrust {
    /// The clock was never set by a time source: `*`, as in the transcripts of Cisco document 117633.
    #[default]
    NotAuthoritative,
    /// The clock has lost its time source: `.`.
    NotSynchronized,
    /// The clock follows a time source: no mark.
    Authoritative,
}

impl ClockStyle {
    /// The time before a line that is printed at `now`, the colon and the space after it included.
    #[must_use]
    pub fn stamp(&self, now: Now) -> Stamp<'_> {
        Stamp { style: self, now }
    }
}

/// A time before a line.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    style: &'a ClockStyle,
    now: Now,
}

impl fmt::Display for Stamp<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.style.trust {
            ClockTrust::NotAuthoritative => "*",
            ClockTrust::NotSynchronized => ".",
            ClockTrust::Authoritative => "",
        };
        let local = self.now.calendar.saturating_add(i64::from(self.style.offset));
        let Civil { month, day, hour, minute, second, .. } = CalendarTime::from_unix(local).civil();
        let milliseconds = self.now.monotonic.subsec_millis();
        write!(
            out,
            "{mark}{} {day:>2} {hour:02}:{minute:02}:{second:02}.{milliseconds:03}",
            month_name(month)
        )?;
        match &self.style.zone {
            Some(zone) => write!(out, " {zone}: "),
            None => out.write_str(": "),
        }
    }
}

/// An instant as `show` commands and log messages print it: `11:53:58 UTC Jun 1 2025`.
pub(super) struct Instant(pub(super) CalendarTime);

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second } = self.0.civil();
        write!(out, "{hour:02}:{minute:02}:{second:02} UTC {} {day} {year}", month_name(month))
    }
}

/// The name of a month, 1 to 12.
fn month_name(month: u8) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[usize::from(month.clamp(1, 12) - 1)]
}
