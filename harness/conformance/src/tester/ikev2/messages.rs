//! Messages of IKEv2 on their way out and in: written, sealed, distorted, sent; opened, put together from fragments.

use crypto::{Hashes as _, Provider, Real};
use ike::protection::ikev2::{self as protection, OpenError, Plain};
use ike::{Ikev2Exchange, Ikev2Half, MessageName, Role};
use wire::ikev2::lies::{self, Field, Lie};
use wire::ikev2::{MessageBuilder, Payload as View, write_payloads};
use wire::{ExchangeType, Flags, Header, PayloadType, Version};

use super::{AUTH_REQUEST, AUTH_RESPONSE, INIT_REQUEST, INIT_RESPONSE};
use crate::target::TargetError;
use crate::tester::draft::{Action, apply_content, distort};
use crate::tester::exchange::{FITS, kept};
use crate::tester::{Change, Payload, Sent, Tester};

/// The name of a message by its header.
pub(in crate::tester) fn name_of(header: &Header) -> MessageName {
    let half = if header.flags.contains(Flags::RESPONSE) { Ikev2Half::Response } else { Ikev2Half::Request };
    let exchange = EXCHANGES.iter().find(|(_, number)| *number == header.exchange_type);
    exchange.map_or(MessageName::Unknown, |(exchange, _)| MessageName::Ikev2(*exchange, half))
}

const EXCHANGES: [(Ikev2Exchange, ExchangeType); 4] = [
    (Ikev2Exchange::SaInit, ExchangeType::IKE_SA_INIT),
    (Ikev2Exchange::Auth, ExchangeType::IKE_AUTH),
    (Ikev2Exchange::CreateChildSa, ExchangeType::CREATE_CHILD_SA),
    (Ikev2Exchange::Informational, ExchangeType::IKEV2_INFORMATIONAL),
];

impl Tester<'_> {
    /// Sends a protected request. The message ID is the next.
    ///
    /// # Errors
    /// This machine fails.
    pub fn request(&mut self, exchange: Ikev2Exchange, payloads: &[View<'_>]) -> Result<(), TargetError> {
        let message_id = self.next_request();
        self.send_ikev2(MessageName::Ikev2(exchange, Ikev2Half::Request), message_id, kept(payloads))
    }

    /// Sends a protected request and waits for the response. Says whether it came.
    ///
    /// # Errors
    /// This machine fails.
    pub fn ask(&mut self, exchange: Ikev2Exchange, payloads: &[View<'_>]) -> Result<bool, TargetError> {
        self.request(exchange, payloads)?;
        self.wait_for(MessageName::Ikev2(exchange, Ikev2Half::Response))
    }

    /// Asks whether the target is alive (RFC 7296 2.4): an INFORMATIONAL request without payloads.
    ///
    /// # Errors
    /// This machine fails.
    pub fn ask_alive(&mut self) -> Result<bool, TargetError> {
        self.ask(Ikev2Exchange::Informational, &[])
    }

    /// The IKE_AUTH message that the tester would send now, in fragments of at most `longest` bytes each (RFC 7383).
    ///
    /// # Panics
    /// `longest` leaves no room: the check is wrong.
    pub fn authentication_in_fragments(&mut self, longest: usize) -> Vec<Vec<u8>> {
        let (name, message_id) = match self.own_role() {
            Role::Initiator => (AUTH_REQUEST, self.next_request()),
            Role::Responder => (AUTH_RESPONSE, self.answered_id(AUTH_REQUEST)),
        };
        let payloads = self.authentication_payloads(name);
        let mut body = Vec::new();
        let first = write_payloads(&payloads, &mut body).expect(FITS);
        let plain = Plain::new(self.header_ikev2(name, message_id), first, body);
        let Some(secrets) = &self.conversation.ike_sa else { return Vec::new() };
        let keys = secrets.keys.protection(self.own_role());
        protection::seal_fragments(&Provider::REAL, keys, &mut self.random, &plain, longest).expect(FITS)
    }

    /// Gives a protected message the checksum that belongs to its bytes (RFC 7296 3.14).
    pub fn renew_checksum(&self, bytes: &mut [u8]) {
        let Some(secrets) = &self.conversation.ike_sa else { return };
        let keys = secrets.keys.protection(self.own_role());
        let Some(integrity) = keys.protection().integrity() else { return };
        let covered = bytes.len().saturating_sub(integrity.value_length());
        let (covered, checksum) = bytes.split_at_mut(covered);
        let digest = Real.hmac(integrity.hash(), keys.sk_a(), &[covered]);
        checksum.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    }

    /// The bytes of a protected message of the tester with this message ID, which is not sent.
    #[must_use]
    pub fn protected(&mut self, name: MessageName, message_id: u32, payloads: &[View<'_>]) -> Vec<u8> {
        let header = self.header_ikev2(name, message_id);
        self.written(header, &kept(payloads), &[]).1
    }

    /// The header of a message of the tester.
    #[must_use]
    pub fn header_ikev2(&self, name: MessageName, message_id: u32) -> Header {
        let MessageName::Ikev2(exchange, half) = name else { unreachable!("the message is one of IKEv2") };
        let number = EXCHANGES.iter().find(|(one, _)| *one == exchange).map(|(_, number)| *number);
        let initiator = if self.own_role() == Role::Initiator { Flags::INITIATOR } else { Flags::NONE };
        let response = if half == Ikev2Half::Response { Flags::RESPONSE } else { Flags::NONE };
        Header {
            initiator_cookie: self.session.cookies.initiator,
            responder_cookie: self.session.cookies.responder,
            next_payload: PayloadType::NONE,
            version: Version::IKEV2,
            exchange_type: number.expect("every exchange has a number"),
            flags: initiator.union(response),
            message_id,
            length: 0,
        }
    }

    /// A message of this session that nothing protects.
    ///
    /// # Panics
    /// The payloads do not fit: the check is wrong.
    #[must_use]
    pub fn unprotected(&self, name: MessageName, message_id: u32, payloads: &[View<'_>]) -> Vec<u8> {
        MessageBuilder::like(&self.header_ikev2(name, message_id)).payloads(payloads).expect(FITS)
    }

    /// The message ID of the next request, which is taken by that.
    pub(super) fn next_request(&mut self) -> u32 {
        let message_id = self.ike_sa.next_request;
        self.ike_sa.next_request += 1;
        message_id
    }

    /// The message ID of the target's last request of this name.
    pub(super) fn answered_id(&self, name: MessageName) -> u32 {
        self.last_of(name).map_or(0, |seen| seen.header().message_id)
    }

    /// Makes the changes of the check to a message, and sends it. Those to the payloads of IKE_AUTH were made before.
    pub(super) fn send_ikev2(
        &mut self,
        name: MessageName,
        message_id: u32,
        payloads: Vec<Payload>,
    ) -> Result<(), TargetError> {
        if matches!(name, AUTH_REQUEST | AUTH_RESPONSE) {
            return self.send_as_is(name, message_id, payloads);
        }
        let changes = self.changes_of(name);
        let mut draft = self.draft(payloads);
        apply_content(&mut draft, &changes);
        let payloads = draft.payloads;
        self.send_as_is(name, message_id, payloads)
    }

    /// Writes, seals where there are keys for it, distorts, keeps and sends a message.
    pub(super) fn send_as_is(
        &mut self,
        name: MessageName,
        message_id: u32,
        payloads: Vec<Payload>,
    ) -> Result<(), TargetError> {
        let changes = self.changes_of(name);
        let header = self.header_ikev2(name, message_id);
        let (plain, wire) = self.written(header, &payloads, &changes);
        let remarks = changes.iter().map(|change| change.remark).collect();
        self.conversation.sent.push(Sent { name, plain, wire: wire.clone(), remarks });
        self.transmit(&wire)
    }

    /// A message in clear, and as it goes out.
    fn written(&mut self, header: Header, payloads: &[Payload], changes: &[Change]) -> (Vec<u8>, Vec<u8>) {
        let mut plain = MessageBuilder::like(&header).payloads(payloads).expect(FITS);
        let told = changes.iter().filter_map(|change| match change.action {
            Action::Ikev2Lie(lie) => Some(lie),
            _ => None,
        });
        let (of_header, of_body): (Vec<Lie>, Vec<Lie>) =
            told.partition(|lie| matches!(lie.field, Field::Header(_)));
        lies::tell(&mut plain, &of_body).expect(LIES);
        let in_clear = matches!(name_of(&header), INIT_REQUEST | INIT_RESPONSE)
            || changes.iter().any(|change| matches!(change.action, Action::InClear));
        let sealed = if in_clear { None } else { self.sealed(&plain, changes) };
        let is_sealed = sealed.is_some();
        let mut bytes = sealed.unwrap_or_else(|| plain.clone());
        lies::tell(&mut bytes, &of_header).expect(LIES);
        for change in changes {
            if let Action::Sealed(action) = change.action {
                action(&mut bytes);
            }
        }
        if is_sealed {
            self.renew_checksum(&mut bytes);
        }
        distort(&mut bytes, changes);
        (plain, bytes)
    }

    /// A message that was written in clear, sealed, if there are keys by now.
    fn sealed(&mut self, plain: &[u8], changes: &[Change]) -> Option<Vec<u8>> {
        let secrets = self.conversation.ike_sa.as_ref()?;
        let header = Header::read(plain).expect("what is written here has a header");
        let body = plain.get(Header::LENGTH..).unwrap_or_default().to_vec();
        let more = changes.iter().find_map(|change| match change.action {
            Action::Padding(more) => Some(more),
            _ => None,
        });
        let keys = secrets.keys.protection(self.own_role());
        let plain = Plain::new(header, header.next_payload, body);
        let more = more.unwrap_or_default();
        let sealed = protection::seal_padded(&Provider::REAL, keys, &mut self.random, &plain, more);
        Some(sealed.expect(FITS))
    }

    /// A message of the target in clear, and whether it is a part whose other parts are still to come.
    pub(in crate::tester) fn open_ikev2(&mut self, wire: &[u8]) -> (Vec<u8>, bool) {
        let Some(secrets) = &self.conversation.ike_sa else { return (wire.to_vec(), false) };
        let keys = secrets.keys.protection(self.conversation.role);
        match protection::open(&Provider::REAL, keys, wire) {
            Ok(part) if part.fragment.is_some() => {
                let header = part.header;
                let is_of_same = |other: &Plain| {
                    other.header.message_id == header.message_id && other.header.flags == header.flags
                };
                self.ike_sa.parts.retain(is_of_same);
                self.ike_sa.parts.push(part);
                match protection::reassemble(&self.ike_sa.parts) {
                    Some(whole) => (in_clear(&whole), false),
                    None => (in_clear(&Plain::new(header, PayloadType::NONE, Vec::new())), true),
                }
            }
            Ok(whole) => (in_clear(&whole), false),
            Err(OpenError::NotProtected) => (wire.to_vec(), false),
            Err(error) => {
                self.problem(format!("a message of the target cannot be decrypted: {error}"));
                (wire.to_vec(), false)
            }
        }
    }
}

const LIES: &str = "a check lies about fields that there are";

/// The header and the payloads of a message that was opened.
fn in_clear(plain: &Plain) -> Vec<u8> {
    let length = u32::try_from(Header::LENGTH + plain.body.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::new();
    Header { next_payload: plain.first, length, ..plain.header }.write(&mut bytes);
    bytes.extend_from_slice(&plain.body);
    bytes
}
