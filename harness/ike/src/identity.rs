//! IKE identities: what a router says it is, and the patterns that a profile matches a peer's identity with.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pki::Name;

use crate::origin::Origin;

/// Which of its names a router asserts (V1-ID-1; DEF-4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// The address that the packet leaves from: `ID_IPV4_ADDR` or `ID_IPV6_ADDR`.
    Address,
    /// This address, wherever the packet leaves from.
    GivenAddress(IpAddr),
    /// Host name and domain: `ID_FQDN`. The text is the one configured, or `None` for the router's own.
    Fqdn(Option<String>),
    /// A mailbox: `ID_USER_FQDN`.
    UserFqdn(String),
    /// The subject of the certificate that signs: `ID_DER_ASN1_DN`.
    DistinguishedName,
    /// Any bytes: `ID_KEY_ID`.
    KeyId(Vec<u8>),
}

/// An identity as it stands in an ID payload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// `ID_IPV4_ADDR` or `ID_IPV6_ADDR`.
    Address(IpAddr),
    /// `ID_FQDN`, as sent; compared without regard to case (RFC 4945 3.1.2).
    Fqdn(String),
    /// `ID_USER_FQDN` (`ID_RFC822_ADDR` in IKEv2), as sent; the domain is compared without regard to case (RFC 4945 3.1.3).
    UserFqdn(String),
    /// `ID_DER_ASN1_DN`.
    DistinguishedName(Name),
    /// `ID_KEY_ID`.
    KeyId(Vec<u8>),
    /// A type that no profile of this router can match, with its number.
    Other(u8),
}

/// One `match identity` line of an ISAKMP profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityMatch {
    /// What the line matches.
    pub pattern: IdentityPattern,
    /// The line.
    pub origin: Origin,
}

/// What a `match identity` line matches; where the versions write it differently, IKEv1's words come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityPattern {
    /// `address A MASK`.
    Address {
        /// The network, bits outside the mask already zero.
        network: Ipv4Addr,
        /// Length of the mask, 0 to 32.
        prefix: u8,
    },
    /// `address P/LENGTH` of IPv6.
    Ipv6 {
        /// The network; bits outside the prefix are not looked at.
        network: Ipv6Addr,
        /// Length of the prefix, 0 to 128.
        prefix: u8,
    },
    /// `host NAME`, `fqdn NAME`: the whole domain name.
    Host(String),
    /// `host domain NAME`, `fqdn domain NAME`: every name below the domain.
    HostDomain(String),
    /// `user NAME`, `email NAME`: the whole mailbox.
    User(String),
    /// `user domain NAME`, `email domain NAME`: every mailbox of the domain.
    UserDomain(String),
    /// `group NAME`, `key-id TEXT`: a key id.
    Group(String),
    /// `any`, of IKEv2: every identity but a distinguished name, which a certificate map alone can match (V2-PRO-2).
    Any,
}

/// How closely a pattern describes an identity; the greater wins (V2-PRO-1, and for IKEv1 V1-ID-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Specificity {
    /// `any`.
    Any,
    /// An address with a mask of length 0.
    MaskZero,
    /// A part of an address or of a domain name; the longer part wins.
    Partial(u16),
    /// The whole identity.
    Exact,
}

impl IdentityPattern {
    /// How closely this pattern describes `identity`, or `None` where it does not match.
    #[must_use]
    pub fn matches(&self, identity: &Identity) -> Option<Specificity> {
        match (self, identity) {
            (Self::Address { network, prefix }, Identity::Address(IpAddr::V4(address))) => {
                match_address(*network, *prefix, *address)
            }
            (Self::Ipv6 { network, prefix }, Identity::Address(IpAddr::V6(address))) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(*prefix.min(&128))).unwrap_or(0);
                let same = network.to_bits() & mask == address.to_bits() & mask;
                same.then(|| of_prefix(*prefix, 128))
            }
            (Self::Host(host), Identity::Fqdn(name)) => exact(host.eq_ignore_ascii_case(name)),
            (Self::HostDomain(domain), Identity::Fqdn(name)) => match_domain(domain, name),
            (Self::User(user), Identity::UserFqdn(name)) => exact(same_mailbox(user, name)),
            (Self::UserDomain(domain), Identity::UserFqdn(name)) => {
                let (_, of_name) = name.rsplit_once('@')?;
                if domain.eq_ignore_ascii_case(of_name) {
                    Some(partial(domain.len()))
                } else {
                    match_domain(domain, of_name)
                }
            }
            (Self::Group(group), Identity::KeyId(id)) => exact(group.as_bytes() == id),
            (Self::Any, Identity::DistinguishedName(_)) => None, // V2-PRO-2
            (Self::Any, _) => Some(Specificity::Any),
            _ => None,
        }
    }
}

fn exact(same: bool) -> Option<Specificity> {
    same.then_some(Specificity::Exact)
}

/// The length of the matching part, capped: a domain name has at most 255 octets (RFC 1035 2.3.4).
fn partial(length: usize) -> Specificity {
    Specificity::Partial(u16::try_from(length).unwrap_or(u16::MAX))
}

fn match_address(network: Ipv4Addr, prefix: u8, address: Ipv4Addr) -> Option<Specificity> {
    let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
    (network.to_bits() & mask == address.to_bits() & mask).then(|| of_prefix(prefix, 32))
}

/// How closely a prefix of this length describes an address of `whole` bits.
fn of_prefix(prefix: u8, whole: u8) -> Specificity {
    match prefix {
        0 => Specificity::MaskZero,
        length if length >= whole => Specificity::Exact,
        length => Specificity::Partial(u16::from(length)),
    }
}

fn match_domain(domain: &str, name: &str) -> Option<Specificity> {
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    let split = name.len().checked_sub(domain.len())?;
    let tail = name.get(split..)?;
    let head = name.get(..split)?;
    (tail.eq_ignore_ascii_case(domain) && head.ends_with('.')).then(|| partial(domain.len()))
}

fn same_mailbox(left: &str, right: &str) -> bool {
    match (left.rsplit_once('@'), right.rsplit_once('@')) {
        (Some((user, domain)), Some((other, other_domain))) => {
            user == other && domain.eq_ignore_ascii_case(other_domain)
        }
        _ => left == right,
    }
}
