//! Validation of certificate chains (RFC 5280 6.1, RFC 4945 5.1).
//!
//! [`validate`] looks for a path from the peer's certificate over the other certificates that it sent to a trust anchor
//! ([`paths`]), judges each path that there is ([`checks`], [`names`], [`revocation`]), and answers with the first that is
//! accepted, or with the refusal of the most promising one.
//!
//! Every router is its own judge: what one accepts is said by a [`Policy`], and each [`Anchor`] says how revocation is
//! checked below it, as the trustpoints of IOS do. Times, revocation lists and the judge of signatures are given.

mod checks;
mod names;
mod paths;
mod profile;
mod refusal;
mod revocation;

use crypto::HashAlgorithm;

pub use paths::validate;
pub use refusal::{Refusal, RefusalReason};
pub use revocation::{OcspAnswer, RevocationSource};

use crate::certificate::{Certificate, Version};
use crate::extensions::KeyPurpose;
use crate::name::Name;
use crate::signatures::IssuerSignatures;
use crate::time::CalendarTime;

/// A CA that is trusted for itself, and how certificates below it are checked for revocation: what a trustpoint is to
/// validation.
#[derive(Clone, Debug)]
pub struct Anchor {
    /// The CA.
    pub authority: Authority,
    /// The methods of `revocation-check`, tried in this order (V1-VAL-4). None at all is like the method none.
    pub revocation: Vec<RevocationMethod>,
}

/// The anchors of a validation.
///
/// A list of anchors is one. Who has very many finds those of a name faster than by looking at all.
pub trait Anchors {
    /// The anchors whose CA has this name by [`Name::matches`], in the order in which they are tried, each with the number
    /// by which the result will speak of it; the same for every encoding of the name and each time.
    fn named(&self, name: &Name) -> Vec<(usize, Anchor)>;
}

impl<A: AsRef<[Anchor]> + ?Sized> Anchors for A {
    fn named(&self, name: &Name) -> Vec<(usize, Anchor)> {
        let all = self.as_ref().iter().enumerate();
        all.filter(|(_, anchor)| anchor.authority.name().matches(name))
            .map(|(position, anchor)| (position, anchor.clone()))
            .collect()
    }
}

/// A CA that is trusted for itself.
#[derive(Clone, Debug)]
pub enum Authority {
    /// By its certificate: chains can end at it.
    Certificate(Certificate),
    /// By its name only, because its certificate is not at hand (the built-in trustpoints of ORD-3): it can be asked for,
    /// but no chain can be seen to end at it.
    NameOnly(Name),
}

impl Authority {
    /// The name that certificates of this CA have as issuer.
    #[must_use]
    pub fn name(&self) -> &Name {
        match self {
            Self::Certificate(certificate) => certificate.subject(),
            Self::NameOnly(name) => name,
        }
    }
}

/// A way to learn whether a certificate is revoked (V1-VAL-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationMethod {
    /// The issuer's CRL.
    Crl,
    /// The issuer's OCSP responder.
    Ocsp,
    /// Not asking: whatever comes to this method is accepted.
    None,
}

/// What a router accepts of certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The lowest version of a certificate that a peer sends (V1-VAL-5).
    pub least_version: Version,
    /// Hashes that the router cannot verify signatures of (V1-VAL-5).
    pub unsupported_hashes: Vec<HashAlgorithm>,
    /// The shortest RSA modulus in a certificate that a peer sends, in bits.
    pub least_rsa_bits: usize,
    /// The purposes of which a peer's certificate needs one (or any) if it is limited to some at all; `None` if the router
    /// does not look at them.
    pub purposes: Option<Vec<KeyPurpose>>,
    /// Whether to refuse what RFC 5280 forbids issuers, though it could be judged.
    pub strict_profile: bool,
}

impl Policy {
    /// What IOS is taken to accept: every version and hash, keys of any length, any purpose.
    #[must_use]
    pub const fn ios() -> Self {
        Self {
            least_version: Version::V1,
            unsupported_hashes: Vec::new(),
            least_rsa_bits: 0,
            purposes: None,
            strict_profile: false,
        }
    }

    /// The same, but with purposes as RFC 4945 5.1.3.12 wants them: none at all, any, or IKE.
    #[must_use]
    pub fn rfc4945() -> Self {
        Self { purposes: Some(vec![KeyPurpose::IpsecIke, KeyPurpose::IkeIntermediate]), ..Self::ios() }
    }
}

/// How much work a chain may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most certificates that are looked at beside the peer's own.
    pub certificates: usize,
    /// The most certificates of a path, the peer's own counted and the anchor not.
    pub path: usize,
    /// The most times that a path is made longer.
    pub steps: usize,
    /// The most signatures that are verified.
    pub signatures: usize,
}

impl Default for Limits {
    /// Far more than a chain in use needs.
    fn default() -> Self {
        Self { certificates: 32, path: 10, steps: 256, signatures: 64 }
    }
}

/// Everything that a validation depends on beside the certificates and the anchors.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The instant at which the chain has to be valid.
    pub now: CalendarTime,
    /// What the router accepts.
    pub policy: &'a Policy,
    /// How much work is allowed.
    pub limits: Limits,
    /// Where revocation lists and OCSP answers come from.
    pub revocation: &'a dyn RevocationSource,
    /// Who judges the signatures of issuers.
    pub signatures: &'a dyn IssuerSignatures,
}

/// A chain that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The number of the anchor that it ends at: its position in a list of anchors.
    pub anchor: usize,
    /// The certificates from the peer's own to the anchor's, both included.
    pub path: Vec<Certificate>,
    /// The method that settled whether each of them is revoked; the anchor is not asked about.
    pub revocation: Vec<RevocationMethod>,
}
