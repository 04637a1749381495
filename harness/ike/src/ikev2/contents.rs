//! The payloads of one received message, sorted by what the exchanges ask for.

use std::cell::OnceCell;
use std::ops::Range;

use wire::ikev2::{
    Authentication, Certificate, CertificateRequest, Delete, Identification, KeyExchange, Notification,
    NotifyType, Payload, Payloads, RawPayload, SecurityAssociation, TrafficSelectors,
};
use wire::{PayloadType, ReadError};

use crate::event::MessageProblem;

/// The payloads of a message. Of a kind that may stand once, the first counts.
#[derive(Debug, Default)]
pub(super) struct Contents<'a> {
    pub(super) security_association: Option<SecurityAssociation<'a>>,
    pub(super) key_exchange: Option<KeyExchange<'a>>,
    pub(super) nonce: Option<&'a [u8]>,
    pub(super) initiator: Option<Located<'a, Identification<'a>>>,
    pub(super) responder: Option<Located<'a, Identification<'a>>>,
    pub(super) certificates: Vec<Located<'a, Certificate<'a>>>,
    pub(super) requests: Vec<Located<'a, CertificateRequest<'a>>>,
    pub(super) authentication: Option<Authentication<'a>>,
    pub(super) notifications: Vec<Notification<'a>>,
    pub(super) deletes: Vec<Delete<'a>>,
    pub(super) vendor_ids: Vec<Located<'a, &'a [u8]>>,
    pub(super) initiator_selectors: Option<Located<'a, TrafficSelectors<'a>>>,
    pub(super) responder_selectors: Option<Located<'a, TrafficSelectors<'a>>>,
    /// The first critical payload that is not known (RFC 7296 2.5).
    pub(super) unknown_critical: Option<PayloadType>,
    /// Whether there is no payload at all.
    pub(super) is_empty: bool,
    /// What [`Self::read_certificates`] reads.
    read_certificates: OnceCell<Vec<Option<pki::Certificate>>>,
}

/// More payloads in one message are refused.
const MOST_PAYLOADS: usize = 1024;

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
        self.raw.body_offset()..self.raw.body_offset() + self.raw.body.len()
    }

    /// Where the body stands but for its first byte, the encoding of CERT and CERTREQ.
    pub(super) fn data_range(&self) -> Range<usize> {
        let Range { start, end } = self.body_range();
        start + 1..end
    }

    /// The payload after it.
    pub(super) fn next(&self) -> PayloadType {
        self.raw.next
    }
}

impl<'a> Contents<'a> {
    /// Reads the whole chain.
    pub(super) fn read(payloads: Payloads<'a>) -> Result<Self, MessageProblem> {
        let mut contents = Self { is_empty: true, ..Self::default() };
        for (count, raw) in payloads.enumerate() {
            let raw = raw?;
            if count == MOST_PAYLOADS {
                return Err(MessageProblem::TooManyPayloads);
            }
            contents.is_empty = false;
            contents.take(raw)?;
        }
        Ok(contents)
    }

    fn take(&mut self, raw: RawPayload<'a>) -> Result<(), ReadError> {
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
            Payload::InitiatorIdentification(value) => {
                self.initiator.get_or_insert(Located { value, raw });
            }
            Payload::ResponderIdentification(value) => {
                self.responder.get_or_insert(Located { value, raw });
            }
            Payload::Authentication(value) => {
                self.authentication.get_or_insert(value);
            }
            Payload::InitiatorTrafficSelectors(value) => {
                self.initiator_selectors.get_or_insert(Located { value, raw });
            }
            Payload::ResponderTrafficSelectors(value) => {
                self.responder_selectors.get_or_insert(Located { value, raw });
            }
            Payload::Certificate(value) => self.certificates.push(Located { value, raw }),
            Payload::CertificateRequest(value) => self.requests.push(Located { value, raw }),
            Payload::VendorId(value) => self.vendor_ids.push(Located { value, raw }),
            Payload::Notify(value) => self.notifications.push(value),
            Payload::Delete(value) => self.deletes.push(value),
            Payload::Unknown(payload_type, _) if raw.critical => {
                self.unknown_critical.get_or_insert(payload_type);
            }
            Payload::Encrypted(_)
            | Payload::EncryptedFragment(_)
            | Payload::Configuration(_)
            | Payload::Eap(_)
            | Payload::Unknown(..) => {}
        }
        Ok(())
    }

    /// The certificates of the payloads, in their order; none where one cannot be read or stands elsewhere. They are read
    /// once, when somebody asks first.
    pub(super) fn read_certificates(&self) -> &[Option<pki::Certificate>] {
        self.read_certificates.get_or_init(|| {
            let payloads = self.certificates.iter();
            payloads
                .map(|payload| match payload.value {
                    Certificate::X509(der) => pki::Certificate::from_der(der).ok(),
                    _ => None,
                })
                .collect()
        })
    }

    pub(super) fn require_security_association(&self) -> Result<SecurityAssociation<'a>, MessageProblem> {
        self.security_association.ok_or(MessageProblem::Lacks(PayloadType::IKEV2_SECURITY_ASSOCIATION))
    }

    pub(super) fn require_key_exchange(&self) -> Result<KeyExchange<'a>, MessageProblem> {
        self.key_exchange.ok_or(MessageProblem::Lacks(PayloadType::IKEV2_KEY_EXCHANGE))
    }

    pub(super) fn require_nonce(&self) -> Result<&'a [u8], MessageProblem> {
        let nonce = self.nonce.ok_or(MessageProblem::Lacks(PayloadType::IKEV2_NONCE))?;
        // RFC 7296 3.9
        if (16..=256).contains(&nonce.len()) { Ok(nonce) } else { Err(MessageProblem::NonceLength) }
    }

    /// The first notification of a type.
    pub(super) fn notification(&self, notify_type: NotifyType) -> Option<&Notification<'a>> {
        self.notifications.iter().find(|one| one.notify_type == notify_type)
    }

    /// The first notification of an error.
    pub(super) fn error(&self) -> Option<NotifyType> {
        self.notifications.iter().map(|one| one.notify_type).find(|one| one.is_error())
    }
}
