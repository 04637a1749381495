//! The proposals of phase 1: what the policies of a router offer, and which offer they accept.

use crypto::{CipherAlgorithm, Group, HashAlgorithm};
use wire::ikev1::attributes::{
    AuthenticationMethod, EncryptionAlgorithm, HashAlgorithm as HashNumber, IsakmpTransform, LifeType,
    Phase1Class,
};
use wire::ikev1::owned::{Attribute, Proposal, SecurityAssociation as Offer, Transform};
use wire::ikev1::{
    ProtocolId, SecurityAssociation, SecurityAssociationBuf, Situation, Transform as TransformView,
};

use crate::event::{EventKind, TransformMismatch, TransformPlace};
use crate::ids::PolicyId;
use crate::router::{Authentication, IsakmpPolicy, Router};

use super::Context;

/// What phase 1 has settled on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) cipher: CipherAlgorithm,
    pub(super) hash: HashAlgorithm,
    pub(super) group: Group,
    /// Seconds.
    pub(super) lifetime: u32,
}

/// The policies that this endpoint can negotiate, best first.
fn usable(router: &Router) -> impl Iterator<Item = (PolicyId, &IsakmpPolicy)> {
    let numbered = router.policies().iter().enumerate();
    numbered
        .filter(|(_, policy)| policy.authentication.value == Authentication::RsaSignature)
        .filter_map(|(index, policy)| Some((PolicyId::from_index(index)?, policy)))
}

/// Whether the router has a policy that this endpoint can negotiate.
pub(crate) fn any_usable(router: &Router) -> bool {
    usable(router).next().is_some()
}

/// The SA payload of MM1: one proposal with one transform for each policy (RFC 2409 5).
pub(super) fn offer(router: &Router) -> SecurityAssociationBuf {
    let transforms =
        usable(router).zip(1..=u8::MAX).map(|((_, policy), number)| transform_of(policy, number));
    let proposal = Proposal {
        number: 1,
        protocol: ProtocolId::ISAKMP,
        spi: Vec::new(),
        transforms: transforms.collect(),
    };
    Offer::ipsec(vec![proposal]).encode().expect("at most 255 short transforms fit into a payload")
}

fn transform_of(policy: &IsakmpPolicy, number: u8) -> Transform {
    let (encryption, key_bits) = encryption_numbers(policy.cipher.value);
    let mut attributes = vec![Attribute::short(Phase1Class::ENCRYPTION_ALGORITHM.0, encryption.0)];
    attributes.extend(key_bits.map(|bits| Attribute::short(Phase1Class::KEY_LENGTH.0, bits)));
    attributes.extend([
        Attribute::short(Phase1Class::HASH_ALGORITHM.0, hash_number(policy.hash.value).0),
        Attribute::short(Phase1Class::GROUP_DESCRIPTION.0, policy.group.value.number()),
        Attribute::short(Phase1Class::AUTHENTICATION_METHOD.0, AuthenticationMethod::RSA_SIGNATURES.0),
        Attribute::short(Phase1Class::LIFE_TYPE.0, LifeType::SECONDS.0),
        // Four bytes whatever the value, as IOS writes it.
        Attribute::long(Phase1Class::LIFE_DURATION.0, policy.lifetime.value.to_be_bytes()),
    ]);
    Transform { number, id: IsakmpTransform::KEY_IKE.0, attributes }
}

/// A transform of an offer that was accepted, at its place.
pub(super) struct Acceptance {
    pub(super) parameters: Parameters,
    pub(super) place: TransformPlace,
}

/// At most so many transforms of an offer are looked at: as many as a proposal can hold.
const MOST_TRANSFORMS: usize = 255;

/// Holds the transforms of the peer's SA payload against every usable policy: the best policy that accepts one
/// decides, and takes the peer's first that it accepts. If none does: the policies that only the lifetime kept from it.
pub(super) fn accept(
    context: &mut Context<'_>,
    offered: SecurityAssociation<'_>,
) -> Result<Acceptance, Vec<PolicyId>> {
    let router = context.router;
    let mut too_short = Vec::new();
    if offered.situation() != Some(Situation::IDENTITY_ONLY) {
        context.emit(EventKind::NoProposalChosen); // RFC 2408 5.4: no other situation is supported
        return Err(too_short);
    }
    for (id, policy) in usable(router) {
        for (place, transform) in transforms(offered).take(MOST_TRANSFORMS) {
            let result = Values::read(transform).check(policy);
            context.emit(EventKind::TransformChecked {
                policy: id,
                transform: place,
                mismatch: result.err(),
            });
            match result {
                Ok(parameters) => return Ok(Acceptance { parameters, place }),
                Err(TransformMismatch::Lifetime) if !too_short.contains(&id) => too_short.push(id),
                Err(_) => {}
            }
        }
    }
    context.emit(EventKind::NoProposalChosen);
    Err(too_short)
}

/// The policy that the responder's choice belongs to. `offer` is the SA payload of MM1; what comes back has to be one
/// of its transforms, with the same values (RFC 2408 4.2, RFC 2409 5).
pub(super) fn chosen(
    context: &mut Context<'_>,
    offer: &[u8],
    accepted: SecurityAssociation<'_>,
) -> Option<Parameters> {
    let router = context.router;
    let offer = SecurityAssociation::read(offer, 0).ok()?;
    if accepted.situation() != Some(Situation::IDENTITY_ONLY) {
        return None; // RFC 2408 5.4
    }
    let mut returned = transforms(accepted);
    let (Some((place, transform)), None) = (returned.next(), returned.next()) else { return None };
    let values = Values::read(transform);
    for ((id, policy), (_, own)) in usable(router).zip(transforms(offer)) {
        let result = values.check(policy);
        context.emit(EventKind::TransformChecked { policy: id, transform: place, mismatch: result.err() });
        if result.is_ok() && values == Values::read(own) {
            return result.ok();
        }
    }
    None
}

/// The transforms of the ISAKMP proposals of an SA payload, with their places.
fn transforms<'a>(
    offered: SecurityAssociation<'a>,
) -> impl Iterator<Item = (TransformPlace, TransformView<'a>)> {
    let proposals = offered.proposals().enumerate().filter(|(_, one)| one.protocol == ProtocolId::ISAKMP);
    proposals.flat_map(|(proposal, content)| {
        let numbered = content.transforms().enumerate();
        numbered.map(move |(transform, view)| (TransformPlace { proposal, transform }, view))
    })
}

/// The SA payload of MM2: the accepted transform exactly as it was offered (RFC 2408 4.2).
pub(super) fn reply(
    offered: SecurityAssociation<'_>,
    place: TransformPlace,
) -> Option<SecurityAssociationBuf> {
    let proposal = offered.proposals().nth(place.proposal)?;
    let transform = proposal.transforms().nth(place.transform)?;
    let mut chosen = Proposal::from(proposal);
    chosen.transforms = vec![Transform::from(transform)];
    let reply = Offer { proposals: vec![chosen], ..Offer::from(offered) };
    reply.encode().ok()
}

/// The attributes of a phase 1 transform that matter here.
#[derive(Debug, Default, PartialEq, Eq)]
struct Values {
    transform: u8,
    encryption: Option<u64>,
    key_bits: Option<u64>,
    hash: Option<u64>,
    group: Option<u64>,
    authentication: Option<u64>,
    seconds: Option<u64>,
    /// An attribute that no policy has, or a lifetime in something else than seconds.
    other: bool,
}

impl Values {
    fn read(transform: TransformView<'_>) -> Self {
        let mut values = Self { transform: transform.id, ..Self::default() };
        let mut life_type = None;
        for attribute in transform.attributes() {
            let number = attribute.value.number();
            match Phase1Class(attribute.class) {
                Phase1Class::ENCRYPTION_ALGORITHM => values.encryption = number,
                Phase1Class::KEY_LENGTH => values.key_bits = number,
                Phase1Class::HASH_ALGORITHM => values.hash = number,
                Phase1Class::GROUP_DESCRIPTION => values.group = number,
                Phase1Class::AUTHENTICATION_METHOD => values.authentication = number,
                Phase1Class::LIFE_TYPE => life_type = number,
                // RFC 2409 appendix A: a duration belongs to the type before it.
                Phase1Class::LIFE_DURATION if life_type == Some(u64::from(LifeType::SECONDS.0)) => {
                    values.seconds = number;
                }
                // What is not understood must not be accepted (RFC 2408 4.2).
                _ => values.other = true,
            }
        }
        values
    }

    /// Compares in the order in which IOS does.
    fn check(&self, policy: &IsakmpPolicy) -> Result<Parameters, TransformMismatch> {
        let (encryption, key_bits) = encryption_numbers(policy.cipher.value);
        let wants = |found: Option<u64>, number: u16| found == Some(u64::from(number));
        if !wants(self.encryption, encryption.0) || self.key_bits != key_bits.map(u64::from) {
            return Err(TransformMismatch::Encryption);
        }
        if !wants(self.hash, hash_number(policy.hash.value).0) {
            return Err(TransformMismatch::Hash);
        }
        if !wants(self.group, policy.group.value.number()) {
            return Err(TransformMismatch::Group);
        }
        if !wants(self.authentication, AuthenticationMethod::RSA_SIGNATURES.0) {
            return Err(TransformMismatch::Authentication);
        }
        // RFC 2409 appendix A: without an offer of a lifetime the own one holds. V1-POL-1: a longer one is refused.
        let offered = self.seconds.unwrap_or(u64::from(policy.lifetime.value));
        let lifetime = u32::try_from(offered).map_err(|_| TransformMismatch::Lifetime)?;
        if lifetime > policy.lifetime.value {
            return Err(TransformMismatch::Lifetime);
        }
        if self.other || self.transform != IsakmpTransform::KEY_IKE.0 {
            return Err(TransformMismatch::Other);
        }
        Ok(Parameters {
            cipher: policy.cipher.value,
            hash: policy.hash.value,
            group: policy.group.value,
            lifetime,
        })
    }
}

fn encryption_numbers(cipher: CipherAlgorithm) -> (EncryptionAlgorithm, Option<u16>) {
    match cipher {
        CipherAlgorithm::DesCbc => (EncryptionAlgorithm::DES_CBC, None),
        CipherAlgorithm::TripleDesCbc => (EncryptionAlgorithm::TRIPLE_DES_CBC, None),
        CipherAlgorithm::AesCbc128 => (EncryptionAlgorithm::AES_CBC, Some(128)),
        CipherAlgorithm::AesCbc192 => (EncryptionAlgorithm::AES_CBC, Some(192)),
        CipherAlgorithm::AesCbc256 => (EncryptionAlgorithm::AES_CBC, Some(256)),
    }
}

fn hash_number(hash: HashAlgorithm) -> HashNumber {
    match hash {
        HashAlgorithm::Md5 => HashNumber::MD5,
        HashAlgorithm::Sha1 => HashNumber::SHA,
        HashAlgorithm::Sha256 => HashNumber::SHA2_256,
        HashAlgorithm::Sha384 => HashNumber::SHA2_384,
        HashAlgorithm::Sha512 => HashNumber::SHA2_512,
    }
}
