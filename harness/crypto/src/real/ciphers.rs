//! DES, Triple DES and AES in CBC mode.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit,
};
use cbc::{Decryptor, Encryptor};
use des::{Des, TdesEde3};

use super::Real;
use crate::{CipherAlgorithm, CipherError, Ciphers};

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
