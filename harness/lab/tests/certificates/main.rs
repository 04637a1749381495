//! Certificates and revocation lists made to specification.

#![allow(clippy::unwrap_used, clippy::panic)]

mod makers;
mod reference;
mod revocation;
mod specifications;

use crypto::HashAlgorithm;
use lab::certificates::CertificateSpecification;
use lab::keys::{KeyId, KeyKind};
use pki::{CalendarTime, Name, SerialNumber, Validity};

fn key(bits: u16, index: u16) -> KeyId {
    KeyId { kind: KeyKind::rsa(bits).unwrap(), index }
}

fn name(text: &str) -> Name {
    Name::from_ios_text(text).unwrap()
}

fn serial(octet: u8) -> SerialNumber {
    SerialNumber::from_contents(&[octet])
}

/// 2024, all of it.
fn validity() -> Validity {
    Validity {
        not_before: CalendarTime::from_unix(1_704_067_200),
        not_after: CalendarTime::from_unix(1_735_689_599),
    }
}

/// A CA that rcgen can make.
fn current_authority() -> CertificateSpecification {
    CertificateSpecification::ios_authority(
        name("cn=CA,o=lab"),
        key(1024, 0),
        HashAlgorithm::Sha256,
        serial(1),
        validity(),
    )
}

/// A router that rcgen can make.
fn current_router() -> CertificateSpecification {
    CertificateSpecification::ios_router(
        &current_authority(),
        name("cn=R1,ou=IT"),
        key(512, 0),
        serial(2),
        validity(),
    )
}
