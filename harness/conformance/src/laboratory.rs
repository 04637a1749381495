//! The certificates of a check: three CAs and an intermediate one, and what they issue to the target and to the tester.

use std::net::IpAddr;
use std::sync::Arc;

use crypto::{HashAlgorithm, Hashes as _, Real};
use lab::certificates::{
    AlternativeName, CertificateSpecification, Extensions, Form, Mint, MintError,
    RevocationListSpecification, RevokedCertificate,
};
use lab::keys::{KeyAllotment, KeyId, KeyKind, LabKey};
use pki::{CalendarTime, Certificate, Name, RevocationList, SerialNumber, Validity};

/// Who holds a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// What is tested.
    Target,
    /// The other end.
    Tester,
}

impl Party {
    /// Its host name, which is its identity unless a check says otherwise.
    #[must_use]
    pub const fn host_name(self) -> &'static str {
        match self {
            Self::Target => "target.example.org",
            Self::Tester => "tester.example.org",
        }
    }

    /// Its mailbox.
    #[must_use]
    pub const fn mailbox(self) -> &'static str {
        match self {
            Self::Target => "target@example.org",
            Self::Tester => "tester@example.org",
        }
    }
}

/// A CA of the laboratory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ca {
    /// A root that every target trusts, unless a check says otherwise.
    One,
    /// A second root that the target trusts too.
    Two,
    /// A root that the target does not know.
    Unknown,
    /// A CA below [`Ca::One`].
    Intermediate,
}

impl Ca {
    /// Every CA, a root before what stands below it.
    pub const ALL: [Self; 4] = [Self::One, Self::Two, Self::Unknown, Self::Intermediate];

    const fn name(self) -> &'static str {
        match self {
            Self::One => "cn=CA One,o=Conformance",
            Self::Two => "cn=CA Two,o=Conformance",
            Self::Unknown => "cn=CA Unknown,o=Elsewhere",
            Self::Intermediate => "cn=CA Intermediate,o=Conformance",
        }
    }
}

/// A certificate and the key to it.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The certificate.
    pub certificate: Certificate,
    /// Its private key.
    pub key: Arc<LabKey>,
}

/// Makes the certificates of checks; the same ones on every machine.
#[derive(Debug)]
pub struct Laboratory {
    mint: Mint,
    authorities: [CertificateSpecification; 4],
    keys: [[KeyId; 4]; 2],
    /// The addresses of target and tester, which their certificates name.
    addresses: [IpAddr; 2],
}

impl Laboratory {
    /// A laboratory whose RSA keys have `bits` bits, for parties at these addresses.
    ///
    /// # Panics
    /// If there are no RSA keys of `bits` bits: [`KeyKind::rsa`] says which there are.
    #[must_use]
    pub fn new(bits: u16, target: IpAddr, tester: IpAddr) -> Self {
        let kind = KeyKind::rsa(bits).expect("the caller asks for a length that there is");
        let mut keys = KeyAllotment::new();
        let authority_keys = Ca::ALL.map(|ca| keys.allot(ca.name(), "signing", kind));
        let mut holder = |party: Party| Ca::ALL.map(|ca| keys.allot(party.host_name(), ca.name(), kind));
        let keys = [holder(Party::Target), holder(Party::Tester)];
        let root = |ca: Ca| {
            let serial = SerialNumber::from_contents(&[1]);
            let key = authority_keys[ca as usize];
            CertificateSpecification::ios_authority(name(ca.name()), key, HASH, serial, validity())
        };
        let one = root(Ca::One);
        let mut intermediate = root(Ca::Intermediate);
        intermediate.issuer = one.subject.clone();
        intermediate.issuer_key = one.subject_key.into();
        intermediate.serial = SerialNumber::from_contents(&[3]);
        if let Form::Version3(extensions) = &mut intermediate.form {
            extensions.authority_key_identifier = Some(one.subject_key_identifier());
        }
        let authorities = [one, root(Ca::Two), root(Ca::Unknown), intermediate];
        Self { mint: Mint::new(), authorities, keys, addresses: [target, tester] }
    }

    /// The certificate of a CA.
    #[must_use]
    pub fn authority(&self, ca: Ca) -> Certificate {
        self.certificate(&self.authorities[ca as usize]).expect(PLAIN)
    }

    /// What stands for a CA in a CERTREQ of IKEv2: the SHA-1 hash of its SubjectPublicKeyInfo (RFC 7296 3.7).
    #[must_use]
    pub fn authority_hash(&self, ca: Ca) -> [u8; 20] {
        let hash = Real.hash(HashAlgorithm::Sha1, &[self.authority(ca).public_key().as_der()]);
        hash.first_chunk().copied().expect("SHA-1 has 20 bytes")
    }

    /// The certificate of a CA with a change.
    ///
    /// # Errors
    /// The change asks for what no certificate can hold.
    pub fn changed_authority(
        &self,
        ca: Ca,
        change: impl FnOnce(&mut CertificateSpecification),
    ) -> Result<Certificate, MintError> {
        let mut specification = self.authorities[ca as usize].clone();
        change(&mut specification);
        self.certificate(&specification)
    }

    /// What `ca` issues to `party`: a certificate for signing that names its host name, its mailbox and its address.
    #[must_use]
    pub fn credential(&self, party: Party, ca: Ca) -> Credential {
        self.changed_credential(party, ca, |_| {}).expect(PLAIN)
    }

    /// The same with a change.
    ///
    /// # Errors
    /// The change asks for what no certificate can hold.
    pub fn changed_credential(
        &self,
        party: Party,
        ca: Ca,
        change: impl FnOnce(&mut CertificateSpecification),
    ) -> Result<Credential, MintError> {
        let key = self.keys[party as usize][ca as usize];
        let authority = &self.authorities[ca as usize];
        let subject = name(&format!("cn={},o=Conformance", party.host_name()));
        let serial = SerialNumber::from_contents(&[party as u8 + 0x10]);
        let mut specification =
            CertificateSpecification::ios_router(authority, subject, key, serial, validity());
        if let Some(extensions) = extensions(&mut specification) {
            extensions.alternative_names = vec![
                AlternativeName::Dns(party.host_name().to_owned()),
                AlternativeName::Email(party.mailbox().to_owned()),
                AlternativeName::Address(self.addresses[party as usize]),
            ];
        }
        change(&mut specification);
        let certificate = self.certificate(&specification)?;
        Ok(Credential { certificate, key: self.mint.keys().key(key) })
    }

    /// A revocation list of `ca` that is fresh, with the tester's certificate on it or not.
    #[must_use]
    pub fn revocation_list(&self, ca: Ca, tester_is_revoked: bool) -> RevocationList {
        let authority = &self.authorities[ca as usize];
        let revoked = tester_is_revoked.then(|| RevokedCertificate {
            serial: SerialNumber::from_contents(&[Party::Tester as u8 + 0x10]),
            date: CalendarTime::from_unix(NOW - 86_400),
            reason: None,
        });
        let specification = RevocationListSpecification {
            issuer: authority.subject.clone(),
            issuer_key: authority.subject_key.into(),
            signature_hash: HASH,
            this_update: CalendarTime::from_unix(NOW - 3600),
            next_update: Some(CalendarTime::from_unix(NOW + 365 * 86_400)),
            revoked: revoked.into_iter().collect(),
            authority_key_identifier: None,
            number: Some(1),
        };
        let der = self.mint.revocation_list(&specification).expect(PLAIN);
        RevocationList::from_der(&der).expect("what is made here can be read")
    }

    fn certificate(&self, specification: &CertificateSpecification) -> Result<Certificate, MintError> {
        let der = self.mint.certificate(specification)?;
        Certificate::from_der(&der).map_err(|error| MintError::Inexpressible { reason: error.to_string() })
    }
}

/// The instant at which simulated checks happen, 2026-01-01 12:00:00 UTC; certificates hold ten years on both sides of it.
pub const NOW: i64 = 1_767_268_800;

const HASH: HashAlgorithm = HashAlgorithm::Sha256;

const PLAIN: &str = "a plain certificate of the laboratory can be made";

/// The extensions of a certificate of version 3.
pub fn extensions(specification: &mut CertificateSpecification) -> Option<&mut Extensions> {
    match &mut specification.form {
        Form::Version3(extensions) => Some(extensions),
        Form::Version1 => None,
    }
}

/// A name from the text that IOS has for it.
pub(crate) fn name(text: &str) -> Name {
    Name::from_ios_text(text).expect("the laboratory's own names are well-formed")
}

/// Ten years on both sides of [`NOW`].
pub(crate) fn validity() -> Validity {
    const TEN_YEARS: i64 = 10 * 365 * 86_400;
    Validity {
        not_before: CalendarTime::from_unix(NOW - TEN_YEARS),
        not_after: CalendarTime::from_unix(NOW + TEN_YEARS),
    }
}
