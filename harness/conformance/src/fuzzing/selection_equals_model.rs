//! Arbitrary routers: what the engine selects is what the reference model says.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use arbitrary::{Arbitrary, Unstructured};
use crypto::Provider;
use ike::{
    Enrolment, IdentityKind, IdentityMatch, IdentityPattern, IkeVersion, Ikev2Authentication, Ikev2Match,
    Ikev2Pattern, Ikev2Pin, Ikev2Profile, Ikev2ProfileId, Origin, Pin, Profile, ProfileId, ProtectionProfile,
    RevocationServers, Router, RouterParts, Sourced, Trustpoint, TrustpointId,
};
use lab::clock::Instant;
use lab::complete::{World, built_in_trustpoints};
use lab::faults::Faults;
use lab::link::LinkSettings;
use lab::side::{Pair, Side};
use pki::{Authority, IssuerSignatures, RevocationMethod};

use super::Seed;
use super::materials::{ADDRESSES, Credential, MATERIALS, ikev2_parts, party, policies, protection};
use crate::comparison::{Names, examine};
use crate::laboratory::{Ca, NOW};

/// Two routers out of bytes: whichever of them begins, in whichever version, what they ask for, in which order, what they
/// sign with, which profile they take, what they validate against and how it ends is what the rules predict.
///
/// # Panics
/// If engine and model part.
pub fn selection_equals_model(bytes: &[u8]) {
    let mut bytes = Unstructured::new(bytes);
    let Ok(case) = Case::arbitrary(&mut bytes) else { return };
    let world = case.world();
    let names = Pair::from_fn(|side| {
        let identities = identities(side);
        Names::as_configured(&world.routers[side], case.model_version(), identities)
    });
    let of_model = Pair::from_fn(|side| case.routers[side].of_model(side, case.version));
    let surroundings = surroundings();
    let forth = model::Negotiation {
        version: case.model_version(),
        world: &surroundings,
        initiator: &of_model.first,
        responder: &of_model.second,
        common: model::Common::default(),
    };
    for (from, negotiation) in [(Side::First, forth), (Side::Second, forth.from_the_other_side())] {
        let findings = examine(&world, from, &names, &negotiation);
        let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "from {from:?}: {}\n{case:#?}", told.join("\n"));
    }
}

/// A pair of routers.
#[derive(Clone, Debug)]
struct Case {
    version: IkeVersion,
    routers: Pair<RouterCase>,
}

#[derive(Clone, Debug)]
struct RouterCase {
    /// The CAs of its trustpoints in configuration order, each with whether the trustpoint is enrolled; one CA may have
    /// several.
    trustpoints: Vec<(Ca, bool)>,
    /// The enrolled trustpoints, the newest first.
    enrolments: Vec<usize>,
    profiles: Vec<ProfileCase>,
    /// Which profile its tunnel names.
    tunnel: usize,
    identity: u8,
    credential: Credential,
}

#[derive(Clone, Debug)]
struct ProfileCase {
    /// Trustpoints, each with what it is for.
    pins: Vec<(usize, u8)>,
    matches: Vec<u8>,
    identity: u8,
}

/// So many kinds of identity and of lines that match them there are.
const IDENTITIES: u8 = 4;
const PATTERNS: u8 = 8;

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let version = if bytes.arbitrary::<u8>()? & 1 == 0 { IkeVersion::V1 } else { IkeVersion::V2 };
        Ok(Self { version, routers: Pair::try_from_fn(|_| bytes.arbitrary())? })
    }
}

impl<'a> Arbitrary<'a> for RouterCase {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let count = 1 + bytes.arbitrary::<u8>()? % 4;
        let mut trustpoints = Vec::new();
        for _ in 0..count {
            let byte: u8 = bytes.arbitrary()?;
            trustpoints.push((Ca::ALL[usize::from(byte & 3)], byte & 4 == 0));
        }
        let mut enrolments: Vec<usize> = (0..trustpoints.len()).filter(|&id| trustpoints[id].1).collect();
        let order: u8 = bytes.arbitrary()?;
        if let Some(by) = usize::from(order & 15).checked_rem(enrolments.len()) {
            enrolments.rotate_left(by);
        }
        if order & 16 != 0 {
            enrolments.reverse();
        }
        let mut profiles = Vec::new();
        for _ in 0..1 + bytes.arbitrary::<u8>()? % 3 {
            profiles.push(ProfileCase::arbitrary_for(trustpoints.len(), bytes)?);
        }
        let [tunnel, identity, credential] = bytes.arbitrary::<[u8; 3]>()?;
        Ok(Self {
            trustpoints,
            enrolments,
            tunnel: usize::from(tunnel) % profiles.len(),
            profiles,
            identity: identity % IDENTITIES,
            credential: if credential & 7 == 7 { Credential::Expired } else { Credential::Good },
        })
    }
}

impl ProfileCase {
    fn arbitrary_for(trustpoints: usize, bytes: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        let byte: u8 = bytes.arbitrary()?;
        let mut pins: Vec<(usize, u8)> = Vec::new();
        for _ in 0..byte & 3 {
            let pin: u8 = bytes.arbitrary()?;
            let trustpoint = usize::from(pin & 15) % trustpoints;
            if pins.iter().all(|(pinned, _)| *pinned != trustpoint) {
                pins.push((trustpoint, (pin >> 4) % 3));
            }
        }
        let mut matches = Vec::new();
        for _ in 0..1 + (byte >> 2 & 1) {
            matches.push(bytes.arbitrary::<u8>()? % PATTERNS);
        }
        Ok(Self { pins, matches, identity: (byte >> 3) % IDENTITIES })
    }
}

fn defaulted<T>(value: T) -> Sourced<T> {
    Sourced::default_value(value)
}

fn trustpoint_id(index: usize) -> TrustpointId {
    TrustpointId::from_index(index).expect("there are few trustpoints")
}

/// The world of the laboratory.
impl Case {
    const fn model_version(&self) -> model::Version {
        match self.version {
            IkeVersion::V1 => model::Version::Ikev1,
            IkeVersion::V2 => model::Version::Ikev2,
        }
    }

    fn world(&self) -> World {
        World {
            names: Pair::from_fn(|side| party(side).host_name().to_owned()),
            routers: Pair::from_fn(|side| Arc::new(self.routers[side].of_engine(side, self.version))),
            addresses: Pair::from_fn(|side| vec![ADDRESSES[side]]),
            clocks: Pair { first: Instant::from_seconds(NOW), second: Instant::from_seconds(NOW) },
            clock_lines: Pair { first: None, second: None },
            link: LinkSettings::default(),
            faults: Pair { first: Faults::default(), second: Faults::default() },
            seed: 0,
            provider: Provider::SIMULATED,
            authorities: Vec::new(),
            router_keys: Pair { first: BTreeMap::new(), second: BTreeMap::new() },
            assumptions: Vec::new(),
            open_questions: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// The router of the engine.
impl RouterCase {
    fn of_engine(&self, side: Side, version: IkeVersion) -> Router {
        let ikev2 = self.profiles.iter().enumerate().map(|(number, profile)| profile.of_ikev2(number, side));
        let is_ikev2 = version == IkeVersion::V2;
        let profile = match version {
            IkeVersion::V1 => {
                ProfileId::from_index(self.tunnel).map(defaulted).map(ProtectionProfile::Isakmp)
            }
            IkeVersion::V2 => {
                Ikev2ProfileId::from_index(self.tunnel).map(defaulted).map(ProtectionProfile::Ikev2)
            }
        };
        let parts = RouterParts {
            hostname: defaulted(party(side).host_name().trim_end_matches(".example.org").to_owned()),
            domain: Some(defaulted("example.org".to_owned())),
            trustpoints: (0..self.trustpoints.len())
                .map(|number| self.trustpoint(side, number))
                .chain(built_in_trustpoints())
                .collect(),
            enrolments: self.enrolments.iter().copied().map(trustpoint_id).collect(),
            policies: policies(),
            identity: defaulted(identity_kind(self.identity, side)),
            profiles: self
                .profiles
                .iter()
                .enumerate()
                .map(|(number, profile)| profile.of_ikev1(number, side))
                .collect(),
            protections: vec![protection(side, profile.expect("there are few profiles"))],
            capabilities: pki::Policy::ios(),
            issuer_signatures: Arc::clone(&MATERIALS.issued) as Arc<dyn IssuerSignatures + Send + Sync>,
            revocation_servers: RevocationServers::default(),
            keepalive: None,
            certificate_maps: Vec::new(),
            ikev2: if is_ikev2 { ikev2_parts(ikev2.collect()) } else { ike::Ikev2Parts::default() },
        };
        Router::new(parts).expect("the parts fit together")
    }

    fn trustpoint(&self, side: Side, number: usize) -> Trustpoint {
        let (ca, is_enrolled) = self.trustpoints[number];
        let credential = MATERIALS.credential(side, ca, self.credential);
        let intermediates = (ca == Ca::Intermediate).then(|| MATERIALS.authority(ca).clone());
        let enrolment = Enrolment {
            certificate: credential.certificate.clone(),
            intermediates: intermediates.into_iter().collect(),
            signer: Arc::clone(&credential.stand_in),
            origin: Origin::DEFAULT,
        };
        Trustpoint {
            name: format!("TP{number}"),
            origin: Origin::DEFAULT,
            authority: Some(Authority::Certificate(MATERIALS.authority(ca).clone())),
            enrolment: is_enrolled.then_some(enrolment),
            revocation: defaulted(vec![RevocationMethod::Crl]),
            revocation_lists: vec![MATERIALS.lists[ca as usize].clone()],
        }
    }
}

/// What a router may call itself, in the engine's words and the model's.
fn identities(side: Side) -> Vec<(ike::Identity, model::Identity)> {
    let own = party(side);
    let certificate = &MATERIALS.credential(side, Ca::One, Credential::Good).certificate;
    let engine = [
        ike::Identity::Fqdn(own.host_name().to_owned()),
        ike::Identity::Address(ADDRESSES[side]),
        ike::Identity::UserFqdn(own.mailbox().to_owned()),
        ike::Identity::DistinguishedName(certificate.subject().clone()),
    ];
    engine.into_iter().zip((0..IDENTITIES).map(|kind| model_identity(kind, side))).collect()
}

fn identity_kind(kind: u8, side: Side) -> IdentityKind {
    match kind {
        0 => IdentityKind::Fqdn(None),
        1 => IdentityKind::Address,
        2 => IdentityKind::UserFqdn(party(side).mailbox().to_owned()),
        _ => IdentityKind::DistinguishedName,
    }
}

/// A line that matches something of the router on the other side, or nothing.
fn pattern(kind: u8, side: Side) -> IdentityPattern {
    let peer = party(side.other());
    match kind {
        0 => IdentityPattern::Host(peer.host_name().to_owned()),
        1 => IdentityPattern::HostDomain("example.org".to_owned()),
        2 => IdentityPattern::Address { network: address(side.other()), prefix: 32 },
        3 => IdentityPattern::Address { network: Ipv4Addr::new(192, 0, 2, 0), prefix: 24 },
        4 => IdentityPattern::User(peer.mailbox().to_owned()),
        5 => IdentityPattern::UserDomain("example.org".to_owned()),
        6 => IdentityPattern::Address { network: Ipv4Addr::UNSPECIFIED, prefix: 0 },
        _ => IdentityPattern::Host("nobody.example.org".to_owned()),
    }
}

fn address(side: Side) -> Ipv4Addr {
    match ADDRESSES[side] {
        std::net::IpAddr::V4(address) => address,
        std::net::IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
    }
}

impl ProfileCase {
    fn of_ikev1(&self, number: usize, side: Side) -> Profile {
        let pins =
            self.pins.iter().map(|&(id, _)| Pin { trustpoint: trustpoint_id(id), origin: Origin::DEFAULT });
        let line = |&kind: &u8| IdentityMatch { pattern: pattern(kind, side), origin: Origin::DEFAULT };
        Profile {
            name: format!("profile{number}"),
            origin: Origin::DEFAULT,
            pins: pins.collect(),
            matches: self.matches.iter().map(line).collect(),
            self_identity: Some(defaulted(identity_kind(self.identity, side))),
            keyring: None,
        }
    }

    fn of_ikev2(&self, number: usize, side: Side) -> Ikev2Profile {
        let mut profile = Ikev2Profile::new(format!("profile{number}"), Origin::DEFAULT);
        let uses = |number: u8| match number {
            0 => ike::PinUse::SignAndVerify,
            1 => ike::PinUse::Sign,
            _ => ike::PinUse::Verify,
        };
        let pin = |&(id, purpose): &(usize, u8)| Ikev2Pin {
            trustpoint: trustpoint_id(id),
            uses: uses(purpose),
            origin: Origin::DEFAULT,
        };
        profile.pins = self.pins.iter().map(pin).collect();
        let line = |&kind: &u8| Ikev2Match {
            pattern: Ikev2Pattern::Identity(if kind == 6 {
                IdentityPattern::Any
            } else {
                pattern(kind, side)
            }),
            origin: Origin::DEFAULT,
        };
        profile.matches = self.matches.iter().map(line).collect();
        profile.identity_local = defaulted(identity_kind(self.identity, side));
        profile.authentication_local = Some(defaulted(Ikev2Authentication::RsaSignature));
        profile.authentication_remote = vec![defaulted(Ikev2Authentication::RsaSignature)];
        profile
    }
}

/// The CAs of the model: three roots, and an intermediate one below the first.
fn surroundings() -> model::World {
    let authority = |ca: Ca| model::Authority { name: model::Name(ca as u8), ..model::Authority::default() };
    let certificate = |ca: Ca| model::CaCertificate {
        subject: model::Ca(ca as u8),
        issuer: model::Ca(if ca == Ca::Intermediate { Ca::One as u8 } else { ca as u8 }),
        ..model::CaCertificate::default()
    };
    model::World {
        authorities: Ca::ALL.map(authority).to_vec(),
        ca_certificates: Ca::ALL.map(certificate).to_vec(),
    }
}

/// org, example, and the name of the host.
fn host(side: Side) -> model::DomainName {
    [1, 2, 3 + u8::from(side == Side::Second)].into_iter().collect()
}

fn domain() -> model::DomainName {
    [1, 2].into_iter().collect()
}

fn model_identity(kind: u8, side: Side) -> model::Identity {
    let number = u8::from(side == Side::Second);
    match kind {
        0 => model::Identity::Fqdn(host(side)),
        1 => model::Identity::Address(address(side).to_bits()),
        2 => model::Identity::UserFqdn(number, domain()),
        _ => model::Identity::Dn(model::Name(100 + number)),
    }
}

fn local_identity(kind: u8, side: Side) -> model::LocalIdentity {
    match kind {
        3 => model::LocalIdentity::Subject,
        kind => model::LocalIdentity::Is(model_identity(kind, side)),
    }
}

fn model_match(kind: u8, side: Side, version: IkeVersion) -> model::Match {
    let peer = side.other();
    match kind {
        0 => model::Match::Fqdn(host(peer)),
        1 => model::Match::FqdnDomain(domain()),
        2 => model::Match::Address(address(peer).to_bits(), 32),
        3 => model::Match::Address(Ipv4Addr::new(192, 0, 2, 0).to_bits(), 24),
        4 => model::Match::UserFqdn(u8::from(peer == Side::Second), domain()),
        5 => model::Match::UserFqdnDomain(domain()),
        6 if version == IkeVersion::V1 => model::Match::Address(0, 0),
        6 => model::Match::Any,
        _ => model::Match::Fqdn([1, 2, 9].into_iter().collect()),
    }
}

/// The router of the model.
impl RouterCase {
    fn of_model(&self, side: Side, version: IkeVersion) -> model::Router {
        let validity = match self.credential {
            Credential::Expired => model::Validity { until: model::Instant(0), ..model::Validity::default() },
            _ => model::Validity::default(),
        };
        let trustpoint = |&(ca, _): &(Ca, bool)| model::Trustpoint {
            authenticated: Some(model::CaCertificateId(ca as u8)),
            revocation_check: None,
        };
        let names = [0, 2, 1].map(|kind| model_identity(kind, side));
        let enrolment = |&id: &usize| model::Enrolment {
            trustpoint: model::TrustpointId(u8::try_from(id).expect("there are few trustpoints")),
            certificate: model::Certificate {
                issuer: None,
                condition: model::Condition { validity, ..model::Condition::default() },
                subject: model::Name(100 + u8::from(side == Side::Second)),
                alternative_names: names.into_iter().collect(),
                satisfies: model::Set::default(),
            },
            cannot_sign: false,
            sends: Some(match self.trustpoints[id].0 {
                Ca::Intermediate => [model::CaCertificateId(Ca::Intermediate as u8)].into_iter().collect(),
                _ => model::Few::none(),
            }),
        };
        let profile = |profile: &ProfileCase| model::Profile {
            pins: profile.pins.iter().map(|&pin| model_pin(pin, version)).collect(),
            matches: profile.matches.iter().map(|&kind| model_match(kind, side, version)).collect(),
            excluded: false,
            local_identity: Some(local_identity(profile.identity, side)),
        };
        let tunnel = model::ProfileId(u8::try_from(self.tunnel).expect("there are few profiles"));
        model::Router {
            trustpoints: self.trustpoints.iter().map(trustpoint).collect(),
            enrolments: self.enrolments.iter().map(enrolment).collect(),
            profiles: self.profiles.iter().map(profile).collect(),
            tunnel: Some(model::Tunnel { profile: Some(tunnel) }),
            address: address(side).to_bits(),
            global_identity: (version == IkeVersion::V1).then(|| local_identity(self.identity, side)),
            unable: model::Unable::default(),
            clock: model::Instant(1),
        }
    }
}

fn model_pin((id, purpose): (usize, u8), version: IkeVersion) -> model::Pin {
    let purpose = match (version, purpose) {
        (IkeVersion::V1, _) | (_, 0) => model::PinUse::Both,
        (_, 1) => model::PinUse::Sign,
        _ => model::PinUse::Verify,
    };
    model::Pin {
        trustpoint: model::TrustpointId(u8::try_from(id).expect("there are few trustpoints")),
        purpose,
    }
}

/// Pairs of routers that the rules tell apart: bytes as [`Case`] is read from them.
pub(super) fn seeds() -> Vec<Seed> {
    // Trustpoints, order, profiles, tunnel, identity, certificates.
    const PLAIN: &[u8] = &[1, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    const PINNED: &[u8] = &[1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0];
    const PINNED_TO_THE_OTHER: &[u8] = &[1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0];
    const OTHER_ORDER: &[u8] = &[1, 0, 1, 1, 0, 0, 0, 0, 0, 0];
    const ONE_CA_TWICE: &[u8] = &[2, 0, 0, 1, 0x10, 0, 0, 0, 0, 0, 0];
    const NOT_ENROLLED: &[u8] = &[1, 4, 5, 0, 0, 0, 0, 0, 0, 0];
    const BELOW: &[u8] = &[0, 3, 0, 0, 0, 0, 0, 0, 0];
    const TWO_PROFILES: &[u8] = &[1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0];
    const BY_NAME: &[u8] = &[1, 0, 1, 0, 0, 0x18, 6, 0, 3, 0];
    const EXPIRED: &[u8] = &[1, 0, 1, 0, 0, 0, 0, 0, 0, 7];
    const ROUTERS: &[(&str, &[u8])] = &[
        ("plain", PLAIN),
        ("pinned", PINNED),
        ("pinned-to-the-other", PINNED_TO_THE_OTHER),
        ("other-order", OTHER_ORDER),
        ("one-ca-twice", ONE_CA_TWICE),
        ("not-enrolled", NOT_ENROLLED),
        ("below", BELOW),
        ("two-profiles", TWO_PROFILES),
        ("by-name", BY_NAME),
        ("expired", EXPIRED),
    ];
    let mut seeds = Vec::new();
    for version in [0, 1] {
        for (first, one) in ROUTERS {
            for (second, other) in &ROUTERS[..4] {
                let name = format!("ikev{}-{first}-and-{second}", version + 1);
                seeds.push(Seed { name, bytes: [&[version], *one, *other].concat() });
            }
        }
    }
    seeds
}
