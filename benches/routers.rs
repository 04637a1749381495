//! Routers of any size.

use std::sync::Arc;

use crypto::{HashAlgorithm, Real};
use ike::{
    Enrolment, IdentityKind, Ikev2Parts, Origin, Router, RouterParts, Sourced, Trustpoint, TrustpointId,
};
use lab::certificates::{CertificateSpecification, Mint};
use lab::keys::{KeyId, KeyKind};
use pki::{Authority, CalendarTime, Certificate, Name, Policy, RevocationMethod, SerialNumber, Validity};

/// The name of the CA of trustpoint `index`.
///
/// # Panics
/// Never: the text is a name.
#[must_use]
pub fn authority_name(index: usize) -> Name {
    Name::from_ios_text(&format!("cn=CA{index},o=cisco,o=com")).expect("the text is a name")
}

/// A router that is enrolled with `trustpoints` CAs, [`authority_name`] of each, the last one defined listed first.
///
/// # Panics
/// Never: the parts agree with each other.
#[must_use]
pub fn enrolled_router(trustpoints: usize) -> Router {
    let mint = Mint::new();
    let ids = || (0..trustpoints).filter_map(TrustpointId::from_index);
    Router::new(RouterParts {
        hostname: Sourced::default_value("R1".to_owned()),
        domain: None,
        trustpoints: (0..trustpoints).map(|index| trustpoint(&mint, index)).collect(),
        enrolments: ids().rev().collect(),
        policies: Vec::new(),
        identity: Sourced::default_value(IdentityKind::Address),
        profiles: Vec::new(),
        protections: Vec::new(),
        capabilities: Policy::ios(),
        issuer_signatures: Arc::new(Real),
        revocation_servers: ike::RevocationServers::default(),
        keepalive: None,
        certificate_maps: Vec::new(),
        ikev2: Ikev2Parts::default(),
    })
    .expect("each trustpoint is enrolled and listed")
}

/// All CAs share one key and all certificates another: only names are compared.
fn trustpoint(mint: &Mint, index: usize) -> Trustpoint {
    let kind = KeyKind::rsa(512).expect("IOS allows 512 bits");
    let key = |index| KeyId { kind, index };
    let validity = Validity { not_before: CalendarTime::from_unix(0), not_after: CalendarTime::from_unix(1) };
    let serial = || SerialNumber::from_contents(&[1]);
    let authority = CertificateSpecification::ios_authority(
        authority_name(index),
        key(0),
        HashAlgorithm::Sha256,
        serial(),
        validity,
    );
    let subject = Name::from_ios_text("cn=R1").expect("the text is a name");
    let own = CertificateSpecification::ios_router(&authority, subject, key(1), serial(), validity);
    let made = |specification| {
        let der = mint.certificate(specification).expect("a 512-bit key signs over SHA-256");
        Certificate::from_der(&der).expect("what was made is a certificate")
    };
    Trustpoint {
        name: format!("IOSCA{index}"),
        origin: Origin::DEFAULT,
        authority: Some(Authority::Certificate(made(&authority))),
        enrolment: Some(Enrolment {
            certificate: made(&own),
            intermediates: Vec::new(),
            signer: mint.keys().key(key(1)),
            origin: Origin::DEFAULT,
        }),
        revocation: Sourced::default_value(vec![RevocationMethod::Crl]),
        revocation_lists: Vec::new(),
    }
}
