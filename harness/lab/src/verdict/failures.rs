//! Why a negotiation failed, in a sentence, and the lines that it rests on.
//!
//! A router that refuses tells only its own part. What the peer had said, asked for or offered is known here, and the
//! sentence names both.

use std::net::IpAddr;

use ike::{
    AnyProfileId, Failure, FailureCode, IkeVersion, IsakmpPolicy, MessageName, MessageProblem, Origin,
    Protection, Rule, Sourced, TransformSet, Trustpoint,
};
use pki::{Authority, CalendarTime, KeyKind, Refusal, RefusalReason, Validity};

use super::FailureReport;
use super::wording::{self, Words, distinct, is_built_in, protection, traffic};
use crate::complete::listed;
use crate::side::Side;

/// What of the proposals in Quick Mode does not fit.
enum ChildDifference {
    /// No transform set of the one is one of the other.
    Transforms,
    /// `set pfs`.
    ForwardSecrecy,
    /// Something that the configurations do not show.
    Other,
}

impl<'a> Words<'a> {
    /// The failure in words; where no router told of one, nobody went on.
    pub fn failure(&self, failure: Option<(Side, &Failure)>) -> FailureReport {
        let Some((router, failure)) = failure else {
            let text = "the negotiation came to no end, and no router said why".to_owned();
            let message = MessageName::Unknown;
            return FailureReport {
                message,
                router: self.initiator,
                code: FailureCode::NoAnswer,
                rule: None,
                origins: Vec::new(),
                text,
            };
        };
        FailureReport {
            message: failure.message,
            router,
            code: failure.code,
            rule: failure.rule.or_else(|| self.rule_of_silence(router, failure)),
            origins: self.failure_lines(router, failure),
            text: match self.version {
                IkeVersion::V1 => self.failure_text(router, failure),
                IkeVersion::V2 => self
                    .ikev2_failure_text(router, failure)
                    .unwrap_or_else(|| self.failure_text(router, failure)),
            },
        }
    }

    /// The lines that a failure rests on: those that the router told, and those that only both sides together tell.
    fn failure_lines(&self, side: Side, failure: &Failure) -> Vec<Origin> {
        let told = failure.origins.iter().copied();
        if self.version == IkeVersion::V2
            && let Some(lines) = self.ikev2_failure_lines(side, failure)
        {
            return distinct(lines);
        }
        match failure.code {
            FailureCode::NoTunnelForTraffic if failure.origins.is_empty() => {
                distinct(self.peers_of_others(side).map(|(_, peer)| peer.origin))
            }
            FailureCode::NoChildProposalChosen => match self.child_protections(side) {
                Some((offered, own))
                    if matches!(difference(offered, own), ChildDifference::ForwardSecrecy) =>
                {
                    vec![own.pfs.map_or(own.origin, |group| group.origin)]
                }
                _ => distinct(told),
            },
            FailureCode::CertificateMalformed | FailureCode::BadSignature if failure.origins.is_empty() => {
                self.enrolment_signed_with(side.other()).into_iter().collect()
            }
            FailureCode::NoCertificateToSend if failure.origins.is_empty() => {
                let enrolments = self.enrolled(side).map(|(_, enrolment)| enrolment);
                distinct(enrolments)
            }
            // Behind the first the enrolment of a certificate that is refused for what it is.
            _ => {
                let for_what_it_is = failure.refusal.as_ref().is_some_and(|refusal| {
                    failure.code != FailureCode::NoSuitableTrustpoint
                        && !failure.code.is_of_revocation()
                        && self.own_anchor(side, refusal).is_none()
                });
                let enrolment = self.enrolment_signed_with(side.other()).filter(|_| for_what_it_is);
                // Before all of them that of a clock which may be wrong.
                let refusal = failure.refusal.as_ref();
                let disputed = refusal.is_some_and(|refusal| self.disputed_clock(side, refusal).is_some());
                let clock = self.world.clock_lines[side].filter(|_| disputed);
                distinct(clock.into_iter().chain(told.clone().take(1)).chain(enrolment).chain(told.skip(1)))
            }
        }
    }

    /// The line of the enrolment that a router signed with.
    fn enrolment_signed_with(&self, side: Side) -> Option<Origin> {
        let enrolment = self.trustpoint(side, self.courses[side].signed?).enrolment.as_ref()?;
        Some(enrolment.origin)
    }

    /// What the peer's clock shows, if a certificate that is refused for its time is valid by that.
    fn disputed_clock(&self, side: Side, refusal: &Refusal) -> Option<CalendarTime> {
        let peers = CalendarTime::from_unix(self.world.clocks[side.other()].seconds);
        let Validity { not_before, not_after } = refusal.certificate.validity();
        let for_its_time =
            matches!(refusal.reason, RefusalReason::Expired { .. } | RefusalReason::NotYetValid { .. });
        (for_its_time && not_before <= peers && peers <= not_after).then_some(peers)
    }

    /// V1-POL-1: which lifetime is longer than the policy allows that has everything else in common with it.
    fn too_long(&self, side: Side) -> String {
        let (router, peer) = (self.name(side), self.name(side.other()));
        let [own, offered] =
            [side, side.other()].map(|side| wording::with_certificates(&self.world.routers[side]));
        let offered: Vec<_> = offered.collect();
        let values = |policy: &IsakmpPolicy| (policy.cipher.value, policy.hash.value, policy.group.value);
        let pairs = own.flat_map(|own| {
            let same = offered.iter().filter(move |one| values(one) == values(own));
            same.filter(|one| one.lifetime.value > own.lifetime.value).map(move |one| {
                let (what, offers, allows) = (wording::policy(own), one.lifetime.value, own.lifetime.value);
                format!("for {what} {peer} proposes a lifetime of {offers} s, and {router} takes {allows} s at most")
            })
        });
        let pairs = pairs.collect::<Vec<_>>().join("; ");
        format!("{router} accepts none of the ISAKMP policies that {peer} proposes: {pairs}")
    }

    fn failure_text(&self, side: Side, failure: &Failure) -> String {
        let (router, peer, message) = (self.name(side), self.name(side.other()), failure.message);
        let refuses = format!("{router} refuses {message}");
        match failure.code {
            FailureCode::NoCertificateToSend => {
                format!("{router} cannot build {message}: {}", self.no_certificate(side))
            }
            FailureCode::CannotSign => format!("{router} cannot build {message}: {}", self.cannot_sign(side)),
            FailureCode::IdentityMismatch => {
                let profile = self.profile(side).map_or("its profile", |profile| &profile.name);
                let identity = self.courses[side].identity.map(wording::identity).unwrap_or_default();
                format!(
                    "{refuses}: {peer} calls itself {identity}, and no `match identity` line of {profile} matches that"
                )
            }
            FailureCode::ProfileNotTheTunnels => format!("{refuses}: {}", self.not_the_tunnels(side)),
            FailureCode::NoProposalChosen if failure.rule == Some(Rule::V1Pol1) => self.too_long(side),
            FailureCode::NoProposalChosen => {
                let wanted = policies(self, side);
                format!(
                    "{router} accepts none of the ISAKMP policies that {peer} proposes: it takes {wanted}"
                )
            }
            FailureCode::NoChildProposalChosen => format!("{refuses}: {}", self.no_child_proposal(side)),
            FailureCode::NoTunnelForTraffic => {
                format!("{refuses}: {}", self.no_tunnel(side, &failure.origins))
            }
            FailureCode::BadSignature => {
                format!(
                    "{refuses}: its signature was not made with the key of {peer}'s certificate (RFC 2409 5.1)"
                )
            }
            FailureCode::BadMessage => match message {
                MessageName::MainMode(5 | 6) => {
                    format!(
                        "{refuses}: its identity is on a protocol or port that is not IKE's (RFC 2407 4.6.2)"
                    )
                }
                _ => format!("{router} cannot read {message}"),
            },
            FailureCode::NoCertificateReceived => {
                let asked =
                    if self.courses[side].requests.is_empty() { "" } else { ", though it was asked for" };
                let source = if self.version == IkeVersion::V1 { " (RFC 2408 3.10)" } else { "" };
                format!("{refuses}: it carries no certificate{asked}{source}")
            }
            FailureCode::CertificateMalformed => {
                format!(
                    "{refuses}: what it carries as {peer}'s certificate cannot be read as one (RFC 5280 4.1)"
                )
            }
            FailureCode::RefusedByPeer => format!("{peer} refuses {message} and says so"),
            FailureCode::NoAnswer => match self.courses[side].passed_over {
                Some(MessageProblem::Lacks(payload)) => {
                    format!(
                        "{router} passes over {peer}'s answer to {message}, which has no {payload} payload"
                    )
                }
                Some(_) => format!("{router} passes over {peer}'s answer to {message}, which is malformed"),
                None => format!("no answer from {peer} to {message} reaches {router}"),
            },
            _ => match &failure.refusal {
                Some(refusal) => format!("{}: {}", self.refused(side, refusal), self.refusal(side, refusal)),
                None => format!("{refuses}: {}", failure.code),
            },
        }
    }

    /// What is refused: the peer's certificate, or another one of its chain.
    fn refused(&self, side: Side, refusal: &Refusal) -> String {
        let (router, peer) = (self.name(side), self.name(side.other()));
        if refusal.depth == 0 {
            return format!("{router} refuses {peer}'s certificate");
        }
        let refused = format!(
            "{router} refuses {peer}'s chain at the CA certificate of {}",
            refusal.certificate.subject()
        );
        match self.own_anchor(side, refusal) {
            Some(trustpoint) => format!("{refused}, that of its own trustpoint {}", trustpoint.name),
            None => refused,
        }
    }

    /// The trustpoint whose own certificate is refused.
    fn own_anchor(&self, side: Side, refusal: &Refusal) -> Option<&'a Trustpoint> {
        let list = self.courses[side].validation?.list;
        let mut authenticated =
            list.iter().map(|&id| self.trustpoint(side, id)).filter(|it| it.authority.is_some());
        let anchor = authenticated.nth(refusal.anchor?)?;
        let is_refused =
            |own: &Authority| matches!(own, Authority::Certificate(own) if *own == refusal.certificate);
        anchor.authority.as_ref().is_some_and(is_refused).then_some(anchor)
    }

    /// Why a certificate is refused.
    fn refusal(&self, side: Side, refusal: &Refusal) -> String {
        let router = self.name(side);
        match &refusal.reason {
            RefusalReason::NoAnchor { issuer } => match self.validating_pins(side) {
                Some((profile, pins)) => {
                    format!("{issuer} issued it, and {profile} validates against {pins} only")
                }
                None => {
                    format!("{issuer} issued it, and {router} has no authenticated trustpoint of that CA")
                }
            },
            RefusalReason::AnchorWithoutCertificate => {
                let issuer = refusal.certificate.issuer();
                format!("{issuer} issued it, and {router} has the name of that CA but not its certificate")
            }
            RefusalReason::BadSignature { .. } => {
                let issuer = refusal.certificate.issuer();
                format!(
                    "{issuer} is its issuer, and the key in the CA certificate of that name did not sign it"
                )
            }
            RefusalReason::NotYetValid { not_before, now } => {
                format!("it is valid from {not_before} on, and {}", self.clock(side, refusal, *now))
            }
            RefusalReason::Expired { not_after, now } => {
                format!("it expired at {not_after}, and {}", self.clock(side, refusal, *now))
            }
            reason => reason.to_string(),
        }
    }

    /// What time it is; where the routers' clocks disagree about the certificate, by whose.
    fn clock(&self, side: Side, refusal: &Refusal, now: CalendarTime) -> String {
        match self.disputed_clock(side, refusal) {
            Some(peers) => {
                let (router, peer) = (self.name(side), self.name(side.other()));
                format!("{router}'s clock shows {now} (that of {peer} {peers})")
            }
            None => format!("it is {now}"),
        }
    }

    /// The profile whose pins a router validates against, and their names; none where there are no pins.
    fn validating_pins(&self, side: Side) -> Option<(&'a str, String)> {
        match self.courses[side].validation?.pinned_by? {
            AnyProfileId::Isakmp(id) => {
                let profile = self.world.routers[side].profile(id);
                Some((&profile.name, self.pins(side, profile)))
            }
            AnyProfileId::Ikev2(id) => {
                let profile = self.world.routers[side].ikev2_profile(id);
                Some((&profile.name, self.pinned(side, profile.verifying_pins())))
            }
        }
    }

    fn no_certificate(&self, side: Side) -> String {
        let (router, peer, limit) = (self.name(side), self.name(side.other()), self.limit(side));
        let requests = &self.courses[side.other()].requests;
        if requests.is_empty() {
            return format!("{peer} asks for no CA, and {router} has no certificate that it may use{limit}");
        }
        let configured = requests.iter().map(|request| self.trustpoint(side.other(), request.trustpoint));
        let asked = configured.filter(|trustpoint| !is_built_in(trustpoint));
        let asked: Vec<_> = asked.filter_map(|it| it.authority_name()).map(ToString::to_string).collect();
        let asked = match asked.as_slice() {
            [] => "built-in CAs only".to_owned(),
            _ => listed(asked.iter().map(String::as_str)),
        };
        let enrolled: Vec<_> = self.enrolled(side).map(|(authority, _)| authority).collect();
        let has = match enrolled.as_slice() {
            [] => "has no certificate".to_owned(),
            _ => {
                let certificates = if enrolled.len() == 1 { "a certificate" } else { "certificates" };
                let only = if limit.is_empty() { " only" } else { "" };
                format!("has {certificates} from {}{only}", listed(enrolled.iter().map(String::as_str)))
            }
        };
        format!("{peer}'s {} asks for {asked}, and {router} {has}{limit}", self.asking_message(side))
    }

    /// The CAs that a router is enrolled in, each once, with the line of the enrolment.
    fn enrolled(&self, side: Side) -> impl Iterator<Item = (String, Origin)> {
        let mut authorities = Vec::new();
        for trustpoint in self.world.routers[side].trustpoints() {
            let name = trustpoint.authority_name().map(ToString::to_string).unwrap_or_default();
            if let Some(enrolment) = &trustpoint.enrolment
                && !authorities.iter().any(|(known, _)| *known == name)
            {
                authorities.push((name, enrolment.origin));
            }
        }
        authorities.into_iter()
    }

    /// What limits the trustpoints that a router may sign with.
    fn limit(&self, side: Side) -> String {
        if self.version == IkeVersion::V2 {
            return self.signing_limit(side);
        }
        let profile = self.profile(side).filter(|profile| profile.is_pinned() && side == self.initiator);
        profile.map_or_else(String::new, |profile| {
            format!(", but may sign with {} only, which {} pins", self.pins(side, profile), profile.name)
        })
    }

    fn cannot_sign(&self, side: Side) -> String {
        let Some(trustpoint) = self.courses[side].chosen.map(|(id, _)| self.trustpoint(side, id)) else {
            return "its key cannot sign".to_owned();
        };
        let bits = trustpoint.enrolment.as_ref().and_then(|own| match own.certificate.public_key().kind() {
            KeyKind::Rsa { bits } => Some(format!("{bits}-bit ")),
            _ => None,
        });
        let bits = bits.unwrap_or_default();
        let policy = self.courses[side].policy.map(|id| self.world.routers[side].policy(id));
        let hash = policy.map_or_else(String::new, |policy| format!(" of {}", policy.hash.value));
        format!("its {bits}key for {} cannot sign a hash{hash}", trustpoint.name)
    }

    fn not_the_tunnels(&self, side: Side) -> String {
        let session =
            self.profile_name(side).map_or("no profile".to_owned(), |name| format!("profile {name}"));
        let router = &self.world.routers[side];
        let own = self.courses[side].protection.map(|id| router.protection(id));
        match own.and_then(|own| Some((own, own.profile.any()?))) {
            Some((own, wanted)) => {
                let wanted = router.profile_name(wanted.value).value;
                format!("the session has {session}, and {} wants {wanted}", protection(own))
            }
            None => format!("the session has {session}, and its tunnel wants another"),
        }
    }

    /// What the initiator offers for the IPsec SAs, and what the router that refuses it holds against that.
    fn child_protections(&self, side: Side) -> Option<(&'a Protection, &'a Protection)> {
        let offered = self.began_with(side.other())?;
        let own = self.courses[side].protection?;
        Some((offered, self.world.routers[side].protection(own)))
    }

    fn no_child_proposal(&self, side: Side) -> String {
        let peer = self.name(side.other());
        let Some((offered, own)) = self.child_protections(side) else {
            return format!("what {peer} proposes fits no transform set of its tunnel");
        };
        let name = protection(own);
        match difference(offered, own) {
            ChildDifference::Transforms => {
                format!("{peer} offers {}, and {name} takes {} only", transforms(offered), transforms(own))
            }
            ChildDifference::ForwardSecrecy => {
                let [offers, takes] = [offered, own].map(|one| match one.pfs {
                    Some(group) => format!("perfect forward secrecy with group {}", group.value.number()),
                    None => "no perfect forward secrecy".to_owned(),
                });
                format!("{peer} offers {offers}, and {name} takes {takes} only")
            }
            ChildDifference::Other => format!("no transform that {peer} offers fits those of {name}"),
        }
    }

    /// The tunnels and crypto map entries of a router, and whom each is with.
    fn peers_of_others(&self, side: Side) -> impl Iterator<Item = (&'a Protection, Sourced<IpAddr>)> {
        let all = self.world.routers[side].protections().iter();
        all.flat_map(|one| one.peers.iter().map(move |peer| (one, *peer)))
    }

    /// `entries` are the lines of the tunnels and crypto map entries with the peer.
    fn no_tunnel(&self, side: Side, entries: &[Origin]) -> String {
        let (router, peer) = (self.name(side), self.name(side.other()));
        let own = self.world.routers[side].protections().iter();
        let own: Vec<_> = own
            .filter(|one| entries.contains(&one.origin))
            .map(|one| format!("{} protects {}", protection(one), traffic(one)))
            .collect();
        if own.is_empty() {
            let others: Vec<_> = self
                .peers_of_others(side)
                .map(|(one, peer)| format!("; {} is with {}", protection(one), peer.value))
                .collect();
            return format!("{router} has no tunnel or crypto map entry with {peer}{}", others.concat());
        }
        let wanted = self.began_with(side.other()).map_or_else(
            || "the traffic is that of no tunnel or crypto map entry".to_owned(),
            |offered| {
                format!("{peer} protects {}, and no entry of {router} protects all of that", traffic(offered))
            },
        );
        format!("{wanted}: {}", listed(own.iter().map(String::as_str)))
    }
}

/// What a router proposes and accepts in phase 1.
pub(super) fn policies(words: &Words<'_>, side: Side) -> String {
    let policies = wording::with_certificates(&words.world.routers[side]).map(wording::policy);
    policies.collect::<Vec<_>>().join("; ")
}

/// The transform sets of a protection.
pub(super) fn transforms(protection: &Protection) -> String {
    let sets = protection.transform_sets.iter().map(|set| {
        let mode = if set.tunnel_mode { "" } else { " in transport mode" };
        format!("{}{mode}", ios::debug::transform_set_words(set))
    });
    sets.collect::<Vec<_>>().join(" or ")
}

fn difference(offered: &Protection, own: &Protection) -> ChildDifference {
    let same = |one: &TransformSet, other: &TransformSet| {
        (one.cipher, one.integrity, one.tunnel_mode) == (other.cipher, other.integrity, other.tunnel_mode)
    };
    let shared = |one: &TransformSet| own.transform_sets.iter().any(|other| same(one, other));
    if !offered.transform_sets.iter().any(shared) {
        ChildDifference::Transforms
    } else if own.pfs.is_some() && offered.pfs.map(|group| group.value) != own.pfs.map(|group| group.value) {
        ChildDifference::ForwardSecrecy
    } else {
        ChildDifference::Other
    }
}
