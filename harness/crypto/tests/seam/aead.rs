//! Authenticated ciphers and counter mode: published vectors, and that nothing changed opens.

use crypto::{
    AeadAlgorithm, AeadMode, AesKeyLength, CipherError, Ciphers, Fault, Real, Simulated, TagLength,
};
use proptest::prelude::*;

use crate::support::hex;

const IMPLEMENTATIONS: [&dyn Ciphers; 2] = [&Real, &Simulated];

fn every_algorithm() -> Vec<AeadAlgorithm> {
    let mut all = Vec::new();
    for mode in [AeadMode::Ccm, AeadMode::Gcm] {
        for key_length in AesKeyLength::ALL {
            all.extend(TagLength::ALL.map(|tag_length| AeadAlgorithm { mode, key_length, tag_length }));
        }
    }
    all
}

fn assert_both_ways(algorithm: AeadAlgorithm, inputs: [&[u8]; 4], sealed: &str) {
    let [key, nonce, associated, plaintext] = inputs;
    let mut data = plaintext.to_vec();
    Real.seal(algorithm, key, nonce, associated, &mut data).unwrap();
    assert_eq!(data, hex(sealed), "{algorithm}");
    Real.open(algorithm, key, nonce, associated, &mut data).unwrap();
    assert_eq!(data, plaintext, "{algorithm}");
}

#[test]
fn gcm_agrees_with_test_cases_4_10_and_16_of_its_specification() {
    // McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B; a shorter tag is the beginning of a longer.
    let key = hex("feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308");
    let nonce = hex("cafebabefacedbaddecaf888");
    let associated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let plaintext = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
                         1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    let expected = [
        (
            AesKeyLength::Bits128,
            "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
             21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
            "5bc94fbc3221a5db94fae95ae7121a47",
        ),
        (
            AesKeyLength::Bits192,
            "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c
             7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710",
            "2519498e80f1478f37ba55bd6d27618c",
        ),
        (
            AesKeyLength::Bits256,
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
             8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b",
        ),
    ];
    for (key_length, ciphertext, tag) in expected {
        for tag_length in TagLength::ALL {
            let algorithm = AeadAlgorithm { mode: AeadMode::Gcm, key_length, tag_length };
            let sealed = format!("{ciphertext}{}", &tag[..2 * tag_length.bytes()]);
            assert_both_ways(
                algorithm,
                [&key[..key_length.bytes()], &nonce, &associated, &plaintext],
                &sealed,
            );
        }
    }
}

#[test]
fn ccm_with_nonces_of_eleven_bytes_agrees_with_python() {
    // Our own: AESCCM of Python's `cryptography` 48. The vectors of RFC 3610 have nonces of 13 bytes.
    let from = |first: u8, length: u8| (first..first + length).collect::<Vec<u8>>();
    let expected = [
        (
            AesKeyLength::Bits128,
            TagLength::Bytes8,
            "79c06ff40dbbb80fa227f5335c9d4f2a5c97e8a9b4e837159f7359d7a0af52ab930ede4ae86b252da27450",
        ),
        (
            AesKeyLength::Bits192,
            TagLength::Bytes12,
            "e64ee6c755c45e6e06aea9278ceb9c7bd29a349dfbb049a1576b9c3284c1672c806c90c938d4d9317d0c4026d117eb",
        ),
        (
            AesKeyLength::Bits256,
            TagLength::Bytes16,
            "f58cf1298f6f04b3e25142000d29c4bf180a75d9e5f1c05e25c8f178f3fb516b88b5b92fd88de2231c67500f80372127
             ccc4a1",
        ),
    ];
    for (key_length, tag_length, sealed) in expected {
        let algorithm = AeadAlgorithm { mode: AeadMode::Ccm, key_length, tag_length };
        let key = &from(0, 32)[..key_length.bytes()];
        assert_both_ways(algorithm, [key, &from(0x40, 11), &from(0xa0, 29), &from(0x80, 35)], sealed);
    }
}

#[test]
fn counter_mode_agrees_with_test_vectors_1_4_and_7_of_rfc_3686_6() {
    let vectors = [
        (
            AesKeyLength::Bits128,
            "AE6852F8121067CC4BF7A5765577F39E",
            "00000030 0000000000000000 00000001",
            "E4095D4FB7A7B3792D6175A3261311B8",
        ),
        (
            AesKeyLength::Bits192,
            "16AF5B145FC9F579C175F93E3BFB0EED863D06CCFDB78515",
            "00000048 36733C147D6D93CB 00000001",
            "4B55384FE259C9C84E7935A003CBE928",
        ),
        (
            AesKeyLength::Bits256,
            "776BEFF2851DB06F4C8A0542C8696F6C6A81AF1EEC96B4D37FC1D689E6C1C104",
            "00000060 DB5672C97AA8F0B2 00000001",
            "145AD01DBF824EC7560863DC71E3E0C0",
        ),
    ];
    for (key_length, key, block, ciphertext) in vectors {
        let mut data = b"Single block msg".to_vec();
        let block = hex(block).try_into().unwrap();
        Real.apply_counter_mode(key_length, &hex(key), &block, &mut data).unwrap();
        assert_eq!(data, hex(ciphertext), "{key_length:?}");
    }
}

#[test]
fn lengths_of_keys_and_nonces_are_ours_to_get_right_and_too_short_a_message_is_the_peer_s_fault() {
    for ciphers in IMPLEMENTATIONS {
        for algorithm in every_algorithm() {
            let (key, nonce) = (vec![1; algorithm.key_length.bytes()], vec![2; algorithm.nonce_length()]);
            let tag = algorithm.tag_length.bytes();
            let fault = |result: Result<(), CipherError>| result.map_err(|error| error.fault());
            let open = |key: &[u8], nonce: &[u8], length| {
                fault(ciphers.open(algorithm, key, nonce, b"", &mut vec![0; length]))
            };
            assert_eq!(open(&key[1..], &nonce, tag), Err(Fault::Caller), "{algorithm}");
            assert_eq!(open(&key, &nonce[1..], tag), Err(Fault::Caller), "{algorithm}");
            assert_eq!(open(&key, &nonce, tag - 1), Err(Fault::Peer), "{algorithm}");
            assert_eq!(open(&key, &nonce, tag), Err(Fault::Peer), "{algorithm}");
            let sealed = ciphers.seal(algorithm, &key, &nonce[1..], b"", &mut Vec::new());
            assert_eq!(fault(sealed), Err(Fault::Caller), "{algorithm}");
        }
        let short = ciphers.apply_counter_mode(AesKeyLength::Bits256, &[0; 16], &[0; 16], &mut [0; 3]);
        assert_eq!(short.map_err(|error| error.fault()), Err(Fault::Caller));
    }
}

fn with_flipped_bit(bytes: &[u8], position: prop::sample::Index, bit: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    *position.get_mut(&mut bytes) ^= 1 << bit;
    bytes
}

proptest! {
    #[test]
    fn what_was_sealed_opens_to_itself_and_nothing_else_opens(
        algorithm in prop::sample::select(every_algorithm()),
        material in prop::array::uniform32(any::<u8>()),
        associated in prop::collection::vec(any::<u8>(), 1..50),
        plaintext in prop::collection::vec(any::<u8>(), 0..100),
        position in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let key = &material[..algorithm.key_length.bytes()];
        let nonce = &material[32 - algorithm.nonce_length()..];
        let flipped = |bytes: &[u8]| with_flipped_bit(bytes, position, bit);
        for ciphers in IMPLEMENTATIONS {
            let mut sealed = plaintext.clone();
            ciphers.seal(algorithm, key, nonce, &associated, &mut sealed).unwrap();
            prop_assert_eq!(sealed.len(), plaintext.len() + algorithm.tag_length.bytes());
            let open = |key: &[u8], nonce: &[u8], associated: &[u8], sealed: &[u8]| {
                let mut data = sealed.to_vec();
                ciphers.open(algorithm, key, nonce, associated, &mut data).map(|()| data)
            };
            let refused = Err(CipherError::NotAuthentic { algorithm });
            prop_assert_eq!(&open(key, nonce, &associated, &sealed), &Ok(plaintext.clone()));
            prop_assert_eq!(&open(&flipped(key), nonce, &associated, &sealed), &refused);
            prop_assert_eq!(&open(key, &flipped(nonce), &associated, &sealed), &refused);
            prop_assert_eq!(&open(key, nonce, &flipped(&associated), &sealed), &refused);
            prop_assert_eq!(&open(key, nonce, &associated, &flipped(&sealed)), &refused);
        }
    }

    #[test]
    fn counter_mode_undoes_itself_under_the_same_key_and_block_only(
        key_length in prop::sample::select(AesKeyLength::ALL.to_vec()),
        material in prop::array::uniform32(any::<u8>()),
        block in prop::array::uniform16(any::<u8>()),
        plaintext in prop::collection::vec(any::<u8>(), 16..100),
        position in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let key = &material[..key_length.bytes()];
        let other_key = with_flipped_bit(key, position, bit);
        let other_block: [u8; 16] = with_flipped_bit(&block, position, bit).try_into().unwrap();
        for ciphers in IMPLEMENTATIONS {
            let applied = |key: &[u8], block: &[u8; 16], data: &[u8]| {
                let mut data = data.to_vec();
                ciphers.apply_counter_mode(key_length, key, block, &mut data).unwrap();
                data
            };
            let ciphertext = applied(key, &block, &plaintext);
            prop_assert_eq!(&applied(key, &block, &ciphertext), &plaintext);
            prop_assert_ne!(&applied(&other_key, &block, &ciphertext), &plaintext);
            prop_assert_ne!(&applied(key, &other_block, &ciphertext), &plaintext);
        }
    }
}
