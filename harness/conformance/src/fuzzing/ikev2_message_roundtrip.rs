//! Reading and writing IKEv2 messages are inverses.

use wire::ikev2::{
    AttributeValue, Authorities, Delete, Encrypted, EncryptedParts, Message, MessageBuilder, Payload,
    Payloads, RawPayload, TrafficSelector, TrafficSelectorsBuf, owned, payloads_in, split_padding,
    write_padding, write_payloads,
};
use wire::{Header, PayloadType, ReadError, Version};

use super::assert_within;
use super::ikev1_message_roundtrip::{check_datagram, fits};

/// What is read is written again byte for byte, and what is written reads as the same again; what is refused is
/// refused at a place that exists.
///
/// The body of an Encrypted payload is taken for a decrypted one too, so that the fuzzer reaches the payloads in it.
///
/// # Panics
/// If any of that does not hold.
pub fn ikev2_message_roundtrip(bytes: &[u8]) {
    check_datagram(bytes);
    let message = match Message::read(bytes) {
        Ok(message) => message,
        Err(error) => return assert_within(&error, bytes.len()),
    };
    let header = message.header();
    assert_eq!(usize::try_from(header.length), Ok(bytes.len()));
    let mut walk = message.payloads();
    match walk.by_ref().collect::<Result<Vec<_>, _>>() {
        Err(error) => assert_within(&error, bytes.len()),
        Ok(payloads) => {
            assert!(walk.rest().is_empty() && walk.offset() == bytes.len());
            let written = builder_of(header).payloads(&payloads);
            assert_eq!(written.expect("what was read can be written"), bytes);
            if let [only] = payloads.as_slice()
                && let Ok(Payload::Encrypted(Encrypted { first_inside, body })) = only.typed()
                && (only.critical, only.reserved) == (false, 0)
            {
                assert_eq!(builder_of(header).encrypted(first_inside, body).as_deref(), Ok(bytes));
            }
            payloads.iter().for_each(|payload| check_payload(payload, bytes.len()));
        }
    }
}

/// Who writes the message again: from the fields alone, where the header has no others.
fn builder_of(header: &Header) -> MessageBuilder {
    if header.version != Version::IKEV2 {
        return MessageBuilder::like(header);
    }
    MessageBuilder::new(header.initiator_cookie, header.responder_cookie, header.exchange_type)
        .message_id(header.message_id)
        .flags(header.flags)
}

fn collect<'a>(walk: Payloads<'a>) -> Result<Vec<RawPayload<'a>>, ReadError> {
    walk.collect()
}

/// What holds for every payload, and what holds for those of its type. `end` is the end of the message.
pub(super) fn check_payload(raw: &RawPayload<'_>, end: usize) {
    let typed = match raw.typed() {
        Ok(typed) => typed,
        Err(error) => return assert_within(&error, end),
    };
    let body = typed.body().expect("what was read can be written");
    assert_eq!(body, raw.body);
    assert_eq!(Payload::read(&RawPayload { body: &body, ..*raw }), Ok(typed));
    assert_eq!(typed.payload_type(), raw.payload_type);
    check_copy(raw, typed);
    check_content(&typed, raw, end);
}

/// A copy that owns its bytes says the same, and is written as what it was read from.
fn check_copy(raw: &RawPayload<'_>, typed: Payload<'_>) {
    let copy = owned::Payload::from(*raw);
    assert_eq!(copy.typed(), Ok(typed));
    let of_typed = owned::Payload::try_from(typed).expect("what was read can be written");
    let same = (of_typed.payload_type, of_typed.body.as_slice()) == (raw.payload_type, raw.body);
    assert!(same && raw.first_inside().is_none_or(|first| first == of_typed.first_inside), "{of_typed:?}");
    for payload in [copy, of_typed] {
        let mut written = Vec::new();
        match write_payloads(&[payload], &mut written) {
            Ok(first) => {
                assert_eq!(first, raw.payload_type);
                assert_eq!(written.split_off(RawPayload::HEADER_LENGTH), raw.body);
            }
            // Only a payload without its message can be of this type, or longer than a message holds.
            Err(error) => assert!(raw.payload_type == PayloadType::NONE || !fits(raw.body), "{error}"),
        }
    }
}

/// What a payload says of itself agrees with what it holds.
fn check_content(typed: &Payload<'_>, raw: &RawPayload<'_>, end: usize) {
    let length = raw.body.len();
    match typed {
        Payload::SecurityAssociation(association) => {
            // What owns its content loses reserved bytes, but nothing else and not twice.
            let content = owned::SecurityAssociation::from(*association);
            let encoded = content.encode().expect("what was read can be written");
            assert_eq!(owned::SecurityAssociation::from(encoded.view()), content);
            assert_eq!(encoded.body().len(), length);
            for transform in association.proposals().flat_map(|proposal| proposal.transforms()) {
                assert_eq!(transform.algorithm().id(), transform.id);
                assert_eq!(transform.algorithm().transform_type(), transform.transform_type);
                let mut lengths = transform.attributes().map(|attribute| attribute.value);
                let told = transform.key_length().map(AttributeValue::Short);
                assert!(told.is_none_or(|bits| lengths.next() == Some(bits) && lengths.next().is_none()));
            }
        }
        Payload::KeyExchange(exchange) => assert_eq!(exchange.public_value.len() + 4, length),
        Payload::CertificateRequest(request) => match request.authorities {
            Authorities::KeyHashes(hashes) => assert_eq!(hashes.len() * 20 + 1, length),
            Authorities::Opaque(data) => assert_eq!(data.len() + 1, length),
        },
        Payload::Notify(notification) => {
            assert_eq!(notification.spi.len() + notification.data.len() + 4, length);
            if let Err(error) = notification.content(raw.body_offset()) {
                assert_within(&error, end);
            }
        }
        Payload::Delete(delete) => {
            let spis = delete.spis().map(|spi| {
                assert_eq!(spi.len(), usize::from(delete.spi_size()));
                spi.len()
            });
            assert_eq!(spis.sum::<usize>() + 4, length);
            if let Some(first) = delete.spis().next() {
                let spis: Vec<u8> = delete.spis().flatten().copied().collect();
                assert_eq!(Delete::several(delete.protocol(), &spis, first.len()), Ok(*delete));
            }
        }
        Payload::InitiatorTrafficSelectors(selectors) | Payload::ResponderTrafficSelectors(selectors) => {
            let all: Vec<TrafficSelector<'_>> = selectors.iter().collect();
            assert_eq!(all.len(), usize::from(raw.body[0]));
            let written = TrafficSelectorsBuf::new(&all).expect("what was read can be written");
            assert_eq!(written.view().iter().collect::<Vec<_>>(), all);
        }
        Payload::Encrypted(encrypted) => {
            check_encrypted(encrypted.first_inside, encrypted.body, raw.body_offset());
        }
        Payload::EncryptedFragment(fragment) => {
            assert!(1 <= fragment.number && fragment.number <= fragment.total);
            assert_eq!(fragment.body.len() + wire::ikev2::EncryptedFragment::HEADER_LENGTH, length);
        }
        Payload::Configuration(configuration) => {
            let values = configuration.attributes().map(|attribute| attribute.value.len() + 4);
            assert_eq!(values.sum::<usize>() + 4, length);
        }
        _ => {}
    }
}

/// The parts of an encrypted body are all of it; and as if it were decrypted already, it holds padding and payloads.
fn check_encrypted(first: PayloadType, body: &[u8], offset: usize) {
    let end = offset + body.len();
    match EncryptedParts::split(body, 8, 12, offset) {
        Ok(parts) => {
            let whole = [parts.initialization_vector, parts.ciphertext, parts.integrity_checksum].concat();
            assert_eq!(whole, body);
        }
        Err(error) => assert_within(&error, end),
    }
    let (inside, padding) = match split_padding(body, offset) {
        Ok(parts) => parts,
        Err(error) => return assert_within(&error, end),
    };
    let mut padded = inside.to_vec();
    write_padding(padding, &mut padded).expect("a length of one byte was read");
    assert_eq!(padded, body);
    match collect(payloads_in(first, inside, offset)) {
        Err(error) => assert_within(&error, end),
        Ok(payloads) => {
            let mut written = Vec::new();
            assert_eq!(write_payloads(&payloads, &mut written), Ok(first));
            assert_eq!(written, inside);
            // An encrypted payload in another one is no deeper than the bytes are long, and not followed.
            let plain = payloads.iter().filter(|payload| payload.first_inside().is_none());
            plain.for_each(|payload| check_payload(payload, end));
        }
    }
}
