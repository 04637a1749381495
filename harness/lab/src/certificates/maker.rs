//! Which of the two makers makes a certificate, and why.

use std::collections::BTreeSet;
use std::fmt;

use crypto::{EllipticCurve, HashAlgorithm, PublicKeyKind};
use pki::Name;
use x509_cert::der::{Decode, Tag, Tagged};

use super::specification::{CertificateSpecification, Extensions, Form, SigningKey};
use crate::keys::KeyKind;

/// A library that makes certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// rcgen: current certificates only.
    Rcgen,
    /// x509-cert: everything that a [`CertificateSpecification`] can say.
    X509Cert,
}

/// Why rcgen cannot make a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeyondRcgen {
    /// It writes version 3 only.
    Version1,
    /// It signs with RSA over SHA-256, SHA-384 and SHA-512 only.
    SignatureHash(HashAlgorithm),
    /// It has no keys on the curve P-521, and signs with ECDSA over the hash of the curve only.
    EllipticCurve,
    /// It writes one attribute in each relative distinguished name.
    MultiValuedName,
    /// It keeps one value of each attribute type in a name: of `o=cisco,o=com` one is lost.
    RepeatedAttribute,
    /// It knows UTF8String, PrintableString and IA5String within their alphabets, and identifiers of ordinary length.
    AttributeValue,
    /// It writes positive numbers in their shortest form.
    SerialNumber,
    /// It always marks the key usage critical.
    KeyUsageNotCritical,
    /// It puts a subject key identifier into every certificate with basic constraints.
    ConstraintsWithoutKeyIdentifier,
    /// It writes name constraints into certificates of CAs only, and not all that old CAs write.
    NameConstraints,
}

impl fmt::Display for BeyondRcgen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version1 => f.write_str("the certificate has X.509 version 1"),
            Self::SignatureHash(hash) => write!(f, "the signature is over {hash}"),
            Self::EllipticCurve => {
                f.write_str("a key is on P-521, or signs over another hash than its curve's")
            }
            Self::MultiValuedName => f.write_str("a name has several attributes in one element"),
            Self::RepeatedAttribute => f.write_str("a name has two attributes of one type"),
            Self::AttributeValue => f.write_str("a name has an unusual attribute value"),
            Self::SerialNumber => f.write_str("the serial number is not a positive number in shortest form"),
            Self::KeyUsageNotCritical => f.write_str("the key usage is not critical"),
            Self::ConstraintsWithoutKeyIdentifier => {
                f.write_str("there are basic constraints, but no subject key identifier")
            }
            Self::NameConstraints => f.write_str("there are name constraints"),
        }
    }
}

impl CertificateSpecification {
    /// The maker of this certificate: rcgen if it can express it, else x509-cert.
    #[must_use]
    pub fn maker(&self) -> Maker {
        match self.beyond_rcgen() {
            None => Maker::Rcgen,
            Some(_) => Maker::X509Cert,
        }
    }

    /// The first reason why rcgen cannot make this certificate, or `None` if it can.
    #[must_use]
    pub fn beyond_rcgen(&self) -> Option<BeyondRcgen> {
        let Form::Version3(extensions) = &self.form else {
            return Some(BeyondRcgen::Version1);
        };
        if matches!(self.signature_hash, HashAlgorithm::Md5 | HashAlgorithm::Sha1) {
            return Some(BeyondRcgen::SignatureHash(self.signature_hash));
        }
        if self.is_beyond_rcgens_curves() {
            return Some(BeyondRcgen::EllipticCurve);
        }
        if !is_shortest_positive(self.serial.contents()) {
            return Some(BeyondRcgen::SerialNumber);
        }
        beyond_rcgen_in_name(&self.issuer)
            .or_else(|| beyond_rcgen_in_name(&self.subject))
            .or_else(|| beyond_rcgen_in_extensions(extensions))
    }
}

impl CertificateSpecification {
    fn is_beyond_rcgens_curves(&self) -> bool {
        let issuer = match &self.issuer_key {
            SigningKey::Lab(key) => curve(key.kind),
            SigningKey::StandIn { public_key_info } => match PublicKeyKind::of(public_key_info) {
                Ok(PublicKeyKind::Ecdsa(curve)) => Some(curve),
                _ => None,
            },
        };
        let curves = [issuer, curve(self.subject_key.kind)];
        curves.contains(&Some(EllipticCurve::P521))
            || issuer.is_some_and(|curve| curve.hash() != self.signature_hash)
    }
}

fn curve(kind: KeyKind) -> Option<EllipticCurve> {
    match kind {
        KeyKind::Ec(curve) => Some(curve),
        KeyKind::Rsa(_) | KeyKind::Ed25519 => None,
    }
}

/// Whether `contents` are those of an INTEGER above 0 in DER (X.690 8.3).
fn is_shortest_positive(contents: &[u8]) -> bool {
    match contents {
        [0, second, ..] => *second >= 0x80,
        [first, ..] => (1..0x80).contains(first),
        [] => false,
    }
}

fn beyond_rcgen_in_extensions(extensions: &Extensions) -> Option<BeyondRcgen> {
    if extensions.key_usage.as_ref().is_some_and(|usage| !usage.is_critical()) {
        return Some(BeyondRcgen::KeyUsageNotCritical);
    }
    if extensions.basic_constraints.is_some() && extensions.subject_key_identifier.is_none() {
        return Some(BeyondRcgen::ConstraintsWithoutKeyIdentifier);
    }
    if !extensions.name_constraints.is_empty() {
        return Some(BeyondRcgen::NameConstraints);
    }
    None
}

fn beyond_rcgen_in_name(name: &Name) -> Option<BeyondRcgen> {
    let Ok(name) = x509_cert::name::Name::from_der(name.as_der()) else {
        return Some(BeyondRcgen::AttributeValue);
    };
    if name.iter_rdn().any(|rdn| rdn.len() > 1) {
        return Some(BeyondRcgen::MultiValuedName);
    }
    let types: BTreeSet<_> = name.iter().map(|attribute| attribute.oid).collect();
    if types.len() < name.len() {
        return Some(BeyondRcgen::RepeatedAttribute);
    }
    let writable = |tag: Tag, text: &[u8]| match (tag, std::str::from_utf8(text)) {
        (Tag::Utf8String, Ok(_)) => true,
        (Tag::PrintableString, Ok(text)) => rcgen::string::PrintableString::try_from(text).is_ok(),
        (Tag::Ia5String, Ok(text)) => text.is_ascii(),
        _ => false,
    };
    let mut values = name.iter().map(|attribute| &attribute.value);
    if values.all(|value| writable(value.tag(), value.value())) {
        None
    } else {
        Some(BeyondRcgen::AttributeValue)
    }
}
