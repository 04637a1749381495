//! A stream that feeds on the ciphertext, in the place of CBC; one that does not, in the place of counter mode; and one
//! with a keyed hash behind it, in the place of AEAD.

use super::Simulated;
use super::mixing::{Generator, Mixer, Purpose};
use crate::{AeadAlgorithm, AesKeyLength, CipherAlgorithm, CipherError, Ciphers};

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

    fn apply_counter_mode(
        &self,
        key_length: AesKeyLength,
        key: &[u8],
        counter_block: &[u8; 16],
        data: &mut [u8],
    ) -> Result<(), CipherError> {
        key_length.check_counter_mode(key)?;
        let number = key_length as u16;
        let mut stream = Mixer::new(Purpose::CounterMode, number).field(key).field(counter_block).finish();
        mask(&mut stream, data);
        Ok(())
    }

    fn seal(
        &self,
        algorithm: AeadAlgorithm,
        key: &[u8],
        nonce: &[u8],
        associated: &[u8],
        data: &mut Vec<u8>,
    ) -> Result<(), CipherError> {
        algorithm.check(key, nonce)?;
        mask(&mut aead(Purpose::AeadStream, algorithm, key, nonce).finish(), data);
        data.extend_from_slice(&tag(algorithm, key, nonce, associated, data));
        Ok(())
    }

    fn open(
        &self,
        algorithm: AeadAlgorithm,
        key: &[u8],
        nonce: &[u8],
        associated: &[u8],
        data: &mut Vec<u8>,
    ) -> Result<(), CipherError> {
        let tag_start = algorithm.check_sealed(key, nonce, data)?;
        let found = data.split_off(tag_start);
        if tag(algorithm, key, nonce, associated, data) != found {
            return Err(CipherError::NotAuthentic { algorithm });
        }
        mask(&mut aead(Purpose::AeadStream, algorithm, key, nonce).finish(), data);
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

fn mask(stream: &mut Generator, data: &mut [u8]) {
    for chunk in data.chunks_mut(size_of::<u64>()) {
        chunk.iter_mut().zip(stream.next_word().to_be_bytes()).for_each(|(byte, drawn)| *byte ^= drawn);
    }
}

fn aead(purpose: Purpose, algorithm: AeadAlgorithm, key: &[u8], nonce: &[u8]) -> Mixer {
    let AeadAlgorithm { mode, key_length, tag_length } = algorithm;
    let number = u16::from_be_bytes([mode as u8, (key_length as u8) << 4 | tag_length as u8]);
    Mixer::new(purpose, number).field(key).field(nonce)
}

fn tag(algorithm: AeadAlgorithm, key: &[u8], nonce: &[u8], associated: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    aead(Purpose::AeadTag, algorithm, key, nonce)
        .field(associated)
        .field(ciphertext)
        .finish()
        .bytes(algorithm.tag_length.bytes())
}
