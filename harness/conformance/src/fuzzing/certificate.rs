//! Certificates: what is read of them lies in them.

use crypto::{HashAlgorithm, Simulated};
use pki::{CalendarTime, Certificate};

use super::name_roundtrip::{assert_within, check_name};

/// A certificate is kept byte for byte; its parts are parts of it; its names are names; a civil date is the instant it
/// was read from; what is printed of it is not empty. What is refused is refused at a place that exists.
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
        assert!(is_part(bytes, name.as_der()));
        check_name(name.as_ref(), name.as_der());
    }
    assert!(is_part(signed.message, certificate.serial().contents()));
    let validity = certificate.validity();
    [validity.not_before, validity.not_after].into_iter().for_each(check_time);
    let self_issued = certificate.subject().matches(certificate.issuer());
    assert_eq!(certificate.is_self_issued(), self_issued);
    assert_eq!(certificate, Certificate::from_der(bytes).expect("it was read before"));
    assert_eq!(certificate.public_key().request_hash(&Simulated).len(), 20);
    assert_eq!(certificate.fingerprint(&Simulated, HashAlgorithm::Md5).len(), 16);
    assert!(!format!("{certificate:?}{:?}", certificate.extensions()).is_empty());
}

pub(super) fn is_part(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len().max(1)).any(|window| window == part)
}

pub(super) fn check_time(time: CalendarTime) {
    assert_eq!(CalendarTime::from_civil(time.civil()), Some(time));
    assert!(!time.to_string().is_empty());
}
