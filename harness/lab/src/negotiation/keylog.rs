//! The keys of a negotiation, as Wireshark reads them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use ike::keys::ikev2::{ProtectionKeys, Spis};

use crate::decryption_table::Entry;

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

    /// The file `ikev2_decryption_table` of a Wireshark profile: one line for each IKE SA whose cipher Wireshark has.
    #[must_use]
    pub fn to_wireshark_ikev2(&self) -> String {
        let entry = |(&[initiator, responder], keys): (&[[u8; 8]; 2], &Arc<[ProtectionKeys; 2]>)| {
            let spis = Spis { initiator, responder };
            let [initiator, responder] = (**keys).clone();
            Entry { spis, initiator, responder }
        };
        self.ikev2.iter().filter_map(|sa| Some(entry(sa).to_line()? + "\n")).collect()
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
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
