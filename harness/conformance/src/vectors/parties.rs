//! Who has which certificates and keys: the two CAs, and the two routers, which are enrolled in both.

use crypto::{HashAlgorithm, Hashes as _, Real};
use lab::certificates::{AlternativeName, CertificateSpecification, Mint, PemKind, to_pem};
use lab::complete::built_in_trustpoints;
use lab::keys::{KeyAllotment, KeyId, KeyKind};
use lab::side::{Pair, Side};
use model::{BuiltIn, Name, ProfileId, Request, TrustpointId};
use pki::{Certificate, SerialNumber};

use super::CAS;
use super::file::{Authority, Router, Trustpoint};
use crate::explore::naming;
use crate::laboratory::{extensions, name, validity};
use crate::rendering::address;

/// The certificates of all parties, the same ones every time.
pub(super) struct Parties {
    mint: Mint,
    authorities: Vec<CertificateSpecification>,
    /// Of each router, one for each CA.
    routers: Pair<Vec<CertificateSpecification>>,
    /// What a CERTREQ calls the CAs that IOS carries itself, in the model's order (ORD-3).
    built_in: Vec<pki::Name>,
}

impl Parties {
    pub fn new() -> Self {
        const BITS: KeyKind = KeyKind::rsa(2048).expect("IOS allows 2048 bits");
        let mut keys = KeyAllotment::new();
        let authorities: Vec<_> = (0..CAS)
            .map(|ca| {
                let subject = naming().authority(Name(ca));
                let key = keys.allot(&subject, "signing", BITS);
                let serial = SerialNumber::from_contents(&[ca + 1]);
                CertificateSpecification::ios_authority(name(&subject), key, HASH, serial, validity())
            })
            .collect();
        let routers = Pair::from_fn(|side| {
            let host = naming().host(side);
            let issued = (0x10..).zip(&authorities).map(|(serial, authority)| {
                let key = keys.allot(&host, &authority.subject.to_string(), BITS);
                certificate(side, authority, key, serial)
            });
            issued.collect()
        });
        let built_in = built_in_trustpoints().filter_map(|it| it.authority_name().cloned()).collect();
        Self { mint: Mint::new(), authorities, routers, built_in }
    }

    /// The CAs, those that IOS carries itself behind the others.
    pub fn authorities(&self) -> Vec<Authority> {
        let made = (0..CAS).zip(&self.authorities).map(|(ca, specification)| {
            let certificate = self.made(specification);
            let key_hash = Real.hash(HashAlgorithm::Sha1, &[certificate.public_key().as_der()]);
            Authority {
                id: self.request(Request::Ca(model::Ca(ca))),
                name: specification.subject.to_string(),
                built_in: false,
                ikev1_request: hex(specification.subject.as_der()),
                // RFC 7296 3.7
                ikev2_request: Some(hex(&key_hash)),
                certificate: Some(self.certificate(specification)),
                private_key: Some(self.private_key(specification)),
            }
        });
        let built_in = BuiltIn::ALL.into_iter().zip(&self.built_in).map(|(built_in, name)| Authority {
            id: self.request(Request::BuiltIn(built_in)),
            name: name.to_string(),
            built_in: true,
            ikev1_request: hex(name.as_der()),
            ikev2_request: None,
            certificate: None,
            private_key: None,
        });
        made.chain(built_in).collect()
    }

    /// The routers.
    pub fn routers(&self) -> Vec<Router> {
        let router = |side: Side| Router {
            id: naming().routers[side],
            identity: naming().host(side),
            address: address(number(side)).to_string(),
            profile: naming().profile(ProfileId(0)),
            trustpoints: (0..CAS)
                .zip(&self.routers[side])
                .map(|(ca, specification)| Trustpoint {
                    id: naming().trustpoint(TrustpointId(ca)),
                    authority: self.request(Request::Ca(model::Ca(ca))),
                    certificate: self.certificate(specification),
                    private_key: self.private_key(specification),
                })
                .collect(),
        };
        Side::BOTH.map(router).into()
    }

    /// What the file calls the CA that is asked for: the first part of its name.
    pub fn request(&self, request: Request) -> String {
        let name = match request {
            Request::Ca(ca) => self.authorities.get(usize::from(ca.0)).map(|it| &it.subject),
            Request::BuiltIn(built_in) => self.built_in.get(built_in as usize),
        };
        let name = name.expect("the model's numbers are places in these lists").as_ref();
        let word = name.text_of("cn").or_else(|| name.text_of("ou"));
        word.unwrap_or_else(|| name.to_string())
    }

    fn made(&self, specification: &CertificateSpecification) -> Certificate {
        let der = self.mint.certificate(specification).expect("a plain certificate can be made");
        Certificate::from_der(&der).expect("what is made here can be read")
    }

    fn certificate(&self, specification: &CertificateSpecification) -> String {
        let of = specification.subject.to_string();
        to_pem(PemKind::Certificate, self.made(specification).as_der(), &of)
    }

    fn private_key(&self, specification: &CertificateSpecification) -> String {
        self.mint.keys().key(specification.subject_key).to_pem()
    }
}

const HASH: HashAlgorithm = HashAlgorithm::Sha256;

/// The number that the model gives the router on this side.
const fn number(side: Side) -> u32 {
    match side {
        Side::First => 1,
        Side::Second => 2,
    }
}

/// What a CA issues to a router, which calls itself by its host name.
fn certificate(
    side: Side,
    authority: &CertificateSpecification,
    key: KeyId,
    serial: u8,
) -> CertificateSpecification {
    let subject = name(&format!("cn={},o=example", naming().routers[side]));
    let serial = SerialNumber::from_contents(&[serial + side as u8 * 0x10]);
    let mut specification = CertificateSpecification::ios_router(authority, subject, key, serial, validity());
    if let Some(extensions) = extensions(&mut specification) {
        extensions.alternative_names = vec![AlternativeName::Dns(naming().host(side))];
    }
    specification
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
