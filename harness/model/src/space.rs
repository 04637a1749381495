//! The bounded space: every way in which two routers can be enrolled and pinned.

use crate::few::Few;
use crate::negotiation::{Common, Negotiation, Role, Version};
use crate::router::{
    Certificate, DomainName, Enrolment, Identity, LocalIdentity, Match, Pin, PinUse, Profile, ProfileId,
    Router, Trustpoint, TrustpointId, Tunnel,
};
use crate::world::{Authority, Ca, CaCertificate, CaCertificateId, Name, World};

/// All negotiations of two routers that have configured and authenticated the same `n` CAs. What varies, for each
/// router, is in which CAs it is enrolled and in which order, and which trustpoints its one profile pins; then the
/// direction. With three CAs that is (16 × 8)² × 2 = 32,768 negotiations, with four 2,163,200.
#[derive(Clone, Debug)]
pub struct Space {
    version: Version,
    world: World,
    first: Vec<Router>,
    second: Vec<Router>,
}

impl Space {
    /// The space of this many CAs; up to 5 is sensible.
    #[must_use]
    pub fn new(version: Version, cas: u8) -> Self {
        let authorities = (0..cas).map(|ca| Authority { name: Name(ca), ..Authority::default() }).collect();
        let self_signed = |ca| CaCertificate { subject: Ca(ca), issuer: Ca(ca), ..CaCertificate::default() };
        let world = World { authorities, ca_certificates: (0..cas).map(self_signed).collect() };
        Self { version, world, first: routers(cas, 1, 2), second: routers(cas, 2, 1) }
    }

    /// The ways in which the first router can be, in their order.
    #[must_use]
    pub fn first_routers(&self) -> &[Router] {
        &self.first
    }

    /// The ways in which the second router can be, in their order.
    #[must_use]
    pub fn second_routers(&self) -> &[Router] {
        &self.second
    }

    /// The CAs.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// How many negotiations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.first.len() * self.second.len() * 2
    }

    /// Whether there are none: never, for without CAs there are still two routers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The negotiation at this place, below [`Space::len`]: the direction varies first, then the second router, then the
    /// first. A shard of the space is a range, or a stride, of places.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<Negotiation<'_>> {
        let (pair, turned) = (place / 2, place % 2 == 1);
        let first = self.first.get(pair / self.second.len())?;
        let second = self.second.get(pair % self.second.len())?;
        let forth = Negotiation {
            version: self.version,
            world: &self.world,
            initiator: first,
            responder: second,
            common: Common::default(),
        };
        Some(if turned { forth.from_the_other_side() } else { forth })
    }

    /// All of them, in the order of their places.
    pub fn negotiations(&self) -> impl Iterator<Item = Negotiation<'_>> {
        (0..self.len()).filter_map(|place| self.get(place))
    }

    /// Which role the first router has in the negotiation at this place.
    #[must_use]
    pub fn role_of_the_first(place: usize) -> Role {
        if place.is_multiple_of(2) { Role::Initiator } else { Role::Responder }
    }
}

/// Every way in which one router can be enrolled and pinned.
fn routers(cas: u8, number: u8, peer: u8) -> Vec<Router> {
    let orders = orders(cas);
    let pin_sets = 0..1_u32 << cas;
    orders
        .iter()
        .flat_map(|order| pin_sets.clone().map(|pins| router(cas, number, peer, order, pins)))
        .collect()
}

/// A router that is enrolled in these CAs, the newest first, and pins those whose bit is set.
fn router(cas: u8, number: u8, peer: u8, enrolled: &[u8], pins: u32) -> Router {
    let identity = Identity::Fqdn(host(number));
    let enrolment = |&ca: &u8| Enrolment {
        trustpoint: TrustpointId(ca),
        certificate: Certificate {
            subject: Name(100 + number),
            alternative_names: [identity].into_iter().collect(),
            ..Certificate::default()
        },
        ..Enrolment::default()
    };
    let pin = |ca| Pin { trustpoint: TrustpointId(ca), purpose: PinUse::Both };
    Router {
        trustpoints: (0..cas)
            .map(|ca| Trustpoint { authenticated: Some(CaCertificateId(ca)), revocation_check: None })
            .collect(),
        enrolments: enrolled.iter().map(enrolment).collect(),
        profiles: vec![Profile {
            pins: (0..cas).filter(|ca| pins & (1 << ca) != 0).map(pin).collect(),
            matches: vec![Match::Fqdn(host(peer))],
            excluded: false,
            local_identity: Some(LocalIdentity::Is(identity)),
        }],
        tunnel: Some(Tunnel { profile: Some(ProfileId(0)) }),
        address: u32::from(number),
        ..Router::default()
    }
}

/// `R1.example.com`, in numbers.
fn host(number: u8) -> DomainName {
    [200, 201, number].into_iter().collect::<Few<u8, 4>>()
}

/// Every list of different CAs out of this many, the shorter ones first.
fn orders(cas: u8) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    let mut next = 0;
    while let Some(order) = all.get(next).cloned() {
        let longer = (0..cas).filter(|ca| !order.contains(ca)).map(|ca| [order.as_slice(), &[ca]].concat());
        all.extend(longer);
        next += 1;
    }
    all
}
