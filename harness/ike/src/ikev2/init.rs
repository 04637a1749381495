//! IKE_SA_INIT (RFC 7296 1.2): proposals, key exchange, NAT detection, in both roles.
//!
//! Nothing authenticates these messages: what a forged one could say is a hint, and a refusal keeps no session.

use std::sync::Arc;

use crypto::{Digest, Group, HashAlgorithm, PrivateValue};
use wire::ikev2::{
    CertificateRequest, HashAlgorithms, KeyExchange, Notification, NotificationContent, NotifyType, Payload,
};

use crate::context::Context;
use crate::event::{EventKind, Ikev2Event, MessageProblem};
use crate::failure::{Failure, FailureCode};
use crate::ids::Ikev2PolicyId;
use crate::keys::Nonces;
use crate::keys::ikev2::{IkeSaKeys, Spis};
use crate::nat::{self, NatStatus};
use crate::router::Router;
use crate::selection::ikev2 as choice;
use crate::state::{Ikev2Exchange, Ikev2Half, Ikev2Input, Role};

use super::contents::Contents;
use super::messages::{Incoming, Outgoing};
use super::proposals::Parameters;
use super::requests::{self, ReceivedRequests};
use super::{
    INIT_REQUEST, Keyed, Phase, Session, auth, authentication, informational, proposals, transmit_stateless,
    vendor,
};

/// What an initiator keeps until the response comes.
#[derive(Debug)]
pub(super) struct Offered {
    policy: Ikev2PolicyId,
    private: Box<dyn PrivateValue>,
    group: Group,
    nonce: Vec<u8>,
    cookie: Option<Vec<u8>>,
    /// How often the peer has had the request repeated.
    retries: u32,
    /// The request as it was sent last: RealMessage1.
    message: Vec<u8>,
    /// Somebody has answered with an error, which proves nothing.
    pub(super) is_refused: bool,
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
        private: context.provider.key_agreement.begin(group, context.random),
        group,
        nonce: context.random_bytes::<NONCE_LENGTH>().to_vec(),
        cookie: None,
        retries: 0,
        message: Vec::new(),
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
    let exchange = KeyExchange::new(wire::Group(offered.group.number()), offered.private.public());
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
    offered.message = datagrams.first().map(|(_, bytes)| bytes.clone()).unwrap_or_default();
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
    let contents = match Contents::read(incoming.message.payloads()) {
        Ok(contents) => contents,
        Err(problem) => {
            context.emit(EventKind::Ignored { problem });
            refuse(session, context, NotifyType::INVALID_SYNTAX, &[]);
            return None;
        }
    };
    incoming.tell_plain(context);
    context.emit(EventKind::PeerAppeared { path: incoming.path });
    informational::tell_notifications(context, &contents, false);
    if let Some(payload_type) = contents.unknown_critical {
        // RFC 7296 2.5
        context.emit(EventKind::Ignored { problem: MessageProblem::UnknownCriticalPayload(payload_type) });
        refuse(session, context, NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD, &[payload_type.0]);
        return None;
    }
    let policy = choice::select_policy(context.router, incoming.path.local.ip());
    context.emit(EventKind::Ikev2(Ikev2Event::PolicySearched { policy }));
    context.emit(EventKind::SecurityAssociationRead);
    let read = || Some((contents.security_association?, contents.key_exchange?, contents.nonce?));
    let Some((offered, exchange, peer_nonce)) = read().filter(|_| contents.require_nonce().is_ok()) else {
        refuse(session, context, NotifyType::INVALID_SYNTAX, &[]);
        return None;
    };
    let Some(acceptance) = policy.and_then(|policy| proposals::accept(context, policy, offered)) else {
        refuse(session, context, NotifyType::NO_PROPOSAL_CHOSEN, &[]);
        context.emit(EventKind::Failed(no_proposal(context.router, policy)));
        return None;
    };
    let group = acceptance.parameters.group;
    if exchange.group.0 != group.number() {
        // RFC 7296 1.2
        context.emit(EventKind::Ikev2(Ikev2Event::GroupWanted { group }));
        refuse(session, context, NotifyType::INVALID_KE_PAYLOAD, &group.number().to_be_bytes());
        return None;
    }
    let private = context.provider.key_agreement.begin(group, context.random);
    let Ok(shared) = private.agree(exchange.public_value) else {
        context.emit(EventKind::Ignored { problem: MessageProblem::BadPublicValue });
        refuse(session, context, NotifyType::INVALID_SYNTAX, &[]);
        return None;
    };
    let nonce = context.random_bytes::<NONCE_LENGTH>().to_vec();
    let nonces = [peer_nonce.to_vec(), nonce];
    let mut keyed = Keyed::derive(session, context, acceptance.parameters, nonces, &shared);
    keyed.note_abilities(context, &contents);
    keyed.nat = detect_nat(context, session, &contents);
    vendor::tell_received(context, &contents);

    vendor::OF_INIT.iter().for_each(|id| vendor::tell(context, id));
    let hashes = requests::build(context, None); // V2-REQ-2
    let common = Common::new(context, session);
    let [_, nonce] = &keyed.nonces;
    let mut payloads = vec![
        Payload::SecurityAssociation(acceptance.reply.view()),
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
    session.window.send_response(context, INIT_REQUEST, incoming.digest, datagrams);
    session.advance(context, Ikev2Input::InitRequest);
    session.phase = Phase::Keyed(Box::new(keyed));
    Some(())
}

/// N(HTTP_CERT_LOOKUP_SUPPORTED), as IOS sends it wherever it asks for certificates (V2-REQ-4).
pub(super) fn lookup_supported(router: &Router) -> Option<Payload<'static>> {
    let lookup = Notification::new(NotifyType::HTTP_CERT_LOOKUP_SUPPORTED, &[]);
    router.ikev2().http_url_certificates.value.then_some(Payload::Notify(lookup))
}

/// Refuses the request; no session is kept, and the answer has no SPI of ours (RFC 7296 2.21.1).
fn refuse(session: &Session, context: &mut Context<'_>, notify_type: NotifyType, data: &[u8]) {
    let mut outgoing = session.outgoing(Ikev2Exchange::SaInit, Ikev2Half::Response, 0);
    outgoing.spis.responder = [0; 8];
    refuse_with(context, outgoing, notify_type, data);
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
    let offered_sa = contents.require_security_association()?;
    let exchange = contents.require_key_exchange()?;
    let peer_nonce = contents.require_nonce()?.to_vec();
    let responder_spi = incoming.message.header().responder_cookie;
    let Phase::Offered(offered) = &session.phase else { return Err(MessageProblem::Unexpected) };
    if responder_spi == [0; 8] {
        return Err(MessageProblem::Unexpected);
    }
    let (policy, group) = (offered.policy, offered.group);
    let shared = offered.private.agree(exchange.public_value).map_err(|_| MessageProblem::BadPublicValue)?;
    if exchange.group.0 != group.number() {
        return Err(MessageProblem::NotOffered);
    }
    incoming.tell_plain(context);
    informational::tell_notifications(context, &contents, false);
    context.emit(EventKind::SecurityAssociationRead);
    let parameters = proposals::chosen(context, policy, offered_sa).filter(|chosen| chosen.group == group);
    let parameters = parameters.ok_or(MessageProblem::NotOffered)?;
    let Phase::Offered(offered) = std::mem::replace(&mut session.phase, Phase::InStep) else {
        return Err(MessageProblem::Unexpected);
    };
    session.spis.responder = responder_spi;
    session.window.accept_response();
    let nonces = [offered.nonce, peer_nonce];
    let mut keyed = Keyed::derive(session, context, parameters, nonces, &shared);
    keyed.messages = [offered.message, incoming.bytes.to_vec()];
    keyed.note_abilities(context, &contents);
    vendor::tell_received(context, &contents);
    session.path = incoming.path;
    keyed.nat = detect_nat(context, session, &contents);
    if keyed.nat.any() {
        // RFC 7296 2.23
        session.path = nat::moved(session.path, context.limits.nat_traversal_port);
    }
    keyed.requests = ReceivedRequests::read(context, &contents);
    auth::send_request(session, context, keyed);
    Ok(())
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
        // RFC 7296 2.6: 1 to 64 bytes.
        (Some(cookie), _) if (1..=64).contains(&cookie.data.len()) => {
            offered.cookie = Some(cookie.data.to_vec());
            Some(Ikev2Event::CookieReturned)
        }
        (_, Some(wanted)) => wanted_group(context, &offered, wanted).map(|group| {
            offered.group = group;
            offered.private = context.provider.key_agreement.begin(group, context.random);
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

/// RFC 7296 1.2: another group of our own offer.
fn wanted_group(context: &Context<'_>, offered: &Offered, wanted: &Notification<'_>) -> Option<Group> {
    let Ok(NotificationContent::InvalidKePayload(wanted)) = wanted.content(0) else { return None };
    let own = proposals::groups(context.router, offered.policy).into_iter();
    own.filter(|group| *group != offered.group).find(|group| group.number() == wanted.0)
}

fn detect_nat(context: &mut Context<'_>, session: &Session, contents: &Contents<'_>) -> NatStatus {
    let data = |wanted| {
        let of_type = move |one: &&Notification<'_>| one.notify_type == wanted;
        contents.notifications.iter().filter(of_type).map(|one| one.data)
    };
    let received: Vec<&[u8]> = data(NotifyType::NAT_DETECTION_DESTINATION_IP)
        .take(1)
        .chain(data(NotifyType::NAT_DETECTION_SOURCE_IP))
        .collect();
    // The peer has hashed the SPIs as they stand in its message, and so do we: in a request the responder's is zero.
    let spis = match context.role {
        Role::Initiator => session.spis,
        Role::Responder => Spis { responder: [0; 8], ..session.spis },
    };
    let own = nat::detection_hashes(context.provider, HashAlgorithm::Sha1, &spis, session.path);
    // RFC 7296 2.23: both kinds have to be there.
    let status = if received.len() > 1 { nat::detect(&own, &received) } else { NatStatus::default() };
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

impl Keyed {
    /// Derives the keys and tells so.
    fn derive(
        session: &Session,
        context: &mut Context<'_>,
        parameters: Parameters,
        nonces: [Vec<u8>; 2],
        shared: &[u8],
    ) -> Self {
        context.emit(EventKind::KeyExchangeRead);
        context.emit(EventKind::NonceRead);
        let [initiator, responder] = &nonces;
        let pair = Nonces { initiator, responder };
        let keys =
            IkeSaKeys::derive(context.provider.hashes, parameters.algorithms, pair, &session.spis, shared);
        let revealed = context.limits.reveal_keys.then(|| {
            Arc::new([Role::Initiator, Role::Responder].map(|sender| keys.protection(sender).clone()))
        });
        let spis = [session.spis.initiator, session.spis.responder];
        context.emit(EventKind::Ikev2(Ikev2Event::KeysDerived { spis, keys: revealed }));
        Self {
            keys,
            nonces,
            messages: [Vec::new(), Vec::new()],
            nat: NatStatus::default(),
            mtu: None,
            own_hashes: authentication::hash_numbers(&context.router.ikev2().signature_hashes),
            common_hashes: Vec::new(),
            requests: ReceivedRequests::default(),
            inbound_spi: 0,
        }
    }

    /// Takes note of what the peer says it can do, as far as this side can do it too.
    fn note_abilities(&mut self, context: &Context<'_>, contents: &Contents<'_>) {
        let fragments = contents.notification(NotifyType::IKEV2_FRAGMENTATION_SUPPORTED).is_some();
        let mtu = context.router.ikev2().fragmentation.map(|mtu| mtu.value);
        self.mtu = mtu.filter(|_| fragments);
        let hashes = contents.notification(NotifyType::SIGNATURE_HASH_ALGORITHMS);
        if let Some(Ok(NotificationContent::SignatureHashAlgorithms(theirs))) =
            hashes.map(|hashes| hashes.content(0))
        {
            let own = self.own_hashes.iter().copied();
            self.common_hashes = own.filter(|one| theirs.iter().any(|other| other == *one)).collect();
        }
    }
}
