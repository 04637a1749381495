//! Hashes and HMAC: published test vectors, and that the division into parts does not matter.

use crypto::{HashAlgorithm, Hashes, Real, Simulated};
use proptest::prelude::*;

use crate::support::hex;

/// RFC 1321 A.5 for MD5; the others from NIST's "Examples with Intermediate Values" for FIPS 180-4.
const ABC: [(HashAlgorithm, &str); 5] = [
    (HashAlgorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
    (HashAlgorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (HashAlgorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        HashAlgorithm::Sha384,
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    ),
    (
        HashAlgorithm::Sha512,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
];

/// Case 1 of RFC 2202 2, RFC 2202 3 and RFC 4231 4.2: "Hi There" under a key of 0x0b, of 16 bytes for MD5, else of 20.
const HI_THERE: [(HashAlgorithm, &str); 5] = [
    (HashAlgorithm::Md5, "9294727a3638bb1c13f48ef8158bfc9d"),
    (HashAlgorithm::Sha1, "b617318655057264e28bc0b6fb378c8ef146be00"),
    (HashAlgorithm::Sha256, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        HashAlgorithm::Sha384,
        "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
    ),
    (
        HashAlgorithm::Sha512,
        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde
         daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
    ),
];

/// Case 2 of the same: a key shorter than the block, "Jefe".
const JEFE: [(HashAlgorithm, &str); 5] = [
    (HashAlgorithm::Md5, "750c783e6ab0b503eaa86e310a5db738"),
    (HashAlgorithm::Sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    (HashAlgorithm::Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (
        HashAlgorithm::Sha384,
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
    ),
    (
        HashAlgorithm::Sha512,
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554
         9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    ),
];

/// RFC 2202 case 7 (a key of 80 bytes for MD5 and SHA-1) and RFC 4231 case 7 (131 bytes): keys longer than the block.
const LONG_KEY: [(HashAlgorithm, usize, &str, &str); 5] = [
    (HashAlgorithm::Md5, 80, SHORTER_TEXT, "6f630fad67cda0ee1fb1f562db3aa53e"),
    (HashAlgorithm::Sha1, 80, SHORTER_TEXT, "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"),
    (
        HashAlgorithm::Sha256,
        131,
        LONGER_TEXT,
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
    (
        HashAlgorithm::Sha384,
        131,
        LONGER_TEXT,
        "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799176d3860e6110c46523e",
    ),
    (
        HashAlgorithm::Sha512,
        131,
        LONGER_TEXT,
        "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944
         b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
    ),
];
const SHORTER_TEXT: &str = "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data";
const LONGER_TEXT: &str = "This is a test using a larger than block-size key and a larger than block-size data. \
                           The key needs to be hashed before being used by the HMAC algorithm.";

#[test]
fn hashes_agree_with_the_published_examples() {
    for (algorithm, expected) in ABC {
        assert_eq!(Real.hash(algorithm, &[b"abc"]).to_vec(), hex(expected), "{algorithm}");
    }
}

#[test]
fn hmac_agrees_with_rfc_2202_and_rfc_4231() {
    for (algorithm, expected) in HI_THERE {
        let key = vec![0x0b; if algorithm == HashAlgorithm::Md5 { 16 } else { 20 }];
        assert_eq!(Real.hmac(algorithm, &key, &[b"Hi There"]).to_vec(), hex(expected), "{algorithm}");
    }
    for (algorithm, expected) in JEFE {
        let found = Real.hmac(algorithm, b"Jefe", &[b"what do ya want for nothing?"]);
        assert_eq!(found.to_vec(), hex(expected), "{algorithm}");
    }
    for (algorithm, key_length, text, expected) in LONG_KEY {
        let found = Real.hmac(algorithm, &vec![0xaa; key_length], &[text.as_bytes()]);
        assert_eq!(found.to_vec(), hex(expected), "{algorithm}");
    }
}

proptest! {
    #[test]
    fn outputs_have_the_algorithms_length_and_do_not_depend_on_the_division_into_parts(
        algorithm in prop::sample::select(HashAlgorithm::ALL.to_vec()),
        key in prop::collection::vec(any::<u8>(), 0..150),
        data in prop::collection::vec(any::<u8>(), 0..200),
        cut in any::<prop::sample::Index>(),
    ) {
        let (front, back) = data.split_at(cut.index(data.len() + 1));
        for hashes in [&Real as &dyn Hashes, &Simulated] {
            let whole = hashes.hash(algorithm, &[&data]);
            prop_assert_eq!(whole.len(), algorithm.output_length());
            prop_assert_eq!(whole, hashes.hash(algorithm, &[front, b"", back]));
            let whole = hashes.hmac(algorithm, &key, &[&data]);
            prop_assert_eq!(whole.len(), algorithm.output_length());
            prop_assert_eq!(whole, hashes.hmac(algorithm, &key, &[front, b"", back]));
        }
    }
}

#[test]
fn a_digest_is_compared_whole_or_as_long_as_what_was_received() {
    let digest = Real.hash(HashAlgorithm::Sha256, &[b"abc"]);
    assert!(digest.is(&digest) && digest.begins_with(&digest) && digest.begins_with(&digest[..16]));
    assert!(
        !digest.is(&digest[..16]) && !digest.is(&[]) && !digest.begins_with(&[&digest[..], &[0]].concat())
    );
    for position in 0..digest.len() {
        let mut other = digest.to_vec();
        other[position] ^= 1;
        assert!(!digest.is(&other) && !digest.begins_with(&other), "byte {position}");
    }
}
