//! The certificate requests of a session: sent in MM3 and MM4, received and answered one after the other.

use wire::CertificateEncoding;

use crate::event::EventKind;
use crate::ids::{ProfileId, TrustpointId};
use crate::selection::{self, ChoiceReason, Scope};

use super::Context;
use super::contents::Contents;

/// What the requests received so far have led to.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReceivedRequests {
    scope: Scope,
    count: usize,
    choice: Option<TrustpointId>,
}

impl ReceivedRequests {
    /// No request yet; `profile` is the initiator's.
    pub(super) fn new(context: &Context<'_>, profile: Option<ProfileId>) -> Self {
        let scope = Scope::of(context.router, context.role, profile);
        Self { scope, count: 0, choice: None }
    }

    /// Reads the requests of a message in the order of the payloads. The first that can be answered decides; those
    /// after it are read and not answered (V1-SEL-1), also those of a later message (V1-SEL-4).
    pub(super) fn read(&mut self, context: &mut Context<'_>, contents: &Contents<'_>) {
        for request in &contents.requests {
            let encoding = request.value.encoding.0;
            let authority = request.value.authority;
            context.emit(EventKind::RequestRead { encoding, authority: request.data_range() });
            // RFC 4945 3.2.3: what asks for something else is no request for a certificate.
            if request.value.encoding != CertificateEncoding::X509_SIGNATURE {
                continue;
            }
            if self.choice.is_none() {
                let reason = if authority.is_empty() {
                    ChoiceReason::EmptyRequest { position: self.count }
                } else {
                    ChoiceReason::Request { position: self.count }
                };
                self.choice = selection::answer(
                    context.router,
                    self.scope,
                    encoding,
                    authority,
                    |trustpoint, found| {
                        context.emit(EventKind::PinExamined { trustpoint, found });
                    },
                );
                self.tell(context, reason);
            }
            self.count += 1;
        }
    }

    /// The trustpoint to sign with, now that the certificate has to be sent.
    pub(super) fn decide(&mut self, context: &mut Context<'_>) -> Option<TrustpointId> {
        // V1-SEL-6: no request at all.
        if self.choice.is_none() && self.count == 0 {
            self.choice = selection::first_usable(context.router, self.scope);
            self.tell(context, ChoiceReason::NoRequest);
        }
        self.choice
    }

    /// What the trustpoint may be chosen from.
    pub(super) fn scope(&self) -> Scope {
        self.scope
    }

    fn tell(&self, context: &mut Context<'_>, reason: ChoiceReason) {
        if let Some(trustpoint) = self.choice {
            context.emit(EventKind::TrustpointChosen { trustpoint, reason });
        }
    }
}

/// The bodies of the certificate requests to send, each told.
pub(super) fn build(context: &mut Context<'_>, profile: Option<ProfileId>) -> Vec<Vec<u8>> {
    let router = context.router;
    let requests = selection::requests(router, context.role, profile);
    let mut names = Vec::with_capacity(requests.len());
    for request in requests {
        let selection::Request { trustpoint, because, order } = request;
        context.emit(EventKind::RequestBuilt { trustpoint, because, order });
        names.extend(router.trustpoint(trustpoint).authority_name().map(|name| name.as_der().to_vec()));
    }
    names
}
