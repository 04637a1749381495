//! What IPsec protects, and how: networks and transform sets.

use std::net::Ipv4Addr;

use crate::origin::Origin;

/// An IPv4 network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// The network address.
    pub network: Ipv4Addr,
    /// The mask, as written in an ID payload.
    pub mask: Ipv4Addr,
}

impl Subnet {
    /// All of IPv4: what a tunnel interface protects.
    pub const ANY: Self = Self { network: Ipv4Addr::UNSPECIFIED, mask: Ipv4Addr::UNSPECIFIED };

    /// Whether all of `other` lies in this network.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        let mask = self.mask.to_bits();
        let narrower = other.mask.to_bits() & mask == mask;
        narrower && (self.network.to_bits() ^ other.network.to_bits()) & mask == 0
    }
}

/// `crypto ipsec transform-set`, as far as ESP needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransformSet {
    /// The name in the configuration.
    pub name: String,
    /// The line that defines it.
    pub origin: Origin,
    /// The ESP cipher.
    pub cipher: EspCipher,
    /// The ESP integrity algorithm, if any.
    pub integrity: Option<EspIntegrity>,
    /// Tunnel mode, else transport mode.
    pub tunnel_mode: bool,
}

impl TransformSet {
    /// A set of `esp-aes` with 128 bits and `esp-sha256-hmac`, in tunnel mode.
    #[must_use]
    pub fn aes_128(name: &str, origin: Origin) -> Self {
        let (cipher, integrity) = (EspCipher::Aes(128), Some(EspIntegrity::HmacSha256));
        Self { name: name.to_owned(), origin, cipher, integrity, tunnel_mode: true }
    }
}

/// Ciphers of ESP. The endpoint negotiates them and never runs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EspCipher {
    /// `esp-null`.
    Null,
    /// `esp-des`.
    Des,
    /// `esp-3des`.
    TripleDes,
    /// `esp-aes`, with the length of the key in bits.
    Aes(u16),
    /// `esp-gcm` with a 16-byte tag, with the length of the key in bits.
    AesGcm16(u16),
}

/// Integrity algorithms of ESP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EspIntegrity {
    /// `esp-md5-hmac`.
    HmacMd5,
    /// `esp-sha-hmac`.
    HmacSha1,
    /// `esp-sha256-hmac`.
    HmacSha256,
    /// `esp-sha384-hmac`.
    HmacSha384,
    /// `esp-sha512-hmac`.
    HmacSha512,
}
