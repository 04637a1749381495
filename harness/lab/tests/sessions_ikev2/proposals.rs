//! Proposals, of the first exchange and of Child SAs: what is accepted, under which number, and what is refused later.

use crypto::HashAlgorithm;
use ike::{EspCipher, EventKind, FailureCode, Sourced};

use crate::insider::{Insider, revealing};
use crate::refusals::{faulty, faulty_second};
use crate::routers::Pair;
use crate::{both_up, failure, sent, settled, usual};

/// Changes the proposals of the messages of this name.
struct Proposes<F>(&'static str, F);

impl<F: Fn(&mut wire::ikev2::owned::Proposal)> ike::Tamper for Proposes<F> {
    fn before_protection(&mut self, name: ike::MessageName, payloads: &mut Vec<ike::OutgoingPayload>) {
        let association = wire::PayloadType::IKEV2_SECURITY_ASSOCIATION;
        if name.to_string() != self.0 {
            return;
        }
        for payload in payloads.iter_mut().filter(|one| one.payload_type == association) {
            let length = u16::try_from(payload.body.len() + 4).unwrap().to_be_bytes();
            let chain = [&[0, 0], &length[..], &payload.body].concat();
            let raw = wire::ikev2::payloads_in(association, &chain, 0).next().unwrap().unwrap();
            let wire::ikev2::Payload::SecurityAssociation(offer) = raw.typed().unwrap() else {
                panic!("{raw:?}")
            };
            let mut proposals: Vec<wire::ikev2::owned::Proposal> =
                offer.proposals().map(Into::into).collect();
            proposals.iter_mut().for_each(&self.1);
            let offer = wire::ikev2::owned::SecurityAssociation { proposals };
            payload.body = offer.encode().unwrap().body().to_vec();
        }
    }
}

#[test]
fn esp_with_a_group_of_none_is_accepted_and_with_another_refused() {
    // RFC 7296 1.2, 3.3.2
    let with = |groups: &'static [u16]| {
        let adds = move |proposal: &mut wire::ikev2::owned::Proposal| {
            let groups = groups.iter().map(|number| wire::ikev2::owned::Transform::new(wire::Group(*number)));
            proposal.transforms.extend(groups);
        };
        let mut pair = faulty(usual(), Proposes("IKE_AUTH request", adds));
        pair.initiate(1);
        pair.settle();
        pair
    };
    for groups in [&[0][..], &[14, 0]] {
        let pair = with(groups);
        assert!(both_up(&pair), "{groups:?}: {:#?}", pair.events);
        let answer = &sent(&pair, 2)[1].plaintext;
        // RFC 7296 2.7: of each type one. Transform: more or last, length, type 4, ID 0.
        assert!(answer.windows(8).any(|bytes| bytes == [0, 0, 0, 8, 4, 0, 0, 0]), "NONE is answered");
    }
    let pair = with(&[14]);
    assert_eq!(failure(&pair, 2).unwrap().code, FailureCode::NoChildProposalChosen);
}

#[test]
fn a_proposal_is_accepted_under_the_number_that_it_was_offered_with() {
    // RFC 7296 3.3.1
    let renumbered = |message| {
        let mut pair = faulty_second(
            usual(),
            Proposes(message, |one: &mut wire::ikev2::owned::Proposal| one.number = 9),
        );
        pair.initiate(1);
        pair.settle();
        pair
    };
    let pair = renumbered("IKE_AUTH response");
    assert_eq!(failure(&pair, 1).unwrap().code, FailureCode::NoChildProposalChosen);
    let pair = renumbered("IKE_SA_INIT response");
    let not_offered = EventKind::Ignored { problem: ike::MessageProblem::NotOffered };
    assert!(pair.told(1, |kind| *kind == not_offered));
    assert_eq!(pair.sent.len(), 2);
}

#[test]
fn the_second_of_several_proposals_may_be_chosen() {
    let mut parts = usual();
    let mut other = parts[0].ikev2.proposals[0].clone();
    other.integrity = vec![Sourced::default_value(HashAlgorithm::Sha512)];
    parts[0].ikev2.proposals.insert(0, other);
    let second = ike::Ikev2ProposalId::from_index(1).unwrap();
    parts[0].ikev2.policies[0].proposals.push(Sourced::default_value(second));
    let mut set = parts[0].protections[0].transform_sets[0].clone();
    set.cipher = EspCipher::TripleDes;
    parts[0].protections[0].transform_sets.insert(0, set);
    assert!(both_up(&settled(parts)));
}

#[test]
fn a_create_child_sa_exchange_is_refused_by_what_it_asks_for() {
    use wire::ikev2::{Notification, NotifyType, Payload, ProtocolId, payloads_in};
    let mut pair = revealing();
    pair.initiate(1);
    pair.settle();
    let mut insider = Insider::of(&pair);
    let inbound = pair.events[0].iter().find_map(|event| match event.kind {
        EventKind::ChildEstablished { inbound_spi, .. } => Some(inbound_spi.to_be_bytes()),
        _ => None,
    });
    let inbound = inbound.unwrap();
    let rekey =
        |spi| Notification { protocol: ProtocolId::ESP, spi, notify_type: NotifyType::REKEY_SA, data: &[] };
    let mut ask = |pair: &mut Pair, message_id, payloads: &[Payload<'_>]| {
        let request = insider.request(wire::ExchangeType::CREATE_CHILD_SA, message_id, payloads);
        pair.deliver(request);
        let (_, _, answer) = pair.under_way.pop_back()?;
        let plain = insider.open(&answer);
        let raw = payloads_in(plain.first, &plain.body, 0).next().unwrap().unwrap();
        let Payload::Notify(told) = raw.typed().unwrap() else { panic!("{raw:?}") };
        Some((told.notify_type, told.protocol, told.spi.to_vec()))
    };
    let no_more = Some((NotifyType::NO_ADDITIONAL_SAS, ProtocolId::NONE, Vec::new()));
    let nonce = Payload::Nonce(&[7; 32]);
    // RFC 7296 1.3.1, 1.3.2: another Child SA, another IKE SA.
    assert_eq!(ask(&mut pair, 2, &[nonce]), no_more);
    // RFC 7296 1.3.3
    assert_eq!(ask(&mut pair, 3, &[Payload::Notify(rekey(&inbound)), nonce]), no_more);
    let unknown = (NotifyType::CHILD_SA_NOT_FOUND, ProtocolId::ESP, vec![9; 4]);
    assert_eq!(ask(&mut pair, 4, &[Payload::Notify(rekey(&[9; 4])), nonce]), Some(unknown));
    // RFC 7296 2.3: a window of one.
    assert_eq!(ask(&mut pair, 6, &[nonce]), None);
    // RFC 7296 2.25.2: while the IKE SA is being closed.
    let (now, id) = (pair.now, pair.events[1][0].session);
    pair.endpoints[1].close(now, id);
    pair.collect();
    let later = Some((NotifyType::TEMPORARY_FAILURE, ProtocolId::NONE, Vec::new()));
    assert_eq!(ask(&mut pair, 5, &[nonce]), later);
    assert!(!pair.told(2, |kind| matches!(kind, EventKind::Failed(_))));
}
