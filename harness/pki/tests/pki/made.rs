//! Certificates and lists made by rcgen, signed with stand-in keys that the simulated verifier accepts, or with lab keys.

use std::cell::Cell;

use crypto::real::RsaSigner;
use crypto::{HashAlgorithm, SignatureScheme, Signer, Simulated, StandInSigner};
use pki::{Certificate, IssuerSignatures, PublicKey, RevocationList, SignatureProblem, Signed};
use proptest::test_runner::{Config as ProptestConfig, RngSeed};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType, DnValue,
    IsCa, Issuer, KeyIdMethod, KeyUsagePurpose, PKCS_RSA_SHA256, PublicKeyData, RevokedCertParams,
    SerialNumber, SignatureAlgorithm, SigningKey, date_time_ymd,
};
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

/// So many cases from a fixed seed; failures are not written to files.
pub fn proptest_config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(117_633),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// One element of DER.
pub fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let mut element = vec![tag];
    match u16::try_from(contents.len()).unwrap() {
        length @ 0..0x80 => element.push(length as u8),
        length @ 0x80..0x100 => element.extend([0x81, length as u8]),
        length => element.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    element.extend(contents);
    element
}

/// A key of RSA with 1024 bits.
pub struct Key {
    public: Vec<u8>,
    signer: Box<dyn Signer>,
}

/// The numbers of the real keys that there are, and lab keys.
const REAL_KEYS: [(u8, &[u8]); 9] = [
    (1, include_bytes!("../../../../corpus/keys/rsa-1024-00.pem")),
    (2, include_bytes!("../../../../corpus/keys/rsa-1024-01.pem")),
    (3, include_bytes!("../../../../corpus/keys/rsa-1024-02.pem")),
    (10, include_bytes!("../../../../corpus/keys/rsa-1024-03.pem")),
    (11, include_bytes!("../../../../corpus/keys/rsa-1024-04.pem")),
    (12, include_bytes!("../../../../corpus/keys/rsa-1024-05.pem")),
    (110, include_bytes!("../../../../corpus/keys/rsa-1024-06.pem")),
    (111, include_bytes!("../../../../corpus/keys/rsa-1024-07.pem")),
    (112, include_bytes!("../../../../corpus/keys/rsa-1024-08.pem")),
];

impl Key {
    /// One with a private key, for those who verify signatures in earnest.
    pub fn real(number: u8) -> Self {
        let (_, pem) = REAL_KEYS.iter().find(|(known, _)| *known == number).unwrap();
        let (_, pem) = x509_parser::pem::parse_x509_pem(pem).unwrap();
        let signer = RsaSigner::from_pkcs8_der(&pem.contents).unwrap();
        let (_, info) = SubjectPublicKeyInfo::from_der(signer.public_key()).unwrap();
        Self { public: info.subject_public_key.data.into_owned(), signer: Box::new(signer) }
    }

    /// One that nobody has the private key of; another number is another key.
    pub fn numbered(number: u8) -> Self {
        let mut modulus = vec![number; 129];
        (modulus[0], modulus[1], modulus[128]) = (0, 0xc1, number | 1);
        let public = der(0x30, &[&der(2, &[&modulus]), &der(2, &[&[1, 0, 1]])]);
        let rsa_encryption = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
        let info = der(0x30, &[&rsa_encryption, &der(3, &[&[0], &public])]);
        Self { public, signer: Box::new(StandInSigner::new(info).unwrap()) }
    }
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let scheme = SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256);
        self.signer.sign(scheme, message).map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

/// A certificate for `cn=name` and the key with the number `key`, valid from 2013-06-17 to 2014-06-17, as rcgen takes it.
fn params(name: &str, key: u8) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = distinguished_name(&[(DnType::CommonName, name)]);
    params.not_before = date_time_ymd(2013, 6, 17);
    params.not_after = date_time_ymd(2014, 6, 17);
    params.serial_number = Some(SerialNumber::from_slice(&[key]));
    params.key_identifier_method = KeyIdMethod::PreSpecified(vec![key; 20]);
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params
}

/// A name with these attributes, the most general first, as PrintableString.
pub fn distinguished_name(attributes: &[(DnType, &str)]) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, value) in attributes {
        name.push(kind.clone(), DnValue::PrintableString((*value).try_into().unwrap()));
    }
    name
}

fn authority_params(name: &str, key: u8) -> CertificateParams {
    let mut params = params(name, key);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// A CA that can issue.
pub struct Ca {
    pub certificate: Certificate,
    keys: fn(u8) -> Key,
    issuer: Issuer<'static, Key>,
}

impl Ca {
    /// A root CA.
    pub fn root(name: &str, key: u8) -> Self {
        Self::root_with(name, key, |_| {})
    }

    /// A root CA that has its key, and those of whom it certifies, from `keys`.
    pub fn root_of(keys: fn(u8) -> Key, name: &str, key: u8) -> Self {
        Self::self_signed(keys, authority_params(name, key), key)
    }

    /// A root CA whose certificate is changed.
    pub fn root_with(name: &str, key: u8, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = authority_params(name, key);
        change(&mut params);
        Self::self_signed(Key::numbered, params, key)
    }

    fn self_signed(keys: fn(u8) -> Key, params: CertificateParams, key: u8) -> Self {
        let made = params.self_signed(&keys(key)).unwrap();
        Self { certificate: read(made.der()), keys, issuer: Issuer::new(params, keys(key)) }
    }

    /// A CA below this one.
    pub fn authority(&self, name: &str, key: u8) -> Self {
        self.authority_with(name, key, |_| {})
    }

    /// A CA below this one whose certificate is changed.
    pub fn authority_with(&self, name: &str, key: u8, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = authority_params(name, key);
        change(&mut params);
        let keys = self.keys;
        let made = params.signed_by(&keys(key), &self.issuer).unwrap();
        Self { certificate: read(made.der()), keys, issuer: Issuer::new(params, keys(key)) }
    }

    /// A certificate that is not that of a CA.
    pub fn router(&self, name: &str, key: u8) -> Certificate {
        self.router_with(name, key, |_| {})
    }

    /// A certificate that is not that of a CA, changed.
    pub fn router_with(
        &self,
        name: &str,
        key: u8,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Certificate {
        let mut params = params(name, key);
        change(&mut params);
        read(params.signed_by(&(self.keys)(key), &self.issuer).unwrap().der())
    }

    /// Its CRL of 2013-09-01 to 2013-09-08, with the serial numbers `revoked` in it since 2013-08-30.
    pub fn list(&self, revoked: &[u8]) -> RevocationList {
        self.list_with(revoked, |_| {})
    }

    /// The same, changed.
    pub fn list_with(
        &self,
        revoked: &[u8],
        change: impl FnOnce(&mut CertificateRevocationListParams),
    ) -> RevocationList {
        let entry = |&number: &u8| RevokedCertParams {
            serial_number: SerialNumber::from_slice(&[number]),
            revocation_time: date_time_ymd(2013, 8, 30),
            reason_code: None,
            invalidity_date: None,
        };
        let mut params = CertificateRevocationListParams {
            this_update: date_time_ymd(2013, 9, 1),
            next_update: date_time_ymd(2013, 9, 8),
            crl_number: SerialNumber::from_slice(&[1]),
            issuing_distribution_point: None,
            revoked_certs: revoked.iter().map(entry).collect(),
            key_identifier_method: KeyIdMethod::PreSpecified(Vec::new()),
        };
        change(&mut params);
        RevocationList::from_der(params.signed_by(&self.issuer).unwrap().der()).unwrap()
    }
}

fn read(der: &[u8]) -> Certificate {
    Certificate::from_der(der).unwrap()
}

/// Simulated signatures, counting what is asked about them.
#[derive(Default)]
pub struct Counting(Cell<usize>);

impl Counting {
    /// How often.
    pub fn asked(&self) -> usize {
        self.0.get()
    }
}

impl IssuerSignatures for Counting {
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem> {
        self.0.set(self.0.get() + 1);
        Simulated.check(signed, issuer_key)
    }
}

impl IssuerSignatures for &Counting {
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem> {
        (**self).check(signed, issuer_key)
    }
}
