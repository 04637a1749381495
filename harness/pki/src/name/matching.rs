//! Comparison of names by RFC 5280 7.1.

use std::char::ToLowercase;
use std::collections::BTreeSet;

use super::digest;
use super::{Attribute, NameRef, Rdn};
use crate::der::{self, Malformed, tag};
use crate::oid;

/// The most attributes of one relative distinguished name that are compared each with each; above that they are sorted, so
/// that a hostile name cannot cost the square of its length.
const LARGEST_SET: usize = 16;

impl<'a> NameRef<'a> {
    /// Whether both are the same name by RFC 5280 7.1: the same relative distinguished names in the same order, each a
    /// set of attributes that match.
    ///
    /// Values of all string types match if their characters do, without regard to case and to white space at the ends
    /// and repeated inside; so the same text as PrintableString and as UTF8String is one value. Values of other types
    /// have to be equal byte for byte. Of the string preparation of RFC 4518 three things are not done, and texts that differ
    /// only in them do not match: the normalization to Unicode form KC, the folding of case beyond lower case (as of ß and
    /// SS), and the dropping of characters that are neither seen nor control characters (as U+200B; U+00AD is dropped).
    #[must_use]
    pub fn matches(self, other: NameRef<'_>) -> bool {
        if self == other {
            return true;
        }
        let (mut ours, mut theirs) = (self.rdns(), other.rdns());
        loop {
            let (mut next_of_ours, mut next_of_theirs) = (ours.clone(), theirs.clone());
            let same = match (next_of_ours.take_one(), next_of_theirs.take_one()) {
                (Some(our_one), Some(their_one)) => {
                    (ours, theirs) = (next_of_ours, next_of_theirs);
                    our_one.matches(their_one)
                }
                _ => match (ours.next(), theirs.next()) {
                    (None, None) => return true,
                    (Some(ours), Some(theirs)) => ours.matches(theirs),
                    _ => false,
                },
            };
            if !same {
                return false;
            }
        }
    }

    /// Reads a name that fills `der`, and its [hash](Self::matching_hash): in one pass where each set has one attribute, as
    /// nearly always.
    ///
    /// # Errors
    /// Those of [`Self::from_der`].
    pub fn from_der_with_hash(der: &'a [u8]) -> Result<(Self, u64), Malformed> {
        let in_two_passes = || Self::from_der(der).map(|name| (name, name.matching_hash()));
        let mut rdns = der::only(der, tag::SEQUENCE, "a Name (SEQUENCE)")?.reader();
        let mut hash = digest::BEGIN;
        while let Some(attribute) = Attribute::read_alone(&mut rdns) {
            if !oid::is_identifier(attribute.oid) {
                return in_two_passes();
            }
            hash = digest::step(hash, attribute.matching_hash());
        }
        if rdns.is_empty() { Ok((Self(der), hash)) } else { in_two_passes() }
    }

    /// A hash that names share if they [match](Self::matches), for tables of names.
    ///
    /// It is not keyed: a table that holds names of strangers has to bear that many have the same hash.
    #[must_use]
    pub fn matching_hash(self) -> u64 {
        let (mut rdns, mut digest) = (self.rdns(), digest::BEGIN);
        loop {
            let hash = match rdns.take_one() {
                Some(attribute) => attribute.matching_hash(),
                None => match rdns.next() {
                    Some(rdn) => rdn.matching_hash(),
                    None => return digest,
                },
            };
            digest = digest::step(digest, hash);
        }
    }

    /// Whether this name lies in the subtree below `base`: its first relative distinguished names match all of those
    /// (RFC 5280 7.1, the comparison of name constraints).
    #[must_use]
    pub fn is_within(self, base: NameRef<'_>) -> bool {
        let mut ours = self.rdns();
        base.rdns().all(|theirs| ours.next().is_some_and(|ours| ours.matches(theirs)))
    }
}

impl<'a> Rdn<'a> {
    fn matches(self, other: Rdn<'_>) -> bool {
        match (self, other) {
            (Self::One(ours), Rdn::One(theirs)) => ours.matches(theirs),
            (Self::Several(ours), Rdn::Several(theirs)) => {
                ours.contents == theirs.contents || self.matches_as_set(other)
            }
            _ => false,
        }
    }

    fn matches_as_set(self, other: Rdn<'_>) -> bool {
        let size = self.attributes().count();
        if size != other.attributes().count() {
            return false;
        }
        if size > LARGEST_SET {
            return self.set() == other.set();
        }
        self.attributes().all(|ours| other.attributes().any(|theirs| ours.matches(theirs)))
            && other.attributes().all(|theirs| self.attributes().any(|ours| ours.matches(theirs)))
    }

    /// Its attributes, each in the form in which those that match are equal.
    fn set(self) -> BTreeSet<(&'a [u8], Comparable<'a>)> {
        let comparable = |attribute: Attribute<'a>| match attribute.characters() {
            Some(characters) => Comparable::Text(Prepared::new(characters).collect()),
            None => Comparable::Encoding(attribute.value.whole),
        };
        self.attributes().map(|attribute| (attribute.oid, comparable(attribute))).collect()
    }

    /// A hash that sets share if they match: neither order nor repetition counts.
    fn matching_hash(self) -> u64 {
        match self {
            Self::One(attribute) => attribute.matching_hash(),
            Self::Several(_) => {
                let hashes = self.attributes().map(Attribute::matching_hash);
                let (least, most) =
                    hashes.fold((u64::MAX, 0), |(least, most), hash| (hash.min(least), hash.max(most)));
                digest::step(least, most)
            }
        }
    }
}

/// A value in the form in which those that match are equal.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Comparable<'a> {
    Text(String),
    Encoding(&'a [u8]),
}

impl<'a> Attribute<'a> {
    fn matches(self, other: Attribute<'_>) -> bool {
        self.oid == other.oid && (self.matches_as_text(other) || self.value.whole == other.value.whole)
    }

    fn matches_as_text(self, other: Attribute<'_>) -> bool {
        let (ours, theirs) = (self.value.contents, other.value.contents);
        // The same ASCII but for case is prepared alike, whatever there is to prepare in it.
        let are_texts = self.is_text() && other.is_text();
        if are_texts && ours.is_ascii() && (ours == theirs || ours.eq_ignore_ascii_case(theirs)) {
            return true;
        }
        match (self.characters(), other.characters()) {
            (Some(ours), Some(theirs)) => Prepared::new(ours).eq(Prepared::new(theirs)),
            _ => false,
        }
    }

    /// A hash that attributes share if they match.
    #[inline(always)]
    fn matching_hash(self) -> u64 {
        let plain = if self.is_text() { digest::of_plain(self.value.contents) } else { None };
        // Types of attributes differ in their last arc.
        let last_arc = u64::from(self.oid.last().copied().unwrap_or_default());
        digest::step(last_arc, plain.unwrap_or_else(|| self.prepared_hash()))
    }

    /// A hash that values share if they match.
    #[cold]
    fn prepared_hash(self) -> u64 {
        let Some(characters) = self.characters() else { return digest::of_bytes(self.value.whole) };
        digest::of_prepared(Prepared::new(characters).flat_map(|next| {
            let mut bytes = [0; 4];
            let length = next.encode_utf8(&mut bytes).len();
            bytes.into_iter().take(length)
        }))
    }

    /// Whether it is a string whose ASCII characters are one byte each.
    fn is_text(self) -> bool {
        matches!(
            self.value.tag,
            tag::UTF8_STRING
                | tag::PRINTABLE_STRING
                | tag::IA5_STRING
                | tag::TELETEX_STRING
                | tag::NUMERIC_STRING
                | tag::VISIBLE_STRING
        )
    }

    /// The characters of the value, if it is a string and its bytes are right for its type.
    ///
    /// TeletexString is read as Latin-1, as everyone writes it; PrintableString and IA5String are not held to their
    /// alphabets, because issuers do not keep to them.
    pub fn characters(self) -> Option<Characters<'a>> {
        let bytes = self.value.contents;
        Some(match self.value.tag {
            tag::UTF8_STRING => Characters::Utf8(std::str::from_utf8(bytes).ok()?.chars()),
            tag::PRINTABLE_STRING
            | tag::IA5_STRING
            | tag::TELETEX_STRING
            | tag::NUMERIC_STRING
            | tag::VISIBLE_STRING => Characters::Latin(bytes.iter()),
            tag::BMP_STRING => Characters::fixed(bytes, 2)?,
            tag::UNIVERSAL_STRING => Characters::fixed(bytes, 4)?,
            _ => return None,
        })
    }
}

/// The characters of a string value, decoded as they are asked for.
#[derive(Clone)]
pub(crate) enum Characters<'a> {
    /// One byte a character.
    Latin(std::slice::Iter<'a, u8>),
    /// UTF-8 that has been checked.
    Utf8(std::str::Chars<'a>),
    /// Two (UCS-2) or four (UCS-4) bytes a character, which have been checked.
    Fixed(std::slice::ChunksExact<'a, u8>),
}

impl<'a> Characters<'a> {
    fn fixed(bytes: &'a [u8], width: usize) -> Option<Self> {
        let units = bytes.chunks_exact(width);
        let right = units.remainder().is_empty() && units.clone().all(|unit| character_of(unit).is_some());
        right.then_some(Self::Fixed(units))
    }
}

impl Iterator for Characters<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::Latin(bytes) => bytes.next().map(|&byte| char::from(byte)),
            Self::Utf8(characters) => characters.next(),
            Self::Fixed(units) => units.next().and_then(character_of),
        }
    }
}

/// The character with the big-endian code `unit`.
fn character_of(unit: &[u8]) -> Option<char> {
    char::from_u32(unit.iter().fold(0, |sum, &byte| (sum << 8) | u32::from(byte)))
}

/// Characters prepared for comparison (RFC 4518): lower case, white space at the ends dropped and inside compressed to
/// one space, control characters dropped.
struct Prepared<I> {
    characters: I,
    /// The rest of a character whose lower case is several.
    lower: Option<ToLowercase>,
    /// A character that waits because a space goes before it.
    held: Option<char>,
    started: bool,
}

impl<I: Iterator<Item = char>> Prepared<I> {
    const fn new(characters: I) -> Self {
        Self { characters, lower: None, held: None, started: false }
    }
}

impl<I: Iterator<Item = char>> Iterator for Prepared<I> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        if let Some(next) = self.lower.as_mut().and_then(Iterator::next) {
            return Some(next);
        }
        let mut space = false;
        let next = match self.held.take() {
            Some(held) => held,
            None => loop {
                let next = self.characters.next()?;
                if next.is_whitespace() {
                    space = true;
                } else if !next.is_control() && next != '\u{ad}' {
                    break next;
                }
            },
        };
        if space && self.started {
            self.held = Some(next);
            return Some(' ');
        }
        self.started = true;
        if next.is_ascii() {
            return Some(next.to_ascii_lowercase());
        }
        let mut lower = next.to_lowercase();
        let first = lower.next();
        self.lower = Some(lower);
        first
    }
}
