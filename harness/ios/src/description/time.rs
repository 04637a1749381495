//! Clock readings as IOS prints them: local time with the name of a zone.

use pki::{CalendarTime, Civil};

/// `clock timezone NAME HOURS [MINUTES]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone {
    /// The name that stands in clock readings.
    pub name: String,
    /// Minutes ahead of UTC.
    pub offset: i32,
}

/// `clock summer-time NAME ...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummerTime {
    /// The name that stands in clock readings while it is summer.
    pub name: String,
    /// Minutes ahead of the time zone; 60 unless configured.
    pub shift: i32,
}

/// A clock reading such as `13:25:01 CET Jun 17 2013`. Always a date that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockTime {
    /// The instant, if the zone were UTC.
    local: CalendarTime,
    zone: String,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl ClockTime {
    /// Reads `13:25:01 CET Jun 17 2013`; the seconds may have a fraction, which is dropped, and a day of the week may
    /// stand before the month, as `show clock` prints them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (time, zone, month, day, year) = match words.as_slice() {
            [time, zone, month, day, year] | [time, zone, _, month, day, year] => {
                (time, zone, month, day, year)
            }
            _ => return None,
        };
        // `*` and `.` tell that the clock is not synchronized.
        let parts: Vec<&str> = time.trim_start_matches(['*', '.']).split(':').collect();
        let [hour, minute, second] = parts.as_slice() else { return None };
        let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
        let local = CalendarTime::from_civil(Civil {
            year: year.parse().ok()?,
            month: u8::try_from(month + 1).ok()?,
            day: day.parse().ok()?,
            hour: hour.parse().ok()?,
            minute: minute.parse().ok()?,
            second: second.split('.').next()?.parse().ok()?,
        })?;
        Some(Self { local, zone: (*zone).to_owned() })
    }

    /// The name of the time zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Seconds since 1970-01-01 00:00:00 UTC, if the zone is `offset` minutes ahead of UTC.
    #[must_use]
    pub const fn unix_seconds(&self, offset: i32) -> i64 {
        self.local.unix() - offset as i64 * 60
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str, offset: i32) -> i64 {
        ClockTime::parse(text).unwrap().unix_seconds(offset)
    }

    #[test]
    fn a_reading_is_counted_from_the_epoch() {
        // `date -u -d '2013-06-17 13:25:01 +0100' +%s` and so on.
        assert_eq!(seconds("13:25:01 CET Jun 17 2013", 60), 1_371_471_901);
        assert_eq!(seconds("00:00:00 UTC Jan 1 1970", 0), 0);
        assert_eq!(seconds("*23:59:59.999 UTC Sat Feb 29 2020", 0), 1_583_020_799);
        assert_eq!(seconds("00:49:28 IST May 27 2099", 330), 4_083_506_368);
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused() {
        for text in
            ["24:00:00 UTC Jan 1 2020", "00:00:00 UTC Feb 29 2019", "00:00:00 UTC Foo 1 2019", "12:00 UTC"]
        {
            assert_eq!(ClockTime::parse(text), None, "{text}");
        }
    }
}
