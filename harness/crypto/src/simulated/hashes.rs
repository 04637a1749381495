//! Hash and HMAC.

use super::Simulated;
use super::mixing::{Mixer, Purpose};
use crate::{Digest, HashAlgorithm, Hashes};

impl Hashes for Simulated {
    fn hash(&self, algorithm: HashAlgorithm, parts: &[&[u8]]) -> Digest {
        digest(algorithm, Mixer::new(Purpose::Hash, algorithm as u16), parts)
    }

    fn hmac(&self, algorithm: HashAlgorithm, key: &[u8], parts: &[&[u8]]) -> Digest {
        digest(algorithm, Mixer::new(Purpose::Hmac, algorithm as u16).field(key), parts)
    }
}

fn digest(algorithm: HashAlgorithm, mut mixer: Mixer, parts: &[&[u8]]) -> Digest {
    for part in parts {
        mixer.append(part);
    }
    let mut bytes = [0; Digest::LONGEST];
    let (bytes, _) = bytes.split_at_mut(algorithm.output_length());
    mixer.finish().fill(bytes);
    Digest::new(bytes).expect("no algorithm's output is longer than the longest")
}
