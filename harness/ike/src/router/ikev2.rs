//! What a router is configured with for IKEv2.

use std::net::IpAddr;

use crypto::{Group, HashAlgorithm, SymmetricCipher};

use crate::identity::{IdentityKind, IdentityPattern};
use crate::ids::{CertificateMapId, Ikev2ProposalId, TrustpointId};
use crate::origin::{Origin, Sourced};

use super::Keepalive;

/// The part of a router that IKEv2 needs. The default has nothing that could be negotiated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2Parts {
    /// `crypto ikev2 proposal`, in configuration order.
    pub proposals: Vec<Ikev2Proposal>,
    /// `crypto ikev2 policy`, in configuration order.
    pub policies: Vec<Ikev2Policy>,
    /// `crypto ikev2 profile`, in configuration order.
    pub profiles: Vec<Ikev2Profile>,
    /// The addresses of interfaces that are in a VRF; all others are in the global one.
    pub local_vrfs: Vec<LocalVrf>,
    /// `crypto ikev2 http-url cert`: whether the peer is told that certificates may be named by hash and URL.
    pub http_url_certificates: Sourced<bool>,
    /// `crypto ikev2 fragmentation`: the longest packet in bytes, IP and UDP headers included; none: messages are not
    /// fragmented, and the peer is not told that they may be (RFC 7383 2.3).
    pub fragmentation: Option<Sourced<u16>>,
    /// `crypto ikev2 cookie-challenge`: the number of half-open sessions from which cookies are asked for. Without it they
    /// are asked for when the limits are reached.
    pub cookie_challenge: Option<Sourced<u32>>,
    /// `crypto ikev2 dpd`, for profiles that do not say.
    pub dpd: Option<Sourced<Keepalive>>,
    /// The hashes that the peer may sign with by RFC 7427, the preferred first. Empty: the peer is told nothing, and
    /// neither side uses method 14, as in the packets of Cisco document 117633 (V2-REQ-4).
    pub signature_hashes: Vec<HashAlgorithm>,
}

impl Default for Ikev2Parts {
    fn default() -> Self {
        Self {
            proposals: Vec::new(),
            policies: Vec::new(),
            profiles: Vec::new(),
            local_vrfs: Vec::new(),
            http_url_certificates: Sourced::default_value(true),
            fragmentation: None,
            cookie_challenge: None,
            dpd: None,
            signature_hashes: Vec::new(),
        }
    }
}

impl Ikev2Parts {
    /// Whether the router has anything of IKEv2 to negotiate with.
    #[must_use]
    pub const fn speaks(&self) -> bool {
        !self.profiles.is_empty()
    }

    /// The VRF that a local address is in; none: the global one.
    #[must_use]
    pub fn vrf_of(&self, local: IpAddr) -> Option<&str> {
        self.local_vrfs.iter().find(|one| one.address == local).map(|one| one.vrf.as_str())
    }
}

/// A local address in a VRF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalVrf {
    /// The address.
    pub address: IpAddr,
    /// The VRF's name.
    pub vrf: String,
}

/// `crypto ikev2 proposal`: alternatives of each kind, best first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2Proposal {
    /// The name in the configuration.
    pub name: String,
    /// The line that opens it.
    pub origin: Origin,
    /// `encryption`: either ciphers that need an integrity algorithm or ciphers that have one in them.
    pub ciphers: Vec<Sourced<SymmetricCipher>>,
    /// `integrity`; not looked at with ciphers that have their own.
    pub integrity: Vec<Sourced<HashAlgorithm>>,
    /// `prf`; where it is empty the integrity algorithms serve.
    pub prfs: Vec<Sourced<HashAlgorithm>>,
    /// `group`.
    pub groups: Vec<Sourced<Group>>,
}

impl Ikev2Proposal {
    /// The pseudo-random functions: those configured, else the integrity algorithms.
    #[must_use]
    pub fn pseudo_random_functions(&self) -> &[Sourced<HashAlgorithm>] {
        if self.prfs.is_empty() { &self.integrity } else { &self.prfs }
    }

    /// Whether something can be offered of it: a cipher, what goes with it, and a group.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let covered = |cipher: &Sourced<SymmetricCipher>| {
            matches!(cipher.value, SymmetricCipher::Aead(_)) || !self.integrity.is_empty()
        };
        let lists = !self.ciphers.is_empty() && !self.groups.is_empty();
        lists && !self.pseudo_random_functions().is_empty() && self.ciphers.iter().all(covered)
    }
}

/// `crypto ikev2 policy`: which proposals serve at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2Policy {
    /// The name in the configuration.
    pub name: String,
    /// The line that opens it.
    pub origin: Origin,
    /// `match fvrf`.
    pub fvrf: Sourced<VrfMatch>,
    /// `match address local`; empty: any.
    pub local_addresses: Vec<Sourced<IpAddr>>,
    /// `proposal` lines, best first.
    pub proposals: Vec<Sourced<Ikev2ProposalId>>,
}

/// `match fvrf`: the VRF that packets of the session come in through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VrfMatch {
    /// No line says: the global VRF.
    Global,
    /// `any`.
    Any,
    /// The VRF of this name.
    Named(String),
}

impl VrfMatch {
    /// Whether it matches this VRF; none is the global one.
    #[must_use]
    pub fn matches(&self, vrf: Option<&str>) -> bool {
        match self {
            Self::Global => vrf.is_none(),
            Self::Any => true,
            Self::Named(name) => vrf == Some(name),
        }
    }
}

/// `crypto ikev2 profile`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2Profile {
    /// The name in the configuration.
    pub name: String,
    /// The line that opens the profile.
    pub origin: Origin,
    /// `pki trustpoint` lines in configuration order; empty means not pinned.
    pub pins: Vec<Ikev2Pin>,
    /// `match identity remote` and `match certificate` lines in configuration order: alternatives.
    pub matches: Vec<Ikev2Match>,
    /// `match fvrf`: has to hold besides.
    pub fvrf: Sourced<VrfMatch>,
    /// `match address local`: one of them has to hold besides; empty: any.
    pub local_addresses: Vec<Sourced<IpAddr>>,
    /// `identity local`.
    pub identity_local: Sourced<IdentityKind>,
    /// `authentication local`.
    pub authentication_local: Option<Sourced<Ikev2Authentication>>,
    /// `authentication remote`: what the peer may authenticate with.
    pub authentication_remote: Vec<Sourced<Ikev2Authentication>>,
    /// `lifetime`, in seconds.
    pub lifetime: Sourced<u32>,
    /// `dpd`, else `crypto ikev2 dpd` holds.
    pub dpd: Option<Sourced<Keepalive>>,
}

impl Ikev2Profile {
    /// A profile with the defaults of everything that it need not say (DEF-4).
    #[must_use]
    pub fn new(name: String, origin: Origin) -> Self {
        Self {
            name,
            origin,
            pins: Vec::new(),
            matches: Vec::new(),
            fvrf: Sourced::default_value(VrfMatch::Global),
            local_addresses: Vec::new(),
            identity_local: Sourced::default_value(IdentityKind::Address),
            authentication_local: None,
            authentication_remote: Vec::new(),
            lifetime: Sourced::default_value(86_400),
            dpd: None,
        }
    }

    /// Whether the profile names trustpoints.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        !self.pins.is_empty()
    }

    /// The pins that may sign (V2-SEL-3).
    pub fn signing_pins(&self) -> impl Iterator<Item = &Ikev2Pin> {
        self.pins.iter().filter(|pin| pin.uses.signs())
    }

    /// The pins that may verify (V2-SEL-3).
    pub fn verifying_pins(&self) -> impl Iterator<Item = &Ikev2Pin> {
        self.pins.iter().filter(|pin| pin.uses.verifies())
    }

    /// Whether it is configured to sign itself, and to accept signatures of the peer. Other methods are not negotiated
    /// here.
    #[must_use]
    pub fn authenticates_with_signatures(&self) -> bool {
        let local = self.authentication_local.as_ref().is_some_and(|method| method.value.is_signature());
        local && self.authentication_remote.iter().any(|method| method.value.is_signature())
    }
}

/// One `pki trustpoint` line of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ikev2Pin {
    /// The trustpoint that it names.
    pub trustpoint: TrustpointId,
    /// What it may be used for.
    pub uses: PinUse,
    /// The line.
    pub origin: Origin,
}

/// What a pinned trustpoint may do (V2-SEL-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinUse {
    /// Neither word is written, or both are.
    SignAndVerify,
    /// `sign`.
    Sign,
    /// `verify`.
    Verify,
}

impl PinUse {
    /// Whether its key may sign.
    #[must_use]
    pub const fn signs(self) -> bool {
        matches!(self, Self::SignAndVerify | Self::Sign)
    }

    /// Whether the peer's certificate may be validated against it.
    #[must_use]
    pub const fn verifies(self) -> bool {
        matches!(self, Self::SignAndVerify | Self::Verify)
    }
}

/// One `match identity remote` or `match certificate` line of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2Match {
    /// What the line matches.
    pub pattern: Ikev2Pattern,
    /// The line.
    pub origin: Origin,
}

/// What selects a profile (V2-PRO-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ikev2Pattern {
    /// `match identity remote`.
    Identity(IdentityPattern),
    /// `match certificate`: the peer's certificate fits this map.
    Certificate(CertificateMapId),
}

/// A method of `authentication local` or `authentication remote`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ikev2Authentication {
    /// `rsa-sig`.
    RsaSignature,
    /// `ecdsa-sig`.
    EcdsaSignature,
    /// `pre-share`: such a profile is read and never negotiated here.
    PreSharedKey,
    /// `eap` and its relatives: likewise.
    Eap,
}

impl Ikev2Authentication {
    /// Whether it is a signature with the key of a certificate.
    #[must_use]
    pub const fn is_signature(self) -> bool {
        matches!(self, Self::RsaSignature | Self::EcdsaSignature)
    }
}
