//! Messages of a session on their way in and out: opened, reassembled, sealed, fragmented, told.
//!
//! What they mean is decided by the exchanges.

use std::net::IpAddr;

use crypto::{Digest, HashAlgorithm, Provider};
use wire::ikev2::{Message, MessageBuilder, Payload, payloads_in, write_payloads};
use wire::{ExchangeType, Flags, Header, PayloadType, Version};

use crate::context::Context;
use crate::endpoint::Path;
use crate::event::{EventKind, Ikev2Event, MessageProblem, MessageRecord};
use crate::keys::ikev2::{IkeSaKeys, Spis};
use crate::protection::ikev2::{self as protection, Fragment, OpenError, Plain};
use crate::state::{Ikev2Exchange, Ikev2Half, MessageName, PacketState, Role};
use crate::tamper::OutgoingPayload;

use super::contents::Contents;
use super::window::{Datagrams, Seen};

/// A message as it came.
#[derive(Clone, Copy)]
pub(super) struct Incoming<'a> {
    pub(super) path: Path,
    /// The message without a non-ESP marker.
    pub(super) bytes: &'a [u8],
    pub(super) message: Message<'a>,
    pub(super) digest: Digest,
}

/// The digest of a message, by which a copy of it is known.
pub(crate) fn digest(provider: Provider, message: &[u8]) -> Digest {
    provider.hashes.hash(HashAlgorithm::Sha256, &[message])
}

/// Why writing our own payloads cannot fail: each is bounded far below 64 KB by what a router can be configured with.
pub(super) const FITS: &str = "payloads made here fit into their length fields";

/// The name of a message by its header.
pub(super) fn name(header: &Header) -> MessageName {
    let half = if header.flags.contains(Flags::RESPONSE) { Ikev2Half::Response } else { Ikev2Half::Request };
    match exchange(header.exchange_type) {
        Some(exchange) => MessageName::Ikev2(exchange, half),
        None => MessageName::Unknown,
    }
}

fn exchange(exchange_type: ExchangeType) -> Option<Ikev2Exchange> {
    match exchange_type {
        ExchangeType::IKE_SA_INIT => Some(Ikev2Exchange::SaInit),
        ExchangeType::IKE_AUTH => Some(Ikev2Exchange::Auth),
        ExchangeType::CREATE_CHILD_SA => Some(Ikev2Exchange::CreateChildSa),
        ExchangeType::IKEV2_INFORMATIONAL => Some(Ikev2Exchange::Informational),
        _ => None,
    }
}

const fn exchange_type(exchange: Ikev2Exchange) -> ExchangeType {
    match exchange {
        Ikev2Exchange::SaInit => ExchangeType::IKE_SA_INIT,
        Ikev2Exchange::Auth => ExchangeType::IKE_AUTH,
        Ikev2Exchange::CreateChildSa => ExchangeType::CREATE_CHILD_SA,
        Ikev2Exchange::Informational => ExchangeType::IKEV2_INFORMATIONAL,
    }
}

/// A message of an IKE SA that is about to be written.
#[derive(Clone, Copy)]
pub(super) struct Outgoing {
    pub(super) path: Path,
    pub(super) spis: Spis,
    /// Our role in the IKE SA, whoever begins the exchange.
    pub(super) role: Role,
    pub(super) exchange: Ikev2Exchange,
    pub(super) half: Ikev2Half,
    pub(super) message_id: u32,
}

impl Outgoing {
    pub(super) const fn name(&self) -> MessageName {
        MessageName::Ikev2(self.exchange, self.half)
    }

    fn header(&self) -> Header {
        let initiator = if self.role == Role::Initiator { Flags::INITIATOR } else { Flags::NONE };
        let response = if self.half == Ikev2Half::Response { Flags::RESPONSE } else { Flags::NONE };
        Header {
            initiator_cookie: self.spis.initiator,
            responder_cookie: self.spis.responder,
            next_payload: PayloadType::NONE,
            version: Version::IKEV2,
            exchange_type: exchange_type(self.exchange),
            flags: initiator.union(response),
            message_id: self.message_id,
            length: 0,
        }
    }

    /// Writes a message that is not encrypted.
    pub(super) fn plain(&self, context: &mut Context<'_>, payloads: &[Payload<'_>]) -> Datagrams {
        let mut payloads = payloads.iter().map(OutgoingPayload::of_ikev2).collect();
        context.before_authentication(self.name(), &mut payloads);
        context.before_protection(self.name(), &mut payloads);
        let mut bytes = MessageBuilder::like(&self.header()).payloads(&payloads).expect(FITS);
        context.after_protection(self.name(), &mut bytes);
        vec![(self.record(bytes.as_slice().into(), bytes.len(), false, None), bytes)]
    }

    /// Seals a message, in fragments of packets of at most `mtu` bytes where that is given and needed (RFC 7383).
    pub(super) fn sealed(
        &self,
        context: &mut Context<'_>,
        keys: &IkeSaKeys,
        mtu: Option<u16>,
        mut payloads: Vec<OutgoingPayload>,
    ) -> Datagrams {
        context.before_protection(self.name(), &mut payloads);
        let mut body = Vec::new();
        let first = write_payloads(&payloads, &mut body).expect(FITS);
        let plain = Plain::new(self.header(), first, body);
        let (provider, keys) = (context.provider, keys.protection(self.role));
        let longest = mtu.map_or(usize::MAX, |mtu| self.longest(context, mtu));
        let sealed = protection::seal_fragments(&provider, keys, context.random, &plain, longest)
            .or_else(|_| protection::seal(&provider, keys, context.random, &plain).map(|one| vec![one]))
            .expect(FITS);
        let total = u16::try_from(sealed.len()).unwrap_or(u16::MAX);
        let numbered = (1..=u16::MAX).zip(sealed);
        numbered
            .map(|(number, mut bytes)| {
                let fragment = (total > 1).then_some(Fragment { number, total });
                let inside = if number == 1 { plain.body.as_slice() } else { &[] };
                let plaintext =
                    plaintext(&bytes, if number == 1 { first } else { PayloadType::NONE }, inside);
                context.after_protection(self.name(), &mut bytes);
                (self.record(plaintext.into(), bytes.len(), true, fragment), bytes)
            })
            .collect()
    }

    /// The bytes of the longest message that fits into a packet of `mtu` bytes.
    fn longest(&self, context: &Context<'_>, mtu: u16) -> usize {
        let ip = match self.path.local.ip() {
            IpAddr::V4(_) => 20,
            IpAddr::V6(_) => 40,
        };
        let marker = if self.path.local.port() == context.limits.nat_traversal_port { 4 } else { 0 };
        usize::from(mtu).saturating_sub(ip + 8 + marker)
    }

    fn record(
        &self,
        plaintext: std::sync::Arc<[u8]>,
        length: usize,
        encrypted: bool,
        fragment: Option<Fragment>,
    ) -> MessageRecord {
        MessageRecord {
            name: self.name(),
            path: self.path,
            plaintext,
            length,
            encrypted,
            packet_state: PacketState::Ikev2,
            retransmission: 0,
            fragment,
        }
    }
}

/// The header of a sealed message with the payloads inside behind it, as events tell it.
fn plaintext(sealed: &[u8], first: PayloadType, inside: &[u8]) -> Vec<u8> {
    let mut header = Header::read(sealed).expect("a sealed message has a header");
    header.next_payload = first;
    let mut plaintext = Vec::with_capacity(Header::LENGTH + inside.len());
    header.write(&mut plaintext);
    plaintext.extend_from_slice(inside);
    plaintext
}

/// A message that was decrypted, whole.
pub(super) struct Opened {
    /// Its header and the payloads inside.
    pub(super) plaintext: Vec<u8>,
    first: PayloadType,
    /// By what it is known when it comes again.
    pub(super) seen: Seen,
    /// The bytes of its datagrams.
    length: usize,
}

impl Opened {
    /// The payloads inside.
    pub(super) fn contents(&self) -> Result<Contents<'_>, MessageProblem> {
        let inside = self.plaintext.get(Header::LENGTH..).unwrap_or_default();
        Contents::read(payloads_in(self.first, inside, Header::LENGTH))
    }

    /// Tells that the message was received.
    pub(super) fn tell(&self, context: &mut Context<'_>, incoming: &Incoming<'_>) {
        context.emit(EventKind::Received(MessageRecord {
            name: name(incoming.message.header()),
            path: incoming.path,
            plaintext: self.plaintext.as_slice().into(),
            length: self.length,
            encrypted: true,
            packet_state: PacketState::Ikev2,
            retransmission: 0,
            fragment: None,
        }));
    }
}

/// The fragments of one message that have come so far.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    /// Of this exchange, request or response.
    of: Option<(u32, bool)>,
    parts: Vec<Plain>,
    first: Option<Digest>,
    length: usize,
}

/// A message in more fragments, or of more bytes, is refused (RFC 7383 2.6: limits against exhaustion).
const MOST_FRAGMENTS: u16 = 64;
const MOST_BYTES: usize = 1 << 16;

impl Fragments {
    /// Takes in a fragment that was authenticated, and gives the message when all are there.
    fn take(&mut self, incoming: &Incoming<'_>, part: Plain) -> Result<Option<Opened>, MessageProblem> {
        let Some(Fragment { number, total }) = part.fragment else { return Err(MessageProblem::BadFragment) };
        let of = (part.header.message_id, part.header.flags.contains(Flags::RESPONSE));
        let known_total = self.parts.first().and_then(|part| part.fragment).map(|fragment| fragment.total);
        // RFC 7383 2.6: with another number of fragments the message was fragmented anew.
        if self.of != Some(of) || known_total.is_some_and(|known| total > known) {
            *self = Self { of: Some(of), ..Self::default() };
        } else if known_total.is_some_and(|known| total < known) {
            return Err(MessageProblem::BadFragment);
        }
        if total > MOST_FRAGMENTS || self.length + incoming.bytes.len() > MOST_BYTES {
            return Err(MessageProblem::BadFragment);
        }
        if self.parts.iter().any(|known| known.fragment == part.fragment) {
            return Ok(None);
        }
        if number == 1 {
            self.first = Some(incoming.digest);
        }
        self.length += incoming.bytes.len();
        self.parts.push(part);
        let Some(whole) = protection::reassemble(&self.parts) else { return Ok(None) };
        let Self { first, length, .. } = std::mem::take(self);
        let plaintext = plaintext(incoming.bytes, whole.first, &whole.body);
        let seen = Seen { digest: first.unwrap_or(incoming.digest), fragments: total };
        Ok(Some(Opened { plaintext, first: whole.first, seen, length }))
    }
}

impl<'a> Incoming<'a> {
    pub(super) fn new(context: &Context<'_>, path: Path, bytes: &'a [u8], message: Message<'a>) -> Self {
        let digest = digest(context.provider, bytes);
        Self { path, bytes, message, digest }
    }

    /// By what it is known when it comes again, as one datagram.
    pub(super) const fn seen(&self) -> Seen {
        Seen { digest: self.digest, fragments: 0 }
    }

    /// Which fragment it is, if it is one and was protected by `sender`.
    pub(super) fn fragment(&self, context: &Context<'_>, keys: &IkeSaKeys, sender: Role) -> Option<Fragment> {
        protection::open(&context.provider, keys.protection(sender), self.bytes).ok()?.fragment
    }

    /// Whether it is an answer to an initiator's first message.
    pub(super) fn is_init_response(&self) -> bool {
        let header = self.message.header();
        header.exchange_type == ExchangeType::IKE_SA_INIT
            && header.message_id == 0
            && self.message.is_response()
            && !self.message.is_from_initiator()
    }

    /// Tells that a message that is not encrypted was received.
    pub(super) fn tell_plain(&self, context: &mut Context<'_>) {
        context.emit(EventKind::Received(MessageRecord {
            name: name(self.message.header()),
            path: self.path,
            plaintext: self.bytes.into(),
            length: self.bytes.len(),
            encrypted: false,
            packet_state: PacketState::Ikev2,
            retransmission: 0,
            fragment: None,
        }));
    }

    /// Decrypts the message that the peer, whose role in the IKE SA is `sender`, has sent; `None` where other fragments of
    /// it are still to come.
    pub(super) fn open(
        &self,
        context: &mut Context<'_>,
        keys: &IkeSaKeys,
        sender: Role,
        fragments: &mut Fragments,
    ) -> Result<Option<Opened>, MessageProblem> {
        let plain = protection::open(&context.provider, keys.protection(sender), self.bytes)?;
        let Some(Fragment { number, total }) = plain.fragment else {
            return Ok(Some(Opened {
                plaintext: plaintext(self.bytes, plain.first, &plain.body),
                first: plain.first,
                seen: self.seen(),
                length: self.bytes.len(),
            }));
        };
        context.emit(EventKind::Ikev2(Ikev2Event::FragmentRead { number, total }));
        fragments.take(self, plain)
    }
}

impl From<OpenError> for MessageProblem {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Unreadable(error) => Self::Malformed(error),
            OpenError::NotProtected => Self::WrongProtection,
            OpenError::NotAuthentic { .. } => Self::BadChecksum,
            OpenError::Cipher { .. } => Self::NotWholeBlocks,
        }
    }
}
