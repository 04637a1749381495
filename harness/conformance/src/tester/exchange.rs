//! The tester's side of the exchanges: Main Mode in both parts (RFC 2409 5.1), Quick Mode and Informational exchanges.

use std::net::Ipv4Addr;

use crypto::{KeyAgreement as _, Random as _, Real, SignatureScheme, Signer as _};
use ike::keys::{Nonces, PhaseOneAlgorithms, PhaseOneKeys, PublicValues, nat_detection_hash};
use ike::protection::{self, InitializationVector, Plain};
use ike::{MessageName, Role};
use wire::ikev1::attributes::EspTransform;
use wire::ikev1::owned::{Proposal, SecurityAssociation, Transform};
use wire::ikev1::{
    self, Certificate, Identification, Identity, MessageBuilder, NatDetection, NatNumbering, ProtocolId,
    vendor, write_payloads,
};
use wire::{CertificateEncoding, ExchangeType, Flags, Header, PayloadType, Version};

use super::draft::{Action, Draft, apply_authenticated, apply_content, distort};
use super::offers::{child_offer, suite_of, transform};
use super::{Change, Payload, Secrets, Sent, Tester};
use crate::laboratory::Ca;
use crate::target::TargetError;

const MM: fn(u8) -> MessageName = MessageName::MainMode;

/// How a message of an exchange under phase 1 is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protect {
    /// As it has to be: behind a HASH payload, encrypted.
    Fully,
    /// Encrypted, behind a HASH payload that does not hold.
    WithAWrongHash,
    /// Not at all: no HASH payload, no encryption.
    NotAtAll,
}

impl<'a> Tester<'a> {
    /// Sends a message of Main Mode, if what came before allows for it.
    pub(super) fn say_main_mode(&mut self, number: u8) -> Result<bool, TargetError> {
        let payloads = match number {
            1 => self.offer(),
            2 => match self.choice() {
                Some(payloads) => payloads,
                None => return Ok(false),
            },
            3 | 4 => self.key_exchange(number),
            _ => self.authentication(number),
        };
        self.send_main_mode(number, payloads)?;
        // A responder has what it needs for the keys once it has said its part.
        Ok(number != 4 || self.agree(MM(3)))
    }

    /// Waits for a message of Main Mode, and takes from it what the next one needs.
    pub(super) fn hear_main_mode(&mut self, number: u8) -> Result<bool, TargetError> {
        Ok(self.wait_for(MM(number))? && self.take(number))
    }

    /// Takes from a message of Main Mode that has come what the next one needs.
    fn take(&mut self, number: u8) -> bool {
        // Of several sessions the last counts.
        let mut of_name = self.conversation.seen.iter().rev().filter(|seen| seen.name == MM(number));
        let Some(seen) = of_name.next().cloned() else { return false };
        let is_nat = |payload: &Payload| payload.body == vendor::RFC_3947;
        match number {
            1 => {
                self.session.cookies.initiator = seen.header().initiator_cookie;
                self.session.nat_traversal = seen.of_type(PayloadType::VENDOR_ID).iter().any(is_nat);
                let offers = seen.of_type(PayloadType::SECURITY_ASSOCIATION);
                self.conversation.offer = offers.first().map(|offer| offer.body.clone()).unwrap_or_default();
                true
            }
            2 => {
                self.session.cookies.responder = seen.header().responder_cookie;
                self.session.nat_traversal = seen.of_type(PayloadType::VENDOR_ID).iter().any(is_nat);
                let chosen = seen
                    .security_association()
                    .and_then(|association| suite_of(association.proposals.first()?.transforms.first()?));
                match chosen {
                    Some(suite) => self.session.suite = suite,
                    None => self.problem("MM2 has no transform that the tester knows"),
                }
                chosen.is_some()
            }
            4 => self.agree(MM(4)),
            _ => true,
        }
    }

    /// Answers the MM1 that came last with MM2, however long ago it came, and listens to what comes of it.
    ///
    /// # Errors
    /// This machine fails.
    pub fn answer_late(&mut self) -> Result<(), TargetError> {
        if self.take(1) {
            self.say_main_mode(2)?;
        }
        self.listen(self.target.patience())
    }

    /// MM1: the usual suite, NAT traversal, dead peer detection.
    fn offer(&mut self) -> Vec<Payload> {
        let transforms = vec![transform(1, self.session.suite)];
        let proposal = Proposal { number: 1, protocol: ProtocolId::ISAKMP, spi: Vec::new(), transforms };
        let offer = SecurityAssociation::ipsec(vec![proposal]).encode().expect(FITS);
        kept(&[
            ikev1::Payload::SecurityAssociation(offer.view()),
            ikev1::Payload::VendorId(&vendor::RFC_3947),
            ikev1::Payload::VendorId(&vendor::DPD),
        ])
    }

    /// MM2: the first transform that was offered and that the tester knows.
    fn choice(&mut self) -> Option<Vec<Payload>> {
        let offered = self.conversation.message(MM(1))?.security_association()?;
        let proposal = offered.proposals.first()?;
        let known = |transform: &&Transform| suite_of(transform).is_some();
        let Some(chosen) = proposal.transforms.iter().find(known) else {
            self.problem("MM1 has no transform that the tester knows");
            return None;
        };
        self.session.suite = suite_of(chosen)?;
        let proposal = Proposal { transforms: vec![chosen.clone()], ..proposal.clone() };
        let answer = SecurityAssociation { proposals: vec![proposal], ..offered.clone() }.encode().ok()?;
        Some(kept(&[
            ikev1::Payload::SecurityAssociation(answer.view()),
            ikev1::Payload::VendorId(&vendor::RFC_3947),
            ikev1::Payload::VendorId(&vendor::DPD),
        ]))
    }

    /// MM3 or MM4: KE, NONCE, NAT-D; in MM4 also the tester's request (RFC 4945 3.2.5).
    fn key_exchange(&mut self, number: u8) -> Vec<Payload> {
        let private = Real.begin(self.session.suite.2, &mut self.random);
        self.session.nonce = self.bytes::<20>().to_vec();
        let (cookies, hash) = (self.session.cookies, self.session.suite.1);
        // The tester's own end is hashed as it knows it, which is not what comes out of a NAT.
        let ends = [self.session.destination, self.place.tester];
        let hashes = ends.map(|end| nat_detection_hash(&Real, hash, &cookies, end));
        let authority = self.laboratory.authority(Ca::One);
        let mut payloads = kept(&[
            ikev1::Payload::KeyExchange(private.public()),
            ikev1::Payload::Nonce(&self.session.nonce),
        ]);
        if number == 4 {
            payloads.extend(kept(&[Self::request_of(authority.subject().as_der())]));
        }
        if self.session.nat_traversal {
            let numbering = NatNumbering::Rfc3947;
            let detect = |hash| ikev1::Payload::NatDetection(NatDetection { numbering, hash });
            payloads.extend(kept(&[detect(&hashes[0][..]), detect(&hashes[1][..])]));
        }
        self.session.private = Some(private);
        payloads
    }

    /// MM5 or MM6 but for the signature: ID, CERT; in MM5 also the tester's request (RFC 4945 3.2.5).
    fn authentication(&mut self, number: u8) -> Vec<Payload> {
        let (credential, chain) = self.credential();
        let identification = Payload::new(PayloadType::IDENTIFICATION, self.identification(&credential));
        let certificates = std::iter::once(&credential.certificate).chain(&chain);
        let certificates: Vec<ikev1::Payload<'_>> = certificates
            .map(|one| {
                ikev1::Payload::Certificate(Certificate {
                    encoding: CertificateEncoding::X509_SIGNATURE,
                    data: one.as_der(),
                })
            })
            .collect();
        let mut payloads = vec![identification];
        payloads.extend(kept(&certificates));
        if number == 5 {
            payloads.extend(kept(&[Self::request_of(self.laboratory.authority(Ca::One).subject().as_der())]));
        }
        payloads
    }

    /// Derives the keys from what both sides have said; `heard` is the target's KE message.
    fn agree(&mut self, heard: MessageName) -> bool {
        let own_public = match &self.session.private {
            Some(private) => private.public().to_vec(),
            None => return false,
        };
        // What was sent is what counts, whatever a check has made of it.
        let sent = |tester: &Self, payload_type| {
            let name = if heard == MM(3) { MM(4) } else { MM(3) };
            let sent = tester.conversation.sent.iter().rev().find(|sent| sent.name == name)?;
            let payloads = ikev1::Message::read(&sent.plain).ok()?.payloads();
            let mut bodies = payloads.filter_map(Result::ok).filter(|raw| raw.payload_type == payload_type);
            bodies.next().map(|raw| raw.body.to_vec())
        };
        let nonce = sent(self, PayloadType::NONCE).unwrap_or_else(|| self.session.nonce.clone());
        let mut of_name = self.conversation.seen.iter().rev().filter(|seen| seen.name == heard);
        let Some(seen) = of_name.next().cloned() else { return false };
        let public = seen.of_type(PayloadType::KEY_EXCHANGE);
        let peer_nonce = seen.of_type(PayloadType::NONCE);
        let (Some(public), Some(peer_nonce)) = (public.first(), peer_nonce.first()) else {
            self.problem(format!("{heard} has no KE or no NONCE payload"));
            return false;
        };
        let agreed = self.session.private.as_ref().map(|private| private.agree(&public.body));
        let Some(Ok(shared)) = agreed else {
            self.problem(format!("the public value in {heard} is none of the group"));
            return false;
        };
        let ordered = |own: Vec<u8>, peer: Vec<u8>| match self.conversation.role {
            Role::Responder => (own, peer),
            Role::Initiator => (peer, own),
        };
        let nonces = ordered(nonce, peer_nonce.body.clone());
        let publics = ordered(own_public, public.body.clone());
        let algorithms: PhaseOneAlgorithms = self.algorithms();
        let cookies = self.session.cookies;
        let nonce_pair = Nonces { initiator: &nonces.0, responder: &nonces.1 };
        let keys = PhaseOneKeys::derive(&Real, algorithms, nonce_pair, &cookies, &shared);
        let public_pair = PublicValues { initiator: &publics.0, responder: &publics.1 };
        self.session.vector = Some(InitializationVector::of_phase_one(&Real, algorithms, public_pair));
        self.conversation.secrets = Some(Secrets { keys, cookies, publics });
        true
    }

    fn send_main_mode(&mut self, number: u8, payloads: Vec<Payload>) -> Result<(), TargetError> {
        let changes = self.changes_of(MM(number));
        let mut draft = self.draft(payloads);
        apply_content(&mut draft, &changes);
        if number == 1 {
            let offer = draft.payload(PayloadType::SECURITY_ASSOCIATION);
            self.conversation.offer = offer.body.clone();
        }
        if number >= 5 {
            let signature = self.sign(&draft.payloads);
            draft.append(PayloadType::SIGNATURE, &signature);
        }
        apply_authenticated(&mut draft, &changes);
        let header = self.header(ExchangeType::IDENTITY_PROTECTION, 0);
        let vector = if number >= 5 { self.session.vector } else { None };
        let next = self.dispatch(MM(number), header, draft.payloads, vector, &changes)?;
        if number >= 5 {
            self.session.vector = next;
        }
        Ok(())
    }

    pub(super) fn draft(&self, payloads: Vec<Payload>) -> Draft<'a> {
        let (cookies, session) = (self.session.cookies, self.session.number);
        Draft { payloads, laboratory: self.laboratory, cookies, session }
    }

    fn sign(&self, payloads: &[Payload]) -> Vec<u8> {
        let Some(secrets) = &self.conversation.secrets else { return Vec::new() };
        let is_identity = |payload: &&Payload| payload.payload_type == PayloadType::IDENTIFICATION;
        let identification = payloads.iter().find(is_identity).map(|payload| &*payload.body);
        let signer = match self.conversation.role {
            Role::Initiator => Role::Responder,
            Role::Responder => Role::Initiator,
        };
        let hash =
            secrets.authentication_hash(signer, &self.conversation.offer, identification.unwrap_or_default());
        let (credential, _) = self.credential();
        let signature = credential.key.sign(SignatureScheme::RsaPkcs1Unprefixed, &hash);
        signature.expect("the laboratory's keys are longer than a hash")
    }

    /// Sends payloads in an Informational exchange of its own (RFC 2409 5.7).
    ///
    /// # Errors
    /// This machine fails.
    pub fn inform(&mut self, payloads: &[ikev1::Payload<'_>], protect: Protect) -> Result<u32, TargetError> {
        let message_id = u32::from_be_bytes(self.bytes()).max(1);
        let exchange = ExchangeType::INFORMATIONAL;
        self.send_under_phase_one(MessageName::Informational, exchange, message_id, payloads, protect)?;
        Ok(message_id)
    }

    /// Sends QM1: ESP with AES and SHA-256, for all traffic (RFC 2409 5.5). Gives the exchange's message ID.
    ///
    /// # Errors
    /// This machine fails.
    pub fn begin_quick_mode(&mut self, cipher: EspTransform, protect: Protect) -> Result<u32, TargetError> {
        let message_id = u32::from_be_bytes(self.bytes()).max(1);
        let offer = child_offer(cipher, self.bytes());
        let mut nonce = [0; 16];
        self.random.fill(&mut nonce);
        self.session.quick_nonces.insert(message_id, (nonce.to_vec(), Vec::new()));
        let any = Ipv4Addr::UNSPECIFIED;
        let traffic = Identification {
            protocol: 0,
            port: 0,
            identity: Identity::Ipv4Subnet { address: any, mask: any },
        };
        let payloads = [
            ikev1::Payload::SecurityAssociation(offer.view()),
            ikev1::Payload::Nonce(&nonce),
            ikev1::Payload::Identification(traffic),
            ikev1::Payload::Identification(traffic),
        ];
        let exchange = ExchangeType::QUICK_MODE;
        self.send_under_phase_one(MessageName::QuickMode(1), exchange, message_id, &payloads, protect)?;
        Ok(message_id)
    }

    fn send_under_phase_one(
        &mut self,
        name: MessageName,
        exchange: ExchangeType,
        message_id: u32,
        payloads: &[ikev1::Payload<'_>],
        protect: Protect,
    ) -> Result<(), TargetError> {
        let changes = self.changes_of(name);
        let mut draft = self.draft(kept(payloads));
        apply_content(&mut draft, &changes);
        let mut vector = None;
        if protect != Protect::NotAtAll
            && let Some(secrets) = &self.conversation.secrets
        {
            let mut behind = Vec::new();
            write_payloads(&draft.payloads, &mut behind).expect(FITS);
            let mut hash = secrets.keys.informational_hash(&Real, message_id, &behind).to_vec();
            if protect == Protect::WithAWrongHash {
                hash.reverse();
            }
            draft.prepend(PayloadType::HASH, &hash);
            vector = self.exchange_vector(message_id);
        }
        let header = self.header(exchange, message_id);
        if let Some(next) = self.dispatch(name, header, draft.payloads, vector, &changes)? {
            self.session.vectors.insert(message_id, next);
        }
        Ok(())
    }

    /// Writes, encrypts where there is a vector, distorts, keeps and sends a message. Gives the next vector.
    fn dispatch(
        &mut self,
        name: MessageName,
        header: Header,
        payloads: Vec<Payload>,
        vector: Option<InitializationVector>,
        changes: &[Change],
    ) -> Result<Option<InitializationVector>, TargetError> {
        let in_clear = changes.iter().any(|change| matches!(change.action, Action::InClear));
        let mut body = Vec::new();
        let next_payload = write_payloads(&payloads, &mut body).expect(FITS);
        let header = Header { next_payload, ..header };
        let sealed = match (&self.conversation.secrets, vector) {
            (Some(secrets), Some(vector)) if !in_clear => {
                let plain = Plain { header, body: body.clone() };
                Some(protection::seal(&Real, secrets.keys.cipher_key(), &vector, &plain))
            }
            _ => None,
        };
        let mut plain = Vec::new();
        let length = u32::try_from(Header::LENGTH + body.len()).unwrap_or(u32::MAX);
        Header { length, ..header }.write(&mut plain);
        plain.extend_from_slice(&body);
        let (mut bytes, next) = match sealed {
            Some((bytes, next)) => (bytes, Some(next)),
            None => (plain.clone(), None),
        };
        distort(&mut bytes, changes);
        let remarks = changes.iter().map(|change| change.remark).collect();
        self.conversation.sent.push(Sent { name, plain, wire: bytes.clone(), remarks });
        self.transmit(&bytes)?;
        Ok(next)
    }

    fn header(&self, exchange_type: ExchangeType, message_id: u32) -> Header {
        Header {
            initiator_cookie: self.session.cookies.initiator,
            responder_cookie: self.session.cookies.responder,
            next_payload: PayloadType::NONE,
            version: Version::IKEV1,
            exchange_type,
            flags: Flags::NONE,
            message_id,
            length: 0,
        }
    }

    /// A message of this session that is not encrypted.
    ///
    /// # Panics
    /// The payloads do not fit: the check is wrong.
    #[must_use]
    pub fn clear_message(&self, exchange: ExchangeType, payloads: &[ikev1::Payload<'_>]) -> Vec<u8> {
        let cookies = self.session.cookies;
        let builder = MessageBuilder::new(cookies.initiator, cookies.responder, exchange);
        builder.plain(payloads).expect(FITS)
    }
}

pub(super) const FITS: &str = "what a check sends fits into a message";

pub(super) fn kept<P: Copy + Into<Payload>>(payloads: &[P]) -> Vec<Payload> {
    payloads.iter().map(|&payload| payload.into()).collect()
}
