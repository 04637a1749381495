//! Names as IOS writes them, and back.
//!
//! IOS prints a name with its most specific relative distinguished name first, `cn=CA1,o=cisco,o=com`, and joins the
//! attributes of a multi-valued one by `+` in the order of the encoding. That order is DER's order of a SET, shorter
//! attributes first: routers show `serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com`, but
//! `hostname=R15+ipaddress=20.10.20.2` and `serialNumber=98S8FAWRFAQ+hostname=CLIENT+ipaddress=200.1.1.1` where the host
//! name is the shorter one.
//!
//! IOS prints values as they are, commas included (`o=VeriSign, Inc.`). So do we, with three exceptions, each written as
//! a backslash and two hexadecimal digits a byte: characters that a terminal could act on, since names come from peers; a
//! comma or plus sign that would read as the start of another attribute; and what would not read back otherwise (a
//! backslash, a leading number sign, spaces at the ends). A printed name therefore stands for one name only.

use std::fmt::{self, Write as _};

use super::attribute::{self, Encoding};
use super::{Attribute, Name, NameRef};
use crate::der::{self, tag};
use crate::oid::{self, Oid};

/// Text that is no name: where, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameTextError {
    /// The offset in bytes at which the wrong part begins.
    pub offset: usize,
    /// What is wrong with it.
    pub reason: NameTextProblem,
}

/// What is wrong with a part of a name's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameTextProblem {
    /// A part has no `=` between an attribute's label and its value.
    NoEqualsSign,
    /// Nobody knows this attribute, and it is not a dotted object identifier either.
    UnknownAttribute(String),
    /// A backslash is followed by neither two hexadecimal digits nor a punctuation character, or what it writes is not
    /// UTF-8.
    BadEscape,
    /// After `#` stand hexadecimal digits that are not one DER element.
    BadHexValue,
}

impl fmt::Display for NameTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a name at offset {}: ", self.offset)?;
        match &self.reason {
            NameTextProblem::NoEqualsSign => {
                f.write_str("an attribute is written as label=value, such as cn=R1")
            }
            NameTextProblem::UnknownAttribute(label) => {
                write!(
                    f,
                    "unknown attribute `{}`; use cn, o, ou, c and so on, or a dotted number",
                    label.escape_debug()
                )
            }
            NameTextProblem::BadEscape => f.write_str("a backslash needs two hexadecimal digits after it"),
            NameTextProblem::BadHexValue => {
                f.write_str("the value after # is not the hexadecimal form of a DER element")
            }
        }
    }
}

impl std::error::Error for NameTextError {}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

impl fmt::Debug for NameRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

impl fmt::Display for NameRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, line) in self.ios_lines().into_iter().enumerate() {
            if index > 0 {
                f.write_char(',')?;
            }
            f.write_str(&line)?;
        }
        Ok(())
    }
}

impl NameRef<'_> {
    /// The relative distinguished names as `show crypto pki certificates` prints them, one a line, most specific first.
    #[must_use]
    pub fn ios_lines(self) -> Vec<String> {
        self.ios_attributes().iter().map(|attributes| attributes.join("+")).collect()
    }

    /// The attributes of each relative distinguished name as IOS prints them, label and value, in the order of the
    /// encoding; most specific name first.
    #[must_use]
    pub fn ios_attributes(self) -> Vec<Vec<String>> {
        let mut names: Vec<_> =
            self.rdns().map(|rdn| rdn.attributes().map(print_attribute).collect()).collect();
        names.reverse();
        names
    }

    /// The value of the most specific attribute that IOS labels `label`, as text; `None` if there is none or its value is
    /// not text.
    ///
    /// ```
    /// let name = pki::Name::from_ios_text("ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1")?;
    /// assert_eq!(name.as_ref().text_of("hostname").as_deref(), Some("R1.cisco.com"));
    /// # Ok::<(), pki::NameTextError>(())
    /// ```
    #[must_use]
    pub fn text_of(self, label: &str) -> Option<String> {
        let row = attribute::by_label(label)?;
        self.texts_of(row.oid).last().flatten()
    }
}

fn print_attribute(attribute: Attribute<'_>) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = match attribute::by_oid(attribute.oid) {
        Some(row) => out.write_str(row.label),
        None => oid::write_dotted(&mut out, attribute.oid),
    };
    out.push('=');
    let _ = match attribute.characters() {
        Some(characters) => print_value(&mut out, &characters.collect::<String>()),
        None => {
            out.push('#');
            attribute.value.whole.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
        }
    };
    out
}

fn print_value(out: &mut String, value: &str) -> fmt::Result {
    let inner = value.trim_matches(' ');
    let inner_start = value.len().saturating_sub(value.trim_start_matches(' ').len());
    let inner_end = inner_start.saturating_add(inner.len());
    for (offset, character) in value.char_indices() {
        let after = value.get(offset..).unwrap_or_default().get(character.len_utf8()..).unwrap_or_default();
        let escape = match character {
            ' ' => offset < inner_start || offset >= inner_end,
            '#' => offset == 0,
            ',' | '+' => starts_attribute(after),
            '\\' => true,
            other => acts_on_a_terminal(other),
        };
        if escape {
            let mut bytes = [0; 4];
            character.encode_utf8(&mut bytes).bytes().try_for_each(|byte| write!(out, "\\{byte:02x}"))?;
        } else {
            out.push(character);
        }
    }
    Ok(())
}

/// Whether printing the character could move the cursor, break the line, hide or reorder what is printed.
fn acts_on_a_terminal(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether `text` reads as a label (or a dotted number) and an equals sign. Nothing behind the next separator is looked at,
/// so that a text of separators does not cost the square of its length.
fn starts_attribute(text: &str) -> bool {
    let begin = text.split_inclusive(['=', ',', '+']).next();
    begin.and_then(|begin| begin.strip_suffix('=')).is_some_and(|label| read_label(label).is_some())
}

/// The contents octets and the encoding of the attribute type that `label` names, spaces around it allowed.
fn read_label(label: &str) -> Option<(Oid, Encoding)> {
    let label = label.trim();
    match attribute::by_label(label) {
        Some(row) => Some((Oid::from_contents(row.oid), row.encoding)),
        None => oid::parse_dotted(label).map(|oid| (oid, Encoding::Directory)),
    }
}

impl Name {
    /// Reads a name as IOS prints it and as `subject-name` takes it: attributes from the most specific one on, separated
    /// by commas, those of a multi-valued relative distinguished name by plus signs.
    ///
    /// Labels are read without regard to case, spaces around labels, values and separators do not count. A comma or plus
    /// sign that no `label=` follows belongs to the value. Values become PrintableString where its alphabet allows, but
    /// IA5String for hostname, e and dc, and UTF8String for the rest; sets are encoded in the order of DER.
    ///
    /// # Errors
    /// The text is no name; the error tells where.
    pub fn from_ios_text(text: &str) -> Result<Self, NameTextError> {
        let mut rdns = Vec::new();
        if !text.trim().is_empty() {
            for (offset, part) in split(text, ',', 0) {
                rdns.push(read_rdn(part, offset)?);
            }
        }
        Ok(Self::from_reversed_rdns(rdns))
    }

    /// Reads a name as `show crypto pki certificates` prints it: one relative distinguished name a line, the most specific
    /// first.
    ///
    /// # Errors
    /// The index of the line that cannot be read, and why.
    pub fn from_ios_lines<'a>(
        lines: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, (usize, NameTextError)> {
        let rdns = lines.into_iter().enumerate();
        let rdns = rdns.map(|(index, line)| read_rdn(line, 0).map_err(|error| (index, error)));
        rdns.collect::<Result<_, _>>().map(Self::from_reversed_rdns)
    }

    /// The name with these encoded relative distinguished names, given most specific first.
    fn from_reversed_rdns(rdns: Vec<Vec<u8>>) -> Self {
        let contents: Vec<u8> = rdns.into_iter().rev().flatten().collect();
        let mut der = Vec::new();
        der::write(&mut der, tag::SEQUENCE, &contents);
        Self(der.into())
    }
}

/// Splits `text` at each `separator` that an attribute follows; yields the parts with their offsets, `base` added.
fn split(text: &str, separator: char, base: usize) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (offset, found) in text.match_indices(separator) {
        let after = offset.saturating_add(found.len());
        if !is_escaped(text, offset) && text.get(after..).is_some_and(starts_attribute) {
            parts.push((base.saturating_add(start), text.get(start..offset).unwrap_or_default()));
            start = after;
        }
    }
    parts.push((base.saturating_add(start), text.get(start..).unwrap_or_default()));
    parts
}

/// Whether an odd number of backslashes stands before `offset`.
fn is_escaped(text: &str, offset: usize) -> bool {
    let before = text.get(..offset).unwrap_or_default();
    before.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1
}

/// The encoding of one relative distinguished name.
fn read_rdn(text: &str, base: usize) -> Result<Vec<u8>, NameTextError> {
    let attributes = split(text, '+', base).into_iter().map(|(offset, part)| read_attribute(part, offset));
    let mut attributes = attributes.collect::<Result<Vec<_>, _>>()?;
    // X.690 11.6: the elements of a SET OF in ascending order, the shorter padded with zeros.
    attributes.sort();
    let mut rdn = Vec::new();
    der::write(&mut rdn, tag::SET, &attributes.concat());
    Ok(rdn)
}

/// The encoding of one attribute.
fn read_attribute(text: &str, base: usize) -> Result<Vec<u8>, NameTextError> {
    let fail = |offset: usize, reason| NameTextError { offset: base.saturating_add(offset), reason };
    let (label, value) = text.split_once('=').ok_or_else(|| fail(0, NameTextProblem::NoEqualsSign))?;
    let (oid, encoding) = read_label(label)
        .ok_or_else(|| fail(0, NameTextProblem::UnknownAttribute(label.trim().to_owned())))?;
    let value_offset = label.len().saturating_add(1);
    let value =
        read_value(value.trim_matches([' ', '\t']), encoding).map_err(|reason| fail(value_offset, reason))?;
    let mut parts = Vec::new();
    der::write(&mut parts, tag::OBJECT_IDENTIFIER, oid.contents());
    parts.extend(value);
    let mut attribute = Vec::new();
    der::write(&mut attribute, tag::SEQUENCE, &parts);
    Ok(attribute)
}

/// The encoding of one value.
fn read_value(text: &str, encoding: Encoding) -> Result<Vec<u8>, NameTextProblem> {
    if let Some(digits) = text.strip_prefix('#') {
        let bytes = read_hex(digits).ok_or(NameTextProblem::BadHexValue)?;
        let mut reader = der::Reader::new(&bytes);
        reader.next().and_then(|_| reader.finish()).map_err(|_| NameTextProblem::BadHexValue)?;
        return Ok(bytes);
    }
    let value = unescape(text).ok_or(NameTextProblem::BadEscape)?;
    let mut out = Vec::new();
    der::write(&mut out, encoding.tag(&value), value.as_bytes());
    Ok(out)
}

fn read_hex(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = digits.chars().map(hex_digit).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| (high << 4) | low).collect())
}

fn hex_digit(digit: char) -> Option<u8> {
    digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Resolves `\xx` and `\` before punctuation (RFC 4514 2.4).
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        let escaped = rest.next()?;
        if escaped.is_ascii_punctuation() || escaped == ' ' {
            bytes.push(u8::try_from(escaped).ok()?);
        } else {
            bytes.push((hex_digit(escaped)? << 4) | hex_digit(rest.next()?)?);
        }
    }
    String::from_utf8(bytes).ok()
}
