//! The parts of a router put together, once its trustpoints are there.

use std::net::IpAddr;
use std::sync::Arc;

use ike::{RevocationServers, RouterError, RouterParts, Sourced};
use ios::description::{Interface, TunnelSource};
use ios::{Diagnostic, RouterDescription};
use pki::IssuerSignatures;

use super::overlooked::{self, Overlooked};
use super::protections::{self, Obstacle};
use super::trustpoints::Trustpoints;
use super::{certificate_maps, ikev2, isakmp};
use crate::scenario::Inability;

/// The parts of a router, called `name` where the description names none; and what keeps tunnels from being tried.
pub(super) fn parts(
    description: &RouterDescription,
    name: &str,
    trustpoints: Trustpoints,
    unable: &[Inability],
    issuer_signatures: Arc<dyn IssuerSignatures + Send + Sync>,
    problems: &mut Vec<Diagnostic>,
) -> (RouterParts, Vec<Obstacle>) {
    let profiles = isakmp::profiles(description, &trustpoints.list);
    let certificate_maps = certificate_maps::all(description);
    let ikev2 = ikev2::parts(description, &trustpoints.list, &certificate_maps);
    let (protections, obstacles) = protections::all(description, &profiles, &ikev2.profiles);
    let overlooked = overlooked::all(description);
    let found =
        overlooked.iter().map(Overlooked::warning).chain(obstacles.iter().map(|it| it.problem.clone()));
    for problem in found {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    let parts = RouterParts {
        hostname: description.hostname.clone().unwrap_or_else(|| Sourced::default_value(name.to_owned())),
        domain: description.domain.clone(),
        trustpoints: trustpoints.list,
        enrolments: trustpoints.enrolments,
        policies: isakmp::policies(description),
        identity: description.isakmp.identity.clone(),
        protections,
        profiles,
        capabilities: isakmp::capabilities(unable),
        issuer_signatures,
        revocation_servers: RevocationServers::default(),
        keepalive: isakmp::keepalive(description),
        certificate_maps,
        ikev2,
    };
    (parts, obstacles)
}

/// The address of an interface: its own, or the one that it borrows.
pub(super) fn address_of(router: &RouterDescription, interface: &Interface) -> Option<IpAddr> {
    let lent = interface.unnumbered.as_ref().and_then(|lender| router.interface(&lender.value));
    let address = interface.address.or_else(|| lent?.address)?;
    Some(IpAddr::V4(address.value.address))
}

/// The addresses at which a router is reached.
pub(crate) fn addresses(router: &RouterDescription) -> Vec<IpAddr> {
    let interfaces = router.interfaces.iter().filter(|interface| interface.shutdown.is_none());
    let mut addresses: Vec<IpAddr> = Vec::new();
    for interface in interfaces {
        let configured = interface.address.iter().chain(&interface.secondary);
        addresses.extend(configured.map(|address| IpAddr::V4(address.value.address)));
        if let Some(TunnelSource::Address(address)) =
            interface.tunnel_source.as_ref().map(|source| &source.value)
        {
            addresses.push(*address);
        }
    }
    addresses
}

/// What the parts of a router contradict.
pub(super) fn inconsistent(error: &RouterError) -> Diagnostic {
    let (RouterError::DanglingReference { origin }
    | RouterError::EnrolmentsDisagree { origin }
    | RouterError::NothingToOffer { origin }
    | RouterError::TooLong { origin }) = *error;
    Diagnostic::error("inconsistent-router", error.to_string()).at(origin, "")
}
