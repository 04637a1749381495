//! The answers to an initiator's IKE_SA_INIT request: anybody can send one, so that several are tried until one proves
//! itself (RFC 7296 2.4).
//!
//! A session deals with one of them at a time; here are the others. What an answer says is read in `init` and `auth`.

use std::time::Duration;

use crate::context::Context;
use crate::endpoint::{Limits, Path};
use crate::event::{EventKind, MessageProblem};
use crate::failure::Failure;
use crate::keys::ikev2::Spis;
use crate::state::{Ikev2State, Role};

use super::init::{self, Offered};
use super::messages::{Fragments, Incoming};
use super::window::{Due, Window};
use super::{Phase, Session};

/// At most so many answers are tried at a time. Each costs a key agreement and a signature.
const MOST: usize = 5;

/// What a session keeps until one answer has proved itself.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// What was offered, for the answers that are still to come; none while the session itself waits for the first.
    pub(super) offered: Option<Box<Offered>>,
    /// The answers that the session is not dealing with.
    others: Vec<Candidate>,
    /// Why the first that was given up was not believed.
    failure: Option<Failure>,
}

/// An answer, with all that belongs to the IKE SA that it would make.
#[derive(Debug)]
struct Candidate {
    path: Path,
    spis: Spis,
    state: Ikev2State,
    phase: Phase,
    window: Window,
    fragments: Fragments,
}

impl Candidate {
    /// The session deals with this one now, and this is what it dealt with before.
    fn exchange(&mut self, session: &mut Session) {
        use std::mem::swap;
        swap(&mut self.path, &mut session.path);
        swap(&mut self.spis, &mut session.spis);
        swap(&mut self.state, &mut session.state);
        swap(&mut self.phase, &mut session.phase);
        swap(&mut self.window, &mut session.window);
        swap(&mut self.fragments, &mut session.fragments);
    }

    /// As before any answer to the requests of message ID 0.
    fn offering(session: &Session, offered: Box<Offered>) -> Self {
        let mut window = Window::default();
        window.begin_request();
        Self {
            path: session.first_path,
            spis: Spis { responder: [0; 8], ..session.spis },
            state: Ikev2State::InitiatorWaitsForInit,
            phase: Phase::Offered(offered),
            window,
            fragments: Fragments::default(),
        }
    }

    fn is_answered_by(&self, message: &[u8]) -> bool {
        is_answered_by(&self.phase, message)
    }
}

fn is_answered_by(phase: &Phase, message: &[u8]) -> bool {
    let Phase::Keyed(keyed) = phase else { return false };
    let [_, answer] = &keyed.messages;
    answer == message
}

impl Session {
    /// Whether an answer may still come, or another than the one that the session deals with may be the genuine one.
    pub(super) fn has_candidates(&self) -> bool {
        self.candidates.offered.is_some() || !self.candidates.others.is_empty()
    }

    /// Acts on a message that may be an answer, or belong to any of those that came.
    pub(super) fn dispatch_to_candidates(
        &mut self,
        context: &mut Context<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<(), MessageProblem> {
        if incoming.is_init_response() {
            return self.dispatch_answer(context, incoming);
        }
        let responder = incoming.message.header().responder_cookie;
        let mut result = Err(MessageProblem::Unexpected);
        for position in 0..=self.candidates.others.len() {
            if let Some(position) = position.checked_sub(1) {
                self.exchange_with(position);
            }
            if self.spis.responder == responder {
                result = self.dispatch(context, incoming);
                // Of two answers with one SPI, whose keys fit tells.
                if result != Err(MessageProblem::BadChecksum) {
                    return result;
                }
            }
        }
        result
    }

    fn exchange_with(&mut self, position: usize) {
        let mut others = std::mem::take(&mut self.candidates.others);
        if let Some(other) = others.get_mut(position) {
            other.exchange(self);
        }
        self.candidates.others = others;
    }

    /// Acts on an answer: to the request that was repeated last, or one more to those before.
    fn dispatch_answer(
        &mut self,
        context: &mut Context<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<(), MessageProblem> {
        let is_copy = is_answered_by(&self.phase, incoming.bytes)
            || self.candidates.others.iter().any(|other| other.is_answered_by(incoming.bytes));
        if is_copy {
            return Err(MessageProblem::OutOfWindow);
        }
        let is_offering = |other: &Candidate| matches!(other.phase, Phase::Offered(_));
        if let Some(position) = self.candidates.others.iter().position(is_offering) {
            self.exchange_with(position);
        }
        match self.phase {
            Phase::Offered(_) => self.dispatch(context, incoming),
            _ => self.try_another(context, incoming),
        }
    }

    /// Goes on with one more answer, beside those that came before it.
    fn try_another(
        &mut self,
        context: &mut Context<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<(), MessageProblem> {
        if self.candidates.others.len() + 1 >= MOST {
            return Err(MessageProblem::OutOfWindow);
        }
        let Some(offered) = self.candidates.offered.take() else { return Err(MessageProblem::OutOfWindow) };
        let mut before = Candidate::offering(self, offered);
        before.exchange(self);
        self.candidates.others.push(before);
        let result = init::on_response(self, context, incoming);
        // Nothing has come of it: neither an answer that may be genuine, nor another request.
        if matches!(self.phase, Phase::Offered(_)) && !self.window.is_waiting() {
            let before = self.candidates.others.pop();
            if let Some(mut before) = before {
                before.exchange(self);
                if let Phase::Offered(offered) = before.phase {
                    self.candidates.offered = Some(offered);
                }
            }
        }
        result
    }

    /// Gives up the answer that the session deals with, where there is another. Whether there is.
    pub(super) fn falls_back(&mut self, context: &mut Context<'_>, failure: Option<Failure>) -> bool {
        let Some(mut other) = self.candidates.others.pop() else { return false };
        context.emit(EventKind::Ignored { problem: MessageProblem::NotGenuine });
        if self.candidates.failure.is_none() {
            self.candidates.failure = failure;
        }
        other.exchange(self);
        // An answer to the request that was repeated may still come, as to the first.
        if let Phase::Offered(offered) = other.phase {
            self.candidates.offered = Some(offered);
        }
        true
    }

    /// What nobody's answer means, or nobody's that is believed.
    pub(super) fn failure_of_candidates(&mut self, otherwise: Failure) -> Failure {
        self.candidates.failure.take().unwrap_or(otherwise)
    }

    /// One answer has proved itself, or the last was given up: later ones are ignored (RFC 7296 2.4).
    pub(super) fn forget_candidates(&mut self) {
        self.candidates = Candidates::default();
    }

    /// Sends the requests of the others again, and forgets those that nobody answers.
    pub(super) fn handle_timeout_of_candidates(&mut self, context: &mut Context<'_>) {
        let others = &mut self.candidates.others;
        others.retain_mut(|other| other.window.handle_timeout(context) == Due::Nothing);
    }

    pub(super) fn timeout_of_candidates(&self, limits: &Limits) -> Option<Duration> {
        self.candidates.others.iter().filter_map(|other| other.window.timeout(limits)).min()
    }

    /// Whether a message with this SPI of the peer may belong to the session.
    pub(crate) fn may_have_peer(&self, spi: &[u8; 8]) -> bool {
        // Before the IKE_SA_INIT response the responder's is not known.
        self.role == Role::Initiator
            && (self.spis.responder == [0; 8] || self.spis.responder == *spi || self.has_candidates())
    }
}
