//! Ciphers: published test vectors, and the refusals.

use crypto::{CipherAlgorithm, CipherError, Ciphers, Fault, Real, Simulated};
use proptest::prelude::*;

use crate::support::hex;

/// Encrypts and decrypts, and compares both with what is expected.
fn assert_both_ways(
    algorithm: CipherAlgorithm,
    key: &str,
    initialization_vector: &str,
    plaintext: &[u8],
    ciphertext: &str,
) {
    let (key, initialization_vector) = (hex(key), hex(initialization_vector));
    let mut data = plaintext.to_vec();
    Real.encrypt(algorithm, &key, &initialization_vector, &mut data).unwrap();
    assert_eq!(data, hex(ciphertext), "{algorithm}");
    Real.decrypt(algorithm, &key, &initialization_vector, &mut data).unwrap();
    assert_eq!(data, plaintext, "{algorithm}");
}

#[test]
fn aes_cbc_agrees_with_nist_sp_800_38a_f_2() {
    const VECTOR: &str = "000102030405060708090a0b0c0d0e0f";
    let plaintext = hex("6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
                         30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710");
    assert_both_ways(
        CipherAlgorithm::AesCbc128,
        "2b7e151628aed2a6abf7158809cf4f3c",
        VECTOR,
        &plaintext,
        "7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2
         73bed6b8e3c1743b7116e69e22229516 3ff1caa1681fac09120eca307586e1a7",
    );
    assert_both_ways(
        CipherAlgorithm::AesCbc192,
        "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
        VECTOR,
        &plaintext,
        "4f021db243bc633d7178183a9fa071e8 b4d9ada9ad7dedf4e5e738763f69145a
         571b242012fb7ae07fa9baac3df102e0 08b0e27988598881d920a9e64f5615cd",
    );
    assert_both_ways(
        CipherAlgorithm::AesCbc256,
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        VECTOR,
        &plaintext,
        "f58c4c04d6e5f1ba779eabfb5f7bfbd6 9cfc4e967edb808d679f777bc6702c7d
         39f23369a9d9bacfa530e26304231461 b2eb05e2c39be9fcda6c19078c6a9d1b",
    );
}

#[test]
fn des_cbc_agrees_with_fips_81_table_c1() {
    assert_both_ways(
        CipherAlgorithm::DesCbc,
        "0123456789abcdef",
        "1234567890abcdef",
        b"Now is the time for all ",
        "e5c7cdde872bf27c 43e934008c389c0f 683788499a7c05f6",
    );
}

#[test]
fn triple_des_agrees_with_nist_sp_800_67_b_1() {
    // The example is one of single blocks: each is CBC with a vector of zero.
    let plaintext = b"The qufck brown fox jump";
    for (block, expected) in
        plaintext.chunks(8).zip(["a826fd8ce53b855f", "cce21c8112256fe6", "68d5c05dd9b6b900"])
    {
        assert_both_ways(
            CipherAlgorithm::TripleDesCbc,
            "0123456789abcdef 23456789abcdef01 456789abcdef0123",
            "0000000000000000",
            block,
            expected,
        );
    }
}

#[test]
fn triple_des_chains_its_blocks() {
    // Our own: `openssl enc -des-ede3-cbc -nopad`.
    assert_both_ways(
        CipherAlgorithm::TripleDesCbc,
        "0123456789abcdef 23456789abcdef01 456789abcdef0123",
        "fedcba9876543210",
        b"The qufck brown fox jump",
        "f3a4ae3decb81791 4c2c48e192c8b059 a87e9b07eac8a1dc",
    );
}

#[test]
fn only_des_is_weak() {
    let weak: Vec<_> = CipherAlgorithm::ALL.into_iter().filter(|algorithm| algorithm.is_weak()).collect();
    assert_eq!(weak, [CipherAlgorithm::DesCbc]);
}

#[test]
fn a_ciphertext_of_broken_blocks_is_the_peers_fault_and_every_other_length_ours() {
    let algorithm = CipherAlgorithm::AesCbc128;
    for ciphers in [&Real as &dyn Ciphers, &Simulated] {
        let refusals = [
            (ciphers.decrypt(algorithm, &[0; 16], &[0; 16], &mut [0; 17]), Fault::Peer),
            (ciphers.encrypt(algorithm, &[0; 16], &[0; 16], &mut [0; 17]), Fault::Caller),
            (ciphers.decrypt(algorithm, &[0; 24], &[0; 16], &mut [0; 16]), Fault::Caller),
            (ciphers.decrypt(algorithm, &[0; 16], &[0; 8], &mut [0; 16]), Fault::Caller),
        ];
        for (result, fault) in refusals {
            assert_eq!(result.map_err(|error: CipherError| error.fault()), Err(fault), "{ciphers:?}");
        }
    }
}

proptest! {
    #[test]
    fn what_was_encrypted_decrypts_to_itself(
        algorithm in prop::sample::select(CipherAlgorithm::ALL.to_vec()),
        material in prop::array::uniform32(any::<u8>()),
        blocks in prop::collection::vec(prop::array::uniform16(any::<u8>()), 0..20),
    ) {
        let key = &material[..algorithm.key_length()];
        let initialization_vector = &material[32 - algorithm.block_length()..];
        let plaintext = blocks.concat();
        for ciphers in [&Real as &dyn Ciphers, &Simulated] {
            let mut data = plaintext.clone();
            ciphers.encrypt(algorithm, key, initialization_vector, &mut data).unwrap();
            prop_assert!(plaintext.is_empty() || data != plaintext);
            ciphers.decrypt(algorithm, key, initialization_vector, &mut data).unwrap();
            prop_assert_eq!(&data, &plaintext);
        }
    }
}
