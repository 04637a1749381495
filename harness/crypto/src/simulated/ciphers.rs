//! A stream that feeds on the ciphertext, in the place of CBC.

use super::Simulated;
use super::mixing::{Generator, Mixer, Purpose};
use crate::{CipherAlgorithm, CipherError, Ciphers};

impl Ciphers for Simulated {
    fn encrypt(
        &self,
        algorithm: CipherAlgorithm,
        key: &[u8],
        initialization_vector: &[u8],
        data: &mut [u8],
    ) -> Result<(), CipherError> {
        algorithm.check_encryption(key, initialization_vector, data)?;
        let mut stream = stream(algorithm, key, initialization_vector);
        for word in words(data) {
            let ciphertext = u64::from_be_bytes(*word) ^ stream.next_word();
            stream.absorb(ciphertext);
            *word = ciphertext.to_be_bytes();
        }
        Ok(())
    }

    fn decrypt(
        &self,
        algorithm: CipherAlgorithm,
        key: &[u8],
        initialization_vector: &[u8],
        data: &mut [u8],
    ) -> Result<(), CipherError> {
        algorithm.check_decryption(key, initialization_vector, data)?;
        let mut stream = stream(algorithm, key, initialization_vector);
        for word in words(data) {
            let ciphertext = u64::from_be_bytes(*word);
            let plaintext = ciphertext ^ stream.next_word();
            stream.absorb(ciphertext);
            *word = plaintext.to_be_bytes();
        }
        Ok(())
    }
}

fn stream(algorithm: CipherAlgorithm, key: &[u8], initialization_vector: &[u8]) -> Generator {
    Mixer::new(Purpose::Cipher, algorithm as u16).field(key).field(initialization_vector).finish()
}

/// The data as words; every block length is a multiple of eight bytes.
fn words(data: &mut [u8]) -> &mut [[u8; 8]] {
    data.as_chunks_mut().0
}
