//! Routers with any number of trustpoints.

use std::sync::Arc;

use crypto::{HashAlgorithm, Real};
use ike::{
    Enrolment, IdentityKind, Ikev2Parts, Origin, Router, RouterParts, Sourced, Trustpoint, TrustpointId,
};
use lab::certificates::{CertificateSpecification, Mint};
use lab::keys::{KeyId, KeyKind};
use pki::{Authority, CalendarTime, Certificate, Name, Policy, RevocationMethod, SerialNumber, Validity};

/// The name of the CA of trustpoint `index`; all names have the same length.
///
/// # Panics
/// Never: the text is a name.
#[must_use]
pub fn authority_name(index: usize) -> Name {
    Name::from_ios_text(&format!("cn=CA{index:05},o=cisco,o=com")).expect("the text is a name")
}

/// A router that is enrolled with `trustpoints` CAs, [`authority_name`] of each, the last one defined listed first.
///
/// Each CA has its name and its key; beside that their certificates are one, and so are the router's: nobody looks at
/// signatures.
///
/// # Panics
/// Never: the parts agree with each other.
#[must_use]
pub fn enrolled_router(trustpoints: usize) -> Router {
    let ids = || (0..trustpoints).filter_map(TrustpointId::from_index);
    let mold = Mold::new();
    Router::new(RouterParts {
        hostname: Sourced::default_value("R1".to_owned()),
        domain: None,
        trustpoints: (0..trustpoints).map(|index| mold.trustpoint(index)).collect(),
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

/// What the trustpoints are cast from: making thousands of keys would take hours.
struct Mold {
    authority: Certificate,
    enrolment: Enrolment,
}

impl Mold {
    fn new() -> Self {
        let mint = Mint::new();
        let kind = KeyKind::rsa(512).expect("IOS allows 512 bits");
        let key = |index| KeyId { kind, index };
        let validity =
            Validity { not_before: CalendarTime::from_unix(0), not_after: CalendarTime::from_unix(1) };
        let serial = || SerialNumber::from_contents(&[1]);
        let name = authority_name(0);
        let authority =
            CertificateSpecification::ios_authority(name, key(0), HashAlgorithm::Sha256, serial(), validity);
        let subject = Name::from_ios_text("cn=R1").expect("the text is a name");
        let own = CertificateSpecification::ios_router(&authority, subject, key(1), serial(), validity);
        let made = |specification| {
            let der = mint.certificate(specification).expect("a 512-bit key signs over SHA-256");
            Certificate::from_der(&der).expect("what was made is a certificate")
        };
        let enrolment = Enrolment {
            certificate: made(&own),
            intermediates: Vec::new(),
            signer: mint.keys().key(key(1)),
            origin: Origin::DEFAULT,
        };
        Self { authority: made(&authority), enrolment }
    }

    fn trustpoint(&self, index: usize) -> Trustpoint {
        Trustpoint {
            name: format!("IOSCA{index}"),
            origin: Origin::DEFAULT,
            authority: Some(Authority::Certificate(self.authority(index))),
            enrolment: Some(self.enrolment.clone()),
            revocation: Sourced::default_value(vec![RevocationMethod::Crl]),
            revocation_lists: Vec::new(),
        }
    }

    /// The CA's certificate with another name and another key of the same lengths.
    fn authority(&self, index: usize) -> Certificate {
        let public_key = self.authority.public_key().as_der();
        let mut other_key = public_key.to_vec();
        let middle = other_key.len() / 2;
        other_key[middle..middle + 8].copy_from_slice(&(index as u64).to_be_bytes());
        let other_name = authority_name(index);
        let der = replaced(self.authority.as_der(), public_key, &other_key);
        let der = replaced(&der, authority_name(0).as_der(), other_name.as_der());
        Certificate::from_der(&der).expect("no length has changed")
    }
}

/// `bytes` with everything that is `old` overwritten by `new`, which is as long.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> =
        bytes.windows(old.len()).enumerate().filter(|(_, window)| *window == old).map(|(at, _)| at).collect();
    for at in places {
        bytes[at..at + new.len()].copy_from_slice(new);
    }
    bytes
}
