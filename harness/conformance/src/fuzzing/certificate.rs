//! Certificates: what is read of them lies in them.

use pki::{CalendarTime, Certificate, Civil};

use super::name_roundtrip::{assert_within, check_name};

/// A certificate is kept byte for byte; its parts are parts of it; its number is the one in it; its names are names; in what
/// is signed stand one behind the other issuer, the two dates and subject, as they were read. What is refused is refused at
/// a place that exists.
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
    let serial = signed_fields(bytes).into_iter().find(|(tag, _)| *tag == INTEGER);
    assert_eq!(serial, Some((INTEGER, certificate.serial().contents())));
    let validity = certificate.validity();
    let [issuer, subject] = [certificate.issuer().as_der(), certificate.subject().as_der()];
    let is_there = written(&[validity.not_before, validity.not_after]).iter().any(|times| {
        let sequence = [0x30, u8::try_from(times.len()).expect("two times are short")];
        is_part(signed.message, &[issuer, &sequence, times, subject].concat())
    });
    assert!(is_there, "{certificate:?} is not valid in {validity:?}");
    assert_eq!(certificate, Certificate::from_der(bytes).expect("it was read before"));
}

/// The tag of an INTEGER.
const INTEGER: u8 = 2;

/// The tags and contents of the fields that are signed, of a certificate or a list that is read.
pub(super) fn signed_fields(der: &[u8]) -> Vec<(u8, &[u8])> {
    elements(elements(elements(der)[0].1)[0].1)
}

/// The tags and contents of elements one behind the other, in DER that is read.
pub(super) fn elements(mut der: &[u8]) -> Vec<(u8, &[u8])> {
    let mut elements = Vec::new();
    while let Some((&[tag, first], behind)) = der.split_first_chunk() {
        let (octets, behind) = behind.split_at(first.saturating_sub(0x80).into());
        let length = match first {
            0..0x80 => usize::from(first),
            _ => octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)),
        };
        let (contents, rest) = behind.split_at(length);
        elements.push((tag, contents));
        der = rest;
    }
    elements
}

pub(super) fn is_part(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len().max(1)).any(|window| window == part)
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
