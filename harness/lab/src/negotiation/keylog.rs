//! The keys of a negotiation, as Wireshark reads them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The keys of phase 1, by the cookie of the initiator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyLog(BTreeMap<[u8; 8], Vec<u8>>);

impl KeyLog {
    /// Keeps a key. Both routers derive the same one.
    pub(super) fn add(&mut self, initiator_cookie: [u8; 8], cipher_key: &[u8]) {
        self.0.insert(initiator_cookie, cipher_key.to_vec());
    }

    /// Cookies and keys.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8; 8], &[u8])> {
        self.0.iter().map(|(cookie, key)| (cookie, key.as_slice()))
    }

    /// The file `ikev1_decryption_table` of a Wireshark profile: one line for each session, cookie and key in hex.
    #[must_use]
    pub fn to_wireshark(&self) -> String {
        let hex = |bytes: &[u8]| {
            bytes.iter().fold(String::new(), |mut text, byte| {
                // Writing to a String cannot fail.
                let _ = write!(text, "{byte:02x}");
                text
            })
        };
        self.iter().map(|(cookie, key)| format!("{},{}\n", hex(cookie), hex(key))).collect()
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
