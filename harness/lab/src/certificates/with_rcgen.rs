//! The maker of current certificates, over rcgen. Which those are is decided in [`super::maker`].

use std::cell::OnceCell;
use std::time::Duration;

use crypto::{EllipticCurve, HashAlgorithm, PublicKeyKind, SignError, SignatureScheme, Signer};
use pki::{CalendarTime, Name};
use rcgen::string::Ia5String;
use rcgen::{
    CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName, DnType, DnValue,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, PublicKeyData, SanType, SignatureAlgorithm,
};
use x509_cert::der::asn1::OctetString;
use x509_cert::der::{Decode, Encode, Tag, Tagged};

use super::der;
use super::mint::MintError;
use super::specification::{
    AlternativeName, BasicConstraints, CertificateSpecification, Extensions, KeyUsagePurpose,
};

/// Makes the certificate of `specification` for the public key of `subject`.
pub(super) fn make(
    specification: &CertificateSpecification,
    subject: &dyn Signer,
    issuer: &dyn Signer,
) -> Result<Vec<u8>, MintError> {
    if let Some(reason) = specification.beyond_rcgen() {
        return Err(MintError::Inexpressible { reason: format!("rcgen cannot write it, because {reason}") });
    }
    let issuer_key = RcgenKey::new(issuer, specification.signature_hash)?;
    let subject_key = RcgenKey::new(subject, specification.signature_hash)?;
    let made = params(specification, subject.public_key())?.signed_by(
        &subject_key,
        &Issuer::new(issuer_params(specification, issuer.public_key())?, &issuer_key),
    );
    match (made, issuer_key.failure.into_inner()) {
        (Ok(certificate), _) => Ok(certificate.der().to_vec()),
        (Err(_), Some(error)) => Err(error.into()),
        (Err(error), None) => Err(error.into()),
    }
}

/// A key as rcgen wants it.
struct RcgenKey<'a> {
    signer: &'a dyn Signer,
    hash: HashAlgorithm,
    kind: PublicKeyKind,
    public_key_bits: Vec<u8>,
    /// Why signing failed: rcgen's own error has no room for it.
    failure: OnceCell<SignError>,
}

impl<'a> RcgenKey<'a> {
    fn new(signer: &'a dyn Signer, hash: HashAlgorithm) -> Result<Self, MintError> {
        let public_key_bits = der::public_key_bits(signer.public_key())?;
        let kind = PublicKeyKind::of(signer.public_key())?;
        Ok(Self { signer, hash, kind, public_key_bits, failure: OnceCell::new() })
    }
}

impl PublicKeyData for RcgenKey<'_> {
    fn der_bytes(&self) -> &[u8] {
        &self.public_key_bits
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        match (self.kind, self.hash) {
            (PublicKeyKind::Ed25519, _) => &rcgen::PKCS_ED25519,
            (PublicKeyKind::Ecdsa(EllipticCurve::P384), _) => &rcgen::PKCS_ECDSA_P384_SHA384,
            // `make` refuses P-521, MD5 and SHA-1, which rcgen does not have.
            (PublicKeyKind::Ecdsa(EllipticCurve::P256 | EllipticCurve::P521), _) => {
                &rcgen::PKCS_ECDSA_P256_SHA256
            }
            (PublicKeyKind::Rsa { .. }, HashAlgorithm::Sha384) => &rcgen::PKCS_RSA_SHA384,
            (PublicKeyKind::Rsa { .. }, HashAlgorithm::Sha512) => &rcgen::PKCS_RSA_SHA512,
            (PublicKeyKind::Rsa { .. }, HashAlgorithm::Md5 | HashAlgorithm::Sha1 | HashAlgorithm::Sha256) => {
                &rcgen::PKCS_RSA_SHA256
            }
        }
    }
}

impl rcgen::SigningKey for RcgenKey<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let scheme = match self.kind {
            PublicKeyKind::Rsa { .. } => SignatureScheme::RsaPkcs1(self.hash),
            PublicKeyKind::Ecdsa(curve) => SignatureScheme::Ecdsa(curve.hash()),
            PublicKeyKind::Ed25519 => SignatureScheme::Ed25519,
        };
        self.signer.sign(scheme, message).map_err(|error| {
            self.failure.get_or_init(|| error);
            rcgen::Error::RemoteKeyError
        })
    }
}

/// What rcgen wants to know of the issuer: its name and the authority key identifier.
fn issuer_params(
    specification: &CertificateSpecification,
    issuer_key: &[u8],
) -> Result<CertificateParams, MintError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = distinguished_name(&specification.issuer)?;
    let extensions = specification.extensions();
    if let Some(identifier) = extensions.and_then(|extensions| extensions.authority_key_identifier.as_ref()) {
        params.key_identifier_method =
            KeyIdMethod::PreSpecified(der::key_identifier(identifier, issuer_key)?);
    }
    Ok(params)
}

fn params(
    specification: &CertificateSpecification,
    subject_key: &[u8],
) -> Result<CertificateParams, MintError> {
    let mut params = CertificateParams::default();
    params.serial_number = Some(specification.serial.contents().to_vec().into());
    // The time crate's type has no name here; rcgen offers a value of it.
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + duration_to(specification.not_before)?;
    params.not_after = epoch + duration_to(specification.not_after)?;
    params.distinguished_name = distinguished_name(&specification.subject)?;
    if let Some(extensions) = specification.extensions() {
        set_extensions(&mut params, extensions, subject_key)?;
    }
    Ok(params)
}

fn set_extensions(
    params: &mut CertificateParams,
    extensions: &Extensions,
    subject_key: &[u8],
) -> Result<(), MintError> {
    params.use_authority_key_identifier_extension = extensions.authority_key_identifier.is_some();
    params.subject_alt_names =
        extensions.alternative_names.iter().map(alternative_name).collect::<Result<_, _>>()?;
    params.key_usages =
        extensions.key_usage.iter().flat_map(|usage| usage.purposes()).map(key_usage).collect();
    params.extended_key_usages = extensions
        .extended_key_usages
        .iter()
        .map(|usage| ExtendedKeyUsagePurpose::Other(usage.arcs().iter().copied().map(u64::from).collect()))
        .collect();
    for uri in &extensions.crl_distribution_points {
        let uri = ia5(uri)?.as_str().to_owned();
        params.crl_distribution_points.push(CrlDistributionPoint { uris: vec![uri] });
    }
    params.is_ca = match extensions.basic_constraints {
        None => IsCa::NoCa,
        Some(BasicConstraints::EndEntity) => IsCa::ExplicitNoCa,
        Some(BasicConstraints::Authority { path_length: None }) => {
            IsCa::Ca(rcgen::BasicConstraints::Unconstrained)
        }
        Some(BasicConstraints::Authority { path_length: Some(length) }) => {
            IsCa::Ca(rcgen::BasicConstraints::Constrained(length))
        }
    };
    if let Some(oid) = extensions.unknown_critical {
        let arcs: Vec<u64> = oid.arcs().map(u64::from).collect();
        let mut unknown = CustomExtension::from_oid_content(&arcs, der::unknown_content()?);
        unknown.set_criticality(true);
        params.custom_extensions.push(unknown);
    }
    if let Some(identifier) = &extensions.subject_key_identifier {
        let identifier = der::key_identifier(identifier, subject_key)?;
        if extensions.basic_constraints.is_none() {
            // rcgen writes the identifier by itself only next to basic constraints.
            params.custom_extensions.push(subject_key_identifier(&identifier)?);
        }
        params.key_identifier_method = KeyIdMethod::PreSpecified(identifier);
    }
    Ok(())
}

fn subject_key_identifier(identifier: &[u8]) -> Result<CustomExtension, MintError> {
    let content = OctetString::new(identifier)?.to_der()?;
    Ok(CustomExtension::from_oid_content(&[2, 5, 29, 14], content))
}

fn alternative_name(name: &AlternativeName) -> Result<SanType, MintError> {
    Ok(match name {
        AlternativeName::Dns(name) => SanType::DnsName(ia5(name)?),
        AlternativeName::Email(address) => SanType::Rfc822Name(ia5(address)?),
        AlternativeName::Address(address) => SanType::IpAddress(*address),
    })
}

fn key_usage(purpose: KeyUsagePurpose) -> rcgen::KeyUsagePurpose {
    match purpose {
        KeyUsagePurpose::DigitalSignature => rcgen::KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::NonRepudiation => rcgen::KeyUsagePurpose::ContentCommitment,
        KeyUsagePurpose::KeyEncipherment => rcgen::KeyUsagePurpose::KeyEncipherment,
        KeyUsagePurpose::DataEncipherment => rcgen::KeyUsagePurpose::DataEncipherment,
        KeyUsagePurpose::KeyAgreement => rcgen::KeyUsagePurpose::KeyAgreement,
        KeyUsagePurpose::KeyCertSign => rcgen::KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::CrlSign => rcgen::KeyUsagePurpose::CrlSign,
        KeyUsagePurpose::EncipherOnly => rcgen::KeyUsagePurpose::EncipherOnly,
        KeyUsagePurpose::DecipherOnly => rcgen::KeyUsagePurpose::DecipherOnly,
    }
}

/// From 1970 to `time`, which is within the years that rcgen's times can be of.
fn duration_to(time: CalendarTime) -> Result<Duration, MintError> {
    der::time(time).and_then(|_| der::since_1970(time))
}

fn ia5(text: &str) -> Result<Ia5String, MintError> {
    Ia5String::try_from(text).map_err(|_| MintError::NotAscii(text.to_owned()))
}

fn distinguished_name(name: &Name) -> Result<DistinguishedName, MintError> {
    let name = x509_cert::name::Name::from_der(name.as_der())?;
    let mut made = DistinguishedName::new();
    for attribute in name.iter() {
        let arcs: Vec<u64> = attribute.oid.arcs().map(u64::from).collect();
        let bytes = attribute.value.value();
        let text = std::str::from_utf8(bytes)
            .map_err(|error| MintError::Inexpressible { reason: error.to_string() })?;
        let value = match attribute.value.tag() {
            Tag::PrintableString => DnValue::PrintableString(text.try_into()?),
            Tag::Ia5String => DnValue::Ia5String(text.try_into()?),
            _ => DnValue::Utf8String(text.to_owned()),
        };
        made.push(DnType::from_oid(&arcs), value);
    }
    Ok(made)
}

impl From<rcgen::Error> for MintError {
    fn from(error: rcgen::Error) -> Self {
        Self::Inexpressible { reason: error.to_string() }
    }
}
