//! `--at`: a moment, as the user writes it.

use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use lab::clock::Instant;
use pki::{CalendarTime, Civil};

/// Reads `now`, or a date and time with its offset from UTC (RFC 3339): `2013-06-20T13:00:37+01:00`.
pub fn parse(text: &str) -> Result<Instant, String> {
    if text == "now" {
        return Ok(now());
    }
    rfc3339(text).ok_or_else(|| {
        "expected `now`, or date, time and offset, such as 2013-06-20T13:00:37+01:00".to_owned()
    })
}

/// What this machine's clock shows; 1970 if it shows an earlier time.
pub fn now() -> Instant {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant { seconds: i64::try_from(now.as_secs()).unwrap_or(i64::MAX), nanoseconds: now.subsec_nanos() }
}

fn rfc3339(text: &str) -> Option<Instant> {
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, rest) = rest.split_at_checked(8)?;
    let (fraction, offset) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.find(|character: char| !character.is_ascii_digit())?),
        None => ("", rest),
    };
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time, ':')?;
    let small = |number: i64| u8::try_from(number).ok();
    let civil = Civil {
        year,
        month: small(month)?,
        day: small(day)?,
        hour: small(hour)?,
        minute: small(minute)?,
        second: small(second)?,
    };
    let local = CalendarTime::from_civil(civil)?.unix();
    Some(Instant { seconds: local - seconds_ahead(offset)?, nanoseconds: nanoseconds(fraction)? })
}

/// Three numbers with `separator` between them.
fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut parts = text.split(separator).map(digits);
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| i64::from_str(text).ok()).flatten()
}

/// How far the clocks at this offset are ahead of UTC.
fn seconds_ahead(offset: &str) -> Option<i64> {
    if offset.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match offset.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// The nanoseconds that the digits behind the point stand for.
fn nanoseconds(fraction: &str) -> Option<u32> {
    let nine: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    nine.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_the_same_in_every_time_zone() {
        let reference = Instant { seconds: 1_371_729_637, nanoseconds: 0 };
        for text in ["2013-06-20T12:00:37Z", "2013-06-20 13:00:37+01:00", "2013-06-20T08:30:37-03:30"] {
            assert_eq!(parse(text), Ok(reference), "{text}");
        }
        assert_eq!(parse("2013-06-20T12:00:37.609Z").map(|moment| moment.nanoseconds), Ok(609_000_000));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2013-06-20",
            "2013-06-20T12:00:37",
            "2013-02-30T12:00:00Z",
            "2013-06-20T12:00:37+1",
            "20é3-06-20T12:00:37Z",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
