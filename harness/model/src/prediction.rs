//! What a reading says of a negotiation. Messages and reasons have the words of the JSON that `ikespec check` prints.

use crate::few::Few;
use crate::negotiation::{Pair, Role};
use crate::router::{Identity, ProfileId, TrustpointId, TrustpointSet};
use crate::rule::{Rule, RuleSet};
use crate::tables::words;
use crate::world::{BuiltIn, Ca};

/// What IOS does. What a negotiation that failed did not get to is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// What each router asks for, in order: the initiator in MM3 or the IKE_AUTH request, the responder in MM4 or the
    /// IKE_SA_INIT response.
    pub requests: Pair<Option<Requests>>,
    /// The trustpoint that each router chose to sign with, once it received the peer's requests; in IKEv1, where there were
    /// none, once it has to sign.
    pub chosen: Pair<Option<Choice>>,
    /// Whether the router came to sign with it.
    pub signed: Pair<bool>,
    /// What each router calls itself, once it has said so.
    pub identity: Pair<Option<Identity>>,
    /// The profile that each router bound the session to.
    pub profile: Pair<Binding>,
    /// The trustpoints that each router validated the peer's certificate against.
    pub validation_list: Pair<Option<TrustpointSet>>,
    /// The trustpoint that the peer's chain ended at, when it was accepted.
    pub anchor: Pair<Option<TrustpointId>>,
    /// How it ends.
    pub outcome: Outcome,
    /// The rule that the failure obeys; none where no rule decides, as with proposals that do not fit.
    pub decisive: Option<Rule>,
    /// Every rule that had a part in it.
    pub rules: RuleSet,
}

impl Prediction {
    /// The trustpoint that a router signed with.
    #[must_use]
    pub fn signed_with(&self, role: Role) -> Option<TrustpointId> {
        self.chosen[role].filter(|_| self.signed[role]).map(|choice| choice.trustpoint)
    }
}

/// How a negotiation ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Traffic passes.
    #[default]
    Up,
    /// Authenticated, but there is no IPsec SA.
    NoChildSa(Failure),
    /// Not authenticated.
    Failed(Failure),
}

impl Outcome {
    /// As `ikespec check` prints it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::NoChildSa(_) => "no-child-sa",
            Self::Failed(_) => "failed",
        }
    }

    /// What failed, unless it is up.
    #[must_use]
    pub const fn failure(self) -> Option<Failure> {
        match self {
            Self::Up => None,
            Self::NoChildSa(failure) | Self::Failed(failure) => Some(failure),
        }
    }
}

/// Where and why a negotiation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The message that was refused or could not be built.
    pub message: Message,
    /// The router that refuses or cannot go on.
    pub router: Role,
    /// The cause.
    pub reason: Reason,
}

/// The profile that a session is bound to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Binding {
    /// It is not known yet.
    #[default]
    Open,
    /// None.
    Without,
    /// This one.
    To(ProfileId),
}

impl From<Option<ProfileId>> for Binding {
    fn from(profile: Option<ProfileId>) -> Self {
        profile.map_or(Self::Without, Self::To)
    }
}

/// The trustpoint to sign with, and why this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The trustpoint.
    pub trustpoint: TrustpointId,
    /// What decided.
    pub decided_by: DecidedBy,
}

impl Choice {
    /// Whether the peer asked for it.
    #[must_use]
    pub fn is_by_request(&self) -> bool {
        matches!(self.decided_by, DecidedBy::Request(_))
    }
}

/// What decides which trustpoint signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// The peer's request for this CA.
    Request(Request),
    /// Nothing was asked for: the newest enrolment (V1-SEL-6).
    NewestEnrolment,
}

/// What a CERTREQ asks for: by the CA's name in IKEv1, by its key in IKEv2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// A CA of the world.
    Ca(Ca),
    /// A trustpoint that IOS carries itself.
    BuiltIn(BuiltIn),
}

impl Default for Request {
    fn default() -> Self {
        Self::Ca(Ca(0))
    }
}

/// The requests of one message: at most 32 trustpoints and the five built-in ones.
pub type Requests = Few<Request, 37>;

words! {
    /// A message of a negotiation.
    Message {
        Mm1 = "MM1",
        Mm2 = "MM2",
        Mm3 = "MM3",
        Mm4 = "MM4",
        Mm5 = "MM5",
        Mm6 = "MM6",
        Qm1 = "QM1",
        Qm2 = "QM2",
        Qm3 = "QM3",
        IkeSaInitRequest = "IKE_SA_INIT request",
        IkeSaInitResponse = "IKE_SA_INIT response",
        IkeAuthRequest = "IKE_AUTH request",
        IkeAuthResponse = "IKE_AUTH response",
    }
}

words! {
    /// Why a negotiation fails: those of the README's failure codes that follow from configurations and certificates.
    Reason {
        NothingToBegin = "nothing-to-begin",
        NoSuitableTrustpoint = "no-suitable-trustpoint",
        CertificateExpired = "certificate-expired",
        CertificateNotYetValid = "certificate-not-yet-valid",
        CertificateRevoked = "certificate-revoked",
        CrlMissing = "crl-missing",
        CrlStale = "crl-stale",
        CrlNotYetValid = "crl-not-yet-valid",
        CrlOfAnotherIssuer = "crl-of-another-issuer",
        CrlBad = "crl-bad",
        OcspUnavailable = "ocsp-unavailable",
        CertificateBadSignature = "certificate-bad-signature",
        CertificateUnusable = "certificate-unusable",
        CertificateKeyUsage = "certificate-key-usage",
        CertificateExtendedKeyUsage = "certificate-extended-key-usage",
        CertificateBasicConstraints = "certificate-basic-constraints",
        CertificatePathLength = "certificate-path-length",
        CertificateNameConstraints = "certificate-name-constraints",
        CertificateUnknownCriticalExtension = "certificate-unknown-critical-extension",
        CertificateWeakKey = "certificate-weak-key",
        CertificateNonconforming = "certificate-nonconforming",
        NoCertificateReceived = "no-certificate-received",
        NoCertificateToSend = "no-certificate-to-send",
        CannotSign = "cannot-sign",
        IdentityMismatch = "identity-mismatch",
        NoProfileMatches = "no-profile-matches",
        NoProposalChosen = "no-proposal-chosen",
        ProfileNotTheTunnels = "profile-not-the-tunnels",
        NoChildProposalChosen = "no-child-proposal-chosen",
        NoTunnelForTraffic = "no-tunnel-for-traffic",
    }
}
