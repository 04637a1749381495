//! Keeping one exchange alive: what was sent last, when to send it again, and which received messages are copies.
//!
//! What the messages mean is not known here.

use std::time::Duration;

use crypto::Digest;

use crate::endpoint::Limits;
use crate::event::{EventKind, MessageRecord};
use crate::state::MessageName;

use super::Context;

/// The last message sent in an exchange, and the memory of what was received.
#[derive(Debug, Default)]
pub(super) struct Transmission {
    sent: Option<Sent>,
    received: Vec<(MessageName, Digest)>,
}

#[derive(Debug)]
struct Sent {
    record: MessageRecord,
    bytes: Vec<u8>,
    at: Duration,
    retransmissions: u32,
    awaits_answer: bool,
}

/// What a due timer led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing is due.
    Nothing,
    /// The message was sent again.
    Resent,
    /// Nobody answered the last retransmission.
    GivenUp(MessageName),
}

/// At most so many received messages are remembered for an exchange: no exchange has more.
const REMEMBERED: usize = 3;

impl Transmission {
    /// Sends a message and remembers it. `awaits_answer` starts the timer.
    pub(super) fn send(
        &mut self,
        context: &mut Context<'_>,
        record: MessageRecord,
        mut bytes: Vec<u8>,
        awaits_answer: bool,
    ) {
        context.after_protection(record.name, &mut bytes);
        context.emit(EventKind::Sent(record.clone()));
        context.transmit(record.path, bytes.clone());
        let at = context.now.monotonic;
        self.sent = Some(Sent { record, bytes, at, retransmissions: 0, awaits_answer });
    }

    /// Remembers a message that was read and acted on: its copies are duplicates, and the timer stops.
    pub(super) fn accept(&mut self, name: MessageName, digest: Digest) {
        if self.received.len() == REMEMBERED {
            self.received.remove(0);
        }
        self.received.push((name, digest));
        if let Some(sent) = &mut self.sent {
            sent.awaits_answer = false;
        }
    }

    /// Remembers a message that was refused: its copies are duplicates, and the timer runs on (V1-VAL-3).
    pub(super) fn refuse(&mut self, name: MessageName, digest: Digest) {
        self.accept(name, digest);
        if let Some(sent) = &mut self.sent {
            sent.awaits_answer = true;
        }
    }

    /// Whether a message is a copy of one received before; the latest of them is answered again (V1-VAL-3).
    pub(super) fn is_duplicate(&mut self, context: &mut Context<'_>, digest: &Digest) -> bool {
        let Some(position) = self.received.iter().position(|(_, known)| known == digest) else {
            return false;
        };
        let name = self.received[position].0;
        let latest = position + 1 == self.received.len();
        let answered = latest && self.sent.as_ref().is_some_and(|sent| sent.may_answer(context));
        context.emit(EventKind::DuplicateReceived { name, answered });
        if answered {
            self.resend(context, false);
        }
        true
    }

    /// Sends the last message again if its time has come.
    pub(super) fn handle_timeout(&mut self, context: &mut Context<'_>) -> Due {
        match &self.sent {
            Some(sent) if sent.due(context.limits).is_some_and(|due| due <= context.now.monotonic) => {
                if sent.retransmissions >= context.limits.retransmissions {
                    return Due::GivenUp(sent.record.name);
                }
                self.resend(context, true);
                Due::Resent
            }
            _ => Due::Nothing,
        }
    }

    /// When the timer is due, if it runs.
    pub(super) fn timeout(&self, limits: &Limits) -> Option<Duration> {
        self.sent.as_ref()?.due(limits)
    }

    /// The message that waits for an answer.
    pub(super) fn unanswered(&self) -> Option<MessageName> {
        self.sent.as_ref().filter(|sent| sent.awaits_answer).map(|sent| sent.record.name)
    }

    fn resend(&mut self, context: &mut Context<'_>, timer: bool) {
        let Some(sent) = &mut self.sent else { return };
        sent.retransmissions += 1;
        sent.at = context.now.monotonic;
        sent.record.retransmission = sent.retransmissions;
        context.emit(EventKind::Retransmitting {
            name: sent.record.name,
            packet_state: sent.record.packet_state,
            attempt: sent.retransmissions,
            of: context.limits.retransmissions,
            timer,
        });
        context.emit(EventKind::Sent(sent.record.clone()));
        context.transmit(sent.record.path, sent.bytes.clone());
    }
}

impl Sent {
    fn due(&self, limits: &Limits) -> Option<Duration> {
        self.awaits_answer.then(|| self.at + limits.retransmit_after)
    }

    /// V1-VAL-3: a duplicate is answered by resending, but not at once after the last transmission, or two sides that
    /// both take the other's answer for a duplicate would never fall silent.
    fn may_answer(&self, context: &Context<'_>) -> bool {
        let silent_until = self.at + context.limits.duplicate_silence;
        self.retransmissions < context.limits.retransmissions && silent_until <= context.now.monotonic
    }
}
