//! A router: its trustpoints and enrolments, its profiles, its identity, its tunnel to the other router.

use crate::few::{Few, Set};
use crate::tables::number;
use crate::world::{Ca, CaCertificateId, Condition, Defect, Hash, Instant, Name, World, X509Version};

/// A router, as far as a negotiation with one peer depends on it. A trustpoint's number is its place in `trustpoints`,
/// that of a profile its place in `profiles`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Router {
    /// The trustpoints, as they stand in the configuration; at most 32.
    pub trustpoints: Vec<Trustpoint>,
    /// The router's own certificates, as `show crypto pki certificates` lists them: the newest enrolment first. At most
    /// one for each trustpoint.
    pub enrolments: Vec<Enrolment>,
    /// The profiles of the negotiation's IKE version, as they stand in the configuration.
    pub profiles: Vec<Profile>,
    /// What leads to the peer, if anything does.
    pub tunnel: Option<Tunnel>,
    /// Its address, which is also the source of its packets.
    pub address: u32,
    /// `crypto isakmp identity`, if it is configured; IKEv1 only.
    pub global_identity: Option<LocalIdentity>,
    /// The certificates that it cannot use.
    pub unable: Unable,
    /// What its clock says.
    pub clock: Instant,
}

impl Router {
    /// The trustpoint with this number.
    #[must_use]
    pub fn trustpoint(&self, id: TrustpointId) -> &Trustpoint {
        &self.trustpoints[usize::from(id.0)]
    }

    /// The profile with this number.
    #[must_use]
    pub fn profile(&self, id: ProfileId) -> &Profile {
        &self.profiles[usize::from(id.0)]
    }

    /// The CA of a trustpoint, if it is authenticated.
    #[must_use]
    pub fn ca(&self, world: &World, id: TrustpointId) -> Option<Ca> {
        let certificate = self.trustpoint(id).authenticated?;
        Some(world.ca_certificate(certificate).subject)
    }

    /// The router's own certificate from a trustpoint, if it is enrolled in it.
    #[must_use]
    pub fn enrolment(&self, id: TrustpointId) -> Option<&Enrolment> {
        self.enrolments.iter().find(|enrolment| enrolment.trustpoint == id)
    }

    /// The CA that issued the router's own certificate from a trustpoint.
    #[must_use]
    pub fn issuer(&self, world: &World, enrolment: &Enrolment) -> Option<Ca> {
        enrolment.certificate.issuer.or_else(|| self.ca(world, enrolment.trustpoint))
    }

    /// The trustpoints that are authenticated: the global trustpoints, without the built-in ones.
    #[must_use]
    pub fn authenticated(&self) -> TrustpointSet {
        let ids = (0..).map(TrustpointId).zip(&self.trustpoints);
        Set::of(ids.filter(|(_, trustpoint)| trustpoint.authenticated.is_some()).map(|(id, _)| id))
    }
}

number! {
    /// The number of a trustpoint of a router.
    TrustpointId
}

/// Trustpoints of one router.
pub type TrustpointSet = Set<TrustpointId>;

/// `crypto pki trustpoint`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trustpoint {
    /// The CA certificate that it was authenticated with; none, and the trustpoint has no part in anything.
    pub authenticated: Option<CaCertificateId>,
    /// `revocation-check`, in its order; none is the default, `crl` (DEF-3).
    pub revocation_check: Option<Few<Method, 3>>,
}

/// A method of `revocation-check`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// By the issuer's CRL.
    #[default]
    Crl,
    /// By the issuer's OCSP responder.
    Ocsp,
    /// Not at all.
    None,
}

/// A certificate and key of the router's own, from the CA of a trustpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enrolment {
    /// The trustpoint that it belongs to.
    pub trustpoint: TrustpointId,
    /// The certificate.
    pub certificate: Certificate,
    /// The key cannot make the signature that is wanted: it is too short for the hash.
    pub cannot_sign: bool,
    /// The CA certificates that are sent along, if not those that the router has from the issuer up, without the root.
    pub sends: Option<Few<CaCertificateId, 8>>,
}

/// A router's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The CA that issued it, if that is not the CA of its trustpoint.
    pub issuer: Option<Ca>,
    /// What is wrong with it, if anything.
    pub condition: Condition,
    /// Its subject.
    pub subject: Name,
    /// Its subject alternative names.
    pub alternative_names: Few<Identity, 3>,
    /// The certificate maps, of either router, that it satisfies.
    pub satisfies: Set<CertificateMap>,
}

number! {
    /// A `crypto pki certificate map`; both routers' maps are numbered together.
    CertificateMap
}

number! {
    /// The number of a profile of a router.
    ProfileId
}

/// A `crypto isakmp profile` or a `crypto ikev2 profile`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The trustpoints that it names.
    pub pins: Vec<Pin>,
    /// `match identity` and `match certificate`, of which one has to hold.
    pub matches: Vec<Match>,
    /// `match fvrf` or `match address local` does not hold for this session.
    pub excluded: bool,
    /// `self-identity` or `identity local`, if it is configured.
    pub local_identity: Option<LocalIdentity>,
}

/// A trustpoint that a profile names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pin {
    /// The trustpoint.
    pub trustpoint: TrustpointId,
    /// What it is named for. IKEv1 has no words for this: there it is both.
    pub purpose: PinUse,
}

/// What a pin is for (V2-SEL-3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PinUse {
    /// To sign and to validate.
    #[default]
    Both,
    /// To sign only.
    Sign,
    /// To validate only.
    Verify,
}

/// A line of a profile that an identity, or a certificate, can match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// An address under a mask of this many bits.
    Address(u32, u8),
    /// A whole FQDN.
    Fqdn(DomainName),
    /// An FQDN of this domain.
    FqdnDomain(DomainName),
    /// A whole e-mail address: the user's number, and the domain.
    UserFqdn(u8, DomainName),
    /// An e-mail address of this domain.
    UserFqdnDomain(DomainName),
    /// A key-id.
    KeyId(u8),
    /// A certificate that satisfies the map.
    CertificateMap(CertificateMap),
    /// Any identity.
    Any,
}

/// What a router calls itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// ID_IPV4_ADDR.
    Address(u32),
    /// ID_FQDN.
    Fqdn(DomainName),
    /// ID_USER_FQDN, ID_RFC822_ADDR: the user's number, and the domain.
    UserFqdn(u8, DomainName),
    /// ID_DER_ASN1_DN.
    Dn(Name),
    /// ID_KEY_ID.
    KeyId(u8),
}

impl Default for Identity {
    fn default() -> Self {
        Self::Address(0)
    }
}

/// A domain name: the numbers of its labels, the most general first (`com` before `cisco`).
pub type DomainName = Few<u8, 4>;

/// What a configuration says of the identity to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalIdentity {
    /// This one.
    Is(Identity),
    /// The subject of the certificate that signs.
    Subject,
}

/// What leads to the peer: a protected tunnel interface or an entry of a crypto map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tunnel {
    /// `set isakmp-profile` or `set ikev2-profile`, if there is one.
    pub profile: Option<ProfileId>,
}

/// The certificates that a router cannot use at all, or does not want to (V1-VAL-5). The default is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unable {
    /// Those of X.509 version 1.
    pub version_1: bool,
    /// Those that are signed with one of these hashes.
    pub hashes: Set<Hash>,
    /// Those with a short key.
    pub weak_keys: bool,
    /// Those whose extended key usage leaves IKE out.
    pub other_purposes: bool,
    /// Those that RFC 5280 forbids issuers.
    pub nonconforming: bool,
}

impl Unable {
    /// Whether a certificate in this condition cannot be read at all.
    #[must_use]
    pub fn covers(&self, condition: &Condition) -> bool {
        (self.version_1 && condition.version == X509Version::One) || self.hashes.contains(condition.hash)
    }

    /// Whether the router refuses a certificate for this defect.
    #[must_use]
    pub fn minds(&self, defect: Defect) -> bool {
        match defect {
            Defect::WeakKey => self.weak_keys,
            Defect::ExtendedKeyUsage => self.other_purposes,
            Defect::Nonconforming => self.nonconforming,
            _ => true,
        }
    }
}
