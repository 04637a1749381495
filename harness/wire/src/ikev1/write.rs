//! Writing messages: the chain of payloads and every length are made here and cannot be wrong. Who wants them
//! wrong writes first and then tells `lies`.

use super::chain::Payloads;
use crate::error::WriteError;
use crate::generic_header::{ROOM, write_block};
use crate::header::{Header, Version};
use crate::numbers::{ExchangeType, Flags, PayloadType};

/// What can stand in a chain of payloads.
pub trait WritePayload {
    /// The type that announces it.
    fn payload_type(&self) -> PayloadType;

    /// The reserved byte of its generic header.
    fn reserved(&self) -> u8 {
        0
    }

    /// Appends the body, without the generic header.
    fn write_body(&self, out: &mut Vec<u8>) -> Result<(), WriteError>;
}

/// Appends a chain of payloads, as it stands in a message or is encrypted, and tells the type of the first.
pub fn write_payloads<P: WritePayload>(payloads: &[P], out: &mut Vec<u8>) -> Result<PayloadType, WriteError> {
    let mut successors = payloads.iter().skip(1);
    for payload in payloads {
        let next = successors.next().map_or(PayloadType::NONE, P::payload_type);
        if payload.payload_type() == PayloadType::NONE {
            return Err(WriteError::NoPayloadType);
        }
        write_block("a payload", [next.0, payload.reserved()], out, |out| payload.write_body(out))?;
    }
    Ok(payloads.first().map_or(PayloadType::NONE, P::payload_type))
}

/// Writes messages of one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageBuilder {
    header: Header,
    padding: Vec<u8>,
}

impl MessageBuilder {
    /// A message of version 1.0 with message id 0 and no flags.
    pub const fn new(
        initiator_cookie: [u8; 8],
        responder_cookie: [u8; 8],
        exchange_type: ExchangeType,
    ) -> Self {
        Self::like(&Header {
            initiator_cookie,
            responder_cookie,
            next_payload: PayloadType::NONE,
            version: Version::IKEV1,
            exchange_type,
            flags: Flags::NONE,
            message_id: 0,
            length: 0,
        })
    }

    /// A message with the fields of this header, except its first payload and its length, which are made.
    pub const fn like(header: &Header) -> Self {
        Self { header: *header, padding: Vec::new() }
    }

    /// Sets the message id.
    pub const fn message_id(mut self, message_id: u32) -> Self {
        self.header.message_id = message_id;
        self
    }

    /// Adds flags. The encryption flag is set or cleared when the message is written.
    pub const fn flags(mut self, flags: Flags) -> Self {
        self.header.flags = self.header.flags.union(flags);
        self
    }

    /// Sets the bytes behind the last payload of a plain message. RFC 2408 3.6 allows up to three, to make
    /// its length a multiple of four.
    pub fn padding(mut self, padding: &[u8]) -> Self {
        self.padding = padding.to_vec();
        self
    }

    /// Writes the message with these payloads, not encrypted.
    pub fn plain<P: WritePayload>(mut self, payloads: &[P]) -> Result<Vec<u8>, WriteError> {
        let mut body = Vec::with_capacity(ROOM);
        let first = write_payloads(payloads, &mut body)?;
        body.extend_from_slice(&self.padding);
        if let Some(Err(error)) = Payloads::whole(first, &body, Header::LENGTH).find(Result::is_err) {
            return Err(WriteError::Malformed(error));
        }
        self.header.flags = self.header.flags.without(Flags::ENCRYPTION);
        self.finish(first, &body)
    }

    /// Writes the message with this encrypted body, the first payload of which has type `first`.
    pub fn encrypted(mut self, first: PayloadType, body: &[u8]) -> Result<Vec<u8>, WriteError> {
        self.header.flags = self.header.flags.union(Flags::ENCRYPTION);
        self.finish(first, body)
    }

    fn finish(mut self, first: PayloadType, body: &[u8]) -> Result<Vec<u8>, WriteError> {
        self.header.next_payload = first;
        let mut message = self.header.start_message(body.len())?;
        message.extend_from_slice(body);
        Ok(message)
    }
}
