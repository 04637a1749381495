//! The generator behind the key pool: the name of a key determines the key.

use std::convert::Infallible;

use crypto::{HashAlgorithm, Hashes, Random, Real, SeededRandom};
use rsa::RsaPrivateKey;
use rsa::rand_core::{TryCryptoRng, TryRng};

use super::{KeyId, KeyKind};

/// Makes the key named `id`, the same one each time.
pub(super) fn private_key(id: KeyId) -> RsaPrivateKey {
    let mut stream = NamedStream::new(&format!("ikespec lab key {id}"));
    match id.kind {
        // `new` refuses less than 1024 bits; the reference's routers have 512.
        KeyKind::Rsa(bits) => RsaPrivateKey::new_unchecked(&mut stream, usize::from(bits.bits()))
            .expect("two primes exist for every length that IOS allows"),
    }
}

/// The bytes that follow from a name. They are no secret, as lab keys are not.
struct NamedStream(SeededRandom);

impl NamedStream {
    fn new(name: &str) -> Self {
        let seed = Real.hash(HashAlgorithm::Sha256, &[name.as_bytes()]);
        Self(SeededRandom::from_seed_bytes(seed[..].try_into().expect("SHA-256 gives 32 bytes")))
    }

    fn next<const LENGTH: usize>(&mut self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        self.0.fill(&mut bytes);
        bytes
    }
}

impl TryRng for NamedStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.next()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.next()))
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(destination);
        Ok(())
    }
}

/// rsa asks for it; the keys do not need it.
impl TryCryptoRng for NamedStream {}
