//! Chains: from a router's certificate up to a trustpoint, and whether what is on the way may be accepted (RFC 5280 6.1).
//!
//! Both readings validate with this, each against a list of trustpoints of its own; which list that is, is decided there.

use crate::few::Few;
use crate::prediction::Reason;
use crate::router::{Enrolment, Method, Router, TrustpointId};
use crate::world::{Ca, CaCertificate, CaCertificateId, Condition, Crl, Defect, Ocsp, World, X509Version};

/// More CA certificates than this between a router and a trustpoint are not followed.
const LONGEST: usize = 8;

/// One router's look at the certificate of the other.
#[derive(Clone, Copy)]
pub(crate) struct Validation<'a> {
    pub(crate) world: &'a World,
    /// The router that validates.
    pub(crate) router: &'a Router,
    /// The trustpoints that a chain may end at, in the order in which they are tried.
    pub(crate) ends: Few<TrustpointId, 32>,
    /// The router that signed, and the trustpoint that it signed with.
    pub(crate) peer: &'a Router,
    pub(crate) signed_with: TrustpointId,
}

impl Validation<'_> {
    /// The trustpoint at which the peer's chain is accepted, or the reason to refuse it.
    ///
    /// A chain ends at the first trustpoint that it meets (RFC 4945 3.3). If there it is refused, it may go on and end
    /// higher up, or by another cross-certificate; if all are refused, the refusal that was the nearest to an acceptance is
    /// the reason. Refused without having met a trustpoint at all, it has none that is suitable.
    pub(crate) fn result(&self) -> Result<TrustpointId, Reason> {
        let enrolment = self.peer.enrolment(self.signed_with).ok_or(Reason::NoCertificateReceived)?;
        let issuer = self.peer.issuer(self.world, enrolment).ok_or(Reason::NoCertificateReceived)?;
        let sends = enrolment.sends.unwrap_or_else(|| self.way_up(enrolment, issuer));
        let own = Own { condition: &enrolment.certificate.condition, issuer, sends };
        let mut refusal = None;
        let end = self.climb(&own, issuer, &mut Few::none(), &mut refusal);
        end.ok_or(refusal.map_or(Reason::NoSuitableTrustpoint, |refusal: Refusal| refusal.reason))
    }

    /// Looks for the end of a chain whose uppermost certificate was issued by `issuer`.
    fn climb(
        &self,
        own: &Own<'_>,
        issuer: Ca,
        chain: &mut Few<CaCertificateId, LONGEST>,
        refusal: &mut Option<Refusal>,
    ) -> Option<TrustpointId> {
        let below = chain.last().map_or(own.condition, |&id| &self.world.ca_certificate(id).condition);
        for (end, ca) in self.ends_above(below, issuer) {
            match self.judge(own, chain, end, ca) {
                Ok(()) => return Some(end),
                Err(other) if refusal.is_none_or(|known| other.promise() > known.promise()) => {
                    *refusal = Some(other);
                }
                Err(_) => {}
            }
        }
        for &id in own.sends.iter().filter(|id| !self.is_an_end(**id)) {
            let certificate = self.world.ca_certificate(id);
            let next = self.world.same_name(certificate.subject, issuer) && !certificate.is_self_signed();
            let stands =
                |other: &CaCertificateId| self.world.ca_certificate(*other).subject == certificate.subject;
            if next && !chain.iter().any(stands) && chain.len() < LONGEST {
                chain.push(id);
                let end = self.climb(own, certificate.issuer, chain, refusal);
                chain.pop();
                if end.is_some() {
                    return end;
                }
            }
        }
        None
    }

    /// The ends that have the name of the issuer of the certificate `below`: those first whose key is the issuer's, as far
    /// as key identifiers tell (RFC 5280 4.2.1.1).
    fn ends_above(&self, below: &Condition, issuer: Ca) -> impl Iterator<Item = (TrustpointId, Ca)> {
        let named = move |&end: &TrustpointId| {
            let ca = self.router.ca(self.world, end)?;
            self.world.same_name(ca, issuer).then_some((end, ca))
        };
        let has_other_key = move |&(end, ca): &(TrustpointId, Ca)| {
            let authenticated = self.router.trustpoint(end).authenticated;
            let identified =
                authenticated.is_some_and(|id| has_key_identifiers(&self.world.ca_certificate(id).condition));
            ca != issuer && identified && has_key_identifiers(below)
        };
        let named = move || self.ends.iter().filter_map(named);
        named().filter(move |end| !has_other_key(end)).chain(named().filter(has_other_key))
    }

    /// Whether a chain may end at this very certificate. Then it does not go on through it.
    fn is_an_end(&self, id: CaCertificateId) -> bool {
        self.ends.iter().any(|&end| self.router.trustpoint(end).authenticated == Some(id))
    }

    /// What a router sends along unless it is told otherwise: the certificates of the CAs from the issuer up, as far as it
    /// has them, without the root.
    fn way_up(&self, enrolment: &Enrolment, issuer: Ca) -> Few<CaCertificateId, LONGEST> {
        let mut way = Few::none();
        let first = match enrolment.certificate.issuer {
            None => self.peer.trustpoint(enrolment.trustpoint).authenticated,
            Some(_) => self.world.certificate_of(issuer),
        };
        let mut next = first;
        while let Some(id) = next.filter(|id| !way.contains(id) && way.len() < LONGEST) {
            let CaCertificate { subject, issuer, .. } = *self.world.ca_certificate(id);
            if self.world.same_name(subject, issuer) {
                break;
            }
            way.push(id);
            let mut known = self.peer.trustpoints.iter().filter_map(|trustpoint| trustpoint.authenticated);
            next =
                known.find(|&other| self.world.same_name(self.world.ca_certificate(other).subject, issuer));
        }
        way
    }

    /// Judges a chain from its end down to the router's certificate.
    fn judge(
        &self,
        own: &Own<'_>,
        chain: &[CaCertificateId],
        end: TrustpointId,
        ca: Ca,
    ) -> Result<(), Refusal> {
        let at = |height: usize| move |reason| Refusal { reason, height };
        let trustpoint = self.router.trustpoint(end);
        if let Some(id) = trustpoint.authenticated {
            self.judge_end(&self.world.ca_certificate(id).condition).map_err(at(chain.len() + 1))?;
        }
        let methods = trustpoint.revocation_check.unwrap_or_else(|| [Method::Crl].into_iter().collect()); // DEF-3
        let mut key = ca;
        for (place, &id) in chain.iter().enumerate().rev() {
            let certificate = self.world.ca_certificate(id);
            let found = &certificate.condition;
            let issued = self.judge_issued(found, certificate.issuer, key, &methods);
            issued.and_then(|()| self.judge_authority(found)).map_err(at(place + 1))?;
            key = certificate.subject;
        }
        let issued = self.judge_issued(own.condition, own.issuer, key, &methods);
        issued.and_then(|()| self.judge_use(own.condition)).map_err(at(0))
    }

    /// Judges the certificate of the CA at which a chain ends. What trusts it is not its signature, nor is it asked whether
    /// it is revoked (RFC 5280 6.1.1 (d)); but it has to be valid, and that of a CA.
    fn judge_end(&self, found: &Condition) -> Result<(), Reason> {
        self.validity(found)?;
        let of_its_own = |defect: &Defect| {
            matches!(defect, Defect::KeyUsage | Defect::BasicConstraints | Defect::UnknownCriticalExtension)
        };
        self.judge_use(&Condition { defect: found.defect.filter(of_its_own), ..*found })
    }

    /// Judges what its issuer has to do with a certificate, by the key of the certificate above it (RFC 5280 6.1.3 (a)).
    fn judge_issued(&self, found: &Condition, issuer: Ca, key: Ca, methods: &[Method]) -> Result<(), Reason> {
        if self.router.unable.covers(found) {
            return Err(Reason::CertificateUnusable); // V1-VAL-5
        }
        if found.defect == Some(Defect::WeakKey) && self.router.unable.minds(Defect::WeakKey) {
            return Err(Reason::CertificateWeakKey);
        }
        if issuer != key {
            return Err(Reason::CertificateBadSignature);
        }
        self.validity(found)?;
        revocation(self.world, found, issuer, methods)
    }

    /// Judges a CA's certificate below the one at which the chain ends. RFC 5280 6.1.4 (k): version 1 cannot say that it is
    /// that of a CA.
    fn judge_authority(&self, found: &Condition) -> Result<(), Reason> {
        self.judge_use(found)?;
        match found.version {
            X509Version::One => Err(Reason::CertificateBasicConstraints),
            X509Version::Three => Ok(()),
        }
    }

    /// Judges what a certificate is good for (RFC 5280 6.1.3 (b), 6.1.4, 6.1.5).
    fn judge_use(&self, found: &Condition) -> Result<(), Reason> {
        // RFC 5280 4.2.1.1, 4.2.1.2, 4.2.1.9: version 1 lacks key identifiers, and a CA's certificate needs basic
        // constraints.
        let lacks = found.version == X509Version::One || found.defect == Some(Defect::BasicConstraints);
        let lacks = lacks.then_some(Defect::Nonconforming);
        let mut defects = [lacks, found.defect].into_iter().flatten();
        match defects.find(|&defect| self.router.unable.minds(defect)) {
            Some(defect) => Err(reason_of(defect)),
            None => Ok(()),
        }
    }

    /// By the clock of the router that validates.
    fn validity(&self, found: &Condition) -> Result<(), Reason> {
        if self.router.clock < found.validity.from {
            Err(Reason::CertificateNotYetValid)
        } else if self.router.clock > found.validity.until {
            Err(Reason::CertificateExpired)
        } else {
            Ok(())
        }
    }
}

/// RFC 5280 4.1.2.1: what has extensions is of version 3.
fn has_key_identifiers(certificate: &Condition) -> bool {
    certificate.version == X509Version::Three
}

/// Why a chain is refused, and how high in it: the router's certificate is at 0.
#[derive(Clone, Copy)]
struct Refusal {
    reason: Reason,
    height: usize,
}

impl Refusal {
    /// How near it was to an acceptance. Where a signature is wrong, or was not looked at, is the farthest, since then
    /// perhaps only a name was the right one; after that, what fails nearer to the router's certificate is nearer, then what
    /// fails in a later check.
    fn promise(self) -> (bool, std::cmp::Reverse<usize>, usize) {
        let check = CHECKS.iter().position(|checked| checked.contains(&self.reason));
        let check = check.expect("every refusal of a certificate is one of the checks");
        (check > SIGNATURE, std::cmp::Reverse(self.height), check)
    }
}

/// The checks of a certificate, by what they refuse it for: that of the signature, those before it, which leave open whether
/// the signature is right, and those after it in their order.
const CHECKS: [&[Reason]; 12] = [
    &[Reason::CertificateBadSignature],
    &[Reason::CertificateUnusable],
    &[Reason::CertificateWeakKey],
    &[Reason::CertificateExpired, Reason::CertificateNotYetValid],
    &[
        Reason::CrlMissing,
        Reason::CrlStale,
        Reason::CrlNotYetValid,
        Reason::CrlOfAnotherIssuer,
        Reason::CrlBad,
        Reason::OcspUnavailable,
    ],
    &[Reason::CertificateRevoked],
    &[Reason::CertificateNameConstraints],
    &[Reason::CertificatePathLength],
    &[Reason::CertificateUnknownCriticalExtension],
    &[Reason::CertificateNonconforming],
    &[Reason::CertificateBasicConstraints],
    &[Reason::CertificateKeyUsage, Reason::CertificateExtendedKeyUsage],
];

/// The last of the checks that a certificate can fail without a right signature.
const SIGNATURE: usize = 2;

/// The certificate to validate, with what its sender adds.
struct Own<'a> {
    condition: &'a Condition,
    issuer: Ca,
    sends: Few<CaCertificateId, LONGEST>,
}

/// The methods are tried in their order, until one has an answer; `none` accepts (V1-VAL-4). If none has one, what kept
/// the first from answering is the reason.
fn revocation(world: &World, found: &Condition, issuer: Ca, methods: &[Method]) -> Result<(), Reason> {
    let mut first_obstacle = Ok(());
    for method in methods {
        let obstacle = match method {
            Method::None => return Ok(()),
            Method::Crl => crl(world.authority(issuer).crl),
            Method::Ocsp => match world.authority(issuer).ocsp {
                Ocsp::Answers => Ok(()),
                Ocsp::Unavailable => Err(Reason::OcspUnavailable),
            },
        };
        if obstacle.is_ok() {
            return if found.revoked { Err(Reason::CertificateRevoked) } else { Ok(()) };
        }
        first_obstacle = first_obstacle.and(obstacle);
    }
    first_obstacle
}

fn crl(state: Crl) -> Result<(), Reason> {
    match state {
        Crl::Fresh => Ok(()),
        Crl::Missing => Err(Reason::CrlMissing),
        Crl::Stale => Err(Reason::CrlStale),
        Crl::NotYetValid => Err(Reason::CrlNotYetValid),
        Crl::OfAnotherIssuer => Err(Reason::CrlOfAnotherIssuer),
        Crl::Bad => Err(Reason::CrlBad),
    }
}

fn reason_of(defect: Defect) -> Reason {
    match defect {
        Defect::KeyUsage => Reason::CertificateKeyUsage,
        Defect::ExtendedKeyUsage => Reason::CertificateExtendedKeyUsage,
        Defect::BasicConstraints => Reason::CertificateBasicConstraints,
        Defect::PathLength => Reason::CertificatePathLength,
        Defect::NameConstraints => Reason::CertificateNameConstraints,
        Defect::UnknownCriticalExtension => Reason::CertificateUnknownCriticalExtension,
        Defect::WeakKey => Reason::CertificateWeakKey,
        Defect::Nonconforming => Reason::CertificateNonconforming,
    }
}
