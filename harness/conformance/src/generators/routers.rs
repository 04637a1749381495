//! Routers: which CAs they trust and are enrolled in, in which order; what they cannot use; and with what they begin.

use lab::side::{Pair, Side};
use model::{
    CaCertificateId, Certificate, CertificateMap, Condition, Enrolment, Few, Hash, Identity, Instant,
    LocalIdentity, Method, Name, ProfileId, Router, Set, Trustpoint, TrustpointId, Tunnel, Unable, Version,
    World,
};
use proptest::prelude::*;

use super::certificates::{TODAY, router_condition};
use super::pick::{Pick, pick, rarely, seldom};
use super::profiles::{self, ProfileDraft};

#[derive(Clone, Debug)]
pub(super) struct RouterDraft {
    trustpoints: TrustpointsDraft,
    enrolments: Vec<EnrolmentDraft>,
    profiles: Vec<ProfileDraft>,
    tunnel: TunnelDraft,
    global_identity: Option<u8>,
    unable: Unable,
    clock: Instant,
}

/// The trustpoints and how they check revocation.
#[derive(Clone, Debug)]
struct TrustpointsDraft {
    /// These certificates of CAs; else one of each CA.
    some: Option<Vec<Pick>>,
    /// Those that are not authenticated.
    bare: Option<Pick>,
    methods: [Option<Few<Method, 3>>; 3],
}

#[derive(Clone, Debug)]
struct EnrolmentDraft {
    trustpoint: Pick,
    subject: u8,
    /// Whether the names of the router stand in it.
    names: [bool; 3],
    condition: Condition,
    issuer: Option<Pick>,
    sends: Option<Vec<Pick>>,
    cannot_sign: bool,
}

#[derive(Clone, Copy, Debug)]
enum TunnelDraft {
    /// With this profile.
    With(Pick),
    /// Without a profile.
    Plain,
    None,
}

pub(super) fn router() -> impl Strategy<Value = RouterDraft> {
    let tunnel = prop_oneof![
        60 => Just(TunnelDraft::With(Pick::FIRST)),
        25 => pick().prop_map(TunnelDraft::With),
        4 => Just(TunnelDraft::Plain),
        1 => Just(TunnelDraft::None),
    ];
    let clock = prop_oneof![
        20 => Just(TODAY),
        1 => (TODAY.0 - 4..TODAY.0 + 4).prop_map(Instant),
    ];
    let enrolments = prop_oneof![
        20 => prop::collection::vec(enrolment(), 1..=5),
        1 => prop::collection::vec(enrolment(), 0..=1),
    ];
    let profiles = prop_oneof![
        3 => prop::collection::vec(profiles::profile(), 1..=1),
        2 => prop::collection::vec(profiles::profile(), 1..=4),
    ];
    let rest = (tunnel, seldom(30, 0_u8..3), unable(), clock);
    (trustpoints(), enrolments, profiles, rest).prop_map(
        |(trustpoints, enrolments, profiles, (tunnel, global_identity, unable, clock))| RouterDraft {
            trustpoints,
            enrolments,
            profiles,
            tunnel,
            global_identity,
            unable,
            clock,
        },
    )
}

fn trustpoints() -> impl Strategy<Value = TrustpointsDraft> {
    let some = seldom(25, prop::collection::vec(pick(), 1..=5));
    let method = prop_oneof![Just(Method::Crl), Just(Method::Ocsp), Just(Method::None)];
    let methods = || {
        let methods = prop::collection::vec(method.clone(), 1..=3);
        seldom(40, methods.prop_map(|methods| methods.into_iter().collect()))
    };
    (some, seldom(6, pick()), [methods(), methods(), methods()])
        .prop_map(|(some, bare, methods)| TrustpointsDraft { some, bare, methods })
}

fn enrolment() -> impl Strategy<Value = EnrolmentDraft> {
    let names = [prop::bool::weighted(0.7), prop::bool::weighted(0.4), prop::bool::weighted(0.2)];
    let sends = seldom(5, prop::collection::vec(pick(), 0..=3));
    (pick(), 0_u8..4, names, router_condition(), seldom(4, pick()), sends, rarely(2)).prop_map(
        |(trustpoint, subject, names, condition, issuer, sends, cannot_sign)| EnrolmentDraft {
            trustpoint,
            subject,
            names,
            condition,
            issuer,
            sends,
            cannot_sign,
        },
    )
}

/// Mostly a router can use everything.
fn unable() -> impl Strategy<Value = Unable> {
    let hash = prop_oneof![
        Just(Hash::Md5),
        Just(Hash::Sha1),
        Just(Hash::Sha256),
        Just(Hash::Sha384),
        Just(Hash::Sha512),
    ];
    let hashes = seldom(6, hash).prop_map(Set::of);
    (rarely(15), hashes, rarely(15), rarely(15), rarely(15)).prop_map(
        |(version_1, hashes, weak_keys, other_purposes, nonconforming)| Unable {
            version_1,
            hashes,
            weak_keys,
            other_purposes,
            nonconforming,
        },
    )
}

/// What a router may be called.
#[derive(Clone, Copy)]
pub(super) struct Called {
    pub(super) side: Side,
}

impl Called {
    /// 1 or 2.
    fn number(self) -> u8 {
        match self.side {
            Side::First => 1,
            Side::Second => 2,
        }
    }

    pub(super) fn address(self) -> Identity {
        Identity::Address(u32::from(self.number()))
    }

    /// `R1.example.com`
    pub(super) fn host(self) -> Identity {
        Identity::Fqdn([200, 201, self.number()].into_iter().collect())
    }

    /// `R1.n3.example.com`
    pub(super) fn other_host(self) -> Identity {
        Identity::Fqdn([200, 201, 3, self.number()].into_iter().collect())
    }

    pub(super) fn user(self) -> Identity {
        Identity::UserFqdn(self.number(), [200, 201].into_iter().collect())
    }

    pub(super) fn key_id(self) -> Identity {
        Identity::KeyId(self.number())
    }
}

pub(super) fn into_routers(drafts: &Pair<RouterDraft>, version: Version, world: &World) -> Pair<Router> {
    // What a profile matches is mostly what the peer calls itself, so that the identities are settled first.
    let identities = Pair::from_fn(|side| drafts[side].identities(version, Called { side }));
    Pair::from_fn(|side| drafts[side].router(version, world, side, &identities))
}

impl RouterDraft {
    /// What each profile calls the router, if it says so, and what the router is called without it.
    fn identities(&self, version: Version, own: Called) -> Identities {
        let global = self.global_identity.filter(|_| version == Version::Ikev1);
        Identities {
            of_profiles: self.profiles.iter().map(|draft| draft.identity(version, own)).collect(),
            global: global.map(|kind| match kind {
                0 => LocalIdentity::Is(own.host()),
                1 => LocalIdentity::Is(own.address()),
                _ => LocalIdentity::Subject,
            }),
        }
    }

    fn router(&self, version: Version, world: &World, side: Side, identities: &Pair<Identities>) -> Router {
        let own = Called { side };
        let trustpoints = self.trustpoints.list(world);
        let enrolments = self.enrolments(version, world, &trustpoints, own);
        // What is pinned is mostly what the router is enrolled in, and what the other one pins.
        let is_enrolled = |id: &TrustpointId| enrolments.iter().any(|own| own.trustpoint == *id);
        let mut pinned: Vec<_> = (0..).map(TrustpointId).take(trustpoints.len()).collect();
        pinned.sort_by_key(|id| !is_enrolled(id));
        let profiles = self.profiles.iter().zip(&identities[side].of_profiles);
        let peer = Called { side: side.other() };
        let profiles: Vec<_> = profiles
            .map(|(draft, &identity)| {
                draft.profile(version, &pinned, identity, peer, &identities[side.other()])
            })
            .collect();
        let tunnel = match self.tunnel {
            TunnelDraft::With(pick) => Some(Some(ProfileId(pick.among(profiles.len())))),
            TunnelDraft::Plain if version == Version::Ikev1 => Some(None),
            TunnelDraft::Plain => Some(Some(ProfileId(0))),
            TunnelDraft::None => None,
        };
        Router {
            trustpoints,
            enrolments,
            profiles,
            tunnel: tunnel.map(|profile| Tunnel { profile }),
            address: u32::from(own.number()),
            global_identity: identities[side].global,
            unable: self.unable,
            clock: self.clock,
        }
    }

    /// At most one enrolment for each trustpoint, and none where the CA is not authenticated.
    fn enrolments(
        &self,
        version: Version,
        world: &World,
        trustpoints: &[Trustpoint],
        own: Called,
    ) -> Vec<Enrolment> {
        let mut enrolments: Vec<Enrolment> = Vec::new();
        for draft in &self.enrolments {
            let place = TrustpointId(draft.trustpoint.among(trustpoints.len()));
            let authenticated = trustpoints[usize::from(place.0)].authenticated.is_some();
            if authenticated && enrolments.iter().all(|other| other.trustpoint != place) {
                enrolments.push(draft.enrolment(version, world, place, own));
            }
        }
        enrolments
    }
}

/// What a router is called, by its profiles and without one.
#[derive(Clone, Debug)]
pub(super) struct Identities {
    pub(super) of_profiles: Vec<Option<LocalIdentity>>,
    pub(super) global: Option<LocalIdentity>,
}

impl TrustpointsDraft {
    fn list(&self, world: &World) -> Vec<Trustpoint> {
        let count = world.ca_certificates.len();
        let certificates: Vec<u8> = match &self.some {
            Some(picks) => picks.iter().map(|pick| pick.among(count)).collect(),
            None => {
                let first_of_ca = |place: &u8| {
                    let at = usize::from(*place);
                    let ca = world.ca_certificates[at].subject;
                    world.ca_certificates[..at].iter().all(|before| before.subject != ca)
                };
                (0..).take(count).filter(first_of_ca).collect()
            }
        };
        let bare = self.bare.map(|pick| pick.among(certificates.len()));
        let trustpoint = |(place, certificate): (u8, u8)| Trustpoint {
            authenticated: (bare != Some(place)).then_some(CaCertificateId(certificate)),
            revocation_check: self.methods[usize::from(place) % self.methods.len()],
        };
        (0..).zip(certificates).map(trustpoint).collect()
    }
}

impl EnrolmentDraft {
    fn enrolment(&self, version: Version, world: &World, trustpoint: TrustpointId, own: Called) -> Enrolment {
        let number = own.number();
        let held = [own.host(), own.address(), own.user()].into_iter().zip(self.names);
        // The subject tells which maps of either router a certificate satisfies.
        let maps = (0..2).filter(|bit| self.subject & (1 << bit) != 0).map(CertificateMap);
        let chain = |picks: &Vec<Pick>| {
            let mut chain: Vec<u8> = Vec::new();
            for place in picks.iter().map(|pick| pick.among(world.ca_certificates.len())) {
                if !chain.contains(&place) {
                    chain.push(place);
                }
            }
            chain.into_iter().map(CaCertificateId).collect()
        };
        Enrolment {
            trustpoint,
            certificate: Certificate {
                issuer: self.issuer.map(|pick| model::Ca(pick.among(world.authorities.len()))),
                condition: self.condition,
                subject: Name(100 + 10 * number + self.subject),
                alternative_names: held.filter(|(_, is_held)| *is_held).map(|(name, _)| name).collect(),
                satisfies: Set::of(maps),
            },
            cannot_sign: self.cannot_sign && version == Version::Ikev1,
            sends: self.sends.as_ref().map(chain),
        }
    }
}
