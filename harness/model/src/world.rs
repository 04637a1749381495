//! What surrounds the routers: CAs, the certificates that CAs issue to one another, and what can be learned of revocation.

use crate::tables::number;

/// Everything outside the two routers. A CA's number is its place in `authorities`, and that of a CA's certificate its
/// place in `ca_certificates`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    /// The CAs.
    pub authorities: Vec<Authority>,
    /// The certificates of the CAs: self-signed ones, those of intermediate CAs, cross-certificates.
    pub ca_certificates: Vec<CaCertificate>,
}

impl World {
    /// The CA with this number.
    #[must_use]
    pub fn authority(&self, ca: Ca) -> &Authority {
        &self.authorities[usize::from(ca.0)]
    }

    /// The CA certificate with this number.
    #[must_use]
    pub fn ca_certificate(&self, id: CaCertificateId) -> &CaCertificate {
        &self.ca_certificates[usize::from(id.0)]
    }

    /// The first certificate of a CA.
    #[must_use]
    pub fn certificate_of(&self, ca: Ca) -> Option<CaCertificateId> {
        let place = self.ca_certificates.iter().position(|certificate| certificate.subject == ca)?;
        u8::try_from(place).ok().map(CaCertificateId)
    }

    /// Whether two CAs have the same name. A CA that was set up anew under its old name is another CA with that name.
    #[must_use]
    pub fn same_name(&self, one: Ca, other: Ca) -> bool {
        self.authority(one).name == self.authority(other).name
    }
}

number! {
    /// A CA, that is, one key: two keys under one name are two CAs.
    Ca
}

number! {
    /// A distinguished name.
    Name
}

/// What is known of a CA: its name, and what it says about revocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Authority {
    /// Its name, by which IKEv1 asks for it.
    pub name: Name,
    /// The state of its CRL.
    pub crl: Crl,
    /// The state of its OCSP responder.
    pub ocsp: Ocsp,
}

/// The state of a CA's CRL, the same for every router.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Crl {
    /// It can be fetched and is valid.
    #[default]
    Fresh,
    /// Nobody can fetch it.
    Missing,
    /// Its next update has passed.
    Stale,
    /// It is of the future.
    NotYetValid,
    /// What is fetched is another CA's.
    OfAnotherIssuer,
    /// Its signature or its form is wrong.
    Bad,
}

/// The state of a CA's OCSP responder. What it knows is what the CRL says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ocsp {
    /// It answers.
    #[default]
    Answers,
    /// It does not answer, or with an error.
    Unavailable,
}

number! {
    /// The number of a CA's certificate.
    CaCertificateId
}

/// A certificate of a CA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaCertificate {
    /// The CA whose key it certifies.
    pub subject: Ca,
    /// The CA that signed it: the same one when it is self-signed.
    pub issuer: Ca,
    /// What is wrong with it, if anything.
    pub condition: Condition,
}

impl CaCertificate {
    /// Whether the CA certifies itself.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.subject == self.issuer
    }
}

/// What a validator finds in a certificate, beside its place in a chain. The default is nothing to find fault with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Its X.509 version.
    pub version: X509Version,
    /// The hash of its signature.
    pub hash: Hash,
    /// When it is valid.
    pub validity: Validity,
    /// Whether its issuer has revoked it.
    pub revoked: bool,
    /// Another defect, for which it is refused in a chain.
    pub defect: Option<Defect>,
}

/// The X.509 versions that matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum X509Version {
    /// Version 1, without extensions.
    One,
    /// Version 3.
    #[default]
    Three,
}

/// The hash of a certificate's signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hash {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl From<Hash> for u8 {
    fn from(hash: Hash) -> u8 {
        hash as u8
    }
}

impl TryFrom<u8> for Hash {
    type Error = u8;
    fn try_from(number: u8) -> Result<Self, u8> {
        [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512]
            .get(usize::from(number))
            .copied()
            .ok_or(number)
    }
}

/// From when until when a certificate is valid, both included. The default is always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first instant.
    pub from: Instant,
    /// The last instant.
    pub until: Instant,
}

impl Default for Validity {
    fn default() -> Self {
        Self { from: Instant(u8::MIN), until: Instant(u8::MAX) }
    }
}

number! {
    /// A point in time. Only which is earlier has a meaning.
    Instant
}

/// For what RFC 5280 refuses a certificate in a chain, beside its signature, its validity and its revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The key usage forbids the use.
    KeyUsage,
    /// The extended key usage leaves IKE out. Only a router that minds refuses it.
    ExtendedKeyUsage,
    /// A certificate that issued another one is not that of a CA.
    BasicConstraints,
    /// It stands deeper than a CA above it allows.
    PathLength,
    /// Its name is outside what a CA above it may certify.
    NameConstraints,
    /// It has a critical extension that nobody knows.
    UnknownCriticalExtension,
    /// Its key is short. Only a router that minds refuses it.
    WeakKey,
    /// It is what RFC 5280 forbids issuers, though it could be judged. Only a router that minds refuses it.
    Nonconforming,
}

/// The trustpoints that IOS carries itself, in the order in which it asks for them (ORD-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// `ou=Class 3 Public Primary Certification Authority,o=VeriSign, Inc.,c=US`
    VeriSignClass3,
    /// `cn=Cisco SSCA2,o=Cisco Systems`
    CiscoSsca2,
    /// `cn=Cisco Manufacturing CA,o=Cisco Systems`
    CiscoManufacturing,
    /// `cn=Cisco Root CA 2048,o=Cisco Systems`
    CiscoRoot2048,
    /// `cn=Cisco Root CA M1,o=Cisco`
    CiscoRootM1,
}

impl BuiltIn {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [
        Self::VeriSignClass3,
        Self::CiscoSsca2,
        Self::CiscoManufacturing,
        Self::CiscoRoot2048,
        Self::CiscoRootM1,
    ];
}
