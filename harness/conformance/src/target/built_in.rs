//! The built-in engine as a target: an endpoint of `ike` at the other end of the lab's link, in simulated time.

mod ikev2;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crypto::{CipherAlgorithm, Group, HashAlgorithm, Provider, SeededRandom};
use ike::{
    Endpoint, Enrolment, IdentityMatch, IdentityPattern, IkeVersion, Ikev2Parts, Ikev2ProfileId,
    IsakmpPolicy, Keepalive, Limits, Origin, Path, Pin, Profile, ProfileId, Protection, ProtectionId,
    ProtectionProfile, RevocationServers, Role, Router, RouterParts, Sourced, TransformSet, Trustpoint,
    TrustpointId,
};
use lab::clock::{Clock, Instant};
use lab::link::{Datagram, Link, PerfectLink};
use pki::{Authority, RevocationMethod};

use super::{Arrival, Place, Revocation, Setup, Target, TargetError};
use crate::laboratory::{Ca, Laboratory, NOW, Party};

/// The built-in engine.
pub struct BuiltIn {
    laboratory: Arc<Laboratory>,
    router: Option<Arc<Router>>,
    role: Role,
    endpoint: Option<Endpoint>,
    link: PerfectLink,
    clock: Clock,
    /// How many endpoints there were: each draws other random numbers.
    endpoints: u64,
}

impl BuiltIn {
    /// An engine that has not been prepared yet.
    #[must_use]
    pub fn new(laboratory: Arc<Laboratory>) -> Self {
        Self {
            laboratory,
            router: None,
            role: Role::Responder,
            endpoint: None,
            link: PerfectLink::new(LATENCY),
            clock: Clock::starting_at(Instant::from_seconds(NOW)),
            endpoints: 0,
        }
    }

    /// Where the engine and its tester are: addresses that nobody has (RFC 5737).
    pub const ADDRESSES: [IpAddr; 2] =
        [IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2))];

    fn collect(&mut self) {
        let Some(endpoint) = &mut self.endpoint else { return };
        while endpoint.poll_event().is_some() {}
        while let Some((path, bytes)) = endpoint.poll_transmit() {
            if let Some(datagram) = Datagram::new(path.local, path.remote, bytes) {
                self.link.send(self.clock.elapsed(), datagram);
            }
        }
    }
}

const LATENCY: Duration = Duration::from_millis(1);

impl Target for BuiltIn {
    fn prepare(&mut self, setup: &Setup) -> Result<(), TargetError> {
        let router = Router::new(parts(&self.laboratory, setup)).map_err(|error| {
            TargetError::Unprepared { reason: format!("the engine refuses this setup: {error}") }
        })?;
        self.router = Some(Arc::new(router));
        self.role = setup.role;
        self.reset()
    }

    fn send(&mut self, datagram: Datagram) -> Result<(), TargetError> {
        self.link.send(self.clock.elapsed(), datagram);
        Ok(())
    }

    fn receive(&mut self, patience: Duration) -> Result<Option<Arrival>, TargetError> {
        let deadline = self.clock.elapsed() + patience;
        loop {
            let due = self.endpoint.as_ref().and_then(Endpoint::poll_timeout);
            let due = due.map(|due| self.clock.elapsed_at(due));
            let next = [self.link.next_arrival(), due].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= deadline) else {
                self.clock.advance_to(deadline);
                return Ok(None);
            };
            self.clock.advance_to(next);
            let now = self.clock.now();
            if let Some(datagram) = self.link.receive(self.clock.elapsed()) {
                if datagram.source().ip() == Self::ADDRESSES[0] {
                    return Ok(Some(Arrival { at: self.clock.elapsed(), datagram }));
                }
                let path = Path { local: datagram.destination(), remote: datagram.source() };
                if let Some(endpoint) = &mut self.endpoint {
                    endpoint.handle_datagram(now, path, datagram.payload());
                }
            } else if let Some(endpoint) = &mut self.endpoint {
                endpoint.handle_timeout(now);
            }
            self.collect();
        }
    }

    fn reset(&mut self) -> Result<(), TargetError> {
        let Some(router) = &self.router else { return Ok(()) };
        self.endpoints += 1;
        self.link = PerfectLink::new(LATENCY);
        self.clock = Clock::starting_at(Instant::from_seconds(NOW));
        let random = Box::new(SeededRandom::from_seed(self.endpoints));
        let mut endpoint = Endpoint::new(Arc::clone(router), Provider::REAL, random, Limits::default());
        if self.role == Role::Initiator {
            let Place { target, tester, .. } = self.place();
            let protection = ProtectionId::from_index(0).expect("there is a first protection");
            let path = Path { local: target, remote: tester };
            endpoint.initiate(self.clock.now(), protection, path).map_err(|error| {
                TargetError::Unprepared { reason: format!("the engine does not begin: {error}") }
            })?;
        }
        self.endpoint = Some(endpoint);
        self.collect();
        Ok(())
    }

    fn place(&self) -> Place {
        let [target, tester] = Self::ADDRESSES.map(|address| SocketAddr::new(address, 500));
        Place { target, tester, target_nat_port: Limits::default().nat_traversal_port }
    }

    fn patience(&self) -> Duration {
        // The engine answers at once; this is shorter than its retransmission timer.
        Duration::from_secs(5)
    }
}

/// The suites of algorithms that a target has, best first.
pub const SUITES: [(CipherAlgorithm, HashAlgorithm, Group); 3] = [
    (CipherAlgorithm::AesCbc128, HashAlgorithm::Sha1, Group::Modp1024),
    (CipherAlgorithm::TripleDesCbc, HashAlgorithm::Sha1, Group::Modp1024),
    (CipherAlgorithm::AesCbc256, HashAlgorithm::Sha256, Group::Modp1024),
];

fn parts(laboratory: &Laboratory, setup: &Setup) -> RouterParts {
    let trusted = || setup.trusted.iter().copied();
    let id_of = |ca: Ca| trustpoint_id(setup, ca);
    let pins =
        setup.pins.iter().filter_map(|&ca| Some(Pin { trustpoint: id_of(ca)?, origin: Origin::DEFAULT }));
    let profile = (!setup.pins.is_empty()).then(|| profile(pins.collect()));
    let protected_by = match (setup.version, ProfileId::from_index(0), Ikev2ProfileId::from_index(0)) {
        (IkeVersion::V2, _, Some(first)) => ProtectionProfile::Ikev2(Sourced::default_value(first)),
        (IkeVersion::V1, Some(first), _) if profile.is_some() => {
            ProtectionProfile::Isakmp(Sourced::default_value(first))
        }
        _ => ProtectionProfile::Unnamed,
    };
    RouterParts {
        hostname: Sourced::default_value("target".to_owned()),
        domain: Some(Sourced::default_value("example.org".to_owned())),
        trustpoints: trusted().map(|ca| trustpoint(laboratory, setup, ca)).collect(),
        enrolments: setup.enrolled.iter().filter_map(|&ca| id_of(ca)).collect(),
        policies: SUITES.iter().take(setup.suites).zip(1..).map(policy).collect(),
        identity: Sourced::default_value(setup.identity.clone()),
        protections: vec![protection(protected_by)],
        profiles: profile.into_iter().collect(),
        capabilities: if setup.purposes { pki::Policy::rfc4945() } else { pki::Policy::ios() },
        issuer_signatures: Arc::new(crypto::Real),
        revocation_servers: RevocationServers::default(),
        certificate_maps: Vec::new(),
        ikev2: match setup.version {
            IkeVersion::V1 => Ikev2Parts::default(),
            IkeVersion::V2 => ikev2::parts(setup),
        },
        keepalive: setup.keepalive.then(|| Sourced::default_value(Keepalive { interval: 10, retry: 2 })),
    }
}

fn trustpoint_id(setup: &Setup, ca: Ca) -> Option<TrustpointId> {
    let index = setup.trusted.iter().position(|&trusted| trusted == ca)?;
    TrustpointId::from_index(index)
}

fn trustpoint(laboratory: &Laboratory, setup: &Setup, ca: Ca) -> Trustpoint {
    let enrolment = setup.enrolled.contains(&ca).then(|| {
        let credential = laboratory.credential(Party::Target, ca);
        Enrolment {
            certificate: credential.certificate,
            intermediates: Vec::new(),
            signer: credential.key,
            origin: Origin::DEFAULT,
        }
    });
    let list = match setup.revocation {
        Revocation::Unchecked => None,
        Revocation::Good => Some(laboratory.revocation_list(ca, false)),
        Revocation::Revoked => Some(laboratory.revocation_list(ca, true)),
    };
    let method = if list.is_some() { RevocationMethod::Crl } else { RevocationMethod::None };
    Trustpoint {
        name: format!("{ca:?}"),
        origin: Origin::DEFAULT,
        authority: Some(Authority::Certificate(laboratory.authority(ca))),
        enrolment,
        revocation: Sourced::default_value(vec![method]),
        revocation_lists: list.into_iter().collect(),
    }
}

fn policy((suite, priority): (&(CipherAlgorithm, HashAlgorithm, Group), u32)) -> IsakmpPolicy {
    IsakmpPolicy::new(priority, Origin::DEFAULT, *suite)
}

/// A profile for the tester, whatever it says it is.
fn profile(pins: Vec<Pin>) -> Profile {
    Profile {
        name: "peer".to_owned(),
        origin: Origin::DEFAULT,
        pins,
        matches: everyone().map(|pattern| IdentityMatch { pattern, origin: Origin::DEFAULT }).to_vec(),
        self_identity: None,
        keyring: None,
    }
}

/// Host names and mailboxes of the laboratory, and every address.
fn everyone() -> [IdentityPattern; 3] {
    let domain = || "example.org".to_owned();
    let address = IdentityPattern::Address { network: Ipv4Addr::UNSPECIFIED, prefix: 0 };
    [IdentityPattern::HostDomain(domain()), IdentityPattern::UserDomain(domain()), address]
}

fn protection(profile: ProtectionProfile) -> Protection {
    let set = TransformSet::aes_128("TS", Origin::DEFAULT);
    Protection::tunnel("Tunnel1", Origin::DEFAULT, BuiltIn::ADDRESSES, profile, set)
}
