//! A payload as its type says: one variant per type, and what is not known kept as bytes.

use super::authentication::Authentication;
use super::certificate::{Certificate, CertificateRequest};
use super::chain::{RawPayload, is_encrypted};
use super::configuration::{Configuration, Eap};
use super::encrypted::{Encrypted, EncryptedFragment};
use super::fixed::truncated;
use super::identification::Identification;
use super::notification::{Delete, Notification};
use super::security_association::SecurityAssociation;
use super::traffic_selectors::TrafficSelectors;
use super::write::WritePayload;
use crate::error::{ReadError, WriteError};
use crate::numbers::{Group, PayloadType};

/// The content of a payload, well-formed. It borrows the bytes that it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// SA, RFC 7296 3.3.
    SecurityAssociation(SecurityAssociation<'a>),
    /// KE, RFC 7296 3.4.
    KeyExchange(KeyExchange<'a>),
    /// IDi, RFC 7296 3.5.
    InitiatorIdentification(Identification<'a>),
    /// IDr, RFC 7296 3.5.
    ResponderIdentification(Identification<'a>),
    /// CERT, RFC 7296 3.6.
    Certificate(Certificate<'a>),
    /// CERTREQ, RFC 7296 3.7.
    CertificateRequest(CertificateRequest<'a>),
    /// AUTH, RFC 7296 3.8.
    Authentication(Authentication<'a>),
    /// Ni or Nr, RFC 7296 3.9.
    Nonce(&'a [u8]),
    /// N, RFC 7296 3.10.
    Notify(Notification<'a>),
    /// D, RFC 7296 3.11.
    Delete(Delete<'a>),
    /// V, RFC 7296 3.12.
    VendorId(&'a [u8]),
    /// TSi, RFC 7296 3.13.
    InitiatorTrafficSelectors(TrafficSelectors<'a>),
    /// TSr, RFC 7296 3.13.
    ResponderTrafficSelectors(TrafficSelectors<'a>),
    /// SK, RFC 7296 3.14.
    Encrypted(Encrypted<'a>),
    /// SKF, RFC 7383 2.5.
    EncryptedFragment(EncryptedFragment<'a>),
    /// CP, RFC 7296 3.15.
    Configuration(Configuration<'a>),
    /// EAP, RFC 7296 3.16.
    Eap(Eap<'a>),
    /// A payload of any other type, as it stands.
    Unknown(PayloadType, &'a [u8]),
}

impl<'a> Payload<'a> {
    /// Reads the body of a payload as what its type says.
    #[inline]
    pub fn read(raw: &RawPayload<'a>) -> Result<Self, ReadError> {
        let RawPayload { payload_type, next, body, .. } = *raw;
        let offset = raw.body_offset();
        Ok(match payload_type {
            PayloadType::IKEV2_SECURITY_ASSOCIATION => {
                Self::SecurityAssociation(SecurityAssociation::read(body, offset)?)
            }
            PayloadType::IKEV2_KEY_EXCHANGE => Self::KeyExchange(KeyExchange::read(body, offset)?),
            PayloadType::INITIATOR_IDENTIFICATION => {
                Self::InitiatorIdentification(Identification::read(payload_type, body, offset)?)
            }
            PayloadType::RESPONDER_IDENTIFICATION => {
                Self::ResponderIdentification(Identification::read(payload_type, body, offset)?)
            }
            PayloadType::IKEV2_CERTIFICATE => Self::Certificate(Certificate::read(body, offset)?),
            PayloadType::IKEV2_CERTIFICATE_REQUEST => {
                Self::CertificateRequest(CertificateRequest::read(body, offset)?)
            }
            PayloadType::AUTHENTICATION => Self::Authentication(Authentication::read(body, offset)?),
            PayloadType::IKEV2_NONCE => Self::Nonce(body),
            PayloadType::IKEV2_NOTIFY => Self::Notify(Notification::read(body, offset)?),
            PayloadType::IKEV2_DELETE => Self::Delete(Delete::read(body, offset)?),
            PayloadType::IKEV2_VENDOR_ID => Self::VendorId(body),
            PayloadType::INITIATOR_TRAFFIC_SELECTORS => {
                Self::InitiatorTrafficSelectors(TrafficSelectors::read(payload_type, body, offset)?)
            }
            PayloadType::RESPONDER_TRAFFIC_SELECTORS => {
                Self::ResponderTrafficSelectors(TrafficSelectors::read(payload_type, body, offset)?)
            }
            PayloadType::ENCRYPTED => Self::Encrypted(Encrypted { first_inside: next, body }),
            PayloadType::ENCRYPTED_FRAGMENT => {
                Self::EncryptedFragment(EncryptedFragment::read(next, body, offset)?)
            }
            PayloadType::CONFIGURATION => Self::Configuration(Configuration::read(body, offset)?),
            PayloadType::EXTENSIBLE_AUTHENTICATION => Self::Eap(Eap::read(body, offset)?),
            other => Self::Unknown(other, body),
        })
    }

    /// The type that announces this payload.
    pub const fn payload_type(&self) -> PayloadType {
        match self {
            Self::SecurityAssociation(_) => PayloadType::IKEV2_SECURITY_ASSOCIATION,
            Self::KeyExchange(_) => PayloadType::IKEV2_KEY_EXCHANGE,
            Self::InitiatorIdentification(_) => PayloadType::INITIATOR_IDENTIFICATION,
            Self::ResponderIdentification(_) => PayloadType::RESPONDER_IDENTIFICATION,
            Self::Certificate(_) => PayloadType::IKEV2_CERTIFICATE,
            Self::CertificateRequest(_) => PayloadType::IKEV2_CERTIFICATE_REQUEST,
            Self::Authentication(_) => PayloadType::AUTHENTICATION,
            Self::Nonce(_) => PayloadType::IKEV2_NONCE,
            Self::Notify(_) => PayloadType::IKEV2_NOTIFY,
            Self::Delete(_) => PayloadType::IKEV2_DELETE,
            Self::VendorId(_) => PayloadType::IKEV2_VENDOR_ID,
            Self::InitiatorTrafficSelectors(_) => PayloadType::INITIATOR_TRAFFIC_SELECTORS,
            Self::ResponderTrafficSelectors(_) => PayloadType::RESPONDER_TRAFFIC_SELECTORS,
            Self::Encrypted(_) => PayloadType::ENCRYPTED,
            Self::EncryptedFragment(_) => PayloadType::ENCRYPTED_FRAGMENT,
            Self::Configuration(_) => PayloadType::CONFIGURATION,
            Self::Eap(_) => PayloadType::EXTENSIBLE_AUTHENTICATION,
            Self::Unknown(payload_type, _) => *payload_type,
        }
    }

    /// The body that this payload is written as, without the generic header: what AUTH proves of the identity
    /// (`RestOfInitIDPayload` and `RestOfRespIDPayload`, RFC 7296 2.15).
    pub fn body(&self) -> Result<Vec<u8>, WriteError> {
        let mut body = Vec::new();
        self.write_body(&mut body)?;
        Ok(body)
    }
}

impl WritePayload for Payload<'_> {
    fn payload_type(&self) -> PayloadType {
        self.payload_type()
    }

    fn first_inside(&self) -> Option<PayloadType> {
        match self {
            Self::Encrypted(Encrypted { first_inside, .. })
            | Self::EncryptedFragment(EncryptedFragment { first_inside, .. }) => Some(*first_inside),
            _ => None,
        }
    }

    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        match self {
            Self::SecurityAssociation(association) => out.extend_from_slice(association.body()),
            Self::KeyExchange(exchange) => exchange.write(out),
            Self::InitiatorIdentification(identification) | Self::ResponderIdentification(identification) => {
                identification.write(out);
            }
            Self::Certificate(certificate) => certificate.write(out),
            Self::CertificateRequest(request) => request.write(out),
            Self::Authentication(authentication) => authentication.write(out)?,
            Self::Notify(notification) => notification.write(out)?,
            Self::Delete(delete) => delete.write(out),
            Self::InitiatorTrafficSelectors(selectors) | Self::ResponderTrafficSelectors(selectors) => {
                selectors.write(out);
            }
            Self::EncryptedFragment(fragment) => fragment.write(out)?,
            Self::Configuration(configuration) => configuration.write(out),
            Self::Eap(message) => message.write(out)?,
            Self::Nonce(data)
            | Self::VendorId(data)
            | Self::Encrypted(Encrypted { body: data, .. })
            | Self::Unknown(_, data) => out.extend_from_slice(data),
        }
        Ok(())
    }
}

/// The body of a Key Exchange payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyExchange<'a> {
    /// The group that the value is of.
    pub group: Group,
    /// Reserved, zero.
    pub reserved: [u8; 2],
    /// The public value.
    pub public_value: &'a [u8],
}

impl<'a> KeyExchange<'a> {
    /// The body with this public value.
    pub const fn new(group: Group, public_value: &'a [u8]) -> Self {
        Self { group, reserved: [0; 2], public_value }
    }

    #[inline]
    fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        match body.split_first_chunk::<4>() {
            Some((&[high, low, reserved @ ..], public_value)) => {
                Ok(Self { group: Group(u16::from_be_bytes([high, low])), reserved, public_value })
            }
            None => Err(truncated(PayloadType::IKEV2_KEY_EXCHANGE, 4, body, offset)),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.group.0.to_be_bytes());
        out.extend_from_slice(&self.reserved);
        out.extend_from_slice(self.public_value);
    }
}

impl RawPayload<'_> {
    /// The type of the first payload inside, if this one is encrypted.
    pub const fn first_inside(&self) -> Option<PayloadType> {
        if is_encrypted(self.payload_type) { Some(self.next) } else { None }
    }
}

impl WritePayload for RawPayload<'_> {
    fn payload_type(&self) -> PayloadType {
        self.payload_type
    }

    fn critical(&self) -> bool {
        self.critical
    }

    fn reserved(&self) -> u8 {
        self.reserved
    }

    fn first_inside(&self) -> Option<PayloadType> {
        self.first_inside()
    }

    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        out.extend_from_slice(self.body);
        Ok(())
    }
}
