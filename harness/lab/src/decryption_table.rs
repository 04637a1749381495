//! `ikev2_decryption_table`: the keys of IKEv2's SAs, in the form that Wireshark keeps them in. One line an IKE SA: both
//! SPIs, SK_ei, SK_er and the cipher, SK_ai, SK_ar and the integrity algorithm; keys in hexadecimal digits, names in
//! quotation marks, with commas between them.
//!
//! Errors here never print the line: it holds keys. Those of IKEv1 are in [`KeyLog`](crate::negotiation::KeyLog).

use std::error::Error;
use std::fmt;

use crypto::{
    AeadAlgorithm, AeadMode, AesKeyLength, CipherAlgorithm, IntegrityAlgorithm, SymmetricCipher, TagLength,
};
use ike::Role;
use ike::keys::ikev2::{IkeSaKeys, KeyLengthError, MessageProtection, ProtectionKeys, Spis};

/// The name of the file in its folder.
pub const FILE: &str = "ikev2_decryption_table";

/// The keys of one IKE SA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which SA.
    pub spis: Spis,
    /// SK_ei and SK_ai.
    pub initiator: ProtectionKeys,
    /// SK_er and SK_ar, for the same algorithms.
    pub responder: ProtectionKeys,
}

impl Entry {
    /// The entry of an SA.
    #[must_use]
    pub fn new(spis: Spis, keys: &IkeSaKeys) -> Self {
        let [initiator, responder] =
            [Role::Initiator, Role::Responder].map(|sender| keys.protection(sender).clone());
        Self { spis, initiator, responder }
    }

    /// The line without its end, or `None` where Wireshark has no name for the cipher: DES.
    #[must_use]
    pub fn to_line(&self) -> Option<String> {
        let protection = self.initiator.protection();
        let cipher = cipher_name(protection.cipher())?;
        let integrity = protection.integrity().map_or(NO_INTEGRITY, integrity_name);
        let [spi_i, spi_r, sk_ei, sk_er, sk_ai, sk_ar] = [
            &self.spis.initiator,
            &self.spis.responder,
            self.initiator.sk_e(),
            self.responder.sk_e(),
            self.initiator.sk_a(),
            self.responder.sk_a(),
        ]
        .map(hex);
        Some(format!("{spi_i},{spi_r},{sk_ei},{sk_er},\"{cipher}\",{sk_ai},{sk_ar},\"{integrity}\""))
    }

    /// Reads a line. Comments and empty lines are the caller's to pass over.
    ///
    /// # Errors
    /// It is no such line, or names algorithms that nothing here decrypts with.
    pub fn from_line(line: &str) -> Result<Self, EntryRefused> {
        let fields: Vec<&str> = line.trim().split(',').map(unquoted).collect();
        let [spi_i, spi_r, sk_ei, sk_er, cipher, sk_ai, sk_ar, integrity] = fields.as_slice() else {
            return Err(EntryRefused::Form);
        };
        let protection = protection(cipher, integrity).ok_or(EntryRefused::Algorithms)?;
        let bytes = |digits| bytes(digits).ok_or(EntryRefused::Form);
        let spi = |digits| bytes(digits)?.try_into().map_err(|_| EntryRefused::Form);
        let keys = |sk_e, sk_a| -> Result<_, EntryRefused> {
            Ok(ProtectionKeys::new(protection, &bytes(sk_e)?, &bytes(sk_a)?)?)
        };
        Ok(Self {
            spis: Spis { initiator: spi(spi_i)?, responder: spi(spi_r)? },
            initiator: keys(sk_ei, sk_ai)?,
            responder: keys(sk_er, sk_ar)?,
        })
    }
}

/// Why a line is no entry; whoever wrote the file has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryRefused {
    /// The fields are not eight, or their digits are not those of bytes.
    Form,
    /// The algorithms are none that anything here decrypts with, or do not go together.
    Algorithms,
    /// A key does not fit its algorithm.
    KeyLength(KeyLengthError),
}

impl From<KeyLengthError> for EntryRefused {
    fn from(error: KeyLengthError) -> Self {
        Self::KeyLength(error)
    }
}

impl fmt::Display for EntryRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str(
                "an entry is both SPIs, SK_ei, SK_er, the cipher, SK_ai, SK_ar and the integrity algorithm, with commas",
            ),
            Self::Algorithms => f.write_str("the entry's algorithms are none that are decrypted here"),
            Self::KeyLength(error) => error.fmt(f),
        }
    }
}

impl Error for EntryRefused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::KeyLength(error) => Some(error),
            Self::Form | Self::Algorithms => None,
        }
    }
}

/// What Wireshark calls the lack of an integrity algorithm.
const NO_INTEGRITY: &str = "NONE [RFC4306]";

fn protection(cipher: &str, integrity: &str) -> Option<MessageProtection> {
    let cipher = every_cipher().find(|known| cipher_name(*known).as_deref() == Some(cipher))?;
    let integrity = if integrity == NO_INTEGRITY {
        None
    } else {
        Some(IntegrityAlgorithm::ALL.into_iter().find(|known| integrity_name(*known) == integrity)?)
    };
    MessageProtection::new(cipher, integrity)
}

fn every_cipher() -> impl Iterator<Item = SymmetricCipher> {
    let aead = [AeadMode::Ccm, AeadMode::Gcm].into_iter().flat_map(|mode| {
        AesKeyLength::ALL.into_iter().flat_map(move |key_length| {
            TagLength::ALL.map(|tag_length| AeadAlgorithm { mode, key_length, tag_length }.into())
        })
    });
    CipherAlgorithm::ALL
        .map(SymmetricCipher::Cbc)
        .into_iter()
        .chain(AesKeyLength::ALL.map(SymmetricCipher::AesCtr))
        .chain(aead)
}

fn cipher_name(cipher: SymmetricCipher) -> Option<String> {
    Some(match cipher {
        SymmetricCipher::Cbc(CipherAlgorithm::DesCbc) => return None,
        SymmetricCipher::Cbc(CipherAlgorithm::TripleDesCbc) => "3DES [RFC2451]".to_owned(),
        SymmetricCipher::Cbc(aes) => format!("{aes} [RFC3602]"),
        SymmetricCipher::AesCtr(length) => format!("AES-CTR-{} [RFC5930]", length.bits()),
        SymmetricCipher::Aead(AeadAlgorithm { mode, key_length, tag_length }) => {
            let mode = match mode {
                AeadMode::Ccm => "CCM",
                AeadMode::Gcm => "GCM",
            };
            let (bits, tag) = (key_length.bits(), tag_length.bytes());
            format!("AES-{mode}-{bits} with {tag} octet ICV [RFC5282]")
        }
    })
}

const fn integrity_name(integrity: IntegrityAlgorithm) -> &'static str {
    match integrity {
        IntegrityAlgorithm::HmacMd5_96 => "HMAC_MD5_96 [RFC2403]",
        IntegrityAlgorithm::HmacSha1_96 => "HMAC_SHA1_96 [RFC2404]",
        IntegrityAlgorithm::HmacMd5_128 => "HMAC_MD5_128 [RFC4595]",
        IntegrityAlgorithm::HmacSha1_160 => "HMAC_SHA1_160 [RFC4595]",
        IntegrityAlgorithm::HmacSha256_128 => "HMAC_SHA2_256_128 [RFC4868]",
        IntegrityAlgorithm::HmacSha384_192 => "HMAC_SHA2_384_192 [RFC4868]",
        IntegrityAlgorithm::HmacSha512_256 => "HMAC_SHA2_512_256 [RFC4868]",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes from hexadecimal digits.
pub(crate) fn bytes(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

/// A field of a table without what may stand around it.
pub(crate) fn unquoted(field: &str) -> &str {
    field.trim().trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(protection: MessageProtection) -> Entry {
        let keys = |byte: u8| {
            let [sk_e, sk_a] = [protection.sk_e_length(), protection.sk_a_length()].map(|n| vec![byte; n]);
            ProtectionKeys::new(protection, &sk_e, &sk_a).unwrap()
        };
        Entry {
            spis: Spis { initiator: [0x0a; 8], responder: [0xb0; 8] },
            initiator: keys(1),
            responder: keys(2),
        }
    }

    #[test]
    fn an_sa_is_a_line_of_wiresharks_eight_fields() {
        let aes = MessageProtection::Cbc {
            cipher: CipherAlgorithm::AesCbc128,
            integrity: IntegrityAlgorithm::HmacSha256_128,
        };
        let [one, two] = ["01", "02"];
        let expected = format!(
            "0a0a0a0a0a0a0a0a,b0b0b0b0b0b0b0b0,{},{},\"AES-CBC-128 [RFC3602]\",{},{},\"HMAC_SHA2_256_128 [RFC4868]\"",
            one.repeat(16),
            two.repeat(16),
            one.repeat(32),
            two.repeat(32)
        );
        assert_eq!(entry(aes).to_line(), Some(expected));

        let gcm = MessageProtection::Aead(AeadAlgorithm {
            mode: AeadMode::Gcm,
            key_length: AesKeyLength::Bits256,
            tag_length: TagLength::Bytes16,
        });
        // The salt stands behind the key.
        let expected = format!(
            "0a0a0a0a0a0a0a0a,b0b0b0b0b0b0b0b0,{},{},\"AES-GCM-256 with 16 octet ICV [RFC5282]\",,,\"NONE [RFC4306]\"",
            one.repeat(36),
            two.repeat(36)
        );
        assert_eq!(entry(gcm).to_line(), Some(expected));
    }

    #[test]
    fn every_line_reads_as_the_entry_that_wrote_it_and_des_writes_none() {
        let mut without_line = 0;
        for cipher in every_cipher() {
            for integrity in IntegrityAlgorithm::ALL.into_iter().map(Some).chain([None]) {
                let Some(protection) = MessageProtection::new(cipher, integrity) else { continue };
                let entry = entry(protection);
                match entry.to_line() {
                    Some(line) => assert_eq!(Entry::from_line(&line), Ok(entry)),
                    None => without_line += 1,
                }
            }
        }
        assert_eq!(without_line, IntegrityAlgorithm::ALL.len(), "DES with each");
    }

    #[test]
    fn a_line_that_is_no_entry_is_refused_with_the_reason_and_without_its_keys() {
        let spis = "0a0a0a0a0a0a0a0a,b0b0b0b0b0b0b0b0";
        let aes = "\"AES-CBC-128 [RFC3602]\"";
        let refused = [
            (spis.to_owned(), EntryRefused::Form),
            (format!("{spis},0g,00,{aes},00,00,\"HMAC_SHA1_96 [RFC2404]\""), EntryRefused::Form),
            (format!("{spis},,,\"NULL [RFC2410]\",,,\"NONE [RFC4306]\""), EntryRefused::Algorithms),
            (format!("{spis},00,00,{aes},,,\"NONE [RFC4306]\""), EntryRefused::Algorithms),
            (
                format!("{spis},5ec7e7,5ec7e7,{aes},00,00,\"HMAC_SHA1_96 [RFC2404]\""),
                EntryRefused::KeyLength(KeyLengthError { name: "SK_e", expected: 16, found: 3 }),
            ),
        ];
        for (line, reason) in refused {
            assert_eq!(Entry::from_line(&line), Err(reason), "{line}");
            assert!(!reason.to_string().contains("5ec7e7"));
        }
    }
}
