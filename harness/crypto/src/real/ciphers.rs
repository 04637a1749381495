//! DES, Triple DES and AES in CBC mode, and AES in counter mode.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit,
};
use cbc::{Decryptor, Encryptor};
use ctr::Ctr32BE;
use ctr::cipher::StreamCipher;
use des::{Des, TdesEde3};

use super::{Real, aead};
use crate::{AeadAlgorithm, AesKeyLength, CipherAlgorithm, CipherError, Ciphers};

impl Ciphers for Real {
    fn encrypt(
        &self,
        algorithm: CipherAlgorithm,
        key: &[u8],
        initialization_vector: &[u8],
        data: &mut [u8],
    ) -> Result<(), CipherError> {
        let encrypt = match algorithm {
            CipherAlgorithm::DesCbc => encrypt_cbc::<Des>,
            CipherAlgorithm::TripleDesCbc => encrypt_cbc::<TdesEde3>,
            CipherAlgorithm::AesCbc128 => encrypt_cbc::<Aes128>,
            CipherAlgorithm::AesCbc192 => encrypt_cbc::<Aes192>,
            CipherAlgorithm::AesCbc256 => encrypt_cbc::<Aes256>,
        };
        encrypt(algorithm, key, initialization_vector, data)
    }

    fn decrypt(
        &self,
        algorithm: CipherAlgorithm,
        key: &[u8],
        initialization_vector: &[u8],
        data: &mut [u8],
    ) -> Result<(), CipherError> {
        let decrypt = match algorithm {
            CipherAlgorithm::DesCbc => decrypt_cbc::<Des>,
            CipherAlgorithm::TripleDesCbc => decrypt_cbc::<TdesEde3>,
            CipherAlgorithm::AesCbc128 => decrypt_cbc::<Aes128>,
            CipherAlgorithm::AesCbc192 => decrypt_cbc::<Aes192>,
            CipherAlgorithm::AesCbc256 => decrypt_cbc::<Aes256>,
        };
        decrypt(algorithm, key, initialization_vector, data)
    }

    fn apply_counter_mode(
        &self,
        key_length: AesKeyLength,
        key: &[u8],
        counter_block: &[u8; 16],
        data: &mut [u8],
    ) -> Result<(), CipherError> {
        key_length.check_counter_mode(key)?;
        match key_length {
            AesKeyLength::Bits128 => apply_counter_mode::<Ctr32BE<Aes128>>(key, counter_block, data),
            AesKeyLength::Bits192 => apply_counter_mode::<Ctr32BE<Aes192>>(key, counter_block, data),
            AesKeyLength::Bits256 => apply_counter_mode::<Ctr32BE<Aes256>>(key, counter_block, data),
        }
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
        aead::with_key(algorithm, key).seal(nonce, associated, data);
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
        let tag = data.split_off(tag_start);
        let authentic = aead::with_key(algorithm, key).open(nonce, associated, data, &tag);
        authentic.then_some(()).ok_or(CipherError::NotAuthentic { algorithm })
    }
}

fn encrypt_cbc<C: BlockCipherEncrypt + KeyInit>(
    algorithm: CipherAlgorithm,
    key: &[u8],
    initialization_vector: &[u8],
    data: &mut [u8],
) -> Result<(), CipherError> {
    algorithm.check_encryption(key, initialization_vector, data)?;
    let (blocks, _) = cbc::cipher::Array::slice_as_chunks_mut(data);
    Encryptor::<C>::new_from_slices(key, initialization_vector)
        .expect("the lengths were checked")
        .encrypt_blocks(blocks);
    Ok(())
}

fn decrypt_cbc<C: BlockCipherDecrypt + KeyInit>(
    algorithm: CipherAlgorithm,
    key: &[u8],
    initialization_vector: &[u8],
    data: &mut [u8],
) -> Result<(), CipherError> {
    algorithm.check_decryption(key, initialization_vector, data)?;
    let (blocks, _) = cbc::cipher::Array::slice_as_chunks_mut(data);
    Decryptor::<C>::new_from_slices(key, initialization_vector)
        .expect("the lengths were checked")
        .decrypt_blocks(blocks);
    Ok(())
}

fn apply_counter_mode<C: KeyIvInit + StreamCipher>(key: &[u8], counter_block: &[u8; 16], data: &mut [u8]) {
    C::new_from_slices(key, counter_block)
        .expect("the lengths were checked")
        .try_apply_keystream(data)
        .expect("nothing in memory needs 2^32 blocks");
}
