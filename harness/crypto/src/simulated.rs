//! Cryptography without security, for fuzzing and exploring: cheap, deterministic, of the right lengths, and never
//! constant, so that a wrong key, certificate or message fails as it would with the real thing.
//!
//! All of it rests on one keyed hash (SipHash-1-3 with 128 bits, under a key that everyone knows), which is far
//! cheaper than RSA or Diffie-Hellman, and a generator that stretches its output. What it keeps of each function:
//!
//! - A *hash* or *HMAC* depends on the algorithm, the key and the concatenation of the parts.
//! - A *cipher in CBC mode* has no room for a checksum, because CBC keeps the length of the data. Instead the data is masked with
//!   a stream that depends on the algorithm, the key, the initialization vector and all ciphertext before it. So a
//!   wrong key or vector garbles everything (CBC: a wrong vector only the first block), a ciphertext changed at one
//!   place garbles what follows (CBC: two blocks), and what is inside the message, its HASH payload or its structure,
//!   has to reveal that, as it has to with real CBC.
//! - In *counter mode* the stream depends on algorithm, key and counter block only: a ciphertext changed at one place
//!   changes the plaintext there, as it does with the real one.
//! - An *authenticated cipher* is such a stream, and a tag that depends on algorithm, key, nonce, associated data and
//!   ciphertext.
//! - A *public value* is derived from the private one; the *shared secret* is a function of both public values that
//!   does not depend on their order. Whoever sees both can compute it.
//! - A *signature* is a hash of scheme, public key and message, as long as the key's signatures are and in their
//!   encoding. Anyone can make one, which is what lets [`StandInSigner`] sign for a certificate whose private key
//!   nobody has.

mod agreement;
mod ciphers;
mod hashes;
mod mixing;
mod signatures;

pub use signatures::{AcceptsStandIns, StandInSigner};

/// Simulated ciphers, hashes, key agreement and verification.
#[derive(Clone, Copy, Debug, Default)]
pub struct Simulated;
