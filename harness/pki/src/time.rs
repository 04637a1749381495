//! Instants of the calendar, as certificates and CRLs carry them.

use std::fmt;

use crate::der::{Element, Malformed, tag};

/// An instant of the calendar: seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarTime(i64);

/// An instant as date and time of day, UTC (proleptic Gregorian calendar).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute, 0 to 59.
    pub minute: u8,
    /// The second, 0 to 59.
    pub second: u8,
}

impl CalendarTime {
    /// The instant `seconds` after 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The instant of a date and time of day; `None` if there is no such date or time, or the year is outside 0 to 9999.
    ///
    /// ```
    /// use pki::{CalendarTime, Civil};
    /// let time = Civil { year: 2013, month: 6, day: 17, hour: 13, minute: 25, second: 1 };
    /// assert_eq!(CalendarTime::from_civil(time).map(CalendarTime::unix), Some(1_371_475_501));
    /// ```
    #[must_use]
    #[expect(clippy::arithmetic_side_effects, reason = "the year has four digits, nothing can overflow")]
    pub fn from_civil(civil: Civil) -> Option<Self> {
        let Civil { year, month, day, hour, minute, second } = civil;
        let in_range = (0..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !in_range {
            return None;
        }
        // Days from 0000-03-01 on: with the leap day at the end of a year, months have a fixed pattern.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let day_of_year = (153 * i64::from(month) + 2) / 5 + i64::from(day) - 1;
        let days = 365 * year + leap_days + day_of_year - DAYS_TO_EPOCH;
        Some(Self(((days * 24 + i64::from(hour)) * 60 + i64::from(minute)) * 60 + i64::from(second)))
    }

    /// The date and time of day, UTC.
    #[must_use]
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "seconds are divided by 86400 first, nothing can overflow"
    )]
    pub fn civil(self) -> Civil {
        let second_of_day = self.0.rem_euclid(86_400);
        // The inverse of `from_civil`: 400-year cycles from 0000-03-01 on, then years, then months.
        let days = self.0.div_euclid(86_400) + DAYS_TO_EPOCH;
        let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day_of_year + 2) / 153;
        let small = |value: i64| u8::try_from(value).unwrap_or_default();
        Civil {
            year: cycle * 400 + year + i64::from(month >= 10),
            month: small(if month < 10 { month + 3 } else { month - 9 }),
            day: small(day_of_year - (153 * month + 2) / 5 + 1),
            hour: small(second_of_day / 3_600),
            minute: small(second_of_day / 60 % 60),
            second: small(second_of_day % 60),
        }
    }

    /// Reads a Time (RFC 5280 4.1.2.5): UTCTime or GeneralizedTime, with seconds, in Zulu.
    pub(crate) fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let wrong = |why| Malformed::contents(element.offset, why);
        let digits =
            element.contents.strip_suffix(b"Z").ok_or_else(|| wrong("a time that does not end in Z"))?;
        let (year, rest) = match (element.tag, digits.len()) {
            (tag::UTC_TIME, 12) => {
                // RFC 5280 4.1.2.5.1: 50 to 99 are of the twentieth century.
                let (year, rest) = digits.split_at_checked(2).unwrap_or_default();
                let century = |year: i64| year.saturating_add(if year >= 50 { 1900 } else { 2000 });
                (number(year).map(century), rest)
            }
            (tag::GENERALIZED_TIME, 14) => {
                let (year, rest) = digits.split_at_checked(4).unwrap_or_default();
                (number(year), rest)
            }
            (tag::UTC_TIME | tag::GENERALIZED_TIME, _) => {
                return Err(wrong("a time without seconds or with fractions"));
            }
            _ => return Err(wrong("UTCTime or GeneralizedTime expected")),
        };
        let mut pairs = rest.chunks(2).map(|pair| number(pair).and_then(|number| u8::try_from(number).ok()));
        let mut pair = || pairs.next().flatten();
        (|| {
            let civil = Civil {
                year: year?,
                month: pair()?,
                day: pair()?,
                hour: pair()?,
                minute: pair()?,
                second: pair()?,
            };
            Self::from_civil(civil)
        })()
        .ok_or_else(|| wrong("a time that does not exist"))
    }
}

/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

const fn days_in_month(year: i64, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number that decimal digits stand for.
fn number(digits: &[u8]) -> Option<i64> {
    let plain = digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| plain)?.parse().ok()
}

impl fmt::Display for CalendarTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second } = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
    }
}
