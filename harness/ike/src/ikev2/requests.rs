//! Certificate requests: the hashes to send, and the trustpoint that the hashes received choose.

use wire::ikev2::{Authorities, Sha1Hash};

use crate::context::Context;
use crate::event::{EventKind, Ikev2Event};
use crate::ids::{Ikev2ProfileId, TrustpointId};
use crate::selection::{self, ChoiceReason, ikev2 as choice};

use super::contents::Contents;

/// The hashes of the CERTREQ to send, each told: without a profile those of the IKE_SA_INIT response (V2-REQ-2), with an
/// initiator's those of the IKE_AUTH request (V2-REQ-3).
pub(super) fn build(context: &mut Context<'_>, initiator_profile: Option<Ikev2ProfileId>) -> Vec<Sha1Hash> {
    let router = context.router;
    let mut hashes = Vec::new();
    for selection::Request { trustpoint, because, order } in choice::requests(router, initiator_profile) {
        context.emit(EventKind::RequestBuilt { trustpoint, because, order });
        hashes.extend(router.request_hashes().hash_of(trustpoint).copied());
    }
    hashes
}

/// The requests of the peer, read and kept until the certificate has to be chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct ReceivedRequests {
    /// The hashes of all CERTREQs that can be answered, in their order; an empty CERTREQ is `None`.
    hashes: Vec<Option<Sha1Hash>>,
}

/// At most so many hashes of a message are looked at: those of a thousand CAs, and to spare.
const MOST_HASHES: usize = 2048;

impl ReceivedRequests {
    /// Reads the CERTREQs of a message, and tells each.
    pub(super) fn read(context: &mut Context<'_>, contents: &Contents<'_>) -> Self {
        let mut requests = Self::default();
        for request in &contents.requests {
            let encoding = request.value.encoding.0;
            context
                .emit(EventKind::Ikev2(Ikev2Event::RequestsRead { encoding, hashes: request.data_range() }));
            // V2-REQ-2: what asks for something else is no request for a certificate.
            let Authorities::KeyHashes(hashes) = request.value.authorities else { continue };
            if !choice::is_answered(encoding) {
                continue;
            }
            if hashes.is_empty() {
                requests.hashes.push(None);
            }
            let room = MOST_HASHES.saturating_sub(requests.hashes.len());
            requests.hashes.extend(hashes.iter().copied().take(room).map(Some));
        }
        requests
    }

    /// The trustpoint to sign with, or `None`: the first hash that can be answered decides (V2-SEL-1, V2-SEL-4).
    pub(super) fn choose(&self, context: &mut Context<'_>, scope: choice::Scope) -> Option<TrustpointId> {
        let (router, role) = (context.router, context.role);
        let (trustpoint, reason) = if self.hashes.is_empty() {
            (choice::first_usable(router, scope)?, ChoiceReason::NoHash) // V2-SEL-5
        } else {
            self.hashes.iter().enumerate().find_map(|(position, hash)| match hash {
                None => Some((choice::first_usable(router, scope)?, ChoiceReason::NoHash)),
                Some(hash) => {
                    let retrieved = |_, trustpoint| {
                        let event = Ikev2Event::TrustpointRetrieved { position, trustpoint };
                        context.emit(EventKind::Ikev2(event));
                    };
                    let (trustpoint, _) = choice::answer(router, scope, hash, retrieved)?;
                    Some((trustpoint, ChoiceReason::Hash { position, role }))
                }
            })?
        };
        context.emit(EventKind::TrustpointChosen { trustpoint, reason });
        Some(trustpoint)
    }
}
