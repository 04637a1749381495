//! IKEv2: `crypto ikev2`.

use std::net::{IpAddr, Ipv4Addr};

use crypto::{CipherAlgorithm, Group, HashAlgorithm};
use ike::{Origin, Sourced};

use super::Keepalive;

/// Everything under `crypto ikev2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2 {
    /// The proposals in configuration order.
    pub proposals: Vec<Ikev2Proposal>,
    /// The policies in configuration order.
    pub policies: Vec<Ikev2Policy>,
    /// IOS's own proposal, `default`: there unless `no crypto ikev2 proposal default` takes it away.
    pub default_proposal: Sourced<bool>,
    /// IOS's own policy, `default`: there unless `no crypto ikev2 policy default` takes it away.
    pub default_policy: Sourced<bool>,
    /// The keyrings in configuration order.
    pub keyrings: Vec<Ikev2Keyring>,
    /// The profiles in configuration order.
    pub profiles: Vec<Ikev2Profile>,
    /// `crypto ikev2 http-url cert`: on unless switched off.
    pub http_url_certificates: Sourced<bool>,
    /// `crypto ikev2 fragmentation [mtu BYTES]`: the MTU, 576 when not written.
    pub fragmentation: Option<Sourced<u32>>,
    /// `crypto ikev2 cookie-challenge N`: the number of half-open sessions from which cookies are asked for.
    pub cookie_challenge: Option<Sourced<u32>>,
    /// `crypto ikev2 dpd`.
    pub dpd: Option<Sourced<Keepalive>>,
}

impl Default for Ikev2 {
    fn default() -> Self {
        Self {
            proposals: Vec::new(),
            policies: Vec::new(),
            default_proposal: Sourced::default_value(true),
            default_policy: Sourced::default_value(true),
            keyrings: Vec::new(),
            profiles: Vec::new(),
            http_url_certificates: Sourced::default_value(true),
            fragmentation: None,
            cookie_challenge: None,
            dpd: None,
        }
    }
}

impl Ikev2 {
    /// The profile of this name.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Ikev2Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }
}

/// `crypto ikev2 proposal NAME`. Each list is in configuration order, best first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2Proposal {
    /// The name.
    pub name: String,
    /// The line that opens the section.
    pub origin: Origin,
    /// `encryption`.
    pub ciphers: Vec<Sourced<Ikev2Cipher>>,
    /// `integrity`.
    pub integrity: Vec<Sourced<HashAlgorithm>>,
    /// `prf`; the integrity algorithms serve when nothing is configured.
    pub prf: Vec<Sourced<HashAlgorithm>>,
    /// `group`.
    pub groups: Vec<Sourced<Group>>,
    /// Words that stand for an algorithm that this program does not have.
    pub not_understood: Vec<Sourced<String>>,
}

/// Ciphers of an IKEv2 proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ikev2Cipher {
    /// A block cipher in CBC mode, with a separate integrity algorithm.
    Cbc(CipherAlgorithm),
    /// AES-GCM with a 16-byte tag, with the length of the key in bits.
    AesGcm16(u16),
}

/// `crypto ikev2 policy NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2Policy {
    /// The name.
    pub name: String,
    /// The line that opens the section.
    pub origin: Origin,
    /// `match fvrf`: a VRF or `any`.
    pub match_fvrf: Option<Sourced<String>>,
    /// `match address local`.
    pub match_address_local: Vec<Sourced<LocalAddress>>,
    /// `proposal`: names in configuration order, best first.
    pub proposals: Vec<Sourced<String>>,
}

/// `match address local`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocalAddress {
    /// An address.
    Address(IpAddr),
    /// `interface NAME`.
    Interface(String),
}

/// `crypto ikev2 keyring NAME`. Keys are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2Keyring {
    /// The name.
    pub name: String,
    /// The line that opens the section.
    pub origin: Origin,
    /// `peer`, in configuration order.
    pub peers: Vec<Ikev2KeyringPeer>,
}

/// `peer NAME` of a keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2KeyringPeer {
    /// The name.
    pub name: String,
    /// The line that opens the section.
    pub origin: Origin,
    /// `address A [MASK]`.
    pub address: Option<Sourced<(IpAddr, Option<Ipv4Addr>)>>,
    /// `identity`, as written.
    pub identity: Option<Sourced<String>>,
    /// Whether any `pre-shared-key` is configured.
    pub has_key: Option<Origin>,
}

/// `crypto ikev2 profile NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ikev2Profile {
    /// The name.
    pub name: String,
    /// The line that opens the section.
    pub origin: Origin,
    /// `match identity remote` and `match certificate`, in configuration order: alternatives.
    pub matches: Vec<Sourced<Ikev2Match>>,
    /// `match fvrf`: a VRF or `any`.
    pub match_fvrf: Option<Sourced<String>>,
    /// `match address local`.
    pub match_address_local: Vec<Sourced<LocalAddress>>,
    /// `identity local`: an address when nothing is configured; which one, the packet decides.
    pub identity_local: Sourced<Ikev2Identity>,
    /// `authentication remote`: what the peer may authenticate with.
    pub authentication_remote: Vec<Sourced<Ikev2Authentication>>,
    /// `authentication local`.
    pub authentication_local: Option<Sourced<Ikev2Authentication>>,
    /// `pki trustpoint`, in configuration order: the pins.
    pub trustpoints: Vec<Sourced<ProfilePin>>,
    /// `keyring local` or `keyring aaa`, as written after `keyring`.
    pub keyring: Option<Sourced<String>>,
    /// `lifetime` in seconds; 86400 when nothing is configured.
    pub lifetime: Sourced<u32>,
    /// `dpd`.
    pub dpd: Option<Sourced<Keepalive>>,
    /// `ivrf`: where decrypted traffic goes.
    pub ivrf: Option<Sourced<String>>,
    /// `shutdown`: the line, where the profile is not in use.
    pub shutdown: Option<Origin>,
}

impl Ikev2Profile {
    /// A profile of which nothing but its name is written.
    #[must_use]
    pub fn new(name: String, origin: Origin) -> Self {
        Self {
            name,
            origin,
            matches: Vec::new(),
            match_fvrf: None,
            match_address_local: Vec::new(),
            identity_local: Sourced::default_value(Ikev2Identity::Address(None)),
            authentication_remote: Vec::new(),
            authentication_local: None,
            trustpoints: Vec::new(),
            keyring: None,
            lifetime: Sourced::default_value(86_400),
            dpd: None,
            ivrf: None,
            shutdown: None,
        }
    }
}

/// What selects a profile (V2-PRO-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ikev2Match {
    /// `match identity remote address A [MASK]`.
    Address {
        /// The network; bits outside the mask are zero.
        network: Ipv4Addr,
        /// The length of the mask, 0 to 32; where none is written 32, or 0 for 0.0.0.0.
        prefix: u8,
    },
    /// `match identity remote address` with an IPv6 prefix.
    Ipv6 {
        /// The network, as written.
        network: std::net::Ipv6Addr,
        /// The length of the prefix, 0 to 128; 128 where none is written.
        prefix: u8,
    },
    /// `match identity remote fqdn NAME`.
    Fqdn(String),
    /// `match identity remote fqdn domain NAME`.
    FqdnDomain(String),
    /// `match identity remote email NAME`.
    Email(String),
    /// `match identity remote email domain NAME`.
    EmailDomain(String),
    /// `match identity remote key-id TEXT`.
    KeyId(String),
    /// `match identity remote any`.
    Any,
    /// `match certificate MAP`.
    Certificate(String),
}

/// `identity local`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ikev2Identity {
    /// `address [A]`.
    Address(Option<IpAddr>),
    /// `dn`: the subject of the certificate that signs.
    DistinguishedName,
    /// `email`.
    Email(String),
    /// `fqdn`: this name, or the router's own host name and domain.
    Fqdn(Option<String>),
    /// `key-id`.
    KeyId(String),
}

/// A method of `authentication local` or `authentication remote`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ikev2Authentication {
    /// `rsa-sig`.
    RsaSignature,
    /// `ecdsa-sig`.
    EcdsaSignature,
    /// `pre-share`.
    PreSharedKey,
    /// `eap` and its relatives, as written.
    Eap(String),
}

/// `pki trustpoint NAME [sign|verify]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfilePin {
    /// The trustpoint.
    pub trustpoint: String,
    /// What it may do (V2-SEL-3).
    pub uses: PinUse,
}

/// What a pinned trustpoint may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinUse {
    /// Neither word is written, or both are.
    SignAndVerify,
    /// `sign`.
    Sign,
    /// `verify`.
    Verify,
}
