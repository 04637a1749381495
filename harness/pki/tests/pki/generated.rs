//! Chains below one of two roots with this or that wrong in them, for those who judge them too: rustls-webpki and openssl.
//!
//! What the others leave to the maker of trust anchors is not generated: anchors are always in order.

use pki::{
    Anchor, Authority, Certificate, IssuerSignatures, Limits, Policy, RefusalReason, Setting, validate,
};
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    KeyUsagePurpose, NameConstraints, SanType, date_time_ymd,
};

use crate::data::day;
use crate::made::{Ca, Key};

/// A certificate of a chain, and what may be wrong with it.
#[derive(Clone, Debug)]
pub struct Link {
    authority: bool,
    path_length: Option<u8>,
    may_sign: bool,
    dates: Dates,
    unknown_critical: bool,
    permitted: Option<&'static str>,
    excluded: Option<&'static str>,
    /// Whether the one below is signed with another key than the one certified here.
    impostor: bool,
    sent: bool,
}

#[derive(Clone, Copy, Debug)]
pub enum Dates {
    Valid,
    Past,
    Future,
}

/// The end entity's certificate.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub authority: bool,
    dates: Dates,
    unknown_critical: bool,
    purposes: Vec<u64>,
    host: &'static str,
}

/// A chain below one of two roots, and who is trusted.
#[derive(Clone, Debug)]
pub struct Chain {
    links: Vec<Link>,
    pub leaf: Leaf,
    /// Whether the second root has certified the first link too.
    pub crossed: bool,
    trusted: [bool; 2],
    reversed: bool,
}

/// Mostly `usual`, sometimes one of `others`.
fn mostly<T: Clone + std::fmt::Debug + 'static>(usual: T, others: Vec<T>) -> impl Strategy<Value = T> {
    prop_oneof![12 => Just(usual), 1 => prop::sample::select(others)]
}

fn dates() -> impl Strategy<Value = Dates> {
    mostly(Dates::Valid, vec![Dates::Past, Dates::Future])
}

fn links() -> impl Strategy<Value = Vec<Link>> {
    let flags = (
        mostly(true, vec![false]),
        mostly(None, vec![Some(0), Some(1)]),
        mostly(true, vec![false]),
        mostly(false, vec![true]),
        mostly(false, vec![true]),
        mostly(true, vec![false]),
    );
    let names = (
        mostly(None, vec![Some("cisco.com"), Some("lab.cisco.com")]),
        mostly(None, vec![Some("lab.cisco.com")]),
    );
    let link = (flags, names, dates()).prop_map(
        |(
            (authority, path_length, may_sign, unknown_critical, impostor, sent),
            (permitted, excluded),
            dates,
        )| Link {
            authority,
            path_length,
            may_sign,
            dates,
            unknown_critical,
            permitted,
            excluded,
            impostor,
            sent,
        },
    );
    prop::collection::vec(link, 0..4)
}

/// Chains of which about a half is in order.
pub fn chains() -> impl Strategy<Value = Chain> {
    let leaf = (
        mostly(false, vec![true]),
        dates(),
        mostly(false, vec![true]),
        // serverAuth and ipsecIKE.
        mostly(vec![], vec![vec![1], vec![17], vec![1, 17]]),
        prop::sample::select(vec!["r1.cisco.com", "r1.lab.cisco.com", "r1.juniper.net"]),
    )
        .prop_map(|(authority, dates, unknown_critical, purposes, host)| Leaf {
            authority,
            dates,
            unknown_critical,
            purposes,
            host,
        });
    let trusted = mostly([true, true], vec![[true, false], [false, true], [false, false]]);
    (links(), leaf, any::<bool>(), trusted, any::<bool>()).prop_map(
        |(links, leaf, crossed, trusted, reversed)| Chain { links, leaf, crossed, trusted, reversed },
    )
}

impl Dates {
    fn apply(self, params: &mut CertificateParams) {
        match self {
            Self::Valid => {}
            Self::Past => params.not_after = date_time_ymd(2013, 8, 1),
            Self::Future => params.not_before = date_time_ymd(2013, 10, 1),
        }
    }
}

fn add_unknown_critical(params: &mut CertificateParams) {
    let mut extension = CustomExtension::from_oid_content(&[1, 2, 3], vec![5, 0]);
    extension.set_criticality(true);
    params.custom_extensions.push(extension);
}

impl Link {
    fn apply(&self, params: &mut CertificateParams) {
        params.is_ca = match (self.authority, self.path_length) {
            (false, _) => IsCa::ExplicitNoCa,
            (true, None) => IsCa::Ca(BasicConstraints::Unconstrained),
            (true, Some(length)) => IsCa::Ca(BasicConstraints::Constrained(length)),
        };
        if !self.may_sign {
            params.key_usages = vec![KeyUsagePurpose::CrlSign];
        }
        let subtrees =
            |host: Option<&str>| host.map(|host| GeneralSubtree::DnsName(host.into())).into_iter().collect();
        if self.authority && (self.permitted.is_some() || self.excluded.is_some()) {
            params.name_constraints = Some(NameConstraints {
                permitted_subtrees: subtrees(self.permitted),
                excluded_subtrees: subtrees(self.excluded),
            });
        }
        if self.unknown_critical {
            add_unknown_critical(params);
        }
        self.dates.apply(params);
    }
}

impl Leaf {
    fn apply(&self, params: &mut CertificateParams) {
        if self.authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let purpose = |&number: &u64| ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 5, 5, 7, 3, number]);
        params.extended_key_usages = self.purposes.iter().map(purpose).collect();
        params.subject_alt_names = vec![SanType::DnsName(self.host.try_into().unwrap())];
        if self.unknown_critical {
            add_unknown_critical(params);
        }
        self.dates.apply(params);
    }
}

/// The certificates of a chain.
pub struct Made {
    pub trusted: Vec<Certificate>,
    pub leaf: Certificate,
    /// The others that are sent.
    pub others: Vec<Certificate>,
}

/// Makes a chain with such keys. Those of chains with different marks have no names in common.
pub fn make(chain: &Chain, keys: fn(u8) -> Key, mark: usize) -> Made {
    let root = |name: &str, key| Ca::root_of(keys, &format!("{name} {mark}"), key);
    let roots = [root("first root", 1), root("second root", 2)];
    let trusted = roots.iter().zip(chain.trusted).filter(|(_, trusted)| *trusted);
    let trusted = trusted.map(|(root, _)| root.certificate.clone()).collect();
    let mut others = Vec::new();
    let mut issuer = None;
    for (number, link) in (10..).zip(&chain.links) {
        let above = issuer.as_ref().unwrap_or(&roots[0]);
        let name = format!("CA {number} {mark}");
        let made = above.authority_with(&name, number, |params| link.apply(params));
        if number == 10 && chain.crossed {
            others.push(roots[1].authority_with(&name, number, |params| link.apply(params)).certificate);
        }
        if link.sent {
            others.push(made.certificate.clone());
        }
        issuer = Some(if link.impostor { Ca::root_of(keys, &name, number + 100) } else { made });
    }
    if chain.reversed {
        others.reverse();
    }
    let leaf = issuer.as_ref().unwrap_or(&roots[0]).router_with("R1", 3, |params| chain.leaf.apply(params));
    Made { trusted, leaf, others }
}

/// What `pki` says of a chain on 2013-09-02, as RFC 4945 wants it judged.
pub fn judge(made: &Made, signatures: &dyn IssuerSignatures) -> Result<(), RefusalReason> {
    let anchor = |certificate: &Certificate| Anchor {
        authority: Authority::Certificate(certificate.clone()),
        revocation: Vec::new(),
    };
    let anchors: Vec<_> = made.trusted.iter().map(anchor).collect();
    let setting = Setting {
        now: day(2013, 9, 2),
        policy: &Policy::rfc4945(),
        limits: Limits::default(),
        revocation: &Vec::new(),
        signatures,
    };
    validate(&made.leaf, &made.others, &anchors, &setting).map(|_| ()).map_err(|refusal| refusal.reason)
}
