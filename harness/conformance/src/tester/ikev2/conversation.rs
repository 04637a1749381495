//! What a conversation of IKEv2 shows beyond one of IKEv1.

use std::net::SocketAddr;

use crypto::{Digest, HashAlgorithm, PublicKeyKind, Real, SignatureScheme, Verifier};
use ike::keys::ikev2::{IkeSaKeys, SignedOctets};
use ike::keys::{Cookies, nat_detection_hash};
use ike::{MessageName, Role};
use wire::ikev2::owned::SecurityAssociation;
use wire::ikev2::{
    Authentication, AuthenticationMethod, Message, MessageBuilder, Notification, NotifyType, Payload as View,
    Proof, RawPayload, TrafficSelector, write_payloads,
};
use wire::{Header, PayloadType};

use crate::tester::{Conversation, Payload, Seen};

/// What authenticates an IKE SA.
#[derive(Clone, Debug)]
pub struct IkeSaSecrets {
    /// The keys.
    pub keys: IkeSaKeys,
    /// Ni and Nr.
    pub nonces: [Vec<u8>; 2],
    /// RealMessage1 and RealMessage2 (RFC 7296 2.15).
    pub messages: [Vec<u8>; 2],
}

impl IkeSaSecrets {
    /// What the side in this role signs.
    #[must_use]
    pub fn signed_octets(&self, signer: Role, identification: &[u8]) -> Vec<u8> {
        let [of_initiator, of_responder] = &self.messages;
        let [initiator_nonce, responder_nonce] = &self.nonces;
        let (message, peer_nonce) = match signer {
            Role::Initiator => (of_initiator, responder_nonce),
            Role::Responder => (of_responder, initiator_nonce),
        };
        self.keys.signed_octets(&Real, &SignedOctets { signer, message, peer_nonce, identification })
    }
}

impl Conversation {
    /// The target's messages of this name, copies and parts of messages left out.
    pub fn messages(&self, name: MessageName) -> impl Iterator<Item = &Seen> {
        self.seen.iter().filter(move |seen| seen.name == name && !seen.copy && !seen.partial)
    }

    /// The body of the target's AUTH payload.
    #[must_use]
    pub fn proof(&self) -> Option<Vec<u8>> {
        let payloads = self.authentication()?.of_type(PayloadType::AUTHENTICATION);
        payloads.first().map(|payload| payload.body.clone())
    }

    /// The scheme by which the target's AUTH payload proves that it has the key of this certificate (RFC 7296 2.15).
    pub(in crate::tester) fn proved_with(&self, der: &[u8]) -> Option<SignatureScheme> {
        let octets = self.ike_sa.as_ref()?.signed_octets(self.role, &self.identification()?);
        let certificate = pki::Certificate::from_der(der).ok()?;
        let key = certificate.public_key().as_der();
        let payload = Payload::new(PayloadType::AUTHENTICATION, self.proof()?);
        let Ok(View::Authentication(Authentication { proof, .. })) = payload.as_ikev2() else { return None };
        let (schemes, signature) = match proof {
            Proof::DigitalSignature { algorithm, signature } => {
                (vec![SignatureScheme::from_algorithm_identifier(algorithm)?], signature)
            }
            Proof::Other(AuthenticationMethod::RSA_SIGNATURE, signature) => {
                (HashAlgorithm::ALL.map(SignatureScheme::RsaPkcs1).to_vec(), signature)
            }
            Proof::Other(_, signature) => match PublicKeyKind::of(key) {
                Ok(PublicKeyKind::Ecdsa(curve)) => {
                    (vec![SignatureScheme::EcdsaConcatenated(curve)], signature)
                }
                _ => return None,
            },
        };
        schemes.into_iter().find(|scheme| Real.verify(*scheme, key, &octets, signature).is_ok())
    }
}

impl Seen {
    /// Whether the message has this notification.
    #[must_use]
    pub fn notified(&self, notify_type: NotifyType) -> bool {
        self.notify_types().contains(&notify_type.0)
    }

    /// The bodies of its notifications of this type.
    #[must_use]
    pub fn notification(&self, notify_type: NotifyType) -> Option<Vec<u8>> {
        let wanted = |payload: &Payload| match payload.as_ikev2() {
            Ok(View::Notify(Notification { notify_type: found, .. })) => found == notify_type,
            _ => false,
        };
        self.of_type(PayloadType::IKEV2_NOTIFY).into_iter().find(wanted).map(|payload| payload.body)
    }

    /// The data of its first notification of this type.
    #[must_use]
    pub fn notification_data(&self, notify_type: NotifyType) -> Option<Vec<u8>> {
        let body = self.notification(notify_type)?;
        let spi_length = usize::from(*body.get(1)?);
        body.get(4 + spi_length..).map(<[u8]>::to_vec)
    }

    /// What NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP have to say in it (RFC 7296 2.23).
    #[must_use]
    pub fn detection_hashes(&self) -> [Digest; 2] {
        let header = self.header();
        let cookies = Cookies { initiator: header.initiator_cookie, responder: header.responder_cookie };
        let hash = |end: SocketAddr| nat_detection_hash(&Real, HashAlgorithm::Sha1, &cookies, end);
        [hash(self.path.remote), hash(self.path.local)]
    }

    /// The SA payload's content of IKEv2, if there is one.
    #[must_use]
    pub fn proposals(&self) -> Option<SecurityAssociation> {
        match self.of_type(PayloadType::IKEV2_SECURITY_ASSOCIATION).first()?.as_ikev2() {
            Ok(View::SecurityAssociation(view)) => Some(SecurityAssociation::from(view)),
            _ => None,
        }
    }

    /// The addresses of its traffic selectors of this type, from the first to the last of each; IPv4 alone.
    #[must_use]
    pub fn selectors(&self, payload_type: PayloadType) -> Vec<[u32; 2]> {
        let payloads = self.of_type(payload_type);
        let Some(Ok(View::InitiatorTrafficSelectors(selectors) | View::ResponderTrafficSelectors(selectors))) =
            payloads.first().map(Payload::as_ikev2)
        else {
            return Vec::new();
        };
        let range = |selector| match selector {
            TrafficSelector::Ipv4(range) => Some([range.first.to_bits(), range.last.to_bits()]),
            _ => None,
        };
        selectors.iter().filter_map(range).collect()
    }

    /// The group and the public value of its KE payload.
    #[must_use]
    pub fn key_exchange(&self) -> Option<(u16, Vec<u8>)> {
        match self.of_type(PayloadType::IKEV2_KEY_EXCHANGE).first()?.as_ikev2() {
            Ok(View::KeyExchange(exchange)) => Some((exchange.group.0, exchange.public_value.to_vec())),
            _ => None,
        }
    }

    /// The payload on the wire that holds the encrypted ones, if the message is protected, with where it starts.
    #[must_use]
    pub fn encrypted(&self) -> Option<RawPayload<'_>> {
        let is_encrypted = |raw: &RawPayload<'_>| {
            matches!(raw.payload_type, PayloadType::ENCRYPTED | PayloadType::ENCRYPTED_FRAGMENT)
        };
        Message::read(&self.wire).ok()?.payloads().filter_map(Result::ok).find(is_encrypted)
    }

    /// The proof of its AUTH payload, by method, with the algorithm that it names.
    #[must_use]
    pub fn method(&self) -> Option<(AuthenticationMethod, Vec<u8>)> {
        match self.of_type(PayloadType::AUTHENTICATION).first()?.as_ikev2() {
            Ok(View::Authentication(Authentication {
                proof: Proof::DigitalSignature { algorithm, .. },
                ..
            })) => Some((AuthenticationMethod::DIGITAL_SIGNATURE, algorithm.to_vec())),
            Ok(View::Authentication(authentication)) => Some((authentication.method(), Vec::new())),
            _ => None,
        }
    }

    /// Makes a message of IKEv2 say these payloads; what is encrypted stays as it is on the wire.
    pub(in crate::tester) fn rewrite_ikev2(&mut self, payloads: &[Payload]) {
        let mut body = Vec::new();
        let fits = "a control writes payloads that fit";
        let first = write_payloads(payloads, &mut body).expect(fits);
        if self.encrypted().is_none() {
            self.wire = MessageBuilder::like(&self.header()).payloads(payloads).expect(fits);
        }
        let length = u32::try_from(Header::LENGTH + body.len()).unwrap_or(u32::MAX);
        let mut plain = Vec::new();
        Header { next_payload: first, length, ..self.header() }.write(&mut plain);
        plain.extend_from_slice(&body);
        self.plain = plain;
    }
}
