//! Messages made in Python, and that sealing and opening undo each other, and nothing else does.

#![allow(clippy::unwrap_used, clippy::panic)]

use crypto::{
    AeadAlgorithm, AeadMode, AesKeyLength, CipherAlgorithm, IntegrityAlgorithm, SeededRandom, TagLength,
};
use proptest::prelude::*;
use wire::{ExchangeType, Flags, Reason, Version};

use super::*;
use crate::keys::tests::{counting, hex};

const PROVIDERS: [&Provider; 2] = [&Provider::REAL, &Provider::SIMULATED];

const AES_CBC: MessageProtection = MessageProtection::Cbc {
    cipher: CipherAlgorithm::AesCbc256,
    integrity: IntegrityAlgorithm::HmacSha256_128,
};

const AES_CTR: MessageProtection =
    MessageProtection::Ctr { key_length: AesKeyLength::Bits256, integrity: IntegrityAlgorithm::HmacSha1_96 };

const AES_GCM: MessageProtection = aead(AeadMode::Gcm, AesKeyLength::Bits256, TagLength::Bytes16);

const fn aead(mode: AeadMode, key_length: AesKeyLength, tag_length: TagLength) -> MessageProtection {
    MessageProtection::Aead(AeadAlgorithm { mode, key_length, tag_length })
}

/// Every cipher, every integrity algorithm and every length of key and tag, if not each with each.
fn every_protection() -> Vec<MessageProtection> {
    let integrity = IntegrityAlgorithm::ALL.into_iter().cycle();
    let cbc = CipherAlgorithm::ALL
        .into_iter()
        .zip(integrity.clone())
        .map(|(cipher, integrity)| MessageProtection::Cbc { cipher, integrity });
    let ctr = AesKeyLength::ALL
        .into_iter()
        .zip(integrity.skip(CipherAlgorithm::ALL.len()))
        .map(|(key_length, integrity)| MessageProtection::Ctr { key_length, integrity });
    let aead = [AeadMode::Ccm, AeadMode::Gcm].into_iter().flat_map(|mode| {
        AesKeyLength::ALL
            .into_iter()
            .flat_map(move |key| TagLength::ALL.into_iter().map(move |tag| aead(mode, key, tag)))
    });
    cbc.chain(ctr).chain(aead).collect()
}

fn keys(protection: MessageProtection) -> ProtectionKeys {
    let length = |length: usize| u8::try_from(length).unwrap();
    let sk_e = counting(0x20, length(protection.sk_e_length()));
    let sk_a = counting(0x60, length(protection.sk_a_length()));
    ProtectionKeys::new(protection, &sk_e, &sk_a).unwrap()
}

/// An IKE_AUTH request with one AUTH payload of this body.
fn plain(body: &[u8]) -> Plain {
    let header = Header {
        initiator_cookie: [1, 2, 3, 4, 5, 6, 7, 8],
        responder_cookie: [0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8],
        next_payload: PayloadType::NONE,
        version: Version::IKEV2,
        exchange_type: ExchangeType::IKE_AUTH,
        flags: Flags::INITIATOR,
        message_id: 1,
        length: 0,
    };
    let [high, low] = u16::try_from(4 + body.len()).unwrap().to_be_bytes();
    Plain::new(header, PayloadType::AUTHENTICATION, [&[0, 0, high, low], body].concat())
}

/// Draws bytes that count up from 0x50.
#[derive(Debug)]
struct CountingRandom;

impl Random for CountingRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&counting(0x50, u8::try_from(bytes.len()).unwrap()));
    }
}

#[test]
fn messages_are_those_that_python_makes() {
    // Python's `cryptography` 48 and `hmac`, over RFC 7296 3.14, RFC 5930, RFC 5282 and RFC 7383 written down again.
    let first = Some(Fragment { number: 1, total: 2 });
    let made = [
        (
            AES_CBC,
            None,
            "0102030405060708a1a2a3a4a5a6a7a82e202308000000010000006027000044505152535455565758595a5b5c5d5e5f
             b1f43ec435b7260ddc8fce49baa78525d276ba3576788574f5413ed6d982f8aaa3e70dc2f5d3639d88fe9bcf09ec0c50",
        ),
        (
            AES_CTR,
            None,
            "0102030405060708a1a2a3a4a5a6a7a82e2023080000000100000045270000295051525354555657
             ef509af6db5b69aea109f9373f68b423dc90f8cf3cd1918502a5d82d16",
        ),
        (
            AES_GCM,
            None,
            "0102030405060708a1a2a3a4a5a6a7a82e20230800000001000000492700002d5051525354555657
             dc892cde1bbd9fea16922692d3cc09c9dc59d9d820a79b1494ed1648e358ccae49",
        ),
        (
            aead(AeadMode::Gcm, AesKeyLength::Bits128, TagLength::Bytes8),
            None,
            "0102030405060708a1a2a3a4a5a6a7a82e2023080000000100000041270000255051525354555657
             232b89d9f4aadcdcf146b9259e80218bf7e9e88af0db272225",
        ),
        (
            aead(AeadMode::Ccm, AesKeyLength::Bits192, TagLength::Bytes12),
            None,
            "0102030405060708a1a2a3a4a5a6a7a82e2023080000000100000045270000295051525354555657
             d3130844d1cea092c4b3c82beb9961a0bfb2d2314d346542b8683ac631",
        ),
        (
            AES_GCM,
            first,
            "0102030405060708a1a2a3a4a5a6a7a835202308000000010000004d27000031000100025051525354555657
             dc892cde1bbd9fea16922692d3cc09c9dc841e2837e184e8a18514aa3e039750d1",
        ),
    ];
    for (protection, fragment, message) in made {
        let plain = Plain { fragment, ..plain(&counting(0x90, 12)) };
        let sealed = seal(&Provider::REAL, &keys(protection), &mut CountingRandom, &plain).unwrap();
        assert_eq!(sealed, hex(message), "{protection:?}");
    }
}

/// `keys` with one bit of SK_e, then with one bit of SK_a changed.
fn almost(keys: &ProtectionKeys) -> Vec<ProtectionKeys> {
    let changed = |key: &[u8]| {
        let mut key = key.to_vec();
        // Not the lowest bit, which in keys of DES is parity.
        if let Some(first) = key.first_mut() {
            *first ^= 2;
        }
        key
    };
    let (sk_e, sk_a) = (keys.sk_e(), keys.sk_a());
    [(changed(sk_e), sk_a.to_vec()), (sk_e.to_vec(), changed(sk_a))]
        .map(|(sk_e, sk_a)| ProtectionKeys::new(keys.protection(), &sk_e, &sk_a).unwrap())
        .to_vec()
}

#[test]
fn a_message_with_any_bit_changed_or_cut_short_anywhere_is_refused() {
    for protection in every_protection() {
        let keys = keys(protection);
        for provider in PROVIDERS {
            let sealed = seal(provider, &keys, &mut CountingRandom, &plain(b"proof")).unwrap();
            for bit in 0..8 * sealed.len() {
                let mut changed = sealed.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let refused = open(provider, &keys, &changed).map_err(|error| error.fault());
                assert_eq!(refused, Err(Fault::Peer), "{protection:?}, bit {bit}");
            }
            for length in 0..sealed.len() {
                assert!(open(provider, &keys, &sealed[..length]).is_err(), "{protection:?}, {length}");
            }
        }
    }
}

#[test]
fn other_keys_open_nothing() {
    for protection in every_protection() {
        let keys = keys(protection);
        for provider in PROVIDERS {
            let sealed = seal(provider, &keys, &mut CountingRandom, &plain(b"proof")).unwrap();
            for other in almost(&keys).into_iter().filter(|other| *other != keys) {
                let Ok(opened) = open(provider, &other, &sealed) else { continue };
                // Where an HMAC authenticates, a wrong SK_e is not noticed by it: what comes out is garbage.
                assert!(protection.integrity().is_some(), "{protection:?}");
                assert_ne!(opened.body, plain(b"proof").body, "{protection:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn what_was_sealed_opens_to_itself(
        protection in prop::sample::select(every_protection()),
        body in prop::collection::vec(any::<u8>(), 0..300),
        fragment in prop::option::of((1..=5_u16, 5..=9_u16)),
        seed in any::<u64>(),
    ) {
        let keys = keys(protection);
        let fragment = fragment.map(|(number, total)| Fragment { number, total });
        let plain = Plain { fragment, ..plain(&body) };
        for provider in PROVIDERS {
            let sealed = seal(provider, &keys, &mut SeededRandom::from_seed(seed), &plain).unwrap();
            let opened = open(provider, &keys, &sealed).unwrap();
            prop_assert_eq!(&opened.body, &plain.body);
            prop_assert_eq!((opened.first, opened.fragment), (plain.first, fragment));
            prop_assert_eq!(opened.header.length as usize, sealed.len());
        }
    }

    #[test]
    fn a_message_in_fragments_is_whole_again_in_whatever_order_they_come(
        protection in prop::sample::select(every_protection()),
        body in prop::collection::vec(any::<u8>(), 0..3000),
        longest in 150..700_usize,
        seed in any::<u64>(),
    ) {
        let (keys, plain) = (keys(protection), plain(&body));
        let mut random = SeededRandom::from_seed(seed);
        let sealed = seal_fragments(&Provider::SIMULATED, &keys, &mut random, &plain, longest).unwrap();
        prop_assert!(sealed.iter().all(|message| message.len() <= longest));
        let mut opened: Vec<Plain> =
            sealed.iter().map(|message| open(&Provider::SIMULATED, &keys, message).unwrap()).collect();
        if let [whole] = opened.as_slice() {
            prop_assert_eq!(whole.fragment, None);
            prop_assert_eq!(&whole.body, &plain.body);
        } else {
            opened.reverse();
            let whole = reassemble(&opened).unwrap();
            prop_assert_eq!((&whole.body, whole.first, whole.fragment), (&plain.body, plain.first, None));
        }
    }
}

#[test]
fn fragments_of_which_one_is_missing_doubled_or_from_another_message_make_no_message() {
    let keys = keys(AES_GCM);
    let fragments = |longest| {
        let random = &mut SeededRandom::from_seed(1);
        let messages =
            seal_fragments(&Provider::REAL, &keys, random, &plain(&counting(0, 200)), longest).unwrap();
        messages.iter().map(|message| open(&Provider::REAL, &keys, message).unwrap()).collect::<Vec<_>>()
    };
    let all = fragments(150);
    // 150 bytes less 28, 4, 4, 8 and 16 around, and one for the padding: 89 bytes in each.
    assert_eq!(all.iter().map(|part| part.body.len()).collect::<Vec<_>>(), [89, 89, 26]);
    assert_eq!(
        all.iter().map(|part| part.first).collect::<Vec<_>>(),
        [PayloadType::AUTHENTICATION, PayloadType::NONE, PayloadType::NONE]
    );
    assert!(reassemble(&all).is_some());
    assert_eq!(reassemble(&all[1..]), None);
    assert_eq!(reassemble(&[all[0].clone(), all[1].clone(), all[1].clone()]), None);
    let others = fragments(120);
    assert_eq!(reassemble(&[all[0].clone(), all[1].clone(), others[2].clone()]), None);
    assert_eq!(reassemble(&[plain(b"whole")]), None);
    assert_eq!(reassemble(&[]), None);
}

#[test]
fn a_link_without_room_for_a_byte_of_payload_is_refused() {
    let sealed = seal_fragments(&Provider::REAL, &keys(AES_GCM), &mut CountingRandom, &plain(b"proof"), 61);
    assert!(matches!(sealed, Err(WriteError::TooLong { .. })));
}

/// A message whose decrypted body is this, padding and all.
fn sealed_with_gcm(decrypted: &[u8]) -> Vec<u8> {
    let keys = keys(AES_GCM);
    let length = 8 + decrypted.len() + 16;
    let builder = MessageBuilder::like(&plain(b"").header);
    let mut message = builder.start_encrypted(PayloadType::AUTHENTICATION, length).unwrap();
    let mut body = decrypted.to_vec();
    encrypt(&Provider::REAL, &keys, &[7; 8], &message, &mut body);
    message.extend([7; 8]);
    message.extend(body);
    message
}

#[test]
fn padding_of_any_length_and_contents_is_taken_off() {
    // RFC 7296 3.14: any value, any length that makes it fit.
    let Plain { body, .. } = plain(b"proof");
    for padding in [0, 1, 15, 255_u8] {
        let sealed = sealed_with_gcm(&[&body, counting(9, padding).as_slice(), &[padding]].concat());
        let opened = open(&Provider::REAL, &keys(AES_GCM), &sealed).unwrap();
        assert_eq!(opened.body, body, "{padding}");
        let payload = opened.payloads().next().unwrap().unwrap();
        assert_eq!((payload.offset, payload.body), (40, b"proof".as_slice()));
    }
}

#[test]
fn padding_longer_than_what_there_is_is_refused_where_its_length_stands() {
    let refusal = open(&Provider::REAL, &keys(AES_GCM), &sealed_with_gcm(&[0, 0, 3])).unwrap_err();
    let OpenError::Unreadable(error) = refusal else { panic!("{refusal:?}") };
    assert_eq!(error.offset, 42);
    assert_eq!(error.what, Reason::LengthTooLarge { length: 3, available: 2 });
    let empty = open(&Provider::REAL, &keys(AES_GCM), &sealed_with_gcm(&[])).unwrap_err();
    assert!(matches!(empty, OpenError::Unreadable(_)), "{empty:?}");
}

#[test]
fn a_message_without_payloads_is_protected_too() {
    let nothing = Plain::new(plain(b"").header, PayloadType::NONE, Vec::new());
    for protection in [AES_CBC, AES_CTR, AES_GCM] {
        let keys = keys(protection);
        let sealed = seal(&Provider::REAL, &keys, &mut CountingRandom, &nothing).unwrap();
        let opened = open(&Provider::REAL, &keys, &sealed).unwrap();
        assert_eq!((opened.first, opened.body.len()), (PayloadType::NONE, 0));
        assert!(opened.payloads().next().is_none());
    }
}

#[test]
fn a_message_that_is_not_protected_is_refused_and_so_is_what_stands_behind_the_protected_part() {
    let keys = keys(AES_GCM);
    let header = plain(b"").header;
    let bare: [Payload<'_>; 0] = [];
    let bare = MessageBuilder::like(&header).payloads(&bare).unwrap();
    assert_eq!(open(&Provider::REAL, &keys, &bare), Err(OpenError::NotProtected));

    let mut behind = seal(&Provider::REAL, &keys, &mut CountingRandom, &plain(b"proof")).unwrap();
    let end = behind.len();
    behind.extend([0, 0, 0, 4]);
    behind[27] += 4;
    let refusal = open(&Provider::REAL, &keys, &behind).unwrap_err();
    let OpenError::Unreadable(error) = refusal else { panic!("{refusal:?}") };
    assert_eq!((error.offset, error.what), (end, Reason::TrailingBytes { count: 4 }));
}

#[test]
fn a_broken_block_is_refused_after_the_checksum_was_right() {
    let keys = keys(AES_CBC);
    let builder = MessageBuilder::like(&plain(b"").header);
    let mut message = builder.start_encrypted(PayloadType::NONE, 16 + 17 + 16).unwrap();
    message.extend([0; 33]);
    let checksum = Provider::REAL.hashes.hmac(crypto::HashAlgorithm::Sha256, keys.sk_a(), &[&message]);
    message.extend(&checksum[..16]);
    let refusal = open(&Provider::REAL, &keys, &message).unwrap_err();
    assert_eq!(refusal.fault(), Fault::Peer);
    assert_eq!(
        refusal.to_string(),
        "at offset 48: 17 encrypted bytes are not a multiple of AES-CBC-256's block of 16"
    );
}
