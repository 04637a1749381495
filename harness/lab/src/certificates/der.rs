//! DER that x509-cert's maker of certificates and the maker of revocation lists share.

use std::time::Duration;

use crypto::{HashAlgorithm, Hashes, Real, SignatureScheme, Signer};
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
    let signature = signer.sign(SignatureScheme::RsaPkcs1(hash), contents)?;
    sequence(&[
        Any::from_der(contents)?,
        signature_algorithm(hash)?,
        Any::encode_from(&BitString::from_bytes(&signature)?)?,
    ])
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

/// The AlgorithmIdentifier of RSA signatures over `hash` (RFC 3279 2.2.1, RFC 4055 5).
pub(super) fn signature_algorithm(hash: HashAlgorithm) -> Result<Any, MintError> {
    let last = match hash {
        HashAlgorithm::Md5 => 4,
        HashAlgorithm::Sha1 => 5,
        HashAlgorithm::Sha256 => 11,
        HashAlgorithm::Sha384 => 12,
        HashAlgorithm::Sha512 => 13,
    };
    let pkcs1 = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1");
    let oid = pkcs1.push_arc(last).expect("a known identifier has one more arc");
    Ok(Any::encode_from(&AlgorithmIdentifierOwned { oid, parameters: Some(Null.into()) })?)
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
