//! What the tester offers and chooses: the transforms of phase 1, and the SA payload of Quick Mode.

use crypto::{CipherAlgorithm, Group, HashAlgorithm};
use wire::ikev1::attributes::{
    AuthenticationAlgorithm, AuthenticationMethod, EncapsulationMode, EncryptionAlgorithm, EspTransform,
    HashAlgorithm as HashNumber, IsakmpTransform, LifeType, Phase1Class, Phase2Class,
};
use wire::ikev1::owned::{Attribute, AttributeValue, Proposal, SecurityAssociation, Transform};
use wire::ikev1::{ProtocolId, SecurityAssociationBuf};

use super::exchange::FITS;

/// A phase 1 transform for a suite.
#[must_use]
pub(crate) fn transform(number: u8, suite: (CipherAlgorithm, HashAlgorithm, Group)) -> Transform {
    let (cipher, hash, group) = suite;
    let (encryption, key_length) = match cipher {
        CipherAlgorithm::DesCbc => (EncryptionAlgorithm::DES_CBC, None),
        CipherAlgorithm::TripleDesCbc => (EncryptionAlgorithm::TRIPLE_DES_CBC, None),
        CipherAlgorithm::AesCbc128 => (EncryptionAlgorithm::AES_CBC, Some(128_u16)),
        CipherAlgorithm::AesCbc192 => (EncryptionAlgorithm::AES_CBC, Some(192)),
        CipherAlgorithm::AesCbc256 => (EncryptionAlgorithm::AES_CBC, Some(256)),
    };
    let hash = match hash {
        HashAlgorithm::Md5 => HashNumber::MD5,
        HashAlgorithm::Sha1 => HashNumber::SHA,
        HashAlgorithm::Sha256 => HashNumber::SHA2_256,
        HashAlgorithm::Sha384 => HashNumber::SHA2_384,
        HashAlgorithm::Sha512 => HashNumber::SHA2_512,
    };
    let mut attributes = vec![
        Attribute::short(Phase1Class::ENCRYPTION_ALGORITHM.0, encryption.0),
        Attribute::short(Phase1Class::HASH_ALGORITHM.0, hash.0),
        Attribute::short(Phase1Class::GROUP_DESCRIPTION.0, group.number()),
        Attribute::short(Phase1Class::AUTHENTICATION_METHOD.0, AuthenticationMethod::RSA_SIGNATURES.0),
        Attribute::short(Phase1Class::LIFE_TYPE.0, LifeType::SECONDS.0),
        Attribute::long(Phase1Class::LIFE_DURATION.0, LIFETIME.to_be_bytes()),
    ];
    attributes.extend(key_length.map(|bits| Attribute::short(Phase1Class::KEY_LENGTH.0, bits)));
    Transform { number, id: IsakmpTransform::KEY_IKE.0, attributes }
}

/// A lifetime that no implementation has by default, in seconds.
const LIFETIME: u32 = 28_123;

/// The suite of a transform, if the tester has it.
pub(super) fn suite_of(transform: &Transform) -> Option<(CipherAlgorithm, HashAlgorithm, Group)> {
    let value = |class: Phase1Class| {
        let found = transform.attributes.iter().find(|attribute| attribute.class == class.0)?;
        match &found.value {
            AttributeValue::Short(value) => Some(*value),
            AttributeValue::Long(_) => None,
        }
    };
    let cipher = match (
        EncryptionAlgorithm(value(Phase1Class::ENCRYPTION_ALGORITHM)?),
        value(Phase1Class::KEY_LENGTH),
    ) {
        (EncryptionAlgorithm::TRIPLE_DES_CBC, None) => CipherAlgorithm::TripleDesCbc,
        (EncryptionAlgorithm::AES_CBC, Some(128)) => CipherAlgorithm::AesCbc128,
        (EncryptionAlgorithm::AES_CBC, Some(256)) => CipherAlgorithm::AesCbc256,
        _ => return None,
    };
    let hash = match HashNumber(value(Phase1Class::HASH_ALGORITHM)?) {
        HashNumber::MD5 => HashAlgorithm::Md5,
        HashNumber::SHA => HashAlgorithm::Sha1,
        HashNumber::SHA2_256 => HashAlgorithm::Sha256,
        _ => return None,
    };
    Some((cipher, hash, Group::from_number(value(Phase1Class::GROUP_DESCRIPTION)?)?))
}

/// The SA payload of QM1.
pub(super) fn child_offer(cipher: EspTransform, spi: [u8; 4]) -> SecurityAssociationBuf {
    let attributes = vec![
        Attribute::short(Phase2Class::SA_LIFE_TYPE.0, LifeType::SECONDS.0),
        Attribute::short(Phase2Class::SA_LIFE_DURATION.0, 3600_u16),
        Attribute::short(Phase2Class::ENCAPSULATION_MODE.0, EncapsulationMode::TUNNEL.0),
        Attribute::short(Phase2Class::AUTHENTICATION_ALGORITHM.0, AuthenticationAlgorithm::HMAC_SHA2_256.0),
        Attribute::short(Phase2Class::KEY_LENGTH.0, 128_u16),
    ];
    let transforms = vec![Transform { number: 1, id: cipher.0, attributes }];
    let proposal = Proposal { number: 1, protocol: ProtocolId::IPSEC_ESP, spi: spi.to_vec(), transforms };
    SecurityAssociation::ipsec(vec![proposal]).encode().expect(FITS)
}
