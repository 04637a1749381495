//! What the tester offers and chooses in IKEv2: the suite of the IKE SA, the Child SA and its traffic.

use std::net::Ipv4Addr;

use crypto::{CipherAlgorithm, Group, HashAlgorithm, IntegrityAlgorithm};
use ike::keys::ikev2::{IkeSaAlgorithms, MessageProtection};
use wire::PayloadType;
use wire::ikev2::owned::{Proposal, SecurityAssociation, Transform};
use wire::ikev2::transforms::{
    EncryptionAlgorithm, ExtendedSequenceNumbers, IntegrityAlgorithm as IntegrityNumber, PseudorandomFunction,
};
use wire::ikev2::{
    AddressRange, Payload as View, ProtocolId, SecurityAssociationBuf, TrafficSelector, TrafficSelectorsBuf,
};

use crate::tester::exchange::{FITS, kept};
use crate::tester::{Payload, Seen};

/// The suite of the tester's IKE SAs, which every target has to have.
pub(super) const ALGORITHMS: IkeSaAlgorithms = IkeSaAlgorithms {
    prf: HashAlgorithm::Sha256,
    protection: MessageProtection::Cbc {
        cipher: CipherAlgorithm::AesCbc128,
        integrity: IntegrityAlgorithm::HmacSha256_128,
    },
};

/// The group of the tester's first KE payload.
pub(super) const GROUP: Group = Group::Ecp256;

/// The transforms of [`ALGORITHMS`], with a group.
pub(crate) fn transforms(group: wire::Group) -> Vec<Transform> {
    vec![
        Transform::with_key_length(EncryptionAlgorithm::AES_CBC, 128),
        Transform::new(PseudorandomFunction::HMAC_SHA2_256),
        Transform::new(IntegrityNumber::HMAC_SHA2_256_128),
        Transform::new(group),
    ]
}

fn encoded(proposal: Proposal) -> SecurityAssociationBuf {
    SecurityAssociation { proposals: vec![proposal] }.encode().expect(FITS)
}

/// The proposal of the IKE_SA_INIT request.
pub(super) fn ike_offer() -> SecurityAssociationBuf {
    let transforms = transforms(wire::Group(GROUP.number()));
    encoded(Proposal { number: 1, protocol: ProtocolId::IKE, spi: Vec::new(), transforms })
}

/// The first proposal that has the tester's suite, with that alone.
pub(super) fn ike_choice(
    offered: &SecurityAssociation,
    group: wire::Group,
) -> Option<SecurityAssociationBuf> {
    let wanted = transforms(group);
    let has_all = |one: &&Proposal| wanted.iter().all(|transform| one.transforms.contains(transform));
    let fitting = offered.proposals.iter().find(has_all)?;
    Some(encoded(Proposal { transforms: wanted, ..fitting.clone() }))
}

/// SA, TSi and TSr of the IKE_AUTH request: ESP with AES and SHA-256, for all traffic.
pub(super) fn child_offer(spi: [u8; 4]) -> [Payload; 3] {
    let transforms = vec![
        Transform::with_key_length(EncryptionAlgorithm::AES_CBC, 128),
        Transform::new(IntegrityNumber::HMAC_SHA2_256_128),
        Transform::new(ExtendedSequenceNumbers::NO),
    ];
    let offer = encoded(Proposal { number: 1, protocol: ProtocolId::ESP, spi: usable(spi), transforms });
    let all = selectors(&[[0, u32::MAX]]);
    [
        View::SecurityAssociation(offer.view()),
        View::InitiatorTrafficSelectors(all.view()),
        View::ResponderTrafficSelectors(all.view()),
    ]
    .map(Payload::from)
}

/// SA, TSi and TSr of the IKE_AUTH response: the first proposal and all the traffic.
pub(super) fn child_choice(request: &Seen, spi: [u8; 4]) -> Option<Vec<Payload>> {
    let offered = request.proposals()?;
    let chosen = encoded(Proposal { spi: usable(spi), ..offered.proposals.into_iter().next()? });
    let mut payloads = kept(&[View::SecurityAssociation(chosen.view())]);
    for payload_type in [PayloadType::INITIATOR_TRAFFIC_SELECTORS, PayloadType::RESPONDER_TRAFFIC_SELECTORS] {
        payloads.extend(request.of_type(payload_type));
    }
    Some(payloads)
}

/// SPIs below 256 are reserved (RFC 4303 2.1).
fn usable([first, rest @ ..]: [u8; 4]) -> Vec<u8> {
    [&[first.max(1)], &rest[..]].concat()
}

/// Traffic from the first address to the last of each range, of every protocol and port.
pub(crate) fn selectors(ranges: &[[u32; 2]]) -> TrafficSelectorsBuf {
    let of_range = |range: &[u32; 2]| {
        let [first, last] = range.map(Ipv4Addr::from_bits);
        TrafficSelector::Ipv4(AddressRange::any(first, last))
    };
    let all: Vec<_> = ranges.iter().map(of_range).collect();
    TrafficSelectorsBuf::new(&all).expect("a check has some traffic, and not too much")
}
