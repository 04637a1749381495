//! The Notification and Delete payloads (RFC 2408 3.14, 3.15).

use super::numbers::{Doi, NotifyType, ProtocolId};
use crate::error::{ReadError, Reason, Within, WriteError, count};
use crate::numbers::PayloadType;
use crate::spis::{SpiList, Spis, spi_size};

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
    spis: SpiList<'a>,
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
        Ok(Self { doi, protocol, spis: SpiList::new(spis, spi_size)? })
    }

    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let (fixed, spis) = Fixed::split(PayloadType::DELETE, body, offset)?;
        let Fixed { doi, protocol, spi_size, type_or_count: spi_count } = fixed;
        let spis = SpiList::read(spi_size, spi_count, spis)
            .map_err(|reason| Fixed::refuse_spi_size(PayloadType::DELETE, offset, reason))?;
        Ok(Self { doi, protocol, spis })
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
        self.spis.size()
    }

    /// The SPIs of the deleted SAs.
    pub fn spis(&self) -> Spis<'a> {
        self.spis.iter()
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let Self { doi, protocol, spis } = *self;
        Fixed { doi, protocol, spi_size: spis.size(), type_or_count: spis.count() }.write(out);
        out.extend_from_slice(spis.bytes());
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
