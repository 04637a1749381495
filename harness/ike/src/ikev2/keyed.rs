//! What an IKE SA has between IKE_SA_INIT and IKE_AUTH: its keys, and what they and the proofs are made of.

use std::sync::Arc;

use wire::ikev2::{HashAlgorithm as HashNumber, NotificationContent, NotifyType};

use crate::context::Context;
use crate::event::{EventKind, Ikev2Event};
use crate::keys::Nonces;
use crate::keys::ikev2::IkeSaKeys;
use crate::nat::NatStatus;
use crate::state::Role;

use super::contents::Contents;
use super::proposals::Parameters;
use super::requests::ReceivedRequests;
use super::{Session, authentication};

/// What IKE_SA_INIT has settled.
#[derive(Debug)]
pub(super) struct Keyed {
    pub(super) keys: IkeSaKeys,
    /// Ni and Nr.
    pub(super) nonces: [Vec<u8>; 2],
    /// RealMessage1 and RealMessage2 (RFC 7296 2.15).
    pub(super) messages: [Vec<u8>; 2],
    pub(super) nat: NatStatus,
    /// The longest packet, where both sides fragment messages (RFC 7383 2.3).
    pub(super) mtu: Option<u16>,
    /// The hashes that the peer was told it may sign with (RFC 7427 4).
    pub(super) own_hashes: Vec<HashNumber>,
    /// Those of them that the peer takes too: what this side may sign with.
    pub(super) common_hashes: Vec<HashNumber>,
    /// An initiator's: those of the IKE_SA_INIT response.
    pub(super) requests: ReceivedRequests,
    /// An initiator's: the SPI that it has offered.
    pub(super) inbound_spi: u32,
}

impl Keyed {
    /// Derives the keys and tells so.
    pub(super) fn derive(
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
    pub(super) fn note_abilities(&mut self, context: &Context<'_>, contents: &Contents<'_>) {
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
