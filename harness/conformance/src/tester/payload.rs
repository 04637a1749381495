//! A payload of either version, to be kept, changed, and written again.

use wire::{PayloadType, ReadError, WriteError, ikev1, ikev2};

/// A payload with its body as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Its type.
    pub payload_type: PayloadType,
    /// The second byte of its generic header; in IKEv2 the first bit of it is the critical one (RFC 7296 3.2).
    pub reserved: u8,
    /// What follows the generic header.
    pub body: Vec<u8>,
}

/// The critical bit of IKEv2 in the second byte of a generic header.
pub const CRITICAL: u8 = 0x80;

impl Payload {
    /// A payload with nothing in its reserved byte.
    pub fn new(payload_type: PayloadType, body: impl Into<Vec<u8>>) -> Self {
        Self { payload_type, reserved: 0, body: body.into() }
    }

    /// What it says in IKEv1.
    ///
    /// # Errors
    /// It does not say what its type has to say.
    pub fn as_ikev1(&self) -> Result<ikev1::Payload<'_>, ReadError> {
        let Self { payload_type, reserved, ref body } = *self;
        ikev1::RawPayload { payload_type, next: PayloadType::NONE, reserved, offset: 0, body }.typed()
    }

    /// What it says in IKEv2.
    ///
    /// # Errors
    /// It does not say what its type has to say.
    pub fn as_ikev2(&self) -> Result<ikev2::Payload<'_>, ReadError> {
        let Self { payload_type, ref body, .. } = *self;
        let (critical, reserved) = (self.is_critical(), self.reserved & !CRITICAL);
        ikev2::RawPayload { payload_type, next: PayloadType::NONE, critical, reserved, offset: 0, body }
            .typed()
    }

    /// Whether the critical bit of IKEv2 is set.
    #[must_use]
    pub const fn is_critical(&self) -> bool {
        self.reserved & CRITICAL != 0
    }
}

impl From<ikev1::RawPayload<'_>> for Payload {
    fn from(raw: ikev1::RawPayload<'_>) -> Self {
        Self { payload_type: raw.payload_type, reserved: raw.reserved, body: raw.body.to_vec() }
    }
}

impl From<ikev2::RawPayload<'_>> for Payload {
    fn from(raw: ikev2::RawPayload<'_>) -> Self {
        let critical = if raw.critical { CRITICAL } else { 0 };
        Self { payload_type: raw.payload_type, reserved: critical | raw.reserved, body: raw.body.to_vec() }
    }
}

impl From<ikev1::Payload<'_>> for Payload {
    fn from(payload: ikev1::Payload<'_>) -> Self {
        Self::new(payload.payload_type(), payload.body().expect(super::exchange::FITS))
    }
}

impl From<ikev2::Payload<'_>> for Payload {
    fn from(payload: ikev2::Payload<'_>) -> Self {
        Self::new(payload.payload_type(), payload.body().expect(super::exchange::FITS))
    }
}

impl ikev1::WritePayload for Payload {
    fn payload_type(&self) -> PayloadType {
        self.payload_type
    }

    fn reserved(&self) -> u8 {
        self.reserved
    }

    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        out.extend_from_slice(&self.body);
        Ok(())
    }
}

impl ikev2::WritePayload for Payload {
    fn payload_type(&self) -> PayloadType {
        self.payload_type
    }

    fn critical(&self) -> bool {
        self.is_critical()
    }

    fn reserved(&self) -> u8 {
        self.reserved & !CRITICAL
    }

    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        out.extend_from_slice(&self.body);
        Ok(())
    }
}
