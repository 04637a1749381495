//! Messages of a session on their way in and out: opened, sealed, told.
//!
//! What they mean is decided by the exchanges.

use crypto::{Digest, HashAlgorithm};
use wire::ikev1::{Message, Payload, WritePayload, write_payloads};
use wire::{ExchangeType, Flags, Header, PayloadType, Version};

use crate::endpoint::Path;
use crate::event::{EventKind, MessageProblem, MessageRecord};
use crate::keys::{Cookies, PhaseOneKeys};
use crate::protection::{self, InitializationVector, OpenError, Plain};
use crate::state::{MessageName, PacketState};
use crate::tamper::OutgoingPayload;

use super::Context;
use super::contents::{Contents, Located};

/// A message as it came.
#[derive(Clone, Copy)]
pub(super) struct Incoming<'a> {
    pub(super) path: Path,
    /// The message without a non-ESP marker.
    pub(super) bytes: &'a [u8],
    pub(super) message: Message<'a>,
    pub(super) digest: Digest,
}

/// Why writing our own payloads cannot fail: each is bounded far below 64 KB by what a router can be configured with.
pub(super) const FITS: &str = "payloads made here fit into their length fields";

/// Payloads that a faulty peer can change.
pub(super) fn outgoing(payloads: &[Payload<'_>]) -> Vec<OutgoingPayload> {
    payloads.iter().map(OutgoingPayload::of).collect()
}

/// A chain of payloads and the type of its first.
pub(super) fn chain<P: WritePayload>(payloads: &[P]) -> (PayloadType, Vec<u8>) {
    let mut bytes = Vec::new();
    let first = write_payloads(payloads, &mut bytes).expect(FITS);
    (first, bytes)
}

/// The bytes of a sealed message, and the record of what is in it.
pub(super) fn seal(
    context: &Context<'_>,
    keys: &PhaseOneKeys,
    vector: &InitializationVector,
    header: Header,
    chain: Vec<u8>,
    record: MessageRecord,
) -> (MessageRecord, Vec<u8>, InitializationVector) {
    let mut plain = Plain { header, body: chain };
    let (bytes, next) = protection::seal(context.provider.ciphers, keys.cipher_key(), vector, &plain);
    // The header and the padding are told as they went out.
    plain.body.resize(bytes.len() - Header::LENGTH, 0);
    let plaintext = [&bytes[..Header::LENGTH], &plain.body].concat();
    let record =
        MessageRecord { plaintext: plaintext.into(), length: bytes.len(), encrypted: true, ..record };
    (record, bytes, next)
}

/// The header of a message of this session; length and encryption flag are set when it is sealed.
pub(super) fn header(
    cookies: &Cookies,
    exchange_type: ExchangeType,
    message_id: u32,
    next_payload: PayloadType,
) -> Header {
    Header {
        initiator_cookie: cookies.initiator,
        responder_cookie: cookies.responder,
        next_payload,
        version: Version::IKEV1,
        exchange_type,
        flags: Flags::NONE,
        message_id,
        length: 0,
    }
}

/// A message that was decrypted.
pub(super) struct Opened {
    pub(super) plain: Plain,
    /// The vector of the message after it.
    pub(super) next: InitializationVector,
}

impl Opened {
    /// The header and the payloads, decrypted.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Header::LENGTH + self.plain.body.len());
        self.plain.header.write(&mut bytes);
        bytes.extend_from_slice(&self.plain.body);
        bytes
    }

    /// What stands between a payload and the end of the last one: what its hash covers.
    pub(super) fn behind<T>(
        &self,
        payload: &Located<'_, T>,
        contents: &Contents<'_>,
    ) -> Result<&[u8], MessageProblem> {
        let range = payload.end() - Header::LENGTH..contents.end - Header::LENGTH;
        self.plain.body.get(range).ok_or(MessageProblem::BadHash)
    }
}

impl<'a> Incoming<'a> {
    pub(super) fn new(context: &Context<'_>, path: Path, bytes: &'a [u8], message: Message<'a>) -> Self {
        let digest = context.provider.hashes.hash(HashAlgorithm::Sha1, &[bytes]);
        Self { path, bytes, message, digest }
    }

    /// Tells that the message was received.
    pub(super) fn tell(
        &self,
        context: &mut Context<'_>,
        name: MessageName,
        packet_state: PacketState,
        plaintext: Option<&[u8]>,
    ) {
        context.emit(EventKind::Received(MessageRecord {
            name,
            path: self.path,
            plaintext: plaintext.unwrap_or(self.bytes).into(),
            length: self.bytes.len(),
            encrypted: plaintext.is_some(),
            packet_state,
            retransmission: 0,
            fragment: None,
        }));
    }

    /// RFC 2408 5.2: no flags without a meaning, and the version that this is.
    fn require_known_header(&self) -> Result<(), MessageProblem> {
        let header = self.message.header();
        let known = Flags::ENCRYPTION.union(Flags::COMMIT).union(Flags::AUTHENTICATION_ONLY);
        let sound = header.version == Version::IKEV1 && known.contains(header.flags);
        if sound { Ok(()) } else { Err(MessageProblem::Unexpected) }
    }

    pub(super) fn require_plain(&self) -> Result<(), MessageProblem> {
        self.require_known_header()?;
        if self.message.is_encrypted() { Err(MessageProblem::WrongProtection) } else { Ok(()) }
    }

    /// Decrypts the message.
    pub(super) fn open(
        &self,
        context: &Context<'_>,
        keys: &PhaseOneKeys,
        vector: &InitializationVector,
    ) -> Result<Opened, MessageProblem> {
        self.require_known_header()?;
        match protection::open(context.provider.ciphers, keys.cipher_key(), vector, &self.message) {
            Ok((plain, next)) => Ok(Opened { plain, next }),
            Err(OpenError::NotEncrypted) => Err(MessageProblem::WrongProtection),
            Err(OpenError::Empty | OpenError::Cipher(_)) => Err(MessageProblem::NotWholeBlocks),
        }
    }
}
