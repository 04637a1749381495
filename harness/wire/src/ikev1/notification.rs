//! The Notification and Delete payloads (RFC 2408 3.14, 3.15).

use super::numbers::{Doi, NotifyType, ProtocolId};
use crate::error::{ReadError, Reason, Within, WriteError, count};
use crate::numbers::PayloadType;

/// The body of a Notification payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notification<'a> {
    /// Who assigns the notify type.
    pub doi: Doi,
    /// What the notification is about.
    pub protocol: ProtocolId,
    /// The SPI, at most 255 bytes; for ISAKMP both cookies, or nothing.
    pub spi: &'a [u8],
    /// What is reported.
    pub notify_type: NotifyType,
    /// What the type wants besides.
    pub data: &'a [u8],
}

impl<'a> Notification<'a> {
    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let (fixed, behind) = Fixed::split(PayloadType::NOTIFICATION, body, offset)?;
        let Some((spi, data)) = behind.split_at_checked(usize::from(fixed.spi_size)) else {
            let size = u32::from(fixed.spi_size);
            let reason = Reason::SpiTooLarge { size, available: count(behind.len()) };
            return Err(Fixed::refuse_spi_size(PayloadType::NOTIFICATION, offset, reason));
        };
        let notify_type = NotifyType(fixed.type_or_count);
        Ok(Self { doi: fixed.doi, protocol: fixed.protocol, spi, notify_type, data })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let spi_size = spi_size(self.spi)?;
        let type_or_count = self.notify_type.0;
        Fixed { doi: self.doi, protocol: self.protocol, spi_size, type_or_count }.write(out);
        out.extend_from_slice(self.spi);
        out.extend_from_slice(self.data);
        Ok(())
    }
}

/// The body of a Delete payload: SPIs of one size, which fill it exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delete<'a> {
    doi: Doi,
    protocol: ProtocolId,
    spi_size: u8,
    spis: &'a [u8],
}

impl<'a> Delete<'a> {
    /// Deletes one SA.
    pub fn one(doi: Doi, protocol: ProtocolId, spi: &'a [u8]) -> Result<Self, WriteError> {
        Self::several(doi, protocol, spi, spi.len())
    }

    /// Deletes SAs whose SPIs, each `spi_size` bytes, stand one behind the other in `spis`.
    pub fn several(
        doi: Doi,
        protocol: ProtocolId,
        spis: &'a [u8],
        spi_size: usize,
    ) -> Result<Self, WriteError> {
        let count = spis.len().checked_div(spi_size).ok_or(WriteError::EmptySpi)?;
        if count > usize::from(u16::MAX) {
            return Err(WriteError::TooLong {
                what: "a list of SPIs",
                length: count,
                most: usize::from(u16::MAX),
            });
        }
        if spis.len().checked_rem(spi_size) != Some(0) {
            return Err(WriteError::SpiSizes);
        }
        let spi_size = u8::try_from(spi_size).map_err(|_| spi_too_long(spi_size))?;
        Ok(Self { doi, protocol, spi_size, spis })
    }

    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let (fixed, spis) = Fixed::split(PayloadType::DELETE, body, offset)?;
        let Fixed { doi, protocol, spi_size, type_or_count: spi_count } = fixed;
        // SPIs without bytes would be 65535 deletions in twelve bytes; no protocol has such SPIs.
        let empty_spis = spi_size == 0 && spi_count != 0;
        let expected = usize::from(spi_count).saturating_mul(usize::from(spi_size));
        if empty_spis || expected != spis.len() {
            let available = count(spis.len());
            let reason = Reason::SpiCount { count: spi_count, size: spi_size, available };
            return Err(Fixed::refuse_spi_size(PayloadType::DELETE, offset, reason));
        }
        Ok(Self { doi, protocol, spi_size, spis })
    }

    /// Who assigns the protocol.
    pub const fn doi(&self) -> Doi {
        self.doi
    }

    /// The protocol of the deleted SAs.
    pub const fn protocol(&self) -> ProtocolId {
        self.protocol
    }

    /// The size of each SPI in bytes; 16, both cookies, for ISAKMP.
    pub const fn spi_size(&self) -> u8 {
        self.spi_size
    }

    /// The SPIs of the deleted SAs.
    pub fn spis(&self) -> Spis<'a> {
        Spis { rest: self.spis, size: usize::from(self.spi_size) }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        // A size of zero goes with no SPI at all; the count fits, as both constructors check.
        let spi_count = self.spis.len().checked_div(usize::from(self.spi_size)).unwrap_or(0) as u16;
        let Self { doi, protocol, spi_size, spis } = *self;
        Fixed { doi, protocol, spi_size, type_or_count: spi_count }.write(out);
        out.extend_from_slice(spis);
    }
}

/// The SPIs of a Delete payload in their order.
#[derive(Clone, Debug)]
pub struct Spis<'a> {
    rest: &'a [u8],
    size: usize,
}

impl<'a> Iterator for Spis<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (spi, rest) = self.rest.split_at_checked(self.size)?;
        self.rest = rest;
        Some(spi)
    }
}

/// The fields that both payloads begin with.
struct Fixed {
    doi: Doi,
    protocol: ProtocolId,
    spi_size: u8,
    /// The notify type, or the number of SPIs.
    type_or_count: u16,
}

impl Fixed {
    const LENGTH: usize = 8;
    const SPI_SIZE_OFFSET: usize = 5;

    fn split(payload_type: PayloadType, body: &[u8], offset: usize) -> Result<(Self, &[u8]), ReadError> {
        let Some((&fixed, behind)) = body.split_first_chunk::<{ Fixed::LENGTH }>() else {
            let reason = Reason::truncated(Fixed::LENGTH, body.len());
            return Err(ReadError::new(offset, Within::Payload(payload_type), reason));
        };
        let [doi @ .., protocol, spi_size, high, low] = fixed;
        let fixed = Self {
            doi: Doi(u32::from_be_bytes(doi)),
            protocol: ProtocolId(protocol),
            spi_size,
            type_or_count: u16::from_be_bytes([high, low]),
        };
        Ok((fixed, behind))
    }

    fn refuse_spi_size(payload_type: PayloadType, offset: usize, reason: Reason) -> ReadError {
        let field = offset.saturating_add(Self::SPI_SIZE_OFFSET);
        ReadError::new(field, Within::Payload(payload_type), reason)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.doi.0.to_be_bytes());
        out.extend_from_slice(&[self.protocol.0, self.spi_size]);
        out.extend_from_slice(&self.type_or_count.to_be_bytes());
    }
}

/// The size of an SPI as the byte that announces it.
pub(super) fn spi_size(spi: &[u8]) -> Result<u8, WriteError> {
    u8::try_from(spi.len()).map_err(|_| spi_too_long(spi.len()))
}

fn spi_too_long(length: usize) -> WriteError {
    WriteError::TooLong { what: "an SPI", length, most: usize::from(u8::MAX) }
}
