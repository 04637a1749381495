//! Trustpoints, the certificates that a configuration holds for them, and certificate maps.

use std::net::IpAddr;

use ike::{Origin, Sourced};
use pki::RevocationMethod;

/// `crypto pki trustpoint NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trustpoint {
    /// The name.
    pub name: String,
    /// The line that opens the section.
    pub origin: Origin,
    /// `enrollment ...`.
    pub enrollment: Option<Sourced<Enrollment>>,
    /// `serial-number`: whether requests carry the router's serial number. IOS asks when nothing is configured.
    pub serial_number: Option<Sourced<bool>>,
    /// `fqdn`: the unstructuredName of requests; the router's own name when nothing is configured.
    pub fqdn: Option<Sourced<TrustpointName>>,
    /// `ip-address`: the unstructuredAddress of requests.
    pub ip_address: Option<Sourced<TrustpointAddress>>,
    /// `subject-name`, as written.
    pub subject_name: Option<Sourced<String>>,
    /// `revocation-check`: methods in the order tried; `crl` when nothing is configured.
    pub revocation_check: Sourced<Vec<RevocationMethod>>,
    /// `rsakeypair`.
    pub rsa_key_pair: Option<Sourced<RsaKeyPair>>,
    /// `eckeypair`: the label of an elliptic curve key.
    pub ec_key_pair: Option<Sourced<String>>,
    /// `hash`: the algorithm that requests are signed with.
    pub hash: Option<Sourced<crypto::HashAlgorithm>>,
    /// `usage`, as written: `ike`, `ssl-client`, `ssl-server`. Empty when nothing is configured: every use.
    pub usage: Vec<Sourced<String>>,
    /// `chain-validation`; up to the root when nothing is configured.
    pub chain_validation: Sourced<ChainValidation>,
    /// `match certificate MAP ...`: maps that change how certificates are validated, as written.
    pub match_certificate: Vec<Sourced<String>>,
    /// `vrf`: where the CA is reached.
    pub vrf: Option<Sourced<String>>,
}

impl Trustpoint {
    /// A trustpoint of which nothing but its name is written.
    #[must_use]
    pub fn new(name: String, origin: Origin) -> Self {
        Self {
            name,
            origin,
            enrollment: None,
            serial_number: None,
            fqdn: None,
            ip_address: None,
            subject_name: None,
            revocation_check: Sourced::default_value(vec![RevocationMethod::Crl]), // DEF-3
            rsa_key_pair: None,
            ec_key_pair: None,
            hash: None,
            usage: Vec::new(),
            chain_validation: Sourced::default_value(ChainValidation::ToRoot),
            match_certificate: Vec::new(),
            vrf: None,
        }
    }
}

/// How a trustpoint gets its certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enrollment {
    /// `enrollment url URL`.
    Url(String),
    /// `enrollment terminal`.
    Terminal,
    /// `enrollment selfsigned`.
    SelfSigned,
    /// `enrollment profile NAME`.
    Profile(String),
    /// `enrollment pkcs12`: keys and certificates came as one file.
    Pkcs12,
}

/// What `fqdn` puts into a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustpointName {
    /// This name.
    Name(String),
    /// `fqdn none`: no name.
    LeftOut,
}

/// What `ip-address` puts into a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustpointAddress {
    /// This address.
    Address(IpAddr),
    /// The address of this interface.
    Interface(String),
    /// `ip-address none`: no address.
    LeftOut,
}

/// `rsakeypair LABEL [SIZE]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKeyPair {
    /// The label of the key.
    pub label: String,
    /// The length of the modulus in bits, where written.
    pub bits: Option<u16>,
}

/// How far up a chain is validated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainValidation {
    /// To a root: the default.
    ToRoot,
    /// `chain-validation stop`: this trustpoint's CA is a trust anchor.
    Stop,
    /// `chain-validation continue [TRUSTPOINT]`: on to the CA above, of that trustpoint where one is named.
    Continue(Option<String>),
}

/// `crypto pki certificate chain NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateChain {
    /// The trustpoint whose certificates these are.
    pub trustpoint: Sourced<String>,
    /// The certificates in configuration order.
    pub certificates: Vec<ChainCertificate>,
}

/// One `certificate ...` of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainCertificate {
    /// Whose certificate it is.
    pub role: ChainRole,
    /// The serial number: hexadecimal digits, as written.
    pub serial: Sourced<String>,
    /// The certificate, or where it is.
    pub content: ChainContent,
}

impl ChainCertificate {
    /// The bytes of the certificate, where the text holds them undamaged.
    #[must_use]
    pub fn der(&self) -> Option<&Sourced<Vec<u8>>> {
        match &self.content {
            ChainContent::Der(der) => Some(der),
            _ => None,
        }
    }
}

/// Whose certificate a text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainRole {
    /// The router's own.
    Router,
    /// The CA's.
    Authority,
    /// The router's own, signed by itself.
    SelfSigned,
    /// A registration authority's, or one in waiting for a rollover: neither signs nor validates.
    Other,
}

/// What a chain holds of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainContent {
    /// Its bytes: one whole DER element, not looked into.
    Der(Sourced<Vec<u8>>),
    /// The name of the file that holds it: `nvram:CA1#2.cer`.
    File(Sourced<String>),
    /// Hexadecimal digits that are not one whole DER element; a diagnostic says why.
    Damaged(Origin),
    /// Nothing at all.
    Absent,
}

/// A certificate printed as PEM, by `crypto pki export` or `show crypto pki certificates pem`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PemCertificate {
    /// The trustpoint, where a heading names it.
    pub trustpoint: Option<Sourced<String>>,
    /// Whose certificate it is, where a heading says so.
    pub role: Option<Sourced<ChainRole>>,
    /// The bytes: one whole DER element, not looked into.
    pub der: Sourced<Vec<u8>>,
}

/// `crypto pki certificate map LABEL SEQUENCE`: criteria that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateMap {
    /// The label; maps of one label are alternatives, tried by sequence number.
    pub label: String,
    /// The sequence number.
    pub sequence: u32,
    /// The line that opens the section.
    pub origin: Origin,
    /// The criteria in configuration order.
    pub criteria: Vec<Sourced<MapCriterion>>,
}

/// One line of a certificate map: a field, an operator, and the text to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapCriterion {
    /// The field.
    pub field: MapField,
    /// The operator.
    pub operator: MapOperator,
    /// The text, as written.
    pub value: String,
}

/// The field of a certificate that a map looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapField {
    /// `subject-name`.
    Subject,
    /// `issuer-name`.
    Issuer,
    /// `unstructured-subject-name`.
    UnstructuredSubject,
    /// `alt-subject-name`.
    AlternativeSubject,
    /// `name`: any of the subject's names.
    AnySubject,
    /// `serial-number`.
    SerialNumber,
    /// `valid-start`.
    ValidStart,
    /// `expires-on`.
    ExpiresOn,
}

/// How a map compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapOperator {
    /// `eq`.
    Equal,
    /// `ne`.
    NotEqual,
    /// `co`.
    Contains,
    /// `nc`.
    DoesNotContain,
    /// `lt`: earlier.
    Before,
    /// `ge`: the same or later.
    NotBefore,
}
