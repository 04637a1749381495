//! One router whole, with nothing invented: what it needs is in its texts and in its hands.

use std::sync::Arc;

use crypto::{Real, Signer};
use ike::{Enrolment, Ikev2Profile, ProtectionProfile, Router, Trustpoint};
use ios::description::Trustpoint as Configured;
use ios::{Diagnostic, RouterDescription, Severity};
use pki::{Authority, Certificate, RevocationList};

use super::evidence::{self, Presence};
use super::trustpoints::{Trustpoints, intermediates};
use super::{assembly, isakmp};

/// What a router has that no configuration holds.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// The private keys, in any order: each belongs to the certificate with its public key.
    pub keys: Vec<Arc<dyn Signer + Send + Sync>>,
    /// The revocation lists, in any order: each is for the trustpoints of its issuer.
    pub revocation_lists: Vec<RevocationList>,
}

/// Makes a router of its description, whose texts have to hold every certificate that it has, and of its holdings. The
/// other findings come with it.
///
/// # Errors
/// Everything that is missing or contradicts itself. The fault is the texts' or the holdings'.
pub fn complete_alone(
    description: &RouterDescription,
    holdings: &Holdings,
) -> Result<(Router, Vec<Diagnostic>), Vec<Diagnostic>> {
    let name = description.hostname.as_ref().map_or("the router", |name| &name.value);
    let mut problems = Vec::new();
    let mut configured: Vec<Trustpoint> = Vec::new();
    for trustpoint in &description.trustpoints {
        configured.push(held(description, trustpoint, holdings, &mut problems));
    }
    add_intermediates(&mut configured);
    let trustpoints = Trustpoints::new(description, configured);
    let (mut parts, _) = assembly::parts(description, name, trustpoints, &[], Arc::new(Real), &mut problems);
    // Whom it meets is not known here, and with a shared key it could not come up.
    let profiles = &parts.ikev2.profiles;
    parts.protections.retain(|protection| match protection.profile {
        ProtectionProfile::Ikev2(named) => {
            profiles.get(named.value.index()).is_none_or(Ikev2Profile::authenticates_with_signatures)
        }
        ProtectionProfile::Unnamed | ProtectionProfile::Isakmp(_) => true,
    });
    let speaks_ikev1 = parts.protections.iter().any(|protection| protection.profile.ikev2().is_none());
    if speaks_ikev1 || parts.ikev2.profiles.is_empty() {
        isakmp::check_covered(description, name, &mut problems);
    }
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(problems);
    }
    match Router::new(parts) {
        Ok(router) => Ok((router, problems)),
        Err(error) => Err(vec![assembly::inconsistent(&error)]),
    }
}

/// A trustpoint with the certificates that the texts give.
fn held(
    description: &RouterDescription,
    trustpoint: &Configured,
    holdings: &Holdings,
    problems: &mut Vec<Diagnostic>,
) -> Trustpoint {
    let evidence = evidence::of(description, trustpoint, problems);
    let authority = given(&evidence.authority, trustpoint, "CA certificate", problems);
    let own = given(&evidence.own, trustpoint, "certificate of its own", problems);
    let enrolment = own.and_then(|certificate| {
        let key = certificate.public_key().as_der();
        let Some(signer) = holdings.keys.iter().find(|signer| signer.public_key() == key) else {
            problems.push(missing(trustpoint, "private key"));
            return None;
        };
        let origin = evidence.own.held().map_or(trustpoint.origin, |held| held.origin);
        Some(Enrolment { certificate, intermediates: Vec::new(), signer: Arc::clone(signer), origin })
    });
    let of_authority = |list: &&RevocationList| {
        authority.as_ref().is_some_and(|authority| list.issuer().matches(authority.subject()))
    };
    Trustpoint {
        name: trustpoint.name.clone(),
        origin: trustpoint.origin,
        enrolment,
        revocation: trustpoint.revocation_check.clone(),
        revocation_lists: holdings.revocation_lists.iter().filter(of_authority).cloned().collect(),
        authority: authority.map(Authority::Certificate),
    }
}

/// The bytes of a certificate. That there is one whose bytes nobody gives is an error.
fn given(
    presence: &Presence<'_>,
    trustpoint: &Configured,
    what: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<Certificate> {
    let given = presence.held().and_then(|held| held.given.clone());
    if given.is_none() && presence.is_there() {
        problems.push(missing(trustpoint, what));
    }
    given
}

fn missing(trustpoint: &Configured, what: &str) -> Diagnostic {
    Diagnostic::error("missing-key-material", format!("trustpoint {} has no {what}", trustpoint.name))
        .at(trustpoint.origin, "")
        .help("`ikespec lab SCENARIO --out DIR` makes certificates, keys and CRLs")
}

fn add_intermediates(trustpoints: &mut [Trustpoint]) {
    let issuers: Vec<Option<Certificate>> = trustpoints.iter().map(issuer).collect();
    for (trustpoint, issuer) in trustpoints.iter_mut().zip(&issuers) {
        if let (Some(enrolment), Some(issuer)) = (&mut trustpoint.enrolment, issuer) {
            enrolment.intermediates = intermediates(issuer, issuers.iter().flatten());
        }
    }
}

fn issuer(trustpoint: &Trustpoint) -> Option<Certificate> {
    match &trustpoint.authority {
        Some(Authority::Certificate(certificate)) => Some(certificate.clone()),
        _ => None,
    }
}
