//! Certificate revocation lists: what is read of them lies in them.

use pki::RevocationList;

use super::certificate::{check_time, is_part};
use super::name_roundtrip::{assert_within, check_name};

/// A list is kept byte for byte; its parts are parts of it; every certificate that it lists is found in it by its number.
/// What is refused is refused at a place that exists.
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
    assert!(is_part(signed.message, list.issuer().as_der()));
    check_name(list.issuer().as_ref(), list.issuer().as_der());
    check_time(list.this_update());
    list.next_update().into_iter().for_each(check_time);
    for (serial, entry) in list.entries() {
        assert_eq!(list.entry(serial), Some(entry));
        assert!(is_part(signed.message, serial.contents()));
        check_time(entry.since);
    }
    assert_eq!(list, RevocationList::from_der(bytes).expect("it was read before"));
}
