//! The simulated implementation: whatever differs on the way in differs on the way out.

use std::sync::LazyLock;

use crypto::{
    CipherAlgorithm, Ciphers, Group, HashAlgorithm, Hashes, KeyAgreement, SeededRandom, SignatureScheme,
    Signer, Simulated, StandInSigner, Verifier,
};
use proptest::prelude::*;

use crate::support::pool_key;

static STAND_IN: LazyLock<StandInSigner> =
    LazyLock::new(|| StandInSigner::new(pool_key("rsa-512-00").public_key().to_vec()).unwrap());

fn with_flipped_bit(bytes: &[u8], position: prop::sample::Index, bit: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    *position.get_mut(&mut bytes) ^= 1 << bit;
    bytes
}

proptest! {
    #[test]
    fn another_input_gives_another_digest(
        algorithm in prop::sample::select(HashAlgorithm::ALL.to_vec()),
        key in prop::collection::vec(any::<u8>(), 0..40),
        data in prop::collection::vec(any::<u8>(), 1..100),
        position in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let changed = with_flipped_bit(&data, position, bit);
        prop_assert_ne!(Simulated.hash(algorithm, &[&data]), Simulated.hash(algorithm, &[&changed]));
        prop_assert_ne!(Simulated.hmac(algorithm, &key, &[&data]), Simulated.hmac(algorithm, &key, &[&changed]));
        prop_assert_ne!(Simulated.hmac(algorithm, &data, &[&key]), Simulated.hmac(algorithm, &changed, &[&key]));
        prop_assert_ne!(Simulated.hash(algorithm, &[&data]), Simulated.hmac(algorithm, &[], &[&data]));
    }

    #[test]
    fn another_algorithm_gives_another_digest(data in prop::collection::vec(any::<u8>(), 0..100)) {
        for (first, second) in HashAlgorithm::ALL.into_iter().zip(HashAlgorithm::ALL.into_iter().skip(1)) {
            let (first, second) = (Simulated.hash(first, &[&data]), Simulated.hash(second, &[&data]));
            prop_assert_ne!(&first[..16], &second[..16]);
        }
    }

    #[test]
    fn a_wrong_key_vector_algorithm_or_ciphertext_garbles_the_plaintext(
        material in prop::array::uniform32(any::<u8>()),
        plaintext in prop::collection::vec(prop::array::uniform16(any::<u8>()), 1..20).prop_map(|blocks| blocks.concat()),
        position in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let flipped = |bytes: &[u8]| with_flipped_bit(bytes, position, bit);
        let (key, vector) = material.split_at(16);
        let encrypted = |algorithm, key: &[u8], vector: &[u8]| {
            let mut data = plaintext.clone();
            Simulated.encrypt(algorithm, key, vector, &mut data).unwrap();
            data
        };
        let decrypted = |algorithm, key: &[u8], vector: &[u8], ciphertext: &[u8]| {
            let mut data = ciphertext.to_vec();
            Simulated.decrypt(algorithm, key, vector, &mut data).unwrap();
            data
        };
        let ciphertext = encrypted(CipherAlgorithm::AesCbc128, key, vector);
        // Every word of eight bytes, not just one of them, must differ.
        let garbled = |found: Vec<u8>| found.chunks(8).zip(plaintext.chunks(8)).all(|(found, meant)| found != meant);
        prop_assert!(garbled(decrypted(CipherAlgorithm::AesCbc128, &flipped(key), vector, &ciphertext)));
        prop_assert!(garbled(decrypted(CipherAlgorithm::AesCbc128, key, &flipped(vector), &ciphertext)));
        prop_assert!(garbled(decrypted(CipherAlgorithm::AesCbc256, &[key, key].concat(), vector, &ciphertext)));

        let damaged = flipped(&ciphertext);
        let first_damaged = position.index(ciphertext.len()) / 8 * 8;
        let found = decrypted(CipherAlgorithm::AesCbc128, key, vector, &damaged);
        prop_assert_eq!(&found[..first_damaged], &plaintext[..first_damaged]);
        prop_assert!(found[first_damaged..].chunks(8).zip(plaintext[first_damaged..].chunks(8)).all(|(a, b)| a != b));
    }

    #[test]
    fn a_shared_secret_depends_on_both_public_values(
        group in prop::sample::select(Group::ALL.to_vec()),
        seed in any::<u64>(),
        position in any::<prop::sample::Index>(),
        bit in 0..7_u8,
    ) {
        let mut random = SeededRandom::from_seed(seed);
        let [ours, theirs] = [0; 2].map(|_| Simulated.begin(group, &mut random));
        let intercepted = with_flipped_bit(theirs.public(), position, bit);
        let shared = ours.agree(theirs.public()).unwrap();
        prop_assert_eq!(&shared, &theirs.agree(ours.public()).unwrap());
        prop_assert_ne!(&shared, &ours.agree(&intercepted).unwrap());
        prop_assert_ne!(ours.public(), theirs.public());
    }

    #[test]
    fn a_changed_message_or_signature_does_not_verify(
        message in prop::collection::vec(any::<u8>(), 1..54),
        position in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let scheme = SignatureScheme::RsaPkcs1Unprefixed;
        let signer = &*STAND_IN;
        let signature = signer.sign(scheme, &message).unwrap();
        let flipped = |bytes: &[u8]| with_flipped_bit(bytes, position, bit);
        let key = signer.public_key();
        prop_assert!(Simulated.verify(scheme, key, &message, &signature).is_ok());
        prop_assert!(Simulated.verify(scheme, key, &flipped(&message), &signature).is_err());
        prop_assert!(Simulated.verify(scheme, key, &message, &flipped(&signature)).is_err());
    }
}

#[test]
fn outputs_do_not_change_from_run_to_run() {
    // Fuzzing corpora and recorded runs rest on them. The value is from a SipHash-1-3-128 and a SplitMix64 in Python.
    let digest = Simulated.hash(HashAlgorithm::Md5, &[b"ikespec"]);
    assert_eq!(format!("{digest:?}"), "ce7065930ca731c03d46df00e2e23635");
}
