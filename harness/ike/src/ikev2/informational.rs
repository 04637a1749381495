//! INFORMATIONAL exchanges (RFC 7296 1.4): deletion, liveness, errors; and CREATE_CHILD_SA, which is refused.

use std::time::Duration;

use wire::ikev2::{Delete, Notification, NotifyType, Payload, ProtocolId};

use crate::context::Context;
use crate::event::{DeleteReason, EventKind, Ikev2Event, MessageProblem};
use crate::failure::{Failure, FailureCode};
use crate::ids::Ikev2ProfileId;
use crate::keys::ikev2::IkeSaKeys;
use crate::router::Keepalive;
use crate::state::{Ikev2Exchange, Ikev2Half, MessageName, Role};
use crate::tamper::OutgoingPayload;

use super::contents::Contents;
use super::messages::{FITS, Incoming, Opened};
use super::{AUTH_REQUEST, AUTH_RESPONSE, Phase, Session};

/// Tells the notifications of a message.
pub(super) fn tell_notifications(context: &mut Context<'_>, contents: &Contents<'_>, protected: bool) {
    for notification in &contents.notifications {
        context.emit(EventKind::NotificationRead {
            notify_type: notification.notify_type.0,
            protocol: notification.protocol.0,
            protected,
        });
    }
}

/// The liveness checks that hold for a profile.
fn keepalive(context: &Context<'_>, profile: Option<Ikev2ProfileId>) -> Option<Keepalive> {
    let of_profile = profile.and_then(|id| context.router.ikev2_profile(id).dpd);
    of_profile.or(context.router.ikev2().dpd).map(|dpd| dpd.value)
}

/// When the peer is to be asked next whether it is alive.
pub(super) fn next_check(context: &Context<'_>, profile: Option<Ikev2ProfileId>) -> Option<Duration> {
    let interval = keepalive(context, profile)?.interval;
    Some(context.now.monotonic + Duration::from_secs(u64::from(interval.max(1))))
}

/// Acts on a request of an established session: answers it, whatever it is (RFC 7296 1.4).
pub(super) fn on_request(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), MessageProblem> {
    let Some(opened) = session.open(context, incoming)? else { return Ok(()) };
    session.follow(incoming.path);
    opened.tell(context, incoming);
    let contents = match opened.contents() {
        Ok(contents) => contents,
        Err(problem) => {
            // RFC 7296 2.21.3: fatal, and both sides forget the IKE SA.
            let notification = Notification::new(NotifyType::INVALID_SYNTAX, &[]);
            answer(session, context, incoming, &opened, &[Payload::Notify(notification)]);
            context.emit(EventKind::Ignored { problem });
            session.end_with_answer(context, DeleteReason::Failed);
            return Ok(());
        }
    };
    if let Some(payload_type) = contents.unknown_critical {
        // RFC 7296 2.5: the message is put aside, and the answer says why.
        let data = [payload_type.0];
        let notification = Notification::new(NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD, &data);
        answer(session, context, incoming, &opened, &[Payload::Notify(notification)]);
        return Err(MessageProblem::UnknownCriticalPayload(payload_type));
    }
    tell_notifications(context, &contents, true);
    if super::messages::name(incoming.message.header())
        == MessageName::Ikev2(Ikev2Exchange::CreateChildSa, Ikev2Half::Request)
    {
        let notification = refusal_of_child(&session.phase, &contents);
        answer(session, context, incoming, &opened, &[Payload::Notify(notification)]);
        return Ok(());
    }
    act_on(session, context, incoming, &opened, &contents);
    Ok(())
}

/// Why no SA is made or replaced in a CREATE_CHILD_SA exchange.
fn refusal_of_child<'a>(phase: &Phase, contents: &Contents<'a>) -> Notification<'a> {
    let Phase::Established(established) = phase else {
        // RFC 7296 2.25.1, 2.25.2: the IKE SA, and its Child SA with it, is being closed.
        return Notification::new(NotifyType::TEMPORARY_FAILURE, &[]);
    };
    // RFC 7296 1.3.3: the SA is named by the SPI that its owner receives with.
    let is_known = |replaced: &Notification<'_>| {
        let child = established.child.as_ref().filter(|_| replaced.protocol == ProtocolId::ESP);
        child.is_some_and(|child| child.outbound_spi.to_be_bytes() == replaced.spi)
    };
    match contents.notification(NotifyType::REKEY_SA) {
        Some(replaced) if !is_known(replaced) => {
            // RFC 7296 2.25, 3.10.1: with the SPI that is not known.
            Notification { notify_type: NotifyType::CHILD_SA_NOT_FOUND, data: &[], ..*replaced }
        }
        // RFC 7296 1.3.2, 4: a minimal implementation makes the first Child SA, and neither another one nor another IKE SA.
        _ => Notification::new(NotifyType::NO_ADDITIONAL_SAS, &[]),
    }
}

/// What ends an IKE SA without a Delete payload in the exchange behind IKE_AUTH (RFC 7296 2.21.2).
const FATAL: [NotifyType; 3] =
    [NotifyType::UNSUPPORTED_CRITICAL_PAYLOAD, NotifyType::INVALID_SYNTAX, NotifyType::AUTHENTICATION_FAILED];

/// The message ID of an initiator's first request after IKE_AUTH.
const BEHIND_AUTH: u32 = 2;

fn act_on(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    opened: &Opened,
    contents: &Contents<'_>,
) {
    if contents.is_empty {
        context.emit(EventKind::Ikev2(Ikev2Event::LivenessChecked { answered: false }));
    }
    let mut ends = None;
    let mut deleted: Vec<[u8; 4]> = Vec::new();
    for delete in &contents.deletes {
        context.emit(EventKind::DeleteRead { protocol: delete.protocol().0 });
        if delete.protocol() == ProtocolId::IKE {
            ends = Some(DeleteReason::Peer);
        } else if let Phase::Established(established) = &mut session.phase {
            // RFC 7296 1.4.1: the other half of each pair is named in the answer.
            let is_named = |outbound: u32| delete.spis().any(|spi| *spi == outbound.to_be_bytes());
            let named = established.child.take_if(|child| is_named(child.outbound_spi));
            deleted.extend(named.map(|child| child.inbound_spi.to_be_bytes()));
        }
    }
    // V2-VAL-1: an initiator reports so that it does not believe us.
    let is_next = session.role == Role::Responder && incoming.message.header().message_id == BEHIND_AUTH;
    if is_next && contents.error().is_some_and(|error| FATAL.contains(&error)) {
        let code = FailureCode::RefusedByPeer;
        let failure =
            Failure { message: AUTH_RESPONSE, code, rule: None, origins: Vec::new(), refusal: None };
        context.emit(EventKind::Failed(failure));
        ends = Some(DeleteReason::Failed);
    }
    let spis = deleted.concat();
    let mut payloads = Vec::new();
    // RFC 7296 1.4.1: the deletion of the IKE SA is answered with nothing.
    if ends.is_none() && !spis.is_empty() {
        payloads.push(Payload::Delete(Delete::several(ProtocolId::ESP, &spis, 4).expect(FITS)));
    }
    answer(session, context, incoming, opened, &payloads);
    if let Some(reason) = ends {
        session.end_with_answer(context, reason);
    }
}

/// Sends the response to a request of an established session, or one that is closing.
fn answer(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
    opened: &Opened,
    payloads: &[Payload<'_>],
) {
    let header = incoming.message.header();
    let MessageName::Ikev2(exchange, _) = super::messages::name(header) else { return };
    let mut outgoing = session.outgoing(exchange, Ikev2Half::Response, header.message_id);
    outgoing.path = incoming.path; // RFC 7296 2.11
    let Some((keys, mtu)) = session.protection() else { return };
    let payloads = payloads.iter().map(OutgoingPayload::of_ikev2).collect();
    let datagrams = outgoing.sealed(context, keys, mtu, payloads);
    let name = MessageName::Ikev2(exchange, Ikev2Half::Request);
    session.window.send_response(context, name, opened.seen, datagrams);
}

/// Acts on the response to our last request.
pub(super) fn on_response(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), MessageProblem> {
    let Some(opened) = session.open(context, incoming)? else { return Ok(()) };
    session.follow(incoming.path);
    opened.tell(context, incoming);
    // Whatever the answer says, it is one; and what it says is told before the session ends with it.
    session.window.accept_response();
    let contents = opened.contents();
    if let Ok(contents) = &contents {
        tell_notifications(context, contents, true);
    }
    match &session.phase {
        Phase::Closing { reason, is_told: true, .. } => {
            let reason = *reason;
            session.end(context, reason);
        }
        Phase::Closing { reason, .. } => {
            let reason = *reason;
            send_delete(session, context, reason);
        }
        Phase::Established(_) => {
            context.emit(EventKind::Ikev2(Ikev2Event::LivenessChecked { answered: true }));
            let next = next_check(context, session.profile);
            if let Phase::Established(established) = &mut session.phase {
                established.next_check = next;
            }
        }
        _ => {}
    }
    contents.map(|_| ())
}

/// Asks whether the peer is alive, when that is due (RFC 7296 2.4).
pub(super) fn handle_timeout(session: &mut Session, context: &mut Context<'_>) {
    let now = context.now.monotonic;
    let Phase::Established(established) = &mut session.phase else { return };
    if established.next_check.is_none_or(|next| next > now) {
        return;
    }
    established.next_check = None;
    if session.window.is_waiting() {
        return; // its answer is as good a proof
    }
    context.emit(EventKind::Ikev2(Ikev2Event::LivenessChecked { answered: false }));
    send(session, context, &[]);
}

/// Tells the peer that the session ends, and waits for its answer.
pub(super) fn send_delete(session: &mut Session, context: &mut Context<'_>, reason: DeleteReason) {
    close_with(session, context, Payload::Delete(Delete::IKE_SA), reason);
}

/// Reports what is wrong with the IKE_AUTH response (V2-VAL-1, RFC 7296 2.21.2), and waits for the peer's answer.
pub(super) fn send_error(session: &mut Session, context: &mut Context<'_>, notification: Notification<'_>) {
    context.emit(EventKind::Ikev2(Ikev2Event::ErrorBuilt { notify_type: notification.notify_type.0 }));
    close_with(session, context, Payload::Notify(notification), DeleteReason::Failed);
}

fn close_with(session: &mut Session, context: &mut Context<'_>, payload: Payload<'_>, reason: DeleteReason) {
    // RFC 7296 2.3: a window of one. While an answer is awaited, the peer may not have got the request either, and would put
    // aside the one after it; only a deletion can come then, as authentication ends with the answer to IKE_AUTH.
    let is_told = !session.window.is_waiting();
    if is_told {
        send(session, context, &[payload]);
    }
    let Some((keys, mtu)) = session.protection().map(|(keys, mtu)| (keys.clone(), mtu)) else { return };
    session.forget_candidates();
    session.phase = Phase::Closing { keys: Box::new(keys), mtu, reason, is_told };
}

/// Begins an exchange.
fn send(session: &mut Session, context: &mut Context<'_>, payloads: &[Payload<'_>]) {
    let message_id = session.window.begin_request();
    let outgoing = session.outgoing(Ikev2Exchange::Informational, Ikev2Half::Request, message_id);
    let Some((keys, mtu)) = session.protection() else { return };
    let payloads = payloads.iter().map(OutgoingPayload::of_ikev2).collect();
    let datagrams = outgoing.sealed(context, keys, mtu, payloads);
    session.window.send_request(context, outgoing.name(), message_id, datagrams);
}

/// What nobody's answer to a request means.
pub(super) fn no_answer(message: MessageName, is_refused: bool) -> Failure {
    let code = if is_refused { FailureCode::RefusedByPeer } else { FailureCode::NoAnswer };
    Failure { message, code, rule: None, origins: Vec::new(), refusal: None }
}

/// The failure of an initiator whose peer has refused it.
pub(super) fn refused_by_peer() -> Failure {
    no_answer(AUTH_REQUEST, true)
}

impl Session {
    /// The keys that protect messages now, and the longest packet where they may be fragmented.
    pub(super) fn protection(&self) -> Option<(&IkeSaKeys, Option<u16>)> {
        match &self.phase {
            Phase::Keyed(keyed) => Some((&keyed.keys, keyed.mtu)),
            Phase::Established(established) => Some((&established.keys, established.mtu)),
            Phase::Closing { keys, mtu, .. } => Some((keys, *mtu)),
            Phase::Offered(_) | Phase::Refused { .. } | Phase::Ended { .. } | Phase::InStep | Phase::Over => {
                None
            }
        }
    }

    /// Decrypts a message of the peer; `None` where fragments of it are still to come.
    pub(super) fn open(
        &mut self,
        context: &mut Context<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Option<Opened>, MessageProblem> {
        let keys = self.phase.keys().ok_or(MessageProblem::Unexpected)?;
        incoming.open(context, keys, self.role.other(), &mut self.fragments)
    }

    /// The peer's end has moved: behind a NAT answers go where the message came from (RFC 7296 2.23).
    fn follow(&mut self, path: crate::endpoint::Path) {
        if matches!(&self.phase, Phase::Established(established) if established.nat.remote) {
            self.path = path;
        }
    }
}
