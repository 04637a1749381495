//! Distinguished names: their DER, their text, and how they compare.

use pki::{Malformed, Name, NameRef};

use super::assert_offset;

/// Bytes that are a name are kept as they are; the name prints; the text of a printed name reads as a name that prints
/// the same, is the same name and has the same hash. Bytes that are text are a name's text, or are refused at a place in it.
///
/// # Panics
/// If any of that does not hold.
pub fn name_roundtrip(bytes: &[u8]) {
    let hashed = NameRef::from_der(bytes).map(|name| (name, name.matching_hash()));
    assert_eq!(NameRef::from_der_with_hash(bytes), hashed, "in one pass and in two");
    match NameRef::from_der(bytes) {
        Ok(name) => check_name(name, bytes),
        Err(error) => assert_within(&error, bytes),
    }
    if let Ok(text) = str::from_utf8(bytes) {
        check_text(text);
    }
}

pub(super) fn assert_within(error: &Malformed, bytes: &[u8]) {
    assert_offset(error.offset, bytes.len());
    assert!(!error.to_string().is_empty());
}

/// What holds for a name whose DER is `der`.
pub(super) fn check_name(name: NameRef<'_>, der: &[u8]) {
    let owned = name.to_name();
    assert_eq!(owned.as_der(), der);
    assert_eq!(name.is_empty(), owned.is_empty());
    let printed = owned.to_string();
    assert_eq!(name.ios_lines().join(","), printed);
    assert!(owned.matches(&owned));
    let read = Name::from_ios_text(&printed).expect("what was printed can be read");
    assert!(owned.matches(&read) && read.matches(&owned), "{printed:?} {der:02x?}");
    assert_eq!(name.matching_hash(), read.as_ref().matching_hash(), "{printed:?} {der:02x?}");
    // What is read is written in the order of DER, in which a peer's sets need not be.
    let sorted = |name: NameRef<'_>| {
        let mut names = name.ios_attributes();
        names.iter_mut().for_each(|attributes| attributes.sort());
        names
    };
    assert_eq!(sorted(name), sorted(read.as_ref()), "{der:02x?}");
}

fn check_text(text: &str) {
    match Name::from_ios_text(text) {
        Err(error) => {
            assert_offset(error.offset, text.len());
            assert!(text.is_char_boundary(error.offset));
        }
        Ok(name) => {
            let der = name.as_der();
            let again = NameRef::from_der(der).expect("what was written can be read");
            let printed = again.to_string();
            let second = Name::from_ios_text(&printed).expect("what was printed can be read");
            assert_eq!(second.as_der(), der, "{text:?} {printed:?}");
        }
    }
}
