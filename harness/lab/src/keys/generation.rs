//! The generator behind the key pool: the name of a key determines the key.

use crypto::real::{EcdsaSigner, Ed25519Signer};
use crypto::{HashAlgorithm, Hashes, Random, Real, SeededRandom};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePrivateKey, SecretDocument};

use super::{KeyId, KeyKind};

/// Makes the key named `id`, the same one each time, as a PrivateKeyInfo.
pub(super) fn private_key_info(id: KeyId) -> SecretDocument {
    let mut random = named_random(&format!("ikespec lab key {id}"));
    let encoded = match id.kind {
        // `new` refuses less than 1024 bits; the reference's routers have 512.
        KeyKind::Rsa(bits) => {
            return RsaPrivateKey::new_unchecked(&mut random, usize::from(bits.bits()))
                .expect("two primes exist for every length that IOS allows")
                .to_pkcs8_der()
                .expect("a valid key always encodes");
        }
        KeyKind::Ec(curve) => EcdsaSigner::generate(curve, &mut random).to_pkcs8_der(),
        KeyKind::Ed25519 => {
            let mut secret = [0; 32];
            random.fill(&mut secret);
            Ed25519Signer::from_secret(&secret).to_pkcs8_der()
        }
    };
    encoded.as_slice().try_into().expect("what was just encoded is DER")
}

/// The bytes that follow from a name. They are no secret, as lab keys are not.
fn named_random(name: &str) -> SeededRandom {
    let seed = Real.hash(HashAlgorithm::Sha256, &[name.as_bytes()]);
    SeededRandom::from_seed_bytes(*seed.first_chunk().expect("SHA-256 gives 32 bytes"))
}
