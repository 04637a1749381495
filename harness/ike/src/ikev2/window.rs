//! Message IDs, the window of one request each way, and retransmission (RFC 7296 2.1 to 2.3): only requests are sent
//! again by a timer; a response is repeated for each copy of its request.

use std::time::Duration;

use crypto::Digest;

use crate::context::Context;
use crate::endpoint::{Limits, Path};
use crate::event::{EventKind, MessageRecord};
use crate::state::{MessageName, PacketState};

/// The datagrams of one message with what is told of each: one, or several fragments.
pub(super) type Datagrams = Vec<(MessageRecord, Vec<u8>)>;

/// What was sent and what is expected, of one IKE SA.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// The message ID of our next request.
    next_request: u32,
    /// The message ID of the peer's next request.
    expected_request: u32,
    outstanding: Option<Outstanding>,
    answered: Option<Answered>,
}

/// Our request that waits for its response.
#[derive(Debug)]
struct Outstanding {
    name: MessageName,
    message_id: u32,
    datagrams: Datagrams,
    at: Duration,
    retransmissions: u32,
}

/// By what a request is known when it comes again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// The digest of its datagram, or of its first fragment (RFC 7383 2.6.1).
    pub(super) digest: Digest,
    /// How many fragments it came in; 0 where it came whole.
    pub(super) fragments: u16,
}

/// The peer's last request, and our response.
#[derive(Debug)]
struct Answered {
    name: MessageName,
    message_id: u32,
    request: Seen,
    datagrams: Datagrams,
    at: Duration,
    /// When the response was sent last: to this request, or to a copy of it.
    sent_at: Duration,
}

/// What a due timer led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing is due, or the request was sent again.
    Nothing,
    /// Nobody answered the last retransmission.
    GivenUp(MessageName),
}

impl Window {
    /// The message ID for a new request. There is at most one without a response.
    pub(super) fn begin_request(&mut self) -> u32 {
        debug_assert!(self.outstanding.is_none(), "RFC 7296 2.3: the window is one request");
        let message_id = self.next_request;
        self.next_request = message_id.saturating_add(1);
        message_id
    }

    /// Whether a request waits for its response.
    pub(super) fn is_waiting(&self) -> bool {
        self.outstanding.is_some()
    }

    /// Sends a request and starts its timer.
    pub(super) fn send_request(
        &mut self,
        context: &mut Context<'_>,
        name: MessageName,
        message_id: u32,
        datagrams: Datagrams,
    ) {
        transmit(context, &datagrams);
        let at = context.now.monotonic;
        self.outstanding = Some(Outstanding { name, message_id, datagrams, at, retransmissions: 0 });
    }

    /// Whether a response with this message ID is the one that is waited for.
    pub(super) fn expects_response(&self, message_id: u32) -> bool {
        self.outstanding.as_ref().is_some_and(|request| request.message_id == message_id)
    }

    /// The response came and was believed: the timer stops.
    pub(super) fn accept_response(&mut self) {
        self.outstanding = None;
    }

    /// The first exchange begins again, with the same message ID (RFC 7296 2.6, 2.7).
    pub(super) fn begin_again(&mut self) {
        self.outstanding = None;
        self.next_request = 0;
    }

    /// Whether a request with this message ID is the one that is expected of the peer.
    pub(super) fn expects_request(&self, message_id: u32, limits: &Limits) -> bool {
        self.expected_request == message_id && message_id < limits.requests
    }

    /// Whether there is a message ID for one more request of ours only, or none for another of the peer (RFC 7296 2.2).
    pub(super) fn is_used_up(&self, limits: &Limits) -> bool {
        self.next_request >= limits.requests.saturating_sub(1) || self.expected_request >= limits.requests
    }

    /// Answers the request that was expected.
    pub(super) fn send_response(
        &mut self,
        context: &mut Context<'_>,
        name: MessageName,
        request: Seen,
        datagrams: Datagrams,
    ) {
        transmit(context, &datagrams);
        let message_id = self.expected_request;
        self.expected_request = message_id.saturating_add(1);
        let at = context.now.monotonic;
        self.answered = Some(Answered { name, message_id, request, datagrams, at, sent_at: at });
    }

    /// Whether a message is a copy of the request answered last, bit for bit (RFC 7296 2.1).
    pub(super) fn is_copy(&self, request: &Digest) -> bool {
        self.answered.as_ref().is_some_and(|answered| answered.request.digest == *request)
    }

    /// In how many fragments the request answered last came, if it had this message ID.
    pub(super) fn answered_fragments(&self, message_id: u32) -> Option<u16> {
        let answered = self.answered.as_ref().filter(|answered| answered.message_id == message_id);
        answered.map(|answered| answered.request.fragments)
    }

    /// Answers the last request as before, to where it came from this time (RFC 7296 2.1, 2.11); but not at once after the
    /// last time, or whoever repeats it would have as many datagrams sent elsewhere.
    pub(super) fn answer_again(&mut self, context: &mut Context<'_>, path: Path) {
        let Some(answered) = &mut self.answered else { return };
        let is_silent = context.now.monotonic < answered.sent_at + context.limits.duplicate_silence;
        context.emit(EventKind::DuplicateReceived { name: answered.name, answered: !is_silent });
        if is_silent {
            return;
        }
        answered.sent_at = context.now.monotonic;
        for (record, _) in &mut answered.datagrams {
            record.retransmission += 1;
            record.path = path;
        }
        tell_again(context, &answered.datagrams, false);
        transmit(context, &answered.datagrams);
    }

    /// When the last request of the peer was answered. Copies of it, which anybody can send, change nothing about that.
    pub(super) fn answered_at(&self) -> Option<Duration> {
        self.answered.as_ref().map(|answered| answered.at)
    }

    /// Sends the request again if its time has come.
    pub(super) fn handle_timeout(&mut self, context: &mut Context<'_>) -> Due {
        let Some(request) = &mut self.outstanding else { return Due::Nothing };
        if request.due(context.limits) > context.now.monotonic {
            return Due::Nothing;
        }
        if request.retransmissions >= context.limits.retransmissions {
            return Due::GivenUp(request.name);
        }
        request.retransmissions += 1;
        request.at = context.now.monotonic;
        for (record, _) in &mut request.datagrams {
            record.retransmission = request.retransmissions;
        }
        tell_again(context, &request.datagrams, true);
        transmit(context, &request.datagrams);
        Due::Nothing
    }

    /// When the timer is due, if it runs.
    pub(super) fn timeout(&self, limits: &Limits) -> Option<Duration> {
        self.outstanding.as_ref().map(|request| request.due(limits))
    }
}

impl Outstanding {
    /// RFC 7296 2.4: the times grow exponentially.
    fn due(&self, limits: &Limits) -> Duration {
        self.at + limits.ikev2_retransmit_after(self.retransmissions)
    }
}

fn tell_again(context: &mut Context<'_>, datagrams: &Datagrams, timer: bool) {
    let Some((record, _)) = datagrams.first() else { return };
    context.emit(EventKind::Retransmitting {
        name: record.name,
        packet_state: PacketState::Ikev2,
        attempt: record.retransmission,
        of: context.limits.retransmissions,
        timer,
    });
}

fn transmit(context: &mut Context<'_>, datagrams: &Datagrams) {
    for (record, bytes) in datagrams {
        context.emit(EventKind::Sent(record.clone()));
        context.transmit(record.path, bytes.clone());
    }
}
