//! Certificate revocation lists (RFC 5280 5).

use crypto::{HashAlgorithm, Signer};
use pki::{CalendarTime, Name, SerialNumber};
use x509_cert::der::Decode;
use x509_cert::der::asn1::{Any, Uint};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{CrlNumber, CrlReason};

use super::der;
use super::mint::MintError;
use super::specification::{KeyIdentifier, SigningKey};

/// Everything that decides the bytes of a revocation list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevocationListSpecification {
    /// The name of the CA, written byte for byte.
    pub issuer: Name,
    /// The key that signs.
    pub issuer_key: SigningKey,
    /// The hash that is signed over.
    pub signature_hash: HashAlgorithm,
    /// When it was issued.
    pub this_update: CalendarTime,
    /// By when the next one is issued: from then on this one is stale. `None` means that the list does not say.
    pub next_update: Option<CalendarTime>,
    /// The revoked certificates, written in this order.
    pub revoked: Vec<RevokedCertificate>,
    /// The authority key identifier extension (RFC 5280 5.2.1).
    pub authority_key_identifier: Option<KeyIdentifier>,
    /// The CRL number extension (RFC 5280 5.2.3).
    pub number: Option<u64>,
}

/// One entry of a revocation list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevokedCertificate {
    /// The certificate's serial number, written octet for octet.
    pub serial: SerialNumber,
    /// When it was revoked.
    pub date: CalendarTime,
    /// Why, if the list says.
    pub reason: Option<RevocationReason>,
}

/// Why a certificate was revoked (RFC 5280 5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are those of the RFC")]
pub enum RevocationReason {
    Unspecified,
    KeyCompromise,
    CaCompromise,
    AffiliationChanged,
    Superseded,
    CessationOfOperation,
    CertificateHold,
    RemoveFromCrl,
    PrivilegeWithdrawn,
    AaCompromise,
}

/// Makes the list: version 2 if anything in it needs that, else version 1 (RFC 5280 5.1.2.1).
pub(super) fn make(
    specification: &RevocationListSpecification,
    issuer: &dyn Signer,
) -> Result<Vec<u8>, MintError> {
    let hash = specification.signature_hash;
    let extensions = extensions(specification, issuer.public_key())?;
    let has_reasons = specification.revoked.iter().any(|revoked| revoked.reason.is_some());
    let mut fields = Vec::new();
    if has_reasons || !extensions.is_empty() {
        const VERSION_2: u8 = 1;
        fields.push(Any::encode_from(&VERSION_2)?);
    }
    fields.push(der::signature_algorithm(hash, issuer)?);
    fields.push(Any::from_der(specification.issuer.as_der())?);
    fields.push(Any::encode_from(&der::time(specification.this_update)?)?);
    if let Some(next_update) = specification.next_update {
        fields.push(Any::encode_from(&der::time(next_update)?)?);
    }
    // RFC 5280 5.1.2.6: without revoked certificates the list of them is absent.
    if !specification.revoked.is_empty() {
        let entries = specification.revoked.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        fields.push(Any::from_der(&der::sequence(&entries)?)?);
    }
    if !extensions.is_empty() {
        fields.push(der::tagged(0, extensions)?);
    }
    der::signed(&der::sequence(&fields)?, hash, issuer)
}

fn extensions(
    specification: &RevocationListSpecification,
    issuer_key: &[u8],
) -> Result<Vec<Extension>, MintError> {
    let mut extensions = Vec::new();
    if let Some(identifier) = &specification.authority_key_identifier {
        extensions.push(der::authority_key_identifier(identifier, issuer_key)?);
    }
    if let Some(number) = specification.number {
        extensions.push(der::extension(false, &CrlNumber(Uint::new(&number.to_be_bytes())?))?);
    }
    Ok(extensions)
}

fn entry(revoked: &RevokedCertificate) -> Result<Any, MintError> {
    let mut fields = vec![der::serial_number(&revoked.serial)?, Any::encode_from(&der::time(revoked.date)?)?];
    if let Some(reason) = revoked.reason {
        fields.push(Any::encode_from(&vec![der::extension(false, &crl_reason(reason))?])?);
    }
    Ok(Any::from_der(&der::sequence(&fields)?)?)
}

fn crl_reason(reason: RevocationReason) -> CrlReason {
    match reason {
        RevocationReason::Unspecified => CrlReason::Unspecified,
        RevocationReason::KeyCompromise => CrlReason::KeyCompromise,
        RevocationReason::CaCompromise => CrlReason::CaCompromise,
        RevocationReason::AffiliationChanged => CrlReason::AffiliationChanged,
        RevocationReason::Superseded => CrlReason::Superseded,
        RevocationReason::CessationOfOperation => CrlReason::CessationOfOperation,
        RevocationReason::CertificateHold => CrlReason::CertificateHold,
        RevocationReason::RemoveFromCrl => CrlReason::RemoveFromCRL,
        RevocationReason::PrivilegeWithdrawn => CrlReason::PrivilegeWithdrawn,
        RevocationReason::AaCompromise => CrlReason::AaCompromise,
    }
}
