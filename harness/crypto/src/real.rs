//! The real thing, over the RustCrypto crates.
//!
//! The private operations of RSA are not blinded and not proven to take constant time (RUSTSEC-2023-0071): the keys
//! here are those of a laboratory.

mod aead;
mod ciphers;
mod ecdsa;
mod ecp;
mod ed25519;
mod hashes;
mod modp;
mod private_key;
mod rsa;
mod x25519;

pub use ecdsa::EcdsaSigner;
pub use ed25519::Ed25519Signer;
pub use private_key::PrivateKey;
pub use rsa::RsaSigner;

use crate::public_key::PublicKey;
use crate::{Group, KeyAgreement, PrivateValue, Random, SignatureRefused, SignatureScheme, Verifier};

/// Real ciphers, hashes, key agreement and verification.
#[derive(Clone, Copy, Debug, Default)]
pub struct Real;

impl KeyAgreement for Real {
    fn begin(&self, group: Group, random: &mut dyn Random) -> Box<dyn PrivateValue> {
        match group {
            Group::Ecp256 => ecp::begin::<p256::NistP256>(group, random),
            Group::Ecp384 => ecp::begin::<p384::NistP384>(group, random),
            Group::Ecp521 => ecp::begin::<p521::NistP521>(group, random),
            Group::X25519 => x25519::begin(random),
            Group::Modp768 => modp::begin(&modp::MODP_768, random),
            Group::Modp1024 => modp::begin(&modp::MODP_1024, random),
            Group::Modp1536 => modp::begin(&modp::MODP_1536, random),
            Group::Modp2048 => modp::begin(&modp::MODP_2048, random),
            Group::Modp3072 => modp::begin(&modp::MODP_3072, random),
            Group::Modp4096 => modp::begin(&modp::MODP_4096, random),
            Group::Modp2048Order256 => modp::begin(&modp::MODP_2048_ORDER_256, random),
        }
    }
}

impl Verifier for Real {
    fn verify(
        &self,
        scheme: SignatureScheme,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureRefused> {
        let key = PublicKey::read(public_key)?;
        key.check(scheme, message, signature)?;
        match key {
            PublicKey::Rsa(numbers) => rsa::verify(numbers, scheme, message, signature),
            PublicKey::Ecdsa { curve, point } => ecdsa::verify(curve, point, scheme, message, signature),
            PublicKey::Ed25519(key) => ed25519::verify(key, message, signature),
        }
    }
}
