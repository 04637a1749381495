//! Clock readings as IOS prints them: local time with the name of a zone.

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
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    zone: String,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const SECONDS_PER_DAY: i64 = 86_400;

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
        let time = time.trim_start_matches(['*', '.']);
        let mut parts = time.split(':');
        let hour = parts.next()?.parse().ok().filter(|hour| *hour < 24)?;
        let minute = parts.next()?.parse().ok().filter(|minute| *minute < 60)?;
        let second = parts.next()?.split('.').next()?.parse().ok().filter(|second| *second < 60)?;
        if parts.next().is_some() {
            return None;
        }
        let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
        let month = u8::try_from(month).ok()? + 1;
        let year = year.parse().ok().filter(|year| (1900..=9999).contains(year))?;
        let day = day.parse().ok().filter(|day| (1..=days_in_month(year, month)).contains(day))?;
        Some(Self { year, month, day, hour, minute, second, zone: (*zone).to_owned() })
    }

    /// The name of the time zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Seconds since 1970-01-01 00:00:00 UTC, if the zone is `offset` minutes ahead of UTC.
    #[must_use]
    pub fn unix_seconds(&self, offset: i32) -> i64 {
        let time = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        days_since_epoch(self.year, self.month, self.day) * SECONDS_PER_DAY + time - i64::from(offset) * 60
    }
}

const fn is_leap_year(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; negative before it.
fn days_since_epoch(year: u16, month: u8, day: u8) -> i64 {
    let years_before = i64::from(year) - 1;
    let leap_days = years_before / 4 - years_before / 100 + years_before / 400;
    // 719162 days lie between 0001-01-01 and 1970-01-01.
    let before_year = years_before * 365 + leap_days - 719_162;
    let before_month: i64 = (1..month).map(|month| i64::from(days_in_month(year, month))).sum();
    before_year + before_month + i64::from(day) - 1
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
