//! Which certificate a router may answer with (RFC 4945 3.2.7, 3.3.6, 3.3.7; RFC 7296 3.6, 3.7).

use crate::few::Set;
use crate::negotiation::{Negotiation, Role, Version};
use crate::router::{Router, TrustpointId};
use crate::world::{Ca, World};

use super::requests::Asks;
use super::requirement::{Conflict, Requirement};
use super::{Grounds, Way, Ways, add};

/// What a router does about its certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Answers {
    /// It sends the one of this trustpoint and signs with its key.
    With(TrustpointId),
    /// It gives the negotiation up.
    Refuses,
    /// It sends none.
    #[default]
    Without,
}

/// The answers of a router, whatever way the peer took to ask.
pub(super) fn answers(negotiation: &Negotiation<'_>, role: Role, asked: &Ways<Asks>) -> Ways<Answers> {
    let mut ways = Ways::none();
    for Way { takes, grounds } in asked.iter().copied() {
        let router = negotiation.router(role);
        let own = own(router);
        match takes {
            Asks::For(cas) => requested(negotiation, router, cas, &mut |answer, step| {
                add(&mut ways, answer, grounds.and(step));
            }),
            // RFC 4945 3.2.7.2: any certificate
            Asks::ForAny => {
                let any = Grounds::by([Requirement::EmptyMeansAny]);
                own.for_each(|id| add(&mut ways, Answers::With(id), grounds.and(any)));
            }
            // RFC 4945 3.3.6 against RFC 7296 3.6
            Asks::Not => {
                let (without, with) = match negotiation.version {
                    Version::Ikev1 => (
                        Grounds::by([Requirement::NoCertreqNoCert]),
                        Grounds::against(Requirement::ProactiveNotDefault)
                            .short_of(Requirement::NoCertreqNoCert),
                    ),
                    Version::Ikev2 => (
                        Grounds::conflict(Conflict::UnrequestedCertificate),
                        Grounds::by([Requirement::CertIfAvailable]),
                    ),
                };
                own.for_each(|id| add(&mut ways, Answers::With(id), grounds.and(with)));
                add(&mut ways, Answers::Without, grounds.and(without));
                // No text has who would have a certificate give up because nobody asked; none of IKEv2 keeps it from it.
                if negotiation.version == Version::Ikev2 {
                    let giving_up = Grounds::conflict(Conflict::UnrequestedCertificate)
                        .short_of(Requirement::CertIfAvailable);
                    add(&mut ways, Answers::Refuses, grounds.and(giving_up));
                }
            }
        }
        // Who has no certificate at all can only give up or send none.
        if router.enrolments.is_empty() {
            add(&mut ways, Answers::Refuses, grounds);
            add(&mut ways, Answers::Without, grounds);
        }
    }
    ways
}

/// The answers to requests for these CAs.
fn requested(
    negotiation: &Negotiation<'_>,
    router: &Router,
    cas: Set<Ca>,
    add: &mut dyn FnMut(Answers, Grounds),
) {
    let version = negotiation.version;
    let corresponds = |id: TrustpointId| {
        let issuer = router.enrolment(id).and_then(|own| router.issuer(negotiation.world, own));
        issuer.map(|issuer| relation(negotiation.world, version, issuer, cas)).unwrap_or_default()
    };
    let nearest = own(router).map(corresponds).max().unwrap_or_default();
    for id in own(router) {
        let grounds = match (version, corresponds(id)) {
            // RFC 4945 3.3.7: any of those that correspond
            (Version::Ikev1, Relation::Issued) => {
                Grounds::by([Requirement::RespondWithMatching, Requirement::AnyOfRequested])
            }
            (Version::Ikev1, Relation::Above) => {
                Grounds::by([Requirement::ChainExpansion, Requirement::AnyOfRequested])
            }
            // Not asked for: not to be sent by default.
            (Version::Ikev1, Relation::None) => {
                Grounds::against(Requirement::ProactiveNotDefault).short_of(Requirement::NoCertreqNoCert)
            }
            // RFC 7296 3.7: chains count
            (Version::Ikev2, Relation::Issued | Relation::Above) => {
                Grounds::by([Requirement::CertreqResponse])
            }
            (Version::Ikev2, Relation::None) => {
                let suggestion = Grounds::by([Requirement::CertreqOnlySuggestion]);
                let better = nearest != Relation::None;
                if better { suggestion.short_of(Requirement::CertreqResponse) } else { suggestion }
            }
        };
        add(Answers::With(id), grounds);
    }
    let giving_up = match (version, nearest) {
        (Version::Ikev1, Relation::Issued) => Grounds::against(Requirement::RespondWithMatching),
        (Version::Ikev1, Relation::Above) => Grounds::conflict(Conflict::CorrespondingCertificate),
        (Version::Ikev1, Relation::None) => Grounds::by([Requirement::TerminateUnknownCas]),
        (Version::Ikev2, _) => Grounds::conflict(Conflict::AnswerInIkev2),
    };
    add(Answers::Refuses, giving_up);
    if version == Version::Ikev1 && nearest == Relation::None {
        add(Answers::Without, Grounds::by([Requirement::NoCertreqNoCert]));
    }
}

/// How an own certificate corresponds to requested CAs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    /// Not.
    #[default]
    None,
    /// One of them certified its issuer, or a CA above it.
    Above,
    /// One of them issued it.
    Issued,
}

/// How a certificate of this issuer corresponds to the CAs: by name in IKEv1, by key in IKEv2.
pub(super) fn relation(world: &World, version: Version, issuer: Ca, cas: Set<Ca>) -> Relation {
    let requested = |ca: Ca| match version {
        Version::Ikev1 => cas.iter().any(|asked| world.same_name(asked, ca)),
        Version::Ikev2 => cas.contains(ca),
    };
    if requested(issuer) {
        return Relation::Issued;
    }
    let mut above: Set<Ca> = Set::of([issuer]);
    for _ in &world.ca_certificates {
        let issuers =
            world.ca_certificates.iter().filter(|one| above.contains(one.subject)).map(|one| one.issuer);
        above = above.with(Set::of(issuers));
    }
    if above.iter().any(requested) { Relation::Above } else { Relation::None }
}

/// The trustpoints that a router has a certificate from.
fn own(router: &Router) -> impl Iterator<Item = TrustpointId> {
    let authenticated = router.authenticated();
    let all = router.enrolments.iter().map(|enrolment| enrolment.trustpoint);
    all.filter(move |&id| authenticated.contains(id))
}
