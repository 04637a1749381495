//! Where random bytes come from: a seed, or the operating system.

use std::convert::Infallible;

use rsa::rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest as _, Sha256};

use crate::{NoEntropy, Random};

/// A deterministic generator: the same seed gives the same bytes on every machine.
///
/// The bytes are the SHA-256 hashes of seed and block number, one after the other. That makes them unpredictable to
/// whoever does not know the seed, but seeds here are numbers of scenarios and tests. It is not for live sessions.
///
/// ```
/// use crypto::{Random, SeededRandom};
///
/// let (mut first, mut second) = ([0; 40], [0; 40]);
/// SeededRandom::from_seed(7).fill(&mut first);
/// SeededRandom::from_seed(7).fill(&mut second);
/// assert_eq!(first, second);
/// ```
#[derive(Clone, Debug)]
pub struct SeededRandom {
    seed: [u8; 32],
    next_block: u64,
    block: [u8; 32],
    /// How many bytes of `block` were given out.
    used: usize,
}

impl SeededRandom {
    /// A generator that begins at `seed`.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        let mut bytes = [0; 32];
        let (number, _) = bytes.split_at_mut(size_of::<u64>());
        number.copy_from_slice(&seed.to_be_bytes());
        Self::from_seed_bytes(bytes)
    }

    /// A generator that begins at a seed of full length, such as a hash of what it is for.
    #[must_use]
    pub const fn from_seed_bytes(seed: [u8; 32]) -> Self {
        Self { seed, next_block: 0, block: [0; 32], used: 32 }
    }

    fn next_bytes<const LENGTH: usize>(&mut self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        self.fill(&mut bytes);
        bytes
    }

    /// What is left of the current block, or all of the next one.
    fn rest_of_block(&mut self) -> &[u8] {
        if self.used == self.block.len() {
            self.block = Sha256::new_with_prefix(self.seed)
                .chain_update(self.next_block.to_be_bytes())
                .finalize()
                .into();
            self.next_block = self.next_block.wrapping_add(1);
            self.used = 0;
        }
        &self.block[self.used..]
    }
}

impl Random for SeededRandom {
    fn fill(&mut self, mut bytes: &mut [u8]) {
        while !bytes.is_empty() {
            let block = self.rest_of_block();
            let (now, later) = bytes.split_at_mut(block.len().min(bytes.len()));
            now.copy_from_slice(&block[..now.len()]);
            self.used += now.len();
            bytes = later;
        }
    }
}

/// For key generators, which ask for this trait.
impl TryRng for SeededRandom {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.next_bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.next_bytes()))
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        self.fill(destination);
        Ok(())
    }
}

/// Key generators want the promise; what it is worth is the seed's affair.
impl TryCryptoRng for SeededRandom {}

/// The operating system's random source, for sessions with live peers only: nothing that uses it can be repeated.
#[derive(Debug)]
pub struct OsRandom(());

impl OsRandom {
    /// Opens the source, and finds out that it answers.
    ///
    /// # Errors
    /// The operating system has no such source, or refuses it.
    pub fn open() -> Result<Self, NoEntropy> {
        getrandom::fill(&mut [0; 32]).map(|()| Self(())).map_err(|_| NoEntropy)
    }
}

impl Random for OsRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("a source that answered when it was opened does not stop to");
    }
}
