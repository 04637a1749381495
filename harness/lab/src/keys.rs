//! The lab's private keys: a committed pool, embedded in the program, and the rule that hands its keys out.
//!
//! Making RSA keys for each scenario would cost hours, so keys are made once and committed to `corpus/keys`. They
//! are public and protect nothing. A key that the pool does not hold is made on demand by the generator that made
//! the pool, so that a [`KeyId`] names the same key on every machine either way.
//!
//! Certificates over these keys are made in [`crate::certificates`].

mod allotment;
mod files;
mod generation;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crypto::real::PrivateKey;
use crypto::{EllipticCurve, SignError, SignatureScheme, Signer};
use rsa::pkcs8::{LineEnding, SecretDocument};

pub use allotment::KeyAllotment;
pub use files::committed_keys;

/// The first line of every key file, so that nobody takes it for a secret or uses it as one.
pub const KEY_FILE_NOTICE: &str =
    "# A public ikespec lab key: everybody has it, it protects nothing, never use it elsewhere.";

/// The PEM label of PKCS#8 (RFC 7468 10).
const PRIVATE_KEY: &str = "PRIVATE KEY";

/// Length of an RSA modulus in bits, within what IOS lets a router have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModulusBits(u16);

impl ModulusBits {
    /// The shortest modulus of `crypto key generate rsa`.
    pub const MINIMUM: u16 = 360;
    /// The longest modulus of `crypto key generate rsa`.
    pub const MAXIMUM: u16 = 4096;

    /// A modulus of `bits` bits, or `None` outside [`MINIMUM`](Self::MINIMUM) to [`MAXIMUM`](Self::MAXIMUM).
    #[must_use]
    pub const fn new(bits: u16) -> Option<Self> {
        if bits >= Self::MINIMUM && bits <= Self::MAXIMUM { Some(Self(bits)) } else { None }
    }

    /// The length in bits.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }
}

/// What kind of key is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// An RSA key with public exponent 65537.
    Rsa(ModulusBits),
    /// A key of ECDSA over one of the curves of `crypto key generate ec`.
    Ec(EllipticCurve),
    /// A key of Ed25519; IOS has none.
    Ed25519,
}

impl KeyKind {
    /// An RSA key of `bits` bits, or `None` where IOS would refuse that length.
    #[must_use]
    pub const fn rsa(bits: u16) -> Option<Self> {
        match ModulusBits::new(bits) {
            Some(bits) => Some(Self::Rsa(bits)),
            None => None,
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "rsa-{}", bits.bits()),
            Self::Ec(curve) => write!(f, "ec-{}", curve.bits()),
            Self::Ed25519 => f.write_str("ed25519"),
        }
    }
}

/// Names one lab key; it prints as the name of its file without `.pem`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId {
    /// What kind of key.
    pub kind: KeyKind,
    /// Which of that kind, from 0.
    pub index: u16,
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.kind, self.index)
    }
}

/// A lab key, private part included. It signs by itself.
#[derive(Clone, Debug)]
pub struct LabKey {
    id: KeyId,
    private_key_info: SecretDocument,
    signer: PrivateKey,
}

impl LabKey {
    /// Makes the key named `id` without looking into the committed files.
    #[must_use]
    pub fn generate(id: KeyId) -> Self {
        Self::new(id, generation::private_key_info(id))
    }

    fn new(id: KeyId, private_key_info: SecretDocument) -> Self {
        let signer = PrivateKey::from_pkcs8_der(private_key_info.as_bytes())
            .expect("a test signs with every committed key, and generated ones are valid");
        Self { id, private_key_info, signer }
    }

    /// The name of the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The private key as a DER PrivateKeyInfo (PKCS#8, RFC 5208).
    #[must_use]
    pub fn private_key_info(&self) -> &[u8] {
        self.private_key_info.as_bytes()
    }

    /// The file that the pool holds for this key: the notice, then PKCS#8 as PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let pem = self.private_key_info.to_pem(PRIVATE_KEY, LineEnding::LF);
        format!("{KEY_FILE_NOTICE}\n{}", pem.expect("the label is plain and memory suffices").as_str())
    }
}

impl Signer for LabKey {
    fn public_key(&self) -> &[u8] {
        self.signer.public_key()
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.signer.sign(scheme, message)
    }
}

/// All lab keys, loaded as they are asked for.
#[derive(Debug, Default)]
pub struct KeyPool {
    loaded: Mutex<BTreeMap<KeyId, Arc<LabKey>>>,
}

impl KeyPool {
    /// A pool with nothing loaded yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The key named `id`: from the committed files, or else generated (60 ms for 2048 bits).
    #[must_use]
    pub fn key(&self, id: KeyId) -> Arc<LabKey> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(loaded.entry(id).or_insert_with(|| Arc::new(load(id))))
    }

    /// How many keys of `kind` are committed; indices from there on are generated on demand.
    #[must_use]
    pub fn committed(kind: KeyKind) -> u16 {
        let count = committed_keys().filter(|(id, _)| id.kind == kind).count();
        u16::try_from(count).expect("the pool is a few dozen files")
    }
}

fn load(id: KeyId) -> LabKey {
    match committed_keys().find(|(other, _)| *other == id) {
        Some((_, pem)) => {
            let (_, der) = SecretDocument::from_pem(pem).expect("a test reads every committed key file");
            LabKey::new(id, der)
        }
        None => LabKey::generate(id),
    }
}
