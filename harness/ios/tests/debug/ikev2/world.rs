//! The two routers of Cisco document 117633 with IKEv2, and the payloads of their messages.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use crypto::{CipherAlgorithm, Group, HashAlgorithm, SymmetricCipher};
use ike::selection::ikev2::ProfileMatch;
use ike::{
    AnyProfileId, EspCipher, EspIntegrity, EventKind, Identity, IdentityPattern, IkeVersion,
    Ikev2Authentication, Ikev2Event, Ikev2Exchange, Ikev2Half, Ikev2Match, Ikev2Parts, Ikev2Pattern,
    Ikev2Pin, Ikev2Policy, Ikev2PolicyId, Ikev2Profile, Ikev2ProfileId, Ikev2Proposal, Ikev2ProposalId,
    MessageName, MessageRecord, Origin, PacketState, PinUse, ProtectionProfile, Role, Router, Rule, Sourced,
    Specificity, TransformSet, VrfMatch,
};
use wire::ikev2::owned::{Payload, Proposal, SecurityAssociation, Transform};
use wire::ikev2::transforms::{
    EncryptionAlgorithm, ExtendedSequenceNumbers, IntegrityAlgorithm, PseudorandomFunction,
};
use wire::ikev2::{Message, MessageBuilder, Notification, NotifyType, ProtocolId};
use wire::{ExchangeType, Flags, PayloadType};

use crate::world::*;

pub const TP1: usize = IOSCA1;
pub const TP2: usize = IOSCA2;

pub fn profile_id(index: usize) -> Ikev2ProfileId {
    Ikev2ProfileId::from_index(index).unwrap()
}

pub fn policy_id() -> Ikev2PolicyId {
    Ikev2PolicyId::from_index(0).unwrap()
}

pub fn proposal_id() -> Ikev2ProposalId {
    Ikev2ProposalId::from_index(0).unwrap()
}

/// A router with so many profiles that all pin `pins`; its tunnel uses the first.
pub fn with_ikev2(router: &Router, profiles: usize, pins: &[usize]) -> Router {
    let mut parts = router.parts().clone();
    for (trustpoint, name) in parts.trustpoints.iter_mut().zip(["TP1", "TP2"]) {
        name.clone_into(&mut trustpoint.name);
    }
    parts.ikev2 = Ikev2Parts {
        proposals: vec![Ikev2Proposal {
            name: "prop-1".to_owned(),
            origin: Origin::DEFAULT,
            ciphers: vec![Sourced::default_value(SymmetricCipher::Cbc(CipherAlgorithm::TripleDesCbc))],
            integrity: vec![Sourced::default_value(HashAlgorithm::Md5)],
            prfs: Vec::new(),
            groups: vec![Sourced::default_value(Group::Modp1024)],
        }],
        policies: vec![Ikev2Policy {
            name: "pol-1".to_owned(),
            origin: Origin::DEFAULT,
            fvrf: Sourced::default_value(VrfMatch::Any),
            local_addresses: Vec::new(),
            proposals: vec![Sourced::default_value(proposal_id())],
        }],
        profiles: (1..=profiles).map(|number| ikev2_profile(number, pins)).collect(),
        ..Ikev2Parts::default()
    };
    for protection in &mut parts.protections {
        protection.profile = ProtectionProfile::Ikev2(Sourced::default_value(profile_id(0)));
        protection.transform_sets = vec![TransformSet {
            name: "trans".to_owned(),
            origin: Origin::DEFAULT,
            cipher: EspCipher::TripleDes,
            integrity: Some(EspIntegrity::HmacSha1),
            tunnel_mode: true,
        }];
    }
    Router::new(parts).unwrap()
}

fn ikev2_profile(number: usize, pins: &[usize]) -> Ikev2Profile {
    let mut profile = Ikev2Profile::new(format!("profile{number}"), Origin::DEFAULT);
    let pin = |index: &usize| Ikev2Pin {
        trustpoint: trustpoint(*index),
        uses: PinUse::SignAndVerify,
        origin: Origin::DEFAULT,
    };
    profile.pins = pins.iter().map(pin).collect();
    profile.matches =
        vec![Ikev2Match { pattern: Ikev2Pattern::Identity(IdentityPattern::Any), origin: Origin::DEFAULT }];
    profile.authentication_local = Some(Sourced::default_value(Ikev2Authentication::RsaSignature));
    profile.authentication_remote = vec![Sourced::default_value(Ikev2Authentication::RsaSignature)];
    profile
}

/// A session of R1 with R2.
pub fn of_r1(role: Role, profiles: usize, pins: &[usize]) -> Recorder {
    started(Recorder::new(with_ikev2(&r1(), profiles, pins), role, 1, 2))
}

/// A session of R2 with R1.
pub fn of_r2(role: Role, profiles: usize, pins: &[usize]) -> Recorder {
    started(Recorder::new(with_ikev2(&r2(), profiles, pins), role, 2, 1))
}

fn started(mut at: Recorder) -> Recorder {
    at.version = IkeVersion::V2;
    at.connection = 1;
    let path = at.path;
    match at.role {
        Role::Initiator => {
            let profile = Some(AnyProfileId::Ikev2(profile_id(0)));
            at.push(EventKind::Requested { protection: protection(), profile, path });
        }
        Role::Responder => {
            at.push(EventKind::PeerAppeared { path });
        }
    }
    at
}

/// The address of a router, as it says it is.
pub fn identity(host: u8) -> Identity {
    Identity::Address(IpAddr::from([192, 168, 0, host]))
}

/// The profile with this number, matched by a whole address.
pub fn matched(index: usize) -> Option<ProfileMatch> {
    Some(ProfileMatch {
        profile: profile_id(index),
        origin: Origin::DEFAULT,
        specificity: Specificity::Exact,
    })
}

pub const REQUEST: Ikev2Half = Ikev2Half::Request;
pub const RESPONSE: Ikev2Half = Ikev2Half::Response;

impl Recorder {
    pub fn own(&mut self, event: Ikev2Event) -> &mut Self {
        self.push(EventKind::Ikev2(event))
    }

    pub fn sends(&mut self, exchange: Ikev2Exchange, half: Ikev2Half, payloads: &[Payload]) -> &mut Self {
        let record = self.ikev2_record(exchange, half, payloads);
        self.push(EventKind::Sent(record))
    }

    /// Receives a message; the places of the bodies of its payloads.
    pub fn receives(
        &mut self,
        exchange: Ikev2Exchange,
        half: Ikev2Half,
        payloads: &[Payload],
    ) -> Vec<Range<usize>> {
        let record = self.ikev2_record(exchange, half, payloads);
        let message = Message::read(&record.plaintext).unwrap();
        let bodies = message
            .payloads()
            .map(|raw| raw.unwrap())
            .map(|raw| raw.body_offset()..raw.body_offset() + raw.body.len())
            .collect();
        self.push(EventKind::Received(record));
        bodies
    }

    pub fn ikev2_record(
        &self,
        exchange: Ikev2Exchange,
        half: Ikev2Half,
        payloads: &[Payload],
    ) -> MessageRecord {
        let (exchange_type, message_id) = match exchange {
            Ikev2Exchange::SaInit => (ExchangeType::IKE_SA_INIT, 0),
            Ikev2Exchange::Auth => (ExchangeType::IKE_AUTH, 1),
            Ikev2Exchange::CreateChildSa => (ExchangeType::CREATE_CHILD_SA, 2),
            Ikev2Exchange::Informational => (ExchangeType::IKEV2_INFORMATIONAL, 2),
        };
        let begins = (exchange, half) == (Ikev2Exchange::SaInit, REQUEST);
        let responder_spi = if begins { [0; 8] } else { [0xab; 8] };
        let flags = if half == RESPONSE { Flags::RESPONSE } else { Flags(0) };
        let builder = MessageBuilder::new([0x1d; 8], responder_spi, exchange_type);
        let bytes = builder.message_id(message_id).flags(flags).payloads(payloads).unwrap();
        MessageRecord {
            name: MessageName::Ikev2(exchange, half),
            path: self.path,
            length: bytes.len(),
            plaintext: bytes.into(),
            encrypted: exchange != Ikev2Exchange::SaInit,
            packet_state: PacketState::Ikev2,
            retransmission: 0,
            fragment: None,
        }
    }

    /// Looks hashes up, one after the other; none is that of an unknown CA.
    pub fn retrieves(&mut self, trustpoints: &[Option<usize>]) -> &mut Self {
        self.own(Ikev2Event::RequestsRead { encoding: 4, hashes: 0..20 * trustpoints.len() });
        for (position, found) in trustpoints.iter().enumerate() {
            self.own(Ikev2Event::TrustpointRetrieved { position, trustpoint: found.map(trustpoint) });
        }
        self
    }

    /// Signs with the trustpoint that answers the last hash.
    pub fn fetches(&mut self, index: usize) -> &mut Self {
        let reason = ike::selection::ChoiceReason::Request { position: 0 };
        self.push(EventKind::TrustpointChosen { trustpoint: trustpoint(index), reason });
        self.own(Ikev2Event::OwnChainFetched { trustpoint: trustpoint(index) })
    }

    /// What a router says about itself in its message of IKE_AUTH.
    pub fn presents(&mut self, host: u8, index: usize) -> &mut Self {
        let body = Arc::from([1, 0, 0, 0, 192, 168, 0, host]);
        let next = PayloadType::IKEV2_CERTIFICATE;
        self.push(EventKind::RequestBuilt {
            trustpoint: trustpoint(index),
            because: Rule::V2Req3,
            order: Rule::Ord1,
        });
        self.push(EventKind::IdentityBuilt { identity: identity(host), body, next });
        self.push(EventKind::CertificateBuilt { trustpoint: trustpoint(index) });
        self.push(EventKind::Signed { trustpoint: trustpoint(index) })
    }
}

/// A payload of any type.
pub fn raw(payload_type: PayloadType, body: &[u8]) -> Payload {
    let body = body.to_vec();
    Payload { payload_type, first_inside: PayloadType::NONE, critical: false, reserved: 0, body }
}

pub fn notify(notify_type: NotifyType) -> Payload {
    Payload::try_from(wire::ikev2::Payload::Notify(Notification::new(notify_type, &[]))).unwrap()
}

pub fn vendor_id() -> Payload {
    raw(PayloadType::IKEV2_VENDOR_ID, b"CISCO")
}

pub fn key_exchange(group: u8) -> Payload {
    raw(PayloadType::IKEV2_KEY_EXCHANGE, &[0, group, 0, 0, 9, 9])
}

pub fn nonce() -> Payload {
    raw(PayloadType::IKEV2_NONCE, &[7; 20])
}

fn association(protocol: ProtocolId, spi: &[u8], transforms: Vec<Transform>) -> Payload {
    let proposal = Proposal { number: 1, protocol, spi: spi.to_vec(), transforms };
    let encoded = SecurityAssociation { proposals: vec![proposal] }.encode().unwrap();
    raw(PayloadType::IKEV2_SECURITY_ASSOCIATION, encoded.body())
}

/// The SA payload of the routers: 3DES, MD5, group 2.
pub fn ike_association() -> Payload {
    association(
        ProtocolId::IKE,
        &[],
        vec![
            Transform::new(EncryptionAlgorithm::TRIPLE_DES),
            Transform::new(PseudorandomFunction::HMAC_MD5),
            Transform::new(IntegrityAlgorithm::HMAC_MD5_96),
            Transform::new(wire::Group(2)),
        ],
    )
}

/// The SA payload for their tunnel: 3DES, SHA-1.
pub fn esp_association() -> Payload {
    esp_with(Transform::new(EncryptionAlgorithm::TRIPLE_DES), IntegrityAlgorithm::HMAC_SHA1_96)
}

pub fn esp_with(cipher: Transform, integrity: IntegrityAlgorithm) -> Payload {
    association(
        ProtocolId::ESP,
        &[0x63, 0xa2, 0x78, 0xd7],
        vec![cipher, Transform::new(integrity), Transform::new(ExtendedSequenceNumbers::NO)],
    )
}

/// RSA (RFC 7296 3.8).
pub fn authentication() -> Payload {
    raw(PayloadType::AUTHENTICATION, &[1, 0, 0, 0, 5, 5])
}

/// The payloads of an IKE_SA_INIT request.
pub fn init_request() -> Vec<Payload> {
    vec![
        ike_association(),
        key_exchange(2),
        nonce(),
        vendor_id(),
        vendor_id(),
        notify(NotifyType::NAT_DETECTION_SOURCE_IP),
        notify(NotifyType::NAT_DETECTION_DESTINATION_IP),
    ]
}

/// The payloads of an IKE_SA_INIT response that asks for certificates.
pub fn init_response() -> Vec<Payload> {
    let mut payloads = init_request();
    payloads.push(raw(PayloadType::IKEV2_CERTIFICATE_REQUEST, &[4; 41]));
    payloads.push(notify(NotifyType::HTTP_CERT_LOOKUP_SUPPORTED));
    payloads
}

/// The payloads of an IKE_AUTH request.
pub fn auth_request() -> Vec<Payload> {
    let mut payloads = vec![
        vendor_id(),
        raw(PayloadType::INITIATOR_IDENTIFICATION, &[1, 0, 0, 0, 192, 168, 0, 1]),
        raw(PayloadType::IKEV2_CERTIFICATE, &[4, 0x30, 0]),
        raw(PayloadType::IKEV2_CERTIFICATE_REQUEST, &[4; 21]),
        notify(NotifyType::HTTP_CERT_LOOKUP_SUPPORTED),
        authentication(),
        raw(PayloadType::CONFIGURATION, &[1, 0, 0, 0]),
        esp_association(),
    ];
    payloads.extend(selectors());
    payloads.push(notify(NotifyType::INITIAL_CONTACT));
    payloads.extend(capabilities());
    payloads
}

/// The payloads of an IKE_AUTH response.
pub fn auth_response() -> Vec<Payload> {
    let mut payloads = vec![
        vendor_id(),
        raw(PayloadType::RESPONDER_IDENTIFICATION, &[1, 0, 0, 0, 192, 168, 0, 2]),
        raw(PayloadType::IKEV2_CERTIFICATE, &[4, 0x30, 0]),
        authentication(),
        esp_association(),
    ];
    payloads.extend(selectors());
    payloads.extend(capabilities());
    payloads
}

fn selectors() -> [Payload; 2] {
    let any = [&[1, 0, 0, 0, 7, 0, 0, 16, 0, 0, 0xff, 0xff][..], &[0; 4], &[0xff; 4]].concat();
    [PayloadType::INITIATOR_TRAFFIC_SELECTORS, PayloadType::RESPONDER_TRAFFIC_SELECTORS]
        .map(|payload_type| raw(payload_type, &any))
}

fn capabilities() -> [Payload; 3] {
    [
        NotifyType::SET_WINDOW_SIZE,
        NotifyType::ESP_TFC_PADDING_NOT_SUPPORTED,
        NotifyType::NON_FIRST_FRAGMENTS_ALSO,
    ]
    .map(notify)
}
