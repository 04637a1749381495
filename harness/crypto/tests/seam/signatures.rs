//! Signatures: vectors made with OpenSSL, all key sizes and schemes, and every reason to refuse.

use std::sync::LazyLock;

use crypto::real::RsaSigner;
use crypto::{
    AcceptsStandIns, Fault, HashAlgorithm, PrivateKeyRefused, PublicKeyRefused, Real, SignError,
    SignatureRefused, SignatureScheme, Signer, Simulated, StandInSigner, Verifier,
};
use proptest::prelude::*;
use rsa::pkcs8::EncodePublicKey;
use rsa::{BoxedUint, RsaPublicKey};

use crate::support::{hex, pool_key, vector_key};

const UNPREFIXED: SignatureScheme = SignatureScheme::RsaPkcs1Unprefixed;

fn every_scheme() -> impl Iterator<Item = SignatureScheme> {
    HashAlgorithm::ALL.into_iter().map(SignatureScheme::RsaPkcs1).chain([UNPREFIXED])
}

/// `key` signs what OpenSSL signed, and OpenSSL's signature is accepted.
fn assert_same_as_openssl(key: &str, scheme: SignatureScheme, message: &[u8], signature: &str) {
    let (signer, signature) = (vector_key(key), hex(signature));
    assert_eq!(signer.sign(scheme, message).unwrap(), signature, "{scheme}");
    assert_eq!(Real.verify(scheme, signer.public_key(), message, &signature), Ok(()), "{scheme}");
}

#[test]
fn a_digest_is_signed_as_it_stands_as_openssl_does_without_a_digest_name() {
    // `openssl pkeyutl -sign -pkeyopt rsa_padding_mode:pkcs1` over 20 bytes.
    assert_same_as_openssl(
        "vectors-512",
        UNPREFIXED,
        &hex("0123456789abcdef0123456789abcdef01234567"),
        "6ecd1cc5a628b2a31b96afa278c123374821ebd1da8b09c91c5a767db97b9266
         374ccff35d9d66b8a8e8da3fd938a1550a88ccb45f5443c7affd5067f13d6c49",
    );
}

#[test]
fn a_message_is_hashed_and_prefixed_as_openssl_does() {
    // `openssl dgst -HASH -sign` over "certificate".
    let made_with_openssl = [
        (
            "vectors-512",
            HashAlgorithm::Md5,
            "67ebc68cde37b638f2c251cc2c07076d3120e5c10b61ee055f673bb51fb4b25e
             ff892d341955b449f1cdc48b0a492b4f64fdd333f45b2389c28a356d06826269",
        ),
        (
            "vectors-512",
            HashAlgorithm::Sha1,
            "87c142aa1336bc5d732010f07f587238da77002a01ee7ea76ac55869824363af
             c91e8aa5c5c3ec51af24d754f488c8eae19c6355c63fc395c3b4672dfdfcb430",
        ),
        (
            "vectors-512",
            HashAlgorithm::Sha256,
            "31e87df2d9fa757e040b146064054b866ed2e9097f39775c51e3a24608b63c50
             3536e9ca7a936a0bcefcd39e2cf3a7640b2dfeb178a8c2a94021018cda375768",
        ),
        (
            "vectors-1024",
            HashAlgorithm::Sha384,
            "cd3a228be26ba870eec699bb9b01a325a2cc83758776e640a6f1c811beec9a33
             9ea77e159a5bcf1af5bc8ee0ccabf29ed1f06fd2e4123826f6736b8dd040e190
             370e36e369d23d5af6a33b10fb5a801c36c3416b34227046f1a6bde95a9150b8
             3ed72d220758460036f19c0ead0e2cd9d27a602b3102c2da9c1f54c96fa0af2d",
        ),
        (
            "vectors-1024",
            HashAlgorithm::Sha512,
            "40bc91cc72f13262d8ebaf60b64e15c1d38ee587ae4f234bf79025dcc9953db5
             4d580248261000d5ff88b89c7c76f3400de20ddfe615002fa17b90fe626658c6
             35b00f1738aeed3f082ac4a20a499cbd9f7deef7383a38d53d222a36602202f1
             1989da47265a8a3d8ad777be58819ef38c20e66aa1281deb2bce2d922d634bb2",
        ),
    ];
    for (key, hash, signature) in made_with_openssl {
        assert_same_as_openssl(key, SignatureScheme::RsaPkcs1(hash), b"certificate", signature);
    }
}

#[test]
fn keys_of_512_to_4096_bits_sign_and_verify_in_every_scheme_that_fits() {
    for (key, bytes) in [
        ("rsa-512-00", 64),
        ("rsa-768-00", 96),
        ("rsa-1024-00", 128),
        ("rsa-2048-00", 256),
        ("rsa-4096-00", 512),
    ] {
        let signer = pool_key(key);
        for scheme in every_scheme() {
            let digest = [0x5a; 20];
            match signer.sign(scheme, &digest) {
                Ok(signature) => {
                    assert_eq!(signature.len(), bytes, "{key}, {scheme}");
                    assert_eq!(Real.verify(scheme, signer.public_key(), &digest, &signature), Ok(()));
                }
                Err(reason) => {
                    // RFC 8017 9.2: 11 bytes, 19 of DigestInfo and the digest do not fit into 64.
                    assert_eq!(reason, SignError::KeyTooSmall { scheme, modulus: 64 }, "{key}, {scheme}");
                    assert!(
                        [HashAlgorithm::Sha384, HashAlgorithm::Sha512]
                            .map(SignatureScheme::RsaPkcs1)
                            .contains(&scheme)
                    );
                }
            }
        }
    }
}

#[test]
fn a_512_bit_key_takes_digests_of_up_to_53_bytes_without_digest_info() {
    let signer = pool_key("rsa-512-00");
    assert!(signer.sign(UNPREFIXED, &[1; 53]).is_ok());
    let too_small = SignError::KeyTooSmall { scheme: UNPREFIXED, modulus: 64 };
    assert_eq!(signer.sign(UNPREFIXED, &[1; 54]), Err(too_small));
    assert_eq!(
        Real.verify(UNPREFIXED, signer.public_key(), &[1; 54], &[1; 64]),
        Err(SignatureRefused::KeyTooSmall { scheme: UNPREFIXED, modulus: 64 })
    );
}

/// A verifier and two signers whose signatures it takes.
struct Acquaintance {
    verifier: &'static dyn Verifier,
    signers: [Box<dyn Signer>; 2],
}

fn acquaintances() -> Vec<Acquaintance> {
    let keys = ["rsa-1024-00", "rsa-1024-01"];
    let real = || keys.map(|name| Box::new(pool_key(name)) as Box<dyn Signer>);
    let stand_ins =
        || real().map(|key| Box::new(StandInSigner::new(key.public_key().to_vec()).unwrap()) as _);
    vec![
        Acquaintance { verifier: &Real, signers: real() },
        Acquaintance { verifier: &AcceptsStandIns(Real), signers: real() },
        Acquaintance { verifier: &Simulated, signers: stand_ins() },
        Acquaintance { verifier: &AcceptsStandIns(Real), signers: stand_ins() },
    ]
}

#[test]
fn another_key_message_scheme_or_signature_is_refused() {
    for Acquaintance { verifier, signers: [signer, other] } in acquaintances() {
        let key = signer.public_key();
        for scheme in every_scheme() {
            let signature = signer.sign(scheme, b"message").unwrap();
            let refused = Err(SignatureRefused::Mismatch);
            assert_eq!(
                verifier.verify(scheme, key, b"message", &signature),
                Ok(()),
                "{verifier:?}, {scheme}"
            );
            assert_eq!(verifier.verify(scheme, other.public_key(), b"message", &signature), refused);
            assert_eq!(verifier.verify(scheme, key, b"massage", &signature), refused);
            for another in every_scheme().filter(|another| *another != scheme) {
                assert_eq!(verifier.verify(another, key, b"message", &signature), refused);
            }
            let mut changed = signature.clone();
            changed[100] ^= 1;
            assert_eq!(verifier.verify(scheme, key, b"message", &changed), refused);
            assert_eq!(
                verifier.verify(scheme, key, b"message", &signature[1..]),
                Err(SignatureRefused::Length { expected: 128, found: 127 })
            );
        }
    }
}

#[test]
fn a_real_verifier_refuses_a_stand_in_and_a_simulated_one_refuses_a_real_signature() {
    let signer = pool_key("rsa-1024-00");
    let stand_in = StandInSigner::new(signer.public_key().to_vec()).unwrap();
    let key = signer.public_key();
    let [real, invented] =
        [&signer as &dyn Signer, &stand_in].map(|signer| signer.sign(UNPREFIXED, &[7; 20]).unwrap());
    assert_eq!(Real.verify(UNPREFIXED, key, &[7; 20], &invented), Err(SignatureRefused::Mismatch));
    assert_eq!(Simulated.verify(UNPREFIXED, key, &[7; 20], &real), Err(SignatureRefused::Mismatch));
}

#[test]
fn a_stand_in_refuses_to_sign_what_the_real_key_could_not() {
    let stand_in = StandInSigner::new(pool_key("rsa-512-00").public_key().to_vec()).unwrap();
    let scheme = SignatureScheme::RsaPkcs1(HashAlgorithm::Sha512);
    assert_eq!(stand_in.sign(scheme, b"message"), Err(SignError::KeyTooSmall { scheme, modulus: 64 }));
    assert_eq!(stand_in.sign(UNPREFIXED, &[1; 16]).unwrap().len(), 64);
}

#[test]
fn a_modulus_of_16384_bits_is_worked_with_and_a_longer_one_refused() {
    let key = |bits: u32| {
        let modulus =
            (BoxedUint::one_with_precision(bits) << (bits - 1)) | BoxedUint::one_with_precision(bits);
        RsaPublicKey::new_unchecked(modulus, BoxedUint::from(65_537u32))
            .to_public_key_der()
            .unwrap()
            .into_vec()
    };
    let verify = |bits: u32| {
        let length = usize::try_from(bits.div_ceil(8)).unwrap();
        Real.verify(UNPREFIXED, &key(bits), b"message", &vec![1; length])
    };
    assert_eq!(verify(16_384), Err(SignatureRefused::Mismatch));
    assert_eq!(verify(16_385), Err(SignatureRefused::PublicKey(PublicKeyRefused::TooLarge { bits: 16_385 })));
}

/// Where the last byte of rsaEncryption stands in the DER of a key of 1024 bits.
const OID_END: usize = 15;

#[test]
fn a_public_key_that_is_none_is_refused_with_the_reason() {
    let good = pool_key("rsa-1024-00").public_key().to_vec();
    let changed = |position: usize, value: u8| {
        let mut key = good.clone();
        key[position] = value;
        key
    };
    // The DER ends with the modulus and 02 03 01 00 01.
    let end = good.len();
    let cases = [
        (good[..end - 1].to_vec(), PublicKeyRefused::Unreadable),
        ([good.as_slice(), &[0]].concat(), PublicKeyRefused::Unreadable),
        (Vec::new(), PublicKeyRefused::Unreadable),
        (changed(OID_END, 0x0a), PublicKeyRefused::OtherAlgorithm),
        (changed(end - 6, 0x40), PublicKeyRefused::Unusable),
        (changed(end - 1, 0x02), PublicKeyRefused::Unusable),
    ];
    for (key, reason) in cases {
        let refusal = Real.verify(UNPREFIXED, &key, &[1; 20], &[1; 128]);
        assert_eq!(refusal, Err(SignatureRefused::PublicKey(reason)));
        assert_eq!(refusal.map_err(|refusal| refusal.fault()), Err(Fault::Peer));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_damaged_public_key_is_refused_or_at_least_verifies_nothing(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        length in 60..68_usize,
    ) {
        let mut key = SMALL_KEY.clone();
        for (position, value) in damage {
            *position.get_mut(&mut key) = value;
        }
        prop_assert!(Real.verify(UNPREFIXED, &key, &[1; 20], &vec![1; length]).is_err());
    }
}

/// A public key of 512 bits.
static SMALL_KEY: LazyLock<Vec<u8>> = LazyLock::new(|| vector_key("vectors-512").public_key().to_vec());

#[test]
fn a_private_key_that_is_none_is_refused_with_the_reason() {
    let unreadable = |structure| Some(PrivateKeyRefused::Unreadable { structure });
    assert_eq!(RsaSigner::from_pkcs8_der(b"key").err(), unreadable("PKCS#8"));
    assert_eq!(RsaSigner::from_pkcs1_der(b"key").err(), unreadable("PKCS#1"));
    // PrivateKeyInfo of Ed25519 (RFC 8410 10.3).
    let ed25519 = hex("302e020100300506032b657004220420 d4ee72dbf913584ad5b6d8f1f769f8ad
                       3afe7c28cbf1d4fbe097a88f44755842");
    assert_eq!(RsaSigner::from_pkcs8_der(&ed25519).err(), Some(PrivateKeyRefused::OtherAlgorithm));
    // n = 33, e = 3, d = 7, but with the primes 3 and 13.
    let inconsistent = hex("301b 020100 020121 020103 020107 020103 02010d 020101 020107 020102");
    assert_eq!(RsaSigner::from_pkcs1_der(&inconsistent).err(), Some(PrivateKeyRefused::Inconsistent));
}
