//! Distinguished names, kept byte for byte as they were encoded.
//!
//! Here: the two types and their structure. [`matching`] compares, [`digest`] has the hashes for that, [`text`] prints and
//! reads, [`attribute`] is the table of labels.

mod attribute;
mod digest;
mod matching;
mod text;

use std::sync::Arc;

pub(crate) use attribute::EMAIL_ADDRESS;
pub use text::{NameTextError, NameTextProblem};

use crate::der::{self, Element, Malformed, Reader, tag};
use crate::oid;

/// A distinguished name that owns its DER; cloning it copies a pointer.
///
/// Two names are equal if their DER is; [`Name::matches`] compares as RFC 5280 7.1 wants it. It prints as IOS prints
/// names, most specific attribute first:
///
/// ```
/// let name = pki::Name::from_ios_text("cn=CA1,o=cisco,o=com")?;
/// assert_eq!(name.as_der().len(), 46);
/// assert_eq!(name.to_string(), "cn=CA1,o=cisco,o=com");
/// # Ok::<(), pki::NameTextError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<[u8]>);

/// A distinguished name that borrows its DER, for reading without allocation.
///
/// That it exists says that the DER has the structure of a Name (RFC 5280 4.1.2.4): a sequence of sets of attributes with
/// object identifiers for types, and nothing after it. Values may be anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameRef<'a>(&'a [u8]);

impl Name {
    /// Reads a name that fills `der`.
    ///
    /// # Errors
    /// `der` is not a Name; the error tells the offset.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        NameRef::from_der(der).map(NameRef::to_name)
    }

    /// The name as it was encoded.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }

    /// The same name, borrowed.
    #[must_use]
    pub fn as_ref(&self) -> NameRef<'_> {
        NameRef(&self.0)
    }

    /// Whether both are the same name by RFC 5280 7.1; see [`NameRef::matches`].
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.as_ref().matches(other.as_ref())
    }

    /// Whether it has no attribute at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_ref().is_empty()
    }
}

impl<'a> NameRef<'a> {
    /// Reads a name that fills `der`.
    ///
    /// # Errors
    /// `der` is not a Name; the error tells the offset.
    pub fn from_der(der: &'a [u8]) -> Result<Self, Malformed> {
        let mut rdns = der::only(der, tag::SEQUENCE, "a Name (SEQUENCE)")?.reader();
        while !rdns.is_empty() {
            let offset = rdns.offset();
            let is_right = match Attribute::read_alone(&mut rdns) {
                Some(attribute) => oid::is_identifier(attribute.oid),
                None => Rdn::read(&mut rdns)?.attributes().all(|attribute| oid::is_identifier(attribute.oid)),
            };
            if !is_right {
                return Err(Malformed::contents(offset, "an attribute whose type is no object identifier"));
            }
        }
        Ok(Self(der))
    }

    /// The name as it was encoded.
    #[must_use]
    pub const fn as_der(self) -> &'a [u8] {
        self.0
    }

    /// A copy that owns its DER.
    #[must_use]
    pub fn to_name(self) -> Name {
        Name(self.0.into())
    }

    /// Whether it has no attribute at all.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.rdns().next().is_none()
    }

    /// The relative distinguished names in the order of the encoding: the most general first.
    #[inline(always)]
    pub(crate) fn rdns(self) -> Rdns<'a> {
        // The constructors have checked the structure: no step here and in the walk can fail.
        Rdns(Reader::new(self.0).next().map_or(Reader::new(&[]), |name| name.reader()))
    }

    /// The texts of all attributes with the type `oid` (contents octets), most general first.
    pub(crate) fn texts_of(self, oid: &'static [u8]) -> impl Iterator<Item = Option<String>> + 'a {
        self.rdns()
            .flat_map(Rdn::attributes)
            .filter(move |attribute| attribute.oid == oid)
            .map(|attribute| attribute.characters().map(Iterator::collect))
    }
}

/// The relative distinguished names of a name.
#[derive(Clone)]
pub(crate) struct Rdns<'a>(Reader<'a>);

impl<'a> Rdns<'a> {
    /// Takes the next one if it has one attribute and is not long, as nearly all are; otherwise, and at the end, nothing.
    // An attribute that goes through memory costs more than all that is done to it, so it is inlined up to its use.
    #[inline(always)]
    fn take_one(&mut self) -> Option<Attribute<'a>> {
        Attribute::read_alone(&mut self.0)
    }
}

impl<'a> Iterator for Rdns<'a> {
    type Item = Rdn<'a>;

    fn next(&mut self) -> Option<Rdn<'a>> {
        if self.0.is_empty() { None } else { Rdn::read(&mut self.0).ok() }
    }
}

/// One relative distinguished name: the SET of its attributes.
#[derive(Clone, Copy)]
pub(crate) enum Rdn<'a> {
    /// Of one attribute, as nearly all are.
    One(Attribute<'a>),
    /// Of several, as the set that holds them.
    Several(Element<'a>),
}

impl<'a> Rdn<'a> {
    /// Reads the next one of `rdns`. What the types of its attributes are made of is not looked at.
    fn read(rdns: &mut Reader<'a>) -> Result<Self, Malformed> {
        let set = rdns.expect(tag::SET, "a relative distinguished name (SET)")?;
        let mut attributes = set.reader();
        if attributes.is_empty() {
            return Err(Malformed::contents(set.offset, "a relative distinguished name without attributes"));
        }
        let first = Attribute::read(&mut attributes)?;
        if attributes.is_empty() {
            return Ok(Self::One(first));
        }
        while !attributes.is_empty() {
            Attribute::read(&mut attributes)?;
        }
        Ok(Self::Several(set))
    }

    /// Its attributes in the order of the encoding.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'a>> + Clone {
        let (mut only, mut others) = match self {
            Self::One(attribute) => (Some(attribute), Reader::new(&[])),
            Self::Several(set) => (None, set.reader()),
        };
        std::iter::from_fn(move || only.take().or_else(|| Attribute::read(&mut others).ok()))
    }
}

/// One attribute: its type and its value.
#[derive(Clone, Copy)]
pub(crate) struct Attribute<'a> {
    /// The contents octets of the type's object identifier.
    pub oid: &'a [u8],
    /// The value with its tag.
    pub value: Element<'a>,
}

impl<'a> Attribute<'a> {
    /// The only attribute of the next set of `rdns`, if every length down to its value has one octet, as nearly always.
    /// Of anything else, broken or not, it says and takes nothing: that is for the reader that goes element by element.
    #[inline(always)]
    fn read_alone(rdns: &mut Reader<'a>) -> Option<Self> {
        let &[tag::SET, set, tag::SEQUENCE, sequence, tag::OBJECT_IDENTIFIER, oid, ref inside @ ..] =
            rdns.rest()
        else {
            return None;
        };
        let (oid, value) = inside.split_at_checked(oid.into())?;
        let &[tag, length, ref contents @ ..] = value else { return None };
        let contents = contents.get(..length.into())?;
        let whole = value.get(..contents.len().saturating_add(2))?;
        let lengths = [usize::from(sequence), usize::from(set)];
        let inner = oid.len().saturating_add(whole.len());
        // The set's length is the greatest: if it has one octet, all have.
        if lengths != [inner.saturating_add(2), inner.saturating_add(4)]
            || set >= der::LONG_LENGTH
            || der::is_long(tag)
        {
            return None;
        }
        let offset = rdns.offset().saturating_add(oid.len()).saturating_add(6);
        rdns.skip(inner.saturating_add(6));
        Some(Self { oid, value: Element { tag, contents, whole, offset } })
    }

    #[inline]
    fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let mut parts = reader.expect(tag::SEQUENCE, "an attribute (SEQUENCE)")?.reader();
        let oid = parts.expect(tag::OBJECT_IDENTIFIER, "the attribute's type (OBJECT IDENTIFIER)")?;
        let value = parts.next()?;
        parts.finish()?;
        Ok(Self { oid: oid.contents, value })
    }
}
