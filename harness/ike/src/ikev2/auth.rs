//! IKE_AUTH (RFC 7296 1.2) with certificates: both roles, in the order of V2-STEP-1 on the responder.

use wire::PayloadType;
use wire::ikev2::{
    CertificateRequest, ConfigurationAttributeType, ConfigurationType, Notification, NotifyType, Payload,
};

use crate::context::Context;
use crate::event::{EventKind, Ikev2Event, MessageProblem};
use crate::failure::{Failure, FailureCode};
use crate::identity::Identity;
use crate::ids::{AnyProfileId, Ikev2ProfileId};
use crate::origin::Origin;
use crate::rule::Rule;
use crate::selection::ikev2 as choice;
use crate::state::{IkeVersion, Ikev2Exchange, Ikev2Half, Ikev2Input, MessageName, Role};
use crate::tamper::OutgoingPayload;

use super::contents::Contents;
use super::judging::{Authenticated, authenticate, match_profile, read_identity, select_profile};
use super::messages::{Incoming, Opened};
use super::own::Own;
use super::requests::{self, ReceivedRequests};
use super::{
    AUTH_REQUEST, AUTH_RESPONSE, Established, Keyed, Phase, Session, child, informational, init, vendor,
};

/// Initiator: sends the request, or stops where it cannot be built (V2-SEL-2, V2-SEL-5).
pub(super) fn send_request(session: &mut Session, context: &mut Context<'_>, mut keyed: Keyed) {
    let payloads = match build_request(session, context, &mut keyed) {
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

/// VID, IDi, CERTs, CERTREQ, AUTH, CP, and what asks for the Child SA (V2-REQ-4).
fn build_request(
    session: &Session,
    context: &mut Context<'_>,
    keyed: &mut Keyed,
) -> Result<Vec<OutgoingPayload>, Failure> {
    let (profile, protection) =
        session.profile.zip(session.protection).expect("an initiator has begun with both");
    let scope = choice::Scope::of(context.router, Role::Initiator, profile);
    let requests = std::mem::take(&mut keyed.requests);
    let own = Own::choose(context, &requests, scope, profile, AUTH_REQUEST)?;
    let vendor_id = vendor::of_authentication(context.provider, &session.spis);
    vendor::tell(context, &vendor_id);
    let body = own.identify(session, context, profile);
    let hashes = requests::build(context, Some(profile)); // V2-REQ-3
    let mut payloads = vec![Payload::VendorId(&vendor_id), own.identification(&body, Role::Initiator)];
    payloads.extend(own.certificates());
    if !hashes.is_empty() {
        payloads.push(Payload::CertificateRequest(CertificateRequest::x509(&hashes)));
    }
    payloads.extend(init::lookup_supported(context.router));
    let position = payloads.len();
    keyed.inbound_spi = child::new_spi(context);
    let protected = context.router.protection(protection);
    let offer = child::offer(protected, keyed.inbound_spi);
    let [initiator, responder] = child::offered_selectors(protected);
    let initial_contact = !context.peer_known;
    if initial_contact {
        context.emit(EventKind::InitialContactBuilt);
    }
    let configuration = configuration_request();
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
    own.authenticate(context, keyed, profile, &payloads, position)
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

/// Why the peer is not believed, and what it is told (RFC 7296 2.21.2).
struct Refusal {
    notify_type: NotifyType,
    data: Vec<u8>,
    /// None where a faulty peer refuses for reasons of its own.
    failure: Option<Failure>,
}

impl Refusal {
    fn of_message(message: MessageName, notify_type: NotifyType, data: Vec<u8>, code: FailureCode) -> Self {
        Self { notify_type, data, failure: Some(failure(message, code, None, Vec::new())) }
    }

    fn malformed(message: MessageName) -> Self {
        Self::of_message(message, NotifyType::INVALID_SYNTAX, Vec::new(), FailureCode::BadMessage)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { notify_type: NotifyType::AUTHENTICATION_FAILED, data: Vec::new(), failure: Some(failure) }
    }
}

/// Reads what was decrypted, and tells what comes before its judging.
fn read<'a>(
    context: &mut Context<'_>,
    opened: &'a Opened,
    message: MessageName,
) -> Result<Contents<'a>, Refusal> {
    let contents = opened.contents().map_err(|_| Refusal::malformed(message))?;
    if let Some(PayloadType(number)) = contents.unknown_critical {
        // RFC 7296 2.5
        let notify_type = NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD;
        let code = FailureCode::UnsupportedCriticalPayload;
        return Err(Refusal::of_message(message, notify_type, vec![number], code));
    }
    informational::tell_notifications(context, &contents, true);
    vendor::tell_received(context, &contents);
    Ok(contents)
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
    let contents = read(context, opened, AUTH_REQUEST)?;
    let judged = judge_initiator(session, context, keyed, &contents)?;
    send_response(session, context, keyed, opened, &contents, judged)?;
    Ok(())
}

/// What a responder has decided.
struct Judged<'e> {
    profile: Ikev2ProfileId,
    own: Own<'e>,
    peer: Authenticated,
    child: Result<child::Accepted, child::Refused>,
}

/// V2-STEP-1: the profile; the own trustpoint; the own chain; the method; the peer's chain; the Child SA.
fn judge_initiator<'e>(
    session: &mut Session,
    context: &mut Context<'e>,
    keyed: &Keyed,
    contents: &Contents<'_>,
) -> Result<Judged<'e>, Refusal> {
    let identification = contents.initiator.as_ref().ok_or_else(|| Refusal::malformed(AUTH_REQUEST))?;
    let identity = read_identity(context, identification);
    let profile = select_profile(session, context, &identity, contents)?;
    session.profile = Some(profile);
    let scope = choice::Scope::of(context.router, Role::Responder, profile);
    let requests = ReceivedRequests::read(context, contents);
    let own = Own::choose(context, &requests, scope, profile, AUTH_RESPONSE)?;
    let peer = authenticate(session, context, keyed, contents, identification, identity, profile)?;
    if let Some(notify_type) = context.refuses(AUTH_RESPONSE) {
        return Err(Refusal { notify_type: NotifyType(notify_type), data: Vec::new(), failure: None });
    }
    let child = child::accept(session, context, profile, contents);
    Ok(Judged { profile, own, peer, child })
}

fn send_response(
    session: &mut Session,
    context: &mut Context<'_>,
    keyed: &Keyed,
    opened: &Opened,
    contents: &Contents<'_>,
    Judged { profile, own, peer, child }: Judged<'_>,
) -> Result<(), Failure> {
    let vendor_id = vendor::of_authentication(context.provider, &session.spis);
    vendor::tell(context, &vendor_id);
    let body = own.identify(session, context, profile);
    let mut payloads = vec![Payload::VendorId(&vendor_id), own.identification(&body, Role::Responder)];
    payloads.extend(own.certificates());
    let position = payloads.len();
    payloads.extend(answer_to_child(context, contents, &child));
    let payloads = own.authenticate(context, keyed, profile, &payloads, position)?;
    let outgoing = session.outgoing(Ikev2Exchange::Auth, Ikev2Half::Response, 1);
    let datagrams = outgoing.sealed(context, &keyed.keys, keyed.mtu, payloads);
    // Whoever has any certificate must not end the sessions of others by taking their name.
    session.is_initial_contact =
        peer.confirmed && contents.notification(NotifyType::INITIAL_CONTACT).is_some();
    context.emit(EventKind::Authenticated { profile: Some(AnyProfileId::Ikev2(profile)) });
    session.window.send_response(context, AUTH_REQUEST, opened.seen, datagrams);
    session.advance(context, Ikev2Input::AuthRequest);
    let child = child.map(|accepted| accepted.child).map_err(|refused| refused.failure);
    establish(session, context, keyed, peer.identity, child);
    Ok(())
}

/// The payloads that answer SA, TSi and TSr.
fn answer_to_child<'a>(
    context: &mut Context<'_>,
    contents: &Contents<'_>,
    child: &'a Result<child::Accepted, child::Refused>,
) -> Vec<Payload<'a>> {
    let accepted = match child {
        Ok(accepted) => accepted,
        Err(child::Refused { notify_type, .. }) => {
            // V2-PRO-3, RFC 7296 2.21.2: the IKE SA exists, the Child SA does not.
            context.emit(EventKind::Ikev2(Ikev2Event::ErrorBuilt { notify_type: notify_type.0 }));
            return vec![Payload::Notify(Notification::new(*notify_type, &[]))];
        }
    };
    let [initiator, responder] = &accepted.selectors;
    let mut payloads = vec![
        Payload::SecurityAssociation(accepted.reply.view()),
        Payload::InitiatorTrafficSelectors(initiator.view()),
        Payload::ResponderTrafficSelectors(responder.view()),
    ];
    payloads.extend(STATUS.map(Payload::Notify));
    let transport = contents.notification(NotifyType::USE_TRANSPORT_MODE).is_some();
    payloads.extend((transport && !accepted.tunnel_mode).then_some(Payload::Notify(TRANSPORT_MODE)));
    payloads
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
    session.window.send_response(context, AUTH_REQUEST, opened.seen, datagrams);
    if let Some(failure) = failure {
        context.emit(EventKind::Failed(failure));
    }
    let until = context.now.monotonic + context.limits.patience(IkeVersion::V2);
    session.phase = Phase::Refused { keys: Box::new(keyed.keys.clone()), until };
}

/// Initiator: judges the responder, is done.
pub(super) fn on_response(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), MessageProblem> {
    let (Some(profile), Some(protection)) = (session.profile, session.protection) else {
        return Err(MessageProblem::Unexpected);
    };
    let Some(opened) = session.open(context, incoming)? else { return Ok(()) };
    let Phase::Keyed(keyed) = std::mem::replace(&mut session.phase, Phase::InStep) else {
        return Err(MessageProblem::Unexpected);
    };
    session.window.accept_response();
    opened.tell(context, incoming);
    match judge_responder(session, context, &keyed, &opened, profile) {
        Ok((contents, peer)) => {
            context.emit(EventKind::Authenticated { profile: Some(AnyProfileId::Ikev2(profile)) });
            session.advance(context, Ikev2Input::AuthResponse);
            let child = if contents.error().is_some() && contents.security_association.is_none() {
                Err(informational::refused_by_peer())
            } else {
                child::chosen(context, protection, keyed.inbound_spi, &contents)
            };
            establish(session, context, &keyed, peer.identity, child);
        }
        Err(Disbelief::ByPeer) => session.fail(context, informational::refused_by_peer()),
        Err(Disbelief::Own(Refusal { failure, .. })) if session.falls_back(context, failure.clone()) => {}
        Err(Disbelief::Own(Refusal { notify_type, data, failure })) => {
            if let Some(failure) = failure {
                context.emit(EventKind::Failed(failure));
            }
            session.phase = Phase::Keyed(keyed);
            // V2-VAL-1
            informational::send_error(session, context, Notification::new(notify_type, &data));
        }
    }
    Ok(())
}

/// Who does not believe whom.
enum Disbelief {
    /// The peer this router: it has said why.
    ByPeer,
    /// This router the peer.
    Own(Refusal),
}

impl<T: Into<Refusal>> From<T> for Disbelief {
    fn from(refusal: T) -> Self {
        Self::Own(refusal.into())
    }
}

fn judge_responder<'a>(
    session: &Session,
    context: &mut Context<'_>,
    keyed: &Keyed,
    opened: &'a Opened,
    profile: Ikev2ProfileId,
) -> Result<(Contents<'a>, Authenticated), Disbelief> {
    let contents = read(context, opened, AUTH_RESPONSE)?;
    let Some(identification) = &contents.responder else {
        // RFC 7296 2.21.2: the peer has told why, or says nothing that could be believed.
        let is_told = contents.error().is_some();
        return Err(if is_told { Disbelief::ByPeer } else { Refusal::malformed(AUTH_RESPONSE).into() });
    };
    let identity = read_identity(context, identification);
    match_profile(session, context, &identity, &contents, profile)?;
    let peer = authenticate(session, context, keyed, &contents, identification, identity, profile)?;
    Ok((contents, peer))
}

/// The IKE SA exists, with the Child SA or without it.
fn establish(
    session: &mut Session,
    context: &mut Context<'_>,
    keyed: &Keyed,
    peer_identity: Identity,
    child: Result<child::Child, Failure>,
) {
    let child = match child {
        Ok(child) => {
            let child::Child { protection, inbound_spi, outbound_spi } = child;
            context.emit(EventKind::ChildEstablished { protection, inbound_spi, outbound_spi });
            Some(child)
        }
        Err(failure) => {
            context.emit(EventKind::Failed(failure));
            None
        }
    };
    let lifetime = session.profile.map(|id| context.router.ikev2_profile(id).lifetime.value);
    let lifetime = std::time::Duration::from_secs(u64::from(lifetime.unwrap_or(u32::MAX)));
    session.forget_candidates();
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

pub(super) fn failure(
    message: MessageName,
    code: FailureCode,
    rule: Option<Rule>,
    origins: Vec<Origin>,
) -> Failure {
    Failure { message, code, rule, origins, refusal: None }
}
