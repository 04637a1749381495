//! What the tester says it is, and the certificates that it shows for it.

use crypto::HashAlgorithm;
use ike::Path;
use lab::certificates::CertificateSpecification;
use pki::Certificate;
use wire::ikev1::{Identification, Identity, Payload};

use super::Tester;
use crate::laboratory::{Ca, Credential, Party};

/// What the tester is.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Who issued its certificate. The certificate of an intermediate CA is sent along.
    pub ca: Ca,
    /// What is special about its certificate.
    pub certificate: fn(&mut CertificateSpecification),
    /// What is special about the certificate of the intermediate CA.
    pub authority: fn(&mut CertificateSpecification),
    /// What it says it is.
    pub identity: PeerIdentity,
    /// The hash with which it signs by RFC 7427; else it signs by the method of RSA, with SHA-1 (RFC 7296 3.8).
    pub digital_signature: Option<HashAlgorithm>,
}

impl Default for Peer {
    fn default() -> Self {
        Self {
            ca: Ca::One,
            certificate: |_| {},
            authority: |_| {},
            identity: PeerIdentity::HostName,
            digital_signature: None,
        }
    }
}

/// Which identity the tester sends.
#[derive(Clone, Copy, Debug)]
pub enum PeerIdentity {
    /// Its host name, which its certificate names.
    HostName,
    /// Its mailbox, which its certificate names.
    Mailbox,
    /// Its address, which its certificate names.
    Address,
    /// The subject of its certificate.
    Subject,
    /// A host name.
    Fqdn(&'static str),
    /// A mailbox.
    UserFqdn(&'static str),
    /// An IPv4 address.
    Ipv4([u8; 4]),
}

impl Tester<'_> {
    /// The certificate that the tester signs with, and what it sends after it.
    ///
    /// # Panics
    /// The check asks for a certificate that cannot be made.
    pub(super) fn credential(&self) -> (Credential, Vec<Certificate>) {
        let made = "a check asks for certificates that can be made";
        let Peer { ca, certificate, authority, .. } = *self.peer;
        let credential = self.laboratory.changed_credential(Party::Tester, ca, certificate).expect(made);
        let chain =
            (ca == Ca::Intermediate).then(|| self.laboratory.changed_authority(ca, authority).expect(made));
        (credential, chain.into_iter().collect())
    }

    /// The body of the tester's ID payload.
    pub(super) fn identification(&self, credential: &Credential) -> Vec<u8> {
        let path = Path { local: self.place.tester, remote: self.place.target };
        let address = match path.local.ip() {
            std::net::IpAddr::V4(address) => Identity::Ipv4Address(address),
            std::net::IpAddr::V6(address) => Identity::Ipv6Address(address),
        };
        let identity = match self.peer.identity {
            PeerIdentity::HostName => Identity::Fqdn(Party::Tester.host_name().as_bytes()),
            PeerIdentity::Mailbox => Identity::UserFqdn(Party::Tester.mailbox().as_bytes()),
            PeerIdentity::Address => address,
            PeerIdentity::Subject => Identity::DistinguishedName(credential.certificate.subject().as_der()),
            PeerIdentity::Fqdn(name) => Identity::Fqdn(name.as_bytes()),
            PeerIdentity::UserFqdn(name) => Identity::UserFqdn(name.as_bytes()),
            PeerIdentity::Ipv4(octets) => Identity::Ipv4Address(octets.into()),
        };
        let identification = Identification { protocol: 0, port: 0, identity };
        Payload::Identification(identification).body().expect("an identity fits into a payload")
    }
}
