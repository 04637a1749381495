//! `ryke`'s reader of IKEv2.

use ryke::ikev2::message::{IkeHeader, PayloadType as Type, payloads};
use ryke::ikev2::payload::{
    Authentication, CertRequest, Certificate, Configuration, Delete, Identification, KeyExchange, Notify,
    SecurityAssociation, TrafficSelectors,
};
use ryke::ikev2::sign::parse_auth_data;
use wire::ikev2::{self, Payload, Proof, RawPayload};
use wire::{Header, PayloadType, ReadError, Reason, Within};

use super::{Disagreement, Disagreements, Readings};

/// The fields of the header are the same, as far as `ryke` keeps them.
pub(super) fn compare_headers(bytes: &[u8]) {
    const KNOWN_FLAGS: u8 = 0x38;
    let ours = Header::read(bytes).ok().map(|header| {
        let mut bytes = Vec::new();
        header.write(&mut bytes);
        bytes[19] &= KNOWN_FLAGS;
        bytes
    });
    let theirs = IkeHeader::parse(bytes).ok().map(|header| header.to_bytes().to_vec());
    assert_eq!(ours, theirs);
}

/// The chain, and each payload in it.
pub(super) fn compare(first: PayloadType, body: &[u8], found: &mut Disagreements) {
    compare_chain(first, body, found);
    for raw in ikev2::payloads_in(first, body, Header::LENGTH).map_while(Result::ok) {
        compare_payload(&raw, found);
    }
}

fn compare_chain(first: PayloadType, body: &[u8], found: &mut Disagreements) {
    let (mut ours, mut refused) = (Vec::new(), None);
    for raw in ikev2::payloads_in(first, body, Header::LENGTH) {
        match raw {
            Ok(raw) => ours.push((raw.payload_type.0, raw.critical, raw.body)),
            Err(error) => refused = Some(error.what),
        }
    }
    let (mut theirs, mut is_refused) = (Vec::new(), false);
    for raw in payloads(Type::from_u8(first.0), body) {
        match raw {
            Ok(raw) => theirs.push((raw.payload_type.to_u8(), raw.critical, raw.data)),
            Err(_) => is_refused = true,
        }
    }
    let is_encrypted = |&(payload_type, ..): &(u8, bool, &[u8])| {
        [PayloadType::ENCRYPTED.0, PayloadType::ENCRYPTED_FRAGMENT.0].contains(&payload_type)
    };
    let is_trailing = matches!(refused, Some(Reason::TrailingBytes { .. }));
    if ours == theirs && is_refused == refused.is_some() {
        return;
    }
    if ours.last().is_some_and(is_encrypted) && theirs.starts_with(&ours) {
        found.insert(Disagreement::PayloadsBehindEncrypted);
        return;
    }
    assert!(
        ours == theirs && is_trailing,
        "nobody knows why the chains part: {ours:x?} {refused:?} {theirs:x?} {is_refused}"
    );
    found.insert(Disagreement::BytesBehindTheChain);
}

fn compare_payload(raw: &RawPayload<'_>, found: &mut Disagreements) {
    match raw.payload_type {
        PayloadType::IKEV2_SECURITY_ASSOCIATION => compare_security_associations(raw, found),
        PayloadType::IKEV2_KEY_EXCHANGE => compare_key_exchanges(raw, found),
        PayloadType::INITIATOR_IDENTIFICATION | PayloadType::RESPONDER_IDENTIFICATION => {
            compare_identifications(raw, found)
        }
        PayloadType::IKEV2_CERTIFICATE => compare_certificates(raw, found),
        PayloadType::IKEV2_CERTIFICATE_REQUEST => compare_certificate_requests(raw, found),
        PayloadType::AUTHENTICATION => compare_authentications(raw, found),
        PayloadType::IKEV2_NOTIFY => compare_notifications(raw, found),
        PayloadType::IKEV2_DELETE => compare_deletes(raw, found),
        PayloadType::INITIATOR_TRAFFIC_SELECTORS | PayloadType::RESPONDER_TRAFFIC_SELECTORS => {
            compare_selectors(raw, found);
        }
        PayloadType::CONFIGURATION => compare_configurations(raw, found),
        _ => {}
    }
}

fn compare_key_exchanges(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::KeyExchange(exchange) => Some((exchange.group.0, exchange.public_value.to_vec())),
        _ => None,
    });
    let theirs = KeyExchange::parse(body).ok().map(|exchange| (exchange.dh_group, exchange.data));
    Readings { ours, theirs }.settle(found, |_| None);
}

fn compare_identifications(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::InitiatorIdentification(id) | Payload::ResponderIdentification(id) => {
            let mut data = Vec::new();
            id.identity.write(&mut data);
            Some((id.identity.identification_type().0, data))
        }
        _ => None,
    });
    let theirs = Identification::parse(body).ok().map(|id| (id.id_type, id.data));
    Readings { ours, theirs }.settle(found, |readings| address_length(readings.refusal()?));
}

fn compare_certificates(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::Certificate(certificate) => Some((certificate.encoding().0, body[1..].to_vec())),
        _ => None,
    });
    let theirs = Certificate::parse(body).ok().map(|it| (it.encoding, it.data));
    Readings { ours, theirs }.settle(found, |readings| hash_and_url(readings.refusal()?, body));
}

fn compare_certificate_requests(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::CertificateRequest(request) => Some((request.encoding.0, body[1..].to_vec())),
        _ => None,
    });
    let theirs = CertRequest::parse(body).ok().map(|it| (it.encoding, it.ca_hashes.as_flattened().to_vec()));
    // Of encodings that do not have hashes `wire` keeps the bytes as they stand.
    let is_opaque = body.first().is_some_and(|encoding| ![4, 12, 13].contains(encoding));
    Readings { ours, theirs }.settle(found, |readings| {
        (readings.only_ours() && is_opaque).then_some(Disagreement::OpaqueAuthorities)
    });
}

fn compare_authentications(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::Authentication(authentication) => Some(match authentication.proof {
            Proof::DigitalSignature { algorithm, signature } => (14, algorithm.to_vec(), signature.to_vec()),
            Proof::Other(method, data) => (method.0, Vec::new(), data.to_vec()),
        }),
        _ => None,
    });
    let theirs = Authentication::parse(body).ok().and_then(|authentication| {
        if authentication.method != 14 {
            return Some((authentication.method, Vec::new(), authentication.data));
        }
        let (algorithm, signature) = parse_auth_data(&authentication.data).ok()?;
        Some((14, algorithm.to_vec(), signature.to_vec()))
    });
    Readings { ours, theirs }.settle(found, |_| None);
}

fn compare_notifications(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::Notify(notify) => {
            Some(((notify.protocol.0, notify.notify_type.0), notify.spi.to_vec(), notify.data.to_vec()))
        }
        _ => None,
    });
    let theirs = Notify::parse(body)
        .ok()
        .map(|notify| ((notify.protocol_id, notify.notify_type), notify.spi, notify.data));
    Readings { ours, theirs }.settle(found, |_| None);
}

fn compare_configurations(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::Configuration(configuration) => Some((
            configuration.configuration_type.0,
            configuration.attributes().map(|it| (it.attribute_type.0, it.value.to_vec())).collect(),
        )),
        _ => None,
    });
    let theirs = Configuration::parse(body).ok().map(|configuration| {
        let attributes = configuration.attrs.into_iter().map(|it| (it.attr_type, it.value));
        (configuration.cfg_type, attributes.collect::<Vec<_>>())
    });
    Readings { ours, theirs }.settle(found, |_| None);
}

/// What `wire` reads of a payload, in the form of `of`, which knows the payload by its type.
pub(super) fn read<'a, T>(
    raw: &RawPayload<'a>,
    of: impl FnOnce(Payload<'a>) -> Option<T>,
) -> Result<T, ReadError> {
    raw.typed().map(|payload| of(payload).expect("a payload is read as what its type says"))
}

/// Number, protocol and SPI, and the transforms: type, number, and key length in the short form of attributes.
type Proposal = (u8, u8, Vec<u8>, Vec<(u8, u16, Option<u16>)>);

fn compare_security_associations(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let transform = |transform: ikev2::Transform<'_>| {
        let key_length = transform.attributes().filter_map(|attribute| match attribute.value {
            ikev2::AttributeValue::Short(bits)
                if attribute.class == ikev2::transforms::AttributeType::KEY_LENGTH.0 =>
            {
                Some(bits)
            }
            _ => None,
        });
        (transform.transform_type.0, transform.id, key_length.last())
    };
    let ours = read(raw, |payload| match payload {
        Payload::SecurityAssociation(association) => Some(
            association
                .proposals()
                .map(|it| {
                    (it.number, it.protocol.0, it.spi.to_vec(), it.transforms().map(transform).collect())
                })
                .collect::<Vec<Proposal>>(),
        ),
        _ => None,
    });
    let read = SecurityAssociation::parse(raw.body).ok();
    let theirs = read.as_ref().map(|association| {
        let transform = |it: &ryke::Transform| (it.transform_type, it.transform_id, it.key_length);
        let proposals = association.proposals.iter().map(|it| {
            (it.num, it.protocol_id, it.spi.clone(), it.transforms.iter().map(transform).collect())
        });
        proposals.collect()
    });
    let written = read.map(|association| association.to_bytes());
    Readings { ours, theirs }
        .settle(found, |readings| substructures(readings.refusal()?, written.as_deref() != Some(raw.body)));
}

/// Why `wire` refuses an SA payload; `is_rewritten` where the other reader would write other bytes for what it has read.
pub(super) fn substructures(refusal: &ReadError, is_rewritten: bool) -> Option<Disagreement> {
    match (refusal.within, refusal.what) {
        (Within::Payload(_) | Within::Proposal, Reason::Empty) => Some(Disagreement::NoProposal),
        (Within::Payload(_) | Within::Proposal | Within::Transform | Within::Attribute, _) => {
            is_rewritten.then_some(Disagreement::SubstructuresThatDoNotAddUp)
        }
        _ => None,
    }
}

/// Why `wire` refuses an identity.
pub(super) fn address_length(refusal: &ReadError) -> Option<Disagreement> {
    matches!(refusal.what, Reason::IdentityLength { .. }).then_some(Disagreement::AddressLength)
}

/// Why `wire` refuses a certificate with this body.
pub(super) fn hash_and_url(refusal: &ReadError, body: &[u8]) -> Option<Disagreement> {
    let is_by_hash = matches!(body, [12 | 13, rest @ ..] if rest.len() < 20);
    (is_by_hash && matches!(refusal.what, Reason::Truncated { .. })).then_some(Disagreement::HashAndUrl)
}

fn compare_deletes(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let ours = read(raw, |payload| match payload {
        Payload::Delete(delete) => {
            Some((delete.protocol().0, delete.spis().map(<[u8]>::to_vec).collect::<Vec<_>>()))
        }
        _ => None,
    });
    let theirs = Delete::parse(raw.body).ok().map(|delete| {
        (delete.protocol_id, delete.spis.iter().map(|spi| spi.to_be_bytes().to_vec()).collect())
    });
    let is_other_size = raw.body.get(1).is_some_and(|size| ![0, 4].contains(size));
    Readings { ours, theirs }.settle(found, |readings| match readings.refusal() {
        Some(refusal) => {
            matches!(refusal.what, Reason::SpiCount { .. }).then_some(Disagreement::SpisThatDoNotAddUp)
        }
        None => (readings.only_ours() && is_other_size).then_some(Disagreement::SpiSize),
    });
}

fn compare_selectors(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let ours = read(raw, selectors);
    let is_known = |selectors: &Vec<Selector>| selectors.iter().all(|(kind, ..)| [7, 8].contains(kind));
    let theirs = TrafficSelectors::parse(raw.body).ok().map(|read| {
        let selector = |it: ryke::TrafficSelector| {
            let ports = [it.start_port.to_be_bytes(), it.end_port.to_be_bytes()].concat();
            (it.ts_type, it.ip_protocol, [ports, it.start_addr, it.end_addr].concat())
        };
        read.selectors.into_iter().map(selector).collect()
    });
    Readings { ours, theirs }.settle(found, |readings| match &readings.ours {
        Err(refusal) => selectors_that_do_not_add_up(refusal),
        Ok(ours) => (readings.theirs.is_none() && !is_known(ours)).then_some(Disagreement::OtherSelector),
    });
}

/// Type and protocol of a traffic selector, and what stands behind its length.
pub(super) type Selector = (u8, u8, Vec<u8>);

/// The traffic selectors of a payload of them.
pub(super) fn selectors(payload: Payload<'_>) -> Option<Vec<Selector>> {
    let (Payload::InitiatorTrafficSelectors(selectors) | Payload::ResponderTrafficSelectors(selectors)) =
        payload
    else {
        return None;
    };
    let range = |first_port: u16, last_port: u16, first: &[u8], last: &[u8]| {
        [&first_port.to_be_bytes(), &last_port.to_be_bytes(), first, last].concat()
    };
    let data = |selector: &ikev2::TrafficSelector<'_>| match selector {
        ikev2::TrafficSelector::Ipv4(it) => {
            range(it.first_port, it.last_port, &it.first.octets(), &it.last.octets())
        }
        ikev2::TrafficSelector::Ipv6(it) => {
            range(it.first_port, it.last_port, &it.first.octets(), &it.last.octets())
        }
        ikev2::TrafficSelector::Other { data, .. } => data.to_vec(),
    };
    Some(selectors.iter().map(|it| (it.selector_type().0, it.protocol(), data(&it))).collect())
}

/// Why `wire` refuses traffic selectors.
pub(super) fn selectors_that_do_not_add_up(refusal: &ReadError) -> Option<Disagreement> {
    let is_of_selectors = matches!(refusal.within, Within::TrafficSelector | Within::Payload(_));
    let is_sum = matches!(
        refusal.what,
        Reason::SelectorLength { .. }
            | Reason::TrailingBytes { .. }
            | Reason::Empty
            | Reason::LengthTooSmall { .. }
            | Reason::LengthTooLarge { .. }
            | Reason::Truncated { .. }
    );
    (is_of_selectors && is_sum).then_some(Disagreement::SelectorsThatDoNotAddUp)
}
