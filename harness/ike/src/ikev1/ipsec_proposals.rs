//! The proposals of Quick Mode: what the transform sets of a protection offer, and which offer they accept.

use crypto::Group;
use wire::ikev1::attributes::{
    AuthenticationAlgorithm, EncapsulationMode, EspTransform, LifeType, Phase2Class,
};
use wire::ikev1::owned::{Attribute, Proposal, SecurityAssociation as Offer, Transform};
use wire::ikev1::{ProtocolId, SecurityAssociation, SecurityAssociationBuf, Transform as TransformView};

use crate::event::{EventKind, TransformPlace};
use crate::ids::ProtectionId;
use crate::origin::Origin;
use crate::router::{EspCipher, EspIntegrity, Protection, TransformSet};
use crate::state::Role;

use super::Context;

/// The SA payload of QM1: one proposal with one transform for each transform set (RFC 2409 5.5).
pub(super) fn offer(protection: &Protection, encapsulated: bool, spi: [u8; 4]) -> SecurityAssociationBuf {
    let proposals = protection.transform_sets.iter().zip(1..=u8::MAX).map(|(set, number)| Proposal {
        number,
        protocol: ProtocolId::IPSEC_ESP,
        spi: spi.to_vec(),
        transforms: vec![transform_of(protection, set, encapsulated)],
    });
    Offer::ipsec(proposals.collect()).encode().expect("at most 255 short proposals fit into a payload")
}

/// The attributes in the order in which IOS writes them.
fn transform_of(protection: &Protection, set: &TransformSet, encapsulated: bool) -> Transform {
    let (id, key_bits) = cipher_numbers(set.cipher);
    let mut attributes = vec![
        Attribute::short(Phase2Class::ENCAPSULATION_MODE.0, encapsulation(set, encapsulated).0),
        Attribute::short(Phase2Class::SA_LIFE_TYPE.0, LifeType::SECONDS.0),
        duration(protection.lifetime_seconds.value),
        Attribute::short(Phase2Class::SA_LIFE_TYPE.0, LifeType::KILOBYTES.0),
        duration(protection.lifetime_kilobytes.value),
    ];
    if let Some(integrity) = set.integrity {
        attributes
            .push(Attribute::short(Phase2Class::AUTHENTICATION_ALGORITHM.0, integrity_number(integrity).0));
    }
    attributes.extend(key_bits.map(|bits| Attribute::short(Phase2Class::KEY_LENGTH.0, bits)));
    if let Some(group) = protection.pfs {
        attributes.push(Attribute::short(Phase2Class::GROUP_DESCRIPTION.0, group.value.number()));
    }
    Transform { number: 1, id: id.0, attributes }
}

/// A lifetime in the short form where it fits, as IOS writes it ("basic" and "VPI" in its debug output).
fn duration(value: u32) -> Attribute {
    let class = Phase2Class::SA_LIFE_DURATION.0;
    match u16::try_from(value) {
        Ok(short) => Attribute::short(class, short),
        Err(_) => Attribute::long(class, value.to_be_bytes()),
    }
}

/// SPIs below are reserved (RFC 4303 2.1).
pub(super) const LEAST_SPI: u32 = 256;

/// A transform of an offer that was accepted.
pub(super) struct Acceptance {
    pub(super) place: TransformPlace,
    /// The peer's SPI.
    pub(super) spi: [u8; 4],
    /// The group of perfect forward secrecy.
    pub(super) group: Option<Group>,
}

/// Holds the peer's ESP proposals against the transform sets of a protection, in the peer's order.
pub(super) fn accept(
    context: &mut Context<'_>,
    id: ProtectionId,
    encapsulated: bool,
    offered: SecurityAssociation<'_>,
) -> Option<Acceptance> {
    let protection = context.router.protection(id);
    for (proposal, content) in offered.proposals().enumerate() {
        // RFC 2408 4.2: proposals of one number are offered together, and ESP alone is what is spoken here.
        let together = offered.proposals().filter(|other| other.number == content.number).count();
        let spi = <[u8; 4]>::try_from(content.spi).ok().filter(|spi| u32::from_be_bytes(*spi) >= LEAST_SPI);
        let (Some(spi), 1) = (spi, together) else { continue };
        for (transform, view) in content.transforms().enumerate() {
            let place = TransformPlace { proposal, transform };
            let esp = content.protocol == ProtocolId::IPSEC_ESP;
            let mut sets = protection.transform_sets.iter();
            let any = esp && sets.any(|set| fits(set, encapsulated, view));
            let group = forward_secrecy(protection, context.role, view).filter(|_| any);
            let accepted = group.is_some();
            context.emit(EventKind::ChildProposalChecked { protection: id, transform: place, accepted });
            if let Some(group) = group {
                return Some(Acceptance { place, spi, group });
            }
        }
    }
    None
}

/// The line `set pfs`, where a transform set fits the offer and that line alone keeps it from being accepted (DEF-5).
pub(super) fn wanted_forward_secrecy(
    protection: &Protection,
    encapsulated: bool,
    offered: SecurityAssociation<'_>,
) -> Option<Origin> {
    let mut proposals = offered.proposals().filter(|content| content.protocol == ProtocolId::IPSEC_ESP);
    let fits_a_set = |view| protection.transform_sets.iter().any(|set| fits(set, encapsulated, view));
    let any = proposals.any(|content| content.transforms().any(fits_a_set));
    protection.pfs.filter(|_| any).map(|group| group.origin)
}

/// The SA payload of QM2: the accepted transform as it was offered, with our SPI.
pub(super) fn reply(
    offered: SecurityAssociation<'_>,
    place: TransformPlace,
    spi: [u8; 4],
) -> Option<SecurityAssociationBuf> {
    let proposal = offered.proposals().nth(place.proposal)?;
    let transform = proposal.transforms().nth(place.transform)?;
    let mut chosen = Proposal::from(proposal);
    chosen.transforms = vec![Transform::from(transform)];
    chosen.spi = spi.to_vec();
    let reply = Offer { proposals: vec![chosen], ..Offer::from(offered) };
    reply.encode().ok()
}

/// The group of perfect forward secrecy that comes of an offer, if the offer will do: that of `set pfs`; a responder
/// without that line takes any group, or none (DEF-5).
fn forward_secrecy(protection: &Protection, role: Role, offered: TransformView<'_>) -> Option<Option<Group>> {
    let Some(number) = value(offered, Phase2Class::GROUP_DESCRIPTION) else {
        return if protection.pfs.is_none() { Some(None) } else { None };
    };
    let group = number.and_then(|number| Group::from_number(u16::try_from(number).ok()?))?;
    let taken = match protection.pfs {
        Some(own) => own.value == group,
        None => role == Role::Responder,
    };
    taken.then_some(Some(group))
}

/// The value of an attribute, if it is there; none where it is longer than a number.
fn value(offered: TransformView<'_>, class: Phase2Class) -> Option<Option<u64>> {
    let mut attributes = offered.attributes();
    attributes.find(|attribute| attribute.class == class.0).map(|attribute| attribute.value.number())
}

fn fits(set: &TransformSet, encapsulated: bool, offered: TransformView<'_>) -> bool {
    let (id, key_bits) = cipher_numbers(set.cipher);
    let is =
        |class, wanted: Option<u16>| value(offered, class) == wanted.map(|number| Some(u64::from(number)));
    let known = |class| {
        [
            Phase2Class::SA_LIFE_TYPE,
            Phase2Class::SA_LIFE_DURATION,
            Phase2Class::GROUP_DESCRIPTION,
            Phase2Class::ENCAPSULATION_MODE,
            Phase2Class::AUTHENTICATION_ALGORITHM,
            Phase2Class::KEY_LENGTH,
        ]
        .contains(&Phase2Class(class))
    };
    // What is not understood must not be accepted (RFC 2408 4.2).
    let all_known = offered.attributes().all(|attribute| known(attribute.class));
    let same_mode = is(Phase2Class::ENCAPSULATION_MODE, Some(encapsulation(set, encapsulated).0));
    all_known
        && offered.id == id.0
        && is(Phase2Class::KEY_LENGTH, key_bits)
        && is(Phase2Class::AUTHENTICATION_ALGORITHM, set.integrity.map(|one| integrity_number(one).0))
        && same_mode
}

fn encapsulation(set: &TransformSet, encapsulated: bool) -> EncapsulationMode {
    // RFC 3947 5.1: behind a NAT the modes have other numbers.
    match (set.tunnel_mode, encapsulated) {
        (true, false) => EncapsulationMode::TUNNEL,
        (false, false) => EncapsulationMode::TRANSPORT,
        (true, true) => EncapsulationMode::UDP_ENCAPSULATED_TUNNEL,
        (false, true) => EncapsulationMode::UDP_ENCAPSULATED_TRANSPORT,
    }
}

fn cipher_numbers(cipher: EspCipher) -> (EspTransform, Option<u16>) {
    match cipher {
        EspCipher::Null => (EspTransform::NULL, None),
        EspCipher::Des => (EspTransform::DES, None),
        EspCipher::TripleDes => (EspTransform::TRIPLE_DES, None),
        EspCipher::Aes(bits) => (EspTransform::AES_CBC, Some(bits)),
        EspCipher::AesGcm16(bits) => (EspTransform::AES_GCM_16, Some(bits)),
    }
}

fn integrity_number(integrity: EspIntegrity) -> AuthenticationAlgorithm {
    match integrity {
        EspIntegrity::HmacMd5 => AuthenticationAlgorithm::HMAC_MD5,
        EspIntegrity::HmacSha1 => AuthenticationAlgorithm::HMAC_SHA,
        EspIntegrity::HmacSha256 => AuthenticationAlgorithm::HMAC_SHA2_256,
        EspIntegrity::HmacSha384 => AuthenticationAlgorithm::HMAC_SHA2_384,
        EspIntegrity::HmacSha512 => AuthenticationAlgorithm::HMAC_SHA2_512,
    }
}
