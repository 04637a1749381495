//! DER that x509-cert's maker of certificates and the maker of revocation lists share.

use std::time::Duration;

use crypto::{HashAlgorithm, Hashes, PublicKeyKind, Real, SignatureScheme, Signer};
use pki::{CalendarTime, SerialNumber};
use x509_cert::der::asn1::{Any, BitString, ContextSpecific, Ia5String, Null, OctetString};
use x509_cert::der::{DateTime, Decode, Encode, EncodeValue, Tag, TagMode, TagNumber, Tagged};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, SubjectKeyIdentifier};
use x509_cert::spki::{AlgorithmIdentifierOwned, ObjectIdentifier, SubjectPublicKeyInfoRef};
use x509_cert::time::Time;

use super::mint::MintError;
use super::specification::KeyIdentifier;

/// `SIGNED { contents }` (RFC 5280 4.1): `contents` is the DER to be signed.
pub(super) fn signed(
    contents: &[u8],
    hash: HashAlgorithm,
    signer: &dyn Signer,
) -> Result<Vec<u8>, MintError> {
    let signature = signer.sign(scheme(hash, signer)?, contents)?;
    sequence(&[
        Any::from_der(contents)?,
        signature_algorithm(hash, signer)?,
        Any::encode_from(&BitString::from_bytes(&signature)?)?,
    ])
}

/// How a key signs over `hash`; Ed25519 has no hash to choose.
pub(super) fn scheme(hash: HashAlgorithm, signer: &dyn Signer) -> Result<SignatureScheme, MintError> {
    Ok(match PublicKeyKind::of(signer.public_key())? {
        PublicKeyKind::Rsa { .. } => SignatureScheme::RsaPkcs1(hash),
        PublicKeyKind::Ecdsa(_) => SignatureScheme::Ecdsa(hash),
        PublicKeyKind::Ed25519 => SignatureScheme::Ed25519,
    })
}

/// The DER of a SEQUENCE of `fields`.
///
/// Certificates and lists are put together from encoded fields, and not by x509-cert's own structures, because those
/// sort the sets of a name anew and decide the version by themselves.
pub(super) fn sequence(fields: &[Any]) -> Result<Vec<u8>, MintError> {
    Ok(fields.to_vec().to_der()?)
}

/// The field `value` under the explicit tag `number`.
pub(super) fn tagged<T: EncodeValue + Tagged>(number: u32, value: T) -> Result<Any, MintError> {
    let tagged = ContextSpecific { tag_number: TagNumber(number), tag_mode: TagMode::Explicit, value };
    Ok(Any::encode_from(&tagged)?)
}

/// The AlgorithmIdentifier of a key's signatures over `hash` (RFC 3279 2.2.1 and 2.2.3, RFC 4055 5, RFC 5758 3.2, RFC 8410
/// 3).
pub(super) fn signature_algorithm(hash: HashAlgorithm, signer: &dyn Signer) -> Result<Any, MintError> {
    let scheme = scheme(hash, signer)?;
    let (oid, parameters) = match (scheme, hash) {
        (SignatureScheme::Ed25519, _) => ("1.3.101.112", None),
        (SignatureScheme::Ecdsa(_), HashAlgorithm::Sha1) => ("1.2.840.10045.4.1", None),
        (SignatureScheme::Ecdsa(_), HashAlgorithm::Sha256) => ("1.2.840.10045.4.3.2", None),
        (SignatureScheme::Ecdsa(_), HashAlgorithm::Sha384) => ("1.2.840.10045.4.3.3", None),
        (SignatureScheme::Ecdsa(_), HashAlgorithm::Sha512) => ("1.2.840.10045.4.3.4", None),
        (SignatureScheme::Ecdsa(_), HashAlgorithm::Md5) => {
            let reason = "there is no ECDSA over MD5".to_owned();
            return Err(MintError::Inexpressible { reason });
        }
        (_, HashAlgorithm::Md5) => ("1.2.840.113549.1.1.4", Some(Null.into())),
        (_, HashAlgorithm::Sha1) => ("1.2.840.113549.1.1.5", Some(Null.into())),
        (_, HashAlgorithm::Sha256) => ("1.2.840.113549.1.1.11", Some(Null.into())),
        (_, HashAlgorithm::Sha384) => ("1.2.840.113549.1.1.12", Some(Null.into())),
        (_, HashAlgorithm::Sha512) => ("1.2.840.113549.1.1.13", Some(Null.into())),
    };
    Ok(Any::encode_from(&AlgorithmIdentifierOwned { oid: ObjectIdentifier::new_unwrap(oid), parameters })?)
}

pub(super) fn serial_number(serial: &SerialNumber) -> Result<Any, MintError> {
    Ok(Any::new(Tag::Integer, serial.contents())?)
}

/// UTCTime through 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5).
pub(super) fn time(time: CalendarTime) -> Result<Time, MintError> {
    let date = DateTime::from_unix_duration(since_1970(time)?).map_err(|_| MintError::Time(time))?;
    Ok(date.into())
}

pub(super) fn since_1970(time: CalendarTime) -> Result<Duration, MintError> {
    u64::try_from(time.unix()).map(Duration::from_secs).map_err(|_| MintError::Time(time))
}

pub(super) fn ia5(text: &str) -> Result<Ia5String, MintError> {
    Ia5String::new(text).map_err(|_| MintError::NotAscii(text.to_owned()))
}

/// An extension of type `T` whose value is `value`.
pub(super) fn extension<T: x509_cert::der::oid::AssociatedOid + Encode>(
    critical: bool,
    value: &T,
) -> Result<Extension, MintError> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: OctetString::new(value.to_der()?)? })
}

pub(super) fn authority_key_identifier(
    identifier: &KeyIdentifier,
    issuer_key: &[u8],
) -> Result<Extension, MintError> {
    let identifier = OctetString::new(key_identifier(identifier, issuer_key)?)?;
    extension(false, &AuthorityKeyIdentifier { key_identifier: Some(identifier), ..Default::default() })
}

pub(super) fn subject_key_identifier(
    identifier: &KeyIdentifier,
    subject_key: &[u8],
) -> Result<Extension, MintError> {
    let identifier = OctetString::new(key_identifier(identifier, subject_key)?)?;
    extension(false, &SubjectKeyIdentifier(identifier))
}

/// The content of an extension that nobody knows: NULL.
pub(super) fn unknown_content() -> Result<Vec<u8>, MintError> {
    Ok(Null.to_der()?)
}

/// The bytes of `identifier` for the key with the DER SubjectPublicKeyInfo `public_key_info`.
pub(super) fn key_identifier(
    identifier: &KeyIdentifier,
    public_key_info: &[u8],
) -> Result<Vec<u8>, MintError> {
    match identifier {
        KeyIdentifier::Given(bytes) => Ok(bytes.clone()),
        KeyIdentifier::OfKey => {
            let bits = public_key_bits(public_key_info)?;
            Ok(Real.hash(HashAlgorithm::Sha1, &[&bits]).to_vec())
        }
    }
}

/// The contents of the BIT STRING subjectPublicKey.
pub(super) fn public_key_bits(public_key_info: &[u8]) -> Result<Vec<u8>, MintError> {
    let info = SubjectPublicKeyInfoRef::from_der(public_key_info)?;
    Ok(info.subject_public_key.raw_bytes().to_vec())
}
