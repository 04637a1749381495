//! `ipsec-parser`, which reads IKEv2.

use ipsec_parser::{
    IkePayloadType, IkeV2PayloadContent as Content, IkeV2Proposal, parse_ikev2_header,
    parse_ikev2_payload_generic, parse_ikev2_payload_with_type,
};
use wire::ikev2::{self, Identification, Payload, RawPayload};
use wire::{ExchangeType, Flags, Header, PayloadType, Reason, Version, Within};

use super::ryke_ikev2::{
    Selector, address_length, hash_and_url, read, selectors, selectors_that_do_not_add_up, substructures,
};
use super::{Disagreement, Disagreements, Readings};

/// The fields of the header are the same.
pub(super) fn compare_headers(bytes: &[u8]) {
    let theirs = parse_ikev2_header(bytes).ok().map(|(_, header)| Header {
        initiator_cookie: header.init_spi.to_be_bytes(),
        responder_cookie: header.resp_spi.to_be_bytes(),
        next_payload: PayloadType(header.next_payload.0),
        version: Version(header.maj_ver << 4 | header.min_ver),
        exchange_type: ExchangeType(header.exch_type.0),
        flags: Flags(header.flags),
        message_id: header.msg_id,
        length: header.length,
    });
    assert_eq!(Header::read(bytes).ok(), theirs);
}

/// Each payload of the chain. How it walks a chain is not compared: it goes on behind the last payload.
pub(super) fn compare(first: PayloadType, body: &[u8], found: &mut Disagreements) {
    let mut payloads = ikev2::payloads_in(first, body, Header::LENGTH);
    loop {
        let rest = payloads.rest();
        let Some(raw) = payloads.next() else { return };
        let theirs = parse_ikev2_payload_generic(rest).ok().map(|(_, payload)| payload);
        let Ok(raw) = raw else {
            // Behind the last payload it would read another one.
            let is_behind = matches!(raw, Err(error) if matches!(error.what, Reason::TrailingBytes { .. }));
            assert!(is_behind || theirs.is_none(), "{theirs:?}");
            return;
        };
        let theirs = theirs.expect("what is a payload for one is a payload for the other");
        assert_eq!(
            (raw.next.0, raw.critical, raw.reserved, raw.body),
            (theirs.hdr.next_payload_type.0, theirs.hdr.critical, theirs.hdr.reserved, theirs.payload)
        );
        compare_payload(&raw, found);
    }
}

fn compare_payload(raw: &RawPayload<'_>, found: &mut Disagreements) {
    let body = raw.body;
    let length = u16::try_from(body.len()).expect("a payload's length has 16 bits");
    let content = parse_ikev2_payload_with_type(body, length, IkePayloadType(raw.payload_type.0));
    let theirs = content.ok().map(|(_, content)| content);
    match raw.payload_type {
        PayloadType::IKEV2_SECURITY_ASSOCIATION => compare_security_associations(raw, theirs, found),
        PayloadType::IKEV2_KEY_EXCHANGE => compare_key_exchanges(raw, theirs, found),
        PayloadType::INITIATOR_IDENTIFICATION | PayloadType::RESPONDER_IDENTIFICATION => {
            compare_identifications(raw, theirs, found)
        }
        PayloadType::IKEV2_CERTIFICATE | PayloadType::IKEV2_CERTIFICATE_REQUEST => {
            compare_certificates_and_requests(raw, theirs, found)
        }
        PayloadType::INITIATOR_TRAFFIC_SELECTORS | PayloadType::RESPONDER_TRAFFIC_SELECTORS => {
            compare_selectors(raw, theirs, found);
        }
        PayloadType::AUTHENTICATION => compare_authentications(raw, theirs, found),
        PayloadType::IKEV2_NOTIFY => compare_notifications(raw, theirs, found),
        PayloadType::IKEV2_DELETE => compare_deletes(raw, theirs, found),
        PayloadType::IKEV2_VENDOR_ID => compare_vendor_ids(raw, theirs, found),
        PayloadType::IKEV2_NONCE => {
            assert_eq!(theirs, Some(Content::Nonce(ipsec_parser::NoncePayload { nonce_data: body })));
        }
        PayloadType::ENCRYPTED => {
            assert_eq!(theirs, Some(Content::Encrypted(ipsec_parser::EncryptedPayload(body))));
        }
        _ => assert_eq!(theirs, Some(Content::Unknown(body))),
    }
}

fn compare_security_associations(
    raw: &RawPayload<'_>,
    theirs: Option<Content<'_>>,
    found: &mut Disagreements,
) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::SecurityAssociation(association) => Some(association.body().to_vec()),
        _ => None,
    });
    let theirs = theirs.map(|content| match content {
        Content::SA(proposals) => write_proposals(&proposals),
        other => unreachable!("{other:?}"),
    });
    Readings { ours, theirs }.settle(found, |readings| {
        let refusal = readings.refusal()?;
        // It does not look at attributes.
        let is_rewritten = readings.theirs.as_deref() != Some(body);
        substructures(refusal, is_rewritten || refusal.within == Within::Attribute)
    });
}

fn compare_key_exchanges(raw: &RawPayload<'_>, theirs: Option<Content<'_>>, found: &mut Disagreements) {
    let ours = read(raw, |payload| match payload {
        Payload::KeyExchange(it) => Some((it.group.0, it.reserved, it.public_value)),
        _ => None,
    });
    let theirs = theirs.map(|content| match content {
        Content::KE(it) => (it.dh_group.0, it.reserved.to_be_bytes(), it.kex_data),
        other => unreachable!("{other:?}"),
    });
    Readings { ours, theirs }.settle(found, |_| None);
}

fn compare_identifications(raw: &RawPayload<'_>, theirs: Option<Content<'_>>, found: &mut Disagreements) {
    let ours = read(raw, |payload| match payload {
        Payload::InitiatorIdentification(id) | Payload::ResponderIdentification(id) => {
            Some(identification(&id))
        }
        _ => None,
    });
    let theirs = theirs.map(|content| match content {
        Content::IDi(id) | Content::IDr(id) => {
            let [high, low] = id.reserved2.to_be_bytes();
            (id.id_type.0, [id.reserved1, high, low], id.ident_data.to_vec())
        }
        other => unreachable!("{other:?}"),
    });
    Readings { ours, theirs }.settle(found, |readings| address_length(readings.refusal()?));
}

fn compare_certificates_and_requests(
    raw: &RawPayload<'_>,
    theirs: Option<Content<'_>>,
    found: &mut Disagreements,
) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::Certificate(certificate) => Some((certificate.encoding().0, &body[1..])),
        Payload::CertificateRequest(request) => Some((request.encoding.0, &body[1..])),
        _ => None,
    });
    let is_request = raw.payload_type == PayloadType::IKEV2_CERTIFICATE_REQUEST;
    let theirs = theirs.map(|content| match content {
        Content::Certificate(it) => (it.cert_encoding.0, it.cert_data),
        Content::CertificateRequest(it) => (it.cert_encoding.0, it.ca_data),
        other => unreachable!("{other:?}"),
    });
    Readings { ours, theirs }.settle(found, |readings| {
        let refusal = readings.refusal()?;
        let is_in_pieces = matches!(body, [4 | 12 | 13, hashes @ ..] if hashes.len() % 20 != 0);
        if is_request {
            return is_in_pieces.then_some(Disagreement::OpaqueAuthorities);
        }
        hash_and_url(refusal, body)
    });
}

fn compare_authentications(raw: &RawPayload<'_>, theirs: Option<Content<'_>>, found: &mut Disagreements) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::Authentication(it) => Some((it.method().0, &body[4..])),
        _ => None,
    });
    let theirs = theirs.map(|content| match content {
        Content::Authentication(it) => (it.auth_method.0, it.auth_data),
        other => unreachable!("{other:?}"),
    });
    Readings { ours, theirs }.settle(found, |readings| {
        let theirs = readings.theirs?;
        // The reserved bytes and as much less at the end.
        let is_shifted = theirs == (body[0], &body[1..body.len() - 3]);
        let is_digital = body[0] == 14 && readings.ours.is_err();
        match (is_shifted, is_digital) {
            (true, true) => Some(Disagreement::OpaqueAlgorithm),
            (true, false) => Some(Disagreement::FixedPartTwice),
            (false, _) => None,
        }
    });
}

fn compare_deletes(raw: &RawPayload<'_>, theirs: Option<Content<'_>>, found: &mut Disagreements) {
    let body = raw.body;
    let ours = read(raw, |payload| match payload {
        Payload::Delete(it) => Some((it.protocol().0, it.spi_size(), &body[4..])),
        _ => None,
    });
    let theirs = theirs.map(|content| match content {
        Content::Delete(it) => (it.protocol_id.0, it.spi_size, it.spi),
        other => unreachable!("{other:?}"),
    });
    Readings { ours, theirs }.settle(found, |readings| match (&readings.ours, readings.theirs) {
        (Err(refusal), Some(_)) => {
            matches!(refusal.what, Reason::SpiCount { .. }).then_some(Disagreement::SpisThatDoNotAddUp)
        }
        (Ok(_), None) => (body.len() < 8).then_some(Disagreement::FixedPartTwice),
        (Ok(ours), Some(theirs)) => {
            ((ours.0, ours.1, &body[4..body.len() - 4]) == theirs).then_some(Disagreement::FixedPartTwice)
        }
        (Err(_), None) => None,
    });
}

fn compare_vendor_ids(raw: &RawPayload<'_>, theirs: Option<Content<'_>>, found: &mut Disagreements) {
    let body = raw.body;
    let theirs = theirs.map(|content| match content {
        Content::VendorID(it) => it.vendor_id,
        other => unreachable!("{other:?}"),
    });
    Readings { ours: Ok(body), theirs }.settle(found, |readings| {
        let kept = body.len().checked_sub(8).map(|kept| &body[..kept]);
        (readings.theirs == kept).then_some(Disagreement::FixedPartTwice)
    });
}

fn identification(id: &Identification<'_>) -> (u8, [u8; 3], Vec<u8>) {
    let mut data = Vec::new();
    id.identity.write(&mut data);
    (id.identity.identification_type().0, id.reserved, data)
}

/// Proposals as they are written if their lengths and Last Substruc are what they have to be; numbers and reserved bytes
/// are those that were read.
fn write_proposals(proposals: &[IkeV2Proposal<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for (proposal, left) in proposals.iter().zip((0..proposals.len()).rev()) {
        let mut body = proposal.spi.unwrap_or_default().to_vec();
        for (transform, left) in proposal.transforms.iter().zip((0..proposal.transforms.len()).rev()) {
            let [high, low] = transform.transform_id.to_be_bytes();
            let fields = [transform.transform_type.0, transform.reserved2, high, low];
            let attributes = transform.attributes.unwrap_or_default();
            write_element(
                [if left == 0 { 0 } else { 3 }, transform.reserved1],
                fields,
                attributes,
                &mut body,
            );
        }
        let IkeV2Proposal { proposal_num, protocol_id, spi_size, num_transforms, .. } = *proposal;
        let fields = [proposal_num, protocol_id.0, spi_size, num_transforms];
        write_element([if left == 0 { 0 } else { 2 }, proposal.reserved], fields, &body, &mut out);
    }
    out
}

fn write_element(begin: [u8; 2], fields: [u8; 4], body: &[u8], out: &mut Vec<u8>) {
    let length = u16::try_from(8 + body.len()).expect("it was part of a payload");
    out.extend(begin);
    out.extend(length.to_be_bytes());
    out.extend(fields);
    out.extend(body);
}

fn compare_notifications(raw: &RawPayload<'_>, theirs: Option<Content<'_>>, found: &mut Disagreements) {
    let ours = read(raw, |payload| match payload {
        Payload::Notify(it) => Some(((it.protocol.0, it.notify_type.0), it.spi, it.data)),
        _ => None,
    });
    let theirs = theirs.map(|content| match content {
        Content::Notify(it) => (
            (it.protocol_id.0, it.notify_type.0),
            it.spi.unwrap_or_default(),
            it.notify_data.unwrap_or_default(),
        ),
        other => unreachable!("{other:?}"),
    });
    Readings { ours, theirs }.settle(found, |readings| {
        let (Ok((kind, spi, data)), Some(theirs)) = (&readings.ours, readings.theirs) else { return None };
        let kept = &data[..data.len().saturating_sub(4)];
        ((*kind, *spi, kept) == theirs).then_some(Disagreement::FixedPartTwice)
    });
}

fn compare_selectors(raw: &RawPayload<'_>, theirs: Option<Content<'_>>, found: &mut Disagreements) {
    let ours = read(raw, selectors);
    let theirs = theirs.map(|content| match content {
        Content::TSi(it) | Content::TSr(it) => {
            let selector = |it: &ipsec_parser::TrafficSelector<'_>| {
                let ports = [it.start_port.to_be_bytes(), it.end_port.to_be_bytes()].concat();
                (it.ts_type.0, it.ip_proto_id, [&ports, it.start_addr, it.end_addr].concat())
            };
            it.ts.iter().map(selector).collect::<Vec<Selector>>()
        }
        other => unreachable!("{other:?}"),
    });
    Readings { ours, theirs }.settle(found, |readings| match &readings.ours {
        Err(refusal) => selectors_that_do_not_add_up(refusal),
        Ok(ours) => {
            // It ends at the first type that it does not know.
            let known = ours.iter().take_while(|(kind, ..)| [7, 8].contains(kind)).cloned();
            let known: Vec<Selector> = known.collect();
            let kept = (!known.is_empty()).then_some(known);
            (readings.theirs == kept && kept.as_ref() != Some(ours)).then_some(Disagreement::OtherSelector)
        }
    });
}
