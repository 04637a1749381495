//! What one router did in a negotiation: the decisions among its events. What they come to is judged in [`super`].

use ike::selection::{ChoiceReason, ProfileMatch, Request, ikev2};
use ike::{
    AnyProfileId, Event, EventKind, Failure, FailureCode, Identity, IkeVersion, Ikev2Event, Ikev2PolicyId,
    Ikev2ProfileId, MessageProblem, PolicyId, ProfileId, ProtectionId, QuickModeState, TrustpointId,
};
use pki::RevocationMethod;

use super::Outcome;
use crate::negotiation::Negotiation;
use crate::side::Side;

/// The decisions of one router.
#[derive(Clone, Debug, Default)]
pub struct Course<'a> {
    /// With what it began, and the profile that this names.
    pub began: Option<(ProtectionId, Option<ProfileId>)>,
    /// The policy whose transform it accepted.
    pub policy: Option<PolicyId>,
    /// The requests that it sent.
    pub requests: Vec<Request>,
    /// The trustpoints that it looked up in its profile before it signed, and whether they were found.
    pub examined: Vec<(TrustpointId, bool)>,
    /// What it chose to sign with, and why.
    pub chosen: Option<(TrustpointId, ChoiceReason)>,
    /// What it signed with.
    pub signed: Option<TrustpointId>,
    /// What the peer said it is.
    pub identity: Option<&'a Identity>,
    /// The profile that the peer's identity matches; `Some(None)` when it was looked for and not found.
    pub matched: Option<Option<ProfileMatch>>,
    /// The validation of the peer's certificate.
    pub validation: Option<Validation<'a>>,
    /// What settled that the peer's certificate counts as not revoked.
    pub revocation: Option<RevocationMethod>,
    /// What was wrong with the last message of the peer that it could not use.
    pub passed_over: Option<&'a MessageProblem>,
    /// The protection that was found for the traffic.
    pub protection: Option<ProtectionId>,
    /// Whether the peer is authenticated.
    pub authenticated: bool,
    /// Whether the IPsec SAs exist, and, in IKEv1, the peer is known to have them too.
    pub child_established: bool,
    /// What only IKEv2 decides.
    pub ikev2: Ikev2Course,
}

/// The decisions that only IKEv2 has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ikev2Course {
    /// The profile that it began with.
    pub began: Option<Ikev2ProfileId>,
    /// The profile that the peer selects; `Some(None)` when it was looked for and not found.
    pub matched: Option<Option<ikev2::ProfileMatch>>,
    /// The policy for its address.
    pub policy: Option<Ikev2PolicyId>,
    /// How the peer authenticates.
    pub method: Option<u8>,
}

/// A validation of the peer's certificate.
#[derive(Clone, Copy, Debug)]
pub struct Validation<'a> {
    /// The profile whose pins are the list.
    pub pinned_by: Option<AnyProfileId>,
    /// The trustpoints that it was validated against.
    pub list: &'a [TrustpointId],
    /// The trustpoint at which the chain ends, or why it was refused.
    pub result: Option<Result<TrustpointId, &'a pki::Refusal>>,
}

impl<'a> Course<'a> {
    /// The decisions of `side`.
    #[must_use]
    pub fn of(negotiation: &'a Negotiation, side: Side) -> Self {
        let mut course = Self::default();
        for (_, event) in negotiation.events.iter().filter(|(router, _)| *router == side) {
            course.follow(event);
        }
        course
    }

    fn follow(&mut self, event: &'a Event) {
        match &event.kind {
            EventKind::Requested { protection, profile, .. } => {
                self.began = Some((*protection, profile.and_then(AnyProfileId::isakmp)));
                self.ikev2.began = profile.and_then(AnyProfileId::ikev2);
            }
            EventKind::TransformChecked { policy, mismatch: None, .. } => self.policy = Some(*policy),
            EventKind::RequestBuilt { trustpoint, because, order } => {
                let request = Request { trustpoint: *trustpoint, because: *because, order: *order };
                // IKE_SA_INIT may be answered more than once.
                if !self.requests.contains(&request) {
                    self.requests.push(request);
                }
            }
            EventKind::PinExamined { trustpoint, found } => self.examined.push((*trustpoint, *found)),
            EventKind::TrustpointChosen { trustpoint, reason } => self.chosen = Some((*trustpoint, *reason)),
            EventKind::Signed { trustpoint } => self.signed = Some(*trustpoint),
            EventKind::IdentityRead { identity, .. } => self.identity = Some(identity),
            EventKind::ProfileMatched { matched } => self.matched = Some(*matched),
            EventKind::ValidationStarted { pinned_by, list } => {
                self.validation = Some(Validation { pinned_by: *pinned_by, list, result: None });
            }
            EventKind::ValidationFinished { result } => {
                if let Some(validation) = &mut self.validation {
                    validation.result = Some(result.as_ref().map(|&id| id).map_err(|refusal| &**refusal));
                }
            }
            EventKind::RevocationChecked { methods, .. } => self.revocation = methods.first().copied(),
            EventKind::ChildProposalChecked { protection, .. }
            | EventKind::ProfileNotTheTunnels { protection, .. } => self.protection = Some(*protection),
            EventKind::Ignored { problem: MessageProblem::Unexpected | MessageProblem::Replayed } => {}
            EventKind::Ignored { problem } => self.passed_over = Some(problem),
            EventKind::Authenticated { .. } => self.authenticated = true,
            EventKind::QuickModeStateChanged { to: QuickModeState::Complete, .. } => {
                self.child_established = true;
            }
            EventKind::ChildEstablished { .. } if event.version == IkeVersion::V2 => {
                self.child_established = true;
            }
            EventKind::Ikev2(kind) => self.ikev2.follow(kind),
            _ => {}
        }
    }

    /// The profile of the session: the one that it began with, or that the peer's identity selected.
    #[must_use]
    pub fn profile(&self) -> Option<ProfileId> {
        match self.began {
            Some((_, profile)) => profile,
            None => self.matched.flatten().map(|matched| matched.profile),
        }
    }
}

impl Ikev2Course {
    fn follow(&mut self, kind: &Ikev2Event) {
        match kind {
            Ikev2Event::PolicySearched { policy } => self.policy = *policy,
            Ikev2Event::ProfileSearched { matched } => self.matched = Some(*matched),
            Ikev2Event::AuthenticationMethodRead { method } => self.method = Some(*method),
            _ => {}
        }
    }

    /// The profile of the session: the one that it began with, or that the peer selected.
    #[must_use]
    pub fn profile(&self) -> Option<Ikev2ProfileId> {
        self.began.or_else(|| self.matched.flatten().map(|matched| matched.profile))
    }
}

/// The failure that the others follow from, in a negotiation that ended so: the first that is not only about the peer's
/// silence or refusal, else the first. Where a router is not even authenticated it is not that of the Child SA, which a
/// responder of IKEv2 refuses before the initiator has judged it (V2-PRO-3).
#[must_use]
pub fn decisive_failure(negotiation: &Negotiation, outcome: Outcome) -> Option<(Side, &Failure)> {
    let failures = || {
        negotiation.events.iter().filter_map(|(side, event)| match &event.kind {
            EventKind::Failed(failure) => Some((*side, failure)),
            _ => None,
        })
    };
    let follows = |code| matches!(code, FailureCode::NoAnswer | FailureCode::RefusedByPeer);
    let causes = || failures().filter(|(_, failure)| !follows(failure.code));
    let ends_it = |failure: &Failure| outcome != Outcome::Failed || !failure.code.is_of_child();
    causes().find(|(_, failure)| ends_it(failure)).or_else(|| causes().next()).or_else(|| failures().next())
}
