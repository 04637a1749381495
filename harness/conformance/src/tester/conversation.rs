//! What was said in a check: the messages of both sides, in clear, with what is needed to judge them.

use std::time::Duration;

use crypto::{Real, SignatureScheme, Verifier};
use ike::keys::{AuthenticationInput, Cookies, PhaseOneKeys, PublicValues};
use ike::{MessageName, Path, Role};
use wire::ikev1::owned::{self, SecurityAssociation};
use wire::ikev1::{Notification, Payload, payloads_in, write_payloads};
use wire::{CertificateEncoding, Header, PayloadType, ReadError};

/// What was said, as far as it went.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The target's part.
    pub role: Role,
    /// The target's messages in the order in which they came.
    pub seen: Vec<Seen>,
    /// The tester's messages in the order in which they were sent.
    pub sent: Vec<Sent>,
    /// The keys and what they were made from, once there are keys.
    pub secrets: Option<Secrets>,
    /// SAi_b: the body of MM1's SA payload.
    pub offer: Vec<u8>,
    /// How long the tester listened in the end, after which the target had nothing more to say.
    pub listened: Duration,
    /// The certificate, among those that the target sent, that verifies its signature (RFC 2409 5.1).
    pub signer: Option<Vec<u8>>,
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
    pub(super) fn new(role: Role) -> Self {
        Self {
            role,
            seen: Vec::new(),
            sent: Vec::new(),
            secrets: None,
            offer: Vec::new(),
            listened: Duration::ZERO,
            signer: None,
            problems: Vec::new(),
        }
    }

    /// The target's first message of this name.
    #[must_use]
    pub fn message(&self, name: MessageName) -> Option<&Seen> {
        self.seen.iter().find(|seen| seen.name == name)
    }

    /// The target's messages of Main Mode, copies left out.
    pub fn main_mode(&self) -> impl Iterator<Item = &Seen> {
        self.seen.iter().filter(|seen| matches!(seen.name, MessageName::MainMode(_)) && !seen.copy)
    }

    /// The last thing that the target said of its own accord in phase 1 or Quick Mode: how far it went.
    #[must_use]
    pub fn furthest(&self) -> Option<MessageName> {
        let of_exchange = |seen: &&Seen| seen.name != MessageName::Informational;
        self.seen.iter().rev().find(of_exchange).map(|seen| seen.name)
    }

    /// Whether the target has gone through with phase 1: a responder has sent MM6, an initiator QM1.
    #[must_use]
    pub fn is_established(&self) -> bool {
        let last = match self.role {
            Role::Responder => MessageName::MainMode(6),
            Role::Initiator => MessageName::QuickMode(1),
        };
        self.message(last).is_some()
    }

    /// The target's notifications, each with the message that it stands in.
    pub fn notifications(&self) -> Vec<(&Seen, u16)> {
        let mut found = Vec::new();
        for seen in &self.seen {
            for payload in seen.of_type(PayloadType::NOTIFICATION) {
                if let Ok(Payload::Notification(Notification { notify_type, .. })) = payload.typed() {
                    found.push((seen, notify_type.0));
                }
            }
        }
        found
    }

    /// The message in which the target authenticates: MM5 of an initiator, MM6 of a responder.
    #[must_use]
    pub fn authentication(&self) -> Option<&Seen> {
        self.message(match self.role {
            Role::Initiator => MessageName::MainMode(5),
            Role::Responder => MessageName::MainMode(6),
        })
    }

    /// The certificates for signatures that the target sent, in DER.
    #[must_use]
    pub fn certificates(&self) -> Vec<Vec<u8>> {
        let payloads = self.seen.iter().flat_map(|seen| seen.of_type(PayloadType::CERTIFICATE));
        payloads
            .filter_map(|payload| match payload.typed() {
                Ok(Payload::Certificate(one)) if one.encoding == CertificateEncoding::X509_SIGNATURE => {
                    Some(one.data.to_vec())
                }
                _ => None,
            })
            .collect()
    }

    /// The target's certificate requests: the message, the encoding and the authority.
    #[must_use]
    pub fn requests(&self) -> Vec<(&Seen, CertificateEncoding, Vec<u8>)> {
        let mut found = Vec::new();
        for seen in self.seen.iter().filter(|seen| !seen.copy) {
            for payload in seen.of_type(PayloadType::CERTIFICATE_REQUEST) {
                if let Ok(Payload::CertificateRequest(request)) = payload.typed() {
                    found.push((seen, request.encoding, request.authority.to_vec()));
                }
            }
        }
        found
    }

    /// The body of the target's ID payload of phase 1.
    #[must_use]
    pub fn identification(&self) -> Option<Vec<u8>> {
        let payloads = self.authentication()?.of_type(PayloadType::IDENTIFICATION);
        payloads.first().map(|payload| payload.body.clone())
    }

    /// Whether the payloads of every message can be told apart.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.seen.iter().all(|seen| seen.payloads().is_ok())
    }

    /// Verifies the target's signature, and keeps the certificate whose key verifies it.
    pub fn verify(&mut self) {
        self.signer = self.find_signer();
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
    pub fn payloads(&self) -> Result<Vec<owned::Payload>, ReadError> {
        let body = self.plain.get(Header::LENGTH..).unwrap_or_default();
        let payloads = payloads_in(self.header().next_payload, body, Header::LENGTH);
        payloads.map(|payload| payload.map(Into::into)).collect()
    }

    /// The payloads of this type; none if the chain is broken.
    #[must_use]
    pub fn of_type(&self, payload_type: PayloadType) -> Vec<owned::Payload> {
        let mut payloads = self.payloads().unwrap_or_default();
        payloads.retain(|payload| payload.payload_type == payload_type);
        payloads
    }

    /// The SA payload's content, if there is one.
    #[must_use]
    pub fn security_association(&self) -> Option<SecurityAssociation> {
        match self.of_type(PayloadType::SECURITY_ASSOCIATION).first()?.typed() {
            Ok(Payload::SecurityAssociation(view)) => Some(SecurityAssociation::from(view)),
            _ => None,
        }
    }

    /// Makes the message say other payloads than it did, as if the target had sent them: for negative controls.
    pub fn rewrite(&mut self, change: impl FnOnce(&mut Vec<owned::Payload>)) {
        let mut payloads = self.payloads().unwrap_or_default();
        change(&mut payloads);
        let mut body = Vec::new();
        let first = write_payloads(&payloads, &mut body).expect("a control writes payloads that fit");
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
        for bytes in [&mut self.wire, &mut self.plain] {
            if let Some(byte) = bytes.get_mut(offset) {
                *byte = value;
            }
        }
    }
}
