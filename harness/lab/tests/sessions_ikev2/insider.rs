//! Messages of host 1 that no router would send, made by a test that has the keys of its session.

use std::sync::Arc;

use crypto::{Provider, SeededRandom};
use ike::keys::ikev2::ProtectionKeys;
use ike::protection::ikev2::{Plain, open, seal, seal_fragments};
use ike::{EventKind, Ikev2Event, Limits, Path};
use wire::ikev2::{Payload, write_payloads};
use wire::{ExchangeType, Flags, Header, PayloadType, Version};

use crate::routers::Pair;
use crate::usual;

/// Two routers whose keys are told.
pub fn revealing() -> Pair {
    Pair::with_limits(usual(), Limits { reveal_keys: true, ..Limits::default() })
}

pub struct Insider {
    spis: [[u8; 8]; 2],
    /// Of the initiator's messages, and of the responder's.
    keys: Arc<[ProtectionKeys; 2]>,
    /// From host 1 to host 2.
    path: Path,
    random: SeededRandom,
}

impl Insider {
    /// Of the session that host 1 has begun, once it has keys.
    pub fn of(pair: &Pair) -> Self {
        let told = pair.events[0].iter().find_map(|event| match &event.kind {
            EventKind::Ikev2(Ikev2Event::KeysDerived { spis, keys: Some(keys) }) => {
                Some((*spis, Arc::clone(keys)))
            }
            _ => None,
        });
        let (spis, keys) = told.unwrap();
        let (_, path, _) = pair.sent.iter().find(|(from, ..)| *from == 1).unwrap();
        Self { spis, keys, path: *path, random: SeededRandom::from_seed(77) }
    }

    /// A request of host 1.
    pub fn request(
        &mut self,
        exchange_type: ExchangeType,
        message_id: u32,
        payloads: &[Payload<'_>],
    ) -> (u8, Path, Vec<u8>) {
        let [initiator_cookie, responder_cookie] = self.spis;
        let header = Header {
            initiator_cookie,
            responder_cookie,
            next_payload: PayloadType::NONE,
            version: Version::IKEV2,
            exchange_type,
            flags: Flags::INITIATOR,
            message_id,
            length: 0,
        };
        let mut body = Vec::new();
        let first = write_payloads(payloads, &mut body).unwrap();
        let plain = Plain::new(header, first, body);
        let [of_initiator, _] = &*self.keys;
        let bytes = seal(&Provider::REAL, of_initiator, &mut self.random, &plain).unwrap();
        (1, self.path, bytes)
    }

    /// A message of host 1 in fragments of so many bytes.
    pub fn fragment(&mut self, message: &[u8], longest: usize) -> Vec<(u8, Path, Vec<u8>)> {
        let [of_initiator, _] = &*self.keys;
        let plain = open(&Provider::REAL, of_initiator, message).unwrap();
        let fragments =
            seal_fragments(&Provider::REAL, of_initiator, &mut self.random, &plain, longest).unwrap();
        fragments.into_iter().map(|bytes| (1, self.path, bytes)).collect()
    }

    /// What is in a message of host 2.
    pub fn open(&self, message: &[u8]) -> Plain {
        let [_, of_responder] = &*self.keys;
        open(&Provider::REAL, of_responder, message).unwrap()
    }
}
