//! The seam between ikespec and cryptography: what an IKE endpoint needs of it as small traits, and who provides it.
//!
//! [`Real`] computes over the RustCrypto crates. [`Simulated`] is cheap, deterministic and no security at all: it is
//! for fuzzing and exploring, where the flow matters and the mathematics does not. A [`Provider`] bundles one choice
//! for each trait; [`Signer`]s are not in it, because each router brings its own keys.
//!
//! Nothing here knows a message, a payload or a certificate; nothing here reads a clock or, [`OsRandom`] apart, draws
//! randomness that nobody seeded.
//!
//! ```
//! use crypto::{Group, HashAlgorithm, Provider, SeededRandom};
//!
//! let provider = Provider::REAL;
//! let mut random = SeededRandom::from_seed(1);
//! let ours = provider.key_agreement.begin(Group::Modp1024, &mut random);
//! let theirs = provider.key_agreement.begin(Group::Modp1024, &mut random);
//! let shared = ours.agree(theirs.public()).expect("the peer's value was made by the same group");
//! assert_eq!(shared, theirs.agree(ours.public()).expect("and ours too"));
//! assert_eq!(provider.hashes.hmac(HashAlgorithm::Sha1, b"key", &[&shared]).len(), 20);
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod algorithms;
mod digest;
mod ecdsa_value;
mod errors;
mod public_key;
mod random;
pub mod real;
mod seam;
pub mod simulated;

pub use algorithms::{
    AeadAlgorithm, AeadMode, AesKeyLength, CipherAlgorithm, EllipticCurve, Group, HashAlgorithm,
    IntegrityAlgorithm, SignatureScheme, SymmetricCipher, TagLength,
};
pub use digest::Digest;
pub use errors::{
    AgreementError, CipherError, Fault, NoEntropy, PrivateKeyRefused, PublicKeyRefused, SignError,
    SignatureRefused,
};
pub use public_key::PublicKeyKind;
pub use random::{OsRandom, SeededRandom};
pub use real::Real;
pub use seam::{Ciphers, Hashes, KeyAgreement, PrivateValue, Provider, Random, Signer, Verifier};
pub use simulated::{AcceptsStandIns, Simulated, StandInSigner};
