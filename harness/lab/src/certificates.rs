//! Certificates and revocation lists made to specification.
//!
//! A [`CertificateSpecification`] says what a certificate holds and which lab key signs it; a [`Mint`] makes it, and
//! makes the same bytes from the same specification on every machine. Behind it are two makers: rcgen makes whatever
//! it can express, x509-cert the rest, which is mostly what the certificates of old routers look like. Reading and
//! judging certificates is the business of `pki`; what parties and trustpoints a scenario has is decided elsewhere in
//! this crate.
//!
//! ```
//! use crypto::HashAlgorithm;
//! use lab::certificates::{CertificateSpecification, Mint};
//! use lab::keys::{KeyAllotment, KeyKind};
//! use pki::{CalendarTime, Name, SerialNumber, Validity};
//!
//! let year = Validity {
//!     not_before: CalendarTime::from_unix(1_371_468_301),
//!     not_after: CalendarTime::from_unix(1_403_004_301),
//! };
//! let mut keys = KeyAllotment::new();
//! let rsa_1024 = KeyKind::rsa(1024).expect("IOS allows 1024 bits");
//! let rsa_512 = KeyKind::rsa(512).expect("IOS allows 512 bits");
//! let authority = CertificateSpecification::ios_authority(
//!     Name::from_ios_text("cn=CA1,o=cisco,o=com")?,
//!     keys.allot("CA1", "signing", rsa_1024),
//!     HashAlgorithm::Md5,
//!     SerialNumber::from_contents(&[1]),
//!     year,
//! );
//! let router = CertificateSpecification::ios_router(
//!     &authority,
//!     Name::from_ios_text("serialNumber=100+ipaddress=192.168.0.1+hostname=R1.cisco.com,cn=R1,ou=IT,o=cisco,o=com")?,
//!     keys.allot("R1", "R1.cisco.com", rsa_512),
//!     SerialNumber::from_contents(&[2]),
//!     year,
//! );
//! assert_eq!(Mint::new().certificate(&router)?.len(), 559);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod der;
mod maker;
mod mint;
mod pem;
mod revocation;
mod specification;
mod with_rcgen;
mod with_x509_cert;

pub use maker::{BeyondRcgen, Maker};
pub use mint::{Mint, MintError};
pub use pem::{PemKind, to_pem};
pub use revocation::{RevocationListSpecification, RevocationReason, RevokedCertificate};
pub use specification::{
    AlternativeName, BasicConstraints, CertificateSpecification, ExtendedKeyUsage, Extensions, Form,
    KeyIdentifier, KeyUsage, KeyUsagePurpose, NameConstraints, NameSubtree, SigningKey,
};
