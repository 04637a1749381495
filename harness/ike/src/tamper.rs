//! Faulty peers: a hand in what an endpoint sends, for laboratories and testers.
//!
//! What the faults are is decided by whoever implements [`Tamper`]; where it is called, by the exchanges.

use wire::PayloadType;
use wire::{ikev1, ikev2};

use crate::state::MessageName;

/// Sees each message of an endpoint on its way out, and may change it. By default it does nothing.
///
/// A message passes three points. The first two see its payloads; in a message that is neither authenticated nor protected
/// (MM1 to MM4, IKE_SA_INIT) they come one right after the other. What keys are made from stays as the endpoint drew it,
/// whatever goes out. Payloads that cannot be written (too long, or of no type) go out unchanged. A retransmission sends the
/// same bytes again, and passes no point.
pub trait Tamper {
    /// Before the message is authenticated: SIG, HASH and AUTH cover the change. These payloads are not among the
    /// payloads yet.
    fn before_authentication(&mut self, _message: MessageName, _payloads: &mut Vec<OutgoingPayload>) {}

    /// Before the message is protected: SIG, HASH and AUTH do not cover the change.
    fn before_protection(&mut self, _message: MessageName, _payloads: &mut Vec<OutgoingPayload>) {}

    /// The bytes that go out, from the header on.
    fn after_protection(&mut self, _message: MessageName, _bytes: &mut Vec<u8>) {}

    /// The type of the notification with which the endpoint refuses the session in place of this message, for reasons of
    /// its own that no message tells.
    fn refuses(&mut self, _message: MessageName) -> Option<u16> {
        None
    }
}

/// A payload that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingPayload {
    /// Its type.
    pub payload_type: PayloadType,
    /// The second byte of its generic header: reserved in IKEv1 (RFC 2408 3.2), the critical bit in IKEv2 (RFC 7296 3.2).
    pub flags: u8,
    /// Its body, without the generic header.
    pub body: Vec<u8>,
}

impl OutgoingPayload {
    /// A payload without flags.
    #[must_use]
    pub const fn new(payload_type: PayloadType, body: Vec<u8>) -> Self {
        Self { payload_type, flags: 0, body }
    }

    /// What `payload` writes; nothing where its body is too long to be written.
    pub(crate) fn of(payload: &impl ikev1::WritePayload) -> Self {
        let mut body = Vec::new();
        if payload.write_body(&mut body).is_err() {
            body.clear();
        }
        Self { payload_type: payload.payload_type(), flags: payload.reserved(), body }
    }

    /// What a payload of IKEv2 writes.
    pub(crate) fn of_ikev2(payload: &ikev2::Payload<'_>) -> Self {
        Self::new(payload.payload_type(), payload.body().unwrap_or_default())
    }
}

impl ikev1::WritePayload for OutgoingPayload {
    fn payload_type(&self) -> PayloadType {
        self.payload_type
    }

    fn reserved(&self) -> u8 {
        self.flags
    }

    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), wire::WriteError> {
        out.extend_from_slice(&self.body);
        Ok(())
    }
}

impl ikev2::WritePayload for OutgoingPayload {
    fn payload_type(&self) -> PayloadType {
        self.payload_type
    }

    fn critical(&self) -> bool {
        self.flags & CRITICAL != 0
    }

    fn reserved(&self) -> u8 {
        self.flags & !CRITICAL
    }

    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), wire::WriteError> {
        out.extend_from_slice(&self.body);
        Ok(())
    }
}

/// The critical bit of IKEv2 (RFC 7296 3.2).
const CRITICAL: u8 = 0x80;
