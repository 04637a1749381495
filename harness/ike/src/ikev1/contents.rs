//! The payloads of one received message, sorted by what the exchanges ask for.

use std::ops::Range;

use wire::PayloadType;
use wire::ikev1::{
    Certificate, CertificateRequest, Delete, Identification, Notification, Payload, Payloads, RawPayload,
    SecurityAssociation,
};

use crate::event::MessageProblem;

/// The payloads of a message. Of a kind that may stand once, the first counts.
#[derive(Debug, Default)]
pub(super) struct Contents<'a> {
    pub(super) security_association: Option<SecurityAssociation<'a>>,
    pub(super) key_exchange: Option<&'a [u8]>,
    pub(super) nonce: Option<&'a [u8]>,
    pub(super) identities: Vec<Located<'a, Identification<'a>>>,
    pub(super) certificates: Vec<Located<'a, Certificate<'a>>>,
    pub(super) requests: Vec<Located<'a, CertificateRequest<'a>>>,
    pub(super) hash: Option<Located<'a, &'a [u8]>>,
    pub(super) signature: Option<&'a [u8]>,
    pub(super) notifications: Vec<Notification<'a>>,
    pub(super) deletes: Vec<Delete<'a>>,
    pub(super) vendor_ids: Vec<Located<'a, &'a [u8]>>,
    pub(super) nat_detection: Vec<&'a [u8]>,
    /// The type of the first payload.
    first: Option<PayloadType>,
    /// Where the last payload ends, in bytes from the start of the message.
    pub(super) end: usize,
}

/// More payloads in one message are refused: room for a request for each of a thousand CAs, and to spare.
const MOST_PAYLOADS: usize = 2048;

/// From here on payload types are for private use (RFC 2408 3.1).
const FIRST_PRIVATE_TYPE: u8 = 128;

/// A payload together with its place in the message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Located<'a, T> {
    pub(super) value: T,
    raw: RawPayload<'a>,
}

impl<T> Located<'_, T> {
    /// The body, without the generic header.
    pub(super) fn body(&self) -> &[u8] {
        self.raw.body
    }

    /// Where the body stands in the message.
    pub(super) fn body_range(&self) -> Range<usize> {
        self.raw.body_offset()..self.end()
    }

    /// Where the body stands but for its first byte, the encoding of CERT and CERTREQ.
    pub(super) fn data_range(&self) -> Range<usize> {
        self.raw.body_offset() + 1..self.end()
    }

    /// Where the payload ends in the message.
    pub(super) fn end(&self) -> usize {
        self.raw.body_offset() + self.raw.body.len()
    }

    /// The payload after it.
    pub(super) fn next(&self) -> PayloadType {
        self.raw.next
    }
}

impl<'a> Contents<'a> {
    /// Reads the whole chain.
    pub(super) fn read(mut payloads: Payloads<'a>) -> Result<Self, MessageProblem> {
        let mut contents = Self::default();
        for (count, raw) in payloads.by_ref().enumerate() {
            let raw = raw?;
            if count == MOST_PAYLOADS {
                return Err(MessageProblem::TooManyPayloads);
            }
            // RFC 2408 5.3: a reserved field that is not zero makes the payload invalid.
            if raw.reserved != 0 {
                return Err(MessageProblem::Reserved);
            }
            contents.first.get_or_insert(raw.payload_type);
            contents.take(raw)?;
        }
        contents.end = payloads.offset();
        Ok(contents)
    }

    fn take(&mut self, raw: RawPayload<'a>) -> Result<(), MessageProblem> {
        match raw.typed()? {
            Payload::SecurityAssociation(value) => {
                self.security_association.get_or_insert(value);
            }
            Payload::KeyExchange(value) => {
                self.key_exchange.get_or_insert(value);
            }
            Payload::Nonce(value) => {
                self.nonce.get_or_insert(value);
            }
            Payload::Hash(value) => {
                self.hash.get_or_insert(Located { value, raw });
            }
            Payload::Signature(value) => {
                self.signature.get_or_insert(value);
            }
            Payload::Identification(value) => self.identities.push(Located { value, raw }),
            Payload::Certificate(value) => self.certificates.push(Located { value, raw }),
            Payload::CertificateRequest(value) => self.requests.push(Located { value, raw }),
            Payload::VendorId(value) => self.vendor_ids.push(Located { value, raw }),
            Payload::Notification(value) => self.notifications.push(value),
            Payload::Delete(value) => self.deletes.push(value),
            Payload::NatDetection(value) => self.nat_detection.push(value.hash),
            // RFC 2408 5.3: a type that is not assigned makes the message invalid; one for private use is passed over.
            Payload::Unknown(payload_type, _) if payload_type.0 < FIRST_PRIVATE_TYPE => {
                return Err(MessageProblem::Unexpected);
            }
            Payload::NatOriginalAddress(_) | Payload::Unknown(..) => {}
        }
        Ok(())
    }

    /// The SA payload, which stands first in a message of phase 1 (RFC 2409 5).
    pub(super) fn require_leading_security_association(
        &self,
    ) -> Result<SecurityAssociation<'a>, MessageProblem> {
        match self.first {
            Some(PayloadType::SECURITY_ASSOCIATION) => self.require_security_association(),
            _ => Err(MessageProblem::Lacks(PayloadType::SECURITY_ASSOCIATION)),
        }
    }

    pub(super) fn require_security_association(&self) -> Result<SecurityAssociation<'a>, MessageProblem> {
        self.security_association.ok_or(MessageProblem::Lacks(PayloadType::SECURITY_ASSOCIATION))
    }

    pub(super) fn require_key_exchange(&self) -> Result<&'a [u8], MessageProblem> {
        self.key_exchange.ok_or(MessageProblem::Lacks(PayloadType::KEY_EXCHANGE))
    }

    pub(super) fn require_nonce(&self) -> Result<&'a [u8], MessageProblem> {
        let nonce = self.nonce.ok_or(MessageProblem::Lacks(PayloadType::NONCE))?;
        // RFC 2409 5: the length of a nonce is between 8 and 256 bytes.
        if (8..=256).contains(&nonce.len()) { Ok(nonce) } else { Err(MessageProblem::NonceLength) }
    }

    pub(super) fn require_identity(&self) -> Result<&Located<'a, Identification<'a>>, MessageProblem> {
        self.identities.first().ok_or(MessageProblem::Lacks(PayloadType::IDENTIFICATION))
    }

    pub(super) fn require_signature(&self) -> Result<&'a [u8], MessageProblem> {
        self.signature.ok_or(MessageProblem::Lacks(PayloadType::SIGNATURE))
    }

    /// The HASH payload, which stands first: it covers only what follows it (RFC 2409 5.5, 5.7).
    pub(super) fn require_leading_hash(&self) -> Result<&Located<'a, &'a [u8]>, MessageProblem> {
        let leading = self.hash.as_ref().filter(|_| self.first == Some(PayloadType::HASH));
        leading.ok_or(MessageProblem::Lacks(PayloadType::HASH))
    }
}
