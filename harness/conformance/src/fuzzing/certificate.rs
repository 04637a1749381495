//! Certificates: what is read of them lies in them.

use pki::{CalendarTime, Certificate, Civil, SerialNumber};

use super::name_roundtrip::{assert_within, check_name};

/// A certificate is kept byte for byte; its parts are parts of it; its names are names; in what is signed stand its number,
/// and one behind the other issuer, the two dates and subject, as they were read. What is refused is refused at a place
/// that exists.
///
/// # Panics
/// If any of that does not hold.
pub fn certificate(bytes: &[u8]) {
    let certificate = match Certificate::from_der(bytes) {
        Ok(certificate) => certificate,
        Err(error) => return assert_within(&error, bytes),
    };
    assert_eq!(certificate.as_der(), bytes);
    let signed = certificate.signed();
    assert_eq!(signed.der, bytes);
    for part in [signed.message, signed.signature, certificate.public_key().as_der()] {
        assert!(part.is_empty() || is_part(bytes, part));
    }
    for name in [certificate.subject(), certificate.issuer()] {
        check_name(name.as_ref(), name.as_der());
    }
    assert!(is_part(signed.message, &integer(certificate.serial())));
    let validity = certificate.validity();
    let [issuer, subject] = [certificate.issuer().as_der(), certificate.subject().as_der()];
    let is_there = written(&[validity.not_before, validity.not_after]).iter().any(|times| {
        let sequence = [0x30, u8::try_from(times.len()).expect("two times are short")];
        is_part(signed.message, &[issuer, &sequence, times, subject].concat())
    });
    assert!(is_there, "{certificate:?} is not valid in {validity:?}");
    assert_eq!(certificate, Certificate::from_der(bytes).expect("it was read before"));
}

pub(super) fn is_part(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len().max(1)).any(|window| window == part)
}

/// The number as INTEGER, or just its contents if they are so many that the length takes several octets.
pub(super) fn integer(number: &SerialNumber) -> Vec<u8> {
    let contents = number.contents();
    match u8::try_from(contents.len()) {
        Ok(length @ 0..0x80) => [&[2, length], contents].concat(),
        _ => contents.to_vec(),
    }
}

/// The ways to write times one behind the other: each as UTCTime, where that can hold it, or as GeneralizedTime
/// (RFC 5280 4.1.2.5).
pub(super) fn written(times: &[CalendarTime]) -> Vec<Vec<u8>> {
    let mut ways = vec![Vec::new()];
    for &time in times {
        let encodings = encodings(time);
        let longer =
            |way: Vec<u8>| encodings.iter().map(move |time| [way.as_slice(), time.as_bytes()].concat());
        ways = ways.into_iter().flat_map(longer).collect();
    }
    ways
}

fn encodings(time: CalendarTime) -> Vec<String> {
    let civil = time.civil();
    assert_eq!(CalendarTime::from_civil(civil), Some(time));
    let Civil { year, month, day, hour, minute, second } = civil;
    let rest = format!("{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
    let of_two_digits = (1950..2050).contains(&year).then(|| format!("\x17\x0d{:02}{rest}", year % 100));
    of_two_digits.into_iter().chain([format!("\x18\x0f{year:04}{rest}")]).collect()
}
