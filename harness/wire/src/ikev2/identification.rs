//! The Identification payloads and the names that they can hold (RFC 7296 3.5).

use core::net::{Ipv4Addr, Ipv6Addr};

use super::fixed;
use super::numbers::IdentificationType;
use crate::error::{ReadError, Reason, Within};
use crate::numbers::PayloadType;

/// The body of an Identification payload: of the initiator or of the responder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identification<'a> {
    /// Reserved, zero; what AUTH proves covers it (RFC 7296 2.15).
    pub reserved: [u8; 3],
    /// Who is named.
    pub identity: Identity<'a>,
}

impl<'a> Identification<'a> {
    /// The body that names `identity`.
    pub const fn new(identity: Identity<'a>) -> Self {
        Self { reserved: [0; 3], identity }
    }

    #[inline]
    pub(super) fn read(payload_type: PayloadType, body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let (identification_type, reserved, data) = fixed::split(payload_type, body, offset)?;
        let identity = Identity::read(IdentificationType(identification_type), data).map_err(|reason| {
            ReadError::new(offset.saturating_add(fixed::LENGTH), Within::Payload(payload_type), reason)
        })?;
        Ok(Self { reserved, identity })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(self.identity.identification_type().0);
        out.extend_from_slice(&self.reserved);
        self.identity.write(out);
    }
}

/// A name in one of the forms of RFC 7296 3.5. Text is kept as bytes: a peer may send any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity<'a> {
    /// `ID_IPV4_ADDR`.
    Ipv4Address(Ipv4Addr),
    /// `ID_FQDN`, not terminated.
    Fqdn(&'a [u8]),
    /// `ID_RFC822_ADDR`, not terminated.
    Rfc822Address(&'a [u8]),
    /// `ID_IPV6_ADDR`.
    Ipv6Address(Ipv6Addr),
    /// `ID_DER_ASN1_DN`: a distinguished name in DER.
    DistinguishedName(&'a [u8]),
    /// `ID_DER_ASN1_GN`: a general name in DER.
    GeneralName(&'a [u8]),
    /// `ID_KEY_ID`: opaque bytes.
    KeyId(&'a [u8]),
    /// Any other type.
    Other(IdentificationType, &'a [u8]),
}

impl<'a> Identity<'a> {
    #[inline]
    fn read(identification_type: IdentificationType, data: &'a [u8]) -> Result<Self, Reason> {
        Ok(match identification_type {
            IdentificationType::IPV4_ADDR => Self::Ipv4Address(Ipv4Addr::from(exactly::<4>(data)?)),
            IdentificationType::FQDN => Self::Fqdn(data),
            IdentificationType::RFC822_ADDR => Self::Rfc822Address(data),
            IdentificationType::IPV6_ADDR => Self::Ipv6Address(Ipv6Addr::from(exactly::<16>(data)?)),
            IdentificationType::DER_ASN1_DN => Self::DistinguishedName(data),
            IdentificationType::DER_ASN1_GN => Self::GeneralName(data),
            IdentificationType::KEY_ID => Self::KeyId(data),
            other => Self::Other(other, data),
        })
    }

    /// The number of this form.
    pub const fn identification_type(&self) -> IdentificationType {
        match self {
            Self::Ipv4Address(_) => IdentificationType::IPV4_ADDR,
            Self::Fqdn(_) => IdentificationType::FQDN,
            Self::Rfc822Address(_) => IdentificationType::RFC822_ADDR,
            Self::Ipv6Address(_) => IdentificationType::IPV6_ADDR,
            Self::DistinguishedName(_) => IdentificationType::DER_ASN1_DN,
            Self::GeneralName(_) => IdentificationType::DER_ASN1_GN,
            Self::KeyId(_) => IdentificationType::KEY_ID,
            Self::Other(identification_type, _) => *identification_type,
        }
    }

    /// Appends the identification data, without the type.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Ipv4Address(address) => out.extend_from_slice(&address.octets()),
            Self::Ipv6Address(address) => out.extend_from_slice(&address.octets()),
            Self::Fqdn(data)
            | Self::Rfc822Address(data)
            | Self::DistinguishedName(data)
            | Self::GeneralName(data)
            | Self::KeyId(data)
            | Self::Other(_, data) => out.extend_from_slice(data),
        }
    }
}

fn exactly<const N: usize>(data: &[u8]) -> Result<[u8; N], Reason> {
    <[u8; N]>::try_from(data).map_err(|_| Reason::identity_length(N, data))
}
