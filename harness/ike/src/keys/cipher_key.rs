//! The key that messages of phase 1 and under it are encrypted with (RFC 2409 appendix B).

use std::fmt;

use crypto::{CipherAlgorithm, CipherError, HashAlgorithm, Hashes};

use super::stretch;

/// A key and the cipher that it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct CipherKey {
    algorithm: CipherAlgorithm,
    key: Vec<u8>,
}

impl CipherKey {
    /// A key from elsewhere, a key log for example.
    ///
    /// # Errors
    /// The key has another length than the cipher's.
    pub fn new(algorithm: CipherAlgorithm, key: &[u8]) -> Result<Self, CipherError> {
        if key.len() == algorithm.key_length() {
            Ok(Self { algorithm, key: key.to_vec() })
        } else {
            Err(CipherError::KeyLength { algorithm: algorithm.into(), found: key.len() })
        }
    }

    /// The first bytes of SKEYID_e, or where it is too short of `Ka = K1 | K2 | ...` with `K1 = prf(SKEYID_e, 0)` and
    /// `K2 = prf(SKEYID_e, K1)`.
    ///
    /// For DES those are the first eight bytes that make no weak or semi-weak key. The parity bits of DES and Triple
    /// DES are left as they come, since neither cipher looks at them, and RFC 2409 excludes no keys of Triple DES.
    pub(super) fn from_skeyid_e(
        hashes: &dyn Hashes,
        hash: HashAlgorithm,
        algorithm: CipherAlgorithm,
        skeyid_e: &[u8],
    ) -> Self {
        let length = algorithm.key_length();
        let key = match skeyid_e.get(..length) {
            Some(first) if algorithm == CipherAlgorithm::DesCbc => {
                strong_des_key(skeyid_e).unwrap_or(first).to_vec()
            }
            Some(first) => first.to_vec(),
            None => stretch(length, |previous| {
                hashes.hmac(hash, skeyid_e, &[if previous.is_empty() { &[0] } else { previous }])
            }),
        };
        Self { algorithm, key }
    }

    /// The cipher.
    #[must_use]
    pub const fn algorithm(&self) -> CipherAlgorithm {
        self.algorithm
    }

    /// The key: as long as the cipher's keys are.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.key
    }
}

impl fmt::Debug for CipherKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("CipherKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// The first eight bytes of `material` that make no weak or semi-weak key of DES, or `None` if there are none.
fn strong_des_key(material: &[u8]) -> Option<&[u8]> {
    material.as_chunks::<8>().0.iter().find(|key| !is_weak_des_key(key)).map(<[u8; 8]>::as_slice)
}

/// Whether DES is its own inverse under `key`, or the inverse of itself under another key.
fn is_weak_des_key(key: &[u8; 8]) -> bool {
    let with_parity = key.map(|byte| {
        let bits = byte & 0xfe;
        if bits.count_ones().is_multiple_of(2) { bits | 1 } else { bits }
    });
    WEAK_DES_KEYS.contains(&u64::from_be_bytes(with_parity))
}

/// The four weak keys, then the twelve semi-weak ones in pairs, with odd parity (RFC 2409 appendix A, FIPS 74 3.6).
const WEAK_DES_KEYS: [u64; 16] = [
    0x0101_0101_0101_0101,
    0x1f1f_1f1f_0e0e_0e0e,
    0xe0e0_e0e0_f1f1_f1f1,
    0xfefe_fefe_fefe_fefe,
    0x01fe_01fe_01fe_01fe,
    0xfe01_fe01_fe01_fe01,
    0x1fe0_1fe0_0ef1_0ef1,
    0xe01f_e01f_f10e_f10e,
    0x01e0_01e0_01f1_01f1,
    0xe001_e001_f101_f101,
    0x1ffe_1ffe_0efe_0efe,
    0xfe1f_fe1f_fe0e_fe0e,
    0x011f_011f_010e_010e,
    0x1f01_1f01_0e01_0e01,
    0xe0fe_e0fe_f1fe_f1fe,
    0xfee0_fee0_fef1_fef1,
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crypto::{Ciphers, Digest, Real};

    use super::*;

    fn encrypted_twice(first: u64, second: u64, block: [u8; 8]) -> [u8; 8] {
        let mut data = block;
        for key in [first, second] {
            Real.encrypt(CipherAlgorithm::DesCbc, &key.to_be_bytes(), &[0; 8], &mut data).unwrap();
        }
        data
    }

    #[test]
    fn every_key_of_the_table_undoes_what_it_or_its_partner_does() {
        let (weak, semi_weak) = WEAK_DES_KEYS.split_at(4);
        for key in weak {
            assert_eq!(encrypted_twice(*key, *key, *b"any text"), *b"any text", "{key:016x}");
        }
        for pair in semi_weak.chunks(2) {
            assert_eq!(encrypted_twice(pair[0], pair[1], *b"any text"), *b"any text", "{pair:016x?}");
            assert_ne!(pair[0], pair[1]);
        }
    }

    #[test]
    fn a_key_is_weak_whatever_its_parity_bits_are() {
        assert!(is_weak_des_key(&[0; 8]));
        assert!(is_weak_des_key(&[1; 8]));
        assert!(is_weak_des_key(&[0xff; 8]));
        assert!(!is_weak_des_key(&[2; 8]));
    }

    /// A hash whose output is written down.
    #[derive(Debug)]
    struct Prescribed(&'static [u8]);

    impl Hashes for Prescribed {
        fn hash(&self, _: HashAlgorithm, _: &[&[u8]]) -> Digest {
            Digest::new(self.0).unwrap()
        }

        fn hmac(&self, _: HashAlgorithm, _: &[u8], _: &[&[u8]]) -> Digest {
            Digest::new(self.0).unwrap()
        }
    }

    fn des_key_from(skeyid_e: &[u8]) -> Vec<u8> {
        let hashes = Prescribed(&[7; 16]);
        CipherKey::from_skeyid_e(&hashes, HashAlgorithm::Md5, CipherAlgorithm::DesCbc, skeyid_e)
            .as_bytes()
            .to_vec()
    }

    #[test]
    fn des_takes_the_first_eight_bytes_that_are_no_weak_key() {
        let weak = 0x01fe_01fe_01fe_01fe_u64.to_be_bytes();
        let strong = *b"strong!!";
        assert_eq!(des_key_from(&[strong, weak].concat()), strong);
        assert_eq!(des_key_from(&[weak, strong].concat()), strong);
        assert_eq!(des_key_from(&[weak, weak].concat()), weak, "there is nothing better");
    }
}
