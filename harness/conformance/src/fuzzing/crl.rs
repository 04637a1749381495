//! Certificate revocation lists: what is read of them lies in them.

use pki::{CalendarTime, RevocationList};

use super::certificate::{integer, is_part, written};
use super::name_roundtrip::{assert_within, check_name};

/// A list is kept byte for byte; its parts are parts of it; in what is signed its dates follow its issuer, as they were
/// read, and of each certificate that it lists the date follows the number. What is refused is refused at a place that
/// exists.
///
/// # Panics
/// If any of that does not hold.
pub fn crl(bytes: &[u8]) {
    let list = match RevocationList::from_der(bytes) {
        Ok(list) => list,
        Err(error) => return assert_within(&error, bytes),
    };
    assert_eq!(list.as_der(), bytes);
    let signed = list.signed();
    assert!(is_part(bytes, signed.message));
    let is_behind = |before: &[u8], times: &[CalendarTime]| {
        written(times).iter().any(|times| is_part(signed.message, &[before, times].concat()))
    };
    check_name(list.issuer().as_ref(), list.issuer().as_der());
    let updates: Vec<_> = [list.this_update()].into_iter().chain(list.next_update()).collect();
    assert!(is_behind(list.issuer().as_der(), &updates), "{list:?} is not of {updates:?}");
    for (serial, entry) in list.entries() {
        assert!(is_behind(&integer(serial), &[entry.since]), "{list:?}: {serial:?} {entry:?}");
    }
    assert_eq!(list, RevocationList::from_der(bytes).expect("it was read before"));
}
