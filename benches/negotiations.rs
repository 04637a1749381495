//! Worlds in which two routers negotiate.

use std::path::Path;
use std::sync::Arc;

use crypto::{Group, Provider, StandInSigner};
use ike::{Router, RouterParts, Sourced, Trustpoint};
use lab::certificates::Mint;
use lab::complete::World;
use lab::negotiation::{Keep, Negotiation, negotiate_keeping};
use lab::scenario::Scenario;
use lab::side::{Pair, Side};
use pki::{IssuerSignatures, PublicKey, SignatureProblem, Signed};

use crate::enrolled_router;

/// Main Mode and Quick Mode with RSA signatures and the 1024-bit group, as in Cisco document 117633.
///
/// # Panics
/// Never: the scenario is a good one.
#[must_use]
pub fn ikev1_world() -> World {
    world("the-same-pin-on-both-sides-comes-up")
}

/// IKE_SA_INIT and IKE_AUTH with X25519, ECDSA on P-256 and AES-GCM.
///
/// # Panics
/// Never: the scenario is a good one.
#[must_use]
pub fn ikev2_world() -> World {
    changed(&world("ikev2-ecdsa-routers"), |parts| {
        let proposals = parts.ikev2.proposals.iter_mut();
        proposals.for_each(|proposal| proposal.groups = vec![Sourced::default_value(Group::X25519)]);
    })
}

/// The same world with simulated cryptography.
///
/// # Panics
/// Never: the routers' keys are keys.
#[must_use]
pub fn simulated(world: &World) -> World {
    let world = changed(world, |parts| {
        parts.issuer_signatures = Arc::new(TakesAll);
        for enrolment in parts.trustpoints.iter_mut().filter_map(|trustpoint| trustpoint.enrolment.as_mut()) {
            let public_key = enrolment.certificate.public_key().as_der().to_vec();
            enrolment.signer =
                Arc::new(StandInSigner::new(public_key).expect("a certificate was made of it"));
        }
    });
    World { provider: Provider::SIMULATED, ..world }
}

/// The same world, whose second router knows `count` CAs more that nobody here has a certificate of.
///
/// # Panics
/// Never: names of CAs refer to nothing.
#[must_use]
pub fn with_more_authorities(world: &World, count: usize) -> World {
    let more = enrolled_router(count);
    let known = |trustpoint: &Trustpoint| Trustpoint { enrolment: None, ..trustpoint.clone() };
    let mut parts = world.routers.second.parts().clone();
    parts.trustpoints.extend(more.trustpoints().iter().map(known));
    let second = Arc::new(Router::new(parts).expect("no reference has changed"));
    World { routers: Pair { second, ..world.routers.clone() }, ..world.clone() }
}

/// A negotiation that comes up, from the first router; only what happened is kept.
///
/// # Panics
/// The routers have nothing to protect.
#[must_use]
pub fn negotiate(world: &World) -> Negotiation {
    negotiate_keeping(Keep::Events, world, Side::First).expect("the routers have a tunnel")
}

/// Takes the signatures of issuers for granted.
pub struct TakesAll;

impl IssuerSignatures for TakesAll {
    fn check(&self, _: &Signed<'_>, _: PublicKey<'_>) -> Result<(), SignatureProblem> {
        Ok(())
    }
}

fn world(scenario: &str) -> World {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/scenarios").join(scenario);
    let scenario = Scenario::from_folder(&folder).expect("it ships");
    let texts = scenario.read_texts().expect("its texts are texts");
    scenario.world(&texts, None, &Mint::new()).expect("its routers are whole")
}

fn changed(world: &World, change: impl Fn(&mut RouterParts)) -> World {
    let router = |side| {
        let mut parts = world.routers[side].parts().clone();
        change(&mut parts);
        Arc::new(Router::new(parts).expect("no reference has changed"))
    };
    World { routers: Pair::from_fn(router), ..world.clone() }
}
