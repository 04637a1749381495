//! From descriptions to whole routers: what the texts tell is used as it is, what they only describe is made.
//!
//! Configurations and show outputs never hold private keys, and seldom certificates. Everything that had to be
//! invented and that a verdict can rest on is an [`Assumption`]; what the texts leave open and what matters is an
//! [`OpenQuestion`]. The two routers live in one world: a CA is the same for both.

mod alone;
mod as_printed;
mod assembly;
mod assumptions;
mod authorities;
mod built_in;
mod certificate_maps;
mod completion;
mod coverage;
mod enrolment;
mod evidence;
mod form;
mod hierarchy;
mod ikev2;
mod isakmp;
mod moment;
mod other_methods;
mod overlooked;
mod protections;
mod revocation;
mod trust;
mod trustpoints;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crypto::Provider;
use ike::{Origin, Path, ProtectionId, Router, TrustpointId};
use ios::{Diagnostic, RouterDescription};
use pki::Certificate;

pub use alone::{Holdings, complete_alone};
pub(crate) use assembly::addresses;
pub(crate) use assumptions::listed;
pub use built_in::trustpoints as built_in_trustpoints;
pub(crate) use evidence::serial_number;

use crate::certificates::Mint;
use crate::clock::Instant;
use crate::faults::Faults;
use crate::keys::KeyId;
use crate::link::LinkSettings;
use crate::scenario::Settings;
use crate::side::{Pair, Side};

/// Two whole routers, what joins them, and what had to be assumed about them.
#[derive(Clone, Debug)]
pub struct World {
    /// What the routers are called: their host names.
    pub names: Pair<String>,
    /// The routers.
    pub routers: Pair<Arc<Router>>,
    /// The addresses at which each router is reached.
    pub addresses: Pair<Vec<IpAddr>>,
    /// What each router's clock shows when it begins.
    pub clocks: Pair<Instant>,
    /// The line that says so, where it is one of the router's `show clock`.
    pub clock_lines: Pair<Option<Origin>>,
    /// How the link between them behaves.
    pub link: LinkSettings,
    /// What each router does wrong.
    pub faults: Pair<Faults>,
    /// What all chance follows from.
    pub seed: u64,
    /// The cryptography with which they negotiate: real, and with stand-in signatures where a private key is missing.
    pub provider: Provider,
    /// The CAs of the routers' trustpoints.
    pub authorities: Vec<LabAuthority>,
    /// The keys that were made for routers' certificates.
    pub router_keys: Pair<BTreeMap<TrustpointId, KeyId>>,
    /// What was invented.
    pub assumptions: Vec<Assumption>,
    /// What the texts leave open.
    pub open_questions: Vec<OpenQuestion>,
    /// What in the texts has no effect or cannot be used.
    pub warnings: Vec<Diagnostic>,
}

/// A CA of a world.
#[derive(Clone, Debug)]
pub struct LabAuthority {
    /// Its certificate.
    pub certificate: Certificate,
    /// Its key, if the certificate was made.
    pub key: Option<KeyId>,
}

/// Something that the texts do not tell and that was invented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The router that it is about.
    pub router: Side,
    /// What it is, as a word that does not change: `crl-assumed-fresh`.
    pub code: &'static str,
    /// It in words.
    pub text: String,
    /// What rests on it.
    pub bears_on: Bearing,
    /// The trustpoints that it is about; none for what is about the router as a whole.
    pub trustpoints: Vec<TrustpointId>,
}

/// What rests on an assumption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// Whatever the router does.
    Everything,
    /// What it signs with these trustpoints.
    Signing,
    /// That, and in which order it asks for certificates (ORD-1).
    SigningAndOrder,
    /// What it accepts by these trustpoints.
    Accepting,
    /// In which order it asks for certificates.
    Order,
}

/// Something that the texts leave open, that can matter, and of which there are finitely many cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenQuestion {
    /// In which order the router enrolled (ORD-1). The world has the listed ones first, then the others.
    EnrolmentOrder {
        /// The router.
        router: Side,
        /// The trustpoints that the text lists in their order, the most recent first.
        listed: Vec<TrustpointId>,
        /// The trustpoints that it does not list: each may stand before, between or behind those.
        trustpoints: Vec<TrustpointId>,
    },
}

/// What is known about the instant at which a world plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// What the routers' clocks are asked to show: it goes before everything.
    pub demanded: Option<Pair<Instant>>,
    /// Of the scenario: it is what a router's clock shows whose text holds no `show clock`.
    pub scenario: Option<Instant>,
}

/// Makes whole routers of two descriptions.
///
/// # Errors
/// Everything that keeps them from being whole: contradictions and what is not covered. The fault is the texts'.
pub fn complete(
    descriptions: Pair<&RouterDescription>,
    settings: &Settings,
    moment: Moment,
    mint: &Mint,
) -> Result<World, Vec<Diagnostic>> {
    completion::Completion::new(descriptions, settings, moment, mint).finish()
}

impl World {
    /// With what `initiator` begins a negotiation with the other router, and between which addresses: the first tunnel
    /// or crypto map entry that has the other router as peer. `None` where there is none.
    #[must_use]
    pub fn trigger(&self, initiator: Side) -> Option<(ProtectionId, Path)> {
        let others = &self.addresses[initiator.other()];
        let protections = self.routers[initiator].protections().iter().enumerate();
        let begins = protections.filter(|(_, protection)| protection.responder_only.is_none());
        begins.into_iter().find_map(|(index, protection)| {
            let peer = protection.peers.iter().find(|peer| others.contains(&peer.value))?;
            let path = Path {
                local: SocketAddr::new(protection.local, IKE_PORT),
                remote: SocketAddr::new(peer.value, IKE_PORT),
            };
            Some((ProtectionId::from_index(index)?, path))
        })
    }

    /// The line that keeps a router from beginning, though it has a tunnel to the other one.
    #[must_use]
    pub fn responder_only(&self, side: Side) -> Option<Origin> {
        let others = &self.addresses[side.other()];
        let mut protections = self.routers[side].protections().iter();
        protections.find_map(|protection| {
            protection
                .responder_only
                .filter(|_| protection.peers.iter().any(|peer| others.contains(&peer.value)))
        })
    }

    /// The same world after another order of enrolment on one router, the most recent first.
    ///
    /// A list that is not of this router's enrolments changes nothing.
    #[must_use]
    pub fn with_enrolment_order(&self, router: Side, order: &[TrustpointId]) -> Self {
        let mut parts = self.routers[router].parts().clone();
        parts.enrolments = order.to_vec();
        let mut world = self.clone();
        if let Ok(changed) = Router::new(parts) {
            world.routers[router] = Arc::new(changed);
        }
        world
    }
}

/// RFC 2408 2.5.1.
pub(crate) const IKE_PORT: u16 = 500;
