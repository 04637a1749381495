//! The Configuration and Extensible Authentication payloads (RFC 7296 3.15, 3.16), as far as their outermost
//! fields say.

use super::fixed::{self, truncated};
use super::numbers::{ConfigurationAttributeType, ConfigurationType, EapCode};
use crate::error::{ReadError, Reason, Within, WriteError, count};
use crate::generic_header::length_field;
use crate::numbers::PayloadType;

/// The body of a Configuration payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Configuration<'a> {
    /// What the payload does.
    pub configuration_type: ConfigurationType,
    /// Reserved, zero.
    pub reserved: [u8; 3],
    attributes: &'a [u8],
}

impl<'a> Configuration<'a> {
    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let (configuration_type, reserved, attributes) =
            fixed::split(PayloadType::CONFIGURATION, body, offset)?;
        let mut rest = attributes;
        while !rest.is_empty() {
            let walked = body.len().saturating_sub(rest.len());
            (_, rest) = split_attribute(rest)
                .map_err(|reason| ReadError::new(offset.saturating_add(walked), Within::Attribute, reason))?;
        }
        Ok(Self { configuration_type: ConfigurationType(configuration_type), reserved, attributes })
    }

    /// The attributes in their order.
    pub const fn attributes(&self) -> ConfigurationAttributes<'a> {
        ConfigurationAttributes { rest: self.attributes }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(self.configuration_type.0);
        out.extend_from_slice(&self.reserved);
        out.extend_from_slice(self.attributes);
    }
}

/// An attribute of a Configuration payload. RFC 7296 3.15.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigurationAttribute<'a> {
    /// What it is, 0 to 32767.
    pub attribute_type: ConfigurationAttributeType,
    /// Its value; empty to ask for one.
    pub value: &'a [u8],
}

/// The attributes of a Configuration payload.
#[derive(Clone, Debug)]
pub struct ConfigurationAttributes<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for ConfigurationAttributes<'a> {
    type Item = ConfigurationAttribute<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (attribute, rest) = split_attribute(self.rest).ok()?;
        self.rest = rest;
        Some(attribute)
    }
}

/// Takes the first attribute off `bytes`; unlike in a transform, the first bit is reserved and says nothing.
fn split_attribute(bytes: &[u8]) -> Result<(ConfigurationAttribute<'_>, &[u8]), Reason> {
    let Some((&[type_high, type_low, high, low], behind)) = bytes.split_first_chunk::<4>() else {
        return Err(Reason::truncated(4, bytes.len()));
    };
    let length = u16::from_be_bytes([high, low]);
    let Some((value, rest)) = behind.split_at_checked(usize::from(length)) else {
        return Err(Reason::too_large(length, behind.len()));
    };
    let attribute_type = ConfigurationAttributeType(u16::from_be_bytes([type_high & 0x7f, type_low]));
    Ok((ConfigurationAttribute { attribute_type, value }, rest))
}

/// The body of an Extensible Authentication payload: an EAP message. RFC 3748 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eap<'a> {
    /// What the message is.
    pub code: EapCode,
    /// What matches responses with requests.
    pub identifier: u8,
    /// In requests and responses the type and what it wants; else nothing.
    pub data: &'a [u8],
}

impl<'a> Eap<'a> {
    const HEADER_LENGTH: usize = 4;

    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let payload_type = PayloadType::EXTENSIBLE_AUTHENTICATION;
        let Some((&[code, identifier, high, low], data)) = body.split_first_chunk::<{ Eap::HEADER_LENGTH }>()
        else {
            return Err(truncated(payload_type, Self::HEADER_LENGTH, body, offset));
        };
        // RFC 7296 3.16: the message fills the payload.
        let length = u16::from_be_bytes([high, low]);
        let (field, reason) = match body.len().checked_sub(usize::from(length)) {
            Some(0) => return Ok(Self { code: EapCode(code), identifier, data }),
            _ if usize::from(length) < Self::HEADER_LENGTH => {
                (2, Reason::too_small(length, Self::HEADER_LENGTH))
            }
            Some(more) => (usize::from(length), Reason::TrailingBytes { count: count(more) }),
            None => (2, Reason::too_large(length, body.len())),
        };
        Err(ReadError::new(offset.saturating_add(field), Within::Payload(payload_type), reason))
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let length = Self::HEADER_LENGTH.saturating_add(self.data.len());
        out.extend_from_slice(&[self.code.0, self.identifier]);
        out.extend_from_slice(&length_field("an EAP message", length)?);
        out.extend_from_slice(self.data);
        Ok(())
    }
}
