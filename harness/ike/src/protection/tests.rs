//! Messages made with OpenSSL, and that sealing and opening undo each other.

#![allow(clippy::unwrap_used)]

use crypto::{CipherAlgorithm, HashAlgorithm, Real, Simulated};
use proptest::prelude::*;
use wire::{ExchangeType, Flags, PayloadType, Version};

use super::*;
use crate::keys::PhaseOneKeys;
use crate::keys::tests::{Exchanged, MD5_AND_3DES, counting, hex};

/// A Main Mode message with one ID payload of this body.
fn plain(body: &[u8]) -> Plain {
    let cookies = Exchanged::new().cookies;
    let header = Header {
        initiator_cookie: cookies.initiator,
        responder_cookie: cookies.responder,
        next_payload: PayloadType::IDENTIFICATION,
        version: Version::IKEV1,
        exchange_type: ExchangeType::IDENTITY_PROTECTION,
        flags: Flags::NONE,
        message_id: 0,
        length: 0,
    };
    let length = u8::try_from(4 + body.len()).unwrap();
    Plain { header, body: [&[0, 0, 0, length], body].concat() }
}

fn keys_and_vector(algorithms: PhaseOneAlgorithms) -> (PhaseOneKeys, InitializationVector) {
    let exchanged = Exchanged::new();
    (exchanged.keys(algorithms), InitializationVector::of_phase_one(&Real, algorithms, exchanged.publics()))
}

fn seal_with_3des(body: &[u8]) -> (Vec<u8>, InitializationVector) {
    let (keys, vector) = keys_and_vector(MD5_AND_3DES);
    seal(&Real, keys.cipher_key(), &vector, &plain(body))
}

#[test]
fn a_chain_that_fills_its_blocks_is_sealed_without_padding() {
    // Python for the keys (see the tests of those), `openssl enc -des-ede3-cbc -nopad` for the body.
    let (message, next) = seal_with_3des(&counting(0x90, 20));
    let expected = "2a710318c5500119 62717993a5cb95ad 05100201 00000000 00000034
                    9089a37b071a21b3e82f8917885578cfa8a6fa0281e540b2";
    assert_eq!(message, hex(expected));
    assert_eq!(next.block(CipherAlgorithm::TripleDesCbc), hex("a8a6fa0281e540b2"));
}

#[test]
fn a_chain_that_does_not_is_padded_with_zeros() {
    let (message, next) = seal_with_3des(&counting(0x90, 17));
    let expected = "2a710318c5500119 62717993a5cb95ad 05100201 00000000 00000034
                    ac5fc01aebbd63d32fe07c75a50cc0606fdecd5b061693ba";
    assert_eq!(message, hex(expected));
    assert_eq!(next.block(CipherAlgorithm::TripleDesCbc), hex("6fdecd5b061693ba"));

    let (keys, vector) = keys_and_vector(MD5_AND_3DES);
    let (opened, _) = open(&Real, keys.cipher_key(), &vector, &Message::read(&message).unwrap()).unwrap();
    let mut payloads = opened.payloads();
    assert_eq!(payloads.next().unwrap().unwrap().body, counting(0x90, 17));
    assert_eq!(payloads.next(), None);
    assert_eq!(payloads.rest(), [0; 3]);
}

#[test]
fn a_message_that_cannot_have_been_encrypted_is_refused_as_the_peers_fault() {
    let (keys, vector) = keys_and_vector(MD5_AND_3DES);
    let refusal = |bytes: &[u8]| {
        open(&Real, keys.cipher_key(), &vector, &Message::read(bytes).unwrap())
            .map_err(|error| (error, error.fault()))
    };
    let builder = MessageBuilder::like(&plain(&[]).header);
    let encrypted = |body: &[u8]| builder.clone().encrypted(PayloadType::IDENTIFICATION, body).unwrap();
    let unencrypted = builder.clone().plain::<wire::ikev1::Payload<'_>>(&[]).unwrap();
    let algorithm = CipherAlgorithm::TripleDesCbc;
    assert_eq!(refusal(&unencrypted), Err((OpenError::NotEncrypted, Fault::Peer)));
    assert_eq!(refusal(&encrypted(&[])), Err((OpenError::Empty, Fault::Peer)));
    let broken = OpenError::Cipher(CipherError::CiphertextLength { algorithm: algorithm.into(), found: 12 });
    assert_eq!(refusal(&encrypted(&[1; 12])), Err((broken, Fault::Peer)));
}

fn any_algorithms() -> impl Strategy<Value = PhaseOneAlgorithms> {
    (prop::sample::select(HashAlgorithm::ALL.to_vec()), prop::sample::select(CipherAlgorithm::ALL.to_vec()))
        .prop_map(|(hash, cipher)| PhaseOneAlgorithms { hash, cipher })
}

proptest! {
    #[test]
    fn what_was_sealed_opens_to_itself_and_both_sides_go_on_with_the_same_vector(
        algorithms in any_algorithms(),
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..200), 1..4),
    ) {
        let (keys, first) = keys_and_vector(algorithms);
        let key = keys.cipher_key();
        for ciphers in [&Real as &dyn Ciphers, &Simulated] {
            let (mut sending, mut receiving) = (first, first);
            for body in &bodies {
                let sent = plain(body);
                let (bytes, after_sending) = seal(ciphers, key, &sending, &sent);
                let message = Message::read(&bytes).unwrap();
                prop_assert_eq!(message.body().len(), sent.body.len().next_multiple_of(algorithms.cipher.block_length()));
                let (received, after_receiving) = open(ciphers, key, &receiving, &message).unwrap();
                prop_assert!(received.body.starts_with(&sent.body));
                prop_assert_eq!(after_sending, after_receiving);
                // What was opened, padding included, seals to the same bytes again.
                prop_assert_eq!(seal(ciphers, key, &sending, &received).0, bytes);
                (sending, receiving) = (after_sending, after_receiving);
            }
        }
    }

    #[test]
    fn a_wrong_key_or_vector_garbles_the_first_payload(
        algorithms in any_algorithms(),
        wrong in any::<u8>().prop_filter("must differ in more than parity bits", |wrong| *wrong & 0xfe != 0),
    ) {
        let (keys, vector) = keys_and_vector(algorithms);
        let right = keys.cipher_key();
        let mut changed = right.as_bytes().to_vec();
        changed[0] ^= wrong;
        let changed = CipherKey::new(algorithms.cipher, &changed).unwrap();
        let other_vector = vector.of_exchange(&Real, algorithms, 1);
        let sent = plain(&[0x11; 40]);
        for ciphers in [&Real as &dyn Ciphers, &Simulated] {
            let (bytes, _) = seal(ciphers, right, &vector, &sent);
            let message = Message::read(&bytes).unwrap();
            for (key, vector) in [(&changed, &vector), (right, &other_vector)] {
                let (received, _) = open(ciphers, key, vector, &message).unwrap();
                prop_assert_ne!(&received.body[..8], &sent.body[..8]);
            }
        }
    }
}
