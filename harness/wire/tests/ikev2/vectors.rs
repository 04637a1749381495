//! Whole messages whose bytes were laid out by hand from the figures of the RFCs.

use wire::ikev2::transforms::{
    Algorithm, EncryptionAlgorithm, ExtendedSequenceNumbers, IntegrityAlgorithm, PseudorandomFunction,
    TransformType,
};
use wire::ikev2::{
    AttributeValue, Encrypted, EncryptedFragment, EncryptedParts, Identification, Identity, KeyExchange,
    Message, MessageBuilder, Notification, NotifyType, Payload, ProtocolId, SecurityAssociation, owned,
    payloads_in, split_padding, write_padding, write_payloads,
};
use wire::{ExchangeType, Flags, Group, Header, PayloadType, Version};

use super::hex;

/// The first message: one proposal, a public value cut short, a nonce, a hash for NAT detection. The proposal
/// is 8 + 12 + 3 * 8 bytes, the payloads are 48, 16, 20 and 28.
const IKE_SA_INIT: &str = "
    0102030405060708 0000000000000000 21 20 22 08 00000000 0000008c
    22 00 0030
        00 00 002c  01 01 00 04
            03 00 000c  01 00 000c  800e 0100
            03 00 0008  02 00 0005
            03 00 0008  03 00 000c
            00 00 0008  04 00 000e
    28 00 0010  000e 0000  a0a1a2a3a4a5a6a7
    29 00 0014  101112131415161718191a1b1c1d1e1f
    00 00 001c  00 00 4004  202122232425262728292a2b2c2d2e2f30313233";

const INITIATOR_SPI: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

fn proposals() -> owned::SecurityAssociation {
    let transforms = vec![
        owned::Transform::with_key_length(EncryptionAlgorithm::AES_CBC, 256),
        owned::Transform::new(PseudorandomFunction::HMAC_SHA2_256),
        owned::Transform::new(IntegrityAlgorithm::HMAC_SHA2_256_128),
        owned::Transform::new(Group::MODP_2048),
    ];
    let proposal = owned::Proposal { number: 1, protocol: ProtocolId::IKE, spi: Vec::new(), transforms };
    owned::SecurityAssociation { proposals: vec![proposal] }
}

#[test]
fn the_first_message_is_read_as_it_was_meant() {
    let bytes = hex(IKE_SA_INIT);
    let message = Message::read(&bytes).unwrap();
    let header = Header {
        initiator_cookie: INITIATOR_SPI,
        responder_cookie: [0; 8],
        next_payload: PayloadType::IKEV2_SECURITY_ASSOCIATION,
        version: Version::IKEV2,
        exchange_type: ExchangeType::IKE_SA_INIT,
        flags: Flags::INITIATOR,
        message_id: 0,
        length: 140,
    };
    assert_eq!(*message.header(), header);
    assert!(message.is_from_initiator() && !message.is_response());

    let raws: Vec<_> = message.payloads().map(Result::unwrap).collect();
    let offsets: Vec<_> = raws.iter().map(|raw| raw.offset).collect();
    assert_eq!(offsets, [28, 76, 92, 112]);
    let typed: Vec<_> = raws.iter().map(|raw| raw.typed().unwrap()).collect();
    let Payload::SecurityAssociation(association) = typed[0] else { panic!("no SA") };
    assert_eq!(owned::SecurityAssociation::from(association), proposals());
    let hash: Vec<u8> = (0x20..0x34).collect();
    let notification = Notification::new(NotifyType::NAT_DETECTION_SOURCE_IP, &hash);
    let nonce: Vec<u8> = (0x10..0x20).collect();
    let public_value: Vec<u8> = (0xa0..0xa8).collect();
    assert_eq!(
        typed[1..],
        [
            Payload::KeyExchange(KeyExchange::new(Group::MODP_2048, &public_value)),
            Payload::Nonce(&nonce),
            Payload::Notify(notification),
        ]
    );
}

#[test]
fn the_first_message_is_written_as_it_was_laid_out() {
    let association = proposals().encode().unwrap();
    let hash: Vec<u8> = (0x20..0x34).collect();
    let nonce: Vec<u8> = (0x10..0x20).collect();
    let public_value: Vec<u8> = (0xa0..0xa8).collect();
    let bytes = MessageBuilder::new(INITIATOR_SPI, [0; 8], ExchangeType::IKE_SA_INIT)
        .flags(Flags::INITIATOR)
        .payloads(&[
            Payload::SecurityAssociation(association.view()),
            Payload::KeyExchange(KeyExchange::new(Group::MODP_2048, &public_value)),
            Payload::Nonce(&nonce),
            Payload::Notify(Notification::new(NotifyType::NAT_DETECTION_SOURCE_IP, &hash)),
        ])
        .unwrap();
    assert_eq!(bytes, hex(IKE_SA_INIT));
}

#[test]
fn transforms_say_what_they_are_among_those_of_their_type() {
    // ESP with an SPI: 8 + 4 + 12 + 16 + 3 * 8 bytes. The second cipher has an attribute of a class that is not
    // the key length behind its key length; the last transform is of no known type.
    let body = hex("
        00 00 0040  02 03 04 05  c0ffee01
            03 00 000c  01 00 0014  800e 0080
            03 00 0010  01 00 0014  800e 0100  8063 0001
            03 00 0008  05 00 0001
            03 00 0008  06 00 0024
            00 00 0008  f1 00 0003");
    let proposal = SecurityAssociation::read(&body, 0).unwrap().proposals().next().unwrap();
    assert_eq!((proposal.number, proposal.protocol, proposal.transform_count), (2, ProtocolId::ESP, 5));
    assert_eq!(proposal.spi, [0xc0, 0xff, 0xee, 1]);
    let read: Vec<_> = proposal.transforms().map(|one| (one.algorithm(), one.key_length())).collect();
    assert_eq!(
        read,
        [
            (Algorithm::Encryption(EncryptionAlgorithm::AES_GCM_16), Some(128)),
            (Algorithm::Encryption(EncryptionAlgorithm::AES_GCM_16), None),
            (Algorithm::ExtendedSequenceNumbers(ExtendedSequenceNumbers::YES), None),
            (Algorithm::Other(TransformType::ADDITIONAL_KEY_EXCHANGE_1, 36), None),
            (Algorithm::Other(TransformType(0xf1), 3), None),
        ]
    );
    let names: Vec<_> = read.iter().map(|(algorithm, _)| algorithm.to_string()).collect();
    assert_eq!(names, ["ENCR_AES_GCM_16", "ENCR_AES_GCM_16", "Extended Sequence Numbers", "36", "3"]);
    let attribute = proposal.transforms().nth(1).unwrap().attributes().nth(1).unwrap();
    assert_eq!((attribute.class, attribute.value), (0x63, AttributeValue::Short(1)));
    let association = owned::SecurityAssociation { proposals: vec![owned::Proposal::from(proposal)] };
    assert_eq!(association.encode().unwrap().body(), body);
}

#[test]
fn a_key_length_in_the_long_form_is_none() {
    // RFC 7296 3.3.5: the Key Length attribute must not be used in the long form.
    let body = hex("00 00 0016  01 01 00 01  00 00 000e  01 00 000c  000e 0002 0100");
    let proposal = SecurityAssociation::read(&body, 0).unwrap().proposals().next().unwrap();
    assert_eq!(proposal.transforms().next().unwrap().key_length(), None);
}

#[test]
fn an_encrypted_payload_announces_what_is_inside_and_ends_the_chain() {
    let bytes = hex("
        0102030405060708 1112131415161718 2e 20 23 28 00000001 00000030
        23 00 0014  e0e1e2e3e4e5e6e7e8e9eaebecedeeef");
    let message = Message::read(&bytes).unwrap();
    assert!(message.is_from_initiator() && message.is_response());
    let raws: Vec<_> = message.payloads().map(Result::unwrap).collect();
    assert_eq!(raws.len(), 1);
    let body: Vec<u8> = (0xe0..0xf0).collect();
    let encrypted = Encrypted { first_inside: PayloadType::INITIATOR_IDENTIFICATION, body: &body };
    assert_eq!(raws[0].typed().unwrap(), Payload::Encrypted(encrypted));

    let parts = EncryptedParts::split(encrypted.body, 8, 4, raws[0].body_offset()).unwrap();
    assert_eq!(parts.initialization_vector, &body[..8]);
    assert_eq!((parts.ciphertext, parts.integrity_checksum), (&body[8..12], &body[12..]));

    let builder =
        MessageBuilder::new(INITIATOR_SPI, message.header().responder_cookie, ExchangeType::IKE_AUTH)
            .flags(Flags::INITIATOR.union(Flags::RESPONSE))
            .message_id(1);
    let written = builder.clone().encrypted(encrypted.first_inside, encrypted.body).unwrap();
    assert_eq!(written, bytes);
    let start = builder.start_encrypted(encrypted.first_inside, 16).unwrap();
    assert_eq!(start, bytes[..raws[0].body_offset()]);
}

#[test]
fn a_fragment_says_which_of_how_many_it_is() {
    let bytes = hex("
        0102030405060708 1112131415161718 35 20 23 08 00000001 0000002c
        23 00 0010  0001 0003  e0e1e2e3e4e5e6e7");
    let raw = Message::read(&bytes).unwrap().payloads().next().unwrap().unwrap();
    let body: Vec<u8> = (0xe0..0xe8).collect();
    let fragment = EncryptedFragment {
        first_inside: PayloadType::INITIATOR_IDENTIFICATION,
        number: 1,
        total: 3,
        body: &body,
    };
    assert_eq!(raw.typed().unwrap(), Payload::EncryptedFragment(fragment));

    let builder = MessageBuilder::new(
        INITIATOR_SPI,
        hex("1112131415161718").try_into().unwrap(),
        ExchangeType::IKE_AUTH,
    )
    .flags(Flags::INITIATOR)
    .message_id(1);
    assert_eq!(builder.clone().payloads(&[Payload::EncryptedFragment(fragment)]).unwrap(), bytes);
    let start = builder.start_fragment(fragment, body.len()).unwrap();
    assert_eq!(start, bytes[..raw.body_offset() + EncryptedFragment::HEADER_LENGTH]);
}

#[test]
fn what_was_decrypted_is_payloads_and_padding() {
    // An identity of 4 + 4 + 4 bytes, a nonce of 4 + 2, five bytes of padding and their number.
    let plain = hex("28 00 000c  0b 000000  01020304  00 00 0006  0506  0000000000 05");
    let payloads = [
        Payload::InitiatorIdentification(Identification::new(Identity::KeyId(&[1, 2, 3, 4]))),
        Payload::Nonce(&[5, 6]),
    ];
    let (chain, padding) = split_padding(&plain, 40).unwrap();
    assert_eq!(padding, [0; 5]);
    let raws: Vec<_> =
        payloads_in(PayloadType::INITIATOR_IDENTIFICATION, chain, 40).map(Result::unwrap).collect();
    assert_eq!([raws[0].offset, raws[1].offset], [40, 52]);
    assert_eq!(raws.iter().map(|raw| raw.typed().unwrap()).collect::<Vec<_>>(), payloads);

    let mut written = Vec::new();
    let first = write_payloads(&payloads, &mut written).unwrap();
    assert_eq!(first, PayloadType::INITIATOR_IDENTIFICATION);
    write_padding(&[0; 5], &mut written).unwrap();
    assert_eq!(written, plain);
}

#[test]
fn a_message_without_payloads_is_its_header() {
    // RFC 7296 1.4: an INFORMATIONAL request may be empty; encrypted, it still has an SK payload.
    let bytes = MessageBuilder::new([1; 8], [2; 8], ExchangeType::IKEV2_INFORMATIONAL)
        .payloads::<Payload<'_>>(&[])
        .unwrap();
    assert_eq!(bytes[16..], hex("00 20 25 00 00000000 0000001c"));
    assert_eq!(Message::read(&bytes).unwrap().payloads().count(), 0);
    let empty = MessageBuilder::new([1; 8], [2; 8], ExchangeType::IKEV2_INFORMATIONAL)
        .encrypted(PayloadType::NONE, &[9; 4])
        .unwrap();
    assert_eq!(empty[16..], hex("2e 20 25 00 00000000 00000024  00 00 0008 09090909"));
}

#[test]
fn an_unknown_payload_and_every_bit_before_it_are_kept() {
    // Type 99 with the critical bit, then a nonce with all reserved bits and without the critical one.
    let bytes = hex("
        0102030405060708 0000000000000000 63 2f fe d7 fffffffe 00000028
        28 80 0006  0102
        00 7f 0006  0304");
    let message = Message::read(&bytes).unwrap();
    let raws: Vec<_> = message.payloads().map(Result::unwrap).collect();
    assert_eq!(raws[0].typed().unwrap(), Payload::Unknown(PayloadType(99), &[1, 2]));
    assert_eq!(
        [(raws[0].critical, raws[0].reserved), (raws[1].critical, raws[1].reserved)],
        [(true, 0), (false, 0x7f)]
    );
    assert_eq!(MessageBuilder::like(message.header()).payloads(&raws).unwrap(), bytes);
}

#[test]
fn the_major_version_tells_messages_apart() {
    let bytes = |version| hex(&format!("{:032} 00 {version:02x} 00 00 00000000 0000001c", 0));
    assert!(matches!(wire::Message::read(&bytes(0x10)).unwrap(), wire::Message::Ikev1(_)));
    assert!(matches!(wire::Message::read(&bytes(0x2f)).unwrap(), wire::Message::Ikev2(_)));
    let version_2 = bytes(0x20);
    assert_eq!(wire::Message::read(&version_2).unwrap().header().version, Version::IKEV2);
}
