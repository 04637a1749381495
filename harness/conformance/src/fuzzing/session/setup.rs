//! The two routers of a session: how they are set up, in a few bytes, and what has to hold because of that.

use std::net::Ipv4Addr;
use std::sync::Arc;

use arbitrary::{Arbitrary, Unstructured};
use crypto::HashAlgorithm;
use ike::{
    AnyProfileId, Enrolment, IdentityKind, IdentityMatch, IdentityPattern, IkeVersion, Ikev2Authentication,
    Ikev2Match, Ikev2Parts, Ikev2Pattern, Ikev2Pin, Ikev2Profile, Ikev2ProfileId, Keepalive, Limits, Origin,
    Pin, PinUse, Profile, ProfileId, ProtectionProfile, RevocationServers, Router, RouterParts, Sourced,
    Trustpoint, TrustpointId,
};
use lab::side::Side;
use pki::{Authority, IssuerSignatures, RevocationMethod};

use crate::fuzzing::materials::{Credential, MATERIALS, ikev2_parts, party, policies, protection};
use crate::laboratory::Ca;

/// Everything that the routers of a session are made from. All zeros is a pair that comes up from both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Setup {
    pub sides: [RouterSetup; 2],
    /// Few sessions, and cookies.
    pub is_scarce: bool,
    /// Liveness checks.
    pub has_keepalive: bool,
    /// Fragments of IKEv2.
    pub has_fragments: bool,
    /// A host name, an address, a mailbox or a distinguished name as identity.
    pub identity: u8,
    /// Real ciphers, agreement and signatures.
    pub is_real: bool,
}

/// What is particular to a router.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RouterSetup {
    enrolled: u8,
    pinned: u8,
    trusted: u8,
    pub credential: u8,
}

/// From whom a router has certificates, the newest first.
const ENROLLED: [&[Ca]; 4] = [&[Ca::Two, Ca::One], &[Ca::One], &[Ca::Unknown], &[Ca::Intermediate]];

/// Whom its profile pins, of those that it has trustpoints for. An initiator of IKEv2 signs with pins only (V2-SEL-2).
const PINNED: [&[Ca]; 4] = [&Ca::ALL, &[Ca::One], &[Ca::Two], &[]];

/// Whom it trusts beside those that it has certificates from.
const TRUSTED: [&[Ca]; 4] = [&[Ca::One, Ca::Two], &[Ca::Two], &[Ca::One], &[Ca::One, Ca::Two, Ca::Unknown]];

impl<'a> Arbitrary<'a> for Setup {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let [first, second, flags] = bytes.arbitrary()?;
        Ok(Self {
            sides: [first, second].map(RouterSetup::of_byte),
            is_scarce: flags & 1 != 0,
            has_keepalive: flags & 2 != 0,
            has_fragments: flags & 4 != 0,
            identity: (flags >> 3) % 4,
            is_real: false,
        })
    }
}

impl RouterSetup {
    fn of_byte(byte: u8) -> Self {
        Self { enrolled: byte & 3, pinned: byte >> 2 & 3, trusted: byte >> 4 & 3, credential: byte >> 6 }
    }

    pub fn credential(self) -> Credential {
        match self.credential {
            0 => Credential::Good,
            1 => Credential::Expired,
            2 => Credential::OtherKey,
            _ => Credential::Forged,
        }
    }

    fn enrolled(self) -> &'static [Ca] {
        ENROLLED[usize::from(self.enrolled)]
    }

    /// The CAs of its trustpoints, in configuration order.
    fn trustpoints(self) -> Vec<Ca> {
        let mut all = TRUSTED[usize::from(self.trusted)].to_vec();
        all.extend(self.enrolled().iter().filter(|ca| !TRUSTED[usize::from(self.trusted)].contains(ca)));
        all
    }

    /// The CAs at one of which a chain has to end that it accepts with this profile: its pins that are trustpoints, or
    /// all trustpoints (V1-VAL-1, V2-VAL-1).
    fn anchors(self, profile: Option<AnyProfileId>) -> Vec<Ca> {
        let pins = PINNED[usize::from(self.pinned)];
        let mut anchors = self.trustpoints();
        if profile.is_some() && self.is_pinned() {
            anchors.retain(|ca| pins.contains(ca));
        }
        anchors
    }

    /// A profile cannot pin what the router does not have.
    fn is_pinned(self) -> bool {
        PINNED[usize::from(self.pinned)].iter().any(|ca| self.trustpoints().contains(ca))
    }
}

impl Setup {
    pub fn side(&self, side: Side) -> RouterSetup {
        self.sides[usize::from(side == Side::Second)]
    }

    /// Whether `judge`, whose session has this profile, may believe whoever signs with this certificate: it is one of
    /// the other router's, which has the key to it, and a CA that covers it has issued it. This is said without looking at
    /// what the endpoints do, but for the profile ([`Self::has_profile`]).
    pub fn may_accept(&self, judge: Side, profile: Option<AnyProfileId>, certificate: &[u8]) -> bool {
        let peer = self.side(judge.other());
        let anchors = self.side(judge).anchors(profile);
        let of = |ca: Ca| {
            MATERIALS.credential(judge.other(), ca, peer.credential()).certificate.as_der() == certificate
        };
        let covers = |ca: Ca| anchors.contains(&ca) || ca == Ca::Intermediate && anchors.contains(&Ca::One);
        peer.credential() == Credential::Good && peer.enrolled().iter().any(|&ca| of(ca) && covers(ca))
    }

    /// Whether the responder of `version` finds its profile by the identity that the other router has: in IKEv1 not by a
    /// distinguished name, for which its profile has no line.
    pub fn has_profile(&self, version: IkeVersion) -> bool {
        version == IkeVersion::V2 || self.identity() != IdentityKind::DistinguishedName
    }

    pub fn limits(&self) -> Limits {
        let scarce =
            Limits { sessions: 6, half_open: 2, stranger_answers: 3, reveal_keys: true, ..Limits::default() };
        if self.is_scarce {
            scarce
        } else {
            Limits { sessions: 200, half_open: 20, reveal_keys: true, ..scarce }
        }
    }

    /// The router of this side, which begins with `version`.
    pub fn router(&self, side: Side, version: IkeVersion) -> Router {
        let setup = self.side(side);
        let trustpoints = setup.trustpoints();
        let id_of = |ca: &Ca| TrustpointId::from_index(trustpoints.iter().position(|known| known == ca)?);
        let pins: Vec<TrustpointId> = PINNED[usize::from(setup.pinned)].iter().filter_map(id_of).collect();
        let keepalive =
            self.has_keepalive.then(|| Sourced::default_value(Keepalive { interval: 10, retry: 2 }));
        let parts = RouterParts {
            hostname: Sourced::default_value(
                party(side).host_name().trim_end_matches(".example.org").to_owned(),
            ),
            domain: Some(Sourced::default_value("example.org".to_owned())),
            trustpoints: trustpoints.iter().map(|&ca| self.trustpoint(side, ca)).collect(),
            enrolments: setup.enrolled().iter().filter_map(id_of).collect(),
            policies: policies(),
            identity: Sourced::default_value(self.identity()),
            profiles: vec![profile(&pins)],
            protections: vec![protection(side, first_profile(version))],
            capabilities: pki::Policy::ios(),
            issuer_signatures: self.issuer_signatures(),
            revocation_servers: RevocationServers::default(),
            keepalive,
            certificate_maps: Vec::new(),
            ikev2: self.ikev2(&pins, keepalive),
        };
        Router::new(parts).expect("the parts fit together")
    }

    fn issuer_signatures(&self) -> Arc<dyn IssuerSignatures + Send + Sync> {
        if self.is_real { Arc::new(crypto::Real) } else { Arc::clone(&MATERIALS.issued) as _ }
    }

    fn identity(&self) -> IdentityKind {
        match self.identity {
            0 => IdentityKind::Fqdn(None),
            1 => IdentityKind::Address,
            2 => IdentityKind::UserFqdn("router@example.org".to_owned()),
            _ => IdentityKind::DistinguishedName,
        }
    }

    fn trustpoint(&self, side: Side, ca: Ca) -> Trustpoint {
        let setup = self.side(side);
        let enrolment = setup.enrolled().contains(&ca).then(|| {
            let credential = MATERIALS.credential(side, ca, setup.credential());
            let intermediates = (ca == Ca::Intermediate).then(|| MATERIALS.authority(ca).clone());
            Enrolment {
                certificate: credential.certificate.clone(),
                intermediates: intermediates.into_iter().collect(),
                signer: if self.is_real {
                    Arc::clone(&credential.real)
                } else {
                    Arc::clone(&credential.stand_in)
                },
                origin: Origin::DEFAULT,
            }
        });
        Trustpoint {
            name: format!("{ca:?}"),
            origin: Origin::DEFAULT,
            authority: Some(Authority::Certificate(MATERIALS.authority(ca).clone())),
            enrolment,
            revocation: Sourced::default_value(vec![RevocationMethod::Crl]),
            revocation_lists: vec![MATERIALS.lists[ca as usize].clone()],
        }
    }

    fn ikev2(&self, pins: &[TrustpointId], dpd: Option<Sourced<Keepalive>>) -> Ikev2Parts {
        let mut profile = Ikev2Profile::new("peer".to_owned(), Origin::DEFAULT);
        let pin = |&trustpoint: &TrustpointId| Ikev2Pin {
            trustpoint,
            uses: PinUse::SignAndVerify,
            origin: Origin::DEFAULT,
        };
        profile.pins = pins.iter().map(pin).collect();
        let patterns = patterns().into_iter().chain([IdentityPattern::Any]);
        let line = |pattern| Ikev2Match { pattern: Ikev2Pattern::Identity(pattern), origin: Origin::DEFAULT };
        profile.matches = patterns.map(line).collect();
        profile.identity_local = Sourced::default_value(self.identity());
        profile.authentication_local = Some(Sourced::default_value(Ikev2Authentication::RsaSignature));
        profile.authentication_remote = vec![Sourced::default_value(Ikev2Authentication::RsaSignature)];
        profile.lifetime = Sourced::default_value(3600);
        Ikev2Parts {
            fragmentation: self.has_fragments.then(|| Sourced::default_value(576)),
            cookie_challenge: self.is_scarce.then(|| Sourced::default_value(1)),
            dpd,
            signature_hashes: if self.has_fragments { vec![HashAlgorithm::Sha256] } else { Vec::new() },
            ..ikev2_parts(vec![profile])
        }
    }
}

fn patterns() -> [IdentityPattern; 3] {
    let domain = || "example.org".to_owned();
    [
        IdentityPattern::HostDomain(domain()),
        IdentityPattern::UserDomain(domain()),
        IdentityPattern::Address { network: Ipv4Addr::new(192, 0, 2, 0), prefix: 24 },
    ]
}

fn profile(pins: &[TrustpointId]) -> Profile {
    Profile {
        name: "peer".to_owned(),
        origin: Origin::DEFAULT,
        pins: pins.iter().map(|&trustpoint| Pin { trustpoint, origin: Origin::DEFAULT }).collect(),
        matches: patterns().map(|pattern| IdentityMatch { pattern, origin: Origin::DEFAULT }).to_vec(),
        self_identity: None,
        keyring: None,
    }
}

/// The profile that the tunnel names, and with it the version.
fn first_profile(version: IkeVersion) -> ProtectionProfile {
    let profile = match version {
        IkeVersion::V1 => ProfileId::from_index(0).map(Sourced::default_value).map(ProtectionProfile::Isakmp),
        IkeVersion::V2 => {
            Ikev2ProfileId::from_index(0).map(Sourced::default_value).map(ProtectionProfile::Ikev2)
        }
    };
    profile.expect("there is a first profile")
}
