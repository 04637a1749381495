//! The target's messages: taken in, told apart, decrypted and kept.

use std::time::Duration;

use crypto::Real;
use ike::{IkeVersion, Ikev2Exchange, MessageName, Path, Role, protection};
use wire::ikev1::Message;
use wire::udp::strip_non_esp_marker;
use wire::{ExchangeType, Header};

use super::{Seen, Tester, ikev2};
use crate::target::TargetError;

impl Tester<'_> {
    /// Waits for the target's message of this name, and says whether it came.
    ///
    /// # Errors
    /// This machine fails.
    pub fn wait_for(&mut self, name: MessageName) -> Result<bool, TargetError> {
        let count = |tester: &Self| {
            tester
                .conversation
                .seen
                .iter()
                .filter(|seen| seen.name == name && !seen.copy && !seen.partial)
                .count()
        };
        let before = count(self);
        let end = self.session.now + self.target.patience();
        while count(self) == before {
            if self.receive_before(end)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes in the next message, unless none comes before `end`.
    pub(super) fn receive_before(&mut self, end: Duration) -> Result<Option<()>, TargetError> {
        let left = end.saturating_sub(self.session.now);
        let Some(arrival) = self.target.receive(left)? else {
            self.session.now = end;
            return Ok(None);
        };
        self.session.now = self.session.now.max(arrival.at);
        let datagram = arrival.datagram;
        let path = Path { local: datagram.destination(), remote: datagram.source() };
        let behind_nat = path.remote.port() == self.place.target_nat_port;
        let message = if behind_nat { strip_non_esp_marker(datagram.payload()) } else { None };
        let marked = message.is_some();
        let wire = message.unwrap_or(datagram.payload()).to_vec();
        match Header::read(&wire) {
            Ok(header) => self.keep(arrival.at, path, marked, wire, &header),
            Err(error) => self.problem(format!("a datagram of the target has no header: {error}")),
        }
        Ok(Some(()))
    }

    fn keep(&mut self, at: Duration, path: Path, marked: bool, wire: Vec<u8>, header: &Header) {
        if let Some(earlier) = self.conversation.seen.iter().find(|seen| seen.wire == wire) {
            let copy = Seen { at, path, marked, copy: true, ..earlier.clone() };
            return self.conversation.seen.push(copy);
        }
        if !self.belongs(header) {
            return; // of a session that the tester has left behind
        }
        let name = match self.conversation.version {
            IkeVersion::V1 => self.name(header),
            IkeVersion::V2 => ikev2::name_of(header),
        };
        let (plain, partial) = match self.conversation.version {
            IkeVersion::V1 if header.flags.contains(wire::Flags::ENCRYPTION) => {
                (self.decrypt(header, &wire).unwrap_or_else(|| wire.clone()), false)
            }
            IkeVersion::V1 => (wire.clone(), false),
            IkeVersion::V2 => self.open_ikev2(&wire),
        };
        self.conversation.seen.push(Seen { name, at, path, marked, wire, plain, copy: false, partial });
        let of_authentication =
            matches!(name, MessageName::MainMode(5 | 6) | MessageName::Ikev2(Ikev2Exchange::Auth, _));
        if of_authentication && !partial {
            self.conversation.verify();
        }
    }

    /// Whether the cookie that the tester has drawn stands in the header, in whichever place; every session of an initiator
    /// is new to the tester.
    fn belongs(&self, header: &Header) -> bool {
        let cookies = [header.initiator_cookie, header.responder_cookie];
        match self.conversation.role {
            Role::Responder => cookies.contains(&self.session.cookies.initiator),
            Role::Initiator => {
                header.responder_cookie == [0; 8] || cookies.contains(&self.session.cookies.responder)
            }
        }
    }

    /// Which message this is, by how many of its exchange have come.
    fn name(&self, header: &Header) -> MessageName {
        let seen = self.conversation.seen.iter().filter(|seen| {
            let other = seen.header();
            !seen.copy
                && other.exchange_type == header.exchange_type
                && other.message_id == header.message_id
                && other.initiator_cookie == header.initiator_cookie
        });
        let count = u8::try_from(seen.count()).unwrap_or(u8::MAX / 4);
        let number = match self.conversation.role {
            Role::Initiator => count * 2 + 1,
            Role::Responder => count * 2 + 2,
        };
        match header.exchange_type {
            ExchangeType::IDENTITY_PROTECTION => MessageName::MainMode(number),
            ExchangeType::QUICK_MODE => MessageName::QuickMode(number),
            ExchangeType::INFORMATIONAL => MessageName::Informational,
            _ => MessageName::Unknown,
        }
    }

    /// Header and payloads of an encrypted message; the vector of the exchange moves on.
    fn decrypt(&mut self, header: &Header, bytes: &[u8]) -> Option<Vec<u8>> {
        let keys = self.conversation.secrets.as_ref()?.keys.clone();
        let of_main_mode = header.exchange_type == ExchangeType::IDENTITY_PROTECTION;
        let vector =
            if of_main_mode { self.session.vector? } else { self.exchange_vector(header.message_id)? };
        let message = Message::read(bytes).ok()?;
        match protection::open(&Real, keys.cipher_key(), &vector, &message) {
            Ok((plain, next)) => {
                if of_main_mode {
                    self.session.vector = Some(next);
                } else {
                    self.session.vectors.insert(header.message_id, next);
                }
                let mut bytes = bytes.get(..Header::LENGTH)?.to_vec();
                bytes.extend_from_slice(&plain.body);
                Some(bytes)
            }
            Err(error) => {
                self.problem(format!("a message of the target cannot be decrypted: {error}"));
                None
            }
        }
    }
}
