//! Reading whole messages, by ours and by others: every transform, attribute, identity and notification is read and
//! summed, so that nobody gets away with not looking. All who read the same message come to the same sum.

/// What a value that is a number adds to the sum.
fn number(value: impl Into<u64>) -> u64 {
    value.into()
}

/// What a value that is bytes adds to the sum: their number and the last one.
fn bytes(value: &[u8]) -> u64 {
    value.len() as u64 + value.last().map_or(0, |&last| u64::from(last))
}

/// Ours.
pub mod ours {
    use std::net::IpAddr;

    use wire::ikev2::{Authorities, Certificate, TrafficSelector};
    use wire::{PayloadType, ReadError, ikev1, ikev2};

    use super::{bytes, number};

    /// A message of IKEv2 that is not encrypted.
    ///
    /// # Errors
    /// It is malformed.
    #[inline(never)]
    pub fn ikev2(message: &[u8]) -> Result<u64, ReadError> {
        let message = ikev2::Message::read(message)?;
        let header = message.header();
        let sum = number(header.message_id) + number(header.exchange_type.0);
        Ok(sum + inside_ikev2(message.payloads())?)
    }

    /// The payloads inside an encrypted one.
    ///
    /// # Errors
    /// One is malformed.
    #[inline(never)]
    pub fn inside(first: PayloadType, body: &[u8]) -> Result<u64, ReadError> {
        inside_ikev2(ikev2::payloads_in(first, body, 0))
    }

    fn inside_ikev2(payloads: ikev2::Payloads<'_>) -> Result<u64, ReadError> {
        let mut sum = 0;
        for payload in payloads {
            sum += ikev2_payload(&payload?.typed()?);
        }
        Ok(sum)
    }

    #[inline(always)]
    fn ikev2_payload(payload: &ikev2::Payload<'_>) -> u64 {
        use ikev2::Payload;
        match payload {
            Payload::SecurityAssociation(association) => {
                association.proposals().map(|proposal| ikev2_proposal(&proposal)).sum()
            }
            Payload::KeyExchange(exchange) => number(exchange.group.0) + bytes(exchange.public_value),
            Payload::InitiatorIdentification(identification)
            | Payload::ResponderIdentification(identification) => ikev2_identity(&identification.identity),
            Payload::Certificate(Certificate::X509(der)) => number(4_u8) + bytes(der),
            Payload::CertificateRequest(request) => {
                let hashes = match request.authorities {
                    Authorities::KeyHashes(hashes) => hashes,
                    Authorities::Opaque(_) => &[],
                };
                number(request.encoding.0) + hashes.iter().map(|hash| bytes(hash)).sum::<u64>()
            }
            Payload::Authentication(authentication) => match authentication.proof {
                ikev2::Proof::Other(method, data) => number(method.0) + bytes(data),
                ikev2::Proof::DigitalSignature { algorithm, signature } => {
                    bytes(algorithm) + bytes(signature)
                }
            },
            Payload::Nonce(data) | Payload::VendorId(data) => bytes(data),
            Payload::Notify(notification) => number(notification.notify_type.0) + bytes(notification.data),
            Payload::InitiatorTrafficSelectors(selectors) | Payload::ResponderTrafficSelectors(selectors) => {
                selectors.iter().map(|selector| ikev2_selector(&selector)).sum()
            }
            _ => 0,
        }
    }

    fn ikev2_proposal(proposal: &ikev2::Proposal<'_>) -> u64 {
        let transform = |transform: ikev2::Transform<'_>| {
            let attributes = transform.attributes().map(|attribute| attribute_value(&attribute));
            number(transform.transform_type.0) + number(transform.id) + attributes.sum::<u64>()
        };
        number(proposal.number)
            + number(proposal.protocol.0)
            + bytes(proposal.spi)
            + proposal.transforms().map(transform).sum::<u64>()
    }

    fn attribute_value(attribute: &ikev2::Attribute<'_>) -> u64 {
        let value = match attribute.value {
            ikev2::AttributeValue::Short(value) => number(value),
            ikev2::AttributeValue::Long(value) => bytes(value),
        };
        number(attribute.class) + value
    }

    fn ikev2_identity(identity: &ikev2::Identity<'_>) -> u64 {
        use ikev2::Identity;
        let data = match identity {
            Identity::Ipv4Address(address) => bytes(&address.octets()),
            Identity::Ipv6Address(address) => bytes(&address.octets()),
            Identity::Fqdn(data)
            | Identity::Rfc822Address(data)
            | Identity::DistinguishedName(data)
            | Identity::GeneralName(data)
            | Identity::KeyId(data)
            | Identity::Other(_, data) => bytes(data),
        };
        number(identity.identification_type().0) + data
    }

    fn ikev2_selector(selector: &TrafficSelector<'_>) -> u64 {
        let address = |address: IpAddr| match address {
            IpAddr::V4(address) => bytes(&address.octets()),
            IpAddr::V6(address) => bytes(&address.octets()),
        };
        let ends = match selector {
            TrafficSelector::Ipv4(range) => {
                number(range.first_port)
                    + number(range.last_port)
                    + address(range.first.into())
                    + address(range.last.into())
            }
            TrafficSelector::Ipv6(range) => {
                number(range.first_port)
                    + number(range.last_port)
                    + address(range.first.into())
                    + address(range.last.into())
            }
            TrafficSelector::Other { data, .. } => bytes(data),
        };
        number(selector.selector_type().0) + number(selector.protocol()) + ends
    }

    /// A message of IKEv1 that is not encrypted.
    ///
    /// # Errors
    /// It is malformed.
    #[inline(never)]
    pub fn ikev1(message: &[u8]) -> Result<u64, ReadError> {
        let message = ikev1::Message::read(message)?;
        let header = message.header();
        let mut sum = number(header.message_id) + number(header.exchange_type.0);
        for payload in message.payloads() {
            sum += ikev1_payload(&payload?.typed()?);
        }
        Ok(sum)
    }

    #[inline(always)]
    fn ikev1_payload(payload: &ikev1::Payload<'_>) -> u64 {
        use ikev1::Payload;
        match payload {
            Payload::SecurityAssociation(association) => {
                let situation = association.situation().map_or(0, |situation| situation.0);
                let proposals = association.proposals().map(|proposal| ikev1_proposal(&proposal));
                number(association.doi().0) + number(situation) + proposals.sum::<u64>()
            }
            Payload::CertificateRequest(request) => number(request.encoding.0) + bytes(request.authority),
            Payload::KeyExchange(data) | Payload::Nonce(data) | Payload::VendorId(data) => bytes(data),
            Payload::NatDetection(detection) => bytes(detection.hash),
            _ => 0,
        }
    }

    fn ikev1_proposal(proposal: &ikev1::Proposal<'_>) -> u64 {
        let transform = |transform: ikev1::Transform<'_>| {
            let attributes = transform.attributes().map(|attribute| attribute_value(&attribute));
            number(transform.number) + number(transform.id) + attributes.sum::<u64>()
        };
        number(proposal.number)
            + number(proposal.protocol.0)
            + bytes(proposal.spi)
            + proposal.transforms().map(transform).sum::<u64>()
    }
}

/// `ipsec-parser`, which reads IKEv2.
pub mod ipsec_parser {
    use ipsec_parser::{
        IkePayloadType, IkeV2Payload, IkeV2PayloadContent as Content, IkeV2Proposal, TrafficSelector,
        parse_ikev2_message, parse_ikev2_payload_list,
    };

    use super::{bytes, number};

    /// A message of IKEv2 that is not encrypted; nothing if it is malformed.
    #[inline(never)]
    #[must_use]
    pub fn ikev2(message: &[u8]) -> Option<u64> {
        let (_, (header, payloads)) = parse_ikev2_message(message).ok()?;
        Some(number(header.msg_id) + number(header.exch_type.0) + sum(&payloads.ok()?))
    }

    /// The payloads inside an encrypted one; nothing if one is malformed.
    #[inline(never)]
    #[must_use]
    pub fn inside(first: u8, body: &[u8]) -> Option<u64> {
        let (_, payloads) = parse_ikev2_payload_list(body, IkePayloadType(first)).ok()?;
        Some(sum(&payloads.ok()?))
    }

    fn sum(payloads: &[IkeV2Payload<'_>]) -> u64 {
        payloads.iter().map(|payload| content(&payload.content)).sum()
    }

    fn content(content: &Content<'_>) -> u64 {
        match content {
            Content::SA(proposals) => proposals.iter().map(proposal).sum(),
            Content::KE(exchange) => number(exchange.dh_group.0) + bytes(exchange.kex_data),
            Content::IDi(identity) | Content::IDr(identity) => {
                number(identity.id_type.0) + bytes(identity.ident_data)
            }
            Content::Certificate(certificate) => {
                number(certificate.cert_encoding.0) + bytes(certificate.cert_data)
            }
            Content::CertificateRequest(request) => {
                let hashes = request.ca_data.chunks_exact(20);
                number(request.cert_encoding.0) + hashes.map(bytes).sum::<u64>()
            }
            Content::Authentication(authentication) => {
                number(authentication.auth_method.0) + bytes(authentication.auth_data)
            }
            Content::Nonce(nonce) => bytes(nonce.nonce_data),
            // Version 0.7 leaves out the last 4 bytes of a notification and the last 8 of a vendor id.
            Content::Notify(notify) => {
                let data = notify.notify_data.map_or(0, |data| bytes(data) + 4);
                number(notify.notify_type.0) + data
            }
            Content::VendorID(vendor) => bytes(vendor.vendor_id) + 8,
            Content::TSi(selectors) | Content::TSr(selectors) => selectors.ts.iter().map(selector).sum(),
            _ => 0,
        }
    }

    fn proposal(proposal: &IkeV2Proposal<'_>) -> u64 {
        let transforms = proposal.transforms.iter().map(|transform| {
            // It leaves attributes as bytes; those here are all short.
            let attributes = transform.attributes.unwrap_or_default().chunks_exact(4).map(|attribute| {
                let class = u16::from_be_bytes([attribute[0] & 0x7f, attribute[1]]);
                number(class) + number(u16::from_be_bytes([attribute[2], attribute[3]]))
            });
            number(transform.transform_type.0) + number(transform.transform_id) + attributes.sum::<u64>()
        });
        number(proposal.proposal_num)
            + number(proposal.protocol_id.0)
            + bytes(proposal.spi.unwrap_or_default())
            + transforms.sum::<u64>()
    }

    fn selector(selector: &TrafficSelector<'_>) -> u64 {
        number(selector.ts_type.0)
            + number(selector.ip_proto_id)
            + number(selector.start_port)
            + number(selector.end_port)
            + bytes(selector.start_addr)
            + bytes(selector.end_addr)
    }
}

/// `ryke`, which reads both.
pub mod ryke {
    use ryke::ikev1::isakmp::{self, IsakmpHeader, parse_payloads};
    use ryke::ikev1::payloads::{AttrValue, SaPayload};
    use ryke::{
        Authentication, CertRequest, Certificate, Identification, IkeError, IkeHeader, KeyExchange, Nonce,
        Notify, PayloadType, SecurityAssociation, TrafficSelectors, payloads,
    };

    use super::{bytes, number};

    /// A message of IKEv2 that is not encrypted.
    ///
    /// # Errors
    /// It is malformed.
    #[inline(never)]
    pub fn ikev2(message: &[u8]) -> Result<u64, IkeError> {
        let header = IkeHeader::parse(message)?;
        let sum = number(header.message_id) + number(header.exchange_type.to_u8());
        Ok(sum + inside_ikev2(header.next_payload, &message[IkeHeader::LEN..])?)
    }

    /// The payloads inside an encrypted one.
    ///
    /// # Errors
    /// One is malformed.
    #[inline(never)]
    pub fn inside(first: u8, body: &[u8]) -> Result<u64, IkeError> {
        inside_ikev2(PayloadType::from_u8(first), body)
    }

    fn inside_ikev2(first: PayloadType, body: &[u8]) -> Result<u64, IkeError> {
        let mut sum = 0;
        for payload in payloads(first, body) {
            let payload = payload?;
            sum += ikev2_payload(payload.payload_type, payload.data)?;
        }
        Ok(sum)
    }

    #[inline(always)]
    fn ikev2_payload(payload_type: PayloadType, body: &[u8]) -> Result<u64, IkeError> {
        Ok(match payload_type {
            PayloadType::SecurityAssociation => {
                let proposals = SecurityAssociation::parse(body)?.proposals;
                proposals.iter().map(ikev2_proposal).sum()
            }
            PayloadType::KeyExchange => {
                let exchange = KeyExchange::parse(body)?;
                number(exchange.dh_group) + bytes(&exchange.data)
            }
            PayloadType::IdInitiator | PayloadType::IdResponder => {
                let identification = Identification::parse(body)?;
                number(identification.id_type) + bytes(&identification.data)
            }
            PayloadType::Certificate => {
                let certificate = Certificate::parse(body)?;
                number(certificate.encoding) + bytes(&certificate.data)
            }
            PayloadType::CertRequest => {
                let request = CertRequest::parse(body)?;
                number(request.encoding) + request.ca_hashes.iter().map(|hash| bytes(hash)).sum::<u64>()
            }
            PayloadType::Authentication => {
                let authentication = Authentication::parse(body)?;
                number(authentication.method) + bytes(&authentication.data)
            }
            PayloadType::Nonce => bytes(&Nonce::parse(body).data),
            PayloadType::Notify => {
                let notify = Notify::parse(body)?;
                number(notify.notify_type) + bytes(&notify.data)
            }
            PayloadType::VendorId => bytes(body),
            PayloadType::TrafficSelectorInitiator | PayloadType::TrafficSelectorResponder => {
                let selector = |selector: &ryke::TrafficSelector| {
                    number(selector.ts_type)
                        + number(selector.ip_protocol)
                        + number(selector.start_port)
                        + number(selector.end_port)
                        + bytes(&selector.start_addr)
                        + bytes(&selector.end_addr)
                };
                TrafficSelectors::parse(body)?.selectors.iter().map(selector).sum()
            }
            _ => 0,
        })
    }

    fn ikev2_proposal(proposal: &ryke::Proposal) -> u64 {
        const KEY_LENGTH: u16 = 14;
        let transforms = proposal.transforms.iter().map(|transform| {
            let attribute = transform.key_length.map_or(0, |bits| number(KEY_LENGTH) + number(bits));
            number(transform.transform_type) + number(transform.transform_id) + attribute
        });
        number(proposal.num) + number(proposal.protocol_id) + bytes(&proposal.spi) + transforms.sum::<u64>()
    }

    /// A message of IKEv1 that is not encrypted.
    ///
    /// # Errors
    /// It is malformed.
    #[inline(never)]
    pub fn ikev1(message: &[u8]) -> Result<u64, IkeError> {
        let header = IsakmpHeader::parse(message)?;
        let mut sum = number(header.message_id) + number(header.exchange_type);
        for payload in parse_payloads(header.next_payload, &message[IsakmpHeader::LEN..])? {
            sum += match payload.payload_type {
                isakmp::payload::SA => ikev1_association(&SaPayload::parse(&payload.data)?),
                // It has no type for requests.
                isakmp::payload::CERTREQ => number(payload.data[0]) + bytes(&payload.data[1..]),
                _ => bytes(&payload.data),
            };
        }
        Ok(sum)
    }

    fn ikev1_association(association: &SaPayload) -> u64 {
        let attribute = |attribute: &ryke::ikev1::payloads::Attribute| {
            let value = match &attribute.value {
                AttrValue::Short(value) => number(*value),
                AttrValue::Long(value) => bytes(value),
            };
            number(attribute.attr_type) + value
        };
        let proposals = association.proposals.iter().map(|proposal| {
            let transforms = proposal.transforms.iter().map(|transform| {
                number(transform.num)
                    + number(transform.transform_id)
                    + transform.attributes.iter().map(attribute).sum::<u64>()
            });
            number(proposal.num)
                + number(proposal.protocol_id)
                + bytes(&proposal.spi)
                + transforms.sum::<u64>()
        });
        number(association.doi) + number(association.situation) + proposals.sum::<u64>()
    }
}

/// `isakmp`, which reads of IKEv1 what has neither key exchange nor nonce; it panics at those.
pub mod isakmp {
    use isakmp::v1::parser::definitions::DataAttribute;
    use isakmp::v1::parser::parse_packet;

    use super::{bytes, number};

    /// A message of IKEv1 with SA and vendor ids only; nothing if it is malformed.
    #[inline(never)]
    #[must_use]
    pub fn ikev1(message: &[u8]) -> Option<u64> {
        let packet = parse_packet(message).ok()?;
        let mut sum = number(packet.header.message_id) + number(packet.header.exchange_mode as u8);
        for association in &packet.security_associations {
            let situation = u32::from_be_bytes(association.situation.as_slice().try_into().ok()?);
            sum += number(association.domain_of_interpretation as u32) + number(situation);
            for proposal in &association.proposal_payload {
                sum += number(proposal.proposal_no) + number(proposal.protocol_id) + bytes(&proposal.spi);
                for transform in &proposal.transforms {
                    sum += number(transform.transform_no) + number(transform.transform_id);
                    sum += transform.sa_attributes.iter().map(attribute).sum::<u64>();
                }
            }
        }
        Some(sum + packet.vendor_ids.iter().map(|vendor| bytes(&vendor.vendor_id)).sum::<u64>())
    }

    fn attribute(attribute: &DataAttribute) -> u64 {
        match attribute {
            DataAttribute::DataAttributeShort(short) => {
                number(short.attribute_type as u16) + number(short.attribute_value)
            }
            DataAttribute::DataAttributeLong(long) => {
                number(long.attribute_type as u16) + bytes(&long.attribute_value)
            }
        }
    }
}
