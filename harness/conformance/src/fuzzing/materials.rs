//! What routers of fuzz targets are made from: certificates that are made once, and everything that is the same for all
//! of them.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock};

use crypto::{
    AeadAlgorithm, AeadMode, AesKeyLength, CipherAlgorithm, Group, HashAlgorithm, SignatureRefused, Signer,
    StandInSigner, SymmetricCipher, TagLength,
};
use ike::{
    Ikev2Parts, Ikev2Policy, Ikev2Profile, Ikev2Proposal, Ikev2ProposalId, IsakmpPolicy, Origin, Protection,
    ProtectionProfile, Sourced, TransformSet, VrfMatch,
};
use lab::side::{Pair, Side};
use pki::{CalendarTime, Certificate, IssuerSignatures, PublicKey, RevocationList, SignatureProblem, Signed};

use crate::laboratory::{Ca, Laboratory, NOW, Party};

/// The addresses of the two routers (RFC 5737).
pub(super) const ADDRESSES: Pair<IpAddr> =
    Pair { first: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), second: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)) };

/// What a router's certificates are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    /// Everything is as it should be.
    Good,
    /// They have expired.
    Expired,
    /// Somebody else's: the router lacks the keys to them.
    OtherKey,
    /// Their signatures are not their issuers'.
    Forged,
}

/// Who of the laboratory a router is.
pub(super) const fn party(side: Side) -> Party {
    match side {
        Side::First => Party::Target,
        Side::Second => Party::Tester,
    }
}

/// The tunnel to the other router.
pub(super) fn protection(side: Side, profile: ProtectionProfile) -> Protection {
    let set = TransformSet::aes_128("TS", Origin::DEFAULT);
    Protection::tunnel("Tunnel1", Origin::DEFAULT, [ADDRESSES[side], ADDRESSES[side.other()]], profile, set)
}

/// The part of IKEv2 with these profiles.
pub(super) fn ikev2_parts(profiles: Vec<Ikev2Profile>) -> Ikev2Parts {
    let proposals = [
        SymmetricCipher::Cbc(CipherAlgorithm::AesCbc128),
        SymmetricCipher::Aead(AeadAlgorithm {
            mode: AeadMode::Gcm,
            key_length: AesKeyLength::Bits128,
            tag_length: TagLength::Bytes16,
        }),
    ];
    Ikev2Parts {
        proposals: proposals.map(ikev2_proposal).to_vec(),
        policies: vec![Ikev2Policy {
            name: "policy".to_owned(),
            origin: Origin::DEFAULT,
            fvrf: Sourced::default_value(VrfMatch::Any),
            local_addresses: Vec::new(),
            proposals: (0..2).filter_map(Ikev2ProposalId::from_index).map(Sourced::default_value).collect(),
        }],
        profiles,
        ..Ikev2Parts::default()
    }
}

fn ikev2_proposal(cipher: SymmetricCipher) -> Ikev2Proposal {
    Ikev2Proposal {
        name: format!("{cipher:?}"),
        origin: Origin::DEFAULT,
        ciphers: vec![Sourced::default_value(cipher)],
        integrity: vec![
            Sourced::default_value(HashAlgorithm::Sha256),
            Sourced::default_value(HashAlgorithm::Sha1),
        ],
        prfs: vec![Sourced::default_value(HashAlgorithm::Sha256)],
        groups: vec![Sourced::default_value(Group::Ecp256), Sourced::default_value(Group::Modp1024)],
    }
}

pub(super) fn policies() -> Vec<IsakmpPolicy> {
    let suites = [
        (CipherAlgorithm::AesCbc128, HashAlgorithm::Sha1, Group::Modp1024),
        (CipherAlgorithm::TripleDesCbc, HashAlgorithm::Md5, Group::Modp768),
    ];
    let policy = |(suite, priority)| IsakmpPolicy {
        lifetime: Sourced::default_value(3600),
        ..IsakmpPolicy::new(priority, Origin::DEFAULT, suite)
    };
    suites.into_iter().zip(1..).map(policy).collect()
}

/// What both routers are made from: certificates take long to make.
pub(super) static MATERIALS: LazyLock<Materials> = LazyLock::new(Materials::new);

pub(super) struct Materials {
    authorities: [Certificate; 4],
    /// Fresh and empty.
    pub lists: [RevocationList; 4],
    /// Fresh, with the second router's certificate on them.
    pub revoking_lists: [RevocationList; 4],
    /// By side, CA and kind.
    credentials: Vec<OwnCredential>,
    pub issued: Arc<Issued>,
}

/// A certificate with the two ways to sign for it.
pub(super) struct OwnCredential {
    pub certificate: Certificate,
    pub stand_in: Arc<dyn Signer + Send + Sync>,
    pub real: Arc<dyn Signer + Send + Sync>,
}

const CREDENTIALS: [Credential; 4] =
    [Credential::Good, Credential::Expired, Credential::OtherKey, Credential::Forged];

impl Materials {
    fn new() -> Self {
        let laboratory = Laboratory::new(1024, ADDRESSES.first, ADDRESSES.second);
        let authorities = Ca::ALL.map(|ca| laboratory.authority(ca));
        let lists = Ca::ALL.map(|ca| laboratory.revocation_list(ca, false));
        let revoking_lists = Ca::ALL.map(|ca| laboratory.revocation_list(ca, true));
        let mut issued = Issued::default();
        for (ca, (list, revoking)) in Ca::ALL.into_iter().zip(lists.iter().zip(&revoking_lists)) {
            let issuer = if ca == Ca::Intermediate { Ca::One } else { ca };
            issued.add(&authorities[issuer as usize], authorities[ca as usize].as_der());
            issued.add(&authorities[ca as usize], list.as_der());
            issued.add(&authorities[ca as usize], revoking.as_der());
        }
        let mut credentials = Vec::new();
        for side in Side::BOTH {
            for ca in Ca::ALL {
                for kind in CREDENTIALS {
                    let credential = own_credential(&laboratory, side, ca, kind);
                    if kind != Credential::Forged {
                        issued.add(&authorities[ca as usize], credential.certificate.as_der());
                    }
                    credentials.push(credential);
                }
            }
        }
        Self { authorities, lists, revoking_lists, credentials, issued: Arc::new(issued) }
    }

    pub fn authority(&self, ca: Ca) -> &Certificate {
        &self.authorities[ca as usize]
    }

    pub fn credential(&self, side: Side, ca: Ca, kind: Credential) -> &OwnCredential {
        &self.credentials[(usize::from(side == Side::Second) * 4 + ca as usize) * 4 + kind as usize]
    }
}

fn own_credential(laboratory: &Laboratory, side: Side, ca: Ca, kind: Credential) -> OwnCredential {
    let made = laboratory.changed_credential(party(side), ca, |specification| match kind {
        Credential::Expired => {
            let day = |days: i64| CalendarTime::from_unix(NOW - days * 86_400);
            specification.not_before = day(400);
            specification.not_after = day(30);
        }
        Credential::Good | Credential::OtherKey | Credential::Forged => {}
    });
    let mut made = made.expect("a plain certificate can be made");
    if kind == Credential::Forged {
        made.certificate = with_another_signature(&made.certificate);
    }
    let other = laboratory.authority(Ca::Unknown);
    let public_key =
        if kind == Credential::OtherKey { other.public_key() } else { made.certificate.public_key() };
    let stand_in = StandInSigner::new(public_key.as_der().to_vec()).expect("it is an RSA key");
    // The other router's key: it signs, but for another certificate.
    let real = match kind {
        Credential::OtherKey => laboratory.credential(party(side.other()), ca).key,
        _ => made.key,
    };
    OwnCredential { certificate: made.certificate, stand_in: Arc::new(stand_in), real }
}

/// The last byte of a certificate is one of its signature.
fn with_another_signature(certificate: &Certificate) -> Certificate {
    let mut der = certificate.as_der().to_vec();
    der.iter_mut().next_back().into_iter().for_each(|byte| *byte = !*byte);
    Certificate::from_der(&der).expect("the signature is read by those only who judge it")
}

/// Judges the signatures of issuers by knowing what they have issued: as strict as the real ones, and a thousand times
/// faster.
#[derive(Debug, Default)]
pub(super) struct Issued(BTreeMap<Vec<u8>, Vec<u8>>);

impl Issued {
    /// The holder of the key in `issuer` has signed `der`.
    pub fn add(&mut self, issuer: &Certificate, der: &[u8]) {
        self.0.insert(der.to_vec(), issuer.public_key().as_der().to_vec());
    }
}

impl IssuerSignatures for Issued {
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem> {
        match self.0.get(signed.der) {
            Some(issuer) if issuer == issuer_key.as_der() => Ok(()),
            _ => Err(SignatureProblem::Refused(SignatureRefused::Mismatch)),
        }
    }
}

impl IssuerSignatures for &'static Issued {
    fn check(&self, signed: &Signed<'_>, issuer_key: PublicKey<'_>) -> Result<(), SignatureProblem> {
        (**self).check(signed, issuer_key)
    }
}
