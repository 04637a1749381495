//! The keys of a negotiation, as Wireshark reads them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crypto::{AeadAlgorithm, AeadMode, CipherAlgorithm, IntegrityAlgorithm, SymmetricCipher};
use ike::keys::ikev2::ProtectionKeys;

/// The keys of phase 1, by the cookie of the initiator, and those of IKE SAs of IKEv2, by both SPIs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyLog {
    ikev1: BTreeMap<[u8; 8], Vec<u8>>,
    ikev2: BTreeMap<[[u8; 8]; 2], Arc<[ProtectionKeys; 2]>>,
}

impl KeyLog {
    /// Keeps a key of IKEv1. Both routers derive the same one.
    pub(super) fn add(&mut self, initiator_cookie: [u8; 8], cipher_key: &[u8]) {
        self.ikev1.insert(initiator_cookie, cipher_key.to_vec());
    }

    /// Keeps the keys of an IKE SA of IKEv2, the initiator's and the responder's. Both routers derive the same ones.
    pub(super) fn add_ikev2(&mut self, spis: [[u8; 8]; 2], keys: Arc<[ProtectionKeys; 2]>) {
        self.ikev2.insert(spis, keys);
    }

    /// Cookies and keys of IKEv1.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8; 8], &[u8])> {
        self.ikev1.iter().map(|(cookie, key)| (cookie, key.as_slice()))
    }

    /// The file `ikev1_decryption_table` of a Wireshark profile: one line for each session, cookie and key in hex.
    #[must_use]
    pub fn to_wireshark(&self) -> String {
        self.iter().map(|(cookie, key)| format!("{},{}\n", hex(cookie), hex(key))).collect()
    }

    /// The file `ikev2_decryption_table` of a Wireshark profile: one line for each IKE SA, with both SPIs, SK_ei, SK_er, the
    /// cipher, SK_ai, SK_ar and the integrity algorithm.
    #[must_use]
    pub fn to_wireshark_ikev2(&self) -> String {
        let line = |([initiator, responder], keys): (&[[u8; 8]; 2], &Arc<[ProtectionKeys; 2]>)| {
            let [from_initiator, from_responder] = &**keys;
            let protection = from_initiator.protection();
            format!(
                "{},{},{},{},\"{}\",{},{},\"{}\"\n",
                hex(initiator),
                hex(responder),
                hex(from_initiator.sk_e()),
                hex(from_responder.sk_e()),
                cipher_name(protection.cipher()),
                hex(from_initiator.sk_a()),
                hex(from_responder.sk_a()),
                integrity_name(protection.integrity()),
            )
        };
        self.ikev2.iter().map(line).collect()
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What Wireshark calls a cipher.
fn cipher_name(cipher: SymmetricCipher) -> String {
    match cipher {
        SymmetricCipher::Cbc(CipherAlgorithm::DesCbc) => "DES-CBC [RFC2405]".to_owned(),
        SymmetricCipher::Cbc(CipherAlgorithm::TripleDesCbc) => "3DES [RFC2451]".to_owned(),
        SymmetricCipher::Cbc(cipher) => format!("AES-CBC-{} [RFC3602]", cipher.key_length() * 8),
        SymmetricCipher::AesCtr(length) => format!("AES-CTR-{} [RFC5930]", length.bits()),
        SymmetricCipher::Aead(AeadAlgorithm { mode, key_length, tag_length }) => {
            let mode = match mode {
                AeadMode::Ccm => "CCM",
                AeadMode::Gcm => "GCM",
            };
            format!("AES-{mode}-{} with {} octet ICV [RFC5282]", key_length.bits(), tag_length.bytes())
        }
    }
}

/// What Wireshark calls an integrity algorithm; none is that of a cipher that authenticates.
const fn integrity_name(integrity: Option<IntegrityAlgorithm>) -> &'static str {
    match integrity {
        None => "NONE [RFC4306]",
        Some(IntegrityAlgorithm::HmacMd5_96) => "HMAC_MD5_96 [RFC2403]",
        Some(IntegrityAlgorithm::HmacSha1_96) => "HMAC_SHA1_96 [RFC2404]",
        Some(IntegrityAlgorithm::HmacMd5_128) => "HMAC_MD5_128 [RFC4595]",
        Some(IntegrityAlgorithm::HmacSha1_160) => "HMAC_SHA1_160 [RFC4595]",
        Some(IntegrityAlgorithm::HmacSha256_128) => "HMAC_SHA2_256_128 [RFC4868]",
        Some(IntegrityAlgorithm::HmacSha384_192) => "HMAC_SHA2_384_192 [RFC4868]",
        Some(IntegrityAlgorithm::HmacSha512_256) => "HMAC_SHA2_512_256 [RFC4868]",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_a_line_of_cookie_and_key() {
        let mut log = KeyLog::default();
        log.add([0x2a, 0x71, 3, 0x18, 0xc5, 0x50, 1, 0x19], &[0, 0xff]);
        log.add([0x2a, 0x71, 3, 0x18, 0xc5, 0x50, 1, 0x19], &[0, 0xff]);
        assert_eq!(log.to_wireshark(), "2a710318c5500119,00ff\n");
    }
}
