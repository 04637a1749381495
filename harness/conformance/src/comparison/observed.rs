//! What a finished negotiation of the laboratory shows, in the numbers of the model.

use ike::selection::ChoiceReason;
use ike::{FailureCode, MessageName};
use lab::negotiation::{Negotiation, NotBegun};
use lab::side::{Pair as OfSides, Side};
use lab::verdict::Outcome;
use lab::verdict::course::{Course, decisive_failure};
use model::{
    Binding, Choice, DecidedBy, Identity, Message, Pair, Reason, Request, Role, TrustpointId, TrustpointSet,
    Version,
};

use super::names::Meaning;
use super::requests::{asking_message, asks_elsewhere, requests};
use super::{Comparison, Stranger, of_both, side_of};

/// The fields of a [`model::Prediction`], as the engine shows them. Requests of IKEv1 are for the first of the CAs that
/// have the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// What each router asked for, in the order of the bytes that it sent.
    pub requests: Pair<Option<Vec<Request>>>,
    /// The trustpoint that each router chose to sign with, and what decided.
    pub chosen: Pair<Option<Choice>>,
    /// Whether the router signed.
    pub signed: Pair<bool>,
    /// What each router called itself, as the other one read it.
    pub identity: Pair<Option<Identity>>,
    /// The profile that each router bound the session to.
    pub profile: Pair<Binding>,
    /// The trustpoints that each router validated the peer's certificate against, without the built-in ones.
    pub validation_list: Pair<Option<TrustpointSet>>,
    /// The trustpoint at which each router saw the peer's chain end.
    pub anchor: Pair<Option<TrustpointId>>,
    /// How it ended.
    pub ending: Ending,
}

/// How a negotiation ended. Messages and causes are in words, because the engine has more of them than the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// With or without SAs.
    pub outcome: Outcome,
    /// What the outcome follows from, unless it is up.
    pub failure: Option<Failure>,
}

/// Where and why a negotiation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The message that was refused or could not be built.
    pub message: String,
    /// The router that refuses or cannot go on.
    pub router: Role,
    /// The code of the cause.
    pub reason: &'static str,
    /// The rule that the router tells.
    pub rule: Option<&'static str>,
}

impl Comparison<'_> {
    /// What the engine did in this negotiation, or that it could not begin.
    ///
    /// # Errors
    /// It did something with a trustpoint, profile, CA or identity that the model does not have.
    pub fn observe(&self, tried: Result<&Negotiation, NotBegun>) -> Result<Observed, Stranger> {
        let negotiation = match tried {
            Ok(negotiation) => negotiation,
            Err(error) => return self.not_begun(error),
        };
        let courses = OfSides::from_fn(|side| Course::of(negotiation, side));
        let view = View { comparison: self, negotiation, courses: &courses };
        let requests = of_both(|role| view.requests(role))?;
        Ok(Observed {
            chosen: of_both(|role| view.chosen(role, &requests))?,
            requests,
            signed: Pair {
                initiator: view.course(Role::Initiator).signed.is_some(),
                responder: view.course(Role::Responder).signed.is_some(),
            },
            identity: of_both(|role| view.identity(role))?,
            profile: of_both(|role| view.profile(role))?,
            validation_list: of_both(|role| view.validation_list(role))?,
            anchor: of_both(|role| view.anchor(role))?,
            ending: view.ending(),
        })
    }

    fn not_begun(&self, error: NotBegun) -> Result<Observed, Stranger> {
        let NotBegun::NothingToProtect = error else {
            return Err(stranger(Role::Initiator, format!("a reason not to begin: {error:?}")));
        };
        let message = match self.negotiation.version {
            Version::Ikev1 => Message::Mm1,
            Version::Ikev2 => Message::IkeSaInitRequest,
        };
        let failure = Failure {
            message: message.words().to_owned(),
            router: Role::Initiator,
            reason: Reason::NothingToBegin.words(),
            rule: None,
        };
        Ok(Observed {
            requests: Pair::default(),
            chosen: Pair::default(),
            signed: Pair::default(),
            identity: Pair::default(),
            profile: Pair::default(),
            validation_list: Pair::default(),
            anchor: Pair::default(),
            ending: Ending { outcome: Outcome::Failed, failure: Some(failure) },
        })
    }
}

fn stranger(router: Role, what: String) -> Stranger {
    Stranger { router, what }
}

/// A negotiation, looked at from each role.
struct View<'a> {
    comparison: &'a Comparison<'a>,
    negotiation: &'a Negotiation,
    courses: &'a OfSides<Course<'a>>,
}

impl<'a> View<'a> {
    fn side(&self, role: Role) -> Side {
        side_of(self.negotiation.initiator, role)
    }

    fn course(&self, role: Role) -> &'a Course<'a> {
        &self.courses[self.side(role)]
    }

    fn requests(&self, role: Role) -> Result<Option<Vec<Request>>, Stranger> {
        let (numbers, version) = (self.comparison.numbers[role], self.comparison.negotiation.version);
        if let Some(message) = asks_elsewhere(self.negotiation, self.side(role), version, role) {
            return Err(stranger(role, format!("requests in {message}")));
        }
        let message = asking_message(version, role);
        let Some(sent) = requests(self.negotiation, self.side(role), message) else { return Ok(None) };
        let known = sent.into_iter().map(|bytes| {
            let unknown = || stranger(role, format!("a request for an unknown CA: {bytes:02x?}"));
            numbers.request(bytes).ok_or_else(unknown)
        });
        known.collect::<Result<_, _>>().map(Some)
    }

    fn chosen(&self, role: Role, requests: &Pair<Option<Vec<Request>>>) -> Result<Option<Choice>, Stranger> {
        let Some((trustpoint, reason)) = self.course(role).chosen else { return Ok(None) };
        let trustpoint = self.trustpoint(role, trustpoint)?;
        let decided_by = match reason {
            ChoiceReason::Request { position } | ChoiceReason::Hash { position, .. } => {
                let received = requests[role.other()].as_deref().unwrap_or_default();
                let of_no_request = || {
                    stranger(role, format!("answered the request at place {position}, which there is not"))
                };
                DecidedBy::Request(*received.get(position).ok_or_else(of_no_request)?)
            }
            ChoiceReason::EmptyRequest { .. } | ChoiceReason::NoRequest | ChoiceReason::NoHash => {
                DecidedBy::NewestEnrolment
            }
        };
        Ok(Some(Choice { trustpoint, decided_by }))
    }

    fn trustpoint(&self, role: Role, id: ike::TrustpointId) -> Result<TrustpointId, Stranger> {
        match self.comparison.numbers[role].meaning(id) {
            Meaning::Trustpoint(id) => Ok(id),
            Meaning::BuiltIn(built_in) => {
                Err(stranger(role, format!("a use for the built-in trustpoint {built_in:?}")))
            }
            Meaning::Nothing => Err(stranger(role, format!("a trustpoint without a number, {}", id.index()))),
        }
    }

    fn identity(&self, role: Role) -> Result<Option<Identity>, Stranger> {
        let Some(read) = self.course(role.other()).identity else { return Ok(None) };
        let unknown = || stranger(role, format!("an identity without a number: {read:?}"));
        self.comparison.numbers[role].identity(read).map(Some).ok_or_else(unknown)
    }

    fn profile(&self, role: Role) -> Result<Binding, Stranger> {
        let course = self.course(role);
        let index = match (self.comparison.negotiation.version, role) {
            (Version::Ikev1, Role::Initiator) => {
                course.began.map(|(_, profile)| profile.map(|it| it.index()))
            }
            (Version::Ikev2, Role::Initiator) => Some(course.ikev2.began.map(|it| it.index())),
            (Version::Ikev1, Role::Responder) => course.matched.map(|it| it.map(|it| it.profile.index())),
            (Version::Ikev2, Role::Responder) => {
                course.ikev2.matched.map(|it| it.map(|it| it.profile.index()))
            }
        };
        let unknown = |index| stranger(role, format!("a profile without a number, {index}"));
        match index {
            None => Ok(Binding::Open),
            Some(None) => Ok(Binding::Without),
            Some(Some(index)) => {
                let profile = self.comparison.numbers[role].profile(index);
                profile.map(Binding::To).ok_or_else(|| unknown(index))
            }
        }
    }

    fn validation_list(&self, role: Role) -> Result<Option<TrustpointSet>, Stranger> {
        let Some(validation) = self.course(role).validation else { return Ok(None) };
        let numbers = self.comparison.numbers[role];
        // No chain can be seen to end at a built-in one.
        let listed = validation.list.iter().copied();
        let listed = listed.filter(|&id| !matches!(numbers.meaning(id), Meaning::BuiltIn(_)));
        let mut list = TrustpointSet::EMPTY;
        for id in listed {
            list.insert(self.trustpoint(role, id)?);
        }
        Ok(Some(list))
    }

    fn anchor(&self, role: Role) -> Result<Option<TrustpointId>, Stranger> {
        let result = self.course(role).validation.and_then(|validation| validation.result);
        result.and_then(Result::ok).map(|id| self.trustpoint(role, id)).transpose()
    }

    fn ending(&self) -> Ending {
        let outcome = Outcome::of(self.courses);
        if outcome == Outcome::Up {
            return Ending { outcome, failure: None };
        }
        let role = |side| if side == self.negotiation.initiator { Role::Initiator } else { Role::Responder };
        let failure = match decisive_failure(self.negotiation, outcome) {
            Some((side, failure)) => Failure {
                message: failure.message.to_string(),
                router: role(side),
                reason: failure.code.as_str(),
                rule: failure.rule.map(|rule| rule.id()),
            },
            None => Failure {
                message: MessageName::Unknown.to_string(),
                router: Role::Initiator,
                reason: FailureCode::NoAnswer.as_str(),
                rule: None,
            },
        };
        Ending { outcome, failure: Some(failure) }
    }
}
