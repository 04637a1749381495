//! What the lab makes, as files for others.

use x509_cert::der::pem::{LineEnding, encode_string};

/// What a PEM file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PemKind {
    /// A certificate.
    Certificate,
    /// A revocation list.
    RevocationList,
}

impl PemKind {
    const fn label(self) -> &'static str {
        match self {
            Self::Certificate => "CERTIFICATE",
            Self::RevocationList => "X509 CRL",
        }
    }
}

/// The PEM file with the DER `der`, after a line that says where it comes from and one with `description`.
///
/// Keys are written by [`LabKey::to_pem`](crate::keys::LabKey::to_pem).
#[must_use]
pub fn to_pem(kind: PemKind, der: &[u8], description: &str) -> String {
    let pem =
        encode_string(kind.label(), LineEnding::LF, der).expect("the label is plain and memory suffices");
    // A description that broke the line could begin a PEM block of its own.
    let description = description.escape_debug();
    format!("# Made by ikespec lab and signed with public lab keys: proves nothing.\n# {description}\n{pem}")
}
