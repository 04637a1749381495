//! Distinguished names, kept byte for byte as they were encoded.
//!
//! Here: the two types and their structure. [`matching`] compares, [`text`] prints and reads, [`attribute`] is the table
//! of labels.

mod attribute;
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
            let set = rdns.expect(tag::SET, "a relative distinguished name (SET)")?;
            let mut attributes = set.reader();
            if attributes.is_empty() {
                return Err(Malformed::contents(
                    set.offset,
                    "a relative distinguished name without attributes",
                ));
            }
            while !attributes.is_empty() {
                let attribute = Attribute::read(&mut attributes)?;
                if !oid::is_identifier(attribute.oid) {
                    return Err(Malformed::contents(
                        set.offset,
                        "an attribute whose type is no object identifier",
                    ));
                }
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
    pub(crate) fn rdns(self) -> impl Iterator<Item = Rdn<'a>> + Clone {
        // The constructors have checked the structure: no step below can fail.
        let name = Reader::new(self.0).next();
        elements(name.map_or(Reader::new(&[]), |name| name.reader())).map(Rdn)
    }

    /// The texts of all attributes with the type `oid` (contents octets), most general first.
    pub(crate) fn texts_of(self, oid: &'static [u8]) -> impl Iterator<Item = Option<String>> + 'a {
        self.rdns()
            .flat_map(Rdn::attributes)
            .filter(move |attribute| attribute.oid == oid)
            .map(|attribute| attribute.characters().map(Iterator::collect))
    }
}

/// One relative distinguished name: the SET of its attributes.
#[derive(Clone, Copy)]
pub(crate) struct Rdn<'a>(Element<'a>);

impl<'a> Rdn<'a> {
    /// Its attributes in the order of the encoding.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'a>> + Clone {
        let mut reader = self.0.reader();
        std::iter::from_fn(move || Attribute::read(&mut reader).ok())
    }

    /// Its encoding.
    pub const fn der(self) -> &'a [u8] {
        self.0.whole
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
    #[inline]
    fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let mut parts = reader.expect(tag::SEQUENCE, "an attribute (SEQUENCE)")?.reader();
        let oid = parts.expect(tag::OBJECT_IDENTIFIER, "the attribute's type (OBJECT IDENTIFIER)")?;
        let value = parts.next()?;
        parts.finish()?;
        Ok(Self { oid: oid.contents, value })
    }
}

/// The elements of `reader`, up to the first that is malformed.
fn elements<'a>(mut reader: Reader<'a>) -> impl Iterator<Item = Element<'a>> + Clone {
    std::iter::from_fn(move || if reader.is_empty() { None } else { reader.next().ok() })
}
