//! What the messages of a capture tell about each other: which each of them is, and what is inside it where the key is
//! known. What of that depends on the version of IKE stands in `ikev1` and `ikev2`.
//!
//! A capture may begin anywhere and lack anything; what cannot be told is not told.

use std::collections::BTreeMap;

use crypto::CipherAlgorithm;
use ike::MessageName;
use ike::protection::{self, ikev2 as protection_ikev2};
use wire::ikev2::Sha1Hash;
use wire::{Header, Version};

use super::Keys;
use super::{CapturedMessage, ikev1, ikev2};

/// What is known about a captured message from the others.
#[derive(Debug)]
pub struct Followed {
    /// What it is in its exchange.
    pub name: Option<MessageName>,
    /// Whether the same bytes were seen before: a retransmission.
    pub repeated: bool,
    /// What is behind its header.
    pub body: Body,
}

impl Followed {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self { name: None, repeated: false, body: Body::AsItStands };
}

/// What is behind the header of a message.
#[derive(Debug)]
pub enum Body {
    /// What the message says itself: it is not encrypted, or cannot be read at all.
    AsItStands,
    /// What was decrypted of a message of IKEv1.
    Opened(protection::Plain),
    /// What was decrypted of an Encrypted payload of IKEv2.
    OpenedIkev2(protection_ikev2::Plain),
    /// What was decrypted of an Encrypted Fragment payload of IKEv2.
    Fragment {
        /// Which part of its message it is.
        fragment: protection_ikev2::Fragment,
        /// The message, if this fragment is the last that was missing.
        whole: Option<protection_ikev2::Plain>,
    },
    /// It cannot be decrypted.
    Sealed(Sealed),
}

/// Why a message cannot be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// The key log has no key for its session.
    NoKey,
    /// The capture lacks the responder's SA payload: nobody knows the algorithms.
    NoAlgorithms,
    /// An algorithm was negotiated that this program does not have.
    UnknownAlgorithms,
    /// The capture lacks a KE payload, from which the first initialization vector follows.
    NoPublicValues,
    /// The key in the key log has another length than the negotiated cipher's.
    KeyLength {
        /// The cipher.
        cipher: CipherAlgorithm,
        /// The length of the key in bytes.
        found: usize,
    },
    /// It cannot have been encrypted with the negotiated cipher.
    NotOfThisCipher(protection::OpenError),
    /// An encrypted payload of IKEv2 cannot be opened with the keys of its SA.
    NotOfTheseKeys(protection_ikev2::OpenError),
}

/// The subjects of certificates, by what IKEv2 requests them by: the hash of their key (RFC 7296 3.7).
pub type Authorities = BTreeMap<Sha1Hash, String>;

/// Everything that was captured so far.
#[derive(Default)]
pub struct Conversations {
    keys: Keys,
    ikev1: ikev1::Conversations,
    ikev2: ikev2::Conversations,
}

impl Conversations {
    /// Nothing captured yet.
    pub fn new(keys: Keys) -> Self {
        Self { keys, ..Self::default() }
    }

    /// Takes note of the next message.
    pub fn follow(&mut self, captured: &CapturedMessage) -> Followed {
        match Header::read(&captured.bytes) {
            Ok(header) if header.version.major() == Version::IKEV2.major() => {
                self.ikev2.follow(captured, &self.keys)
            }
            _ => self.ikev1.follow(captured, &self.keys),
        }
    }

    /// Whose certificates the messages of IKEv2 carried.
    pub fn into_authorities(self) -> Authorities {
        self.ikev2.into_authorities()
    }
}
