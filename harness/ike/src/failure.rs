//! Why a negotiation fails: one code for each cause, the message at which it does, and the rule it rests on.

use std::sync::Arc;

use pki::RefusalReason;

use crate::origin::Origin;
use crate::rule::Rule;
use crate::state::MessageName;

/// The end of a negotiation's hopes, on the router that refuses or cannot go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The message that was refused, or that could not be built.
    pub message: MessageName,
    /// The cause.
    pub code: FailureCode,
    /// The rule that the refusal obeys, where `RULES.md` has one.
    pub rule: Option<Rule>,
    /// The lines that it rests on, the decisive one first.
    pub origins: Vec<Origin>,
    /// What the validation of the peer's chain said.
    pub refusal: Option<Arc<pki::Refusal>>,
}

macro_rules! failure_codes {
    ($($(#[$doc:meta])+ $variant:ident = $code:literal),+ $(,)?) => {
        /// The causes of failure. The codes are part of the machine-readable output: they may grow, not change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FailureCode {
            $($(#[$doc])+ $variant),+
        }

        impl FailureCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code as it stands in machine-readable output.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }
        }
    };
}

failure_codes! {
    /// The peer's chain ends at no trustpoint of the validation list (V1-VAL-2).
    NoSuitableTrustpoint = "no-suitable-trustpoint",
    /// A certificate of the peer's chain is past its validity.
    CertificateExpired = "certificate-expired",
    /// A certificate of the peer's chain is not valid yet.
    CertificateNotYetValid = "certificate-not-yet-valid",
    /// A certificate of the peer's chain is revoked.
    CertificateRevoked = "certificate-revoked",
    /// No revocation list is to be had, and the trustpoint insists.
    RevocationListMissing = "crl-missing",
    /// The revocation list is past its next update.
    RevocationListStale = "crl-stale",
    /// The revocation list is not valid yet.
    RevocationListNotYetValid = "crl-not-yet-valid",
    /// The revocation list found is that of another issuer.
    RevocationListOfAnotherIssuer = "crl-of-another-issuer",
    /// The issuer did not sign the revocation list, or may not.
    RevocationListBad = "crl-bad",
    /// The OCSP responder gives no answer, and the trustpoint insists.
    OcspUnavailable = "ocsp-unavailable",
    /// The issuer named did not sign a certificate of the peer's chain.
    CertificateForged = "certificate-bad-signature",
    /// This router cannot use the certificate at all (V1-VAL-5).
    CertificateUnusable = "certificate-unusable",
    /// The key usage does not allow what the key is used for.
    KeyUsage = "certificate-key-usage",
    /// The extended key usage leaves IKE out.
    ExtendedKeyUsage = "certificate-extended-key-usage",
    /// A certificate that issued another one is not that of a CA.
    NotAnAuthority = "certificate-basic-constraints",
    /// A CA allows fewer intermediate CAs below it.
    PathLength = "certificate-path-length",
    /// A CA does not permit a name.
    NameConstraints = "certificate-name-constraints",
    /// A critical extension is unknown.
    UnknownCriticalExtension = "certificate-unknown-critical-extension",
    /// A key is too short for this router.
    WeakKey = "certificate-weak-key",
    /// A certificate has what RFC 5280 forbids, and this router insists.
    CertificateNonconforming = "certificate-nonconforming",
    /// The chain is longer, or more tangled, than the limits allow.
    ChainTooLong = "certificate-chain-too-long",
    /// The peer sent no certificate for signatures.
    NoCertificateReceived = "no-certificate-received",
    /// The peer's certificate cannot be read.
    CertificateMalformed = "certificate-malformed",
    /// No request of the peer can be answered (V1-SEL-5, V2-SEL-5), or the initiator has no pin to sign with (V2-SEL-2).
    NoCertificateToSend = "no-certificate-to-send",
    /// The key of the chosen certificate cannot make the signature.
    CannotSign = "cannot-sign",
    /// The peer's identity does not match the profile of the initiator (V1-ID-3).
    IdentityMismatch = "identity-mismatch",
    /// No IKEv2 profile matches the peer's identity or certificate (V2-PRO-2).
    NoProfileMatches = "no-profile-matches",
    /// A side authenticates, or would have to, by a method that the profile does not have, or that is not done here.
    AuthenticationMethod = "authentication-method",
    /// The peer sent its certificate as hash and URL, and nothing here is fetched from the network.
    CertificateByUrl = "certificate-by-url",
    /// No proposal of phase 1, or of the IKE SA, fits.
    NoProposalChosen = "no-proposal-chosen",
    /// The signature in SIG or AUTH does not hold.
    BadSignature = "bad-signature",
    /// The message says something that its exchange does not allow.
    BadMessage = "bad-message",
    /// The message has a critical payload that is not known here (RFC 7296 2.5).
    UnsupportedCriticalPayload = "unsupported-critical-payload",
    /// The tunnel was refused because the profile is not the tunnel's (V2-PRO-3).
    ProfileNotTheTunnels = "profile-not-the-tunnels",
    /// No IPsec proposal fits.
    NoChildProposalChosen = "no-child-proposal-chosen",
    /// The traffic of Quick Mode, or of the traffic selectors, belongs to no tunnel or crypto map entry with this peer.
    NoTunnelForTraffic = "no-tunnel-for-traffic",
    /// The peer refused, and said so.
    RefusedByPeer = "refused-by-peer",
    /// The peer did not answer.
    NoAnswer = "no-answer",
}

impl FailureCode {
    /// The code for a refusal of the peer's chain.
    #[must_use]
    pub const fn of_refusal(reason: &RefusalReason) -> Self {
        use RefusalReason as Reason;
        match reason {
            Reason::NoAnchor { .. } | Reason::AnchorWithoutCertificate => Self::NoSuitableTrustpoint, // V1-VAL-2
            Reason::BadSignature { .. } => Self::CertificateForged,
            // V1-VAL-4: different refusals.
            Reason::Expired { .. } => Self::CertificateExpired,
            Reason::NotYetValid { .. } => Self::CertificateNotYetValid,
            Reason::Revoked { .. } => Self::CertificateRevoked,
            Reason::CrlMissing => Self::RevocationListMissing,
            Reason::CrlStale { .. } => Self::RevocationListStale,
            Reason::CrlNotYetValid { .. } => Self::RevocationListNotYetValid,
            Reason::CrlOfAnotherIssuer { .. } => Self::RevocationListOfAnotherIssuer,
            Reason::CrlBadSignature
            | Reason::CrlIssuerKeyUsage
            | Reason::CrlUnknownCriticalExtension { .. } => Self::RevocationListBad,
            Reason::OcspUnavailable => Self::OcspUnavailable,
            Reason::KeyUsage { .. } => Self::KeyUsage,
            Reason::ExtendedKeyUsage { .. } => Self::ExtendedKeyUsage,
            Reason::NotAnAuthority => Self::NotAnAuthority,
            Reason::PathLength { .. } => Self::PathLength,
            Reason::NameConstraints { .. } => Self::NameConstraints,
            Reason::UnknownCriticalExtension { .. } => Self::UnknownCriticalExtension,
            // V1-VAL-5
            Reason::UnsupportedVersion { .. }
            | Reason::UnsupportedAlgorithm { .. }
            | Reason::UnsupportedHash { .. } => Self::CertificateUnusable,
            Reason::WeakKey { .. } => Self::WeakKey,
            Reason::Nonconforming { .. } => Self::CertificateNonconforming,
            Reason::TooDeep { .. } | Reason::TooMuchWork => Self::ChainTooLong,
        }
    }

    /// Whether `revocation-check` is what the refusal rests on.
    #[must_use]
    pub const fn is_of_revocation(self) -> bool {
        matches!(
            self,
            Self::CertificateRevoked
                | Self::RevocationListMissing
                | Self::RevocationListStale
                | Self::RevocationListNotYetValid
                | Self::RevocationListOfAnotherIssuer
                | Self::RevocationListBad
                | Self::OcspUnavailable
        )
    }

    /// Whether it refuses the IPsec SAs and not the peer: both sides can be authenticated all the same.
    #[must_use]
    pub const fn is_of_child(self) -> bool {
        matches!(self, Self::ProfileNotTheTunnels | Self::NoChildProposalChosen | Self::NoTunnelForTraffic)
    }

    /// The rule that a refusal of the peer's chain obeys.
    #[must_use]
    pub const fn rule_of_refusal(self) -> Rule {
        match self {
            Self::NoSuitableTrustpoint => Rule::V1Val2,
            Self::CertificateUnusable => Rule::V1Val5,
            _ => Rule::V1Val4,
        }
    }
}

impl std::fmt::Display for FailureCode {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}
