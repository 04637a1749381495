//! Vectors of our own making: the formulas of RFC 2409 in Python, over its `hashlib` and `hmac`.

#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;

use crypto::{CipherAlgorithm, HashAlgorithm, Real};

use super::*;
use crate::protection::InitializationVector;
use crate::state::Role;

/// The bytes that hexadecimal digits stand for.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digit = |character: char| u8::try_from(character.to_digit(16)?).ok();
    let values: Vec<u8> = digits.chars().filter_map(digit).collect();
    values.chunks(2).map(|pair| 16 * pair[0] + pair[1]).collect()
}

/// `length` bytes that count up from `first`.
pub(crate) fn counting(first: u8, length: u8) -> Vec<u8> {
    (0..length).map(|index| first.wrapping_add(index)).collect()
}

/// What is exchanged in all these vectors.
pub(crate) struct Exchanged {
    nonces: [Vec<u8>; 2],
    publics: [Vec<u8>; 2],
    shared_secret: Vec<u8>,
    pub(crate) cookies: Cookies,
}

impl Exchanged {
    pub(crate) fn new() -> Self {
        Self {
            nonces: [counting(0x10, 20), counting(0x40, 16)],
            publics: [counting(0x01, 128), counting(0x80, 128)],
            shared_secret: counting(0x33, 128),
            // The cookies of the first capture.
            cookies: Cookies {
                initiator: 0x2a71_0318_c550_0119_u64.to_be_bytes(),
                responder: 0x6271_7993_a5cb_95ad_u64.to_be_bytes(),
            },
        }
    }

    pub(crate) fn publics(&self) -> PublicValues<'_> {
        PublicValues { initiator: &self.publics[0], responder: &self.publics[1] }
    }

    pub(crate) fn keys(&self, algorithms: PhaseOneAlgorithms) -> PhaseOneKeys {
        let nonces = Nonces { initiator: &self.nonces[0], responder: &self.nonces[1] };
        PhaseOneKeys::derive(&Real, algorithms, nonces, &self.cookies, &self.shared_secret)
    }
}

pub(crate) const MD5_AND_3DES: PhaseOneAlgorithms =
    PhaseOneAlgorithms { hash: HashAlgorithm::Md5, cipher: CipherAlgorithm::TripleDesCbc };
const SHA1_AND_DES: PhaseOneAlgorithms =
    PhaseOneAlgorithms { hash: HashAlgorithm::Sha1, cipher: CipherAlgorithm::DesCbc };
const SHA1_AND_AES_256: PhaseOneAlgorithms =
    PhaseOneAlgorithms { hash: HashAlgorithm::Sha1, cipher: CipherAlgorithm::AesCbc256 };
const SHA256_AND_AES_128: PhaseOneAlgorithms =
    PhaseOneAlgorithms { hash: HashAlgorithm::Sha256, cipher: CipherAlgorithm::AesCbc128 };

const MESSAGE_ID: u32 = 0x8e1f_3a55;

#[test]
fn skeyid_and_its_children_are_those_of_rfc_2409_5() {
    let expected = [
        (
            MD5_AND_3DES,
            [
                "e62d302f7d940bd5d2ee24b75e016bbd",
                "49242565f5d7e58c7804e23e1b935dc5",
                "f332f8f6fcbbb2c783f9397442aa8cfc",
                "ff95ef4066ea4380e11aca0b87a3958c",
            ],
        ),
        (
            SHA1_AND_DES,
            [
                "3d131076e80bf77e3e1f15bbd0eb0bf0a3d09fdd",
                "8a0ee60a049255a8574143151705f758509a4bb9",
                "149e53073b6068c3fb1c68acba81291d060b9eac",
                "bb09d589e5e8d8f0c16e2e0ec7dadb81de103239",
            ],
        ),
        (
            SHA256_AND_AES_128,
            [
                "a8ebb9b3a5669998e36c024256559c218001480f0bdca5ff8d77b2c5fc586fa8",
                "b8c55f6249f42595c1a2bfbb3e17383930310aee21a2ba7650600be7e5652471",
                "aa9e5bcced51835c8db3d3dba6fa4f1d26eac58dad88af9b263d7fd47e91c443",
                "8a91171c3bd71690835d9f09fe98f46279615a12adc24d0476f5694c64f55746",
            ],
        ),
    ];
    for (algorithms, expected) in expected {
        let keys = Exchanged::new().keys(algorithms);
        let found = [keys.skeyid(), keys.skeyid_d(), keys.skeyid_a(), keys.skeyid_e()];
        assert_eq!(found.map(<[u8]>::to_vec), expected.map(hex), "{algorithms:?}");
    }
}

#[test]
fn the_cipher_key_is_cut_from_skeyid_e_or_stretched() {
    let expected = [
        // 16 bytes are stretched to 24, 20 to 32; 20 are cut to 8, 32 to 16.
        (MD5_AND_3DES, "b4cfddb576bb286294cbc022e4bf954228fddaf03bb3b0af"),
        (SHA1_AND_AES_256, "0e84b389241ed821ec7a6776c422ee8f6f8477c08dcf5249cbd16854988d235f"),
        (SHA1_AND_DES, "bb09d589e5e8d8f0"),
        (SHA256_AND_AES_128, "8a91171c3bd71690835d9f09fe98f462"),
    ];
    for (algorithms, expected) in expected {
        let keys = Exchanged::new().keys(algorithms);
        assert_eq!(keys.cipher_key().as_bytes(), hex(expected), "{algorithms:?}");
        assert_eq!(keys.cipher_key().algorithm(), algorithms.cipher);
    }
}

#[test]
fn initialization_vectors_are_those_of_rfc_2409_appendix_b() {
    // The second is that of an exchange, as if the vector of phase 1 had been its last block.
    let expected = [
        (MD5_AND_3DES, "5bdb7fcdd3f0aee2", "524952aaa26d6589"),
        (SHA1_AND_AES_256, "02fc1162728a4da3d3963e13f04c5131", "7698a22bb2935865461a77d19c8d2849"),
        (SHA256_AND_AES_128, "1cc6b47b234cbfec922ca660b689564a", "8edf519f9bb288111124e14b7223b914"),
    ];
    for (algorithms, phase_one, exchange) in expected {
        let vector = InitializationVector::of_phase_one(&Real, algorithms, Exchanged::new().publics());
        assert_eq!(vector.block(algorithms.cipher), hex(phase_one), "{algorithms:?}");
        let vector = vector.of_exchange(&Real, algorithms, MESSAGE_ID);
        assert_eq!(vector.block(algorithms.cipher), hex(exchange), "{algorithms:?}");
    }
}

#[test]
fn hash_i_and_hash_r_are_those_of_rfc_2409_5() {
    let expected = [
        (MD5_AND_3DES, "3393207b91810f6df0512cdb098b77b7", "cac317902ad201b303d446a4ff8d8511"),
        (
            SHA256_AND_AES_128,
            "ad3269027eb755c1c53ad7b21773bc025286063bae5ed3a1ee0c0a95c5f5d03e",
            "5c4eb6fc0c64b9318a712f2c0dec088e2c3014751bf5581a30060198f286ea22",
        ),
    ];
    let exchanged = Exchanged::new();
    let security_association = counting(0x60, 52);
    for (algorithms, hash_i, hash_r) in expected {
        let keys = exchanged.keys(algorithms);
        let hash = |signer, identification: &[u8]| {
            let (publics, cookies) = (exchanged.publics(), exchanged.cookies);
            let security_association = &security_association;
            keys.authentication_hash(
                &Real,
                &AuthenticationInput { signer, publics, cookies, security_association, identification },
            )
        };
        assert_eq!(hash(Role::Initiator, &counting(0x90, 20)).to_vec(), hex(hash_i), "{algorithms:?}");
        assert_eq!(hash(Role::Responder, &counting(0xa0, 24)).to_vec(), hex(hash_r), "{algorithms:?}");
    }
}

fn quick_mode_nonces() -> [Vec<u8>; 2] {
    [counting(0x20, 16), counting(0x70, 20)]
}

#[test]
fn the_hashes_of_quick_mode_are_those_of_rfc_2409_5_5() {
    let expected = [
        (
            MD5_AND_3DES,
            [
                "cd57e2b513a1b07463fdfa0efda37167",
                "ff39daccb3857cf0fb85fa83fc719f40",
                "5ce89882a390dea8f3d5dfd2b0696974",
            ],
        ),
        (
            SHA1_AND_AES_256,
            [
                "a94aa39ef77c59da2a0ad71c112a12fa9ac08ff1",
                "92ea06983a6bcde4ead4f777e269943ac15d2080",
                "f3db46e4e570316a1bd8b368dd8d8d3f0af820a7",
            ],
        ),
    ];
    let payloads = counting(0xc0, 70);
    let [initiator, responder] = quick_mode_nonces();
    let nonces = Nonces { initiator: &initiator, responder: &responder };
    for (algorithms, expected) in expected {
        let keys = Exchanged::new().keys(algorithms);
        let found = [
            keys.quick_mode_hash_1(&Real, MESSAGE_ID, &payloads),
            keys.quick_mode_hash_2(&Real, MESSAGE_ID, &initiator, &payloads),
            keys.quick_mode_hash_3(&Real, MESSAGE_ID, nonces),
        ];
        assert_eq!(found.map(|hash| hash.to_vec()), expected.map(hex), "{algorithms:?}");
        // RFC 2409 5.7: built as HASH(1) is.
        assert_eq!(keys.informational_hash(&Real, MESSAGE_ID, &payloads).to_vec(), hex(expected[0]));
    }
}

#[test]
fn nat_detection_hashes_are_those_of_rfc_3947_3_2() {
    let expected = [
        (HashAlgorithm::Md5, "192.168.0.1:500", "e15416c37141c3ca7071837dda2d5836"),
        (HashAlgorithm::Md5, "[2001:db8::2]:4500", "b7d837b0f7f85c146435ce9dee9e56d7"),
        (HashAlgorithm::Sha1, "192.168.0.1:500", "fc59ea39a63dfaf7a878a9344c9317f902354d23"),
    ];
    for (algorithm, end, expected) in expected {
        let end: SocketAddr = end.parse().unwrap();
        let found = nat_detection_hash(&Real, algorithm, &Exchanged::new().cookies, end);
        assert_eq!(found.to_vec(), hex(expected), "{algorithm} {end}");
    }
}

#[test]
fn a_key_of_another_length_is_no_cipher_key() {
    assert!(CipherKey::new(CipherAlgorithm::TripleDesCbc, &[1; 24]).is_ok());
    assert!(CipherKey::new(CipherAlgorithm::TripleDesCbc, &[1; 16]).is_err());
}
