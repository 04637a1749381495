//! The keyed hash and the generator that everything simulated is made of.

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// What a hash is taken for. Two purposes never share an output.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(super) enum Purpose {
    Hash,
    Hmac,
    Cipher,
    PublicValue,
    SharedSecret,
    Signature,
    CounterMode,
    AeadStream,
    AeadTag,
}

/// Takes a hash over an algorithm and some inputs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mixer(SipHasher13);

impl Mixer {
    /// Begins for `purpose` with `algorithm`, a number that tells the algorithms of that purpose apart.
    pub(super) fn new(purpose: Purpose, algorithm: u16) -> Self {
        let mut hasher = SipHasher13::new_with_keys(purpose as u64, u64::from(algorithm));
        hasher.write(b"ikespec simulated cryptography");
        Self(hasher)
    }

    /// Adds bytes whose end the hash does not see: `ab`, `c` is the same as `a`, `bc`.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    /// Adds a field with its length: `ab`, `c` is not the same as `a`, `bc`.
    pub(super) fn field(mut self, bytes: &[u8]) -> Self {
        self.append(&bytes.len().to_be_bytes());
        self.append(bytes);
        self
    }

    /// The generator that begins at the hash of all that was added.
    pub(super) fn finish(&self) -> Generator {
        let hash = self.0.finish128();
        // An odd step makes the generator's period the longest possible.
        Generator { state: hash.h1, step: hash.h2 | 1 }
    }
}

/// SplitMix64 with a step of its own for each hash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Generator {
    state: u64,
    step: u64,
}

impl Generator {
    pub(super) fn next_word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(self.step);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// Makes all further output depend on `word`.
    pub(super) fn absorb(&mut self, word: u64) {
        self.state = (self.state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }

    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(size_of::<u64>()) {
            let word = self.next_word().to_be_bytes();
            chunk.iter_mut().zip(word).for_each(|(byte, drawn)| *byte = drawn);
        }
    }

    pub(super) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes);
        bytes
    }
}
