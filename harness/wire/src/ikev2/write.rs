//! Writing messages: the chain of payloads and every length are made here and cannot be wrong. Who wants them
//! wrong writes first and then tells `lies`.

use super::chain::second_byte;
use super::encrypted::{Encrypted, EncryptedFragment};
use super::payload::Payload;
use crate::error::WriteError;
use crate::generic_header::{self, ROOM, length_field, write_block};
use crate::header::{Header, Version};
use crate::numbers::{ExchangeType, Flags, PayloadType};

/// What can stand in a chain of payloads.
pub trait WritePayload {
    /// The type that announces it.
    fn payload_type(&self) -> PayloadType;

    /// The critical bit. It is zero for every type that RFC 7296 defines (3.2).
    fn critical(&self) -> bool {
        false
    }

    /// The seven reserved bits of its generic header.
    fn reserved(&self) -> u8 {
        0
    }

    /// The type of the first payload inside, of an encrypted payload, which has to be the last of its chain.
    fn first_inside(&self) -> Option<PayloadType> {
        None
    }

    /// Appends the body, without the generic header.
    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), WriteError>;
}

/// Appends a chain of payloads, as it stands in a message or is encrypted, and tells the type of the first.
pub fn write_payloads<P: WritePayload>(payloads: &[P], out: &mut Vec<u8>) -> Result<PayloadType, WriteError> {
    let mut successors = payloads.iter().skip(1).map(P::payload_type);
    for payload in payloads {
        if payload.payload_type() == PayloadType::NONE {
            return Err(WriteError::NoPayloadType);
        }
        let next = match (payload.first_inside(), successors.next()) {
            (Some(_), Some(_)) => return Err(WriteError::BehindEncrypted),
            (Some(next), None) | (None, Some(next)) => next,
            (None, None) => PayloadType::NONE,
        };
        let second = second_byte(payload.critical(), payload.reserved());
        write_block("a payload", [next.0, second], out, |out| payload.write_body(out))?;
    }
    Ok(payloads.first().map_or(PayloadType::NONE, P::payload_type))
}

/// Writes messages of one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageBuilder {
    header: Header,
}

impl MessageBuilder {
    /// A message of version 2.0 with message id 0 and no flags.
    pub const fn new(initiator_spi: [u8; 8], responder_spi: [u8; 8], exchange_type: ExchangeType) -> Self {
        Self::like(&Header {
            initiator_cookie: initiator_spi,
            responder_cookie: responder_spi,
            next_payload: PayloadType::NONE,
            version: Version::IKEV2,
            exchange_type,
            flags: Flags::NONE,
            message_id: 0,
            length: 0,
        })
    }

    /// A message with the fields of this header, except its first payload and its length, which are made.
    pub const fn like(header: &Header) -> Self {
        Self { header: *header }
    }

    /// Sets the message id.
    pub const fn message_id(mut self, message_id: u32) -> Self {
        self.header.message_id = message_id;
        self
    }

    /// Adds flags.
    pub const fn flags(mut self, flags: Flags) -> Self {
        self.header.flags = self.header.flags.union(flags);
        self
    }

    /// Writes the message with these payloads; an encrypted one has to be the last.
    pub fn payloads<P: WritePayload>(mut self, payloads: &[P]) -> Result<Vec<u8>, WriteError> {
        let mut body = Vec::with_capacity(ROOM);
        self.header.next_payload = write_payloads(payloads, &mut body)?;
        let mut message = self.header.start_message(body.len())?;
        message.extend_from_slice(&body);
        Ok(message)
    }

    /// Writes the message with one Encrypted payload.
    pub fn encrypted(self, first_inside: PayloadType, body: &[u8]) -> Result<Vec<u8>, WriteError> {
        self.payloads(&[Payload::Encrypted(Encrypted { first_inside, body })])
    }

    /// Writes the message with one Encrypted payload up to its initialization vector; `body_length` bytes are to
    /// be appended. This is what an authenticated cipher authenticates beside the ciphertext (RFC 5282 5.1), and
    /// where an integrity checksum begins (RFC 7296 3.14).
    pub fn start_encrypted(
        self,
        first_inside: PayloadType,
        body_length: usize,
    ) -> Result<Vec<u8>, WriteError> {
        self.start(PayloadType::ENCRYPTED, first_inside, &[], body_length)
    }

    /// Writes the message with one Encrypted Fragment payload up to its initialization vector; `body_length` bytes
    /// are to be appended. The `body` of `fragment` is not looked at.
    pub fn start_fragment(
        self,
        fragment: EncryptedFragment<'_>,
        body_length: usize,
    ) -> Result<Vec<u8>, WriteError> {
        let mut numbers = Vec::new();
        EncryptedFragment { body: &[], ..fragment }.write(&mut numbers)?;
        self.start(PayloadType::ENCRYPTED_FRAGMENT, fragment.first_inside, &numbers, body_length)
    }

    fn start(
        mut self,
        payload_type: PayloadType,
        first_inside: PayloadType,
        fields: &[u8],
        body_length: usize,
    ) -> Result<Vec<u8>, WriteError> {
        let length = generic_header::LENGTH.saturating_add(fields.len()).saturating_add(body_length);
        let length_field = length_field("a payload", length)?;
        self.header.next_payload = payload_type;
        let mut message = self.header.start_message(length)?;
        message.extend_from_slice(&[first_inside.0, second_byte(false, 0)]);
        message.extend_from_slice(&length_field);
        message.extend_from_slice(fields);
        Ok(message)
    }
}
