//! Routers and worlds for the tests of the model, in few words. CA1 and IOSCA1 have the number 0, CA2 and IOSCA2 1, and
//! so on.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use model::*;

/// This many CAs that certify themselves.
pub fn world(cas: u8) -> World {
    World {
        authorities: (0..cas).map(|ca| Authority { name: Name(ca), ..Authority::default() }).collect(),
        ca_certificates: (0..cas).map(|ca| ca_certificate(ca, ca)).collect(),
    }
}

/// ROOT has the number 0, SUB 1; ROOT certified SUB.
pub fn root_and_sub() -> World {
    World { ca_certificates: vec![ca_certificate(0, 0), ca_certificate(1, 0)], ..world(2) }
}

pub fn ca_certificate(subject: u8, issuer: u8) -> CaCertificate {
    CaCertificate { subject: Ca(subject), issuer: Ca(issuer), ..CaCertificate::default() }
}

/// The router with this number, 1 or 2: its trustpoints are authenticated with the CA certificates `trustpoints`, in
/// configuration order, and it is enrolled in the trustpoints `shows`, the newest first. Its only profile pins `pins`,
/// matches the other router's name and is the tunnel's.
pub fn router(number: u8, trustpoints: &[u8], shows: &[u8], pins: &[u8]) -> Router {
    Router {
        trustpoints: trustpoints.iter().map(|&id| trustpoint(Some(id))).collect(),
        enrolments: shows.iter().map(|&id| enrolment(number, id)).collect(),
        profiles: vec![profile(number, pins, &[Match::Fqdn(host(3 - number))])],
        tunnel: Some(Tunnel { profile: Some(ProfileId(0)) }),
        address: u32::from(number),
        ..Router::default()
    }
}

pub fn trustpoint(certificate: Option<u8>) -> Trustpoint {
    Trustpoint { authenticated: certificate.map(CaCertificateId), revocation_check: None }
}

pub fn enrolment(number: u8, trustpoint: u8) -> Enrolment {
    let certificate = Certificate {
        subject: Name(100 + number),
        alternative_names: [Identity::Fqdn(host(number)), Identity::Address(u32::from(number))]
            .into_iter()
            .collect(),
        ..Certificate::default()
    };
    Enrolment { trustpoint: TrustpointId(trustpoint), certificate, ..Enrolment::default() }
}

/// A profile of the router with this number, which calls itself by its name.
pub fn profile(number: u8, pins: &[u8], matches: &[Match]) -> Profile {
    Profile {
        pins: pins.iter().map(|&id| pin(id, PinUse::Both)).collect(),
        matches: matches.to_vec(),
        excluded: false,
        local_identity: Some(LocalIdentity::Is(Identity::Fqdn(host(number)))),
    }
}

pub fn pin(trustpoint: u8, purpose: PinUse) -> Pin {
    Pin { trustpoint: TrustpointId(trustpoint), purpose }
}

/// `R1.example.com` is 200, 201, 1: `com` before `example`.
pub fn host(number: u8) -> DomainName {
    [200, 201, number].into_iter().collect()
}

/// `example.com`
pub fn domain() -> DomainName {
    [200, 201].into_iter().collect()
}

/// `R1.example.net`
pub fn wrong_host(number: u8) -> DomainName {
    [202, 201, number].into_iter().collect()
}

/// A router with its profiles, trustpoints or enrolments changed.
pub fn with(mut router: Router, change: impl FnOnce(&mut Router)) -> Router {
    change(&mut router);
    router
}

/// The certificate from this trustpoint, to be changed.
pub fn certificate(router: &mut Router, trustpoint: u8) -> &mut Certificate {
    let of_it = |enrolment: &&mut Enrolment| enrolment.trustpoint == TrustpointId(trustpoint);
    &mut router.enrolments.iter_mut().find(of_it).unwrap().certificate
}

/// Instants are 0 to 255, the routers' clocks say 0 unless they are set.
pub fn validity(from: u8, until: u8) -> Validity {
    Validity { from: Instant(from), until: Instant(until) }
}

pub fn revocation_check(router: &mut Router, methods: &[Method]) {
    for trustpoint in &mut router.trustpoints {
        trustpoint.revocation_check = Some(methods.iter().copied().collect());
    }
}

pub fn negotiation<'a>(
    version: Version,
    world: &'a World,
    initiator: &'a Router,
    responder: &'a Router,
) -> Negotiation<'a> {
    Negotiation { version, world, initiator, responder, common: Common::default() }
}
