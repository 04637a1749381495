//! IKEv1: which message of its exchange a captured message is, and what is inside it where the key is known.

use std::collections::BTreeMap;

use crypto::{CipherAlgorithm, HashAlgorithm, Real};
use ike::keys::{CipherKey, PhaseOneAlgorithms, PublicValues};
use ike::protection::{self, InitializationVector, Plain};
use ike::{MessageName, Role};
use wire::ikev1::attributes::{self, Phase1Class};
use wire::ikev1::{Message, Payload, SecurityAssociation};
use wire::{ExchangeType, Header};

use super::Keys;
use super::{Body, CapturedMessage, Endpoints, Followed, Sealed};

/// Everything of IKEv1 that was captured so far.
#[derive(Default)]
pub struct Conversations {
    /// By initiator cookie.
    sessions: BTreeMap<[u8; 8], Session>,
}

#[derive(Default)]
struct Session {
    /// The ends of the first message, whose source is the initiator; unknown if the capture begins later.
    first: Option<Endpoints>,
    algorithms: Option<Result<PhaseOneAlgorithms, Sealed>>,
    initiator_public: Option<Vec<u8>>,
    responder_public: Option<Vec<u8>>,
    /// By message ID; phase 1 has the ID 0.
    exchanges: BTreeMap<u32, Exchange>,
}

#[derive(Default)]
struct Exchange {
    /// The messages seen, with the initialization vector of each that was decrypted.
    seen: BTreeMap<Vec<u8>, Option<InitializationVector>>,
    /// The vector of the next message.
    next: Option<InitializationVector>,
}

impl Conversations {
    /// Takes note of the next message.
    pub fn follow(&mut self, captured: &CapturedMessage, keys: &Keys) -> Followed {
        let Ok(message) = Message::read(&captured.bytes) else {
            return Followed::UNKNOWN;
        };
        let header = message.header();
        let session = self.sessions.entry(header.initiator_cookie).or_default();
        let role = session.sender(header, captured.endpoints);
        session.note_payloads(&message, role);

        let exchange = session.exchanges.entry(header.message_id).or_default();
        let repeated = exchange.seen.contains_key(&captured.bytes);
        let position = exchange.seen.len() + usize::from(!repeated);
        let name = name(&message, role, position);
        let body = match message.is_encrypted() {
            false => Body::AsItStands,
            true => match session.open(&message, &captured.bytes, keys.ikev1(&header.initiator_cookie)) {
                Ok(opened) => Body::Opened(opened),
                Err(sealed) => Body::Sealed(sealed),
            },
        };
        let exchange = session.exchanges.entry(header.message_id).or_default();
        exchange.seen.entry(captured.bytes.clone()).or_default();
        Followed { name, repeated, body }
    }
}

/// What `message` is, the `position`-th different one of its message ID.
fn name(message: &Message<'_>, role: Option<Role>, position: usize) -> Option<MessageName> {
    match message.header().exchange_type {
        ExchangeType::IDENTITY_PROTECTION => {
            let pair = if message.is_encrypted() {
                5
            } else {
                message.payloads().flatten().find_map(|payload| match payload.payload_type {
                    wire::PayloadType::SECURITY_ASSOCIATION => Some(1),
                    wire::PayloadType::KEY_EXCHANGE => Some(3),
                    _ => None,
                })?
            };
            Some(MessageName::MainMode(pair + u8::from(role? == Role::Responder)))
        }
        ExchangeType::QUICK_MODE => {
            Some(MessageName::QuickMode(u8::try_from(position).ok().filter(|n| *n <= 3)?))
        }
        ExchangeType::INFORMATIONAL => Some(MessageName::Informational),
        _ => None,
    }
}

impl Session {
    /// Who sent a message of this session.
    fn sender(&mut self, header: &Header, endpoints: Option<Endpoints>) -> Option<Role> {
        // RFC 2408 2.5.3: only the first message lacks the responder's cookie.
        if header.responder_cookie == [0; 8] {
            self.first = self.first.or(endpoints);
            return Some(Role::Initiator);
        }
        let (first, endpoints) = (self.first?, endpoints?);
        let same = if first.source.ip() == first.destination.ip() {
            first.source.port() == endpoints.source.port()
        } else {
            first.source.ip() == endpoints.source.ip() // the port changes with NAT traversal
        };
        Some(if same { Role::Initiator } else { Role::Responder })
    }

    /// Keeps what decryption will need of a plain message.
    fn note_payloads(&mut self, message: &Message<'_>, role: Option<Role>) {
        if message.header().message_id != 0 {
            return;
        }
        let typed = message.payloads().map_while(Result::ok).filter_map(|payload| payload.typed().ok());
        for payload in typed {
            match payload {
                Payload::SecurityAssociation(association) if message.header().responder_cookie != [0; 8] => {
                    self.algorithms.get_or_insert(chosen(&association));
                }
                Payload::KeyExchange(public) => {
                    let place = match role {
                        Some(Role::Initiator) => &mut self.initiator_public,
                        Some(Role::Responder) => &mut self.responder_public,
                        None => continue,
                    };
                    place.get_or_insert(public.to_vec());
                }
                _ => {}
            }
        }
    }

    /// Decrypts a message.
    fn open(&mut self, message: &Message<'_>, bytes: &[u8], key: Option<&[u8]>) -> Result<Plain, Sealed> {
        let key = key.ok_or(Sealed::NoKey)?;
        let algorithms = self.algorithms.ok_or(Sealed::NoAlgorithms)??;
        let PhaseOneAlgorithms { cipher, .. } = algorithms;
        let key = CipherKey::new(cipher, key).map_err(|_| Sealed::KeyLength { cipher, found: key.len() })?;
        let vector = self.vector(message.header().message_id, bytes, algorithms)?;
        let (plain, next) =
            protection::open(&Real, &key, &vector, message).map_err(Sealed::NotOfThisCipher)?;

        let exchange = self.exchanges.entry(message.header().message_id).or_default();
        if exchange.seen.insert(bytes.to_vec(), Some(vector)).flatten().is_none() {
            exchange.next = Some(next);
        }
        Ok(plain)
    }

    /// The initialization vector of a message (RFC 2409 appendix B): that of the message that it repeats, else what the
    /// message before it in its exchange left, else the exchange's own.
    fn vector(
        &self,
        message_id: u32,
        bytes: &[u8],
        algorithms: PhaseOneAlgorithms,
    ) -> Result<InitializationVector, Sealed> {
        let exchange = self.exchanges.get(&message_id);
        let known =
            exchange.and_then(|exchange| exchange.seen.get(bytes).copied().flatten().or(exchange.next));
        if let Some(vector) = known {
            return Ok(vector);
        }
        let (Some(initiator), Some(responder)) = (&self.initiator_public, &self.responder_public) else {
            return Err(Sealed::NoPublicValues);
        };
        let of_phase_one =
            InitializationVector::of_phase_one(&Real, algorithms, PublicValues { initiator, responder });
        if message_id == 0 {
            return Ok(of_phase_one);
        }
        let last = self.exchanges.get(&0).and_then(|phase_one| phase_one.next).unwrap_or(of_phase_one);
        Ok(last.of_exchange(&Real, algorithms, message_id))
    }
}

/// The cipher and the hash of the transform that the responder chose.
fn chosen(association: &SecurityAssociation<'_>) -> Result<PhaseOneAlgorithms, Sealed> {
    let transform = association.proposals().next().and_then(|proposal| proposal.transforms().next());
    let transform = transform.ok_or(Sealed::UnknownAlgorithms)?;
    let value = |class: Phase1Class| {
        let mut attributes = transform.attributes();
        attributes.find(|attribute| attribute.class == class.0).and_then(|attribute| attribute.value.number())
    };
    let cipher = cipher(value(Phase1Class::ENCRYPTION_ALGORITHM), value(Phase1Class::KEY_LENGTH));
    let hash = hash(value(Phase1Class::HASH_ALGORITHM));
    Ok(PhaseOneAlgorithms {
        cipher: cipher.ok_or(Sealed::UnknownAlgorithms)?,
        hash: hash.ok_or(Sealed::UnknownAlgorithms)?,
    })
}

fn cipher(algorithm: Option<u64>, key_length: Option<u64>) -> Option<CipherAlgorithm> {
    use attributes::EncryptionAlgorithm as Number;
    match (Number(u16::try_from(algorithm?).ok()?), key_length) {
        (Number::DES_CBC, _) => Some(CipherAlgorithm::DesCbc),
        (Number::TRIPLE_DES_CBC, _) => Some(CipherAlgorithm::TripleDesCbc),
        (Number::AES_CBC, Some(128)) => Some(CipherAlgorithm::AesCbc128),
        (Number::AES_CBC, Some(192)) => Some(CipherAlgorithm::AesCbc192),
        (Number::AES_CBC, Some(256)) => Some(CipherAlgorithm::AesCbc256),
        _ => None,
    }
}

fn hash(algorithm: Option<u64>) -> Option<HashAlgorithm> {
    use attributes::HashAlgorithm as Number;
    match Number(u16::try_from(algorithm?).ok()?) {
        Number::MD5 => Some(HashAlgorithm::Md5),
        Number::SHA => Some(HashAlgorithm::Sha1),
        Number::SHA2_256 => Some(HashAlgorithm::Sha256),
        Number::SHA2_384 => Some(HashAlgorithm::Sha384),
        Number::SHA2_512 => Some(HashAlgorithm::Sha512),
        _ => None,
    }
}
