//! Reading and writing IKEv1 messages are inverses.

use wire::ikev1::attributes::{
    AuthenticationMethod, EncryptionAlgorithm, EspTransform, Group, HashAlgorithm, IsakmpTransform, LifeType,
    Phase1Class, Phase2Class,
};
use wire::ikev1::{
    Certificate, CertificateRequest, Delete, Doi, Identification, Identity, Message, MessageBuilder,
    NatDetection, NatNumbering, Notification, NotifyType, Payload, Payloads, ProtocolId, RawPayload, owned,
    payloads_in, vendor, write_payloads,
};
use wire::udp::{Datagram, NAT_KEEPALIVE, with_non_esp_marker};
use wire::{CertificateEncoding, ExchangeType, Flags, Header, PayloadType, ReadError, Version};

use super::{Seed, assert_within};

/// What is read is written again byte for byte, and what is written reads as the same again; what is refused is
/// refused at a place that exists.
///
/// An encrypted body is taken for a decrypted one too, so that the fuzzer reaches the payloads behind it.
///
/// # Panics
/// If any of that does not hold.
pub fn ikev1_message_roundtrip(bytes: &[u8]) {
    check_datagram(bytes);
    let message = match Message::read(bytes) {
        Ok(message) => message,
        Err(error) => return assert_within(&error, bytes.len()),
    };
    if message.is_encrypted() {
        let first = message.header().next_payload;
        let written = builder_of(message.header()).encrypted(first, message.body());
        assert_eq!(written.expect("what was read can be written"), bytes);
        let error = walk_through(&mut message.payloads()).expect_err("encrypted payloads are not walked");
        assert_within(&error, bytes.len());
        return check_body(first, message.body());
    }
    let mut walk = message.payloads();
    match walk_through(&mut walk) {
        Err(error) => assert_within(&error, bytes.len()),
        Ok(payloads) => {
            let builder = builder_of(message.header()).padding(walk.rest());
            let written = builder.plain(&payloads).expect("what was read can be written");
            assert_eq!(written, bytes);
            payloads.iter().for_each(|payload| check_payload(payload, bytes.len()));
        }
    }
}

/// Who writes the message again: from the fields alone, where the header has no others.
fn builder_of(header: &Header) -> MessageBuilder {
    if header.version != Version::IKEV1 {
        return MessageBuilder::like(header);
    }
    MessageBuilder::new(header.initiator_cookie, header.responder_cookie, header.exchange_type)
        .message_id(header.message_id)
        .flags(header.flags)
}

/// The same of a chain of payloads and the padding behind it.
fn check_body(first: PayloadType, body: &[u8]) {
    let end = Header::LENGTH + body.len();
    let mut walk = payloads_in(first, body, Header::LENGTH);
    match walk_through(&mut walk) {
        Err(error) => assert_within(&error, end),
        Ok(payloads) => {
            let mut written = Vec::new();
            assert_eq!(write_payloads(&payloads, &mut written), Ok(first));
            written.extend_from_slice(walk.rest());
            assert_eq!(written, body);
            payloads.iter().for_each(|payload| check_payload(payload, end));
        }
    }
}

fn walk_through<'a>(walk: &mut Payloads<'a>) -> Result<Vec<RawPayload<'a>>, ReadError> {
    walk.collect()
}

/// What holds for every payload. `end` is the end of the message.
pub(super) fn check_payload(raw: &RawPayload<'_>, end: usize) {
    let typed = match raw.typed() {
        Ok(typed) => typed,
        Err(error) => return assert_within(&error, end),
    };
    let written = typed.body().expect("what was read can be written");
    assert_eq!(written, raw.body);
    assert_eq!(Payload::read(typed.payload_type(), &written, raw.body_offset()), Ok(typed));
    check_copy(raw, typed);
    match typed {
        Payload::SecurityAssociation(association) => {
            // What owns its content loses reserved bytes, but nothing else and not twice.
            let content = owned::SecurityAssociation::from(association);
            let encoded = content.encode().expect("what was read can be written");
            assert_eq!(owned::SecurityAssociation::from(encoded.view()), content);
        }
        Payload::Delete(delete) => {
            assert!(delete.spis().all(|spi| spi.len() == usize::from(delete.spi_size())));
            if let Some(first) = delete.spis().next() {
                let spis: Vec<u8> = delete.spis().flatten().copied().collect();
                let again = Delete::several(delete.doi(), delete.protocol(), &spis, first.len());
                assert_eq!(again, Ok(delete));
            }
        }
        Payload::NatOriginalAddress(original) => {
            let is_address = matches!(original.identity, Identity::Ipv4Address(_) | Identity::Ipv6Address(_));
            assert_eq!(original.address().is_some(), is_address);
        }
        Payload::VendorId(id) => assert!(vendor::name(id).is_none_or(|name| !name.is_empty())),
        _ => {}
    }
}

/// A copy that owns its bytes says the same, and is written as what it was read from.
fn check_copy(raw: &RawPayload<'_>, typed: Payload<'_>) {
    let copy = owned::Payload::from(*raw);
    assert_eq!(copy.typed(), Ok(typed));
    let of_typed = owned::Payload::try_from(typed).expect("what was read can be written");
    assert_eq!(owned::Payload { reserved: raw.reserved, ..of_typed }, copy);
    let mut written = Vec::new();
    match write_payloads(&[copy], &mut written) {
        Ok(first) => {
            assert_eq!(first, raw.payload_type);
            assert_eq!(written.split_off(RawPayload::HEADER_LENGTH), raw.body);
        }
        // Only a payload without its message can be of this type, or longer than a message holds.
        Err(error) => assert!(raw.payload_type == PayloadType::NONE || !fits(raw.body), "{error}"),
    }
}

/// Whether a payload's length can be said in its header.
pub(super) fn fits(body: &[u8]) -> bool {
    body.len() + RawPayload::HEADER_LENGTH <= usize::from(u16::MAX)
}

/// What holds for whatever arrives on port 4500, and for a message before its version is known.
pub(super) fn check_datagram(bytes: &[u8]) {
    match Datagram::read(bytes) {
        Ok(Datagram::Ike(message)) => assert_eq!(with_non_esp_marker(message), bytes),
        Ok(Datagram::Esp(packet)) => assert_eq!(packet, bytes),
        Ok(Datagram::NatKeepalive) => assert_eq!(bytes, NAT_KEEPALIVE),
        Err(error) => assert_within(&error, bytes.len()),
    }
    match wire::Message::read(bytes) {
        Ok(message) => {
            let version = message.header().version;
            assert_eq!(Header::read(bytes), Ok(*message.header()));
            assert_eq!(version.major() << 4 | version.minor(), version.0);
        }
        Err(error) => assert_within(&error, bytes.len()),
    }
}

/// The messages of a negotiation with RSA signatures: Main Mode, Quick Mode, a deletion and a refusal. Encrypted
/// bodies stand there decrypted.
pub(super) fn seeds() -> Vec<Seed> {
    let phase_1 = phase_1_proposals();
    let phase_2 = phase_2_proposals();
    let phase_1 = Payload::SecurityAssociation(phase_1.view());
    let phase_2 = Payload::SecurityAssociation(phase_2.view());
    let identity = Payload::Identification(Identification {
        protocol: 17,
        port: 500,
        identity: Identity::Fqdn(b"R1.example"),
    });
    let nat_detection = |byte: &'static [u8; 20]| {
        Payload::NatDetection(NatDetection { numbering: NatNumbering::Rfc3947, hash: byte })
    };
    let mm3 = [
        Payload::KeyExchange(&[0x5a; 96]),
        Payload::Nonce(&[0x6b; 20]),
        Payload::CertificateRequest(CertificateRequest {
            encoding: CertificateEncoding::X509_SIGNATURE,
            // cn=CA
            authority: b"\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x13\x02CA",
        }),
        Payload::VendorId(&vendor::DPD),
        Payload::VendorId(&vendor::XAUTH),
        nat_detection(&[0x7c; 20]),
        nat_detection(&[0x7d; 20]),
    ];
    let mm5 = [
        identity,
        Payload::Certificate(Certificate {
            encoding: CertificateEncoding::X509_SIGNATURE,
            data: &[0x30; 40],
        }),
        Payload::Signature(&[0x8e; 64]),
        Payload::Notification(notification(NotifyType::INITIAL_CONTACT, &[0x11; 16])),
    ];
    let subnet = Payload::Identification(Identification {
        protocol: 0,
        port: 0,
        identity: Identity::Ipv4Subnet { address: [192, 0, 2, 0].into(), mask: [255, 255, 255, 0].into() },
    });
    let qm1 = [Payload::Hash(&[0x9f; 20]), phase_2, Payload::Nonce(&[0xa0; 16]), subnet, subnet];
    let delete =
        Delete::several(Doi::IPSEC, ProtocolId::IPSEC_ESP, &[0xb1; 8], 4).expect("two SPIs of four bytes");
    let refusal = Payload::Notification(notification(NotifyType::NO_PROPOSAL_CHOSEN, &[]));
    vec![
        plain("mm1", ExchangeType::IDENTITY_PROTECTION, &[phase_1, Payload::VendorId(&vendor::RFC_3947)]),
        plain("mm3", ExchangeType::IDENTITY_PROTECTION, &mm3),
        encrypted("mm5", ExchangeType::IDENTITY_PROTECTION, &mm5),
        encrypted("qm1", ExchangeType::QUICK_MODE, &qm1),
        encrypted(
            "delete",
            ExchangeType::INFORMATIONAL,
            &[Payload::Hash(&[0xc2; 20]), Payload::Delete(delete)],
        ),
        plain("refusal", ExchangeType::INFORMATIONAL, &[refusal]),
    ]
}

fn phase_1_proposals() -> wire::ikev1::SecurityAssociationBuf {
    let attributes = vec![
        owned::Attribute::short(Phase1Class::ENCRYPTION_ALGORITHM, EncryptionAlgorithm::AES_CBC),
        owned::Attribute::short(Phase1Class::KEY_LENGTH, 256_u16),
        owned::Attribute::short(Phase1Class::HASH_ALGORITHM, HashAlgorithm::SHA2_256),
        owned::Attribute::short(Phase1Class::GROUP_DESCRIPTION, Group::MODP_768),
        owned::Attribute::short(Phase1Class::AUTHENTICATION_METHOD, AuthenticationMethod::RSA_SIGNATURES),
        owned::Attribute::short(Phase1Class::LIFE_TYPE, LifeType::SECONDS),
        owned::Attribute::long(Phase1Class::LIFE_DURATION, 86_400_u32.to_be_bytes()),
    ];
    let transform =
        |number| owned::Transform { number, id: IsakmpTransform::KEY_IKE.0, attributes: attributes.clone() };
    proposal(ProtocolId::ISAKMP, &[], vec![transform(1), transform(2)])
}

fn phase_2_proposals() -> wire::ikev1::SecurityAssociationBuf {
    let attributes = vec![
        owned::Attribute::short(Phase2Class::KEY_LENGTH, 128_u16),
        owned::Attribute::short(Phase2Class::SA_LIFE_TYPE, LifeType::SECONDS),
        owned::Attribute::short(Phase2Class::SA_LIFE_DURATION, 3_600_u16),
    ];
    proposal(
        ProtocolId::IPSEC_ESP,
        &[0xd3; 4],
        vec![owned::Transform { number: 1, id: EspTransform::AES_CBC.0, attributes }],
    )
}

fn proposal(
    protocol: ProtocolId,
    spi: &[u8],
    transforms: Vec<owned::Transform>,
) -> wire::ikev1::SecurityAssociationBuf {
    let proposal = owned::Proposal { number: 1, protocol, spi: spi.to_vec(), transforms };
    owned::SecurityAssociation::ipsec(vec![proposal]).encode().expect("the proposal is small")
}

fn notification(notify_type: NotifyType, spi: &[u8]) -> Notification<'_> {
    Notification { doi: Doi::IPSEC, protocol: ProtocolId::ISAKMP, notify_type, spi, data: &[] }
}

fn plain(name: &str, exchange: ExchangeType, payloads: &[Payload<'_>]) -> Seed {
    let bytes = builder(exchange).plain(payloads).expect("the payloads are small");
    Seed { name: name.to_owned(), bytes }
}

fn encrypted(name: &str, exchange: ExchangeType, payloads: &[Payload<'_>]) -> Seed {
    let mut body = Vec::new();
    let first = write_payloads(payloads, &mut body).expect("the payloads are small");
    body.resize(body.len().next_multiple_of(16), 0);
    let builder = builder(exchange).message_id(0x0102_0304).flags(Flags::ENCRYPTION);
    Seed { name: name.to_owned(), bytes: builder.encrypted(first, &body).expect("the payloads are small") }
}

fn builder(exchange: ExchangeType) -> MessageBuilder {
    MessageBuilder::new([0x11; 8], [0x22; 8], exchange)
}
