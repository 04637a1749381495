//! What `show` commands printed.

use std::net::IpAddr;

use ike::{Origin, Sourced};

use super::ClockTime;

/// Everything that `show` commands printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// `show crypto pki certificates`, in the order printed, which is the order of ORD-1. `None`: no such output.
    pub certificates: Option<Vec<ShownCertificate>>,
    /// The place where somebody left certificates out of the output (`...`, `<output omitted>`).
    pub certificates_left_out: Option<Origin>,
    /// `show crypto pki trustpoints`, in the order printed.
    pub trustpoints: Vec<ShownTrustpoint>,
    /// `show clock`.
    pub clock: Option<Sourced<ClockTime>>,
    /// The line of `show version` that names the release.
    pub version: Option<Sourced<String>>,
}

/// One certificate of `show crypto pki certificates`. What was not printed is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCertificate {
    /// The heading.
    pub kind: Sourced<ShownKind>,
    /// `Status`.
    pub status: Option<Sourced<CertificateStatus>>,
    /// `Version`.
    pub version: Option<Sourced<u8>>,
    /// `Certificate Serial Number`: hexadecimal digits, as printed.
    pub serial: Option<Sourced<String>>,
    /// `Certificate Usage`.
    pub usage: Option<Sourced<CertificateUsage>>,
    /// `Issuer`: the lines as printed, the most specific RDN first.
    pub issuer: Vec<Sourced<String>>,
    /// `Subject`.
    pub subject: ShownSubject,
    /// `CRL Distribution Points`.
    pub crl_distribution_points: Vec<Sourced<String>>,
    /// `start date`.
    pub not_before: Option<Sourced<ClockTime>>,
    /// `end date`.
    pub not_after: Option<Sourced<ClockTime>>,
    /// `renew date`.
    pub renewal: Option<Sourced<ClockTime>>,
    /// `Public Key Algorithm`, as printed.
    pub public_key_algorithm: Option<Sourced<String>>,
    /// The length of the public key in bits.
    pub public_key_bits: Option<Sourced<u16>>,
    /// `Signature Algorithm`, as printed.
    pub signature_algorithm: Option<Sourced<String>>,
    /// `Fingerprint MD5` and `Fingerprint SHA1`.
    pub fingerprints: Fingerprints,
    /// `X509v3 Key Usage`: the bits, the first in the highest place.
    pub key_usage: Option<Sourced<u32>>,
    /// `X509v3 Extended Key Usage`, as printed.
    pub extended_key_usage: Vec<Sourced<String>>,
    /// `CA:` of `X509v3 Basic Constraints`.
    pub is_authority: Option<Sourced<bool>>,
    /// `X509v3 Subject Key ID`: hexadecimal digits without blanks.
    pub subject_key_id: Option<Sourced<String>>,
    /// `X509v3 Authority Key ID`: hexadecimal digits without blanks.
    pub authority_key_id: Option<Sourced<String>>,
    /// `X509v3 Subject Alternative Name`: the lines as printed.
    pub alternative_names: Vec<Sourced<String>>,
    /// `Cert install time`, as printed.
    pub installed: Option<Sourced<ClockTime>>,
    /// `Associated Trustpoints`, in the order printed.
    pub trustpoints: Vec<Sourced<String>>,
    /// `Storage`.
    pub storage: Option<Sourced<String>>,
    /// `Key Label`.
    pub key_label: Option<Sourced<String>>,
    /// `Trustpool`: the certificate is one that the release brings along or that was downloaded.
    pub trustpool: Option<Sourced<String>>,
}

impl ShownCertificate {
    /// A certificate of which nothing but the heading is printed.
    #[must_use]
    pub fn new(kind: Sourced<ShownKind>) -> Self {
        Self {
            kind,
            status: None,
            version: None,
            serial: None,
            usage: None,
            issuer: Vec::new(),
            subject: ShownSubject::default(),
            crl_distribution_points: Vec::new(),
            not_before: None,
            not_after: None,
            renewal: None,
            public_key_algorithm: None,
            public_key_bits: None,
            signature_algorithm: None,
            fingerprints: Fingerprints::default(),
            key_usage: None,
            extended_key_usage: Vec::new(),
            is_authority: None,
            subject_key_id: None,
            authority_key_id: None,
            alternative_names: Vec::new(),
            installed: None,
            trustpoints: Vec::new(),
            storage: None,
            key_label: None,
            trustpool: None,
        }
    }
}

/// The heading of a printed certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownKind {
    /// `Certificate`: the router's own.
    Router,
    /// `CA Certificate`.
    Authority,
    /// `Router Self-Signed Certificate`.
    SelfSigned,
    /// `RA Certificate`, `RA Signature Certificate`, `RA KeyEncipher Certificate`.
    Registration,
    /// `Subordinate CA Certificate` or a certificate in waiting for a rollover.
    Other,
}

/// `Status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// `Available`.
    Available,
    /// `Pending`: asked for and not there yet.
    Pending,
    /// Another word, as printed.
    Other(String),
}

/// `Certificate Usage` or `Key Usage`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateUsage {
    /// `General Purpose`.
    GeneralPurpose,
    /// `Signature`.
    Signature,
    /// `Encryption`.
    Encryption,
    /// Other words, as printed.
    Other(String),
}

/// `Subject`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownSubject {
    /// `Name`.
    pub name: Option<Sourced<String>>,
    /// `IP Address`.
    pub ip_address: Option<Sourced<IpAddr>>,
    /// `Serial Number`.
    pub serial_number: Option<Sourced<String>>,
    /// The lines of the distinguished name as printed, the most specific RDN first.
    pub distinguished_name: Vec<Sourced<String>>,
}

/// One trustpoint of `show crypto pki trustpoints`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownTrustpoint {
    /// The name.
    pub name: Sourced<String>,
    /// The subject of the CA: the lines as printed.
    pub authority: Vec<Sourced<String>>,
    /// The serial number of the CA certificate: hexadecimal digits, as printed.
    pub serial: Option<Sourced<String>>,
    /// Whether the CA certificate is there.
    pub authenticated: Option<Sourced<bool>>,
    /// The fingerprints of the CA certificate.
    pub authority_fingerprints: Fingerprints,
    /// Whether a certificate of the router's own is there.
    pub enrolled: Option<Sourced<bool>>,
    /// The subject of the router's own certificate: the lines as printed.
    pub own_name: Vec<Sourced<String>>,
    /// The fingerprints of the router's own certificate.
    pub own_fingerprints: Fingerprints,
    /// `Keys generated`.
    pub keys_generated: Option<Sourced<bool>>,
    /// `Certificate request(s)`: whether a certificate was asked for.
    pub requested: Option<Sourced<bool>>,
    /// `Last enrollment status`, as printed.
    pub last_enrollment: Option<Sourced<String>>,
}

impl ShownTrustpoint {
    /// A trustpoint of which nothing but the name is printed.
    #[must_use]
    pub fn new(name: Sourced<String>) -> Self {
        Self {
            name,
            authority: Vec::new(),
            serial: None,
            authenticated: None,
            authority_fingerprints: Fingerprints::default(),
            enrolled: None,
            own_name: Vec::new(),
            own_fingerprints: Fingerprints::default(),
            keys_generated: None,
            requested: None,
            last_enrollment: None,
        }
    }
}

/// Hashes of a certificate: hexadecimal digits without blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprints {
    /// `Fingerprint MD5`.
    pub md5: Option<Sourced<String>>,
    /// `Fingerprint SHA1`.
    pub sha1: Option<Sourced<String>>,
}
