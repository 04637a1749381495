//! IKEv1: `crypto isakmp` and `crypto keyring`.

use std::net::Ipv4Addr;

use crypto::{CipherAlgorithm, Group, HashAlgorithm};
use ike::{IdentityKind, IdentityPattern, Origin, Sourced};

/// Everything under `crypto isakmp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Isakmp {
    /// Off by `no crypto isakmp enable`.
    pub enabled: Sourced<bool>,
    /// The policies in configuration order.
    pub policies: Vec<IsakmpPolicy>,
    /// `crypto isakmp identity`: an address when nothing is configured (V1-ID-1).
    pub identity: Sourced<IdentityKind>,
    /// `crypto isakmp key`; the keys themselves are not kept.
    pub keys: Vec<Sourced<PreSharedKey>>,
    /// `crypto isakmp keepalive`.
    pub keepalive: Option<Sourced<Keepalive>>,
    /// `crypto isakmp nat keepalive`, in seconds.
    pub nat_keepalive: Option<Sourced<u32>>,
    /// Off by `no crypto ipsec nat-transparency udp-encapsulation`; also for IKEv2.
    pub nat_traversal: Sourced<bool>,
    /// The profiles in configuration order.
    pub profiles: Vec<IsakmpProfile>,
    /// `crypto keyring`, in configuration order.
    pub keyrings: Vec<Keyring>,
}

impl Default for Isakmp {
    fn default() -> Self {
        Self {
            enabled: Sourced::default_value(true),
            policies: Vec::new(),
            identity: Sourced::default_value(IdentityKind::Address),
            keys: Vec::new(),
            keepalive: None,
            nat_keepalive: None,
            nat_traversal: Sourced::default_value(true),
            profiles: Vec::new(),
            keyrings: Vec::new(),
        }
    }
}

impl Isakmp {
    /// The profile of this name.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&IsakmpProfile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }
}

/// `crypto isakmp policy PRIORITY`. What is not written has the default of IOS 15.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IsakmpPolicy {
    /// The priority; 1 is the best.
    pub priority: u32,
    /// The line that opens the section.
    pub origin: Origin,
    /// `encryption`: DES when nothing is configured.
    pub cipher: Sourced<CipherAlgorithm>,
    /// `hash`: SHA-1 when nothing is configured.
    pub hash: Sourced<HashAlgorithm>,
    /// `authentication`: RSA signatures when nothing is configured.
    pub authentication: Sourced<Authentication>,
    /// `group`: 1 when nothing is configured.
    pub group: Sourced<Group>,
    /// `lifetime` in seconds: 86400 when nothing is configured.
    pub lifetime: Sourced<u32>,
    /// Values that stand for an algorithm that this program does not have, as written: the policy can then not be used
    /// as it is meant.
    pub not_understood: Vec<Sourced<String>>,
}

impl IsakmpPolicy {
    /// A policy of defaults only (DEF-1).
    #[must_use]
    pub fn new(priority: u32, origin: Origin) -> Self {
        Self {
            priority,
            origin,
            cipher: Sourced::default_value(CipherAlgorithm::DesCbc),
            hash: Sourced::default_value(HashAlgorithm::Sha1),
            authentication: Sourced::default_value(Authentication::RsaSignature),
            group: Sourced::default_value(Group::Modp768),
            lifetime: Sourced::default_value(86_400),
            not_understood: Vec::new(),
        }
    }
}

/// How an ISAKMP policy authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// `rsa-sig`.
    RsaSignature,
    /// `rsa-encr`.
    RsaEncryption,
    /// `pre-share`.
    PreSharedKey,
    /// `ecdsa-sig`.
    EcdsaSignature,
}

/// Whom a pre-shared key is for. The key itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreSharedKey {
    /// `address A [MASK]`.
    Address {
        /// The address.
        address: Ipv4Addr,
        /// The mask; where none is written all ones, or all zeros for 0.0.0.0.
        mask: Ipv4Addr,
    },
    /// `hostname NAME`.
    Host(String),
    /// Another form, as written.
    Other(String),
}

/// `crypto isakmp keepalive SECONDS [RETRY] [periodic|on-demand]`: dead peer detection (RFC 3706).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keepalive {
    /// Seconds without traffic after which the peer is asked.
    pub interval: u32,
    /// Seconds between repeated questions; 2 when not written.
    pub retry: u32,
    /// When the peer is asked.
    pub mode: KeepaliveMode,
}

/// When a keepalive is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepaliveMode {
    /// Only where there is traffic to send: the default.
    OnDemand,
    /// At each interval.
    Periodic,
}

/// `crypto isakmp profile NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IsakmpProfile {
    /// The name.
    pub name: String,
    /// The line that opens the section.
    pub origin: Origin,
    /// `self-identity`; `crypto isakmp identity` decides when nothing is configured.
    pub self_identity: Option<Sourced<IdentityKind>>,
    /// `ca trust-point`, in configuration order: the pins. None: not pinned.
    pub trustpoints: Vec<Sourced<String>>,
    /// `match identity`, in configuration order.
    pub matches: Vec<Sourced<IdentityMatch>>,
    /// `match certificate`: labels of certificate maps.
    pub match_certificate: Vec<Sourced<String>>,
    /// `keyring`.
    pub keyrings: Vec<Sourced<String>>,
    /// `vrf`: where decrypted traffic goes.
    pub vrf: Option<Sourced<String>>,
    /// `local-address`: an address or an interface, as written.
    pub local_address: Option<Sourced<String>>,
    /// `initiate mode`.
    pub initiate_mode: Option<Sourced<InitiateMode>>,
    /// `keepalive`.
    pub keepalive: Option<Sourced<Keepalive>>,
}

impl IsakmpProfile {
    /// A profile of which nothing but its name is written.
    #[must_use]
    pub fn new(name: String, origin: Origin) -> Self {
        Self {
            name,
            origin,
            self_identity: None,
            trustpoints: Vec::new(),
            matches: Vec::new(),
            match_certificate: Vec::new(),
            keyrings: Vec::new(),
            vrf: None,
            local_address: None,
            initiate_mode: None,
            keepalive: None,
        }
    }
}

/// A `match identity` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityMatch {
    /// What it matches.
    pub pattern: IdentityPattern,
    /// The VRF that the peer has to come from, where one is written.
    pub vrf: Option<String>,
}

/// `initiate mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitiateMode {
    /// Aggressive Mode.
    Aggressive,
}

/// `crypto keyring NAME [vrf VRF]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyring {
    /// The name.
    pub name: String,
    /// The line that opens the section.
    pub origin: Origin,
    /// The VRF, where one is written.
    pub vrf: Option<Sourced<String>>,
    /// `local-address`: an address or an interface, as written.
    pub local_address: Option<Sourced<String>>,
    /// `pre-shared-key`; the keys themselves are not kept.
    pub keys: Vec<Sourced<PreSharedKey>>,
}
