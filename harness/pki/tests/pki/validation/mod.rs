//! Validation: which chains are accepted, and for which reason the others are refused.

mod anchors;
mod names;
mod paths;
mod remembering;
mod revocation;
mod roles;
mod times;
mod usable;

use crypto::{HashAlgorithm, Real, Simulated};
use pki::{
    Accepted, Anchor, Authority, CalendarTime, Certificate, IssuerSignatures, KeyPurpose, Limits, Name,
    OcspAnswer, Policy, PublicKey, Refusal, RefusalReason, Remembering, RevocationList, RevocationMethod,
    RevocationSource, Setting, SignatureProblem, Signed, Version, validate,
};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, KeyUsagePurpose, NameConstraints, SanType, date_time_ymd,
};

use crate::data::{ca1, ca1_list, ca1_version_1, day, r1, r1_version_1};
use crate::made::{Ca, Counting, distinguished_name};

/// What a router knows and wants; changed by each test as it needs.
struct Router {
    now: CalendarTime,
    policy: Policy,
    limits: Limits,
    anchors: Vec<Anchor>,
    lists: Vec<RevocationList>,
}

impl Router {
    /// A router that trusts these CAs and asks nobody about revocation.
    fn trusting(authorities: &[&Certificate]) -> Self {
        let anchor = |&certificate: &&Certificate| Anchor {
            authority: Authority::Certificate(certificate.clone()),
            revocation: Vec::new(),
        };
        Self {
            now: day(2013, 9, 2),
            policy: Policy::ios(),
            limits: Limits::default(),
            anchors: authorities.iter().map(anchor).collect(),
            lists: Vec::new(),
        }
    }

    /// The same with `revocation-check` methods.
    fn checking(authority: &Certificate, methods: &[RevocationMethod], lists: Vec<RevocationList>) -> Self {
        let mut router = Self::trusting(&[authority]);
        router.anchors[0].revocation = methods.to_vec();
        Self { lists, ..router }
    }

    fn judges(&self, chain: &[&Certificate]) -> Result<Accepted, Refusal> {
        self.judges_by(chain, &self.lists, &Simulated)
    }

    fn judges_by(
        &self,
        chain: &[&Certificate],
        revocation: &dyn RevocationSource,
        signatures: &dyn IssuerSignatures,
    ) -> Result<Accepted, Refusal> {
        let others: Vec<Certificate> = chain[1..].iter().map(|&other| other.clone()).collect();
        let setting =
            Setting { now: self.now, policy: &self.policy, limits: self.limits, revocation, signatures };
        validate(chain[0], &others, &self.anchors, &setting)
    }

    /// The code of the refusal, and the subject of the certificate that it concerns.
    fn refuses(&self, chain: &[&Certificate]) -> (&'static str, String) {
        let refusal = self.judges(chain).unwrap_err();
        (refusal.reason.code(), refusal.certificate.subject().to_string())
    }

    fn accepts(&self, chain: &[&Certificate]) -> bool {
        self.judges(chain).is_ok()
    }
}

fn name(text: &str) -> Name {
    Name::from_ios_text(text).unwrap()
}

/// A certificate of a CA in the middle, made by `change`, and a router below it.
fn below_changed(change: impl FnOnce(&mut CertificateParams)) -> (Ca, Ca, Certificate) {
    let root = Ca::root("root", 1);
    let middle = root.authority_with("middle", 2, change);
    let router = middle.router("R1", 3);
    (root, middle, router)
}
