//! The Notify and Delete payloads (RFC 7296 3.10, 3.11). What the data of a notification say is read in
//! `notification_data`.

use super::fixed::truncated;
use super::notify_types::NotifyType;
use super::numbers::ProtocolId;
use crate::error::{ReadError, Reason, Within, WriteError, count};
use crate::numbers::PayloadType;
use crate::spis::{SpiList, Spis, spi_size};

/// The body of a Notify payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notification<'a> {
    /// The protocol of the SA that the SPI names; without an SPI, 0.
    pub protocol: ProtocolId,
    /// The SPI, at most 255 bytes; empty where the notification is about the IKE SA or none.
    pub spi: &'a [u8],
    /// What is reported.
    pub notify_type: NotifyType,
    /// What the type wants besides; see [`Notification::content`].
    pub data: &'a [u8],
}

impl<'a> Notification<'a> {
    /// The length of the fields before the SPI in bytes.
    pub(super) const FIXED_LENGTH: usize = 4;

    /// A notification that is about no Child SA.
    pub const fn new(notify_type: NotifyType, data: &'a [u8]) -> Self {
        Self { protocol: ProtocolId::NONE, spi: &[], notify_type, data }
    }

    #[inline]
    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let payload_type = PayloadType::IKEV2_NOTIFY;
        let Some((&[protocol, spi_size, high, low], behind)) =
            body.split_first_chunk::<{ Notification::FIXED_LENGTH }>()
        else {
            return Err(truncated(payload_type, Self::FIXED_LENGTH, body, offset));
        };
        let Some((spi, data)) = behind.split_at_checked(usize::from(spi_size)) else {
            let reason = Reason::SpiTooLarge { size: u32::from(spi_size), available: count(behind.len()) };
            return Err(refuse_spi_size(payload_type, offset, reason));
        };
        let notify_type = NotifyType(u16::from_be_bytes([high, low]));
        Ok(Self { protocol: ProtocolId(protocol), spi, notify_type, data })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        out.extend_from_slice(&[self.protocol.0, spi_size(self.spi)?]);
        out.extend_from_slice(&self.notify_type.0.to_be_bytes());
        out.extend_from_slice(self.spi);
        out.extend_from_slice(self.data);
        Ok(())
    }
}

/// The body of a Delete payload: SPIs of one size, which fill it exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delete<'a> {
    protocol: ProtocolId,
    spis: SpiList<'a>,
}

impl<'a> Delete<'a> {
    /// Deletes the IKE SA that the message belongs to: no SPI names it.
    pub const IKE_SA: Self = Self { protocol: ProtocolId::IKE, spis: SpiList::EMPTY };

    /// Deletes one Child SA.
    pub fn one(protocol: ProtocolId, spi: &'a [u8]) -> Result<Self, WriteError> {
        Self::several(protocol, spi, spi.len())
    }

    /// Deletes Child SAs whose SPIs, each `spi_size` bytes, stand one behind the other in `spis`.
    pub fn several(protocol: ProtocolId, spis: &'a [u8], spi_size: usize) -> Result<Self, WriteError> {
        Ok(Self { protocol, spis: SpiList::new(spis, spi_size)? })
    }

    #[inline]
    pub(super) fn read(body: &'a [u8], offset: usize) -> Result<Self, ReadError> {
        let payload_type = PayloadType::IKEV2_DELETE;
        let Some((&[protocol, spi_size, high, low], spis)) = body.split_first_chunk::<4>() else {
            return Err(truncated(payload_type, 4, body, offset));
        };
        let spis = SpiList::read(spi_size, u16::from_be_bytes([high, low]), spis)
            .map_err(|reason| refuse_spi_size(payload_type, offset, reason))?;
        Ok(Self { protocol: ProtocolId(protocol), spis })
    }

    /// The protocol of the deleted SAs.
    pub const fn protocol(&self) -> ProtocolId {
        self.protocol
    }

    /// The size of each SPI in bytes; 0 for the IKE SA.
    pub const fn spi_size(&self) -> u8 {
        self.spis.size()
    }

    /// The SPIs of the deleted SAs: those that the sender of the message receives on.
    pub fn spis(&self) -> Spis<'a> {
        self.spis.iter()
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[self.protocol.0, self.spis.size()]);
        out.extend_from_slice(&self.spis.count().to_be_bytes());
        out.extend_from_slice(self.spis.bytes());
    }
}

fn refuse_spi_size(payload_type: PayloadType, offset: usize, reason: Reason) -> ReadError {
    ReadError::new(offset.saturating_add(1), Within::Payload(payload_type), reason)
}
