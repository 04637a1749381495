//! The tester's side of IKEv2: IKE_SA_INIT and IKE_AUTH in both parts (RFC 7296 1.2), and single exchanges after them.

mod conversation;
mod messages;
mod offers;

use crypto::{HashAlgorithm, KeyAgreement as _, PrivateValue, Real, SignatureScheme, Signer as _};
use ike::keys::Nonces;
use ike::keys::ikev2::IkeSaKeys;
use ike::keys::nat_detection_hash;
use ike::protection::ikev2::Plain;
use ike::{Ikev2Exchange, Ikev2Half, MessageName, Role};
use wire::ikev2::{
    Authentication, AuthenticationMethod, Certificate, CertificateRequest, KeyExchange, Message,
    Notification, NotifyType, Payload as View, Proof,
};
use wire::{Group, PayloadType};

use super::draft::{apply_authenticated, apply_content};
use super::exchange::kept;
use super::{Payload, Seen, Tester};
use crate::laboratory::Ca;
use crate::target::TargetError;

pub use conversation::IkeSaSecrets;
pub(super) use messages::name_of;
pub(crate) use offers::{selectors, transforms};

/// What the tester knows of an IKE SA that is being made.
#[derive(Debug, Default)]
pub(super) struct IkeSa {
    private: Option<Box<dyn PrivateValue>>,
    nonce: Vec<u8>,
    cookie: Option<Vec<u8>>,
    /// The message ID of the tester's next request.
    next_request: u32,
    /// The fragments of a message that have come so far.
    parts: Vec<Plain>,
}

/// A message of an exchange.
#[must_use]
pub(crate) const fn name(exchange: Ikev2Exchange, half: Ikev2Half) -> MessageName {
    MessageName::Ikev2(exchange, half)
}

const INIT_REQUEST: MessageName = name(Ikev2Exchange::SaInit, Ikev2Half::Request);
const INIT_RESPONSE: MessageName = name(Ikev2Exchange::SaInit, Ikev2Half::Response);
const AUTH_REQUEST: MessageName = name(Ikev2Exchange::Auth, Ikev2Half::Request);
const AUTH_RESPONSE: MessageName = name(Ikev2Exchange::Auth, Ikev2Half::Response);

/// The four messages, in their order.
const COURSE: [MessageName; 4] = [INIT_REQUEST, INIT_RESPONSE, AUTH_REQUEST, AUTH_RESPONSE];

impl Tester<'_> {
    /// Sends one of the four messages, if what came before allows for it.
    pub(super) fn say_ikev2(&mut self, number: u8) -> Result<bool, TargetError> {
        let name = COURSE[usize::from(number - 1)];
        let payloads = match number {
            1 => self.first_request(),
            2 => match self.first_response() {
                Some(payloads) => payloads,
                None => return Ok(false),
            },
            _ => self.authentication_payloads(name),
        };
        let message_id = match number {
            1 | 3 => self.next_request(),
            _ => self.answered_id(COURSE[usize::from(number - 2)]),
        };
        self.send_ikev2(name, message_id, payloads)?;
        Ok(number != 2 || self.agree_ikev2(INIT_REQUEST))
    }

    /// Waits for one of the four messages, and takes from it what the next one needs.
    pub(super) fn hear_ikev2(&mut self, number: u8) -> Result<bool, TargetError> {
        let name = COURSE[usize::from(number - 1)];
        loop {
            if !self.wait_for(name)? {
                return Ok(false);
            }
            let Some(seen) = self.last_of(name) else { return Ok(false) };
            match number {
                1 => {
                    self.session.cookies.initiator = seen.header().initiator_cookie;
                    return Ok(true);
                }
                2 => match seen.notification_data(NotifyType::COOKIE) {
                    Some(cookie) if self.ike_sa.cookie.is_none() => self.return_cookie(cookie)?,
                    _ => {
                        self.session.cookies.responder = seen.header().responder_cookie;
                        return Ok(self.agree_ikev2(INIT_RESPONSE));
                    }
                },
                3 => return Ok(true),
                _ => return Ok(!seen.of_type(PayloadType::AUTHENTICATION).is_empty()),
            }
        }
    }

    /// Sends the first request again as it was, behind a cookie (RFC 7296 2.6).
    fn return_cookie(&mut self, cookie: Vec<u8>) -> Result<(), TargetError> {
        let demanded = Notification::new(NotifyType::COOKIE, &cookie);
        let sent = self.sent_payloads(INIT_REQUEST);
        let payloads = [kept(&[View::Notify(demanded)]), sent].concat();
        self.ike_sa.cookie = Some(cookie);
        self.send_as_is(INIT_REQUEST, 0, payloads)
    }

    /// IKE_SA_INIT request: SA, KE, Ni, and the hashes that detect a NAT.
    fn first_request(&mut self) -> Vec<Payload> {
        let offer = offers::ike_offer();
        self.first_message(offer, offers::GROUP)
    }

    /// IKE_SA_INIT response: the first proposal that the tester knows, with the group of the target's KE payload; and the
    /// tester's request (RFC 4945 4.2.1.2).
    fn first_response(&mut self) -> Option<Vec<Payload>> {
        let request = self.last_of(INIT_REQUEST)?;
        let (group, _) = request.key_exchange()?;
        let chosen = request.proposals().and_then(|offered| offers::ike_choice(&offered, Group(group)));
        let Some(chosen) = chosen else {
            self.problem("the IKE_SA_INIT request has no proposal that the tester knows");
            return None;
        };
        let group = crypto::Group::from_number(group)?;
        let mut payloads = self.first_message(chosen, group);
        payloads.push(self.certificate_request());
        Some(payloads)
    }

    fn first_message(
        &mut self,
        association: wire::ikev2::SecurityAssociationBuf,
        group: crypto::Group,
    ) -> Vec<Payload> {
        let private = Real.begin(group, &mut self.random);
        self.ike_sa.nonce = self.bytes::<32>().to_vec();
        let exchange = KeyExchange::new(Group(group.number()), private.public());
        // The tester's own end is hashed as it knows it, which is not what comes out of a NAT.
        let ends = [self.place.tester, self.session.destination];
        let [source, destination] =
            ends.map(|end| nat_detection_hash(&Real, HashAlgorithm::Sha1, &self.session.cookies, end));
        let payloads = kept(&[
            View::SecurityAssociation(association.view()),
            View::KeyExchange(exchange),
            View::Nonce(&self.ike_sa.nonce),
            View::Notify(Notification::new(NotifyType::NAT_DETECTION_SOURCE_IP, &source)),
            View::Notify(Notification::new(NotifyType::NAT_DETECTION_DESTINATION_IP, &destination)),
        ]);
        self.ike_sa.private = Some(private);
        payloads
    }

    /// A request for certificates of the first CA, by the hash of its key (RFC 7296 3.7).
    fn certificate_request(&self) -> Payload {
        let hashes = [self.laboratory.authority_hash(Ca::One)];
        View::CertificateRequest(CertificateRequest::x509(&hashes)).into()
    }

    /// Asks for another Child SA, for all traffic, and waits for the answer: says whether it came (RFC 7296 1.3.1).
    ///
    /// # Errors
    /// This machine fails.
    pub fn ask_for_child(&mut self) -> Result<bool, TargetError> {
        let nonce = self.bytes::<32>();
        let [association, selectors @ ..] = offers::child_offer(self.bytes());
        let payloads = [vec![association, Payload::new(PayloadType::IKEV2_NONCE, nonce)], selectors.to_vec()];
        let message_id = self.next_request();
        self.send_ikev2(
            name(Ikev2Exchange::CreateChildSa, Ikev2Half::Request),
            message_id,
            payloads.concat(),
        )?;
        self.wait_for(name(Ikev2Exchange::CreateChildSa, Ikev2Half::Response))
    }

    /// Has the next request have the message ID of the last once more.
    pub fn begin_authentication_again(&mut self) {
        self.ike_sa.next_request = self.ike_sa.next_request.saturating_sub(1);
    }

    /// Draws another SPI for the tester as responder, as if somebody else were to answer.
    pub fn take_another_spi(&mut self) {
        self.session.cookies.responder = self.bytes();
    }

    /// IKE_AUTH: ID, CERT, CERTREQ, AUTH, SA, TSi, TSr. The request for certificates is the initiator's alone.
    fn authentication_payloads(&mut self, name: MessageName) -> Vec<Payload> {
        let (credential, chain) = self.credential();
        let own = match self.own_role() {
            Role::Initiator => PayloadType::INITIATOR_IDENTIFICATION,
            Role::Responder => PayloadType::RESPONDER_IDENTIFICATION,
        };
        let mut payloads = vec![Payload::new(own, self.identification(&credential))];
        let certificates = std::iter::once(&credential.certificate).chain(&chain);
        payloads.extend(
            certificates.map(|one| Payload::from(View::Certificate(Certificate::X509(one.as_der())))),
        );
        if self.own_role() == Role::Initiator {
            payloads.push(self.certificate_request());
        }
        payloads.extend(match self.own_role() {
            Role::Initiator => offers::child_offer(self.bytes()).to_vec(),
            Role::Responder => self
                .last_of(AUTH_REQUEST)
                .and_then(|request| offers::child_choice(&request, self.bytes()))
                .unwrap_or_default(),
        });
        let changes = self.changes_of(name);
        let mut draft = self.draft(payloads);
        apply_content(&mut draft, &changes);
        let proof = self.prove(&draft.payloads, own);
        let is_association =
            |payload: &Payload| payload.payload_type == PayloadType::IKEV2_SECURITY_ASSOCIATION;
        let place = draft.payloads.iter().position(is_association).unwrap_or(draft.payloads.len());
        draft.payloads.insert(place, proof);
        apply_authenticated(&mut draft, &changes);
        draft.payloads
    }

    /// The AUTH payload over the identity among these payloads.
    fn prove(&self, payloads: &[Payload], own: PayloadType) -> Payload {
        let identification = payloads.iter().find(|payload| payload.payload_type == own);
        let body = identification.map(|payload| &*payload.body).unwrap_or_default();
        let secrets = self.conversation.ike_sa.as_ref();
        let octets = secrets.map(|secrets| secrets.signed_octets(self.own_role(), body)).unwrap_or_default();
        let (credential, _) = self.credential();
        let signed =
            |scheme| credential.key.sign(scheme, &octets).expect("the laboratory's keys are long enough");
        match self.peer.digital_signature {
            Some(hash) => {
                let scheme = SignatureScheme::RsaPkcs1(hash);
                let algorithm = scheme.algorithm_identifier().expect("PKCS #1 with a hash has an identifier");
                let signature = signed(scheme);
                let proof = Proof::DigitalSignature { algorithm: &algorithm, signature: &signature };
                View::Authentication(Authentication::new(proof)).into()
            }
            None => {
                let signature = signed(SignatureScheme::RsaPkcs1(HashAlgorithm::Sha1));
                let proof = Proof::Other(AuthenticationMethod::RSA_SIGNATURE, &signature);
                View::Authentication(Authentication::new(proof)).into()
            }
        }
    }

    /// Derives the keys from what both sides have said; `heard` is the target's message.
    fn agree_ikev2(&mut self, heard: MessageName) -> bool {
        let (Some(seen), Some(private)) = (self.last_of(heard), &self.ike_sa.private) else { return false };
        let Some((_, public)) = seen.key_exchange() else { return false };
        let nonces = seen.of_type(PayloadType::IKEV2_NONCE);
        let Some(peer_nonce) = nonces.first().map(|payload| payload.body.clone()) else { return false };
        let Ok(shared) = private.agree(&public) else {
            self.problem(format!("the public value in the {heard} is none of the group"));
            return false;
        };
        let said = if heard == INIT_REQUEST { INIT_RESPONSE } else { INIT_REQUEST };
        let Some(sent) = self.conversation.sent.iter().rev().find(|sent| sent.name == said) else {
            return false;
        };
        // What was sent is what counts, whatever a check has made of it.
        let own_message = sent.wire.clone();
        let nonce =
            self.sent_payloads(said).into_iter().find(|one| one.payload_type == PayloadType::IKEV2_NONCE);
        let nonce = nonce.map_or_else(|| self.ike_sa.nonce.clone(), |payload| payload.body);
        let ordered = |own: Vec<u8>, peer: Vec<u8>| match self.own_role() {
            Role::Initiator => [own, peer],
            Role::Responder => [peer, own],
        };
        let nonces = ordered(nonce, peer_nonce);
        let messages = ordered(own_message, seen.wire.clone());
        let [initiator, responder] = &nonces;
        let pair = Nonces { initiator, responder };
        let keys = IkeSaKeys::derive(&Real, offers::ALGORITHMS, pair, &self.session.cookies, &shared);
        self.conversation.ike_sa = Some(IkeSaSecrets { keys, nonces, messages });
        true
    }

    /// The tester's part in the IKE SA.
    pub(super) const fn own_role(&self) -> Role {
        self.conversation.role.other()
    }

    /// The target's last message of this name: of several sessions and of several tries the last counts.
    fn last_of(&self, name: MessageName) -> Option<Seen> {
        self.conversation.messages(name).last().cloned()
    }

    /// The payloads of the tester's last message of this name, before encryption.
    fn sent_payloads(&self, name: MessageName) -> Vec<Payload> {
        let sent = self.conversation.sent.iter().rev().find(|sent| sent.name == name);
        let Some(message) = sent.and_then(|sent| Message::read(&sent.plain).ok()) else { return Vec::new() };
        message.payloads().filter_map(Result::ok).map(Payload::from).collect()
    }
}
