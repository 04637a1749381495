//! IKEv2: which half of its exchange a captured message is, what is inside its encrypted payload where the keys are known,
//! fragments put together, and whose keys its certificates hold.

use std::collections::{BTreeMap, BTreeSet};

use crypto::{Provider, Real};
use ike::keys::ikev2::Spis;
use ike::protection::ikev2::{OpenError, Plain, open, reassemble};
use ike::{Ikev2Exchange, Ikev2Half, MessageName};
use pki::Certificate as X509;
use wire::ikev2::{Certificate, Message, Payload, Payloads};
use wire::{ExchangeType, Header};

use super::Keys;
use super::conversation::Authorities;
use super::{Body, CapturedMessage, Followed, Sealed};

/// Everything of IKEv2 that was captured so far.
#[derive(Default)]
pub struct Conversations {
    seen: BTreeSet<Vec<u8>>,
    /// The fragments of each message so far, by their number.
    fragments: BTreeMap<MessageKey, BTreeMap<u16, Plain>>,
    authorities: Authorities,
}

/// What tells a message from all others: its SA, who asked for that SA and sends, request or response, and the message ID.
type MessageKey = (Spis, u8, u32);

impl Conversations {
    /// Takes note of the next message.
    pub fn follow(&mut self, captured: &CapturedMessage, keys: &Keys) -> Followed {
        let Ok(message) = Message::read(&captured.bytes) else {
            return Followed::UNKNOWN;
        };
        let repeated = !self.seen.insert(captured.bytes.clone());
        let body = self.body(&message, &captured.bytes, keys);
        self.note_certificates(message.payloads());
        if let Body::OpenedIkev2(plain) | Body::Fragment { whole: Some(plain), .. } = &body {
            self.note_certificates(plain.payloads());
        }
        Followed { name: name(&message), repeated, body }
    }

    /// Whose certificates were seen.
    pub fn into_authorities(self) -> Authorities {
        self.authorities
    }

    fn body(&mut self, message: &Message<'_>, bytes: &[u8], keys: &Keys) -> Body {
        let is_encrypted = message.payloads().map_while(Result::ok).any(|raw| raw.first_inside().is_some());
        if !is_encrypted {
            return Body::AsItStands;
        }
        let header = message.header();
        let Some(entry) = keys.ikev2(&spis(header)) else { return Body::Sealed(Sealed::NoKey) };
        let Some(entry) = entry else { return Body::Sealed(Sealed::UnknownAlgorithms) };
        let keys = if message.is_from_initiator() { &entry.initiator } else { &entry.responder };
        match open(&Provider::REAL, keys, bytes) {
            Ok(plain) => match plain.fragment {
                None => Body::OpenedIkev2(plain),
                Some(fragment) => Body::Fragment { fragment, whole: self.add_fragment(plain) },
            },
            // What is malformed is told where the payloads are printed.
            Err(OpenError::NotProtected) => Body::AsItStands,
            Err(error) => Body::Sealed(Sealed::NotOfTheseKeys(error)),
        }
    }

    /// The message that is complete with this fragment; nothing while some are missing, nor for those that come again.
    fn add_fragment(&mut self, plain: Plain) -> Option<Plain> {
        let Header { flags, message_id, .. } = plain.header;
        let fragment = plain.fragment?;
        let parts = self.fragments.entry((spis(&plain.header), flags.0, message_id)).or_default();
        // RFC 7383 2.6: the message was cut anew, into more parts.
        parts.retain(|_, part| part.fragment.is_some_and(|known| known.total == fragment.total));
        if parts.insert(fragment.number, plain).is_some() || parts.len() != usize::from(fragment.total) {
            return None;
        }
        reassemble(&parts.values().cloned().collect::<Vec<_>>())
    }

    fn note_certificates(&mut self, payloads: Payloads<'_>) {
        for payload in payloads.map_while(Result::ok).filter_map(|raw| raw.typed().ok()) {
            let Payload::Certificate(Certificate::X509(der)) = payload else { continue };
            let Ok(certificate) = X509::from_der(der) else { continue };
            let hash = certificate.public_key().request_hash(&Real);
            if let Ok(hash) = (*hash).try_into() {
                self.authorities.insert(hash, certificate.subject().to_string());
            }
        }
    }
}

fn spis(header: &Header) -> Spis {
    Spis { initiator: header.initiator_cookie, responder: header.responder_cookie }
}

fn name(message: &Message<'_>) -> Option<MessageName> {
    let exchange = match message.header().exchange_type {
        ExchangeType::IKE_SA_INIT => Ikev2Exchange::SaInit,
        ExchangeType::IKE_AUTH => Ikev2Exchange::Auth,
        ExchangeType::CREATE_CHILD_SA => Ikev2Exchange::CreateChildSa,
        ExchangeType::IKEV2_INFORMATIONAL => Ikev2Exchange::Informational,
        _ => return None,
    };
    let half = if message.is_response() { Ikev2Half::Response } else { Ikev2Half::Request };
    Some(MessageName::Ikev2(exchange, half))
}
