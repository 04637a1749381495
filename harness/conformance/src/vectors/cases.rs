//! The predictions: every negotiation of the space in both versions of IKE, those with a story first.

use lab::side::Side;
use model::rfc::{self, ConflictSet, Requirement, RequirementSet};
use model::{
    Binding, DecidedBy, Message, Negotiation, Outcome, Prediction, Role, RuleSet, Space, TrustpointId,
    TrustpointSet, Version, ios,
};

use super::file::{Case, Failure, Ios, Part, Possible, Requests, Rfc, Seat, Way};
use super::parties::Parties;
use super::stories::{STORIES, Story};
use super::{CAS, glossary};
use crate::comparison::beside_rfc;
use crate::explore::{self, naming};

/// The cases, and what they refer to.
pub(super) struct Predicted {
    /// The ways in which each router can be.
    pub ways: Vec<Way>,
    /// The cases.
    pub cases: Vec<Case>,
    /// Every rule that one of them cites.
    pub rules: RuleSet,
    /// Every requirement that one of them leaves.
    pub requirements: RequirementSet,
    /// Every conflict that one of them rests on.
    pub conflicts: ConflictSet,
}

/// Every case.
pub(super) fn all(parties: &Parties) -> Predicted {
    let mut predicted = Predicted {
        ways: Space::new(Version::Ikev1, CAS).first_routers().iter().map(way).collect(),
        cases: Vec::new(),
        rules: RuleSet::EMPTY,
        requirements: RequirementSet::EMPTY,
        conflicts: ConflictSet::EMPTY,
    };
    for version in [Version::Ikev1, Version::Ikev2] {
        let space = Space::new(version, CAS);
        for (place, negotiation) in space.negotiations().enumerate() {
            let first = Space::role_of_the_first(place);
            let case = Described { parties, negotiation, first }.case(&mut predicted);
            predicted.cases.push(case);
        }
    }
    // The sort is stable: the others stay as they are.
    let place = |case: &Case| STORIES.iter().position(|story| Some(story.name) == case.name);
    predicted.cases.sort_by_key(|case| place(case).unwrap_or(STORIES.len()));
    predicted
}

fn way(router: &model::Router) -> Way {
    let enrolled = router.enrolments.iter().map(|enrolment| enrolment.trustpoint);
    let pins = router.profiles.iter().flat_map(|profile| &profile.pins).map(|pin| pin.trustpoint);
    let name = |id| naming().trustpoint(id);
    Way { id: way_id(router), enrolled: enrolled.map(name).collect(), pins: pins.map(name).collect() }
}

/// `2,1/1`: enrolled in CA2 and before that in CA1, and pins CA1's trustpoint.
fn way_id(router: &model::Router) -> String {
    let explore::Way { enrolled, pins } = explore::Way::of(router);
    format!("{enrolled}/{pins}")
}

/// The word for a version.
const fn version_word(version: Version) -> &'static str {
    match version {
        Version::Ikev1 => "IKEv1",
        Version::Ikev2 => "IKEv2",
    }
}

/// A negotiation, and the names of what it is about.
struct Described<'a> {
    parties: &'a Parties,
    negotiation: Negotiation<'a>,
    /// The role of R1.
    first: Role,
}

impl Described<'_> {
    fn case(&self, predicted: &mut Predicted) -> Case {
        let prediction = ios::predict(&self.negotiation);
        predicted.rules = predicted.rules.with(prediction.rules);
        let version = version_word(self.negotiation.version);
        let seats = [Role::Initiator, Role::Responder]
            .map(|role| Seat { router: self.host(role), way: way_id(self.negotiation.router(role)) });
        let [initiator, responder] = seats;
        let story = STORIES.iter().find(|story| self.is_told_by(story));
        Case {
            id: format!(
                "{version} {} {} - {} {}",
                initiator.router, initiator.way, responder.router, responder.way
            ),
            name: story.map(|story| story.name),
            story: story.map(|story| story.story),
            version,
            initiator,
            responder,
            ios: self.ios(&prediction),
            rfc: self.rfc(predicted),
        }
    }

    fn is_told_by(&self, story: &Story) -> bool {
        story.version == self.negotiation.version
            && story.initiator.0 == self.host(Role::Initiator)
            && story.initiator.1 == way_id(self.negotiation.initiator)
            && story.responder == way_id(self.negotiation.responder)
    }

    fn ios(&self, prediction: &Prediction) -> Ios {
        // In the order in which they are sent.
        let asking = match self.negotiation.version {
            Version::Ikev1 => [(Role::Initiator, Message::Mm3), (Role::Responder, Message::Mm4)],
            Version::Ikev2 => {
                [(Role::Responder, Message::IkeSaInitResponse), (Role::Initiator, Message::IkeAuthRequest)]
            }
        };
        let requests = asking.into_iter().filter_map(|(role, message)| {
            let authorities = prediction.requests[role]?;
            Some(Requests {
                message: message.words(),
                from: self.host(role),
                authorities: authorities.iter().map(|&request| self.parties.request(request)).collect(),
            })
        });
        Ios {
            requests: requests.collect(),
            initiator: self.part(prediction, Role::Initiator),
            responder: self.part(prediction, Role::Responder),
            outcome: prediction.outcome.words(),
            failure: self.failure(prediction.outcome),
            rule: prediction.decisive.map(model::Rule::words),
            rules: prediction.rules.iter().map(model::Rule::words).collect(),
        }
    }

    fn part(&self, prediction: &Prediction, role: Role) -> Part {
        let trustpoint = |id: TrustpointId| naming().trustpoint(id);
        let list = |list: TrustpointSet| list.iter().map(trustpoint).collect();
        let choice = prediction.chosen[role];
        Part {
            chosen: choice.map(|choice| trustpoint(choice.trustpoint)),
            decided_by: choice.and_then(|choice| match choice.decided_by {
                DecidedBy::Request(request) => Some(self.parties.request(request)),
                DecidedBy::NewestEnrolment => None,
            }),
            signed: prediction.signed[role],
            profile: match prediction.profile[role] {
                Binding::To(id) => Some(naming().profile(id)),
                Binding::Open | Binding::Without => None,
            },
            validated_against: prediction.validation_list[role].map(list),
            accepted_by: prediction.anchor[role].map(trustpoint),
        }
    }

    fn rfc(&self, predicted: &mut Predicted) -> Rfc {
        let beside = beside_rfc(&self.negotiation);
        let standing = beside.standing().expect("the tests of the space find a way to whatever IOS does");
        predicted.requirements = predicted.requirements.with(beside.leaves());
        predicted.conflicts = predicted.conflicts.with(beside.conflicts());
        let reading = rfc::read(&self.negotiation);
        let outcomes = reading.outcomes().iter().map(|possible| Possible {
            outcome: possible.outcome.words(),
            failure: self.failure(possible.outcome),
            standing: possible.grounds.standing().words(),
        });
        Rfc {
            standing: standing.words(),
            leaves: beside.leaves().iter().map(Requirement::words).collect(),
            conflicts: beside.conflicts().iter().map(glossary::conflict_id).collect::<Vec<String>>(),
            outcomes: outcomes.collect(),
        }
    }

    fn failure(&self, outcome: Outcome) -> Option<Failure> {
        let failure = outcome.failure()?;
        Some(Failure {
            message: failure.message.words(),
            router: self.host(failure.router),
            code: failure.reason.words(),
        })
    }

    fn host(&self, role: Role) -> &'static str {
        let side = if role == self.first { Side::First } else { Side::Second };
        naming().routers[side]
    }
}
