//! What a step of a session works with: the router, the provider, the time, and where transmissions and events go.

use std::collections::VecDeque;

use crypto::{Provider, Random};
use wire::ikev1::write_payloads;

use crate::endpoint::{Limits, Path};
use crate::event::{Event, EventKind};
use crate::ids::SessionId;
use crate::now::Now;
use crate::router::Router;
use crate::state::{IkeVersion, MessageName, Role};
use crate::tamper::{OutgoingPayload, Tamper};

/// The surroundings of one step of one session.
pub(crate) struct Context<'e> {
    pub(crate) router: &'e Router,
    pub(crate) provider: Provider,
    pub(crate) random: &'e mut dyn Random,
    pub(crate) tamper: Option<&'e mut (dyn Tamper + 'static)>,
    pub(crate) limits: &'e Limits,
    pub(crate) now: Now,
    pub(crate) session: SessionId,
    pub(crate) version: IkeVersion,
    pub(crate) connection: u32,
    /// How often strangers may still be answered with an error in this second.
    pub(crate) stranger_answers: &'e mut u32,
    /// The connection number of the next session of IKEv1 that gets keys.
    pub(crate) next_connection: &'e mut u32,
    pub(crate) role: Role,
    /// Whether this router has another authenticated session with the same peer.
    pub(crate) peer_known: bool,
    pub(crate) transmits: &'e mut VecDeque<(Path, Vec<u8>)>,
    pub(crate) events: &'e mut VecDeque<Event>,
}

impl Context<'_> {
    /// Tells what happened.
    pub(crate) fn emit(&mut self, kind: EventKind) {
        self.events.push_back(Event {
            session: self.session,
            version: self.version,
            connection: self.connection,
            role: self.role,
            at: self.now,
            kind,
        });
    }

    /// Hands a message to the caller; the non-ESP marker goes before it on the NAT traversal port (RFC 3948 2.2).
    pub(crate) fn transmit(&mut self, path: Path, message: Vec<u8>) {
        let bytes = if path.local.port() == self.limits.nat_traversal_port {
            wire::udp::with_non_esp_marker(&message)
        } else {
            message
        };
        self.transmits.push_back((path, bytes));
    }

    /// Lets a faulty peer change what SIG or HASH is about to cover.
    pub(crate) fn before_authentication(&mut self, name: MessageName, payloads: &mut Vec<OutgoingPayload>) {
        self.change(payloads, |tamper, payloads| tamper.before_authentication(name, payloads));
    }

    /// Lets a faulty peer change what is about to be encrypted.
    pub(crate) fn before_protection(&mut self, name: MessageName, payloads: &mut Vec<OutgoingPayload>) {
        self.change(payloads, |tamper, payloads| tamper.before_protection(name, payloads));
    }

    /// Lets a faulty peer change what is about to be sent.
    pub(crate) fn after_protection(&mut self, name: MessageName, bytes: &mut Vec<u8>) {
        if let Some(tamper) = &mut self.tamper {
            tamper.after_protection(name, bytes);
        }
    }

    /// The notification with which a faulty peer refuses in place of a message.
    pub(crate) fn refuses(&mut self, name: MessageName) -> Option<u16> {
        self.tamper.as_mut()?.refuses(name)
    }

    /// What cannot be written is left as it was.
    fn change(
        &mut self,
        payloads: &mut Vec<OutgoingPayload>,
        step: impl FnOnce(&mut dyn Tamper, &mut Vec<OutgoingPayload>),
    ) {
        let Some(tamper) = &mut self.tamper else { return };
        let genuine = payloads.clone();
        step(&mut **tamper, payloads);
        if *payloads != genuine && write_payloads(payloads, &mut Vec::new()).is_err() {
            *payloads = genuine;
        }
    }

    /// Whether somebody without a session may be answered with an error: not without bound (RFC 7296 2.5, 2.21.4).
    pub(crate) fn may_answer_stranger(&mut self) -> bool {
        let may = *self.stranger_answers > 0;
        *self.stranger_answers = self.stranger_answers.saturating_sub(1);
        may
    }

    /// Random bytes.
    pub(crate) fn random_bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }
}
