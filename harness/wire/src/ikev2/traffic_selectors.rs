//! The Traffic Selector payloads (RFC 7296 3.13).
//!
//! The whole payload is checked once, when it is read; walking it afterwards cannot fail.

use core::net::{Ipv4Addr, Ipv6Addr};

use super::fixed;
use super::numbers::TrafficSelectorType;
use crate::elements::expect_end;
use crate::error::{ReadError, Reason, Within, WriteError, count};
use crate::generic_header::length_field;
use crate::numbers::PayloadType;

/// The body of a Traffic Selector payload: of the initiator or of the responder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrafficSelectors<'a> {
    /// Reserved, zero.
    pub reserved: [u8; 3],
    count: u8,
    selectors: &'a [u8],
}

impl<'a> TrafficSelectors<'a> {
    #[inline]
    pub(super) fn read(payload_type: PayloadType, body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let (announced, reserved, selectors) = fixed::split(payload_type, body, offset)?;
        let within = Within::Payload(payload_type);
        let mut rest = selectors;
        for _ in 0..announced {
            let walked = body.len().saturating_sub(rest.len());
            (_, rest) = split_selector(rest).map_err(|(field, reason)| {
                let offset = offset.saturating_add(walked).saturating_add(field);
                ReadError::new(offset, Within::TrafficSelector, reason)
            })?;
        }
        expect_end(rest, offset.saturating_add(body.len().saturating_sub(rest.len())), within)?;
        // RFC 7296 3.13: there is at least one.
        if announced == 0 {
            return Err(ReadError::new(offset, within, Reason::Empty));
        }
        Ok(Self { reserved, count: announced, selectors })
    }

    /// The selectors in their order.
    pub const fn iter(&self) -> TrafficSelectorsIter<'a> {
        TrafficSelectorsIter { rest: self.selectors }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(self.count);
        out.extend_from_slice(&self.reserved);
        out.extend_from_slice(self.selectors);
    }
}

impl<'a> IntoIterator for TrafficSelectors<'a> {
    type Item = TrafficSelector<'a>;
    type IntoIter = TrafficSelectorsIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The body of a Traffic Selector payload that was written here, and so is well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficSelectorsBuf {
    count: u8,
    selectors: Vec<u8>,
}

impl TrafficSelectorsBuf {
    /// Writes selectors, 1 to 255.
    pub fn new(selectors: &[TrafficSelector<'_>]) -> Result<Self, WriteError> {
        let count = u8::try_from(selectors.len()).map_err(|_| WriteError::TooLong {
            what: "a list of traffic selectors",
            length: selectors.len(),
            most: usize::from(u8::MAX),
        })?;
        if count == 0 {
            return Err(WriteError::NoTrafficSelector);
        }
        let mut written = Vec::new();
        selectors.iter().try_for_each(|selector| selector.write(&mut written))?;
        Ok(Self { count, selectors: written })
    }

    /// What was written, as if it had been read.
    pub fn view(&self) -> TrafficSelectors<'_> {
        TrafficSelectors { reserved: [0; 3], count: self.count, selectors: &self.selectors }
    }
}

/// A traffic selector. RFC 7296 3.13.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrafficSelector<'a> {
    /// `TS_IPV4_ADDR_RANGE`.
    Ipv4(AddressRange<Ipv4Addr>),
    /// `TS_IPV6_ADDR_RANGE`.
    Ipv6(AddressRange<Ipv6Addr>),
    /// Any other type, as it stands.
    Other {
        /// The type.
        selector_type: TrafficSelectorType,
        /// The byte behind the type: the protocol, or reserved.
        protocol: u8,
        /// What stands behind the length.
        data: &'a [u8],
    },
}

/// Addresses, ports and a protocol. Whether the first is before the last is not judged here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange<A> {
    /// The IP protocol, 0 for any.
    pub protocol: u8,
    /// The first port; of ICMP, type and code.
    pub first_port: u16,
    /// The last port, itself included. 65535 to 0 stands for opaque.
    pub last_port: u16,
    /// The first address.
    pub first: A,
    /// The last address, itself included.
    pub last: A,
}

impl<A> AddressRange<A> {
    /// Any protocol and port between these addresses.
    pub const fn any(first: A, last: A) -> Self {
        Self { protocol: 0, first_port: 0, last_port: u16::MAX, first, last }
    }

    #[inline]
    fn read<const N: usize>(protocol: u8, data: &[u8]) -> Option<Self>
    where
        A: From<[u8; N]>,
    {
        let (&[first_high, first_low, last_high, last_low], addresses) = data.split_first_chunk()?;
        let (&first, last) = addresses.split_first_chunk::<N>()?;
        let last = <[u8; N]>::try_from(last).ok()?;
        Some(Self {
            protocol,
            first_port: u16::from_be_bytes([first_high, first_low]),
            last_port: u16::from_be_bytes([last_high, last_low]),
            first: A::from(first),
            last: A::from(last),
        })
    }

    fn write_ports(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.first_port.to_be_bytes());
        out.extend_from_slice(&self.last_port.to_be_bytes());
    }
}

impl TrafficSelector<'_> {
    /// The length of the fields before the ports in bytes.
    const HEADER_LENGTH: usize = 4;
    /// The lengths of the two known types in bytes.
    const IPV4_LENGTH: usize = 16;
    const IPV6_LENGTH: usize = 40;

    /// The number of this type.
    pub const fn selector_type(&self) -> TrafficSelectorType {
        match self {
            Self::Ipv4(_) => TrafficSelectorType::IPV4_ADDR_RANGE,
            Self::Ipv6(_) => TrafficSelectorType::IPV6_ADDR_RANGE,
            Self::Other { selector_type, .. } => *selector_type,
        }
    }

    /// The byte behind the type: the IP protocol, 0 for any.
    pub const fn protocol(&self) -> u8 {
        match self {
            Self::Ipv4(range) => range.protocol,
            Self::Ipv6(range) => range.protocol,
            Self::Other { protocol, .. } => *protocol,
        }
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let length = match self {
            Self::Ipv4(_) => Self::IPV4_LENGTH,
            Self::Ipv6(_) => Self::IPV6_LENGTH,
            Self::Other { data, .. } => Self::HEADER_LENGTH.saturating_add(data.len()),
        };
        out.extend_from_slice(&[self.selector_type().0, self.protocol()]);
        out.extend_from_slice(&length_field("a traffic selector", length)?);
        match self {
            Self::Ipv4(range) => {
                range.write_ports(out);
                out.extend_from_slice(&range.first.octets());
                out.extend_from_slice(&range.last.octets());
            }
            Self::Ipv6(range) => {
                range.write_ports(out);
                out.extend_from_slice(&range.first.octets());
                out.extend_from_slice(&range.last.octets());
            }
            Self::Other { data, .. } => out.extend_from_slice(data),
        }
        Ok(())
    }
}

/// Takes the first selector off `bytes`, or tells at which of its bytes it is wrong, and why.
#[inline]
fn split_selector(bytes: &[u8]) -> Result<(TrafficSelector<'_>, &[u8]), (usize, Reason)> {
    const HEADER: usize = TrafficSelector::HEADER_LENGTH;
    let Some((&[selector_type, protocol, high, low], behind)) = bytes.split_first_chunk::<HEADER>() else {
        return Err((0, Reason::truncated(HEADER, bytes.len())));
    };
    let length = u16::from_be_bytes([high, low]);
    let Some(data_length) = usize::from(length).checked_sub(HEADER) else {
        return Err((2, Reason::too_small(length, HEADER)));
    };
    let Some((data, rest)) = behind.split_at_checked(data_length) else {
        return Err((2, Reason::too_large(length, bytes.len())));
    };
    let wrong_length =
        |expected| (2, Reason::SelectorLength { expected: count(expected), found: u32::from(length) });
    let selector = match TrafficSelectorType(selector_type) {
        TrafficSelectorType::IPV4_ADDR_RANGE => TrafficSelector::Ipv4(
            AddressRange::read(protocol, data).ok_or_else(|| wrong_length(TrafficSelector::IPV4_LENGTH))?,
        ),
        TrafficSelectorType::IPV6_ADDR_RANGE => TrafficSelector::Ipv6(
            AddressRange::read(protocol, data).ok_or_else(|| wrong_length(TrafficSelector::IPV6_LENGTH))?,
        ),
        selector_type => TrafficSelector::Other { selector_type, protocol, data },
    };
    Ok((selector, rest))
}

/// The selectors of a Traffic Selector payload.
#[derive(Clone, Debug)]
pub struct TrafficSelectorsIter<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for TrafficSelectorsIter<'a> {
    type Item = TrafficSelector<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (selector, rest) = split_selector(self.rest).ok()?;
        self.rest = rest;
        Some(selector)
    }
}
