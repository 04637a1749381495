//! Why a chain is refused.

use std::fmt;

use crypto::{HashAlgorithm, SignatureRefused};

use crate::certificate::{Certificate, Version};
use crate::extensions::{KeyPurpose, KeyUsage};
use crate::name::Name;
use crate::oid::Oid;
use crate::signatures::SignatureAlgorithm;
use crate::time::CalendarTime;

/// A refusal: the certificate that it concerns, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The certificate that is refused.
    pub certificate: Certificate,
    /// Its place in the path: 0 is the peer's own, the last one that of the anchor.
    pub depth: usize,
    /// The number of the anchor that the path ended at, if it ended at one: its position in a list of anchors.
    pub anchor: Option<usize>,
    /// Why.
    pub reason: RefusalReason,
}

/// Why a certificate is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// None of the anchors has the name of the issuer, and no other certificate that was sent has it either (V1-VAL-2).
    NoAnchor {
        /// The issuer that was looked for.
        issuer: Name,
    },
    /// An anchor has the name of the issuer, but its certificate is not at hand.
    AnchorWithoutCertificate,
    /// The issuer's key did not make this signature, though the issuer's name is the right one.
    BadSignature {
        /// What the judge of signatures said.
        refused: SignatureRefused,
    },
    /// The certificate is no longer valid.
    Expired {
        /// The last instant at which it was.
        not_after: CalendarTime,
        /// The instant of the validation.
        now: CalendarTime,
    },
    /// The certificate is not valid yet.
    NotYetValid {
        /// The first instant at which it will be.
        not_before: CalendarTime,
        /// The instant of the validation.
        now: CalendarTime,
    },
    /// The issuer has revoked the certificate.
    Revoked {
        /// Since when.
        since: CalendarTime,
    },
    /// The CRL of the certificate's issuer is not to be had.
    CrlMissing,
    /// The CRL is older than its issuer allows.
    CrlStale {
        /// When the next one was due.
        next_update: CalendarTime,
        /// The instant of the validation.
        now: CalendarTime,
    },
    /// The CRL is from the future.
    CrlNotYetValid {
        /// When it was issued.
        this_update: CalendarTime,
        /// The instant of the validation.
        now: CalendarTime,
    },
    /// What was found instead of the CRL of the certificate's issuer is that of another.
    CrlOfAnotherIssuer {
        /// The issuer of the CRL.
        issuer: Name,
    },
    /// The CRL is not signed by the certificate's issuer, or with an algorithm that nobody here knows.
    CrlBadSignature,
    /// The CRL's issuer may not sign CRLs.
    CrlIssuerKeyUsage,
    /// The CRL has a critical extension that nobody here knows.
    CrlUnknownCriticalExtension {
        /// The extension.
        extension: Oid,
    },
    /// The issuer's OCSP responder gives no answer.
    OcspUnavailable,
    /// The key may not be used for what it is used for here.
    KeyUsage {
        /// The uses of which one is needed.
        needed: KeyUsage,
        /// Those that are allowed.
        allowed: KeyUsage,
    },
    /// The certificate is limited to purposes that do not include this one.
    ExtendedKeyUsage {
        /// The purposes that it is limited to.
        allowed: Vec<KeyPurpose>,
    },
    /// The certificate has issued another one, but it is not that of a CA.
    NotAnAuthority,
    /// More intermediate CAs follow than a CA above allows.
    PathLength {
        /// The subject of that CA.
        authority: Name,
        /// How many it allows.
        allowed: u32,
    },
    /// A name of the certificate is outside of what a CA above permits, or inside of what it excludes.
    NameConstraints {
        /// The name, as text.
        name: String,
        /// The subject of the CA.
        authority: Name,
        /// Whether the name is one that it excludes.
        excluded: bool,
    },
    /// The certificate has a critical extension that nobody here knows.
    UnknownCriticalExtension {
        /// The extension.
        extension: Oid,
    },
    /// The router cannot use certificates of this version (V1-VAL-5).
    UnsupportedVersion {
        /// The certificate's version.
        version: Version,
    },
    /// The router does not know how the certificate is signed.
    UnsupportedAlgorithm {
        /// How it is signed.
        algorithm: SignatureAlgorithm,
    },
    /// The router does not support the hash that is signed (V1-VAL-5).
    UnsupportedHash {
        /// The hash.
        hash: HashAlgorithm,
    },
    /// The key is shorter than the router accepts.
    WeakKey {
        /// The length of the modulus in bits.
        bits: usize,
        /// The shortest one that is accepted.
        least: usize,
    },
    /// RFC 5280 forbids issuers to make such a certificate.
    Nonconforming {
        /// What it forbids, with the section.
        rule: &'static str,
    },
    /// The path is longer than is looked at.
    TooDeep {
        /// The most certificates of a path.
        limit: usize,
    },
    /// There are more certificates, paths or signatures than are looked at.
    TooMuchWork,
}

impl RefusalReason {
    /// The reason as a word that stays the same: for reports and for scenarios.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAnchor { .. } => "no-anchor",
            Self::AnchorWithoutCertificate => "anchor-without-certificate",
            Self::BadSignature { .. } => "bad-signature",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not-yet-valid",
            Self::Revoked { .. } => "revoked",
            Self::CrlMissing => "crl-missing",
            Self::CrlStale { .. } => "crl-stale",
            Self::CrlNotYetValid { .. } => "crl-not-yet-valid",
            Self::CrlOfAnotherIssuer { .. } => "crl-of-another-issuer",
            Self::CrlBadSignature => "crl-bad-signature",
            Self::CrlIssuerKeyUsage => "crl-issuer-key-usage",
            Self::CrlUnknownCriticalExtension { .. } => "crl-unknown-critical-extension",
            Self::OcspUnavailable => "ocsp-unavailable",
            Self::KeyUsage { .. } => "key-usage",
            Self::ExtendedKeyUsage { .. } => "extended-key-usage",
            Self::NotAnAuthority => "basic-constraints",
            Self::PathLength { .. } => "path-length",
            Self::NameConstraints { .. } => "name-constraints",
            Self::UnknownCriticalExtension { .. } => "unknown-critical-extension",
            Self::UnsupportedVersion { .. } => "unsupported-version",
            Self::UnsupportedAlgorithm { .. } => "unsupported-algorithm",
            Self::UnsupportedHash { .. } => "unsupported-hash",
            Self::WeakKey { .. } => "weak-key",
            Self::Nonconforming { .. } => "nonconforming",
            Self::TooDeep { .. } => "too-deep",
            Self::TooMuchWork => "too-much-work",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.certificate.subject();
        write!(f, "the certificate {} of {subject} is refused: {}", self.certificate.serial(), self.reason)
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnchor { issuer } => {
                write!(
                    f,
                    "neither a trust anchor nor another certificate that was sent is that of its issuer {issuer}"
                )
            }
            Self::AnchorWithoutCertificate => {
                f.write_str("its issuer is trusted, but the certificate of that is not at hand")
            }
            Self::BadSignature { refused } => write!(f, "its issuer's key did not sign it ({refused})"),
            Self::Expired { not_after, now } => write!(f, "it expired at {not_after}, and it is {now}"),
            Self::NotYetValid { not_before, now } => {
                write!(f, "it is valid from {not_before} on, and it is {now}")
            }
            Self::Revoked { since } => write!(f, "its issuer revoked it at {since}"),
            Self::CrlMissing => f.write_str("the CRL of its issuer is not to be had"),
            Self::CrlStale { next_update, now } => {
                write!(f, "the next CRL of its issuer was due at {next_update}, and it is {now}")
            }
            Self::CrlNotYetValid { this_update, now } => {
                write!(f, "the CRL of its issuer is of {this_update}, and it is {now}")
            }
            Self::CrlOfAnotherIssuer { issuer } => write!(f, "the CRL found for it is that of {issuer}"),
            Self::CrlBadSignature => f.write_str("its issuer's key did not sign the CRL"),
            Self::CrlIssuerKeyUsage => f.write_str("its issuer's key usage does not allow to sign a CRL"),
            Self::CrlUnknownCriticalExtension { extension } => {
                write!(f, "the CRL of its issuer has the unknown critical extension {extension}")
            }
            Self::OcspUnavailable => f.write_str("the OCSP responder of its issuer gives no answer"),
            Self::KeyUsage { needed, .. } if needed.allows_any(KeyUsage::KEY_CERT_SIGN) => {
                f.write_str("its key usage does not allow it to sign certificates (keyCertSign)")
            }
            Self::KeyUsage { .. } => f.write_str(
                "its key usage does not allow it to sign messages (digitalSignature or nonRepudiation)",
            ),
            Self::ExtendedKeyUsage { .. } => f.write_str("its extended key usage does not include IKE"),
            Self::NotAnAuthority => {
                f.write_str("it issued another certificate, but is not that of a CA (basic constraints)")
            }
            Self::PathLength { authority, allowed: 0 } => {
                write!(f, "{authority} allows no other CA below it (path length 0)")
            }
            Self::PathLength { authority, allowed } => {
                write!(f, "{authority} allows no more than {allowed} other CAs below it (path length)")
            }
            Self::NameConstraints { name, authority, excluded } => {
                let verb = if *excluded { "excludes" } else { "does not permit" };
                write!(f, "{authority} {verb} its name {}", name.escape_debug())
            }
            Self::UnknownCriticalExtension { extension } => {
                write!(f, "it has the unknown critical extension {extension}")
            }
            Self::UnsupportedVersion { version } => {
                write!(f, "it is of version {}, which cannot be used", version.number())
            }
            Self::UnsupportedAlgorithm { algorithm } => {
                write!(f, "it is signed with {algorithm}, which is not supported")
            }
            Self::UnsupportedHash { hash } => write!(f, "it is signed with {hash}, which is not supported"),
            Self::WeakKey { bits, least } => write!(f, "its key has {bits} bits, and {least} are the least"),
            Self::Nonconforming { rule } => f.write_str(rule),
            Self::TooDeep { limit } => write!(f, "the path to an anchor has more than {limit} certificates"),
            Self::TooMuchWork => f.write_str("there are too many certificates or paths to look at"),
        }
    }
}
