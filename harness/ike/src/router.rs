//! A router as the endpoint sees it: complete, checked, and indexed once.
//!
//! Where the values come from (text, lab, a program) is not known here: each carries an [`Origin`]. Reading text and
//! inventing what is missing are the business of `ios` and `lab`.

mod check;
mod ikev2;
mod ipsec;
mod protection;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crypto::{CipherAlgorithm, Group, HashAlgorithm, Signer};
use pki::{Authority, Certificate, IssuerSignatures, RevocationList, RevocationMethod};

pub use check::RouterError;
pub use ikev2::{
    Ikev2Authentication, Ikev2Match, Ikev2Parts, Ikev2Pattern, Ikev2Pin, Ikev2Policy, Ikev2Profile,
    Ikev2Proposal, LocalVrf, PinUse, VrfMatch,
};

pub use ipsec::{EspCipher, EspIntegrity, Subnet, TransformSet};
pub use protection::{Protection, ProtectionProfile};

use crate::certificate_map::CertificateMap;
use crate::identity::{Identity, IdentityKind, IdentityMatch};
use crate::ids::{
    AnyProfileId, CertificateMapId, Ikev2PolicyId, Ikev2ProfileId, Ikev2ProposalId, PolicyId, ProfileId,
    ProtectionId, TrustpointId,
};
use crate::origin::{Origin, Sourced};
use crate::selection::TrustpointIndex;
use crate::selection::ikev2::HashIndex;

/// A router, ready to negotiate. Made from [`RouterParts`], which [`Router::new`] checks.
#[derive(Clone)]
pub struct Router {
    parts: RouterParts,
    index: TrustpointIndex,
    request_hashes: HashIndex,
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
    /// Liveness checks of IKEv1, where they are configured.
    pub keepalive: Option<Sourced<Keepalive>>,
    /// The certificate maps, one for each label.
    pub certificate_maps: Vec<CertificateMap>,
    /// What IKEv2 needs.
    pub ikev2: Ikev2Parts,
}

/// Whom a router can ask about certificates.
#[derive(Clone, Debug, Default)]
pub struct RevocationServers {
    /// What the distribution points of CAs deliver that are no trustpoint's.
    pub lists: Vec<ServedList>,
    /// The OCSP responders that answer. One that is not here cannot be reached.
    pub responders: Vec<OcspResponder>,
}

/// What is found where a CA's revocation list should be.
#[derive(Clone, Debug)]
pub struct ServedList {
    /// The CA.
    pub authority: pki::Name,
    /// The list, which may be another CA's.
    pub list: RevocationList,
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
    /// The private key: RSA, or for IKEv2 also ECDSA or Ed25519.
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

impl IsakmpPolicy {
    /// A policy that says nothing of authentication and lifetime: RSA signatures, a day (DEF-1).
    #[must_use]
    pub fn new(
        priority: u32,
        origin: Origin,
        (cipher, hash, group): (CipherAlgorithm, HashAlgorithm, Group),
    ) -> Self {
        Self {
            priority,
            origin,
            cipher: Sourced::default_value(cipher),
            hash: Sourced::default_value(hash),
            group: Sourced::default_value(group),
            authentication: Sourced::default_value(Authentication::RsaSignature),
            lifetime: Sourced::default_value(86_400),
        }
    }
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

/// `crypto isakmp keepalive` (RFC 3706), `dpd` of IKEv2 (RFC 7296 2.4): dead peer detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keepalive {
    /// Seconds without traffic after which the peer is asked.
    pub interval: u32,
    /// Seconds between repeated questions.
    pub retry: u32,
}

impl Router {
    /// Checks the parts against each other and indexes the trustpoints.
    ///
    /// # Errors
    /// When a reference points nowhere, or the order of enrolment is not a permutation of the enrolled trustpoints.
    pub fn new(parts: RouterParts) -> Result<Self, RouterError> {
        check::all(&parts)?;
        let index = TrustpointIndex::new(&parts.trustpoints, &parts.enrolments);
        let request_hashes = HashIndex::new(&parts.trustpoints);
        Ok(Self { parts, index, request_hashes })
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

    /// What IKEv2 needs.
    #[must_use]
    pub fn ikev2(&self) -> &Ikev2Parts {
        &self.parts.ikev2
    }

    /// The IKEv2 profile with this number.
    ///
    /// # Panics
    /// If `id` is of another router.
    #[must_use]
    pub fn ikev2_profile(&self, id: Ikev2ProfileId) -> &Ikev2Profile {
        &self.parts.ikev2.profiles[id.index()]
    }

    /// The IKEv2 policy with this number.
    ///
    /// # Panics
    /// If `id` is of another router.
    #[must_use]
    pub fn ikev2_policy(&self, id: Ikev2PolicyId) -> &Ikev2Policy {
        &self.parts.ikev2.policies[id.index()]
    }

    /// The IKEv2 proposal with this number.
    ///
    /// # Panics
    /// If `id` is of another router.
    #[must_use]
    pub fn ikev2_proposal(&self, id: Ikev2ProposalId) -> &Ikev2Proposal {
        &self.parts.ikev2.proposals[id.index()]
    }

    /// The certificate map with this number.
    ///
    /// # Panics
    /// If `id` is of another router.
    #[must_use]
    pub fn certificate_map(&self, id: CertificateMapId) -> &CertificateMap {
        &self.parts.certificate_maps[id.index()]
    }

    /// The name of a profile of either version, and the line that opens it.
    ///
    /// # Panics
    /// If `id` is of another router.
    #[must_use]
    pub fn profile_name(&self, id: AnyProfileId) -> Sourced<&str> {
        match id {
            AnyProfileId::Isakmp(id) => Sourced::new(&*self.profile(id).name, self.profile(id).origin),
            AnyProfileId::Ikev2(id) => {
                let profile = self.ikev2_profile(id);
                Sourced::new(&*profile.name, profile.origin)
            }
        }
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

    /// The trustpoints by the hash of their CA's key.
    #[must_use]
    pub fn request_hashes(&self) -> &HashIndex {
        &self.request_hashes
    }

    /// What the router says it is with the certificate of `enrolment`, where packets leave from `local` (V1-ID-1, DEF-4).
    /// Without a certificate it has no subject, and its address has to serve.
    pub(crate) fn own_identity(
        &self,
        kind: &IdentityKind,
        local: IpAddr,
        enrolment: Option<&Enrolment>,
    ) -> Identity {
        match kind {
            IdentityKind::Address => Identity::Address(local),
            IdentityKind::GivenAddress(address) => Identity::Address(*address),
            IdentityKind::Fqdn(Some(name)) => Identity::Fqdn(name.clone()),
            IdentityKind::Fqdn(None) => Identity::Fqdn(self.fully_qualified_name()),
            IdentityKind::UserFqdn(name) => Identity::UserFqdn(name.clone()),
            IdentityKind::KeyId(id) => Identity::KeyId(id.clone()),
            IdentityKind::DistinguishedName => match enrolment {
                Some(own) => Identity::DistinguishedName(own.certificate.subject().clone()),
                None => Identity::Address(local),
            },
        }
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
