//! What a scenario has the laboratory make where the texts do not decide.
//!
//! How it is written is in `file`, and for people in `corpus/scenarios/README.md`; what is made of it in
//! [`crate::complete`].

use std::collections::BTreeMap;

use crypto::{EllipticCurve, HashAlgorithm};
use pki::{Name, RevocationList, SerialNumber};
use x509_cert::der::oid::ObjectIdentifier;

use crate::certificates::{AlternativeName, ExtendedKeyUsage, KeyUsagePurpose, NameConstraints};
use crate::clock::Instant;
use crate::faults::Faults;
use crate::keys::ModulusBits;
use crate::link::LinkSettings;

/// What the laboratory makes where the texts do not decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// All chance follows from it.
    pub seed: u64,
    /// Length of the CAs' keys.
    pub ca_key_bits: ModulusBits,
    /// The curve of the CAs' keys, if they are not RSA.
    pub ca_curve: Option<EllipticCurve>,
    /// Length of the routers' keys, where the texts do not tell.
    pub router_key_bits: ModulusBits,
    /// What CAs sign with.
    pub signature_hash: HashAlgorithm,
    /// Whether the key usage extension of routers' certificates is critical.
    pub key_usage_critical: bool,
    /// What the link does to datagrams.
    pub link: LinkSettings,
    /// The certificates of CAs that are not made like the rest, by their labels.
    pub authorities: BTreeMap<String, AuthorityChange>,
    /// The routers' certificates that are not made like the rest.
    pub certificates: Vec<CertificateChange>,
    /// The revocation lists that are not fresh and empty, by the label or common name of the CA.
    pub revocation_lists: BTreeMap<String, RevocationListState>,
    /// Revocation lists that are given: each is used as it is for the CA that issued it.
    pub given_revocation_lists: Vec<RevocationList>,
    /// What OCSP responders answer, by the label or common name of the CA.
    pub ocsp: BTreeMap<String, OcspState>,
    /// What routers cannot make use of, by host name.
    pub unable: BTreeMap<String, Vec<Inability>>,
    /// What routers do wrong, by host name.
    pub faults: BTreeMap<String, Faults>,
}

impl Default for Settings {
    fn default() -> Self {
        let modern = ModulusBits::new(2048).expect("IOS makes keys of 2048 bits");
        Self {
            seed: 0,
            ca_key_bits: modern,
            ca_curve: None,
            router_key_bits: modern,
            signature_hash: HashAlgorithm::Sha256,
            key_usage_critical: true,
            link: LinkSettings::default(),
            authorities: BTreeMap::new(),
            certificates: Vec::new(),
            revocation_lists: BTreeMap::new(),
            given_revocation_lists: Vec::new(),
            ocsp: BTreeMap::new(),
            unable: BTreeMap::new(),
            faults: BTreeMap::new(),
        }
    }
}

/// One certificate of a CA. A CA that has several (from several issuers, or with an old and a new key) has as many of
/// these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorityChange {
    /// Its name; else that of the CA of the texts with the label as common name, else just that common name.
    pub subject: Option<Name>,
    /// What its key is called; else the label. Certificates with the same key name it alike.
    pub key: Option<String>,
    /// The label of its issuer; else it is self-signed.
    pub issuer: Option<String>,
    /// What is in it.
    pub form: CertificateForm,
}

/// How one router's certificate from one CA differs from what the settings say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateChange {
    /// The host name of the router.
    pub router: String,
    /// The trustpoint.
    pub trustpoint: String,
    /// The label of the CA certificate that the trustpoint is authenticated with.
    pub authority: Option<String>,
    /// The label of what issued the router's certificate; else the trustpoint's CA.
    pub issuer: Option<String>,
    /// The labels of the CA certificates that the router sends along; else those that it has of the CAs from the issuer
    /// up to the root.
    pub chain: Option<Vec<String>>,
    /// What is in the router's certificate.
    pub form: CertificateForm,
}

/// How what is in a certificate differs from what is made by default. `None` is the default throughout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateForm {
    /// Whether it is an X.509 version 1 certificate, without extensions.
    pub version_1: bool,
    /// The serial number.
    pub serial: Option<SerialNumber>,
    /// What the issuer signs it with.
    pub signature_hash: Option<HashAlgorithm>,
    /// The length of its key.
    pub key_bits: Option<ModulusBits>,
    /// The first second at which it is valid.
    pub not_before: Option<Instant>,
    /// The last second at which it is valid.
    pub not_after: Option<Instant>,
    /// The purposes of its key; without any there is no such extension.
    pub key_usage: Option<Vec<KeyUsagePurpose>>,
    /// The purposes that it is limited to; without any there is no such extension.
    pub extended_key_usage: Vec<ExtendedKeyUsage>,
    /// Whether it says that it is that of a CA.
    pub basic_constraints: Option<Constraints>,
    /// How many CAs may follow below it.
    pub path_length: Option<u8>,
    /// The names that may stand below it.
    pub names: NameConstraints,
    /// Names of the subject other than the subject name.
    pub alternative_names: Vec<AlternativeName>,
    /// The type of a critical extension that nobody knows.
    pub unknown_critical: Option<ObjectIdentifier>,
    /// Whether its issuer has revoked it.
    pub revoked: bool,
}

/// What basic constraints say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraints {
    /// There are none.
    Absent,
    /// That it is not the certificate of a CA.
    EndEntity,
    /// That it is.
    Authority,
}

/// A CA's revocation list, as the routers find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevocationListState {
    /// It was issued lately and revokes the certificates with these serial numbers (hexadecimal).
    Fresh {
        /// The serial numbers.
        revoked: Vec<String>,
    },
    /// Its next update is overdue.
    Stale,
    /// It is not to be had.
    Missing,
    /// It will be issued tomorrow.
    NotYetValid,
    /// What is found in its place is the list of another CA.
    OfAnotherIssuer,
    /// Its signature is made with another key than the CA's.
    BadlySigned,
}

/// What a CA's OCSP responder does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OcspState {
    /// It answers: good, except for the certificates with these serial numbers (hexadecimal) and those that the scenario
    /// says are revoked.
    Answers {
        /// The serial numbers.
        revoked: Vec<String>,
    },
    /// It cannot be reached.
    Unavailable,
}

/// What a router cannot make use of, or refuses, in a peer's certificate (V1-VAL-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inability {
    /// X.509 version 1.
    Version1,
    /// Signatures over this hash.
    Hash(HashAlgorithm),
    /// RSA keys shorter than this.
    KeysShorterThan(ModulusBits),
    /// Certificates that are limited to purposes other than IKE (RFC 4945 5.1.3.12).
    OtherPurposes,
    /// What RFC 5280 forbids issuers, though it could be judged.
    Nonconforming,
}
