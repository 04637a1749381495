//! IPsec: transform sets, profiles and crypto maps.

use std::net::IpAddr;

use crypto::Group;
use ike::{EspIntegrity, Origin, Sourced};

/// `crypto ipsec transform-set NAME TRANSFORM...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransformSet {
    /// The name.
    pub name: String,
    /// The line that defines it.
    pub origin: Origin,
    /// The ESP cipher, if the set has ESP with one.
    pub cipher: Option<Sourced<EspCipher>>,
    /// The ESP integrity algorithm, if any.
    pub integrity: Option<Sourced<EspIntegrity>>,
    /// The AH algorithm, if the set has AH.
    pub ah: Option<Sourced<AhIntegrity>>,
    /// `comp-lzs`: compression.
    pub compression: Option<Sourced<()>>,
    /// `mode`: tunnel when nothing is configured.
    pub mode: Sourced<IpsecMode>,
    /// Words that stand for a transform that this program does not have: the set can then not be used as it is meant.
    pub not_understood: Vec<Sourced<String>>,
}

/// Ciphers of ESP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EspCipher {
    /// `esp-null`.
    Null,
    /// `esp-des`.
    Des,
    /// `esp-3des`.
    TripleDes,
    /// `esp-seal`.
    Seal,
    /// `esp-aes`, with the length of the key in bits.
    Aes(u16),
    /// `esp-gcm`: AES-GCM with a 16-byte tag, with the length of the key in bits.
    AesGcm16(u16),
    /// `esp-gmac`: AES-GMAC, with the length of the key in bits.
    AesGmac(u16),
}

/// Integrity algorithms of AH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AhIntegrity {
    /// `ah-md5-hmac`.
    HmacMd5,
    /// `ah-sha-hmac`.
    HmacSha1,
    /// `ah-sha256-hmac`.
    HmacSha256,
    /// `ah-sha384-hmac`.
    HmacSha384,
    /// `ah-sha512-hmac`.
    HmacSha512,
}

/// `mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpsecMode {
    /// `mode tunnel`.
    Tunnel,
    /// `mode transport`.
    Transport,
}

/// Lifetimes of IPsec security associations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaLifetime {
    /// Seconds; 3600 when nothing is configured.
    pub seconds: Sourced<u32>,
    /// Kilobytes; 4608000 when nothing is configured, `None` when disabled.
    pub kilobytes: Sourced<Option<u32>>,
}

impl Default for SaLifetime {
    fn default() -> Self {
        // DEF-2
        Self { seconds: Sourced::default_value(3600), kilobytes: Sourced::default_value(Some(4_608_000)) }
    }
}

/// `crypto ipsec profile NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpsecProfile {
    /// The name.
    pub name: String,
    /// The line that opens the section.
    pub origin: Origin,
    /// The lines of the section.
    pub settings: IpsecSettings,
}

/// What IPsec profiles and crypto maps have in common: the `set` lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IpsecSettings {
    /// `set transform-set`: names, best first.
    pub transform_sets: Vec<Sourced<String>>,
    /// `set isakmp-profile`.
    pub isakmp_profile: Option<Sourced<String>>,
    /// `set ikev2-profile`.
    pub ikev2_profile: Option<Sourced<String>>,
    /// `set pfs`; group 1 where the line names none.
    pub pfs: Option<Sourced<Group>>,
    /// `set security-association lifetime seconds`.
    pub lifetime_seconds: Option<Sourced<u32>>,
    /// `set security-association lifetime kilobytes`; `None` inside when disabled.
    pub lifetime_kilobytes: Option<Sourced<Option<u32>>>,
    /// `responder-only`: the line, where it stands.
    pub responder_only: Option<Origin>,
    /// `set identity`: the name of a `crypto identity`.
    pub identity: Option<Sourced<String>>,
    /// Values that stand for an algorithm that this program does not have.
    pub not_understood: Vec<Sourced<String>>,
}

/// `crypto map NAME SEQUENCE ...` or `crypto dynamic-map NAME SEQUENCE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CryptoMapEntry {
    /// The name of the map.
    pub map: String,
    /// The sequence number: entries are tried from the lowest.
    pub sequence: u32,
    /// The line that opens the section.
    pub origin: Origin,
    /// What the entry is.
    pub kind: CryptoMapKind,
    /// `set peer`, in configuration order.
    pub peers: Vec<Sourced<PeerAddress>>,
    /// `match address`: the name or number of an access list.
    pub access_list: Option<Sourced<String>>,
    /// The other `set` lines.
    pub settings: IpsecSettings,
}

/// What an entry of a crypto map is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CryptoMapKind {
    /// `ipsec-isakmp`.
    IpsecIsakmp,
    /// `ipsec-isakmp dynamic NAME`: stands for the dynamic map of that name.
    Dynamic(String),
    /// `ipsec-manual`: keys by hand, no IKE.
    IpsecManual,
    /// An entry of a `crypto dynamic-map`.
    Template,
    /// Another kind (`gdoi`, ...), as written.
    Other(String),
}

/// `set peer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerAddress {
    /// An address.
    Address(IpAddr),
    /// A host name, to be looked up.
    Host(String),
}
