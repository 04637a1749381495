//! A negotiation: who begins, who answers, in which IKE version, and what is agreed without certificates.

use std::ops::{Index, IndexMut};

use crate::router::{Profile, Router};
use crate::world::World;

/// Everything that an outcome depends on. It borrows the routers, so that a space of negotiations needs each router once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Negotiation<'a> {
    /// The IKE version.
    pub version: Version,
    /// The CAs.
    pub world: &'a World,
    /// The router that begins.
    pub initiator: &'a Router,
    /// The router that answers.
    pub responder: &'a Router,
    /// What the two routers have in common beside certificates.
    pub common: Common,
}

impl<'a> Negotiation<'a> {
    /// The same two routers, begun by the other one.
    #[must_use]
    pub fn from_the_other_side(self) -> Self {
        let common = Common { traffic: self.common.traffic.from_the_other_side(), ..self.common };
        Self { initiator: self.responder, responder: self.initiator, common, ..self }
    }

    /// The router in this role.
    #[must_use]
    pub fn router(&self, role: Role) -> &'a Router {
        match role {
            Role::Initiator => self.initiator,
            Role::Responder => self.responder,
        }
    }

    /// The profile that the initiator begins with: the one that its tunnel names.
    #[must_use]
    pub fn initiators_profile(&self) -> Option<&'a Profile> {
        let profile = self.initiator.tunnel?.profile?;
        Some(self.initiator.profile(profile))
    }
}

/// An IKE version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// IKEv1, in Main Mode.
    Ikev1,
    /// IKEv2.
    Ikev2,
}

/// Whether the routers have in common what they have to agree on beside certificates. The default is everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Common {
    /// A proposal for the IKE SA.
    pub ike_proposal: bool,
    /// A proposal for the IPsec SA.
    pub child_proposal: bool,
    /// The traffic to protect: access lists, traffic selectors.
    pub traffic: Traffic,
}

impl Default for Common {
    fn default() -> Self {
        Self { ike_proposal: true, child_proposal: true, traffic: Traffic::Mirrored }
    }
}

/// How the traffic that the initiator protects compares with the mirror image of the responder's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// They are the same.
    Mirrored,
    /// The initiator's lies within the responder's.
    Within,
    /// The initiator's goes beyond the responder's, which lies within it.
    Beyond,
    /// They have nothing in common.
    Apart,
}

impl Traffic {
    /// The same traffic, begun by the other router.
    #[must_use]
    pub fn from_the_other_side(self) -> Self {
        match self {
            Self::Within => Self::Beyond,
            Self::Beyond => Self::Within,
            Self::Mirrored | Self::Apart => self,
        }
    }

    /// Whether the responder grants what the initiator asks for, or a part of it.
    #[must_use]
    pub fn is_granted(self, version: Version) -> bool {
        match self {
            Self::Mirrored | Self::Within => true,
            // V1-TRA-1: more than the responder's own is refused. V2-TRA-1: it is narrowed.
            Self::Beyond => version == Version::Ikev2,
            Self::Apart => false,
        }
    }
}

/// The part that a router plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It begins.
    Initiator,
    /// It answers.
    Responder,
}

impl Role {
    /// The other part.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Initiator => Self::Responder,
            Self::Responder => Self::Initiator,
        }
    }
}

/// Something of each router, by its role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair<T> {
    /// The initiator's.
    pub initiator: T,
    /// The responder's.
    pub responder: T,
}

impl<T> Index<Role> for Pair<T> {
    type Output = T;
    fn index(&self, role: Role) -> &T {
        match role {
            Role::Initiator => &self.initiator,
            Role::Responder => &self.responder,
        }
    }
}

impl<T> IndexMut<Role> for Pair<T> {
    fn index_mut(&mut self, role: Role) -> &mut T {
        match role {
            Role::Initiator => &mut self.initiator,
            Role::Responder => &mut self.responder,
        }
    }
}
