//! `ryke`'s reader of IKEv1. It types SA and ID payloads only.

use ryke::ikev1::isakmp::{IsakmpHeader, parse_payloads};
use ryke::ikev1::payloads::{AttrValue, Id, SaPayload};
use wire::ikev1::{self, AttributeValue, Payload, RawPayload};
use wire::ikev1::{Doi, Situation};
use wire::{Header, PayloadType};

use super::ryke_ikev2::{address_length, substructures};
use super::{Disagreement, Disagreements, Readings};

/// The fields of the header are the same.
pub(super) fn compare_headers(bytes: &[u8]) {
    let ours = Header::read(bytes).ok().map(|header| {
        let mut bytes = Vec::new();
        header.write(&mut bytes);
        bytes
    });
    let theirs = IsakmpHeader::parse(bytes).ok().map(|header| header.to_bytes());
    assert_eq!(ours, theirs);
}

/// The chain, and each payload in it.
pub(super) fn compare(first: PayloadType, body: &[u8], found: &mut Disagreements) {
    let raw: Result<Vec<_>, _> = ikev1::payloads_in(first, body, Header::LENGTH).collect();
    let pair = |raw: &RawPayload<'_>| (raw.payload_type.0, raw.body.to_vec());
    let ours = raw.map(|raw| raw.iter().map(pair).collect::<Vec<_>>());
    let theirs = parse_payloads(first.0, body).ok();
    let theirs = theirs.map(|them| them.into_iter().map(|it| (it.payload_type, it.data)).collect());
    Readings { ours, theirs }.settle(found, |_| None);
    for raw in ikev1::payloads_in(first, body, Header::LENGTH).map_while(Result::ok) {
        match raw.payload_type {
            PayloadType::SECURITY_ASSOCIATION => compare_security_associations(&raw, found),
            PayloadType::IDENTIFICATION => compare_identifications(&raw, found),
            _ => {}
        }
    }
}

/// DOI and situation, and of each proposal its number, its protocol and SPI, and its transforms: number, what it is, and
/// attributes.
type Association = (u32, u32, Vec<(u8, u8, Vec<u8>, Vec<Transform>)>);
type Transform = (u8, u8, Vec<(u16, Value)>);
type Value = Result<u16, Vec<u8>>;

fn compare_security_associations(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let body = raw.body;
    let ours = raw.typed().map(|payload| {
        let Payload::SecurityAssociation(association) = payload else { unreachable!("{payload:?}") };
        of_wire(&association)
    });
    let read = SaPayload::parse(body).ok();
    let written = read.as_ref().map(SaPayload::to_bytes);
    let theirs = read.map(of_ryke);
    let word =
        |at: usize| body.get(at..).and_then(<[u8]>::first_chunk::<4>).map(|it| u32::from_be_bytes(*it));
    let is_other_domain = word(0).is_some_and(|domain| domain != Doi::IPSEC.0);
    let is_labelled = word(4).is_some_and(|situation| Situation(situation).has_labels());
    Readings { ours, theirs }.settle(found, |readings| {
        if is_other_domain {
            return Some(Disagreement::OtherDomain);
        }
        if is_labelled {
            return Some(Disagreement::LabelledSituation);
        }
        substructures(readings.refusal()?, written.as_deref() != Some(body))
    });
}

fn of_wire(association: &ikev1::SecurityAssociation<'_>) -> Association {
    let attribute = |it: ikev1::Attribute<'_>| {
        let value = match it.value {
            AttributeValue::Short(number) => Ok(number),
            AttributeValue::Long(bytes) => Err(bytes.to_vec()),
        };
        (it.class, value)
    };
    let transform = |it: ikev1::Transform<'_>| (it.number, it.id, it.attributes().map(attribute).collect());
    let proposals = association
        .proposals()
        .map(|it| (it.number, it.protocol.0, it.spi.to_vec(), it.transforms().map(transform).collect()));
    (association.doi().0, association.situation().map_or(0, |it| it.0), proposals.collect())
}

fn of_ryke(association: SaPayload) -> Association {
    let attribute = |it: ryke::ikev1::payloads::Attribute| {
        let value = match it.value {
            AttrValue::Short(number) => Ok(number),
            AttrValue::Long(bytes) => Err(bytes),
        };
        (it.attr_type, value)
    };
    let transform = |it: ryke::ikev1::payloads::Transform| {
        (it.num, it.transform_id, it.attributes.into_iter().map(attribute).collect())
    };
    let proposals = association
        .proposals
        .into_iter()
        .map(|it| (it.num, it.protocol_id, it.spi, it.transforms.into_iter().map(transform).collect()));
    (association.doi, association.situation, proposals.collect())
}

fn compare_identifications(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let ours = raw.typed().map(|payload| {
        let Payload::Identification(id) = payload else { unreachable!("{payload:?}") };
        let mut data = Vec::new();
        id.identity.write(&mut data);
        (id.identity.identification_type().0, id.protocol, id.port, data)
    });
    let theirs = Id::parse(raw.body).ok().map(|id| (id.id_type, id.protocol, id.port, id.data));
    Readings { ours, theirs }.settle(found, |readings| address_length(readings.refusal()?));
}
