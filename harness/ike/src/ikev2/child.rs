//! The Child SA of IKE_AUTH: its proposals, its traffic selectors, and the protection that they belong to.

use std::net::Ipv4Addr;

use wire::ikev2::owned::{Proposal, SecurityAssociation as Offer, Transform};
use wire::ikev2::transforms::{EncryptionAlgorithm, ExtendedSequenceNumbers, IntegrityAlgorithm};
use wire::ikev2::{
    AddressRange, NotifyType, Proposal as ProposalView, ProtocolId, SecurityAssociation,
    SecurityAssociationBuf, TrafficSelector, TrafficSelectors, TrafficSelectorsBuf,
};

use crate::context::Context;
use crate::event::{EventKind, Ikev2Event, TransformPlace};
use crate::failure::{Failure, FailureCode};
use crate::ids::{AnyProfileId, Ikev2ProfileId, ProtectionId};
use crate::router::{EspCipher, EspIntegrity, Protection, ProtectionProfile, Subnet, TransformSet};
use crate::rule::Rule;
use crate::state::MessageName;

use super::contents::Contents;
use super::{AUTH_REQUEST, AUTH_RESPONSE, Session, proposals};

/// SPIs below are reserved (RFC 4303 2.1).
const LEAST_SPI: u32 = 256;

/// An SPI to receive with.
pub(super) fn new_spi(context: &mut Context<'_>) -> u32 {
    u32::from_be_bytes(context.random_bytes()).max(LEAST_SPI)
}

/// A pair of ESP SAs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    pub(super) protection: ProtectionId,
    pub(super) inbound_spi: u32,
    pub(super) outbound_spi: u32,
}

/// Addresses from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    first: u32,
    last: u32,
}

impl Range {
    fn of(subnet: Subnet) -> Self {
        let mask = subnet.mask.to_bits();
        let first = subnet.network.to_bits() & mask;
        Self { first, last: first | !mask }
    }

    fn contains(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// The narrower of two of which one lies in the other (RFC 7296 2.9).
    fn narrowed(self, other: Self) -> Option<Self> {
        if self.contains(other) { Some(other) } else { other.contains(self).then_some(self) }
    }

    fn selectors(self) -> TrafficSelectorsBuf {
        let [first, last] = [self.first, self.last].map(Ipv4Addr::from_bits);
        let selector = TrafficSelector::Ipv4(AddressRange::any(first, last));
        TrafficSelectorsBuf::new(&[selector]).expect("one selector is neither none nor too many")
    }
}

/// The ranges of a payload that are for any protocol and port: no protection of this router is for less.
fn ranges(selectors: TrafficSelectors<'_>) -> impl Iterator<Item = Range> {
    selectors.into_iter().filter_map(|selector| match selector {
        TrafficSelector::Ipv4(AddressRange {
            protocol: 0,
            first_port: 0,
            last_port: 0xffff,
            first,
            last,
        }) => Some(Range { first: first.to_bits(), last: last.to_bits() }).filter(|it| it.first <= it.last),
        _ => None,
    })
}

/// TSi and TSr of an initiator: its traffic, then the peer's.
pub(super) fn offered_selectors(protection: &Protection) -> [TrafficSelectorsBuf; 2] {
    [protection.local_traffic, protection.remote_traffic].map(|subnet| Range::of(subnet).selectors())
}

/// The SA payload of an initiator: one proposal for each transform set.
pub(super) fn offer(protection: &Protection, spi: u32) -> SecurityAssociationBuf {
    let proposals = protection.transform_sets.iter().zip(1..=u8::MAX).map(|(set, number)| Proposal {
        number,
        protocol: ProtocolId::ESP,
        spi: spi.to_be_bytes().to_vec(),
        transforms: transforms_of(set),
    });
    Offer { proposals: proposals.collect() }.encode().expect("at most 255 short proposals fit into a payload")
}

/// ENCR, INTEG, ESN; no D-H, as IKE_AUTH has no KE payload (RFC 7296 1.2).
fn transforms_of(set: &TransformSet) -> Vec<Transform> {
    let encryption = match set.cipher {
        EspCipher::Null => Transform::new(EncryptionAlgorithm::NULL),
        EspCipher::Des => Transform::new(EncryptionAlgorithm::DES),
        EspCipher::TripleDes => Transform::new(EncryptionAlgorithm::TRIPLE_DES),
        EspCipher::Aes(bits) => Transform::with_key_length(EncryptionAlgorithm::AES_CBC, bits),
        EspCipher::AesGcm16(bits) => Transform::with_key_length(EncryptionAlgorithm::AES_GCM_16, bits),
    };
    let integrity = set.integrity.map(|integrity| {
        Transform::new(match integrity {
            EspIntegrity::HmacMd5 => IntegrityAlgorithm::HMAC_MD5_96,
            EspIntegrity::HmacSha1 => IntegrityAlgorithm::HMAC_SHA1_96,
            EspIntegrity::HmacSha256 => IntegrityAlgorithm::HMAC_SHA2_256_128,
            EspIntegrity::HmacSha384 => IntegrityAlgorithm::HMAC_SHA2_384_192,
            EspIntegrity::HmacSha512 => IntegrityAlgorithm::HMAC_SHA2_512_256,
        })
    });
    let sequence_numbers = Transform::new(ExtendedSequenceNumbers::NO);
    [Some(encryption), integrity, Some(sequence_numbers)].into_iter().flatten().collect()
}

/// A Child SA that was accepted, with the payloads that say so.
pub(super) struct Accepted {
    pub(super) child: Child,
    pub(super) reply: SecurityAssociationBuf,
    pub(super) selectors: [TrafficSelectorsBuf; 2],
    pub(super) tunnel_mode: bool,
}

/// Why a Child SA is refused.
pub(super) struct Refused {
    pub(super) notify_type: NotifyType,
    pub(super) failure: Failure,
}

/// Responder: finds the traffic's protection, and a proposal for it.
pub(super) fn accept(
    session: &Session,
    context: &mut Context<'_>,
    profile: Ikev2ProfileId,
    contents: &Contents<'_>,
) -> Result<Accepted, Refused> {
    let (id, [initiator, responder]) = find_protection(session, context, profile, contents)?;
    let protection = context.router.protection(id);
    let none = || {
        let origins = protection.transform_sets.iter().map(|set| set.origin).collect();
        let failure = failure(AUTH_REQUEST, FailureCode::NoChildProposalChosen, None, origins);
        Refused { notify_type: NotifyType::NO_PROPOSAL_CHOSEN, failure }
    };
    let Some(offered) = contents.security_association else { return Err(none()) };
    let Some(choice) = choose(context, id, offered, |_, _| true) else { return Err(none()) };
    let inbound_spi = new_spi(context);
    let Some(theirs) = offered.proposals().nth(choice.position) else { return Err(none()) };
    let mut chosen = Proposal::from(theirs);
    chosen.transforms = choice.transforms;
    chosen.spi = inbound_spi.to_be_bytes().to_vec();
    let Ok(reply) = (Offer { proposals: vec![chosen] }).encode() else { return Err(none()) };
    let child = Child { protection: id, inbound_spi, outbound_spi: choice.spi };
    let tunnel_mode = protection.transform_sets[choice.set].tunnel_mode;
    Ok(Accepted { child, reply, selectors: [initiator, responder].map(Range::selectors), tunnel_mode })
}

/// A proposal of the peer that fits a transform set.
struct Choice {
    /// Where it stands, counted from 0.
    position: usize,
    /// Where the set stands among those of the protection.
    set: usize,
    /// The peer's SPI.
    spi: u32,
    /// What is accepted of it.
    transforms: Vec<Transform>,
}

/// The first proposal of the peer that fits a transform set which `may` be meant by it, given the set's place.
fn choose(
    context: &mut Context<'_>,
    id: ProtectionId,
    offered: SecurityAssociation<'_>,
    may: impl Fn(&ProposalView<'_>, usize) -> bool,
) -> Option<Choice> {
    let protection = context.router.protection(id);
    for (position, theirs) in offered.proposals().enumerate() {
        let spi = <[u8; 4]>::try_from(theirs.spi).ok().map(u32::from_be_bytes);
        let spi = spi.filter(|spi| theirs.protocol == ProtocolId::ESP && *spi >= LEAST_SPI);
        let mut sets = protection.transform_sets.iter().enumerate().filter(|(set, _)| may(&theirs, *set));
        let fitting = sets.find_map(|(place, set)| Some((place, accepted_transforms(set, &theirs)?)));
        let choice =
            spi.zip(fitting).map(|(spi, (set, transforms))| Choice { position, set, spi, transforms });
        let place = TransformPlace { proposal: position, transform: 0 };
        let accepted = choice.is_some();
        context.emit(EventKind::ChildProposalChecked { protection: id, transform: place, accepted });
        if choice.is_some() {
            return choice;
        }
    }
    None
}

/// What is accepted of a proposal that offers everything of a set: one transform of each type that it has (RFC 7296 2.7).
/// What a set does not have, the proposal has to offer to do without (RFC 7296 3.3.2, 3.3.6): with IKE_AUTH no key is
/// agreed on, so that D-H can be NONE only (RFC 7296 1.2).
fn accepted_transforms(set: &TransformSet, theirs: &ProposalView<'_>) -> Option<Vec<Transform>> {
    let mut accepted = transforms_of(set);
    let offers = |wanted: &Transform| theirs.transforms().any(|one| proposals::is(&one, wanted));
    if !accepted.iter().all(offers) {
        return None;
    }
    let none = [Transform::new(IntegrityAlgorithm::NONE), Transform::new(wire::Group(0))];
    for offered in theirs.transforms() {
        let of_type = |one: &Transform| one.transform_type == offered.transform_type;
        if !accepted.iter().any(of_type) {
            accepted.push(none.iter().find(|none| of_type(none) && offers(none)).cloned()?);
        }
    }
    Some(accepted)
}

/// The protection whose traffic this is, which has to be protected by the profile of the session; and the traffic, the
/// initiator's first, narrowed to it (RFC 7296 2.9).
fn find_protection(
    session: &Session,
    context: &mut Context<'_>,
    profile: Ikev2ProfileId,
    contents: &Contents<'_>,
) -> Result<(ProtectionId, [Range; 2]), Refused> {
    let router = context.router;
    if let (Some(initiator), Some(responder)) = (&contents.initiator_selectors, &contents.responder_selectors)
    {
        context.emit(EventKind::Ikev2(Ikev2Event::TrafficSelectorsRead {
            initiator: initiator.body_range(),
            responder: responder.body_range(),
        }));
    }
    let is_between = |id: &ProtectionId| router.protection(*id).is_between(session.path);
    let ids = || (0..router.protections().len()).filter_map(ProtectionId::from_index).filter(is_between);
    let covering = ids().filter_map(|id| Some((id, narrowed(router.protection(id), contents)?)));
    let covering: Vec<_> = covering.collect();
    let allows = |id: ProtectionId| match router.protection(id).profile {
        ProtectionProfile::Unnamed => true,
        ProtectionProfile::Isakmp(_) => false,
        ProtectionProfile::Ikev2(wanted) => wanted.value == profile,
    };
    if let Some(found) = covering.iter().find(|(id, _)| allows(*id)) {
        return Ok(*found);
    }
    let refuse = |context: &mut Context<'_>, failure| {
        context.emit(EventKind::Ikev2(Ikev2Event::TrafficSelectorsRefused));
        Refused { notify_type: NotifyType::TS_UNACCEPTABLE, failure }
    };
    let Some(&(id, _)) = covering.first() else {
        let origins = ids().map(|id| router.protection(id).origin).collect();
        let failure = failure(AUTH_REQUEST, FailureCode::NoTunnelForTraffic, None, origins);
        return Err(refuse(context, failure));
    };
    // V2-PRO-3
    let session_profile = Some(AnyProfileId::Ikev2(profile));
    context.emit(EventKind::ProfileNotTheTunnels { session: session_profile, protection: id });
    let protection = router.protection(id);
    let of_tunnel = protection.profile.any().map(|named| named.origin);
    let of_session = router.ikev2_profile(profile).origin;
    let origins = of_tunnel.into_iter().chain([of_session, protection.origin]).collect();
    let failure = failure(AUTH_REQUEST, FailureCode::ProfileNotTheTunnels, Some(Rule::V2Pro3), origins);
    Err(refuse(context, failure))
}

/// What of the peer's selectors is a protection's traffic.
fn narrowed(protection: &Protection, contents: &Contents<'_>) -> Option<[Range; 2]> {
    let fit = |selectors: TrafficSelectors<'_>, own: Subnet| {
        ranges(selectors).find_map(|range| range.narrowed(Range::of(own)))
    };
    let initiator = fit(contents.initiator_selectors.as_ref()?.value, protection.remote_traffic)?;
    let responder = fit(contents.responder_selectors.as_ref()?.value, protection.local_traffic)?;
    Some([initiator, responder])
}

/// Initiator: what the responder has made of the offer.
pub(super) fn chosen(
    context: &mut Context<'_>,
    id: ProtectionId,
    inbound_spi: u32,
    contents: &Contents<'_>,
) -> Result<Child, Failure> {
    let protection = context.router.protection(id);
    let refused = |code| failure(AUTH_RESPONSE, code, None, vec![protection.origin]);
    let returned =
        contents.security_association.ok_or_else(|| refused(FailureCode::NoChildProposalChosen))?;
    let single = proposals::single(returned).is_some();
    // RFC 7296 3.3.1: the number is that of the proposal that was accepted.
    let is_numbered = |theirs: &ProposalView<'_>, set| usize::from(theirs.number) == set + 1;
    let accepted = choose(context, id, returned, is_numbered).filter(|_| single);
    let outbound_spi =
        accepted.map(|choice| choice.spi).ok_or_else(|| refused(FailureCode::NoChildProposalChosen))?;
    // RFC 7296 2.9: a subset of what was offered.
    let within = |selectors: Option<TrafficSelectors<'_>>, own: Subnet| {
        selectors.is_some_and(|selectors| {
            let mut ranges = ranges(selectors).peekable();
            ranges.peek().is_some() && ranges.all(|range| Range::of(own).contains(range))
        })
    };
    let selectors = [&contents.initiator_selectors, &contents.responder_selectors];
    let [initiator, responder] = selectors.map(|selectors| selectors.as_ref().map(|it| it.value));
    if !within(initiator, protection.local_traffic) || !within(responder, protection.remote_traffic) {
        return Err(refused(FailureCode::NoTunnelForTraffic));
    }
    Ok(Child { protection: id, inbound_spi, outbound_spi })
}

fn failure(
    message: MessageName,
    code: FailureCode,
    rule: Option<Rule>,
    origins: Vec<crate::Origin>,
) -> Failure {
    Failure { message, code, rule, origins, refusal: None }
}
