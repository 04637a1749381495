//! A case: two routers of the reference model in one world, to be tried from either side.
//!
//! It is what a test of the engine against the model begins with. How it is written down beside a scenario is in
//! [`stored`]; how it becomes the texts of two routers, in [`crate::rendering`]; how it is tried, in [`trial`].

pub mod stored;
pub mod trial;

use lab::side::{Pair, Side};
use model::{Common, Negotiation, Router, Version, World};

/// Two routers, what surrounds them and what they have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The IKE version.
    pub version: Version,
    /// The CAs.
    pub world: World,
    /// The routers.
    pub routers: Pair<Router>,
    /// What they have in common, where the first router begins.
    pub common: Common,
}

impl Case {
    /// The negotiation that this router begins.
    #[must_use]
    pub fn begun_by(&self, initiator: Side) -> Negotiation<'_> {
        let forth = Negotiation {
            version: self.version,
            world: &self.world,
            initiator: &self.routers.first,
            responder: &self.routers.second,
            common: self.common,
        };
        match initiator {
            Side::First => forth,
            Side::Second => forth.from_the_other_side(),
        }
    }
}

impl Default for Case {
    /// IKEv1, no CAs, two routers without anything, everything in common.
    fn default() -> Self {
        Self {
            version: Version::Ikev1,
            world: World::default(),
            routers: Pair::default(),
            common: Common::default(),
        }
    }
}
