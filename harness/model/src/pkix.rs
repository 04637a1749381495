//! Chains: from a router's certificate up to a trustpoint, and whether what is on the way may be accepted (RFC 5280 6.1).
//!
//! Both readings validate with this, each against a list of trustpoints of its own; which list that is, is decided there.

use crate::few::Few;
use crate::prediction::Reason;
use crate::router::{Method, Router, TrustpointId, TrustpointSet};
use crate::world::{Ca, CaCertificateId, Condition, Crl, Defect, Ocsp, World};

/// More CA certificates than this between a router and a trustpoint are not followed.
const LONGEST: usize = 8;

/// One router's look at the certificate of the other.
#[derive(Clone, Copy)]
pub(crate) struct Validation<'a> {
    pub(crate) world: &'a World,
    /// The router that validates.
    pub(crate) router: &'a Router,
    /// The trustpoints that a chain may end at.
    pub(crate) list: TrustpointSet,
    /// The router that signed, and the trustpoint that it signed with.
    pub(crate) peer: &'a Router,
    pub(crate) signed_with: TrustpointId,
}

impl Validation<'_> {
    /// The trustpoint at which the peer's chain is accepted, or the reason to refuse it.
    ///
    /// A chain ends at the first trustpoint that it meets (RFC 4945 3.3). If there it is refused, it may go on and end
    /// higher up, or by another cross-certificate; if all are refused, the first refusal is the reason. Refused without
    /// having met a trustpoint at all, it has none that is suitable.
    pub(crate) fn result(&self) -> Result<TrustpointId, Reason> {
        let enrolment = self.peer.enrolment(self.signed_with).ok_or(Reason::NoCertificateReceived)?;
        let issuer = self.peer.issuer(self.world, enrolment).ok_or(Reason::NoCertificateReceived)?;
        let own = Own { condition: &enrolment.certificate.condition, issuer, sends: enrolment.sends };
        let mut refusal = None;
        let end = self.climb(&own, issuer, &mut Few::none(), &mut refusal);
        end.ok_or(refusal.unwrap_or(Reason::NoSuitableTrustpoint))
    }

    /// Looks for the end of a chain whose uppermost certificate was issued by `issuer`.
    fn climb(
        &self,
        own: &Own<'_>,
        issuer: Ca,
        chain: &mut Few<CaCertificateId, LONGEST>,
        refusal: &mut Option<Reason>,
    ) -> Option<TrustpointId> {
        for end in self.list.iter() {
            let Some(ca) = self.router.ca(self.world, end) else { continue };
            if self.world.same_name(ca, issuer) {
                match self.judge(own, chain, end, ca) {
                    Ok(()) => return Some(end),
                    Err(reason) => refusal.get_or_insert(reason),
                };
            }
        }
        for id in self.at_hand(own) {
            let certificate = self.world.ca_certificate(id);
            let next = self.world.same_name(certificate.subject, issuer) && !certificate.is_self_signed();
            if next && !chain.contains(&id) && chain.len() < LONGEST {
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

    /// The CA certificates that the router has: those that the peer sends, which are those of the peer's trustpoints unless
    /// it sends others, and those of its own trustpoints.
    fn at_hand(&self, own: &Own<'_>) -> impl Iterator<Item = CaCertificateId> {
        fn of(router: &Router) -> impl Iterator<Item = CaCertificateId> {
            router.trustpoints.iter().filter_map(|trustpoint| trustpoint.authenticated)
        }
        let sent: Few<_, 32> = match own.sends {
            Some(chain) => chain.iter().copied().collect(),
            None => of(self.peer).collect(),
        };
        let stored: Few<_, 32> = of(self.router).collect();
        (0..sent.len()).map(move |place| sent[place]).chain((0..stored.len()).map(move |place| stored[place]))
    }

    /// Judges a chain from its end down to the router's certificate.
    fn judge(
        &self,
        own: &Own<'_>,
        chain: &[CaCertificateId],
        end: TrustpointId,
        ca: Ca,
    ) -> Result<(), Reason> {
        let trustpoint = self.router.trustpoint(end);
        // RFC 5280 6.1.1 (d): of the trust anchor only the name and the key count; IOS looks at its validity besides.
        if let Some(id) = trustpoint.authenticated {
            self.validity(&self.world.ca_certificate(id).condition)?;
        }
        let methods = trustpoint.revocation_check.unwrap_or_else(|| [Method::Crl].into_iter().collect()); // DEF-3
        let mut key = ca;
        for &id in chain.iter().rev() {
            let certificate = self.world.ca_certificate(id);
            self.judge_one(&certificate.condition, certificate.issuer, key, &methods)?;
            key = certificate.subject;
        }
        self.judge_one(own.condition, own.issuer, key, &methods)
    }

    /// Judges one certificate, which `issuer` signed, by the key of the certificate above it (RFC 5280 6.1.3, 6.1.4).
    fn judge_one(&self, found: &Condition, issuer: Ca, key: Ca, methods: &[Method]) -> Result<(), Reason> {
        if self.router.unable.covers(found) {
            return Err(Reason::CertificateUnusable); // V1-VAL-5
        }
        if issuer != key {
            return Err(Reason::CertificateBadSignature);
        }
        self.validity(found)?;
        revocation(self.world, found, issuer, methods)?;
        let defect = found.defect.filter(|&defect| self.router.unable.minds(defect));
        defect.map_or(Ok(()), |defect| Err(reason_of(defect)))
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

/// The certificate to validate, with what its sender adds.
struct Own<'a> {
    condition: &'a Condition,
    issuer: Ca,
    sends: Option<Few<CaCertificateId, LONGEST>>,
}

/// The methods are tried in their order, until one has an answer; `none` accepts (V1-VAL-4). If none has one, what kept
/// the last from answering is the reason.
fn revocation(world: &World, found: &Condition, issuer: Ca, methods: &[Method]) -> Result<(), Reason> {
    let mut obstacle = Ok(());
    for method in methods {
        obstacle = match method {
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
    }
    obstacle
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
