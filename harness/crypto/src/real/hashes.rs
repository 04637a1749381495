//! MD5, SHA-1 and SHA-2, and HMAC over each.

use hmac::digest::Digest as HashFunction;
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::Real;
use crate::{Digest, HashAlgorithm, Hashes};

impl Hashes for Real {
    fn hash(&self, algorithm: HashAlgorithm, parts: &[&[u8]]) -> Digest {
        match algorithm {
            HashAlgorithm::Md5 => hash::<Md5>(parts),
            HashAlgorithm::Sha1 => hash::<Sha1>(parts),
            HashAlgorithm::Sha256 => hash::<Sha256>(parts),
            HashAlgorithm::Sha384 => hash::<Sha384>(parts),
            HashAlgorithm::Sha512 => hash::<Sha512>(parts),
        }
    }

    fn hmac(&self, algorithm: HashAlgorithm, key: &[u8], parts: &[&[u8]]) -> Digest {
        match algorithm {
            HashAlgorithm::Md5 => hmac::<Md5>(key, parts),
            HashAlgorithm::Sha1 => hmac::<Sha1>(key, parts),
            HashAlgorithm::Sha256 => hmac::<Sha256>(key, parts),
            HashAlgorithm::Sha384 => hmac::<Sha384>(key, parts),
            HashAlgorithm::Sha512 => hmac::<Sha512>(key, parts),
        }
    }
}

fn hash<H: HashFunction>(parts: &[&[u8]]) -> Digest {
    let mut state = H::new();
    for part in parts {
        state.update(part);
    }
    digest(&state.finalize())
}

fn hmac<H: EagerHash>(key: &[u8], parts: &[&[u8]]) -> Digest {
    let mut state = Hmac::<H>::new_from_slice(key).expect("HMAC takes keys of every length");
    for part in parts {
        state.update(part);
    }
    digest(&state.finalize().into_bytes())
}

fn digest(bytes: &[u8]) -> Digest {
    Digest::new(bytes).expect("SHA-512 has the longest output of these")
}
