//! The requirements that the reading rests on, by the ids of the register, and the points at which texts conflict.

use crate::few::Set;
use crate::tables::words;

words! {
    /// A requirement of RFC 4945 or RFC 7296. The id begins with the RFC and the section.
    Requirement {
        IpVsSanMismatchAbort = "rfc4945-3.1.1-ip-vs-san-mismatch-abort",
        IpVsHeaderMismatchAbort = "rfc4945-3.1.1-ip-vs-header-mismatch-abort",
        FqdnMismatchAbort = "rfc4945-3.1.2-fqdn-mismatch-abort",
        UserFqdnMismatchAbort = "rfc4945-3.1.3-user-fqdn-mismatch-abort",
        DnMismatchAbort = "rfc4945-3.1.5-dn-mismatch-abort",
        KeyIdNeverWithCertificates = "rfc4945-3.1-never-send-keyid-with-certs",
        MatchedIdOptional = "rfc4945-3.1-matched-id-optional-for-spd",
        IdIsFirstKey = "rfc4945-3.1.10-id-is-first-key",
        MostSpecificPolicy = "rfc4945-3.1.10-most-specific-policy",
        FallbackToOtherIdentities = "rfc4945-3.1.10-fallback-other-cert-ids",
        CertreqInMm5 = "rfc4945-3.2.5-mm-certreq-msg5",
        CertreqToRequestInBand = "rfc4945-3.2.6-certreq-to-request-inband",
        OneCertreqPerAnchor = "rfc4945-3.2.7.1-one-certreq-per-trusted-anchor",
        RespondWithMatching = "rfc4945-3.2.7.1-respond-with-matching-ee",
        NonemptyPreferred = "rfc4945-3.2.7.2-nonempty-ca-preferred",
        EmptyAllowed = "rfc4945-3.2.7.2-empty-ca-allowed",
        ResponderPolicyBySource = "rfc4945-3.2.7.2-responder-spd-by-source",
        EmptyMeansAny = "rfc4945-3.2.7.2-receive-empty-means-any",
        AnchorNotInPolicy = "rfc4945-3.2.7.2-empty-then-anchor-not-in-policy",
        CertreqUnordered = "rfc4945-3.2.8.3-certreq-unordered",
        ChainExpansion = "rfc4945-3.2.9.3-example-chain-expansion",
        NoCertreqNoCert = "rfc4945-3.3.6-no-certreq-no-cert",
        ProactiveNotDefault = "rfc4945-3.3.6-proactive-not-default",
        TerminateUnknownCas = "rfc4945-3.3.6-terminate-unknown-cas",
        AnyOfRequested = "rfc4945-3.3.7-any-of-requested",
        PkixConformance = "rfc4945-5-pkix-conformance",
        ChecksOnByDefault = "rfc4945-5.1-checks-on-by-default",
        Version1Rejectable = "rfc4945-5.1.1-v1-v2-rejectable",
        UnknownCriticalReject = "rfc4945-5.1.3-unknown-critical-reject",
        KeyUsageToSign = "rfc4945-5.1.3.2-ku-needs-ds-or-nr",
        CaWithoutBasicConstraints = "rfc4945-5.1.3.9-ca-without-bc-reject",
        ExtendedKeyUsageReject = "rfc4945-5.1.3.12-eku-otherwise-reject",
        UseRevocation = "rfc4945-5.2-use-revocation",
        ChildFailureKeepsIkeSa = "rfc7296-1.2-child-failure-keeps-ike-sa",
        NoProposalChosen = "rfc7296-2.7-no-proposal-chosen",
        IdNeedNotMatchCert = "rfc7296-3.5-id-need-not-match-cert",
        CertIfAvailable = "rfc7296-3.6-cert-if-available",
        CertreqOptional = "rfc7296-3.7-certreq-optional",
        CertreqResponse = "rfc7296-3.7-certreq-response",
        CertreqOnlySuggestion = "rfc7296-3.7-certreq-only-suggestion",
        NoneAvailableNoError = "rfc7296-3.7-certreq-none-available-no-error",
    }
}

/// Requirements.
pub type RequirementSet = Set<Requirement>;

words! {
    /// A point at which texts conflict, or at which they say nothing about a case that occurs.
    Conflict {
        AnchorBeyondThePolicy = "RFC 4945 has a chain refused that ends at an anchor outside the selected policy when \
            the request was empty; it says nothing of a request that named too many CAs",
        CorrespondingCertificate = "the certificate that corresponds to a requested CA is the one that it issued, or \
            also one below it: RFC 4945 3.2.7.1 leaves it open, and only an example and RFC 7296 speak of chains",
        RequestInIkev2 = "who wants certificates MUST send a CERTREQ (RFC 4945) or MAY (RFC 7296)",
        AnswerInIkev2 = "a CERTREQ MUST be answered with what it asks for, and unknown CAs MAY end the negotiation \
            (RFC 4945), or it is a suggestion and having nothing to answer is no error (RFC 7296)",
        UnrequestedCertificate = "without a CERTREQ no CERT is sent (RFC 4945), or one that is available is (RFC 7296)",
        IdentityInCertificate = "the ID has to be one of the certificate's names (RFC 4945), or need not be (RFC 7296)",
    }
}

impl Conflict {
    /// The requirements that do not agree.
    #[must_use]
    pub fn texts(self) -> &'static [Requirement] {
        use Requirement as R;
        match self {
            Self::AnchorBeyondThePolicy => &[R::OneCertreqPerAnchor, R::AnchorNotInPolicy],
            Self::CorrespondingCertificate => {
                &[R::RespondWithMatching, R::ChainExpansion, R::CertreqResponse]
            }
            Self::RequestInIkev2 => &[R::CertreqToRequestInBand, R::CertreqOptional],
            Self::AnswerInIkev2 => &[
                R::RespondWithMatching,
                R::TerminateUnknownCas,
                R::CertreqResponse,
                R::CertreqOnlySuggestion,
                R::NoneAvailableNoError,
            ],
            Self::UnrequestedCertificate => &[R::NoCertreqNoCert, R::ProactiveNotDefault, R::CertIfAvailable],
            Self::IdentityInCertificate => &[
                R::IpVsSanMismatchAbort,
                R::IpVsHeaderMismatchAbort,
                R::FqdnMismatchAbort,
                R::UserFqdnMismatchAbort,
                R::DnMismatchAbort,
                R::KeyIdNeverWithCertificates,
                R::IdNeedNotMatchCert,
            ],
        }
    }
}

/// Points at which texts conflict.
pub type ConflictSet = Set<Conflict>;
