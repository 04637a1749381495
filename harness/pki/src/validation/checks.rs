//! The judgement of one path, from the anchor down to the peer's certificate.
//!
//! The order is that of RFC 5280 6.1: for each certificate whether it can be used at all (without that its signature
//! cannot be verified), its signature, validity, revocation, names, and what it may do. The first check that fails names
//! the refusal: a certificate whose signature is wrong says nothing else that could be believed, and an expired one is
//! reported as such even if it is revoked too.

use super::{Accepted, Anchor, Refusal, RefusalReason, RevocationMethod, Setting, names, profile};
use crate::certificate::{Certificate, KeyKind, PublicKey, Version};
use crate::extensions::{KeyPurpose, KeyUsage};
use crate::signatures::{SignatureProblem, Signed};

/// Judges paths and remembers the signatures that it verified.
pub(super) struct Judge<'a> {
    pub setting: &'a Setting<'a>,
    /// How many more signatures may be verified.
    signatures_left: usize,
    /// Certificate, certificate with the issuer's key, and what the judge of signatures said.
    verified: Vec<(Certificate, Certificate, Result<(), SignatureProblem>)>,
}

/// A path that ends at an anchor with a certificate.
pub(super) struct Path<'a> {
    /// The certificates from the peer's own up, the anchor's not among them.
    pub certificates: &'a [&'a Certificate],
    pub anchor: &'a Anchor,
    pub anchor_index: usize,
    pub anchor_certificate: &'a Certificate,
}

impl Path<'_> {
    fn refuse(&self, certificate: &Certificate, depth: usize, reason: RefusalReason) -> Refusal {
        Refusal { certificate: certificate.clone(), depth, anchor: Some(self.anchor_index), reason }
    }
}

/// What the certificates above a certificate say about those below.
#[derive(Default)]
struct Above<'a> {
    /// Whether the anchor has been passed.
    below_anchor: bool,
    /// The strictest limit to the intermediate CAs that follow.
    path_length: Option<PathLength<'a>>,
    /// The CAs that constrain names.
    constraining: Vec<&'a Certificate>,
}

/// A CA's limit to the intermediate CAs below it (RFC 5280 4.2.1.9).
struct PathLength<'a> {
    authority: &'a Certificate,
    allowed: u32,
    /// How many may still follow.
    left: u32,
}

impl PathLength<'_> {
    /// One more follows.
    fn use_up(&mut self) -> Result<(), RefusalReason> {
        let exceeded = || RefusalReason::PathLength {
            authority: self.authority.subject().clone(),
            allowed: self.allowed,
        };
        self.left = self.left.checked_sub(1).ok_or_else(exceeded)?;
        Ok(())
    }
}

impl<'a> Judge<'a> {
    pub const fn new(setting: &'a Setting<'a>) -> Self {
        Self { setting, signatures_left: setting.limits.signatures, verified: Vec::new() }
    }

    /// Judges a path.
    pub fn judge(&mut self, path: &Path<'_>) -> Result<Accepted, Refusal> {
        let mut above = Above::default();
        let mut issuer = path.anchor_certificate;
        // What trusts the anchor is not its signature; revocation is not asked about it either.
        self.check_validity(issuer)
            .and_then(|()| self.check_authority(issuer, &mut above))
            .map_err(|reason| path.refuse(issuer, path.certificates.len(), reason))?;

        let mut revocation = Vec::new();
        for (depth, &certificate) in path.certificates.iter().enumerate().rev() {
            let method = self
                .check_issued(certificate, issuer, &path.anchor.revocation)
                .and_then(|method| self.check_role(certificate, depth, &mut above).map(|()| method))
                .map_err(|reason| path.refuse(certificate, depth, reason))?;
            revocation.push(method);
            issuer = certificate;
        }
        revocation.reverse();
        let certificates = path.certificates.iter().chain([&path.anchor_certificate]);
        Ok(Accepted {
            anchor: path.anchor_index,
            path: certificates.map(|&certificate| certificate.clone()).collect(),
            revocation,
        })
    }

    /// What its issuer has to do with it (RFC 5280 6.1.3 (a)).
    fn check_issued(
        &mut self,
        certificate: &Certificate,
        issuer: &Certificate,
        methods: &[RevocationMethod],
    ) -> Result<RevocationMethod, RefusalReason> {
        self.check_algorithms(certificate)?;
        match self.certificate_signature(certificate, issuer)? {
            Ok(()) => {}
            Err(SignatureProblem::Refused(refused)) => return Err(RefusalReason::BadSignature { refused }),
            Err(SignatureProblem::UnsupportedAlgorithm) => {
                let algorithm = certificate.signature_algorithm().clone();
                return Err(RefusalReason::UnsupportedAlgorithm { algorithm });
            }
        }
        self.check_validity(certificate)?;
        self.check_revocation(certificate, issuer, methods)
    }

    /// What it may do in its place of the path (RFC 5280 6.1.3 (b) and (c), 6.1.4, 6.1.5).
    fn check_role<'c>(
        &self,
        certificate: &'c Certificate,
        depth: usize,
        above: &mut Above<'c>,
    ) -> Result<(), RefusalReason> {
        let is_intermediate = depth > 0;
        // RFC 5280 6.1.3 (b): self-issued intermediates are not constrained, so that a CA can change its key.
        if !(is_intermediate && certificate.is_self_issued()) {
            above.constraining.iter().try_for_each(|authority| names::check(certificate, authority))?;
        }
        if !is_intermediate {
            return self.check_end_entity(certificate);
        }
        if let Some(limit) = above.path_length.as_mut().filter(|_| !certificate.is_self_issued()) {
            limit.use_up()?;
        }
        self.check_authority(certificate, above)
    }

    /// Version, hash and key, as the router can use them (V1-VAL-5).
    fn check_algorithms(&self, certificate: &Certificate) -> Result<(), RefusalReason> {
        let policy = self.setting.policy;
        if certificate.version() < policy.least_version {
            return Err(RefusalReason::UnsupportedVersion { version: certificate.version() });
        }
        if let Some(hash) =
            certificate.signature_algorithm().hash().filter(|hash| policy.unsupported_hashes.contains(hash))
        {
            return Err(RefusalReason::UnsupportedHash { hash });
        }
        match *certificate.public_key().kind() {
            KeyKind::Rsa { bits } if bits < policy.least_rsa_bits => {
                Err(RefusalReason::WeakKey { bits, least: policy.least_rsa_bits })
            }
            _ => Ok(()),
        }
    }

    /// RFC 5280 6.1.3 (a) (2).
    fn check_validity(&self, certificate: &Certificate) -> Result<(), RefusalReason> {
        let (now, validity) = (self.setting.now, certificate.validity());
        if now < validity.not_before {
            Err(RefusalReason::NotYetValid { not_before: validity.not_before, now })
        } else if now > validity.not_after {
            Err(RefusalReason::Expired { not_after: validity.not_after, now })
        } else {
            Ok(())
        }
    }

    /// Whether it may issue certificates, and what it says about those below (RFC 5280 6.1.4).
    fn check_authority<'c>(
        &self,
        certificate: &'c Certificate,
        above: &mut Above<'c>,
    ) -> Result<(), RefusalReason> {
        self.check_extensions(certificate)?;
        if self.setting.policy.strict_profile {
            profile::check_authority(certificate)?;
        }
        let extensions = certificate.extensions();
        match extensions.basic_constraints {
            Some(constraints) if constraints.authority => {
                let own = constraints.path_length;
                let own = own.map(|allowed| PathLength { authority: certificate, allowed, left: allowed });
                let all = above.path_length.take().into_iter().chain(own);
                above.path_length = all.min_by_key(|limit| limit.left);
            }
            // Before version 3 nothing could say so (RFC 5280 6.1.4 (k)): such an anchor is trusted, nothing else is.
            None if certificate.version() < Version::V3 && !above.below_anchor => {}
            _ => return Err(RefusalReason::NotAnAuthority),
        }
        check_key_usage(certificate, KeyUsage::KEY_CERT_SIGN)?;
        above.below_anchor = true;
        if extensions.name_constraints.is_some() {
            above.constraining.push(certificate);
        }
        Ok(())
    }

    /// Whether a peer may prove with it who it is.
    fn check_end_entity(&self, certificate: &Certificate) -> Result<(), RefusalReason> {
        self.check_extensions(certificate)?;
        if self.setting.policy.strict_profile {
            profile::check_end_entity(certificate)?;
        }
        // RFC 4945 5.1.3.2: either of these, if it is limited at all.
        check_key_usage(certificate, KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION))?;
        // RFC 4945 5.1.3.12.
        match (&self.setting.policy.purposes, &certificate.extensions().extended_key_usage) {
            (Some(accepted), Some(allowed)) => {
                let fits = |purpose: &KeyPurpose| *purpose == KeyPurpose::Any || accepted.contains(purpose);
                let refusal = || RefusalReason::ExtendedKeyUsage { allowed: allowed.clone() };
                allowed.iter().any(fits).then_some(()).ok_or_else(refusal)
            }
            _ => Ok(()),
        }
    }

    /// RFC 5280 4.2: what is critical has to be understood.
    fn check_extensions(&self, certificate: &Certificate) -> Result<(), RefusalReason> {
        match certificate.extensions().unknown_critical.first() {
            Some(extension) => Err(RefusalReason::UnknownCriticalExtension { extension: extension.clone() }),
            None => Ok(()),
        }
    }

    /// What the judge says of a certificate's signature, asked once for each pair. The outer error is that too many have
    /// been asked about.
    fn certificate_signature(
        &mut self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<Result<(), SignatureProblem>, RefusalReason> {
        let known =
            self.verified.iter().find(|(one, other, _)| one.is_same(certificate) && other.is_same(issuer));
        if let Some((_, _, result)) = known {
            return Ok(result.clone());
        }
        let result = self.check_signature(&certificate.signed(), issuer.public_key())?;
        self.verified.push((certificate.clone(), issuer.clone(), result.clone()));
        Ok(result)
    }

    /// What the judge says of a signature. The outer error is that too many have been asked about.
    pub(super) fn check_signature(
        &mut self,
        signed: &Signed<'_>,
        issuer_key: PublicKey<'_>,
    ) -> Result<Result<(), SignatureProblem>, RefusalReason> {
        self.signatures_left = self.signatures_left.checked_sub(1).ok_or(RefusalReason::TooMuchWork)?;
        Ok(self.setting.signatures.check(signed, issuer_key))
    }
}

/// Absent, or one of `needed`.
fn check_key_usage(certificate: &Certificate, needed: KeyUsage) -> Result<(), RefusalReason> {
    match certificate.extensions().key_usage {
        Some(allowed) if !allowed.allows_any(needed) => Err(RefusalReason::KeyUsage { needed, allowed }),
        _ => Ok(()),
    }
}
