//! Routers put together in code, for tests of the endpoint and of the choices below the level of texts: as many CAs as a
//! test asks for, named CA1, CA2 and so on, each with a trustpoint IOSCA1, IOSCA2 and so on.

#![allow(dead_code, clippy::unwrap_used)] // each test file uses its part

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crypto::{CipherAlgorithm, Group, HashAlgorithm, Provider, SeededRandom};
use ike::{
    Endpoint, Enrolment, Event, EventKind, IdentityKind, IdentityMatch, IdentityPattern, Ikev2Parts,
    IsakmpPolicy, Limits, Now, Origin, Path, Pin, Profile, ProfileId, Protection, ProtectionId,
    ProtectionProfile, Router, RouterParts, Sourced, TransformSet, Trustpoint, TrustpointId,
};
use lab::certificates::{CertificateSpecification, Mint, RevocationListSpecification, RevokedCertificate};
use lab::keys::{KeyAllotment, KeyKind};
use pki::{
    Authority, CalendarTime, Certificate, Name, RevocationList, RevocationMethod, SerialNumber, Validity,
};

mod ikev2;

#[allow(unused_imports)] // as above
pub use ikev2::{ikev2_pin, ikev2_router, stand_in};

pub const NOON: i64 = 1_371_470_400;

/// The CAs of a test.
pub struct Authorities {
    mint: Mint,
    keys: KeyAllotment,
    specifications: Vec<CertificateSpecification>,
}

impl Authorities {
    pub fn new(count: usize) -> Self {
        Self::named((1..=count).map(|number| format!("cn=CA{number},o=cisco,o=com")))
    }

    /// CAs with other names than the usual.
    pub fn named(names: impl IntoIterator<Item = String>) -> Self {
        let mut keys = KeyAllotment::new();
        let specifications = names
            .into_iter()
            .map(|name| {
                let key = keys.allot(&name, "signing", KeyKind::rsa(1024).unwrap());
                let name = Name::from_ios_text(&name).unwrap();
                let serial = SerialNumber::from_contents(&[1]);
                CertificateSpecification::ios_authority(name, key, HashAlgorithm::Sha1, serial, validity())
            })
            .collect();
        Self { mint: Mint::new(), keys, specifications }
    }

    pub fn certificate(&self, ca: usize) -> Certificate {
        Certificate::from_der(&self.mint.certificate(&self.specifications[ca - 1]).unwrap()).unwrap()
    }

    fn enrolment(&mut self, ca: usize, host: &str) -> Enrolment {
        self.enrolment_with(ca, host, |_| {})
    }

    /// An enrolment whose certificate is other than the usual.
    pub fn enrolment_with(
        &mut self,
        ca: usize,
        host: &str,
        change: impl FnOnce(&mut CertificateSpecification),
    ) -> Enrolment {
        self.enrolment_of(KeyKind::rsa(1024).unwrap(), ca, host, change)
    }

    /// An enrolment with a key of this kind.
    pub fn enrolment_of(
        &mut self,
        kind: KeyKind,
        ca: usize,
        host: &str,
        change: impl FnOnce(&mut CertificateSpecification),
    ) -> Enrolment {
        let key = self.keys.allot(host, &format!("CA{ca}"), kind);
        let subject =
            Name::from_ios_text(&format!("hostname={host}.cisco.com,cn={host},o=cisco,o=com")).unwrap();
        let serial = SerialNumber::from_contents(&[2]);
        let authority = &self.specifications[ca - 1];
        let mut specification =
            CertificateSpecification::ios_router(authority, subject, key, serial, validity());
        change(&mut specification);
        let der = self.mint.certificate(&specification).unwrap();
        Enrolment {
            certificate: Certificate::from_der(&der).unwrap(),
            intermediates: Vec::new(),
            signer: self.mint.keys().key(key),
            origin: Origin::DEFAULT,
        }
    }

    /// A revocation list of a CA, issued an hour before noon, on which the certificates of all routers are or are not.
    pub fn revocation_list(&self, ca: usize, next_update: i64, revoked: bool) -> RevocationList {
        let authority = &self.specifications[ca - 1];
        let an_hour_ago = CalendarTime::from_unix(NOON - 3600);
        let of_routers =
            RevokedCertificate { serial: SerialNumber::from_contents(&[2]), date: an_hour_ago, reason: None };
        let specification = RevocationListSpecification {
            issuer: authority.subject.clone(),
            issuer_key: authority.subject_key.into(),
            signature_hash: HashAlgorithm::Sha1,
            this_update: an_hour_ago,
            next_update: Some(CalendarTime::from_unix(next_update)),
            revoked: revoked.then_some(of_routers).into_iter().collect(),
            authority_key_identifier: None,
            number: None,
        };
        RevocationList::from_der(&self.mint.revocation_list(&specification).unwrap()).unwrap()
    }
}

fn validity() -> Validity {
    Validity {
        not_before: CalendarTime::from_unix(NOON - 3600),
        not_after: CalendarTime::from_unix(NOON + 365 * 86_400),
    }
}

pub fn trustpoint_id(number: usize) -> TrustpointId {
    TrustpointId::from_index(number - 1).unwrap()
}

/// A router with one profile, bound to the tunnel, that matches every peer of the domain. `trustpoints` names the CA of
/// each trustpoint in configuration order; `enrolled` names the trustpoints with a certificate, the newest first.
pub fn router(
    authorities: &mut Authorities,
    host: u8,
    trustpoints: &[usize],
    enrolled: &[usize],
    pins: &[usize],
) -> RouterParts {
    let name = format!("R{host}");
    let peer = if host == 1 { 2 } else { 1 };
    let trustpoints = trustpoints
        .iter()
        .enumerate()
        .map(|(index, &ca)| Trustpoint {
            name: format!("IOSCA{}", index + 1),
            origin: Origin::new(100 + u32::try_from(index).unwrap()),
            authority: Some(Authority::Certificate(authorities.certificate(ca))),
            enrolment: enrolled.contains(&(index + 1)).then(|| authorities.enrolment(ca, &name)),
            revocation: Sourced::default_value(vec![RevocationMethod::None]),
            revocation_lists: Vec::new(),
        })
        .collect();
    RouterParts {
        hostname: Sourced::default_value(name),
        domain: Some(Sourced::default_value("cisco.com".to_owned())),
        trustpoints,
        enrolments: enrolled.iter().map(|&number| trustpoint_id(number)).collect(),
        policies: vec![policy(10, CipherAlgorithm::TripleDesCbc, HashAlgorithm::Md5, Group::Modp1024)],
        identity: Sourced::default_value(IdentityKind::Fqdn(None)),
        profiles: vec![profile("prof1", pins, IdentityPattern::HostDomain("cisco.com".to_owned()))],
        protections: vec![tunnel(host, peer, Some(0))],
        capabilities: pki::Policy::ios(),
        issuer_signatures: Arc::new(crypto::Real),
        revocation_servers: ike::RevocationServers::default(),
        keepalive: None,
        certificate_maps: Vec::new(),
        ikev2: Ikev2Parts::default(),
    }
}

pub fn policy(priority: u32, cipher: CipherAlgorithm, hash: HashAlgorithm, group: Group) -> IsakmpPolicy {
    IsakmpPolicy::new(priority, Origin::new(200 + priority), (cipher, hash, group))
}

pub fn profile(name: &str, pins: &[usize], pattern: IdentityPattern) -> Profile {
    let pins = pins.iter().map(|&number| Pin {
        trustpoint: trustpoint_id(number),
        origin: Origin::new(300 + u32::try_from(number).unwrap()),
    });
    Profile {
        name: name.to_owned(),
        origin: Origin::new(400),
        pins: pins.collect(),
        matches: vec![IdentityMatch { pattern, origin: Origin::new(401) }],
        self_identity: None,
        keyring: None,
    }
}

pub fn address(host: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 168, 0, host))
}

pub fn tunnel(host: u8, peer: u8, profile: Option<usize>) -> Protection {
    let profile = profile.map_or(ProtectionProfile::Unnamed, |index| {
        ProtectionProfile::Isakmp(Sourced::new(ProfileId::from_index(index).unwrap(), Origin::new(501)))
    });
    let addresses = [host, peer].map(address);
    let set = TransformSet::aes_128("TS", Origin::new(502));
    Protection::tunnel("Tunnel1", Origin::new(500), addresses, profile, set)
}

/// Two endpoints and the datagrams between them, which arrive when a test says so.
pub struct Pair {
    /// The endpoints of hosts 1 and 2.
    pub endpoints: [Endpoint; 2],
    pub events: [Vec<Event>; 2],
    pub now: Now,
    /// Datagrams on their way: the host they come from, where they go, their bytes.
    pub under_way: VecDeque<(u8, Path, Vec<u8>)>,
    /// Every datagram ever sent.
    pub sent: Vec<(u8, Path, Vec<u8>)>,
}

impl Pair {
    pub fn new(parts: [RouterParts; 2]) -> Self {
        Self::with_limits(parts, Limits::default())
    }

    pub fn with_limits(parts: [RouterParts; 2], limits: Limits) -> Self {
        Self::with_provider(parts, limits, Provider::REAL)
    }

    pub fn with_provider(parts: [RouterParts; 2], limits: Limits, provider: Provider) -> Self {
        let mut seed = 0;
        let endpoints = parts.map(|parts| {
            seed += 1;
            let random = Box::new(SeededRandom::from_seed(seed));
            Endpoint::new(Arc::new(Router::new(parts).unwrap()), provider, random, limits)
        });
        let now = Now { monotonic: Duration::ZERO, calendar: NOON };
        let (events, under_way, sent) = ([Vec::new(), Vec::new()], VecDeque::new(), Vec::new());
        Self { endpoints, events, now, under_way, sent }
    }

    /// Has `host` begin a session for its first tunnel.
    pub fn initiate(&mut self, host: u8) {
        let peer = if host == 1 { 2 } else { 1 };
        let path =
            Path { local: SocketAddr::new(address(host), 500), remote: SocketAddr::new(address(peer), 500) };
        let protection = ProtectionId::from_index(0).unwrap();
        self.endpoints[usize::from(host) - 1].initiate(self.now, protection, path).unwrap();
        self.collect();
    }

    /// Takes out what the endpoints have to send and to tell.
    pub fn collect(&mut self) {
        for host in [1_u8, 2] {
            let endpoint = &mut self.endpoints[usize::from(host) - 1];
            while let Some((path, bytes)) = endpoint.poll_transmit() {
                self.sent.push((host, path, bytes.clone()));
                self.under_way.push_back((host, path, bytes));
            }
            while let Some(event) = endpoint.poll_event() {
                self.events[usize::from(host) - 1].push(event);
            }
        }
    }

    /// Delivers one datagram to the other host.
    pub fn deliver(&mut self, (from, path, bytes): (u8, Path, Vec<u8>)) {
        let to = if from == 1 { 2 } else { 1 };
        let seen = Path { local: path.remote, remote: path.local };
        self.endpoints[to - 1].handle_datagram(self.now, seen, &bytes);
        self.collect();
    }

    /// Delivers everything under way, and what follows from it, in order.
    pub fn settle(&mut self) {
        while let Some(datagram) = self.under_way.pop_front() {
            self.deliver(datagram);
        }
    }

    /// Lets time pass, with whatever falls due on the way; everything sent is delivered if `deliver`, else lost.
    pub fn pass(&mut self, time: Duration, deliver: bool) {
        let end = self.now.monotonic + time;
        loop {
            let due = self.endpoints.iter().filter_map(Endpoint::poll_timeout).min();
            let Some(due) = due.filter(|due| *due <= end) else { break };
            self.now = self.now.plus(due.saturating_sub(self.now.monotonic));
            for endpoint in &mut self.endpoints {
                endpoint.handle_timeout(self.now);
            }
            self.collect();
            if deliver { self.settle() } else { self.under_way.clear() }
        }
        self.now = self.now.plus(end.saturating_sub(self.now.monotonic));
    }

    /// Whether the host has told an event that `wanted` accepts.
    pub fn told(&self, host: u8, wanted: impl Fn(&EventKind) -> bool) -> bool {
        self.count(host, wanted) > 0
    }

    /// How many events the host has told that `wanted` accepts.
    pub fn count(&self, host: u8, wanted: impl Fn(&EventKind) -> bool) -> usize {
        self.events[usize::from(host) - 1].iter().filter(|event| wanted(&event.kind)).count()
    }

    /// The trustpoint that the host has chosen to sign with.
    pub fn chosen(&self, host: u8) -> Option<usize> {
        self.events[usize::from(host) - 1].iter().find_map(|event| match event.kind {
            EventKind::TrustpointChosen { trustpoint, .. } => Some(trustpoint.index() + 1),
            _ => None,
        })
    }
}
