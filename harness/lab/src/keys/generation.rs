//! The generator behind the key pool: the name of a key determines the key.

use std::convert::Infallible;

use rsa::RsaPrivateKey;
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::sha2::{Digest, Sha256};

use super::{KeyId, KeyKind};

/// Makes the key named `id`, the same one each time.
pub(super) fn private_key(id: KeyId) -> RsaPrivateKey {
    let mut stream = HashStream::new(&format!("ikespec lab key {id}"));
    match id.kind {
        // `new` refuses less than 1024 bits; the reference's routers have 512.
        KeyKind::Rsa(bits) => RsaPrivateKey::new_unchecked(&mut stream, usize::from(bits.bits()))
            .expect("two primes exist for every length that IOS allows"),
    }
}

/// SHA-256 over a label and a counter, as a stream. It is predictable, as it has to be.
struct HashStream {
    label: Sha256,
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl HashStream {
    fn new(label: &str) -> Self {
        let label = Sha256::new().chain_update(label);
        Self { label, counter: 0, block: [0; 32], used: 32 }
    }

    fn next_byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            self.block = self.label.clone().chain_update(self.counter.to_be_bytes()).finalize().into();
            self.counter += 1;
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }
}

impl TryRng for HashStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(std::array::from_fn(|_| self.next_byte())))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(std::array::from_fn(|_| self.next_byte())))
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        destination.fill_with(|| self.next_byte());
        Ok(())
    }
}

impl TryCryptoRng for HashStream {}
