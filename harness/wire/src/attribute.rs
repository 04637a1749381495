//! The attributes of transforms, which both versions of IKE lay out alike (RFC 2408 3.3, RFC 7296 3.3.5).

use crate::elements::split_attribute;

/// An attribute of a transform. What its class means depends on the version and the protocol: see
/// [`ikev1::attributes`](crate::ikev1::attributes) and [`ikev2::transforms`](crate::ikev2::transforms).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The class, 0 to 32767; RFC 7296 calls it the attribute type.
    pub class: u16,
    /// The value in one of its two forms.
    pub value: AttributeValue<'a>,
}

/// The value of an attribute. RFC 2408 3.3, RFC 7296 3.3.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeValue<'a> {
    /// Two bytes in place of a length ("TV", basic).
    Short(u16),
    /// Any number of bytes behind a length ("TLV", variable).
    Long(&'a [u8]),
}

impl AttributeValue<'_> {
    /// The value as a number: a long one is big-endian. None if it takes more than 64 bits.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Short(value) => Some(u64::from(*value)),
            Self::Long(bytes) => {
                bytes.iter().try_fold(0_u64, |number, &byte| Some(number.checked_mul(256)? | u64::from(byte)))
            }
        }
    }
}

/// The attributes of a transform.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    pub(crate) const fn new(checked: &'a [u8]) -> Self {
        Self { rest: checked }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (attribute, rest) = split_attribute(self.rest).ok()?;
        self.rest = rest;
        Some(attribute)
    }
}

/// Attributes that own their value, to write transforms from.
pub(crate) mod owned {
    use crate::error::WriteError;
    use crate::generic_header::length_field;

    /// An attribute of a transform that owns its value.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Attribute {
        /// The class, 0 to 32767; RFC 7296 calls it the attribute type.
        pub class: u16,
        /// The value in one of its two forms.
        pub value: AttributeValue,
    }

    /// The value of an attribute. RFC 2408 3.3, RFC 7296 3.3.5.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum AttributeValue {
        /// Two bytes in place of a length ("TV", basic).
        Short(u16),
        /// Any number of bytes behind a length ("TLV", variable).
        Long(Vec<u8>),
    }

    impl Attribute {
        const SHORT: u16 = 0x8000;

        /// An attribute in the short form.
        pub fn short(class: impl Into<u16>, value: impl Into<u16>) -> Self {
            Self { class: class.into(), value: AttributeValue::Short(value.into()) }
        }

        /// An attribute in the long form.
        pub fn long(class: impl Into<u16>, value: impl Into<Vec<u8>>) -> Self {
            Self { class: class.into(), value: AttributeValue::Long(value.into()) }
        }

        pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
            if self.class & Self::SHORT != 0 {
                return Err(WriteError::AttributeClass(self.class));
            }
            match &self.value {
                AttributeValue::Short(value) => {
                    out.extend_from_slice(&(self.class | Self::SHORT).to_be_bytes());
                    out.extend_from_slice(&value.to_be_bytes());
                }
                AttributeValue::Long(value) => {
                    out.extend_from_slice(&self.class.to_be_bytes());
                    out.extend_from_slice(&length_field("an attribute", value.len())?);
                    out.extend_from_slice(value);
                }
            }
            Ok(())
        }
    }

    impl From<super::Attribute<'_>> for Attribute {
        fn from(read: super::Attribute<'_>) -> Self {
            let value = match read.value {
                super::AttributeValue::Short(value) => AttributeValue::Short(value),
                super::AttributeValue::Long(value) => AttributeValue::Long(value.to_vec()),
            };
            Self { class: read.class, value }
        }
    }
}
