//! The proposals of the IKE SA: what the policy for an address offers, and which offer it accepts (RFC 7296 2.7, 3.3).

use crypto::{
    AeadAlgorithm, AeadMode, CipherAlgorithm, Group, HashAlgorithm, IntegrityAlgorithm, SymmetricCipher,
    TagLength,
};
use wire::ikev2::owned::{Proposal, SecurityAssociation as Offer, Transform};
use wire::ikev2::transforms::{
    Algorithm, EncryptionAlgorithm, IntegrityAlgorithm as IntegrityNumber, PseudorandomFunction,
    TransformType,
};
use wire::ikev2::{
    Proposal as ProposalView, ProtocolId, SecurityAssociation, SecurityAssociationBuf,
    Transform as TransformView,
};

use crate::context::Context;
use crate::event::{EventKind, Ikev2Event, Ikev2TransformKind};
use crate::ids::{Ikev2PolicyId, Ikev2ProposalId};
use crate::keys::ikev2::{IkeSaAlgorithms, MessageProtection};
use crate::router::{Ikev2Proposal, Router};

/// What IKE_SA_INIT has settled on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) algorithms: IkeSaAlgorithms,
    pub(super) group: Group,
}

/// The complete proposals of a policy, best first.
fn usable(router: &Router, policy: Ikev2PolicyId) -> impl Iterator<Item = (Ikev2ProposalId, &Ikev2Proposal)> {
    let ids = router.ikev2_policy(policy).proposals.iter().map(|named| named.value);
    ids.map(|id| (id, router.ikev2_proposal(id))).filter(|(_, proposal)| proposal.is_complete())
}

/// Whether the policy has something to offer.
pub(crate) fn any_usable(router: &Router, policy: Ikev2PolicyId) -> bool {
    usable(router, policy).next().is_some()
}

/// The groups that a policy offers, the preferred first.
pub(super) fn groups(router: &Router, policy: Ikev2PolicyId) -> Vec<Group> {
    usable(router, policy).flat_map(|(_, one)| one.groups.iter().map(|group| group.value)).collect()
}

/// How many proposals are offered at most: each of them has less than 50 transforms of 12 bytes.
const MOST_PROPOSALS: u8 = 100;

/// The SA payload of the IKE_SA_INIT request. Ciphers that authenticate and others stand in proposals of their own (RFC
/// 7296 3.3).
pub(super) fn offer(router: &Router, policy: Ikev2PolicyId) -> SecurityAssociationBuf {
    let proposals = numbered(router, policy).map(|(number, _, transforms)| Proposal {
        number,
        protocol: ProtocolId::IKE,
        spi: Vec::new(),
        transforms,
    });
    Offer { proposals: proposals.collect() }
        .encode()
        .expect("so many proposals, of transforms that differ, fit into a payload")
}

/// What is offered: the number, whose it is, the transforms.
fn numbered(
    router: &Router,
    policy: Ikev2PolicyId,
) -> impl Iterator<Item = (u8, Ikev2ProposalId, Vec<Transform>)> {
    let contents = usable(router, policy).flat_map(|(id, proposal)| {
        let kinds = [false, true].map(|authenticated| transforms_of(proposal, authenticated));
        kinds.into_iter().flatten().map(move |transforms| (id, transforms))
    });
    (1..=MOST_PROPOSALS).zip(contents).map(|(number, (id, transforms))| (number, id, transforms))
}

/// ENCR, PRF, INTEG, D-H: in the order of IOS; none where the proposal has no cipher of the kind.
fn transforms_of(proposal: &Ikev2Proposal, authenticated: bool) -> Option<Vec<Transform>> {
    let is_authenticated = |cipher: &SymmetricCipher| matches!(cipher, SymmetricCipher::Aead(_));
    let ciphers = proposal.ciphers.iter().map(|cipher| cipher.value);
    let mut transforms: Vec<Transform> =
        ciphers.filter(|cipher| is_authenticated(cipher) == authenticated).map(cipher_transform).collect();
    if transforms.is_empty() {
        return None;
    }
    let prfs = proposal.pseudo_random_functions().iter();
    transforms.extend(prfs.map(|prf| Transform::new(prf_number(prf.value))));
    if !authenticated {
        let integrity = proposal.integrity.iter();
        transforms.extend(integrity.map(|hash| Transform::new(integrity_number(integrity_of(hash.value)))));
    }
    let groups = proposal.groups.iter();
    transforms.extend(groups.map(|group| Transform::new(wire::Group(group.value.number()))));
    // What a line names twice is offered once.
    let mut offered: Vec<Transform> = Vec::new();
    for transform in transforms {
        if !offered.contains(&transform) {
            offered.push(transform);
        }
    }
    Some(offered)
}

/// An offer that was accepted: what it settles, and the SA payload that says so.
pub(super) struct Acceptance {
    pub(super) parameters: Parameters,
    pub(super) reply: SecurityAssociationBuf,
}

/// Holds the peer's proposals against those of the policy: the best of ours that accepts one decides.
pub(super) fn accept(
    context: &mut Context<'_>,
    policy: Ikev2PolicyId,
    offered: SecurityAssociation<'_>,
) -> Option<Acceptance> {
    let router = context.router;
    for (proposal, own) in usable(router, policy) {
        for (position, theirs) in offered.proposals().enumerate() {
            let choice = choose(own, &theirs);
            let mismatch = choice.as_ref().err().copied();
            context.emit(EventKind::Ikev2(Ikev2Event::ProposalChecked { proposal, position, mismatch }));
            if let Ok((parameters, transforms)) = choice {
                let chosen = Proposal { transforms, ..Proposal::from(theirs) };
                let reply = Offer { proposals: vec![chosen] }.encode().ok()?;
                return Some(Acceptance { parameters, reply });
            }
        }
    }
    context.emit(EventKind::NoProposalChosen);
    None
}

/// What the responder has chosen, if it is something that was offered: one proposal, one transform of each type (RFC 7296
/// 2.7).
pub(super) fn chosen(
    context: &mut Context<'_>,
    policy: Ikev2PolicyId,
    returned: SecurityAssociation<'_>,
) -> Option<Parameters> {
    let theirs = single(returned)?;
    // RFC 7296 3.3.1: the number is that of the proposal that was accepted.
    let offered = numbered(context.router, policy).find(|(number, ..)| *number == theirs.number);
    let choice = offered.and_then(|(_, proposal, transforms)| {
        let none = Transform::new(IntegrityNumber::NONE);
        let is_offered = |one: TransformView<'_>| {
            transforms.iter().chain(std::iter::once(&none)).any(|wanted| is(&one, wanted))
        };
        let choice = choose(context.router.ikev2_proposal(proposal), &theirs);
        let mismatch = choice.as_ref().err().copied();
        context.emit(EventKind::Ikev2(Ikev2Event::ProposalChecked { proposal, position: 0, mismatch }));
        choice.ok().filter(|_| theirs.transforms().all(is_offered))
    });
    if choice.is_none() {
        context.emit(EventKind::NoProposalChosen);
    }
    choice.map(|(parameters, _)| parameters)
}

/// The one proposal of a choice, which has one transform of each type (RFC 7296 2.7).
pub(super) fn single(returned: SecurityAssociation<'_>) -> Option<ProposalView<'_>> {
    let mut proposals = returned.proposals();
    let (Some(proposal), None) = (proposals.next(), proposals.next()) else { return None };
    let types = || proposal.transforms().map(|transform| transform.transform_type);
    let single = types().all(|one| types().filter(|other| *other == one).count() == 1);
    single.then_some(proposal)
}

/// The first of our alternatives of each kind that the peer offers too.
fn choose(
    own: &Ikev2Proposal,
    theirs: &ProposalView<'_>,
) -> Result<(Parameters, Vec<Transform>), Ikev2TransformKind> {
    if theirs.protocol != ProtocolId::IKE {
        return Err(Ikev2TransformKind::Unknown(0));
    }
    // RFC 7296 3.3.6: a proposal with a type that is not understood is refused as a whole.
    let known = [
        TransformType::ENCRYPTION_ALGORITHM,
        TransformType::PSEUDORANDOM_FUNCTION,
        TransformType::INTEGRITY_ALGORITHM,
        TransformType::KEY_EXCHANGE_METHOD,
    ];
    if let Some(other) = theirs.transforms().find(|one| !known.contains(&one.transform_type)) {
        return Err(Ikev2TransformKind::Unknown(other.transform_type.0));
    }
    let offers = |wanted: &Transform| theirs.transforms().any(|one| is(&one, wanted));
    let ciphers = own.ciphers.iter().map(|cipher| cipher.value);
    let (cipher, encryption) = ciphers
        .map(|cipher| (cipher, cipher_transform(cipher)))
        .find(|(_, wanted)| offers(wanted))
        .ok_or(Ikev2TransformKind::Encryption)?;
    let prfs = own.pseudo_random_functions().iter().map(|prf| prf.value);
    let (prf, pseudo_random) = prfs
        .map(|prf| (prf, Transform::new(prf_number(prf))))
        .find(|(_, wanted)| offers(wanted))
        .ok_or(Ikev2TransformKind::PseudoRandomFunction)?;
    let (integrity, checksum) = choose_integrity(own, theirs, cipher)?;
    let groups = own.groups.iter().map(|group| group.value);
    let (group, exchange) = groups
        .map(|group| (group, Transform::new(wire::Group(group.number()))))
        .find(|(_, wanted)| offers(wanted))
        .ok_or(Ikev2TransformKind::Group)?;
    let protection = MessageProtection::new(cipher, integrity).ok_or(Ikev2TransformKind::Integrity)?;
    let parameters = Parameters { algorithms: IkeSaAlgorithms { prf, protection }, group };
    let transforms = [Some(encryption), Some(pseudo_random), checksum, Some(exchange)];
    Ok((parameters, transforms.into_iter().flatten().collect()))
}

/// RFC 7296 3.3: with a cipher that authenticates there is no integrity algorithm, or the one that says so.
fn choose_integrity(
    own: &Ikev2Proposal,
    theirs: &ProposalView<'_>,
    cipher: SymmetricCipher,
) -> Result<(Option<IntegrityAlgorithm>, Option<Transform>), Ikev2TransformKind> {
    if matches!(cipher, SymmetricCipher::Aead(_)) {
        let none = Transform::new(IntegrityNumber::NONE);
        if theirs.transforms().any(|one| is(&one, &none)) {
            return Ok((None, Some(none)));
        }
        let any = theirs.transforms().any(|one| one.transform_type == TransformType::INTEGRITY_ALGORITHM);
        return if any { Err(Ikev2TransformKind::Integrity) } else { Ok((None, None)) };
    }
    let wanted = own.integrity.iter().map(|hash| integrity_of(hash.value));
    wanted
        .map(|integrity| (integrity, Transform::new(integrity_number(integrity))))
        .find(|(_, wanted)| theirs.transforms().any(|one| is(&one, wanted)))
        .map(|(integrity, transform)| (Some(integrity), Some(transform)))
        .ok_or(Ikev2TransformKind::Integrity)
}

/// Whether a transform of the peer is the one that is wanted, with its attributes and no other (RFC 7296 3.3.6).
pub(super) fn is(offered: &TransformView<'_>, wanted: &Transform) -> bool {
    let same = offered.algorithm() == Algorithm::new(wanted.transform_type, wanted.id);
    same && Transform::from(*offered).attributes == wanted.attributes
}

fn cipher_transform(cipher: SymmetricCipher) -> Transform {
    match cipher {
        SymmetricCipher::Cbc(CipherAlgorithm::DesCbc) => Transform::new(EncryptionAlgorithm::DES),
        SymmetricCipher::Cbc(CipherAlgorithm::TripleDesCbc) => {
            Transform::new(EncryptionAlgorithm::TRIPLE_DES)
        }
        SymmetricCipher::Cbc(CipherAlgorithm::AesCbc128) => {
            Transform::with_key_length(EncryptionAlgorithm::AES_CBC, 128)
        }
        SymmetricCipher::Cbc(CipherAlgorithm::AesCbc192) => {
            Transform::with_key_length(EncryptionAlgorithm::AES_CBC, 192)
        }
        SymmetricCipher::Cbc(CipherAlgorithm::AesCbc256) => {
            Transform::with_key_length(EncryptionAlgorithm::AES_CBC, 256)
        }
        SymmetricCipher::AesCtr(length) => {
            Transform::with_key_length(EncryptionAlgorithm::AES_CTR, length.bits())
        }
        SymmetricCipher::Aead(aead) => {
            Transform::with_key_length(authenticated_number(aead), aead.key_length.bits())
        }
    }
}

const fn authenticated_number(aead: AeadAlgorithm) -> EncryptionAlgorithm {
    match (aead.mode, aead.tag_length) {
        (AeadMode::Ccm, TagLength::Bytes8) => EncryptionAlgorithm::AES_CCM_8,
        (AeadMode::Ccm, TagLength::Bytes12) => EncryptionAlgorithm::AES_CCM_12,
        (AeadMode::Ccm, TagLength::Bytes16) => EncryptionAlgorithm::AES_CCM_16,
        (AeadMode::Gcm, TagLength::Bytes8) => EncryptionAlgorithm::AES_GCM_8,
        (AeadMode::Gcm, TagLength::Bytes12) => EncryptionAlgorithm::AES_GCM_12,
        (AeadMode::Gcm, TagLength::Bytes16) => EncryptionAlgorithm::AES_GCM_16,
    }
}

const fn prf_number(hash: HashAlgorithm) -> PseudorandomFunction {
    match hash {
        HashAlgorithm::Md5 => PseudorandomFunction::HMAC_MD5,
        HashAlgorithm::Sha1 => PseudorandomFunction::HMAC_SHA1,
        HashAlgorithm::Sha256 => PseudorandomFunction::HMAC_SHA2_256,
        HashAlgorithm::Sha384 => PseudorandomFunction::HMAC_SHA2_384,
        HashAlgorithm::Sha512 => PseudorandomFunction::HMAC_SHA2_512,
    }
}

/// The integrity algorithm that `integrity` names by its hash.
const fn integrity_of(hash: HashAlgorithm) -> IntegrityAlgorithm {
    match hash {
        HashAlgorithm::Md5 => IntegrityAlgorithm::HmacMd5_96,
        HashAlgorithm::Sha1 => IntegrityAlgorithm::HmacSha1_96,
        HashAlgorithm::Sha256 => IntegrityAlgorithm::HmacSha256_128,
        HashAlgorithm::Sha384 => IntegrityAlgorithm::HmacSha384_192,
        HashAlgorithm::Sha512 => IntegrityAlgorithm::HmacSha512_256,
    }
}

const fn integrity_number(integrity: IntegrityAlgorithm) -> IntegrityNumber {
    match integrity {
        IntegrityAlgorithm::HmacMd5_96 => IntegrityNumber::HMAC_MD5_96,
        IntegrityAlgorithm::HmacSha1_96 => IntegrityNumber::HMAC_SHA1_96,
        IntegrityAlgorithm::HmacMd5_128 => IntegrityNumber::HMAC_MD5_128,
        IntegrityAlgorithm::HmacSha1_160 => IntegrityNumber::HMAC_SHA1_160,
        IntegrityAlgorithm::HmacSha256_128 => IntegrityNumber::HMAC_SHA2_256_128,
        IntegrityAlgorithm::HmacSha384_192 => IntegrityNumber::HMAC_SHA2_384_192,
        IntegrityAlgorithm::HmacSha512_256 => IntegrityNumber::HMAC_SHA2_512_256,
    }
}
