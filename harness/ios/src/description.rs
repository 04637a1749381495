//! A router as its texts describe it: what is written, where it is written, and what is a default.
//!
//! A description may be incomplete, and may refer to things that it does not hold; the reader reports the latter.
//! Nothing is invented here: whoever wants a whole router completes the description.

mod ikev2;
mod interfaces;
mod ipsec;
mod isakmp;
mod shown;
mod time;
mod trustpoints;

use ike::{Origin, Sourced};

// What the endpoint and validation call by the same names.
pub use ike::{EspIntegrity, IdentityKind, IdentityPattern};
pub use pki::RevocationMethod;

pub use ikev2::{
    Ikev2, Ikev2Authentication, Ikev2Cipher, Ikev2Identity, Ikev2Keyring, Ikev2KeyringPeer, Ikev2Match,
    Ikev2Policy, Ikev2Profile, Ikev2Proposal, LocalAddress, PinUse, ProfilePin,
};
pub use interfaces::{
    AccessEntry, AccessList, AddressMatch, Interface, InterfaceAddress, Route, TunnelDestination, TunnelMode,
    TunnelProtection, TunnelSource,
};
pub use ipsec::{
    AhIntegrity, CryptoMapEntry, CryptoMapKind, EspCipher, IpsecMode, IpsecProfile, IpsecSettings,
    PeerAddress, SaLifetime, TransformSet,
};
pub use isakmp::{
    Authentication, IdentityMatch, InitiateMode, Isakmp, IsakmpPolicy, IsakmpProfile, Keepalive,
    KeepaliveMode, Keyring, PreSharedKey,
};
pub use shown::{
    CertificateStatus, CertificateUsage, Fingerprints, Shown, ShownCertificate, ShownKind, ShownSubject,
    ShownTrustpoint,
};
pub use time::{ClockTime, SummerTime, TimeZone};
pub use trustpoints::{
    CertificateChain, CertificateMap, ChainCertificate, ChainContent, ChainRole, ChainValidation, Enrollment,
    MapCriterion, MapField, MapOperator, PemCertificate, RsaKeyPair, Trustpoint, TrustpointAddress,
    TrustpointName,
};

/// One router, put together from all texts that were given for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouterDescription {
    /// `hostname`, or failing that the name in front of the prompt or in `show version`.
    pub hostname: Option<Sourced<String>>,
    /// `ip domain name` or `ip domain-name`.
    pub domain: Option<Sourced<String>>,
    /// `clock timezone`.
    pub time_zone: Option<Sourced<TimeZone>>,
    /// `clock summer-time`.
    pub summer_time: Option<Sourced<SummerTime>>,
    /// `crypto pki trustpoint`, in configuration order.
    pub trustpoints: Vec<Trustpoint>,
    /// `crypto pki certificate chain`, in configuration order.
    pub chains: Vec<CertificateChain>,
    /// Certificates printed in PEM form, in the order printed.
    pub pem_certificates: Vec<PemCertificate>,
    /// `crypto pki certificate map`, in configuration order; one for each label and sequence number.
    pub certificate_maps: Vec<CertificateMap>,
    /// `crypto isakmp`.
    pub isakmp: Isakmp,
    /// `crypto ikev2`.
    pub ikev2: Ikev2,
    /// `crypto ipsec transform-set`, in configuration order.
    pub transform_sets: Vec<TransformSet>,
    /// `crypto ipsec profile`, in configuration order.
    pub ipsec_profiles: Vec<IpsecProfile>,
    /// `crypto ipsec security-association lifetime`: holds where a profile or a crypto map says nothing.
    pub sa_lifetime: SaLifetime,
    /// `crypto map` and `crypto dynamic-map`, one for each name and sequence number, in configuration order.
    pub crypto_maps: Vec<CryptoMapEntry>,
    /// `crypto map NAME local-address INTERFACE`: the map, and the interface whose address it uses.
    pub crypto_map_sources: Vec<Sourced<(String, String)>>,
    /// `crypto map NAME isakmp-profile PROFILE`: the map, and the profile for its entries that name none.
    pub crypto_map_profiles: Vec<Sourced<(String, String)>>,
    /// `interface`, in configuration order.
    pub interfaces: Vec<Interface>,
    /// `ip access-list extended` and numbered extended lists.
    pub access_lists: Vec<AccessList>,
    /// `ip route`, in configuration order.
    pub routes: Vec<Sourced<Route>>,
    /// What `show` commands printed.
    pub shown: Shown,
    /// Lines that the reader could make nothing of, in text order.
    pub unknown: Vec<UnknownLine>,
    /// Lines that have no bearing on a negotiation, by the command that says so; in text order.
    pub ignored: Vec<Origin>,
    /// Outputs of commands that the reader does not read.
    pub unread: Vec<UnreadOutput>,
}

/// A line that the reader could make nothing of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLine {
    /// The line, secrets removed.
    pub text: String,
    /// Where it stands.
    pub origin: Origin,
    /// Whether it stands in a section that decides about tunnels, or begins with `crypto`.
    pub bears_on_tunnels: bool,
}

/// The output of a command that the reader does not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadOutput {
    /// The command as typed at the prompt.
    pub command: String,
    /// The line of the prompt.
    pub origin: Origin,
    /// How many lines were passed over.
    pub lines: u32,
}

impl RouterDescription {
    /// Host name and domain joined, as a router names itself; only the host name where no domain is configured.
    #[must_use]
    pub fn fully_qualified_name(&self) -> Option<String> {
        let hostname = &self.hostname.as_ref()?.value;
        Some(match &self.domain {
            Some(domain) => format!("{hostname}.{}", domain.value),
            None => hostname.clone(),
        })
    }

    /// The trustpoint of this name. Names of trustpoints are compared exactly.
    #[must_use]
    pub fn trustpoint(&self, name: &str) -> Option<&Trustpoint> {
        self.trustpoints.iter().find(|trustpoint| trustpoint.name == name)
    }

    /// The certificate chain of the trustpoint `name`.
    #[must_use]
    pub fn chain(&self, name: &str) -> Option<&CertificateChain> {
        self.chains.iter().find(|chain| chain.trustpoint.value == name)
    }

    /// The interface that `name` means, which may be abbreviated (`Gi0/0`) and in any case.
    #[must_use]
    pub fn interface(&self, name: &str) -> Option<&Interface> {
        let exact = self.interfaces.iter().find(|interface| interface.name.eq_ignore_ascii_case(name));
        exact.or_else(|| self.interfaces.iter().find(|interface| interface.is_abbreviated_by(name)))
    }

    /// The access list of this name or number.
    #[must_use]
    pub fn access_list(&self, name: &str) -> Option<&AccessList> {
        self.access_lists.iter().find(|list| list.name == name)
    }

    /// How far the clock of `zone` is ahead of UTC, in minutes: of the configured zone, its summer time, or a name of
    /// UTC itself. `None` for any other name.
    #[must_use]
    pub fn utc_offset(&self, zone: &str) -> Option<i32> {
        let standard = self.time_zone.as_ref().map(|zone| &zone.value);
        if let Some(standard) = standard.filter(|standard| standard.name == zone) {
            return Some(standard.offset);
        }
        if let Some(summer) = self.summer_time.as_ref().filter(|summer| summer.value.name == zone) {
            let base = standard.map_or(0, |standard| standard.offset);
            return Some(base.saturating_add(summer.value.shift));
        }
        ["UTC", "GMT", "Z"].iter().any(|name| name.eq_ignore_ascii_case(zone)).then_some(0)
    }
}
