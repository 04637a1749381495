//! Where the engine and the model part, field by field.

use std::fmt;

use lab::verdict::Outcome as Ended;
use model::{Binding, Choice, DecidedBy, Outcome, Prediction, Role, Rule, RuleSet, TrustpointSet};

use super::names::canonical;
use super::observed::{Ending, Failure};
use super::{Comparison, Observed, role_name};

/// What of a [`Prediction`] is not compared, and why.
pub const NOT_COMPARED: &[(&str, &str)] = &[(
    "rules",
    "the model lists every rule that had a part, the engine those that its verdict rests on; the rule of the failure is \
     compared",
)];

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// What a router asked for, in order.
    Requests,
    /// The trustpoint that it chose to sign with.
    Trustpoint,
    /// What decided that.
    DecidedBy,
    /// Whether it signed.
    Signed,
    /// What it called itself.
    Identity,
    /// The profile of its session.
    Profile,
    /// What it validated the peer's certificate against.
    ValidationList,
    /// The trustpoint at which the peer's chain ended.
    Anchor,
    /// How the negotiation ended.
    Outcome,
    /// The message that failed.
    Message,
    /// The router that refused it.
    Router,
    /// The cause.
    Reason,
    /// The rule of the failure.
    Rule,
}

impl Field {
    /// It in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Trustpoint => "chosen trustpoint",
            Self::DecidedBy => "what decided the trustpoint",
            Self::Signed => "signature",
            Self::Identity => "identity",
            Self::Profile => "profile",
            Self::ValidationList => "validation list",
            Self::Anchor => "anchor",
            Self::Outcome => "outcome",
            Self::Message => "failing message",
            Self::Router => "failing router",
            Self::Reason => "reason",
            Self::Rule => "rule of the failure",
        }
    }

    /// How the ids of the rules begin that decide the field; none for all.
    const fn families(self) -> &'static [&'static str] {
        match self {
            Self::Requests => &["ORD-", "V1-REQ-", "V2-REQ-"],
            Self::Trustpoint | Self::DecidedBy | Self::Signed => &["ORD-", "V1-SEL-", "V2-SEL-"],
            Self::Identity => &["V1-ID-", "DEF-"],
            Self::Profile => &["V1-ID-", "V2-PRO-"],
            Self::ValidationList | Self::Anchor => &["V1-VAL-", "V2-VAL-", "V2-SEL-3", "DEF-3"],
            Self::Outcome | Self::Message | Self::Router | Self::Reason | Self::Rule => &[],
        }
    }

    fn rules(self, all: RuleSet) -> RuleSet {
        let decides = |rule: &Rule| {
            let families = self.families();
            families.is_empty() || families.iter().any(|family| rule.words().starts_with(family))
        };
        RuleSet::of(all.iter().filter(decides))
    }
}

/// A field in which the engine and the model part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub field: Field,
    /// Whose, where each router has its own.
    pub router: Option<Role>,
    /// What the engine shows.
    pub engine: String,
    /// What the model says.
    pub model: String,
    /// The rules by which the model says so.
    pub rules: RuleSet,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.field.words())?;
        if let Some(router) = self.router {
            write!(out, " of {}", role_name(router))?;
        }
        write!(out, ": the engine has {}, the model {}", self.engine, self.model)?;
        let rules: Vec<_> = self.rules.iter().map(Rule::words).collect();
        if rules.is_empty() { Ok(()) } else { write!(out, " ({})", rules.join(", ")) }
    }
}

impl Comparison<'_> {
    /// Where the engine and the model part; nothing where they agree.
    #[must_use]
    pub fn compare(&self, observed: &Observed, prediction: &Prediction) -> Vec<Difference> {
        // Both are taken apart whole, so that a field that is new cannot be forgotten here.
        let Prediction {
            requests,
            chosen,
            signed,
            identity,
            profile,
            validation_list,
            anchor,
            outcome,
            decisive,
            rules,
        } = prediction;
        let mut differences = Differences { all: Vec::new(), rules: *rules };
        for role in [Role::Initiator, Role::Responder] {
            let numbers = self.numbers[role];
            let name_of = |id| numbers.trustpoint_name(id);
            let predicted = requests[role].as_ref().map(|requests| {
                requests.iter().map(|&request| canonical(&self.negotiation, request)).collect::<Vec<_>>()
            });
            differences.of(Field::Requests, role, &observed.requests[role], &predicted, |requests| {
                told(requests, |requests| listed(requests.iter().map(|&one| numbers.request_name(one))))
            });
            let predicted = self.in_bytes(chosen[role]);
            differences.of(
                Field::Trustpoint,
                role,
                &observed.chosen[role].map(|it| it.trustpoint),
                &predicted.map(|it| it.trustpoint),
                |id| told(id, |&id| name_of(id)),
            );
            differences.of(
                Field::DecidedBy,
                role,
                &observed.chosen[role].map(|it| it.decided_by),
                &predicted.map(|it| it.decided_by),
                |by| told(by, |by| self.decided_by(role, *by)),
            );
            differences.of(Field::Signed, role, &observed.signed[role], &signed[role], bool::to_string);
            differences.of(Field::Identity, role, &observed.identity[role], &identity[role], |identity| {
                told(identity, |&identity| numbers.identity_name(identity))
            });
            differences.of(Field::Profile, role, &observed.profile[role], &profile[role], |binding| {
                match *binding {
                    Binding::Open => "none yet".to_owned(),
                    Binding::Without => "no profile".to_owned(),
                    Binding::To(id) => numbers.profile_name(id),
                }
            });
            let of_set = |set: &TrustpointSet| listed(set.iter().map(name_of));
            differences.of(
                Field::ValidationList,
                role,
                &observed.validation_list[role],
                &validation_list[role],
                |list| told(list, of_set),
            );
            differences.of(Field::Anchor, role, &observed.anchor[role], &anchor[role], |id| {
                told(id, |&id| name_of(id))
            });
        }
        differences.of_ending(&observed.ending, &predicted_ending(*outcome, *decisive));
        differences.all
    }

    /// A choice as it can be told from the bytes.
    fn in_bytes(&self, choice: Option<Choice>) -> Option<Choice> {
        let decided_by = |by| match by {
            DecidedBy::Request(request) => DecidedBy::Request(canonical(&self.negotiation, request)),
            DecidedBy::NewestEnrolment => DecidedBy::NewestEnrolment,
        };
        choice.map(|choice| Choice { decided_by: decided_by(choice.decided_by), ..choice })
    }

    /// The peer's request is told by the peer's names.
    fn decided_by(&self, role: Role, by: DecidedBy) -> String {
        match by {
            DecidedBy::Request(request) => {
                format!("the request for {}", self.numbers[role.other()].request_name(request))
            }
            DecidedBy::NewestEnrolment => "the newest enrolment".to_owned(),
        }
    }
}

/// What was found so far.
struct Differences {
    all: Vec<Difference>,
    rules: RuleSet,
}

impl Differences {
    fn of<T: PartialEq>(
        &mut self,
        field: Field,
        router: impl Into<Option<Role>>,
        engine: &T,
        model: &T,
        words: impl Fn(&T) -> String,
    ) {
        if engine != model {
            self.all.push(Difference {
                field,
                router: router.into(),
                engine: words(engine),
                model: words(model),
                rules: field.rules(self.rules),
            });
        }
    }

    fn of_ending(&mut self, engine: &Ending, model: &Ending) {
        self.of(Field::Outcome, None, &engine.outcome, &model.outcome, Ended::to_string);
        let (engine, model) = (engine.failure.as_ref(), model.failure.as_ref());
        let mut part = |field, value: fn(&Failure) -> String| {
            self.of(field, None, &engine.map(value), &model.map(value), |it| told(it, Clone::clone));
        };
        part(Field::Message, |failure| failure.message.clone());
        part(Field::Router, |failure| role_name(failure.router).to_owned());
        part(Field::Reason, |failure| failure.reason.to_owned());
        part(Field::Rule, |failure| failure.rule.unwrap_or("no rule").to_owned());
    }
}

/// The end of a prediction in the words of the engine.
fn predicted_ending(outcome: Outcome, decisive: Option<Rule>) -> Ending {
    let (outcome, failure) = match outcome {
        Outcome::Up => (Ended::Up, None),
        Outcome::NoChildSa(failure) => (Ended::NoChildSa, Some(failure)),
        Outcome::Failed(failure) => (Ended::Failed, Some(failure)),
    };
    let failure = failure.map(|failure| Failure {
        message: failure.message.words().to_owned(),
        router: failure.router,
        reason: failure.reason.words(),
        rule: decisive.map(Rule::words),
    });
    Ending { outcome, failure }
}

fn told<T>(value: &Option<T>, words: impl Fn(&T) -> String) -> String {
    value.as_ref().map_or_else(|| "nothing".to_owned(), words)
}

fn listed(items: impl Iterator<Item = String>) -> String {
    let items: Vec<_> = items.collect();
    if items.is_empty() { "an empty list".to_owned() } else { items.join(", ") }
}
