//! IKE_AUTH (RFC 7296 1.2) with certificates: both roles, in the order of V2-STEP-1 on the responder.

use std::net::IpAddr;

use crypto::PublicKeyKind;
use pki::{Certificate, Name};
use wire::ikev2::{
    Authentication, Certificate as CertificatePayload, CertificateRequest, ConfigurationAttributeType,
    ConfigurationType, Identification, Identity as WireIdentity, Notification, NotifyType, Payload,
};
use wire::{CertificateEncoding, PayloadType};

use crate::context::Context;
use crate::event::{EventKind, Ikev2Event, MessageProblem};
use crate::failure::{Failure, FailureCode};
use crate::identity::Identity;
use crate::ids::{AnyProfileId, Ikev2ProfileId, TrustpointId};
use crate::keys::ikev2::SignedOctets;
use crate::origin::Origin;
use crate::peer;
use crate::router::Enrolment;
use crate::rule::Rule;
use crate::selection::ikev2 as choice;
use crate::state::{Ikev2Exchange, Ikev2Half, Ikev2Input, MessageName, Role};
use crate::tamper::OutgoingPayload;

use super::authentication::{self, OwnProof, ProofProblem};
use super::contents::{Contents, Located};
use super::messages::{FITS, Incoming, Opened};
use super::requests::{self, ReceivedRequests};
use super::{
    AUTH_REQUEST, AUTH_RESPONSE, Established, Keyed, Phase, Session, child, informational, init, vendor,
};

/// Initiator: sends the request, or stops where it cannot be built (V2-SEL-2, V2-SEL-5).
pub(super) fn send_request(session: &mut Session, context: &mut Context<'_>, mut keyed: Keyed) {
    let (Some(profile), Some(protection)) = (session.profile, session.protection) else { return };
    let scope = choice::Scope::of(context.router, Role::Initiator, profile);
    let requests = std::mem::take(&mut keyed.requests);
    let own = match Own::choose(context, &requests, scope, profile, AUTH_REQUEST) {
        Ok(own) => own,
        Err(failure) => return session.fail(context, failure),
    };
    let vendor_id = vendor::of_authentication(context.provider, &session.spis);
    vendor::tell(context, &vendor_id);
    let body = own.identify(session, context, profile);
    let hashes = requests::build(context, Some(profile)); // V2-REQ-3
    keyed.inbound_spi = child::new_spi(context);
    let protected = context.router.protection(protection);
    let offer = child::offer(protected, keyed.inbound_spi);
    let [initiator, responder] = child::offered_selectors(protected);
    let initial_contact = !context.peer_known;
    if initial_contact {
        context.emit(EventKind::InitialContactBuilt);
    }
    // V2-REQ-4
    let configuration = configuration_request();
    let mut payloads = vec![Payload::VendorId(&vendor_id), own.identification(&body, Role::Initiator)];
    payloads.extend(own.certificates());
    if !hashes.is_empty() {
        payloads.push(Payload::CertificateRequest(CertificateRequest::x509(&hashes)));
    }
    payloads.extend(init::lookup_supported(context.router));
    let position = payloads.len();
    payloads.extend([
        Payload::Unknown(PayloadType::CONFIGURATION, &configuration),
        Payload::SecurityAssociation(offer.view()),
        Payload::InitiatorTrafficSelectors(initiator.view()),
        Payload::ResponderTrafficSelectors(responder.view()),
    ]);
    let contact = Notification::new(NotifyType::INITIAL_CONTACT, &[]);
    payloads.extend(initial_contact.then_some(Payload::Notify(contact)));
    payloads.extend(STATUS.map(Payload::Notify));
    let tunnel_mode = protected.transform_sets.iter().all(|set| set.tunnel_mode);
    payloads.extend((!tunnel_mode).then_some(Payload::Notify(TRANSPORT_MODE)));
    let payloads = match own.authenticate(context, &keyed, profile, &payloads, position) {
        Ok(payloads) => payloads,
        Err(failure) => return session.fail(context, failure),
    };
    let message_id = session.window.begin_request();
    let outgoing = session.outgoing(Ikev2Exchange::Auth, Ikev2Half::Request, message_id);
    let datagrams = outgoing.sealed(context, &keyed.keys, keyed.mtu, payloads);
    session.window.send_request(context, AUTH_REQUEST, message_id, datagrams);
    session.advance(context, Ikev2Input::InitResponse);
    session.phase = Phase::Keyed(Box::new(keyed));
}

/// What ends both messages: a window of one request, no padding against traffic analysis, later fragments of packets go
/// through the same SA (V2-REQ-4).
const STATUS: [Notification<'static>; 3] = [
    Notification::new(NotifyType::SET_WINDOW_SIZE, &1_u32.to_be_bytes()),
    Notification::new(NotifyType::ESP_TFC_PADDING_NOT_SUPPORTED, &[]),
    Notification::new(NotifyType::NON_FIRST_FRAGMENTS_ALSO, &[]),
];

const TRANSPORT_MODE: Notification<'static> = Notification::new(NotifyType::USE_TRANSPORT_MODE, &[]);

/// The body of the CP payload: asks for what a FlexVPN client would like to know. Nothing depends on the answer.
fn configuration_request() -> Vec<u8> {
    use ConfigurationAttributeType as Attribute;
    let wanted = [
        Attribute::INTERNAL_IP4_DNS,
        Attribute::INTERNAL_IP4_NBNS,
        Attribute::INTERNAL_IP4_SUBNET,
        Attribute::APPLICATION_VERSION,
    ];
    let mut body = vec![ConfigurationType::REQUEST.0, 0, 0, 0];
    for attribute in wanted {
        body.extend_from_slice(&attribute.0.to_be_bytes());
        body.extend_from_slice(&[0; 2]);
    }
    body
}

/// What this router authenticates with.
struct Own<'e> {
    trustpoint: TrustpointId,
    enrolment: &'e Enrolment,
}

impl<'e> Own<'e> {
    /// Chooses the trustpoint that signs, and fetches its chain.
    fn choose(
        context: &mut Context<'e>,
        requests: &ReceivedRequests,
        scope: choice::Scope,
        profile: Ikev2ProfileId,
        message: MessageName,
    ) -> Result<Self, Failure> {
        let router = context.router;
        let Some(trustpoint) = requests.choose(context, scope) else {
            let configured = router.ikev2_profile(profile);
            let rule = match scope {
                choice::Scope::Nothing => Rule::V2Sel2,
                choice::Scope::Global | choice::Scope::Pins(_) => Rule::V2Sel5,
            };
            let pins = configured.signing_pins().map(|pin| pin.origin);
            let origins = pins.chain([configured.origin]).collect();
            return Err(failure(message, FailureCode::NoCertificateToSend, Some(rule), origins));
        };
        let enrolment =
            router.trustpoint(trustpoint).enrolment.as_ref().expect("only enrolled trustpoints are chosen");
        context.emit(EventKind::Ikev2(Ikev2Event::OwnChainFetched { trustpoint }));
        Ok(Self { trustpoint, enrolment })
    }

    /// The body of the ID payload, told; and the certificates, told.
    fn identify(&self, session: &Session, context: &mut Context<'_>, profile: Ikev2ProfileId) -> Vec<u8> {
        let router = context.router;
        let kind = &router.ikev2_profile(profile).identity_local.value;
        let identity = router.own_identity(kind, session.path.local.ip(), self.enrolment);
        let identification = Identification::new(as_wire(&identity));
        let body = Payload::InitiatorIdentification(identification).body().expect(FITS);
        let next = PayloadType::IKEV2_CERTIFICATE;
        context.emit(EventKind::IdentityBuilt { identity, body: body.as_slice().into(), next });
        context.emit(EventKind::CertificateBuilt { trustpoint: self.trustpoint });
        body
    }

    fn identification<'a>(&self, body: &'a [u8], role: Role) -> Payload<'a> {
        Payload::Unknown(
            match role {
                Role::Initiator => PayloadType::INITIATOR_IDENTIFICATION,
                Role::Responder => PayloadType::RESPONDER_IDENTIFICATION,
            },
            body,
        )
    }

    /// CERT payloads, the router's own first (RFC 7296 3.6).
    fn certificates(&self) -> impl Iterator<Item = Payload<'_>> {
        let chain = std::iter::once(&self.enrolment.certificate).chain(&self.enrolment.intermediates);
        chain.map(|certificate| Payload::Certificate(CertificatePayload::X509(certificate.as_der())))
    }

    /// Signs for the payloads of a message, and puts AUTH at its place among them.
    fn authenticate(
        &self,
        context: &mut Context<'_>,
        keyed: &Keyed,
        profile: Ikev2ProfileId,
        payloads: &[Payload<'_>],
        position: usize,
    ) -> Result<Vec<OutgoingPayload>, Failure> {
        let message = match context.role {
            Role::Initiator => AUTH_REQUEST,
            Role::Responder => AUTH_RESPONSE,
        };
        let mut payloads: Vec<OutgoingPayload> = payloads.iter().map(OutgoingPayload::of_ikev2).collect();
        context.before_authentication(message, &mut payloads);
        let is_identification = |one: &&OutgoingPayload| {
            let types = [PayloadType::INITIATOR_IDENTIFICATION, PayloadType::RESPONDER_IDENTIFICATION];
            types.contains(&one.payload_type)
        };
        let body = payloads.iter().find(is_identification).map(|one| one.body.clone()).unwrap_or_default();
        let proof = self.prove(context, keyed, profile, &body, message)?;
        let authentication = Payload::Authentication(Authentication::new(proof.proof()));
        payloads.insert(position.min(payloads.len()), OutgoingPayload::of_ikev2(&authentication));
        Ok(payloads)
    }

    /// Signs.
    fn prove(
        &self,
        context: &mut Context<'_>,
        keyed: &Keyed,
        profile: Ikev2ProfileId,
        body: &[u8],
        message: MessageName,
    ) -> Result<OwnProof, Failure> {
        let configured = context.router.ikev2_profile(profile).authentication_local;
        let kind = PublicKeyKind::of(self.enrolment.signer.public_key()).ok();
        let fits = configured
            .zip(kind)
            .is_some_and(|(method, kind)| authentication::is_of_method(kind, method.value));
        if !fits {
            let line = configured.map(|method| method.origin);
            let origins = line.into_iter().chain([self.enrolment.origin]).collect();
            return Err(failure(message, FailureCode::AuthenticationMethod, None, origins));
        }
        let octets = keyed.signed_octets(context, context.role, body);
        let proof = authentication::sign(&*self.enrolment.signer, &keyed.common_hashes, &octets);
        let cannot = || failure(message, FailureCode::CannotSign, None, vec![self.enrolment.origin]);
        let proof = proof.ok_or_else(cannot)?;
        context.emit(EventKind::Signed { trustpoint: self.trustpoint });
        Ok(proof)
    }
}

impl Keyed {
    /// What the side in role `signer` signs.
    fn signed_octets(&self, context: &Context<'_>, signer: Role, identification: &[u8]) -> Vec<u8> {
        let [of_initiator, of_responder] = &self.messages;
        let [initiator_nonce, responder_nonce] = &self.nonces;
        let (message, peer_nonce) = match signer {
            Role::Initiator => (of_initiator, responder_nonce),
            Role::Responder => (of_responder, initiator_nonce),
        };
        let input = SignedOctets { signer, message, peer_nonce, identification };
        self.keys.signed_octets(context.provider.hashes, &input)
    }
}

/// Who the peer has proved to be.
struct Authenticated {
    identity: Identity,
    /// Whether the identity is a name of the certificate, and not only what the peer says.
    confirmed: bool,
}

/// Why the peer is refused, and what it is told.
struct Refusal {
    notify_type: NotifyType,
    data: Vec<u8>,
    failure: Failure,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { notify_type: NotifyType::AUTHENTICATION_FAILED, data: Vec::new(), failure }
    }
}

/// Responder: judges the initiator, authenticates itself, and makes the Child SA.
pub(super) fn on_request(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), MessageProblem> {
    let Some(opened) = session.open(context, incoming)? else { return Ok(()) };
    let Phase::Keyed(keyed) = std::mem::replace(&mut session.phase, Phase::InStep) else {
        return Err(MessageProblem::Unexpected);
    };
    opened.tell(context, incoming);
    // RFC 7296 2.23: the peer has moved its port if there is a NAT.
    session.path = incoming.path;
    if let Err(refusal) = answer(session, context, &keyed, &opened) {
        refuse(session, context, &keyed, &opened, refusal);
    }
    Ok(())
}

fn answer(
    session: &mut Session,
    context: &mut Context<'_>,
    keyed: &Keyed,
    opened: &Opened,
) -> Result<(), Refusal> {
    let bad = |notify_type, data, code| Refusal {
        notify_type,
        data,
        failure: failure(AUTH_REQUEST, code, None, Vec::new()),
    };
    let malformed = |_| bad(NotifyType::INVALID_SYNTAX, Vec::new(), FailureCode::BadMessage);
    let contents = opened.contents().map_err(malformed)?;
    if let Some(payload_type) = contents.unknown_critical {
        let code = FailureCode::UnsupportedCriticalPayload;
        return Err(bad(NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD, vec![payload_type.0], code)); // RFC 7296 2.5
    }
    informational::tell_notifications(context, &contents, true);
    vendor::tell_received(context, &contents);
    let identification = contents.initiator.as_ref();
    let identification = identification
        .ok_or_else(|| malformed(MessageProblem::Lacks(PayloadType::INITIATOR_IDENTIFICATION)))?;
    // V2-STEP-1: the profile; the own trustpoint; the own chain; the method; the peer's chain; the Child SA.
    let identity = read_identity(context, identification);
    let profile = select_profile(session, context, &identity, &contents)?;
    session.profile = Some(profile);
    let scope = choice::Scope::of(context.router, Role::Responder, profile);
    let requests = ReceivedRequests::read(context, &contents);
    let own = Own::choose(context, &requests, scope, profile, AUTH_RESPONSE)?;
    let authenticated = authenticate(session, context, keyed, &contents, identification, identity, profile)?;
    let accepted = child::accept(session, context, profile, &contents);

    let vendor_id = vendor::of_authentication(context.provider, &session.spis);
    vendor::tell(context, &vendor_id);
    let body = own.identify(session, context, profile);
    let mut payloads = vec![Payload::VendorId(&vendor_id), own.identification(&body, Role::Responder)];
    payloads.extend(own.certificates());
    let position = payloads.len();
    let mut child = None;
    match &accepted {
        Ok(accepted) => {
            let [initiator, responder] = &accepted.selectors;
            payloads.extend([
                Payload::SecurityAssociation(accepted.reply.view()),
                Payload::InitiatorTrafficSelectors(initiator.view()),
                Payload::ResponderTrafficSelectors(responder.view()),
            ]);
            payloads.extend(STATUS.map(Payload::Notify));
            let transport = contents.notification(NotifyType::USE_TRANSPORT_MODE).is_some();
            payloads.extend((transport && !accepted.tunnel_mode).then_some(Payload::Notify(TRANSPORT_MODE)));
            child = Some(accepted.child);
        }
        Err(refused) => {
            // V2-PRO-3, RFC 7296 2.21.2: the IKE SA exists, the Child SA does not.
            let notify_type = refused.notify_type;
            context.emit(EventKind::Ikev2(Ikev2Event::ErrorBuilt { notify_type: notify_type.0 }));
            payloads.push(Payload::Notify(Notification::new(notify_type, &[])));
        }
    }
    let payloads = own.authenticate(context, keyed, profile, &payloads, position)?;
    let outgoing = session.outgoing(Ikev2Exchange::Auth, Ikev2Half::Response, 1);
    let datagrams = outgoing.sealed(context, &keyed.keys, keyed.mtu, payloads);
    // Whoever has any certificate must not end the sessions of others by taking their name.
    session.is_initial_contact =
        authenticated.confirmed && contents.notification(NotifyType::INITIAL_CONTACT).is_some();
    context.emit(EventKind::Authenticated { profile: Some(AnyProfileId::Ikev2(profile)) });
    session.window.send_response(context, AUTH_REQUEST, opened.digest, datagrams);
    session.advance(context, Ikev2Input::AuthRequest);
    if let Err(refused) = accepted {
        context.emit(EventKind::Failed(refused.failure));
    }
    establish(session, context, keyed, authenticated.identity, child);
    Ok(())
}

/// Answers with an error alone, and keeps nothing but this answer (RFC 7296 2.21.2).
fn refuse(
    session: &mut Session,
    context: &mut Context<'_>,
    keyed: &Keyed,
    opened: &Opened,
    refusal: Refusal,
) {
    let Refusal { notify_type, data, failure } = refusal;
    context.emit(EventKind::Ikev2(Ikev2Event::ErrorBuilt { notify_type: notify_type.0 }));
    let outgoing = session.outgoing(Ikev2Exchange::Auth, Ikev2Half::Response, 1);
    let payload = Payload::Notify(Notification::new(notify_type, &data));
    let datagrams =
        outgoing.sealed(context, &keyed.keys, keyed.mtu, vec![OutgoingPayload::of_ikev2(&payload)]);
    session.window.send_response(context, AUTH_REQUEST, opened.digest, datagrams);
    context.emit(EventKind::Failed(failure));
    session.phase = Phase::Refused { until: context.now.monotonic + context.limits.patience() };
}

/// Initiator: judges the responder, is done.
pub(super) fn on_response(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), MessageProblem> {
    let Some(opened) = session.open(context, incoming)? else { return Ok(()) };
    let contents = opened.contents()?;
    if let Some(payload_type) = contents.unknown_critical {
        return Err(MessageProblem::UnknownCriticalPayload(payload_type));
    }
    let (Some(profile), Some(protection)) = (session.profile, session.protection) else {
        return Err(MessageProblem::Unexpected);
    };
    let Phase::Keyed(keyed) = std::mem::replace(&mut session.phase, Phase::InStep) else {
        return Err(MessageProblem::Unexpected);
    };
    session.window.accept_response();
    opened.tell(context, incoming);
    informational::tell_notifications(context, &contents, true);
    vendor::tell_received(context, &contents);
    let Some(identification) = &contents.responder else {
        // RFC 7296 2.21.2: the peer has told why, or says nothing that could be believed.
        let failure = match contents.error() {
            Some(_) => informational::refused_by_peer(),
            None => failure(AUTH_RESPONSE, FailureCode::BadMessage, None, Vec::new()),
        };
        session.fail(context, failure);
        return Ok(());
    };
    let identity = read_identity(context, identification);
    let judged = match_profile(session, context, &identity, &contents, profile)
        .and_then(|()| authenticate(session, context, &keyed, &contents, identification, identity, profile));
    let authenticated = match judged {
        Ok(authenticated) => authenticated,
        Err(failure) => {
            context.emit(EventKind::Failed(failure));
            session.phase = Phase::Keyed(keyed);
            informational::send_authentication_failed(session, context); // V2-VAL-1
            return Ok(());
        }
    };
    context.emit(EventKind::Authenticated { profile: Some(AnyProfileId::Ikev2(profile)) });
    session.advance(context, Ikev2Input::AuthResponse);
    let made = if contents.error().is_some() && contents.security_association.is_none() {
        Err(informational::refused_by_peer())
    } else {
        child::chosen(context, protection, keyed.inbound_spi, &contents)
    };
    let child = match made {
        Ok(child) => Some(child),
        Err(failure) => {
            context.emit(EventKind::Failed(failure));
            None
        }
    };
    establish(session, context, &keyed, authenticated.identity, child);
    Ok(())
}

fn establish(
    session: &mut Session,
    context: &mut Context<'_>,
    keyed: &Keyed,
    peer_identity: Identity,
    child: Option<child::Child>,
) {
    if let Some(child::Child { protection, inbound_spi, outbound_spi }) = child {
        context.emit(EventKind::ChildEstablished { protection, inbound_spi, outbound_spi });
    }
    let lifetime = session.profile.map(|id| context.router.ikev2_profile(id).lifetime.value);
    let lifetime = std::time::Duration::from_secs(u64::from(lifetime.unwrap_or(u32::MAX)));
    session.phase = Phase::Established(Box::new(Established {
        keys: keyed.keys.clone(),
        mtu: keyed.mtu,
        nat: keyed.nat,
        peer_identity,
        child,
        expires: context.now.monotonic + lifetime,
        next_check: informational::next_check(context, session.profile),
    }));
}

fn read_identity(context: &mut Context<'_>, identification: &Located<'_, Identification<'_>>) -> Identity {
    let identity = of_wire(&identification.value.identity);
    context.emit(EventKind::IdentityRead {
        identity: identity.clone(),
        body: identification.body_range(),
        next: identification.next(),
    });
    identity
}

/// The first certificate of the peer that can be read: what a certificate map looks at.
fn first_certificate(contents: &Contents<'_>) -> Option<Certificate> {
    contents.certificates.iter().find_map(|payload| match payload.value {
        CertificatePayload::X509(der) => Certificate::from_der(der).ok(),
        _ => None,
    })
}

/// Responder: the profile that the peer selects (V2-PRO-1), which has to be one that signs.
fn select_profile(
    session: &Session,
    context: &mut Context<'_>,
    identity: &Identity,
    contents: &Contents<'_>,
) -> Result<Ikev2ProfileId, Failure> {
    let router = context.router;
    let certificate = first_certificate(contents);
    let local = session.path.local.ip();
    let peer = choice::Peer { local, identity, certificate: certificate.as_ref() };
    let matched = choice::select_profile(router, peer);
    context.emit(EventKind::Ikev2(Ikev2Event::ProfileSearched { matched }));
    let Some(matched) = matched else {
        // V2-PRO-2
        let lines = router.ikev2().profiles.iter().flat_map(|profile| &profile.matches);
        let origins = lines.map(|line| line.origin).collect();
        return Err(failure(AUTH_REQUEST, FailureCode::NoProfileMatches, Some(Rule::V2Pro2), origins));
    };
    let profile = router.ikev2_profile(matched.profile);
    if !profile.authenticates_with_signatures() {
        let local = profile.authentication_local.map(|method| method.origin);
        let remote = profile.authentication_remote.iter().map(|method| method.origin);
        let origins = local.into_iter().chain(remote).chain([profile.origin]).collect();
        return Err(failure(AUTH_REQUEST, FailureCode::AuthenticationMethod, None, origins));
    }
    Ok(matched.profile)
}

/// Initiator: the peer has to be one that its profile matches; it does not look at others.
fn match_profile(
    session: &Session,
    context: &mut Context<'_>,
    identity: &Identity,
    contents: &Contents<'_>,
    id: Ikev2ProfileId,
) -> Result<(), Failure> {
    let router = context.router;
    let certificate = first_certificate(contents);
    let local = session.path.local.ip();
    let peer = choice::Peer { local, identity, certificate: certificate.as_ref() };
    let matched = choice::match_profile(router, id, peer);
    context.emit(EventKind::Ikev2(Ikev2Event::ProfileSearched { matched }));
    if matched.is_some() {
        return Ok(());
    }
    let profile = router.ikev2_profile(id);
    let origins = profile.matches.iter().map(|line| line.origin).chain([profile.origin]).collect();
    Err(failure(AUTH_RESPONSE, FailureCode::IdentityMismatch, None, origins))
}

/// The peer's certificates, method and signature, in the order of V2-STEP-1.
fn authenticate(
    session: &Session,
    context: &mut Context<'_>,
    keyed: &Keyed,
    contents: &Contents<'_>,
    identification: &Located<'_, Identification<'_>>,
    identity: Identity,
    profile: Ikev2ProfileId,
) -> Result<Authenticated, Failure> {
    let message = match session.role {
        Role::Initiator => AUTH_RESPONSE,
        Role::Responder => AUTH_REQUEST,
    };
    let judged = judge_proof(context, keyed, contents, identification, profile, message);
    context.emit(EventKind::Ikev2(Ikev2Event::PeerVerified { valid: judged.is_ok() }));
    let certificate = judged?;
    let confirmed = peer::names_identity(&certificate, &identity);
    if !confirmed {
        context.emit(EventKind::IdentityNotInCertificate { identity: identity.clone() });
    }
    Ok(Authenticated { identity, confirmed })
}

fn judge_proof(
    context: &mut Context<'_>,
    keyed: &Keyed,
    contents: &Contents<'_>,
    identification: &Located<'_, Identification<'_>>,
    profile: Ikev2ProfileId,
    message: MessageName,
) -> Result<Certificate, Failure> {
    let chain = read_chain(context, contents, message)?;
    let Some(authentication) = &contents.authentication else {
        // RFC 7296 2.16: a request without AUTH asks for EAP, which is not done here.
        return Err(wrong_method(context, profile, message));
    };
    context
        .emit(EventKind::Ikev2(Ikev2Event::AuthenticationMethodRead { method: authentication.method().0 }));
    let own_certificate = &chain[0];
    let kind = PublicKeyKind::of(own_certificate.public_key().as_der()).ok();
    let configured = &context.router.ikev2_profile(profile).authentication_remote;
    let allows = |kind| configured.iter().any(|method| authentication::is_of_method(kind, method.value));
    if !kind.is_some_and(allows) {
        return Err(wrong_method(context, profile, message));
    }
    validate(context, profile, &chain, message)?;
    let octets = keyed.signed_octets(context, context.role.other(), identification.body());
    let key = own_certificate.public_key().as_der();
    let proof = authentication::verify(context.provider, authentication, key, &keyed.own_hashes, &octets);
    context.emit(EventKind::SignatureChecked { valid: proof.is_ok() });
    match proof {
        Ok(()) => Ok(own_certificate.clone()),
        Err(ProofProblem::Method) => Err(wrong_method(context, profile, message)),
        Err(ProofProblem::Signature) => Err(failure(message, FailureCode::BadSignature, None, Vec::new())),
    }
}

fn wrong_method(context: &Context<'_>, profile: Ikev2ProfileId, message: MessageName) -> Failure {
    let profile = context.router.ikev2_profile(profile);
    let lines = profile.authentication_remote.iter().map(|method| method.origin);
    let origins = lines.chain([profile.origin]).collect();
    failure(message, FailureCode::AuthenticationMethod, None, origins)
}

/// The certificates of a message, the end entity's first. There is at least one.
fn read_chain(
    context: &mut Context<'_>,
    contents: &Contents<'_>,
    message: MessageName,
) -> Result<Vec<Certificate>, Failure> {
    let mut code = FailureCode::NoCertificateReceived;
    let mut chain = Vec::new();
    for payload in &contents.certificates {
        let encoding = payload.value.encoding();
        match payload.value {
            CertificatePayload::X509(der) => {
                context.emit(EventKind::CertificateRead { range: payload.data_range() });
                match Certificate::from_der(der) {
                    Ok(certificate) => chain.push(certificate),
                    // RFC 4945 3.3.10.2: one that cannot be read may not be needed.
                    Err(_) => code = FailureCode::CertificateMalformed,
                }
            }
            CertificatePayload::HashAndUrlOfCertificate(_) | CertificatePayload::HashAndUrlOfBundle(_) => {
                let CertificateEncoding(encoding) = encoding;
                let range = payload.data_range();
                context.emit(EventKind::Ikev2(Ikev2Event::CertificateByUrl { encoding, range }));
                code = FailureCode::CertificateByUrl;
            }
            CertificatePayload::Other(..) => {}
        }
    }
    if chain.is_empty() {
        return Err(failure(message, code, None, Vec::new()));
    }
    peer::put_end_entity_first(&mut chain);
    Ok(chain)
}

/// V2-VAL-1: the chain has to end at a trustpoint of the list.
fn validate(
    context: &mut Context<'_>,
    id: Ikev2ProfileId,
    chain: &[Certificate],
    message: MessageName,
) -> Result<(), Failure> {
    let profile = context.router.ikev2_profile(id);
    let list = choice::validation_list(context.router, id);
    let pins: Vec<Origin> = profile.verifying_pins().map(|pin| pin.origin).collect();
    let pinned_by = (!pins.is_empty()).then_some(AnyProfileId::Ikev2(id));
    peer::validate(context, peer::Against { list: &list, pinned_by, pins }, chain, message)
}

fn failure(message: MessageName, code: FailureCode, rule: Option<Rule>, origins: Vec<Origin>) -> Failure {
    Failure { message, code, rule, origins, refusal: None }
}

/// An identity as an ID payload holds it.
fn as_wire(identity: &Identity) -> WireIdentity<'_> {
    match identity {
        Identity::Address(IpAddr::V4(address)) => WireIdentity::Ipv4Address(*address),
        Identity::Address(IpAddr::V6(address)) => WireIdentity::Ipv6Address(*address),
        Identity::Fqdn(name) => WireIdentity::Fqdn(name.as_bytes()),
        Identity::UserFqdn(name) => WireIdentity::Rfc822Address(name.as_bytes()),
        Identity::DistinguishedName(name) => WireIdentity::DistinguishedName(name.as_der()),
        Identity::KeyId(id) => WireIdentity::KeyId(id),
        Identity::Other(number) => WireIdentity::Other(wire::ikev2::IdentificationType(*number), &[]),
    }
}

/// What an ID payload says; a name that is not text or not DER is of no type that a profile can match.
fn of_wire(identity: &WireIdentity<'_>) -> Identity {
    let other = || Identity::Other(identity.identification_type().0);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    match *identity {
        WireIdentity::Ipv4Address(address) => Identity::Address(IpAddr::V4(address)),
        WireIdentity::Ipv6Address(address) => Identity::Address(IpAddr::V6(address)),
        WireIdentity::Fqdn(name) => text(name).map_or_else(other, Identity::Fqdn),
        WireIdentity::Rfc822Address(name) => text(name).map_or_else(other, Identity::UserFqdn),
        WireIdentity::DistinguishedName(der) => {
            Name::from_der(der).map_or_else(|_| other(), Identity::DistinguishedName)
        }
        WireIdentity::KeyId(id) => Identity::KeyId(id.to_vec()),
        WireIdentity::GeneralName(_) | WireIdentity::Other(..) => other(),
    }
}
