//! SPIs: one behind its size, and the list of a Delete payload, which both versions of IKE count alike (RFC 2408
//! 3.15, RFC 7296 3.11).

use crate::error::{Reason, WriteError, count};

/// SPIs of one size, one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpiList<'a> {
    size: u8,
    bytes: &'a [u8],
}

impl<'a> SpiList<'a> {
    /// No SPI at all.
    pub(crate) const EMPTY: Self = Self { size: 0, bytes: &[] };

    /// SPIs to be written, each `size` bytes.
    pub(crate) fn new(bytes: &'a [u8], size: usize) -> Result<Self, WriteError> {
        let count = bytes.len().checked_div(size).ok_or(WriteError::EmptySpi)?;
        if count > usize::from(u16::MAX) {
            return Err(WriteError::TooLong {
                what: "a list of SPIs",
                length: count,
                most: usize::from(u16::MAX),
            });
        }
        if bytes.len().checked_rem(size) != Some(0) {
            return Err(WriteError::SpiSizes);
        }
        let size = u8::try_from(size).map_err(|_| spi_too_long(size))?;
        Ok(Self { size, bytes })
    }

    /// SPIs that were read, of which the payload announces `announced`, each `size` bytes.
    pub(crate) fn read(size: u8, announced: u16, bytes: &'a [u8]) -> Result<Self, Reason> {
        // SPIs without bytes would be 65535 deletions in a few bytes; no protocol has such SPIs.
        let empty_spis = size == 0 && announced != 0;
        let expected = usize::from(announced).saturating_mul(usize::from(size));
        if empty_spis || expected != bytes.len() {
            return Err(Reason::SpiCount { count: announced, size, available: count(bytes.len()) });
        }
        Ok(Self { size, bytes })
    }

    pub(crate) const fn size(&self) -> u8 {
        self.size
    }

    /// How many they are.
    pub(crate) fn count(&self) -> u16 {
        // A size of zero goes with no SPI at all; the count fits, as both constructors check.
        self.bytes.len().checked_div(usize::from(self.size)).unwrap_or(0) as u16
    }

    pub(crate) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(crate) fn iter(&self) -> Spis<'a> {
        Spis { rest: self.bytes, size: usize::from(self.size) }
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

/// The size of an SPI as the byte that announces it.
pub(crate) fn spi_size(spi: &[u8]) -> Result<u8, WriteError> {
    u8::try_from(spi.len()).map_err(|_| spi_too_long(spi.len()))
}

fn spi_too_long(length: usize) -> WriteError {
    WriteError::TooLong { what: "an SPI", length, most: usize::from(u8::MAX) }
}
