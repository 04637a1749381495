//! The search for a path from the peer's certificate to an anchor.
//!
//! Certificates are joined by name: the issuer of one is the subject of the next (RFC 5280 7.1). Where several have the
//! name, those whose key identifier fits go first and those that are valid now before the others; what fits not is still
//! tried, because identifiers are only hints (RFC 5280 4.2.1.1). Anchors go before certificates that were sent, so paths
//! end as early as they can. No certificate, and no key under the same name, stands in a path twice, so loops end.

use super::checks::{Judge, Path};
use super::{Accepted, Anchor, Anchors, Authority, Refusal, RefusalReason, Setting};
use crate::certificate::Certificate;

/// Looks for a path from `end_entity` over some of `others` (in any order) to one of `anchors`, and judges it.
///
/// If several paths are refused, the refusal of the most promising one is given: one that ends at an anchor and whose
/// signatures are right, as far as it was judged, before one with a signature that is wrong or was not looked at (then the
/// issuer may only have the right name) before one that ends nowhere; of two that fail alike the one that fails nearer to
/// the end entity, then the one that fails at the later check, then the one tried first. That a limit stopped the search
/// goes before all of these: a better path may have been missed.
///
/// # Errors
/// The refusal, with the certificate that it concerns.
pub fn validate<A: Anchors + ?Sized>(
    end_entity: &Certificate,
    others: &[Certificate],
    anchors: &A,
    setting: &Setting<'_>,
) -> Result<Accepted, Refusal> {
    let too_much = || Refusal {
        certificate: end_entity.clone(),
        depth: 0,
        anchor: None,
        reason: RefusalReason::TooMuchWork,
    };
    if others.len() > setting.limits.certificates {
        return Err(too_much());
    }
    // A path that goes on from an anchor's certificate has ended there before.
    let is_anchor = |certificate: &Certificate| {
        let is =
            |anchor: &Anchor| matches!(&anchor.authority, Authority::Certificate(own) if own == certificate);
        anchors.named(certificate.subject()).iter().any(|(_, anchor)| is(anchor))
    };
    let mut search = Search {
        others: others.iter().filter(|other| !is_anchor(other)).collect(),
        anchors,
        setting,
        judge: Judge::new(setting),
        steps_left: setting.limits.steps,
        best: None,
    };
    match search.extend(&mut vec![end_entity]) {
        Some(accepted) => Ok(accepted),
        None => Err(search.best.unwrap_or_else(too_much)),
    }
}

struct Search<'a, A: ?Sized> {
    /// What was sent, but for the anchors' own certificates.
    others: Vec<&'a Certificate>,
    anchors: &'a A,
    setting: &'a Setting<'a>,
    judge: Judge<'a>,
    steps_left: usize,
    /// The refusal of the most promising path so far.
    best: Option<Refusal>,
}

impl<'a, A: Anchors + ?Sized> Search<'a, A> {
    /// Tries every way on from the last certificate of `path`; `None` if none is accepted.
    fn extend(&mut self, path: &mut Vec<&'a Certificate>) -> Option<Accepted> {
        let top = *path.last()?;
        let Some(left) = self.steps_left.checked_sub(1) else {
            self.note(refusal(top, path.len(), RefusalReason::TooMuchWork));
            return None;
        };
        self.steps_left = left;

        let mut ends_here = true;
        for (index, anchor) in self.anchors_of(top) {
            ends_here = false;
            if let Some(accepted) = self.end(path, index, &anchor) {
                return Some(accepted);
            }
        }
        for issuer in self.issuers_of(top, path) {
            ends_here = false;
            if path.len() >= self.setting.limits.path {
                let limit = self.setting.limits.path;
                self.note(refusal(top, path.len(), RefusalReason::TooDeep { limit }));
                break;
            }
            path.push(issuer);
            let accepted = self.extend(path);
            path.pop();
            if accepted.is_some() {
                return accepted;
            }
        }
        if ends_here {
            let issuer = top.issuer().clone();
            self.note(refusal(top, path.len(), RefusalReason::NoAnchor { issuer }));
        }
        None
    }

    /// Judges the path that ends at `anchor`.
    fn end(&mut self, path: &[&Certificate], anchor_index: usize, anchor: &Anchor) -> Option<Accepted> {
        let refused = match &anchor.authority {
            Authority::Certificate(anchor_certificate) => {
                let path = Path { certificates: path, anchor, anchor_index, anchor_certificate };
                match self.judge.judge(&path) {
                    Ok(accepted) => return Some(accepted),
                    Err(refused) => refused,
                }
            }
            Authority::NameOnly(_) => {
                let refused = refusal(path.last()?, path.len(), RefusalReason::AnchorWithoutCertificate);
                Refusal { anchor: Some(anchor_index), ..refused }
            }
        };
        self.note(refused);
        None
    }

    /// The anchors that have the name of the issuer of `child`, the likeliest first.
    fn anchors_of(&self, child: &Certificate) -> Vec<(usize, Anchor)> {
        let mut found = self.anchors.named(child.issuer());
        found.sort_by_key(|(_, anchor)| match &anchor.authority {
            Authority::Certificate(certificate) => self.unlikeliness(child, certificate),
            Authority::NameOnly(_) => Unlikeliness::MOST,
        });
        found
    }

    /// The certificates sent that have the name of the issuer of `child` and may go on `path`, the likeliest first.
    fn issuers_of(&self, child: &Certificate, path: &[&Certificate]) -> Vec<&'a Certificate> {
        // RFC 4158 2.4.2: the same key under the same name is a loop, whichever certificate it comes in.
        let is_loop = |certificate: &Certificate| {
            path.iter().any(|one| {
                one.public_key().as_der() == certificate.public_key().as_der()
                    && one.subject().matches(certificate.subject())
            })
        };
        let named = self.others.iter().copied().filter(|other| other.subject().matches(child.issuer()));
        let mut found: Vec<&Certificate> = named.filter(|other| !is_loop(other)).collect();
        found.sort_by_key(|certificate| self.unlikeliness(child, certificate));
        found
    }

    fn unlikeliness(&self, child: &Certificate, issuer: &Certificate) -> Unlikeliness {
        let (wanted, own) =
            (&child.extensions().authority_key_identifier, &issuer.extensions().subject_key_identifier);
        let other_key = matches!((wanted, own), (Some(wanted), Some(own)) if wanted != own);
        let validity = issuer.validity();
        let now = self.setting.now;
        Unlikeliness { other_key, not_valid: now < validity.not_before || now > validity.not_after }
    }

    /// Keeps `refused` if its path is more promising than all before.
    fn note(&mut self, refused: Refusal) {
        if self.best.as_ref().is_none_or(|best| promise(&refused) > promise(best)) {
            self.best = Some(refused);
        }
    }
}

/// How unlikely it is that a certificate is the right one of those with the name of an issuer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Unlikeliness {
    other_key: bool,
    not_valid: bool,
}

impl Unlikeliness {
    const MOST: Self = Self { other_key: true, not_valid: true };
}

/// The refusal of the last certificate of a path of `length` that ends at no anchor.
fn refusal(certificate: &Certificate, length: usize, reason: RefusalReason) -> Refusal {
    Refusal { certificate: certificate.clone(), depth: length.saturating_sub(1), anchor: None, reason }
}

/// How promising a refused path is: compared from the first part to the last, more is better.
fn promise(refused: &Refusal) -> (u8, std::cmp::Reverse<usize>, u8) {
    use RefusalReason as Reason;
    let (kind, check) = match &refused.reason {
        Reason::NoAnchor { .. } => (0, 0),
        Reason::AnchorWithoutCertificate => (1, 0),
        Reason::BadSignature { .. } => (2, 0),
        // Refused before its signature was looked at: in the order of the checks.
        Reason::UnsupportedVersion { .. } => (2, 1),
        Reason::UnsupportedHash { .. } => (2, 2),
        Reason::WeakKey { .. } => (2, 3),
        Reason::UnsupportedAlgorithm { .. } => (2, 4),
        // And after it.
        Reason::Expired { .. } | Reason::NotYetValid { .. } => (3, 4),
        Reason::CrlMissing
        | Reason::CrlStale { .. }
        | Reason::CrlNotYetValid { .. }
        | Reason::CrlOfAnotherIssuer { .. }
        | Reason::CrlBadSignature
        | Reason::CrlIssuerKeyUsage
        | Reason::CrlUnknownCriticalExtension { .. }
        | Reason::OcspUnavailable => (3, 5),
        Reason::Revoked { .. } => (3, 6),
        Reason::NameConstraints { .. } => (3, 7),
        Reason::PathLength { .. } => (3, 8),
        Reason::UnknownCriticalExtension { .. } => (3, 9),
        Reason::Nonconforming { .. } => (3, 10),
        Reason::NotAnAuthority => (3, 11),
        Reason::KeyUsage { .. } => (3, 12),
        Reason::ExtendedKeyUsage { .. } => (3, 13),
        // Whether there is a better path was not found out: that goes before all.
        Reason::TooDeep { .. } => (4, 0),
        Reason::TooMuchWork => (5, 0),
    };
    (kind, std::cmp::Reverse(refused.depth), check)
}
