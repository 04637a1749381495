//! IKE_SA_INIT (RFC 7296 1.2): proposals, key exchange, NAT detection, in both roles.
//!
//! Nothing authenticates these messages: what a forged one could say is a hint, and a refusal keeps no session.

use crypto::{Digest, Group, HashAlgorithm, PrivateValue};
use wire::ikev2::{
    CertificateRequest, HashAlgorithms, KeyExchange, Notification, NotificationContent, NotifyType, Payload,
    SecurityAssociationBuf,
};

use crate::context::Context;
use crate::event::{EventKind, Ikev2Event, MessageProblem};
use crate::failure::{Failure, FailureCode};
use crate::ids::Ikev2PolicyId;
use crate::keys::ikev2::Spis;
use crate::nat::{self, NatStatus};
use crate::router::Router;
use crate::selection::ikev2 as choice;
use crate::state::{Ikev2Exchange, Ikev2Half, Ikev2Input, Role};

use super::contents::Contents;
use super::keyed::Keyed;
use super::messages::{Incoming, Outgoing};
use super::proposals::{Acceptance, Parameters};
use super::requests::{self, ReceivedRequests};
use super::{
    INIT_REQUEST, Phase, Session, auth, authentication, informational, proposals, transmit_stateless, vendor,
};

/// What an initiator keeps until the response comes.
#[derive(Debug)]
pub(super) struct Offered {
    policy: Ikev2PolicyId,
    nonce: Vec<u8>,
    cookie: Option<Vec<u8>>,
    /// The request as it was sent last.
    request: Request,
    /// Those of other groups before it: who wanted another proves nothing, and they may still be answered.
    earlier: Vec<Request>,
    /// How often the peer has had the request repeated.
    retries: u32,
    /// Somebody has answered with an error, which proves nothing.
    pub(super) is_refused: bool,
}

/// A request that was sent.
#[derive(Debug)]
struct Request {
    group: Group,
    private: Box<dyn PrivateValue>,
    /// RealMessage1.
    message: Vec<u8>,
}

impl Request {
    fn new(context: &mut Context<'_>, group: Group) -> Self {
        Self {
            group,
            private: context.provider.key_agreement.begin(group, context.random),
            message: Vec::new(),
        }
    }
}

impl Offered {
    /// The request that an answer with a KE payload of this group belongs to.
    fn request_with(&self, group: wire::Group) -> Option<&Request> {
        let mut requests = std::iter::once(&self.request).chain(self.earlier.iter().rev());
        requests.find(|request| request.group.number() == group.0)
    }
}

/// So often the peer may ask for a cookie or another group.
const MOST_RETRIES: u32 = 4;

/// The length of nonces: what IOS sends, and at least half of what a pseudo-random function takes (RFC 7296 2.10).
const NONCE_LENGTH: usize = 32;

/// Initiator: sends the first request.
pub(super) fn begin(session: &mut Session, context: &mut Context<'_>, policy: Ikev2PolicyId) {
    context.emit(EventKind::Ikev2(Ikev2Event::PolicySearched { policy: Some(policy) }));
    let Some(group) = proposals::groups(context.router, policy).first().copied() else { return };
    let offered = Offered {
        policy,
        request: Request::new(context, group),
        earlier: Vec::new(),
        nonce: context.random_bytes::<NONCE_LENGTH>().to_vec(),
        cookie: None,
        retries: 0,
        is_refused: false,
    };
    send_request(session, context, offered);
    session.advance(context, Ikev2Input::Begin);
}

/// COOKIE, SA, KE, N, VIDs, NAT detection (V2-REQ-1, V2-REQ-4; the cookie first: RFC 7296 2.6).
fn send_request(session: &mut Session, context: &mut Context<'_>, mut offered: Offered) {
    let offer = proposals::offer(context.router, offered.policy);
    vendor::OF_INIT.iter().for_each(|id| vendor::tell(context, id));
    let common = Common::new(context, session);
    let mut payloads = Vec::new();
    if let Some(cookie) = &offered.cookie {
        payloads.push(Payload::Notify(Notification::new(NotifyType::COOKIE, cookie)));
    }
    let exchange =
        KeyExchange::new(wire::Group(offered.request.group.number()), offered.request.private.public());
    payloads.extend([
        Payload::SecurityAssociation(offer.view()),
        Payload::KeyExchange(exchange),
        Payload::Nonce(&offered.nonce),
    ]);
    payloads.extend(common.behind_nonce());
    payloads.extend(common.abilities());
    let message_id = session.window.begin_request();
    let outgoing = session.outgoing(Ikev2Exchange::SaInit, Ikev2Half::Request, message_id);
    let datagrams = outgoing.plain(context, &payloads);
    offered.request.message = datagrams.first().map(|(_, bytes)| bytes.clone()).unwrap_or_default();
    session.window.send_request(context, outgoing.name(), message_id, datagrams);
    session.phase = Phase::Offered(Box::new(offered));
}

/// What both messages carry besides SA, KE and nonce.
struct Common {
    nat: [Digest; 2],
    hashes: Vec<u8>,
    fragments: bool,
}

impl Common {
    fn new(context: &Context<'_>, session: &Session) -> Self {
        let parts = context.router.ikev2();
        Self {
            nat: detection_hashes(context, session),
            hashes: HashAlgorithms::data(&authentication::hash_numbers(&parts.signature_hashes)),
            fragments: parts.fragmentation.is_some(),
        }
    }

    /// VIDs and NAT detection: our end, then the peer's (V2-REQ-4).
    fn behind_nonce(&self) -> impl Iterator<Item = Payload<'_>> {
        let [of_remote, of_local] = &self.nat;
        let nat = [
            Notification::new(NotifyType::NAT_DETECTION_SOURCE_IP, of_local),
            Notification::new(NotifyType::NAT_DETECTION_DESTINATION_IP, of_remote),
        ];
        vendor::OF_INIT.iter().map(|id| Payload::VendorId(id)).chain(nat.map(Payload::Notify))
    }

    /// What is told only where it is configured: the captures behind V2-REQ-4 are of routers without it.
    fn abilities(&self) -> impl Iterator<Item = Payload<'_>> {
        let fragments = Notification::new(NotifyType::IKEV2_FRAGMENTATION_SUPPORTED, &[]);
        let hashes = Notification::new(NotifyType::SIGNATURE_HASH_ALGORITHMS, &self.hashes);
        let fragments = self.fragments.then_some(fragments); // RFC 7383 2.3
        let hashes = (!self.hashes.is_empty()).then_some(hashes); // RFC 7427 4
        fragments.into_iter().chain(hashes).map(Payload::Notify)
    }
}

fn detection_hashes(context: &Context<'_>, session: &Session) -> [Digest; 2] {
    nat::detection_hashes(context.provider, HashAlgorithm::Sha1, &session.spis, session.path)
}

/// Responder: chooses among the offers, completes the key exchange, asks for certificates. `None`: nothing is kept.
pub(super) fn on_request(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Option<()> {
    let contents = match read_request(context, incoming) {
        Ok(contents) => contents,
        Err(refusal) => {
            refuse(session, context, refusal);
            return None;
        }
    };
    match agree(session, context, incoming, &contents) {
        Ok(agreed) => send_response(session, context, incoming, agreed),
        Err(refusal) => {
            refuse(session, context, refusal);
            return None;
        }
    }
    Some(())
}

/// Why a request is not served.
enum Refusal {
    /// It makes no sense. Nothing protects it, so anybody may have sent it in the peer's name: nobody is told (RFC 7296
    /// 3.10.1, INVALID_SYNTAX).
    Silent(MessageProblem),
    /// Its sender is told.
    Told { notify_type: NotifyType, data: Vec<u8>, failure: Option<Failure> },
}

impl Refusal {
    fn new(notify_type: NotifyType, data: &[u8]) -> Self {
        Self::Told { notify_type, data: data.to_vec(), failure: None }
    }
}

impl From<MessageProblem> for Refusal {
    fn from(problem: MessageProblem) -> Self {
        Self::Silent(problem)
    }
}

fn read_request<'a>(context: &mut Context<'_>, incoming: &Incoming<'a>) -> Result<Contents<'a>, Refusal> {
    let contents = Contents::read(incoming.message.payloads())?;
    incoming.tell_plain(context);
    context.emit(EventKind::PeerAppeared { path: incoming.path });
    informational::tell_notifications(context, &contents, false);
    if let Some(payload_type) = contents.unknown_critical {
        // RFC 7296 2.5
        context.emit(EventKind::Ignored { problem: MessageProblem::UnknownCriticalPayload(payload_type) });
        return Err(Refusal::new(NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD, &[payload_type.0]));
    }
    Ok(contents)
}

/// What a responder answers with.
struct Agreed {
    reply: SecurityAssociationBuf,
    group: Group,
    private: Box<dyn PrivateValue>,
    keyed: Keyed,
}

fn agree(
    session: &Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    contents: &Contents<'_>,
) -> Result<Agreed, Refusal> {
    let policy = choice::select_policy(context.router, incoming.path.local.ip());
    context.emit(EventKind::Ikev2(Ikev2Event::PolicySearched { policy }));
    context.emit(EventKind::SecurityAssociationRead);
    let offered = contents.require_security_association()?;
    let exchange = contents.require_key_exchange()?;
    let peer_nonce = contents.require_nonce()?;
    let acceptance = policy.and_then(|policy| proposals::accept(context, policy, offered));
    let Acceptance { parameters, reply } = acceptance.ok_or_else(|| {
        let failure = Some(no_proposal(context.router, policy));
        Refusal::Told { notify_type: NotifyType::NO_PROPOSAL_CHOSEN, data: Vec::new(), failure }
    })?;
    let group = parameters.group;
    if exchange.group.0 != group.number() {
        // RFC 7296 1.2
        context.emit(EventKind::Ikev2(Ikev2Event::GroupWanted { group }));
        return Err(Refusal::new(NotifyType::INVALID_KE_PAYLOAD, &group.number().to_be_bytes()));
    }
    let private = context.provider.key_agreement.begin(group, context.random);
    let shared = private.agree(exchange.public_value).map_err(|_| MessageProblem::BadPublicValue)?;
    let nonces = [peer_nonce.to_vec(), context.random_bytes::<NONCE_LENGTH>().to_vec()];
    let mut keyed = Keyed::derive(session, context, parameters, nonces, &shared);
    keyed.note_abilities(context, contents);
    keyed.nat = detect_nat(context, session, contents);
    vendor::tell_received(context, contents);
    Ok(Agreed { reply, group, private, keyed })
}

fn send_response(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    Agreed { reply, group, private, mut keyed }: Agreed,
) {
    vendor::OF_INIT.iter().for_each(|id| vendor::tell(context, id));
    let hashes = requests::build(context, None); // V2-REQ-2
    let common = Common::new(context, session);
    let [_, nonce] = &keyed.nonces;
    let mut payloads = vec![
        Payload::SecurityAssociation(reply.view()),
        Payload::KeyExchange(KeyExchange::new(wire::Group(group.number()), private.public())),
        Payload::Nonce(nonce),
    ];
    payloads.extend(common.behind_nonce());
    if !hashes.is_empty() {
        payloads.push(Payload::CertificateRequest(CertificateRequest::x509(&hashes)));
    }
    payloads.extend(lookup_supported(context.router));
    payloads.extend(common.abilities());
    let outgoing = session.outgoing(Ikev2Exchange::SaInit, Ikev2Half::Response, 0);
    let datagrams = outgoing.plain(context, &payloads);
    let response = datagrams.first().map(|(_, bytes)| bytes.clone()).unwrap_or_default();
    keyed.messages = [incoming.bytes.to_vec(), response];
    session.window.send_response(context, INIT_REQUEST, incoming.seen(), datagrams);
    session.advance(context, Ikev2Input::InitRequest);
    session.phase = Phase::Keyed(Box::new(keyed));
}

/// N(HTTP_CERT_LOOKUP_SUPPORTED), as IOS sends it wherever it asks for certificates (V2-REQ-4).
pub(super) fn lookup_supported(router: &Router) -> Option<Payload<'static>> {
    let lookup = Notification::new(NotifyType::HTTP_CERT_LOOKUP_SUPPORTED, &[]);
    router.ikev2().http_url_certificates.value.then_some(Payload::Notify(lookup))
}

/// Refuses the request; no session is kept, and the answer has no SPI of ours (RFC 7296 2.21.1).
fn refuse(session: &Session, context: &mut Context<'_>, refusal: Refusal) {
    let (notify_type, data, failure) = match refusal {
        Refusal::Silent(problem) => return context.emit(EventKind::Ignored { problem }),
        Refusal::Told { notify_type, data, failure } => (notify_type, data, failure),
    };
    let mut outgoing = session.outgoing(Ikev2Exchange::SaInit, Ikev2Half::Response, 0);
    outgoing.spis.responder = [0; 8];
    refuse_with(context, outgoing, notify_type, &data);
    if let Some(failure) = failure {
        context.emit(EventKind::Failed(failure));
    }
}

/// Answers without a session, if that may be done as often.
pub(super) fn refuse_with(
    context: &mut Context<'_>,
    outgoing: Outgoing,
    notify_type: NotifyType,
    data: &[u8],
) {
    if context.may_answer_stranger() {
        context.emit(EventKind::Ikev2(Ikev2Event::ErrorBuilt { notify_type: notify_type.0 }));
        transmit_stateless(context, outgoing, Notification::new(notify_type, data));
    }
}

/// Initiator: completes the key exchange and goes on with IKE_AUTH; or begins again, as the peer wants it.
pub(super) fn on_response(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), MessageProblem> {
    let contents = Contents::read(incoming.message.payloads())?;
    if let Some(payload_type) = contents.unknown_critical {
        return Err(MessageProblem::UnknownCriticalPayload(payload_type));
    }
    if contents.security_association.is_none() {
        return on_notification(session, context, incoming, &contents);
    }
    let Phase::Offered(offered) = &session.phase else { return Err(MessageProblem::Unexpected) };
    let responder = incoming.message.header().responder_cookie;
    if responder == [0; 8] {
        return Err(MessageProblem::Unexpected);
    }
    let answer = Answer::read(context, incoming, &contents, offered)?;
    let Phase::Offered(offered) = std::mem::replace(&mut session.phase, Phase::InStep) else {
        return Err(MessageProblem::Unexpected);
    };
    session.spis.responder = responder;
    session.window.accept_response();
    let mut keyed = Keyed::derive(session, context, answer.parameters, answer.nonces, &answer.shared);
    keyed.messages = answer.messages;
    keyed.note_abilities(context, &contents);
    vendor::tell_received(context, &contents);
    session.path = incoming.path;
    keyed.nat = detect_nat(context, session, &contents);
    if keyed.nat.any() {
        // RFC 7296 2.23
        session.path = nat::moved(session.path, context.limits.nat_traversal_port);
    }
    keyed.requests = ReceivedRequests::read(context, &contents);
    // RFC 7296 2.4: this may not be the peer's.
    session.candidates.offered = Some(offered);
    auth::send_request(session, context, keyed);
    Ok(())
}

/// An answer that fits to what was offered.
struct Answer {
    parameters: Parameters,
    nonces: [Vec<u8>; 2],
    messages: [Vec<u8>; 2],
    shared: Vec<u8>,
}

impl Answer {
    fn read(
        context: &mut Context<'_>,
        incoming: &Incoming<'_>,
        contents: &Contents<'_>,
        offered: &Offered,
    ) -> Result<Self, MessageProblem> {
        let returned = contents.require_security_association()?;
        let exchange = contents.require_key_exchange()?;
        let nonces = [offered.nonce.clone(), contents.require_nonce()?.to_vec()];
        let request = offered.request_with(exchange.group).ok_or(MessageProblem::NotOffered)?;
        let shared =
            request.private.agree(exchange.public_value).map_err(|_| MessageProblem::BadPublicValue)?;
        incoming.tell_plain(context);
        informational::tell_notifications(context, contents, false);
        context.emit(EventKind::SecurityAssociationRead);
        let parameters = proposals::chosen(context, offered.policy, returned);
        let parameters = parameters.filter(|chosen| chosen.group == request.group);
        let parameters = parameters.ok_or(MessageProblem::NotOffered)?;
        Ok(Self { parameters, nonces, messages: [request.message.clone(), incoming.bytes.to_vec()], shared })
    }
}

/// The peer wants a cookie or another group, or refuses.
fn on_notification(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    contents: &Contents<'_>,
) -> Result<(), MessageProblem> {
    incoming.tell_plain(context);
    informational::tell_notifications(context, contents, false);
    let cookie = contents.notification(NotifyType::COOKIE);
    let group = contents.notification(NotifyType::INVALID_KE_PAYLOAD);
    let Phase::Offered(mut offered) = std::mem::replace(&mut session.phase, Phase::InStep) else {
        return Err(MessageProblem::Unexpected);
    };
    let changed = match (cookie, group) {
        (Some(cookie), _) => is_new_cookie(&offered, cookie.data).then(|| {
            offered.cookie = Some(cookie.data.to_vec());
            Ikev2Event::CookieReturned
        }),
        (_, Some(wanted)) => wanted_group(context, &offered, wanted).map(|group| {
            let before = std::mem::replace(&mut offered.request, Request::new(context, group));
            offered.earlier.push(before);
            Ikev2Event::GroupWanted { group }
        }),
        _ => None,
    };
    match changed {
        Some(event) if offered.retries < MOST_RETRIES => {
            offered.retries += 1;
            context.emit(EventKind::Ikev2(event));
            session.window.begin_again();
            send_request(session, context, *offered);
            session.advance(context, Ikev2Input::Retry);
            Ok(())
        }
        _ => {
            // RFC 7296 2.21.1: not authenticated, so a hint.
            offered.is_refused |= contents.error().is_some();
            session.phase = Phase::Offered(offered);
            let retry = cookie.or(group).is_some();
            if retry { Err(MessageProblem::UselessRetry) } else { Ok(()) }
        }
    }
}

/// RFC 7296 2.6: 1 to 64 bytes. The one that was returned already is repeated with the request.
fn is_new_cookie(offered: &Offered, cookie: &[u8]) -> bool {
    (1..=64).contains(&cookie.len()) && offered.cookie.as_deref() != Some(cookie)
}

/// RFC 7296 1.2: another group of our own offer.
fn wanted_group(context: &Context<'_>, offered: &Offered, wanted: &Notification<'_>) -> Option<Group> {
    let Ok(NotificationContent::InvalidKePayload(wanted)) = wanted.content(0) else { return None };
    let own = proposals::groups(context.router, offered.policy).into_iter();
    own.filter(|group| *group != offered.request.group).find(|group| group.number() == wanted.0)
}

fn detect_nat(context: &mut Context<'_>, session: &Session, contents: &Contents<'_>) -> NatStatus {
    let data = |wanted| {
        let of_type = move |one: &&Notification<'_>| one.notify_type == wanted;
        contents.notifications.iter().filter(of_type).map(|one| one.data)
    };
    let destination = data(NotifyType::NAT_DETECTION_DESTINATION_IP).next();
    let sources: Vec<&[u8]> = data(NotifyType::NAT_DETECTION_SOURCE_IP).collect();
    // The peer has hashed the SPIs as they stand in its message, and so do we: in a request the responder's is zero.
    let spis = match context.role {
        Role::Initiator => session.spis,
        Role::Responder => Spis { responder: [0; 8], ..session.spis },
    };
    let own = nat::detection_hashes(context.provider, HashAlgorithm::Sha1, &spis, session.path);
    // RFC 7296 2.23: both kinds have to be there.
    let status = match destination {
        Some(destination) if !sources.is_empty() => {
            nat::detect(&own, &[&[destination], &sources[..]].concat())
        }
        _ => NatStatus::default(),
    };
    context.emit(EventKind::NatDetected { local: status.local, remote: status.remote });
    status
}

fn no_proposal(router: &Router, policy: Option<Ikev2PolicyId>) -> Failure {
    let policies = match policy {
        Some(policy) => vec![router.ikev2_policy(policy)],
        None => router.ikev2().policies.iter().collect(),
    };
    let proposals = policies.iter().flat_map(|policy| &policy.proposals);
    let of_proposals = proposals.map(|named| router.ikev2_proposal(named.value).origin);
    let origins = of_proposals.chain(policies.iter().map(|policy| policy.origin)).collect();
    Failure { message: INIT_REQUEST, code: FailureCode::NoProposalChosen, rule: None, origins, refusal: None }
}
