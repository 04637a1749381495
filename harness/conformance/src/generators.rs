//! proptest strategies for [`Case`]s: whole pairs of routers in their world, of everything that texts can say.
//!
//! A case is made of a *draft*: choices that know nothing of each other, each of which shrinks to its plainest value (one
//! CA, no pins, one profile that matches the peer, certificates without fault). What a choice means is settled when the
//! draft becomes a case: a pick among things is taken modulo how many there are, and what texts could not say is left
//! out. So proptest can shrink every choice by itself, and what remains is what matters.
//!
//! Faults are rare and what the routers have in common is frequent, so that negotiations get far before they fail;
//! `tests/random.rs` holds the shares of the outcomes to account.

mod certificates;
mod pick;
mod profiles;
mod routers;
mod world;

use lab::side::Pair;
use model::{Common, Traffic, Version};
use proptest::prelude::*;

use crate::case::Case;
use routers::RouterDraft;
use world::WorldDraft;

/// Any case.
pub fn cases() -> impl Strategy<Value = Case> {
    let version = prop_oneof![Just(Version::Ikev1), Just(Version::Ikev2)];
    (version, world::world(), routers::router(), routers::router(), common()).prop_map(
        |(version, world, first, second, common)| {
            Draft { version, world, routers: Pair { first, second }, common }.into_case()
        },
    )
}

/// Choices that become a case.
#[derive(Clone, Debug)]
struct Draft {
    version: Version,
    world: WorldDraft,
    routers: Pair<RouterDraft>,
    common: Common,
}

impl Draft {
    fn into_case(self) -> Case {
        let world = self.world.into_world();
        let routers = routers::into_routers(&self.routers, self.version, &world);
        let mut case = Case { version: self.version, world, routers, common: self.common };
        certificates::make_sayable(&mut case);
        case
    }
}

/// Mostly everything.
fn common() -> impl Strategy<Value = Common> {
    let traffic = prop_oneof![
        24 => Just(Traffic::Mirrored),
        2 => Just(Traffic::Within),
        2 => Just(Traffic::Beyond),
        1 => Just(Traffic::Apart),
    ];
    let mostly = |weight: f64| prop::bool::weighted(weight).prop_map(|differs| !differs);
    (mostly(0.02), mostly(0.05), traffic).prop_map(|(ike_proposal, child_proposal, traffic)| Common {
        ike_proposal,
        child_proposal,
        traffic,
    })
}
