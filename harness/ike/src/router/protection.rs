//! What is protected, towards whom, by which profile.

use std::net::IpAddr;

use crypto::Group;

use super::{Subnet, TransformSet};
use crate::endpoint::Path;
use crate::ids::{AnyProfileId, Ikev2ProfileId, ProfileId};
use crate::origin::{Origin, Sourced};

/// Traffic that is to be protected towards a peer: a tunnel interface, or an entry of a crypto map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protection {
    /// The interface, or map name and sequence number: `Tunnel1`, `MAP 10`.
    pub name: String,
    /// `tunnel protection` or the line that opens the crypto map entry.
    pub origin: Origin,
    /// The address that IKE packets leave from.
    pub local: IpAddr,
    /// The peers, in the order tried; none at all for a template that takes any peer (a dynamic crypto map, a hub).
    pub peers: Vec<Sourced<IpAddr>>,
    /// `set isakmp-profile` or `set ikev2-profile`: which version this router begins with.
    pub profile: ProtectionProfile,
    /// The transform sets, best first.
    pub transform_sets: Vec<TransformSet>,
    /// What is protected on this side; 0.0.0.0/0 for a tunnel interface.
    pub local_traffic: Subnet,
    /// What is protected on the other side.
    pub remote_traffic: Subnet,
    /// Lifetime of the IPsec SA in seconds.
    pub lifetime_seconds: Sourced<u32>,
    /// Lifetime of the IPsec SA in kilobytes.
    pub lifetime_kilobytes: Sourced<u32>,
    /// `set pfs`.
    pub pfs: Option<Sourced<Group>>,
    /// `responder-only`: this router never begins with it.
    pub responder_only: Option<Origin>,
}

impl Protection {
    /// A tunnel between two addresses that protects all of IPv4, with the lifetimes of DEF-2.
    #[must_use]
    pub fn tunnel(
        name: &str,
        origin: Origin,
        [local, peer]: [IpAddr; 2],
        profile: ProtectionProfile,
        transform_set: TransformSet,
    ) -> Self {
        Self {
            name: name.to_owned(),
            origin,
            local,
            peers: vec![Sourced::default_value(peer)],
            profile,
            transform_sets: vec![transform_set],
            local_traffic: Subnet::ANY,
            remote_traffic: Subnet::ANY,
            lifetime_seconds: Sourced::default_value(3600),
            lifetime_kilobytes: Sourced::default_value(4_608_000),
            pfs: None,
            responder_only: None,
        }
    }

    /// Whether it protects what passes between these two addresses: a tunnel, like the interface of a crypto map, has one of
    /// its own (V2-PRO-3).
    #[must_use]
    pub fn is_between(&self, path: Path) -> bool {
        let to_peer = self.peers.is_empty() || self.peers.iter().any(|peer| peer.value == path.remote.ip());
        to_peer && (self.local.is_unspecified() || self.local == path.local.ip())
    }

    /// Whether it is an entry of a crypto map, which stands at no interface of its own.
    #[must_use]
    pub fn is_crypto_map_entry(&self) -> bool {
        // An interface may have words behind its name: `Virtual-Template1 type tunnel`.
        let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        self.name.rsplit_once(' ').is_some_and(|(_, sequence)| is_number(sequence))
    }
}

/// The profile that a protection names, and with it the version of IKE that its negotiation begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtectionProfile {
    /// None: IKEv1, with whatever profile.
    Unnamed,
    /// `set isakmp-profile`: IKEv1.
    Isakmp(Sourced<ProfileId>),
    /// `set ikev2-profile`: IKEv2.
    Ikev2(Sourced<Ikev2ProfileId>),
}

impl ProtectionProfile {
    /// The ISAKMP profile, if it names one.
    #[must_use]
    pub const fn isakmp(self) -> Option<Sourced<ProfileId>> {
        match self {
            Self::Isakmp(profile) => Some(profile),
            Self::Unnamed | Self::Ikev2(_) => None,
        }
    }

    /// The IKEv2 profile, if it names one.
    #[must_use]
    pub const fn ikev2(self) -> Option<Sourced<Ikev2ProfileId>> {
        match self {
            Self::Ikev2(profile) => Some(profile),
            Self::Unnamed | Self::Isakmp(_) => None,
        }
    }

    /// The profile of either version, if it names one.
    #[must_use]
    pub fn any(self) -> Option<Sourced<AnyProfileId>> {
        match self {
            Self::Unnamed => None,
            Self::Isakmp(profile) => Some(profile.map(AnyProfileId::Isakmp)),
            Self::Ikev2(profile) => Some(profile.map(AnyProfileId::Ikev2)),
        }
    }
}
