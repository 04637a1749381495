//! The steps of a negotiation one after another, every way of each.

use crate::negotiation::{Negotiation, Role, Version};
use crate::prediction::{Failure, Message, Outcome, Reason};
use crate::router::{Enrolment, ProfileId};

use super::answers::{Answers, answers};
use super::identity::{self, Policy};
use super::requirement::Requirement;
use super::{Grounds, Reading, Way, Ways, requests, validation};

use Role::{Initiator, Responder};

pub(super) fn walk(negotiation: &Negotiation<'_>) -> Reading {
    let mut walk = Walk { negotiation, reading: Reading::default() };
    let first = match negotiation.version {
        Version::Ikev1 => Message::Mm1,
        Version::Ikev2 => Message::IkeSaInitRequest,
    };
    if negotiation.initiator.tunnel.is_none() {
        walk.fails(first, Initiator, Reason::NothingToBegin, Grounds::default());
    } else if !negotiation.common.ike_proposal {
        let grounds = Grounds::by([Requirement::NoProposalChosen]);
        walk.fails(first, Responder, Reason::NoProposalChosen, grounds);
    } else {
        walk.initiator_signs();
    }
    walk.reading
}

struct Walk<'a> {
    negotiation: &'a Negotiation<'a>,
    reading: Reading,
}

impl<'a> Walk<'a> {
    /// The initiator's certificate, by what the responder asks for.
    fn initiator_signs(&mut self) {
        let asked = requests::responder(self.negotiation);
        let responders = answers(self.negotiation, Responder, &requests::initiator(self.negotiation));
        for way in answers(self.negotiation, Initiator, &asked).iter() {
            if let Some(signed) = self.signs(Initiator, way) {
                self.responder_judges(signed, way.grounds, &responders);
            }
        }
    }

    /// The responder believes the ID or not, selects a policy and validates. The RFCs do not order these steps, so each
    /// that can refuse may be the one that does.
    fn responder_judges(&mut self, peer: &Enrolment, so_far: Grounds, responders: &Ways<Answers>) {
        let negotiation = self.negotiation;
        let (message, version) = (self.carrier(Initiator), negotiation.version);
        let initiators_profile = negotiation.initiators_profile();
        let id = identity::of(negotiation, Initiator, initiators_profile, &peer.certificate);
        if version == Version::Ikev2 {
            for way in responders.iter().filter(|way| way.takes == Answers::Refuses) {
                self.signs(Responder, &Way { takes: way.takes, grounds: so_far.and(way.grounds) });
            }
        }
        let believed = identity::believed(version, id, negotiation.initiator.address, &peer.certificate);
        for belief in believed.iter() {
            let so_far = so_far.and(belief.grounds);
            if !belief.takes {
                self.fails(message, Responder, Reason::IdentityMismatch, so_far);
            }
            for policy in identity::policies(negotiation, id, &peer.certificate).iter() {
                let so_far = so_far.and(policy.grounds);
                let bound_to = match policy.takes {
                    Policy::Refused => {
                        self.fails(message, Responder, Reason::NoProfileMatches, so_far);
                        continue;
                    }
                    Policy::Without => None,
                    Policy::Profile(id) => Some(id),
                };
                let profile = bound_to.map(|id| negotiation.responder.profile(id));
                for result in validation::results(negotiation, Responder, profile, peer.trustpoint).iter() {
                    let so_far = so_far.and(result.grounds);
                    match result.takes {
                        Some(reason) => self.fails(message, Responder, reason, so_far),
                        None if belief.takes => self.responder_signs(bound_to, so_far, responders),
                        None => {}
                    }
                }
            }
        }
    }

    /// The responder's certificate, and what the initiator makes of it.
    fn responder_signs(&mut self, bound_to: Option<ProfileId>, so_far: Grounds, ways: &Ways<Answers>) {
        for way in ways.iter() {
            let grounds = so_far.and(way.grounds);
            if let Some(signed) = self.signs(Responder, &Way { takes: way.takes, grounds }) {
                self.initiator_judges(signed, bound_to, grounds);
            }
        }
    }

    fn initiator_judges(&mut self, peer: &Enrolment, bound_to: Option<ProfileId>, so_far: Grounds) {
        let negotiation = self.negotiation;
        let (message, version) = (self.carrier(Responder), negotiation.version);
        let responders_profile = bound_to.map(|id| negotiation.responder.profile(id));
        let profile = negotiation.initiators_profile();
        let id = identity::of(negotiation, Responder, responders_profile, &peer.certificate);
        let believed = identity::believed(version, id, negotiation.responder.address, &peer.certificate);
        let expected = identity::expected(profile, id, &peer.certificate);
        let results = validation::results(negotiation, Initiator, profile, peer.trustpoint);
        for way in believed.iter().chain(expected.iter()).filter(|way| !way.takes) {
            self.fails(message, Initiator, Reason::IdentityMismatch, so_far.and(way.grounds));
        }
        for way in results.iter() {
            if let Some(reason) = way.takes {
                self.fails(message, Initiator, reason, so_far.and(way.grounds));
            }
        }
        let accepted = |ways: &Ways<bool>| ways.iter().find(|way| way.takes).map(|way| way.grounds);
        let validated = results.iter().find(|way| way.takes.is_none()).map(|way| way.grounds);
        if let (Some(one), Some(two), Some(three)) = (accepted(&believed), accepted(&expected), validated) {
            self.tunnel(bound_to, so_far.and(one).and(two).and(three));
        }
    }

    /// The IPsec SA. Which policy a tunnel wants is the responder's own affair; without something in common there is none.
    fn tunnel(&mut self, bound_to: Option<ProfileId>, so_far: Grounds) {
        let (message, kept) = match self.negotiation.version {
            Version::Ikev1 => (Message::Qm1, Grounds::default()),
            Version::Ikev2 => (Message::IkeAuthRequest, Grounds::by([Requirement::ChildFailureKeepsIkeSa])),
        };
        let common = self.negotiation.common;
        let tunnel = self.negotiation.responder.tunnel;
        let refused = |reason| Outcome::NoChildSa(Failure { message, router: Responder, reason });
        if tunnel.is_some_and(|tunnel| tunnel.profile.is_some() && tunnel.profile != bound_to) {
            self.reading.add(refused(Reason::ProfileNotTheTunnels), so_far.and(kept));
        }
        if tunnel.is_none() || !common.traffic.is_granted(self.negotiation.version) {
            self.reading.add(refused(Reason::NoTunnelForTraffic), so_far.and(kept));
        } else if !common.child_proposal {
            self.reading.add(refused(Reason::NoChildProposalChosen), so_far.and(kept));
        } else {
            self.reading.add(Outcome::Up, so_far);
        }
    }

    /// What a router signs with, if it does.
    fn signs(&mut self, role: Role, way: &Way<Answers>) -> Option<&'a Enrolment> {
        let (message, grounds) = (self.carrier(role), way.grounds);
        match way.takes {
            Answers::Refuses => self.fails(message, role, Reason::NoCertificateToSend, grounds),
            Answers::Without => self.fails(message, role.other(), Reason::NoCertificateReceived, grounds),
            Answers::With(id) => {
                let enrolment = self.negotiation.router(role).enrolment(id)?;
                if !enrolment.cannot_sign {
                    return Some(enrolment);
                }
                self.fails(message, role, Reason::CannotSign, grounds);
            }
        }
        None
    }

    /// The message that carries a router's certificate.
    fn carrier(&self, role: Role) -> Message {
        match (self.negotiation.version, role) {
            (Version::Ikev1, Initiator) => Message::Mm5,
            (Version::Ikev1, Responder) => Message::Mm6,
            (Version::Ikev2, Initiator) => Message::IkeAuthRequest,
            (Version::Ikev2, Responder) => Message::IkeAuthResponse,
        }
    }

    fn fails(&mut self, message: Message, router: Role, reason: Reason, grounds: Grounds) {
        self.reading.add(Outcome::Failed(Failure { message, router, reason }), grounds);
    }
}
