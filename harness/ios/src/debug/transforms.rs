//! Transforms in IOS's words: the attributes of ISAKMP and ESP transforms, and ESP suites as transform sets name them.

use std::fmt;

use crypto::CipherAlgorithm;
use ike::{EspCipher, EspIntegrity, TransformPlace, TransformSet};
use wire::PayloadType;
use wire::ikev1::attributes::{
    AuthenticationAlgorithm, AuthenticationMethod, EncapsulationMode, EncryptionAlgorithm, EspTransform,
    HashAlgorithm, LifeType, Phase1Class, Phase2Class,
};
use wire::ikev1::{Attribute, AttributeValue, Payload, Transform, payloads_in};

use super::literals::Literal;
use super::page::{HexWords, Page};

/// A transform in an SA payload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    /// The number of its proposal.
    pub(super) proposal: u8,
    /// The transform.
    pub(super) transform: Transform<'a>,
    /// The type of the payload after it: 3 before another transform, 0 after the last (RFC 2408 3.6).
    pub(super) next: u8,
}

/// The transform at `place` in the SA payload of a decrypted message.
pub(super) fn find(message: &[u8], place: TransformPlace) -> Option<Found<'_>> {
    // RFC 2408 3.1: the header of 28 bytes names the first payload at offset 16.
    let first = PayloadType(*message.get(16)?);
    let association =
        payloads_in(first, message.get(28..)?, 28).find_map(|raw| match raw.ok()?.typed().ok()? {
            Payload::SecurityAssociation(association) => Some(association),
            _ => None,
        })?;
    let proposal = association.proposals().nth(place.proposal)?;
    let mut transforms = proposal.transforms().skip(place.transform);
    let transform = transforms.next()?;
    let next = if transforms.next().is_some() { PayloadType::TRANSFORM.0 } else { 0 };
    Some(Found { proposal: proposal.number, transform, next })
}

/// The lines of an ISAKMP transform's attributes.
pub(super) fn print_isakmp(page: &mut Page<'_>, transform: Transform<'_>) -> fmt::Result {
    transform.attributes().try_for_each(|attribute| print_isakmp_attribute(page, attribute))
}

fn print_isakmp_attribute(page: &mut Page<'_>, attribute: Attribute<'_>) -> fmt::Result {
    let number = small(attribute);
    match Phase1Class(attribute.class) {
        Phase1Class::ENCRYPTION_ALGORITHM => {
            named(page, Literal::Encryption, EncryptionAlgorithm(number).name())
        }
        Phase1Class::KEY_LENGTH => page.line(Literal::KeyLength, &[("value", &number)]),
        Phase1Class::HASH_ALGORITHM => named(page, Literal::Hash, hash_name(HashAlgorithm(number))),
        Phase1Class::GROUP_DESCRIPTION => page.line(Literal::Group, &[("value", &number)]),
        Phase1Class::AUTHENTICATION_METHOD => match AuthenticationMethod(number) {
            AuthenticationMethod::RSA_SIGNATURES => page.lines(&[Literal::AuthenticationRsa]),
            AuthenticationMethod::PRE_SHARED_KEY => named(page, Literal::Authentication, Some("pre-share")),
            _ => Ok(()),
        },
        Phase1Class::LIFE_TYPE => named(page, Literal::LifeType, LifeType(number).name()),
        Phase1Class::LIFE_DURATION => {
            duration(page, attribute, Literal::LifeDurationBasic, Literal::LifeDurationVariable)
        }
        _ => Ok(()),
    }
}

/// The lines that follow when an ISAKMP transform is taken: its lifetime in seconds.
pub(super) fn print_lifetime(page: &mut Page<'_>, transform: Transform<'_>) -> fmt::Result {
    let duration = |attribute: &Attribute<'_>| Phase1Class(attribute.class) == Phase1Class::LIFE_DURATION;
    let Some(Attribute { value, .. }) = transform.attributes().find(duration) else { return Ok(()) };
    let Some(seconds) = value.number() else { return Ok(()) };
    match value {
        AttributeValue::Long(bytes) => {
            page.line(Literal::LifetimeFilled, &[("length", &bytes.len()), ("seconds", &seconds)])?;
        }
        AttributeValue::Short(_) => page.line(Literal::LifetimeBasic, &[("seconds", &seconds)])?,
    }
    page.line(Literal::LifetimeActual, &[("seconds", &seconds)])?;
    page.line(Literal::LifetimeTimer, &[("seconds", &seconds)])
}

/// Whether a transform is of the cipher that a policy wants, be it with another key length.
pub(super) fn is_same_cipher(transform: Transform<'_>, wanted: CipherAlgorithm) -> bool {
    let wanted = match wanted {
        CipherAlgorithm::DesCbc => EncryptionAlgorithm::DES_CBC,
        CipherAlgorithm::TripleDesCbc => EncryptionAlgorithm::TRIPLE_DES_CBC,
        CipherAlgorithm::AesCbc128 | CipherAlgorithm::AesCbc192 | CipherAlgorithm::AesCbc256 => {
            EncryptionAlgorithm::AES_CBC
        }
    };
    transform.attributes().any(|attribute| {
        Phase1Class(attribute.class) == Phase1Class::ENCRYPTION_ALGORITHM && small(attribute) == wanted.0
    })
}

/// The lines of an ESP transform: its name and attributes.
pub(super) fn print_esp(page: &mut Page<'_>, transform: Transform<'_>) -> fmt::Result {
    let Some(name) = esp_name(EspTransform(transform.id)) else { return Ok(()) };
    page.line(Literal::IpsecTransform, &[("transform", &transform.number), ("value", &name)])?;
    transform.attributes().try_for_each(|attribute| print_esp_attribute(page, attribute))
}

fn print_esp_attribute(page: &mut Page<'_>, attribute: Attribute<'_>) -> fmt::Result {
    let number = small(attribute);
    match Phase2Class(attribute.class) {
        Phase2Class::ENCAPSULATION_MODE => match encapsulation_name(EncapsulationMode(number)) {
            Some(name) => page.line(Literal::Encapsulation, &[("value", &format_args!("{number} ({name})"))]),
            None => Ok(()),
        },
        Phase2Class::SA_LIFE_TYPE => named(page, Literal::SaLifeType, LifeType(number).name()),
        Phase2Class::SA_LIFE_DURATION => {
            duration(page, attribute, Literal::SaLifeDurationBasic, Literal::SaLifeDurationVariable)
        }
        Phase2Class::AUTHENTICATION_ALGORITHM => {
            named(page, Literal::Authenticator, authenticator_name(AuthenticationAlgorithm(number)))
        }
        Phase2Class::KEY_LENGTH => page.line(Literal::IpsecKeyLength, &[("value", &number)]),
        Phase2Class::GROUP_DESCRIPTION => page.line(Literal::IpsecGroup, &[("value", &number)]),
        _ => Ok(()),
    }
}

fn named(page: &mut Page<'_>, literal: Literal, name: Option<&'static str>) -> fmt::Result {
    name.map_or(Ok(()), |name| page.line(literal, &[("value", &name)]))
}

fn duration(page: &mut Page<'_>, attribute: Attribute<'_>, basic: Literal, variable: Literal) -> fmt::Result {
    match attribute.value {
        AttributeValue::Short(number) => page.line(basic, &[("value", &number)]),
        AttributeValue::Long(bytes) => page.line(variable, &[("value", &HexWords(bytes))]),
    }
}

/// The value of an attribute that names something; 0, which names nothing, where it is longer.
fn small(attribute: Attribute<'_>) -> u16 {
    attribute.value.number().and_then(|number| u16::try_from(number).ok()).unwrap_or(0)
}

const fn hash_name(hash: HashAlgorithm) -> Option<&'static str> {
    match hash {
        HashAlgorithm::MD5 => Some("MD5"),
        HashAlgorithm::SHA => Some("SHA"),
        HashAlgorithm::SHA2_256 => Some("SHA256"),
        HashAlgorithm::SHA2_384 => Some("SHA384"),
        HashAlgorithm::SHA2_512 => Some("SHA512"),
        _ => None,
    }
}

const fn esp_name(transform: EspTransform) -> Option<&'static str> {
    match transform {
        EspTransform::DES => Some("ESP_DES"),
        EspTransform::TRIPLE_DES => Some("ESP_3DES"),
        EspTransform::NULL => Some("ESP_NULL"),
        EspTransform::AES_CBC => Some("ESP_AES"),
        _ => None,
    }
}

const fn encapsulation_name(mode: EncapsulationMode) -> Option<&'static str> {
    match mode {
        EncapsulationMode::TUNNEL => Some("Tunnel"),
        EncapsulationMode::TRANSPORT => Some("Transport"),
        EncapsulationMode::UDP_ENCAPSULATED_TUNNEL => Some("Tunnel-UDP"),
        EncapsulationMode::UDP_ENCAPSULATED_TRANSPORT => Some("Transport-UDP"),
        _ => None,
    }
}

const fn authenticator_name(algorithm: AuthenticationAlgorithm) -> Option<&'static str> {
    match algorithm {
        AuthenticationAlgorithm::HMAC_MD5 => Some("HMAC-MD5"),
        AuthenticationAlgorithm::HMAC_SHA => Some("HMAC-SHA"),
        AuthenticationAlgorithm::HMAC_SHA2_256 => Some("HMAC-SHA256"),
        AuthenticationAlgorithm::HMAC_SHA2_384 => Some("HMAC-SHA384"),
        AuthenticationAlgorithm::HMAC_SHA2_512 => Some("HMAC-SHA512"),
        _ => None,
    }
}

/// The transforms of a set as `crypto ipsec transform-set` names them: `esp-aes 256 esp-sha256-hmac`.
#[must_use]
pub fn transform_set_words(set: &TransformSet) -> String {
    EspSuite::of_transform_set(set).words
}

/// An ESP suite in the words of `crypto ipsec transform-set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EspSuite {
    /// `esp-aes 256 esp-sha256-hmac`.
    pub(super) words: String,
    /// The length of a variable-length key in bits, else 0.
    pub(super) key_size: u16,
    /// `Tunnel`, `Transport` and so on.
    pub(super) encapsulation: &'static str,
}

impl EspSuite {
    /// The suite of a configured transform set.
    pub(super) fn of_transform_set(set: &TransformSet) -> Self {
        Self::new(Some(set.cipher), set.integrity, if set.tunnel_mode { "Tunnel" } else { "Transport" })
    }

    /// The suite of a proposed transform.
    pub(super) fn of_transform(transform: Transform<'_>) -> Self {
        let value =
            |class| transform.attributes().find(|attribute| Phase2Class(attribute.class) == class).map(small);
        let key_length = value(Phase2Class::KEY_LENGTH).unwrap_or(128);
        let cipher = match EspTransform(transform.id) {
            EspTransform::DES => Some(EspCipher::Des),
            EspTransform::TRIPLE_DES => Some(EspCipher::TripleDes),
            EspTransform::NULL => Some(EspCipher::Null),
            EspTransform::AES_CBC => Some(EspCipher::Aes(key_length)),
            EspTransform::AES_GCM_16 => Some(EspCipher::AesGcm16(key_length)),
            _ => None,
        };
        let integrity = match value(Phase2Class::AUTHENTICATION_ALGORITHM).map(AuthenticationAlgorithm) {
            Some(AuthenticationAlgorithm::HMAC_MD5) => Some(EspIntegrity::HmacMd5),
            Some(AuthenticationAlgorithm::HMAC_SHA) => Some(EspIntegrity::HmacSha1),
            Some(AuthenticationAlgorithm::HMAC_SHA2_256) => Some(EspIntegrity::HmacSha256),
            Some(AuthenticationAlgorithm::HMAC_SHA2_384) => Some(EspIntegrity::HmacSha384),
            Some(AuthenticationAlgorithm::HMAC_SHA2_512) => Some(EspIntegrity::HmacSha512),
            _ => None,
        };
        let mode = value(Phase2Class::ENCAPSULATION_MODE).map(EncapsulationMode);
        Self::new(cipher, integrity, mode.and_then(encapsulation_name).unwrap_or("Tunnel"))
    }

    /// A suite by its parts; no cipher is one that has no words.
    pub(super) fn new(
        cipher: Option<EspCipher>,
        integrity: Option<EspIntegrity>,
        encapsulation: &'static str,
    ) -> Self {
        let (name, key_size) = match cipher {
            None => ("NONE", 0),
            Some(EspCipher::Null) => ("esp-null", 0),
            Some(EspCipher::Des) => ("esp-des", 0),
            Some(EspCipher::TripleDes) => ("esp-3des", 0),
            Some(EspCipher::Aes(bits)) => ("esp-aes", bits),
            Some(EspCipher::AesGcm16(bits)) => ("esp-gcm", bits),
        };
        // `esp-aes` alone is the one with 128 bits.
        let mut words = if key_size > 128 { format!("{name} {key_size}") } else { name.to_owned() };
        let integrity = match integrity {
            None => "",
            Some(EspIntegrity::HmacMd5) => " esp-md5-hmac",
            Some(EspIntegrity::HmacSha1) => " esp-sha-hmac",
            Some(EspIntegrity::HmacSha256) => " esp-sha256-hmac",
            Some(EspIntegrity::HmacSha384) => " esp-sha384-hmac",
            Some(EspIntegrity::HmacSha512) => " esp-sha512-hmac",
        };
        words.push_str(integrity);
        Self { words, key_size, encapsulation }
    }
}
