//! A reader of DER that borrows, counts offsets and never looks further than it is told to.
//!
//! It knows tags and lengths (X.690 8.1, 10.1) and nothing of certificates; what the contents of an element mean is
//! said by those who ask for it.

use std::fmt;

/// Where and why bytes are not the DER that was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The offset of the element that is wrong, in bytes from the start of what was given to the reader.
    pub offset: usize,
    /// What is wrong with it.
    pub reason: Malformation,
}

/// What is wrong with an element of DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Malformation {
    /// The bytes end inside the element.
    Truncated,
    /// Bytes follow where the structure should end.
    TrailingBytes,
    /// The length is indefinite, has leading zeros or does not fit a machine word (X.690 10.1).
    LengthNotDer,
    /// The tag is of the long form, which nothing in a certificate uses.
    LongTag,
    /// Another element stands where this one was expected.
    Expected(&'static str),
    /// The element is the expected one, but its contents cannot be: the text says why.
    Contents(&'static str),
}

impl Malformed {
    pub(crate) const fn contents(offset: usize, why: &'static str) -> Self {
        Self { offset, reason: Malformation::Contents(why) }
    }

    /// The same, for a reader of bytes that stand at `base` in others.
    pub(crate) const fn moved_by(self, base: usize) -> Self {
        Self { offset: self.offset.saturating_add(base), reason: self.reason }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not DER at offset {}: ", self.offset)?;
        match self.reason {
            Malformation::Truncated => f.write_str("the bytes end inside the element"),
            Malformation::TrailingBytes => f.write_str("bytes follow the end of the structure"),
            Malformation::LengthNotDer => f.write_str("the length is not in its shortest form"),
            Malformation::LongTag => f.write_str("the tag is of the long form"),
            Malformation::Expected(what) => write!(f, "{what} expected"),
            Malformation::Contents(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Malformed {}

/// The tags (identifier octets) of the types that names, certificates and CRLs are made of.
pub(crate) mod tag {
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const OBJECT_IDENTIFIER: u8 = 0x06;
    pub const UTF8_STRING: u8 = 0x0c;
    pub const NUMERIC_STRING: u8 = 0x12;
    pub const PRINTABLE_STRING: u8 = 0x13;
    pub const TELETEX_STRING: u8 = 0x14;
    pub const IA5_STRING: u8 = 0x16;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const VISIBLE_STRING: u8 = 0x1a;
    pub const UNIVERSAL_STRING: u8 = 0x1c;
    pub const BMP_STRING: u8 = 0x1e;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
    /// `[number] EXPLICIT`, or `[number] IMPLICIT` of a constructed type.
    pub const fn context_constructed(number: u8) -> u8 {
        0xa0 | number
    }
    /// `[number] IMPLICIT` of a primitive type.
    pub const fn context(number: u8) -> u8 {
        0x80 | number
    }
}

/// The first octet of a length from here on stands for more octets (X.690 8.1.3).
pub(crate) const LONG_LENGTH: u8 = 0x80;

/// Whether the number of a tag goes on in further octets (X.690 8.1.2.4).
pub(crate) const fn is_long(tag: u8) -> bool {
    tag & 0x1f == 0x1f
}

/// One element: its tag, its contents, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub tag: u8,
    /// The contents octets.
    pub contents: &'a [u8],
    /// Identifier, length and contents octets.
    pub whole: &'a [u8],
    /// The offset of the identifier octet.
    pub offset: usize,
}

impl<'a> Element<'a> {
    /// The offset of the first contents octet.
    pub fn contents_offset(&self) -> usize {
        let header = self.whole.len().saturating_sub(self.contents.len());
        self.offset.saturating_add(header)
    }

    /// A reader of the elements inside this one.
    pub fn reader(&self) -> Reader<'a> {
        Reader { rest: self.contents, offset: self.contents_offset() }
    }

    /// This element's range in the bytes that the outermost reader was given.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.offset..self.offset.saturating_add(self.whole.len())
    }

    /// The range of its contents.
    pub fn contents_range(&self) -> std::ops::Range<usize> {
        self.contents_offset()..self.offset.saturating_add(self.whole.len())
    }
}

/// Reads one element after the other.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, offset: 0 }
    }

    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What has not been read.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The offset of what has not been read.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Passes over so many bytes, or all that there are.
    pub fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
        self.offset = self.offset.saturating_add(count);
    }

    fn fail<T>(&self, reason: Malformation) -> Result<T, Malformed> {
        Err(Malformed { offset: self.offset, reason })
    }

    /// The next element, whatever it is.
    // Reading a name takes half the instructions so; behind a call, results go through memory.
    #[inline(always)]
    pub fn next(&mut self) -> Result<Element<'a>, Malformed> {
        let Some((&tag, after_tag)) = self.rest.split_first() else {
            return self.fail(Malformation::Truncated);
        };
        if is_long(tag) {
            return self.fail(Malformation::LongTag);
        }
        let Some((length, body)) = split_length(after_tag).or_else(|reason| self.fail(reason))? else {
            return self.fail(Malformation::Truncated);
        };
        let Some((contents, rest)) = body.split_at_checked(length) else {
            return self.fail(Malformation::Truncated);
        };
        let taken = self.rest.len().saturating_sub(rest.len());
        let whole = self.rest.get(..taken).unwrap_or_default();
        let element = Element { tag, contents, whole, offset: self.offset };
        self.rest = rest;
        self.offset = self.offset.saturating_add(taken);
        Ok(element)
    }

    /// The next element, which must have the given tag.
    // As for `next`.
    #[inline(always)]
    pub fn expect(&mut self, tag: u8, what: &'static str) -> Result<Element<'a>, Malformed> {
        match self.rest.first() {
            Some(&found) if found == tag => self.next(),
            _ => self.fail(Malformation::Expected(what)),
        }
    }

    /// The next element, if there is one with the given tag.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Malformed> {
        if self.rest.first() == Some(&tag) { self.next().map(Some) } else { Ok(None) }
    }

    /// Nothing may follow.
    pub fn finish(self) -> Result<(), Malformed> {
        if self.rest.is_empty() { Ok(()) } else { self.fail(Malformation::TrailingBytes) }
    }
}

/// The only element of `bytes`, which must have the given tag and fill them.
pub(crate) fn only<'a>(bytes: &'a [u8], tag: u8, what: &'static str) -> Result<Element<'a>, Malformed> {
    let mut reader = Reader::new(bytes);
    let element = reader.expect(tag, what)?;
    reader.finish()?;
    Ok(element)
}

/// The range of the octets of a BIT STRING that holds whole octets.
pub(crate) fn bit_string(element: Element<'_>) -> Result<std::ops::Range<usize>, Malformed> {
    match element.contents.first() {
        Some(0) => {
            let contents = element.contents_range();
            Ok(contents.start.saturating_add(1)..contents.end)
        }
        _ => Err(Malformed::contents(element.offset, "a BIT STRING that does not hold whole octets")),
    }
}

/// The length at the start of `bytes`, and what follows it; `None` if the bytes end inside the length.
#[inline]
fn split_length(bytes: &[u8]) -> Result<Option<(usize, &[u8])>, Malformation> {
    let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
    if first < 0x80 { Ok(Some((usize::from(first), rest))) } else { split_long_length(first, rest) }
}

/// The same where the first octet says how many follow that are the length.
#[inline(never)]
fn split_long_length(first: u8, rest: &[u8]) -> Result<Option<(usize, &[u8])>, Malformation> {
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 {
        return Err(Malformation::LengthNotDer);
    }
    let Some((octets, rest)) = rest.split_at_checked(count) else { return Ok(None) };
    let length = octets.iter().fold(0_u32, |sum, &octet| (sum << 8) | u32::from(octet));
    // X.690 10.1: the shortest form.
    let shortest = length >= 0x80 && octets.first() != Some(&0);
    match usize::try_from(length) {
        Ok(length) if shortest => Ok(Some((length, rest))),
        _ => Err(Malformation::LengthNotDer),
    }
}

/// Appends an element to `out`.
pub(crate) fn write(out: &mut Vec<u8>, tag: u8, contents: &[u8]) {
    out.push(tag);
    let octets = contents.len().to_be_bytes();
    match contents.len() {
        short @ 0..0x80 => out.push(u8::try_from(short).unwrap_or_default()),
        _ => {
            let significant: Vec<u8> = octets.into_iter().skip_while(|&octet| octet == 0).collect();
            out.push(0x80 | u8::try_from(significant.len()).unwrap_or_default());
            out.extend(significant);
        }
    }
    out.extend_from_slice(contents);
}
