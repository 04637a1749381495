//! What a certificate is to hold.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use crypto::HashAlgorithm;
use pki::{CalendarTime, Name, SerialNumber, Validity};
use x509_cert::der::oid::ObjectIdentifier;

use crate::keys::{KeyId, KeyKind};

/// Everything that decides the bytes of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CertificateSpecification {
    /// Version, and the extensions where it can have them.
    pub form: Form,
    /// The serial number, written octet for octet.
    pub serial: SerialNumber,
    /// The hash that the issuer signs over.
    pub signature_hash: HashAlgorithm,
    /// The issuer's name, written byte for byte.
    pub issuer: Name,
    /// The key that signs.
    pub issuer_key: SigningKey,
    /// The first second at which it is valid.
    pub not_before: CalendarTime,
    /// The last second at which it is valid.
    pub not_after: CalendarTime,
    /// The subject's name, written byte for byte.
    pub subject: Name,
    /// The subject's key.
    pub subject_key: KeyId,
}

/// The version of a certificate. Extensions exist in version 3 only (RFC 5280 4.1.2.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::large_enum_variant, reason = "nearly all certificates are of version 3")]
pub enum Form {
    /// X.509 version 1.
    Version1,
    /// X.509 version 3.
    Version3(Extensions),
}

/// The key that signs a certificate or a revocation list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SigningKey {
    /// A key of the lab.
    Lab(KeyId),
    /// A key of which only the public half is known. The signature is a stand-in of the right length: only a verifier
    /// that accepts stand-ins takes it (see [`crypto::StandInSigner`]).
    StandIn {
        /// The public key as a DER SubjectPublicKeyInfo.
        public_key_info: Vec<u8>,
    },
}

impl From<KeyId> for SigningKey {
    fn from(key: KeyId) -> Self {
        Self::Lab(key)
    }
}

/// The extensions of a certificate, each absent by default. They are written in the order of the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extensions {
    /// RFC 5280 4.2.1.1; not critical.
    pub authority_key_identifier: Option<KeyIdentifier>,
    /// RFC 5280 4.2.1.6; critical if the subject is empty.
    pub alternative_names: Vec<AlternativeName>,
    /// RFC 5280 4.2.1.3.
    pub key_usage: Option<KeyUsage>,
    /// RFC 5280 4.2.1.12; not critical.
    pub extended_key_usages: Vec<ExtendedKeyUsage>,
    /// URIs of RFC 5280 4.2.1.13, each a distribution point of its own; not critical.
    pub crl_distribution_points: Vec<String>,
    /// RFC 5280 4.2.1.2; not critical.
    pub subject_key_identifier: Option<KeyIdentifier>,
    /// RFC 5280 4.2.1.9; critical.
    pub basic_constraints: Option<BasicConstraints>,
    /// RFC 5280 4.2.1.10; critical.
    pub name_constraints: NameConstraints,
    /// A critical extension of a type that nobody knows, with the given object identifier.
    pub unknown_critical: Option<ObjectIdentifier>,
}

/// Which names certificates below a CA may have. Without any there is no such extension.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameConstraints {
    /// Names of these forms have to be within one of these.
    pub permitted: Vec<NameSubtree>,
    /// Names have to be outside of all of these.
    pub excluded: Vec<NameSubtree>,
}

impl NameConstraints {
    /// Whether nothing is constrained.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.permitted.is_empty() && self.excluded.is_empty()
    }
}

/// Names that have a part in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameSubtree {
    /// Names that begin with this one.
    Directory(Name),
    /// The host and everything below it.
    Dns(String),
    /// A mailbox, or all of a host or domain.
    Email(String),
    /// An IPv4 network, with the length of its prefix in bits.
    Network(Ipv4Addr, u8),
}

/// The identifier of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyIdentifier {
    /// The SHA-1 hash of the key (RFC 5280 4.2.1.2, method 1).
    OfKey,
    /// Other bytes, such as those that a given certificate has for an issuer that is not given.
    Given(Vec<u8>),
}

/// A name of the subject other than the subject name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlternativeName {
    /// A host name.
    Dns(String),
    /// A mail address.
    Email(String),
    /// An address of either family.
    Address(IpAddr),
}

/// What a key may be used for: at least one purpose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyUsage {
    purposes: BTreeSet<KeyUsagePurpose>,
    critical: bool,
}

impl KeyUsage {
    /// The given purposes, or `None` without any (RFC 5280 4.2.1.3 wants one at least).
    #[must_use]
    pub fn new(purposes: impl IntoIterator<Item = KeyUsagePurpose>, critical: bool) -> Option<Self> {
        let purposes: BTreeSet<_> = purposes.into_iter().collect();
        if purposes.is_empty() { None } else { Some(Self { purposes, critical }) }
    }

    /// The purposes in the order of their bits.
    pub fn purposes(&self) -> impl Iterator<Item = KeyUsagePurpose> + '_ {
        self.purposes.iter().copied()
    }

    /// Whether the extension is marked critical.
    #[must_use]
    pub fn is_critical(&self) -> bool {
        self.critical
    }
}

/// One bit of the key usage extension (RFC 5280 4.2.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are those of the RFC")]
pub enum KeyUsagePurpose {
    DigitalSignature,
    NonRepudiation,
    KeyEncipherment,
    DataEncipherment,
    KeyAgreement,
    KeyCertSign,
    CrlSign,
    EncipherOnly,
    DecipherOnly,
}

/// A purpose of the extended key usage extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExtendedKeyUsage {
    /// Any purpose (RFC 5280 4.2.1.12).
    Any,
    /// TLS server (RFC 5280 4.2.1.12).
    ServerAuthentication,
    /// TLS client (RFC 5280 4.2.1.12).
    ClientAuthentication,
    /// IKE (RFC 4945 5.1.3.12).
    IpsecIke,
    /// IPsec end system (RFC 2459 4.2.1.13, obsolete).
    IpsecEndSystem,
    /// IPsec tunnel (RFC 2459 4.2.1.13, obsolete).
    IpsecTunnel,
    /// IPsec user (RFC 2459 4.2.1.13, obsolete).
    IpsecUser,
    /// IKE intermediate, which some implementations of IKEv1 want (1.3.6.1.5.5.8.2.2).
    IkeIntermediate,
    /// Signing of OCSP responses (RFC 5280 4.2.1.12).
    OcspSigning,
}

impl ExtendedKeyUsage {
    /// The numbers of the object identifier.
    pub(super) const fn arcs(self) -> &'static [u32] {
        match self {
            Self::Any => &[2, 5, 29, 37, 0],
            Self::ServerAuthentication => &[1, 3, 6, 1, 5, 5, 7, 3, 1],
            Self::ClientAuthentication => &[1, 3, 6, 1, 5, 5, 7, 3, 2],
            Self::IpsecEndSystem => &[1, 3, 6, 1, 5, 5, 7, 3, 5],
            Self::IpsecTunnel => &[1, 3, 6, 1, 5, 5, 7, 3, 6],
            Self::IpsecUser => &[1, 3, 6, 1, 5, 5, 7, 3, 7],
            Self::OcspSigning => &[1, 3, 6, 1, 5, 5, 7, 3, 9],
            Self::IpsecIke => &[1, 3, 6, 1, 5, 5, 7, 3, 17],
            Self::IkeIntermediate => &[1, 3, 6, 1, 5, 5, 8, 2, 2],
        }
    }
}

/// Whether the subject is a CA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BasicConstraints {
    /// A CA, with at most so many intermediate certificates below it.
    Authority {
        /// The limit, if there is one.
        path_length: Option<u8>,
    },
    /// Expressly not a CA.
    EndEntity,
}

impl CertificateSpecification {
    /// The self-signed certificate of a CA as the CA server of IOS makes it: version 3 with authority and subject key
    /// identifier, key usage and basic constraints.
    #[must_use]
    pub fn ios_authority(
        name: Name,
        key: KeyId,
        signature_hash: HashAlgorithm,
        serial: SerialNumber,
        validity: Validity,
    ) -> Self {
        let purposes =
            [KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self {
            form: Form::Version3(Extensions {
                authority_key_identifier: Some(KeyIdentifier::OfKey),
                key_usage: KeyUsage::new(purposes, true),
                subject_key_identifier: Some(KeyIdentifier::OfKey),
                basic_constraints: Some(BasicConstraints::Authority { path_length: None }),
                ..Extensions::default()
            }),
            serial,
            signature_hash,
            issuer: name.clone(),
            issuer_key: key.into(),
            not_before: validity.not_before,
            not_after: validity.not_after,
            subject: name,
            subject_key: key,
        }
    }

    /// The general purpose certificate of a router that the CA with the certificate `authority` issues: version 3
    /// with key usage (critical), authority and subject key identifier and nothing else, as in Cisco document 117633.
    #[must_use]
    pub fn ios_router(
        authority: &Self,
        subject: Name,
        subject_key: KeyId,
        serial: SerialNumber,
        validity: Validity,
    ) -> Self {
        let encipherment = match subject_key.kind {
            KeyKind::Rsa(_) => Some(KeyUsagePurpose::KeyEncipherment),
            // RFC 8813 3, RFC 8410 5
            KeyKind::Ec(_) | KeyKind::Ed25519 => None,
        };
        let purposes = [KeyUsagePurpose::DigitalSignature].into_iter().chain(encipherment);
        Self {
            form: Form::Version3(Extensions {
                authority_key_identifier: Some(authority.subject_key_identifier()),
                key_usage: KeyUsage::new(purposes, true),
                subject_key_identifier: Some(KeyIdentifier::OfKey),
                ..Extensions::default()
            }),
            serial,
            signature_hash: authority.signature_hash,
            issuer: authority.subject.clone(),
            issuer_key: authority.subject_key.into(),
            not_before: validity.not_before,
            not_after: validity.not_after,
            subject,
            subject_key,
        }
    }

    /// The identifier by which certificates that this one's subject issues refer to its key (RFC 5280 4.2.1.1).
    #[must_use]
    pub fn subject_key_identifier(&self) -> KeyIdentifier {
        match &self.form {
            Form::Version3(Extensions { subject_key_identifier: Some(identifier), .. }) => identifier.clone(),
            Form::Version3(_) | Form::Version1 => KeyIdentifier::OfKey,
        }
    }

    /// The extensions, if the version has any.
    #[must_use]
    pub fn extensions(&self) -> Option<&Extensions> {
        match &self.form {
            Form::Version1 => None,
            Form::Version3(extensions) => Some(extensions),
        }
    }
}
