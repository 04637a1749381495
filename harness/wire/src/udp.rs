//! What stands in a UDP datagram besides IKE: the non-ESP marker and the NAT keepalive (RFC 3948 2).

use crate::error::{ReadError, Reason, Within};

/// The four zero bytes that stand before an IKE message on port 4500. RFC 3948 2.2.
pub const NON_ESP_MARKER: [u8; 4] = [0; 4];

/// The whole content of a NAT keepalive. RFC 3948 2.3.
pub const NAT_KEEPALIVE: [u8; 1] = [0xff];

/// What a datagram on port 4500 carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datagram<'a> {
    /// An IKE message; the non-ESP marker is removed.
    Ike(&'a [u8]),
    /// An ESP packet: its SPI is not zero. RFC 3948 2.1.
    Esp(&'a [u8]),
    /// A NAT keepalive, to be ignored. RFC 3948 4.
    NatKeepalive,
}

impl<'a> Datagram<'a> {
    /// Tells apart what port 4500 carries. Bytes that are none of the three are refused.
    pub fn read(bytes: &'a [u8]) -> Result<Self, ReadError> {
        if bytes == NAT_KEEPALIVE {
            return Ok(Self::NatKeepalive);
        }
        match strip_non_esp_marker(bytes) {
            Some(message) => Ok(Self::Ike(message)),
            None if bytes.len() >= NON_ESP_MARKER.len() => Ok(Self::Esp(bytes)),
            None => Err(ReadError::new(0, Within::Datagram, Reason::NotIke)),
        }
    }
}

/// The IKE message behind the non-ESP marker, or nothing if there is no marker.
pub fn strip_non_esp_marker(bytes: &[u8]) -> Option<&[u8]> {
    bytes.strip_prefix(&NON_ESP_MARKER)
}

/// The message as it goes to port 4500: behind a non-ESP marker.
pub fn with_non_esp_marker(message: &[u8]) -> Vec<u8> {
    [&NON_ESP_MARKER, message].concat()
}
