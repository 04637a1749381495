//! The Identification payload and the names that it can hold (RFC 2407 4.6.2).

use core::net::{Ipv4Addr, Ipv6Addr};

use super::numbers::IdentificationType;
use crate::error::{ReadError, Reason, Within};
use crate::numbers::PayloadType;

/// The body of an Identification payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identification<'a> {
    /// The IP protocol, 0 for any.
    pub protocol: u8,
    /// The port, 0 for any.
    pub port: u16,
    /// Who or what is named.
    pub identity: Identity<'a>,
}

impl<'a> Identification<'a> {
    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let within = Within::Payload(PayloadType::IDENTIFICATION);
        let Some((&[identification_type, protocol, port_high, port_low], data)) =
            body.split_first_chunk::<4>()
        else {
            return Err(ReadError::new(offset, within, Reason::truncated(4, body.len())));
        };
        let identity = Identity::read(IdentificationType(identification_type), data)
            .map_err(|reason| ReadError::new(offset.saturating_add(4), within, reason))?;
        Ok(Self { protocol, port: u16::from_be_bytes([port_high, port_low]), identity })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[self.identity.identification_type().0, self.protocol]);
        out.extend_from_slice(&self.port.to_be_bytes());
        self.identity.write(out);
    }
}

/// A name in one of the forms of RFC 2407 4.6.2.1. Text is kept as bytes: a peer may send any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity<'a> {
    /// `ID_IPV4_ADDR`.
    Ipv4Address(Ipv4Addr),
    /// `ID_FQDN`, not terminated.
    Fqdn(&'a [u8]),
    /// `ID_USER_FQDN`, not terminated.
    UserFqdn(&'a [u8]),
    /// `ID_IPV4_ADDR_SUBNET`.
    Ipv4Subnet {
        /// An address of the subnet.
        address: Ipv4Addr,
        /// The mask, contiguous or not.
        mask: Ipv4Addr,
    },
    /// `ID_IPV4_ADDR_RANGE`.
    Ipv4Range {
        /// The first address.
        first: Ipv4Addr,
        /// The last address, itself included.
        last: Ipv4Addr,
    },
    /// `ID_IPV6_ADDR`.
    Ipv6Address(Ipv6Addr),
    /// `ID_IPV6_ADDR_SUBNET`.
    Ipv6Subnet {
        /// An address of the subnet.
        address: Ipv6Addr,
        /// The mask, contiguous or not.
        mask: Ipv6Addr,
    },
    /// `ID_IPV6_ADDR_RANGE`.
    Ipv6Range {
        /// The first address.
        first: Ipv6Addr,
        /// The last address, itself included.
        last: Ipv6Addr,
    },
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
    pub(super) fn read(identification_type: IdentificationType, data: &'a [u8]) -> Result<Self, Reason> {
        Ok(match identification_type {
            IdentificationType::IPV4_ADDR => Self::Ipv4Address(Ipv4Addr::from(exactly::<4>(data)?)),
            IdentificationType::FQDN => Self::Fqdn(data),
            IdentificationType::USER_FQDN => Self::UserFqdn(data),
            IdentificationType::IPV4_ADDR_SUBNET => {
                let (address, mask) = ipv4_pair(data)?;
                Self::Ipv4Subnet { address, mask }
            }
            IdentificationType::IPV4_ADDR_RANGE => {
                let (first, last) = ipv4_pair(data)?;
                Self::Ipv4Range { first, last }
            }
            IdentificationType::IPV6_ADDR => Self::Ipv6Address(Ipv6Addr::from(exactly::<16>(data)?)),
            IdentificationType::IPV6_ADDR_SUBNET => {
                let (address, mask) = ipv6_pair(data)?;
                Self::Ipv6Subnet { address, mask }
            }
            IdentificationType::IPV6_ADDR_RANGE => {
                let (first, last) = ipv6_pair(data)?;
                Self::Ipv6Range { first, last }
            }
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
            Self::UserFqdn(_) => IdentificationType::USER_FQDN,
            Self::Ipv4Subnet { .. } => IdentificationType::IPV4_ADDR_SUBNET,
            Self::Ipv4Range { .. } => IdentificationType::IPV4_ADDR_RANGE,
            Self::Ipv6Address(_) => IdentificationType::IPV6_ADDR,
            Self::Ipv6Subnet { .. } => IdentificationType::IPV6_ADDR_SUBNET,
            Self::Ipv6Range { .. } => IdentificationType::IPV6_ADDR_RANGE,
            Self::DistinguishedName(_) => IdentificationType::DER_ASN1_DN,
            Self::GeneralName(_) => IdentificationType::DER_ASN1_GN,
            Self::KeyId(_) => IdentificationType::KEY_ID,
            Self::Other(identification_type, _) => *identification_type,
        }
    }

    /// Appends the identification data, without type, protocol and port.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Ipv4Address(address) => out.extend_from_slice(&address.octets()),
            Self::Ipv6Address(address) => out.extend_from_slice(&address.octets()),
            Self::Ipv4Subnet { address: first, mask: second } | Self::Ipv4Range { first, last: second } => {
                out.extend_from_slice(&first.octets());
                out.extend_from_slice(&second.octets());
            }
            Self::Ipv6Subnet { address: first, mask: second } | Self::Ipv6Range { first, last: second } => {
                out.extend_from_slice(&first.octets());
                out.extend_from_slice(&second.octets());
            }
            Self::Fqdn(data)
            | Self::UserFqdn(data)
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

fn ipv4_pair(data: &[u8]) -> Result<(Ipv4Addr, Ipv4Addr), Reason> {
    match data.as_chunks::<4>() {
        (&[first, second], []) => Ok((Ipv4Addr::from(first), Ipv4Addr::from(second))),
        _ => Err(Reason::identity_length(8, data)),
    }
}

fn ipv6_pair(data: &[u8]) -> Result<(Ipv6Addr, Ipv6Addr), Reason> {
    match data.as_chunks::<16>() {
        (&[first, second], []) => Ok((Ipv6Addr::from(first), Ipv6Addr::from(second))),
        _ => Err(Reason::identity_length(32, data)),
    }
}
