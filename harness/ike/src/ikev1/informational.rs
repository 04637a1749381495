//! Informational exchanges (RFC 2409 5.7): notifications, deletion, and dead peer detection (RFC 3706).

use std::time::Duration;

use wire::ikev1::{Delete, Doi, MessageBuilder, Notification, NotifyType, Payload, ProtocolId};
use wire::{ExchangeType, PayloadType};

use crate::endpoint::Path;
use crate::event::{DeleteReason, EventKind, MessageProblem, MessageRecord};
use crate::failure::{Failure, FailureCode};
use crate::keys::PhaseOneKeys;
use crate::protection::InitializationVector;
use crate::state::{MessageName, PacketState};
use crate::tamper::OutgoingPayload;

use super::contents::Contents;
use super::vendor::PeerCapabilities;
use super::{Context, FITS, Incoming, Keyed, Phase, Problem, Session, header, quick_mode, seal};

const NAME: MessageName = MessageName::Informational;

/// Dead peer detection of one session.
#[derive(Debug)]
pub(super) struct Liveness {
    /// When the peer is asked next; never without a configured keepalive or a peer that can answer.
    next: Option<Duration>,
    sequence: u32,
    /// Questions without an answer.
    unanswered: u32,
}

/// So many questions without an answer, and the peer is dead.
const MOST_UNANSWERED: u32 = 5;

impl Liveness {
    pub(super) fn new(context: &mut Context<'_>, peer: PeerCapabilities) -> Self {
        let asks = peer.dead_peer_detection && context.router.parts().keepalive.is_some();
        // RFC 3706 6.2: the first sequence number is random, below 2^31.
        let sequence = u32::from_be_bytes(context.random_bytes()) >> 1;
        let mut liveness = Self { next: None, sequence, unanswered: 0 };
        if asks {
            liveness.answered(context);
        }
        liveness
    }

    /// The peer is alive: it is asked again after the whole interval.
    fn answered(&mut self, context: &Context<'_>) {
        let keepalive = context.router.parts().keepalive;
        self.unanswered = 0;
        self.next =
            keepalive.map(|it| context.now.monotonic + Duration::from_secs(u64::from(it.value.interval)));
    }

    pub(super) fn timeout(&self) -> Option<Duration> {
        self.next
    }
}

/// Acts on an Informational message.
pub(super) fn receive(
    session: &mut Session,
    context: &mut Context<'_>,
    incoming: &Incoming<'_>,
) -> Result<(), Problem> {
    let Some((keys, vector)) = session.protection_keys() else { return receive_plain(context, incoming) };
    let message_id = incoming.message.header().message_id;
    // Neither the hash nor the vector tells a copy, or a message of our own sent back, from a new one.
    if session.finished.contains(message_id) {
        return Err(MessageProblem::Replayed.into());
    }
    let vector = vector.of_exchange(context.provider.hashes, keys.algorithms(), message_id);
    let opened = incoming.open(context, keys, &vector)?;
    let contents = Contents::read(opened.plain.payloads())?;
    let hash = contents.require_leading_hash()?;
    let behind = opened.behind(hash, &contents)?;
    let expected = keys.informational_hash(context.provider.hashes, message_id, behind);
    if !expected.is(hash.value) {
        return Err(MessageProblem::BadHash.into());
    }
    session.finished.add_informational(message_id);
    session.follow(incoming.path);
    incoming.tell(context, NAME, session.packet_state(), Some(&opened.bytes()));
    tell_notifications(context, &contents, true);
    for notification in &contents.notifications {
        act_on(session, context, notification);
        if session.is_over() {
            return Ok(());
        }
    }
    for delete in &contents.deletes {
        context.emit(EventKind::DeleteRead { protocol: delete.protocol().0 });
        let cookies = session.cookies.concatenated();
        if delete.protocol() == ProtocolId::ISAKMP && delete.spis().any(|spi| *spi == cookies) {
            session.end(context, DeleteReason::Peer);
            return Ok(());
        }
    }
    Ok(())
}

/// Without keys a notification proves nothing: it is told and not acted on (RFC 2408 4.8).
fn receive_plain(context: &mut Context<'_>, incoming: &Incoming<'_>) -> Result<(), Problem> {
    incoming.require_plain()?;
    let contents = Contents::read(incoming.message.payloads())?;
    incoming.tell(context, NAME, PacketState::NoState, None);
    tell_notifications(context, &contents, false);
    Ok(())
}

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

/// Whether the peer says that it knows no other session (RFC 2407 4.6.3.3).
pub(super) fn is_initial_contact(contents: &Contents<'_>) -> bool {
    contents.notifications.iter().any(|one| one.notify_type == NotifyType::INITIAL_CONTACT)
}

fn act_on(session: &mut Session, context: &mut Context<'_>, notification: &Notification<'_>) {
    // RFC 3706 5.3: both cookies, and a sequence number.
    let of_session = notification.spi == session.cookies.concatenated();
    let sequence = || Some(u32::from_be_bytes(notification.data.try_into().ok()?)).filter(|_| of_session);
    match notification.notify_type {
        NotifyType::R_U_THERE => {
            if let Some(sequence) = sequence() {
                context.emit(EventKind::LivenessSeen { sequence, acknowledged: false });
                send_liveness(session, context, NotifyType::R_U_THERE_ACK, sequence);
            }
        }
        NotifyType::R_U_THERE_ACK => {
            if let (Some(sequence), Phase::Established(established)) = (sequence(), &mut session.phase) {
                // RFC 3706 5.5: only the answer to the last question counts.
                if sequence == established.liveness.sequence {
                    established.liveness.answered(context);
                    context.emit(EventKind::LivenessSeen { sequence, acknowledged: true });
                }
            }
        }
        error if error.is_error() => match &session.phase {
            Phase::Established(_) => quick_mode::give_up(session, context),
            _ => {
                let message = session.transmission.unanswered().unwrap_or(NAME);
                let code = FailureCode::RefusedByPeer;
                session
                    .fail(context, Failure { message, code, rule: None, origins: Vec::new(), refusal: None });
            }
        },
        _ => {}
    }
}

/// Asks whether the peer is alive when that is due, and gives it up in the end.
pub(super) fn handle_timeout(session: &mut Session, context: &mut Context<'_>) {
    let Phase::Established(established) = &mut session.phase else { return };
    let Some(keepalive) = context.router.parts().keepalive else { return };
    let liveness = &mut established.liveness;
    if liveness.next.is_none_or(|next| next > context.now.monotonic) {
        return;
    }
    if liveness.unanswered >= MOST_UNANSWERED {
        return session.end(context, DeleteReason::Dead);
    }
    liveness.unanswered += 1;
    let retry = Duration::from_secs(u64::from(keepalive.value.retry.max(1)));
    liveness.next = Some(context.now.monotonic + retry);
    liveness.sequence = liveness.sequence.wrapping_add(1);
    let sequence = liveness.sequence;
    send_liveness(session, context, NotifyType::R_U_THERE, sequence);
}

fn send_liveness(session: &mut Session, context: &mut Context<'_>, notify_type: NotifyType, sequence: u32) {
    let cookies = session.cookies.concatenated();
    let data = sequence.to_be_bytes();
    // RFC 3706 5.3: the SPI is both cookies.
    let (doi, protocol) = (Doi::IPSEC, ProtocolId::ISAKMP);
    let notification = Notification { doi, protocol, spi: &cookies, notify_type, data: &data };
    send(session, context, &Payload::Notification(notification));
}

/// Refuses an exchange of Quick Mode (V2-PRO-3 for IKEv1).
pub(super) fn send_child_refusal(session: &mut Session, context: &mut Context<'_>, spi: &[u8]) {
    send(
        session,
        context,
        &Payload::Notification(Notification {
            doi: Doi::IPSEC,
            protocol: ProtocolId::IPSEC_ESP,
            spi,
            notify_type: NotifyType::NO_PROPOSAL_CHOSEN,
            data: &[],
        }),
    );
}

/// Tells the peer that the session ends, if it can be told.
pub(super) fn send_delete(session: &mut Session, context: &mut Context<'_>) {
    if session.is_established() {
        let cookies = session.cookies.concatenated();
        let delete = Delete::one(Doi::IPSEC, ProtocolId::ISAKMP, &cookies).expect(FITS);
        send(session, context, &Payload::Delete(delete));
    }
}

/// Refuses the session in place of MM5 or MM6, as a peer may that is not IOS (RFC 2408 5).
pub(super) fn send_refusal(
    session: &mut Session,
    context: &mut Context<'_>,
    keyed: &Keyed,
    notify_type: NotifyType,
) {
    let message_id = u32::from_be_bytes(context.random_bytes()).max(1);
    let cookies = session.cookies.concatenated();
    let (doi, protocol) = (Doi::IPSEC, ProtocolId::ISAKMP);
    let notification = Notification { doi, protocol, spi: &cookies, notify_type, data: &[] };
    let keys = (&keyed.keys, &keyed.vector);
    send_under(session, context, keys, message_id, &Payload::Notification(notification));
    session.end(context, DeleteReason::Failed);
}

/// Refuses MM1, in the open: there are no keys yet.
pub(super) fn send_no_proposal_chosen(session: &Session, context: &mut Context<'_>) {
    let cookies = session.cookies.concatenated();
    let notification = Notification {
        doi: Doi::IPSEC,
        protocol: ProtocolId::ISAKMP,
        spi: &cookies,
        notify_type: NotifyType::NO_PROPOSAL_CHOSEN,
        data: &[],
    };
    let message_id = u32::from_be_bytes(context.random_bytes());
    let (initiator, responder) = (session.cookies.initiator, session.cookies.responder);
    let builder =
        MessageBuilder::new(initiator, responder, ExchangeType::INFORMATIONAL).message_id(message_id);
    let bytes = builder.plain(&[Payload::Notification(notification)]).expect(FITS);
    let record = MessageRecord {
        plaintext: bytes.as_slice().into(),
        length: bytes.len(),
        ..session.outgoing(NAME, PacketState::NoState)
    };
    context.emit(EventKind::Sent(record));
    context.transmit(session.path, bytes);
}

/// Sends one payload behind its HASH payload, in an exchange of its own; nobody answers it.
fn send(session: &mut Session, context: &mut Context<'_>, payload: &Payload<'_>) {
    let message_id = u32::from_be_bytes(context.random_bytes()).max(1);
    session.finished.add_informational(message_id);
    let Some((keys, vector)) = session.protection_keys() else { return };
    send_under(session, context, (keys, vector), message_id, payload);
}

fn send_under(
    session: &Session,
    context: &mut Context<'_>,
    (keys, vector): (&PhaseOneKeys, &InitializationVector),
    message_id: u32,
    payload: &Payload<'_>,
) {
    let hashes = context.provider.hashes;
    let vector = vector.of_exchange(hashes, keys.algorithms(), message_id);
    let mut payloads = super::outgoing(&[*payload]);
    context.before_authentication(NAME, &mut payloads);
    let (_, behind) = super::chain(&payloads);
    let hash = keys.informational_hash(hashes, message_id, &behind);
    payloads.insert(0, OutgoingPayload::new(PayloadType::HASH, hash.to_vec()));
    context.before_protection(NAME, &mut payloads);
    let (first, chain) = super::chain(&payloads);
    let header = header(&session.cookies, ExchangeType::INFORMATIONAL, message_id, first);
    let record = session.outgoing(NAME, session.packet_state());
    let (record, mut bytes, _) = seal(context, keys, &vector, header, chain, record);
    context.after_protection(NAME, &mut bytes);
    let path = record.path;
    context.emit(EventKind::Sent(record));
    context.transmit(path, bytes);
}

impl Session {
    /// The keys that protect exchanges under phase 1, and the vector that theirs are made from.
    fn protection_keys(&self) -> Option<(&PhaseOneKeys, &InitializationVector)> {
        match &self.phase {
            Phase::Keyed(keyed) => Some((&keyed.keys, &keyed.vector)),
            Phase::Established(established) => Some((&established.keys, &established.vector)),
            _ => None,
        }
    }

    /// The peer's end has moved: behind a NAT the mapping may change, and answers go where the question came from
    /// (RFC 3947 3). Only for messages whose hash holds.
    pub(super) fn follow(&mut self, path: Path) {
        if matches!(&self.phase, Phase::Established(established) if established.nat.remote) {
            self.path = path;
        }
    }

    fn packet_state(&self) -> PacketState {
        if self.is_established() { PacketState::Idle } else { PacketState::KeyExchange }
    }
}
