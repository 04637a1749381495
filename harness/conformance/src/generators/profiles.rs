//! Profiles: what they pin, whom they match and what they call the router.

use model::{
    CertificateMap, DomainName, Identity, LocalIdentity, Match, Pin, PinUse, Profile, TrustpointId, Version,
};
use proptest::prelude::*;

use super::pick::{Pick, pick, rarely, seldom};
use super::routers::{Called, Identities};

#[derive(Clone, Debug)]
pub(super) struct ProfileDraft {
    /// In IKEv2 an initiator needs a pin, so that there are more.
    pins: Vec<PinDraft>,
    pins_of_ikev2: Vec<PinDraft>,
    matches: Vec<MatchDraft>,
    identity: Option<u8>,
    excluded: bool,
}

#[derive(Clone, Copy, Debug)]
struct PinDraft {
    trustpoint: Pick,
    purpose: PinUse,
}

#[derive(Clone, Copy, Debug)]
enum MatchDraft {
    /// What the peer calls itself by this profile of its own, closely or less so.
    Peer { profile: Pick, closeness: Closeness },
    /// By a certificate map, in IKEv2.
    Map(CertificateMap),
    /// Somebody else.
    Other(u8),
}

#[derive(Clone, Copy, Debug)]
enum Closeness {
    Exact,
    /// With so many labels, or bits in 8.
    Partial(u8),
    /// Mask 0, or `any` in IKEv2.
    Everybody,
}

pub(super) fn profile() -> impl Strategy<Value = ProfileDraft> {
    let pins = prop_oneof![1 => Just(Vec::new()), 1 => prop::collection::vec(pin(), 1..=3)];
    let pins_of_ikev2 = prop_oneof![9 => prop::collection::vec(pin(), 1..=3), 1 => Just(Vec::new())];
    let matches = prop::collection::vec(line(), 1..=3);
    (pins, pins_of_ikev2, matches, seldom(75, 0_u8..8), rarely(2)).prop_map(
        |(pins, pins_of_ikev2, matches, identity, excluded)| ProfileDraft {
            pins,
            pins_of_ikev2,
            matches,
            identity,
            excluded,
        },
    )
}

fn pin() -> impl Strategy<Value = PinDraft> {
    let purpose = prop_oneof![10 => Just(PinUse::Both), 1 => Just(PinUse::Sign), 1 => Just(PinUse::Verify)];
    (pick(), purpose).prop_map(|(trustpoint, purpose)| PinDraft { trustpoint, purpose })
}

fn line() -> impl Strategy<Value = MatchDraft> {
    let closeness = prop_oneof![
        5 => Just(Closeness::Exact),
        2 => (0_u8..4).prop_map(Closeness::Partial),
        1 => Just(Closeness::Everybody),
    ];
    prop_oneof![
        12 => (pick(), closeness).prop_map(|(profile, closeness)| MatchDraft::Peer { profile, closeness }),
        2 => (0_u8..2).prop_map(|map| MatchDraft::Map(CertificateMap(map))),
        2 => (0_u8..5).prop_map(MatchDraft::Other),
    ]
}

impl ProfileDraft {
    /// What the profile calls the router.
    pub(super) fn identity(&self, version: Version, own: Called) -> Option<LocalIdentity> {
        Some(match (self.identity?, version) {
            (0..=2, _) => LocalIdentity::Is(own.host()),
            (3, _) => LocalIdentity::Is(own.address()),
            (4, _) => LocalIdentity::Is(own.user()),
            (5, _) | (_, Version::Ikev1) => LocalIdentity::Is(own.other_host()),
            (6, Version::Ikev2) => LocalIdentity::Is(own.key_id()),
            (_, Version::Ikev2) => LocalIdentity::Subject,
        })
    }

    pub(super) fn profile(
        &self,
        version: Version,
        candidates: &[TrustpointId],
        local_identity: Option<LocalIdentity>,
        peer: Called,
        peers: &Identities,
    ) -> Profile {
        let mut pins: Vec<Pin> = Vec::new();
        let drafts = if version == Version::Ikev1 { &self.pins } else { &self.pins_of_ikev2 };
        for draft in drafts {
            let trustpoint = candidates[usize::from(draft.trustpoint.among(candidates.len()))];
            let purpose = if version == Version::Ikev1 { PinUse::Both } else { draft.purpose };
            if pins.iter().all(|pin| pin.trustpoint != trustpoint) {
                pins.push(Pin { trustpoint, purpose });
            }
        }
        Profile {
            pins,
            matches: self.matches.iter().map(|line| line.line(version, peer, peers)).collect(),
            excluded: self.excluded && version == Version::Ikev2,
            local_identity,
        }
    }
}

impl MatchDraft {
    fn line(self, version: Version, peer: Called, peers: &Identities) -> Match {
        match self {
            Self::Peer { profile, closeness } => {
                let of_profile = peers.of_profiles[usize::from(profile.among(peers.of_profiles.len()))];
                let identity = match of_profile.or(peers.global) {
                    Some(LocalIdentity::Is(identity)) => identity,
                    // A subject is matched by a map, or not at all.
                    Some(LocalIdentity::Subject) if version == Version::Ikev2 => {
                        return Match::CertificateMap(CertificateMap(0));
                    }
                    Some(LocalIdentity::Subject) | None => peer.address(),
                };
                closely(version, identity, closeness)
            }
            Self::Map(map) if version == Version::Ikev2 => Match::CertificateMap(map),
            Self::Map(_) => closely(version, peer.address(), Closeness::Exact),
            Self::Other(kind) => {
                let elsewhere: DomainName = [202, 201].into_iter().collect();
                match kind {
                    0 => Match::Fqdn([202, 201, 7].into_iter().collect()),
                    1 => Match::Address(7, 32),
                    2 => Match::UserFqdn(7, elsewhere),
                    3 => Match::FqdnDomain(elsewhere),
                    _ => Match::KeyId(7),
                }
            }
        }
    }
}

/// A line that matches an identity.
fn closely(version: Version, identity: Identity, closeness: Closeness) -> Match {
    let beginning = |name: DomainName, labels: u8| -> DomainName {
        let at_most = name.len().saturating_sub(1).max(1);
        name.iter().copied().take(usize::from(labels).clamp(1, at_most)).collect()
    };
    match (closeness, identity) {
        (Closeness::Everybody, Identity::Address(address)) => Match::Address(address, 0),
        (Closeness::Everybody, _) if version == Version::Ikev2 => Match::Any,
        (Closeness::Partial(part), Identity::Address(address)) => {
            Match::Address(address, 8 + 8 * part.min(2))
        }
        (Closeness::Exact, Identity::Address(address)) => Match::Address(address, 32),
        (Closeness::Exact, Identity::Fqdn(name)) => Match::Fqdn(name),
        (Closeness::Partial(labels), Identity::Fqdn(name)) => Match::FqdnDomain(beginning(name, labels)),
        (Closeness::Everybody, Identity::Fqdn(name)) => Match::FqdnDomain(beginning(name, 1)),
        (Closeness::Exact, Identity::UserFqdn(user, domain)) => Match::UserFqdn(user, domain),
        (_, Identity::UserFqdn(_, domain)) => Match::UserFqdnDomain(domain),
        (_, Identity::KeyId(id)) => Match::KeyId(id),
        (_, Identity::Dn(_)) => Match::CertificateMap(CertificateMap(0)),
    }
}
