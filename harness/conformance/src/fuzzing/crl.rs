//! Certificate revocation lists: what is read of them lies in them.

use std::collections::{BTreeMap, BTreeSet};

use pki::RevocationList;

use super::certificate::{elements, is_part, signed_fields, written};
use super::name_roundtrip::{assert_within, check_name};

/// A list is kept byte for byte; its parts are parts of it; in what is signed its dates follow its issuer, as they were
/// read; every certificate that it lists is found in it by its number, with its date, and no other. What is refused is
/// refused at a place that exists.
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
    check_name(list.issuer().as_ref(), list.issuer().as_der());
    let updates: Vec<_> = [list.this_update()].into_iter().chain(list.next_update()).collect();
    let issuer = list.issuer().as_der();
    let is_there = |dates: &Vec<u8>| is_part(signed.message, &[issuer, dates].concat());
    assert!(written(&updates).iter().any(is_there), "{list:?} is not of {updates:?}");
    let listed = listed(bytes);
    for (serial, entry) in list.entries() {
        assert_eq!(list.entry(serial), Some(entry));
        let dates = listed.get(serial.contents()).map(Vec::as_slice).unwrap_or_default();
        let is_date = |date: &Vec<u8>| written(&[entry.since]).contains(date);
        assert!(dates.iter().any(is_date), "{list:?}: {serial:?} {entry:?}");
    }
    let serials: BTreeSet<&[u8]> = list.entries().map(|(serial, _)| serial.contents()).collect();
    assert_eq!(serials, listed.into_keys().collect());
    assert_eq!(list, RevocationList::from_der(bytes).expect("it was read before"));
}

/// The numbers of the certificates in a list that is read, each with the dates, in DER, that follow it.
fn listed(der: &[u8]) -> BTreeMap<&[u8], Vec<Vec<u8>>> {
    const UTC_TIME: u8 = 0x17;
    const GENERALIZED_TIME: u8 = 0x18;
    const SEQUENCE: u8 = 0x30;
    let is_time = |(tag, _): &(u8, &[u8])| matches!(*tag, UTC_TIME | GENERALIZED_TIME);
    let mut from_times = signed_fields(der).into_iter().skip_while(|field| !is_time(field));
    let behind_times = from_times.find(|field| !is_time(field)).filter(|(tag, _)| *tag == SEQUENCE);
    let mut listed = BTreeMap::<&[u8], Vec<Vec<u8>>>::new();
    for (_, entry) in behind_times.map(|(_, entries)| elements(entries)).unwrap_or_default() {
        let entry = elements(entry);
        let ((_, serial), (tag, date)) = (entry[0], entry[1]);
        let length = u8::try_from(date.len()).expect("a date is short");
        listed.entry(serial).or_default().push([&[tag, length], date].concat());
    }
    listed
}
