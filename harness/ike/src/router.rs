//! A router as the endpoint sees it: complete, checked, and indexed once.
//!
//! Where the values come from (text, lab, a program) is not known here: each carries an [`Origin`]. Reading text and
//! inventing what is missing are the business of `ios` and `lab`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use crypto::{CipherAlgorithm, Group, HashAlgorithm, Signer};
use pki::{Authority, Certificate, IssuerSignatures, RevocationList, RevocationMethod};

use crate::identity::{IdentityKind, IdentityMatch};
use crate::ids::{PolicyId, ProfileId, ProtectionId, TrustpointId};
use crate::origin::{Origin, Sourced};
use crate::selection::TrustpointIndex;

/// A router, ready to negotiate. Made from [`RouterParts`], which [`Router::new`] checks.
#[derive(Clone)]
pub struct Router {
    parts: RouterParts,
    index: TrustpointIndex,
}

/// Everything a router consists of, in the order of its configuration.
#[derive(Clone)]
pub struct RouterParts {
    /// `hostname`.
    pub hostname: Sourced<String>,
    /// `ip domain name`.
    pub domain: Option<Sourced<String>>,
    /// The trustpoints in configuration order, the built-in ones (ORD-3) last.
    pub trustpoints: Vec<Trustpoint>,
    /// The enrolled trustpoints, the most recently enrolled first: the order in which
    /// `show crypto pki certificates` lists the router's own certificates (ORD-1).
    pub enrolments: Vec<TrustpointId>,
    /// The ISAKMP policies, best priority first.
    pub policies: Vec<IsakmpPolicy>,
    /// `crypto isakmp identity`, for profiles that do not say.
    pub identity: Sourced<IdentityKind>,
    /// The ISAKMP profiles in configuration order.
    pub profiles: Vec<Profile>,
    /// The tunnel interfaces and crypto map entries.
    pub protections: Vec<Protection>,
    /// What this router can make of certificates (V1-VAL-5).
    pub capabilities: pki::Policy,
    /// Who judges the signatures of issuers on certificates and CRLs: a [`crypto::Verifier`], or a laboratory that takes
    /// some on trust.
    pub issuer_signatures: Arc<dyn IssuerSignatures + Send + Sync>,
    /// What the CAs' servers tell the router beside the revocation lists of its trustpoints.
    pub revocation_servers: RevocationServers,
    /// Liveness checks, where they are configured.
    pub keepalive: Option<Sourced<Keepalive>>,
}

/// Whom a router can ask about certificates.
#[derive(Clone, Debug, Default)]
pub struct RevocationServers {
    /// What the distribution points of CAs deliver that are no trustpoint's.
    pub lists: Vec<RevocationList>,
    /// The OCSP responders that answer. One that is not here cannot be reached.
    pub responders: Vec<OcspResponder>,
}

/// The OCSP responder of a CA.
#[derive(Clone, Debug)]
pub struct OcspResponder {
    /// The CA.
    pub authority: pki::Name,
    /// What it answers from. The list stays with the responder, whose answers are taken as verified.
    pub knows: RevocationList,
}

/// A CA that the router knows by name, and what it holds of it.
#[derive(Clone)]
pub struct Trustpoint {
    /// The name in the configuration.
    pub name: String,
    /// The line that defines it.
    pub origin: Origin,
    /// What the router holds of the CA; nothing where the trustpoint is not *authenticated* (ORD-2). A built-in one
    /// (ORD-3) is known by name only.
    pub authority: Option<Authority>,
    /// The router's own certificate and key from this CA: the trustpoint is *enrolled*.
    pub enrolment: Option<Enrolment>,
    /// How revocation is checked, in the order tried (V1-VAL-4).
    pub revocation: Sourced<Vec<RevocationMethod>>,
    /// The revocation lists that the router can get for this CA.
    pub revocation_lists: Vec<RevocationList>,
}

impl Trustpoint {
    /// The name that certificate requests for its CA carry, or `None` where it is not authenticated.
    #[must_use]
    pub fn authority_name(&self) -> Option<&pki::Name> {
        self.authority.as_ref().map(Authority::name)
    }
}

/// The router's own certificate from a CA, with the key to it.
#[derive(Clone)]
pub struct Enrolment {
    /// The router's certificate.
    pub certificate: Certificate,
    /// Certificates between it and the trust anchor, nearest first; sent after it.
    pub intermediates: Vec<Certificate>,
    /// The private key.
    pub signer: Arc<dyn Signer + Send + Sync>,
    /// Where the certificate was listed: the show output, else the certificate chain, else the trustpoint.
    pub origin: Origin,
}

/// `crypto isakmp policy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IsakmpPolicy {
    /// The number in the configuration; 1 is the best.
    pub priority: u32,
    /// The line that opens the policy.
    pub origin: Origin,
    /// `encryption`.
    pub cipher: Sourced<CipherAlgorithm>,
    /// `hash`.
    pub hash: Sourced<HashAlgorithm>,
    /// `group`.
    pub group: Sourced<Group>,
    /// `authentication`.
    pub authentication: Sourced<Authentication>,
    /// `lifetime`, in seconds.
    pub lifetime: Sourced<u32>,
}

/// How an ISAKMP policy authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// RSA signatures: the only method that this endpoint negotiates.
    RsaSignature,
    /// Pre-shared keys: such a policy is read and never proposed or accepted here.
    PreSharedKey,
    /// RSA encrypted nonces: likewise.
    RsaEncryption,
}

/// `crypto isakmp profile`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name in the configuration.
    pub name: String,
    /// The line that opens the profile.
    pub origin: Origin,
    /// `ca trust-point` lines in configuration order; empty means not pinned.
    pub pins: Vec<Pin>,
    /// `match identity` lines in configuration order.
    pub matches: Vec<IdentityMatch>,
    /// `self-identity`, else `crypto isakmp identity` holds.
    pub self_identity: Option<Sourced<IdentityKind>>,
    /// `keyring`: a profile without one says so in the transcript.
    pub keyring: Option<Sourced<String>>,
}

impl Profile {
    /// Whether the profile names trustpoints.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        !self.pins.is_empty()
    }

    /// The pin that names `trustpoint`.
    #[must_use]
    pub fn pin(&self, trustpoint: TrustpointId) -> Option<&Pin> {
        self.pins.iter().find(|pin| pin.trustpoint == trustpoint)
    }
}

/// One `ca trust-point` line of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The trustpoint that it names.
    pub trustpoint: TrustpointId,
    /// The line.
    pub origin: Origin,
}

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
    /// `set isakmp-profile`.
    pub profile: Option<Sourced<ProfileId>>,
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
}

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

/// `crypto isakmp keepalive`: dead peer detection (RFC 3706).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keepalive {
    /// Seconds without traffic after which the peer is asked.
    pub interval: u32,
    /// Seconds between repeated questions.
    pub retry: u32,
}

/// Why parts do not make a router. The fault is the configuration's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouterError {
    /// A profile or protection refers to a trustpoint or profile that is not there.
    DanglingReference {
        /// The line that refers.
        origin: Origin,
    },
    /// A protection has no transform set, and so nothing to offer.
    NothingToOffer {
        /// The line that opens it.
        origin: Origin,
    },
    /// A name is longer than any DNS name or mailbox can be, or a certificate longer than a payload.
    TooLong {
        /// The line that has it.
        origin: Origin,
    },
    /// A trustpoint is listed as enrolled and has no certificate, or has one and is not listed.
    EnrolmentsDisagree {
        /// The line that defines the trustpoint.
        origin: Origin,
    },
}

impl fmt::Display for RouterError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::DanglingReference { .. } => "configuration: the line names something that is not defined",
            Self::NothingToOffer { .. } => {
                "configuration: the tunnel or map entry has no transform set; set one"
            }
            Self::TooLong { .. } => {
                "configuration: the name or certificate is longer than a message can carry"
            }
            Self::EnrolmentsDisagree { .. } => {
                "configuration: the order of enrolment does not list exactly the enrolled trustpoints"
            }
        })
    }
}

impl std::error::Error for RouterError {}

impl Router {
    /// Checks the parts against each other and indexes the trustpoints.
    ///
    /// # Errors
    /// When a reference points nowhere, or the order of enrolment is not a permutation of the enrolled trustpoints.
    pub fn new(parts: RouterParts) -> Result<Self, RouterError> {
        check_references(&parts)?;
        check_names(&parts)?;
        check_enrolments(&parts)?;
        let index = TrustpointIndex::new(&parts.trustpoints, &parts.enrolments);
        Ok(Self { parts, index })
    }

    /// The parts that the router was made of.
    #[must_use]
    pub fn parts(&self) -> &RouterParts {
        &self.parts
    }

    /// The trustpoints in configuration order, the built-in ones last.
    #[must_use]
    pub fn trustpoints(&self) -> &[Trustpoint] {
        &self.parts.trustpoints
    }

    /// The trustpoint with this number.
    ///
    /// # Panics
    /// If `id` is of another router.
    #[must_use]
    pub fn trustpoint(&self, id: TrustpointId) -> &Trustpoint {
        &self.parts.trustpoints[id.index()]
    }

    /// The profiles in configuration order.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        &self.parts.profiles
    }

    /// The profile with this number.
    ///
    /// # Panics
    /// If `id` is of another router.
    #[must_use]
    pub fn profile(&self, id: ProfileId) -> &Profile {
        &self.parts.profiles[id.index()]
    }

    /// The ISAKMP policies, best priority first.
    #[must_use]
    pub fn policies(&self) -> &[IsakmpPolicy] {
        &self.parts.policies
    }

    /// The policy with this number.
    ///
    /// # Panics
    /// If `id` is of another router.
    #[must_use]
    pub fn policy(&self, id: PolicyId) -> &IsakmpPolicy {
        &self.parts.policies[id.index()]
    }

    /// The tunnel interfaces and crypto map entries.
    #[must_use]
    pub fn protections(&self) -> &[Protection] {
        &self.parts.protections
    }

    /// The protection with this number.
    ///
    /// # Panics
    /// If `id` is of another router.
    #[must_use]
    pub fn protection(&self, id: ProtectionId) -> &Protection {
        &self.parts.protections[id.index()]
    }

    /// The trustpoints by CA name and in the order of ORD-1 to ORD-3.
    #[must_use]
    pub fn index(&self) -> &TrustpointIndex {
        &self.index
    }

    /// Host name and domain, as `self-identity fqdn` sends them (V1-ID-1).
    #[must_use]
    pub fn fully_qualified_name(&self) -> String {
        match &self.parts.domain {
            Some(domain) => format!("{}.{}", self.parts.hostname.value, domain.value),
            None => self.parts.hostname.value.clone(),
        }
    }
}

fn check_references(parts: &RouterParts) -> Result<(), RouterError> {
    let pins = parts.profiles.iter().flat_map(|profile| &profile.pins);
    let bad_pin = pins.filter(|pin| pin.trustpoint.index() >= parts.trustpoints.len()).map(|pin| pin.origin);
    let bad_profile = parts
        .protections
        .iter()
        .filter_map(|protection| protection.profile)
        .filter(|profile| profile.value.index() >= parts.profiles.len())
        .map(|profile| profile.origin);
    if let Some(origin) = bad_pin.chain(bad_profile).next() {
        return Err(RouterError::DanglingReference { origin });
    }
    match parts.protections.iter().find(|protection| protection.transform_sets.is_empty()) {
        Some(protection) => Err(RouterError::NothingToOffer { origin: protection.origin }),
        None => Ok(()),
    }
}

/// What goes into an ID payload (RFC 1035 2.3.4: 255 octets for a name).
fn check_names(parts: &RouterParts) -> Result<(), RouterError> {
    let of_profiles = parts.profiles.iter().filter_map(|profile| profile.self_identity.as_ref());
    let identities = of_profiles.chain([&parts.identity]).filter_map(|identity| match &identity.value {
        IdentityKind::Fqdn(Some(name)) | IdentityKind::UserFqdn(name) => Some((name, identity.origin)),
        IdentityKind::Fqdn(None) | IdentityKind::Address | IdentityKind::DistinguishedName => None,
    });
    let names = [Some(&parts.hostname), parts.domain.as_ref()].into_iter().flatten();
    let mut all = names.map(|name| (&name.value, name.origin)).chain(identities);
    let name = all.find(|(name, _)| name.len() > LONGEST_NAME).map(|(_, origin)| origin);
    let certificate = parts.trustpoints.iter().find(|trustpoint| longest(trustpoint) > LONGEST_CERTIFICATE);
    match name.or(certificate.map(|trustpoint| trustpoint.origin)) {
        Some(origin) => Err(RouterError::TooLong { origin }),
        None => Ok(()),
    }
}

/// The bytes of the longest of what a trustpoint puts into messages: the CA's name, the router's certificates.
fn longest(trustpoint: &Trustpoint) -> usize {
    let name = trustpoint.authority_name().map(|name| name.as_der().len());
    let own = trustpoint.enrolment.iter();
    let certificates = own.flat_map(|own| [&own.certificate].into_iter().chain(&own.intermediates));
    name.into_iter().chain(certificates.map(|one| one.as_der().len())).max().unwrap_or(0)
}

/// A payload has 65,535 bytes, five of them before a certificate or a name (RFC 2408 3.2, 3.9).
const LONGEST_CERTIFICATE: usize = 65_530;

const LONGEST_NAME: usize = 255;

fn check_enrolments(parts: &RouterParts) -> Result<(), RouterError> {
    for (index, trustpoint) in parts.trustpoints.iter().enumerate() {
        let listed = parts.enrolments.iter().filter(|id| id.index() == index).count();
        // A router cannot be enrolled with a CA whose certificate it does not hold.
        let authenticated = matches!(trustpoint.authority, Some(Authority::Certificate(_)));
        let expected = usize::from(trustpoint.enrolment.is_some() && authenticated);
        if listed != expected || (trustpoint.enrolment.is_some() && !authenticated) {
            return Err(RouterError::EnrolmentsDisagree { origin: trustpoint.origin });
        }
    }
    match parts.enrolments.iter().find(|id| id.index() >= parts.trustpoints.len()) {
        Some(_) => Err(RouterError::EnrolmentsDisagree { origin: Origin::DEFAULT }),
        None => Ok(()),
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Router")
            .field("hostname", &self.parts.hostname.value)
            .field("trustpoints", &self.parts.trustpoints)
            .field("profiles", &self.parts.profiles)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Trustpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Trustpoint")
            .field("name", &self.name)
            .field("authority", &self.authority_name())
            .field("enrolled", &self.enrolment.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Enrolment").field("subject", &self.certificate.subject()).finish_non_exhaustive()
    }
}
