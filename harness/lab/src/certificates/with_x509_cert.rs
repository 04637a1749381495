//! The maker that can write every specification, over x509-cert's structures for extensions and times.

use crypto::Signer;
use x509_cert::der::asn1::{Any, OctetString};
use x509_cert::der::flagset::FlagSet;
use x509_cert::der::{Decode, oid::ObjectIdentifier};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{self, CrlDistributionPoints, SubjectAltName};
use x509_cert::time::Validity;

use super::der;
use super::mint::MintError;
use super::specification::{
    AlternativeName, BasicConstraints, CertificateSpecification, ExtendedKeyUsage, Extensions, KeyUsage,
    KeyUsagePurpose, NameConstraints, NameSubtree,
};

/// Makes the certificate of `specification` for the public key of `subject`.
pub(super) fn make(
    specification: &CertificateSpecification,
    subject: &dyn Signer,
    issuer: &dyn Signer,
) -> Result<Vec<u8>, MintError> {
    let hash = specification.signature_hash;
    let validity: Validity =
        Validity::new(der::time(specification.not_before)?, der::time(specification.not_after)?);
    let mut fields = vec![
        der::serial_number(&specification.serial)?,
        der::signature_algorithm(hash, issuer)?,
        Any::from_der(specification.issuer.as_der())?,
        Any::encode_from(&validity)?,
        Any::from_der(specification.subject.as_der())?,
        Any::from_der(subject.public_key())?,
    ];
    if let Some(extensions) = specification.extensions() {
        const VERSION_3: u8 = 2;
        fields.insert(0, der::tagged(0, VERSION_3)?);
        let extensions =
            list(extensions, specification.subject.is_empty(), subject.public_key(), issuer.public_key())?;
        // RFC 5280 4.1.2.9: a sequence of one or more extensions.
        if !extensions.is_empty() {
            fields.push(der::tagged(3, extensions)?);
        }
    }
    der::signed(&der::sequence(&fields)?, hash, issuer)
}

/// The extensions in the order in which [`Extensions`] has them.
fn list(
    extensions: &Extensions,
    subject_is_empty: bool,
    subject_key: &[u8],
    issuer_key: &[u8],
) -> Result<Vec<Extension>, MintError> {
    let mut list = Vec::new();
    if let Some(identifier) = &extensions.authority_key_identifier {
        list.push(der::authority_key_identifier(identifier, issuer_key)?);
    }
    if !extensions.alternative_names.is_empty() {
        let names = extensions.alternative_names.iter().map(alternative_name).collect::<Result<_, _>>()?;
        // RFC 5280 4.2.1.6
        list.push(der::extension(subject_is_empty, &SubjectAltName(names))?);
    }
    if let Some(usage) = &extensions.key_usage {
        list.push(der::extension(usage.is_critical(), &key_usage(usage))?);
    }
    if !extensions.extended_key_usages.is_empty() {
        let usages = extensions.extended_key_usages.iter().copied().map(extended_key_usage);
        list.push(der::extension(false, &pkix::ExtendedKeyUsage(usages.collect()))?);
    }
    if !extensions.crl_distribution_points.is_empty() {
        let points = extensions.crl_distribution_points.iter().map(|uri| distribution_point(uri));
        list.push(der::extension(false, &CrlDistributionPoints(points.collect::<Result<_, _>>()?))?);
    }
    if let Some(identifier) = &extensions.subject_key_identifier {
        list.push(der::subject_key_identifier(identifier, subject_key)?);
    }
    if let Some(constraints) = extensions.basic_constraints {
        list.push(der::extension(true, &basic_constraints(constraints))?);
    }
    if !extensions.name_constraints.is_empty() {
        // RFC 5280 4.2.1.10
        list.push(der::extension(true, &name_constraints(&extensions.name_constraints)?)?);
    }
    if let Some(extn_id) = extensions.unknown_critical {
        let extn_value = OctetString::new(der::unknown_content()?)?;
        list.push(Extension { extn_id, critical: true, extn_value });
    }
    Ok(list)
}

fn alternative_name(name: &AlternativeName) -> Result<GeneralName, MintError> {
    Ok(match name {
        AlternativeName::Dns(name) => GeneralName::DnsName(der::ia5(name)?),
        AlternativeName::Email(address) => GeneralName::Rfc822Name(der::ia5(address)?),
        AlternativeName::Address(address) => GeneralName::from(*address),
    })
}

fn key_usage(usage: &KeyUsage) -> pkix::KeyUsage {
    let bits = usage.purposes().map(|purpose| match purpose {
        KeyUsagePurpose::DigitalSignature => pkix::KeyUsages::DigitalSignature,
        KeyUsagePurpose::NonRepudiation => pkix::KeyUsages::NonRepudiation,
        KeyUsagePurpose::KeyEncipherment => pkix::KeyUsages::KeyEncipherment,
        KeyUsagePurpose::DataEncipherment => pkix::KeyUsages::DataEncipherment,
        KeyUsagePurpose::KeyAgreement => pkix::KeyUsages::KeyAgreement,
        KeyUsagePurpose::KeyCertSign => pkix::KeyUsages::KeyCertSign,
        KeyUsagePurpose::CrlSign => pkix::KeyUsages::CRLSign,
        KeyUsagePurpose::EncipherOnly => pkix::KeyUsages::EncipherOnly,
        KeyUsagePurpose::DecipherOnly => pkix::KeyUsages::DecipherOnly,
    });
    pkix::KeyUsage(bits.fold(FlagSet::default(), |all, bit| all | bit))
}

fn extended_key_usage(usage: ExtendedKeyUsage) -> ObjectIdentifier {
    ObjectIdentifier::from_arcs(usage.arcs().iter().copied()).expect("the table holds identifiers")
}

fn distribution_point(uri: &str) -> Result<DistributionPoint, MintError> {
    let name = GeneralName::UniformResourceIdentifier(der::ia5(uri)?);
    let distribution_point = Some(DistributionPointName::FullName(vec![name]));
    Ok(DistributionPoint { distribution_point, reasons: None, crl_issuer: None })
}

fn basic_constraints(constraints: BasicConstraints) -> pkix::BasicConstraints {
    match constraints {
        BasicConstraints::Authority { path_length } => {
            pkix::BasicConstraints { ca: true, path_len_constraint: path_length }
        }
        BasicConstraints::EndEntity => pkix::BasicConstraints { ca: false, path_len_constraint: None },
    }
}

fn name_constraints(names: &NameConstraints) -> Result<pkix::NameConstraints, MintError> {
    let list = |subtrees: &[NameSubtree]| -> Result<_, MintError> {
        let list: Vec<_> = subtrees.iter().map(subtree).collect::<Result<_, _>>()?;
        // RFC 5280 4.2.1.10: a list that is there is not empty.
        Ok((!list.is_empty()).then_some(list))
    };
    Ok(pkix::NameConstraints {
        permitted_subtrees: list(&names.permitted)?,
        excluded_subtrees: list(&names.excluded)?,
    })
}

fn subtree(names: &NameSubtree) -> Result<GeneralSubtree, MintError> {
    let base = match names {
        NameSubtree::Directory(name) => GeneralName::DirectoryName(Decode::from_der(name.as_der())?),
        NameSubtree::Dns(name) => GeneralName::DnsName(der::ia5(name)?),
        NameSubtree::Email(name) => GeneralName::Rfc822Name(der::ia5(name)?),
        // The address and its mask.
        NameSubtree::Network(address, prefix) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(u32::from(*prefix))).unwrap_or(0);
            let octets = [address.octets(), mask.to_be_bytes()].concat();
            GeneralName::IpAddress(OctetString::new(octets)?)
        }
    };
    Ok(GeneralSubtree { base, minimum: 0, maximum: None })
}
