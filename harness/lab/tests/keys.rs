//! The key pool and the rule that hands its keys out.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use crypto::{HashAlgorithm, PublicKeyKind, Real, SignatureScheme, Signer, Verifier};
use lab::keys::{KEY_FILE_NOTICE, KeyAllotment, KeyId, KeyKind, KeyPool, LabKey, committed_keys};
use rsa::RsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PublicKeyParts;

fn rsa(bits: u16) -> KeyKind {
    KeyKind::rsa(bits).unwrap()
}

/// The length in bits of the modulus, read by another reader than the pool's.
fn modulus_bits(key: &LabKey) -> u32 {
    RsaPrivateKey::from_pkcs8_der(key.private_key_info()).unwrap().n().bits()
}

#[test]
fn every_committed_key_parses_and_is_of_the_kind_and_length_that_its_name_says() {
    let pool = KeyPool::new();
    for (id, _) in committed_keys() {
        let found = PublicKeyKind::of(pool.key(id).public_key()).unwrap();
        match id.kind {
            KeyKind::Rsa(bits) => assert_eq!(modulus_bits(&pool.key(id)), u32::from(bits.bits()), "{id}"),
            KeyKind::Ec(curve) => assert_eq!(found, PublicKeyKind::Ecdsa(curve), "{id}"),
            KeyKind::Ed25519 => assert_eq!(found, PublicKeyKind::Ed25519, "{id}"),
        }
    }
}

#[test]
fn what_a_committed_key_signs_verifies_under_its_public_half() {
    let pool = KeyPool::new();
    for (id, _) in committed_keys() {
        let key = pool.key(id);
        let scheme = match id.kind {
            KeyKind::Rsa(_) => SignatureScheme::RsaPkcs1(HashAlgorithm::Sha1),
            KeyKind::Ec(curve) => SignatureScheme::EcdsaConcatenated(curve),
            KeyKind::Ed25519 => SignatureScheme::Ed25519,
        };
        let signature = key.sign(scheme, b"message").unwrap();
        assert_eq!(Real.verify(scheme, key.public_key(), b"message", &signature), Ok(()), "{id}");
    }
}

#[test]
fn all_committed_keys_differ() {
    let pool = KeyPool::new();
    let public: BTreeSet<_> = committed_keys().map(|(id, _)| pool.key(id).public_key().to_vec()).collect();
    assert_eq!(public.len(), committed_keys().count());
}

#[test]
fn the_folder_holds_the_embedded_files_and_no_other_key() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/keys");
    let on_disk: BTreeSet<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    let embedded: BTreeSet<_> = committed_keys().map(|(id, _)| format!("{id}.pem")).collect();
    assert_eq!(on_disk, embedded);
}

#[test]
fn every_key_file_says_first_that_it_is_public() {
    for (id, text) in committed_keys() {
        assert_eq!(text.lines().next(), Some(KEY_FILE_NOTICE), "{id}");
    }
}

#[test]
fn the_committed_keys_are_those_that_their_names_generate() {
    // Longer keys of RSA take seconds; their files come from the same run of the generator.
    let is_long = |kind| matches!(kind, KeyKind::Rsa(bits) if bits.bits() > 1024);
    for (id, text) in committed_keys().filter(|(id, _)| !is_long(id.kind)) {
        assert_eq!(LabKey::generate(id).to_pem(), text, "{id}");
    }
}

#[test]
fn a_key_that_is_not_committed_is_made_and_is_the_same_in_each_pool() {
    // IOS allows any length from 360 to 4096 bits, not only multiples of eight.
    for bits in [360, 511, 1001] {
        let id = KeyId { kind: rsa(bits), index: 3 };
        let first = KeyPool::new().key(id);
        assert_eq!(modulus_bits(&first), u32::from(bits));
        assert_eq!(first.private_key_info(), KeyPool::new().key(id).private_key_info());
    }
}

#[test]
fn lengths_that_ios_refuses_have_no_key() {
    assert_eq!(KeyKind::rsa(359), None);
    assert_eq!(KeyKind::rsa(4097), None);
}

#[test]
fn no_two_holders_share_a_key_even_when_there_are_more_than_committed_keys() {
    let mut allotment = KeyAllotment::new();
    let holders = KeyPool::committed(rsa(2048)) * 2;
    let given: BTreeSet<_> =
        (0..holders).map(|number| allotment.allot(&format!("CA{number}"), "signing", rsa(2048))).collect();
    assert_eq!(given.len(), usize::from(holders));
}

#[test]
fn a_holder_keeps_its_key_when_another_scenario_has_more_holders() {
    let alone = KeyAllotment::new().allot("CA1", "signing", rsa(1024));
    let mut crowded = KeyAllotment::new();
    let first = crowded.allot("CA1", "signing", rsa(1024));
    crowded.allot("CA1", "another purpose", rsa(1024));
    crowded.allot("R1", "signing", rsa(512));
    assert_eq!(first, alone);
    assert_eq!(crowded.allot("CA1", "signing", rsa(1024)), alone);
}
