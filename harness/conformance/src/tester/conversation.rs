//! What was said in a check: the messages of both sides, in clear, with what is needed to judge them.

use std::time::Duration;

use crypto::{HashAlgorithm, Real, SignatureScheme, Verifier};
use ike::keys::{AuthenticationInput, Cookies, PhaseOneKeys, PublicValues};
use ike::{IkeVersion, Ikev2Exchange, Ikev2Half, MessageName, Path, Role};
use wire::ikev1::owned::SecurityAssociation;
use wire::{CertificateEncoding, Header, PayloadType, ReadError, Version, ikev1, ikev2};

use super::Payload;
use super::ikev2::IkeSaSecrets;

/// What was said, as far as it went.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The version that is spoken.
    pub version: IkeVersion,
    /// The target's part.
    pub role: Role,
    /// The target's messages in the order in which they came.
    pub seen: Vec<Seen>,
    /// The tester's messages in the order in which they were sent.
    pub sent: Vec<Sent>,
    /// The keys and what they were made from, once there are keys.
    pub secrets: Option<Secrets>,
    /// The same of an IKE SA of IKEv2.
    pub ike_sa: Option<IkeSaSecrets>,
    /// SAi_b: the body of MM1's SA payload.
    pub offer: Vec<u8>,
    /// How long the tester listened in the end, after which the target had nothing more to say.
    pub listened: Duration,
    /// The certificate, among those that the target sent, that verifies its signature (RFC 2409 5.1, RFC 7296 2.15).
    pub signer: Option<Vec<u8>>,
    /// The hash of that signature in IKEv2, where the method has one.
    pub signature_hash: Option<HashAlgorithm>,
    /// What the tester could not make of the target's messages.
    pub problems: Vec<String>,
}

/// A message of the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which it is.
    pub name: MessageName,
    /// When it came.
    pub at: Duration,
    /// The two ends, seen from the tester.
    pub path: Path,
    /// Whether it had a non-ESP marker before it.
    pub marked: bool,
    /// The message as it came, without a marker.
    pub wire: Vec<u8>,
    /// The header and the payloads, decrypted; padding included.
    pub plain: Vec<u8>,
    /// Whether it is a copy of an earlier one.
    pub copy: bool,
    /// Whether it is a fragment that was not the last of its message to come (RFC 7383): its payloads stand in that one.
    pub partial: bool,
}

/// A message of the tester.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Which it is.
    pub name: MessageName,
    /// The header and the payloads, before encryption.
    pub plain: Vec<u8>,
    /// What went out, without a marker.
    pub wire: Vec<u8>,
    /// What is wrong or special about it.
    pub remarks: Vec<&'static str>,
}

/// What authenticates phase 1.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The keys.
    pub keys: PhaseOneKeys,
    /// The cookies.
    pub cookies: Cookies,
    /// g^xi and g^xr.
    pub publics: (Vec<u8>, Vec<u8>),
}

impl Conversation {
    pub(super) fn new(version: IkeVersion, role: Role) -> Self {
        Self {
            version,
            role,
            seen: Vec::new(),
            sent: Vec::new(),
            secrets: None,
            ike_sa: None,
            offer: Vec::new(),
            listened: Duration::ZERO,
            signer: None,
            signature_hash: None,
            problems: Vec::new(),
        }
    }

    /// The target's first message of this name.
    #[must_use]
    pub fn message(&self, name: MessageName) -> Option<&Seen> {
        self.seen.iter().find(|seen| seen.name == name && !seen.partial)
    }

    /// The target's messages of Main Mode, copies left out.
    pub fn main_mode(&self) -> impl Iterator<Item = &Seen> {
        self.seen.iter().filter(|seen| matches!(seen.name, MessageName::MainMode(_)) && !seen.copy)
    }

    /// The last thing that the target said of its own accord in phase 1 or Quick Mode, IKE_SA_INIT or IKE_AUTH: how far it
    /// went. A refusal goes nowhere.
    #[must_use]
    pub fn furthest(&self) -> Option<MessageName> {
        self.seen.iter().rev().find(|seen| self.goes_on(seen)).map(|seen| seen.name)
    }

    fn goes_on(&self, seen: &Seen) -> bool {
        use Ikev2Exchange::{Auth, CreateChildSa, Informational, SaInit};
        let has = |payload_type| !seen.of_type(payload_type).is_empty();
        match seen.name {
            MessageName::Informational => false,
            MessageName::Ikev2(SaInit, Ikev2Half::Response) => has(PayloadType::IKEV2_SECURITY_ASSOCIATION),
            MessageName::Ikev2(Auth, Ikev2Half::Response) => has(PayloadType::AUTHENTICATION),
            MessageName::Ikev2(Informational, Ikev2Half::Response) => self.is_established(),
            MessageName::Ikev2(Informational | CreateChildSa, _) => false,
            _ => true,
        }
    }

    /// Whether the target has gone through with phase 1: a responder has sent MM6, an initiator QM1. In IKEv2 a responder
    /// has sent AUTH, and an initiator answers requests and has not reported that it does not believe the tester.
    #[must_use]
    pub fn is_established(&self) -> bool {
        use Ikev2Exchange::{Auth, Informational};
        use Ikev2Half::{Request, Response};
        let name = |exchange, half| MessageName::Ikev2(exchange, half);
        match (self.version, self.role) {
            (IkeVersion::V1, Role::Responder) => self.message(MessageName::MainMode(6)).is_some(),
            (IkeVersion::V1, Role::Initiator) => self.message(MessageName::QuickMode(1)).is_some(),
            (IkeVersion::V2, Role::Responder) => {
                self.message(name(Auth, Response)).is_some_and(|seen| self.goes_on(seen))
            }
            (IkeVersion::V2, Role::Initiator) => {
                let ends = |seen: &Seen| {
                    seen.name == name(Informational, Request)
                        && seen.payloads().is_ok_and(|all| !all.is_empty())
                };
                self.message(name(Informational, Response)).is_some() && !self.seen.iter().any(ends)
            }
        }
    }

    /// The target's notifications, each with the message that it stands in.
    #[must_use]
    pub fn notifications(&self) -> Vec<(&Seen, u16)> {
        self.seen
            .iter()
            .flat_map(|seen| seen.notify_types().into_iter().map(move |one| (seen, one)))
            .collect()
    }

    /// The message in which the target authenticates: MM5 of an initiator, MM6 of a responder; its message of IKE_AUTH.
    #[must_use]
    pub fn authentication(&self) -> Option<&Seen> {
        self.message(match (self.version, self.role) {
            (IkeVersion::V1, Role::Initiator) => MessageName::MainMode(5),
            (IkeVersion::V1, Role::Responder) => MessageName::MainMode(6),
            (IkeVersion::V2, Role::Initiator) => MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Request),
            (IkeVersion::V2, Role::Responder) => MessageName::Ikev2(Ikev2Exchange::Auth, Ikev2Half::Response),
        })
    }

    /// The certificates for signatures that the target sent, in DER.
    #[must_use]
    pub fn certificates(&self) -> Vec<Vec<u8>> {
        let payloads = self.seen.iter().flat_map(|seen| seen.of_type(self.types().certificate));
        payloads
            .filter_map(|payload| match payload.body.split_first() {
                Some((&encoding, der)) if encoding == CertificateEncoding::X509_SIGNATURE.0 => {
                    Some(der.to_vec())
                }
                _ => None,
            })
            .collect()
    }

    /// The target's certificate requests: the message, the encoding and the authority, or in IKEv2 the authorities.
    #[must_use]
    pub fn requests(&self) -> Vec<(&Seen, CertificateEncoding, Vec<u8>)> {
        let mut found = Vec::new();
        for seen in self.seen.iter().filter(|seen| !seen.copy) {
            for payload in seen.of_type(self.types().request) {
                if let Some((&encoding, authority)) = payload.body.split_first() {
                    found.push((seen, CertificateEncoding(encoding), authority.to_vec()));
                }
            }
        }
        found
    }

    /// The body of the target's ID payload of phase 1 or IKE_AUTH.
    #[must_use]
    pub fn identification(&self) -> Option<Vec<u8>> {
        let payloads = self.authentication()?.of_type(self.types().identification);
        payloads.first().map(|payload| payload.body.clone())
    }

    /// The types of what the target sends in either version.
    fn types(&self) -> Types {
        match (self.version, self.role) {
            (IkeVersion::V1, _) => Types {
                certificate: PayloadType::CERTIFICATE,
                request: PayloadType::CERTIFICATE_REQUEST,
                identification: PayloadType::IDENTIFICATION,
            },
            (IkeVersion::V2, role) => Types {
                certificate: PayloadType::IKEV2_CERTIFICATE,
                request: PayloadType::IKEV2_CERTIFICATE_REQUEST,
                identification: match role {
                    Role::Initiator => PayloadType::INITIATOR_IDENTIFICATION,
                    Role::Responder => PayloadType::RESPONDER_IDENTIFICATION,
                },
            },
        }
    }

    /// Whether the payloads of every message can be told apart.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.seen.iter().all(|seen| seen.payloads().is_ok())
    }

    /// Verifies the target's signature, and keeps the certificate whose key verifies it.
    pub fn verify(&mut self) {
        match self.version {
            IkeVersion::V1 => self.signer = self.find_signer(),
            IkeVersion::V2 => {
                let proved = |der: Vec<u8>| self.proved_with(&der).map(|scheme| (der, scheme.hash()));
                let found = self.certificates().into_iter().find_map(proved);
                (self.signer, self.signature_hash) = match found {
                    Some((der, hash)) => (Some(der), hash),
                    None => (None, None),
                };
            }
        }
    }

    fn find_signer(&self) -> Option<Vec<u8>> {
        let secrets = self.secrets.as_ref()?;
        let signature = self.authentication()?.of_type(PayloadType::SIGNATURE).first()?.body.clone();
        let hash = secrets.authentication_hash(self.role, &self.offer, &self.identification()?);
        let signs = |der: &Vec<u8>| {
            pki::Certificate::from_der(der).is_ok_and(|certificate| {
                let key = certificate.public_key().as_der();
                Real.verify(SignatureScheme::RsaPkcs1Unprefixed, key, &hash, &signature).is_ok()
            })
        };
        self.certificates().into_iter().find(signs)
    }
}

/// The types of payloads.
struct Types {
    certificate: PayloadType,
    request: PayloadType,
    identification: PayloadType,
}

impl Secrets {
    /// HASH_I or HASH_R, what the side in this role signs.
    #[must_use]
    pub fn authentication_hash(&self, signer: Role, offer: &[u8], identification: &[u8]) -> Vec<u8> {
        let input = AuthenticationInput {
            signer,
            publics: PublicValues { initiator: &self.publics.0, responder: &self.publics.1 },
            cookies: self.cookies,
            security_association: offer,
            identification,
        };
        self.keys.authentication_hash(&Real, &input).to_vec()
    }
}

impl Seen {
    /// The header, as it came.
    #[must_use]
    pub fn header(&self) -> Header {
        Header::read(&self.wire).expect("what has no header is not taken for a message")
    }

    /// The payloads, decrypted.
    ///
    /// # Errors
    /// The chain is broken.
    pub fn payloads(&self) -> Result<Vec<Payload>, ReadError> {
        let body = self.plain.get(Header::LENGTH..).unwrap_or_default();
        let first = Header::read(&self.plain).map_or(PayloadType::NONE, |header| header.next_payload);
        if self.is_ikev2() {
            ikev2::payloads_in(first, body, Header::LENGTH).map(|payload| payload.map(Into::into)).collect()
        } else {
            ikev1::payloads_in(first, body, Header::LENGTH).map(|payload| payload.map(Into::into)).collect()
        }
    }

    fn is_ikev2(&self) -> bool {
        self.header().version.major() == Version::IKEV2.major()
    }

    /// The payloads of this type; none if the chain is broken.
    #[must_use]
    pub fn of_type(&self, payload_type: PayloadType) -> Vec<Payload> {
        let mut payloads = self.payloads().unwrap_or_default();
        payloads.retain(|payload| payload.payload_type == payload_type);
        payloads
    }

    /// The types of its notifications.
    #[must_use]
    pub fn notify_types(&self) -> Vec<u16> {
        let payloads = self.payloads().unwrap_or_default();
        let of_payload = |payload: &Payload| match payload.payload_type {
            PayloadType::NOTIFICATION => match payload.as_ikev1() {
                Ok(ikev1::Payload::Notification(one)) => Some(one.notify_type.0),
                _ => None,
            },
            PayloadType::IKEV2_NOTIFY => match payload.as_ikev2() {
                Ok(ikev2::Payload::Notify(one)) => Some(one.notify_type.0),
                _ => None,
            },
            _ => None,
        };
        payloads.iter().filter_map(of_payload).collect()
    }

    /// The SA payload's content of IKEv1, if there is one.
    #[must_use]
    pub fn security_association(&self) -> Option<SecurityAssociation> {
        match self.of_type(PayloadType::SECURITY_ASSOCIATION).first()?.as_ikev1() {
            Ok(ikev1::Payload::SecurityAssociation(view)) => Some(SecurityAssociation::from(view)),
            _ => None,
        }
    }

    /// Makes the message say other payloads than it did, as if the target had sent them: for negative controls.
    pub fn rewrite(&mut self, change: impl FnOnce(&mut Vec<Payload>)) {
        let mut payloads = self.payloads().unwrap_or_default();
        change(&mut payloads);
        if self.is_ikev2() {
            return self.rewrite_ikev2(&payloads);
        }
        let mut body = Vec::new();
        let first = ikev1::write_payloads(&payloads, &mut body).expect("a control writes payloads that fit");
        let mut header = self.header();
        header.next_payload = first;
        let encrypted = header.flags.contains(wire::Flags::ENCRYPTION);
        if encrypted {
            body.resize(body.len().next_multiple_of(16), 0);
        }
        header.length = u32::try_from(Header::LENGTH + body.len()).unwrap_or(u32::MAX);
        let mut start = Vec::new();
        header.write(&mut start);
        self.plain = [&*start, &*body].concat();
        if encrypted {
            // Nobody reads it; it only must not be the payloads in clear.
            body.iter_mut().for_each(|byte| *byte = !*byte);
        }
        self.wire = [start, body].concat();
    }

    /// Makes the message say other bytes than it did, both as it came and decrypted: for negative controls.
    pub fn overwrite(&mut self, offset: usize, value: u8) {
        self.overwrite_many(offset, &[value]);
    }

    /// The same with several bytes.
    pub fn overwrite_many(&mut self, offset: usize, values: &[u8]) {
        for bytes in [&mut self.wire, &mut self.plain] {
            bytes.iter_mut().skip(offset).zip(values).for_each(|(byte, value)| *byte = *value);
        }
    }
}
