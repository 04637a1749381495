//! What both versions do in the same way: choosing, signing and validating as steps of a negotiation, and how it stops.

use crate::few::Set;
use crate::negotiation::{Negotiation, Pair, Role};
use crate::prediction::{Failure, Message, Outcome, Prediction, Reason};
use crate::router::{Certificate, Enrolment, Profile};
use crate::rule::{Rule, RuleSet};

use super::validation;

/// A prediction before anything has happened.
pub(super) fn nothing_yet() -> Prediction {
    Prediction {
        requests: Pair::default(),
        chosen: Pair::default(),
        signed: Pair::default(),
        identity: Pair::default(),
        profile: Pair::default(),
        validation_list: Pair::default(),
        anchor: Pair::default(),
        outcome: Outcome::Up,
        decisive: None,
        rules: RuleSet::EMPTY,
    }
}

/// Where a negotiation stops before it is up.
pub(super) struct Stop {
    authenticated: bool,
    failure: Failure,
    decisive: Option<Rule>,
}

impl Stop {
    /// It ends unauthenticated, by no rule of its own.
    pub(super) fn failed(message: Message, router: Role, reason: Reason) -> Self {
        Self { authenticated: false, failure: Failure { message, router, reason }, decisive: None }
    }

    /// It is authenticated, and the responder refuses the IPsec SA.
    pub(super) fn no_child_sa(message: Message, reason: Reason) -> Self {
        let failure = Failure { message, router: Role::Responder, reason };
        Self { authenticated: true, failure, decisive: None }
    }

    /// The same, by this rule.
    pub(super) fn by(self, rule: impl Into<Option<Rule>>) -> Self {
        Self { decisive: rule.into(), ..self }
    }
}

/// The prediction of a negotiation that went as far as this.
pub(super) fn ended(mut prediction: Prediction, end: Result<(), Stop>) -> Prediction {
    if let Err(stop) = end {
        prediction.outcome = match stop.authenticated {
            true => Outcome::NoChildSa(stop.failure),
            false => Outcome::Failed(stop.failure),
        };
        prediction.decisive = stop.decisive;
        stop.decisive.into_iter().for_each(|rule| prediction.rules.insert(rule));
    }
    prediction
}

/// The certificate and key that a router chose; without them it fails at the message that would carry the certificate.
pub(super) fn chosen<'a>(
    negotiation: &Negotiation<'a>,
    so_far: &Prediction,
    role: Role,
    message: Message,
    otherwise: Rule,
) -> Result<&'a Enrolment, Stop> {
    let chosen = so_far.chosen[role];
    let enrolment = chosen.and_then(|choice| negotiation.router(role).enrolment(choice.trustpoint));
    enrolment.ok_or_else(|| Stop::failed(message, role, Reason::NoCertificateToSend).by(otherwise))
}

/// A router signs, and its certificate goes out.
pub(super) fn signs<'a>(
    so_far: &mut Prediction,
    role: Role,
    message: Message,
    enrolment: &'a Enrolment,
) -> Result<&'a Certificate, Stop> {
    if enrolment.cannot_sign {
        return Err(Stop::failed(message, role, Reason::CannotSign));
    }
    so_far.signed[role] = true;
    Ok(&enrolment.certificate)
}

/// A router validates the certificate that its peer signed with, in a session that is bound to this profile.
pub(super) fn validates(
    negotiation: &Negotiation<'_>,
    so_far: &mut Prediction,
    role: Role,
    profile: Option<&Profile>,
    message: Message,
) -> Result<(), Stop> {
    let list = so_far.rules.take(validation::list(negotiation, role, profile));
    so_far.validation_list[role] = Some(Set::of(list.iter().copied()));
    let Some(peers) = so_far.signed_with(role.other()) else {
        return Err(Stop::failed(message, role, Reason::NoCertificateReceived));
    };
    let result = so_far.rules.take(validation::result(negotiation, role, list, peers));
    so_far.anchor[role] = result.ok();
    match result {
        Ok(_) => Ok(()),
        Err(reason) => {
            let refused = Stop::failed(message, role, reason);
            Err(refused.by(validation::rule(negotiation.version, Some(reason))))
        }
    }
}
