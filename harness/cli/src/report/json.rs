//! The report of `check` as JSON: schema `ikespec.check/1`, field by field as README.md describes it.

use std::collections::BTreeMap;

use conformance::rules::{self, Status};
use ike::{IkeVersion, Origin, Rule};
use ios::{Location, Sources};
use lab::advice::{self, Advice, Change, Edit, Remedy};
use lab::complete::{Assumption, World};
use lab::negotiation::Message;
use lab::side::Side;
use lab::verdict::{Alternative, CertificateUse, Direction, FailureReport, Outcome, Reason};
use serde::Serialize;

use super::verdict::{not_begun, waiting};
use crate::check::{CheckedPair, Harm, Tried};

/// The whole report, one line.
pub fn print(pair: &CheckedPair) -> String {
    line(&report(pair))
}

/// An object as one line.
pub(super) fn line(object: &impl Serialize) -> String {
    let json = serde_json::to_string(object).expect("strings, numbers and lists are JSON");
    format!("{json}\n")
}

/// The object of one pair.
pub(super) fn report(pair: &CheckedPair) -> Report<'_> {
    let CheckedPair { input, tried, advice, harms } = pair;
    let writer = Writer { world: &input.world, sources: &input.texts.sources };
    Report {
        schema: "ikespec.check/1",
        scenario: &input.name,
        directions: tried.iter().map(|tried| writer.direction(tried)).collect(),
        repairs: advice
            .iter()
            .enumerate()
            .map(|(place, advice)| writer.repair(advice, harms.get(place).and_then(Option::as_deref)))
            .collect(),
    }
}

/// The object of schema `ikespec.check/1`.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    schema: &'static str,
    scenario: &'a str,
    directions: Vec<DirectionReport<'a>>,
    repairs: Vec<RepairObject<'a>>,
}

#[derive(Serialize)]
struct DirectionReport<'a> {
    initiator: &'a str,
    responder: &'a str,
    version: String,
    outcome: &'static str,
    failure: Option<FailureObject<'a>>,
    alternatives: Vec<AlternativeObject<'a>>,
    because: Vec<ReasonObject<'a>>,
    assumptions: Vec<AssumptionObject<'a>>,
    profiles: BTreeMap<&'a str, Option<&'a str>>,
    certificates: BTreeMap<&'a str, Option<CertificateObject<'a>>>,
    validated_against: BTreeMap<&'a str, &'a [String]>,
    messages: Vec<MessageObject<'a>>,
}

#[derive(Serialize)]
struct FailureObject<'a> {
    message: String,
    router: &'a str,
    code: &'static str,
    rule: Option<&'static str>,
    text: String,
}

#[derive(Serialize)]
struct AlternativeObject<'a> {
    when: &'a str,
    outcome: &'static str,
    failure: Option<FailureObject<'a>>,
    because: Vec<ReasonObject<'a>>,
}

#[derive(Serialize)]
struct ReasonObject<'a> {
    rule: Option<&'static str>,
    status: Option<&'static str>,
    /// Which part of a documented rule is inferred.
    inferred_part: Option<&'a str>,
    router: &'a str,
    #[serde(flatten)]
    place: PlaceObject<'a>,
    /// The other lines that it rests on.
    also: Vec<PlaceObject<'a>>,
    default: bool,
    text: &'a str,
}

/// A line of a text.
#[derive(Default, Serialize)]
pub(super) struct PlaceObject<'a> {
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct AssumptionObject<'a> {
    router: Option<&'a str>,
    code: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct CertificateObject<'a> {
    trustpoint: &'a str,
    subject: &'a str,
    because: &'a str,
}

#[derive(Serialize)]
struct MessageObject<'a> {
    seq: usize,
    name: String,
    from: &'a str,
    time_ms: u128,
    isakmp_length: usize,
    ip_length: usize,
    payloads: &'a [String],
    encrypted: bool,
    cert_requests: &'a [String],
    retransmission: bool,
    lost: bool,
}

#[derive(Serialize)]
struct RepairObject<'a> {
    rule: &'static str,
    also: Vec<&'static str>,
    text: &'a str,
    latent: Option<&'a str>,
    because: Vec<PlaceObject<'a>>,
    changes: Vec<ChangeObject<'a>>,
    /// By initiator.
    tried: Option<BTreeMap<&'a str, Option<&'static str>>>,
    /// The directions of other pairs that it takes down.
    harms: Option<Vec<HarmObject<'a>>>,
}

#[derive(Serialize)]
struct HarmObject<'a> {
    initiator: &'a str,
    responder: &'a str,
    outcome: Option<&'static str>,
}

#[derive(Serialize)]
struct ChangeObject<'a> {
    router: &'a str,
    file: &'a str,
    /// The line that goes, or that the others come after.
    line: u32,
    section: &'a str,
    remove: Vec<&'a str>,
    insert: &'a [String],
}

/// Turns values of the lab into objects of the schema.
struct Writer<'a> {
    world: &'a World,
    sources: &'a Sources,
}

impl<'a> Writer<'a> {
    fn name(&self, side: Side) -> &'a str {
        &self.world.names[side]
    }

    fn by_name<T>(&self, mut of: impl FnMut(Side) -> T) -> BTreeMap<&'a str, T> {
        Side::BOTH.into_iter().map(|side| (self.name(side), of(side))).collect()
    }

    fn direction(&self, tried: &'a Tried) -> DirectionReport<'a> {
        let initiator = tried.initiator;
        let (initiator_name, responder) = (self.name(initiator), self.name(initiator.other()));
        let empty = DirectionReport {
            initiator: initiator_name,
            responder,
            version: self.version(tried).to_string(),
            outcome: Outcome::Failed.as_str(),
            failure: None,
            alternatives: Vec::new(),
            because: Vec::new(),
            assumptions: Vec::new(),
            profiles: self.by_name(|_| None),
            certificates: self.by_name(|_| None),
            validated_against: self.by_name(|_| Default::default()),
            messages: Vec::new(),
        };
        match &tried.result {
            Ok(direction) => self.tried(empty, direction),
            Err(reason) => DirectionReport {
                failure: Some(FailureObject {
                    message: match self.version(tried) {
                        IkeVersion::V1 => "MM1",
                        IkeVersion::V2 => "IKE_SA_INIT request",
                    }
                    .to_owned(),
                    router: initiator_name,
                    code: "nothing-to-begin",
                    rule: None,
                    text: match &tried.waits {
                        Some(waits) => waiting(initiator_name, waits),
                        None => not_begun(reason, initiator_name, responder),
                    },
                }),
                ..empty
            },
        }
    }

    /// The version that the direction was tried in; where it has nothing to begin with, the one in which the responder
    /// would begin.
    fn version(&self, tried: &Tried) -> IkeVersion {
        match &tried.result {
            Ok(direction) => direction.negotiation.version(),
            Err(_) => {
                let mut entries = self.world.routers[tried.initiator.other()].protections().iter();
                if entries.any(|entry| entry.profile.ikev2().is_some()) {
                    IkeVersion::V2
                } else {
                    IkeVersion::V1
                }
            }
        }
    }

    fn tried(&self, empty: DirectionReport<'a>, direction: &'a Direction) -> DirectionReport<'a> {
        let Direction { verdict, negotiation } = direction;
        let certificate = |used: &'a CertificateUse| CertificateObject {
            trustpoint: &used.trustpoint,
            subject: &used.subject,
            because: &used.because,
        };
        DirectionReport {
            outcome: verdict.outcome.as_str(),
            failure: verdict.failure.as_ref().map(|failure| self.failure(failure)),
            alternatives: verdict
                .alternatives
                .iter()
                .map(|alternative| self.alternative(alternative))
                .collect(),
            because: verdict.because.iter().map(|reason| self.reason(reason)).collect(),
            assumptions: verdict.assumptions.iter().map(|assumption| self.assumption(assumption)).collect(),
            profiles: self.by_name(|side| verdict.profiles[side].as_deref()),
            certificates: self.by_name(|side| verdict.certificates[side].as_ref().map(certificate)),
            validated_against: self.by_name(|side| verdict.validated_against[side].as_slice()),
            messages: negotiation.messages.iter().map(|message| self.message(message)).collect(),
            ..empty
        }
    }

    fn failure(&self, failure: &FailureReport) -> FailureObject<'a> {
        FailureObject {
            message: failure.message.to_string(),
            router: self.name(failure.router),
            code: failure.code.as_str(),
            rule: failure.rule.map(Rule::id),
            text: failure.text.clone(),
        }
    }

    fn alternative(&self, alternative: &'a Alternative) -> AlternativeObject<'a> {
        AlternativeObject {
            when: &alternative.when,
            outcome: alternative.outcome.as_str(),
            failure: alternative.failure.as_ref().map(|failure| self.failure(failure)),
            because: alternative.because.iter().map(|reason| self.reason(reason)).collect(),
        }
    }

    fn reason(&self, reason: &'a Reason) -> ReasonObject<'a> {
        let mut places = reason.origins.iter().filter_map(|origin| self.place(*origin));
        let place = places.next();
        let (status, inferred_part) = reason.rule.map_or((None, None), status);
        ReasonObject {
            rule: reason.rule.map(Rule::id),
            status,
            inferred_part,
            router: self.name(reason.router),
            default: reason.rests_on_default(),
            place: place.unwrap_or_default(),
            also: places.collect(),
            text: &reason.text,
        }
    }

    fn place(&self, origin: Origin) -> Option<PlaceObject<'a>> {
        place(self.sources, origin)
    }

    fn repair(&self, advice: &'a Advice, harms: Option<&'a [Harm]>) -> RepairObject<'a> {
        let Advice { rule, also, text, latent, lines, remedy } = advice;
        let changes = remedy.iter().flat_map(|remedy| &remedy.changes);
        RepairObject {
            rule: rule.id(),
            also: also.iter().copied().map(advice::Rule::id).collect(),
            text,
            latent: latent.as_deref(),
            because: lines.iter().filter_map(|line| self.place(*line)).collect(),
            changes: changes.filter_map(|change| self.change(change)).collect(),
            tried: remedy
                .as_ref()
                .map(|Remedy { tried, .. }| self.by_name(|initiator| tried[initiator].map(Outcome::as_str))),
            harms: harms.filter(|_| remedy.is_some()).map(|harms| {
                let object = |harm: &'a Harm| HarmObject {
                    initiator: &harm.initiator,
                    responder: &harm.responder,
                    outcome: harm.outcome.map(Outcome::as_str),
                };
                harms.iter().map(object).collect()
            }),
        }
    }

    fn change(&self, change: &'a Change) -> Option<ChangeObject<'a>> {
        let Location { file, line, line_text, .. } = self.sources.locate(change.at)?;
        Some(ChangeObject {
            router: self.name(change.router),
            file,
            line,
            section: self.sources.locate(change.section)?.line_text.trim(),
            remove: if change.edit == Edit::Remove { vec![line_text] } else { Vec::new() },
            insert: change.edit.inserted(),
        })
    }

    fn assumption(&self, assumption: &'a Assumption) -> AssumptionObject<'a> {
        AssumptionObject {
            router: Some(self.name(assumption.router)),
            code: assumption.code,
            text: &assumption.text,
        }
    }

    fn message(&self, message: &'a Message) -> MessageObject<'a> {
        MessageObject {
            seq: message.sequence,
            name: message.name.to_string(),
            from: self.name(message.from),
            time_ms: message.at.as_millis(),
            isakmp_length: message.isakmp_length,
            ip_length: message.ip_length,
            payloads: &message.payloads,
            encrypted: message.encrypted,
            cert_requests: &message.certificate_requests,
            retransmission: message.retransmission,
            lost: message.lost,
        }
    }
}

/// Where something is written; `None` for a default.
pub(super) fn place(sources: &Sources, origin: Origin) -> Option<PlaceObject<'_>> {
    let Location { file, line, column, line_text, .. } = sources.locate(origin)?;
    Some(PlaceObject {
        file: Some(file),
        line: Some(line),
        column: Some(column),
        source: Some(line_text.trim()),
    })
}

/// The status of a rule, and the part of it that is inferred nevertheless.
fn status(rule: Rule) -> (Option<&'static str>, Option<&'static str>) {
    match rules::find(rule.id()).map(|rule| &rule.status) {
        Ok(Status::Documented) => (Some("documented"), None),
        Ok(Status::Inferred) => (Some("inferred"), None),
        Ok(Status::Partly { inferred }) => (Some("documented"), Some(inferred)),
        Err(_) => (None, None),
    }
}
